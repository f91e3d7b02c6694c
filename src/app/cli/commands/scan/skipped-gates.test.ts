/** No setting that nobody typed lets a gate pass without a scan. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../../test/support/command-line.ts';
import { SCENE_DAY, sceneScan } from '../../../../../test/support/gate-scene.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-skipped-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

/** Runs a command line over a scan that finds something critical. */
function assay(
  line: string,
  { files = {}, env = {} }: { files?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<Asked> {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(cwd, name), text);
  const own = { ASSAY_CACHE_DIR: path.join(cwd, 'cache'), ASSAY_AS_OF: SCENE_DAY, ...env };
  return ask(line.split(' '), { cwd, env: own, scan: sceneScan() });
}

describe('a configuration file that is found', () => {
  it.each([
    ['clear-cache', 'assay.yaml', 'clear-cache: true'],
    ['cache.clear', 'assay.yaml', 'cache:\n  clear: true'],
    ['cache.clear of trivy', 'trivy.yaml', 'cache:\n  clear: yes-or-no'],
    ['download-db-only', 'assay.yaml', 'download-db-only: "true"'],
    ['db.download-only of trivy', 'trivy.yaml', 'db:\n  download-only: true'],
    ['dry-run', 'assay.yaml', 'dry-run: true'],
    ['an exit code of 0', 'assay.yaml', 'exit-code: 0'],
    ['an exit code of 0, of trivy', 'trivy.yaml', 'exit-code: 0'],
    ['an exit code of 00', 'assay.yaml', 'exit-code: "00"'],
    ['input', 'assay.yaml', 'input: other.tar'],
    ['image.input of trivy', 'trivy.yaml', 'image:\n  input: other.tar'],
    ['scanners without a value', 'assay.yaml', 'scanners: []'],
    ['severity without a value', 'assay.yaml', 'severity: []'],
    ['fail-on without a value', 'assay.yaml', 'fail-on: []'],
    ['policy without a value', 'assay.yaml', 'policy: ""'],
    ['version', 'assay.yaml', 'version: true'],
    ['help', 'assay.yaml', 'help: true'],
    ['generate-default-config', 'trivy.yaml', 'generate-default-config: true'],
  ])('does not keep a gate from failing: %s', async (_, file, text) => {
    const { exitCode, request } = await assay('image app:1 --fail-on critical', {
      files: { [file]: text },
    });
    expect(request?.targets).toMatchObject([{ reference: 'app:1' }]);
    expect(exitCode).toBe(1);
  });

  it('does not let an empty target pass, nor move the clock', async () => {
    const files = { 'assay.yaml': 'allow-empty: true\nas-of: 2001-01-01' };
    const { request, context, stderr } = await assay('image app:1 --fail-on critical', {
      files,
      env: { ASSAY_AS_OF: '' },
    });
    expect(request?.allowEmpty).toBe(false);
    expect(new Date(context?.now() ?? 0).getUTCFullYear()).not.toBe(2001);
    expect(stderr).toContain('assay.yaml:1: "allow-empty" has no effect here');
    expect(stderr).toContain('assay.yaml:2: "as-of" has no effect here');
  });

  it('may do so where it is named', async () => {
    const files = { 'ci.yaml': 'allow-empty: true\ndry-run: true\nas-of: 2001-01-01' };
    const { request, context, exitCode, stderr } = await assay(
      'image app:1 --fail-on critical -c ci.yaml',
      { files, env: { ASSAY_AS_OF: '' } },
    );
    expect(request).toMatchObject({ allowEmpty: true, policy: { isDryRun: true } });
    expect(new Date(context?.now() ?? 0).toISOString()).toBe('2001-01-01T00:00:00.000Z');
    expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('no effect')]);
  });

  it.each([
    [
      'the file that trivy generates',
      'trivy.yaml',
      'cache:\n  clear: false\ndb:\n  download-only: false\nimage:\n  input: ""\n',
    ],
    [
      'a file of the same in our words',
      'assay.yaml',
      'clear-cache: false\ndry-run: false\ninput:\n',
    ],
  ])('is read without a warning about what is switched off: %s', async (_, file, text) => {
    const { stderr } = await assay('image app:1', { files: { [file]: text } });
    expect(stderr).not.toContain('no effect');
  });

  it('cannot be the reason that a named one skips the scan', async () => {
    const files = { 'ci.yaml': 'clear-cache: true\ndownload-db-only: true\ninput: other.tar' };
    const { request, stderr } = await assay('image app:1 -c ci.yaml', { files });
    expect(request?.targets).toMatchObject([{ reference: 'app:1' }]);
    expect(stderr.match(/has no effect here/gu)).toHaveLength(3);
  });
});

