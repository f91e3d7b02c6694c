import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  affects,
  anAdvisory,
  anInventory,
  aPackage,
  below,
  NO_EVIDENCE,
} from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Distro, Inventory, Package } from '../../core/model/package/package.ts';
import { matchInventory, needsOf, type MatchOptions } from './match-inventory.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';

const DEBIAN: Distro = { id: 'debian', versionId: '12.5' };
const ALPINE: Distro = { id: 'alpine', versionId: '3.19.1' };

function match(
  inventory: Inventory,
  advisories: readonly Advisory[],
  options: Partial<MatchOptions> = {},
): Matches {
  return matchInventory(inventory, createMemoryReader(advisories), {
    severitySources: [],
    ...options,
  });
}

function idsOf(outcome: Matches): readonly string[] {
  return outcome.findings.map((finding) => finding.advisoryId);
}

function debianPackage(name: string, version: string, fields: Partial<Package> = {}): Package {
  return aPackage(name, version, { ecosystem: 'debian', ...fields });
}

it('takes no longer for each CVE of a record that names many', () => {
  const timeFor = (count: number): number => {
    const aliases = Array.from({ length: count }, (_item, index) => `CVE-2024-${10_000 + index}`);
    const record = anAdvisory('X-1', { aliases, affected: [affects('left', [below('2.0.0')])] });
    const before = process.cpuUsage();
    expect(match(anInventory([aPackage('left', '1.0.0')]), [record]).findings.length).toBe(count);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  timeFor(200);
  // A second; with a pass over all CVEs for each of them it took eight.
  expect(timeFor(8000)).toBeLessThan(3500);
});

describe('language packages', () => {
  it('are found whatever the case of a name in which case means nothing', () => {
    const pkg = aPackage('Newtonsoft.Json', '9.0.1', { ecosystem: 'nuget' });
    const advisory = anAdvisory('GHSA-5crp-9r3c-p9vr', {
      affected: [affects('newtonsoft.json', [below('13.0.1')], { ecosystem: 'nuget' })],
    });
    expect(idsOf(match(anInventory([pkg]), [advisory]))).toEqual(['GHSA-5crp-9r3c-p9vr']);
  });

  const twoBranches = anAdvisory('GHSA-aaaa-0001', {
    affected: [
      affects('left', [
        { introduced: '0', fixed: '1.4.2' },
        { introduced: '2.0.0', fixed: '2.1.0' },
        { introduced: '3.0.0', fixed: '3.0.5' },
      ]),
    ],
  });

  it.each([
    ['on the old line', '1.4.1', ['1.4.2', '2.1.0', '3.0.5']],
    ['on the middle line', '2.0.9', ['2.1.0', '3.0.5', '1.4.2']],
    ['on the newest line', '3.0.0', ['3.0.5', '1.4.2', '2.1.0']],
  ])('lists the fix of the installed line first, %s', (_, version, fixedVersions) => {
    const { findings } = match(anInventory([aPackage('left', version)]), [twoBranches]);
    expect(findings).toEqual([
      expect.objectContaining({
        advisoryId: 'GHSA-aaaa-0001',
        matchedVersion: version,
        status: 'fixed',
        fixedVersions,
        matchedBy: 'general/name',
      }),
    ]);
  });

  it.each(['1.4.2', '1.9.0', '2.1.0', '3.0.5', '4.0.0'])('finds nothing in %s', (version) => {
    const outcome = match(anInventory([aPackage('left', version)]), [twoBranches]);
    expect(outcome.findings).toEqual([]);
    expect(outcome.diagnostics).toEqual([]);
  });

  it('takes the last affected version in, and knows no fix then', () => {
    const advisory = anAdvisory('GHSA-aaaa-0002', {
      affected: [affects('left', [{ introduced: '1.0.0', lastAffected: '1.2.0' }])],
    });
    const packages = [aPackage('left', '1.2.0'), aPackage('left', '1.2.1')];
    const { findings } = match(anInventory(packages), [advisory]);
    expect(findings.map((finding) => [finding.matchedVersion, finding.fixedVersions])).toEqual([
      ['1.2.0', []],
    ]);
    expect(findings[0]?.status).toBe('affected');
  });

  it('reads advisories that only list versions', () => {
    const advisory = anAdvisory('PYSEC-2024-1', {
      affected: [affects('requests', [], { ecosystem: 'pypi', versions: ['1.0', '1.1'] })],
    });
    const packages = ['1.0.0', '1.1', '1.2'].map((version) =>
      aPackage('requests', version, { ecosystem: 'pypi' }),
    );
    const { findings } = match(anInventory(packages), [advisory]);
    expect(findings.map((finding) => finding.matchedVersion)).toEqual(['1.0.0', '1.1']);
  });

  it('never takes a package of another ecosystem with the same name', () => {
    const inventory = anInventory([aPackage('left', '1.0.0', { ecosystem: 'pypi' })]);
    const python = anAdvisory('PYSEC-2024-2', {
      affected: [affects('right', [below('9')], { ecosystem: 'pypi' })],
    });
    expect(match(inventory, [twoBranches, python]).findings).toEqual([]);
  });

  it('is not told by withdrawn advisories', () => {
    const withdrawn = { ...twoBranches, withdrawnAt: '2024-02-02T00:00:00Z' };
    expect(match(anInventory([aPackage('left', '1.0.0')]), [withdrawn]).findings).toEqual([]);
  });

  it('matches the version that the content proves, besides the claimed one', () => {
    const pkg = aPackage('left', '9.0.0', {
      evidence: { ...NO_EVIDENCE, level: 'contradicted', evidencedVersion: '1.0.0' },
    });
    const { findings } = match(anInventory([pkg]), [twoBranches]);
    expect(findings.map((finding) => finding.matchedVersion)).toEqual(['1.0.0']);
  });

  it('knows no fix where only an older line has one', () => {
    const advisory = anAdvisory('GHSA-aaaa-0003', {
      affected: [affects('left', [below('1.5.0'), { introduced: '2.0.0' }])],
    });
    const { findings } = match(anInventory([aPackage('left', '2.1.0')]), [advisory]);
    expect(findings[0]).toMatchObject({ status: 'affected', fixedVersions: [] });
  });
});

describe('aliases', () => {
  const github = anAdvisory('GHSA-bbbb-0001', {
    aliases: ['CVE-2024-1000'],
    summary: 'as GitHub puts it',
    ratings: [{ by: 'ghsa', severity: 'high', score: 7.5 }],
    affected: [affects('django', [below('4.2.1')], { ecosystem: 'pypi' })],
    references: ['https://a.test/1'],
    publishedAt: '2024-03-02T00:00:00Z',
  });
  const python = anAdvisory('PYSEC-2024-7', {
    aliases: ['CVE-2024-1000', 'GHSA-bbbb-0001'],
    ratings: [{ by: 'pysec', severity: 'medium' }],
    affected: [affects('django', [below('4.2.3')], { ecosystem: 'pypi' })],
    references: ['https://b.test/2', 'https://a.test/1'],
    publishedAt: '2024-03-01T00:00:00Z',
    modifiedAt: '2024-05-05T00:00:00Z',
  });
  const django = aPackage('django', '4.2.0', { ecosystem: 'pypi' });

  it('makes one row of GHSA and PYSEC records, under the CVE', () => {
    const outcome = match(anInventory([django]), [python, github]);
    expect(outcome.findings).toHaveLength(1);
    expect(outcome.findings[0]).toMatchObject({
      advisoryId: 'CVE-2024-1000',
      severity: 'high',
      severityBy: 'ghsa',
      fixedVersions: ['4.2.3', '4.2.1'],
    });
    expect([...outcome.advisories.keys()]).toEqual(['CVE-2024-1000']);
    expect(outcome.advisories.get('CVE-2024-1000')).toMatchObject({
      id: 'CVE-2024-1000',
      aliases: ['GHSA-bbbb-0001', 'PYSEC-2024-7'],
      summary: 'as GitHub puts it',
      references: ['https://a.test/1', 'https://b.test/2'],
      publishedAt: '2024-03-01T00:00:00Z',
      modifiedAt: '2024-05-05T00:00:00Z',
    });
    const by = outcome.advisories.get('CVE-2024-1000')?.ratings.map((rating) => rating.by);
    expect(by).toEqual(['ghsa', 'pysec']);
  });

  it('keeps the row when one record says affected and the other does not', () => {
    const outcome = match(anInventory([{ ...django, version: '4.2.2' }]), [python, github]);
    expect(outcome.findings).toEqual([
      expect.objectContaining({ advisoryId: 'CVE-2024-1000', fixedVersions: ['4.2.3', '4.2.1'] }),
    ]);
  });

  it('looks no id up twice, and none of a record at hand, however many name each other', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `GHSA-many-${String(index)}`);
    const records = ids.map((id) =>
      anAdvisory(id, {
        aliases: [...ids.filter((other) => other !== id), 'OTHER-1'],
        affected: [affects('django', [below('4.2.1')], { ecosystem: 'pypi' })],
      }),
    );
    const asked: string[] = [];
    const reader = createMemoryReader(records);
    const counting = {
      ...reader,
      byId: (id: string) => {
        asked.push(id);
        return reader.byId(id);
      },
    };
    const { findings } = matchInventory(anInventory([django]), counting, { severitySources: [] });
    expect(findings).toHaveLength(1);
    expect(asked).toEqual(['OTHER-1']);
  });

  it('joins records without a CVE through a third that is not among the hits', () => {
    const plain = { ...python, aliases: ['GHSA-bbbb-0001'] };
    const elsewhere = { ...github, affected: [affects('other', [below('9')])] };
    const outcome = match(anInventory([django]), [plain, elsewhere]);
    expect(idsOf(outcome)).toEqual(['CVE-2024-1000']);
  });

  it('takes the GHSA id where there is no CVE, else the own id of the feed', () => {
    const advisories = [
      anAdvisory('MAL-2024-1', {
        aliases: ['GHSA-bbbb-0002'],
        affected: [affects('left', [below('2.0.0')])],
      }),
      anAdvisory('MAL-2024-2', { affected: [affects('left', [below('2.0.0')])] }),
    ];
    const outcome = match(anInventory([aPackage('left', '1.0.0')]), advisories);
    expect(idsOf(outcome)).toEqual(['GHSA-bbbb-0002', 'MAL-2024-2']);
  });

  it('merges nothing through related ids, and passes them on', () => {
    const bulletin = anAdvisory('DSA-2024-1', {
      related: ['CVE-2024-2003', 'CVE-2024-2004'],
      affected: [affects('left', [below('2.0.0')])],
    });
    const single = anAdvisory('CVE-2024-2003', {
      related: ['XSA-1'],
      affected: [affects('left', [below('2.0.0')])],
    });
    const outcome = match(anInventory([aPackage('left', '1.0.0')]), [bulletin, single]);
    expect(idsOf(outcome)).toEqual(['CVE-2024-2003', 'DSA-2024-1']);
    expect(outcome.advisories.get('CVE-2024-2003')).toMatchObject({
      aliases: [],
      related: ['XSA-1'],
    });
  });

  it('keeps several CVEs of one record apart, so that accepting one accepts one', () => {
    const both = anAdvisory('GHSA-bbbb-0003', {
      aliases: ['CVE-2024-2002', 'CVE-2024-2001', 'GHSA-bbbb-0004'],
      affected: [affects('left', [below('2.0.0')])],
    });
    const first = anAdvisory('GHSA-bbbb-0004', {
      aliases: ['CVE-2024-2001'],
      affected: [affects('left', [below('1.5.0')])],
    });
    const outcome = match(anInventory([aPackage('left', '1.0.0')]), [both, first]);
    expect(idsOf(outcome)).toEqual(['CVE-2024-2001', 'CVE-2024-2002']);
    expect(outcome.advisories.get('CVE-2024-2001')?.aliases).toEqual([
      'GHSA-bbbb-0003',
      'GHSA-bbbb-0004',
    ]);
    expect(outcome.advisories.get('CVE-2024-2002')?.aliases).toEqual(['GHSA-bbbb-0003']);
  });

  it('has one merged advisory for all packages, and names no package that is not there', () => {
    const shared = anAdvisory('CVE-2024-3000', {
      affected: [
        affects('left', [below('2.0.0')]),
        affects('right', [below('3.0.0')]),
        affects('absent', [below('4.0.0')]),
      ],
    });
    const packages = [aPackage('left', '1.0.0'), aPackage('right', '1.0.0')];
    const outcome = match(anInventory(packages), [shared]);
    expect(idsOf(outcome)).toEqual(['CVE-2024-3000', 'CVE-2024-3000']);
    const affected = outcome.advisories.get('CVE-2024-3000')?.affected ?? [];
    expect(affected.map((entry) => entry.name)).toEqual(['left', 'right']);
  });
});

