import { describe, expect, it } from 'vitest';

import { affects, anAdvisory, anInventory, aPackage, below } from '../../../test/support/model.ts';
import { createMemoryReader } from '../../advisories/store/memory-reader.ts';
import type { VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import { withFacts } from './facts.ts';
import { matchInventory } from './match-inventory.ts';

function facts(feed: string, fields: Partial<VulnerabilityFacts> = {}): VulnerabilityFacts {
  const id = 'CVE-2024-0001';
  return { id, feed, summary: '', ratings: [], references: [], cwes: [], ...fields };
}

const NVD = facts('nvd', {
  details: 'as NVD says',
  ratings: [{ by: 'nvd', severity: 'high', score: 7.5 }],
  references: ['https://a.example', 'https://b.example'],
  cwes: ['CWE-79'],
  publishedAt: '2024-02-01',
});
const CVE = facts('cve', { summary: 'as the CNA says', details: 'at length', cwes: ['CWE-20'] });
const KEV = facts('kev', { exploited: { since: '2024-03-01', ransomware: true } });
const EPSS = facts('epss', { epss: 0.25 });

describe('withFacts', () => {
  const bare = anAdvisory('CVE-2024-0001', { summary: ' ', references: ['https://b.example'] });

  it('adds what the advisory lacks, whatever the order', () => {
    const all = [NVD, CVE, KEV, EPSS];
    const joined = withFacts(bare, all);
    expect(joined).toEqual({
      ...bare,
      summary: 'as the CNA says',
      details: 'at length',
      ratings: NVD.ratings,
      references: ['https://b.example', 'https://a.example'],
      cwes: ['CWE-20', 'CWE-79'],
      exploited: { since: '2024-03-01', ransomware: true },
      epss: 0.25,
      publishedAt: '2024-02-01',
    });
    expect(withFacts(bare, all.toReversed())).toEqual(joined);
  });

  it('keeps the texts and the date of the advisory', () => {
    const own = { summary: 'own', details: 'own at length', publishedAt: '2024-01-01' };
    expect(withFacts({ ...bare, ...own }, [NVD, CVE])).toMatchObject(own);
  });

  it('changes nothing without facts', () => {
    expect(withFacts(bare, [])).toBe(bare);
  });
});

describe('matching with facts', () => {
  const inventory = anInventory([aPackage('left', '1.0.0')]);
  const record = anAdvisory('GHSA-aaaa-0001', {
    aliases: ['CVE-2024-0001'],
    affected: [affects('left', [below('2.0.0')])],
  });

  it('rates a finding, and names the feed', () => {
    const reader = createMemoryReader([record], undefined, [NVD]);
    const outcome = matchInventory(inventory, reader, { severitySources: [] });
    expect(outcome.findings).toEqual([
      expect.objectContaining({ severity: 'high', severityBy: 'nvd' }),
    ]);
    expect(outcome.coverage.map(({ feed }) => feed)).toEqual(['osv', 'nvd']);
  });

  it('makes no finding of facts alone', () => {
    const reader = createMemoryReader([], undefined, [NVD]);
    expect(matchInventory(inventory, reader, { severitySources: [] }).findings).toEqual([]);
  });
});
