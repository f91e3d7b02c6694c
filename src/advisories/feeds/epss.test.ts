import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../core/base/errors.ts';
import { allOf, memoryFile } from '../../../test/support/feed-file.ts';
import type { FeedReading } from './feed.ts';
import { epss, epssDocuments } from './epss.ts';

function read(text: string): FeedReading {
  return epss.read({ name: 'epss.csv', bytes: Buffer.from(text) });
}

const HEAD = '#model_version:v2025.03.14,score_date:2026-03-28T12:55:00Z\ncve,epss,percentile\n';

describe('epss', () => {
  it('reads scores and their date', () => {
    const { facts, dataAt } = read(
      `${HEAD}CVE-2021-44228,0.94358,0.9996\r\nCVE-1999-0001,1e-05,0\n`,
    );
    expect(dataAt).toBe('2026-03-28T12:55:00Z');
    expect(facts?.map(({ id, epss: score }) => [id, score])).toEqual([
      ['CVE-2021-44228', 0.94358],
      ['CVE-1999-0001', 0.00001],
    ]);
  });

  it.each([
    ['a line without a CVE id', 'GHSA-1,0.5,0.5'],
    ['a line without a probability', 'CVE-2021-0001,1.5,0.5'],
    ['a line without a probability', 'CVE-2021-0001,,'],
  ])('sets aside %s', (reason, line) => {
    expect(read(`${HEAD}${line}\n`).rejected).toEqual([{ what: line, reason }]);
  });

  it('refuses another document', () => {
    expect(() => read('<html>\n')).toThrow(ParseError);
  });
});

describe('epssDocuments', () => {
  it('gives whole lines, whatever the size', async () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, index) => `CVE-2020-${String(index + 1000)},0.00${String(index % 10)},0.5`,
    );
    const packed = gzipSync(`${HEAD}${lines.join('\n')}\n`);
    let recordCount = 0;
    let documentCount = 0;
    for await (const document of epssDocuments(memoryFile('epss.csv.gz', packed))) {
      const { facts = [], rejected } = epss.read(document);
      expect(rejected).toEqual([]);
      recordCount += facts.length;
      documentCount += 1;
    }
    expect(recordCount).toBe(lines.length);
    expect(documentCount).toBeGreaterThan(1);
  });

  it('refuses a file that is cut off, and one that is not a gzip file', async () => {
    const packed = gzipSync(HEAD);
    for (const bytes of [packed.subarray(0, packed.length - 9), Buffer.from('no gzip')]) {
      const documents = epssDocuments(memoryFile('epss.csv.gz', bytes));
      await expect(allOf(documents)).rejects.toThrow(ParseError);
    }
  });
});
