/** The comment that exempts a reference: `# assay: no-pin REASON`. */

const NO_PIN = /^#[ \t]*assay:[ \t]*no-pin(?=[ \t]|$)[ \t]*(?<reason>.*?)[ \t]*$/u;

/**
 * Returns the reason that a comment gives; empty if it gives none that has a letter or digit,
 * `undefined` if it exempts nothing.
 */
export function noPinReason(comment: string): string | undefined {
  const reason = NO_PIN.exec(comment)?.groups?.['reason'];
  return reason === undefined || /[\p{L}\p{N}]/u.test(reason) ? reason : '';
}
