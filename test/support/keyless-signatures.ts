/** Keyless signatures in the forms of cosign, made with the authorities of a mock. */

import { X509Certificate } from 'node:crypto';

import {
  b64,
  bundleOf,
  hashedRecord,
  messageOf,
  preAuthEncoding,
  sha256,
  signed,
  type Json,
  type SigstoreMock,
} from './sigstore-mock.ts';

/** A signer with a certificate. */
export type Certified = Awaited<ReturnType<SigstoreMock['certify']>>;

/** Where the time of a signature comes from. */
export type TimeProof = 'log' | 'timestamp' | 'none';

const STATEMENT_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A signature in pieces. */
export interface KeylessParts {
  readonly signature: Buffer;
  readonly pem: string;
  /** An entry and timestamp as bundles have them. */
  readonly entries: readonly Json[];
  readonly stamps: readonly Json[];
}

/** Signs a content, and has the time proven. */
export async function keylessParts(
  mock: SigstoreMock,
  signer: Certified,
  content: Buffer,
  proof: TimeProof = 'log',
): Promise<KeylessParts> {
  const signature = signed(content, signer);
  const entry =
    proof === 'log' ? [await mock.log(hashedRecord(content, signature, signer.certificate))] : [];
  const stamps = proof === 'timestamp' ? [await mock.timestamp(signature)] : [];
  const pem = new X509Certificate(signer.certificate).toString();
  return { signature, pem, entries: entry, stamps };
}

/** A bundle (v0.3) about a file. */
export async function keylessBundle(
  mock: SigstoreMock,
  signer: Certified,
  content: Buffer,
  proof?: TimeProof,
): Promise<Json> {
  const { signature, entries, stamps } = await keylessParts(mock, signer, content, proof);
  return bundleOf(signer.certificate, messageOf(content, signature), { entries, stamps });
}

/** A bundle (v0.3) about a statement. */
export async function statementBundle(
  mock: SigstoreMock,
  signer: Certified,
  statement: object,
): Promise<Json> {
  const payload = JSON.stringify(statement);
  const encoded = preAuthEncoding(STATEMENT_PAYLOAD_TYPE, payload);
  const sig = signed(encoded, signer);
  const logged = {
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(encoded).toString('hex') },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(payload)).toString('hex') },
      signatures: [
        {
          signature: b64(sig),
          verifier: b64(Buffer.from(new X509Certificate(signer.certificate).toString())),
        },
      ],
    },
  };
  const dsseEnvelope = {
    payload: b64(Buffer.from(payload)),
    payloadType: STATEMENT_PAYLOAD_TYPE,
    signatures: [{ sig: b64(sig) }],
  };
  return bundleOf(signer.certificate, { dsseEnvelope }, { entries: [await mock.log(logged)] });
}

/** The log entry as the older forms of cosign have it. */
export function rekorBundle({ entries }: Pick<KeylessParts, 'entries'>): Json {
  const [entry] = entries as readonly {
    readonly logIndex: string;
    readonly logId: { readonly keyId: string };
    readonly integratedTime: string;
    readonly inclusionPromise: { readonly signedEntryTimestamp: string };
    readonly canonicalizedBody: string;
  }[];
  if (entry === undefined) throw new Error('there is no entry');
  return {
    SignedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
    Payload: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logIndex: Number(entry.logIndex),
      logID: Buffer.from(entry.logId.keyId, 'base64').toString('hex'),
    },
  };
}

/** The annotations beside the signature of a layer in a `.sig` tag. */
export function sigAnnotations(parts: KeylessParts): Record<string, string> {
  const [stamp] = parts.stamps;
  return {
    'dev.cosignproject.cosign/signature': b64(parts.signature),
    'dev.sigstore.cosign/certificate': parts.pem,
    ...(parts.entries.length > 0 && {
      'dev.sigstore.cosign/bundle': JSON.stringify(rekorBundle(parts)),
    }),
    ...(stamp !== undefined && {
      'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify({
        SignedRFC3161Timestamp: stamp['signedTimestamp'],
      }),
    }),
  };
}
