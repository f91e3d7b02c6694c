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
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { matchInventory, needsOf } from './match-inventory.ts';
import type { PackageType } from './lookups.ts';

const DEBIAN: Distro = { id: 'debian', versionId: '12.5' };
const VERIFIED = { ...NO_EVIDENCE, level: 'verified' as const };
const TEAM = 'team+python@tracker.debian.org';

function deb(name: string, version: string, fields: Partial<Package> = {}): Package {
  return aPackage(name, version, { ecosystem: 'debian', evidence: VERIFIED, ...fields });
}

/** A record of Debian 12 about a source package. */
function debian(
  id: string,
  name: string,
  fields: Partial<Parameters<typeof affects>[2]> = {},
  more: Partial<Advisory> = {},
): Advisory {
  const { ranges = [], ...rest } = fields;
  const entry = affects(name, ranges, { ecosystem: 'debian', release: '12', ...rest });
  return anAdvisory(id, { affected: [entry], feed: 'debian-tracker', ...more });
}

/** A record of the language about all versions below 99. */
function ofLanguage(ecosystem: Ecosystem, name: string, ids: readonly string[]): Advisory {
  const [id = '', ...aliases] = ids;
  return anAdvisory(id, { aliases, affected: [affects(name, [below('99')], { ecosystem })] });
}

function match(
  packages: readonly Package[],
  advisories: readonly Advisory[],
  packageTypes?: readonly PackageType[],
): ReturnType<typeof matchInventory> {
  return matchInventory(anInventory(packages, DEBIAN), createMemoryReader(advisories), {
    severitySources: [],
    ...(packageTypes && { packageTypes }),
  });
}

const PIP = deb('python3-pip', '23.0.1+dfsg-1', {
  source: { name: 'python-pip', version: '23.0.1+dfsg-1' },
  dependsOn: ['python3', 'ca-certificates'],
  maintainer: TEAM,
});

function shippedBy(owner: Package, name: string, version: string, ecosystem: Ecosystem): Package {
  return aPackage(name, version, { ecosystem, ownedBy: owner.id });
}

const URLLIB3 = shippedBy(PIP, 'urllib3', '1.26.12', 'pypi');
const FLAW = ofLanguage('pypi', 'urllib3', ['GHSA-v845-jxx5-vc9f', 'CVE-2023-43804']);

describe('what the distribution built and its data names', () => {
  it.each<[string, Advisory]>([
    ['as not affected', debian('CVE-2023-43804', 'python-pip', { status: 'notAffected' })],
    [
      'as fixed in this version',
      debian('CVE-2023-43804', 'python-pip', { ranges: [below('23.0.1+dfsg-1')] }),
    ],
    [
      'as ignored, which is a finding of the owner',
      debian('CVE-2023-43804', 'python-pip', {
        ranges: [{ introduced: '0' }],
        status: 'willNotFix',
      }),
    ],
    ['by an alias', debian('GHSA-v845-jxx5-vc9f', 'python-pip', { status: 'notAffected' })],
    [
      'in a record that gathers several',
      debian('DSA-1-1', 'python-pip', { ranges: [below('23')] }, { related: ['CVE-2023-43804'] }),
    ],
  ])('%s is judged by that entry', (_, entry) => {
    const { findings } = match([PIP, URLLIB3], [FLAW, entry]);
    expect(findings.filter(({ packageId }) => packageId === URLLIB3.id)).toEqual([]);
    const isOfOwner = entry.affected[0]?.status === 'willNotFix';
    expect(findings.map(({ packageId }) => packageId)).toEqual(isOfOwner ? [PIP.id] : []);
  });

  it.each<[string, readonly PackageType[]]>([
    ['packages of the system', ['os']],
    ['libraries', ['library']],
  ])('is judged the same where only %s are asked for', (_, types) => {
    const entry = debian('CVE-2023-43804', 'python-pip', { status: 'notAffected' });
    expect(match([PIP, URLLIB3], [FLAW, entry], types).findings).toEqual([]);
    const needs = needsOf(anInventory([PIP, URLLIB3], DEBIAN), types);
    expect(needs.map(({ ecosystem }) => ecosystem)).toContain('debian');
  });
});

