import { describe, expect, it } from 'vitest';
import type { FeedReading } from './feed.ts';
import { osv } from './osv.ts';

function read(fields: object): FeedReading {
  const record = { modified: '2024-01-01T00:00:00Z', ...fields };
  return osv.read({ name: 'x.json', bytes: Buffer.from(JSON.stringify(record)) });
}

function affects(name: string, fixed: string, release = '8'): object {
  return {
    package: { ecosystem: `AlmaLinux:${release}`, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
  };
}

const ERRATUM = {
  id: 'ALSA-2024:0001',
  summary: 'Important: curl security update',
  related: ['CVE-2024-0001', 'CVE-2024-0002', 'RHSA-2024:0001'],
  affected: [affects('curl', '7.61.1-34.el8_10.2')],
};

/** `release name < fix, fix [streams]` */
function rows({ advisories }: FeedReading): string[] {
  return advisories.flatMap(({ affected }) =>
    affected.map(({ release, name, ranges, qualifiers }) => {
      const fixes = ranges.map(({ fixed }) => fixed).join(', ');
      const streams = qualifiers?.get('modularitylabel');
      return `${release ?? ''} ${name} < ${fixes}${streams === undefined ? '' : ` [${streams}]`}`;
    }),
  );
}

describe('an erratum of AlmaLinux', () => {
  it('stands for the CVEs that it fixes, rated by its word', () => {
    expect(read(ERRATUM).advisories).toEqual([
      expect.objectContaining({
        id: 'ALSA-2024:0001',
        aliases: ['CVE-2024-0001', 'CVE-2024-0002'],
        ratings: [{ by: 'almalinux', severity: 'high' }],
      }),
    ]);
  });

  it.each([
    ['ALBA-2024:0001', [], 0],
    ['ALEA-2024:0001', [], 0],
    ['ALBA-2024:0001', ['CVE-2024-0001'], 1],
    ['ALSA-2024:0001', [], 1],
  ])('is a vulnerability or not: %s with %j', (id, related, count) => {
    const { advisories, skipped } = read({ ...ERRATUM, id, related });
    expect(advisories).toHaveLength(count);
    expect(skipped).toEqual(count === 0 ? ['AlmaLinux: bug fixes and enhancements'] : []);
  });

  it.each<[string, string, readonly object[], string[]]>([
    [
      'the lowest of the builds of one fix, in its stream',
      'Moderate: nodejs:16 security update',
      [
        affects('nodejs', '1:16.20.2-3.module_el8.8.0+3653+1'),
        affects('nodejs', '1:16.20.2-3.module_el8.6.0+2904+9'),
      ],
      ['8 nodejs < 1:16.20.2-3.module_el8.6.0+2904+9 [nodejs:16]'],
    ],
    [
      'all streams that the summary names',
      'Important: virt:rhel and virt-devel:rhel security and bug fix update',
      [affects('libvirt', '8.0.0-19.module_el8.8.0+1')],
      ['8 libvirt < 8.0.0-19.module_el8.8.0+1 [virt:rhel,virt-devel:rhel]'],
    ],
    [
      'a module of which the summary names no stream',
      'Important: varnish security update',
      [affects('varnish', '6.0.8-3.module_el8.8.0+1')],
      ['8 varnish < 6.0.8-3.module_el8.8.0+1'],
    ],
    [
      'several fixes of one package',
      'Moderate: samba security update',
      [affects('samba', '4.15.5-5.el8'), affects('samba', '4.15.5-8.el8_6')],
      ['8 samba < 4.15.5-5.el8, 4.15.5-8.el8_6'],
    ],
    [
      'each release by itself',
      'Low: curl security update',
      [affects('curl', '7-1.el8'), affects('curl', '8-1.el9', '9')],
      ['8 curl < 7-1.el8', '9 curl < 8-1.el9'],
    ],
    [
      'packages outside of modules, whatever the summary names',
      'Low: a:1 security update',
      [affects('a', '1-1.el8')],
      ['8 a < 1-1.el8'],
    ],
  ])('names %s', (_, summary, affected, expected) => {
    expect(rows(read({ ...ERRATUM, summary, affected }))).toEqual(expected);
  });
});

describe('a record of a CVE that names no package', () => {
  it('describes and rates it, without fields that no publisher writes', () => {
    const { advisories, facts } = read({
      id: 'CVE-2024-0001',
      summary: 'A flaw',
      severity: [{ type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' }],
      database_specific: {
        cwe_ids: ['CWE-79'],
        severity_by_source: { nvd: 'MEDIUM', 'Odd Source': 'LOW', ubuntu: 'untriaged' },
        cvss_by_source: { redhat: { V2Vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' } },
      },
    });
    expect(advisories).toEqual([]);
    expect(facts).toEqual([
      expect.objectContaining({
        id: 'CVE-2024-0001',
        feed: 'osv',
        summary: 'A flaw',
        cwes: ['CWE-79'],
        ratings: [
          { by: 'osv', severity: 'high', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P', score: 7.5 },
        ],
      }),
    ]);
  });
});
