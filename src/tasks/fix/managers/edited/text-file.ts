/** A manifest as a text that can be written back byte by byte. */

import { Buffer } from 'node:buffer';

import { AssayError } from '../../../../core/base/errors.ts';
import type { TextRange } from '../../../../formats/text/xml/xml-places.ts';
import type { ProjectFile } from '../../project-files.ts';

/** A manifest, its text, and the way back to bytes. */
export interface TextFile extends ProjectFile {
  readonly text: string;
  /** Returns the bytes of a text in the encoding of the file, with its byte order mark. */
  readonly encode: (text: string) => Uint8Array;
}

/** A change of a text: the range gets another content. An empty range inserts. */
export interface TextChange {
  readonly path: string;
  readonly range: TextRange;
  readonly text: string;
}

/**
 * Returns a file of UTF-8; `undefined` if its bytes are not UTF-8, so that a text could not be
 * written back.
 */
export function utf8File(file: ProjectFile): TextFile | undefined {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes);
  const encode = (some: string): Uint8Array => Buffer.from(some);
  return Buffer.compare(encode(text), file.bytes) === 0 ? { ...file, text, encode } : undefined;
}

/**
 * Returns the text with all changes. Changes that are equal count once.
 *
 * @throws AssayError `USAGE` if two changes overlap
 */
export function changedText(text: string, changes: readonly TextChange[]): string {
  const unique = new Map(
    changes.map((change) => [`${change.range.start} ${change.range.end} ${change.text}`, change]),
  );
  let result = '';
  let at = 0;
  for (const { path, range, text: fresh } of [...unique.values()].sort(
    (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
  )) {
    if (range.start < at) {
      throw new AssayError('USAGE', `two steps would edit one place of "${path}"`);
    }
    result += text.slice(at, range.start) + fresh;
    at = range.end;
  }
  return result + text.slice(at);
}

/**
 * Returns the range with the white space that belongs to it: the rest of its line if nothing else
 * is on it.
 */
export function lineRange(text: string, { start, end }: TextRange): TextRange {
  const lead = /(?:^|\n)(?<space>[ \t]*)$/u.exec(text.slice(Math.max(0, start - 200), start));
  const tail = /^[ \t]*(?:\r?\n|$)/u.exec(text.slice(end, end + 200));
  if (lead === null || tail === null) return { start, end };
  return { start: start - (lead.groups?.['space'] ?? '').length, end: end + tail[0].length };
}
