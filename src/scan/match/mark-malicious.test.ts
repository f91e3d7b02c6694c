import { describe, expect, it } from 'vitest';
import { affects, anAdvisory, anInventory, aPackage, below } from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import type { Advisory, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import { matchInventory } from './match-inventory.ts';

const ALL = [{ introduced: '0' }];
const LOW = [{ by: 'ghsa', severity: 'low' as const, score: 2.1 }];
const CODE = { cwes: ['CWE-506'] };

/** A package version that is malicious alone: the one before it and the one after it are good. */
const ONE_BAD = [{ introduced: '3.3.6', fixed: '4.0.0' }];

function found(
  version: string,
  advisories: readonly Advisory[],
  more: { readonly pkg?: Partial<Package>; readonly facts?: readonly VulnerabilityFacts[] } = {},
): readonly VulnerabilityFinding[] {
  const inventory = anInventory([aPackage('stream', version, more.pkg)]);
  const reader = createMemoryReader(advisories, undefined, more.facts ?? []);
  return matchInventory(inventory, reader, { severitySources: [] }).findings;
}

function fact(id: string, fields: Partial<VulnerabilityFacts> = {}): VulnerabilityFacts {
  return { id, feed: 'cve', summary: '', ratings: [], references: [], cwes: [], ...fields };
}

const streamIn = (ranges: Parameters<typeof affects>[1], versions: readonly string[] = []) => [
  affects('stream', ranges, { versions }),
];

describe('a known malicious package', () => {
  it.each<[string, readonly Advisory[], readonly string[]]>([
    ['a MAL id', [anAdvisory('MAL-2024-1', { affected: streamIn(ALL) })], ['MAL-2024-1']],
    [
      'a MAL id of a record that waits for its number',
      [anAdvisory('MAL-0000-reporter-1f', { affected: streamIn(ALL) })],
      ['MAL-0000-reporter-1f'],
    ],
    [
      'a MAL id in lower case',
      [anAdvisory('mal-2024-1', { affected: streamIn(ALL) })],
      ['mal-2024-1'],
    ],
    [
      "GitHub's id with a MAL alias",
      [anAdvisory('GHSA-aaaa-0001', { aliases: ['MAL-2024-1'], affected: streamIn(ALL) })],
      ['GHSA-aaaa-0001'],
    ],
    [
      "a MAL id with an alias of GitHub's",
      [anAdvisory('MAL-2024-1', { aliases: ['GHSA-aaaa-0001'], affected: streamIn(ALL) })],
      ['MAL-2024-1'],
    ],
    [
      'a CVE with a MAL alias',
      [anAdvisory('CVE-2024-1000', { aliases: ['MAL-2024-1'], affected: streamIn(ALL) })],
      ['CVE-2024-1000'],
    ],
    [
      'CWE-506',
      [anAdvisory('GHSA-aaaa-0001', { ...CODE, affected: streamIn(ALL) })],
      ['GHSA-aaaa-0001'],
    ],
    [
      'a kind of CWE-506 among other weaknesses',
      [anAdvisory('GHSA-aaaa-0001', { cwes: ['CWE-79', 'CWE-507'], affected: streamIn(ALL) })],
      ['GHSA-aaaa-0001'],
    ],
    [
      'a LOW score',
      [anAdvisory('MAL-2024-1', { ratings: LOW, affected: streamIn(ALL) })],
      ['MAL-2024-1'],
    ],
    [
      'a version that is listed by itself',
      [anAdvisory('MAL-2024-1', { affected: streamIn([], ['1.0.0', '3.3.6']) })],
      ['MAL-2024-1'],
    ],
    [
      'two records of one vulnerability',
      [
        anAdvisory('MAL-2024-1', { aliases: ['CVE-2024-1000'], affected: streamIn(ALL) }),
        anAdvisory('GHSA-aaaa-0001', {
          aliases: ['CVE-2024-1000'],
          ...CODE,
          affected: streamIn(ALL),
        }),
      ],
      ['GHSA-aaaa-0001', 'MAL-2024-1'],
    ],
    [
      'an unimportant status',
      [
        anAdvisory('MAL-2024-1', {
          affected: [affects('stream', ALL, { status: 'unimportant' })],
        }),
      ],
      ['MAL-2024-1'],
    ],
  ])('%s', (_name, advisories, by) => {
    const findings = found('3.3.6', advisories);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      severity: 'critical',
      severityBy: 'assay',
      malicious: { by },
    });
    expect(findings[0]?.status).toBe('affected');
  });

  it.each<[string, string, readonly Advisory[]]>([
    ['the version before', '3.3.5', [anAdvisory('MAL-2024-1', { affected: streamIn(ONE_BAD) })]],
    ['the version after', '4.0.0', [anAdvisory('MAL-2024-1', { affected: streamIn(ONE_BAD) })]],
    [
      'a version between two that are listed',
      '3.3.5',
      [anAdvisory('MAL-2024-1', { affected: streamIn([], ['3.3.4', '3.3.6']) })],
    ],
    [
      'a withdrawn record',
      '3.3.6',
      [anAdvisory('MAL-2024-1', { withdrawnAt: '2024-02-01', affected: streamIn(ALL) })],
    ],
    [
      'another package',
      '3.3.6',
      [anAdvisory('MAL-2024-1', { affected: [affects('stream-x', ALL)] })],
    ],
  ])('has no finding: %s', (_name, version, advisories) => {
    expect(found(version, advisories)).toEqual([]);
  });

  it.each<[string, string, readonly Advisory[]]>([
    [
      'another record of the vulnerability is malicious for other versions',
      '3.3.5',
      [
        anAdvisory('MAL-2024-1', { aliases: ['CVE-2024-1000'], affected: streamIn(ONE_BAD) }),
        anAdvisory('GHSA-aaaa-0001', {
          aliases: ['CVE-2024-1000'],
          affected: streamIn([below('5.0.0')]),
        }),
      ],
    ],
    [
      'the record of malice was withdrawn',
      '3.3.6',
      [
        anAdvisory('MAL-2024-1', {
          aliases: ['CVE-2024-1000'],
          withdrawnAt: '2024-02-01',
          affected: streamIn(ALL),
        }),
        anAdvisory('CVE-2024-1000', { affected: streamIn(ALL) }),
      ],
    ],
    [
      'a weakness with a longer number',
      '1.0.0',
      [anAdvisory('GHSA-aaaa-0001', { cwes: ['CWE-5060'], affected: streamIn(ALL) })],
    ],
    [
      'an id that has MAL inside',
      '1.0.0',
      [anAdvisory('GHSA-MAL-0001', { affected: streamIn(ALL) })],
    ],
    [
      'a related record is malicious',
      '1.0.0',
      [anAdvisory('GHSA-aaaa-0001', { related: ['MAL-2024-1'], affected: streamIn(ALL) })],
    ],
  ])('is an ordinary finding: %s', (_name, version, advisories) => {
    const findings = found(version, advisories);
    expect(findings).toHaveLength(1);
    expect(findings[0]?.malicious).toBeUndefined();
    expect(findings[0]?.severity).toBe('unknown');
  });

  it('is told by the weakness of the CVE, for what other records affect', () => {
    const plain = anAdvisory('GHSA-aaaa-0001', {
      aliases: ['CVE-2024-1000'],
      affected: streamIn(ONE_BAD),
    });
    const facts = [fact('CVE-2024-1000', CODE)];
    expect(found('3.3.6', [plain], { facts })[0]?.malicious?.by).toEqual(['CVE-2024-1000']);
    expect(
      found('3.3.6', [plain], { facts: [fact('CVE-2024-1000')] })[0]?.malicious,
    ).toBeUndefined();
  });

  it('is not told by the weakness of the CVE where a record lists the malicious versions', () => {
    const facts = [fact('CVE-2024-1000', CODE)];
    const wide = anAdvisory('GHSA-aaaa-0001', {
      aliases: ['CVE-2024-1000'],
      affected: streamIn([below('5.0.0')]),
    });
    const exact = anAdvisory('MAL-2024-1', {
      aliases: ['CVE-2024-1000'],
      affected: streamIn(ONE_BAD),
    });
    expect(found('3.3.5', [wide, exact], { facts })[0]?.malicious).toBeUndefined();
    expect(found('3.3.6', [wide, exact], { facts })[0]?.malicious?.by).toEqual(['MAL-2024-1']);
  });

  it('is found by the version that the content proves', () => {
    const evidence = { ...aPackage('stream', '1').evidence, evidencedVersion: '3.3.6' };
    const record = anAdvisory('MAL-2024-1', { affected: streamIn(ONE_BAD) });
    const [finding] = found('4.0.0', [record], { pkg: { evidence } });
    expect(finding).toMatchObject({ matchedVersion: '3.3.6', malicious: { by: ['MAL-2024-1'] } });
  });

  it.each<[string, readonly Advisory[], Partial<VulnerabilityFinding>]>([
    [
      'all versions are malicious',
      [anAdvisory('MAL-2024-1', { affected: streamIn(ALL) })],
      { fixedVersions: [], malicious: { by: ['MAL-2024-1'] } },
    ],
    [
      'one version is malicious, and the next one is named',
      [anAdvisory('MAL-2024-1', { affected: streamIn(ONE_BAD) })],
      { fixedVersions: ['4.0.0'], malicious: { by: ['MAL-2024-1'], goodBelow: '3.3.6' } },
    ],
    [
      'the named fix is malicious itself, by another record',
      [
        anAdvisory('MAL-2024-1', { affected: streamIn(ONE_BAD) }),
        anAdvisory('MAL-2024-2', { affected: streamIn([], ['4.0.0']) }),
      ],
      { fixedVersions: [], malicious: { by: ['MAL-2024-1'], goodBelow: '3.3.6' } },
    ],
    [
      'the first of two fixes is malicious itself',
      [
        anAdvisory('GHSA-aaaa-0001', {
          ...CODE,
          affected: streamIn([
            { introduced: '3.3.6', fixed: '3.3.7' },
            { introduced: '3.3.7', fixed: '4.0.0' },
          ]),
        }),
      ],
      { fixedVersions: ['4.0.0'], malicious: { by: ['GHSA-aaaa-0001'], goodBelow: '3.3.6' } },
    ],
    [
      'an older release is named as a fix of something else',
      [
        anAdvisory('MAL-2024-1', { affected: streamIn([], ['3.3.4', '3.3.6']) }),
        anAdvisory('CVE-2024-2000', { affected: streamIn([below('3.3.3')]) }),
        anAdvisory('CVE-2024-3000', {
          affected: streamIn([{ introduced: '3.3.4-0', fixed: '3.3.4' }]),
        }),
      ],
      {
        fixedVersions: [],
        malicious: { by: ['MAL-2024-1'], lastGood: '3.3.3', goodBelow: '3.3.4' },
      },
    ],
  ])('knows which releases are good: %s', (_name, advisories, expected) => {
    const malicious = found('3.3.6', advisories).filter((one) => one.malicious !== undefined);
    expect(malicious).toHaveLength(1);
    expect(malicious[0]).toMatchObject(expected);
    expect(malicious[0]?.malicious).toEqual(expected.malicious);
    expect(malicious[0]?.fixedVersions).toEqual(expected.fixedVersions);
  });
});

