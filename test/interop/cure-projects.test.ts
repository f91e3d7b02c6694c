/**
 * Every command that a cure prints for a project is run there by the real package manager, and
 * clears what it says.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { NpmRegistry, type NpmVersions } from '../support/npm-registry.ts';
import { inShell } from '../support/run-command.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

/** What the registry holds when the lockfile is written. */
const BEFORE: Readonly<Record<string, NpmVersions>> = {
  axios: { '0.21.0': { mini: '^1.2.0' } },
  mini: { '0.0.8': {}, '1.2.5': {} },
  exact: { '1.0.0': { mini: '1.2.5' } },
  loose: { '1.0.0': { mini: '^1.2.5', 'dotted.name': '~1.0.0' } },
  older: { '1.0.0': { mini: '0.0.8' } },
  newest: { '1.0.0': { mini: '^2.0.0' } },
  deep: { '1.0.0': { loose: '1.0.0' } },
  'dotted.name': { '1.0.0': {} },
  '@scope/pkg': { '1.0.0': {} },
};

/** What it holds when the command runs. */
const AFTER: Readonly<Record<string, NpmVersions>> = {
  ...BEFORE,
  axios: { '0.21.0': { mini: '^1.2.0' }, '0.31.1': { mini: '^1.2.0' }, '1.9.0': {} },
  mini: { '0.0.8': {}, '0.2.1': {}, '1.2.5': {}, '1.2.6': {}, '1.3.0': {}, '2.0.0': {} },
  'dotted.name': { '1.0.0': {}, '1.0.1': {}, '2.0.0': {} },
  '@scope/pkg': { '1.0.0': {}, '1.0.5': {} },
};

/** `mini` is fixed in two lines, and affected again in a later version. */
const ADVISORIES = [
  osv('GHSA-aaaa-0000-0001', 'axios', [['0', '0.31.1']]),
  osv('GHSA-aaaa-0000-0002', 'mini', [
    ['0', '0.2.1'],
    ['1.0.0', '1.2.6'],
    ['1.3.0', '1.4.0'],
  ]),
  osv('GHSA-aaaa-0000-0003', 'dotted.name', [['0', '1.0.1']]),
  osv('GHSA-aaaa-0000-0004', '@scope/pkg', [['0', '1.0.5']]),
];

function osv(
  id: string,
  name: string,
  ranges: readonly (readonly [string, string])[],
): { readonly id: string } {
  const events = ranges.map(([introduced, fixed]) => ({
    type: 'SEMVER',
    events: [{ introduced }, { fixed }],
  }));
  return {
    id,
    ...{ modified: '2024-01-01T00:00:00Z' },
    ...{ affected: [{ package: { ecosystem: 'npm', name }, ranges: events }] },
    ...{ severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] },
  };
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

/** Projects, each with the packages that the cure upgrades. */
const PROJECTS: readonly (readonly [string, Manifest, readonly string[]])[] = [
  ['asks for it directly', { dependencies: { axios: '0.21.0' } }, ['axios', 'mini']],
  ['asks for a range', { dependencies: { '@scope/pkg': '^1.0.0' } }, ['@scope/pkg']],
  ['asks for it in development', { devDependencies: { '@scope/pkg': '1.0.0' } }, ['@scope/pkg']],
  ['gets it by a range', { dependencies: { loose: '1.0.0' } }, ['dotted.name', 'mini']],
  ['gets it by an exact request', { dependencies: { exact: '1.0.0' } }, ['mini']],
  [
    'gets it by a range and an exact request',
    { dependencies: { exact: '1.0.0', loose: '1.0.0' } },
    ['dotted.name', 'mini'],
  ],
  ['gets it from afar', { dependencies: { deep: '^1.0.0' } }, ['dotted.name', 'mini']],
  [
    'asks for it, and gets it by a range',
    { dependencies: { mini: '^1.2.0', loose: '1.0.0' } },
    ['dotted.name', 'mini'],
  ],
];

/** Projects with one name in several versions. */
const SEVERAL: typeof PROJECTS = [
  [
    'gets two versions of it',
    { dependencies: { older: '1.0.0', exact: '1.0.0' } },
    ['mini', 'mini'],
  ],
];

let folder: CommandFolder;
let registry: NpmRegistry;

beforeAll(async () => {
  folder = new CommandFolder();
  registry = await NpmRegistry.start();
  for (const record of ADVISORIES) {
    folder.write(`osv/${record.id}.json`, JSON.stringify(record));
  }
  await folder.run('db', 'import', 'osv');
});

afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Manager {
  readonly name: string;
  readonly install: string;
  readonly projects: typeof PROJECTS;
}

const MANAGERS: readonly Manager[] = [
  { name: 'npm', install: 'npm install --package-lock-only', projects: [...PROJECTS, ...SEVERAL] },
  { name: 'pnpm', install: 'pnpm install --lockfile-only', projects: [...PROJECTS, ...SEVERAL] },
  { name: 'yarn', install: 'yarn install', projects: PROJECTS },
];

interface VerdictFile {
  readonly status: string;
  readonly causes: readonly { readonly findings: readonly { readonly id: string }[] }[];
  readonly cure?: {
    readonly clears: readonly string[];
    readonly upgrades: readonly { readonly packageName: string }[];
    readonly commands?: readonly { readonly command: string }[];
  };
}

