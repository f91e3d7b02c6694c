/**
 * The table of the built command in a real terminal: tmux, at 80 and at 120 columns, beside a pipe.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { displayWidth } from '../../src/scan/report/text/terminal-text.ts';
import { builtCommand, runBuilt, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { missingTool, needs } from '../support/tools.ts';

const noTmux = missingTool('tmux');
const LINK = /\u001B\]8;;[^\u001B]*\u001B\\/gu;
const SEQUENCE = /\u001B\]8;;[^\u001B]*\u001B\\|\u001B\[[\d;]*m/gu;
/** A row has an id and a severity; the verdict has some too. */
const ROW = /^ *(?:\S.* {2})?CVE-2024-\d+ +(?:CRITICAL|HIGH|MEDIUM|LOW|UNKNOWN)/u;

const FINDINGS = 100;
const NAMES = ['left', '@babel/plugin-transform-modules-commonjs', 'path-to-regexp', 'qs'];
const IMPACTS = ['C:N/I:N/A:L', 'C:L/I:L/A:N', 'C:H/I:N/A:L', 'C:N/I:L/A:N', 'C:N/I:N/A:H'];

/** A record of a feed; one in twenty is critical. */
function recordOf(name: string, number: number): object {
  const impacts = number % 20 === 9 ? 'C:H/I:H/A:H' : (IMPACTS[number % IMPACTS.length] ?? '');
  return {
    id: `CVE-2024-${1000 + number}`,
    modified: '2024-01-01T00:00:00Z',
    summary:
      'Out-of-bounds read in the decoder, which a crafted file reaches before its length is checked',
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
    severity: [{ type: 'CVSS_V3', score: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/${impacts}` }],
  };
}

let command: BuiltCommand;
let folder: CommandFolder;

beforeAll(async () => {
  command = await builtCommand();
  folder = new CommandFolder();
  const packages: Record<string, string> = {};
  for (let number = 0; number < FINDINGS; number += 1) {
    const name = NAMES[number % NAMES.length] ?? 'left';
    const full = number < NAMES.length ? name : `${name}-${number}`;
    packages[full] = '1.0.0';
    folder.write(`osv/${number}.json`, JSON.stringify(recordOf(full, number)));
  }
  folder.project('app', packages);
  await folder.run('db', 'import', 'osv');
  const gate = ['--fail-on', 'critical', '-o', 'json=report.json'];
  expect((await folder.assay('fs', 'app', ...gate)).exitCode).toBe(1);
});

afterAll(() => {
  folder[Symbol.dispose]();
  command[Symbol.dispose]();
});

interface Captured {
  /** What the command wrote to the terminal. */
  readonly written: string;
  /** The lines that the terminal shows. */
  readonly screen: readonly string[];
}

/** The line behind what the command writes. */
const END = 'end of the command';

let count = 0;

/** Runs the command in a window of its own. */
async function inTerminal(columns: number, env: string): Promise<Captured> {
  count += 1;
  const socket = folder.path(`tmux-${count}`);
  const tmux = (...args: readonly string[]): string =>
    spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' }).stdout;
  const [go, raw] = ['go', 'raw'].map((name) => folder.path(`${name}-${count}`));
  const script = folder.path(`run-${count}.sh`);
  writeFileSync(
    script,
    [
      `cd '${folder.cwd}'`,
      `while [ ! -e '${go}' ]; do sleep 0.05; done`,
      `env -u CI -u NO_COLOR ${env} '${process.execPath}' '${command.script}' convert report.json`,
      `echo ${END}`,
      'sleep 120',
    ].join('\n'),
  );
  tmux('new-session', '-d', '-x', String(columns), '-y', '200', `sh '${script}'`);
  try {
    tmux('pipe-pane', '-o', `cat > '${raw}'`);
    writeFileSync(go ?? '', '');
    const written = (): string =>
      existsSync(raw ?? '') ? readFileSync(raw ?? '', 'utf8').replaceAll('\r\n', '\n') : '';
    const screen = (): string => tmux('capture-pane', '-p').trimEnd();
    for (let round = 0; round < 800; round += 1) {
      if (written().endsWith(`${END}\n`) && screen().endsWith(END)) break;
      await wait(100);
    }
    const [all, lines] = [written(), screen().split('\n')];
    expect([all.slice(-END.length - 1), lines.at(-1)]).toEqual([`${END}\n`, END]);
    return { written: all.slice(0, -END.length - 1), screen: lines.slice(0, -1) };
  } finally {
    tmux('kill-server');
  }
}

function rowsOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => ROW.test(line.replaceAll(SEQUENCE, '')));
}

/** Titles with a digest and commands stay whole, to be copied. */
function tooWide(text: string, columns: number): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replaceAll(SEQUENCE, ''))
    .filter((line) => displayWidth(line) > columns && !/sha256:|^ {2}(?:Run|Check) /u.test(line));
}

// `.ci/run` installs tmux; elsewhere it may be missing.
describe.skipIf(noTmux !== undefined)(`the table in a terminal${needs(noTmux)}`, () => {
  it.each([
    [80, 'TERM=tmux-256color', true],
    [120, 'TERM=tmux-256color', true],
    [80, 'TERM=dumb', false],
    [120, 'TERM=dumb', false],
    [120, 'TERM=tmux-256color NO_COLOR=1', true],
    [120, 'TERM=linux', false],
  ])('of %i columns with %s', { timeout: 180_000 }, async (columns, env, hasLinks) => {
    const { written, screen } = await inTerminal(columns, env);
    expect(tooWide(written, columns)).toEqual([]);
    expect(rowsOf(written)).toHaveLength(20);
    expect(written).toContain('--rows all lists them');
    // The links of each row are opened and closed again.
    const links = written.match(LINK)?.length ?? 0;
    expect(links).toBe(hasLinks ? 40 : 0);
    // The terminal breaks no line of the table, and shows none of the sequences.
    const plain = written.replaceAll(SEQUENCE, '');
    expect(plain).not.toContain('\u001B');
    for (const row of rowsOf(plain)) expect(screen).toContain(row.trimEnd());
    expect(screen.some((line) => line.startsWith('Verdict: FAIL'))).toBe(true);
  });
});

describe('the table in a pipe', () => {
  it.each([
    ['80', 'TERM=tmux-256color'],
    ['120', 'TERM=xterm'],
  ])('has all rows and no sequence, in %s columns', async (columns, term) => {
    const { stdout } = await runBuilt(command, ['convert', path.join(folder.cwd, 'report.json')], {
      cwd: folder.cwd,
      env: { COLUMNS: columns, TERM: term.slice('TERM='.length) },
    });
    expect(stdout).not.toContain('\u001B');
    expect(rowsOf(stdout)).toHaveLength(100);
    expect(tooWide(stdout, Number(columns))).toEqual([]);
  });
});
