/**
 * Short names of predicate types.
 *
 * Source: cosign, `cosign attest --help` (`--type`); in-toto/attestation, `spec/predicates`; SLSA
 * 1.0, "VSA".
 */

import { didYouMean } from '../../core/base/did-you-mean.ts';

/** Predicate types by the short names that flags and trust files use. */
export const ATTESTATION_TYPES = {
  vuln: 'https://cosign.sigstore.dev/attestation/vuln/v1',
  vulns: 'https://in-toto.io/attestation/vulns/v0.2',
  cyclonedx: 'https://cyclonedx.org/bom',
  spdx: 'https://spdx.dev/Document',
  spdxjson: 'https://spdx.dev/Document',
  openvex: 'https://openvex.dev/ns',
  slsaprovenance: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance02: 'https://slsa.dev/provenance/v0.2',
  slsaprovenance1: 'https://slsa.dev/provenance/v1',
  custom: 'https://cosign.sigstore.dev/attestation/v1',
  verdict: 'https://slsa.dev/verification_summary/v1',
} as const;

/**
 * Predicate types of OpenVEX documents: the usual one, and the context of its version, which Docker
 * Scout writes.
 */
export const OPENVEX_TYPES = [
  ATTESTATION_TYPES.openvex,
  `${ATTESTATION_TYPES.openvex}/v0.2.0`,
] as const;

/** Short names of predicate types. */
export const ATTESTATION_TYPE_NAMES = Object.keys(
  ATTESTATION_TYPES,
) as readonly (keyof typeof ATTESTATION_TYPES)[];

const URI = /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+(?:\/\S*)?$/u;

/** Returns the predicate type of a short name or a URI; `undefined` for other texts. */
export function predicateTypeOf(text: string): string | undefined {
  const name = ATTESTATION_TYPE_NAMES.find((one) => one === text);
  if (name !== undefined) return ATTESTATION_TYPES[name];
  return URI.test(text) ? text : undefined;
}

/** Returns the way out for a text that is no type. */
export function typeHint(text: string): string {
  const near = didYouMean(text, ATTESTATION_TYPE_NAMES);
  const guess = near === undefined ? '' : `Did you mean "${near}"? `;
  return `${guess}Possible: ${ATTESTATION_TYPE_NAMES.join(', ')}, or a URI.`;
}
