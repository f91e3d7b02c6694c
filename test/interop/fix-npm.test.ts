/** `assay fix` with the real npm and a registry on loopback. */

import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { NpmRegistry } from '../support/npm-registry.ts';

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

describe.skipIf(missing !== undefined)(`assay fix and npm, needs ${missing}`, () => {
  let folder: CommandFolder;
  let registry: NpmRegistry;

  beforeAll(async () => {
    folder = new CommandFolder();
    registry = await NpmRegistry.start();
    for (const flaw of [
      { id: 'GHSA-vuln-vuln-0001', aliases: ['CVE-2025-0001'], name: 'vuln', fixed: '1.2.6' },
      { id: 'GHSA-late-late-0001', name: 'late', fixed: '2.0.0' },
      { id: 'GHSA-core-core-0001', name: 'core', fixed: '2.0.0' },
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
        ranged: { '1.0.0': { vuln: '^1.0.0' } },
      },
      { plugin: { '1.0.0': { core: '^1.0.0' } } },
    );
    folder.env['npm_config_registry'] = registry.url;
  }, 60_000);
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
    await execute('npm', [...args], { cwd: folder.path('app'), env, timeout: 30_000 });
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
  const copies = (): readonly string[] =>
    readdirSync(tmpdir()).filter((name) => name.startsWith('assay-fix-'));

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
    60_000,
  );
});
