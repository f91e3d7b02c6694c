import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../../test/support/command-line.ts';
import { indexServer } from '../../../../../test/support/index-server.ts';
import { runScan } from '../../../../scan/pipeline/run-scan.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-trust-'));
  mkdirSync(join(cwd, 'app'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function run(args: readonly string[], more: { readonly registry?: string } = {}): Promise<Asked> {
  const env = {
    HOME: cwd,
    ASSAY_CACHE_DIR: join(cwd, 'cache'),
    ...(more.registry !== undefined && { npm_config_registry: more.registry }),
  };
  const fetch = more.registry === undefined ? {} : { fetch: globalThis.fetch };
  return ask(['trust', 'check', `${cwd}/app/`, ...args], { cwd, env, scan: runScan, ...fetch });
}

function lock(rows: Readonly<Record<string, string>>): void {
  const packages = Object.entries(rows).map(([name, host]) => [
    `node_modules/${name}`,
    {
      version: '1.0.0',
      resolved: `https://${host}/${name}/-/${name}-1.0.0.tgz`,
      integrity: `sha512-${'A'.repeat(86)}==`,
    },
  ]);
  const document = { lockfileVersion: 3, packages: Object.fromEntries(packages) as object };
  writeFileSync(join(cwd, 'app/package-lock.json'), JSON.stringify(document, null, 1));
}

function trust(): string {
  writeFileSync(
    join(cwd, 'trust.yaml'),
    "version: 1\npackages:\n  npm:\n    sources: ['https://registry.example/']\n    owned: [{ names: ['acme-*'], sources: ['https://npm.acme.example/'] }]\n",
  );
  return join(cwd, 'trust.yaml');
}

describe('trust check', () => {
  it('ends with exit code 7 before that of findings, and lists all causes', async () => {
    lock({ lodahs: 'registry.example', chalk: 'mirror.example', 'acme-ui': 'registry.example' });
    const { exitCode, stdout } = await run(['--trust', trust(), '--fail-on', 'low']);
    expect(exitCode).toBe(7);
    expect(stdout).toContain('Verdict: FAIL (exit code 7)');
    const verdict = stdout.slice(stdout.indexOf('Verdict:'));
    expect(verdict).toMatch(/origin\/untrusted-source/u);
    expect(verdict).toMatch(/origin\/dependency-confusion/u);
    expect(verdict).toMatch(/--fail-on low/u);
    expect(verdict).toMatch(/origin\/imitated-name/u);
  });

  it('ends with exit code 1 for a name alone', async () => {
    lock({ lodahs: 'registry.example' });
    const { exitCode, stdout } = await run(['--trust', trust()]);
    expect([exitCode, stdout.includes('"lodahs" is nearly "lodash"')]).toEqual([1, true]);
  });

  it('accepts exactly what is there with the file that --init writes, and refuses one changed host', async () => {
    lock({ lodash: 'registry.example', chalk: 'other.example' });
    expect((await run(['--init'])).exitCode).toBe(0);
    const written = join(cwd, 'assay.trust.yaml');
    expect(readFileSync(written, 'utf8')).toContain('https://other.example/');
    expect((await run(['--trust', written])).exitCode).toBe(0);
    lock({ lodash: 'registry.example', chalk: 'others.example' });
    expect((await run(['--trust', written])).exitCode).toBe(7);
  });

  it('asks the registry of the user about private names, and not about owned ones', async () => {
    using server = await indexServer();
    const document = { versions: { '2.0.0': {} }, maintainers: [] };
    server.pages.set('/build-things', { body: JSON.stringify(document) });
    lock({ 'build-things': 'npm.acme.example', 'acme-ui': 'npm.acme.example' });
    writeFileSync(
      join(cwd, 'trust.yaml'),
      "version: 1\npackages:\n  npm:\n    sources: ['https://npm.acme.example/']\n    owned: [{ names: ['acme-*'], sources: ['https://npm.acme.example/'] }]\n",
    );
    const args = ['--trust', join(cwd, 'trust.yaml')];
    const { exitCode, stdout } = await run(args, { registry: `${server.url}/` });
    expect(exitCode).toBe(7);
    expect(stdout).toContain('origin/public-twin');
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/build-things/1.0.0',
      '/build-things',
    ]);
  });

  it('asks nothing offline, and says what was not asked', async () => {
    lock({ 'build-things': 'registry.example' });
    const { exitCode, stdout, stderr } = await run(['--trust', trust(), '--offline']);
    expect(exitCode).toBe(0);
    expect(stdout + stderr).toMatch(/not asked: .*"build-things" \(--offline\)/u);
  });
});
