/**
 * Claims of Fulcio's certificates.
 *
 * Source: sigstore/fulcio, `docs/oid-info.md`: extensions 1.3.6.1.4.1.57264.1.N, UTF-8 strings in
 * DER from number 8 on.
 */

/** The last number of each claim's object identifier, by the name that trust files use. */
export const CLAIMS = {
  'build-signer-uri': 9,
  'build-signer-digest': 10,
  'runner-environment': 11,
  'source-repository-uri': 12,
  'source-repository-digest': 13,
  'source-repository-ref': 14,
  'source-repository-identifier': 15,
  'source-repository-owner-uri': 16,
  'source-repository-owner-identifier': 17,
  'build-config-uri': 18,
  'build-config-digest': 19,
  'build-trigger': 20,
  'run-invocation-uri': 21,
  'source-repository-visibility': 22,
} as const;

/** Name of a claim. */
export type ClaimName = keyof typeof CLAIMS;

/** All names. */
export const CLAIM_NAMES = Object.keys(CLAIMS) as readonly ClaimName[];