describe('what the distribution built and its data does not name', () => {
  const OTHER = debian('CVE-2021-3572', 'python-pip', { ranges: [below('20')] });

  it.each<[string, readonly Package[], readonly Advisory[]]>([
    ['a vulnerability that is not in the data', [PIP, URLLIB3], [FLAW, OTHER]],
    [
      'an entry of another source package',
      [PIP, URLLIB3],
      [FLAW, OTHER, debian('CVE-2023-43804', 'python-urllib3', { status: 'notAffected' })],
    ],
    [
      'an entry of another release',
      [PIP, URLLIB3],
      [FLAW, OTHER, debian('CVE-2023-43804', 'python-pip', { release: '11' })],
    ],
    [
      'an entry that was withdrawn',
      [PIP, URLLIB3],
      [
        FLAW,
        OTHER,
        debian('CVE-2023-43804', 'python-pip', {}, { withdrawnAt: '2024-01-01T00:00:00Z' }),
      ],
    ],
    [
      'a source package without any entry, of a maintainer at the distribution',
      [PIP, URLLIB3],
      [FLAW, debian('CVE-2000-0001', 'another', { ranges: [below('1')] })],
    ],
  ])('%s: reported with its owner, without a fix', (_, packages, advisories) => {
    const { findings } = match(packages, advisories);
    expect(findings).toMatchObject([
      { packageId: URLLIB3.id, ownedBy: PIP.id, status: 'affected', fixedVersions: [] },
    ]);
  });

  it('has the fix of the owner where the distribution has one', () => {
    const owner = { ...PIP, version: '23.0.1+dfsg-1' };
    const pip = shippedBy(owner, 'pip', '22.0', 'pypi');
    const flaw = ofLanguage('pypi', 'pip', ['CVE-2023-5752']);
    // The owner's own version lies below the affected ones, and what it ships is older than it
    // says.
    const entry = debian('CVE-2023-5752', 'python-pip', {
      ranges: [{ introduced: '23.0.2', fixed: '23.3' }],
    });
    expect(match([owner, pip], [flaw, entry]).findings).toMatchObject([
      { packageId: pip.id, ownedBy: owner.id, status: 'fixed', fixedVersions: ['23.3'] },
    ]);
  });

  it('is no gap where nothing is loaded for its language', () => {
    const { diagnostics } = match([PIP, URLLIB3], [OTHER]);
    expect(diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
    expect(diagnostics.map(({ message }) => message).join('\n')).toContain('(urllib3)');
  });

  it('is told apart from what another package ships', () => {
    const own = aPackage('urllib3', '1.26.13', { ecosystem: 'pypi' });
    const { findings } = match([PIP, URLLIB3, own], [FLAW, OTHER]);
    expect(findings.map(({ packageId, ownedBy }) => [packageId, ownedBy])).toEqual([
      [URLLIB3.id, PIP.id],
      [own.id, undefined],
    ]);
  });
});

describe('ownership that changes nothing', () => {
  const LOG4J = 'org.apache.logging.log4j:log4j-core';
  const LOG4SHELL = ofLanguage('maven', LOG4J, ['GHSA-jfh8-c2jp-5v3q', 'CVE-2021-44228']);
  const DJANGO = ofLanguage('pypi', 'django', ['CVE-2022-28346']);
  const NAMED = debian('CVE-2000-0001', 'elasticsearch', { ranges: [below('1')] });
  const named = (source: string, id = 'CVE-2000-0001'): Advisory =>
    debian(id, source, { ranges: [below('0.1')] });

  it.each<[string, Package, readonly [string, string, Ecosystem], readonly Advisory[]]>([
    [
      'Elasticsearch, whose source package Debian once had',
      deb('elasticsearch', '7.16.0', { maintainer: 'info@elastic.co' }),
      [LOG4J, '2.11.1', 'maven'],
      [LOG4SHELL, NAMED],
    ],
    [
      'Elasticsearch with a maintainer that was changed to one of Debian',
      deb('elasticsearch', '7.16.0', { maintainer: 'packages@lists.debian.org' }),
      [LOG4J, '2.11.1', 'maven'],
      [LOG4SHELL, NAMED],
    ],
    [
      'Elasticsearch with the vendor that its packaging tool writes, whatever the maintainer',
      deb('elasticsearch', '7.16.0', {
        maintainer: 'debian-java@lists.debian.org',
        qualifiers: new Map([['vendor', 'Elasticsearch']]),
        dependsOn: ['default-jre-headless'],
      }),
      [LOG4J, '2.11.1', 'maven'],
      [LOG4SHELL, NAMED],
    ],
    [
      'a package that claims to be built from python-pip',
      deb('search', '1.0-1', {
        source: { name: 'python-pip', version: '23.0.1+dfsg-1' },
        maintainer: TEAM,
      }),
      [LOG4J, '2.11.1', 'maven'],
      [LOG4SHELL, named('python-pip')],
    ],
    [
      'Jenkins, whose maintainer is known',
      deb('jenkins', '2.426.2', {
        maintainer: 'kk@kohsuke.org',
        dependsOn: ['default-jre-headless'],
      }),
      [LOG4J, '2.11.1', 'maven'],
      [LOG4SHELL, named('jenkins')],
    ],
    [
      'Kibana, which carries its own Node.js',
      deb('kibana', '8.1.0', { maintainer: 'nobody@lists.debian.org', dependsOn: ['libc6'] }),
      ['minimist', '1.2.0', 'npm'],
      [ofLanguage('npm', 'minimist', ['CVE-2021-44906']), named('kibana')],
    ],
    [
      "docker.com's docker-ce",
      deb('docker-ce', '5:27.0.1-1~debian.12~bookworm', {
        maintainer: 'team+docker@tracker.debian.org',
      }),
      ['golang.org/x/net', '0.1.0', 'go'],
      [ofLanguage('go', 'golang.org/x/net', ['GO-2023-2102']), named('docker-ce')],
    ],
    [
      "a vendor's Django that nobody knows",
      deb('acme-django', '4.0-1', { dependsOn: ['python3'], maintainer: 'dev@acme.example' }),
      ['django', '4.0', 'pypi'],
      [DJANGO, named('python-django', 'CVE-2022-28346')],
    ],
    [
      'a package that claims a source package that its name has nothing to do with',
      deb('acme-portal', '4.0-1', {
        source: { name: 'python-django', version: '3:4.0-1' },
        dependsOn: ['python3'],
        maintainer: TEAM,
      }),
      ['django', '4.0', 'pypi'],
      [DJANGO, named('python-django', 'CVE-2022-28346')],
    ],
    [
      'a package whose content contradicts its records',
      deb('python3-django', '3:3.2.19-1+deb12u1', {
        source: { name: 'python-django', version: '3:3.2.19-1+deb12u1' },
        maintainer: TEAM,
        evidence: { ...NO_EVIDENCE, level: 'contradicted' },
      }),
      ['django', '3.2.19', 'pypi'],
      [DJANGO, named('python-django', 'CVE-2022-28346')],
    ],
    [
      'a package that is only declared',
      deb('python3-django', '3:3.2.19-1+deb12u1', {
        source: { name: 'python-django', version: '3:3.2.19-1+deb12u1' },
        presence: 'declared',
      }),
      ['django', '3.2.19', 'pypi'],
      [DJANGO, named('python-django', 'CVE-2022-28346')],
    ],
  ])('%s', (_, owner, [name, version, ecosystem], advisories) => {
    const presence = ecosystem === 'go' ? 'embedded' : 'installed';
    const pkg = aPackage(name, version, { ecosystem, presence, ownedBy: owner.id });
    const { findings } = match([owner, pkg], advisories);
    const [finding] = findings.filter(({ packageId }) => packageId === pkg.id);
    expect(finding).toMatchObject({ fixedVersions: ['99'], status: 'fixed' });
    expect(finding).not.toHaveProperty('ownedBy');
  });

  it('an owner that is a package of a language', () => {
    const owner = aPackage('env', '1', { ecosystem: 'conda' });
    const pkg = shippedBy(owner, 'django', '3.2', 'pypi');
    expect(match([owner, pkg], [DJANGO]).findings[0]).not.toHaveProperty('ownedBy');
  });

  it('an owner that the inventory does not have', () => {
    const pkg = aPackage('django', '3.2', { ecosystem: 'pypi', ownedBy: 'pkg:deb/debian/x@1' });
    expect(match([pkg], [DJANGO]).findings[0]).not.toHaveProperty('ownedBy');
  });

  it('an owner of a system that nothing is known of', () => {
    const owner = { ...PIP, ecosystem: 'openwrt' as const };
    const outcome = matchInventory(
      anInventory([owner, URLLIB3], { id: 'kali', versionId: '2024' }),
      createMemoryReader([FLAW]),
      { severitySources: [] },
    );
    expect(outcome.findings[0]).not.toHaveProperty('ownedBy');
  });
});

describe('a package that claims a newer release than it ships', () => {
  const owner = deb('liblog4j2-java', '2.17.1-1~deb11u1', {
    source: { name: 'apache-log4j2', version: '2.17.1-1~deb11u1' },
    maintainer: 'pkg-java-maintainers@lists.alioth.debian.org',
  });
  const fixed = debian('CVE-2021-44228', 'apache-log4j2', { ranges: [below('2.15.0-1~deb11u1')] });

  it.each([
    ['2.11.1', 1],
    ['2.14.0', 1],
    ['2.17.1', 0],
  ])('log4j-core %s: %i finding', (version, count) => {
    const name = 'org.apache.logging.log4j:log4j-core';
    const pkg = shippedBy(owner, name, version, 'maven');
    const flaw = ofLanguage('maven', name, ['CVE-2021-44228']);
    const { findings } = match([owner, pkg], [flaw, fixed]);
    expect(findings).toHaveLength(count);
    expect(findings.every(({ ownedBy }) => ownedBy === owner.id)).toBe(true);
  });
});

describe('owners that a distribution is known by', () => {
  it.each<[string, Package, string, Ecosystem]>([
    [
      'a library of the interpreter itself',
      deb('libruby3.1', '3.1.2-7', {
        source: { name: 'ruby3.1', version: '3.1.2-7' },
        maintainer: 'pkg-ruby-extras-maintainers@lists.alioth.debian.org',
      }),
      'rexml',
      'rubygems',
    ],
    [
      'a package of another name than its source',
      deb('python3-pkg-resources', '66.1.1-1', {
        source: { name: 'setuptools', version: '66.1.1-1' },
        dependsOn: ['python3'],
        maintainer: TEAM,
      }),
      'packaging',
      'pypi',
    ],
    [
      'wheels for virtual environments',
      deb('python3-pip-whl', '23.0.1+dfsg-1', {
        source: { name: 'python-pip', version: '23.0.1+dfsg-1' },
        maintainer: TEAM,
      }),
      'urllib3',
      'pypi',
    ],
    [
      'modules of Node.js',
      deb('npm', '9.2.0~ds1-1', {
        dependsOn: ['node-semver', 'nodejs'],
        maintainer: 'pkg-javascript-devel@alioth-lists.debian.net',
      }),
      'semver',
      'npm',
    ],
    [
      'a program in Go',
      deb('docker.io', '20.10.24+dfsg1-1', { maintainer: 'team+go@tracker.debian.org' }),
      'golang.org/x/net',
      'go',
    ],
  ])('%s', (_, owner, name, ecosystem) => {
    const presence = ecosystem === 'go' ? 'embedded' : 'installed';
    const pkg = aPackage(name, '1.0.0', { ecosystem, presence, ownedBy: owner.id });
    const flaw = ofLanguage(ecosystem, name, ['CVE-2024-0001']);
    const { findings } = match([owner, pkg], [flaw]);
    expect(findings).toMatchObject([{ packageId: pkg.id, ownedBy: owner.id }]);
  });
});

it('says who ships packages of languages', () => {
  const vendor = deb('acme', '1', {});
  const outcome = match([PIP, URLLIB3, vendor, shippedBy(vendor, 'six', '1', 'pypi')], [FLAW]);
  expect(outcome.diagnostics.map(({ message }) => message)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^1 package of a language is shipped by packages of the distribution/),
      expect.stringMatching(/^1 package of a language is shipped by acme, which the distribution/),
    ]),
  );
});
