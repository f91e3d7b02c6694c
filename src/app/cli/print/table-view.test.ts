/** What flags, terminal and environment do to tables. */

import { describe, expect, it } from 'vitest';

import { storedReport } from '../../../../test/support/table-reports.ts';
import { displayWidth } from '../../../scan/report/text/terminal-text.ts';
import { runCommandLine } from '../shell/run.ts';
import { usesColor } from '../shell/run-context.ts';
import { answeredBy } from '../../../../test/support/command-line.ts';
import type { Io } from '../../../core/base/io.ts';

interface Surroundings {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const REPORT = storedReport(100);

async function shown(
  args: readonly string[],
  { isTTY, columns, env = {} }: Surroundings = {},
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number }> {
  let [stdout, stderr] = ['', ''];
  const stream = (take: (text: string) => void): Io['stdout'] => ({
    write: (text, done) => {
      take(text);
      done?.();
      return true;
    },
  });
  const io: Io = {
    stdout: {
      ...stream((text) => (stdout += text)),
      ...(isTTY !== undefined && { isTTY }),
      ...(columns !== undefined && { columns }),
    },
    stderr: stream((text) => (stderr += text)),
    env,
    cwd: '/',
  };
  const exitCode = await runCommandLine(
    ['fs', '.', '--config', 'none', '--skip-db-update', ...args],
    io,
    answeredBy(() => Promise.resolve(REPORT)),
  );
  return { stdout, stderr, exitCode };
}

/** The widest line that may be broken, and the rows of findings. */
function measure(stdout: string): { readonly widest: number; readonly rows: number } {
  const text = stdout.replaceAll(/\u001B\]8;;[^\u001B]*\u001B\\|\u001B\[\d*m/gu, '');
  const lines = text
    .split('\n')
    .filter((line) => !/^(?:Total: |app:1\.2 \(|\S+@sha256:)/u.test(line));
  return {
    widest: Math.max(...lines.map(displayWidth)),
    rows: lines.filter((line) => /^.{10}.* (?:CVE|GHSA)-.* (?:CRIT|HIGH|MED|LOW|UNK)/u.test(line))
      .length,
  };
}

describe('the width of a table', () => {
  it.each<[string, readonly string[], Surroundings, number]>([
    ['is 140 in a pipe', [], {}, 140],
    ['is COLUMNS in a pipe', [], { env: { COLUMNS: '100' } }, 100],
    ['is 140 for COLUMNS that are not a number', [], { env: { COLUMNS: 'wide' } }, 140],
    ['is that of the terminal', [], { isTTY: true, columns: 120 }, 120],
    [
      'is that of the terminal and not an older variable',
      [],
      { isTTY: true, columns: 120, env: { COLUMNS: '200' } },
      120,
    ],
    ['is 80 in a terminal that does not say', [], { isTTY: true }, 80],
    ['is --width in a terminal', ['--width', '90'], { isTTY: true, columns: 120 }, 90],
    ['is --width in a pipe', ['--width', '180'], { env: { COLUMNS: '100' } }, 180],
    ['is ASSAY_WIDTH', [], { env: { ASSAY_WIDTH: '110' } }, 110],
    ['is 40 in a window that is smaller', [], { isTTY: true, columns: 12 }, 40],
  ])('%s', async (_name, args, surroundings, width) => {
    const { stdout } = await shown(args, surroundings);
    const { widest } = measure(stdout);
    expect(widest).toBeLessThanOrEqual(width);
    expect(widest).toBeGreaterThan(width - 25);
  });
});

describe('the rows of a table', () => {
  it.each<[string, readonly string[], Surroundings, number]>([
    ['are all in a pipe', [], {}, 100],
    ['are 20 in a terminal', [], { isTTY: true, columns: 160 }, 20],
    ['are all in a terminal if it is asked for', ['--rows', 'all'], { isTTY: true }, 100],
    ['are as many as asked for in a pipe', ['--rows', '30'], {}, 30],
    ['are those that decide where none is asked for', ['--rows', '0'], {}, 6],
  ])('%s', async (_name, args, surroundings, rows) => {
    const { stdout } = await shown([...args, '--width', '200'], surroundings);
    expect(measure(stdout).rows).toBe(rows);
    expect(stdout.includes('--rows all lists them')).toBe(rows < 100);
  });
});

describe('flags of tables', () => {
  it.each([
    ['--width', 'wide', 'Write a number of columns from 40 to 1000.'],
    ['--width', '39', 'Write a number of columns from 40 to 1000.'],
    ['--rows', '-1', 'Write a whole number, or all.'],
    ['--rows', 'some', 'Write a whole number, or all.'],
    ['--group', 'severity', 'Possible values: package, cve, origin, fix.'],
  ])('%s cannot be %s', async (flag, value, hint) => {
    const { exitCode, stderr } = await shown([`${flag}=${value}`]);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(`${flag} cannot be "${value}"`),
    ]);
    expect(stderr).toContain(hint);
  });

  it('have no effect on other formats, which is said', async () => {
    const { stderr } = await shown(['-f', 'json', '--group', 'cve', '--rows', '3']);
    expect(stderr).toContain('--group has no effect: only tables show it');
    expect(stderr).toContain('--rows has no effect: only tables show it');
  });
});

describe('links', () => {
  it.each<[string, Surroundings, boolean]>([
    ['in a terminal', { isTTY: true, columns: 120 }, true],
    ['in a terminal without colors', { isTTY: true, env: { NO_COLOR: '1' } }, true],
    ['not in a pipe', {}, false],
    ['not in a pipe with colors', { env: { FORCE_COLOR: '1' } }, false],
    ['not in a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
    ['not in the console of Linux', { isTTY: true, env: { TERM: 'linux' } }, false],
  ])('are written %s', async (_name, surroundings, isLinked) => {
    const { stdout } = await shown([], surroundings);
    const link =
      '\u001B]8;;https://nvd.nist.gov/vuln/detail/CVE-2024-1049\u001B\\CVE-2024-1049\u001B]8;;\u001B\\';
    expect(stdout.includes(link)).toBe(isLinked);
    expect(stdout.includes('\u001B]8')).toBe(isLinked);
    expect(stdout.includes('Details of a row: assay explain')).toBe(!isLinked);
  });
});

describe('colors', () => {
  it.each<[Readonly<Record<string, string>>, boolean, boolean]>([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ CLICOLOR: '0' }, true, false],
    [{ CLICOLOR_FORCE: '1' }, false, true],
    [{ CLICOLOR_FORCE: '0' }, false, false],
    [{ CLICOLOR_FORCE: '1', TERM: 'dumb' }, false, true],
    [{ CLICOLOR_FORCE: '1', NO_COLOR: '1' }, false, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
  ])('with %j, terminal %j: %j', (env, isTTY, isColored) => {
    const stream = { isTTY, write: () => true };
    expect(usesColor({ stdout: stream, stderr: stream, env, cwd: '/' })).toBe(isColored);
  });
});
