/**
 * npm, pnpm, yarn 1, yarn 4 and bun install through the package registry, with a stub uplink behind
 * it.
 */

import { execFile, execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { parseFailOn } from '../../src/scan/policy/fail-on.ts';
import type { PackagePolicy } from '../../src/scan/policy/package-policy.ts';
import { missingForInterop } from '../support/interop.ts';
import { bunPath, managerPath } from '../support/javascript-managers.ts';
import { affects, anAdvisory } from '../support/model.ts';
import {
  integrityOf,
  startNpmUplink,
  uplinkTarball,
  type NpmUplink,
  type UplinkVersion,
} from '../support/npm-uplink.ts';
import { startRegistry, type RunningRegistry } from '../support/running-registry.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm');
const OLD = '2020-01-01T00:00:00.000Z';
const DAY = 86_400_000;

/** How a client installs in a directory, with everything of its own below `home`. */
interface Client {
  readonly name: string;
  readonly run: (home: string) => readonly string[];
  /** Installs what the lockfile has. */
  readonly frozen: (home: string) => readonly string[];
  readonly lockfile: string;
  readonly files?: (url: string) => Readonly<Record<string, string>>;
  readonly bin?: () => string;
  /** What it prints about what it does not get, without the lines that say nothing about it. */
  readonly golden: Readonly<Record<Refused, readonly string[]>>;
}

/**
 * What a client asks for in vain: a pin of a hidden version, its address, a package of which
 * nothing is allowed, a private name that is not here, a version in a lockfile that became known as
 * malicious later.
 */
type Refused = 'pin' | 'address' | 'nothing' | 'private' | 'lockfile';

const MALICE = 'it is known to be malicious (MAL-2026-1)';
const BLOCKED =
  'nothing: no version is allowed; 3 versions hidden: 1.2.0: blocked by sec: not wanted';
const PRIVATE = '@private/x is not here: its name is private, so that no other registry is asked';
const LATER = 'later@1.2.0 is refused: it is known to be malicious (MAL-2026-2)';
const FORBIDDEN =
  'npm error 403 In most cases, you or one of your dependencies are requesting a package version that is forbidden by your security policy, or on a server you do not have access to.';
const NPM = ['npm', '--no-audit', '--no-fund'] as const;

