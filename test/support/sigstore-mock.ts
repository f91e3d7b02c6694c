/**
 * A Sigstore instance for tests: the authorities and logs of @sigstore/mock, and the trusted root
 * that names them.
 */

import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomInt,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog, initializeTSA } from '@sigstore/mock';

import {
  CODE_SIGNING,
  DIGITAL_SIGNATURE,
  extension,
  makeCertificate,
  subjectNames,
  type CertificateParts,
} from './made-certificates.ts';

export const ISSUER = 'https://token.example.com';
export const IDENTITY = 'https://ci.example.com/team/app/release.yml@refs/tags/v1';
const LOG_URL = 'https://rekor.example.com';
const FULCIO = '1.3.6.1.4.1.57264.1.';
const DAY_MS = 24 * 60 * 60 * 1000;
const TEN_MINUTES_MS = 10 * 60 * 1000;
/** The extension with the entries of certificate logs (RFC 6962, section 3.3). */
const CERTIFICATE_LOG = '1.3.6.1.4.1.11129.2.4.2';
const SPKI = { type: 'spki', format: 'der' } as const;
const SHA256_OID = '2.16.840.1.101.3.4.2.1';

/** What a bundle is made of; every part can be replaced. */
export interface BundleParts {
  readonly extensions?: readonly { oid: string; value: string; legacy?: boolean }[];
  readonly subject?: string;
}

/**
 * Whom a certificate names, who confirmed it, and from when on it is valid, in milliseconds since
 * the Unix epoch.
 */
export interface AddressParts {
  readonly address: string;
  readonly issuer?: string;
  readonly from?: number;
}

export type Json = Record<string, unknown>;
type Parts = Awaited<ReturnType<typeof startParts>>;

async function startParts() {
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ctLog = await initializeCTLog(pair());
  const caKeys = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ca = await initializeCA(caKeys, ctLog);
  const tlog = await initializeTLog(LOG_URL, pair());
  const tsa = await initializeTSA(pair());
  return { ca, caKeys, ctLog, tlog, tsa };
}

/** A running mock. */
export class SigstoreMock {
  private readonly parts: Parts;

  private constructor(parts: Parts) {
    this.parts = parts;
  }

  static async start(): Promise<SigstoreMock> {
    return new SigstoreMock(await startParts());
  }

