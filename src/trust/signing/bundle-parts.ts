/**
 * Parts of signature documents in JSON.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto` (media types of v0.1 to v0.3,
 * `PublicKeyIdentifier`); in-toto/attestation, `spec/v1/statement.md`; secure-systems-lab/dsse,
 * `protocol.md`.
 */

import { createHash } from 'node:crypto';

import { isJsonObject, type JsonObject, type JsonValue } from '../../formats/text/json/json.ts';
import type { PublicKey } from './public-key.ts';

/** Media type of the bundles that are written. */
export const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
/** The annotation of a referrer with the predicate type of its bundle. */
export const BUNDLE_PREDICATE_TYPE = 'dev.sigstore.bundle.predicateType';
/** Media type of an envelope that is a layer of a tag or of a referrer. */
export const ENVELOPE_TYPE = 'application/vnd.dsse.envelope.v1+json';
/**
 * Longest attestation that is written and read; the bill of materials of a large image has a
 * quarter of it.
 */
export const MAX_ATTESTATION_BYTES = 128 * 1024 * 1024;
/** Payload type of an envelope that contains a statement of in-toto. */
export const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';
/** Type of the statements that are written. */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

const STATEMENT_TYPES: ReadonlySet<unknown> = new Set([
  STATEMENT_TYPE,
  'https://in-toto.io/Statement/v0.1',
]);
const BUNDLE =
  /^application\/vnd\.dev\.sigstore\.bundle(?:\.v0\.3\+json|\+json;version=0\.[123])$/u;
const ANY_BUNDLE = /^application\/vnd\.dev\.sigstore\.bundle(?:[.+;]|$)/u;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/u;

/** Returns whether a media type is that of a bundle, v0.1 to v0.3. */
export function isBundleType(mediaType: string | undefined): boolean {
  return mediaType !== undefined && BUNDLE.test(mediaType);
}

/**
 * Returns whether a media type is that of a bundle of any version, also of one that is not read.
 */
export function isAnyBundleType(mediaType: string): boolean {
  return ANY_BUNDLE.test(mediaType);
}

/** Returns whether the `_type` of a statement is v0.1 or v1. */
export function isStatementType(type: JsonValue | undefined): boolean {
  return STATEMENT_TYPES.has(type);
}

/** Returns the bytes that a DSSE signature covers (PAE). */
export function preAuthEncoding(type: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Returns the part of a bundle about a signature over a content. */
export function messageSignature(content: Uint8Array, signature: Uint8Array): JsonObject {
  const digest = createHash('sha256').update(content).digest('base64');
  return {
    messageDigest: { algorithm: 'SHA2_256', digest },
    signature: Buffer.from(signature).toString('base64'),
  };
}

/** Returns the name of a key in bundles: the base64 of its id. */
export function keyHint({ id }: Pick<PublicKey, 'id'>): string {
  return Buffer.from(id, 'hex').toString('base64');
}

/** Returns the object of a key; `undefined` where there is none. */
export function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key];
  return isJsonObject(value) ? value : undefined;
}

/** Returns the bytes of a text in base64; `undefined` for any other value and for an empty text. */
export function base64Of(value: JsonValue | undefined): Buffer | undefined {
  return typeof value === 'string' && BASE64.test(value) ? Buffer.from(value, 'base64') : undefined;
}
