import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isScalar, Scalar, visit } from 'yaml';

import { readByOracle, scalarsOf, yamlText } from '../../../../test/support/yaml-texts.ts';
import { splice, textOf } from '../../bytes/byte-range.ts';
import { readPlacedYaml, YAML_LIMITS } from './yaml-places.ts';
import type { PlacedYaml, YamlNode, YamlScalar } from './yaml-node.ts';
import { writeScalar } from './yaml-write.ts';

const read = (text: string): PlacedYaml => readPlacedYaml(new TextEncoder().encode(text));

/** Returns all nodes in the order of the file. */
function nodesOf(root: YamlNode): YamlNode[] {
  if (root.kind === 'sequence') return [root, ...root.items.flatMap(nodesOf)];
  if (root.kind !== 'mapping') return [root];
  return [root, ...root.pairs.flatMap(({ key, value }) => [...nodesOf(key), ...nodesOf(value)])];
}

/** Returns what a file contains, with aliases followed. */
function valueOf(node: YamlNode | undefined): unknown {
  if (node === undefined) return undefined;
  if (node.kind === 'alias') return valueOf(node.target);
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(valueOf);
  return node.pairs.map(({ key, value }) => [valueOf(key), valueOf(value)]);
}

/** Returns the text of each node, cut out of the file. */
function cuts(text: string): string[] {
  const yaml = read(text);
  return yaml.documents.flatMap(({ root }) =>
    nodesOf(root).map((node) => `${node.kind} ${textOf(yaml.bytes, node.range)}`),
  );
}

const scalarsIn = (yaml: PlacedYaml): YamlScalar[] =>
  yaml.documents.flatMap(({ root }) => nodesOf(root).filter((node) => node.kind === 'scalar'));

describe('ranges of nodes', () => {
  it.each([
    ['a plain value', 'é: b # c', ['mapping é: b', 'scalar é', 'scalar b']],
    ['quotes', `"a": 'b''c'`, [`mapping "a": 'b''c'`, 'scalar "a"', `scalar 'b''c'`]],
    ['an absent value', 'a:', ['mapping a:', 'scalar a', 'scalar ']],
    ['absent items', '-\n-\n', ['sequence -\n-', 'scalar ', 'scalar ']],
    [
      'flow',
      '[a, {b: c, }, ]',
      ['sequence [a, {b: c, }, ]', 'scalar a', 'mapping {b: c, }', 'scalar b', 'scalar c'],
    ],
    ['a pair in a list', '[a: b]', ['sequence [a: b]', 'mapping a: b', 'scalar a', 'scalar b']],
    [
      'a mapping as the key of a pair',
      '[{a: b}: c]',
      [
        'sequence [{a: b}: c]',
        'mapping {a: b}: c',
        'mapping {a: b}',
        'scalar a',
        'scalar b',
        'scalar c',
      ],
    ],
    ['an explicit key', '? a\n: b', ['mapping ? a\n: b', 'scalar a', 'scalar b']],
    [
      'a literal',
      'a: |+ # c\n  x\n\nb: y',
      [
        'mapping a: |+ # c\n  x\n\nb: y',
        'scalar a',
        'scalar |+ # c\n  x\n\n',
        'scalar b',
        'scalar y',
      ],
    ],
    [
      'a literal with properties',
      '- !t &x >-\n  x\n',
      ['sequence - !t &x >-\n  x\n', 'scalar >-\n  x\n'],
    ],
    [
      'a value over lines',
      'a: b\n  c\nd: e',
      ['mapping a: b\n  c\nd: e', 'scalar a', 'scalar b\n  c', 'scalar d', 'scalar e'],
    ],
    ['an alias', '- &x a\n- *x', ['sequence - &x a\n- *x', 'scalar a', 'alias *x']],
    ['a byte order mark', '\uFEFFa: b', ['mapping a: b', 'scalar a', 'scalar b']],
    [
      'a comment with brackets',
      '[a, # ]\n b # }\n ]',
      ['sequence [a, # ]\n b # }\n ]', 'scalar a', 'scalar b'],
    ],
    [
      'carriage returns',
      'a: |\r\n  x\r\nb: y\r\n',
      ['mapping a: |\r\n  x\r\nb: y', 'scalar a', 'scalar |\r\n  x\r\n', 'scalar b', 'scalar y'],
    ],
    ['tabs', 'a:\tb\t# c', ['mapping a:\tb', 'scalar a', 'scalar b']],
    ['an anchor on a key', '&k a: &v b', ['mapping &k a: &v b', 'scalar a', 'scalar b']],
    ['two documents', 'a\n--- b\n...\n', ['scalar a', 'scalar b']],
  ])('%s', (_, text, expected) => {
    expect(cuts(text)).toEqual(expected);
  });

  it('has tags, anchors and comments with their places', () => {
    const yaml = read('é: !reference &x [a] # é\n# end');
    const list =
      yaml.documents[0]?.root.kind === 'mapping' && yaml.documents[0].root.pairs[0]?.value;
    expect(list).toMatchObject({ tag: { text: '!reference' }, anchor: { text: 'x' } });
    const ranges = list === false || list === undefined ? [] : [list.tag, list.anchor];
    expect(ranges.map((word) => word && textOf(yaml.bytes, word.range))).toEqual([
      '!reference',
      '&x',
    ]);
    expect(yaml.comments.map(({ range }) => textOf(yaml.bytes, range))).toEqual(['# é', '# end']);
    expect(yaml.placeOf(yaml.comments[0]?.range.start ?? 0)).toEqual({ line: 1, column: 22 });
  });

  it.each([
    ['in quotes', 'a: "x # y"', []],
    ['without a space', 'a: x#y', []],
    ['in a literal', 'a: |\n  # x\n', []],
    ['behind a bracket', '[a] # x', ['# x']],
    ['behind an anchor', '- &a#b c # d', ['# d']],
    ['between documents', 'a\n# b\n--- # c\nd', ['# b', '# c']],
    ['at the start', '#a\n#b\nc', ['#a', '#b']],
    ['before a folded scalar', 'a: # x\n  > # y\n  z # z\n', ['# x', '# y']],
  ])('finds comments: %s', (_, text, expected) => {
    expect(read(text).comments.map((comment) => comment.text)).toEqual(expected);
  });
});

