/**
 * Matching on distributions with RPM, and on Ubuntu: special builds, other vendors, fixes announced
 * later.
 */

import { describe, expect, it } from 'vitest';
import { anAdvisory, anInventory, aPackage, below } from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import type { Affected } from '../../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { matchInventory } from './match-inventory.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';

type Entry = Pick<Affected, 'ecosystem' | 'name'> & Partial<Affected>;

const OPEN = { introduced: '0' };

function match(distro: Distro, pkg: Package, ...records: readonly Entry[]): Matches {
  const advisories = records.map((entry, index) =>
    anAdvisory(`RHSA-${String(index)}`, {
      aliases: ['CVE-2024-0001'],
      affected: [{ ranges: [], versions: [], status: 'affected', ratings: [], ...entry }],
    }),
  );
  return matchInventory(anInventory([pkg], distro), createMemoryReader(advisories), {
    severitySources: [],
  });
}

function fixes(outcome: Matches): readonly (readonly string[])[] {
  return outcome.findings.map(({ fixedVersions }) => fixedVersions);
}

function rpm(
  ecosystem: Ecosystem,
  version: string,
  qualifiers: Readonly<Record<string, string>> = {},
  fields: Partial<Package> = {},
): Package {
  return aPackage('libcurl', version, {
    ecosystem,
    qualifiers: new Map(Object.entries(qualifiers)),
    ...fields,
  });
}

describe('Photon OS', () => {
  // PHSA-2023-4.0-0500 names `curl` for one CVE, and `curl` and `curl-libs` for another.
  it.each([
    ['the source package', ['curl'], '8.1.2-4.ph4', true],
    ['the binary package', ['libcurl'], '8.1.2-4.ph4', true],
    ['both', ['curl', 'libcurl'], '8.1.2-4.ph4', true],
    ['a source and a package that is not installed', ['curl', 'curl-devel'], '8.1.2-4.ph4', true],
    ['the source in an older release', ['curl'], '7.86.0-1.ph4', true],
    ['the source in an older build', ['curl'], '8.1.2-1.ph4', true],
    ['another package', ['curl-devel'], '8.1.2-4.ph4', false],
    ['the source package of a fixed version', ['curl'], '8.1.2-6.ph4', false],
  ])('is asked by source and by package: %s', (_case, names, version, isFound) => {
    const pkg = rpm('photon', version, {}, { source: { name: 'curl', version } });
    const entries = names.map((name) => ({
      ecosystem: 'photon' as const,
      release: '4.0',
      name,
      ranges: [below('8.1.2-5.ph4')],
    }));
    const { findings } = match({ id: 'photon', versionId: '4.0' }, pkg, ...entries);
    expect(findings.length > 0).toBe(isFound);
  });
});

const RHEL: Distro = { id: 'rhel', versionId: '9.4' };

describe('Red Hat', () => {
  const entry = (fields: Partial<Affected> = {}): Entry => ({
    ecosystem: 'redhat',
    release: '9',
    name: 'libcurl',
    ranges: [below('7.76.1-29.el9')],
    ...fields,
  });
  it('is clear where the fix was announced after the word that there is none', () => {
    const open = entry({ ranges: [OPEN], status: 'willNotFix' });
    const installed = rpm('redhat', '7.76.1-29.el9');
    expect(match(RHEL, installed, open, entry()).findings).toEqual([]);
    expect(fixes(match(RHEL, rpm('redhat', '7-1'), open, entry()))).toEqual([['7.76.1-29.el9']]);
    expect(match(RHEL, installed, open).findings[0]?.status).toBe('willNotFix');
  });

  it('names the last of several fixes, which replaces the others', () => {
    const later = entry({ ranges: [below('7.76.1-31.el9')] });
    expect(fixes(match(RHEL, rpm('redhat', '7-1'), entry(), later))).toEqual([['7.76.1-31.el9']]);
    expect(fixes(match(RHEL, rpm('redhat', '7.76.1-29.el9'), entry(), later))).toEqual([
      ['7.76.1-31.el9'],
    ]);
  });

  it('does not judge what others made, and says so with a gap', () => {
    const outcome = match(RHEL, rpm('redhat', '7-1', { vendor: 'Fedora Project' }), entry());
    expect(outcome.findings).toEqual([]);
    expect(outcome.diagnostics).toMatchObject([{ gap: 'noAdvisoryData' }]);
    expect(outcome.diagnostics[0]?.message).toBe(
      '1 package (libcurl) is not built by the distribution but by Fedora Project: its advisories do not describe it, and none of the publisher are loaded',
    );
    const own = match(RHEL, rpm('redhat', '7-1', { vendor: 'Red Hat, Inc.' }), entry());
    expect(own.findings).toHaveLength(1);
  });

  it('is what CentOS is rebuilt from', () => {
    const centos: Distro = { id: 'centos', versionId: '9', codename: 'stream' };
    expect(match(centos, rpm('redhat', '7-1'), entry()).findings).toHaveLength(1);
  });
});

describe('Oracle Linux', () => {
  it.each([
    ['2.17-317.0.1.el7', '2:2.17-157.ksplice1.el7_3.4', false],
    ['2:2.17-156.ksplice1.el7_3.4', '2:2.17-157.ksplice1.el7_3.4', true],
    ['3.6.15-4.el8', '10:3.6.16-4.0.1.el8_fips', false],
    ['10:3.6.15-4.0.1.el8_fips', '10:3.6.16-4.0.1.el8_fips', true],
    ['10:3.6.15-4.0.1.el8_fips', '11:1-1.el8', false],
  ])('%s against a fix in %s: %s', (version, fixed, isFound) => {
    const entry: Entry = {
      ecosystem: 'oracle',
      release: '8',
      name: 'libcurl',
      ranges: [below(fixed)],
    };
    const outcome = match({ id: 'ol', versionId: '8.9' }, rpm('oracle', version), entry);
    expect(outcome.findings.length > 0).toBe(isFound);
  });
});

describe.each([
  ['rocky', { id: 'rocky', versionId: '8.5' }, '8'],
  ['suse', { id: 'sles', versionId: '15.5' }, '15.5'],
] as const)('%s', (ecosystem, distro, release) => {
  it.each(['curl', 'libcurl'])('is matched by its source and by itself: %s', (name) => {
    const source = { name: 'curl', version: '7-1' };
    const entry: Entry = { ecosystem, release, name, ranges: [below('8-1')] };
    const outcome = match(distro, rpm(ecosystem, '7-1', {}, { source }), entry);
    expect(outcome.findings).toHaveLength(1);
  });
});

describe('Ubuntu', () => {
  const system: Distro = { id: 'ubuntu', versionId: '18.04' };
  const free: Entry = { ecosystem: 'ubuntu', release: '18.04', name: 'libcurl', ranges: [OPEN] };
  const paid: Entry = {
    ...free,
    ranges: [below('7-1ubuntu2+esm3')],
    qualifiers: new Map([['channel', 'esm']]),
  };

  it.each([
    ['the free build, which has no fix', '7-1ubuntu2', 1],
    ['an older build of Pro', '7-1ubuntu2+esm2', 1],
    ['the fix of Pro', '7-1ubuntu2+esm3', 0],
  ])('%s', (_name, version, count) => {
    expect(match(system, rpm('ubuntu', version), free, paid).findings).toHaveLength(count);
  });
});
