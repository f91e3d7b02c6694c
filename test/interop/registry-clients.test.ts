/** npm, pnpm, yarn 1, yarn 4 and bun install through the package registry, with a stub uplink behind it. */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisory/memory-reader.ts';
import { quietContext } from '../../src/base/context.ts';
import { loadNpmConfig } from '../../src/package-index/npm-config.ts';
import { loadPipConfig } from '../../src/package-index/pip-config.ts';
import { parseFailOn } from '../../src/policy/fail-on.ts';
import type { PackagePolicy } from '../../src/policy/package-policy.ts';
import { serveRegistry } from '../../src/proxy/serve.ts';
import { DEFAULT_REGISTRY_SETTINGS } from '../../src/proxy/settings.ts';
import { missingForInterop } from '../support/interop.ts';
import { bunPath, managerPath } from '../support/javascript-managers.ts';
import { affects, anAdvisory } from '../support/model.ts';
import { startNpmUplink, type NpmUplink, type UplinkVersion } from '../support/npm-uplink.ts';

const missing = missingForInterop('npm');
const OLD = '2020-01-01T00:00:00.000Z';
const DAY = 86_400_000;

/** How a client installs in a directory, with everything of its own below `home`. */
interface Client {
  readonly name: string;
  readonly run: (at: { readonly cwd: string; readonly home: string }) => readonly string[];
  readonly files?: (url: string) => Readonly<Record<string, string>>;
  readonly bin?: () => string;
  /** What it prints about a refused file. */
  readonly refusal: RegExp;
}

const REASON = /it is known to be malicious \(MAL-2026-1\)/u;
const CLIENTS: readonly [Client, ...Client[]] = [
  {
    name: 'npm',
    run: () => ['npm', 'install', '--no-audit', '--no-fund'],
    refusal: REASON,
  },
  {
    name: 'pnpm 10',
    run: ({ home }) => [
      'pnpm',
      'install',
      '--no-frozen-lockfile',
      '--store-dir',
      path.join(home, 'store'),
    ],
    bin: () => managerPath('pnpm 10'),
    // It asks for the document of the package, in which the version is missing.
    refusal: /No matching version found/u,
  },
  {
    name: 'yarn 1',
    run: ({ home }) => [
      'yarn',
      'install',
      '--non-interactive',
      '--cache-folder',
      path.join(home, 'yarn'),
    ],
    bin: () => managerPath('yarn 1'),
    refusal: /403/u,
  },
  {
    name: 'yarn 4',
    run: () => ['yarn', 'install', '--no-immutable'],
    bin: () => managerPath('yarn 4'),
    files: (url) => ({
      '.yarnrc.yml': `npmRegistryServer: "${url}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nnodeLinker: node-modules\nenableTelemetry: false\nenableGlobalCache: false\n`,
      'yarn.lock': '',
    }),
    refusal: REASON,
  },
  {
    name: 'bun',
    run: ({ home }) => ['bun', 'install', '--cache-dir', path.join(home, 'bun')],
    bin: bunPath,
    refusal: /403/u,
  },
];

const VERSIONS: Readonly<Record<string, UplinkVersion>> = {
  '1.0.0': { time: OLD },
  '1.1.0': { time: OLD },
  '1.2.0': { time: OLD },
};
const SCRIPT: UplinkVersion = {
  time: OLD,
  files: { 'package.json': '{"scripts":{"postinstall":"exit 1"}}' },
  manifest: { scripts: { postinstall: 'exit 1' } },
};
/** Packages whose versions from 1.2.0 on are hidden, each for another reason. */
const PACKAGES: Readonly<Record<string, Readonly<Record<string, UplinkVersion>>>> = {
  malicious: VERSIONS,
  vulnerable: VERSIONS,
  young: { ...VERSIONS, '1.2.0': { time: new Date(Date.now() - DAY).toISOString() } },
  undated: { ...VERSIONS, '1.2.0': {} },
  scripted: { ...VERSIONS, '1.2.0': SCRIPT },
  blocked: VERSIONS,
  '@acme/scoped': VERSIONS,
};
const POLICY: PackagePolicy = {
  rules: [
    { kind: 'malicious', action: 'hide' },
    { kind: 'vulnerabilities', action: 'hide', conditions: parseFailOn('high') },
    { kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY },
    { kind: 'install-scripts', action: 'hide' },
  ],
  allow: [],
  block: [
    { package: 'blocked', versions: '>=1.2.0', reason: 'not wanted', owner: 'sec' },
    { package: '@acme/scoped', versions: '1.2.0', reason: 'not wanted', owner: 'sec' },
    { package: 'nothing', reason: 'not wanted', owner: 'sec' },
  ],
};
const ADVISORIES = [
  anAdvisory('MAL-2026-1', { affected: [affects('malicious', [], { versions: ['1.2.0'] })] }),
  anAdvisory('CVE-2026-1', {
    ratings: [{ by: 'osv', severity: 'high' }],
    affected: [affects('vulnerable', [{ introduced: '1.2.0' }])],
  }),
];

