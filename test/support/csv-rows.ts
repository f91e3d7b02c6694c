/** CSV as Python's `csv` reads it. */

import { spawnSync } from 'node:child_process';

const SCRIPT = `
import csv, io, json, sys
csv.field_size_limit(1 << 24)
json.dump([[row for row in csv.reader(io.StringIO(text, newline=""), strict=True)] for text in json.load(sys.stdin)], sys.stdout)
`;

/** Returns the rows of each text. */
export function csvRows(texts: readonly string[]): readonly (readonly (readonly string[])[])[] {
  const { stdout, stderr, status } = spawnSync('python3', ['-IS', '-c', SCRIPT], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[][][];
}

/**
 * Returns the cells of each row by column, without the apostrophe that keeps a cell from being a
 * formula.
 */
export function csvCells(
  rows: readonly (readonly string[])[],
): readonly Readonly<Record<string, string>>[] {
  const [head = [], ...others] = rows;
  return others.map((row) => {
    if (row.length !== head.length) throw new Error(`a row of ${row.length} cells`);
    return Object.fromEntries(head.map((name, at) => [name, (row[at] ?? '').replace(/^'/u, '')]));
  });
}
