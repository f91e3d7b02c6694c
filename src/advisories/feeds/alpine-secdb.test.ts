import { describe, expect, it } from 'vitest';
import { ParseError } from '../../core/base/errors.ts';
import type { FeedReading } from './feed.ts';
import { alpineSecdb } from './alpine-secdb.ts';

function read(secfixes: unknown, distroversion = 'v3.19'): FeedReading {
  const document = { distroversion, packages: [{ pkg: { name: 'xen', secfixes } }] };
  return alpineSecdb.read({ name: 'main.json', bytes: Buffer.from(JSON.stringify(document)) });
}

/** `id related... < fix` */
function rows({ advisories }: FeedReading): string[] {
  return advisories.map(({ id, related = [], affected }) => {
    const fixes = affected.flatMap((item) => item.ranges.map((range) => range.fixed));
    return `${[id, ...related].join(' ')} < ${fixes.join(',')} ${affected[0]?.status ?? ''}`;
  });
}

describe('alpineSecdb', () => {
  it('reads a fix', () => {
    expect(read({ '4.8.1-r0': ['CVE-2017-2620'] })).toEqual({
      advisories: [
        {
          id: 'CVE-2017-2620',
          aliases: [],
          summary: '',
          ratings: [],
          affected: [
            {
              ecosystem: 'alpine',
              release: '3.19',
              name: 'xen',
              ranges: [{ introduced: '0', fixed: '4.8.1-r0' }],
              versions: [],
              status: 'fixed',
              ratings: [],
            },
          ],
          references: ['https://security.alpinelinux.org/vuln/CVE-2017-2620'],
          cwes: [],
          modifiedAt: '',
          feed: 'alpine-secdb',
        },
      ],
      rejected: [],
      skipped: [],
    });
  });

  it.each<[string, unknown, string[]]>([
    [
      'a bulletin beside a CVE',
      { '1-r0': ['CVE-2017-2620 XSA-209'] },
      ['CVE-2017-2620 XSA-209 < 1-r0 fixed'],
    ],
    [
      'a bulletin before a CVE',
      { '1-r0': ['XSA-209 CVE-2017-2620'] },
      ['CVE-2017-2620 XSA-209 < 1-r0 fixed'],
    ],
    [
      'one bulletin for two CVEs',
      { '1-r0': ['CVE-2017-10913 XSA-218', 'CVE-2017-10914 XSA-218'] },
      ['CVE-2017-10913 XSA-218 < 1-r0 fixed', 'CVE-2017-10914 XSA-218 < 1-r0 fixed'],
    ],
    [
      'two CVEs in a line',
      { '1-r0': ['CVE-2018-0001 CVE-2018-0002'] },
      ['CVE-2018-0001 < 1-r0 fixed', 'CVE-2018-0002 < 1-r0 fixed'],
    ],
    [
      'ids of others',
      { '1-r0': ['ALPINE-13661', 'wnpa-sec-2020-03'] },
      ['ALPINE-13661 < 1-r0 fixed', 'wnpa-sec-2020-03 < 1-r0 fixed'],
    ],
    ['a remark', { '1-r0': ['CVE-2017-2616 (+ regression fix)'] }, ['CVE-2017-2616 < 1-r0 fixed']],
    [
      'odd separators',
      { '1-r0': ['CVE_2019-2426', 'CVE 2018-16859'] },
      ['CVE-2019-2426 < 1-r0 fixed', 'CVE-2018-16859 < 1-r0 fixed'],
    ],
    ['what was never affected', { '0': ['CVE-2019-0001'] }, ['CVE-2019-0001 <  notAffected']],
    [
      'a second fix of the same',
      { '1.10-r0': ['CVE-2019-0001'], '1.9-r0': ['CVE-2019-0001', 'CVE-2019-0001'] },
      ['CVE-2019-0001 < 1.10-r0 fixed'],
    ],
    [
      'fixes without order',
      { '1-r0': ['CVE-2019-0001'], '??': ['CVE-2019-0001'] },
      ['CVE-2019-0001 < 1-r0,?? fixed'],
    ],
    ['no fixes', null, []],
  ])('reads %s', (_title, secfixes, expected) => {
    const reading = read(secfixes);
    expect(rows(reading)).toEqual(expected);
    expect(reading.rejected).toEqual([]);
  });

  it('rejects lines without an id and packages without a name', () => {
    expect(read({ '1-r0': ['fixed a bug', 7] }).rejected).toHaveLength(2);
    const document = { distroversion: 'edge', packages: [{}, { pkg: { secfixes: {} } }] };
    const bytes = Buffer.from(JSON.stringify(document));
    expect(alpineSecdb.read({ name: 'x', bytes }).rejected).toHaveLength(2);
  });

  it('skips releases that it does not know', () => {
    expect(read({ '1-r0': ['CVE-2019-0001'] }, 'v4')).toMatchObject({
      advisories: [],
      skipped: ['Alpine:v4'],
    });
  });

  it.each(['', '{', '[]', '{}', '{"distroversion":"v3.1"}', '{"packages":[]}'])(
    'refuses %j',
    (text) => {
      expect(() => alpineSecdb.read({ name: 'x', bytes: Buffer.from(text) })).toThrow(ParseError);
    },
  );
});
