import { describe, expect, it } from 'vitest';

import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import { compareSets } from './set-order.ts';
import type { SetStatus } from './types.ts';

function set(feed: string, ecosystem?: Ecosystem, release?: string): SetStatus {
  return {
    feed,
    ...(ecosystem !== undefined && { ecosystem }),
    ...(release !== undefined && { release }),
    license: 'CC0-1.0',
    recordCount: 1,
    packageCount: 1,
    dataAt: '2024-01-01T00:00:00Z',
    fetchedAt: '2024-01-01T00:00:00Z',
    sizeBytes: 1,
  };
}

describe('compareSets', () => {
  it('sorts releases as versions, names behind them', () => {
    const sets = [
      set('alpine-secdb', 'alpine', '3.3'),
      set('alpine-secdb', 'alpine', '3.9'),
      set('alpine-secdb', 'alpine', '3.10'),
      set('alpine-secdb', 'alpine', '3.23'),
      set('alpine-secdb', 'alpine', 'edge'),
      set('kev'),
      set('osv', 'debian', '9'),
      set('osv', 'debian', '12'),
      set('osv', 'debian', 'sid'),
      set('osv', 'npm'),
    ];
    expect([...sets].reverse().sort(compareSets)).toEqual(sets);
    expect([...sets].sort(compareSets)).toEqual(sets);
  });
});
