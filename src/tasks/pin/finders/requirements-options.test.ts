import { describe, expect, it } from 'vitest';

import { optionsOf } from './requirements-options.ts';

/** What pip 23.2.1 reads: its parser of requirements files gave the expected values. */
describe('options of a requirements file', () => {
  it.each([
    ['a short name', '-r a.txt', ['--requirement a.txt']],
    ['a value in the same word', '-ra.txt', ['--requirement a.txt']],
    ['a long name', '--requirement a.txt', ['--requirement a.txt']],
    ['an equals sign', '--requirement=a.txt', ['--requirement a.txt']],
    ['an abbreviated name', '--requirem a.txt', ['--requirement a.txt']],
    ['another abbreviated name', '--ed=./x', ['--editable ./x']],
    ['an option before', '--pre -r a.txt', ['--pre ', '--requirement a.txt']],
    [
      'an option with a value before',
      '--index-url https://x -e .',
      ['--index-url https://x', '--editable .'],
    ],
    ['a value that looks like an option', '--find-links -r a.txt', ['--find-links -r']],
    ['quotes around a value', '-r "a b.txt"', ['--requirement a b.txt']],
    ['quotes around a name', `-"r" --'requirement' a.txt`, ['--requirement --requirement']],
    ['a backslash in a name', String.raw`-\r a.txt`, ['--requirement a.txt']],
    ['an escaped quote', String.raw`-r "a\"b\c"`, [String.raw`--requirement a"b\c`]],
    [
      'a hash inside of a value',
      '--config-settings="x= --hash=sha256:00"',
      ['--config-settings x= --hash=sha256:00'],
    ],
    ['a hash', '--hash=sha256:00 --hash sha256:11', ['--hash sha256:00', '--hash sha256:11']],
    ['words of no option', '--pre b -c c.txt', ['--pre ', '--constraint c.txt']],
    ['the end of options', '--pre -- -r a.txt', ['--pre ']],
    ['an unknown option', '--unknown=1', ['--unknown 1']],
    ['no value', '-r', ['--requirement ']],
  ])('%s', (_, text, expected) => {
    expect(optionsOf(text).map(({ name, value }) => `${name} ${value}`)).toEqual(expected);
  });
});