describe('aliases', () => {
  it('names all aliases of an anchor, and an anchor given twice', () => {
    const { documents } = read('- &a x\n- *a\n- &a y\n- *a\n- *a');
    const root = documents[0]?.root;
    expect(valueOf(root)).toEqual(['x', 'x', 'y', 'y', 'y']);
    const counts = [...(documents[0]?.aliases ?? [])].map(([node, all]) => [
      valueOf(node),
      all.length,
    ]);
    expect(counts).toEqual([
      ['x', 1],
      ['y', 2],
    ]);
  });

  it.each([
    ['an unknown anchor', 'a: *x', 'there is no anchor "x" before its alias'],
    ['an anchor of another document', '&x a\n---\n*x\n', 'there is no anchor "x" before its alias'],
    ['an anchor behind', '- *x\n- &x a', 'there is no anchor "x" before its alias'],
    ['a cycle', '&x [a, *x]', 'the anchor "x" contains its own alias'],
    ['a cycle in a mapping', 'a: &x {b: {c: *x}}', 'the anchor "x" contains its own alias'],
  ])('refuses %s', (_, text, message) => {
    const yaml = read(text);
    expect(yaml.problems.map((problem) => problem.message)).toEqual([message]);
    expect(yaml.documents.length).toBeGreaterThan(0);
  });

  it('stops at aliases that describe too much', () => {
    const lists = 'b c d e f g h i j k l m n o p';
    let text = 'a: &a [x, x, x, x, x, x, x, x, x, x]\n';
    for (const [at, name] of lists.split(' ').entries()) {
      const before = at === 0 ? 'a' : (lists.split(' ')[at - 1] ?? '');
      text += `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]\n`;
    }
    const { problems } = read(text);
    expect(problems).toMatchObject([{ id: 'count', line: 7 }]);
  });
});

