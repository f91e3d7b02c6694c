import { describe, expect, it } from 'vitest';
import type { FeedReading } from './feed.ts';
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

  it.each([
    ['as the publisher writes it, entry 18', '3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N', 4.8],
    ['as the publisher writes it, entry 40', '3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H', 5.9],
    ['with its prefix', 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 7.5],
    ['within a text', '7.5 (CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H)', 7.5],
    ['behind a blank', 'base 3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 7.5],
    ['of another version', '2.0/AV:N/AC:L/Au:N/C:N/I:N/A:P', undefined],
    ['without a vector', '7.5', undefined],
  ])('reads a vector %s', (_, cvss, score) => {
    const [advisory] = read({ '1': { ...ENTRY, cvss } }).advisories;
    expect(advisory?.ratings.find(({ vector }) => vector !== undefined)?.score).toBe(score);
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
