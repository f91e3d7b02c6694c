import { describe, expect, it } from 'vitest';

import { textOf } from '../../bytes/byte-range.ts';
import { readPlacedYaml } from './yaml-places.ts';
import {
  asScalar,
  commentPlaceOf,
  commentsBeside,
  keyOf,
  mergeReader,
  pairsWithKey,
  textAt,
  valueOf,
} from './yaml-walk.ts';
import type { PlacedYaml, YamlNode, YamlScalar } from './yaml-node.ts';

const read = (text: string): PlacedYaml => readPlacedYaml(new TextEncoder().encode(text));
const rootOf = (yaml: PlacedYaml): YamlNode | undefined => yaml.documents[0]?.root;

/** Returns the first scalar with the text `x`. */
function found(yaml: PlacedYaml): YamlScalar {
  const search = (node: YamlNode): YamlScalar | undefined => {
    if (node.kind === 'scalar') return node.value.trim() === 'x' ? node : undefined;
    if (node.kind === 'alias') return undefined;
    const children = node.kind === 'sequence' ? node.items : node.pairs.map(({ value }) => value);
    return children.map(search).find((scalar) => scalar !== undefined);
  };
  const root = rootOf(yaml);
  const scalar = root && search(root);
  if (scalar === undefined) throw new Error('no x');
  return scalar;
}

describe('the place of a comment', () => {
  it.each([
    ['nothing', 'a: x', '', 4],
    ['white space', 'a: x  \nb: y', '', 4],
    ['a comment', 'a: x  # c\r\nb: y', '# c', 6],
    ['quotes', 'a: "x" #c', '#c', 7],
    ['a literal', 'a: |- # c\n  x\n', '# c', 6],
    ['a literal without one', 'a: |-\n  x\nb: y', '', 5],
    ['a brace', '- {a: x} # c', '# c', 9],
    ['a brace without a comment', '- {b: y, a: x }', '', 15],
    ['a comma', '[\n  x, # c\n  y]', '# c', 7],
    ['a multi-byte text before', 'é: {a: x}', '', 10],
  ])('behind %s', (_, text, comment, start) => {
    const yaml = read(text);
    const place = commentPlaceOf(yaml, found(yaml));
    expect(place).toMatchObject({ text: comment, needsSpace: comment === '' });
    expect(place?.range.start).toBe(start);
    expect(place && textOf(yaml.bytes, place.range)).toBe(comment);
  });

  it.each([
    ['another item', '[x, y]'],
    ['another key', '{a: x, b: y}'],
    ['another key and a comment', '{a: x, b: y} # c'],
  ])('is none before %s', (_, text) => {
    const yaml = read(text);
    expect(commentPlaceOf(yaml, found(yaml))).toBeUndefined();
  });
});

describe('comments beside a value', () => {
  it.each([
    ['behind it', 'a: x # c', ['# c']],
    ['above it', '# b\na: x', ['# b']],
    ['both', '# b\r\na: x # c\r\n# d', ['# c', '# b']],
    ['behind other values', '{a: x, b: "# y"} # c', ['# c']],
    ['not a line further up', '# b\n\na: x', []],
    ['not behind another value', 'b: y # b\na: x', []],
    ['not in a text', 'a: x\nb: "\n  # c\n  "', []],
    ['of a literal', 'a: | # c\n  x\n# d', ['# c']],
  ])('%s', (_, text, expected) => {
    const yaml = read(text);
    expect(commentsBeside(yaml, found(yaml)).map((comment) => comment.text)).toEqual(expected);
  });
});

describe('keys', () => {
  it('finds values by key, through aliases, and keys that are given twice', () => {
    const root = rootOf(read('k: &k a\nm: &m {*k : 1, a: 2}\nn: *m'));
    expect(textAt(valueOf(root, 'n'), 'a')).toBe('1');
    expect(
      pairsWithKey(valueOf(root, 'm'), 'a').map(({ value }) => asScalar(value)?.value),
    ).toEqual(['1', '2']);
    expect(valueOf(root, '__proto__')).toBeUndefined();
  });

  it.each([
    ['one mapping', 'b: &b {x: 1, y: 2}\na: {<<: *b, x: 3}', { x: '3', y: '2' }],
    [
      'a list of mappings',
      'b: &b {x: 1}\nc: &c {x: 2, y: 3}\na: {<<: [*b, *c]}',
      { x: '1', y: '3' },
    ],
    [
      'a mapping that merges',
      'b: &b {x: 1}\nc: &c {<<: *b, y: 2}\na: {z: 3, <<: *c}',
      { z: '3', y: '2', x: '1' },
    ],
    ['two merge keys', 'b: &b {x: 1}\nc: &c {x: 2, y: 3}\na: {<<: *b, <<: *c}', { x: '1', y: '3' }],
    ['a quoted key', 'b: &b {x: 1}\na: {"<<": y}', { '<<': 'y' }],
    ['no mapping', 'a: {<<: y, x: 1}', { x: '1' }],
  ])('merges %s', (_, text, expected) => {
    const pairs = mergeReader()(valueOf(rootOf(read(text)), 'a'));
    expect(
      Object.fromEntries(pairs.map((pair) => [keyOf(pair), asScalar(pair.value)?.value])),
    ).toEqual(expected);
  });
});
