import { describe, expect, it } from 'vitest';
import { aFinding, anInventory, aPackage, aResult } from '../../../test/support/model.ts';
import type { MaliciousVersion } from '../../core/model/finding/finding.ts';
import type { ArtifactResult, Suppressed, Verdict } from '../../core/model/report/report.ts';
import { cureOf } from './cure.ts';

const STREAM = aPackage('stream', '3.3.6');
const LEFT = aPackage('left', '1.0.0');

function malicious(
  fields: Partial<MaliciousVersion> = {},
  fixedVersions: readonly string[] = [],
): ReturnType<typeof aFinding> {
  return aFinding('f-1', {
    packageId: STREAM.id,
    advisoryId: 'MAL-2024-1',
    matchedVersion: '3.3.6',
    severity: 'critical',
    fixedVersions,
    malicious: { by: ['MAL-2024-1'], ...fields },
  });
}

function cure(
  findings: ArtifactResult['findings'],
  suppressed: readonly Suppressed[] = [],
): Verdict['cure'] | undefined {
  const result = aResult(findings, { inventory: anInventory([STREAM, LEFT]), suppressed });
  const verdict: Verdict = {
    status: 'fail',
    exitCode: 1,
    causes: [{ rule: 'malicious', findingIds: findings.map(({ id }) => id), message: '' }],
  };
  return cureOf(verdict, [result], new Map(), 'assay fs .');
}

describe('the cure of a malicious package', () => {
  it.each<[string, ReturnType<typeof malicious>, string]>([
    [
      'no good release is known',
      malicious(),
      'remove the malicious package stream 3.3.6: no good release of it is known',
    ],
    [
      'a publisher names a later release',
      malicious({ goodBelow: '3.3.6' }, ['4.0.0', '5.0.0']),
      'remove the malicious package stream 3.3.6, or replace it with 4.0.0, which no loaded advisory lists as malicious',
    ],
    [
      'an earlier release is named',
      malicious({ lastGood: '3.3.4', goodBelow: '3.3.5' }),
      'remove the malicious package stream 3.3.6, or replace it with 3.3.4, which no loaded advisory lists as malicious',
    ],
    [
      'earlier releases are good',
      malicious({ goodBelow: '3.3.5' }),
      'remove the malicious package stream 3.3.6, or go back to a release below 3.3.5',
    ],
  ])('%s', (_name, finding, change) => {
    expect(cure([finding])).toEqual({
      change,
      clears: [],
      upgrades: [],
      removals: [STREAM.id],
      command: 'assay fs .',
    });
  });

  it('leaves out what else is known about the package', () => {
    const other = aFinding('f-2', { packageId: STREAM.id, fixedVersions: ['9.9.9'] });
    const third = aFinding('f-3', { packageId: STREAM.id, fixedVersions: [] });
    expect(cure([malicious(), other, third])).toMatchObject({ upgrades: [] });
    expect(cure([malicious(), other, third])?.change).not.toMatch(/upgrade|\.trivyignore/u);
  });

  it('stands before the cure of other packages', () => {
    const other = aFinding('f-2', {
      packageId: LEFT.id,
      advisoryId: 'CVE-2024-9',
      fixedVersions: [],
    });
    expect(cure([other, malicious()])?.change).toMatch(
      /^remove the malicious package stream.*; no version is known to fix CVE-2024-9/u,
    );
  });

  it('is none where an exception accepts it', () => {
    const aside = [{ findingId: 'f-1', by: 'ignore' as const, reason: '' }];
    expect(cure([malicious()], aside)).toBeUndefined();
  });
});
