/**
 * Scripts before and after an expression is moved into a variable, run by a real shell with a
 * recorder in the place of their commands. Values that are harmless reach a command in the same
 * words; others never start a further command.
 */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

const EXPRESSION = '${{ github.event.issue.title }}';

/** Scripts that are repaired, each with the expression once or more. */
const SCRIPTS: readonly string[] = [
  `tool ${EXPRESSION}`,
  `tool "${EXPRESSION}"`,
  `tool "a ${EXPRESSION} b" c`,
  `tool --name=${EXPRESSION}`,
  `tool ${EXPRESSION} "${EXPRESSION}"`,
  `NAME="${EXPRESSION}"\ntool "$NAME"`,
  `export NAME=${EXPRESSION}\ntool "$NAME" x`,
  `if [ "${EXPRESSION}" = "x" ]; then tool same; else tool other; fi`,
  `case "${EXPRESSION}" in a) tool a;; *) tool other;; esac`,
  `tool \\\n  --title "${EXPRESSION}" \\\n  --body x`,
];

/** Places where no shell puts in the value, or where it would be run. */
const KEPT: readonly string[] = [
  `tool '${EXPRESSION}'`,
  `tool <<'EOF'\n${EXPRESSION}\nEOF`,
  `sed -i "s/x/${EXPRESSION}/" file`,
  `awk '{ print "${EXPRESSION}" }' file`,
  `jq '.title = "${EXPRESSION}"' file`,
  `eval "tool ${EXPRESSION}"`,
  `bash -c "tool ${EXPRESSION}"`,
  `bash <<EOF\ntool ${EXPRESSION}\nEOF`,
  `echo "tool ${EXPRESSION}" | sh`,
  `python3 -c "print('${EXPRESSION}')"`,
  `ssh host "tool ${EXPRESSION}"`,
  `(( X = ${EXPRESSION} ))`,
];

const HARMLESS = ['x', 'main', 'v1.2.3', 'a-b_c', '42', 'feature/a', 'a.b', 'A', '0', 'x=y'];
const OTHERS = [
  'a b',
  '$(touch ran)',
  '`touch ran`',
  '"; touch ran; "',
  "'; touch ran; '",
  '; touch ran',
  '&& touch ran',
  '| touch ran',
  'a\ntouch ran',
  '$HOME',
  '*',
  '\\',
  '> ran',
];

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'assay-moved-'));
  mkdirSync(join(directory, 'bin'));
  for (const name of ['tool', 'tool2']) {
    const path = join(directory, 'bin', name);
    writeFileSync(
      path,
      `#!/bin/sh\n{ printf '%s\\0' "${name}" "$@"; printf '\\n'; } >> "$RECORD"\n`,
    );
    chmodSync(path, 0o755);
  }
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Returns what the commands of a script were started with, and whether another one ran. */
function run(
  script: string,
  env: Readonly<Record<string, string>>,
): { record: string; ran: boolean } {
  const cwd = mkdtempSync(join(directory, 'run-'));
  const record = join(cwd, '.record');
  const path = `${join(directory, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
  try {
    execFileSync('bash', ['-e', '-c', script], {
      cwd,
      env: { ...env, PATH: path, RECORD: record, HOME: '/home' },
      stdio: 'ignore',
      timeout: 5000,
    });
  } catch {
    // A broken script has the arguments that were recorded before.
  }
  return {
    record: existsSync(record) ? readFileSync(record, 'utf8') : '',
    ran: existsSync(join(cwd, 'ran')),
  };
}

interface Repaired {
  readonly script: string;
  readonly names: readonly string[];
  readonly left: number;
}

/** Returns the script of the step after all fixes of the rule, and its variables. */
function repaired(script: string): Repaired | undefined {
  const lines = script.split('\n').map((line) => `          ${line}`);
  const text = `on: issues\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n${lines.join('\n')}\n`;
  const path = '/.github/workflows/a.yml';
  const found = (of: string) =>
    pipelineFindings(path, Buffer.from(of)).filter(
      ({ rule }) => rule === 'pipeline/template-injection',
    );
  const edits = new Map(
    found(text).flatMap(({ fix }) =>
      (fix?.edits ?? []).map((one) => [`${one.startOffset}`, one] as const),
    ),
  );
  if (edits.size === 0) return undefined;
  let after = text;
  for (const { startOffset, endOffset, replacement } of [...edits.values()].sort(
    (a, b) => b.startOffset - a.startOffset,
  )) {
    after = after.slice(0, startOffset) + replacement + after.slice(endOffset);
  }
  const step = stepOf(after);
  const env = step['env'];
  return {
    script: typeof step['run'] === 'string' ? step['run'] : '',
    names: env !== undefined && isJsonObject(env) ? Object.keys(env) : [],
    left: found(after).length,
  };
}

function stepOf(text: string): JsonObject {
  let value: unknown = readYamlDocuments('a.yml', Buffer.from(text))[0]?.root;
  for (const key of ['jobs', 'a', 'steps']) {
    value = isJsonObject(value as JsonObject) ? (value as JsonObject)[key] : undefined;
  }
  const [step] = isJsonArray(value as never) ? (value as readonly JsonObject[]) : [];
  return step ?? {};
}

const missing = missingTool('bash');

describe('a value that is moved into a variable', () => {
  it.skipIf(missing).each(SCRIPTS)(
    `%j: same words, and no further command${needs(missing)}`,
    (script) => {
      const after = repaired(script);
      expect(after?.left).toBe(0);
      const variables = (value: string): Record<string, string> =>
        Object.fromEntries((after?.names ?? []).map((name) => [name, value]));
      for (const value of HARMLESS) {
        const before = run(script.replaceAll(EXPRESSION, value), {});
        expect(run(after?.script ?? '', variables(value)).record).toBe(before.record);
      }
      for (const value of OTHERS) {
        expect(run(after?.script ?? '', variables(value)).ran).toBe(false);
      }
    },
    60_000,
  );

  it.each(KEPT)('%j stays', (script) => {
    expect(repaired(script)).toBeUndefined();
  });
});
