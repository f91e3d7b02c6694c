/** The rules by which the bench explains other severities than a peer's. */

import { describe, expect, it } from 'vitest';

import { severityRule, type OwnSeverity } from '../../bench/finding-severities.ts';

function own(fields: Partial<OwnSeverity>): OwnSeverity {
  return { severity: 'high', severityBy: 'nvd', isMalicious: false, ratings: [], ...fields };
}

const BY_NVD = { by: 'nvd', severity: 'high', score: 7.5 };

describe('severityRule', () => {
  it.each<[string, OwnSeverity, string, string | undefined]>([
    ['the same', own({}), 'HIGH', 'same'],
    ['both without', own({ severity: 'unknown', severityBy: 'none' }), 'UNKNOWN', 'same'],
    [
      'malice',
      own({ severity: 'critical', severityBy: 'assay', isMalicious: true }),
      'LOW',
      'malicious packages are critical',
    ],
    ['no rating of the peer', own({}), 'UNKNOWN', 'every loaded rating counts: nvd rates it'],
    [
      'a judge before the publisher',
      own({ ratings: [BY_NVD, { by: 'debian-tracker', severity: 'medium' }] }),
      'MEDIUM',
      'rule 4: nvd comes before debian-tracker',
    ],
    [
      'triage of a distribution before a judge',
      own({
        severity: 'low',
        severityBy: 'debian-tracker',
        ratings: [BY_NVD, { by: 'debian-tracker', severity: 'low' }],
      }),
      'HIGH',
      'rule 2: debian-tracker comes before nvd',
    ],
    [
      'a score of the publisher before a judge',
      own({
        severity: 'medium',
        severityBy: 'ghsa',
        ratings: [BY_NVD, { by: 'ghsa', severity: 'medium', score: 5 }],
      }),
      'HIGH',
      'rule 3 or 6: ghsa comes before nvd',
    ],
    [
      'a word of the publisher',
      own({
        severity: 'medium',
        severityBy: 'almalinux',
        ratings: [
          { by: 'almalinux', severity: 'medium' },
          { by: 'redhat', severity: 'high' },
        ],
      }),
      'HIGH',
      'rule 5 or 6: almalinux comes before redhat',
    ],
    [
      'two of one source',
      own({ ratings: [BY_NVD, { by: 'nvd', severity: 'medium', score: 5 }] }),
      'MEDIUM',
      'of nvd, a score before a word, a newer CVSS first',
    ],
  ])('%s', (_name, ours, theirs, rule) => {
    expect(severityRule({ own: ours, theirs })).toBe(rule);
  });

  it.each<[string, OwnSeverity, string]>([
    ['a rating that only the peer has', own({ severity: 'unknown', severityBy: 'none' }), 'HIGH'],
    ['a severity that no source gives', own({ ratings: [BY_NVD] }), 'LOW'],
  ])('explains nothing: %s', (_name, ours, theirs) => {
    expect(severityRule({ own: ours, theirs })).toBeUndefined();
  });
});
