/**
 * `assay fix` with package managers that are missing, fail, or are killed: message, exit code, and
 * bytes as before.
 */

import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { ownTemporaryFiles } from '../support/fix-document.ts';
import { NpmRegistry } from '../support/npm-registry.ts';

let folder: CommandFolder;
let left: () => readonly string[];
let registry: NpmRegistry;
beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load({ id: 'GHSA-vuln-vuln-0001', name: 'vuln', fixed: '1.2.6' });
  left = ownTemporaryFiles(folder.path('tmp'));
  registry = await NpmRegistry.start();
  registry.publish({ vuln: { '1.0.0': {}, '1.2.6': {} } });
  folder.env['npm_config_registry'] = registry.url;
  folder.env['PATH'] = folder.path('bin');
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
  folder[Symbol.dispose]();
});
beforeEach(() => {
  for (const name of ['app', 'bin']) rmSync(folder.path(name), { recursive: true, force: true });
  mkdirSync(folder.path('bin'), { recursive: true });
});

const MANIFEST = '{"name":"a","version":"1.0.0","dependencies":{"vuln":"1.0.0"}}\n';
const LOCKS = {
  npm: [
    'package-lock.json',
    '{"name":"a","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"a","version":"1.0.0","dependencies":{"vuln":"1.0.0"}},"node_modules/vuln":{"version":"1.0.0"}}}\n',
  ],
  pnpm: [
    'pnpm-lock.yaml',
    "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      vuln:\n        specifier: 1.0.0\n        version: 1.0.0\n\npackages:\n\n  vuln@1.0.0:\n    resolution: {integrity: sha512-AA==}\n\nsnapshots:\n\n  vuln@1.0.0: {}\n",
  ],
  yarn: ['yarn.lock', '# yarn lockfile v1\n\n\nvuln@1.0.0:\n  version "1.0.0"\n'],
} as const;
const VERSIONS = { npm: '10.0.0', pnpm: '10.0.0', yarn: '1.22.22' };
type Id = keyof typeof LOCKS;

async function tryWith(
  id: Id,
  program: string | undefined,
  other: { readonly version?: string; readonly lock?: string } = {},
): Promise<Outcome> {
  const [lockfile] = LOCKS[id];
  const text = other.lock ?? LOCKS[id][1];
  const own = other.version ?? VERSIONS[id];
  folder.write('app/package.json', MANIFEST);
  folder.write(`app/${lockfile}`, text);
  if (program !== undefined) {
    const version = `case "$*" in *--version*) echo ${own}; exit 0;; esac\n`;
    folder.write(`bin/${id}`, `#!/bin/sh\n${version}${program}\n`);
    chmodSync(folder.path(`bin/${id}`), 0o755);
  }
  const args = ['--offline=false', '--skip-db-update', '--apply'];
  const outcome = await folder.assay('fix', 'app', ...args);
  expect([folder.read('app/package.json'), folder.read(`app/${lockfile}`), left()]).toEqual([
    MANIFEST,
    text,
    [],
  ]);
  return outcome;
}

describe.each<Id>(['npm', 'pnpm', 'yarn'])('%s', (id) => {
  it.each<[string, string | undefined, string]>([
    ['is missing', undefined, `${id} is not installed`],
    ['fails', 'echo "no space left" >&2; exit 7', 'ended with exit code 7: no space left'],
    ['is killed', '/bin/kill -9 $$ || kill -9 $$', 'was ended by SIGKILL'],
    [
      'writes half a lockfile and fails',
      `printf '{' > ${LOCKS[id][0]}; exit 1`,
      'ended with exit code 1',
    ],
  ])('that %s ends the run with 2, and no byte is changed', async (_, program, message) => {
    const { exitCode, stderr } = await tryWith(id, program);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe('a package manager of another version', () => {
  const berry =
    '__metadata:\n  version: 6\n  cacheKey: 8\n\n"a@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "a@workspace:."\n  dependencies:\n    vuln: 1.0.0\n  languageName: unknown\n  linkType: soft\n\n"vuln@npm:1.0.0":\n  version: 1.0.0\n  resolution: "vuln@npm:1.0.0"\n  checksum: aa\n  languageName: node\n  linkType: hard\n';
  it.each<[Id, string, string | undefined, string]>([
    ['pnpm', '12.21.0', undefined, 'pnpm 12 is installed, which reads other configuration'],
    ['pnpm', '8.15.0', undefined, 'pnpm 8 is installed'],
    ['yarn', '2.4.2', berry, 'yarn 2.4.2 is installed, which cannot write "yarn.lock" alone'],
    ['yarn', '1.22.22', berry, 'was written by Yarn 3 or newer'],
    ['yarn', '4.0.0', undefined, 'was written by Yarn 1'],
  ])('is refused: %s %s', async (id, version, lock, message) => {
    const { exitCode, stderr } = await tryWith(id, 'exit 1', {
      version,
      ...(lock !== undefined && { lock }),
    });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr).toMatch(/first in PATH|Install pnpm/u);
  });
});
