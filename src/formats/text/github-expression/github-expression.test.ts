import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { contextPaths } from './context-paths.ts';
import { evaluate, truthOf, UNKNOWN, type Known } from './evaluate.ts';
import { EvaluationError, valueOf } from './functions.ts';
import { findExpressions } from './find-expressions.ts';
import { ExpressionSyntaxError } from './lex.ts';
import { parseExpression } from './parse.ts';

/** Contexts of the rows below. */
const CONTEXTS: ReadonlyMap<string, Known> = new Map(
  Object.entries({
    env: {},
    github: {
      ref: 'refs/heads/main',
      Event_Name: 'push',
      event: { labels: [{ name: 'bug' }, { name: 'ui' }] },
    },
    fruits: [
      { name: 'apple', quantity: 1 },
      { name: 'orange', quantity: 2 },
    ],
    vegetables: { scallions: { colors: ['green', 'white'] }, beets: { colors: ['red'] } },
    list: ['zero', 'one', 'two'],
    empty: '',
  }).map(([name, json]) => [name, valueOf(json)]),
);
const contexts = (name: string): Known => CONTEXTS.get(name) ?? UNKNOWN;

const UNSURE = 'a run decides';
const FAILS = 'fails';
const REFUSED = 'refused';
type Outcome = typeof UNSURE | typeof FAILS | typeof REFUSED | { readonly is: unknown };
const is = (value: unknown): Outcome => ({ is: value });
const YES = is(true);
const NO = is(false);

