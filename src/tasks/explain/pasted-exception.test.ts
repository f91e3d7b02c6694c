/** The command that `assay explain` prints sets the finding aside when a shell runs it. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../test/support/command-folder.ts';
import { exceptionCommand } from './exception-line.ts';

const NAMES = ['left', '@scope/pkg', 'a.b', 'c_d', 'e-f', "i'j"];

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  const packages = new Map<string, object>([
    ['', { name: 'app', dependencies: { top: '*', 'a.b': '*' } }],
    ['node_modules/top', { version: '2.0.0', dependencies: { mid: '*' } }],
    ['node_modules/mid', { version: '3.0.0', dependencies: { left: '*' } }],
  ]);
  for (const name of NAMES) packages.set(`node_modules/${name}`, { version: '1.0.0' });
  folder.write(
    'app/package-lock.json',
    JSON.stringify({ lockfileVersion: 3, packages: Object.fromEntries(packages) }),
  );
  await folder.load(
    ...NAMES.map((name, index) => ({ id: `GHSA-aaaa-0000-000${index}`, name, fixed: '1.0.1' })),
  );
  await folder.run('fs', 'app', '-o', 'json=report.json');
});

afterAll(() => {
  folder[Symbol.dispose]();
});

interface Answer {
  readonly explanations: readonly {
    readonly package: { readonly name: string };
    readonly clears: { readonly command?: string };
  }[];
}

/** The words that a shell makes of a line. */
function wordsOf(line: string): readonly string[] {
  const script = `assay() { printf '%s\\n' "$@"; }; ${line}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', cwd: folder.cwd })
    .trimEnd()
    .split('\n');
}

describe('the command that accepts a finding', () => {
  it.each(NAMES.map((name, index) => [name, index] as const))(
    'works for %s',
    async (name, index) => {
      const id = `GHSA-aaaa-0000-000${index}`;
      const { stdout } = await folder.run('explain', id, '--report', 'report.json', '-f', 'json');
      const [one] = (JSON.parse(stdout) as Answer).explanations;
      expect(one?.package.name).toBe(name);
      const line = one?.clears.command ?? '';
      if (/[;$']/u.test(name)) expect(line).not.toContain(name);
      const { stdout: text } = await folder.run('explain', id, '--report', 'report.json');
      expect(text).toContain(`\n    ${line}\n`);

      await folder.run(...wordsOf(line));
      const gate = ['fs', 'app', '--fail-on', `id=${id}`, '-o', 'verdict=v.json'];
      expect((await folder.assay(...gate)).exitCode).toBe(0);
      expect(folder.json('v.json')).toMatchObject({ status: 'pass' });
      expect(existsSync(folder.path('PWNED'))).toBe(false);
    },
  );

  it.each(['a b', 'a;id', '-x', '', 'a\nb', "a'b", '$(id)', 'a\u202Eb', '~a', 'a*'])(
    'names no package called %j',
    (name) => {
      expect(exceptionCommand('CVE-2024-0001', name)).toBeUndefined();
      expect(exceptionCommand('CVE-2024-0001', name, 'abc123')).toMatch(
        /^assay ignore add abc123 /u,
      );
    },
  );

  it.each(['CVE 1', '$(id)', '-x', 'a;b'])('names no advisory called %j', (id) => {
    expect(exceptionCommand(id, 'left')).toBeUndefined();
  });
});

describe('who pulls a package in', () => {
  it('is the way from what the project asks for', async () => {
    const { stdout } = await folder.run(
      'explain',
      'GHSA-aaaa-0000-0000',
      '--report',
      'report.json',
    );
    expect(stdout).toMatch(/^ {2}Pulled in +by top 2\.0\.0, which needs mid 3\.0\.0$/mu);
    expect(stdout).toMatch(/^ {2}Needed by +mid 3\.0\.0$/mu);
  });

  it('is the project for what it asks for itself', async () => {
    const { stdout } = await folder.run(
      'explain',
      'GHSA-aaaa-0000-0002',
      '--report',
      'report.json',
    );
    expect(stdout).toMatch(/^ {2}Pulled in +by the project itself$/mu);
    expect(stdout).not.toContain('Needed by');
  });
});
