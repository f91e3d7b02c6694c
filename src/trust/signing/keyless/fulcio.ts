/**
 * Requests certificates from Fulcio for a key of this run.
 *
 * Source: sigstore/fulcio, `fulcio.proto` (v2: `POST /api/v2/signingCert`) and `docs/` (v1:
 * `POST /api/v1/signingCert`, token in the header, answer in PEM). Refused: a certificate for
 * another key, for a name that the token does not contain, with another issuer, or with an SCT
 * beside it, which bundles cannot hold.
 */

import { X509Certificate } from 'node:crypto';

import type { Context } from '../../../core/base/context.ts';
import { isJsonArray, isJsonObject, readJson } from '../../../formats/text/json/json.ts';
import type { PrivateKey } from '../private-key.ts';
import { readCertificateIdentity, type CertificateIdentity } from './certificate-identity.ts';
import type { IdentityToken } from './identity-token.ts';
import { askService, badAnswer, shownText, type Service } from './service-request.ts';

/** A certificate for the key of this run. */
export interface IssuedCertificate {
  readonly der: Buffer;
  /** Certificates of its authorities, from the issuer up. */
  readonly chain: readonly Buffer[];
  readonly name: string;
  readonly issuer: string;
  /** All that it contains about its subject. */
  readonly identity: CertificateIdentity;
}

/** For whom a certificate is requested. */
export interface CertificateRequest {
  readonly token: IdentityToken;
  readonly key: PrivateKey;
  /** The name that the certificate must have; absent: one that the token contains. */
  readonly expectedName?: string;
}

const MAX_CHAIN = 8;
const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/gu;
const JSON_TYPE = { 'content-type': 'application/json' };

/**
 * Requests a certificate.
 * @throws AssayError as `askService` does, and `NETWORK` if it is not the one that was requested
 */
export async function requestCertificate(
  { url, limitMs }: { readonly url: URL; readonly limitMs?: number | undefined },
  request: CertificateRequest,
  context: Context,
): Promise<IssuedCertificate> {
  const { token, key } = request;
  const secret = token.text;
  const service = { what: 'certificate authority', flag: 'fulcio-url', url, secret };
  const proof = Buffer.from(key.sign(Buffer.from(token.subject))).toString('base64');
  const { pem } = key.publicKey;
  const newer = {
    path: '/api/v2/signingCert',
    headers: JSON_TYPE,
    body: JSON.stringify({
      credentials: { oidcIdentityToken: secret },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: pem },
        proofOfPossession: proof,
      },
    }),
    answers: [404],
  };
  const answer = await askService(service, newer, context, limitMs);
  if (answer.status !== 404) return checked(chainOf(answer.bytes, service), service, request);
  const older = {
    path: '/api/v1/signingCert',
    headers: {
      ...JSON_TYPE,
      accept: 'application/pem-certificate-chain',
      authorization: `Bearer ${secret}`,
    },
    body: JSON.stringify({
      publicKey: { content: Buffer.from(pem).toString('base64') },
      signedEmailAddress: proof,
    }),
  };
  const { bytes } = await askService(service, older, context, limitMs);
  const texts = Buffer.from(bytes).toString('latin1').match(PEM) ?? [];
  return checked(texts, service, request);
}

/** Returns the certificates of an answer of v2, as PEM. */
function chainOf(bytes: Uint8Array, service: Service): readonly string[] {
  let answer;
  try {
    answer = readJson('answer', bytes);
  } catch {
    throw badAnswer(service, 'is not JSON');
  }
  if (answer['signedCertificateDetachedSct'] !== undefined) {
    throw badAnswer(service, 'has the proof of its log beside the certificate, and not in it');
  }
  const embedded = answer['signedCertificateEmbeddedSct'];
  const chain = isJsonObject(embedded) ? embedded['chain'] : undefined;
  const certificates = isJsonObject(chain) ? chain['certificates'] : undefined;
  if (!isJsonArray(certificates)) throw badAnswer(service, 'has no certificates');
  return certificates.map((one) => (typeof one === 'string' ? one : ''));
}

function checked(
  texts: readonly string[],
  service: Service,
  { key, token, expectedName }: CertificateRequest,
): IssuedCertificate {
  if (texts.length === 0) throw badAnswer(service, 'has no certificates');
  if (texts.length > MAX_CHAIN) throw badAnswer(service, `has more than ${MAX_CHAIN} certificates`);
  const [leaf, ...chain] = texts.map((text) => parsed(text, service));
  if (leaf === undefined) throw badAnswer(service, 'has no certificates');
  if (!leaf.spki.equals(key.publicKey.der))
    throw badAnswer(service, 'has a certificate for another key');
  const identity = readCertificateIdentity(leaf.raw);
  if (typeof identity === 'string') throw badAnswer(service, identity);
  const { names, issuer } = identity;
  const shown = (text: string): string => shownText(text, service.secret) ?? '(hidden)';
  const isAsked = (name: string): boolean =>
    expectedName === undefined ? token.isNamed(name) : name === expectedName;
  const [name, other] = names;
  if (name === undefined || other !== undefined) {
    throw badAnswer(service, `has a certificate with ${names.length} names`);
  }
  if (!isAsked(name)) {
    const wanted =
      expectedName === undefined
        ? 'which the token does not contain'
        : 'and not for the identity that was asked for';
    throw badAnswer(service, `has a certificate for "${shown(name)}", ${wanted}`);
  }
  if (issuer === undefined || !token.issuers.includes(issuer)) {
    const named = issuer === undefined ? 'no issuer' : `the issuer "${shown(issuer)}"`;
    throw badAnswer(service, `has a certificate with ${named}, and not with that of the token`);
  }
  return { der: leaf.raw, chain: chain.map(({ raw }) => raw), name, issuer, identity };
}

interface ReadCertificate {
  readonly raw: Buffer;
  /** The SubjectPublicKeyInfo of its key. */
  readonly spki: Buffer;
}

function parsed(pem: string, service: Service): ReadCertificate {
  try {
    if (pem.match(PEM)?.length !== 1) throw new Error('not one certificate');
    const { raw, publicKey } = new X509Certificate(pem);
    return { raw, spki: publicKey.export({ type: 'spki', format: 'der' }) };
  } catch {
    throw badAnswer(service, 'has a certificate that cannot be read');
  }
}
