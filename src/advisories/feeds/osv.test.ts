import { describe, expect, it } from 'vitest';
import type { FeedReading } from './feed.ts';
import { ParseError } from '../../core/base/errors.ts';
import { osv } from './osv.ts';

function read(record: object): FeedReading {
  return osv.read({ name: 'x.json', bytes: Buffer.from(JSON.stringify(record)) });
}

function npm(affected: object, fields: object = {}): FeedReading {
  const pkg = { ecosystem: 'npm', name: 'left' };
  return read({
    id: 'X-1',
    modified: '2024-01-01T00:00:00Z',
    affected: [{ package: pkg, ...affected }],
    ...fields,
  });
}

const ALL = [{ type: 'SEMVER', events: [{ introduced: '0' }] }];

describe('osv', () => {
  it('reads a whole record', () => {
    const { advisories, rejected, skipped } = read({
      id: 'GHSA-aaaa-bbbb-cccc',
      modified: '2024-02-01T10:00:00Z',
      published: '2024-01-01T00:00:00.5Z',
      withdrawn: '2024-03-01T00:00:00Z',
      aliases: ['CVE-2024-0001', 'GHSA-aaaa-bbbb-cccc'],
      related: ['CVE-2023-0001'],
      summary: 'Left is not right',
      details: 'At length.',
      severity: [
        { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
        { type: 'CVSS_V2', score: 'AV:N/AC:L/Au:N/C:P/I:P/A:P' },
        { type: 'Ubuntu', score: 'negligible' },
      ],
      affected: [
        {
          package: { ecosystem: 'npm', name: 'left' },
          ranges: [
            {
              type: 'SEMVER',
              events: [
                { introduced: '0' },
                { fixed: '1.2.0' },
                { introduced: '2.0.0' },
                { last_affected: '2.3.0' },
              ],
            },
            { type: 'GIT', repo: 'https://example.org', events: [{ introduced: 'abc' }] },
          ],
          versions: ['0.1.0', '0.1.0', '2.0.0'],
          severity: [
            {
              type: 'CVSS_V4',
              score: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
            },
          ],
        },
        { package: { ecosystem: 'Unheard', name: 'left' }, ranges: ALL },
      ],
      references: [
        { type: 'WEB', url: 'https://example.org/1' },
        { url: 'https://example.org/1' },
        {},
      ],
      database_specific: {
        severity: 'MODERATE',
        cwe_ids: ['CWE-79', 'nonsense', 'CWE-80'],
      },
    });
    expect(rejected).toEqual([]);
    expect(skipped).toEqual(['Unheard']);
    expect(advisories).toEqual([
      {
        id: 'GHSA-aaaa-bbbb-cccc',
        aliases: ['CVE-2024-0001'],
        summary: 'Left is not right',
        details: 'At length.',
        ratings: [
          {
            by: 'ghsa',
            severity: 'critical',
            vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
            score: 9.8,
          },
          { by: 'ghsa', severity: 'high', vector: 'AV:N/AC:L/Au:N/C:P/I:P/A:P', score: 7.5 },
          { by: 'ghsa', severity: 'low' },
          { by: 'ghsa', severity: 'medium' },
        ],
        affected: [
          {
            ecosystem: 'npm',
            name: 'left',
            ranges: [
              { introduced: '0', fixed: '1.2.0' },
              { introduced: '2.0.0', lastAffected: '2.3.0' },
            ],
            versions: ['0.1.0', '2.0.0'],
            status: 'affected',
            ratings: [
              {
                by: 'ghsa',
                severity: 'critical',
                vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N',
                score: 9.3,
              },
            ],
          },
        ],
        references: ['https://example.org/1'],
        cwes: ['CWE-79', 'CWE-80'],
        publishedAt: '2024-01-01T00:00:00.5Z',
        modifiedAt: '2024-02-01T10:00:00Z',
        withdrawnAt: '2024-03-01T00:00:00Z',
        feed: 'osv',
      },
    ]);
  });

  it.each([
    ['an instant', '2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z'],
    ['a date', '2024-03-01', '2024-03-01'],
    ['an instant of another zone', '2024-03-01T01:00:00+02:00', '2024-02-29T23:00:00.000Z'],
  ])('takes a record back by %s', (_, withdrawn, withdrawnAt) => {
    const { advisories, rejected } = npm({ ranges: ALL }, { withdrawn });
    expect(advisories).toMatchObject([{ withdrawnAt }]);
    expect(rejected).toEqual([]);
  });

  it.each([
    ['never'],
    [''],
    ['false'],
    ['x2024-03-01'],
    ['2024-03-01T00:00:00'],
    ['2024-02-30'],
    ['2024-13-01'],
    ['2024-03-01T25:00:00Z'],
    ['2024-03-01T00:00:00Z\n'],
    [true],
    [false],
    [0],
    [{}],
    [[]],
    [['2024-03-01']],
  ])('keeps a record that is withdrawn %j, and counts it', (withdrawn: unknown) => {
    const { advisories, rejected } = npm({ ranges: ALL }, { withdrawn });
    expect(advisories).toMatchObject([{ id: 'X-1' }]);
    expect(advisories[0]).not.toHaveProperty('withdrawnAt');
    const reason = '"withdrawn" without a date (the record is used)';
    expect(rejected).toEqual([{ what: 'X-1', reason }]);
    const fact = read({ id: 'CVE-2024-0001', modified: '2024-01-01T00:00:00Z', withdrawn });
    expect(fact.facts?.[0]).not.toHaveProperty('withdrawnAt');
    expect(fact.rejected).toEqual([{ what: 'CVE-2024-0001', reason }]);
  });

  it('takes "withdrawn": null for nothing said', () => {
    const { advisories, rejected } = npm({ ranges: ALL }, { withdrawn: null });
    expect(advisories[0]).not.toHaveProperty('withdrawnAt');
    expect(rejected).toEqual([]);
  });

  it.each<[string, string, unknown]>([
    ['npm names as they are', 'npm', { ecosystem: 'npm', name: 'A_b.C' }],
    ['PyPI names in normal form', 'PyPI', { ecosystem: 'pypi', name: 'a-b-c' }],
    ['releases of Debian', 'Debian:12', { ecosystem: 'debian', release: '12', name: 'A_b.C' }],
    ['releases of Alpine', 'Alpine:v3.19', { ecosystem: 'alpine', release: '3.19', name: 'A_b.C' }],
    [
      'the development branch',
      'Alpine:edge',
      { ecosystem: 'alpine', release: 'edge', name: 'A_b.C' },
    ],
  ])('reads %s', (_title, ecosystem, expected) => {
    const [advisory] = npm({ package: { ecosystem, name: 'A_b.C' }, ranges: ALL }).advisories;
    expect(advisory?.affected[0]).toMatchObject(expected as object);
  });

  it.each<[string, object, object, string]>([
    ['nothing', {}, {}, 'affected'],
    ['an urgency', { urgency: 'unimportant' }, {}, 'unimportant'],
    ['an end of life', { urgency: 'end-of-life' }, {}, 'endOfLife'],
    ['an urgency without a status', { urgency: 'not yet assigned' }, {}, 'affected'],
    ['an unknown urgency', { urgency: 'constructor' }, {}, 'affected'],
    ['an urgency beside a fix', { urgency: 'end-of-life' }, { fixed: '2' }, 'affected'],
    ['a "status", which no publisher writes', { status: 'will_not_fix' }, {}, 'affected'],
    ['a "state", which no publisher writes', { state: 'postponed' }, {}, 'affected'],
  ])('reads the status of %s', (_title, specific, event, status) => {
    const events = [{ introduced: '0' }, ...(Object.keys(event).length > 0 ? [event] : [])];
    const ranges = [{ type: 'ECOSYSTEM', events }];
    const [advisory] = npm({ ranges, ecosystem_specific: specific }).advisories;
    expect(advisory?.affected[0]?.status).toBe(status);
  });

  it.each<[string, object, string]>([
    [
      'an unknown ecosystem',
      { package: { ecosystem: 'OSS-Fuzz', name: 'x' }, ranges: ALL },
      'OSS-Fuzz',
    ],
    [
      'Debian without release',
      { package: { ecosystem: 'Debian', name: 'x' }, ranges: ALL },
      'Debian',
    ],
    ['no package, only commits', { package: null, ranges: [{ type: 'GIT' }] }, 'no package'],
    [
      'a name of the prototype',
      { package: { ecosystem: 'constructor', name: 'x' } },
      'constructor',
    ],
  ])('skips and names %s', (_title, affected, ecosystem) => {
    const reading = npm(affected);
    expect(reading.advisories).toEqual([]);
    expect(reading.skipped).toEqual([ecosystem]);
  });

  it.each<[string, object, string]>([
    ['no versions at all', {}, 'no version is named'],
    [
      'only commits',
      { ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }] },
      'no version is named',
    ],
    [
      'a range that never begins',
      { ranges: [{ type: 'SEMVER', events: [{ fixed: '1' }] }] },
      'a range that never begins',
    ],
    ['a package without name', { package: { ecosystem: 'npm' } }, 'a package without name'],
  ])('rejects %s', (_title, affected, reason) => {
    const reading = npm(affected);
    expect(reading.advisories).toEqual([]);
    expect(reading.rejected).toEqual([{ what: 'X-1', reason }]);
  });

  it.each<[string, object]>([
    ['fixes beside the ranges', { database_specific: { patched_versions: ['2.0'] } }],
    ['vulnerable versions', { database_specific: { vulnerable_versions: ['< 2.0'] } }],
    ['architectures', { ecosystem_specific: { arches: ['x86_64'] } }],
    ['a module stream', { ecosystem_specific: { module: 'php:7.2' } }],
    ['a severity of a package', { ecosystem_specific: { severity: 'HIGH' } }],
  ])('reads no field of a package that no publisher writes: %s', (_title, fields) => {
    const ranges = [{ type: 'SEMVER', events: [{ introduced: '0' }, { last_affected: '2.0' }] }];
    const { advisories } = npm({ ranges, ...fields });
    expect(advisories).toEqual(npm({ ranges }).advisories);
    expect(advisories[0]?.affected[0]?.ranges).toEqual([{ introduced: '0', lastAffected: '2.0' }]);
  });

  it.each([
    ['NuGet', 'Newtonsoft.Json', 'newtonsoft.json'],
    ['SwiftURL', 'https://github.com/Apple/swift-nio.git', 'github.com/apple/swift-nio'],
    ['npm', 'JSONStream', 'JSONStream'],
  ])('names packages of %s as they are looked up', (ecosystem, name, looked) => {
    const record = { id: 'X-1', modified: '2024-01-01T00:00:00Z' };
    const affected = [{ package: { ecosystem, name }, ranges: ALL }];
    expect(read({ ...record, affected }).advisories[0]?.affected[0]?.name).toBe(looked);
  });

  it.each([
    ['a word for each CVE', 'RHSA-2024:1', { cve_severity: { 'CVE-2024-1': 'HIGH' } }],
    ['words by source', 'GHSA-1', { severity_by_source: { nvd: 'HIGH' } }],
    ['vectors by source', 'GHSA-1', { cvss_by_source: { nvd: { V2Vector: 'AV:N' } } }],
    ['a declared word', 'SUSE-SU-2024:1-1', { declared_severity: 'MEDIUM' }],
    ['a word of NVD', 'X-1', { nvd_severity: 'HIGH' }],
  ])('takes no rating from a field that no publisher writes: %s', (_, id, database_specific) => {
    const affected = [{ package: { ecosystem: 'npm', name: 'a' }, ranges: ALL }];
    const record = { id, modified: '2024-01-01T00:00:00Z', database_specific };
    expect(read({ ...record, affected }).advisories[0]?.ratings).toEqual([]);
    expect(read(record).facts ?? []).toEqual([]);
  });

  it.each(['aliases', 'upstream', 'related'])(
    'uses a record alone that names too many: %s',
    (field) => {
      const ids = Array.from({ length: 2001 }, (_item, index) => `CVE-2024-${10_000 + index}`);
      const reading = npm({ ranges: ALL }, { [field]: ids });
      expect(reading.advisories[0]?.aliases).toEqual([]);
      expect(reading.rejected[0]?.reason).toMatch(/^too many other ids/);
      const fewer = npm({ ranges: ALL }, { aliases: ids.slice(1) });
      expect(fewer.advisories[0]?.aliases.length).toBe(2000);
      expect(fewer.rejected).toEqual([]);
    },
  );

  it('shortens the name of an ecosystem that nobody has', () => {
    const { skipped } = read({
      id: 'X-1',
      modified: '2024-01-01T00:00:00Z',
      affected: [{ package: { ecosystem: 'x'.repeat(1e6), name: 'a' }, versions: ['1'] }],
    });
    expect(skipped).toEqual([`${'x'.repeat(100)}…`]);
  });

  it('keeps a record whose vector cannot be read, and says so', () => {
    const severity = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:?' }];
    const reading = npm({ ranges: ALL });
    expect(reading.rejected).toEqual([]);
    const bad = read({
      id: 'X-1',
      modified: '2024-01-01T00:00:00Z',
      severity,
      affected: [{ package: { ecosystem: 'npm', name: 'left' }, ranges: ALL }],
    });
    expect(bad.advisories[0]?.ratings).toEqual([
      { by: 'osv', severity: 'unknown', vector: 'CVSS:3.1/AV:?' },
    ]);
    expect(bad.rejected[0]?.reason).toContain('CVSS vector');
  });

  it.each<[string, string, string[], object]>([
    [
      'a record of one upstream id',
      'DEBIAN-CVE-2024-1',
      ['CVE-2024-1'],
      { aliases: ['CVE-2024-1'] },
    ],
    [
      'a record of several',
      'DSA-1-1',
      ['CVE-2024-1', 'CVE-2024-2'],
      { aliases: [], related: ['CVE-2024-1', 'CVE-2024-2'] },
    ],
    ['a bulletin of one', 'DSA-1-1', ['CVE-2024-1'], { aliases: [], related: ['CVE-2024-1'] }],
  ])('tells an alias from a collection: %s', (_title, id, upstream, expected) => {
    const reading = read({
      id,
      modified: '2024-01-01T00:00:00Z',
      upstream,
      affected: [{ package: { ecosystem: 'Debian:12', name: 'x' }, ranges: ALL }],
    });
    expect(reading.advisories[0]).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ['no id', { modified: '2024-01-01T00:00:00Z' }],
    ['an id of several lines', { id: 'a\nb', modified: '2024-01-01T00:00:00Z' }],
    ['no date', { id: 'X-1', modified: 'yesterday' }],
  ])('throws for a record with %s', (_title, record) => {
    expect(() => read(record)).toThrow(ParseError);
  });
});
