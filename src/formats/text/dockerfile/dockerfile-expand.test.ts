import { describe, expect, it } from 'vitest';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { UNKNOWN, expandWord, type Lookup } from './dockerfile-expand.ts';

const VALUES: Readonly<Record<string, string | typeof UNKNOWN>> = {
  A: 'a',
  EMPTY: '',
  LONG: 'foobarbaz',
  PATH: 'x/y/z.tar.gz',
  GIVEN: UNKNOWN,
  STAR: 'a*b',
};
const lookup: Lookup = (name) => VALUES[name];

describe('the value of a word', () => {
  it.each([
    ['plain text', 'debian:12', 'debian:12'],
    ['a variable', 'x$A', 'xa'],
    ['a variable in braces', '${A}b', 'ab'],
    ['a variable with letters behind it', '$Ab', ''],
    ['a variable that is not set', '$NONE.', '.'],
    ['a default for one that is not set', '${NONE:-b}', 'b'],
    ['a default for an empty one', '${EMPTY:-b}', 'b'],
    ['no default for an empty one without colon', '${EMPTY-b}', ''],
    ['no default for one that is set', '${A:-b}', 'a'],
    ['a default with a variable', '${NONE:-${A}:$A}', 'a:a'],
    ['a default with quotes', '${NONE:-"b c"}', 'b c'],
    ['an alternative', '${A:+b}', 'b'],
    ['no alternative for an empty one', '${EMPTY:+b}', ''],
    ['an alternative for an empty one without colon', '${EMPTY+b}', 'b'],
    ['a required one', '${A:?no}', 'a'],
    ['the shortest prefix', '${LONG#f*b}', 'arbaz'],
    ['the longest prefix', '${LONG##f*b}', 'az'],
    ['the shortest suffix', '${LONG%b*}', 'foobar'],
    ['the longest suffix', '${LONG%%b*}', 'foo'],
    ['the first replaced', '${LONG/ba/fo}', 'fooforbaz'],
    ['all replaced', '${LONG//ba/fo}', 'fooforfoz'],
    ['one character of a pattern', '${LONG/b?r/-}', 'foo-baz'],
    ['an escaped slash in a pattern', String.raw`${'${PATH//\\//.}'}`, 'x.y.z.tar.gz'],
    ['an escaped star in a pattern', String.raw`${'${STAR/\\*/-}'}`, 'a-b'],
    ['a pattern without a match', '${LONG#x*}', 'foobarbaz'],
    ['a removed part', '${LONG/bar/}', 'foobaz'],
    ['everything replaced', '${LONG//*/x}', 'x'],
    ['single quotes', "'$A'", '$A'],
    ['double quotes', '"$A b"', 'a b'],
    ['quotes inside of a word', `a"b"'c'`, 'abc'],
    ['an escaped dollar', String.raw`\$A`, '$A'],
    ['an escaped dollar in double quotes', String.raw`"\$A"`, '$A'],
    ['an escape before a letter', String.raw`\n`, 'n'],
    ['an escape before a letter in double quotes', String.raw`"\n"`, String.raw`\n`],
    ['an escape at the end', 'a\\', 'a'],
    ['a dollar alone', 'a$', 'a$'],
    ['a dollar before other characters', '$(x)', '$(x)'],
    ['a digit', '$1a', 'a'],
  ])('%s', (_, word, expected) => {
    expect(expandWord(word, lookup)).toMatchObject({ value: expected, problem: undefined });
  });

  it('uses the escape character of the file', () => {
    expect(expandWord('c:\\x`$A', lookup, { escape: '`' }).value).toBe('c:\\x$A');
  });

  it.each([
    ['a given one', '$GIVEN:1', ['GIVEN'], ['GIVEN']],
    ['a given one with a default', '${GIVEN:-a}', ['GIVEN'], ['GIVEN']],
    ['a given one in a default', '${NONE:-$GIVEN}', ['NONE', 'GIVEN'], ['GIVEN']],
    ['a given one in a pattern', '${A#$GIVEN}', ['A', 'GIVEN'], ['GIVEN']],
    ['a name inside of a given one', '${GIVEN:-$A}', ['GIVEN', 'A'], ['GIVEN']],
  ])('is unknown: %s', (_, word, names, unresolved) => {
    expect(expandWord(word, lookup)).toEqual({
      value: undefined,
      names,
      unresolved,
      problem: undefined,
    });
  });

  it.each([
    ['an open brace', '${A'],
    ['an open default', '${A:-b'],
    ['no name', '${}'],
    ['two braces', '${{A}}'],
    ['an unknown modifier', '${A@Q}'],
    ['a colon alone', '${A:}'],
    ['a substring', '${A:1:2}'],
    ['an open single quote', "'a"],
    ['an open double quote', '"a'],
    ['one slash', '${A/b}'],
    ['a variable that has to be set', '${NONE:?is needed}'],
    ['an escape in a pattern', String.raw`${'${LONG/\\b/}'}`],
    ['deep nesting', '${NONE:-'.repeat(60) + '}'.repeat(60)],
  ])('is refused: %s', (_, word) => {
    const { value, problem } = expandWord(word, lookup);
    expect(value).toBeUndefined();
    expect(problem).toMatch(/^[A-Z"].*[.d]$/u);
  });

  it('has a bound on its length and on the work for patterns', () => {
    const long = 'a'.repeat(10_000);
    expect(expandWord('$X$X', () => long).value).toBeUndefined();
    const stars = `\${X##${'*a'.repeat(3000)}b}`;
    const cpuMs = startCpuClock();
    expect(expandWord(stars, () => long).value).toBeUndefined();
    expect(cpuMs()).toBeLessThan(5000);
  });
});
