/** A cache of parsed versions: advisories name the same few versions again and again. */

/** Enough for the versions of one image and the advisories on them; about 2 MB when full. */
const MAX_ENTRIES = 8192;
/** Real versions are shorter. Longer text is parsed each time. */
const MAX_LENGTH = 128;

/** Returns `read` with a bounded cache of its results for short texts. */
export function cacheParsed<T>(read: (text: string) => T): (text: string) => T {
  const cache = new Map<string, { readonly value: T }>();
  return (text) => {
    const cached = cache.get(text);
    if (cached !== undefined) return cached.value;
    const value = read(text);
    if (text.length > MAX_LENGTH) return value;
    if (cache.size >= MAX_ENTRIES) cache.clear();
    cache.set(text, { value });
    return value;
  };
}
