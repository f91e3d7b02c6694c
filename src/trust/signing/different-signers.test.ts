import { describe, expect, it } from 'vitest';

import { differentSigners, type CountedSignature } from './different-signers.ts';

const by = (subjects: string, entries: string): CountedSignature => ({
  subjects: subjects.split(' '),
  entries: entries.split(' '),
});

describe('different signers', () => {
  it.each<[string, readonly CountedSignature[], number]>([
    ['no signature', [], 0],
    ['one key twice', [by('k', 'K'), by('k', 'K')], 1],
    ['two keys', [by('k', 'K'), by('l', 'L')], 2],
    ['a key and a person', [by('k', 'K'), by('ada', 'A')], 2],
    ['a person who meets two entries', [by('ada', 'A B')], 1],
    ['a person who meets one entry, and later another one', [by('ada', 'A'), by('ada', 'B')], 1],
    ['a person with a further name', [by('ada', 'A'), by('ada lovelace', 'B')], 1],
    ['names that a third certificate joins', [by('a', 'A'), by('b', 'B'), by('a b', 'C')], 1],
    ['two persons who meet one entry', [by('ada', 'A'), by('bob', 'A')], 1],
    ['two persons for two entries', [by('ada', 'A B'), by('bob', 'B')], 2],
    ['two persons, of whom the first can make room', [by('ada', 'A B'), by('bob', 'A')], 2],
    ['three, where two must make room', [by('a', 'A B'), by('b', 'A C'), by('c', 'A')], 3],
    ['a person who signed twice, and another one', [by('a', 'B'), by('b', 'B'), by('a', 'A')], 2],
  ])('are counted: %s', (_, signatures, count) => {
    expect(differentSigners(signatures)).toHaveLength(count);
    expect(differentSigners(signatures.toReversed())).toHaveLength(count);
  });
});
