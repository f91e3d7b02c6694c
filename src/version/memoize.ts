/** A small memory of parsed versions: advisories name the same few versions again and again. */

/** Enough for the versions of one image and the advisories on them; about 2 MB when full. */
const MAX_ENTRIES = 8192;
/** Real versions are shorter; longer text is parsed each time instead of being held. */
const MAX_LENGTH = 128;

/** Remembers what a pure reader of short texts answered. */
export function memoize<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const hit = known.get(text);
    if (hit !== undefined) return hit.value;
    const value = read(text);
    if (text.length > MAX_LENGTH) return value;
    if (known.size >= MAX_ENTRIES) known.clear();
    known.set(text, { value });
    return value;
  };
}
