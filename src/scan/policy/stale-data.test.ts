import { describe, expect, it } from 'vitest';

import type { Coverage } from '../../core/model/advisory/advisory.ts';
import { staleDataWarning } from './stale-data.ts';

const NOW = Date.parse('2026-06-30T00:00:00Z');

function data(dataAt: string, fields: Partial<Coverage> = {}): Coverage {
  const fetchedAt = '2026-06-29T23:00:00Z';
  return { feed: 'osv', ecosystem: 'npm', recordCount: 1, dataAt, fetchedAt, ...fields };
}

describe('staleDataWarning', () => {
  it.each<[string, readonly Coverage[]]>([
    ['no data', []],
    ['data of today', [data('2026-06-30T00:00:00Z')]],
    ['data of exactly 30 days', [data('2026-05-31T00:00:00Z')]],
    ['data that is newer than the clock', [data('2027-01-01T00:00:00Z')]],
    [
      'old data that its publisher still has',
      [data('2022-05-01T00:00:00Z', { currentAt: '2026-06-29T00:00:00Z' })],
    ],
    ['records of the user', [{ feed: 'own', recordCount: 1, dataAt: '2020-01-01', fetchedAt: '' }]],
    ['data without a date', [data('yesterday')]],
  ])('is silent about %s', (_name, coverage) => {
    expect(staleDataWarning(coverage, NOW)).toBeUndefined();
  });

  it.each<[string, readonly Coverage[], RegExp]>([
    [
      'data that was fetched a minute ago from an old mirror',
      [data('2026-05-01T00:00:00Z')],
      /^the advisory data of osv \(Node\.js\) is of 2026-05-01, 60 days old: load newer data with "assay db update"/u,
    ],
    [
      'data whose publisher was asked long ago',
      [data('2026-04-01T00:00:00Z', { currentAt: '2026-05-29T12:00:00Z' })],
      /is of 2026-05-29, 31 days old:/u,
    ],
    [
      'a release of a system',
      [
        data('2026-01-01T00:00:00Z', {
          feed: 'alpine-secdb',
          ecosystem: 'alpine',
          release: '3.19',
        }),
      ],
      /^the advisory data of alpine-secdb \(Alpine 3\.19\) /u,
    ],
    [
      'the oldest of several',
      [
        data('2026-05-01T00:00:00Z'),
        data('2026-04-01T00:00:00Z', { ecosystem: 'go' }),
        data('2026-06-01'),
      ],
      /^the advisory data of osv \(Go\) .*, 90 days old, and that of 1 more is older than 30 days:/u,
    ],
    ['a day more than 30', [data('2026-05-30T00:00:00Z')], /, 31 days old:/u],
  ])('names %s', (_name, coverage, text) => {
    expect(staleDataWarning(coverage, NOW)).toMatch(text);
  });
});
