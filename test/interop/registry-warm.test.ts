/**
 * A store that was filled from lockfiles serves npm and pip without an uplink; the report names the
 * downloads of a version that gets an advisory later, and no others.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { loadNpmConfig } from '../../src/clients/package-index/npm-config.ts';
import { loadPipConfig } from '../../src/clients/package-index/pip-config.ts';
import { DEFAULT_PACKAGE_POLICY } from '../../src/scan/policy/package-policy.ts';
import { reportDownloads } from '../../src/package-registry/report.ts';
import {
  DEFAULT_REGISTRY_SETTINGS,
  type RegistrySettings,
} from '../../src/package-registry/settings.ts';
import { warmStore, type WarmPackage } from '../../src/package-registry/warm.ts';
import { scan } from '../../src/scan/pipeline/scan.ts';
import { missingForInterop } from '../support/interop.ts';
import { affects, anAdvisory } from '../support/model.ts';
import { startNpmUplink, type NpmUplink } from '../support/npm-uplink.ts';
import { startPypiUplink, type PypiUplink, type UplinkFile } from '../support/pypi-uplink.ts';
import { startRegistry } from '../support/running-registry.ts';
import { needs } from '../support/tools.ts';
import { wheelBytes, wheelMetadata, type Wheel } from '../support/wheels.ts';

const missing = missingForInterop('npm', 'python3', 'pip3');
const OLD = '2020-01-01T00:00:00.000Z';

function wheel(made: Wheel): UplinkFile {
  const name = `${made.name}-${made.version}-py3-none-any.whl`;
  return { name, bytes: wheelBytes(made), metadata: wheelMetadata(made), time: OLD };
}

const WHEELS = [
  wheel({ name: 'app', version: '1.0', needs: ['lib>=1.0', 'fast; extra == "speed"'] }),
  wheel({ name: 'lib', version: '1.0' }),
  wheel({ name: 'lib', version: '1.1' }),
  wheel({ name: 'fast', version: '2.0' }),
];
const WITH_RIGHT = { time: OLD, manifest: { dependencies: { right: '^1.0.0', '@acme/x': '1' } } };
const PLAIN = { time: OLD };
const NEW = anAdvisory('CVE-2026-7', {
  ratings: [{ by: 'osv', severity: 'high' }],
  affected: [
    affects('right', [], { versions: ['1.1.0'] }),
    affects('lib', [], { ecosystem: 'pypi', versions: ['1.1'] }),
    affects('fast', [], { ecosystem: 'pypi', versions: ['9.9'] }),
  ],
});

describe.skipIf(missing !== undefined)(`a warmed store${needs(missing)}`, () => {
  let folder = '';
  let data = '';
  let uplink: NpmUplink;
  let index: PypiUplink;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-warmed-'));
    data = path.join(folder, 'data');
    uplink = await startNpmUplink();
    index = await startPypiUplink();
    uplink.packages.set('left', { versions: { '1.0.0': WITH_RIGHT } });
    uplink.packages.set('right', { versions: { '1.0.0': PLAIN, '1.1.0': PLAIN } });
    uplink.packages.set('@acme/x', { versions: { '1.0.0': PLAIN } });
    for (const name of ['app', 'lib', 'fast']) {
      index.projects.set(
        name,
        WHEELS.filter((file) => file.name.startsWith(`${name}-`)),
      );
    }
  });
  afterAll(async () => {
    await uplink[Symbol.asyncDispose]();
    await index[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a program with a home of its own. */
  function run(
    cwd: string,
    [program = '', ...args]: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: cwd,
      CI: '1',
      npm_config_cache: path.join(cwd, '.npm'),
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      PIP_CONFIG_FILE: devNull,
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_RETRIES: '0',
      ...more,
    };
    return new Promise((resolve) => {
      execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) =>
        resolve(error === null ? '' : `${error.message}\n${stdout}\n${stderr}`),
      );
    });
  }

  function directory(name: string, files: Readonly<Record<string, string>>): string {
    const cwd = path.join(folder, name);
    mkdirSync(cwd, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(cwd, file), text);
    return cwd;
  }

  async function packagesOf(...files: readonly string[]): Promise<readonly WarmPackage[]> {
    const targets = files.map((reference) => ({ reference, isPath: true }));
    const { results } = await scan({ targets, includeDevDependencies: true }, quietContext());
    return results.flatMap(({ inventory }) =>
      inventory.packages.map(({ ecosystem, name, version, digests }) => ({
        ecosystem: ecosystem === 'pypi' ? ecosystem : 'npm',
        ...{ name, version, digests },
      })),
    );
  }

  it('installs with npm and pip while nothing else can be reached, and reports what was served', async () => {
    const manifest = JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { left: '1' } });
    const project = directory('lock', {
      'package.json': manifest,
      '.npmrc': `registry=${uplink.url}\n`,
    });
    const toLock = ['npm', 'install', '--package-lock-only', '--no-audit', '--no-fund'];
    expect(await run(project, toLock)).toBe('');
    const lockfile = path.join(project, 'package-lock.json');
    const pins = ['app==1.0', 'lib==1.1', 'fast==2.0'].map((pin) => {
      const file = WHEELS.find(({ name }) => name.startsWith(`${pin.replace('==', '-')}-`));
      const sum = createHash('sha256')
        .update(file?.bytes ?? '')
        .digest('hex');
      return `${pin === 'app==1.0' ? 'app[speed]==1.0' : pin} --hash=sha256:${sum}\n`;
    });
    const requirements = path.join(
      directory('pins', { 'requirements.txt': pins.join('') }),
      'requirements.txt',
    );
    const settings: RegistrySettings = {
      ...DEFAULT_REGISTRY_SETTINGS,
      folder: data,
      port: 0,
      policy: DEFAULT_PACKAGE_POLICY,
      uplinks: [new URL(uplink.url)],
      pypi: { uplinks: [new URL(index.url)], privateNames: [] },
    };
    const sources = {
      npm: await loadNpmConfig({ env: { HOME: folder } }),
      pip: await loadPipConfig({ HOME: folder, PIP_CONFIG_FILE: devNull }),
      trust: undefined,
    };
    const advisories = {
      open: () => Promise.resolve(createMemoryReader([])),
      state: () => 'none',
    };
    const packages = await packagesOf(lockfile, requirements);
    const onEvent = (): void => undefined;
    const warmed = await warmStore(
      { settings, sources, advisories, packages, onEvent },
      quietContext({ fetch: globalThis.fetch }),
    );
    expect(
      warmed.map(({ name, version, outcome }) => `${name} ${version} ${outcome}`).sort(),
    ).toEqual([
      ...['@acme/x 1.0.0 stored', 'app 1.0 stored', 'fast 2.0 stored', 'left 1.0.0 stored'],
      ...['lib 1.1 stored', 'right 1.1.0 stored'],
    ]);
    const asked = [uplink.requests.length, index.requests.length];
    await uplink[Symbol.asyncDispose]();
    await index[Symbol.asyncDispose]();

    const registry = await startRegistry(folder, { settings, sources });
    const { url } = registry;
    const clean = directory('clean', {
      'package.json': manifest,
      'package-lock.json': readFileSync(lockfile, 'utf8'),
      '.npmrc': `registry=${url}\nreplace-registry-host=always\n`,
    });
    expect(await run(clean, ['npm', 'ci', '--no-audit', '--no-fund'])).toBe('');
    expect(readdirSync(path.join(clean, 'node_modules')).sort()).toEqual([
      ...['.package-lock.json', '@acme', 'left', 'right'],
    ]);
    const toInstall = ['python3', '-m', 'pip', 'install', '--target', path.join(clean, 'site')];
    const python = { PIP_INDEX_URL: `${url}pypi/simple/` };
    expect(await run(clean, [...toInstall, '--require-hashes', '-r', requirements], python)).toBe(
      '',
    );
    const site = readdirSync(path.join(clean, 'site')).filter((name) => name.endsWith('-info'));
    expect(site.sort()).toEqual(['app-1.0.dist-info', 'fast-2.0.dist-info', 'lib-1.1.dist-info']);
    await registry[Symbol.asyncDispose]();
    expect([uplink.requests.length, index.requests.length]).toEqual(asked);

    const clock = { now: () => Date.now() };
    const before = await reportDownloads(data, createMemoryReader([]), clock);
    expect(before).toMatchObject({ versions: [], downloadCount: 6, unreadableCount: 0 });
    const { versions } = await reportDownloads(data, createMemoryReader([NEW]), clock);
    expect(
      versions.map(({ ecosystem, package: name, version }) => [ecosystem, name, version]),
    ).toEqual([
      ['npm', 'right', '1.1.0'],
      ['pypi', 'lib', '1.1'],
    ]);
    expect(versions).toMatchObject([
      { advisories: [{ id: 'CVE-2026-7' }], clients: [{ address: '127.0.0.1' }] },
      { advisories: [{ id: 'CVE-2026-7' }], clients: [{ address: '127.0.0.1' }] },
    ]);
  });
});
