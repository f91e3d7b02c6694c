/**
 * Requests timestamps of signatures.
 *
 * Source: RFC 3161, sections 2.4.1 (TimeStampReq), 2.4.2 (TimeStampResp, PKIStatus) and 3.4 (HTTP).
 * Whether a timestamp holds is checked with the bundle.
 */

import { createHash, randomBytes } from 'node:crypto';

import type { Context } from '../../../core/base/context.ts';
import { readDer, readDerChildren } from '../../../formats/crypto/asn1/der.ts';
import {
  DER_NULL,
  derInteger,
  derOctets,
  derSequence,
} from '../../../formats/crypto/asn1/write-der.ts';
import { askService, badAnswer } from './service-request.ts';

/** 2.16.840.1.101.3.4.2.1. */
const SHA256 = Buffer.from('0609608648016503040201', 'hex');
const BOOLEAN_TRUE = Buffer.from('0101ff', 'hex');
const VERSION = 1;
const NONCE_BYTES = 8;
/** Statuses `granted` and `grantedWithMods`. */
const GRANTED: ReadonlySet<number | undefined> = new Set([0, 1]);

/**
 * Requests a timestamp of a signature, and returns the answer in DER.
 * @throws AssayError as `askService` does, and `NETWORK` if it is refused
 */
export async function requestTimestamp(
  signature: Uint8Array,
  { url, limitMs }: { readonly url: URL; readonly limitMs?: number | undefined },
  context: Context,
): Promise<Buffer> {
  const service = { what: 'timestamp authority', flag: 'timestamp-server-url', url };
  const digest = createHash('sha256').update(signature).digest();
  const imprint = derSequence(derSequence(SHA256, DER_NULL), derOctets(digest));
  const nonce = derInteger(BigInt(`0x${randomBytes(NONCE_BYTES).toString('hex')}`));
  const body = derSequence(derInteger(VERSION), imprint, nonce, BOOLEAN_TRUE);
  const headers = {
    'content-type': 'application/timestamp-query',
    accept: 'application/timestamp-reply',
  };
  const { bytes } = await askService(service, { headers, body }, context, limitMs);
  const [statusInfo, token] = readDerChildren(readDer(bytes)) ?? [];
  const status = readDerChildren(statusInfo)?.[0]?.content[0];
  if (status === undefined) throw badAnswer(service, 'is not a timestamp');
  if (!GRANTED.has(status) || token === undefined) {
    throw badAnswer(service, `refuses a timestamp with status ${status}`);
  }
  return Buffer.from(bytes);
}
