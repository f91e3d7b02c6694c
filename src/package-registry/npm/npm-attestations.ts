/**
 * Verifies the attestations of a version of npm.
 *
 * Source: npm documentation, "Generating provenance statements" and "npm audit signatures"; the
 * document of `/-/npm/v1/attestations/NAME@VERSION`: `attestations` with `predicateType` and
 * `bundle`. The registry signs one about the publication with a key of its own
 * (npm/attestation, `specs/publish/v0.1`), and a workflow signs the provenance with a certificate.
 * Subjects are package URLs, with or without an encoded `@`, and the SHA-512 of the file.
 */

import type { KeyObject } from 'node:crypto';

import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
} from '../../formats/text/json/json.ts';
import { objectAt } from '../../trust/signing/bundle-parts.ts';
import { readEnvelope } from '../../trust/signing/envelope.ts';
import { provenKeyTimes } from '../../trust/signing/keyless/verify-bundle.ts';
import { publicKeyOf } from '../../trust/signing/public-key.ts';
import {
  MAX_ATTESTATIONS,
  signerName,
  statementOf,
  verifyStatementBundle,
  type AttestationCheck,
  type AttestationJudging,
  type AttestedFile,
} from '../attestations/verify-statement.ts';
import type { KeySet } from './registry-keys.ts';

/** A version with its attestations. */
export interface AttestedVersion {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of its file, in hexadecimal digits. */
  readonly sha512: string;
  /**
   * The type of the provenance that the document of the package states. Absent: it states none.
   * Empty: it states one without a type.
   */
  readonly statedType?: string;
}

/** By what the attestations of a registry are judged. */
export interface NpmJudging extends AttestationJudging {
  /** Keys of the registry. */
  readonly keys: KeySet;
}

/**
 * The result for one attestation. `provenance`: the type of a predicate that a certificate signs.
 */
type Result =
  | { readonly state: 'verified'; readonly signer: string; readonly provenance?: string }
  | { readonly state: 'wrong' | 'unchecked'; readonly reason: string };

/** Verifies the document of a version. `bytes` is `undefined` if its registry has none. */
export function checkNpmAttestations(
  bytes: Uint8Array | undefined,
  version: AttestedVersion,
  judging: NpmJudging,
): AttestationCheck {
  if (bytes === undefined) {
    return {
      state: 'unchecked',
      reason: 'its registry states attestations and does not serve them',
    };
  }
  const rows = rowsIn(bytes);
  if (typeof rows === 'string') return wrong(rows);
  const results = rows.map((row) => checkRow(row, version, judging));
  const bad = results.find(({ state }) => state === 'wrong');
  if (bad !== undefined && 'reason' in bad) return { state: 'wrong', reason: bad.reason };
  const open = results.find(({ state }) => state === 'unchecked');
  const verified = results.flatMap((one) => (one.state === 'verified' ? [one] : []));
  const { statedType } = version;
  // Some state provenance without its type.
  const isBacked =
    statedType === undefined ||
    verified.some(({ provenance: type }) =>
      statedType === '' ? type !== undefined : type === statedType,
    );
  if (!isBacked && open === undefined) {
    return wrong('its registry states provenance that its attestations do not contain');
  }
  if (open !== undefined && 'reason' in open) return { state: 'unchecked', reason: open.reason };
  if (verified.length === 0) {
    return unchecked('its registry states attestations, and the list of them is empty');
  }
  return { state: 'verified', signers: [...new Set(verified.map(({ signer }) => signer))] };
}

function rowsIn(bytes: Uint8Array): readonly JsonObject[] | string {
  let document: JsonObject;
  try {
    const { root, duplicateKeys } = readJsonDocument('attestations', bytes);
    if (duplicateKeys.length > 0) return 'its attestations have a key twice';
    document = root;
  } catch {
    return 'its attestations are not JSON';
  }
  const { attestations } = document;
  if (!isJsonArray(attestations)) return 'its attestations have no form that is known';
  if (attestations.length > MAX_ATTESTATIONS) {
    return `it has more than ${MAX_ATTESTATIONS} attestations`;
  }
  if (!attestations.every(isJsonObject)) return 'its attestations have no form that is known';
  return attestations;
}