const CLIENTS: readonly Client[] = [
  {
    name: 'npm',
    run: () => [...NPM, 'install'],
    frozen: () => [...NPM, 'ci'],
    lockfile: 'package-lock.json',
    golden: {
      pin: [
        `npm notice malicious: 1 newer version hidden: 1.2.0: ${MALICE}`,
        'npm error code ETARGET',
        'npm error notarget No matching version found for malicious@1.2.0.',
        "npm error notarget In most cases you or one of your dependencies are requesting a package version that doesn't exist.",
      ],
      address: [
        `npm notice malicious@1.2.0 is refused: ${MALICE}`,
        'npm error code E403',
        `npm error 403 403 malicious@1.2.0 is refused: ${MALICE} - GET REGISTRY/malicious/-/malicious-1.2.0.tgz - malicious@1.2.0 is refused: ${MALICE}`,
        FORBIDDEN,
      ],
      nothing: [
        `npm notice ${BLOCKED}`,
        'npm error code E403',
        `npm error 403 403 ${BLOCKED} - GET REGISTRY/nothing - ${BLOCKED}`,
        FORBIDDEN,
      ],
      private: [
        `npm notice ${PRIVATE}`,
        'npm error code E404',
        `npm error 404 ${PRIVATE} - GET REGISTRY/@private%2fx - ${PRIVATE}`,
        'npm error 404',
        "npm error 404  The requested resource '@private/x@*' could not be found or you do not have permission to access it.",
        'npm error 404',
        'npm error 404 Note that you can also install from a',
        'npm error 404 tarball, folder, http url, or git url.',
      ],
      lockfile: [
        `npm notice ${LATER}`,
        'npm error code E403',
        `npm error 403 403 ${LATER} - GET REGISTRY/later/-/later-1.2.0.tgz - ${LATER}`,
        FORBIDDEN,
      ],
    },
  },
  {
    name: 'pnpm 10',
    run: (home) => pnpm(home, '--no-frozen-lockfile'),
    frozen: (home) => pnpm(home, '--frozen-lockfile'),
    lockfile: 'pnpm-lock.yaml',
    bin: () => managerPath('pnpm 10'),
    golden: {
      pin: [
        'ERR_PNPM_NO_MATCHING_VERSION  No matching version found for malicious@1.2.0 while fetching it from REGISTRY/',
      ],
      // It asks for the document of the package, in which the version is missing.
      address: [
        'ERR_PNPM_NO_MATCHING_VERSION  No matching version found for malicious@REGISTRY/malicious/-/malicious-1.2.0.tgz while fetching it from REGISTRY/',
      ],
      nothing: [`ERR_PNPM_FETCH_403  GET REGISTRY/nothing: ${BLOCKED} - 403`],
      private: [`ERR_PNPM_FETCH_404  GET REGISTRY/@private%2Fx: ${PRIVATE} - 404`],
      lockfile: [`ERR_PNPM_FETCH_403  GET REGISTRY/later/-/later-1.2.0.tgz: ${LATER} - 403`],
    },
  },
  {
    name: 'yarn 1',
    run: (home) => yarnClassic(home),
    frozen: (home) => yarnClassic(home, '--frozen-lockfile'),
    lockfile: 'yarn.lock',
    bin: () => managerPath('yarn 1'),
    golden: {
      pin: ['error Couldn\'t find any versions for "malicious" that matches "1.2.0"'],
      address: [
        'error Error: REGISTRY/malicious/-/malicious-1.2.0.tgz: Request failed "403 Forbidden"',
      ],
      nothing: [`error Error: REGISTRY/nothing: ${BLOCKED}`],
      private: [`error Error: REGISTRY/@private%2fx: ${PRIVATE}`],
      lockfile: ['error Error: REGISTRY/later/-/later-1.2.0.tgz: Request failed "403 Forbidden"'],
    },
  },
  {
    name: 'yarn 4',
    run: () => ['yarn', 'install', '--no-immutable'],
    frozen: () => ['yarn', 'install', '--immutable'],
    lockfile: 'yarn.lock',
    bin: () => managerPath('yarn 4'),
    files: (url) => ({
      '.yarnrc.yml': `npmRegistryServer: "${url}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nnodeLinker: node-modules\nenableTelemetry: false\nenableGlobalCache: false\n`,
      'yarn.lock': '',
    }),
    golden: {
      pin: ['YN0082: malicious@npm:1.2.0: No candidates found'],
      address: [
        'YN0035: malicious@REGISTRY/malicious/-/malicious-1.2.0.tgz: The remote server failed to provide the requested resource',
        `YN0035:   Response Code: 403 (malicious@1.2.0 is refused: ${MALICE})`,
        'YN0035:   Request Method: GET',
        'YN0035:   Request URL: REGISTRY/malicious/-/malicious-1.2.0.tgz',
      ],
      nothing: [
        'YN0035: nothing@npm:*: The remote server failed to provide the requested resource',
        `YN0035:   Response Code: 403 (${BLOCKED})`,
        'YN0035:   Request Method: GET',
        'YN0035:   Request URL: REGISTRY/nothing',
      ],
      private: [
        'YN0035: @private/x@npm:*: Package not found',
        `YN0035:   Response Code: 404 (${PRIVATE})`,
        'YN0035:   Request Method: GET',
        'YN0035:   Request URL: REGISTRY/@private%2fx',
      ],
      lockfile: [
        'YN0035: later@npm:1.2.0: The remote server failed to provide the requested resource',
        `YN0035:   Response Code: 403 (${LATER})`,
        'YN0035:   Request Method: GET',
        'YN0035:   Request URL: REGISTRY/later/-/later-1.2.0.tgz',
      ],
    },
  },
  {
    name: 'bun',
    run: (home) => bun(home),
    frozen: (home) => bun(home, '--frozen-lockfile'),
    lockfile: 'bun.lock',
    bin: bunPath,
    golden: {
      pin: [
        'error: No version matching "1.2.0" found for specifier "malicious" (but package exists)',
        'error: malicious@1.2.0 failed to resolve',
      ],
      address: [
        'error: GET REGISTRY/malicious/-/malicious-1.2.0.tgz - 403',
        'error: malicious@REGISTRY/malicious/-/malicious-1.2.0.tgz failed to resolve',
      ],
      nothing: ['error: GET REGISTRY/nothing - 403', 'error: nothing@* failed to resolve'],
      private: ['error: GET REGISTRY/@private%2fx - 404', 'error: @private/x@* failed to resolve'],
      lockfile: ['error: GET REGISTRY/later/-/later-1.2.0.tgz - 403'],
    },
  },
];

function pnpm(home: string, ...more: readonly string[]): readonly string[] {
  return ['pnpm', 'install', '--store-dir', path.join(home, 'store'), ...more];
}

function yarnClassic(home: string, ...more: readonly string[]): readonly string[] {
  const cache = path.join(home, 'yarn');
  return ['yarn', 'install', '--non-interactive', '--cache-folder', cache, ...more];
}

