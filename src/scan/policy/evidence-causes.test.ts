import { describe, expect, it } from 'vitest';
import { packageOf, integrityFindingOf } from '../../../test/support/evidence.ts';
import { minEvidenceCauses, tamperingCauses, passedEvidenceRules } from './evidence-causes.ts';

describe('byTampering', () => {
  const severe = integrityFindingOf({ id: 'a', isSevere: true });
  const slight = integrityFindingOf({ id: 'b', isSevere: false });

  it('decides on severe contradictions, where it is asked for', () => {
    expect(tamperingCauses([severe, slight], { failOnTamper: true })).toEqual([
      {
        rule: '--fail-on-tamper',
        findingIds: ['a'],
        message: '1 contradiction between content and metadata',
      },
    ]);
    expect(tamperingCauses([slight], { failOnTamper: true })).toEqual([]);
    expect(tamperingCauses([severe], {})).toEqual([]);
  });
});

describe('byMinEvidence', () => {
  const packages = [
    packageOf('a', 'claimed'),
    packageOf('b', 'consistent'),
    packageOf('c', 'verified'),
    packageOf('d', 'proven'),
    packageOf('e', 'contradicted'),
    packageOf('f', 'claimed', 'declared'),
  ];

  it.each([
    ['claimed', ['e']],
    ['consistent', ['a', 'e']],
    ['verified', ['a', 'b', 'e']],
    ['proven', ['a', 'b', 'c', 'e']],
  ] as const)('%s is not met by %s, and lockfile entries are exempt', (minEvidence, names) => {
    const [cause] = minEvidenceCauses(packages, { minEvidence });
    expect(cause?.rule).toBe(`--min-evidence ${minEvidence}`);
    expect([...(cause?.message ?? '').matchAll(/(\w) 1\.0 \(/g)].map(([, name]) => name)).toEqual(
      names,
    );
  });

  it('names a few and counts the rest', () => {
    const many = Array.from({ length: 9 }, (_, index) => packageOf(`p${String(index)}`, 'claimed'));
    expect(minEvidenceCauses(many, { minEvidence: 'verified' })[0]?.message).toMatch(
      /^9 packages are less than verified: .* and 4 more$/,
    );
  });

  it('asks nothing where it is not asked for', () => {
    expect(minEvidenceCauses(packages, {})).toEqual([]);
    expect(passedEvidenceRules({})).toEqual([]);
    expect(passedEvidenceRules({ failOnTamper: true, minEvidence: 'proven' })).toHaveLength(2);
  });
});
