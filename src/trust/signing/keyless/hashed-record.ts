/**
 * The entry of Rekor v1 about a signature over a content, as it is proposed and as it is stored.
 *
 * Source: sigstore/rekor, `pkg/types/hashedrekord` (0.0.1). The keys are in the order of RFC 8785,
 * in which Rekor stores entries, and no text in it needs escapes.
 */

import { createHash } from 'node:crypto';

import type { JsonObject } from '../../../formats/text/json/json.ts';
import { writePem } from '../pem.ts';

/** Kind and version of these entries. */
export const HASHED_RECORD = { kind: 'hashedrekord', apiVersion: '0.0.1' } as const;

/** A signature, and the certificate of its signer in DER. */
export interface CertifiedSignature {
  readonly signature: Uint8Array;
  readonly certificate: Uint8Array;
}

/** Returns the entry. */
export function hashedRecord(
  content: Uint8Array,
  { signature, certificate }: CertifiedSignature,
): JsonObject {
  const { kind, apiVersion } = HASHED_RECORD;
  const value = createHash('sha256').update(content).digest('hex');
  const spec = {
    data: { hash: { algorithm: 'sha256', value } },
    signature: {
      content: base64(signature),
      publicKey: { content: base64(Buffer.from(writePem('CERTIFICATE', certificate))) },
    },
  };
  return { apiVersion, kind, spec };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