/** What GitHub's documentation says of each expression. */
const ROWS: readonly (readonly [text: string, outcome: Outcome])[] = [
  // Literals
  ['null', is(null)],
  ['true', YES],
  ['false', NO],
  ['711', is(711)],
  ['-9.2', is(-9.2)],
  ['+3', is(3)],
  ['0xff', is(255)],
  ['0xFF', is(255)],
  ['0o17', is(15)],
  ['-2.99e-2', is(-0.0299)],
  ['1e3', is(1000)],
  ['.5', is(0.5)],
  ["'It''s open source!'", is("It's open source!")],
  ["''", is('')],
  ["'}}'", is('}}')],
  ['  1  ', is(1)],
  ['\t\n1\r\n', is(1)],
  ['"text"', REFUSED],
  ["'text", REFUSED],
  ['', REFUSED],
  ['   ', REFUSED],
  ['0xg', REFUSED],
  ['0b11', REFUSED],
  ['1_000', REFUSED],
  ['1-2', REFUSED],
  ['1 + 2', REFUSED],
  ['-', REFUSED],
  ['1.2.3', REFUSED],
  ['TRUE', UNSURE],
  ['a-b', UNSURE],
  ['a_b', UNSURE],
  ['$a', REFUSED],
  ['a$', REFUSED],
  ['é', REFUSED],
  // Grouping and precedence
  ['(1)', is(1)],
  ['((1))', is(1)],
  ['(1', REFUSED],
  ['1)', REFUSED],
  ['()', REFUSED],
  ['1 1', REFUSED],
  ['false && false || true', YES],
  ['true || true && false', YES],
  ['(true || true) && false', NO],
  ['!true || true', YES],
  ['!(true || true)', NO],
  ['1 < 2 == true', YES],
  ['true == 1 < 2', YES],
  ['3 < 2 < 1', YES],
  ['3 > 2 > 1', NO],
  ['1 == 1 == 1', YES],
  ['!0 == 1', YES],
  ['!!true', YES],
  ['!!!true', NO],
  // Operators
  ['1 == 1', YES],
  ['1 == 2', NO],
  ['1 != 2', YES],
  ['1 < 2', YES],
  ['2 <= 2', YES],
  ['2 > 2', NO],
  ['2 >= 2', YES],
  ['1 = 1', REFUSED],
  ['1 === 1', REFUSED],
  ['true & false', REFUSED],
  ['true | false', REFUSED],
  ['1 <> 2', REFUSED],
  ['! ', REFUSED],
  ['1 ==', REFUSED],
  ['== 1', REFUSED],
  ['1 &&', REFUSED],
  ['true and true', REFUSED],
  ["'a' && 'b'", is('b')],
  ["'' && 'b'", is('')],
  ["'' || 'b'", is('b')],
  ["'a' || 'b'", is('a')],
  ["0 || null || ''", is('')],
  ['1 && 2 && 3', is(3)],
  ['1 && 0 && 3', is(0)],
  ['x && false', UNSURE],
  ['false && x', NO],
  ['true || x', YES],
  ['x || true', UNSURE],
  ['x == 1', UNSURE],
  ['!x', UNSURE],
  ['!(x && false)', YES],
  // Coercion
  ['null == 0', YES],
  ["null == ''", YES],
  ['null == false', YES],
  ['null == null', YES],
  ['true == 1', YES],
  ["true == 'true'", NO],
  ["true == '1'", YES],
  ["false == ''", YES],
  ["1 == '1'", YES],
  ["1 == ' 1 '", YES],
  ["1 == '1.0'", YES],
  ["255 == '0xff'", YES],
  ["15 == '0o17'", YES],
  ["1000 == '1e3'", YES],
  ["0 == ''", YES],
  ["0 == 'x'", NO],
  ["0 != 'x'", YES],
  ["0 < 'x'", NO],
  ["0 >= 'x'", NO],
  ['NaN == NaN', NO],
  ['NaN != NaN', YES],
  ['!NaN', YES],
  ['Infinity > 1', YES],
  ['-Infinity < 1', YES],
  ["Infinity == 'Infinity'", YES],
  ["'a' == 'A'", YES],
  ["'ä' == 'Ä'", YES],
  ["'ß' == 'SS'", NO],
  ["'a' < 'B'", YES],
  ["'b' < 'A'", NO],
  ["'a' != 'A'", NO],
  ["'10' < '9'", YES],
  ["10 < '9'", NO],
  ["fromJSON('[]') == fromJSON('[]')", NO],
  ["fromJSON('{}') == fromJSON('{}')", NO],
  ['list == list', YES],
  ['github == github', YES],
  ["fromJSON('[]') == 0", NO],
  ["fromJSON('[]') == ''", NO],
  ["fromJSON('{}') < 1", NO],
  ["fromJSON('[]') && 1", is(1)],
  ['null < 1', YES],
  ['null >= null', YES],
  ['null > null', NO],
  ['list >= list', YES],
  ['list <= github', NO],
  ['NaN <= NaN', NO],
  ["'a' <= 'A'", YES],
  ["'a''b''c'", is("a'b'c")],
  // Contexts, properties, indices
  ['github.ref', is('refs/heads/main')],
  ['GitHub.REF', is('refs/heads/main')],
  ['github.event_name', is('push')],
  ["github['ref']", is('refs/heads/main')],
  ["github['REF']", is('refs/heads/main')],
  ['github . ref', is('refs/heads/main')],
  ["github[ 'ref' ]", is('refs/heads/main')],
  ["github[format('{0}ef', 'r')]", is('refs/heads/main')],
  ['github.nothing', is(null)],
  ['github.nothing.more', is(null)],
  ['github.ref.more', is(null)],
  ['github.true', is(null)],
  ['github.null', is(null)],
  ['env.X', is(null)],
  ['list[0]', is('zero')],
  ['list[1]', is('one')],
  ['list[1.9]', is('one')],
  ["list['1']", is('one')],
  ['list[true]', is('one')],
  ['list[null]', is('zero')],
  ["list['x']", is(null)],
  ['list[-1]', is(null)],
  ['list[3]', is(null)],
  ['list[list]', is(null)],
  ['list.0', REFUSED],
  ['github.event.labels[0].name', is('bug')],
  ['github.event.labels.*.name', is(['bug', 'ui'])],
  ["github.event.labels.*['name']", is(['bug', 'ui'])],
  ['github.event.labels[*].name', is(['bug', 'ui'])],
  ['fruits.*.name', is(['apple', 'orange'])],
  ['fruits.*.nothing', is([])],
  ['vegetables.*.colors', is([['green', 'white'], ['red']])],
  ['vegetables.*.colors.*', is(['green', 'white', 'red'])],
  ['list.*', is(['zero', 'one', 'two'])],
  ['list.*.*', is([])],
  ['github.ref.*', is([])],
  ['unknown.ref', UNSURE],
  ['github[unknown.key]', UNSURE],
  ['(github).ref', is('refs/heads/main')],
  ['fromJSON(\'{"a": {"b": 3}}\').a.b', is(3)],
  ["fromJSON('[1,2]')[1]", is(2)],
  ["'text'.length", REFUSED],
  ['1.length', REFUSED],
  ['github.', REFUSED],
  ['github[', REFUSED],
  ['github[]', REFUSED],
  ['github[0', REFUSED],
  ['.ref', REFUSED],
  ['*', REFUSED],
  ["github.'ref'", REFUSED],
  ['github..ref', REFUSED],
  // Functions
  ["contains('Hello world', 'llo')", YES],
  ["contains('Hello world', 'LLO')", YES],
  ["contains('Hello world', '')", YES],
  ["contains('', 'x')", NO],
  ['contains(123, 2)', YES],
  ["contains(github.event.labels.*.name, 'bug')", YES],
  ["contains(github.event.labels.*.name, 'BUG')", YES],
  ["contains(github.event.labels.*.name, 'bu')", NO],
  ['contains(fromJSON(\'["push", "pull_request"]\'), github.event_name)', YES],
  ["contains(fromJSON('[1,2]'), '1')", YES],
  ["contains(fromJSON('[null]'), 0)", YES],
  ["contains(github, 'ref')", NO],
  ['contains(list, list)', NO],
  ["contains('x')", REFUSED],
  ["contains('x', 'y', 'z')", REFUSED],
  ["startsWith('Hello world', 'He')", YES],
  ["startsWith('Hello world', 'he')", YES],
  ["startsWith('Hello world', 'wo')", NO],
  ["endsWith('Hello world', 'ld')", YES],
  ["ENDSWITH('Hello world', 'LD')", YES],
  ['startsWith(12, 1)', YES],
  ["startsWith(list, 'z')", NO],
  ["format('Hello {0} {1} {2}', 'Mona', 'the', 'Octocat')", is('Hello Mona the Octocat')],
  ["format('{{Hello {0} {1} {2}!}}', 'Mona', 'the', 'Octocat')", is('{Hello Mona the Octocat!}')],
  ["format('{0}{0}', 'ab')", is('abab')],
  ["format('{0} {1} {2} {3}', true, null, 1.5, list)", is('true  1.5 Array')],
  ["format('none')", is('none')],
  ["format('{0}')", FAILS],
  ["format('{1}', 'a')", FAILS],
  ["format('{', 'a')", FAILS],
  ["format('}', 'a')", FAILS],
  ["format('{a}', 'a')", FAILS],
  ['format()', REFUSED],
  ["join(github.event.labels.*.name, ', ')", is('bug, ui')],
  ['join(list)', is('zero,one,two')],
  ["join('a', '-')", is('a')],
  ["join(list, '')", is('zeroonetwo')],
  ['join(github)', is('')],
  ["toJSON('a')", is('"a"')],
  ['toJSON(null)', is('null')],
  ['toJSON(fromJSON(\'{"a":[1]}\'))', is('{\n  "a": [\n    1\n  ]\n}')],
  ["fromJSON('true')", YES],
  ["fromJSON('{')", FAILS],
  ["fromJSON('')", FAILS],
  ['fromjson()', REFUSED],
  ["hashFiles('**/package-lock.json')", UNSURE],
  ['hashFiles()', REFUSED],
  ['success()', UNSURE],
  ['always()', YES],
  ['always(1)', REFUSED],
  ['cancelled()', UNSURE],
  ['failure()', UNSURE],
  ["case(true, 'a', 'b')", is('a')],
  ["case(false, 'a', 'b')", is('b')],
  ["case(false, 'a', true, 'b', 'c')", is('b')],
  ["case(1, 'a', 'b')", FAILS],
  ["case(x, 'a', 'b')", UNSURE],
  ["case(true, 'a')", REFUSED],
  ["case(true, 'a', false, 'b')", REFUSED],
  ['nothing()', REFUSED],
  ['toString(1)', REFUSED],
  ['constructor(1)', REFUSED],
  ["contains('a' 'b')", REFUSED],
  ["contains('a', 'b',)", REFUSED],
  ["contains(, 'b')", REFUSED],
  ['github.ref()', REFUSED],
];

