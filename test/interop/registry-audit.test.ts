/**
 * npm, pnpm, yarn 4 and bun audit a project by the advisories of the package registry, and npm
 * searches in it.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingForInterop } from '../support/interop.ts';
import { bunPath, managerPath } from '../support/javascript-managers.ts';
import { affects, anAdvisory, below } from '../support/model.ts';
import { startNpmUplink, type NpmUplink } from '../support/npm-uplink.ts';
import { startRegistry, type RunningRegistry } from '../support/running-registry.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm');
const OLD = '2020-01-01T00:00:00.000Z';
const GHSA = 'GHSA-xvch-5gv4-984h';
const ADVISORIES = [
  anAdvisory(GHSA, {
    aliases: ['CVE-2021-44906'],
    summary: 'Prototype Pollution in deep',
    cwes: ['CWE-1321'],
    ratings: [{ by: 'ghsa', severity: 'critical', score: 9.8 }],
    affected: [affects('deep', [below('1.2.0')])],
  }),
];

/** How a client audits. */
interface Auditor {
  readonly id: string;
  readonly bin?: () => string;
  readonly install: (home: string) => readonly string[];
  readonly audit: readonly string[];
}

/** yarn 1 always asks the public registry, so that it is not among them. */
const AUDITORS: readonly Auditor[] = [
  {
    id: 'npm',
    install: () => ['npm', 'install', '--no-audit', '--no-fund', '--package-lock-only'],
    audit: ['npm', 'audit', '--json'],
  },
  {
    id: 'pnpm',
    bin: () => managerPath('pnpm 10'),
    install: () => ['pnpm', 'install', '--lockfile-only', '--no-frozen-lockfile'],
    audit: ['pnpm', 'audit', '--json'],
  },
  {
    id: 'yarn4',
    bin: () => managerPath('yarn 4'),
    install: () => ['yarn', 'install', '--no-immutable', '--mode=update-lockfile'],
    audit: ['yarn', 'npm', 'audit', '--recursive', '--json'],
  },
  {
    id: 'bun',
    bin: bunPath,
    install: (home) => ['bun', 'install', '--cache-dir', path.join(home, 'bun')],
    audit: ['bun', 'audit', '--json'],
  },
];

describe.skipIf(missing !== undefined)(`audits${needs(missing)}`, () => {
  let uplink: NpmUplink;
  let folder = '';
  let registry: RunningRegistry;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-audits-'));
    uplink = await startNpmUplink();
    const dependencies = { deep: '^1.0.0' };
    uplink.packages.set('left', {
      versions: {
        '1.0.0': {
          time: OLD,
          manifest: { dependencies },
          files: { 'package.json': JSON.stringify({ dependencies }) },
        },
      },
    });
    uplink.packages.set('deep', { versions: { '1.0.0': { time: OLD } } });
    registry = await startRegistry(folder, {
      settings: { uplinks: [new URL(uplink.url)] },
      advisories: () => ADVISORIES,
    });
    ({ url } = registry);
    for (const { bin } of AUDITORS) bin?.();
  }, 240_000);
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await uplink[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(
    cwd: string,
    [program = '', ...args]: readonly string[],
    bin?: string,
  ): Promise<{ readonly code: number; readonly output: string }> {
    const env = {
      PATH: `${bin === undefined ? '' : `${bin}:`}${process.env['PATH'] ?? ''}`,
      HOME: folder,
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      npm_config_cache: path.join(folder, 'npm-cache'),
    };
    return new Promise((resolve) => {
      execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  it.each(AUDITORS)(
    '$id finds a vulnerable package below another one',
    async ({ id, bin, install, audit }) => {
      const cwd = path.join(folder, id);
      mkdirSync(cwd);
      const files = {
        'package.json': JSON.stringify({
          name: 'app',
          version: '1.0.0',
          dependencies: { left: '^1.0.0' },
        }),
        '.npmrc': `registry=${url}\n`,
        '.yarnrc.yml': `npmRegistryServer: "${url}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nenableTelemetry: false\nenableGlobalCache: false\n`,
        'yarn.lock': '',
      };
      for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
      const installed = await run(cwd, install(folder), bin?.());
      expect({ code: installed.code, output: installed.output }).toMatchObject({ code: 0 });
      const { code, output } = await run(cwd, audit, bin?.());
      expect(code).toBe(1);
      expect(output).toContain('Prototype Pollution in deep');
      expect(output).toContain(GHSA);
      expect(output).toContain('critical');
      expect(output).toContain('<1.2.0');
      expect(uplink.requests.filter((one) => !one.startsWith('GET'))).toEqual([]);
    },
  );

  it('npm search finds what is stored', async () => {
    const cwd = path.join(folder, 'npm');
    const { code, output } = await run(cwd, ['npm', 'search', 'left', '--json']);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(JSON.parse(output)).toMatchObject([{ name: 'left', version: '1.0.0' }]);
  });
});
