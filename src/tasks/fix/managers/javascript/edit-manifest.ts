/**
 * Edits of requests in a `package.json`. Values are replaced, inserted and removed as bytes; the
 * indentation, the order of members and the line ends stay.
 *
 * Reads: `package.json`.
 */

import {
  splice,
  textOf,
  type ByteEdit,
  type ByteRange,
} from '../../../../formats/bytes/byte-range.ts';
import { jsonStrings, type JsonStringPlace } from '../../../../formats/text/json/json-strings.ts';
import { isJsonObject, readJson, type JsonValue } from '../../../../formats/text/json/json.ts';
import type { ManifestEdit } from '../../plan.ts';

/**
 * Returns the manifest with the edits. The sections of an edit may be a path, as in
 * `pnpm/overrides`.
 *
 * @throws RangeError if the result does not read as it was meant to
 */
export function editManifest(bytes: Uint8Array, edits: readonly ManifestEdit[]): Uint8Array {
  let edited = bytes;
  // Edits are few, and each one can move the places of the others.
  for (const edit of edits) {
    edited = splice(edited, [spliceOf(edited, edit)]);
    const now = valueAt(readJson(edit.manifest, edited), pathOf(edit));
    if (now !== edit.to)
      throw new RangeError(`"${edit.name}" of "${edit.manifest}" cannot be edited`);
  }
  return edited;
}

function pathOf({ section, name }: ManifestEdit): readonly string[] {
  return [...section.split('/'), name];
}

function valueAt(root: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

function spliceOf(bytes: Uint8Array, edit: ManifestEdit): ByteEdit {
  const path = pathOf(edit);
  const places = [...jsonStrings(bytes)];
  const value = places.findLast((place) => !place.isName && isAt(place, path));
  const name = places.findLast((place) => place.isName && isAt(place, path));
  if (edit.to === undefined) {
    if (name === undefined || value === undefined)
      throw new RangeError(`"${edit.name}" is not there`);
    return {
      range: memberRange(bytes, { start: name.range.start, end: value.range.end }),
      text: '',
    };
  }
  if (value !== undefined) return { range: value.range, text: JSON.stringify(edit.to) };
  return insertion(bytes, places, path, JSON.stringify(edit.to));
}

function isAt({ path }: JsonStringPlace, wanted: readonly string[]): boolean {
  return path.length === wanted.length && path.every((key, index) => key === wanted[index]);
}

/** Inserts a member, with the objects around it that are not there yet. */
function insertion(
  bytes: Uint8Array,
  places: readonly JsonStringPlace[],
  path: readonly string[],
  value: string,
): ByteEdit {
  let depth = path.length - 1;
  while (depth > 0 && !places.some((place) => place.isName && isAt(place, path.slice(0, depth)))) {
    depth -= 1;
  }
  const { unit, newline } = layoutOf(bytes, places);
  const open = openingOf(bytes, places, path.slice(0, depth));
  const members = places.filter(
    (place) =>
      place.isName &&
      place.path.length === depth + 1 &&
      isAt({ ...place, path: place.path.slice(0, depth) }, path.slice(0, depth)),
  );
  const indent = (levels: number): string => (unit === '' ? '' : newline + unit.repeat(levels));
  const space = unit === '' ? '' : ' ';
  let text = value;
  for (let level = path.length - 1; level > depth; level -= 1) {
    text = `{${indent(level + 1)}${JSON.stringify(path[level])}:${space}${text}${indent(level)}}`;
  }
  const member = `${JSON.stringify(path[depth])}:${space}${text}`;
  if (members.length === 0) {
    return { range: open, text: `{${indent(depth + 1)}${member}${indent(depth)}}` };
  }
  if (depth === 0) {
    const at = endOfLastMember(bytes);
    return { range: { start: at, end: at }, text: `,${indent(1)}${member}` };
  }
  // Inside the manifest a member comes first, because the end of an object is not known.
  const at = members[0]?.range.start ?? open.start + 1;
  return { range: { start: at, end: at }, text: `${member},${indent(depth + 1)}` };
}

/**
 * Returns the range of an empty object, from its opening to its closing brace; of others the
 * opening brace alone matters.
 */
function openingOf(
  bytes: Uint8Array,
  places: readonly JsonStringPlace[],
  path: readonly string[],
): ByteRange {
  const name = places.findLast((place) => place.isName && isAt(place, path));
  const start = bytes.indexOf(0x7b, name?.range.end ?? 0);
  return { start, end: bytes.indexOf(0x7d, start) + 1 };
}

/** The end of the last value of the whole text, before the closing brace. */
function endOfLastMember(bytes: Uint8Array): number {
  const close = bytes.lastIndexOf(0x7d);
  return Buffer.byteLength(textOf(bytes, { start: 0, end: close }).trimEnd());
}

interface Layout {
  /** The indentation of one level; empty for a text on one line. */
  readonly unit: string;
  readonly newline: string;
}

function layoutOf(bytes: Uint8Array, places: readonly JsonStringPlace[]): Layout {
  const first = places.find((place) => place.isName && place.path.length === 1);
  const before = textOf(bytes, { start: 0, end: first?.range.start ?? 0 });
  const groups = /(?<newline>\r?\n)(?<unit>[\t ]*)$/u.exec(before)?.groups;
  return { unit: groups?.['unit'] ?? '', newline: groups?.['newline'] ?? '\n' };
}

/** Returns the range of a member with the comma and the white space that belong to it. */
export function memberRange(bytes: Uint8Array, { start, end }: ByteRange): ByteRange {
  const behind = textOf(bytes, { start: end, end: bytes.length });
  const comma = /^\s*,\s*/u.exec(behind);
  if (comma !== null) return { start, end: end + Buffer.byteLength(comma[0]) };
  const before = textOf(bytes, { start: 0, end: start });
  const lead = /,?\s*$/u.exec(before)?.[0] ?? '';
  return { start: start - Buffer.byteLength(lead), end };
}
