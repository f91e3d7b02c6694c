import { describe, expect, it } from 'vitest';
import { affects, anAdvisory, below } from '../../test/support/model.ts';
import { joinAdvisories, mergeAdvisory } from './merge-advisories.ts';

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
