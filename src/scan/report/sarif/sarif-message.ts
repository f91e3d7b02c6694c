/**
 * Returns foreign text for a message of SARIF, where `[text](target)` is a link (section 3.11.6): a
 * blank keeps it from being one.
 */
export function messageText(text: string): string {
  return text.includes('](') ? text.replaceAll('](', '] (') : text;
}