describe('what scans nothing, beside a gate', () => {
  const POLICY = 'policies:\n  prod:\n    fail-on: critical\npolicy: prod\n';

  it.each<[string, Parameters<typeof assay>[1]]>([
    ['image app:1 --clear-cache --fail-on high', {}],
    ['image app:1 --download-db-only --exit-code 1', {}],
    ['image --download-db-only --exit-code 1', {}],
    ['image --clear-cache --fail-on-tamper', {}],
    ['fs . --clear-cache --min-evidence verified', {}],
    ['fs . --clear-cache --baseline main', {}],
    ['rootfs . --download-db-only --exit-on-eol 3', {}],
    ['sbom a.json --clear-cache --fail-on-stale-ignore', {}],
    ['app:1 --clear-cache --policy prod', { files: { 'assay.yaml': POLICY } }],
    ['image app:1 --fail-on high', { env: { TRIVY_CLEAR_CACHE: 'true' } }],
    ['image app:1 --fail-on high', { env: { ASSAY_DOWNLOAD_DB_ONLY: '1' } }],
    ['image app:1', { env: { TRIVY_DOWNLOAD_DB_ONLY: 'true', TRIVY_EXIT_CODE: '1' } }],
    ['image app:1', { env: { ASSAY_CLEAR_CACHE: 'true' }, files: { 'assay.yaml': POLICY } }],
  ])('is refused: %s', async (line, setup) => {
    const { exitCode, stderr, request } = await assay(line, setup);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('scans nothing, and ')]);
    expect(request).toBeUndefined();
  });

  it.each<[string, Parameters<typeof assay>[1]]>([
    ['image app:1 --clear-cache', {}],
    ['image app:1 --clear-cache --exit-code 0', {}],
    ['image app:1 --clear-cache', { env: { TRIVY_EXIT_CODE: '1' } }],
    ['image --clear-cache', { files: { 'assay.yaml': POLICY } }],
    ['image app:1', { env: { TRIVY_CLEAR_CACHE: 'true' } }],
  ])('is done where the run is for it: %s', async (line, setup) => {
    const { exitCode, request } = await assay(line, setup);
    expect([exitCode, request]).toEqual([0, undefined]);
  });

  it.each([
    ['typed beside the condition', 'image app:1 --fail-on critical --exit-code 0', {}, 0],
    ['of a policy that only reports', 'image app:1 --policy soft', {}, 0],
    ['of the environment, the condition of the file', 'image app:1', { ASSAY_EXIT_CODE: '0' }, 0],
    [
      'of the environment, the condition typed',
      'image app:1 --fail-on critical',
      { TRIVY_EXIT_CODE: '0' },
      1,
    ],
  ] as const)('an exit code of 0 counts where it is no weaker: %s', async (_, line, env, code) => {
    const file = 'fail-on: critical\npolicies:\n  soft:\n    fail-on: critical\n    exit-code: 0\n';
    const { exitCode } = await assay(line, { env, files: { 'assay.yaml': file } });
    expect(exitCode).toBe(code);
  });

  it('stands in no schema of the file', () => {
    const schema = readFileSync(
      new URL('../../../../../schema/assay-config-1.schema.json', import.meta.url),
    );
    const { properties } = JSON.parse(schema.toString()) as { properties: Record<string, unknown> };
    for (const key of ['clear-cache', 'download-db-only', 'input', 'config']) {
      expect(properties).not.toHaveProperty(key);
    }
  });
});
