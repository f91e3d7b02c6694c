/** The edits between two contents of a file, for a diff that shows single lines. */

import type { ByteEdit } from '../../format/byte-range.ts';

/** Returns the edits that turn the old content into the new one: one for each changed line if none was added or removed. */
export function lineEdits(old: Uint8Array, fresh: Uint8Array): readonly ByteEdit[] {
  const [before, after] = [linesOf(old), linesOf(fresh)];
  if (before.length !== after.length) {
    return [{ range: { start: 0, end: old.length }, text: fresh }];
  }
  return before.flatMap(({ start, end }, index) => {
    const line = after[index];
    if (line === undefined) return [];
    const text = fresh.subarray(line.start, line.end);
    const isSame = Buffer.compare(old.subarray(start, end), text) === 0;
    return isSame ? [] : [{ range: { start, end }, text }];
  });
}

function linesOf(bytes: Uint8Array): readonly { readonly start: number; readonly end: number }[] {
  const lines: { readonly start: number; readonly end: number }[] = [];
  for (let start = 0; start < bytes.length;) {
    const at = bytes.indexOf(0x0a, start);
    const end = at < 0 ? bytes.length : at + 1;
    lines.push({ start, end });
    start = end;
  }
  return lines;
}