describe('problems', () => {
  it.each([
    ['a duplicate key', 'a: 1\nb: 2\n"a": 3', ['duplicate-key 3:1 key "a" is given twice']],
    [
      'a duplicate key by an alias',
      '&k a: 1\n*k : 2',
      ['duplicate-key 2:1 key "a" is given twice'],
    ],
    ['broken YAML', 'a: 1\n b: 2', ['syntax 2:3 invalid YAML: bad indentation of a mapping entry']],
    [
      'bytes of another encoding',
      Uint8Array.of(0x61, 0x0a, 0xe9, 0x0a),
      ['encoding 2:1 the file is not UTF-8'],
    ],
    ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x61, 0), ['encoding 1:1 the file is not UTF-8']],
    [
      'a line break of YAML 1.1',
      'a: b # c\u2028d: e',
      ['line-break 1:9 the character U+2028 ends a line in YAML 1.1, but not in YAML 1.2'],
    ],
    [
      'a line break of YAML 1.1 in a value',
      'a: b\u0085c',
      ['line-break 1:5 the character U+0085 ends a line in YAML 1.1, but not in YAML 1.2'],
    ],
    [
      'a key that a tag computes',
      '!!binary aW1hZ2U=: x',
      ['key-tag 1:1 the tag !!binary computes a key'],
    ],
    ['a NUL byte', 'a: \0', ['syntax 1:4 invalid YAML: null byte is not allowed in input']],
  ])('%s', (_, text, expected) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const problems = readPlacedYaml(bytes).problems.map(
      ({ id, line, column, message }) => `${id} ${line}:${column} ${message}`,
    );
    expect(problems).toEqual(expected);
  });

  it.each([
    ['quoted line breaks of YAML 1.1', '"a\u2028b"'],
    ['byte order marks of documents', '\uFEFFa: b\n...\n\uFEFF---\nc: d'],
    ['merge keys', 'a: &a {b: c}\nd: {<<: *a, <<: *a}'],
    ['a tagged key', '!!str a: b'],
    ['an empty file', ''],
    ['only comments', '# a\n---\n# b\n'],
    ['the same key in two mappings', 'a: {b: c}\nd: {b: c}'],
  ])('has none for %s', (_, text) => {
    expect(read(text).problems).toEqual([]);
  });

  it.each([
    ['the first', '[\n--- \na: b\n---\nc: d', [[['a', 'b']], [['c', 'd']]]],
    ['one in the middle', 'a: b\n---\n- [\n---\nc: d', [[['a', 'b']], [['c', 'd']]]],
    ['the last', 'a: b\n---\nc: d\n---\n"', [[['a', 'b']], [['c', 'd']]]],
    ['several', '"\n---\n{{ x }}: [\n---\nc: d\n---\n e: f\n g', [[['c', 'd']]]],
    ['one behind a text that looks like a separator', 'a: |\n  ---\n---\n[', [[['a', '---\n']]]],
  ])('reads the other documents if %s is broken', (_, text, expected) => {
    const yaml = read(text);
    expect(yaml.documents.map(({ root }) => valueOf(root))).toEqual(expected);
    expect(yaml.problems.length).toBeGreaterThan(0);
  });

  it.each([
    ['lists in flow style', '['.repeat(10_000) + ']'.repeat(10_000), 'depth'],
    ['mappings', Array.from({ length: 10_000 }, () => '? ').join(''), 'depth'],
    ['brackets without an end', '['.repeat(4_000_000), 'depth'],
    ['more bytes than allowed', ' '.repeat(50_000_000), 'size'],
    ['broken documents', '---\n[\n'.repeat(40_000), 'syntax'],
    ['more values than allowed', '- a\n'.repeat(1_100), 'count'],
    ['more comments than allowed', '#\n'.repeat(500_000), 'count'],
  ])('is bounded: %s', (_, text, id) => {
    const { problems } = readPlacedYaml(Buffer.from(text), { ...YAML_LIMITS, maxNodes: 1000 });
    expect(new Set(problems.map((problem) => problem.id))).toEqual(new Set([id]));
    expect(problems.length).toBeLessThan(30);
  });

  it('never throws on random bytes', () => {
    const unit = fc.constantFrom(
      ...Array.from('ab:-?[]{},#&*!|>\'"%@\n\r\t \\x0\u2028é😀'),
      '---\n',
      '\n  ',
      ': ',
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const yaml = read(text);
        for (const node of yaml.documents.flatMap(({ root }) => nodesOf(root))) {
          expect(node.range.start).toBeLessThanOrEqual(node.range.end);
          if (node.kind === 'scalar') expect(textOf(yaml.bytes, node.range)).toBe(node.source);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('compared with the yaml package', () => {
  it('reads the same values at the same places', () => {
    fc.assert(
      fc.property(yamlText, (text) => {
        const yaml = read(text);
        const oracle = (readByOracle(text) ?? []).flatMap(scalarsOf);
        const ours = scalarsIn(yaml);
        const written = ours.filter((node) => !node.isAbsent);
        expect(yaml.problems.filter(({ id }) => id !== 'line-break')).toEqual([]);
        expect(ours.map(({ value }) => value)).toEqual(oracle.map((node) => node.value ?? ''));
        expect(written.map(({ source }) => source.trimEnd())).toEqual(
          oracle.filter(isWritten).map((node) => sourceIn(text, node).trimEnd()),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('reads spliced files as the original with other values', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.string({ unit: 'grapheme', maxLength: 12 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(yamlText, edits, (text, wanted) => {
        const yaml = read(text);
        const before = readByOracle(text) ?? [];
        const oracle = before.flatMap(scalarsOf);
        const ours = scalarsIn(yaml);
        fc.pre(ours.length > 0);
        const changed = new Map<number, string>();
        for (const [at, value] of wanted) {
          const index = at % ours.length;
          if (!keysOf(before).has(oracle[index])) changed.set(index, value);
        }
        const spliced = splice(
          yaml.bytes,
          [...changed].map(([index, value]) => {
            const scalar = ours[index] as YamlScalar;
            return { range: scalar.range, text: writeScalar(scalar, value) };
          }),
        );
        for (const [index, value] of changed) (oracle[index] ?? new Scalar('')).value = value;
        const after = readByOracle(new TextDecoder('utf-8', { ignoreBOM: true }).decode(spliced));
        expect(after?.map((document) => document.toJS() as unknown)).toEqual(
          before.map((document) => document.toJS() as unknown),
        );
      }),
      { numRuns: 200 },
    );
  });
});

function isWritten(node: Scalar): boolean {
  return node.range !== undefined && node.range !== null && node.range[0] < node.range[1];
}

function sourceIn(text: string, node: Scalar): string {
  return text.replace(/^\uFEFF/u, '').slice(node.range?.[0], node.range?.[1]);
}

function keysOf(documents: NonNullable<ReturnType<typeof readByOracle>>): Set<unknown> {
  const keys = new Set<unknown>();
  for (const document of documents) {
    visit(document, {
      Pair: (_, { key }) => {
        if (isScalar(key)) keys.add(key);
      },
    });
  }
  return keys;
}
