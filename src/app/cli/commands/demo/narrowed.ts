/** Lines of other commands as the demonstration shows them. */

import { wrap } from '../../../../scan/report/text/terminal-text.ts';

/** Columns of a terminal behind the indent. */
export const COLUMNS = 77;

/**
 * Returns lines behind the indent. The rule below a heading is cut, and what does not fit another
 * line goes on in a next one.
 */
export function narrowed(line: string): readonly string[] {
  if (/^=+$/u.test(line)) return [`   ${line.slice(0, COLUMNS)}`];
  if (line.length <= COLUMNS) return [`   ${line}`.trimEnd()];
  const blanks = /^ */u.exec(line)?.[0] ?? '';
  return wrap(line.trimStart(), COLUMNS - 2 - blanks.length).map(
    (part, index) => `   ${blanks}${index === 0 ? '' : '  '}${part.trim()}`,
  );
}
