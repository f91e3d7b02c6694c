/**
 * npm, pnpm, yarn 1, yarn 4 and bun publish to the package registry, and npm changes and installs
 * what was published.
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingForInterop } from '../support/interop.ts';
import { bunPath, managerPath } from '../support/javascript-managers.ts';
import { TEST_TOKENS } from '../support/npm-publish.ts';
import { startNpmUplink, type NpmUplink } from '../support/npm-uplink.ts';
import { startRegistry, type RunningRegistry } from '../support/running-registry.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('npm');

/** How a client publishes the package in its working directory. */
interface Publisher {
  readonly id: string;
  readonly bin?: () => string;
  /** What has to be run before. */
  readonly prepare?: readonly string[];
  readonly publish: readonly string[];
  /** What it prints if the version exists. */
  readonly conflict: RegExp;
}

/** npm looks at the document first. */
const IN_USE = /cannot publish over/iu;
const PUBLISHERS: readonly Publisher[] = [
  { id: 'npm', publish: ['npm', 'publish'], conflict: IN_USE },
  {
    id: 'pnpm',
    bin: () => managerPath('pnpm 10'),
    publish: ['pnpm', 'publish', '--no-git-checks'],
    conflict: IN_USE,
  },
  {
    id: 'yarn1',
    bin: () => managerPath('yarn 1'),
    publish: ['yarn', 'publish', '--non-interactive'],
    conflict: /403|is published already|Couldn't publish/u,
  },
  {
    id: 'yarn4',
    bin: () => managerPath('yarn 4'),
    prepare: ['yarn', 'install', '--no-immutable'],
    publish: ['yarn', 'npm', 'publish'],
    conflict: /is published already/u,
  },
  { id: 'bun', bin: bunPath, publish: ['bun', 'publish'], conflict: /403|is published already/u },
];

