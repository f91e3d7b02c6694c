/**
 * Ways through the nodes of a YAML file: aliases, keys, merge keys, and comments beside a value.
 */

import { appendAll } from '../../../core/base/append-all.ts';
import type { ByteRange } from '../../bytes/byte-range.ts';
import type {
  PlacedYaml,
  YamlAlias,
  YamlComment,
  YamlMapping,
  YamlNode,
  YamlPair,
  YamlScalar,
} from './yaml-node.ts';

/**
 * Returns the node that an alias refers to, and any other node itself; `undefined` for an alias
 * that refers to nothing.
 */
export function resolveAlias(node: YamlNode): Exclude<YamlNode, YamlAlias> | undefined {
  return node.kind === 'alias' ? node.target : node;
}

/** Yields each mapping below a node, itself included, once. Aliases are followed. */
export function* mappingsIn(root: YamlNode): Generator<YamlMapping> {
  const visited = new Set<YamlNode>();
  const open: YamlNode[] = [root];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = resolveAlias(next);
    if (node === undefined || visited.has(node)) continue;
    visited.add(node);
    if (node.kind === 'sequence') appendAll(open, node.items);
    if (node.kind !== 'mapping') continue;
    yield node;
    for (const { value } of node.pairs) open.push(value);
  }
}

/** Returns the scalar that a node is or refers to. */
export function asScalar(node: YamlNode | undefined): YamlScalar | undefined {
  const target = node && resolveAlias(node);
  return target?.kind === 'scalar' ? target : undefined;
}

/** Returns the mapping that a node is or refers to. */
export function asMapping(node: YamlNode | undefined): YamlMapping | undefined {
  const target = node && resolveAlias(node);
  return target?.kind === 'mapping' ? target : undefined;
}

/** Returns the items of a sequence that a node is or refers to; none for other nodes. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  const target = node && resolveAlias(node);
  return target?.kind === 'sequence' ? target.items : [];
}

/** Returns the pairs of a mapping that a node is or refers to; none for other nodes. */
export function pairsOf(node: YamlNode | undefined): readonly YamlPair[] {
  return asMapping(node)?.pairs ?? [];
}

/** Returns the text of a key; `undefined` if the key is not a scalar. */
export function keyOf(pair: YamlPair): string | undefined {
  return asScalar(pair.key)?.value;
}

/** Returns the pairs with a key: several if the key is given more than once. */
export function pairsWithKey(node: YamlNode | undefined, key: string): readonly YamlPair[] {
  return pairsOf(node).filter((pair) => keyOf(pair) === key);
}

/** Returns the first value with a key. */
export function valueOf(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return pairsOf(node).find((pair) => keyOf(pair) === key)?.value;
}

/** Returns the text of the first value with a key, if it is a scalar. */
export function textAt(node: YamlNode | undefined, key: string): string | undefined {
  return asScalar(valueOf(node, key))?.value;
}

/**
 * Returns a function that lists the pairs of a mapping with those of its merge keys (`<<`): the
 * mapping's own pairs first, then those of the mappings merged that have a new key. Results are
 * cached: the cost of all mappings of a document is bounded by the number of values that the reader
 * allows.
 *
 * Source: Merge Key Language-Independent Type for YAML 1.1.
 */
export function mergeReader(): (node: YamlNode | undefined) => readonly YamlPair[] {
  const cache = new Map<YamlMapping, readonly YamlPair[]>();
  const read = (node: YamlNode | undefined): readonly YamlPair[] => {
    const mapping = asMapping(node);
    if (mapping === undefined) return [];
    const cached = cache.get(mapping);
    if (cached !== undefined) return cached;
    const merged = mergedPairs(mapping, read);
    cache.set(mapping, merged);
    return merged;
  };
  return read;
}

