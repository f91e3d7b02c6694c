/**
 * `assay fix` with the real pnpm and yarn: hostile projects, workspaces, catalogs, peers, malicious
 * packages, refusals.
 */

import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FixScene, type Json } from '../support/fix-project.ts';
import { missingForInterop } from '../support/interop.ts';
import { managerPath, type ManagerId } from '../support/javascript-managers.ts';
import { NpmRegistry, type NpmVersions } from '../support/npm-registry.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm', 'git');

const ALL: Readonly<Record<string, NpmVersions>> = {
  vuln: { '1.0.0': {}, '1.2.6': {} },
  core: { '1.0.0': {}, '2.0.0': {} },
  plugin: { '1.0.0': {} },
  evil: { '1.0.0': {} },
  carrier: { '1.0.0': {}, '1.1.0': {}, '1.2.0': { evil: '^1.0.0' } },
};
const OLD = { vuln: ['1.0.0'], core: ['1.0.0'] };
const text = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;

describe.skipIf(missing !== undefined).each<ManagerId>(['pnpm 9', 'pnpm 10', 'yarn 1', 'yarn 4'])(
  `assay fix and %s${needs(missing)}`,
  (id) => {
    let scene: FixScene;
    beforeAll(async () => {
      scene = await FixScene.start(id);
      for (const flaw of [
        { id: 'GHSA-vuln-vuln-0001', aliases: ['CVE-2025-0001'], name: 'vuln', fixed: '1.2.6' },
        { id: 'GHSA-core-core-0001', name: 'core', fixed: '2.0.0' },
        { id: 'MAL-2025-1', name: 'evil', fixed: '9.0.0' },
      ] as const) {
        await scene.folder.load(flaw);
      }
      scene.stub.publish({}, { plugin: { '1.0.0': { core: '^1.0.0' } } });
    }, 240_000);
    afterAll(async () => scene[Symbol.asyncDispose]());

    const simple = (dependencies: Json): Promise<void> =>
      scene.project(
        { 'package.json': text({ name: 'a', version: '1.0.0', dependencies }) },
        ALL,
        OLD,
      );

    it('runs nothing of a hostile project, and sends no credential elsewhere', async () => {
      await simple({ vuln: '1.0.0' });
      const { folder } = scene;
      const other = await NpmRegistry.start();
      try {
        makeHostile(scene, other);
        const [before, otherBefore] = [scene.stub.requests.length, other.requests.length];
        const { exitCode, stderr } = await scene.fix('--apply', '--fail-on', 'high');
        expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
        const sent = scene.stub.requests.slice(before).map(({ authorization }) => authorization);
        expect(sent).toContain('Bearer user-token');
        expect(sent.filter((one) => one !== undefined && one !== 'Bearer user-token')).toEqual([]);
        expect(other.requests.slice(otherBefore)).toEqual([]);
        expect(sentinels(scene)).toEqual([]);
        // The registry of the project is asked without a credential.
        other.publish(ALL);
        folder.write(
          'app/.npmrc',
          `registry=${other.url}\n//${new URL(other.url).host}/:_authToken=\${SECRET_TOKEN}\n`,
        );
        folder.write('app/.yarnrc.yml', 'npmAuthToken: "${SECRET_TOKEN}"\n');
        delete folder.env['npm_config_registry'];
        folder.write('app/package.json', scene.read('package.json').replace('1.2.6', '1.0.0'));
        folder.write(`app/${scene.lockfile}`, folder.read('lock.old'));
        await scene.fix();
        expect(other.requests.length).toBeGreaterThan(0);
        expect(other.requests.filter((one) => one.authorization !== undefined)).toEqual([]);
      } finally {
        folder.env['npm_config_registry'] = scene.registry;
        delete folder.env['SECRET_TOKEN'];
        rmSync(folder.path('.npmrc'), { force: true });
        await other[Symbol.asyncDispose]();
      }
      expect(sentinels(scene)).toEqual([]);
      expect(scene.copies()).toEqual([]);
    }, 240_000);

    it('changes the manifest of the member or the catalog that has the range, and keeps its form', async () => {
      const member =
        '{\r\n\t"name": "m",\r\n\t"version": "1.0.0",\r\n\t"dependencies": { "vuln": "1.0.0" }\r\n}\r\n';
      const catalogs = '# why\ncatalog:\n  vuln: 1.0.0 # here\n';
      const isPnpm = id.startsWith('pnpm');
      const hasCatalogs = id !== 'yarn 1';
      const settings = isPnpm ? 'pnpm-workspace.yaml' : '.yarnrc.yml';
      await scene.project(
        {
          'package.json': text({
            name: 'a',
            version: '1.0.0',
            private: true,
            workspaces: ['packages/*'],
          }),
          'packages/m/package.json': member,
          ...(hasCatalogs && {
            'packages/n/package.json': text({
              name: 'n',
              version: '1.0.0',
              dependencies: { vuln: 'catalog:' },
            }),
            [settings]: isPnpm ? `packages:\n  - packages/*\n${catalogs}` : catalogs,
          }),
        },
        ALL,
        OLD,
      );
      // Yarn 4 writes manifests anew when it locks them.
      const before = scene.read('packages/m/package.json');
      const applied = await scene.fix('--apply', '--fail-on', 'high+fixable');
      expect([applied.exitCode, applied.stdout]).toEqual([0, expect.any(String)]);
      expect(scene.read('packages/m/package.json')).toBe(
        before.replace('"vuln": "1.0.0"', '"vuln": "1.2.6"'),
      );
      if (hasCatalogs) {
        expect(scene.read(settings)).toContain('# why\ncatalog:\n  vuln: 1.2.6 # here\n');
      }
      await scene.frozen();
    }, 240_000);

    it('names a peer dependency that forbids the step, and does not force it', async () => {
      await simple({ core: '1.0.0', plugin: '1.0.0' });
      const { projects, stderr } = await scene.plan('--allow', 'major');
      expect(stderr).toBeUndefined();
      expect(projects[0]?.steps).toEqual([]);
      expect(projects[0]?.staying[0]?.reasons.join()).toMatch(/peer dependency.*plugin/u);
    }, 240_000);

    it('goes back to the last good release of the package that pulls in a malicious one', async () => {
      await simple({ carrier: '^1.0.0' });
      const { exitCode, stdout } = await scene.fix('--apply', '--fail-on', 'critical');
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('1.1.0')]);
      const lock = scene.read(scene.lockfile);
      expect(lock).toContain('1.1.0');
      expect(lock).not.toContain('evil');
    }, 240_000);

    it('ends with 2 for lockfiles of other versions, and leaves all bytes', async () => {
      await simple({ vuln: '1.0.0' });
      const manifest = scene.read('package.json');
      const lock = scene.read(scene.lockfile);
      const old = id.startsWith('pnpm')
        ? lock.replace("'9.0'", "'6.0'")
        : lock.replace(/^( +version): \d+$/mu, '$1: 6').replace('v1', 'v0');
      expect(old).not.toBe(lock);
      scene.folder.write(`app/${scene.lockfile}`, old);
      const { exitCode, stderr } = await scene.fix('--apply');
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(scene.lockfile)]);
      expect([scene.read('package.json'), scene.read(scene.lockfile)]).toEqual([manifest, old]);
      if (id.startsWith('yarn')) {
        scene.folder.write(`app/${scene.lockfile}`, lock);
        const before = scene.folder.env['PATH'] ?? '';
        const wrong = managerPath(id === 'yarn 1' ? 'yarn 4' : 'yarn 1');
        scene.folder.env['PATH'] = `${wrong}:${before}`;
        const end = await scene.fix('--apply');
        scene.folder.env['PATH'] = before;
        expect([end.exitCode, end.stderr]).toEqual([
          2,
          expect.stringMatching(/was written by Yarn.*first in PATH/su),
        ]);
        expect(scene.read(scene.lockfile)).toBe(lock);
      }
      expect(scene.copies()).toEqual([]);
    }, 240_000);
  },
);

