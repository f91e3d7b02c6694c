/** Texts as single words of shell scripts. */

/** Returns a text in single quotes, for shells of the POSIX family. */
export function quotedForPosix(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Returns a text in single quotes, for fish, which has escapes within them. */
export function quotedForFish(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
