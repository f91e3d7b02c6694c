import { describe, expect, it } from 'vitest';
import { ParseError } from '../../core/base/errors.ts';
import type { FeedReading } from './feed.ts';
import { kev } from './kev.ts';

function read(vulnerabilities: unknown, fields: object = {}): FeedReading {
  const bytes = Buffer.from(JSON.stringify({ ...fields, vulnerabilities }));
  return kev.read({ name: 'kev.json', bytes });
}

const ENTRY = {
  cveID: 'CVE-2021-44228',
  vulnerabilityName: 'Log4Shell',
  dateAdded: '2021-12-10',
  shortDescription: 'Remote code.',
  knownRansomwareCampaignUse: 'Known',
  notes: 'See https://a.example/1 ; https://b.example',
  cwes: ['CWE-502', 'noinfo'],
};

describe('kev', () => {
  it('reads an entry, and the date of the catalog', () => {
    expect(read([ENTRY], { dateReleased: '2025-08-25T17:04:19.9796Z' })).toEqual({
      advisories: [],
      facts: [
        {
          id: 'CVE-2021-44228',
          feed: 'kev',
          summary: 'Log4Shell',
          details: 'Remote code.',
          ratings: [],
          references: ['https://a.example/1', 'https://b.example'],
          cwes: ['CWE-502'],
          exploited: { since: '2021-12-10', ransomware: true },
        },
      ],
      rejected: [],
      skipped: [],
      dataAt: '2025-08-25T17:04:19.9796Z',
    });
  });

  it('takes an unknown use by ransomware for none', () => {
    const { facts } = read([{ ...ENTRY, knownRansomwareCampaignUse: 'Unknown' }]);
    expect(facts?.[0]?.exploited?.ransomware).toBe(false);
  });

  it.each([
    ['an entry without a CVE id', { ...ENTRY, cveID: 'CVE-1' }, 'CVE-1'],
    ['an entry without a CVE id', 7, 'an entry'],
    ['an entry without a date', { ...ENTRY, dateAdded: 'soon' }, 'CVE-2021-44228'],
  ])('sets aside %s', (reason, entry, what) => {
    const { facts, rejected } = read([entry, ENTRY]);
    expect(rejected).toEqual([{ what, reason }]);
    expect(facts).toHaveLength(1);
  });

  it('refuses another document', () => {
    expect(() => read('none')).toThrow(ParseError);
  });
});
