import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { affects, anAdvisory, below } from '../../../test/support/model.ts';
import type { Advisory, Affected } from '../../core/model/advisory/advisory.ts';
import { idsOf, isCve } from './aliases.ts';
import {
  joinAdvisories,
  mergeAdvisory,
  orderedRecords,
  type MergeParts,
} from './merge-advisories.ts';

describe('mergeAdvisory', () => {
  const all = (): boolean => true;

  it('takes what is best known of each record', () => {
    const first = anAdvisory('GHSA-aaaa-0001', {
      aliases: ['CVE-2024-0001'],
      summary: ' ',
      cwes: ['CWE-79'],
      exploited: { since: '2024-05-01', ransomware: false },
      epss: 0.1,
      publishedAt: '2024-02-01T00:00:00Z',
      modifiedAt: '2024-03-01T00:00:00Z',
    });
    const second = anAdvisory('PYSEC-2024-1', {
      aliases: ['CVE-2024-0001'],
      summary: 'the only words',
      details: 'more words',
      cwes: ['CWE-20', 'CWE-79'],
      exploited: { since: '2024-04-01', ransomware: true },
      epss: 0.2,
      publishedAt: '2024-01-01T00:00:00Z',
      modifiedAt: '',
      feed: 'other',
    });
    const merged = mergeAdvisory({ id: 'CVE-2024-0001', records: [second, first], keeps: all });
    expect(merged).toEqual({
      id: 'CVE-2024-0001',
      aliases: ['GHSA-aaaa-0001', 'PYSEC-2024-1'],
      summary: 'the only words',
      details: 'more words',
      ratings: [],
      affected: [],
      references: [],
      cwes: ['CWE-20', 'CWE-79'],
      exploited: { since: '2024-04-01', ransomware: true },
      epss: 0.2,
      publishedAt: '2024-01-01T00:00:00Z',
      modifiedAt: '2024-03-01T00:00:00Z',
      feed: 'osv',
    });
  });

  it('says the same thing once', () => {
    const record = anAdvisory('CVE-2024-0001', {
      ratings: [{ by: 'nvd', severity: 'high', score: 7 }],
      affected: [affects('left', [below('2.0.0')])],
    });
    const twin = { ...record, feed: 'twin' };
    const merged = mergeAdvisory({ id: 'CVE-2024-0001', records: [record, twin], keeps: all });
    expect(merged.ratings).toHaveLength(1);
    expect(merged.affected).toHaveLength(1);
  });
});

/** The same advisory by one pass over the records for each of its fields. */
function mergedByField({ id, records, keeps }: MergeParts): Advisory {
  const all = orderedRecords(id, records);
  const each = <T>(values: readonly T[]): T[] => [
    ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
  ];
  const others = (record: Advisory): readonly string[] =>
    each(idsOf(record).filter(isCve)).length > 1 ? [record.id] : idsOf(record);
  const text = (textOf: (record: Advisory) => string | undefined): string | undefined =>
    all.map(textOf).find((one) => one !== undefined && one.trim() !== '');
  const details = text((record) => record.details);
  const related = each(all.flatMap((record) => record.related ?? [])).filter((one) => one !== id);
  const [publishedAt] = all.flatMap((record) => record.publishedAt ?? []).sort();
  const modifiedAt = all.map((record) => record.modifiedAt).sort();
  const epss = all.flatMap((record) => record.epss ?? []);
  const exploited = all.flatMap((record) => record.exploited ?? []);
  const [since] = exploited.map((one) => one.since).sort();
  return {
    id,
    aliases: each(all.flatMap(others).filter((name) => name !== id && !isCve(name))).sort(),
    ...(related.length > 0 && { related: related.sort() }),
    summary: text((record) => record.summary) ?? '',
    ...(details !== undefined && { details }),
    ratings: each(all.flatMap((record) => record.ratings)),
    affected: each(all.flatMap((record) => record.affected).filter(keeps)),
    references: each(all.flatMap((record) => record.references)),
    cwes: each(all.flatMap((record) => record.cwes)).sort(),
    ...(since !== undefined && {
      exploited: { since, ransomware: exploited.some((one) => one.ransomware) },
    }),
    ...(epss.length > 0 && { epss: Math.max(...epss) }),
    ...(publishedAt !== undefined && { publishedAt }),
    modifiedAt: modifiedAt.at(-1) ?? '',
    feed: all[0]?.feed ?? '',
  };
}

