/**
 * Signs for an identity: with a key that exists only in memory, whose certificate names the
 * identity, and with the entry of a transparency log that proves the time.
 *
 * Each signature is verified by the trusted root, as `assay verify` would do it, before it is
 * returned. So a service that answers with another certificate, entry or timestamp ends the run,
 * and nothing is stored.
 *
 * Source: the client specification of Sigstore, section 3 (signing); sigstore/cosign,
 * `specs/SIGNATURE_SPEC.md` (annotations).
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import type { JsonObject } from '../../../formats/text/json/json.ts';
import { COSIGN_ANNOTATIONS } from '../cosign-annotations.ts';
import { generateKey } from '../generate-key.ts';
import { writePem } from '../pem.ts';
import type { PrivateKey } from '../private-key.ts';
import {
  signedBytes,
  writeBundle,
  type Signable,
  type Signatory,
  type Signature,
} from '../signature.ts';
import { requestCertificate, type IssuedCertificate } from './fulcio.ts';
import type { IdentityToken } from './identity-token.ts';
import { enterSignature, findLog, type LogEntry, type TransparencyLog } from './rekor.ts';
import { requestTimestamp } from './timestamp-authority.ts';
import type { TrustedRoot } from './trusted-root.ts';
import { verifyCertificateBundle } from './verify-bundle.ts';

/**
 * The identity token, the services that receive requests, and the root that must confirm their
 * answers.
 */
export interface KeylessOptions {
  readonly token: IdentityToken;
  readonly fulcioUrl: URL;
  /**
   * The log, and the version of its interface if it is known. Absent: signatures are not entered
   * into a log, and a timestamp proves their time.
   */
  readonly log?: { readonly url: URL; readonly version?: 1 | 2 | undefined } | undefined;
  readonly timestampUrl?: URL | undefined;
  readonly root: TrustedRoot;
  /** The name that the certificate must have; absent: one that the token contains. */
  readonly expectedName?: string | undefined;
  /** Longest wait for each service. */
  readonly limitMs?: number;
}

/**
 * Requests a certificate for a new key.
 *
 * @throws AssayError `NETWORK` and others if a service cannot be used; also when signing
 */
export async function openKeylessSignatory(
  options: KeylessOptions,
  context: Context,
): Promise<Signatory> {
  const { token, fulcioUrl: url, expectedName, limitMs } = options;
  const log = await logOf(options, context);
  const key = await generateKey('p256');
  const request = { token, key, ...(expectedName !== undefined && { expectedName }) };
  const certificate = await requestCertificate({ url, limitMs }, request, context);
  const { name, issuer } = certificate;
  return {
    shown: stripControl(`as ${name} (confirmed by ${issuer})`),
    data: { identity: { name, issuer } },
    certificate: certificate.identity,
    isForTags: log?.version !== 2,
    sign: (what) => signWith({ key, certificate, log, options }, what, context),
  };
}

interface Parts {
  readonly key: PrivateKey;
  readonly certificate: IssuedCertificate;
  readonly log: TransparencyLog | undefined;
  readonly options: KeylessOptions;
}

/** @throws AssayError `CONFIG_INVALID` if nothing would prove the time of signatures */
async function logOf(
  { log, timestampUrl, limitMs }: KeylessOptions,
  context: Context,
): Promise<TransparencyLog | undefined> {
  const hasTimestamp = timestampUrl !== undefined;
  if (log !== undefined) return findLog({ ...log, limitMs }, { hasTimestamp }, context);
  if (hasTimestamp) return undefined;
  throw new AssayError(
    'CONFIG_INVALID',
    'the signing configuration names neither a transparency log nor a timestamp authority, so nothing would prove when a keyless signature was made',
    { hint: 'Give one of them with --rekor-url or --timestamp-server-url.' },
  );
}

async function signWith(
  { key, certificate, log, options }: Parts,
  what: Signable,
  context: Context,
): Promise<Signature> {
  const { timestampUrl, limitMs } = options;
  const signature = key.sign(signedBytes(what));
  const timestamp =
    timestampUrl && (await requestTimestamp(signature, { url: timestampUrl, limitMs }, context));
  const logged = { what, signature, certificate: certificate.der };
  const entry = log && (await enterSignature(logged, log, context));
  const made = {
    signature,
    material: materialOf(certificate, entry, timestamp),
    annotations: annotationsOf(certificate, entry, timestamp),
  };
  verified(what, made, { certificate, options });
  return made;
}

function materialOf(
  { der }: IssuedCertificate,
  logged: LogEntry | undefined,
  timestamp: Buffer | undefined,
): JsonObject {
  const stamps = timestamp === undefined ? [] : [{ signedTimestamp: timestamp.toString('base64') }];
  return {
    certificate: { rawBytes: der.toString('base64') },
    tlogEntries: logged === undefined ? [] : [logged.entry],
    timestampVerificationData: { rfc3161Timestamps: stamps },
  };
}

function annotationsOf(
  { der, chain }: IssuedCertificate,
  logged: LogEntry | undefined,
  timestamp: Buffer | undefined,
): Readonly<Record<string, string>> {
  const annotation = logged?.annotation;
  const pem = (bytes: Uint8Array): string => writePem('CERTIFICATE', bytes);
  return {
    [COSIGN_ANNOTATIONS.certificate]: pem(der),
    [COSIGN_ANNOTATIONS.chain]: chain.map(pem).join(''),
    ...(annotation !== undefined && { [COSIGN_ANNOTATIONS.logEntry]: JSON.stringify(annotation) }),
    ...(timestamp !== undefined && {
      [COSIGN_ANNOTATIONS.timestamp]: JSON.stringify({
        SignedRFC3161Timestamp: timestamp.toString('base64'),
      }),
    }),
  };
}

/** @throws AssayError `CONTENT_MISMATCH` if the signature would not verify */
function verified(
  what: Signable,
  made: Signature,
  { certificate, options }: Pick<Parts, 'certificate' | 'options'>,
): void {
  const subject = what.kind === 'message' ? { content: what.content } : { sha256: what.sha256 };
  const result = verifyCertificateBundle(writeBundle(what, made), subject, options.root);
  if ('signer' in result) return;
  throw new AssayError(
    'CONTENT_MISMATCH',
    `the signature for "${certificate.name}" is not used: it ${result.problem}`,
    {
      hint: `${options.root.note}. Name the root of these services with --trusted-root FILE. If it is the right one, a service answered wrongly.`,
    },
  );
}
