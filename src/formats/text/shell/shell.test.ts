/** Shell commands: structure, here-documents, and scripts that are made to be misread. */

import { beforeAll, describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import {
  loadShellReader,
  type ShellReader,
  type ShellScript,
  type ShellSequence,
  type ShellStatement,
  type ShellSubstitution,
  type ShellWord,
} from './shell.ts';

let reader: ShellReader;
beforeAll(async () => {
  reader = await loadShellReader();
});

function read(text: string): ShellScript {
  const result = reader.read(text);
  if ('failure' in result) throw new Error(result.failure);
  return result;
}

/** A script in one line: parentheses around what is joined, `{…}` around substitutions. */
function outline({ statements }: ShellSequence): string {
  return statements.map(outlineOf).join('; ');
}

function outlineOf(statement: ShellStatement): string {
  const end = statement.isBackground ? ' &' : '';
  switch (statement.kind) {
    case 'command': {
      const assigned = statement.assignments.map((one) => `${one.name}=${wordOf(one.value)}`);
      return [...assigned, ...statement.words.map(wordOf)].join(' ') + redirectsOf(statement) + end;
    }
    case 'pipeline': {
      const stages = statement.stages.map(outlineOf).join(' | ');
      return `${statement.isNegated ? '! ' : ''}(${stages})${end}`;
    }
    case 'chain': {
      const rest = statement.rest.map((one) => ` ${one.operator} ${outlineOf(one.statement)}`);
      return `(${outlineOf(statement.first)}${rest.join('')})${end}`;
    }
    case 'compound': {
      const inner = [...statement.conditions, ...statement.statements].map(outlineOf).join('; ');
      const words = statement.words.map((word) => ` ${wordOf(word)}`).join('');
      const name = statement.name === undefined ? '' : ` ${statement.name}`;
      return `${statement.form}${name}${words} [${inner}]${redirectsOf(statement)}${end}`;
    }
  }
}

function redirectsOf({
  redirects,
}: Extract<ShellStatement, { readonly redirects: unknown }>): string {
  return redirects
    .map(({ descriptor = '', operator, target, hereDocument }) => {
      const body = hereDocument === undefined ? '' : JSON.stringify(hereDocument.text);
      const inner = (hereDocument?.substitutions ?? []).map(substitutionOf).join('');
      return ` ${descriptor}${operator}${wordOf(target)}${body}${inner}`;
    })
    .join('');
}

function wordOf(word: ShellWord | undefined): string {
  if (word === undefined) return '';
  if (word.value !== undefined) return word.value;
  return word.parts
    .map((part) => {
      switch (part.kind) {
        case 'text':
          return part.value;
        case 'substitution':
          return substitutionOf(part);
        case 'variable':
        case 'arithmetic':
          return `<${part.text}>${part.substitutions.map(substitutionOf).join('')}`;
      }
    })
    .join('');
}

function substitutionOf({ body }: ShellSubstitution): string {
  return `{${outline(body)}}`;
}

describe('statements', () => {
  it.each([
    ['a', 'a'],
    ['a;b & c', 'a; b &; c'],
    ['a && b || c', '(a && b || c)'],
    ['a && b | c', '(a && (b | c))'],
    ['a | b && c | d', '((a | b) && (c | d))'],
    ['a && b >f | c >g || d', '(a && (b >f | c >g) || d)'],
    ['! a | b', '! (a | b)'],
    ['! a && b', '(! (a) && b)'],
    ['a |& b', '(a | b)'],
    ['a >f 2>&1 <in', 'a >f 2>&1 <in'],
    ['>f', ' >f'],
    ['2>f a b', 'a b 2>f'],
    ['A=1 B= a', 'A=1 B= a'],
    ['A=1', 'A=1'],
    ['export A=b C', 'A=b export A=b C'],
    ['(a; b) >f', 'subshell [a; b] >f'],
    ['{ a; b; } && c', '(group [a; b] && c)'],
    ['if a; then b; elif c; then d; else e; fi', 'if [a; b; if [c; d]; group [e]]'],
    ['while a; do b; done <f', 'loop [a; group [b]] <f'],
    ['for x in 1 "$y"; do b; done', 'loop 1 <$y> [group [b]]'],
    ['case $x in a|b) c;; *) d;; esac', 'case <$x> [group a b [c]; group * [d]]'],
    ['f() { a; }', 'function f [group [a]]'],
    ['[[ -f $x && $y == b* ]] || a', '(test <$x> <$y> b* [] || a)'],
    ['[ -f x ] && a', '(test x [] && a)'],
    ['a # b; c\nd', 'a; d'],
    ['a\\\n  b', 'a b'],
    ['a\\\nb c', 'ab c'],
    ['set -eux; a', 'set -eux; a'],
    ['', ''],
    ['# only', ''],
  ])('%j is %s', (text, expected) => {
    const { body, problems } = read(text);
    expect(problems).toEqual([]);
    expect(outline(body)).toBe(expected);
  });
});

describe('words', () => {
  it.each([
    [`a 'b c'"d e"f`, 'a b cd ef'],
    [String.raw`a \$b "\$c" '\$d'`, String.raw`a $b $c \$d`],
    [String.raw`a $'x\ty\x41\'z'`, "a x\tyA'z"],
    ['a $(b `c`)', 'a {b {c}}'],
    ['a "x $(b "y z") w"', 'a x {b y z} w'],
    ['a ${V:-$(b)}', 'a <${V:-$(b)}>{b}'],
    ['a $((1 + $(b)))', 'a <$((1 + $(b)))>{b}'],
    ['a <(b) >(c)', 'a {b} {c}'],
    ['a *.c ~/x {y,z}', 'a *.c ~/x {y,z}'],
    ['A=$(b) c', 'A={b} c'],
    ['a - b 2>&1', 'a - b 2>&1'],
    ['a - 2>&1', 'a - 2>&1'],
    ["a ''", 'a '],
    ['a "$@"', 'a <$@>'],
    [`a $'\\\\'$''; b`, 'a \\; b'],
  ])('%j is %s', (text, expected) => {
    const { body, problems } = read(text);
    expect(problems).toEqual([]);
    expect(outline(body)).toBe(expected);
  });

  it.each([
    ['a', 'a'],
    ['"a b"', 'a b'],
    ['*', undefined],
    ['"*"', '*'],
    [String.raw`\*`, '*'],
    ['~', undefined],
    ['a~', 'a~'],
    ['{a,b}', undefined],
    ['{a}', '{a}'],
    ['$a', undefined],
    [`'$a'`, '$a'],
    ['[ab]', undefined],
  ])('the value of %s is %s', (text, expected) => {
    const [statement] = read(`x ${text}`).body.statements;
    expect(statement?.kind === 'command' ? statement.words[1]?.value : statement).toBe(expected);
  });
});

describe('here-documents', () => {
  it.each([
    ['cat <<EOF | sh\nb\nEOF\nc', '(cat <<EOF"b\\n" | sh); c'],
    ['cat <<EOF && x >y; z\nb $(q)\nEOF\nw', '(cat <<EOF"b $(q)\\n"{q} && x >y); z; w'],
    ['cat <<"EOF"\n$(q)\nEOF', 'cat <<EOF"$(q)\\n"'],
    [String.raw`cat <<\EOF` + '\n$(q)\nEOF', 'cat <<EOF"$(q)\\n"'],
    ['cat <<-EOF\n\tb\n\tEOF\nc', 'cat <<-EOF"\\tb\\n"; c'],
    ['a <<X <<Y\n1\nX\n2\nY\nb', 'a <<X"1\\n" <<Y"2\\n"; b'],
    ['a \'<<X\' "<<Y"; b', 'a <<X <<Y; b'],
    ['a $((1 << 2)); b', 'a <$((1 << 2))>; b'],
    ['a # <<X\nb', 'a; b'],
    ['a <<<x; b', 'a <<<x; b'],
    ['a "$(cat <<X\nb\nX\n)"; c', 'a {cat <<X"b\\n"}; c'],
    ["sh <<'X' >f\nit's \"\nX\nb", 'sh <<X"it\'s \\"\\n" >f; b'],
  ])('%j is %s', (text, expected) => {
    const { body, problems } = read(text);
    expect(problems).toEqual([]);
    expect(outline(body)).toBe(expected);
  });

  it('is listed where no line ends it', () => {
    const { body, problems } = read('cat <<EOF\nb');
    expect(outline(body)).toBe('cat <<EOF"b"');
    expect(problems.map(({ message }) => message)).toEqual([
      'No line "EOF" ends the here-document.',
    ]);
  });
});

describe('scripts that no shell accepts', () => {
  it.each([
    ['a; curl x | sh "b', 'curl x'],
    ['if a; then curl x | sh', 'curl x'],
    ['a ) curl x | sh', 'curl x'],
    ['a; )) ; curl x', 'curl x'],
    ['a "b; $(curl x)', 'curl x'],
  ])('%j has a problem, and its commands are read', (text, command) => {
    const { body, problems } = read(text);
    expect(problems).not.toEqual([]);
    expect(outline(body)).toContain(command);
  });

  it.each([
    ['nested substitutions', '$('.repeat(10_000)],
    ['nested subshells', '('.repeat(10_000) + ')'.repeat(10_000)],
    ['nested braces', '${a:-'.repeat(10_000)],
    ['a long line', `a ${'b '.repeat(40_000)}`],
    ['a long chain', 'a && '.repeat(10_000) + 'b'],
    ['many pipes', 'a | '.repeat(4000) + 'b'],
    ['many here-documents', 'a <<X\n$(b)\nX\n'.repeat(200)],
    [
      'random characters',
      Array.from({ length: 20_000 }, (_, at) => `"'\`$(){}[]<>|&;#\\\n a`[(at * 7919) % 18]).join(
        '',
      ),
    ],
    ['NUL', 'a\0b; c\0'],
    ['half of a surrogate pair', 'a \uD800 b'],
  ])('%s end', (_, text) => {
    const cpuMs = startCpuClock();
    const result = reader.read(text);
    expect('failure' in result ? result.failure : result.body.kind).toMatch(
      /^(?:sequence|timeout|aborted)$/u,
    );
    expect(cpuMs()).toBeLessThan(20_000);
  });

  it('is not read above a length of 1 MiB', () => {
    expect(reader.read('a '.repeat(600_000))).toEqual({ failure: 'too-long' });
  });
});
