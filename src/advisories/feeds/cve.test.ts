import { describe, expect, it } from 'vitest';
import { allOf, memoryFile } from '../../../test/support/feed-file.ts';
import { zip } from '../../../test/support/zip.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import { cve, cveArchiveMembers } from './cve.ts';

const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const V40 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N';

function record(cna: object, adp: readonly object[] = [], metadata: object = {}): unknown {
  return {
    cveMetadata: { cveId: 'CVE-2024-0001', state: 'PUBLISHED', ...metadata },
    containers: { cna, adp },
  };
}

function read(value: unknown): VulnerabilityFacts | undefined {
  return cve.read({ name: 'CVE.json', bytes: Buffer.from(JSON.stringify(value)) }).facts?.[0];
}

function cisa(fields: object): object {
  return { providerMetadata: { shortName: 'CISA-ADP' }, ...fields };
}

describe('cve', () => {
  it('reads what the CNA says, and what CISA adds', () => {
    const cna = {
      title: 'A flaw',
      descriptions: [
        { lang: 'es', value: 'Una falla.' },
        { lang: 'en-US', value: 'A flaw, at length.' },
      ],
      problemTypes: [{ descriptions: [{ cweId: 'CWE-79' }, { description: 'XSS' }] }],
      references: [{ url: 'https://a.example' }, { url: 'https://a.example' }, {}],
      metrics: [
        { format: 'CVSS', cvssV3_1: { vectorString: V31, baseScore: 9.8 } },
        { cvssV4_0: { vectorString: V40 } },
        { other: { type: 'Red Hat severity rating', content: { value: 'Moderate' } } },
      ],
    };
    const adp = [
      cisa({
        problemTypes: [{ descriptions: [{ cweId: 'CWE-80' }] }],
        metrics: [
          { cvssV3_1: { vectorString: V31, baseScore: 9.8 } },
          { other: { type: 'ssvc', content: { id: 'CVE-2024-0001' } } },
          { other: { type: 'kev', content: { dateAdded: '2024-03-01' } } },
        ],
      }),
      {
        providerMetadata: { shortName: 'CVE' },
        references: [{ url: 'https://b.example' }],
        metrics: [{ cvssV3_1: { vectorString: V31 } }],
      },
    ];
    const dates = { datePublished: '2024-02-01T00:00:00', dateUpdated: '2024-02-02T00:00:00.1Z' };
    expect(read(record(cna, adp, dates))).toEqual({
      id: 'CVE-2024-0001',
      feed: 'cve',
      summary: 'A flaw',
      details: 'A flaw, at length.',
      ratings: [
        { by: 'cna', severity: 'critical', vector: V40, score: 9.3 },
        { by: 'cna', severity: 'critical', vector: V31, score: 9.8 },
        { by: 'cna', severity: 'medium' },
        { by: 'cisa', severity: 'critical', vector: V31, score: 9.8 },
      ],
      references: ['https://a.example', 'https://b.example'],
      cwes: ['CWE-79', 'CWE-80'],
      exploited: { since: '2024-03-01', ransomware: false },
      publishedAt: '2024-02-01T00:00:00Z',
      modifiedAt: '2024-02-02T00:00:00.1Z',
    });
  });

  it('keeps a rejected id with its reason', () => {
    const cna = { rejectedReasons: [{ lang: 'en', value: 'A duplicate.' }] };
    const metadata = { state: 'REJECTED', dateRejected: '2024-05-01T00:00:00.000Z' };
    expect(read(record(cna, [], metadata))).toMatchObject({
      details: 'A duplicate.',
      withdrawnAt: '2024-05-01T00:00:00.000Z',
    });
  });

  it.each<[string, object, object]>([
    [
      'the score and word beside a vector that cannot be read',
      { vectorString: 'CVSS:3.1/AV:?', baseScore: 5, baseSeverity: 'MEDIUM' },
      { severity: 'medium', vector: 'CVSS:3.1/AV:?', score: 5 },
    ],
    ['a score without a word', { baseScore: 9.1 }, { severity: 'critical', score: 9.1 }],
    ['a word alone', { baseSeverity: 'LOW' }, { severity: 'low' }],
  ])('takes %s', (_, cvssV3_1, rating) => {
    expect(read(record({ metrics: [{ cvssV3_1 }] }))?.ratings).toEqual([{ by: 'cna', ...rating }]);
  });

  it('has no rating where there is nothing to rate by', () => {
    const metrics = [{ cvssV3_1: { baseScore: 11 } }, { cvssV3_1: 7 }, 'x'];
    expect(read(record({ metrics }))?.ratings).toEqual([]);
  });

  it.each([
    ['no record', { id: 'CVE-2024-0001' }],
    ['a record without a CNA', { cveMetadata: { cveId: 'CVE-2024-0001' }, containers: {} }],
    ['a record without an id', { cveMetadata: {}, containers: { cna: {} } }],
  ])('refuses %s', (_, value) => {
    expect(() => read(value)).toThrow(ParseError);
  });
});

describe('cveArchiveMembers', () => {
  it('gives the records, and nothing else of the repository', async () => {
    const archive = zip([
      { name: 'cvelistV5-main/README.md', body: '#' },
      { name: 'cvelistV5-main/cves/delta.json', body: '{}' },
      { name: 'cvelistV5-main/cves/2024/0xxx/CVE-2024-0001.json', body: '{"a":1}' },
      { name: 'cvelistV5-main/cves/2024/0xxx/CVE-2024-0002.json', body: '{}', statedCrc: 1 },
    ]);
    const documents = await allOf(cveArchiveMembers(memoryFile('main.zip', archive)));
    expect(documents.map(({ fault, bytes }) => [fault, Buffer.from(bytes).toString()])).toEqual([
      [undefined, '{"a":1}'],
      ['a member that cannot be unpacked', ''],
    ]);
  });
});