describe('distribution packages', () => {
  const openssl = anAdvisory('CVE-2024-4000', {
    feed: 'debian-tracker',
    affected: [
      affects('openssl', [below('3.0.13-1~deb12u1')], { ecosystem: 'debian', release: '12' }),
      affects('openssl', [{ introduced: '0' }], { ecosystem: 'debian', release: '11' }),
    ],
  });

  it('are matched by their source package, its version and the release', () => {
    const packages = [
      debianPackage('libssl3', '3.0.11-1~deb12u2', {
        source: { name: 'openssl', version: '3.0.11-1~deb12u2' },
      }),
      debianPackage('openssl', '3.0.13-1~deb12u1'),
    ];
    const outcome = match(anInventory(packages, DEBIAN), [openssl]);
    expect(outcome.findings).toEqual([
      expect.objectContaining({
        packageId: 'pkg:debian/libssl3@3.0.11-1~deb12u2',
        matchedVersion: '3.0.11-1~deb12u2',
        fixedVersions: ['3.0.13-1~deb12u1'],
        matchedBy: 'distribution/source',
      }),
    ]);
    const affected = outcome.advisories.get('CVE-2024-4000')?.affected ?? [];
    expect(affected.map((entry) => entry.release)).toEqual(['12']);
  });

  it('are not vulnerable by a binary rebuild of the fixed source', () => {
    const fixed = anAdvisory('CVE-2024-4001', {
      affected: [affects('bash', [below('5.2.15-2')], { ecosystem: 'debian', release: '12' })],
    });
    const rebuilt = debianPackage('bash', '5.2.15-2+b7', {
      source: { name: 'bash', version: '5.2.15-2' },
    });
    const own = debianPackage('bash-doc', '1:1.0', {
      source: { name: 'bash', version: '5.2.15-1' },
    });
    const { findings } = match(anInventory([rebuilt, own], DEBIAN), [fixed]);
    expect(findings.map((finding) => [finding.packageId, finding.matchedVersion])).toEqual([
      ['pkg:debian/bash-doc@1:1.0', '1:1.0'],
    ]);
  });

  it.each(['willNotFix', 'deferred', 'endOfLife', 'unimportant', 'underInvestigation'] as const)(
    'keep the status %s',
    (status) => {
      const advisory = anAdvisory('CVE-2024-4002', {
        affected: [
          affects('tar', [{ introduced: '0' }], { ecosystem: 'debian', release: '12', status }),
        ],
      });
      const { findings } = match(anInventory([debianPackage('tar', '1.34')], DEBIAN), [advisory]);
      expect(findings.map((finding) => finding.status)).toEqual([status]);
    },
  );

  it('are silenced where their distribution says not affected', () => {
    const silent = anAdvisory('CVE-2024-4003', {
      affected: [
        affects('tar', [], { ecosystem: 'debian', release: '12', status: 'notAffected' }),
        affects('tar', [{ introduced: '0' }], { ecosystem: 'debian' }),
      ],
    });
    const outcome = match(anInventory([debianPackage('tar', '1.34')], DEBIAN), [silent]);
    expect(outcome.findings).toEqual([]);
  });

  it('of Alpine are matched by origin, and a fix in version 0 means never affected', () => {
    const advisories = [
      anAdvisory('CVE-2024-4004', {
        affected: [
          affects('openssl', [below('3.1.8-r1')], { ecosystem: 'alpine', release: '3.19' }),
        ],
      }),
      anAdvisory('CVE-2024-4005', {
        affected: [affects('openssl', [below('0')], { ecosystem: 'alpine', release: '3.19' })],
      }),
    ];
    const libssl = aPackage('libssl3', '3.1.7-r0', {
      ecosystem: 'alpine',
      source: { name: 'openssl', version: '3.1.7-r0' },
    });
    const patched = aPackage('libcrypto3', '3.1.8-r1', {
      ecosystem: 'alpine',
      source: { name: 'openssl', version: '3.1.8-r1' },
    });
    const outcome = match(anInventory([libssl, patched], ALPINE), advisories);
    expect(outcome.findings.map((finding) => [finding.packageId, finding.advisoryId])).toEqual([
      ['pkg:alpine/libssl3@3.1.7-r0', 'CVE-2024-4004'],
    ]);
  });

  it('are told apart by architecture', () => {
    const packages = ['amd64', 'i386'].map((architecture) =>
      debianPackage('openssl', '3.0.11-1', { qualifiers: new Map([['arch', architecture]]) }),
    );
    const { findings } = match(anInventory(packages, DEBIAN), [openssl]);
    expect(new Set(findings.map((finding) => finding.id)).size).toBe(2);
  });
});

