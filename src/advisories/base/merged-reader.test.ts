import { describe, expect, it } from 'vitest';
import { createMemoryReader } from '../store/memory-reader.ts';
import type { Advisory, AdvisoryReader } from '../../core/model/advisory/advisory.ts';
import { mergeReaders, type ReaderAdditions } from './merged-reader.ts';
import { NO_OVERRIDES, type Overrides } from './overrides.ts';

const NPM = { ecosystem: 'npm' } as const;
const PYPI = { ecosystem: 'pypi' } as const;

function advisory(
  id: string,
  ecosystem: 'npm' | 'pypi',
  modifiedAt = '2025-01-01T00:00:00Z',
): Advisory {
  return {
    ...{
      id,
      aliases: [],
      summary: '',
      ratings: [],
      references: [],
      cwes: [],
      modifiedAt,
      feed: 'x',
    },
    affected: [
      { ecosystem, name: 'pad', ranges: [], versions: ['1'], status: 'affected', ratings: [] },
    ],
  };
}

const WITHDRAWS: Overrides = {
  path: 'corrections.json',
  list: [{ id: 'A-1', reason: 'why', from: 'corrections.json:1', isWithdrawn: true, packages: [] }],
};

function merged(additions: Partial<ReaderAdditions> = {}): AdvisoryReader {
  const stored = createMemoryReader([advisory('A-1', 'npm'), advisory('A-2', 'npm')]);
  const readAt = Date.parse('2026-01-01T00:00:00Z');
  return mergeReaders(stored, {
    own: [],
    readAt,
    overrides: NO_OVERRIDES,
    notes: [],
    ...additions,
  });
}

function idsOf(found: Iterable<Advisory>): readonly string[] {
  return [...found].map(({ id, withdrawnAt }) =>
    withdrawnAt === undefined ? id : `${id} withdrawn`,
  );
}

describe('mergeReaders', () => {
  it('answers as the stored reader where nothing is added', () => {
    const reader = merged();
    expect(idsOf(reader.byPackage(NPM, 'pad'))).toEqual(['A-1', 'A-2']);
    expect([...reader.byPackages(NPM, ['pad', 'none'])].map(idsOf)).toEqual([['A-1', 'A-2'], []]);
    expect([reader.byId('A-1')?.id, reader.byId('A-9')]).toEqual(['A-1', undefined]);
    expect([reader.notes?.(), reader.uncorrected]).toEqual([[], undefined]);
  });

  it('puts records of the user behind the stored ones', () => {
    const reader = merged({ own: [advisory('U-1', 'npm')] });
    expect(idsOf(reader.byPackage(NPM, 'pad'))).toEqual(['A-1', 'A-2', 'U-1']);
    expect([...reader.byPackages(NPM, ['none', 'pad'])].map(idsOf)).toEqual([
      [],
      ['A-1', 'A-2', 'U-1'],
    ]);
    expect(reader.byId('U-1')?.id).toBe('U-1');
    expect(
      reader
        .coverage(NPM)
        .map(({ feed }) => feed)
        .at(-1),
    ).toBe('user');
  });

  it('dates records of the user by the newest', () => {
    const own = [advisory('U-1', 'npm', '2025-02-02T00:00:00Z'), advisory('U-2', 'npm')];
    expect(merged({ own }).coverage(NPM).at(-1)).toEqual({
      ...{ feed: 'user', recordCount: 2, dataAt: '2025-02-02T00:00:00Z' },
      fetchedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('notes as a gap that only records of the user are known of an ecosystem', () => {
    const reader = merged({ own: [advisory('U-1', 'pypi')] });
    expect(reader.notes?.()).toEqual([]);
    expect(reader.coverage(PYPI).map(({ feed }) => feed)).toEqual(['user']);
    reader.coverage(PYPI);
    expect(reader.notes?.()).toEqual([
      { message: 'of Python only what --advisories names is known', gap: 'noAdvisoryData' },
    ]);
  });

  it('has no coverage of an ecosystem that nothing speaks of', () => {
    const reader = merged({ own: [advisory('U-1', 'npm')] });
    expect(reader.coverage(PYPI)).toEqual([]);
    expect(reader.notes?.()).toEqual([]);
  });

  it('corrects stored records, notes it once, and keeps the uncorrected ones', () => {
    const reader = merged({ overrides: WITHDRAWS, notes: [{ message: 'a failed refresh' }] });
    expect(idsOf(reader.byPackage(NPM, 'pad'))).toEqual(['A-1 withdrawn', 'A-2']);
    expect([...reader.byPackages(NPM, ['pad'])].map(idsOf)).toEqual([['A-1 withdrawn', 'A-2']]);
    expect(reader.byId('A-1')?.withdrawnAt).toBe('2025-01-01T00:00:00Z');
    expect(reader.notes?.()).toEqual([
      { message: 'a failed refresh' },
      { message: 'A-1 is withdrawn by "corrections.json": why' },
    ]);
    const { uncorrected } = reader;
    expect(uncorrected && idsOf(uncorrected.byPackage(NPM, 'pad'))).toEqual(['A-1', 'A-2']);
    expect(uncorrected?.notes?.()).toEqual([]);
  });

  it('corrects records of the user as well', () => {
    const own = [advisory('A-1', 'pypi')];
    const reader = merged({ own, overrides: WITHDRAWS });
    expect(idsOf(reader.byPackage(PYPI, 'pad'))).toEqual(['A-1 withdrawn']);
  });

  it('has no state, because corrections and own records are not part of the stored data', () => {
    expect(merged().state).toBeUndefined();
  });
});