async function judged(project: string): Promise<VerdictFile> {
  await folder.assay(
    'fs',
    project,
    '--fail-on',
    'low',
    '--include-dev-deps',
    '-o',
    'verdict=v.json',
  );
  return folder.json('v.json') as VerdictFile;
}

async function run(line: string, cwd: string): Promise<void> {
  const { exitCode, output } = await inShell(line, {
    cwd,
    env: {
      HOME: folder.cwd,
      CI: 'true',
      npm_config_registry: registry.url,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      npm_config_cache: folder.path('npm-cache'),
      YARN_REGISTRY: registry.url,
    },
  });
  if (exitCode !== 0) throw new Error(`${line}: ${output}`);
}

for (const { name, install, projects } of MANAGERS) {
  const missing = missingForInterop(name, 'npm', 'chroot');
  describe.skipIf(missing !== undefined)(`a cure for ${name}${needs(missing)}`, () => {
    it.each(projects)('clears what it says in a project that %s', async (what, manifest, names) => {
      const project = `${name}-${what.replaceAll(/[^a-z]+/gu, '-')}`;
      folder.write(
        `${project}/package.json`,
        JSON.stringify({ name: 'app', version: '1.0.0', ...manifest }),
      );
      folder.write(`${project}/.yarnrc`, `registry "${registry.url}"\n`);
      registry.publish(BEFORE);
      await run(install, folder.path(project));
      const before = await judged(project);
      expect(before.status).toBe('fail');
      expect(before.cure?.upgrades.map(({ packageName }) => packageName)).toEqual(names);

      registry.publish(AFTER);
      const { commands = [], clears = [] } = before.cure ?? {};
      expect(commands).toHaveLength(1);
      for (const { command } of commands) await run(command, folder.cwd);

      const after = await judged(project);
      const left = after.causes.flatMap(({ findings }) => findings.map(({ id }) => id));
      expect(left.filter((id) => clears.includes(id))).toEqual([]);
      expect([after.status, left]).toEqual(['pass', []]);
      const members = Object.keys(manifest.devDependencies ?? {});
      const written = JSON.parse(
        readFileSync(path.join(folder.path(project), 'package.json'), 'utf8'),
      ) as Manifest;
      expect(Object.keys(written.devDependencies ?? {})).toEqual(members);
    });
  });
}

/** A second advisory, for the version that the first cure has brought. */
const SECOND = osv('GHSA-cccc-0000-0001', 'twice', [['0', '1.2.0']]);
const FIRST = osv('GHSA-cccc-0000-0001', 'twice', [['0', '1.1.0']]);
const TWICE: Readonly<Record<string, NpmVersions>> = {
  twice: { '1.0.0': {}, '1.1.0': {}, '1.2.0': {} },
  needs: { '1.0.0': { twice: '1.0.0' } },
};

it.each(MANAGERS.filter(({ name }) => missingForInterop(name, 'npm', 'chroot') === undefined))(
  'a second cure of $name replaces the first',
  async ({ name, install }) => {
    const project = `${name}-twice`;
    const manifest = { name: 'app', version: '1.0.0', dependencies: { needs: '1.0.0' } };
    folder.write(`${project}/package.json`, JSON.stringify(manifest));
    folder.write(`${project}/.yarnrc`, `registry "${registry.url}"\n`);
    registry.publish(TWICE);
    await run(install, folder.path(project));
    for (const record of [FIRST, SECOND]) {
      folder.write(`osv/${record.id}.json`, JSON.stringify(record));
      await folder.run('db', 'import', 'osv');
      const { status, cure } = await judged(project);
      expect(status).toBe('fail');
      for (const { command } of cure?.commands ?? []) await run(command, folder.cwd);
      expect((await judged(project)).status).toBe('pass');
    }
  },
);

const missingNpm = missingForInterop('npm');

describe.skipIf(missingNpm !== undefined)(`a cure for npm${needs(missingNpm)}`, () => {
  it('upgrades in a workspace', async () => {
    folder.write(
      'mono/package.json',
      JSON.stringify({ name: 'mono', version: '1.0.0', workspaces: ['packages/*'] }),
    );
    folder.write(
      'mono/packages/a/package.json',
      JSON.stringify({ name: 'a', version: '1.0.0', dependencies: { '@scope/pkg': '1.0.0' } }),
    );
    registry.publish(BEFORE);
    await run('npm install --package-lock-only', folder.path('mono'));
    const before = await judged('mono');
    expect(before.status).toBe('fail');
    registry.publish(AFTER);
    for (const { command } of before.cure?.commands ?? []) await run(command, folder.cwd);
    expect((await judged('mono')).status).toBe('pass');
  });

  it('runs nothing that a name of the lockfile contains', async () => {
    const rows = ['a$(touch PWNED)', '`touch PWNED`', 'a;touch PWNED', '-g', 'user/repository'];
    const packages = Object.fromEntries(
      rows.map((name) => [`node_modules/${name}`, { version: '1.0.0' }]),
    );
    folder.write(
      'evil/package-lock.json',
      JSON.stringify({ name: 'app', lockfileVersion: 3, packages: { '': {}, ...packages } }),
    );
    const evil = rows.map((name, index) =>
      osv(`GHSA-bbbb-0000-000${index}`, name, [['0', '1.0.1']]),
    );
    for (const record of evil) writeFileSync(folder.path('evil.json'), JSON.stringify(record));
    const { cure } = await judged('evil');
    const words = (cure?.commands ?? []).map(({ command }) => command).join('\n');
    expect(words).not.toMatch(/touch|user\/repository|-g@/u);
  });
});