describe('severity', () => {
  const advisory = anAdvisory('CVE-2024-5000', {
    feed: 'debian-tracker',
    ratings: [
      { by: 'nvd', severity: 'critical', score: 9.1 },
      { by: 'redhat', severity: 'medium' },
    ],
    affected: [
      affects('tar', [below('2')], {
        ecosystem: 'debian',
        release: '12',
        ratings: [{ by: 'debian-tracker', severity: 'low' }],
      }),
    ],
  });
  const inventory = anInventory([debianPackage('tar', '1.34')], DEBIAN);

  it.each([
    ['the distribution’s own triage before NVD’s score', [], 'low', 'debian-tracker'],
    ['the source that was asked for', ['nvd'], 'critical', 'nvd'],
    ['the short name of a feed', ['debian'], 'low', 'debian-tracker'],
    ['the first source that rated it', ['ghsa', 'redhat', 'nvd'], 'medium', 'redhat'],
    ['the default order from "auto" on', ['ghsa', 'auto', 'redhat'], 'low', 'debian-tracker'],
    ['the default order where no source rated it', ['ghsa'], 'low', 'debian-tracker'],
  ])('takes %s', (_, severitySources, severity, severityBy) => {
    const { findings } = match(inventory, [advisory], { severitySources });
    expect(findings).toEqual([expect.objectContaining({ severity, severityBy })]);
  });

  it('is unknown, by nobody, where nobody rated it', () => {
    const unrated = {
      ...advisory,
      ratings: [],
      affected: [{ ...advisory.affected[0], ratings: [] }],
    };
    const { findings } = match(inventory, [unrated as Advisory]);
    expect(findings).toEqual([
      expect.objectContaining({ severity: 'unknown', severityBy: 'none' }),
    ]);
  });

  it('prefers a scored rating to a word of the same record', () => {
    const both = anAdvisory('CVE-2024-5001', {
      ratings: [
        { by: 'word', severity: 'low' },
        { by: 'score', severity: 'high', score: 7.1 },
      ],
      affected: [affects('left', [below('2.0.0')])],
    });
    const { findings } = match(anInventory([aPackage('left', '1.0.0')]), [both]);
    expect(findings).toEqual([expect.objectContaining({ severityBy: 'score' })]);
  });
});

