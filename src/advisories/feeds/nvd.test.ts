import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { allOf, memoryOrigin } from '../../../test/support/feed-file.ts';
import { quietContext } from '../../core/base/context.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { FeedDocument } from './feed.ts';
import { nvd } from './nvd.ts';

const V31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

function read(cve: object): VulnerabilityFacts | undefined {
  return nvd.read({ name: 'nvd', bytes: Buffer.from(JSON.stringify({ cve })) }).facts?.[0];
}

/** A year of one record, as text. */
function year(id: string): string {
  return JSON.stringify({ format: 'NVD_CVE', vulnerabilities: [{ cve: { id } }] });
}

function metaOf(text: string): Buffer {
  const digest = createHash('sha256').update(text).digest('hex').toUpperCase();
  return Buffer.from(`lastModifiedDate:2024-01-01T00:00:00-00:00\r\nsha256:${digest}\r\n`);
}

const FOLDER = 'feeds/json/cve/2.0/nvdcve-2.0-';

function fetched(files: Readonly<Record<string, Uint8Array>>): Promise<FeedDocument[]> {
  const named = Object.entries(files).map(([name, bytes]) => [`${FOLDER}${name}`, bytes] as const);
  return allOf(nvd.fetch({ origin: memoryOrigin(Object.fromEntries(named)) }, quietContext()));
}

describe('nvd', () => {
  it('reads a record', () => {
    expect(
      read({
        id: 'CVE-2024-0001',
        published: '2024-02-01T10:00:00.000',
        lastModified: '2024-02-02T10:00:00.000',
        vulnStatus: 'Analyzed',
        descriptions: [
          { lang: 'es', value: 'Una falla.' },
          { lang: 'en', value: 'A flaw.' },
        ],
        metrics: {
          cvssMetricV2: [
            {
              type: 'Primary',
              cvssData: { vectorString: '(AV:N/AC:L/Au:N/C:P/I:P/A:P)' },
              baseSeverity: 'HIGH',
            },
          ],
          cvssMetricV31: [
            { type: 'Secondary', cvssData: { baseScore: 4, baseSeverity: 'MEDIUM' } },
            { type: 'Primary', cvssData: { vectorString: V31 } },
          ],
        },
        weaknesses: [{ description: [{ value: 'CWE-79' }, { value: 'NVD-CWE-noinfo' }] }],
        references: [{ url: 'https://a.example' }],
      }),
    ).toEqual({
      id: 'CVE-2024-0001',
      feed: 'nvd',
      summary: '',
      details: 'A flaw.',
      ratings: [
        { by: 'nvd', severity: 'critical', vector: V31, score: 9.8 },
        { by: 'nvd', severity: 'medium', score: 4 },
        { by: 'nvd', severity: 'high', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P', score: 7.5 },
      ],
      references: ['https://a.example'],
      cwes: ['CWE-79'],
      publishedAt: '2024-02-01T10:00:00.000Z',
      modifiedAt: '2024-02-02T10:00:00.000Z',
    });
  });

  it('keeps a rejected id', () => {
    const rejected = { vulnStatus: 'Rejected', lastModified: '2024-05-01T00:00:00.000' };
    expect(read({ id: 'CVE-2024-0001', ...rejected })?.withdrawnAt).toBe(
      '2024-05-01T00:00:00.000Z',
    );
  });

  it('refuses a record without a CVE id', () => {
    expect(() => read({ id: 'x' })).toThrow(ParseError);
  });

  it('fetches the years that are there, checked where a digest is stated', async () => {
    const [first, second] = [year('CVE-2002-0001'), year('CVE-2024-0001')];
    const documents = await fetched({
      '2002.json.gz': gzipSync(first),
      '2024.json.gz': gzipSync(second),
      '2024.meta': metaOf(second),
    });
    expect(documents.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
      '{"cve":{"id":"CVE-2002-0001"}}',
      '{"cve":{"id":"CVE-2024-0001"}}',
    ]);
  });

  it.each([
    ['another digest', year('CVE-2024-0001'), metaOf('x')],
    ['a ".meta" without a digest', year('CVE-2024-0001'), Buffer.from('size:1\n')],
    ['a file that ends early', year('CVE-2024-0001').slice(0, -2), undefined],
  ])('refuses %s', async (_, text, meta) => {
    const files = { '2024.json.gz': gzipSync(text), ...(meta && { '2024.meta': meta }) };
    await expect(fetched(files)).rejects.toThrow(ParseError);
  });
});
