import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Advisory, Affected } from '../../core/model/advisory/advisory.ts';
import { NO_OVERRIDES, applyOverrides, readOverrides, type Overrides } from './overrides.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-overrides-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function reading(content: unknown): Promise<Overrides> {
  const file = join(root, 'advisories.override.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readOverrides({ file, path: 'corrections.json' });
}

function readingEntry(entry: unknown): Promise<Overrides> {
  return reading({ overrides: [entry] });
}

const VECTOR = 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N';
const FIXED_IN_142 = {
  package: { ecosystem: 'npm', name: 'left-pad' },
  ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.4.2' }] }],
};
const WITHDRAWS = { id: 'CVE-2024-0001', reason: 'disputed', withdraw: true };

describe('readOverrides', () => {
  it('reads none where there is no file', async () => {
    const file = join(root, 'none.json');
    expect(await readOverrides({ file, path: 'none.json' })).toBe(NO_OVERRIDES);
  });

  it('reads the entries of the documentation', async () => {
    const { path, list } = await reading({
      overrides: [
        WITHDRAWS,
        { id: 'ghsa-xxxx-xxxx-xxxx', reason: 'needs local access here', severity: 'low' },
        {
          ...{ id: 'CVE-2024-0002', reason: 'the fix is in 1.4.2', owner: 'ops' },
          ...{ expires: '2027-01-01', packages: ['npm/left-pad'], affected: [FIXED_IN_142] },
        },
      ],
    });
    expect(path).toBe('corrections.json');
    expect(list).toEqual([
      {
        ...{ id: 'CVE-2024-0001', reason: 'disputed', from: 'corrections.json:1' },
        ...{ isWithdrawn: true, packages: [] },
      },
      {
        ...{ id: 'GHSA-XXXX-XXXX-XXXX', reason: 'needs local access here' },
        ...{ from: 'corrections.json:2', isWithdrawn: false, packages: [] },
        ratings: [{ by: 'override', severity: 'low' }],
      },
      {
        ...{ id: 'CVE-2024-0002', reason: 'the fix is in 1.4.2', owner: 'ops' },
        ...{ until: '2027-01-01', from: 'corrections.json:3', isWithdrawn: false },
        packages: ['npm/left-pad'],
        affected: [
          expect.objectContaining({
            ...{ ecosystem: 'npm', name: 'left-pad' },
            ranges: [{ introduced: '0', fixed: '1.4.2' }],
          }),
        ],
      },
    ]);
  });

  it('reads a CVSS vector as a severity with a score', async () => {
    const { list } = await readingEntry({ id: 'CVE-2024-0001', reason: 'r', severity: VECTOR });
    // 3.3: the base score that the specification's calculator gives for this vector.
    expect(list[0]?.ratings).toEqual([
      { by: 'override', severity: 'low', vector: VECTOR, score: 3.3 },
    ]);
  });

  it.each<[string, string, string]>([
    ['Python', 'pypi/Foo_Bar', 'pypi/foo-bar'],
    ['npm with a scope', 'npm/@babel/core', 'npm/@babel/core'],
    ['Go', 'go/github.com/a/b', 'go/github.com/a/b'],
  ])('brings names of packages of %s to their normal form', async (_title, name, expected) => {
    const { list } = await readingEntry({ ...WITHDRAWS, packages: [name] });
    expect(list[0]?.packages).toEqual([expected]);
  });

  it.each<[string, unknown, string]>([
    ['text that is not JSON', '{"overrides": [', 'corrections.json'],
    ['a list', [], 'corrections.json'],
    ['no list of entries', { overrides: {} }, 'no list "overrides"'],
    ['another key', { overrides: [], version: 1 }, 'the unknown key "version"'],
  ])('refuses a file with %s', async (_title, content, message) => {
    await expect(reading(content)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message) as string,
      hint: 'Each entry has an "id", a "reason", and "withdraw": true, a "severity", or "affected" as in OSV.',
    });
  });

  it.each<[string, object, string]>([
    ['without an id', { reason: 'r', withdraw: true }, 'entry 1: no "id"'],
    ['with a number as id', { ...WITHDRAWS, id: 1 }, 'entry 1: no "id"'],
    ['without a reason', { id: 'X-1', withdraw: true }, 'entry 1 (X-1): no "reason"'],
    ['with an empty reason', { ...WITHDRAWS, reason: '' }, '(CVE-2024-0001): no "reason"'],
    ['that changes nothing', { id: 'X-1', reason: 'r' }, 'it changes nothing'],
    ['with `withdraw: false` alone', { ...WITHDRAWS, withdraw: false }, 'it changes nothing'],
    ['with another key', { ...WITHDRAWS, widthdraw: true }, 'the unknown key "widthdraw"'],
    ['with a word as withdrawal', { ...WITHDRAWS, withdraw: 'yes' }, 'neither true nor false'],
    ['with an owner that is not text', { ...WITHDRAWS, owner: 1 }, '"owner" is not a text'],
    ['with a date that is not text', { ...WITHDRAWS, expires: 2027 }, '"expires" is not a text'],
    ['with an unknown severity', { ...WITHDRAWS, severity: 'awful' }, '"awful" cannot be read'],
    ['with a broken vector', { ...WITHDRAWS, severity: 'CVSS:3.1/AV:X' }, 'cannot be read'],
    ['with a number as severity', { ...WITHDRAWS, severity: 7 }, 'neither a word nor a CVSS'],
    ['with an empty list of packages', { ...WITHDRAWS, packages: [] }, 'not a list of'],
    ['with one package as text', { ...WITHDRAWS, packages: 'npm/a' }, 'not a list of'],
    ['with a package without ecosystem', { ...WITHDRAWS, packages: ['a'] }, 'no "ecosystem/name"'],
    ['with a package without name', { ...WITHDRAWS, packages: ['npm/'] }, 'no "ecosystem/name"'],
    [
      'with a misspelled ecosystem',
      { ...WITHDRAWS, packages: ['nmp/a'] },
      'the ecosystem of "nmp/a" is not known; did you mean "npm"?',
    ],
    [
      'with no affected package',
      { ...WITHDRAWS, affected: [] },
      'not a list of packages as in OSV',
    ],
    [
      'with an affected package of an unknown ecosystem',
      { ...WITHDRAWS, affected: [{ package: { ecosystem: 'Zig', name: 'a' } }] },
      'Zig',
    ],
  ])('refuses an entry %s, and names it', async (_title, entry, message) => {
    await expect(readingEntry(entry)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message) as string,
    });
  });
});

