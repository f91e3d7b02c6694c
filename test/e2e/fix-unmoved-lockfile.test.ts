/**
 * `assay fix` where nothing moves: an `overrides` entry that pins the vulnerable version, and
 * package managers that end with 0 and leave the lockfile as it was. Nothing of it is called fixed.
 */

import { chmodSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import type { FixDocument } from '../support/fix-document.ts';
import { NpmRegistry } from '../support/npm-registry.ts';

let folder: CommandFolder;
let registry: NpmRegistry;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-vuln-vuln-0001', name: 'vuln', fixed: '1.2.6' });
  registry = await NpmRegistry.start();
  registry.publish({
    vuln: { '1.0.0': {}, '1.2.6': {} },
    parent: { '1.0.0': { vuln: '^1.0.0' } },
  });
  folder.env['npm_config_registry'] = registry.url;
  folder.env['PATH'] = folder.path('bin');
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});
beforeEach(() => rmSync(folder.path('app'), { recursive: true, force: true }));

const NAMES = ['npm', 'pnpm', 'yarn'] as const;
type Id = (typeof NAMES)[number];
const LOCKS: Readonly<Record<Id, readonly [name: string, version: string, text: string]>> = {
  npm: [
    'package-lock.json',
    '10.0.0',
    `${JSON.stringify({
      name: 'a',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { name: 'a', version: '1.0.0', dependencies: { parent: '1.0.0' } },
        'node_modules/parent': { version: '1.0.0', dependencies: { vuln: '^1.0.0' } },
        'node_modules/vuln': { version: '1.0.0' },
      },
    })}\n`,
  ],
  pnpm: [
    'pnpm-lock.yaml',
    '10.0.0',
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      parent:\n        specifier: 1.0.0\n        version: 1.0.0\n\npackages:\n\n  parent@1.0.0:\n    resolution: {integrity: sha512-AA==}\n\n  vuln@1.0.0:\n    resolution: {integrity: sha512-AA==}\n\nsnapshots:\n\n  parent@1.0.0:\n    dependencies:\n      vuln: 1.0.0\n\n  vuln@1.0.0: {}\n",
  ],
  yarn: [
    'yarn.lock',
    '1.22.22',
    '# yarn lockfile v1\n\n\nparent@1.0.0:\n  version "1.0.0"\n  dependencies:\n    vuln "^1.0.0"\n\nvuln@^1.0.0:\n  version "1.0.0"\n',
  ],
};

describe.each(NAMES)('%s that leaves the lockfile as it was', (id) => {
  it.each([
    ['', {}],
    [' and an override that pins the version', { overrides: { vuln: '1.0.0' } }],
  ])('fixes nothing%s', async (_, more) => {
    const [lockfile, version, lock] = LOCKS[id];
    const manifest = `${JSON.stringify({ name: 'a', version: '1.0.0', dependencies: { parent: '1.0.0' }, ...more })}\n`;
    folder.write('app/package.json', manifest);
    folder.write(`app/${lockfile}`, lock);
    folder.write(
      `bin/${id}`,
      `#!/bin/sh\ncase "$*" in *--version*) echo ${version};; esac\nexit 0\n`,
    );
    chmodSync(folder.path(`bin/${id}`), 0o755);
    const args = ['--offline=false', '--skip-db-update', '--apply', '--fail-on', 'high'];
    const { exitCode, stdout } = await folder.assay('fix', 'app', '-f', 'json', ...args);
    const { projects, left } = JSON.parse(stdout) as FixDocument;
    expect([
      exitCode,
      left.length,
      projects.map(({ steps, changedPaths }) => [steps, changedPaths]),
    ]).toEqual([1, 1, [[[], []]]]);
    const reasons = projects.flatMap(({ staying }) => staying.flatMap((one) => one.reasons)).join();
    expect(reasons).toMatch(/still finds it|instead of/u);
    if (id === 'npm' && 'overrides' in more)
      expect(reasons).toContain('pinned to "1.0.0" by an override');
    expect([folder.read('app/package.json'), folder.read(`app/${lockfile}`)]).toEqual([
      manifest,
      lock,
    ]);
  });
});