/** Without the notes. */
function gapsOf({ diagnostics }: Matches): readonly Diagnostic[] {
  return diagnostics.filter(({ gap }) => gap !== undefined);
}

describe('gaps', () => {
  const left = anAdvisory('CVE-2024-6000', { affected: [affects('left', [below('2.0.0')])] });

  it('names an ecosystem without data, the packages and the command', () => {
    const python = ['a', 'b', 'c', 'd'].map((name) => aPackage(name, '1', { ecosystem: 'pypi' }));
    const outcome = match(anInventory([aPackage('left', '1.0.0'), ...python]), [left]);
    expect(gapsOf(outcome)).toEqual([
      {
        stage: 'match',
        gap: 'noAdvisoryData',
        message:
          'no advisory data is loaded for Python: 4 packages (a, b, c and 1 more) could not be ' +
          'matched; "assay db update" gets it',
      },
    ]);
    expect([outcome.coveredPackageCount, outcome.packageCount]).toEqual([1, 5]);
    expect(outcome.coverage).toEqual([expect.objectContaining({ feed: 'osv', recordCount: 1 })]);
  });

  it('names a release without data', () => {
    const outcome = match(anInventory([debianPackage('tar', '1')], DEBIAN), [left]);
    expect(gapsOf(outcome).map(({ gap, message }) => [gap, message])).toEqual([
      ['noAdvisoryData', expect.stringContaining('Debian 12')],
    ]);
    expect(outcome.coveredPackageCount).toBe(0);
  });

  it.each([
    ['a system that says nothing', undefined, [debianPackage('tar', '1')]],
    ['a derivative', { id: 'kali', versionId: '2024.1' }, [debianPackage('tar', '1')]],
    ['packages of another system', ALPINE, [debianPackage('tar', '1')]],
    ['a system whose packages nobody can read', { id: 'slackware', versionId: '15.0' }, []],
  ])('names %s, and does not guess', (_, distro, packages) => {
    const tar = anAdvisory('CVE-2024-6001', {
      affected: [affects('tar', [{ introduced: '0' }], { ecosystem: 'debian', release: '12' })],
    });
    const inventory = anInventory([...packages, aPackage('left', '1.0.0')], distro);
    const outcome = match(inventory, [tar, left]);
    expect(gapsOf(outcome).map(({ gap }) => gap)).toEqual(['unknownSystem']);
    expect(idsOf(outcome)).toEqual(['CVE-2024-6000']);
  });

  it('says what packages of another system are of', () => {
    const inventory = anInventory([debianPackage('tar', '1'), debianPackage('bash', '5')], ALPINE);
    expect(gapsOf(match(inventory, [left])).map(({ message }) => message)).toEqual([
      '2 packages of Debian (bash, tar) cannot be matched as alpine 3.19.1; ' +
        '"--distro NAME/VERSION" has to name the system that they are of',
    ]);
  });

  it('names a system without any of its packages', () => {
    const inventory = anInventory([aPackage('left', '1.0.0')], DEBIAN);
    expect(gapsOf(match(inventory, [left]))).toMatchObject([{ gap: 'unreadable' }]);
    expect(gapsOf(match(inventory, [left], { packageTypes: ['library'] }))).toEqual([]);
  });

  it('is silent on a folder without any system, and on types that were not asked for', () => {
    expect(gapsOf(match(anInventory([aPackage('left', '1.0.0')]), [left]))).toEqual([]);
    const slackware = { id: 'slackware', versionId: '15.0' };
    const outcome = match(
      anInventory([debianPackage('tar', '1'), aPackage('left', '1.0.0')], slackware),
      [left],
      { packageTypes: ['library'] },
    );
    expect(gapsOf(outcome)).toEqual([]);
    expect([outcome.coveredPackageCount, outcome.packageCount]).toEqual([1, 1]);
  });

  it('names a version that cannot be ordered once, with all advisories', () => {
    const more = anAdvisory('CVE-2024-6002', { affected: [affects('left', [below('1.5.0')])] });
    const other = anAdvisory('CVE-2024-6003', { affected: [affects('right', [below('1.5.0')])] });
    const pkg = aPackage('left', 'not a version');
    const outcome = match(anInventory([pkg]), [left, more, other]);
    expect(outcome.findings).toEqual([]);
    expect(gapsOf(outcome)).toEqual([
      {
        stage: 'match',
        gap: 'unorderedVersion',
        location: pkg.locations[0],
        message:
          'version "not a version" of the Node.js package "left" cannot be compared with ' +
          '2 advisories that name the package (CVE-2024-6000, CVE-2024-6002)',
      },
    ]);
  });

  it('says where a package has no version at all', () => {
    const [gap] = gapsOf(match(anInventory([aPackage('left', '')]), [left]));
    expect(gap?.message).toBe(
      'the Node.js package "left", which has no version, cannot be compared with ' +
        '1 advisory that names the package (CVE-2024-6000)',
    );
  });

  it('does not name one where another record of the same vulnerability makes a row', () => {
    const listed = anAdvisory('GHSA-cccc-0001', {
      aliases: ['CVE-2024-6000'],
      affected: [affects('left', [], { versions: ['not a version'] })],
    });
    const outcome = match(anInventory([aPackage('left', 'not a version')]), [left, listed]);
    expect(idsOf(outcome)).toEqual(['CVE-2024-6000']);
    expect(gapsOf(outcome)).toEqual([]);
  });
});

