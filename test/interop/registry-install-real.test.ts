/**
 * A real project with hundreds of packages, installed by npm, pnpm, yarn 1, yarn 4 and bun: from
 * the registry of the user, then through the package registry in front of it, then with the uplink
 * cut. Takes minutes and the user's npm registry.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { loadNpmConfig } from '../../src/clients/package-index/npm-config.ts';
import { bunPath, managerPath } from '../support/javascript-managers.ts';
import { startRegistry, type RunningRegistry } from '../support/running-registry.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing =
  process.env['ASSAY_TEST_REAL_REGISTRY'] === '1' ? missingTool('npm') : 'ASSAY_TEST_REAL_REGISTRY';

const DEPENDENCIES = { jest: '29.7.0', express: '4.21.0', eslint: '8.57.0' };
const MIN_PACKAGES = 300;
const MANIFEST = { name: 'app', version: '1.0.0', private: true, dependencies: DEPENDENCIES };

interface Client {
  readonly name: string;
  readonly lockfile: string;
  readonly bin?: () => string;
  readonly install: (home: string) => readonly string[];
  readonly frozen: (home: string) => readonly string[];
  readonly files?: (url: string) => Readonly<Record<string, string>>;
}

const NO_SCRIPTS = '--ignore-scripts';
const CLIENTS: readonly Client[] = [
  {
    name: 'npm',
    lockfile: 'package-lock.json',
    install: () => ['npm', 'install', '--no-audit', '--no-fund', NO_SCRIPTS],
    frozen: () => ['npm', 'ci', '--no-audit', '--no-fund', NO_SCRIPTS],
  },
  {
    name: 'pnpm 10',
    lockfile: 'pnpm-lock.yaml',
    bin: () => managerPath('pnpm 10'),
    install: (home) => pnpm(home, '--no-frozen-lockfile'),
    frozen: (home) => pnpm(home, '--frozen-lockfile'),
  },
  {
    name: 'yarn 1',
    lockfile: 'yarn.lock',
    bin: () => managerPath('yarn 1'),
    install: (home) => yarnClassic(home),
    frozen: (home) => yarnClassic(home, '--frozen-lockfile'),
  },
  {
    name: 'yarn 4',
    lockfile: 'yarn.lock',
    bin: () => managerPath('yarn 4'),
    install: () => ['yarn', 'install', '--no-immutable', '--mode=skip-build'],
    frozen: () => ['yarn', 'install', '--immutable', '--mode=skip-build'],
    files: (url) => ({
      '.yarnrc.yml': [
        `npmRegistryServer: "${url}"`,
        'unsafeHttpWhitelist: ["127.0.0.1"]',
        'nodeLinker: node-modules',
        'enableTelemetry: false',
        'enableGlobalCache: false',
        '',
      ].join('\n'),
    }),
  },
  {
    name: 'bun',
    lockfile: 'bun.lock',
    bin: bunPath,
    install: (home) => bun(home),
    frozen: (home) => bun(home, '--frozen-lockfile'),
  },
];

function pnpm(home: string, ...more: readonly string[]): readonly string[] {
  return ['pnpm', 'install', NO_SCRIPTS, '--store-dir', path.join(home, 'store'), ...more];
}

function yarnClassic(home: string, ...more: readonly string[]): readonly string[] {
  const cache = path.join(home, 'yarn');
  return ['yarn', 'install', '--non-interactive', NO_SCRIPTS, '--cache-folder', cache, ...more];
}

function bun(home: string, ...more: readonly string[]): readonly string[] {
  return ['bun', 'install', NO_SCRIPTS, '--cache-dir', path.join(home, 'bun'), ...more];
}

/** Files in which package managers record addresses, dates and directories of their own. */
const OWN_FILES: ReadonlySet<string> = new Set([
  ...['.package-lock.json', '.modules.yaml', '.yarn-integrity', '.yarn-state.yml'],
  ...['.pnpm-workspace-state.json', '.pnpm-workspace-state-v1.json', '.pnpm/lock.yaml'],
]);

/** The SHA-256 of each file of a tree, and the target of each link. */
function treeOf(cwd: string): Readonly<Record<string, string>> {
  const root = path.join(cwd, 'node_modules');
  const found: Record<string, string> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(root, file);
    if (OWN_FILES.has(name)) continue;
    if (entry.isSymbolicLink()) {
      found[name] =
        `-> ${path.relative(entry.parentPath, path.resolve(entry.parentPath, readlinkSync(file)))}`;
    } else if (entry.isFile()) {
      const bytes = readFileSync(file);
      // Programs of pnpm name the directory of the project.
      const isProgram = entry.parentPath.endsWith('.bin');
      const content = isProgram ? bytes.toString('utf8').replaceAll(cwd, 'CWD') : bytes;
      found[name] = createHash('sha256').update(content).digest('hex');
    }
  }
  return found;
}

