/** Attestations of packages in the forms of npm and PyPI, made with the authorities of a mock. */

import { createHash, type KeyObject } from 'node:crypto';

import { readTrustedRoot, type TrustedRoot } from '../../src/trust/signing/keyless/trusted-root.ts';
import { statementBundle, type Certified } from './keyless-signatures.ts';
import {
  b64,
  preAuthEncoding,
  sha256,
  signed,
  type Json,
  type KeyPair,
  type SigstoreMock,
} from './sigstore-mock.ts';

/** The type of a provenance. */
export const SLSA = 'https://slsa.dev/provenance/v1';
/** The type of the attestation that a registry of npm makes itself. */
export const PUBLISH = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Returns the root of a mock, as services take it. */
export function rootsOf(mock: SigstoreMock): { load: () => Promise<readonly TrustedRoot[]> } {
  const root = readTrustedRoot(Buffer.from(JSON.stringify(mock.root())), 'root.json');
  return { load: () => Promise.resolve([root]) };
}

/** Returns a statement about a file. */
export function statementAbout(
  name: string,
  file: Uint8Array,
  { type = SLSA, hash = 'sha512' }: { readonly type?: string; readonly hash?: string } = {},
): object {
  const digest = createHash(hash).update(file).digest('hex');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { [hash]: digest } }],
    predicateType: type,
    predicate: {},
  };
}

/** A row of the document of npm with a certificate. */
export async function provenanceRow(
  mock: SigstoreMock,
  signer: Certified,
  statement: object,
): Promise<Json> {
  return { predicateType: SLSA, bundle: await statementBundle(mock, signer, statement) };
}

/** A row of the document of npm that the registry signs with its key. */
export async function publishRow(
  mock: SigstoreMock,
  { hint, privateKey, publicKey }: KeyPair & { readonly hint: string },
  statement: object,
): Promise<Json> {
  const payload = JSON.stringify(statement);
  const encoded = preAuthEncoding(PAYLOAD_TYPE, payload);
  const sig = b64(signed(encoded, { privateKey }));
  const entry = await mock.log({
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: {
      envelopeHash: { algorithm: 'sha256', value: sha256(encoded).toString('hex') },
      payloadHash: { algorithm: 'sha256', value: sha256(Buffer.from(payload)).toString('hex') },
      signatures: [{ signature: sig, verifier: b64(Buffer.from(pemOf(publicKey))) }],
    },
  });
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint }, tlogEntries: [entry] },
    dsseEnvelope: {
      payload: b64(Buffer.from(payload)),
      payloadType: PAYLOAD_TYPE,
      signatures: [{ sig, keyid: hint }],
    },
  };
  return { predicateType: PUBLISH, bundle };
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** The provenance of a file of a Python project, as PEP 740 has it. */
export async function pypiProvenance(
  mock: SigstoreMock,
  signer: Certified,
  of: { readonly statement: object; readonly publisher: object },
): Promise<Json> {
  const bundle = (await statementBundle(mock, signer, of.statement)) as {
    readonly verificationMaterial: {
      readonly certificate: { readonly rawBytes: string };
      readonly tlogEntries: readonly Json[];
    };
    readonly dsseEnvelope: {
      readonly payload: string;
      readonly signatures: readonly { readonly sig: string }[];
    };
  };
  const { verificationMaterial: material, dsseEnvelope } = bundle;
  const attestation = {
    version: 1,
    verification_material: {
      certificate: material.certificate.rawBytes,
      transparency_entries: material.tlogEntries,
    },
    envelope: {
      statement: dsseEnvelope.payload,
      signature: dsseEnvelope.signatures[0]?.sig ?? '',
    },
  };
  return {
    version: 1,
    attestation_bundles: [{ publisher: of.publisher, attestations: [attestation] }],
  };
}
