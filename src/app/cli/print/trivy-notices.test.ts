/**
 * Notices on what the same words would have done in trivy: once a run, on standard error, never
 * with -q.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { AssayError } from '../../../core/base/errors.ts';

type Env = Readonly<Record<string, string>>;

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-notices-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const run = (line: string, env: Env = {}): Promise<Asked> => ask(line.split(' '), { cwd, env });
const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;

const SECRETS = /^INFO {2}secrets were not looked for, .*--scanners vuln/gmu;
const WHOSE = /^INFO {2}-f json writes Assay's own JSON; -f trivy-json /gmu;

describe('secrets that trivy would have looked for', () => {
  it.each<[string, Env]>([
    ['image app', {}],
    ['image app other', {}],
    ['fs .', {}],
    ['filesystem . --exit-code 1 --severity HIGH,CRITICAL', {}],
    ['repo .', {}],
    ['rootfs /mnt', {}],
    ['image app --pkg-types os --ignore-unfixed', {}],
    ['image app', { TRIVY_USERNAME: 'ann', TRIVY_PASSWORD: 'x' }],
    ['image app -f sarif -o out', {}],
    ['image app -f json', {}],
  ])('%s with %j says once that it was not done', async (line, env) => {
    expect(count((await run(line, env)).stderr, SECRETS)).toBe(1);
  });

  it.each<[string, Env]>([
    ['image app --scanners vuln', {}],
    ['image app --security-checks vuln', {}],
    ['image app', { TRIVY_SCANNERS: 'vuln' }],
    ['image app --scanners packages', {}],
    ['sbom app.cdx.json', {}],
    ['purl pkg:npm/a@1', {}],
    ['./app.tar', {}],
    ['image app --fail-on high', {}],
    ['image app -q', {}],
  ])('%s with %j says nothing of it', async (line, env) => {
    expect((await run(line, env)).stderr).not.toContain('secrets');
  });

  it.each([
    ['assay.yaml', 'severity: HIGH\n', 0],
    ['trivy.yaml', 'severity: HIGH\n', 0],
    ['trivy.yaml', 'scan:\n  scanners: [vuln]\n', 0],
  ])('beside %s with %j', async (name, text, times) => {
    writeFileSync(join(cwd, name), text);
    expect(count((await run('image app')).stderr, SECRETS)).toBe(times);
  });

  const LOOKED = /^INFO {2}secrets are looked for too, as trivy does by default \(/gmu;
  it.each<[string, Env, readonly string[] | undefined]>([
    ['image app --compat trivy', {}, ['secret']],
    ['fs . --compat trivy -f json', {}, ['secret']],
    ['repo . --compat trivy --fail-on high', {}, ['secret']],
    ['rootfs /mnt', { TRIVY_SEVERITY: 'HIGH' }, ['secret']],
    ['image app other', { TRIVY_EXIT_CODE: '1' }, ['secret']],
    ['image app -o cyclonedx=out -o table', { TRIVY_SEVERITY: 'HIGH' }, ['secret']],
    ['image app -f cyclonedx', { TRIVY_SEVERITY: 'HIGH' }, undefined],
    ['image app --compat trivy -f spdx-json', {}, undefined],
    ['image app --compat trivy --scanners vuln', {}, undefined],
    ['image app', { TRIVY_SCANNERS: 'vuln' }, undefined],
    ['image app', { TRIVY_SCANNERS: 'vuln,misconfig' }, ['misconfig']],
    ['image app --compat grype', { TRIVY_SEVERITY: 'HIGH' }, undefined],
    ['image app --fail-on high', { TRIVY_SEVERITY: 'HIGH' }, undefined],
    ['image app', { TRIVY_USERNAME: 'ann', TRIVY_PASSWORD: 'x' }, undefined],
    ['image app', {}, undefined],
    ['sbom app.cdx.json --compat trivy', {}, undefined],
    ['purl pkg:npm/a@1 --compat trivy', {}, undefined],
  ])('%s with %j looks for them, and says it once', async (line, env, scanners) => {
    const { request, stderr } = await run(line, env);
    const isSaid = scanners?.includes('secret') === true;
    expect([request?.scanners, count(stderr, LOOKED)]).toEqual([scanners, isSaid ? 1 : 0]);
    if (isSaid) expect(stderr).not.toContain('were not looked for');
  });

  it.each([
    ['assay.yaml', 'severity: HIGH\n', undefined],
    ['trivy.yaml', 'severity: HIGH\n', ['secret']],
    ['trivy.yaml', 'scan:\n  scanners: [vuln]\n', undefined],
  ])('are looked for beside %s with %j: %j', async (name, text, scanners) => {
    writeFileSync(join(cwd, name), text);
    expect((await run('image app')).request?.scanners).toEqual(scanners);
  });

  it('says nothing of it where the scan fails', async () => {
    const scan = () => Promise.reject(new AssayError('NOT_FOUND', 'no image'));
    const { exitCode, stderr } = await ask(['image', 'app'], { cwd, scan });
    expect([exitCode, stderr]).toEqual([3, 'ERROR no image\n']);
  });
});

describe('whose JSON -f json writes', () => {
  it.each([
    'image app -f json',
    'fs . --format=json --exit-code 1',
    'sbom a.cdx.json -f json -o out',
    'image app -f json -o out -o table',
  ])('%s says it once', async (line) => {
    expect(count((await run(line)).stderr, WHOSE)).toBe(1);
  });

  it.each<[string, Env]>([
    ['image app -o json=out', {}],
    ['image app -f trivy-json', {}],
    ['image app -f cyclonedx', {}],
    ['image app -f json --compat trivy', {}],
    ['image app -f json', { TRIVY_SEVERITY: 'HIGH' }],
    ['image app', { ASSAY_FORMAT: 'json' }],
    ['image app -f json --fail-on high', {}],
    ['image app -f json -q', {}],
  ])('%s with %j says nothing', async (line, env) => {
    expect((await run(line, env)).stderr).not.toContain("Assay's own JSON;");
  });

  it('says it of a stored report as well', async () => {
    await run('image app -o json=own.json');
    expect(count((await run('convert own.json -f json')).stderr, WHOSE)).toBe(1);
  });

  it('leaves the JSON itself alone', async () => {
    const { stdout } = await run('image app -f json --disable-telemetry');
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
  });
});

describe('-o NAME=PATH with a name that is nearly a format', () => {
  it.each([
    ['jsn=x', 'json=x'],
    ['sarf=out/report.sarif', 'sarif=out/report.sarif'],
    ['tabel=a.txt', 'table=a.txt'],
    ['cyclondx=bom.json', 'cyclonedx=bom.json'],
    ['spdx-jsn=a', 'spdx-json=a'],
    ['trivyjson=a', 'trivy-json=a'],
    ['juint=a.xml', 'junit=a.xml'],
    ['markdwn=a.md', 'markdown=a.md'],
    ['plugin=count', 'json=FILE'],
  ])('%s is refused, and %s is offered', async (text, near) => {
    for (const before of ['', '-f json ']) {
      const { exitCode, request, stderr } = await run(`image app ${before}-o ${text}`);
      expect([exitCode, request]).toEqual([2, undefined]);
      expect(stderr).toContain(`-o ${near}`);
      expect(stderr).toContain(`-o ./${text}`);
    }
  });

  it.each([
    ['./jsn=x', 'jsn=x'],
    ['./plugin=count', 'plugin=count'],
    ['build=7', 'build=7'],
    ['report', 'report'],
    ['JSN=x', 'JSN=x'],
    ['a.json', 'a.json'],
  ])('%s is a path', async (text, name) => {
    expect((await run(`image app -o ${text}`)).exitCode).toBe(0);
    expect(readFileSync(join(cwd, name), 'utf8')).toContain('Verdict');
  });
});