  /** The root as JSON; tests change it. */
  root(): {
    mediaType: string;
    tlogs: Json[];
    ctlogs: Json[];
    certificateAuthorities: Json[];
    timestampAuthorities: Json[];
  } {
    const { ca, ctLog, tlog, tsa } = this.parts;
    const validFor = { start: new Date(Date.now() - DAY_MS).toISOString() };
    const log = (publicKey: Uint8Array, baseUrl: string, keyId: Uint8Array): Json => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: b64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
      logId: { keyId: b64(keyId) },
    });
    const authority = (...chain: readonly ArrayBufferView[]): Json => ({
      subject: { organization: 'mock', commonName: 'mock' },
      uri: 'https://example.com',
      certChain: { certificates: chain.map((one) => ({ rawBytes: b64(bytesOf(one)) })) },
      validFor,
    });
    return {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [log(tlog.publicKey, LOG_URL, sha256(tlog.publicKey))],
      ctlogs: [log(ctLog.publicKey, 'https://ct.example.com', bytesOf(ctLog.logID))],
      certificateAuthorities: [authority(ca.rootCertificate)],
      timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
    };
  }

  /** A key of a signer and its certificate. */
  async certify(
    { subject = IDENTITY, extensions }: BundleParts = {},
    pair?: KeyPair,
  ): Promise<KeyPair & { certificate: Buffer }> {
    const keys = pair ?? generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificate = await this.parts.ca.issueCertificate({
      publicKey: keys.publicKey.export({ type: 'spki', format: 'der' }),
      subjectAltName: subject,
      extensions: [
        ...(extensions ?? [
          { oid: `${FULCIO}1`, value: ISSUER, legacy: true },
          { oid: `${FULCIO}8`, value: ISSUER },
          { oid: `${FULCIO}14`, value: 'refs/tags/v1' },
        ]),
      ],
    });
    return { ...keys, certificate: bytesOf(certificate) };
  }

  /**
   * A certificate with other extensions, and without an entry in the certificate log. It is valid
   * for a day.
   */
  certifyPlainly({ publicKey }: Pick<KeyPair, 'publicKey'>, extensions: readonly Buffer[]): Buffer {
    const from = Date.now();
    return this.#certified({ publicKey, extensions, from, until: from + DAY_MS });
  }

  /**
   * A certificate for an e-mail address, which the certificate log has; it is valid for ten minutes
   * from an instant on.
   */
  async certifyAddress(
    { publicKey }: Pick<KeyPair, 'publicKey'>,
    { address, issuer = ISSUER, from = Date.now() }: AddressParts,
  ): Promise<Buffer> {
    const extensions = [
      subjectNames([['email', address]], true),
      DIGITAL_SIGNATURE,
      CODE_SIGNING,
      extension(`${FULCIO}1`, Buffer.from(issuer)),
    ];
    const same = { publicKey, from, until: from + TEN_MINUTES_MS, serial: randomInt(1, 2 ** 40) };
    const { ca, ctLog } = this.parts;
    const issuerId = sha256(
      new X509Certificate(bytesOf(ca.rootCertificate)).publicKey.export(SPKI),
    );
    const unlogged = this.#certified({ ...same, extensions });
    // The log answers with the length in front.
    const stamp = new Uint8Array(await ctLog.log(arrayBufferOf(unlogged), arrayBufferOf(issuerId)));
    const value = Buffer.from([4, stamp.length + 2, 0, stamp.length, ...stamp]);
    const logged = extension(CERTIFICATE_LOG, value);
    return this.#certified({ ...same, extensions: [...extensions, logged] });
  }

  #certified(parts: Omit<CertificateParts, 'issuer' | 'issuerKey'>): Buffer {
    const { ca, caKeys } = this.parts;
    const issuer = bytesOf(ca.rootCertificate);
    return makeCertificate({ ...parts, issuer, issuerKey: caKeys.privateKey });
  }

  /** A certificate for an e-mail address, and that of its authority, as PEM. */
  async addressChain(publicKey: KeyObject, parts: AddressParts): Promise<string[]> {
    const leaf = await this.certifyAddress({ publicKey }, parts);
    return [leaf, bytesOf(this.parts.ca.rootCertificate)].map(pemOf);
  }

  /** A certificate for a key, and that of its authority, as PEM. */
  async certificateChain(
    publicKey: KeyObject,
    { subject, issuer }: { readonly subject: string; readonly issuer: string },
  ): Promise<string[]> {
    const leaf = await this.parts.ca.issueCertificate({
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
      subjectAltName: subject,
      extensions: [
        { oid: `${FULCIO}1`, value: issuer, legacy: true },
        { oid: `${FULCIO}8`, value: issuer },
      ],
    });
    return [leaf, this.parts.ca.rootCertificate].map((one) => pemOf(bytesOf(one)));
  }

  /** Roots and keys as PEM, in the files that cosign reads. */
  pems(): {
    readonly ca: string;
    readonly ctLog: string;
    readonly tlog: string;
    readonly tsa: string;
  } {
    const { ca, ctLog, tlog, tsa } = this.parts;
    const spki = (der: Uint8Array): string =>
      createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })
        .export({ type: 'spki', format: 'pem' })
        .toString();
    return {
      ca: pemOf(bytesOf(ca.rootCertificate)),
      ctLog: spki(ctLog.publicKey),
      tlog: spki(tlog.publicKey),
      tsa: [tsa.intCertificate, tsa.rootCertificate].map((one) => pemOf(bytesOf(one))).join(''),
    };
  }

  /** A timestamp over a signature, by default with a time that @sigstore/core reads. */
  async timestamp(signature: Uint8Array, time: 'readable' | 'odd' = 'readable'): Promise<Json> {
    const digest = sha256(signature);
    const stamp = await this.answerTimestamp({ digest, certReq: false, time });
    return { signedTimestamp: b64(stamp) };
  }

  /** An answer of the timestamp authority, in DER. */
  async answerTimestamp(request: {
    readonly digest: Buffer;
    readonly certReq: boolean;
    readonly time?: 'readable' | 'odd';
  }): Promise<Buffer> {
    const { digest: artifactHash, certReq, time = 'readable' } = request;
    const stamp = await this.parts.tsa.timestamp({
      artifactHash,
      hashAlgorithmOID: SHA256_OID,
      nonce: 1,
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq,
    });
    const bytes = bytesOf(stamp);
    // DER omits trailing zeros of a fraction, but @sigstore/core reads three digits or none. Such a
    // timestamp is requested again.
    const isRead = /\d{14}(?:\.\d{3})?Z/u.test(bytes.toString('latin1'));
    return isRead === (time === 'readable') ? bytes : this.answerTimestamp(request);
  }

  /** Logs a body, and returns what Rekor v1 answers. */
  async logAnswer(body: LogBody): Promise<Record<string, LoggedEntry>> {
    const answer: unknown = await this.parts.tlog.log(body);
    return answer as Record<string, LoggedEntry>;
  }

  /** Logs a body, and returns the entry as bundles have it. */
  async log(body: LogBody): Promise<Json> {
    const answer = await this.logAnswer(body);
    const [entry] = Object.values(answer);
    if (entry === undefined) throw new Error('the log answered nothing');
    const { inclusionProof: proof, signedEntryTimestamp } = entry.verification;
    return {
      logIndex: String(entry.logIndex),
      logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
      kindVersion: { kind: body.kind, version: body.apiVersion },
      integratedTime: String(entry.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: '0',
        rootHash: Buffer.from(proof.rootHash, 'hex').toString('base64'),
        treeSize: '1',
        hashes: [],
        checkpoint: { envelope: proof.checkpoint },
      },
      canonicalizedBody: entry.body,
    };
  }
}

