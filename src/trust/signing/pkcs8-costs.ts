/**
 * Bounds the work that opening an encrypted PKCS#8 key costs, before OpenSSL does it.
 *
 * Source: RFC 8018, appendix A (PBES1, PBES2, PBKDF2); RFC 7914, section 7 (scrypt); RFC 7292,
 * appendix C (PKCS#12).
 */

import {
  DER_TAG,
  readDer,
  readDerChildren,
  readObjectId,
  type DerValue,
} from '../../formats/crypto/asn1/der.ts';
import { scryptProblem } from './cosign-key.ts';

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
/** Older schemes: PBES1, and those of PKCS#12. Their parameters are a salt and a count. */
const OLDER = /^1\.2\.840\.113549\.1\.(?:5\.(?:1|3|4|6|10|11)|12\.1\.[1-6])$/;
/** Some seconds of SHA-256; openssl writes 2,048, careful people a million. */
const MAX_ITERATIONS = 10_000_000;

/** Returns the reason why an encrypted key is not opened; `undefined` if its costs are bounded. */
export function pkcs8CostProblem(der: Uint8Array): string | undefined {
  const [algorithm] = readDerChildren(readDer(der)) ?? [];
  const [id, parameters] = readDerChildren(algorithm) ?? [];
  const scheme = readObjectId(id);
  if (scheme !== PBES2) {
    return OLDER.test(scheme) ? iterationProblem(parameters) : unknownProblem(scheme);
  }
  const [derivation] = readDerChildren(parameters) ?? [];
  const [derivationId, costs] = readDerChildren(derivation) ?? [];
  const name = readObjectId(derivationId);
  if (name === PBKDF2) return iterationProblem(costs);
  if (name !== SCRYPT) return unknownProblem(name);
  const [, N, r, p] = readDerChildren(costs) ?? [];
  return scryptProblem({ N: integerOf(N), r: integerOf(r), p: integerOf(p) });
}

function iterationProblem(parameters: DerValue | undefined): string | undefined {
  const [, count] = readDerChildren(parameters) ?? [];
  const iterations = integerOf(count);
  if (iterations >= 1 && iterations <= MAX_ITERATIONS) return undefined;
  return `asks for ${iterations} iterations, and at most ${MAX_ITERATIONS} are run`;
}

function unknownProblem(id: string): string {
  return id === '' ? 'is damaged' : `is encrypted in a way that is not supported (${id})`;
}

/** Reads an integer: `NaN` for another value; infinite for one that is too long to be a count. */
function integerOf(value: DerValue | undefined): number {
  if (value?.tag !== DER_TAG.integer || value.content.length === 0) return Number.NaN;
  if (value.content.length > 6) return Number.POSITIVE_INFINITY;
  return Number.parseInt(Buffer.from(value.content).toString('hex'), 16);
}
