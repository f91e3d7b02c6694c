/**
 * Places of parts of a scalar's value in the file, as of one word of a script. The value is decoded
 * a second time, with the position of each character; a result that differs from the value of the
 * parser is not used.
 *
 * Source: YAML 1.2.2, sections 7.3 (flow scalars), 8.1 (block scalars) and 6.5 (line folding).
 */

import type { ByteRange } from '../../bytes/byte-range.ts';
import { byteOffsetsOf } from '../../bytes/utf8-offsets.ts';
import type { BlockLayout, YamlScalar } from './yaml-node.ts';

/** Finds the bytes of a part of a value. */
export interface ScalarParts {
  /**
   * Returns the range of a part from its offsets in the value, which count UTF-16 units.
   * `undefined` if the file does not have the same characters there, because an escape, a quote or
   * a folded line is in the part.
   */
  rangeOf(start: number, end: number): ByteRange | undefined;
}

/**
 * Returns the range of a part of a value. A part that {@link ScalarParts.rangeOf} does not find, as
 * one over several lines, reaches from its first character to its last; the range is that of the
 * whole scalar if these are not found either.
 */
export function rangeInScalar(
  scalar: YamlScalar,
  parts: ScalarParts,
  { start, end }: ByteRange,
): ByteRange {
  const range = parts.rangeOf(start, end);
  if (range !== undefined) return range;
  const [first, last] = [parts.rangeOf(start, start + 1), parts.rangeOf(end - 1, end)];
  return first === undefined || last === undefined
    ? scalar.range
    : { start: first.start, end: last.end };
}

/** Returns the places of the parts of a scalar. The scalar is decoded when a place is asked for. */
export function partsOf(scalar: YamlScalar): ScalarParts {
  let parts = KNOWN.get(scalar);
  if (parts === undefined) {
    let decoded: ScalarParts | undefined;
    parts = { rangeOf: (start, end) => (decoded ??= decodedParts(scalar)).rangeOf(start, end) };
    KNOWN.set(scalar, parts);
  }
  return parts;
}

/** Several checks look for places in the same scalar. */
const KNOWN = new WeakMap<YamlScalar, ScalarParts>();

function decodedParts(scalar: YamlScalar): ScalarParts {
  const { source, value } = scalar;
  if (source === value && scalar.style === 'plain') return verbatimParts(scalar);
  const decoded = scalar.block === undefined ? flowText(scalar) : blockText(scalar, scalar.block);
  if (decoded.text !== value) return { rangeOf: () => undefined };
  const { positions } = decoded;
  let byteOffsetOf: ((offset: number) => number) | undefined;
  return {
    rangeOf: (start, end) => {
      const first = positions[start];
      const last = positions[end - 1];
      if (first === undefined || last === undefined || end <= start) return undefined;
      if (source.slice(first, last + 1) !== value.slice(start, end)) return undefined;
      byteOffsetOf ??= byteOffsetsOf(source, Buffer.byteLength(source));
      const begin = scalar.range.start + byteOffsetOf(first);
      return { start: begin, end: begin + Buffer.byteLength(value.slice(start, end)) };
    },
  };
}

/** Returns the parts of a scalar that is written as it is read, most often a word in one line. */
function verbatimParts({ source, range }: YamlScalar): ScalarParts {
  const byteOffsetOf = byteOffsetsOf(source, range.end - range.start);
  return {
    rangeOf: (start, end) =>
      start < 0 || end <= start || end > source.length
        ? undefined
        : { start: range.start + byteOffsetOf(start), end: range.start + byteOffsetOf(end) },
  };
}

/**
 * A text with the position of each of its units in the source. Units behind the expected length
 * have no position: a longer text is not used.
 */
class PlacedText {
  text = '';
  readonly positions: Uint32Array;
  #length = 0;

  constructor(expectedLength: number) {
    this.positions = new Uint32Array(expectedLength);
  }