function checkRow(
  { bundle, predicateType: listedType }: JsonObject,
  version: AttestedVersion,
  judging: NpmJudging,
): Result {
  if (!isJsonObject(bundle)) return wrong('one of its attestations is no bundle');
  const file: AttestedFile = {
    subject: { sha512: version.sha512 },
    isNamed: (name) => isPurlOf(name, version),
  };
  const key = objectAt(objectAt(bundle, 'verificationMaterial') ?? {}, 'publicKey');
  const result =
    key === undefined ? checkSigned(bundle, file, judging) : checkKeyed(bundle, key, file, judging);
  if (result.state !== 'verified' || listedType === result.type) return result;
  return wrong('one of its attestations is listed under another type than it has');
}

type Typed =
  | {
      readonly state: 'verified';
      readonly signer: string;
      readonly provenance?: string;
      readonly type: string;
    }
  | Exclude<Result, { readonly state: 'verified' }>;

/** An attestation with a certificate. */
function checkSigned(bundle: JsonObject, file: AttestedFile, judging: NpmJudging): Typed {
  const found = verifyStatementBundle(bundle, file, judging);
  if ('problem' in found) return wrong(`one of its attestations ${found.problem}`);
  const { predicateType: type } = found;
  return { state: 'verified', signer: signerName(found.signer), provenance: type, type };
}

/** An attestation of the registry itself. */
function checkKeyed(
  bundle: JsonObject,
  row: JsonObject,
  file: AttestedFile,
  { keys, roots }: NpmJudging,
): Typed {
  const statement = statementOf(bundle, file);
  if ('problem' in statement) return wrong(`one of its attestations ${statement.problem}`);
  if (keys.isUnknown) return unchecked('the keys of its registry could not be fetched');
  const { hint = '' } = readStrings(row, ['hint']);
  const named = keys.keys.filter(({ keyid }) => keyid === hint);
  if (named.length === 0) {
    return unchecked('one of its attestations is of a key that its registry does not publish');
  }
  const key = named.find(({ publicKey }) => isSignedBy(bundle, publicKey));
  if (key === undefined) return wrong(`one of its attestations was not made by the key ${hint}`);
  const proof = { bundle: Buffer.from(JSON.stringify(bundle)), subject: file.subject };
  const publicKey = publicKeyOf(key.publicKey, hint);
  const times = roots.map((root) => provenKeyTimes(proof, publicKey, root));
  const [first] = times.find((one) => one.length > 0) ?? [];
  const canProve = roots.some(
    ({ material }) => material.tlogs.length > 0 || material.timestampAuthorities.length > 0,
  );
  if (first === undefined && canProve) {
    return wrong('one of its attestations has no time that the trusted root confirms');
  }
  if (key.expiresAt !== undefined && (first === undefined || first >= key.expiresAt)) {
    return wrong(`one of its attestations is of the key ${hint}, which had expired`);
  }
  return { state: 'verified', signer: `the registry (${hint})`, type: statement.predicateType };
}

function isSignedBy({ dsseEnvelope }: JsonObject, key: KeyObject): boolean {
  const envelope = isJsonObject(dsseEnvelope) ? readEnvelope(dsseEnvelope) : undefined;
  if (envelope === undefined || 'problem' in envelope) return false;
  const [only, ...more] = envelope.signatures;
  if (!(only instanceof Uint8Array) || more.length > 0) return false;
  return publicKeyOf(key, 'key').verify(envelope.signed, only);
}

function isPurlOf(text: string, { name, version }: AttestedVersion): boolean {
  try {
    return decodeURIComponent(text) === `pkg:npm/${name}@${version}`;
  } catch {
    return false;
  }
}

function wrong(reason: string): { readonly state: 'wrong'; readonly reason: string } {
  return { state: 'wrong', reason };
}

function unchecked(reason: string): { readonly state: 'unchecked'; readonly reason: string } {
  return { state: 'unchecked', reason };
}
