const AT_ONCE = 8;

/** Maps some at a time, and returns the results in their order. */
export async function inTurns<From, To>(
  all: readonly From[],
  map: (one: From) => Promise<To>,
): Promise<readonly To[]> {
  const mapped: To[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    mapped.push(...(await Promise.all(all.slice(at, at + AT_ONCE).map(map))));
  }
  return mapped;
}
