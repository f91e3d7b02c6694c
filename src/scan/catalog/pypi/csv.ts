/**
 * Rows of comma-separated values, as Python's `csv` module writes them.
 *
 * Source: RFC 4180; Python packaging specifications, "Recording installed projects": the default
 * dialect, so a field with a comma, a quotation mark or a line feed stands in quotation marks, and
 * one inside it is doubled. Nothing is refused: an open quotation ends with the text.
 */

const QUOTE = '"';

/** Yields the rows that are not empty, each with its 1-based line. */
export function* csvRows(text: string): Generator<{ fields: readonly string[]; line: number }> {
  let line = 1;
  for (let at = 0; at < text.length;) {
    const row = readRow(text, at);
    const startLine = line;
    line += 1 + row.extraLines;
    at = row.end + 1;
    if (row.fields.length > 1 || row.fields[0] !== '')
      yield { fields: row.fields, line: startLine };
  }
}

function readRow(
  text: string,
  start: number,
): { readonly fields: readonly string[]; readonly end: number; readonly extraLines: number } {
  const lineFeed = text.indexOf('\n', start);
  const end = lineFeed === -1 ? text.length : lineFeed;
  const plain = text.slice(start, text.charAt(end - 1) === '\r' ? end - 1 : end);
  if (!plain.includes(QUOTE)) return { fields: plain.split(','), end, extraLines: 0 };
  const fields: string[] = [];
  let extraLines = 0;
  let at = start;
  for (;;) {
    const field = text.charAt(at) === QUOTE ? quoted(text, at) : unquoted(text, at);
    fields.push(field.value);
    extraLines += field.extraLines;
    at = field.end;
    if (text.charAt(at) !== ',') return { fields, end: at, extraLines };
    at += 1;
  }
}

interface Field {
  readonly value: string;
  /** Offset of the comma, the line feed or the end of the text behind it. */
  readonly end: number;
  readonly extraLines: number;
}

function unquoted(text: string, start: number): Field {
  let end = start;
  while (end < text.length && text.charAt(end) !== ',' && text.charAt(end) !== '\n') end += 1;
  return { value: text.slice(start, end).replace(/\r$/, ''), end, extraLines: 0 };
}

function quoted(text: string, start: number): Field {
  let value = '';
  let at = start + 1;
  for (;;) {
    const close = text.indexOf(QUOTE, at);
    const isOpen = close === -1;
    value += text.slice(at, isOpen ? text.length : close);
    if (!isOpen && text.charAt(close + 1) === QUOTE) {
      value += QUOTE;
      at = close + 2;
      continue;
    }
    const rest = unquoted(text, isOpen ? text.length : close + 1);
    return { value: value + rest.value, end: rest.end, extraLines: value.split('\n').length - 1 };
  }
}
