/** References and weaknesses of an advisory, as far as other programs take them. */

import type { Advisory } from '../../../core/model/advisory/advisory.ts';

/**
 * Characters of RFC 3986; other programs refuse the whole report for a reference that is not an
 * address.
 */
const WEB = /^https?:\/\/[!#$&-;=?-Z_a-z~]{1,1000}$/;
const CWE = /^CWE-(?<number>[1-9]\d{0,6})$/;

/** Returns the references that are addresses of the web. */
export function webLinks({ references }: Pick<Advisory, 'references'>): readonly string[] {
  return references.filter((link) => WEB.test(link));
}

/** Returns an address of the web as it is; `undefined` for anything else. */
export function webLink(text: string): string | undefined {
  return WEB.test(text) ? text : undefined;
}

/** Returns the number of `CWE-79`; `undefined` for what is not an id of a weakness. */
export function weaknessNumber(cwe: string): string | undefined {
  return CWE.exec(cwe)?.groups?.['number'];
}