describe('a malicious package that a package of the distribution ships', () => {
  const owner = aPackage('node-stream', '1.0-1', {
    ecosystem: 'debian',
    evidence: { ...aPackage('x', '1').evidence, level: 'verified' },
    maintainer: 'pkg-javascript-devel@lists.alioth.debian.org',
  });
  const pkg = aPackage('stream', '3.3.6', { ownedBy: owner.id });
  const inDebian = { ecosystem: 'debian' as const, release: '12' };
  const clears = anAdvisory('CVE-2024-1000', {
    affected: [affects('node-stream', [], { ...inDebian, status: 'notAffected' })],
  });

  it.each<[string, readonly Advisory[]]>([
    ['its advisories name the vulnerability', [clears]],
    ['its advisories name others', [anAdvisory('CVE-2024-2', { affected: clears.affected })]],
    ['nothing is loaded for it', []],
  ])('counts, where %s', (_name, others) => {
    const record = anAdvisory('MAL-2024-1', {
      aliases: ['CVE-2024-1000'],
      affected: streamIn(ALL),
    });
    const inventory = anInventory([owner, pkg], { id: 'debian', versionId: '12.5' });
    const { findings } = matchInventory(inventory, createMemoryReader([record, ...others]), {
      severitySources: [],
    });
    const [finding] = findings.filter(({ packageId }) => packageId === pkg.id);
    expect(finding).toMatchObject({ severity: 'critical', malicious: { by: ['MAL-2024-1'] } });
    expect(finding?.ownedBy).toBeUndefined();
  });
});
