/**
 * Edits of workflows that keep every other byte: pairs that are added to mappings, in the style,
 * the indentation and with the line breaks of the place. An edit is offered only where the result
 * is known to be what is meant.
 */

import { textOf, type ByteRange } from '../../../../formats/bytes/byte-range.ts';
import type {
  PlacedYaml,
  YamlMapping,
  YamlNode,
  YamlPair,
} from '../../../../formats/text/yaml/yaml-node.ts';
import { canBePlain } from '../../../../formats/text/yaml/yaml-write.ts';

/** A change of some bytes. */
export interface Edit {
  readonly range: ByteRange;
  readonly text: string;
}

/** A pair to be added: its value is a text, or pairs of texts below it. */
export interface NewPair {
  readonly key: string;
  readonly value: string | readonly (readonly [key: string, value: string])[];
}

/**
 * Adds a pair in front of one of a mapping. `undefined` where no line of the file shows the
 * indentation.
 */
export function pairBefore(
  yaml: PlacedYaml,
  mapping: YamlMapping,
  pair: YamlPair | undefined,
  added: NewPair,
): Edit | undefined {
  if (pair === undefined) return undefined;
  const start = startOf(pair.key);
  if (mapping.isFlow) {
    return { range: { start, end: start }, text: `${flowText(added)}, ` };
  }
  const indent = indentAt(yaml, start);
  if (indent === undefined) return undefined;
  const end = lineBreak(yaml, start);
  return { range: { start, end: start }, text: `${blockText(added, indent, end)}${end}${indent}` };
}

/** Adds a pair behind one of a mapping whose value is on the line of its key. */
export function pairBehind(
  yaml: PlacedYaml,
  mapping: YamlMapping,
  pair: YamlPair,
  added: NewPair,
): Edit | undefined {
  const { key, value } = pair;
  if (mapping.isFlow) {
    const { end } = value.range;
    return { range: { start: end, end }, text: `, ${flowText(added)}` };
  }
  const indent = indentAt(yaml, startOf(key));
  const rest = restOfLine(yaml, value.range.end);
  const isOneLine = yaml.placeOf(key.range.start).line === yaml.placeOf(value.range.end).line;
  if (indent === undefined || rest === undefined || !isOneLine) return undefined;
  const end = lineBreak(yaml, key.range.start);
  const at = value.range.end + rest;
  return { range: { start: at, end: at }, text: `${end}${indent}${blockText(added, indent, end)}` };
}

/** Returns the text that stands for pairs below a key, as the value of the key. */
export function valueText(
  yaml: PlacedYaml,
  { key, value }: YamlPair,
  {
    isInFlow,
    pairs,
  }: { readonly isInFlow: boolean; readonly pairs: readonly (readonly [string, string])[] },
): Edit | undefined {
  if (isInFlow) return { range: value.range, text: `{${pairs.map(flowPair).join(', ')}}` };
  const indent = indentAt(yaml, startOf(key));
  if (indent === undefined) return undefined;
  const end = lineBreak(yaml, key.range.start);
  const lines = pairs.map(([name, text]) => `${end}${indent}  ${name}: ${scalarText(text, false)}`);
  // White space behind the colon would stay at the end of the line.
  const before = textOf(yaml.bytes, { start: key.range.end, end: value.range.start });
  const start = value.range.start - (before.length - before.trimEnd().length);
  return { range: { start, end: value.range.end }, text: lines.join('') };
}

/** The begin of a node with its anchor and tag. */
function startOf({ range, anchor, tag }: YamlNode): number {
  return Math.min(range.start, anchor?.range.start ?? range.start, tag?.range.start ?? range.start);
}

/**
 * Returns the white space in front of keys of a block mapping, one of which begins at an offset;
 * dashes count as spaces.
 */
function indentAt(yaml: PlacedYaml, offset: number): string | undefined {
  const { column } = yaml.placeOf(offset);
  const before = textOf(yaml.bytes, { start: offset - (column - 1), end: offset });
  if (!/^[ -]*$/u.test(before) || /-(?! )/u.test(before)) return undefined;
  return ' '.repeat(before.length);
}

/** The number of bytes up to the end of the line, if only a comment is in them. */
function restOfLine({ bytes }: PlacedYaml, offset: number): number | undefined {
  const found = bytes.indexOf(0x0a, offset);
  const end = found < 0 ? bytes.length : found;
  const text = textOf(bytes, { start: offset, end });
  if (!/^[ \t]*(?:[ \t]#.*)?\r?$/u.test(text)) return undefined;
  return end - offset - (text.endsWith('\r') ? 1 : 0);
}

/** Returns the break that ends the line of an offset, or the first one of the file. */
function lineBreak({ bytes }: PlacedYaml, offset: number): string {
  const found = bytes.indexOf(0x0a, offset);
  const at = found < 0 ? bytes.indexOf(0x0a) : found;
  return at > 0 && bytes[at - 1] === 0x0d ? '\r\n' : '\n';
}

function blockText({ key, value }: NewPair, indent: string, end: string): string {
  if (typeof value === 'string') return `${key}: ${scalarText(value, false)}`;
  const lines = value.map(([name, text]) => `${end}${indent}  ${name}: ${scalarText(text, false)}`);
  return `${key}:${lines.join('')}`;
}

function flowText({ key, value }: NewPair): string {
  if (typeof value === 'string') return flowPair([key, value]);
  return `${key}: {${value.map(flowPair).join(', ')}}`;
}

function flowPair([key, value]: readonly [string, string]): string {
  return `${key}: ${scalarText(value, true)}`;
}

/** Values such as `false` and `7` are written as they are. */
function scalarText(value: string, isInFlow: boolean): string {
  if (/^(?:\w+|\{\})$/u.test(value) || canBePlain(value, isInFlow)) return value;
  return `'${value.replaceAll("'", "''")}'`;
}
