/**
 * Lines of the tables of a `Manifest.toml`, which tools write one below the other. Source: TOML
 * 1.0.0, "Array of Tables".
 */

import { appendTo } from '../../../core/base/maps.ts';

const HEADER = /^\s*\[\[(?:deps\.)?"?(?<name>[^\]"\s.]{1,300})"?\]\]/;

/**
 * Returns, for each name, the 1-based lines of its headers, `[[deps.Name]]` or `[[Name]]`, in
 * order.
 */
export function packageHeaderLines(text: string): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  for (const [index, line] of text.split('\n').entries()) {
    const name = HEADER.exec(line)?.groups?.['name'];
    if (name === undefined) continue;
    appendTo(lines, name, index + 1);
  }
  return lines;
}
