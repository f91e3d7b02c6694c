import { describe, expect, it } from 'vitest';
import type { FeedReading } from '../feed.ts';
import { nodejsCore } from './nodejs-core.ts';

function read(index: object): FeedReading {
  return nodejsCore.read({ name: 'index.json', bytes: Buffer.from(JSON.stringify(index)) });
}

const ENTRY = {
  cve: ['CVE-2017-1000381'],
  ref: 'https://nodejs.org/en/blog/vulnerability/july-2017-security-releases/',
  vulnerable: '8.x || 7.x',
  patched: '^8.1.4 || ^7.10.1',
  description: 'memory overread ',
  overview: 'At length.',
  severity: 'high',
  publish_date: '2017-07-11',
};

describe('nodejsCore', () => {
  it('reads an entry', () => {
    expect(read({ '1': ENTRY })).toEqual({
      advisories: [
        {
          id: 'CVE-2017-1000381',
          aliases: ['NODE-CORE-1'],
          summary: 'memory overread',
          details: 'At length.',
          ratings: [{ by: 'nodejs-core', severity: 'high' }],
          affected: [
            {
              ecosystem: 'node',
              name: 'node',
              ranges: [
                { introduced: '7.0.0', fixed: '7.10.1' },
                { introduced: '8.0.0', fixed: '8.1.4' },
              ],
              versions: [],
              status: 'affected',
              ratings: [],
            },
          ],
          references: [ENTRY.ref],
          cwes: [],
          publishedAt: '2017-07-11',
          modifiedAt: '',
          feed: 'nodejs-core',
        },
      ],
      rejected: [],
      skipped: [],
    });
  });

  it.each<[string, readonly string[], string]>([
    ['no CVE', [], 'NODE-CORE-2'],
    ['several CVEs', ['CVE-2020-0001', 'CVE-2020-0002'], 'NODE-CORE-2 CVE-2020-0001 CVE-2020-0002'],
  ])('names an entry with %s by its number', (_, cve, expected) => {
    const [advisory] = read({ '2': { ...ENTRY, cve } }).advisories;
    expect([advisory?.id, ...(advisory?.aliases ?? [])].join(' ')).toBe(expected);
  });

  it.each([
    ['no entry', 'x', ENTRY],
    ['no entry', '1', 7],
    ['an entry without "vulnerable"', '1', { ...ENTRY, vulnerable: '' }],
    ['a range that cannot be read', '1', { ...ENTRY, vulnerable: 'all of them!' }],
    ['nothing is left affected', '1', { ...ENTRY, patched: '>=0' }],
  ])('sets aside: %s', (reason, number, entry) => {
    expect(read({ [number]: entry })).toEqual({
      advisories: [],
      rejected: [{ what: `entry ${number}`, reason }],
      skipped: [],
    });
  });
});