describe.skipIf(missing !== undefined)(`a real project${needs(missing)}`, () => {
  let folder = '';
  let uplink = '';
  let isCut = false;
  let registry: RunningRegistry;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-real-'));
    const npm = await loadNpmConfig({ env: process.env, withBuiltIn: true });
    uplink = npm.registryOf('express')?.href ?? '';
    const fetch: typeof globalThis.fetch = (input, init) =>
      isCut ? Promise.reject(new TypeError('cut')) : globalThis.fetch(input, init);
    registry = await startRegistry(folder, { sources: { npm }, context: { fetch } });
    ({ url } = registry);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Installed {
    readonly cwd: string;
    readonly lock: string;
    readonly seconds: number;
  }

  /** Installs with an empty cache; with a lockfile as it is. */
  async function install(
    client: Client,
    label: string,
    { registry, lock }: { readonly registry: string; readonly lock?: string },
  ): Promise<Installed> {
    const home = path.join(folder, `${client.name} ${label}`.replaceAll(' ', '-'));
    // All trees of a client are in directories whose paths have the same length.
    const cwd = path.join(home, 'app');
    mkdirSync(cwd, { recursive: true });
    const files = {
      'package.json': JSON.stringify(MANIFEST),
      '.npmrc': `registry=${registry}\n`,
      ...(client.lockfile === 'yarn.lock' && { 'yarn.lock': '' }),
      ...client.files?.(registry),
      ...(lock !== undefined && { [client.lockfile]: lock }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
    const [program = '', ...args] = (lock === undefined ? client.install : client.frozen)(home);
    const bin = client.bin?.();
    const env = {
      ...process.env,
      PATH: `${bin === undefined ? '' : `${bin}:`}${process.env['PATH'] ?? ''}`,
      HOME: home,
      CI: '1',
      npm_config_cache: path.join(home, 'npm'),
      npm_config_update_notifier: 'false',
      YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    };
    const startedAt = performance.now();
    const problem = await new Promise<string>((resolve) => {
      const options = { cwd, env, timeout: 280_000, maxBuffer: 64 * 1024 * 1024 };
      execFile(program, args, options, (error, stdout, stderr) =>
        resolve(error === null ? '' : `${error.message}\n${stdout}\n${stderr}`),
      );
    });
    expect(problem).toBe('');
    const seconds = (performance.now() - startedAt) / 1000;
    return { cwd, lock: readFileSync(path.join(cwd, client.lockfile), 'utf8'), seconds };
  }

  /**
   * A lockfile without the addresses of registries. yarn 1 writes its own host for the public
   * registry.
   */
  function plain(lock: string, as = 'REGISTRY/'): string {
    return lock
      .replaceAll(url, as)
      .replaceAll(uplink, as)
      .replaceAll(/(?<= resolved ")https?:\/\/[^/"]+\//gu, as);
  }

  it.each(CLIENTS)(
    '$name installs the same from the registry of the user, through the registry, and from its cache alone',
    async (client) => {
      const direct = await install(client, 'one', { registry: uplink });
      const through = await install(client, 'two', { registry: url });
      expect(comparable(client, plain(through.lock))).toEqual(
        comparable(client, plain(direct.lock)),
      );
      const expected = treeOf(direct.cwd);
      expect(treeOf(through.cwd)).toEqual(expected);
      // Some managers link fewer programs when they install from a lockfile.
      const { lock } = direct;
      const frozen = await install(client, 'ice', { registry: uplink, lock });
      isCut = true;
      try {
        // yarn 1 takes files from the addresses in the lockfile, whatever the registry is.
        const own = client.name === 'yarn 1' ? plain(lock, url) : lock;
        const cut = await install(client, 'cut', { registry: url, lock: own });
        expect(treeOf(cut.cwd)).toEqual(treeOf(frozen.cwd));
        expect(plain(cut.lock)).toBe(plain(lock));
        const count = packageCount(direct.cwd);
        expect(count).toBeGreaterThan(MIN_PACKAGES);
        const [a, b, c] = [direct, through, cut].map(({ seconds }) => seconds.toFixed(1));
        console.log(
          `${client.name}: ${count} packages, ${Object.keys(expected).length} files; ${a} s direct, ${b} s through, ${c} s from the cache`,
        );
      } finally {
        isCut = false;
      }
      for (const { cwd } of [direct, through, frozen])
        rmSync(path.dirname(cwd), { recursive: true });
    },
    900_000,
  );
});

/** Manifests below a directory that is named by `node_modules`, each package once. */
function packageCount(cwd: string): number {
  const names = new Set<string>();
  const root = path.join(cwd, 'node_modules');
  for (const entry of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/(?:^|\/)package\.json$/u.test(entry)) continue;
    const file = path.join(root, entry);
    if (!/node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/u.test(file) || !existsSync(file))
      continue;
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    names.add(`${name}@${version}`);
  }
  return names.size;
}

/**
 * What a lockfile says about versions and digests. bun writes addresses for other registries than
 * its own.
 */
function comparable(client: Client, lock: string): string {
  if (client.name !== 'bun') return lock;
  return lock.replaceAll(/"(?:REGISTRY\/[^"]*)?", \{/gu, '"", {');
}
