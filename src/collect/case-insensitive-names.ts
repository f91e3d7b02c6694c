/** Names of files of Windows, where the case of a letter means nothing. */

/** Whether a path ends in a text of small letters, whatever the case of its own. Most paths differ in the first letter. */
export function endsWithIgnoreCase(path: string, text: string): boolean {
  const start = path.length - text.length;
  if (start < 0 || path.charCodeAt(start) !== text.charCodeAt(0)) return false;
  return path.endsWith(text) || path.slice(start).toLowerCase() === text;
}

/** An extension in every mixture of small and capital letters: eight of `.dll`. */
export function caseVariantsOf(extension: string): readonly string[] {
  let cases = [''];
  for (const letter of extension) {
    const both = new Set([letter, letter.toUpperCase()]);
    cases = cases.flatMap((start) => [...both].map((one) => start + one));
  }
  return cases;
}
