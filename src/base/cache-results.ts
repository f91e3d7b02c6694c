/** A bounded cache in front of a pure function. */

/** Enough for the packages and advisories that neighboring findings of a report share. */
const DEFAULT_ENTRIES = 2000;

/**
 * Returns `compute` with a cache of its results by key. A cache with `maxEntries` results is
 * emptied before the next one is put. A result that is `undefined` is computed each time.
 */
export function cacheResults<Key, Result>(
  compute: (key: Key) => Result,
  maxEntries = DEFAULT_ENTRIES,
): (key: Key) => Result {
  const cache = new Map<Key, Result>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const result = compute(key);
    if (cache.size >= maxEntries) cache.clear();
    cache.set(key, result);
    return result;
  };
}
