/**
 * What a text that a tool writes never holds, and what readers of lines pass over: a page of HTML that was saved in its
 * place, and the marks that git leaves where it could not merge.
 *
 * Source: the HTML standard, "The DOCTYPE" (whitespace and comments may stand before it); git-merge(1), "How conflicts are
 * presented": lines of seven `<`, `=` and `>`, the first and last with a name behind a space. Written rules: a page that is
 * named as one, or a text for people with the marks in it, is what it says it is.
 */

/** What a file holds that is not of its format, for people, and where. */
export interface ForeignText {
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

/** The first such thing in the body of a file; `undefined` for almost all. */
export function findForeignText(path: string, bytes: Uint8Array): ForeignText | undefined {
  if (FOR_PEOPLE.test(path)) return undefined;
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const head = new TextDecoder().decode(body.subarray(0, HEAD_BYTES));
  if (PAGE.test(head)) return { reason: 'a page of HTML', line: 1 };
  const at = markAt(body, OURS, 0);
  if (at < 0) return undefined;
  const between = markAt(body, BETWEEN, at);
  if (between < 0 || markAt(body, THEIRS, between) < 0) return undefined;
  return { reason: 'marks of a merge that git could not finish', line: lineAt(body, at) };
}

/** Where a line begins with the mark and ends, or goes on behind a space; -1 for nowhere. */
function markAt(body: Buffer, mark: string, from: number): number {
  for (let at = body.indexOf(mark, from); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    const isStart = at === 0 || body[at - 1] === LINE_FEED;
    const behind = body.toString('latin1', at + mark.length, at + mark.length + 1);
    if (isStart && /^[ \r\n]?$/.test(behind)) return at;
  }
  return -1;
}

function lineAt(body: Buffer, end: number): number {
  let line = 1;
  for (
    let at = body.indexOf(LINE_FEED);
    at >= 0 && at < end;
    at = body.indexOf(LINE_FEED, at + 1)
  ) {
    line += 1;
  }
  return line;
}
