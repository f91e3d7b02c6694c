/**
 * `assay fix --offline`: plans from lockfiles and advisories, and what is refused before anything
 * is tried.
 */

import { readFileSync, rmSync, symlinkSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';

type Requests = Readonly<Record<string, string>>;
interface Row {
  readonly version: string;
  readonly dependencies?: Requests;
  readonly peerDependencies?: Requests;
}
interface FixAnswer {
  readonly findings: readonly { readonly package: string }[];
  readonly projects: readonly {
    readonly state: string;
    readonly steps: readonly {
      readonly kind: string;
      readonly moves: readonly { readonly name: string; readonly to?: string }[];
      readonly edits: readonly { readonly manifest: string; readonly to?: string }[];
    }[];
    readonly staying: readonly { readonly package: string; readonly reasons: readonly string[] }[];
  }[];
  readonly left: readonly string[];
}

let folder: CommandFolder;
beforeAll(async () => {
  folder = new CommandFolder();
  for (const flaw of [
    { id: 'GHSA-vuln-vuln-0001', aliases: ['CVE-2025-0001'], name: 'vuln', fixed: '1.2.6' },
    { id: 'GHSA-late-late-0001', name: 'late', fixed: '2.0.0' },
    { id: 'MAL-2025-1', name: 'evil', fixed: '9.0.0' },
  ]) {
    await folder.load(flaw);
  }
});
afterAll(() => folder[Symbol.dispose]());
beforeEach(() => rmSync(folder.path('app'), { recursive: true, force: true }));

/** Writes a project whose lockfile has these packages beside the project itself. */
function project(
  dependencies: Requests,
  packages: Readonly<Record<string, Row>>,
  more: { readonly manifest?: object; readonly lock?: object; readonly root?: object } = {},
): void {
  const root = { name: 'app', version: '1.0.0', dependencies };
  const text = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  folder.write('app/package.json', text({ ...root, ...more.manifest }));
  const rows = { '': { ...root, ...more.root }, ...packages };
  folder.write(
    'app/package-lock.json',
    text({ name: 'app', lockfileVersion: 3, packages: rows, ...more.lock }),
  );
}
async function plan(...args: readonly string[]): Promise<FixAnswer> {
  const { stdout, stderr } = await folder.assay('fix', 'app', '-f', 'json', ...args);
  expect(stderr).not.toContain('internal');
  return JSON.parse(stdout) as FixAnswer;
}
const stepsOf = ({ projects }: FixAnswer): readonly string[] =>
  projects.flatMap(({ steps }) =>
    steps.map(
      ({ kind, moves }) =>
        `${kind} ${moves.map(({ name, to }) => `${name}>${to ?? ''}`).join(' ')}`,
    ),
  );
const reasonsOf = ({ projects }: FixAnswer): string =>
  projects.flatMap(({ staying }) => staying.flatMap(({ reasons }) => reasons)).join('; ');

describe('a plan that is not tried', () => {
  it.each<[string, Requests, Record<string, Row>, readonly string[], readonly string[], string]>([
    [
      'an update in the range',
      { vuln: '^1.0.0' },
      { vuln: { version: '1.0.0' } },
      [],
      ['update vuln>1.2.6'],
      '',
    ],
    [
      'another range',
      { vuln: '~1.0.0' },
      { vuln: { version: '1.0.0' } },
      [],
      ['widen vuln>1.2.6'],
      '',
    ],
    [
      'an override',
      { a: '1' },
      { a: { version: '1.0.0', dependencies: { vuln: '~1.0.0' } }, vuln: { version: '1.0.0' } },
      [],
      ['override vuln>1.2.6'],
      '',
    ],
    [
      'no major change by default',
      { late: '^1.0.0' },
      { late: { version: '1.0.0' } },
      [],
      [],
      'is a major change',
    ],
    [
      'a major change that is allowed',
      { late: '^1.0.0' },
      { late: { version: '1.0.0' } },
      ['--allow', 'major'],
      ['widen late>2.0.0'],
      '',
    ],
    [
      'a level for one package',
      { late: '^1.0.0', vuln: '1.0.0' },
      { late: { version: '1.0.0' }, vuln: { version: '1.0.0' } },
      ['--allow', 'patch,late:major'],
      ['widen late>2.0.0'],
      'is a minor change',
    ],
    [
      'a peer dependency, which is not overridden',
      { plugin: '1', vuln: '1.0.0' },
      {
        plugin: { version: '1.0.0', peerDependencies: { vuln: '~1.0.0' } },
        vuln: { version: '1.0.0' },
      },
      [],
      [],
      'peer dependency: plugin 1.0.0',
    ],
    [
      'an address, which is no range',
      { vuln: 'git+ssh://git@example.com/a/vuln.git' },
      { vuln: { version: '1.0.0' } },
      [],
      [],
      'not a range of versions',
    ],
    [
      'a malicious package that goes',
      { evil: '1' },
      { evil: { version: '1.0.0' } },
      [],
      ['remove evil>'],
      '',
    ],
    [
      'a malicious package that another one pulls in',
      { a: '1' },
      { a: { version: '1.0.0', dependencies: { evil: '1' } }, evil: { version: '1.0.0' } },
      [],
      ['remove evil> a>'],
      '',
    ],
    [
      'one id, by its alias',
      { late: '^1.0.0', vuln: '1.0.0' },
      { late: { version: '1.0.0' }, vuln: { version: '1.0.0' } },
      ['--id', 'cve-2025-0001', '--allow', 'major'],
      ['widen vuln>1.2.6'],
      '',
    ],
    [
      'one package',
      { late: '^1.0.0', vuln: '1.0.0' },
      { late: { version: '1.0.0' }, vuln: { version: '1.0.0' } },
      ['--package', 'late', '--allow', 'major'],
      ['widen late>2.0.0'],
      '',
    ],
  ])('has %s', async (...[, requests, packages, args, expected, reason]) => {
    const rows = Object.entries(packages).map(([name, row]) => [`node_modules/${name}`, row]);
    project(requests, Object.fromEntries(rows) as Record<string, Row>);
    const answer = await plan(...args);
    expect(stepsOf(answer)).toEqual(expected);
    expect(reasonsOf(answer)).toContain(reason);
    expect(answer.projects.map(({ state }) => state)).toEqual(['notTried']);
    expect(answer.left.length).toBe(
      answer.findings.length -
        expected.length +
        (args.includes('--id') || args.includes('--package') ? 1 : 0),
    );
  });

  it('names the manifest of the member that requests the package', async () => {
    const member = { name: 'm', version: '1.0.0', dependencies: { vuln: '1.0.0' } };
    folder.write('app/packages/m/package.json', JSON.stringify(member));
    project(
      {},
      {
        'packages/m': member,
        'node_modules/m': { version: '1.0.0' },
        'node_modules/vuln': { version: '1.0.0' },
      },
    );
    const [step] = (await plan()).projects[0]?.steps ?? [];
    expect(step?.edits).toMatchObject([{ manifest: 'packages/m/package.json', to: '1.2.6' }]);
  });

  it('is judged by what it leaves, and fits its schema', async () => {
    project(
      { late: '^1.0.0', vuln: '1.0.0' },
      { 'node_modules/late': { version: '1.0.0' }, 'node_modules/vuln': { version: '1.0.0' } },
    );
    const failed = await folder.assay('fix', 'app', '--fail-on', 'high', '-f', 'json');
    expect(failed.exitCode).toBe(1);
    const passed = await folder.assay('fix', 'app', '--fail-on', 'high', '--allow', 'major');
    expect([passed.exitCode, passed.stdout]).toEqual([0, expect.stringContaining('not tried')]);
    const url = new URL('../../schema/assay-fix-1.schema.json', import.meta.url);
    const ajv = new Ajv2020({ strict: false });
    const isValid = ajv.compile(JSON.parse(readFileSync(url, 'utf8')) as object);
    expect([isValid(JSON.parse(failed.stdout)), isValid.errors]).toEqual([true, null]);
  });
});

describe('before anything is tried', () => {
  const vuln = { 'node_modules/vuln': { version: '1.0.0' } };
  it.each<[string, () => void, readonly string[], string]>([
    [
      '--apply is refused',
      () => project({ vuln: '1.0.0' }, vuln),
      ['--apply'],
      '--offline keeps it',
    ],
    [
      'an old lockfile is refused',
      () =>
        project({ vuln: '1.0.0' }, vuln, {
          lock: {
            lockfileVersion: 1,
            dependencies: { vuln: { version: '1.0.0' } },
            packages: undefined,
          },
        }),
      [],
      'npm would rewrite',
    ],
    [
      'a lockfile that leaves its project is refused',
      () => project({ vuln: '1.0.0' }, { ...vuln, '../other': { version: '1.0.0' } }),
      [],
      'outside of its project',
    ],
    [
      'a level that is none is refused',
      () => project({ vuln: '1.0.0' }, vuln),
      ['--allow', 'huge'],
      '--allow cannot be "huge"',
    ],
    [
      '--force-dirty without --apply is refused',
      () => project({ vuln: '1.0.0' }, vuln),
      ['--force-dirty'],
      '--apply is missing',
    ],
    [
      'a project of a package manager that is not in the list is refused',
      () => {
        project({}, {});
        folder.write(
          'app/package.json',
          '{"name":"app","version":"1.0.0","dependencies":{"vuln":"1.0.0"}}',
        );
        const workspace = { name: 'app', dependencies: { vuln: '1.0.0' } };
        const packages = { vuln: ['vuln@1.0.0', '', {}, 'sha512-AA=='] };
        const bun = { lockfileVersion: 1, workspaces: { '': workspace }, packages };
        folder.write('app/bun.lock', JSON.stringify(bun));
      },
      [],
      'writes "bun.lock"',
    ],
    [
      'a manifest behind a symlink that leaves the project is refused',
      () => {
        project({ vuln: '1.0.0' }, vuln);
        rmSync(folder.path('app/package.json'));
        symlinkSync('/etc/hostname', folder.path('app/package.json'));
      },
      [],
      'cannot be read',
    ],
  ])('%s', async (_, prepare, args, message) => {
    prepare();
    const lock = folder.read('app/package-lock.json');
    const { exitCode, stderr } = await folder.assay('fix', 'app', ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(folder.read('app/package-lock.json')).toBe(lock);
  });
});
