/**
 * The new content of a file. All edits are spliced into the bytes, the result is read by the same
 * finders, and every reference is compared: the edited ones have their new values, all others have
 * the old ones. Otherwise nothing is written.
 */

import { splice, type ByteEdit } from '../../formats/bytes/byte-range.ts';
import { isWritten } from './outcome.ts';
import type { ReadFile } from './read-references.ts';
import { rangeKey, type Subject } from './subject.ts';

/** The new content of a file, or why there is none. */
export type FileEdit =
  | { readonly ok: true; readonly content: Uint8Array }
  | { readonly ok: false; readonly message: string };

/** Makes the new content of a file from its references with the states `pin` and `update`. */
export function editFile(file: ReadFile, subjects: readonly Subject[]): FileEdit {
  const edits = new Map<string, ByteEdit>();
  const add = (key: string, edit: ByteEdit): boolean => {
    const known = edits.get(key);
    edits.set(key, edit);
    return known === undefined || known.text === edit.text;
  };
  for (const { found, row } of subjects) {
    if (!isWritten(row) || row.pinned === undefined) continue;
    const { range } = found.edit;
    const isSame = add(rangeKey(found), { range, text: found.edit.write(row.pinned) });
    const { comment } = found;
    const isCommentSame =
      comment === undefined ||
      row.version === undefined ||
      add(`#${comment.range.start}-${comment.range.end}`, {
        range: comment.range,
        text: comment.write(row.version),
      });
    if (!isSame || !isCommentSame) {
      return { ok: false, message: `line ${row.line}: one value would need two digests` };
    }
  }
  try {
    const list = [...edits.values()];
    const content = splice(file.bytes, list);
    const message = differenceOf(subjects, file.readAgain(content));
    if (message !== undefined) return { ok: false, message };
    return { ok: true, content };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, message: `its edits do not fit each other: ${error.message}` };
  }
}

/** Returns the reason why the new content does not read as intended; `undefined` if it does. */
function differenceOf(
  subjects: readonly Subject[],
  after: ReturnType<ReadFile['readAgain']>,
): string | undefined {
  if (after.length !== subjects.length) {
    return `with its edits it would have ${after.length} references instead of ${subjects.length}`;
  }
  for (const [index, { found, row }] of subjects.entries()) {
    const expected = isWritten(row) ? (row.pinned ?? found.value) : found.value;
    const read = after[index];
    if (read?.kind !== found.kind || read.value !== expected) {
      const value = read?.value ?? '';
      return `line ${row.line}: "${expected}" would be read as "${value}" after the edit`;
    }
  }
  return undefined;
}
