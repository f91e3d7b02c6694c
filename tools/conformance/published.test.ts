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
