/**
 * Enters signatures into Rekor. The answer is brought into the form of bundles; whether it holds is
 * checked with the bundle.
 *
 * Source: sigstore/rekor, `openapi.yaml` (v1: `GET /api/v1/log`, `POST /api/v1/log/entries`),
 * `pkg/types` (hashedrekord 0.0.1, dsse 0.0.1); sigstore/rekor-tiles, `CLIENTS.md` and
 * `docs/openapi` (v2: `POST /api/v2/log/entries`); sigstore/protobuf-specs, `sigstore_rekor.proto`
 * (`TransparencyLogEntry`, JSON form); sigstore/cosign, `pkg/cosign/bundle` (the annotation of
 * `.sig` tags).
 */

import { createHash } from 'node:crypto';
import { TransparencyLogEntry } from '@sigstore/protobuf-specs';

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { redactUrl } from '../../../core/base/http/http.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { objectAt } from '../bundle-parts.ts';
import { writePem } from '../pem.ts';
import { envelopeOf, type Signable } from '../signature.ts';
import { HASHED_RECORD, hashedRecord, type CertifiedSignature } from './hashed-record.ts';
import {
  askService,
  badAnswer,
  type Service,
  type ServiceAnswer,
  type ServiceRequest,
} from './service-request.ts';

/** A signature that is entered. */
export interface LoggedSignature extends CertifiedSignature {
  readonly what: Signable;
}

/** A log, and the version of its interface. */
export interface TransparencyLog {
  readonly url: URL;
  readonly version: 1 | 2;
  readonly limitMs?: number | undefined;
}

/** An entry. */
export interface LogEntry {
  /** The entry as bundles contain it. */
  readonly entry: JsonObject;
  /**
   * The entry as the annotation of a `.sig` tag contains it; absent for Rekor v2, whose entries
   * have no such form.
   */
  readonly annotation?: JsonObject;
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };
const KEY_DETAILS = 'PKIX_ECDSA_P256_SHA_256';
const UUID = /^(?:[0-9a-f]{16})?[0-9a-f]{64}$/u;
const HEX = /^(?:[0-9a-f]{2})*$/u;
/** The same entry is there already, as after an attempt whose answer was lost. */
const CONFLICT = 409;

/**
 * Finds out which interface a log has, unless `version` is given. `hasTimestamp`: a timestamp
 * authority proves the time, which entries of v2 do not.
 *
 * @throws AssayError as `askService` does, and `CONFIG_INVALID` if a timestamp authority is missing
 */
export async function findLog(
  {
    url,
    version,
    limitMs,
  }: Omit<TransparencyLog, 'version'> & { readonly version?: 1 | 2 | undefined },
  { hasTimestamp }: { readonly hasTimestamp: boolean },
  context: Context,
): Promise<TransparencyLog> {
  if (version === 1) return { url, version, limitMs };
  if (version === undefined) {
    const request = { path: '/api/v1/log', headers: { accept: HEADERS.accept }, answers: [404] };
    const { status } = await askService(serviceOf(url), request, context, limitMs);
    if (status !== 404) return { url, version: 1, limitMs };
  }
  if (hasTimestamp) return { url, version: 2, limitMs };
  throw new AssayError(
    'CONFIG_INVALID',
    `"${redactUrl(url)}" is not a log of Rekor v1, and an entry of Rekor v2 does not prove when it was made`,
    { hint: 'Give a timestamp authority with --timestamp-server-url, or check --rekor-url.' },
  );
}

/**
 * Enters a signature.
 * @throws AssayError as `askService` does, and `NETWORK` if the answer is not an entry
 */
export async function enterSignature(
  signed: LoggedSignature,
  { url, version, limitMs }: TransparencyLog,
  context: Context,
): Promise<LogEntry> {
  const service = serviceOf(url);
  const ask = (request: ServiceRequest): Promise<ServiceAnswer> =>
    askService(service, request, context, limitMs);
  if (version === 2) {
    const body = JSON.stringify(newerRequest(signed));
    const answer = await ask({ path: '/api/v2/log/entries', headers: HEADERS, body });
    return { entry: normalized(readObject(answer, service), service) };
  }
  const path = '/api/v1/log/entries';
  const body = JSON.stringify(proposedEntry(signed));
  const answer = await ask({ path, headers: HEADERS, body, answers: [CONFLICT] });
  if (answer.status !== CONFLICT) return readEntry(answer, signed, service);
  const place = answer.headers.get('location')?.split('/').at(-1) ?? '';
  if (!UUID.test(place)) throw badAnswer(service, 'names an entry that is there, and not where');
  const there = await ask({ path: `${path}/${place}`, headers: { accept: HEADERS.accept } });
  return readEntry(there, signed, service);
}