describe('needsOf', () => {
  it('lists each need once, sorted, and none for unknown systems', () => {
    const packages = [
      aPackage('b', '1', { ecosystem: 'pypi' }),
      debianPackage('tar', '1'),
      debianPackage('bash', '1'),
      aPackage('a', '1'),
    ];
    expect(needsOf(anInventory(packages, DEBIAN))).toEqual([
      { ecosystem: 'debian', release: '12' },
      { ecosystem: 'npm' },
      { ecosystem: 'pypi' },
    ]);
    expect(needsOf(anInventory(packages), ['os'])).toEqual([]);
  });
});

describe('any inventory', () => {
  const names = ['left', 'right', 'upper'];
  const versions = ['1.0.0', '1.5.0', '2.0.0', 'odd'];
  const ids = ['CVE-2024-7001', 'CVE-2024-7002', 'GHSA-dddd-0001', 'GHSA-dddd-0002', 'MAL-1'];
  const packages = fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...names), version: fc.constantFrom(...versions) }),
    { selector: ({ name, version }) => `${name}@${version}` },
  );
  const records = fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...ids),
      aliases: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 }),
      affected: fc.array(
        fc.record({ name: fc.constantFrom(...names), fixed: fc.constantFrom('1.2.0', '1.8.0') }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { selector: ({ id }) => id },
  );
  const shuffled = fc
    .tuple(packages, records)
    .chain(([pkgs, recs]) =>
      fc.tuple(
        fc.constant(pkgs),
        fc.constant(recs),
        fc.shuffledSubarray(pkgs, { minLength: pkgs.length }),
        fc.shuffledSubarray(recs, { minLength: recs.length }),
      ),
    );

  function run(
    pkgs: readonly { name: string; version: string }[],
    recs: readonly {
      id: string;
      aliases: string[];
      affected: { name: string; fixed: string }[];
    }[],
  ): Matches {
    return match(
      anInventory(pkgs.map(({ name, version }) => aPackage(name, version))),
      recs.map(({ id, aliases, affected }) =>
        anAdvisory(id, {
          aliases,
          affected: affected.map(({ name, fixed }) => affects(name, [below(fixed)])),
        }),
      ),
    );
  }

  it('is matched the same in any order, without a shared id, each row with its advisory', () => {
    fc.assert(
      fc.property(shuffled, ([pkgs, recs, otherPkgs, otherRecs]) => {
        const outcome = run(pkgs, recs);
        const other = run(otherPkgs, otherRecs);
        expect(other.findings).toEqual(outcome.findings);
        expect([...other.advisories]).toEqual([...outcome.advisories]);
        const found = outcome.findings;
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        const rows = found.map(({ packageId, advisoryId }) => `${packageId} ${advisoryId}`);
        expect(new Set(rows).size).toBe(rows.length);
        expect(new Set(found.map(({ advisoryId }) => advisoryId))).toEqual(
          new Set(outcome.advisories.keys()),
        );
      }),
    );
  });

  it('loses no CVE: every hit of a record with CVEs makes a row for each', () => {
    fc.assert(
      fc.property(shuffled, ([pkgs, recs]) => {
        const rows = new Set(run(pkgs, recs).findings.map((f) => `${f.packageId} ${f.advisoryId}`));
        for (const { id, aliases, affected } of recs) {
          for (const pkg of pkgs) {
            const isHit = affected.some(
              ({ name, fixed }) =>
                name === pkg.name && pkg.version !== 'odd' && pkg.version < fixed,
            );
            if (!isHit) continue;
            for (const cve of [id, ...aliases].filter((name) => name.startsWith('CVE-'))) {
              expect(rows).toContain(`pkg:npm/${pkg.name}@${pkg.version} ${cve}`);
            }
          }
        }
      }),
    );
  });
});

describe('more findings than the limit', () => {
  const packages = ['a', 'b', 'c', 'd'].map((name) => aPackage(name, '1.0.0'));
  const records = packages.flatMap(({ name }) =>
    [1, 2].map((number) =>
      anAdvisory(`GHSA-${name}-${String(number)}`, { affected: [affects(name, [below('2.0.0')])] }),
    ),
  );

  it.each<[string, number, number, string | undefined]>([
    ['fewer than the limit', 9, 8, undefined],
    ['as many as the limit', 8, 8, undefined],
    ['one more', 7, 7, '1 package (d)'],
    ['a package cut in two', 3, 3, '3 packages (b, c, d)'],
    ['hardly any', 1, 1, '4 packages (a, b, c and 1 more)'],
  ])('are a gap: %s', (_name, maxFindings, findingCount, gap) => {
    const outcome = match(anInventory(packages), records, { maxFindings });
    expect(outcome.findings).toHaveLength(findingCount);
    const gaps = outcome.diagnostics.filter((one) => one.gap === 'limit');
    expect(gaps).toHaveLength(gap === undefined ? 0 : 1);
    expect(gaps[0]?.message ?? '').toContain(gap ?? '');
  });
});