function bun(home: string, ...more: readonly string[]): readonly string[] {
  return ['bun', 'install', '--cache-dir', path.join(home, 'bun'), ...more];
}

const SAYS = /^(?:npm (?:notice|error)|ERR_PNPM_|error[: ]|YN(?!0000))/u;
const SAYS_NOTHING = /^npm error A complete log of this run/u;

/** The lines about what went wrong, without addresses and paths. */
function linesOf(output: string, url: string): readonly string[] {
  return output
    .replaceAll(url, 'REGISTRY/')
    .replaceAll(/\p{Zs}/gu, ' ')
    .split('\n')
    .map((line) =>
      line.replace(/^\u27a4 (?<code>YN\d+): [\u00b7\u2502\u250c\u2514] /u, '$<code>: ').trim(),
    )
    .filter((line) => SAYS.test(line) && !SAYS_NOTHING.test(line));
}

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
const LATER_ADVISORY = anAdvisory('MAL-2026-2', {
  affected: [affects('later', [], { versions: ['1.2.0'] })],
});
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEY_TYPE = 'ecdsa-sha2-nistp256';
const KEYS = [
  {
    ...{ expires: null, keyid: 'SHA256:test', keytype: KEY_TYPE, scheme: KEY_TYPE },
    key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  },
];

/** Signs versions as registries do; those in `but` have the signature of another version. */
function signed(
  name: string,
  versions: Readonly<Record<string, UplinkVersion>>,
  but: readonly string[] = [],
): Readonly<Record<string, UplinkVersion>> {
  return Object.fromEntries(
    Object.entries(versions).map(([version, row]) => {
      const of = but.includes(version) ? '0.0.0' : version;
      const text = `${name}@${of}:${integrityOf(uplinkTarball(name, version, row.files))}`;
      const sig = sign('sha256', Buffer.from(text), privateKey).toString('base64');
      return [version, { ...row, dist: { signatures: [{ keyid: 'SHA256:test', sig }] } }];
    }),
  );
}