describe.skipIf(missing !== undefined)(`package managers, needs ${missing}`, () => {
  let uplink: NpmUplink;
  let url = '';
  let folder = '';
  let serving: Promise<void>;
  const stop = new AbortController();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-clients-'));
    uplink = await startNpmUplink();
    for (const [name, versions] of Object.entries(PACKAGES))
      uplink.packages.set(name, { versions });
    uplink.packages.set('nothing', { versions: VERSIONS });
    const env = { HOME: folder };
    const npm = await loadNpmConfig({ env });
    const pip = await loadPipConfig({ ...env, PIP_CONFIG_FILE: devNull });
    url = await new Promise<string>((resolve, reject) => {
      serving = serveRegistry(
        {
          settings: {
            ...DEFAULT_REGISTRY_SETTINGS,
            folder: path.join(folder, 'data'),
            port: 0,
            policy: POLICY,
            uplinks: [new URL(uplink.url)],
            privateNames: ['@private/*'],
          },
          advisories: {
            open: () => Promise.resolve(createMemoryReader(ADVISORIES)),
            state: () => 'one',
          },
          sources: { npm, pip, trust: undefined },
          onReady: (ready) => resolve(ready.href),
        },
        quietContext({ fetch: globalThis.fetch, signal: stop.signal }),
      );
      serving.catch(reject);
    });
    for (const { bin } of CLIENTS) bin?.();
  }, 240_000);
  afterAll(async () => {
    stop.abort();
    await serving;
    await uplink[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  function install(
    client: Client,
    label: string,
    dependencies: Readonly<Record<string, string>>,
  ): Promise<{ readonly cwd: string; readonly code: number; readonly output: string }> {
    const home = path.join(folder, `${client.name}-${label}`);
    const cwd = path.join(home, 'app');
    mkdirSync(cwd, { recursive: true });
    const files = {
      'package.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        private: true,
        dependencies,
      }),
      '.npmrc': `registry=${url}\n`,
      ...client.files?.(url),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
    const [program = '', ...args] = client.run({ cwd, home });
    const bin = client.bin?.();
    const env = {
      PATH: `${bin === undefined ? '' : `${bin}:`}${process.env['PATH'] ?? ''}`,
      HOME: home,
      CI: '1',
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
    };
    return new Promise((resolve) => {
      execFile(program, args, { cwd, env, timeout: 60_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ cwd, code, output: stdout + stderr });
      });
    });
  }

  function installed(cwd: string, name: string): string | undefined {
    const file = path.join(cwd, 'node_modules', name, 'package.json');
    if (!existsSync(file)) return undefined;
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  }

  const names = Object.keys(PACKAGES);

  describe.each(CLIENTS)('$name', (client) => {
    it('takes the newest version that is allowed', async () => {
      const dependencies = Object.fromEntries(names.map((name) => [name, '^1.0.0']));
      const { cwd, code, output } = await install(client, 'ranges', dependencies);
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
      expect(names.map((name) => [name, installed(cwd, name)])).toEqual(
        names.map((name) => [name, '1.1.0']),
      );
    }, 90_000);

    it('cannot install a hidden version by its address', async () => {
      const tarball = `${url}malicious/-/malicious-1.2.0.tgz`;
      const { code, cwd, output } = await install(client, 'address', { malicious: tarball });
      expect(code).not.toBe(0);
      expect(output).toMatch(client.refusal);
      expect(installed(cwd, 'malicious')).toBeUndefined();
    }, 90_000);

    it('fails on a pin of a hidden version', async () => {
      const pinned = await install(client, 'pin', { malicious: '1.2.0' });
      expect(pinned.code).not.toBe(0);
      expect(installed(pinned.cwd, 'malicious')).toBeUndefined();
    }, 90_000);
  });

  it('npm prints why newer versions are hidden', async () => {
    const [npm] = CLIENTS;
    const { code, output } = await install(npm, 'notice', { malicious: '^1.0.0' });
    expect(code).toBe(0);
    expect(output).toContain(
      'malicious: 1 newer version hidden: 1.2.0: it is known to be malicious (MAL-2026-1)',
    );
  }, 90_000);

  it('npm learns why nothing is allowed, and the uplink is never asked for private names', async () => {
    const [npm] = CLIENTS;
    const nothing = await install(npm, 'nothing', { nothing: '*' });
    expect(nothing.code).not.toBe(0);
    expect(nothing.output).toContain('blocked by sec: not wanted');
    const secret = await install(npm, 'private', { '@private/x': '*' });
    expect(secret.output).toContain('its name is private');
    expect(uplink.requests.filter((one) => one.includes('private'))).toEqual([]);
  }, 90_000);

  it.each(CLIENTS)(
    '$name installs from the store while the uplink is cut',
    async (client) => {
      uplink.intercept = (request) => {
        request.socket.destroy();
        return true;
      };
      const { cwd, code, output } = await install(client, 'cut', {
        malicious: '^1.0.0',
        '@acme/scoped': '~1.1.0',
      });
      uplink.intercept = undefined;
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
      expect(installed(cwd, 'malicious')).toBe('1.1.0');
      expect(installed(cwd, '@acme/scoped')).toBe('1.1.0');
    },
    90_000,
  );
});
