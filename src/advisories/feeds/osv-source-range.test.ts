import { describe, expect, it } from 'vitest';

import { isAffected } from '../../core/version/index.ts';
import { evaluateAdvisory } from '../../scan/match/evaluate-advisory.ts';
import { aPackage } from '../../../test/support/model.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import { osv } from './osv.ts';

interface Row {
  readonly ecosystem: string;
  readonly events: readonly object[];
  readonly versions?: readonly string[];
  readonly specific: object;
}

const OF: Readonly<Record<string, Ecosystem>> = {
  npm: 'npm',
  PyPI: 'pypi',
  Maven: 'maven',
  RubyGems: 'rubygems',
  Packagist: 'packagist',
};

function verdicts(row: Row, versions: readonly string[]): readonly string[] {
  const record = {
    id: 'X-1',
    modified: '2024-01-01T00:00:00Z',
    affected: [
      {
        package: { ecosystem: row.ecosystem, name: 'a' },
        ranges: [{ type: 'ECOSYSTEM', events: row.events }],
        ...(row.versions && { versions: row.versions }),
        database_specific: row.specific,
      },
    ],
  };
  const bytes = Buffer.from(JSON.stringify(record));
  const [advisory] = osv.read({ name: 'x.json', bytes }).advisories;
  const ecosystem = OF[row.ecosystem] ?? 'npm';
  if (advisory === undefined) throw new Error('no advisory');
  return versions.filter((version) => {
    const pkg = aPackage('a', version, { ecosystem });
    const lookup = {
      need: { ecosystem },
      name: 'a',
      versions: [{ shown: version, compared: version }],
      matchedBy: 'general/name',
    };
    return evaluateAdvisory(pkg, lookup as never, advisory).kind === 'affected';
  });
}

describe('a beginning that the range does not contain', () => {
  it.each<[string, Row, string, string]>([
    [
      'GMS-2021-2 of npm',
      { ecosystem: 'npm', events: [{ introduced: '2.0.2' }], specific: { source_range: '>2.0.2' } },
      '2.0.1 2.0.2',
      '2.0.3 3.1.3',
    ],
    [
      'GMS-2021-3 of npm',
      { ecosystem: 'npm', events: [{ introduced: '1.2.8' }], specific: { source_range: '>1.2.8' } },
      '1.2.7 1.2.8',
      '1.2.9 2.3.9',
    ],
    [
      'CVE-2018-1000006, with a version that is listed',
      {
        ecosystem: 'npm',
        events: [{ introduced: '1.6.15' }, { last_affected: '1.7.10' }],
        versions: ['1.8.2'],
        specific: { source_range: '=1.8.2||>1.6.15 <=1.7.10' },
      },
      '1.6.15 1.7.11',
      '1.6.16 1.7.10 1.8.2',
    ],
    [
      'OSVDB-106526 of PyPI',
      {
        ecosystem: 'PyPI',
        events: [{ introduced: '0.11.0' }, { fixed: '0.11.7' }],
        specific: { source_range: '>0.11.0,<0.11.7 || >0.12.0,<0.12.6' },
      },
      '0.11.0 0.11 0.11.7',
      '0.11.1 0.11.6',
    ],
    [
      'CVE-2018-0569 of Packagist',
      {
        ecosystem: 'Packagist',
        events: [{ introduced: '4.0.0' }, { last_affected: '4.1.0.1' }],
        specific: { source_range: '>=3.0.0,<=3.0.15||>4.0.0,<=4.1.0.1' },
      },
      '4.0.0',
      '4.0.1 4.1.0.1',
    ],
    [
      'CVE-2012-5664 of RubyGems, a pre-release',
      {
        ecosystem: 'RubyGems',
        events: [{ introduced: '2.0.0a' }, { fixed: '2.0.0rc3' }],
        specific: { source_range: '<1.4.1||>2.0.0a <2.0.0rc3' },
      },
      '2.0.0a 2.0.0rc3',
      '2.0.0b 2.0.0rc2',
    ],
    [
      'an interval of Maven',
      {
        ecosystem: 'Maven',
        events: [{ introduced: '1.0' }, { last_affected: '1.4' }],
        specific: { source_range: '(1.0,1.4]' },
      },
      '1.0 1.5',
      '1.1 1.4',
    ],
    [
      'a range of GitHub',
      {
        ecosystem: 'npm',
        events: [{ introduced: '1.0.0' }, { fixed: '2.0.0' }],
        specific: { last_known_affected_version_range: '> 1.0.0, <= 1.9.0' },
      },
      '1.0.0 2.0.0',
      '1.0.1 1.9.9',
    ],
  ])('%s', (_name, row, clear, affected) => {
    const all = [...clear.split(' '), ...affected.split(' ')];
    expect(verdicts(row, all)).toEqual(affected.split(' '));
  });

  it.each<[string, string, object[], string]>([
    ['an inclusive beginning', '>=1.0.0', [{ introduced: '1.0.0' }], '1.0.0'],
    ['an inclusive interval', '[1.0.0,2.0.0)', [{ introduced: '1.0.0' }], '1.0.0'],
    ['all versions', '>0', [{ introduced: '0' }], '0.0.1'],
    [
      'a beginning within another range',
      '<1.5.0||>1.0.0',
      [{ introduced: '0' }, { fixed: '1.5.0' }, { introduced: '1.6.0' }],
      '1.0.0',
    ],
    ['a beginning of no range', '>9.0.0', [{ introduced: '0' }], '9.0.0'],
    ['a text that is no range', 'after 1.0.0', [{ introduced: '1.0.0' }], '1.0.0'],
    ['a text of any length', `>1.0.0 ${' '.repeat(3000)}`, [{ introduced: '1.0.0' }], '1.0.0'],
  ])('does not change %s', (_name, text, events, version) => {
    const row = { ecosystem: 'npm', events, specific: { source_range: text } };
    expect(verdicts(row, [version])).toEqual([version]);
  });
});

