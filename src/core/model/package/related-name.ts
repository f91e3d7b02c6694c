/** Whether two names of packages may be about one project. */

const PARTS = /[a-z]+\d*|\d+/g;
/** Shorter parts of names meet by chance. */
const MIN_PART_LENGTH = 3;
/** `libssl` has a part of its own behind its prefix. */
const LIBRARY = /^lib(?=.{3})/;
/** Parts of names that name a language or a kind of package, and no project. */
const COMMON_PARTS: ReadonlySet<string> = new Set(
  'lib common core dev doc data utils tools bin java node python python2 python3 golang'.split(' '),
);

/**
 * Returns whether a part of one name begins as a part of the other, as in `log4j-core` and
 * `apache-log4j2`.
 */
export function haveCommonPart(a: string, b: string): boolean {
  if (a === b) return true;
  const parts = partsOf(b);
  return partsOf(a).some((one) =>
    parts.some((other) => one.startsWith(other) || other.startsWith(one)),
  );
}

function partsOf(name: string): readonly string[] {
  const parts = name.toLowerCase().match(PARTS) ?? [];
  return parts
    .map((part) => part.replace(LIBRARY, ''))
    .filter((part) => part.length >= MIN_PART_LENGTH && !COMMON_PARTS.has(part));
}