describe.skipIf(missing !== undefined)(`publishing${needs(missing)}`, () => {
  let uplink: NpmUplink;
  let folder = '';
  let registry: RunningRegistry;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-publish-'));
    uplink = await startNpmUplink();
    for (const [name, version] of [
      ['left', '1.0.0'],
      ['right', '9.0.0'],
    ] as const) {
      uplink.packages.set(name, { versions: { [version]: { time: '2020-01-01T00:00:00.000Z' } } });
    }
    registry = await startRegistry(folder, {
      settings: {
        uplinks: [new URL(uplink.url)],
        privateNames: ['@acme/*'],
        tokens: TEST_TOKENS,
      },
    });
    ({ url } = registry);
    for (const { bin } of PUBLISHERS) bin?.();
  }, 240_000);
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await uplink[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Makes a project whose clients send a token. */
  function project(label: string, manifest: object, token = 'writer'): string {
    const cwd = path.join(folder, label);
    mkdirSync(cwd, { recursive: true });
    const { host } = new URL(url);
    const yarn = `npmRegistryServer: "${url}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nnpmAuthToken: ${token}\nnpmAlwaysAuth: true\nenableTelemetry: false\nnodeLinker: node-modules\nenableGlobalCache: false\n`;
    const files = {
      'package.json': JSON.stringify(manifest),
      'cli.js': 'console.log(1);\n',
      '.npmrc': `registry=${url}\n//${host}/:_authToken=${token}\n`,
      '.yarnrc.yml': yarn,
      'yarn.lock': '',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
    return cwd;
  }

  function run(
    cwd: string,
    [program = '', ...args]: readonly string[],
    bin?: string,
  ): Promise<{ readonly code: number; readonly output: string }> {
    const env = {
      PATH: `${bin === undefined ? '' : `${bin}:`}${process.env['PATH'] ?? ''}`,
      HOME: folder,
      CI: '1',
      npm_config_fetch_retries: '0',
      npm_config_update_notifier: 'false',
      npm_config_cache: path.join(folder, 'npm-cache'),
      YARN_CACHE_FOLDER: path.join(folder, 'yarn-cache'),
    };
    return new Promise((resolve) => {
      execFile(program, args, { cwd, env, timeout: 240_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? 1);
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  const manifestOf = (id: string): object => ({
    name: `@acme/by-${id}`,
    version: '1.0.0',
    description: `a tool of ${id}`,
    license: 'MIT',
    bin: 'cli.js',
    // Its settings hold a token, and a package with a login in it is refused.
    files: ['cli.js'],
    engines: { node: '>=18' },
    dependencies: { left: '^1.0.0' },
    optionalDependencies: { right: '^9.0.0' },
    peerDependencies: { top: '*' },
    peerDependenciesMeta: { top: { optional: true } },
    scripts: { build: 'echo' },
  });

  it.each(PUBLISHERS)(
    '$id publishes a version once',
    async ({ id, bin, prepare, publish, conflict }) => {
      const cwd = project(`by-${id}`, manifestOf(id));
      if (prepare !== undefined) await run(cwd, prepare, bin?.());
      const first = await run(cwd, publish, bin?.());
      expect(first.code, first.output).toBe(0);
      const second = await run(cwd, publish, bin?.());
      expect(second.code).not.toBe(0);
      expect(second.output).toMatch(conflict);
    },
  );

  it('npm installs what all of them have published', async () => {
    const names = PUBLISHERS.map(({ id }) => `@acme/by-${id}`);
    const dependencies = Object.fromEntries(names.map((name) => [name, '^1.0.0']));
    const cwd = project('app', { name: 'app', version: '1.0.0', dependencies }, 'reader');
    const { code, output } = await run(cwd, ['npm', 'install', '--no-audit', '--no-fund']);
    expect(code, output).toBe(0);
    for (const name of [...names, 'left']) {
      expect(existsSync(path.join(cwd, 'node_modules', name, 'package.json'))).toBe(true);
    }
    expect(uplink.requests.filter((one) => one.includes('acme'))).toEqual([]);
  });

  it('npm learns why a token may not publish, and why a name may not', async () => {
    const read = project('reader', manifestOf('nobody'), 'reader');
    expect((await run(read, ['npm', 'publish'])).output).toContain(
      'the token "reader" has the role read, and this needs publish',
    );
    const open = project('open', { name: 'left', version: '2.0.0' });
    expect((await run(open, ['npm', 'publish'])).output).toContain('its name is not private');
  });

  it('npm deprecates, tags, shows and unpublishes', async () => {
    const name = '@acme/life';
    const cwd = project('life', { name, version: '1.0.0', files: ['cli.js'] }, 'owner');
    const npm = async (...args: readonly string[]): Promise<string> => {
      const { code, output } = await run(cwd, ['npm', ...args]);
      expect(code, output).toBe(0);
      return output;
    };
    await npm('publish');
    const next = { name, version: '1.1.0', files: ['cli.js'] };
    writeFileSync(path.join(cwd, 'package.json'), JSON.stringify(next));
    await npm('publish', '--tag', 'next');
    await Promise.all([
      npm('dist-tag', 'add', `${name}@1.0.0`, 'stable'),
      npm('deprecate', `${name}@1.0.0`, 'use 1.1.0'),
    ]);
    const [who, tags, deprecated] = await Promise.all([
      npm('whoami'),
      npm('dist-tag', 'ls', name),
      npm('view', `${name}@1.0.0`, 'deprecated'),
    ]);
    expect(who).toContain('owner');
    expect(tags.trim().split('\n').sort()).toEqual([
      'latest: 1.0.0',
      'next: 1.1.0',
      'stable: 1.0.0',
    ]);
    expect(deprecated).toContain('use 1.1.0');
    await npm('dist-tag', 'rm', name, 'stable');
    await npm('unpublish', `${name}@1.1.0`);
    expect(JSON.parse(await npm('view', name, 'versions', '--json'))).toEqual(['1.0.0']);
    await npm('unpublish', name, '--force');
    const [gone, again] = await Promise.all([
      run(cwd, ['npm', 'view', name]),
      run(cwd, ['npm', 'publish']),
    ]);
    expect(gone.output).toContain('E404');
    expect(again.output).toContain('was published before');
    await npm('logout');
    const npmrc = readFileSync(path.join(cwd, '.npmrc'), 'utf8');
    expect(npmrc).not.toContain('owner');
  });
});
