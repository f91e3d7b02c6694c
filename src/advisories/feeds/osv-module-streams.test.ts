import { describe, expect, it } from 'vitest';

import { MODULES_QUALIFIER } from '../../core/model/advisory/applicability.ts';
import { osv } from './osv.ts';

const ECOSYSTEMS: Readonly<Record<string, string>> = {
  RHSA: 'Red Hat:enterprise_linux:9::appstream',
  RHBA: 'Red Hat:enterprise_linux:8::appstream',
  RLSA: 'Rocky Linux:8',
  RXSA: 'Rocky Linux:9',
  ALSA: 'AlmaLinux:8',
  MGASA: 'Mageia:9',
};

/** The streams of the package `nodejs` of a record, and whether `rocky-release` has any. */
function streamsOf(id: string, summary: string, fixed: string): readonly unknown[] {
  const ecosystem = ECOSYSTEMS[id.split('-')[0] ?? ''] ?? '';
  const entry = (name: string, version: string): object => ({
    package: { ecosystem, name },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: version }] }],
  });
  const record = {
    id,
    summary,
    modified: '2024-01-01T00:00:00Z',
    related: ['CVE-2024-0001'],
    affected: [entry('nodejs', fixed), entry('release', '8.4-1')],
  };
  const bytes = Buffer.from(JSON.stringify(record));
  const affected = osv.read({ name: 'x.json', bytes }).advisories[0]?.affected ?? [];
  return affected.map(({ qualifiers }) => qualifiers?.get(MODULES_QUALIFIER));
}

describe('module streams in titles of bulletins', () => {
  it.each([
    [
      'RHSA-2026:76750',
      'Important: nodejs:22 security update',
      '1:22.23.2-2.module+el9.8.0+24958+80b2ac6e',
      'nodejs:22',
    ],
    [
      'RHSA-2024:1444',
      'Red Hat Security Advisory: nodejs:16 security update',
      '0:16.20.2-1.module+el8.9.0+1+2',
      'nodejs:16',
    ],
    [
      'RLSA-2020:4641',
      'Moderate: python38:3.8 security update',
      '0:2.7.0-10.module+el8.4.0+570+c2eaf144',
      'python38:3.8',
    ],
    [
      'RXSA-2023:1',
      'Moderate: virt:rhel and virt-devel:rhel security, bug fix, and enhancement update',
      '0:1-1.module+el9.1.0+1+2',
      'virt:rhel,virt-devel:rhel',
    ],
    [
      'RHBA-2023:1',
      'container-tools:rhel8 bug fix update',
      '2:1-1.module+el8+1+2',
      'container-tools:rhel8',
    ],
    ['ALSA-2022:1', 'Important: nodejs:16 security update', '1-1.module_el8.5.0+1+2', 'nodejs:16'],
  ])('%s: %s', (id, summary, fixed, streams) => {
    expect(streamsOf(id, summary, fixed)).toEqual([streams, undefined]);
  });

  it.each([
    [
      'a title without a stream',
      'RHSA-2024:1',
      'Important: nodejs security update',
      '1-1.module+el8+1+2',
    ],
    ['a fix that is no build of a module', 'RLSA-2024:1', 'Important: nodejs:16 update', '1-1.el8'],
    ['another distribution', 'MGASA-2024-1', 'nodejs:16 update', '1-1.module+el8+1+2'],
    ['a time of day', 'RHSA-2024:2', 'Important: update of 12:30', '1-1.module+el8+1+2'],
  ])('none for %s', (_name, id, summary, fixed) => {
    expect(streamsOf(id, summary, fixed)).toEqual([undefined, undefined]);
  });
});
