/** Members of requests in JavaScript, and the kinds of harm that they cannot do. */

import { bitsOf } from '../value/kinds.ts';

/** Members of requests that are untrusted. */
export const REQUEST_MEMBERS =
  'query body params headers cookies signedCookies originalUrl url path hostname file files rawBody rawHeaders subdomains protocol fields payload';

/** Members of requests that are texts, or have texts alone. */
const TEXTS: ReadonlySet<string> = new Set(
  'params headers header originalUrl url path hostname rawHeaders protocol querystring href search host'.split(
    ' ',
  ),
);
/** Kinds that texts are harmless to. */
export const NO_OBJECT = bitsOf('nosql', 'fields');
/** Members that a link on another site does not choose, so that it leads nobody away. */
const OWN_SITE: ReadonlySet<string> = new Set(
  'headers header cookies signedCookies hostname host subdomains protocol rawHeaders href'.split(
    ' ',
  ),
);

/** Returns bits of the kinds of sinks that a member of a request is harmless to. */
export function clearsOf(name: string): number {
  // An uploaded file is an object, which answers contain as JSON.
  const isFile = name === 'file' || name === 'files';
  return (
    (TEXTS.has(name) ? NO_OBJECT : 0) |
    (OWN_SITE.has(name) ? bitsOf('redirect') : 0) |
    (isFile ? bitsOf('html') : 0)
  );
}
