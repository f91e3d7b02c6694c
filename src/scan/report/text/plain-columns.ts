/** Plain aligned columns for lists of the command line; reports have their own tables. */

import { largest } from '../../../core/base/append-all.ts';
import { stripControl } from '../../../core/base/strip-control.ts';

/**
 * Returns the lines of left-aligned columns, two spaces apart; numbers are right-aligned. The first
 * row is the head.
 */
export function formatColumns(rows: readonly (readonly (string | number)[])[]): string {
  const texts = rows.map((row) => row.map((cell) => stripControl(String(cell))));
  const widths = (texts[0] ?? []).map((_head, column) =>
    largest(
      texts.map((row) => row[column]?.length ?? 0),
      0,
    ),
  );
  const lines = texts.map((row, index) => {
    const cells = row.map((text, column) => {
      const isNumber = typeof (rows[index] ?? [])[column] === 'number';
      const width = widths[column] ?? 0;
      return isNumber ? text.padStart(width) : text.padEnd(width);
    });
    return cells.join('  ').trimEnd();
  });
  return lines.map((line) => `${line}\n`).join('');
}
