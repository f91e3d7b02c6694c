/** File names of Windows, which are compared without regard to case. */

/**
 * Returns whether a path ends in a text, which is in lower case, in any case of letters. Most paths
 * differ in the first letter.
 */
export function endsWithIgnoreCase(path: string, text: string): boolean {
  const start = path.length - text.length;
  if (start < 0 || path.charCodeAt(start) !== text.charCodeAt(0)) return false;
  return path.endsWith(text) || path.slice(start).toLowerCase() === text;
}

/** Returns an extension in every mixture of lower and upper case: eight forms of `.dll`. */
export function caseVariantsOf(extension: string): readonly string[] {
  let cases = [''];
  for (const letter of extension) {
    const both = new Set([letter, letter.toUpperCase()]);
    cases = cases.flatMap((start) => [...both].map((one) => start + one));
  }
  return cases;
}
