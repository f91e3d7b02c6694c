/**
 * A mirror of the TUF repository of Sigstore for clients that know only its address: a proxy that
 * answers in its name, with a certificate that the test trusts.
 *
 * Source: The Update Framework, specification 1.0, sections 4 (metadata, canonical JSON) and 5
 * (the order of requests: `2.root.json` must be missing, then timestamp, snapshot, targets).
 */

import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';

const HOST = 'tuf-repo-cdn.sigstore.dev';
const EXPIRES = '2100-01-01T00:00:00Z';

/** A running mirror. */
export interface TufMirror extends AsyncDisposable {
  /** Variables of the environment that lead a client of npm to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths of the requests. */
  readonly requests: string[];
  /** Writes the first root into a cache of npm, where another one would be the public one. */
  seed(npmCache: string): void;
}

/** Starts a mirror whose only target is a trusted root. `folder` gets its certificate. */
export async function startTufMirror(folder: string, trustedRoot: object): Promise<TufMirror> {
  const target = JSON.stringify(trustedRoot);
  const documents = metadataOf(target);
  const requests: string[] = [];
  const { key, cert } = certificate(folder);
  const mirror = createTlsServer({ key, cert }, ({ url = '' }, response) => {
    requests.push(url);
    const found = documents.get(url.slice(1)) ?? (url.startsWith('/targets/') ? target : undefined);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  const mirrorPort = await listen(mirror);
  const proxy = createHttpServer((_, response) => void response.writeHead(403).end());
  proxy.on('connect', (request, socket) => {
    if (request.url !== `${HOST}:443`) return void socket.destroy();
    const upstream = connect(mirrorPort, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  const proxyPort = await listen(proxy);
  return {
    env: {
      https_proxy: `http://127.0.0.1:${proxyPort}`,
      no_proxy: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: join(folder, 'mirror.crt'),
    },
    requests,
    seed: (npmCache) => {
      const cache = join(npmCache, '_tuf', HOST);
      mkdirSync(cache, { recursive: true });
      writeFileSync(join(cache, 'root.json'), documents.get('1.root.json') ?? '');
    },
    [Symbol.asyncDispose]: async () => {
      for (const server of [mirror, proxy]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

function metadataOf(target: string): ReadonlyMap<string, string> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: raw } };
  const keyid = createHash('sha256').update(canonical(key)).digest('hex');
  const role = { keyids: [keyid], threshold: 1 };
  const signedText = (type: string, more: object): string => {
    const signed = { _type: type, spec_version: '1.0', version: 1, expires: EXPIRES, ...more };
    const sig = sign(null, Buffer.from(canonical(signed)), privateKey).toString('hex');
    return JSON.stringify({ signatures: [{ keyid, sig }], signed });
  };
  const hashes = { sha256: createHash('sha256').update(target).digest('hex') };
  return new Map([
    [
      '1.root.json',
      signedText('root', {
        consistent_snapshot: false,
        keys: { [keyid]: key },
        roles: { root: role, timestamp: role, snapshot: role, targets: role },
      }),
    ],
    ['timestamp.json', signedText('timestamp', { meta: { 'snapshot.json': { version: 1 } } })],
    ['snapshot.json', signedText('snapshot', { meta: { 'targets.json': { version: 1 } } })],
    [
      'targets.json',
      signedText('targets', {
        targets: { 'trusted_root.json': { length: target.length, hashes } },
      }),
    ],
  ]);
}

/** Keys in order, no white space; no text here needs an escape. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const rows = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${rows.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

function certificate(folder: string): { readonly key: Buffer; readonly cert: Buffer } {
  const [key, cert] = [join(folder, 'mirror.key'), join(folder, 'mirror.crt')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-days', '2', '-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`],
      ...['-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