  /** Adds units that all come from one position. */
  add(text: string, position: number): void {
    this.text += text;
    this.positions.fill(position, this.#length, this.#length + text.length);
    this.#length += text.length;
  }

  /** Adds a piece of the source. */
  copy(source: string, start: number, end: number): void {
    this.text += source.slice(start, end);
    for (let at = start; at < end; at += 1) this.positions[this.#length + at - start] = at;
    this.#length += end - start;
  }
}

const BREAK = /\r\n|\n|\r/gu;
const WHITE = /^[ \t]*/u;

/** Yields the lines with the positions of their content, without line breaks. */
function* linesOf(source: string, from: number): Generator<{ start: number; end: number }> {
  let start = from;
  for (const found of source.matchAll(BREAK)) {
    if (found.index < from) continue;
    yield { start, end: found.index };
    start = found.index + found[0].length;
  }
  yield { start, end: source.length };
}

function blockText({ source, style, value }: YamlScalar, block: BlockLayout): PlacedText {
  const result = new PlacedText(value.length);
  const indent = Math.max(block.indent, 0);
  let empty = 0;
  let hasContent = false;
  let isMoreIndented = false;
  const lines = [...linesOf(source, block.header.length)];
  if (lines.at(-1)?.start === source.length) lines.pop();
  for (const { start, end } of lines) {
    const line = source.slice(start, end);
    if (block.indent < 0 || line.length <= indent) {
      empty += 1;
      continue;
    }
    const isSpaced = /^[ \t]/u.test(line.slice(indent));
    const position = Math.max(start - 1, 0);
    if (style === 'literal' || isSpaced || isMoreIndented) {
      const breaks = style === 'literal' || isSpaced ? (hasContent ? 1 : 0) + empty : empty + 1;
      result.add('\n'.repeat(breaks), position);
      isMoreIndented = style === 'folded' && isSpaced;
    } else if (empty > 0) result.add('\n'.repeat(empty), position);
    else if (hasContent) result.add(' ', position);
    result.copy(source, start + indent, end);
    hasContent = true;
    empty = 0;
  }
  const end = Math.max(source.length - 1, 0);
  if (block.chomping === 'keep') result.add('\n'.repeat((hasContent ? 1 : 0) + empty), end);
  else if (block.chomping === 'clip' && hasContent) result.add('\n', end);
  return result;
}

function flowText({ source, style, value }: YamlScalar): PlacedText {
  const result = new PlacedText(value.length);
  const quote = style === 'plain' ? 0 : 1;
  const last = source.length - quote;
  let breaks = 0;
  let isJoined = true;
  for (const { start, end } of linesOf(source.slice(0, last), quote)) {
    const isFirst = start === quote;
    const isLast = end === last;
    const lead = isFirst ? 0 : (WHITE.exec(source.slice(start, end))?.[0].length ?? 0);
    const content = start + lead;
    const isEmpty = content >= end && !isFirst && !isLast;
    if (!isFirst) breaks += 1;
    if (isEmpty) continue;
    if (!isFirst) {
      if (!isJoined)
        result.add(breaks === 1 ? ' ' : '\n'.repeat(breaks - 1), Math.max(start - 1, 0));
      else result.add('\n'.repeat(Math.max(breaks - 1, 0)), Math.max(start - 1, 0));
      breaks = 0;
    }
    isJoined = copyFlowLine(result, { source, style, start: content, end, isLast });
  }
  return result;
}

interface FlowLine {
  readonly source: string;
  readonly style: YamlScalar['style'];
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/**
 * Adds one line of a flow scalar. Returns whether a backslash at its end removes the line break.
 */
function copyFlowLine(
  result: PlacedText,
  { source, style, start, end, isLast }: FlowLine,
): boolean {
  let stop = end;
  const isEscapedBreak = style === 'double' && !isLast && endsWithEscape(source.slice(start, end));
  if (isEscapedBreak) stop = end - 1;
  else if (!isLast) while (stop > start && ' \t'.includes(source[stop - 1] ?? 'x')) stop -= 1;
  let at = start;
  while (at < stop) {
    if (style === 'single' && source[at] === "'") {
      result.add("'", at);
      at += 2;
    } else if (style === 'double' && source[at] === '\\') {
      const { text, length } = escapeAt(source, at);
      result.add(text, at);
      at += length;
    } else {
      result.copy(source, at, at + 1);
      at += 1;
    }
  }
  return isEscapedBreak;
}

function endsWithEscape(line: string): boolean {
  return (/\\+$/u.exec(line)?.[0].length ?? 0) % 2 === 1;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001B',
  N: '\u0085',
  _: '\u00A0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escapeAt(source: string, at: number): { readonly text: string; readonly length: number } {
  const sign = source[at + 1] ?? '';
  const digits = HEX_LENGTHS[sign];
  if (digits === undefined) return { text: ESCAPES[sign] ?? sign, length: 2 };
  const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16);
  const text = code <= 0x10ffff ? String.fromCodePoint(code) : '';
  return { text, length: 2 + digits };
}
