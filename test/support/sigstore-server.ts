/**
 * Fulcio (v1 and v2), Rekor (v1 and v2) and a timestamp authority on loopback, over the authorities
 * of `sigstore-mock.ts`. They check what the real ones check of a request: the token's expiry and
 * audience, the possession of the key, and the signature that is entered.
 *
 * Source: sigstore/fulcio, `fulcio.proto`; sigstore/rekor, `openapi.yaml` and `pkg/types/dsse`;
 * sigstore/rekor-tiles, `CLIENTS.md`; RFC 3161, section 2.4.1.
 */

import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { readDer, readDerChildren } from '../../src/formats/crypto/asn1/der.ts';
import type { Certificates } from './registry.ts';
import {
  b64,
  dsseRecord,
  preAuthEncoding,
  sha256,
  type Json,
  type LogBody,
  type SigstoreMock,
} from './sigstore-mock.ts';

/** A request that the server received. */
export interface ServiceRequest {
  /** Method and path, as in `POST /api/v2/signingCert`. */
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Answers in place of the server, or leaves it to the server by `false`. */
export type Trick = (
  request: ServiceRequest,
  response: ServerResponse,
) => boolean | Promise<boolean>;

/** The versions of the interfaces, and whether they use TLS. */
export interface SigstoreServerOptions {
  readonly fulcio?: 1 | 2;
  readonly rekor?: 1 | 2;
  /** Serves HTTPS. */
  readonly tls?: Certificates;
}

/** A running server. */
export interface SigstoreServer extends AsyncDisposable {
  readonly url: string;
  readonly timestampUrl: string;
  readonly requests: ServiceRequest[];
  /** Called before the server answers. A test sets it. */
  trick: Trick | undefined;
}

/** Starts a server. */
export async function startSigstoreServer(
  mock: SigstoreMock,
  options: SigstoreServerOptions = {},
): Promise<SigstoreServer> {
  const requests: ServiceRequest[] = [];
  const routes = routesOf(mock, options);
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(request, response);
  };
  const { tls } = options;
  const http = tls === undefined ? createServer(listener) : createTlsServer(tlsOf(tls), listener);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    const asked: ServiceRequest = {
      line: `${request.method ?? ''} ${request.url ?? ''}`,
      headers: request.headers,
      body: Buffer.concat(pieces),
    };
    requests.push(asked);
    try {
      if ((await server.trick?.(asked, response)) === true) return;
      const { status, type, body } = await (routes.get(asked.line)?.(asked) ??
        refusal(404, 'Not Found'));
      response.writeHead(status, { 'content-type': type }).end(body);
    } catch (error) {
      const { status, type, body } = refusal(400, error instanceof Error ? error.message : '');
      response.writeHead(status, { 'content-type': type }).end(body);
    }
  };
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const scheme = tls === undefined ? 'http' : 'https';
  const url = `${scheme}://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: SigstoreServer = {
    url,
    timestampUrl: `${url}/api/v1/timestamp`,
    requests,
    trick: undefined,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

function tlsOf({ certificate, key }: Certificates): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(certificate), key: readFileSync(key) };
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
}

type Route = (request: ServiceRequest) => Promise<Reply> | Reply;

function routesOf(
  mock: SigstoreMock,
  { fulcio = 2, rekor = 1 }: SigstoreServerOptions,
): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  if (fulcio === 2) {
    routes.set('POST /api/v2/signingCert', (request) => certifyNewer(mock, jsonOf(request)));
  }
  // Real servers of v2 have the interface of v1 too.
  routes.set('POST /api/v1/signingCert', (request) => certifyOlder(mock, request));
  if (rekor === 1) {
    routes.set('GET /api/v1/log', () => json(200, { treeSize: 1 }));
    routes.set('POST /api/v1/log/entries', (request) => enterOlder(mock, jsonOf(request)));
  } else {
    routes.set('POST /api/v2/log/entries', (request) => enterNewer(mock, jsonOf(request)));
  }
  routes.set('POST /api/v1/timestamp', async ({ body }) => ({
    status: 201,
    type: 'application/timestamp-reply',
    body: await mock.answerTimestamp(timestampRequest(body)),
  }));
  return routes;
}

async function certifyNewer(mock: SigstoreMock, body: Json): Promise<Reply> {
  const credentials = body['credentials'] as { oidcIdentityToken: string };
  const { publicKey, proofOfPossession } = body['publicKeyRequest'] as {
    publicKey: { content: string };
    proofOfPossession: string;
  };
  const request = { key: Buffer.from(publicKey.content), proof: proofOfPossession };
  const certificates = await certify(mock, credentials.oidcIdentityToken, request);
  return json(200, { signedCertificateEmbeddedSct: { chain: { certificates } } });
}

async function certifyOlder(mock: SigstoreMock, request: ServiceRequest): Promise<Reply> {
  const token = /^Bearer (?<token>\S+)$/u.exec(request.headers.authorization ?? '')?.groups?.[
    'token'
  ];
  const { publicKey, signedEmailAddress } = jsonOf(request) as {
    publicKey: { content: string };
    signedEmailAddress: string;
  };
  const asked = { key: Buffer.from(publicKey.content, 'base64'), proof: signedEmailAddress };
  const certificates = await certify(mock, token ?? '', asked);
  return { status: 201, type: 'application/pem-certificate-chain', body: certificates.join('') };
}

async function certify(
  mock: SigstoreMock,
  token: string,
  { key, proof }: { readonly key: Buffer; readonly proof: string },
): Promise<string[]> {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    readonly iss: string;
    readonly sub: string;
    readonly email?: string;
    readonly exp: number;
    readonly aud: string;
  };
  if (claims.exp * 1000 <= Date.now()) throw new Error('oidc: token is expired');
  if (claims.aud !== 'sigstore') throw new Error('oidc: expected audience "sigstore"');
  // Clients write PEM or DER.
  const isPem = key.toString('latin1').startsWith('-----');
  const publicKey = createPublicKey(isPem ? key : { key, format: 'der', type: 'spki' });
  const { email, iss: issuer } = claims;
  const subject = email ?? claims.sub;
  if (!verify('sha256', Buffer.from(subject), publicKey, Buffer.from(proof, 'base64'))) {
    throw new Error('the signature supplied in the request could not be verified');
  }
  return email === undefined
    ? mock.certificateChain(publicKey, { subject, issuer })
    : mock.addressChain(publicKey, { address: email, issuer });
}

async function enterOlder(mock: SigstoreMock, body: Json): Promise<Reply> {
  const { kind, spec } = body as unknown as LogBody;
  if (kind === 'hashedrekord') return json(201, await mock.logAnswer(body as unknown as LogBody));
  if (kind !== 'dsse') throw new Error(`no entry of the kind ${kind}`);
  const { envelope, verifiers } = spec['proposedContent'] as {
    envelope: string;
    verifiers: string[];
  };
  const [verifier = ''] = verifiers;
  const certificate = new X509Certificate(Buffer.from(verifier, 'base64'));
  checkEnvelope(JSON.parse(envelope) as Envelope, certificate);
  return json(201, await mock.logAnswer(dsseRecord(envelope, certificate.raw)));
}

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

function checkEnvelope(
  { payload, payloadType, signatures }: Envelope,
  { publicKey }: X509Certificate,
): void {
  const signed = preAuthEncoding(payloadType, Buffer.from(payload, 'base64').toString());
  const [first] = signatures;
  if (!verify('sha256', signed, publicKey, Buffer.from(first?.sig ?? '', 'base64'))) {
    throw new Error('could not verify envelope');
  }
}

/** Entries of Rekor v2 have neither a time nor a promise. */
async function enterNewer(mock: SigstoreMock, body: Json): Promise<Reply> {
  const entry = await mock.log(newerBody(body));
  return json(201, { ...entry, inclusionPromise: undefined, integratedTime: '0' });
}

function newerBody({ hashedRekordRequestV002: record, dsseRequestV002: envelope }: Json): LogBody {
  if (record !== undefined) {
    const { digest, signature } = record as { digest: string; signature: Json };
    const data = { algorithm: 'SHA2_256', digest };
    const spec = { hashedRekordV002: { data, signature } };
    return { kind: 'hashedrekord', apiVersion: '0.0.2', spec };
  }
  const { envelope: signed, verifiers } = envelope as {
    envelope: Envelope;
    verifiers: { x509Certificate: { rawBytes: string } }[];
  };
  const [verifier] = verifiers;
  checkEnvelope(
    signed,
    new X509Certificate(Buffer.from(verifier?.x509Certificate.rawBytes ?? '', 'base64')),
  );
  const digest = b64(sha256(Buffer.from(signed.payload, 'base64')));
  const signatures = signed.signatures.map(({ sig }) => ({ content: sig, verifier }));
  const spec = { dsseV002: { payloadHash: { algorithm: 'SHA2_256', digest }, signatures } };
  return { kind: 'dsse', apiVersion: '0.0.2', spec };
}

function timestampRequest(der: Buffer): { readonly digest: Buffer; readonly certReq: boolean } {
  const [, imprint, ...rest] = readDerChildren(readDer(der)) ?? [];
  const [, digest] = readDerChildren(imprint) ?? [];
  if (digest?.content.length !== 32) throw new Error('not a request for a timestamp');
  const certReq = rest.some(({ tag, content }) => tag === 1 && content[0] === 0xff);
  return { digest: Buffer.from(digest.content), certReq };
}

function jsonOf({ body }: ServiceRequest): Json {
  return JSON.parse(body.toString()) as Json;
}

function json(status: number, body: unknown): Reply {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

function refusal(status: number, message: string): Reply {
  return json(status, { code: status, message });
}
