/** Lists of any length: what a call takes as `...list` lies on the stack, which has no room for a hundred thousand. */

/** Adds all of `more` to the end. */
export function appendAll<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}

/** Items made of others; many of them are made anew whenever they are asked for, and are not held. */
export function madeOf<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Made,
  isMany: boolean,
): Iterable<Made> {
  if (!isMany) return items.map(make);
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}

/** The largest number, or `atLeast` where none is larger. */
export function largest(numbers: Iterable<number>, atLeast: number): number {
  let found = atLeast;
  for (const number of numbers) if (number > found) found = number;
  return found;
}