/** Writes everything that could run, or send a credential. The lockfile is kept as `lock.old`. */
function makeHostile(scene: FixScene, other: NpmRegistry): void {
  const { folder } = scene;
  const sentinel = (name: string): string => `touch ${folder.path(`sentinel-${name}`)}`;
  const code = (name: string): string =>
    `require('fs').writeFileSync(${JSON.stringify(folder.path(`sentinel-${name}`))}, '');\nmodule.exports = { name: '${name}', factory: () => ({}), hooks: {} };\n`;
  const scripts = Object.fromEntries(
    ['preinstall', 'install', 'postinstall', 'prepare', 'pnpm:devPreinstall', 'dependencies'].map(
      (name) => [name, sentinel(name.replace(':', '-'))],
    ),
  );
  const manifest = folder.json('app/package.json') as Json;
  folder.write('lock.old', scene.read(scene.lockfile));
  folder.write(
    'app/package.json',
    text({
      ...manifest,
      scripts,
      packageManager: scene.lockfile === 'yarn.lock' ? 'yarn@3.0.0' : 'pnpm@9.0.1',
      pnpm: { configDependencies: { 'evil-config': '1.0.0+sha512-AAAA' } },
    }),
  );
  folder.write('app/evil', `#!/bin/sh\n${sentinel('program')}\n`);
  chmodSync(folder.path('app/evil'), 0o755);
  for (const name of ['.pnpmfile.cjs', 'pnpmfile.cjs', 'evil.cjs', '.yarn/plugins/evil.cjs']) {
    folder.write(`app/${name}`, code(name.replaceAll('/', '-')));
  }
  if (scene.lockfile === 'pnpm-lock.yaml') {
    folder.write(
      'app/pnpm-workspace.yaml',
      "packages: ['.']\nconfigDependencies:\n  evil-config: 1.0.0+sha512-AAAA\npnpmfile: ./evil.cjs\nglobalPnpmfile: ./evil.cjs\nscriptShell: ./evil\nnodeOptions: --require ./evil.cjs\n",
    );
  }
  folder.write(
    'app/.yarnrc.yml',
    'yarnPath: ./evil.cjs\nplugins:\n  - path: .yarn/plugins/evil.cjs\n    spec: evil\nenableScripts: true\nnpmAuthToken: "${SECRET_TOKEN}"\n',
  );
  folder.write(
    'app/.yarnrc',
    'yarn-path "./evil.cjs"\nscript-shell "./evil"\n"--install.ignore-scripts" false\n',
  );
  const [own, token] = [new URL(scene.registry).host, 'user-token'];
  folder.write(
    '.npmrc',
    `//${own}/:_authToken=${token}\n//${own}/:always-auth=true\nalways-auth=true\n`,
  );
  folder.write(
    'app/.npmrc',
    [
      `@acme:registry=${other.url}`,
      `//${new URL(other.url).host}/:_authToken=\${SECRET_TOKEN}`,
      ...['git=./evil', 'script-shell=./evil', 'node-options=--require ./evil.cjs'],
      ...['pnpmfile=./evil.cjs', 'global-pnpmfile=./evil.cjs', 'ignore-scripts=false', ''],
    ].join('\n'),
  );
  folder.env['SECRET_TOKEN'] = 'secret';
}

function sentinels({ folder }: FixScene): readonly string[] {
  return readdirSync(folder.cwd).filter((name) => name.startsWith('sentinel'));
}