/** What the log answers (sigstore/rekor, `openapi.yaml`, `LogEntry`). */
interface LoggedEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: { readonly rootHash: string; readonly checkpoint: string };
  };
}

/** A body for a log. */
export interface LogBody {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: Json;
}

/** A key of a signer. */
export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Entry of a log about a signature of a content. */
export function hashedRecord(
  content: Uint8Array,
  signature: Uint8Array,
  certificate: Uint8Array,
): LogBody {
  return {
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(content).toString('hex') } },
      signature: {
        content: b64(signature),
        publicKey: { content: b64(Buffer.from(pemOf(certificate))) },
      },
    },
  };
}

/** Entry of a log about a signed envelope, as Rekor v1 makes it. */
export function dsseRecord(envelope: string, certificate: Uint8Array): LogBody {
  const { payload, signatures } = JSON.parse(envelope) as {
    readonly payload: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
  const hash = (content: Uint8Array): Json => {
    return { algorithm: 'sha256', value: sha256(content).toString('hex') };
  };
  const verifier = b64(Buffer.from(pemOf(certificate)));
  return {
    kind: 'dsse',
    apiVersion: '0.0.1',
    spec: {
      envelopeHash: hash(Buffer.from(envelope)),
      payloadHash: hash(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }) => ({ signature: sig, verifier })),
    },
  };
}

/** The same as Rekor v2 writes it. */
export function hashedRecord2(
  content: Uint8Array,
  signature: Uint8Array,
  certificate: Uint8Array,
): LogBody {
  return {
    kind: 'hashedrekord',
    apiVersion: '0.0.2',
    spec: {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest: b64(sha256(content)) },
        signature: {
          content: b64(signature),
          verifier: {
            keyDetails: 'PKIX_ECDSA_P256_SHA_256',
            x509Certificate: { rawBytes: b64(certificate) },
          },
        },
      },
    },
  };
}

/** A bundle (v0.3) of its parts. */
export function bundleOf(
  certificate: Uint8Array,
  signed: Json,
  material: { readonly entries?: readonly Json[]; readonly stamps?: readonly Json[] },
): Json {
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: b64(certificate) },
      tlogEntries: material.entries ?? [],
      timestampVerificationData: { rfc3161Timestamps: material.stamps ?? [] },
    },
    ...signed,
  };
}

/** A message signature of a content. */
export function messageOf(content: Uint8Array, signature: Uint8Array): Json {
  return {
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: b64(sha256(content)) },
      signature: b64(signature),
    },
  };
}

/** What a signature over an envelope covers. */
export function preAuthEncoding(type: string, payload: string): Buffer {
  return Buffer.from(`DSSEv1 ${type.length} ${type} ${Buffer.byteLength(payload)} ${payload}`);
}

/** Signs as the key does. */
export function signed(content: Uint8Array, { privateKey }: Pick<KeyPair, 'privateKey'>): Buffer {
  return sign(privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256', content, privateKey);
}

export function sha256(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

export function b64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** A certificate in lines of 64 characters, as Rekor stores it. */
function pemOf(der: Uint8Array): string {
  const lines = b64(der).match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
