/**
 * Content that a file written by a tool never has, and that readers of lines skip: a page of HTML
 * that was saved in its place, and the marks that git leaves where it could not merge.
 *
 * Source: the HTML standard, "The DOCTYPE" (whitespace and comments may stand before it);
 * git-merge(1), "How conflicts are presented": lines of seven `<`, `=` and `>`, the first and last
 * with a name behind a space. Written rules: a file that is named as a page, or a text for people
 * with the marks in it, is accepted.
 */

import type { CatalogFile } from '../../core/model/catalog/catalog.ts';

/** Foreign content in a file, described for people, and its place. */
export interface NonLockfileContent {
  readonly reason: string;
  /** 1-based. */
  readonly line: number;
}

/** Comments before a DOCTYPE are a line or two. */
const HEAD_BYTES = 1024;
const PAGE =
  /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--(?:[^-]|-(?!->)){0,800}-->\s*){0,5}<(?:!doctype\s+html|html)\b/iu;
const FOR_PEOPLE = /\.(?:adoc|html?|md|rst)$/iu;
const OURS = '<<<<<<<';
const BETWEEN = '=======';
const THEIRS = '>>>>>>>';
const LINE_FEED = 0x0a;
/** A file that is not larger is looked at as its reader has it. */
const PIECE_BYTES = 8 * 1024 * 1024;
const MARK_BYTES = OURS.length + 2;

/**
 * Finds the first such thing in a file; `undefined` for almost all. Large files are looked through
 * piece by piece.
 */
export async function findNonLockfileContent(
  file: CatalogFile,
): Promise<NonLockfileContent | undefined> {
  const { path, sizeBytes } = file;
  if (FOR_PEOPLE.test(path)) return undefined;
  const marks = new MergeMarks();
  for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
    const isWhole = sizeBytes <= PIECE_BYTES;
    // The mark that begins at the end of a piece, with the line feed before it and the character
    // behind it.
    const start = Math.max(0, offset - MARK_BYTES);
    const bytes = isWhole
      ? await file.bytes()
      : await file.readAt(start, Math.min(PIECE_BYTES + offset - start, sizeBytes - start));
    const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (offset === 0 && PAGE.test(new TextDecoder().decode(body.subarray(0, HEAD_BYTES)))) {
      return { reason: 'a page of HTML', line: 1 };
    }
    const line = marks.push(body, { isFirst: offset === 0, overlapBytes: offset - start });
    if (line !== undefined) return { reason: 'marks of a merge that git could not finish', line };
  }
  return undefined;
}

/** Looks for the three marks of a merge, in their order. */
class MergeMarks {
  readonly #marks = [OURS, BETWEEN, THEIRS];
  #found = 0;
  #line = 1;
  #firstLine = 1;

  /**
   * Returns the line of the first mark once the last one is found. `overlapBytes` of the piece were
   * there before.
   */
  push(
    body: Buffer,
    { isFirst, overlapBytes }: { readonly isFirst: boolean; readonly overlapBytes: number },
  ): number | undefined {
    let from = 0;
    for (let mark = this.#marks[this.#found]; mark !== undefined; mark = this.#marks[this.#found]) {
      const at = markAt(body, mark, { from, isFirst });
      if (at < 0) break;
      if (this.#found === 0) this.#firstLine = this.#line + lineFeeds(body, overlapBytes, at);
      this.#found += 1;
      from = at + 1;
    }
    if (this.#found === this.#marks.length) return this.#firstLine;
    if (this.#found === 0 && body.length >= PIECE_BYTES) {
      this.#line += lineFeeds(body, overlapBytes, body.length);
    }
    return undefined;
  }
}

/**
 * Returns the offset of a line that begins with the mark and ends, or continues behind a space; -1
 * if there is none.
 */
function markAt(
  body: Buffer,
  mark: string,
  { from, isFirst }: { readonly from: number; readonly isFirst: boolean },
): number {
  for (let at = body.indexOf(mark, from); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    const isStart = at === 0 ? isFirst : body[at - 1] === LINE_FEED;
    const behind = body.toString('latin1', at + mark.length, at + mark.length + 1);
    if (isStart && /^[ \r\n]?$/.test(behind)) return at;
  }
  return -1;
}

function lineFeeds(body: Buffer, from: number, end: number): number {
  let count = 0;
  for (
    let at = body.indexOf(LINE_FEED, from);
    at >= 0 && at < end;
    at = body.indexOf(LINE_FEED, at + 1)
  ) {
    count += 1;
  }
  return count;
}
