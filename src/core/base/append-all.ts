/**
 * Lists of any length: what a call takes as `...list` lies on the stack, which has no room for a
 * hundred thousand.
 */

/** Adds all of `more` to the end. */
export function appendAll<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}

/** Returns the largest number, or `atLeast` where none is larger. */
export function largest(numbers: Iterable<number>, atLeast: number): number {
  let found = atLeast;
  for (const number of numbers) if (number > found) found = number;
  return found;
}
