/**
 * Property files of Java, as Maven leaves them in archives.
 *
 * Source: Java SE, `java.util.Properties.load`: comments with `#` and `!`; a key ends at `=`, `:`
 * or white space; a backslash at the end continues the line, elsewhere it escapes. Any text is
 * readable.
 */

const COMMENT = /^[#!]/;
const ESCAPE = /\\(?:u(?<hex>[0-9a-fA-F]{4})|(?<letter>[^]))/g;
const LETTERS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['f', '\f'],
]);

/**
 * Reads properties; of equal keys the last one counts. The bytes are read as UTF-8, which includes
 * the ASCII of real files.
 */
export function readProperties(bytes: Uint8Array): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  let pending = '';
  for (const raw of new TextDecoder().decode(bytes).split(/\r\n|\r|\n/)) {
    const line = raw.trimStart();
    if (pending === '' && (line === '' || COMMENT.test(line))) continue;
    const text = pending + line;
    pending = '';
    if (isContinued(text)) {
      pending = text.slice(0, -1);
      continue;
    }
    setProperty(properties, text);
  }
  if (pending !== '') setProperty(properties, pending);
  return properties;
}

/** Returns whether a line is continued: it has an odd number of backslashes at the end. */
function isContinued(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

function setProperty(properties: Map<string, string>, line: string): void {
  const end = endOfKey(line);
  const rest = line.slice(end).trimStart();
  const value = rest.startsWith('=') || rest.startsWith(':') ? rest.slice(1).trimStart() : rest;
  properties.set(unescape(line.slice(0, end)), unescape(value).trimEnd());
}

function endOfKey(line: string): number {
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '\\') at += 1;
    else if ('=: \t\f'.includes(character)) return at;
  }
  return line.length;
}

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_match, hex: string | undefined, letter: string | undefined) =>
    hex === undefined
      ? (LETTERS.get(letter ?? '') ?? letter ?? '')
      : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
