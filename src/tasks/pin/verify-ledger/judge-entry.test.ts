import { describe, expect, it } from 'vitest';

import {
  acceptDigest,
  EMPTY_LEDGER,
  recordSightings,
  type LedgerEntry,
  type LedgerRule,
  type Sighting,
} from '../../../trust/ledger/ledger.ts';
import { judgeEntry } from './judge-entry.ts';

const sha512 = (digit: string): string => `sha512:${digit.repeat(128)}`;
const sha1 = (digit: string): string => `sha1:${digit.repeat(40)}`;
const NPM = { kind: 'package', ref: 'pkg:npm/a@1.0.0', from: 'package-lock.json' } as const;
const TAG = { kind: 'action', ref: 'acme/build@v1', from: 'https://git.example' } as const;

/** An entry whose digests were seen on one day after another. */
function entryOf(
  base: Omit<Sighting, 'digest'>,
  ...days: readonly (readonly string[])[]
): LedgerEntry {
  let ledger = EMPTY_LEDGER;
  for (const [day, digests] of days.entries()) {
    const rows = digests.map((digest) => ({ ...base, digest }));
    ledger = recordSightings(ledger, rows, `2026-11-1${day}T00:00:00Z`);
  }
  const [entry] = ledger.entries.values();
  if (entry === undefined) throw new Error('no entry');
  return entry;
}

const states = (
  entry: LedgerEntry,
  observed: readonly (readonly string[])[],
  rules: readonly LedgerRule[] = [],
): string[] =>
  judgeEntry(
    entry,
    observed.map((digests) => ({ digests, from: 'now' })),
    rules,
  ).map(({ state, found }) => `${state} ${found?.slice(0, 9) ?? ''}`.trim());

describe('a version of a package', () => {
  it.each([
    ['with the same digest', [[sha512('a')]], [[sha512('a')]], ['unchanged']],
    ['with nothing observed', [[sha512('a')]], [], ['not-asked']],
    ['with another digest', [[sha512('a')]], [[sha512('b')]], ['moved sha512:bb']],
    [
      'with the same in one place and another elsewhere',
      [[sha512('a')]],
      [[sha512('a')], [sha512('b')]],
      ['moved sha512:bb'],
    ],
    [
      'with two others',
      [[sha512('a')]],
      [[sha512('b')], [sha512('c')]],
      ['moved sha512:bb', 'moved sha512:cc'],
    ],
    [
      'with the same other twice',
      [[sha512('a')]],
      [[sha512('b')], [sha512('b')]],
      ['moved sha512:bb'],
    ],
    ['without its integrity', [[sha512('a')]], [[]], ['incomparable']],
    [
      'without its integrity in one of two places',
      [[sha512('a')]],
      [[sha512('a')], []],
      ['incomparable'],
    ],
    [
      'with the same beside a further algorithm',
      [[sha512('a')]],
      [[sha512('a'), sha1('1')]],
      ['unchanged'],
    ],
    [
      'with another beside the same',
      [[sha512('a')]],
      [[sha512('a'), sha512('b')]],
      ['moved sha512:bb'],
    ],
    ['with a weaker algorithm alone', [[sha512('a')]], [[sha1('1')]], ['incomparable sha1:1111']],
    ['with a stronger algorithm alone', [[sha1('1')]], [[sha512('a')]], ['incomparable sha512:aa']],
    [
      'with either of two that came together',
      [[sha512('a'), sha1('1')]],
      [[sha1('1')]],
      ['unchanged'],
    ],
    [
      'that moved and moved back',
      [[sha512('a')], [sha512('b')]],
      [[sha512('a')]],
      ['moved sha512:bb'],
    ],
    ['that moved before, offline', [[sha512('a')], [sha512('b')]], [], ['moved sha512:bb']],
    [
      'with a weaker one recorded later, seen now',
      [[sha512('a')], [sha1('1')]],
      [[sha1('1')]],
      ['incomparable sha1:1111'],
    ],
  ])('%s', (...[, days, observed, expected]) => {
    expect(states(entryOf(NPM, ...days), observed)).toEqual(expected);
  });

  it('is accepted for one digest', () => {
    const accepted = { at: '2026-12-01T00:00:00Z', reason: 'x' };
    const known = entryOf(NPM, [sha512('a')], [sha512('b')]);
    const ledger = { entries: new Map([[`package ${NPM.ref}`, known]]), rules: [] };
    const [entry] = acceptDigest(
      ledger,
      { ...NPM, digest: sha512('b') },
      accepted,
    ).entries.values();
    if (entry === undefined) throw new Error('no entry');
    expect(states(entry, [[sha512('b')]])).toEqual(['unchanged']);
    expect(states(entry, [[sha512('a')]])).toEqual(['unchanged']);
    expect(states(entry, [[sha512('c')]])).toEqual(['moved sha512:cc']);
  });
});

describe('a tag', () => {
  const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
  const rule = (name: LedgerRule['rule']): LedgerRule => ({
    rule: name,
    kind: 'action',
    match: 'acme/*',
    reason: 'x',
    line: 7,
  });

  it('that may move is compared with what was seen last', () => {
    const entry = entryOf(TAG, [a], [b]);
    expect(states(entry, [[b]])).toEqual(['unchanged']);
    expect(states(entry, [[a]])).toEqual(['moves aaaaaaaaa']);
    expect(states(entry, [])).toEqual(['not-asked']);
  });

  it('that a rule fixes is judged as one that never moves, and the rule is named', () => {
    const entry = entryOf(TAG, [a], [b]);
    expect(states(entry, [[b]], [rule('immutable')])).toEqual(['moved bbbbbbbbb']);
    const [row] = judgeEntry(entry, [{ digests: [b], from: 'now' }], [rule('immutable')]);
    expect(row).toMatchObject({ ruleLine: 7, expected: a, found: b, from: 'now' });
  });

  it('of a full version may move where a rule says so', () => {
    const entry = entryOf({ ...TAG, ref: 'acme/build@v1.0.0' }, [a]);
    expect(states(entry, [[b]])).toEqual(['moved bbbbbbbbb']);
    expect(states(entry, [[b]], [rule('may-move')])).toEqual(['moves bbbbbbbbb']);
    expect(states(entry, [[b]], [rule('may-move'), rule('immutable')])).toEqual([
      'moved bbbbbbbbb',
    ]);
  });
});

it.each([
  ['a reference', 'acme/build@v1.0.0', 'acme/build@v1.0.0'],
  ['a reference that a shell would read', 'acme/build@v1.0.0-$(x)', "'acme/build@v1.0.0-$(x)'"],
])('names the command that accepts the move of %s', (_, ref, word) => {
  const rows = judgeEntry(
    entryOf({ ...TAG, ref }, ['a'.repeat(40)], ['b'.repeat(40)]),
    [],
    [{ rule: 'immutable', kind: 'action', match: '*' }],
  );
  expect(rows.map(({ advice }) => advice)).toEqual([
    `Find out why before you build from it. To accept it: assay ledger verify --accept ${word} --reason TEXT`,
  ]);
});
