import { describe, expect, it } from 'vitest';
import { ParseError } from '../../core/base/errors.ts';
import type { FeedReading } from './feed.ts';
import { chainguard } from './chainguard.ts';
import { wolfi } from './wolfi.ts';

function read(secfixes: unknown, feed = wolfi): FeedReading {
  const document = { apkurl: '', packages: [{ pkg: { name: 'curl', secfixes } }] };
  return feed.read({ name: 'security.json', bytes: Buffer.from(JSON.stringify(document)) });
}

/** `id aliases... < fix status` */
function rows({ advisories }: FeedReading): string[] {
  return advisories.map(({ id, aliases, affected }) => {
    const fixes = affected.flatMap((item) => item.ranges.map((range) => range.fixed));
    return `${[id, ...aliases].join(' ')} < ${fixes.join(',')} ${affected[0]?.status ?? ''}`;
  });
}

const GROUP = ['CGA-296v-fx37-w4p4', 'CVE-2024-0001', 'GHSA-3f6r-qh9c-x6mm'];

describe.each([wolfi, chainguard])('$id', (feed) => {
  it('reads a fix with all its ids', () => {
    const reading = read({ '8.5.0-r1': GROUP }, feed);
    expect(rows(reading)).toEqual([
      'CVE-2024-0001 CGA-296v-fx37-w4p4 GHSA-3f6r-qh9c-x6mm < 8.5.0-r1 fixed',
    ]);
    expect(reading.advisories[0]).toMatchObject({
      feed: feed.id,
      affected: [{ ecosystem: feed.id, name: 'curl' }],
    });
  });
});

describe('the ids of a fix', () => {
  it.each<[string, unknown, string[]]>([
    [
      'several groups',
      { '1-r0': [...GROUP, 'CGA-xrhh-gg5p-rhcr', 'GHSA-7wrw-r4p8-38rx'] },
      [
        'CVE-2024-0001 CGA-296v-fx37-w4p4 GHSA-3f6r-qh9c-x6mm < 1-r0 fixed',
        'CGA-xrhh-gg5p-rhcr GHSA-7wrw-r4p8-38rx < 1-r0 fixed',
      ],
    ],
    [
      'no entry of Chainguard',
      { '1-r0': ['CVE-2024-0001', 'GHSA-3f6r-qh9c-x6mm'] },
      ['CVE-2024-0001 < 1-r0 fixed', 'GHSA-3f6r-qh9c-x6mm < 1-r0 fixed'],
    ],
    [
      'a group that names several CVEs',
      { '1-r0': ['CGA-xrhh-gg5p-rhcr', 'CVE-2024-0001', 'CVE-2024-0002'] },
      [
        'CGA-xrhh-gg5p-rhcr < 1-r0 fixed',
        'CVE-2024-0001 < 1-r0 fixed',
        'CVE-2024-0002 < 1-r0 fixed',
      ],
    ],
    [
      'two fixes, of which the higher counts',
      { '1-r1': GROUP, '1-r10': GROUP },
      ['CVE-2024-0001 CGA-296v-fx37-w4p4 GHSA-3f6r-qh9c-x6mm < 1-r10 fixed'],
    ],
    [
      'what was never affected',
      { '0': GROUP },
      ['CVE-2024-0001 CGA-296v-fx37-w4p4 GHSA-3f6r-qh9c-x6mm <  notAffected'],
    ],
  ])('reads %s', (_, secfixes, expected) => {
    expect(rows(read(secfixes))).toEqual(expected);
  });

  it('sets aside what is not an id, and a package without name', () => {
    const reading = read({ '1-r0': ['no id', 7, 'CVE-2024-0001'] });
    expect(reading.rejected).toEqual([
      { what: 'wolfi curl', reason: 'a fix without an id' },
      { what: 'wolfi curl', reason: 'a fix without an id' },
    ]);
    expect(rows(reading)).toEqual(['CVE-2024-0001 < 1-r0 fixed']);
    const nameless = Buffer.from('{"packages":[{"pkg":{}}]}');
    expect(wolfi.read({ name: 'x', bytes: nameless }).rejected).toEqual([
      { what: 'wolfi', reason: 'a package without name' },
    ]);
  });

  it('refuses another document', () => {
    expect(() => wolfi.read({ name: 'x', bytes: Buffer.from('{}') })).toThrow(ParseError);
  });
});
