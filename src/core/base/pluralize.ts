/** Counts as people say them. */

/** Returns `1 finding`, `2 findings`; `many` if the plural is no `s` behind the word. */
export function pluralize(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
