/**
 * Decides whether a certificate leads to one of some roots.
 *
 * Source: RFC 5280, sections 4.2 and 6.1. Each certificate of the chain is signed by the next with
 * SHA-2 or Ed25519, is valid at the instant, and, except the first, is one of an authority with a
 * permitted length of the path. A critical extension that is not checked here refuses a chain, and
 * name constraints do so always: older authorities mark them as not critical. A restricted use of
 * an authority's certificate restricts all certificates below it. Revocation lists are not read.
 */

import type { X509Certificate } from 'node:crypto';

import {
  certificateSignatureAlgorithm,
  readCertificateExtensions,
} from '../../formats/crypto/asn1/certificate-parts.ts';
import { readDer, readDerChildren, readObjectId } from '../../formats/crypto/asn1/der.ts';
import { kindOf } from '../../trust/signing/key-kind.ts';

/** A chain is built from what a signature brings, so its search is bounded. */
const MAX_DEPTH = 6;
const MAX_STEPS = 200;
const BASIC_CONSTRAINTS = '2.5.29.19';
/**
 * Key usage, subject names, basic constraints, extended key usage; policies restrict nothing
 * without a policy.
 */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  '2.5.29.15',
  '2.5.29.17',
  BASIC_CONSTRAINTS,
  '2.5.29.37',
  '2.5.29.32',
]);
const NAME_CONSTRAINTS = '2.5.29.30';
const PURPOSES = '2.5.29.37';
/** Protection of e-mail, signing of code, and any purpose. */
const ACCEPTED_PURPOSES: ReadonlySet<string> = new Set([
  '1.3.6.1.5.5.7.3.4',
  '1.3.6.1.5.5.7.3.3',
  '2.5.29.37.0',
]);
/** RSA, PSS and ECDSA with SHA-256, SHA-384 and SHA-512, and Ed25519. */
const ALGORITHMS =
  /^(?:1\.2\.840\.113549\.1\.1\.1[0-3]|1\.2\.840\.10045\.4\.3\.[2-4]|1\.3\.101\.112)$/u;

/** The certificates that a chain may use. */
export interface ChainMaterial {
  /** Certificates that came with the signature. */
  readonly others: readonly X509Certificate[];
  readonly roots: readonly X509Certificate[];
}

/**
 * Returns the chain from a certificate to a root, which is the last one; `undefined` if none leads
 * there. Periods are not checked: {@link chainPeriod} has them.
 */
export function findChain(
  leaf: X509Certificate,
  { others, roots }: ChainMaterial,
): readonly X509Certificate[] | undefined {
  let steps = 0;
  const extend = (chain: readonly X509Certificate[]): readonly X509Certificate[] | undefined => {
    const last = chain.at(-1);
    if (last === undefined || certificateProblem(last, chain.length - 1) !== undefined)
      return undefined;
    if (roots.some((root) => root.raw.equals(last.raw))) return chain;
    if (chain.length > MAX_DEPTH) return undefined;
    for (const issuer of [...roots, ...others]) {
      steps += 1;
      if (steps > MAX_STEPS) return undefined;
      if (chain.includes(issuer) || !isIssuedBy(last, issuer)) continue;
      const found = extend([...chain, issuer]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return extend([leaf]);
}

/**
 * Returns the period in which all certificates of a chain are valid, in milliseconds since the Unix
 * epoch.
 */
export function chainPeriod(chain: readonly X509Certificate[]): {
  readonly from: number;
  readonly until: number;
} {
  return {
    from: Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))),
    // The last second counts.
    until: Math.min(...chain.map(({ validTo }) => Date.parse(validTo) + 1000)),
  };
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (!issuer.ca || !certificate.checkIssued(issuer)) return false;
  if (!ALGORITHMS.test(certificateSignatureAlgorithm(certificate.raw))) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

/**
 * Returns the reason why a certificate cannot be part of a chain, as a predicate. `below`: the
 * number of certificates below it.
 */
export function certificateProblem(
  certificate: X509Certificate,
  below: number,
): string | undefined {
  const extensions = readCertificateExtensions(certificate.raw);
  if (extensions === undefined) return 'has extensions that cannot be read';
  const unknown = [...extensions].find(([id, one]) => one.isCritical && !UNDERSTOOD.has(id));
  if (unknown !== undefined) return `has the critical extension ${unknown[0]}`;
  if (extensions.has(NAME_CONSTRAINTS)) return 'has name constraints, which are not checked';
  const purposes = extensions.get(PURPOSES)?.value;
  if (purposes !== undefined && !isForSigning(purposes))
    return 'is neither for e-mail nor for code';
  let facts: ReturnType<typeof kindOf>;
  try {
    facts = kindOf(certificate.publicKey);
  } catch {
    return 'has a key that cannot be read';
  }
  if ('problem' in facts) return `has a key that ${facts.problem}`;
  if (below === 0) return undefined;
  // Of the certificates below, the one of the signer does not count.
  const allowed = pathLength(extensions.get(BASIC_CONSTRAINTS)?.value);
  return allowed !== undefined && below - 1 > allowed ? 'may not certify authorities' : undefined;
}

function isForSigning(purposes: Uint8Array): boolean {
  const all = (readDerChildren(readDer(purposes)) ?? []).map(readObjectId);
  return all.some((purpose) => ACCEPTED_PURPOSES.has(purpose));
}

function pathLength(constraints: Uint8Array | undefined): number | undefined {
  const [, length] = constraints === undefined ? [] : (readDerChildren(readDer(constraints)) ?? []);
  return length === undefined
    ? undefined
    : Number.parseInt(Buffer.from(length.content).toString('hex'), 16);
}
