/**
 * Annotations of the layers in `.sig` and `.att` tags.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md` and `specs/ATTESTATION_SPEC.md`.
 */
export const COSIGN_ANNOTATIONS = {
  /** The signature of the layer in base64; empty for an envelope, which contains its signatures. */
  signature: 'dev.cosignproject.cosign/signature',
  /** The certificate of the signer as PEM. */
  certificate: 'dev.sigstore.cosign/certificate',
  /** The certificates of its authorities as PEM. */
  chain: 'dev.sigstore.cosign/chain',
  /** The entry of a transparency log: a `RekorBundle` as JSON. */
  logEntry: 'dev.sigstore.cosign/bundle',
  /** A timestamp: an `RFC3161Timestamp` as JSON. */
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
  /** The predicate type of an attestation. */
  predicateType: 'predicateType',
} as const;