function serviceOf(url: URL): Service {
  return { what: 'transparency log', flag: 'rekor-url', url };
}

/** Returns an entry as Rekor v1 takes it. */
function proposedEntry({ what, signature, certificate }: LoggedSignature): JsonObject {
  if (what.kind === 'message') return hashedRecord(what.content, { signature, certificate });
  const publicKey = base64(Buffer.from(writePem('CERTIFICATE', certificate)));
  const envelope = JSON.stringify(envelopeOf(what.payload, signature));
  const proposedContent = { envelope, verifiers: [publicKey] };
  return { ...kindOf(what), spec: { proposedContent } };
}

function kindOf({ kind }: Signable): { readonly kind: string; readonly apiVersion: string } {
  return kind === 'message' ? HASHED_RECORD : { kind: 'dsse', apiVersion: '0.0.1' };
}

/** Returns a request as Rekor v2 takes it. */
function newerRequest({ what, signature, certificate }: LoggedSignature): JsonObject {
  const verifier = { x509Certificate: { rawBytes: base64(certificate) }, keyDetails: KEY_DETAILS };
  if (what.kind === 'statement') {
    const envelope = envelopeOf(what.payload, signature);
    return { dsseRequestV002: { envelope, verifiers: [verifier] } };
  }
  const digest = base64(sha256(what.content));
  const content = base64(signature);
  return { hashedRekordRequestV002: { digest, signature: { content, verifier } } };
}

/** Reads an entry of Rekor v1, the only one in its answer. */
function readEntry(answer: ServiceAnswer, { what }: LoggedSignature, service: Service): LogEntry {
  const entries = Object.values(readObject(answer, service));
  const [first] = entries;
  if (entries.length !== 1 || !isJsonObject(first)) throw badAnswer(service, 'is not one entry');
  const { body, integratedTime, logID, logIndex, verification } = first;
  const proof = isJsonObject(verification) ? verification['inclusionProof'] : undefined;
  const promise = isJsonObject(verification) ? verification['signedEntryTimestamp'] : undefined;
  if (typeof body !== 'string' || typeof promise !== 'string' || !isJsonObject(proof)) {
    throw badAnswer(service, 'has no body, no promise or no proof of inclusion');
  }
  const { kind, apiVersion: version } = kindOf(what);
  const number = (value: JsonValue | undefined): string => numberOf(value, service);
  const given = {
    logIndex: number(logIndex),
    logId: { keyId: base64OfHex(logID, service) },
    kindVersion: { kind, version },
    integratedTime: number(integratedTime),
    inclusionPromise: { signedEntryTimestamp: promise },
    inclusionProof: proofOf(proof, service),
    canonicalizedBody: body,
  };
  const entry = normalized(given, service);
  const payload = { body: entry['canonicalizedBody'], integratedTime, logIndex, logID };
  const { signedEntryTimestamp = '' } = objectAt(entry, 'inclusionPromise') ?? {};
  return {
    entry,
    annotation: { SignedEntryTimestamp: signedEntryTimestamp, Payload: payload },
  };
}

/** Other programs refuse fields that they do not know, and loose base64, so both are removed. */
function normalized(entry: JsonObject, service: Service): JsonObject {
  try {
    return TransparencyLogEntry.toJSON(TransparencyLogEntry.fromJSON(entry)) as JsonObject;
  } catch {
    throw badAnswer(service, 'is not an entry that can be read');
  }
}

function proofOf(proof: JsonObject, service: Service): JsonObject {
  const { logIndex, treeSize, rootHash, hashes, checkpoint } = proof;
  if (!isJsonArray(hashes) || typeof checkpoint !== 'string') {
    throw badAnswer(service, 'has a proof of inclusion that cannot be read');
  }
  return {
    logIndex: numberOf(logIndex, service),
    treeSize: numberOf(treeSize, service),
    rootHash: base64OfHex(rootHash, service),
    hashes: hashes.map((hash) => base64OfHex(hash, service)),
    checkpoint: { envelope: checkpoint },
  };
}

function readObject({ bytes }: ServiceAnswer, service: Service): JsonObject {
  try {
    return readJson('answer', bytes);
  } catch {
    throw badAnswer(service, 'is not JSON');
  }
}

function numberOf(value: JsonValue | undefined, service: Service): string {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  throw badAnswer(service, 'has an impossible number');
}

function base64OfHex(value: JsonValue | undefined, service: Service): string {
  if (typeof value === 'string' && HEX.test(value)) return base64(Buffer.from(value, 'hex'));
  throw badAnswer(service, 'has a digest that is not hexadecimal');
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