function outcomeOf(text: string): Outcome {
  try {
    const value = evaluate(parseExpression(text), contexts);
    return value === UNKNOWN ? UNSURE : is(value);
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return REFUSED;
    if (error instanceof EvaluationError) return FAILS;
    throw error;
  }
}

describe('an expression', () => {
  it.each(ROWS)('%j', (text, outcome) => {
    expect(outcomeOf(text)).toEqual(outcome);
  });

  it('has each row once, and two hundred of them', () => {
    expect(new Set(ROWS.map(([text]) => text)).size).toBe(ROWS.length);
    expect(ROWS.length).toBeGreaterThanOrEqual(200);
  });

  it.each<[string, boolean | undefined]>([
    ['x && false', false],
    ['x || true', true],
    ['x || false', undefined],
    ['!(x && 0)', true],
    ["x && (y || '')", undefined],
    ['always()', true],
    ["success() || 'no'", true],
    ['github.event.labels.*.name', true],
  ])('counts as true or not: %s', (text, truth) => {
    expect(truthOf(parseExpression(text), contexts)).toBe(truth);
  });

  it('has ranges that cut out its parts', () => {
    const text = "  contains( github.event['a'] , 'x' ) && ! b";
    const expression = parseExpression(text);
    const cut = ({ range }: { readonly range: { start: number; end: number } }): string =>
      text.slice(range.start, range.end);
    expect(cut(expression)).toBe(text.trim());
    expect(contextPaths(expression).map((one) => cut(one.expression))).toEqual([
      "github.event['a']",
      'b',
    ]);
  });

  it.each<[string, number]>([
    ['a $ b', 2],
    ["a == 'x", 5],
    ['nothing(1)', 0],
    ['a == ', 5],
  ])('names the place of a mistake: %s', (text, offset) => {
    expect(() => parseExpression(text)).toThrow(expect.objectContaining({ offset }));
  });

  it.each([
    ['parentheses', '('.repeat(10_000)],
    ['negations', `${'!'.repeat(10_000)}a`],
    ['indices', `a${'[a'.repeat(10_000)}`],
    ['properties', `a${'.b'.repeat(10_000)}`],
    ['comparisons', `a${'<b'.repeat(10_000)}`],
    ['calls', 'always('.repeat(9000)],
  ])('of ten thousand %s is refused', (_name, text) => {
    expect(() => parseExpression(text)).toThrow(ExpressionSyntaxError);
  });

  it('of ten thousand operands is read', () => {
    expect(truthOf(parseExpression(`a${' && b'.repeat(10_000)}`))).toBeUndefined();
  });

  it('that grows without end fails', () => {
    const grown = Array.from({ length: 30 }).reduce<string>(
      (text) => `format('{0}{0}{0}{0}', ${text})`,
      "'aaaa'",
    );
    expect(outcomeOf(grown)).toBe(FAILS);
  });

  it('of any text is parsed or refused', () => {
    const piece = fc.oneof(
      fc.constantFrom('(', ')', '[', ']', '.', '*', ',', '!', '&&', '||', '==', '<', "'", ' '),
      fc.constantFrom('github', 'true', '1', '-1', "'x'", 'contains', 'format', '${{', '}}'),
      fc.string({ maxLength: 3, unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(outcomeOf(pieces.join(''))).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the paths of contexts', () => {
  it.each<[string, readonly string[]]>([
    ['github.event.issue.title', ['github.event.issue.title']],
    ["github['event']['Issue'].title", ['github.event.issue.title']],
    ["github[format('{0}', 'event')].issue", ['github.event.issue']],
    ['github.event[inputs.key]', ['github.event.*', 'inputs.key']],
    ['github.event.commits.*.message', ['github.event.commits.*.message']],
    ["contains(github.ref, 'x') && env.A == secrets.B", ['github.ref', 'env.a', 'secrets.b']],
    ['toJSON(github)', ['github']],
    ['fromJSON(needs.a.outputs.b).c', ['needs.a.outputs.b']],
    ['(github).head_ref', ['github.head_ref']],
    ["format('{0}', fromJSON('{'))", []],
    ["github[fromJSON('{')]", ['github.*']],
  ])('of %s', (text, paths) => {
    const found = contextPaths(parseExpression(text)).map(({ parts }) => parts.join('.'));
    expect(found.toSorted()).toEqual(paths.toSorted());
  });
});

describe('the expressions of a text', () => {
  it.each<[string, readonly string[]]>([
    ['none', []],
    ['${{ a }}', ['${{ a }}']],
    ['x ${{ a }} y ${{ b }} z', ['${{ a }}', '${{ b }}']],
    ["${{ format('{{0}}', a) }}", ["${{ format('{{0}}', a) }}"]],
    ["${{ '}}' }} ${{ b }}", ["${{ '}}' }}", '${{ b }}']],
    ["${{ 'it''s }}' }}", ["${{ 'it''s }}' }}"]],
    ['${{ a }}}', ['${{ a }}']],
    ['$${{ a }}', ['${{ a }}']],
    ['${ {a}}', []],
    ['${{ a } }', ['${{ a } }']],
    ["${{ 'a }} ${{ b }}", ["${{ 'a }} ${{ b }}"]],
    ['${{}}', ['${{}}']],
  ])('%j', (text, expected) => {
    expect(findExpressions(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });

  it('have a problem where GitHub refuses them', () => {
    const found = findExpressions("${{ a b }} ${{ c }} ${{ 'd");
    expect(found.map(({ problem }) => problem)).toEqual([
      'unexpected "b"',
      undefined,
      'the expression has no closing "}}"',
    ]);
  });
});