function affected(name: string, fixed: string, release?: string): Affected {
  return {
    ...(release === undefined
      ? { ecosystem: 'npm', name }
      : { ecosystem: 'debian', release, name }),
    ...{ ranges: [{ introduced: '0', fixed }], versions: [], status: 'affected' },
    ratings: [{ by: 'osv', severity: 'high' }],
  };
}

const ADVISORY: Advisory = {
  ...{ id: 'GHSA-1', aliases: ['CVE-2024-0001'], summary: 's', references: [], cwes: [] },
  ...{ modifiedAt: '2025-05-05T00:00:00Z', feed: 'osv' },
  ratings: [{ by: 'ghsa', severity: 'critical' }],
  affected: [affected('a', '1'), affected('b', '2')],
};

async function applied(
  entry: object,
  advisory = ADVISORY,
): Promise<{ readonly result: Advisory; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const overrides = await readingEntry({ reason: 'why', ...entry });
  const result = applyOverrides(advisory, overrides, (note) => notes.push(note));
  return { result, notes };
}

describe('applyOverrides', () => {
  it('leaves other records as they are, and says nothing', async () => {
    const { result, notes } = await applied({ id: 'CVE-2024-0002', withdraw: true });
    expect(result).toBe(ADVISORY);
    expect(notes).toEqual([]);
  });

  it.each(['GHSA-1', 'ghsa-1', 'CVE-2024-0001', 'cve-2024-0001'])(
    'withdraws the record that "%s" names',
    async (id) => {
      const { result, notes } = await applied({ id, withdraw: true });
      expect(result).toEqual({ ...ADVISORY, withdrawnAt: ADVISORY.modifiedAt });
      expect(notes).toEqual(['GHSA-1 is withdrawn by "corrections.json": why']);
    },
  );

  it('withdraws it of some packages alone', async () => {
    const { result } = await applied({ id: 'GHSA-1', withdraw: true, packages: ['npm/a'] });
    expect(result.affected).toEqual([affected('b', '2')]);
    expect(result.withdrawnAt).toBeUndefined();
  });

  it('withdraws all of it if no other package is left', async () => {
    const packages = ['npm/a', 'npm/b'];
    const { result } = await applied({ id: 'GHSA-1', withdraw: true, packages });
    expect(result).toEqual({ ...ADVISORY, withdrawnAt: ADVISORY.modifiedAt });
  });

  it('does not apply an entry for packages that the record does not name', async () => {
    const { result, notes } = await applied({ id: 'GHSA-1', withdraw: true, packages: ['npm/c'] });
    expect(result).toBe(ADVISORY);
    expect(notes).toEqual([]);
  });

  it('replaces ratings of the record and of its packages', async () => {
    const { result, notes } = await applied({ id: 'GHSA-1', severity: 'low' });
    expect(result.ratings).toEqual([{ by: 'override', severity: 'low' }]);
    expect(result.affected.map(({ ratings }) => ratings)).toEqual([[], []]);
    expect(notes).toEqual(['GHSA-1 is corrected by "corrections.json": why']);
  });

  it('replaces what a record says of one package, and keeps the others', async () => {
    const other = { ...FIXED_IN_142, package: { ecosystem: 'npm', name: 'a' } };
    const { result } = await applied({ id: 'GHSA-1', affected: [other] });
    expect(result.affected[0]?.ranges).toEqual([{ introduced: '0', fixed: '1.4.2' }]);
    expect(result.affected[1]).toEqual(affected('b', '2'));
  });

  it('replaces the release that it names, and no other one', async () => {
    const advisory = {
      ...ADVISORY,
      affected: [affected('z', '1', '11'), affected('z', '2', '12')],
    };
    const entry = {
      package: { ecosystem: 'Debian:12', name: 'z' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3' }] }],
    };
    const { result } = await applied({ id: 'GHSA-1', affected: [entry] }, advisory);
    expect(result.affected.map(({ ranges }) => ranges[0]?.fixed)).toEqual(['1', '3']);
  });

  it('applies several entries in their order', async () => {
    const notes: string[] = [];
    const overrides = await reading({
      overrides: [
        { id: 'GHSA-1', reason: 'first', severity: 'low' },
        { id: 'CVE-2024-0001', reason: 'second', severity: 'medium' },
      ],
    });
    const result = applyOverrides(ADVISORY, overrides, (note) => notes.push(note));
    expect(result.ratings).toEqual([{ by: 'override', severity: 'medium' }]);
    expect(notes.map((note) => note.split(': ')[1])).toEqual(['first', 'second']);
  });
});
