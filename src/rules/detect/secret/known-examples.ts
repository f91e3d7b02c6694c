/**
 * Values that documentation uses as examples, by the beginning of their SHA-256, so that none of
 * them stands here.
 *
 * Sources: RFC 6749, sections 2.3.1, 4.1.4 and 4.2.2; RFC 6750, section 2.1; RFC 7519, section 3.1;
 * RFC 7617, section 2; Stripe, "API keys"; jwt.io.
 */

import { createHash } from 'node:crypto';

const DIGEST_LENGTH = 16;
const EXAMPLES: ReadonlySet<string> = new Set([
  'ca7459e2b26776de',
  'ed8462e1cfbe0f3a',
  'e9974c507d2a8021',
  '53f5da0aaa93d64c',
  '6c96130f130ab0d6',
  '00cf4c781dc37003',
  'ad71fb4165536675',
  'a35b81a7d7927b70',
  'b8e148545b13c78b',
  'cf4d418ed3de92d7',
  '687da00b09c83361',
  '2cafc0970149a84f',
  'f2d6ca16515033e5',
  'b1471f544ceeea31',
  '78314b11be2e5815',
]);

/** Returns whether a value is an example of documentation. */
export function isKnownExample(value: Uint8Array): boolean {
  const digest = createHash('sha256').update(value).digest('hex');
  return EXAMPLES.has(digest.slice(0, DIGEST_LENGTH));
}
