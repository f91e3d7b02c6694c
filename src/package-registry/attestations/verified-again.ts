/** Verification of a document that may have been replaced at its registry since it was stored. */

import type { SideDocuments, SideRequest } from '../side-documents.ts';
import type { AttestationCheck } from './verify-statement.ts';

/** What was fetched just now is not fetched again. */
const FRESH_MS = 60_000;

/**
 * Verifies a document. If a stored one is wrong, its registry is asked once for another one: a
 * damaged answer must not hide a version for good. `asked`: the document, if it is on its way.
 */
export async function verifiedAgain(
  asked: Promise<Uint8Array | undefined> | undefined,
  request: SideRequest,
  side: SideDocuments,
  verify: (bytes: Uint8Array | undefined) => Promise<AttestationCheck>,
): Promise<AttestationCheck> {
  const bytes = await (asked ?? side.get(request));
  const check = await verify(bytes);
  if (check.state !== 'wrong' || bytes === undefined) return check;
  const other = await side.get({ ...request, freshMs: FRESH_MS });
  const isSame = other !== undefined && Buffer.from(bytes).equals(other);
  const last = isSame ? check : await verify(other);
  // Its registry could take it back after its removal. A full disk makes it no less wrong.
  if (last.state === 'wrong') await side.keep(request).catch(() => undefined);
  return last;
}
