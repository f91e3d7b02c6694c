import { describe, expect, it } from 'vitest';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { createMemoryReader } from './memory-reader.ts';

const NPM = { ecosystem: 'npm' } as const;
const ALPINE = { ecosystem: 'alpine', release: '3.19' } as const;

function advisory(
  id: string,
  affected: readonly { ecosystem: 'npm' | 'alpine'; release?: string; name: string }[],
): Advisory {
  return {
    id,
    aliases: [],
    summary: '',
    ratings: [],
    affected: affected.map((place) => ({
      ...place,
      ranges: [],
      versions: ['1'],
      status: 'affected',
      ratings: [],
    })),
    references: [],
    cwes: [],
    modifiedAt: '',
    feed: 'osv',
  };
}

const ONE = advisory('X-1', [
  { ecosystem: 'npm', name: 'left' },
  { ecosystem: 'npm', name: 'right' },
  { ...ALPINE, name: 'left' },
]);
const TWO = advisory('X-2', [{ ecosystem: 'npm', name: 'left' }]);

describe('createMemoryReader', () => {
  it('answers by package, by id, and with what it covers', () => {
    const reader = createMemoryReader([ONE, TWO]);
    expect([...reader.byPackage(NPM, 'left')]).toEqual([ONE, TWO]);
    expect([...reader.byPackage(NPM, 'right')]).toEqual([ONE]);
    expect([...reader.byPackage(ALPINE, 'left')]).toEqual([ONE]);
    expect([...reader.byPackage({ ecosystem: 'alpine', release: '3.18' }, 'left')]).toEqual([]);
    expect(reader.byId('X-2')).toBe(TWO);
    expect(reader.byId('x-2')).toBeUndefined();
    expect(reader.coverage(NPM)).toMatchObject([{ feed: 'osv', recordCount: 2 }]);
    expect(reader.coverage({ ecosystem: 'pypi' })).toEqual([]);
  });

  it('covers what it is told to', () => {
    const row = { feed: 'osv', recordCount: 9, dataAt: 'a', fetchedAt: 'b' };
    expect(createMemoryReader([], () => [row]).coverage(NPM)).toEqual([row]);
  });
});
