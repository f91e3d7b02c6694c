/** Text in `$'…'`. Source: the manual of bash, 3.1.2.4 (ANSI-C Quoting). */

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001B',
  E: '\u001B',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

const ESCAPE =
  /\\(?:x(?<hex>[0-9A-Fa-f]{1,2})|u(?<short>[0-9A-Fa-f]{1,4})|U(?<long>[0-9A-Fa-f]{1,8})|(?<octal>[0-7]{1,3})|c(?<control>[\s\S])|(?<other>[\s\S]))/gu;

/**
 * Returns the text between the quotes, without its escapes. Bytes above 127 become the characters
 * of those numbers.
 */
export function unescapeAnsiC(text: string): string {
  return text.replaceAll(ESCAPE, (...match: unknown[]) => {
    const { hex, short, long, octal, control, other } = match.at(-1) as Record<
      string,
      string | undefined
    >;
    const digits = hex ?? short ?? long;
    if (digits !== undefined) return characterOf(Number.parseInt(digits, 16));
    if (octal !== undefined) return characterOf(Number.parseInt(octal, 8) & 0xff);
    if (control !== undefined) return characterOf(control.charCodeAt(0) & 0x1f);
    return ESCAPES[other ?? ''] ?? `\\${other ?? ''}`;
  });
}

function characterOf(code: number): string {
  return code > 0x10_ff_ff ? '\uFFFD' : String.fromCodePoint(code);
}