describe('mergeAdvisory, field by field', () => {
  const ids = ['CVE-2024-0001', 'CVE-2024-0002', 'GHSA-aaaa-0001', 'PYSEC-2024-1', 'X-1'];
  const day = fc.constantFrom(
    '2024-01-01T00:00:00Z',
    '2024-01-02T00:00:00Z',
    '2024-02-01T00:00:00Z',
  );
  const entry: fc.Arbitrary<Affected> = fc
    .tuple(fc.constantFrom('left', 'right'), fc.constantFrom('1.0.0', '2.0.0'))
    .map(([name, fixed]) => affects(name, [below(fixed)]));
  const rating = fc.record({
    by: fc.constantFrom('ghsa', 'nvd'),
    severity: fc.constantFrom('low' as const, 'high' as const),
  });
  const record: fc.Arbitrary<Advisory> = fc
    .record(
      {
        id: fc.constantFrom(...ids),
        aliases: fc.subarray(ids),
        feed: fc.constantFrom('ghsa', 'osv'),
        summary: fc.constantFrom('', ' ', 'short', 'other'),
        ratings: fc.array(rating, { maxLength: 2 }),
        affected: fc.array(entry, { maxLength: 3 }),
        references: fc.subarray(['https://a.example', 'https://b.example']),
        cwes: fc.subarray(['CWE-79', 'CWE-20']),
        modifiedAt: day,
        related: fc.subarray(ids),
        details: fc.constantFrom('\n', 'long', 'longer'),
        exploited: fc.record({ since: day, ransomware: fc.boolean() }),
        epss: fc.constantFrom(0, 0.1, 0.9),
        publishedAt: day,
      },
      {
        requiredKeys: [
          ...(['id', 'aliases', 'feed', 'summary', 'ratings', 'affected'] as const),
          ...(['references', 'cwes', 'modifiedAt'] as const),
        ],
      },
    )
    .map((fields) => anAdvisory(fields.id, fields));

  it('is the same, for any records', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...ids),
        fc.boolean(),
        (records, id, keepsAll) => {
          const parts = { id, records, keeps: ({ name }: Affected) => keepsAll || name === 'left' };
          expect(mergeAdvisory(parts)).toEqual(mergedByField(parts));
        },
      ),
    );
  });
});

describe('joinAdvisories', () => {
  const left = anAdvisory('CVE-2024-0001', {
    aliases: ['GHSA-aaaa-0001'],
    affected: [affects('left', [below('2.0.0')])],
  });
  const right = anAdvisory('CVE-2024-0001', { affected: [affects('right', [below('3.0.0')])] });
  const other = anAdvisory('CVE-2024-0000');

  it('keeps the packages of all artifacts under one id, sorted', () => {
    const joined = joinAdvisories([
      new Map([[left.id, left]]),
      new Map([
        [right.id, right],
        [other.id, other],
      ]),
    ]);
    expect([...joined.keys()]).toEqual(['CVE-2024-0000', 'CVE-2024-0001']);
    expect(joined.get('CVE-2024-0001')?.aliases).toEqual(['GHSA-aaaa-0001']);
    expect(joined.get('CVE-2024-0001')?.affected.map(({ name }) => name)).toEqual([
      'left',
      'right',
    ]);
  });

  it('changes nothing in a single part', () => {
    expect([...joinAdvisories([new Map([[left.id, left]])])]).toEqual([[left.id, left]]);
  });
});
