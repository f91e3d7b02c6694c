/** Texts that neighboring findings share. */

/** Keys remembered at once; what is made of others is made again. */
const MAX_REMEMBERED = 2000;

/** Returns a function that makes a value once for each of the keys that it met last. */
export function memoizeBounded<Key extends object, Made>(
  make: (key: Key) => Made,
): (key: Key) => Made {
  const known = new Map<Key, Made>();
  return (key) => {
    let made = known.get(key);
    if (made === undefined) {
      if (known.size >= MAX_REMEMBERED) known.clear();
      made = make(key);
      known.set(key, made);
    }
    return made;
  };
}
