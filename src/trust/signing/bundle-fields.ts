/**
 * The fields of a bundle of Sigstore, each of which must be known: a field that this version does
 * not know may restrict what the signature means.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto`, `sigstore_common.proto` and
 * `sigstore_rekor.proto` (v0.1 to v0.3, JSON form); secure-systems-lab/dsse, `envelope.md`. Refused
 * are unknown fields, fields of another type, two signers or two signed contents, bundles without
 * verification material, and envelopes that do not have exactly one signature.
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import { objectAt } from './bundle-parts.ts';

/** The rule for one field: a scalar, an object with known fields, or a list of such. */
type FieldRule = 'text' | 'number' | 'texts' | Fields | readonly [Fields];
interface Fields {
  readonly [name: string]: FieldRule;
}

const CERTIFICATE: Fields = { rawBytes: 'text' };
const LOG_ENTRY: Fields = {
  logIndex: 'number',
  logId: { keyId: 'text' },
  kindVersion: { kind: 'text', version: 'text' },
  integratedTime: 'number',
  inclusionPromise: { signedEntryTimestamp: 'text' },
  inclusionProof: {
    logIndex: 'number',
    rootHash: 'text',
    treeSize: 'number',
    hashes: 'texts',
    checkpoint: { envelope: 'text' },
  },
  canonicalizedBody: 'text',
};
const BUNDLE: Fields = {
  mediaType: 'text',
  verificationMaterial: {
    publicKey: { hint: 'text' },
    x509CertificateChain: { certificates: [CERTIFICATE] },
    certificate: CERTIFICATE,
    tlogEntries: [LOG_ENTRY],
    timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'text' }] },
  },
  messageSignature: {
    messageDigest: { algorithm: 'text', digest: 'text' },
    signature: 'text',
  },
  dsseEnvelope: {
    payload: 'text',
    payloadType: 'text',
    signatures: [{ sig: 'text', keyid: 'text' }],
  },
};
const SIGNERS = ['publicKey', 'x509CertificateChain', 'certificate'] as const;
/** Characters of a name that a message repeats. */
const MAX_SHOWN = 100;

/**
 * Returns why a bundle cannot be taken for what it says, as a predicate; `undefined` if its fields
 * are all known. Nothing is verified.
 */
export function bundleProblem(bundle: JsonObject): string | undefined {
  const bad = badField(bundle, BUNDLE, '');
  if (bad !== undefined) return bad;
  const material = objectAt(bundle, 'verificationMaterial');
  const signers = SIGNERS.filter((name) => isSet(material?.[name]));
  if (signers.length === 0) return 'has no verification material: no key and no certificate';
  if (signers.length > 1) return 'has verification material of several signers';
  const { messageSignature, dsseEnvelope } = bundle;
  if (isSet(messageSignature) && isSet(dsseEnvelope)) {
    return 'holds a signature and an attestation at once';
  }
  if (!isJsonObject(dsseEnvelope)) return undefined;
  const { signatures } = dsseEnvelope;
  const count = isJsonArray(signatures) ? signatures.length : 0;
  return count > 1 ? `has ${count} signatures in its envelope, and one is permitted` : undefined;
}

function badField(object: JsonObject, fields: Fields, path: string): string | undefined {
  for (const [name, value] of Object.entries(object)) {
    const shown = `${path}${name}`.replaceAll(/[^\x20-\x7e]/gu, '?').slice(0, MAX_SHOWN);
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (rule === undefined) return `has the field "${shown}", which is not known`;
    const bad = isSet(value) ? badValue(value, rule, `${path}${name}`) : undefined;
    if (bad === '') return `has a field "${shown}" of another type than bundles have`;
    if (bad !== undefined) return bad;
  }
  return undefined;
}

/** Returns the problem of a field inside the value; empty if the value itself is of another type. */
function badValue(value: JsonValue, rule: FieldRule, path: string): string | undefined {
  if (rule === 'text') return typeof value === 'string' ? undefined : '';
  if (rule === 'number') {
    return typeof value === 'string' || typeof value === 'number' ? undefined : '';
  }
  if (rule === 'texts') {
    const isList = isJsonArray(value) && value.every((one) => typeof one === 'string');
    return isList ? undefined : '';
  }
  if (!isList(rule)) return isJsonObject(value) ? badField(value, rule, `${path}.`) : '';
  if (!isJsonArray(value)) return '';
  for (const one of value) {
    const bad = isJsonObject(one) ? badField(one, rule[0], `${path}.`) : '';
    if (bad !== undefined) return bad;
  }
  return undefined;
}

function isList(rule: Fields | readonly [Fields]): rule is readonly [Fields] {
  return Array.isArray(rule);
}

/** The JSON form of protobuf takes `null` for an absent field. */
function isSet(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}
