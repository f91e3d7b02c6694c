/** The address of a mirror as it was written: a directory, a server address, or none. */

import { AssayError } from '../../../core/base/errors.ts';

/** The source of advisory data: a directory, a server, or the publishers. */
export type AdvisoryMirror =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'server'; readonly base: URL }
  | { readonly kind: 'public' };

const SERVER = /^https?:\/\//i;

/** Returns a folder, the address of a server, or none. @throws AssayError `USAGE` */
export function parseMirror(mirror: string | URL | undefined): AdvisoryMirror {
  if (mirror === undefined) return { kind: 'public' };
  const text = String(mirror);
  if (!SERVER.test(text)) return { kind: 'folder', folder: text };
  if (!URL.canParse(text)) throw new AssayError('USAGE', `"${text}" is not an address of a mirror`);
  const base = new URL(text);
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  return { kind: 'server', base };
}
