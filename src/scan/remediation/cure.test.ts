import { describe, expect, it } from 'vitest';
import {
  aFinding,
  affects,
  anAdvisory,
  anInventory,
  aPackage,
  aResult,
  below,
} from '../../../test/support/model.ts';
import type { ArtifactResult, Verdict } from '../../core/model/report/report.ts';
import { cureOf } from './cure.ts';

const COMMAND = 'assay fs . --fail-on high';
const ADVISORIES = new Map(
  [
    anAdvisory('CVE-2024-0001', { affected: [affects('left', [below('1.0.1')])] }),
    anAdvisory('CVE-2024-0002', { affected: [affects('left', [below('1.2.0')])] }),
    anAdvisory('CVE-2024-0003', { affected: [affects('right', [{ introduced: '0' }])] }),
    anAdvisory('CVE-2024-0004', {
      affected: [affects('openssl', [below('3.0.13-1')], { ecosystem: 'debian', release: '12' })],
    }),
  ].map((advisory) => [advisory.id, advisory]),
);

function verdict(
  causes: readonly { rule: string; findingIds?: readonly string[] }[],
  status: Verdict['status'] = 'fail',
): Verdict {
  return {
    status,
    exitCode: 1,
    causes: causes.map(({ rule, findingIds = [] }) => ({ rule, findingIds, message: rule })),
  };
}

const left = aPackage('left', '1.0.0');
const right = aPackage('right', '5.0.0');
const fixable = [
  aFinding('a', { packageId: left.id, advisoryId: 'CVE-2024-0001', fixedVersions: ['1.0.1'] }),
  aFinding('b', { packageId: left.id, advisoryId: 'CVE-2024-0002', fixedVersions: ['1.2.0'] }),
];
const unfixable = aFinding('c', {
  packageId: right.id,
  advisoryId: 'CVE-2024-0003',
  fixedVersions: [],
});

function result(fields: Partial<ArtifactResult> = {}): ArtifactResult {
  return aResult([...fixable, unfixable], { inventory: anInventory([left, right]), ...fields });
}

describe('cureOf', () => {
  it('upgrades once, to what clears everything that decides', () => {
    const failed = verdict([{ rule: '--fail-on high', findingIds: ['a', 'b'] }]);
    expect(cureOf(failed, [result()], ADVISORIES, COMMAND)).toEqual({
      change: 'upgrade left 1.0.0 to 1.2.0',
      clears: ['a', 'b'],
      upgrades: [{ packageId: left.id, version: '1.2.0' }],
      command: COMMAND,
    });
  });

  it('leaves alone what does not decide or was set aside', () => {
    const failed = verdict([{ rule: '--fail-on high', findingIds: ['a', 'b'] }]);
    const suppressed = [{ findingId: 'b', by: 'ignore', reason: 'x' } as const];
    expect(cureOf(failed, [result({ suppressed })], ADVISORIES, COMMAND)?.change).toBe(
      'upgrade left 1.0.0 to 1.0.1',
    );
  });

  it('says what nothing fixes', () => {
    const failed = verdict([{ rule: '--fail-on high', findingIds: ['a', 'c'] }]);
    expect(cureOf(failed, [result()], ADVISORIES, COMMAND)).toEqual({
      change:
        'upgrade left 1.0.0 to 1.0.1; no version is known to fix CVE-2024-0003: replace what needs ' +
        'it, or accept it in .trivyignore, with exp:YYYY-MM-DD and a reason',
      clears: ['a'],
      upgrades: [{ packageId: left.id, version: '1.0.1' }],
      exceptions: ['CVE-2024-0003'],
      command: COMMAND,
    });
  });

  it('upgrades binary packages of one source together', () => {
    const source = { name: 'openssl', version: '3.0.11-1' };
    const packages = ['libssl3', 'openssl'].map((name) =>
      aPackage(name, '3.0.11-1', { ecosystem: 'debian', source }),
    );
    const findings = packages.map((pkg) =>
      aFinding(pkg.name, {
        packageId: pkg.id,
        advisoryId: 'CVE-2024-0004',
        fixedVersions: ['3.0.13-1'],
      }),
    );
    const inventory = anInventory(packages, { id: 'debian', versionId: '12' });
    const failed = verdict([{ rule: '--exit-code 1', findingIds: ['libssl3', 'openssl'] }]);
    expect(cureOf(failed, [aResult(findings, { inventory })], ADVISORIES, COMMAND)).toEqual({
      change: 'upgrade openssl 3.0.11-1 to 3.0.13-1',
      clears: ['libssl3', 'openssl'],
      upgrades: packages.map(({ id }) => ({ packageId: id, version: '3.0.13-1' })),
      command: COMMAND,
    });
  });

  it('names all upgrades', () => {
    const packages = Array.from({ length: 10 }, (_, index) => aPackage('left', `0.0.${index}`));
    const findings = packages.map((pkg, index) =>
      aFinding(`f${index}`, { packageId: pkg.id, fixedVersions: ['1.0.1'] }),
    );
    const failed = verdict([{ rule: '--exit-code 1', findingIds: findings.map(({ id }) => id) }]);
    const results = [aResult(findings, { inventory: anInventory(packages) })];
    const cure = cureOf(failed, results, ADVISORIES, COMMAND);
    expect(cure?.change.match(/left 0\.0\.\d to 1\.0\.1/gu)).toHaveLength(10);
    expect(cure?.change).not.toContain('more');
    expect(cure?.clears).toHaveLength(10);
  });

  it.each([
    [
      'incomplete/no-advisory-data',
      'load what is missing with "assay db update", where there is such data, or allow it with --allow-incomplete=no-advisory-data',
    ],
    [
      'incomplete/unknown-system',
      'name the system with --distro NAME/VERSION, or allow it with --allow-incomplete=unknown-system',
    ],
    ['--exit-on-eol 3', 'move to a release that is still maintained'],
  ])('knows what to do about %s', (rule, change) => {
    expect(cureOf(verdict([{ rule }], 'incomplete'), [], ADVISORIES, COMMAND)).toEqual({
      change,
      clears: [],
      upgrades: [],
      command: COMMAND,
    });
  });

  it.each(['pass', 'notAsked'] as const)('is none for %s', (status) => {
    expect(cureOf(verdict([], status), [result()], ADVISORIES, COMMAND)).toBeUndefined();
  });
});
