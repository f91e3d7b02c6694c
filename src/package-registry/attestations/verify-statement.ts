/**
 * Attestations about the file of a package: a bundle of Sigstore with a statement of in-toto whose
 * subject is that file.
 *
 * Source: sigstore/protobuf-specs, `sigstore_bundle.proto`; in-toto/attestation,
 * `spec/v1/statement.md`. A bundle is wrong if no trusted root confirms its certificate and its
 * time, if its signature does not fit, or if its statement is about another file.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../formats/text/json/json.ts';
import { readEnvelope } from '../../trust/signing/envelope.ts';
import type { Subject } from '../../trust/signing/keyless/signed-content.ts';
import type { TrustedRoot } from '../../trust/signing/keyless/trusted-root.ts';
import {
  verifyCertificateBundle,
  type VerifiedSigner,
} from '../../trust/signing/keyless/verify-bundle.ts';

/**
 * The result of verifying the attestations of a file. `unchecked`: nothing is wrong with those that
 * could be verified, and at least one that is needed could not.
 */
export type AttestationCheck =
  /** `signers`: whom the certificates name, each once. */
  | { readonly state: 'verified'; readonly signers: readonly string[] }
  /** `reason`: a sentence without a period at its end. It does not name the version. */
  | { readonly state: 'wrong' | 'unchecked'; readonly reason: string };

/** The roots that certificates and times are judged by, and the clock. */
export interface AttestationJudging {
  readonly roots: readonly TrustedRoot[];
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** The file that attestations are about. */
export interface AttestedFile {
  readonly subject: Exclude<Subject, { readonly content: Uint8Array }>;
  /** Whether the name of a subject is that of the file. */
  readonly isNamed: (name: string) => boolean;
}

/**
 * A bundle that was verified: its signer and the type of its predicate; or what is wrong with it.
 */
export type StatementVerification =
  | { readonly signer: VerifiedSigner; readonly predicateType: string }
  | { readonly problem: string };

/** Attestations of one file; public registries have two or three. */
export const MAX_ATTESTATIONS = 32;

/** Verifies a bundle with a certificate. It never throws. */
export function verifyStatementBundle(
  bundle: JsonObject,
  file: AttestedFile,
  { roots, now }: AttestationJudging,
): StatementVerification {
  const statement = statementOf(bundle, file);
  if ('problem' in statement) return statement;
  const bytes = Buffer.from(JSON.stringify(bundle));
  let problem = 'has a certificate, and there is no trusted root';
  for (const [index, root] of roots.entries()) {
    const verified = verifyCertificateBundle(bytes, file.subject, root, { now });
    if ('signer' in verified) return { ...statement, signer: verified.signer };
    if (index === 0) ({ problem } = verified);
  }
  return { problem };
}

/**
 * Returns the type of the predicate of a bundle whose statement is about the file. One subject must
 * have both its name and its digest. The signature is not verified.
 */
export function statementOf(
  { dsseEnvelope }: JsonObject,
  { subject, isNamed }: AttestedFile,
): { readonly predicateType: string } | { readonly problem: string } {
  if (!isJsonObject(dsseEnvelope)) return { problem: 'holds no statement' };
  const envelope = readEnvelope(dsseEnvelope);
  if ('problem' in envelope) return { problem: envelope.problem };
  const { subject: subjects, predicateType } = envelope.statement;
  const [algorithm, expected] =
    'sha512' in subject
      ? (['sha512', subject.sha512] as const)
      : (['sha256', subject.sha256] as const);
  const isAbout = (isJsonArray(subjects) ? subjects : []).some((one) => {
    if (!isJsonObject(one)) return false;
    const { name } = readStrings(one, ['name']);
    const digest = readStrings(one['digest'], [algorithm])[algorithm];
    return name !== undefined && isNamed(name) && digest === expected;
  });
  if (!isAbout) return { problem: 'is about another file' };
  if (typeof predicateType !== 'string') return { problem: 'has no type of its predicate' };
  return { predicateType };
}

/** A text of a signer in a log or a message. */
const MAX_NAME = 200;

/** Returns whom a certificate names. */
export function signerName({ names }: VerifiedSigner): string {
  return (names[0] ?? '').slice(0, MAX_NAME);
}