describe('an end that only GitHub names', () => {
  const open = [{ introduced: '0' }];
  it.each<[string, string, readonly object[], readonly [string, string]]>([
    ['xlsx, without a fix', '< 0.20.2', open, ['0.20.2 0.20.3', '0.18.5 0.20.1']],
    ['a last version', '<= 1.3.0', open, ['1.3.1', '1.3.0 1.0.0']],
    [
      'codeql-action, with a beginning',
      '< 3.0.0',
      [{ introduced: '2.26.11' }],
      ['2.26.10 3.0.0', '2.26.11 2.99.0'],
    ],
    ['both bounds', '>= 2.0.0, < 3.0.0', [{ introduced: '2.0.0' }], ['3.0.0 1.9.0', '2.0.0 2.9.0']],
    ['no blank', '<=2.0.0', open, ['2.0.1', '2.0.0']],
  ])('%s', (_name, text, events, [clear, affected]) => {
    const specific = { last_known_affected_version_range: text };
    const all = [...clear.split(' '), ...affected.split(' ')];
    expect(verdicts({ ecosystem: 'npm', events, specific }, all)).toEqual(affected.split(' '));
  });

  it.each<[string, string, readonly object[]]>([
    ['a fix that the events name', '<= 1.15.5', [{ introduced: '0' }, { fixed: '1.15.6' }]],
    ['a last version of the events', '< 1.0.0', [{ introduced: '0' }, { last_affected: '1.15.5' }]],
    ['an end below the beginning', '< 1.0.0', [{ introduced: '1.2.0' }]],
    ['words', 'all versions', open],
    ['a beginning alone', '>= 1.0.0', open],
  ])('%s is left as the events have it', (_name, text, events) => {
    const row = { ecosystem: 'npm', events };
    const specific = { last_known_affected_version_range: text };
    const asked = ['1.15.5', '1.2.0'];
    expect(verdicts({ ...row, specific }, asked)).toEqual(
      verdicts({ ...row, specific: {} }, asked),
    );
  });

  it('is no fix', () => {
    const record = {
      id: 'GHSA-4r6h-8v6p-xvw6',
      modified: '2024-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'xlsx' },
          ranges: [{ type: 'SEMVER', events: open }],
          database_specific: { last_known_affected_version_range: '< 0.20.2' },
        },
      ],
    };
    const bytes = Buffer.from(JSON.stringify(record));
    const [entry] = osv.read({ name: 'x.json', bytes }).advisories[0]?.affected ?? [];
    expect(entry?.ranges).toEqual([{ introduced: '0', limit: '0.20.2' }]);
    expect(isAffected('npm', '0.20.2', entry?.ranges ?? [], [])).toBe(false);
  });
});