function mergedPairs(
  mapping: YamlMapping,
  read: (node: YamlNode) => readonly YamlPair[],
): readonly YamlPair[] {
  const own = mapping.pairs.filter((pair) => !isMergeKey(pair.key));
  if (own.length === mapping.pairs.length) return own;
  const keys = new Set(own.map(keyOf));
  const merged = [...own];
  for (const { key, value } of mapping.pairs) {
    if (!isMergeKey(key)) continue;
    const sources = asMapping(value) === undefined ? itemsOf(value) : [value];
    for (const source of sources) {
      const added = read(source).filter((pair) => !keys.has(keyOf(pair)));
      for (const pair of added) {
        merged.push(pair);
        keys.add(keyOf(pair));
      }
    }
  }
  return merged;
}

function isMergeKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.style === 'plain' && key.value === '<<';
}

/** The place where a comment about a value is, or can be written. */
export interface CommentPlace {
  /** From the `#` to the end of the line; empty at the place where a comment can be added. */
  readonly range: ByteRange;
  /** With the `#`; empty if there is no comment. */
  readonly text: string;
  /** Whether white space must stand in front of a new comment. */
  readonly needsSpace: boolean;
}

const [LINE_FEED, CARRIAGE_RETURN] = [0x0a, 0x0d];
const HASH = 0x23;
/**
 * Characters that can stand between a value and the end of its line: white space, and the syntax of
 * flow collections.
 */
const CLOSING = new Set(Buffer.from(' \t,]}'));

/**
 * Returns the place for a comment behind a scalar on its last line; of a block scalar, on the line
 * of its header. `undefined` if other values follow on the line.
 */
export function commentPlaceOf(yaml: PlacedYaml, scalar: YamlScalar): CommentPlace | undefined {
  const { bytes } = yaml;
  let at = scalar.range.end;
  if (scalar.block !== undefined) {
    at = scalar.range.start;
    while (isInLine(bytes, at) && ![0x20, 0x09].includes(bytes[at] ?? 0)) at += 1;
  }
  let end = at;
  while (isInLine(bytes, at) && CLOSING.has(bytes[at] ?? 0)) {
    at += 1;
    if (![0x20, 0x09].includes(bytes[at - 1] ?? 0)) end = at;
  }
  if (!isInLine(bytes, at)) return { range: { start: end, end }, text: '', needsSpace: true };
  if (bytes[at] !== HASH || at === end) return undefined;
  const comment = commentAt(yaml.comments, at);
  return comment && { range: comment.range, text: comment.text, needsSpace: false };
}

/**
 * Returns the comments that concern a value: the one at the end of its last line, whatever stands
 * between, and the one that fills the line above.
 */
export function commentsBeside(yaml: PlacedYaml, scalar: YamlScalar): readonly YamlComment[] {
  const last = scalar.block === undefined ? scalar.range.end : scalar.range.start;
  const beside = commentAt(yaml.comments, endOfLine(yaml.bytes, last), last);
  const start = startOfLine(yaml.bytes, scalar.range.start);
  const above = start === 0 ? undefined : commentAbove(yaml, start);
  return [beside, above].filter((comment) => comment !== undefined);
}

function commentAbove(yaml: PlacedYaml, lineStart: number): YamlComment | undefined {
  const start = startOfLine(yaml.bytes, lineStart - 1);
  const comment = commentAt(yaml.comments, lineStart - 1, start);
  if (comment === undefined) return undefined;
  const lead = yaml.bytes.subarray(start, comment.range.start);
  return lead.every((byte) => byte === 0x20 || byte === 0x09) ? comment : undefined;
}

/**
 * Returns the last comment that begins at or before an offset, but not before `from`. By binary
 * search.
 */
function commentAt(
  comments: readonly YamlComment[],
  offset: number,
  from = offset,
): YamlComment | undefined {
  let low = 0;
  let high = comments.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((comments[middle]?.range.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = comments[low - 1];
  return found !== undefined && found.range.start >= from ? found : undefined;
}

function isInLine(bytes: Uint8Array, at: number): boolean {
  return at < bytes.length && bytes[at] !== LINE_FEED && bytes[at] !== CARRIAGE_RETURN;
}

function endOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isInLine(bytes, at)) at += 1;
  return at;
}

/**
 * Returns the offset of the first byte of the line that contains `from`. A line break belongs to
 * the line it ends.
 */
function startOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at > 0 && bytes[at - 1] !== LINE_FEED) at -= 1;
  return at;
}
