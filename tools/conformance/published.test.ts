import { describe, expect, it } from 'vitest';

import { nvdRecordOf, publishedMembers } from './published.ts';

const V3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

describe('nvdRecordOf', () => {
  it.each([
    ['a CVE that NVD rates', 'CVE-2024-1', { nvd: { V3Vector: V3 } }, ['cvssMetricV31']],
    [
      'version 3.0',
      'CVE-2024-1',
      { nvd: { V3Vector: V3.replace('3.1', '3.0') } },
      ['cvssMetricV30'],
    ],
    ['version 2', 'CVE-2024-1', { nvd: { V2Vector: 'AV:N/AC:L/Au:N/C:P' } }, ['cvssMetricV2']],
    ['a rating of another source', 'CVE-2024-1', { ghsa: { V3Vector: V3 } }, undefined],
    ['no CVE', 'GHSA-1', { nvd: { V3Vector: V3 } }, undefined],
  ])('%s', (_, id, sources, metrics) => {
    const record = nvdRecordOf({ id, database_specific: { cvss_by_source: sources } });
    const cve = record?.['cve'] as { readonly metrics: object } | undefined;
    expect(cve && Object.keys(cve.metrics)).toEqual(metrics);
  });
});

describe('publishedMembers', () => {
  const DECLARED = new Map([['X-1', 'MEDIUM']]);
  it.each([
    ['one word of all CVEs', 'X-1', { cve_severity: { a: 'LOW', b: 'LOW' } }, ['X-1 LOW']],
    ['words that differ', 'X-1', { cve_severity: { a: 'LOW', b: 'HIGH' } }, ['X-1 undefined']],
    ['a word of its own', 'X-1', { severity: 'HIGH' }, ['X-1 HIGH']],
    ['a word that is declared for it', 'X-1', {}, ['X-1 MEDIUM']],
    ['no word', 'X-2', {}, ['X-2 undefined']],
    [
      'words of a bulletin of Red Hat',
      'RHSA-2024:1',
      { cve_severity: { 'CVE-2024-1': 'LOW', 'CVE-2024-2': 'HIGH' } },
      ['REDHAT-CVE-2024-1 LOW', 'REDHAT-CVE-2024-2 HIGH'],
    ],
  ])('rewrites %s', (_, id, database_specific, rows) => {
    const record = { id, affected: [{}], database_specific };
    const members = publishedMembers([{ name: 'a.json', record }], DECLARED);
    const shown = members.map(({ record: { id: written, database_specific: specific } }) => {
      expect(specific).not.toHaveProperty('cve_severity');
      return `${String(written)} ${String((specific as { severity?: string }).severity)}`;
    });
    expect(shown).toEqual(rows);
  });
});

describe('packages of converted records', () => {
  const package_ = { ecosystem: 'AlmaLinux:8', name: 'httpd' };
  const range = (end: object): object => ({
    type: 'ECOSYSTEM',
    events: [{ introduced: '0' }, end],
  });
  const published = (id: string, ...affected: readonly object[]): Record<string, unknown> => {
    const record = { id, affected, database_specific: { severity: 'MEDIUM' } };
    return { ...publishedMembers([{ name: 'a.json', record }], new Map(), 'aarch64')[0]?.record };
  };
  const rangesOf = (end: object, patched: readonly string[]): unknown => {
    const entry = { ranges: [range(end)], database_specific: { patched_versions: patched } };
    return (published('X-1', entry)['affected'] as { ranges: unknown }[])[0]?.ranges;
  };

  it.each([
    [
      'a last version that is the fix',
      { last_affected: '1.6.14' },
      ['1.6.14'],
      { fixed: '1.6.14' },
    ],
    ['a later fix', { fixed: '8.44' }, ['8.45'], { fixed: '8.45' }],
    ['requirements', { fixed: '2' }, ['>= 2.1.3, < 3.0.0'], { fixed: '2' }],
    ['several', { fixed: '2' }, ['2', '3'], { fixed: '2' }],
    ['none', { last_affected: '2' }, [], { last_affected: '2' }],
  ])('rewrites releases with the fix: %s', (_name, end, patched, expected) => {
    expect(rangesOf(end, patched)).toEqual([range(expected)]);
  });

  it('writes module streams into the title, and errata of AlmaLinux', () => {
    const entry = { package: package_, ecosystem_specific: { module: 'httpd:2.4', arches: null } };
    expect(published('ALMA-CVE-2024-0001', entry)).toMatchObject({
      id: 'ALSA-2024:0001',
      related: ['CVE-2024-0001'],
      summary: 'Moderate: httpd:2.4 security update',
      affected: [{ package: package_, ecosystem_specific: {} }],
    });
    expect(published('RHSA-2024:1', entry)).toMatchObject({
      id: 'RHSA-2024:1',
      summary: 'httpd:2.4 security update',
    });
  });

  it('has one entry for each package, and no status but the urgency of Debian', () => {
    const of = (arches: readonly string[] | null, status?: string): object => ({
      package: package_,
      ecosystem_specific: { arches, status },
    });
    const entries = (id: string, ...all: readonly object[]): unknown =>
      published(id, ...all)['affected'];
    expect(entries('X-1', of(['x86_64']), of(['aarch64']))).toHaveLength(1);
    expect(entries('X-1', of(['x86_64']), of(null))).toHaveLength(1);
    expect(entries('X-1', of(['x86_64']))).toHaveLength(1);
    expect(entries('REDHAT-1', of(null, 'end_of_life'))).toMatchObject([
      { ecosystem_specific: {} },
    ]);
    expect(entries('DEBIAN-1', of(null, 'end_of_life'))).toMatchObject([
      { ecosystem_specific: { urgency: 'end-of-life' } },
    ]);
  });
});