/** Packages whose versions from 1.2.0 on are hidden, each for another reason. */
const PACKAGES: Readonly<Record<string, Readonly<Record<string, UplinkVersion>>>> = {
  malicious: VERSIONS,
  vulnerable: VERSIONS,
  young: { ...VERSIONS, '1.2.0': { time: new Date(Date.now() - DAY).toISOString() } },
  undated: { ...VERSIONS, '1.2.0': {} },
  scripted: { ...VERSIONS, '1.2.0': SCRIPT },
  blocked: VERSIONS,
  '@acme/scoped': VERSIONS,
  unsigned: VERSIONS,
  forged: VERSIONS,
};
const POLICY: PackagePolicy = {
  rules: [
    { kind: 'malicious', action: 'hide' },
    { kind: 'vulnerabilities', action: 'hide', conditions: parseFailOn('high') },
    { kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY },
    { kind: 'install-scripts', action: 'hide' },
    { kind: 'signature', action: 'hide' },
    { kind: 'unsigned', action: 'hide' },
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

/** Answers with the keys of signatures. */
const withKeys: NonNullable<NpmUplink['intercept']> = ({ url }, response) => {
  if (url !== '/-/npm/v1/keys') return false;
  response.end(JSON.stringify({ keys: KEYS }));
  return true;
};

describe.skipIf(missing !== undefined)(`package managers${needs(missing)}`, () => {
  let uplink: NpmUplink;
  let folder = '';
  let advisories: typeof ADVISORIES = ADVISORIES;
  let shiftMs = 0;
  let registry: RunningRegistry;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-clients-'));
    uplink = await startNpmUplink();
    for (const [name, versions] of Object.entries({
      ...PACKAGES,
      nothing: VERSIONS,
      later: VERSIONS,
    })) {
      const all = signed(name, versions, name === 'forged' ? ['1.2.0'] : []);
      const isUnsigned = name === 'unsigned';
      const last = isUnsigned ? { '1.2.0': VERSIONS['1.2.0'] ?? {} } : {};
      uplink.packages.set(name, { versions: { ...all, ...last } });
    }
    uplink.intercept = withKeys;
    registry = await startRegistry(folder, {
      settings: {
        policy: POLICY,
        uplinks: [new URL(uplink.url)],
        privateNames: ['@private/*'],
      },
      advisories: () => advisories,
      context: { now: () => Date.now() + shiftMs },
    });
    ({ url } = registry);
    for (const { bin } of CLIENTS) bin?.();
  }, 240_000);
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await uplink[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  function install(
    client: Client,
    label: string,
    {
      dependencies,
      lock,
    }: { readonly dependencies: Readonly<Record<string, string>>; readonly lock?: string },
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
      ...(lock !== undefined && { [client.lockfile]: lock }),
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
    const [program = '', ...args] = (lock === undefined ? client.run : client.frozen)(home);
    const bin = client.bin?.();
    const env = {
      PATH: `${bin === undefined ? '' : `${bin}:`}${process.env['PATH'] ?? ''}`,
      HOME: home,
      CI: '1',
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
    };
    return new Promise((resolve) => {
      execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
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

  /** Lets the clock of the registry go on, so that it looks for new advisories. */
  function settled(): void {
    shiftMs += 2000;
  }

  describe.each(CLIENTS)('$name', (client) => {
    it('takes the newest version that is allowed', async () => {
      const dependencies = Object.fromEntries(names.map((name) => [name, '^1.0.0']));
      const { cwd, code, output } = await install(client, 'ranges', { dependencies });
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
      expect(names.map((name) => [name, installed(cwd, name)])).toEqual(
        names.map((name) => [name, '1.1.0']),
      );
    });

    it.each([
      ['pin', { malicious: '1.2.0' }],
      ['address', { malicious: 'REGISTRY/malicious/-/malicious-1.2.0.tgz' }],
      ['nothing', { nothing: '*' }],
      ['private', { '@private/x': '*' }],
    ] as const)('fails with a clear text: %s', async (label, wanted) => {
      const dependencies = Object.entries(wanted).map(
        ([name, range]) => [name, range.replace('REGISTRY/', url)] as const,
      );
      const { code, cwd, output } = await install(client, label, {
        dependencies: Object.fromEntries(dependencies),
      });
      expect(code).not.toBe(0);
      expect(linesOf(output, url)).toEqual(client.golden[label]);
      for (const [name] of dependencies) expect(installed(cwd, name)).toBeUndefined();
      expect(uplink.requests.filter((one) => one.includes('private'))).toEqual([]);
    });

    it('fails with a clear text: lockfile', async () => {
      advisories = ADVISORIES;
      settled();
      const dependencies = { later: '1.2.0' };
      const before = await install(client, 'before', { dependencies });
      expect(installed(before.cwd, 'later')).toBe('1.2.0');
      advisories = [...ADVISORIES, LATER_ADVISORY];
      settled();
      const lock = readFileSync(path.join(before.cwd, client.lockfile), 'utf8');
      const { code, cwd, output } = await install(client, 'lockfile', { dependencies, lock });
      expect(code).not.toBe(0);
      expect(linesOf(output, url)).toEqual(client.golden.lockfile);
      expect(installed(cwd, 'later')).toBeUndefined();
    });
  });

  it('npm prints why newer versions are hidden', async () => {
    const npm = CLIENTS.find(({ name }) => name === 'npm');
    if (npm === undefined) throw new Error('npm is missing');
    const dependencies = { malicious: '^1.0.0' };
    const { code, output } = await install(npm, 'notice', { dependencies });
    expect(code).toBe(0);
    expect(output).toContain(
      'malicious: 1 newer version hidden: 1.2.0: it is known to be malicious (MAL-2026-1)',
    );
  });

  it('npm verifies the signatures that it serves, by the keys that it serves', async () => {
    const { keys } = (await (await fetch(`${url}-/npm/v1/keys`)).json()) as {
      readonly keys: typeof KEYS;
    };
    const root = execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim();
    const load = createRequire(path.join(root, 'npm', 'package.json'));
    const pacote = load('pacote') as {
      manifest(spec: string, options: object): Promise<{ readonly version: string }>;
    };
    const verified = (spec: string, registry: string): ReturnType<typeof pacote.manifest> =>
      pacote.manifest(spec, {
        registry,
        cache: path.join(folder, 'verified'),
        verifySignatures: true,
        [`//${new URL(registry).host}/:_keys`]: keys.map((row) => ({
          ...row,
          pemkey: `-----BEGIN PUBLIC KEY-----\n${row.key}\n-----END PUBLIC KEY-----`,
        })),
      });
    expect(await verified('forged@^1.0.0', url)).toMatchObject({ version: '1.1.0' });
    await expect(verified('forged@^1.0.0', uplink.url)).rejects.toMatchObject({
      code: 'EINTEGRITYSIGNATURE',
    });
  });

  it.each(CLIENTS)('$name installs from the store while the uplink is cut', async (client) => {
    uplink.intercept = (request) => {
      request.socket.destroy();
      return true;
    };
    const { cwd, code, output } = await install(client, 'cut', {
      dependencies: { malicious: '^1.0.0', '@acme/scoped': '~1.1.0' },
    });
    uplink.intercept = withKeys;
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(installed(cwd, 'malicious')).toBe('1.1.0');
    expect(installed(cwd, '@acme/scoped')).toBe('1.1.0');
  });
});
