/** `assay fix` with the real npm and a registry on loopback. */

import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { ownTemporaryFiles } from '../support/fix-document.ts';
import { base62, crc32 } from '../support/secret-corpus/checksums.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';
import { missingForInterop } from '../support/interop.ts';
import { NpmRegistry } from '../support/npm-registry.ts';
import { needs } from '../support/tools.ts';

const execute = promisify(execFile);
const missing = missingForInterop('npm', 'git');

type Json = Record<string, unknown>;
interface FixDocument {
  readonly projects: readonly {
    readonly state: string;
    readonly steps: readonly {
      readonly kind: string;
      readonly moves: readonly {
        readonly name: string;
        readonly from: string;
        readonly to?: string;
      }[];
      readonly edits: readonly Json[];
      readonly clears: readonly string[];
      readonly dependents: readonly string[];
    }[];
    readonly staying: readonly {
      readonly advisoryId: string;
      readonly reasons: readonly string[];
    }[];
    readonly changedPaths: readonly string[];
  }[];
  readonly left: readonly string[];
}

describe.skipIf(missing !== undefined)(`assay fix and npm${needs(missing)}`, () => {
  let folder: CommandFolder;
  let registry: NpmRegistry;

  beforeAll(async () => {
    folder = new CommandFolder();
    registry = await NpmRegistry.start();
    for (const flaw of [
      { id: 'GHSA-vuln-vuln-0001', aliases: ['CVE-2025-0001'], name: 'vuln', fixed: '1.2.6' },
      { id: 'GHSA-late-late-0001', name: 'late', fixed: '2.0.0' },
      { id: 'GHSA-core-core-0001', name: 'core', fixed: '2.0.0' },
      { id: 'MAL-2025-1', name: 'evil', fixed: '9.0.0' },
    ] as const) {
      await folder.load(flaw);
    }
    registry.publish(
      {
        vuln: { '1.0.0': {}, '1.2.5': {}, '1.2.6': {}, '1.3.0': {} },
        late: { '1.0.0': {}, '1.5.0': {}, '2.0.0': {}, '2.1.0': {} },
        core: { '1.0.0': {}, '2.0.0': {} },
        plugin: { '1.0.0': {} },
        exact: {
          '1.0.0': { vuln: '1.0.0' },
          '1.1.0': { vuln: '1.2.6' },
          '2.0.0': { vuln: '1.3.0' },
        },
        stuck: { '1.0.0': { vuln: '~1.0.0' } },
        evil: { '1.0.0': {} },
        carrier: { '1.0.0': {}, '1.1.0': {}, '1.2.0': { evil: '^1.0.0' } },
        ranged: { '1.0.0': { vuln: '^1.0.0' } },
      },
      { plugin: { '1.0.0': { core: '^1.0.0' } } },
    );
    folder.env['npm_config_registry'] = registry.url;
    copies = ownTemporaryFiles(folder.path('tmp'));
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    rmSync(folder.path('app'), { recursive: true, force: true });
  });

  /** Writes a project and the lockfile that npm makes of it with exactly these versions. */
  async function project(
    manifest: Json,
    locked: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const text = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;
    const dependencies = manifest['dependencies'] as Readonly<Record<string, string>>;
    const pinned = Object.fromEntries(
      Object.entries(dependencies).map(([name, range]) => [name, locked[name] ?? range]),
    );
    folder.write(
      'app/package.json',
      text({ ...manifest, dependencies: pinned, overrides: locked }),
    );
    await npm('install', '--package-lock-only', '--ignore-scripts');
    folder.write('app/package.json', text(manifest));
    await npm('install', '--package-lock-only', '--ignore-scripts');
  }
  async function npm(...args: readonly string[]): Promise<void> {
    const env = { PATH: process.env['PATH'], HOME: folder.cwd, npm_config_registry: registry.url };
    await execute('npm', [...args], { cwd: folder.path('app'), env, timeout: 240_000 });
  }
  const fix = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('fix', 'app', '--offline=false', '--skip-db-update', ...args);
  async function plan(...args: readonly string[]): Promise<FixDocument> {
    const { stdout, stderr } = await fix('-f', 'json', ...args);
    return JSON.parse(stdout === '' ? JSON.stringify({ stderr }) : stdout) as FixDocument;
  }
  const lockedVersions = (name: string): readonly string[] => {
    const { packages } = JSON.parse(folder.read('app/package-lock.json')) as {
      readonly packages: Readonly<Record<string, { readonly version: string }>>;
    };
    return Object.entries(packages).flatMap(([key, { version }]) =>
      key.endsWith(`node_modules/${name}`) ? [version] : [],
    );
  };
  let copies: () => readonly string[];

  it.each<[string, Json, Record<string, string>, string, string, Json]>([
    [
      'a direct dependency inside its range',
      { name: 'a', version: '1.0.0', dependencies: { vuln: '^1.0.0' } },
      { vuln: '1.0.0' },
      'update',
      '1.2.6',
      { vuln: '^1.0.0' },
    ],
    [
      'a direct dependency with an exact version',
      { name: 'a', version: '1.0.0', dependencies: { vuln: '1.0.0' } },
      {},
      'widen',
      '1.2.6',
      { vuln: '1.2.6' },
    ],
    [
      'a transitive one behind a range',
      { name: 'a', version: '1.0.0', dependencies: { ranged: '^1.0.0' } },
      { vuln: '1.0.0' },
      'update',
      '1.2.6',
      { ranged: '^1.0.0' },
    ],
    [
      'a transitive one that a newer parent accepts',
      { name: 'a', version: '1.0.0', dependencies: { exact: '1.0.0' } },
      {},
      'widen',
      '1.2.6',
      { exact: '1.1.0' },
    ],
    [
      'a transitive one that only an override reaches',
      { name: 'a', version: '1.0.0', dependencies: { stuck: '^1.0.0' } },
      {},
      'override',
      '1.2.6',
      { stuck: '^1.0.0' },
    ],
  ])(
    'fixes %s, and applying twice changes nothing',
    async (...[, manifest, locked, kind, to, expected]) => {
      await project(manifest, locked);
      expect(lockedVersions('vuln')).toEqual(['1.0.0']);
      const shown = await plan();
      expect(shown.projects[0]?.steps.map((step) => [step.kind, step.moves[0]?.to])).toEqual([
        [kind, to],
      ]);
      const before = folder.read('app/package.json');
      const applied = await fix('--apply', '--fail-on', 'high+fixable');
      expect([applied.exitCode, applied.stderr]).toEqual([0, expect.any(String)]);
      expect(lockedVersions('vuln')).toEqual([to]);
      const after = JSON.parse(folder.read('app/package.json')) as Json;
      expect(after['dependencies']).toEqual(expected);
      if (kind === 'override') expect(after['overrides']).toEqual({ vuln: '^1.2.6' });
      if (kind === 'update') expect(folder.read('app/package.json')).toBe(before);
      await npm('ci', '--ignore-scripts');
      rmSync(folder.path('app/node_modules'), { recursive: true });
      const clean = await folder.assay('fs', 'app', '--fail-on', 'high');
      expect(clean.exitCode).toBe(0);
      const lock = folder.read('app/package-lock.json');
      expect((await fix('--apply')).exitCode).toBe(0);
      expect(folder.read('app/package-lock.json')).toBe(lock);
      expect(copies()).toEqual([]);
    },
  );

  it('names a peer dependency that forbids the step, and does not force it', async () => {
    await project({
      name: 'a',
      version: '1.0.0',
      dependencies: { core: '1.0.0', plugin: '1.0.0' },
    });
    const [one] = (await plan('--allow', 'major')).projects;
    expect(one?.steps).toEqual([]);
    expect(one?.staying[0]?.reasons.join()).toContain('peer dependency: plugin 1.0.0');
  });

  it('goes back to the last good release of the package that pulls in a malicious one', async () => {
    await project({ name: 'a', version: '1.0.0', dependencies: { carrier: '^1.0.0' } });
    const { exitCode } = await fix('--apply', '--fail-on', 'critical');
    expect(exitCode).toBe(0);
    expect(lockedVersions('carrier')).toEqual(['1.1.0']);
    expect(lockedVersions('evil')).toEqual([]);
  });

  it('prints a diff without the secrets that stand beside an edit', async () => {
    const body = randomOf(34).fill('{an:30}');
    const token = `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
    await project({
      ...{ name: 'a', version: '1.0.0', config: { token } },
      dependencies: { vuln: '1.0.0' },
    });
    const { stdout, stderr } = await fix('--diff');
    expect(stdout).toContain('ghp_***');
    expect(stderr).toContain('secrets in the diff of "package.json" are masked');
    expect(stdout + stderr).not.toContain(body);
  });

  it('writes the manifest of the member of a workspace, keeps its form, and prints a diff that git applies', async () => {
    folder.write(
      'app/packages/m/package.json',
      '{\r\n\t"name": "m",\r\n\t"version": "1.0.0",\r\n\t"dependencies": { "vuln": "1.0.0" }\r\n}\r\n',
    );
    await project({ name: 'a', version: '1.0.0', workspaces: ['packages/*'], dependencies: {} });
    const { stdout } = await fix('--diff');
    const [manifest, lock] = ['app/packages/m/package.json', 'app/package-lock.json'].map((name) =>
      folder.read(name),
    );
    folder.write('fix.diff', stdout);
    await execute('git', ['apply', '../fix.diff'], { cwd: folder.path('app') });
    expect(folder.read('app/packages/m/package.json')).toBe(
      manifest?.replace('"1.0.0" }', '"1.2.6" }'),
    );
    const byDiff = folder.read('app/package-lock.json');
    folder.write('app/packages/m/package.json', manifest ?? '');
    folder.write('app/package-lock.json', lock ?? '');
    expect((await fix('--apply')).exitCode).toBe(0);
    expect(folder.read('app/package-lock.json')).toBe(byDiff);
  });

  it('runs nothing of a hostile project, and sends no credential elsewhere', async () => {
    const sentinel = (name: string): string => `touch ${folder.path(`sentinel-${name}`)}`;
    const scripts = Object.fromEntries(
      ['preinstall', 'install', 'postinstall', 'prepare', 'dependencies'].map((name) => [
        name,
        sentinel(name),
      ]),
    );
    await project({ name: 'a', version: '1.0.0', dependencies: { vuln: '1.0.0' } });
    const manifest = folder.json('app/package.json') as Json;
    folder.write('app/package.json', `${JSON.stringify({ ...manifest, scripts }, null, 2)}\n`);
    const lock = folder.json('app/package-lock.json') as { packages: Record<string, Json> };
    (lock.packages[''] ??= {})['hasInstallScript'] = true;
    folder.write('app/package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
    folder.write('app/evil', `#!/bin/sh\n${sentinel('git')}\n`);
    chmodSync(folder.path('app/evil'), 0o755);
    folder.write(
      'app/.pnpmfile.cjs',
      `require('fs').writeFileSync(${JSON.stringify(folder.path('sentinel-pnpm'))}, '')`,
    );
    folder.write('app/.yarnrc.yml', 'yarnPath: ./evil\n');
    const other = await NpmRegistry.start();
    const [own, token] = [new URL(registry.url).host, 'user-token'];
    folder.write('.npmrc', `//${own}/:_authToken=${token}\n`);
    folder.write(
      'app/.npmrc',
      [
        ...[
          `@acme:registry=${other.url}`,
          `//${new URL(other.url).host}/:_authToken=\${SECRET_TOKEN}`,
        ],
        ...[
          'git=./evil',
          'script-shell=./evil',
          'node-options=--require ./evil',
          'ignore-scripts=false',
          '',
        ],
      ].join('\n'),
    );
    folder.env['SECRET_TOKEN'] = 'secret';
    const [before, otherBefore] = [registry.requests.length, other.requests.length];
    try {
      const { exitCode } = await fix('--apply', '--fail-on', 'high');
      expect(exitCode).toBe(0);
      const sent = registry.requests.slice(before).map(({ authorization }) => authorization);
      expect(new Set(sent)).toEqual(new Set([`Bearer ${token}`]));
      expect(other.requests.slice(otherBefore)).toEqual([]);
      // The registry of the project is asked without a credential.
      folder.write(
        'app/.npmrc',
        `registry=${other.url}\n//${new URL(other.url).host}/:_authToken=\${SECRET_TOKEN}\n`,
      );
      delete folder.env['npm_config_registry'];
      folder.write('app/package.json', folder.read('app/package.json').replace('1.2.6', '1.0.0'));
      folder.write('app/package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
      await fix();
      expect(other.requests.length).toBeGreaterThan(0);
      expect(other.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
    } finally {
      folder.env['npm_config_registry'] = registry.url;
      delete folder.env['SECRET_TOKEN'];
      rmSync(folder.path('.npmrc'));
      await other[Symbol.asyncDispose]();
    }
    expect(readdirSync(folder.cwd).filter((name) => name.startsWith('sentinel'))).toEqual([]);
    expect(copies()).toEqual([]);
  });

  it.each<[string, () => Promise<void> | void, readonly string[], string]>([
    [
      'a file that is not committed',
      async () => {
        const git = (...args: readonly string[]): Promise<unknown> =>
          execute('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
            cwd: folder.path('app'),
          });
        await git('init', '-q');
        await git('add', '.');
        await git('commit', '-qm', 'a');
        folder.write('app/package.json', `${folder.read('app/package.json')}\n`);
      },
      ['--apply'],
      'changes that are not committed',
    ],
    [
      'a read-only manifest',
      () => chmodSync(folder.path('app/package.json'), 0o444),
      ['--apply'],
      'read-only',
    ],
    [
      'a lockfile that its manifest does not explain',
      () =>
        void folder.write(
          'app/package.json',
          folder.read('app/package.json').replace('"vuln": "1.0.0"', '"late": "2.0.0"'),
        ),
      ['--id', 'CVE-2025-0001'],
      'does not agree with its package.json',
    ],
    [
      'a package manager that is missing',
      () => void (folder.env['PATH'] = '/nonexistent'),
      [],
      'npm is not installed',
    ],
    [
      'a package manager that fails',
      () => {
        folder.write('bin/npm', '#!/bin/sh\necho "npm broke" >&2\nexit 7\n');
        chmodSync(folder.path('bin/npm'), 0o755);
        folder.env['PATH'] = `${folder.path('bin')}:${process.env['PATH'] ?? ''}`;
      },
      [],
      'npm broke',
    ],
    [
      'a package manager that is killed',
      () => {
        folder.write('bin/npm', '#!/bin/sh\nkill -9 $$\n');
        chmodSync(folder.path('bin/npm'), 0o755);
        folder.env['PATH'] = `${folder.path('bin')}:${process.env['PATH'] ?? ''}`;
      },
      ['--apply'],
      'was ended by SIGKILL',
    ],
  ])('ends with 2 for %s, and leaves all bytes', async (...[, prepare, args, message]) => {
    await project({ name: 'a', version: '1.0.0', dependencies: { vuln: '1.0.0' } });
    await prepare();
    const bytes = (): readonly string[] =>
      ['package.json', 'package-lock.json'].map((name) => folder.read(`app/${name}`));
    const before = bytes();
    try {
      const { exitCode, stderr } = await fix(...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(bytes()).toEqual(before);
      expect(copies()).toEqual([]);
    } finally {
      delete folder.env['PATH'];
    }
  });

  it('gives up the step of three with which the test fails', async () => {
    const dependencies = { vuln: '1.0.0', late: '1.0.0', core: '1.0.0' };
    await project({ name: 'a', version: '1.0.0', dependencies });
    folder.write('app/check.sh', '! grep -q \'"late": "2\' package.json\n');
    const args = ['--allow', 'major', '--apply', '--test', 'sh check.sh'];
    const { projects } = await plan(...args);
    expect(projects[0]?.steps.map(({ moves: [move] }) => move?.name).sort()).toEqual([
      'core',
      'vuln',
    ]);
    expect(projects[0]?.staying.map(({ reasons }) => reasons.join())).toEqual([
      expect.stringContaining('"sh check.sh" fails with it'),
    ]);
    expect((folder.json('app/package.json') as Json)['dependencies']).toEqual({
      vuln: '1.2.6',
      late: '1.0.0',
      core: '2.0.0',
    });
  });
});
