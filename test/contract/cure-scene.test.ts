/**
 * The cure is true: what a failing report says to change, done and matched again, flips its
 * verdict.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { decodeReport } from '../../src/core/codec/codec.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { ask } from '../support/command-line.ts';
import { SCENE_DAY, sceneScan, type SceneChanges } from '../support/gate-scene.ts';
import { NO_EVIDENCE } from '../support/model.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-cure-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

async function judge(
  policy: string,
  changes: SceneChanges,
  more: readonly string[] = [],
): Promise<Report> {
  const lines = policy.split('\n').map((line) => `    ${line}`);
  writeFileSync(join(cwd, 'assay.yaml'), ['policies:', '  it:', ...lines, ''].join('\n'));
  const words = ['image', 'app.tar', '--policy', 'it', '--as-of', SCENE_DAY, '-o', 'json', ...more];
  const { stdout, stderr } = await ask(words, { cwd, scan: sceneScan(changes) });
  if (stdout === '') throw new Error(stderr);
  return decodeReport(JSON.parse(stdout));
}

/** The image as it is when everything that the cure says is done. */
function changedBy({ verdict, results }: Report): SceneChanges {
  const { upgrades = [], removals = [], reinstalls = [] } = verdict.cure ?? {};
  const versions = new Map(upgrades.map(({ packageId, version }) => [packageId, version]));
  const packages = (results[0]?.inventory.packages ?? [])
    .filter(({ id }) => !removals.includes(id))
    .map((pkg): Package => {
      const version = versions.get(pkg.id) ?? pkg.version;
      const isAnew = reinstalls.includes(pkg.id);
      return {
        ...pkg,
        id: pkg.id.replace(`@${pkg.version}`, `@${version}`),
        version,
        ...(isAnew && { evidence: { ...NO_EVIDENCE, level: 'verified' as const } }),
      };
    });
  return { packages };
}

const unread = { stage: 'catalog', message: 'cut off', gap: 'unreadable' } as const;

describe('the printed change flips the verdict', () => {
  it.each([
    ['fail-on: critical', 'upgrade left 1.0.0 to 1.0.1'],
    ['fail-on: high', 'upgrade openssl 3.0.1 to 3.0.2, left 1.0.0 to 1.0.1'],
    ['fail-on: kev', 'upgrade openssl 3.0.1 to 3.0.2'],
    ['fail-on: fixable', 'upgrade openssl 3.0.1 to 3.0.2'],
    ['fail-on: medium+package=curl', 'no version is known to fix CVE-2025-0002'],
    ['fail-on: low', 'no version is known to fix CVE-2025-0002'],
    ['fail-on: low+count>=4', 'upgrade'],
    ['fail-on: low+count>=2', 'upgrade'],
    ['forbid: {license: AGPL-*}', 'remove or replace left 1.0.0'],
    ['forbid: {package: libstdc++6}\nfail-on: critical', 'remove or replace libstdc++6 12.2.0'],
    ['forbid: {ecosystem: npm, count: 2}', 'remove or replace'],
    ['min-evidence: verified', 'install @acme/right 1.0.0 anew'],
    [
      'min-evidence: verified\nfail-on: [critical, kev]\nforbid: license=unknown',
      'remove or replace',
    ],
    ['fail-on: {severity: high, origin: app}', 'left 1.0.0 to 1.0.1'],
    ['fail-on: {severity: high, fix-age: 2w}', 'upgrade openssl 3.0.1 to 3.0.2'],
    ['fail-on: {evidence: "<consistent"}', 'upgrade left 1.0.0 to 1.0.1'],
  ])('%s', async (policy, change) => {
    const failing = await judge(policy, {});
    expect(failing.verdict.status).toBe('fail');
    expect(failing.verdict.cure?.change).toContain(change);

    const accepted = failing.verdict.cure?.exceptions ?? [];
    writeFileSync(join(cwd, '.trivyignore'), accepted.map((id) => `${id} # accepted\n`).join(''));
    const cured = await judge(policy, changedBy(failing));
    expect(cured.verdict).toMatchObject({ status: 'pass', exitCode: 0 });
  });

  it.each([
    ['fail-on: low+count>=4', 1],
    ['fail-on: low+count>=3', 2],
    ['fail-on: low+count>=2', 3],
    ['fail-on: low', 4],
  ])('%s: as little as is enough', async (policy, changes) => {
    const { cure } = (await judge(policy, {})).verdict;
    expect((cure?.upgrades.length ?? 0) + (cure?.exceptions?.length ?? 0)).toBe(changes);
  });

  it('of changed content: found and installed anew', async () => {
    const failing = await judge('fail-on-tamper: true', { isTampered: true });
    expect(failing.verdict.cure?.change).toContain('who changed curl, and install anew');
    expect((await judge('fail-on-tamper: true', {})).verdict.status).toBe('pass');
  });

  it.each(['fail-on: critical+kev', 'min-evidence: consistent'])(
    'of a gap: allowed as it is printed (%s)',
    async (policy) => {
      const changes = { diagnostics: [unread] };
      const { verdict } = await judge(policy, changes);
      expect(verdict.status).toBe('incomplete');
      const flag = /--allow-incomplete=\S+/u.exec(verdict.cure?.change ?? '')?.[0] ?? '';
      expect((await judge(policy, changes, [flag])).verdict.status).toBe('pass');
    },
  );

  it('and the command that checks again is the one that was typed', async () => {
    const { cure } = (await judge('fail-on: critical', {})).verdict;
    expect(cure?.command).toBe(`assay image app.tar --policy it --as-of ${SCENE_DAY} -o json`);
  });
});
