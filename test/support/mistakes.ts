/**
 * Command lines that are mistakes: what their messages must name, and the golden file that holds
 * the messages as they are.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCommandLine } from '../../src/app/cli/shell/run.ts';

/** The line, its exit code, what the message must name, and the variables that are set. */
export type Mistake = readonly [
  line: string,
  exitCode: number,
  named: readonly string[],
  env?: Readonly<Record<string, string>>,
];

export interface Mistakes {
  readonly mistakes: readonly Mistake[];
  /** Name of the file in `test/e2e/golden`. */
  readonly golden: string;
  /** Writes the files that the lines name into the working directory of the runs. */
  readonly prepare: (folder: string) => void;
}

/** All formats, of which there will be more. */
const FORMATS = /Formats: table, json, trivy-json, [^.\n]+\./gu;
/** Node 22 and later add the line to the position. */
const LINE_OF_JSON = /( in JSON at position \d+) \(line \d+ column \d+\)/gu;

/**
 * Runs each line once, offline, in a directory of its own, and compares exit codes, named words and
 * messages.
 */
export function describeMistakes(title: string, { mistakes, golden, prepare }: Mistakes): void {
  let folder = '';
  const home = process.cwd();
  const answers = new Map<string, Promise<Answer>>();
  const answerTo = (mistake: Mistake): Promise<Answer> => {
    const line = shownLine(mistake);
    const answer = answers.get(line) ?? run(mistake, folder);
    answers.set(line, answer);
    return answer;
  };

  describe(title, () => {
    beforeAll(() => {
      folder = mkdtempSync(path.join(tmpdir(), 'assay-mistakes-'));
      prepare(folder);
      process.chdir(folder);
    });
    afterAll(() => {
      process.chdir(home);
      rmSync(folder, { recursive: true, force: true });
    });

    it('are different lines, forty or more', () => {
      const lines = new Set(mistakes.map(shownLine));
      expect(lines.size).toBe(mistakes.length);
      expect(lines.size).toBeGreaterThanOrEqual(40);
    });

    it.each(mistakes.map((mistake) => [shownLine(mistake), mistake] as const))(
      '%s',
      async (_line, mistake) => {
        const { code, text } = await answerTo(mistake);
        const [, exitCode, named] = mistake;
        expect(
          named.filter((part) => !text.includes(part)),
          text,
        ).toEqual([]);
        expect(code, text).toBe(exitCode);
        expect(text).not.toMatch(/This is a bug|\n {6}at |undefined|\[object/u);
      },
    );

    it('have these messages', async () => {
      const blocks: string[] = [];
      for (const mistake of mistakes) {
        const { code, text } = await answerTo(mistake);
        const alike = text.replaceAll(LINE_OF_JSON, '$1');
        blocks.push(`$ ${shownLine(mistake)}\n${alike}exit code ${code}\n`);
      }
      await expect(blocks.join('\n')).toMatchFileSnapshot(
        path.join(home, 'test/e2e/golden', golden),
      );
    });
  });
}

interface Answer {
  readonly code: number;
  readonly text: string;
}

function shownLine([line, , , env = {}]: Mistake): string {
  return [...Object.entries(env).map(([name, value]) => `${name}=${value}`), 'assay', line].join(
    ' ',
  );
}

async function run([line, , , changes = {}]: Mistake, folder: string): Promise<Answer> {
  let text = '';
  const stream = {
    write: (part: string, done?: () => void) => ((text += part), done?.(), true),
  };
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    DOCKER_HOST: `unix://${folder}/docker.sock`,
    CONTAINER_HOST: `unix://${folder}/podman.sock`,
    ASSAY_CONTAINERD_ROOT: `${folder}/containerd`,
    ASSAY_CACHE_DIR: `${folder}/cache`,
    ASSAY_OFFLINE: 'true',
    ...changes,
  };
  const args = line.split(' ');
  const code = await runCommandLine(args, { stdout: stream, stderr: stream, env, cwd: folder });
  return {
    code,
    text: text
      .replaceAll(folder, '/TMP')
      .replaceAll(FORMATS, 'Formats: table, ....')
      .replaceAll(/containers-storage|\/var\/lib\/containers\/storage/gu, 'STORAGE'),
  };
}
