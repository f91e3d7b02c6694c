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

/** Bounds of a cache of texts, in UTF-16 code units. */
interface TextBounds {
  /** Longer texts are not cached. */
  readonly maxLength: number;
  /** Sum over all cached texts; beyond it the cache is emptied. */
  readonly maxTotal: number;
}

/**
 * Returns `compute` with a cache of its results by text. Texts are copied before they are cached:
 * a part that was cut out of a file would otherwise keep the whole file in memory. Results that
 * `isCached` refuses are computed each time.
 */
export function cacheTextResults<Result>(
  compute: (text: string) => Result,
  { maxLength, maxTotal }: TextBounds,
  isCached: (result: Result) => boolean = () => true,
): (text: string) => Result {
  const cache = new Map<string, { readonly result: Result }>();
  let total = 0;
  return (text) => {
    if (text.length > maxLength) return compute(text);
    const cached = cache.get(text);
    if (cached !== undefined) return cached.result;
    const copy = Buffer.from(text, 'utf16le').toString('utf16le');
    const result = compute(copy);
    if (!isCached(result)) return result;
    total += copy.length;
    if (total > maxTotal) {
      cache.clear();
      total = copy.length;
    }
    cache.set(copy, { result });
    return result;
  };
}
