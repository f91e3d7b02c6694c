/** The text of scripts that name their dependencies. */

/** Returns the 1-based line of a place. */
export function lineNumberAt(text: string, place: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < place; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}
