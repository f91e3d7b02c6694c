/** Patterns of calls in Python, whose arguments can be passed by their places or by their names. */

import type { SinkData } from '../../../../flow/rules.ts';

type More = Omit<SinkData, 'pattern'>;

/**
 * Returns sinks for the first argument of functions. A row is the name of a function, with the
 * names of the argument behind `|`, as in `os.popen|cmd`. Rows are separated by spaces.
 */
export function first(rows: string, more: More = {}): readonly SinkData[] {
  return sinks(rows, '', more);
}

/** Returns sinks for the second argument of functions. The rows are those of `first`. */
export function second(rows: string, more: More = {}): readonly SinkData[] {
  return sinks(rows, '$FIRST, ', more);
}

/**
 * Returns sinks for an argument that is passed by its name alone. The rows are those of `first`.
 */
export function named(rows: string, more: More = {}): readonly SinkData[] {
  return split(rows).flatMap(([name, ...keys]) =>
    keys.map((key) => ({ pattern: `${name}(..., ${key}=$SINK)`, ...more })),
  );
}

/** Returns the names of all functions of a module. */
export function each(module: string, names: string): string {
  return names
    .split(' ')
    .map((name) => `${module}.${name}`)
    .join(' ');
}

function sinks(rows: string, before: string, more: More): readonly SinkData[] {
  return [
    ...split(rows).map(([name]) => ({ pattern: `${name}(${before}$SINK, ...)`, ...more })),
    ...named(rows, more),
  ];
}

function split(rows: string): readonly (readonly [string, ...string[]])[] {
  return rows
    .trim()
    .split(/\s+/u)
    .map((row) => {
      const [name = '', ...keys] = row.split('|');
      return [name, ...keys];
    });
}
