/**
 * `assay fix` on vulnerable projects of the npm registry that this machine has configured, with
 * each package manager: the plan, the diff, the files that are written, an installation from the
 * lockfile, a scan, and the test of the project.
 */

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { FixScene, type Json } from '../support/fix-project.ts';
import { missingForInterop } from '../support/interop.ts';
import type { ManagerId } from '../support/javascript-managers.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm', 'git');
const text = (value: Json): string => `${JSON.stringify(value, null, 2)}\n`;

interface RealProject {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  /** A package that is locked at a version below what its range allows. */
  readonly locked?: { readonly name: string; readonly range: string; readonly version: string };
  readonly kind: string;
  readonly move: readonly [name: string, from: string, to: string];
  readonly allow: string;
}

const root = (dependencies: Json, more: Json = {}): string =>
  text({ name: 'app', version: '1.0.0', private: true, dependencies, ...more });

const PROJECTS: readonly RealProject[] = [
  {
    what: 'a direct dependency',
    files: {
      'package.json': root({ lodash: '4.17.20' }),
      'check.js':
        "if (require('lodash').template('<%= a %>')({ a: 1 }) !== '1') process.exit(1);\n",
    },
    kind: 'widen',
    move: ['lodash', '4.17.20', '4.17.21'],
    allow: 'minor',
  },
  {
    what: 'a transitive one behind a range',
    files: {
      'package.json': root({ mkdirp: '0.5.5' }),
      'check.js': "require('mkdirp').sync('made');\n",
    },
    locked: { name: 'minimist', range: '^1.2.5', version: '1.2.5' },
    kind: 'update',
    move: ['minimist', '1.2.5', '1.2.6'],
    allow: 'minor',
  },
  {
    what: 'a transitive one that only an override reaches',
    files: {
      'package.json': root({ optimist: '^0.6.1' }),
      'check.js': "if (require('optimist').parse(['--x', '3']).x !== 3) process.exit(1);\n",
    },
    kind: 'override',
    move: ['minimist', '0.0.10', '1.2.6'],
    allow: 'major',
  },
  {
    what: 'a member of a workspace',
    files: {
      'package.json': text({
        name: 'app',
        version: '1.0.0',
        private: true,
        workspaces: ['packages/*'],
      }),
      'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
      'packages/m/package.json': text({
        name: 'm',
        version: '1.0.0',
        dependencies: { lodash: '~4.17.20' },
      }),
      'check.js':
        "const lodash = require(require.resolve('lodash', { paths: ['./packages/m'] }));\nif (lodash.VERSION !== '4.17.21') process.exit(1);\n",
    },
    locked: { name: 'lodash', range: '~4.17.20', version: '4.17.20' },
    kind: 'update',
    move: ['lodash', '4.17.20', '4.17.21'],
    allow: 'minor',
  },
];

const MANAGERS: readonly (ManagerId | 'npm')[] = ['npm', 'pnpm 9', 'pnpm 10', 'yarn 1', 'yarn 4'];

describe.skipIf(missing !== undefined).each(MANAGERS)(
  `real projects of %s${needs(missing)}`,
  (id) => {
    let scene: FixScene;
    beforeAll(async () => {
      const registry = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' });
      scene = FixScene.at(id, registry.trim());
      // CVE-2021-23337 and CVE-2021-44906 with their fixed versions.
      await scene.folder.load({ id: 'GHSA-35jh-r3h4-6jhm', name: 'lodash', fixed: '4.17.21' });
      await scene.folder.load({ id: 'GHSA-xvch-5gv4-984h', name: 'minimist', fixed: '1.2.6' });
    }, 240_000);
    afterAll(async () => scene[Symbol.asyncDispose]());

    it.each(PROJECTS.map((project) => [project.what, project] as const))(
      'fixes %s',
      async (_, { files, locked, kind, move: [name, from, to], allow }) => {
        scene.clear();
        for (const [file, content] of Object.entries(files)) {
          if (file !== 'pnpm-workspace.yaml' || id.startsWith('pnpm')) {
            scene.folder.write(`app/${file}`, content);
          }
        }
        await lockAt(scene, id, locked);
        const shown = await scene.plan('--allow', allow, '--diff');
        expect([
          shown.stderr,
          shown.projects[0]?.steps.map((step) => [step.kind, step.moves[0]]),
        ]).toEqual([undefined, [[kind, expect.objectContaining({ name, from, to })]]]);
        const { stdout: diff } = await scene.fix('--allow', allow, '--diff');
        expect(diff).toContain(`--- a/${scene.lockfile}`);
        const applied = await scene.fix('--allow', allow, '--apply', '--fail-on', 'high+fixable');
        expect([applied.exitCode, applied.stdout]).toEqual([0, expect.any(String)]);
        await scene.frozen();
        const clean = await scene.folder.assay('fs', 'app', '--fail-on', 'high');
        expect([clean.exitCode, clean.stdout]).toEqual([0, expect.any(String)]);
        await scene.command('node', 'check.js');
        rmSync(scene.folder.path('app/node_modules'), { recursive: true });
      },
      300_000,
    );
  },
);

/** Writes the lockfile with one package at an older version. */
async function lockAt(scene: FixScene, id: string, locked: RealProject['locked']): Promise<void> {
  const manifest = scene.read('package.json');
  const settings = 'app/pnpm-workspace.yaml';
  const workspace = id === 'pnpm 10' && manifest.includes('workspaces');
  if (locked !== undefined && id !== 'yarn 4') {
    const pins = { [locked.name]: locked.version };
    const document = JSON.parse(manifest) as Json;
    const section = id === 'yarn 1' ? { resolutions: pins } : { overrides: pins };
    scene.folder.write(
      'app/package.json',
      text({ ...document, ...(id.startsWith('pnpm') ? { pnpm: section } : section) }),
    );
    if (workspace) {
      scene.folder.write(settings, `${scene.folder.read(settings)}overrides:\n  lodash: 4.17.20\n`);
    }
  }
  await scene.lock();
  if (locked === undefined) return;
  scene.folder.write('app/package.json', manifest);
  if (workspace) {
    scene.folder.write(settings, scene.folder.read(settings).replace(/overrides:[^]*/u, ''));
  }
  if (id === 'yarn 4') {
    const { name, range, version } = locked;
    await scene.command('yarn', 'set', 'resolution', `${name}@npm:${range}`, `npm:${version}`);
  }
  await scene.lock();
}
