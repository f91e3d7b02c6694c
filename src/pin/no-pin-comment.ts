/** The comment that exempts a reference: `# assay: no-pin REASON`. */

const NO_PIN = /^#[ \t]*assay:[ \t]*no-pin(?=[ \t]|$)[ \t]*(?<reason>.*?)[ \t]*$/u;

/** Returns the reason that a comment gives; empty if it gives none, `undefined` if it exempts nothing. */
export function noPinReason(comment: string): string | undefined {
  return NO_PIN.exec(comment)?.groups?.['reason'];
}
