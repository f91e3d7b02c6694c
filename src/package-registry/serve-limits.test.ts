/** TLS, limits on time and connections, and the end of a registry, on real sockets. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../core/base/context.ts';
import { readCertificate, watchCertificate, type CertificateFiles } from './certificates.ts';
import type { RegistryHandler } from './handler.ts';
import { createRegistryServer, type RegistryServer } from './http-server.ts';
import { DEFAULT_REGISTRY_LIMITS, type RegistryLimits } from './limits.ts';
import { missingTool, needs } from '../../test/support/tools.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-limits-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OK: RegistryHandler = () =>
  Promise.resolve({ status: 200, headers: {}, body: Buffer.from('whole') });

async function serving(
  work: (port: number, server: RegistryServer) => Promise<void>,
  {
    handler = OK,
    tls,
    ...limits
  }: Partial<RegistryLimits> & {
    readonly handler?: RegistryHandler;
    readonly tls?: CertificateFiles;
  } = {},
): Promise<void> {
  const certificate = tls === undefined ? undefined : await readCertificate(tls);
  const server = createRegistryServer({
    handler: () => handler,
    limits: { ...DEFAULT_REGISTRY_LIMITS, ...limits },
    certificate,
  });
  const url = await server.listen('127.0.0.1', 0);
  expect(url.protocol).toBe(tls === undefined ? 'http:' : 'https:');
  try {
    await work(Number(url.port), server);
  } finally {
    await server.close(0);
  }
}

const REQUEST = 'GET /left HTTP/1.1\r\nHost: a\r\n\r\n';

/** Sends a text and returns all that arrives until the connection ends. */
async function exchange(port: number, text: string): Promise<string> {
  return untilEnd(
    createConnection(port, '127.0.0.1', function onOpen(this: Socket) {
      this.write(text);
    }),
  );
}

function untilEnd(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let all = '';
    socket.setEncoding('latin1').on('data', (piece) => (all += String(piece)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(all));
  });
}

function makeCertificate(name: string): CertificateFiles {
  const files = { cert: path.join(folder, `${name}.crt`), key: path.join(folder, `${name}.key`) };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const made = ['-subj', `/CN=${name}`, '-days', '2', '-keyout', files.key, '-out', files.cert];
  const { status } = spawnSync('openssl', ['req', '-x509', ...curve, ...made]);
  expect(status).toBe(0);
  return files;
}

const noOpenssl = missingTool('openssl');

describe.skipIf(noOpenssl !== undefined)(`a certificate${needs(noOpenssl)}`, () => {
  it('serves TLS 1.2 and 1.3, and nothing below; a new one is used without a restart', async () => {
    const first = makeCertificate('first.test');
    const second = makeCertificate('second.test');
    await serving(
      async (port, server) => {
        expect(await handshake(port, {})).toEqual(['first.test', 'TLSv1.3']);
        expect(await handshake(port, { maxVersion: 'TLSv1.2' })).toEqual(['first.test', 'TLSv1.2']);
        const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
        await expect(handshake(port, old as ConnectionOptions)).rejects.toThrow(
          /alert|protocol version/u,
        );
        expect(await exchange(port, REQUEST)).toBe('');
        const warned: string[] = [];
        const log = { debug: () => undefined, info: () => undefined };
        const context = quietContext({ log: { ...log, warn: (text) => void warned.push(text) } });
        using watch = await watchCertificate(first, server.renew, context);
        writeFileSync(first.key, 'half');
        await watch.check();
        await watch.check();
        expect(warned).toHaveLength(1);
        expect(warned[0]).toContain('the older certificate is used: the certificate');
        expect(await handshake(port, {})).toEqual(['first.test', 'TLSv1.3']);
        copyFileSync(second.cert, first.cert);
        copyFileSync(second.key, first.key);
        await watch.check();
        expect(await handshake(port, {})).toEqual(['second.test', 'TLSv1.3']);
      },
      { tls: first },
    );
  });

  it('that does not fit its key is refused, and so is a missing one', async () => {
    const { cert } = makeCertificate('third.test');
    const { key } = makeCertificate('fourth.test');
    await expect(readCertificate({ cert, key })).rejects.toThrow('cannot be used with the key');
    const missing = path.join(folder, 'none');
    await expect(readCertificate({ cert, key: missing })).rejects.toThrow(/registry\.tls\.key/u);
  });
});

/** Returns the name of the certificate and the version of TLS. */
function handshake(port: number, options: ConnectionOptions): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectTls(
      { port, host: '127.0.0.1', rejectUnauthorized: false, ...options },
      () => {
        resolve([socket.getPeerCertificate().subject.CN, socket.getProtocol()]);
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });
}

describe('limits', () => {
  it('end a request whose headers or whose body do not come', async () => {
    const limits = { headersMs: 200, requestMs: 400 };
    await serving(async (port) => {
      const [headers, body] = await Promise.all([
        exchange(port, 'GET /left HTTP/1.1\r\nHost: a\r\n'),
        exchange(port, 'PUT /left HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx'),
      ]);
      expect(headers).toMatch(/^HTTP\/1\.1 408 /u);
      // It was answered before, and the connection does not stay open.
      expect(body).toMatch(/^HTTP\/1\.1 200 /u);
    }, limits);
  });

  it('close a connection on which nothing moves', async () => {
    const never: RegistryHandler = () => new Promise(() => undefined);
    await serving(
      async (port) => {
        expect(await exchange(port, REQUEST)).toBe('');
      },
      { handler: never, idleMs: 200 },
    );
  });

  it('close further connections', async () => {
    await serving(
      async (port) => {
        const first = createConnection(port, '127.0.0.1');
        await new Promise((resolve) => first.once('connect', resolve));
        expect(await exchange(port, REQUEST)).toBe('');
        first.destroy();
      },
      { maxConnections: 1 },
    );
  });
});

describe('at the end', () => {
  it('a request under way is finished, and others are refused', async () => {
    let release: () => void = () => undefined;
    let started: () => void = () => undefined;
    const isStarted = new Promise<void>((resolve) => (started = resolve));
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    const handler: RegistryHandler = async (request) => {
      started();
      await isReleased;
      return OK(request);
    };
    await serving(
      async (port, server) => {
        const first = exchange(port, REQUEST + REQUEST);
        await isStarted;
        const closed = server.close(5000);
        const later = exchange(port, REQUEST);
        expect(await later).toBe('');
        release();
        const text = await first;
        expect(text).toContain('HTTP/1.1 200 OK');
        expect(text).toContain('\r\n\r\nwhole');
        expect(await closed).toBe(0);
      },
      { handler },
    );
  });

  it('what does not end is cut off and counted', async () => {
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const handler: RegistryHandler = () => {
      begin();
      return new Promise(() => undefined);
    };
    await serving(
      async (port, server) => {
        const cut = exchange(port, REQUEST);
        await begun;
        expect(await server.close(100)).toBe(1);
        expect(await cut).toBe('');
      },
      { handler },
    );
  });
});

describe('a request with', () => {
  it.each([
    ['two hosts', 'Host: a\r\nHost: b', 400],
    ['two hosts in other cases', 'Host: a\r\nhOST: a', 400],
    ['no host', 'X: y', 400],
    ['two logins', 'Host: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y', 400],
    ['two lengths', 'Host: a\r\nContent-Length: 0\r\nContent-Length: 5', 400],
    ['a length and chunks', 'Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked', 400],
    ['two encodings', 'Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip', 400],
    ['an unknown encoding', 'Host: a\r\nTransfer-Encoding: xchunked', 400],
    ['a space before the colon', 'Host: a\r\nContent-Length : 5', 400],
    ['a folded header', 'Host: a\r\nX: y\r\n Z: 1', 400],
    ['a bare line feed in a header', 'Host: a\nX: y', 400],
    ['a length that is no number', 'Host: a\r\nContent-Length: 0x5', 400],
    ['a negative length', 'Host: a\r\nContent-Length: -1', 400],
  ])('%s is refused, and nothing behind it is answered', async (_, headers, status) => {
    const paths: string[] = [];
    const handler: RegistryHandler = (request) => {
      paths.push(request.target);
      return OK(request);
    };
    await serving(
      async (port) => {
        const hidden = '0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';
        const text = await exchange(port, `GET /left HTTP/1.1\r\n${headers}\r\n\r\n${hidden}`);
        expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `, 'u'));
        expect(paths).toEqual([]);
      },
      { handler },
    );
  });
});

it.each(['GET', 'HEAD', 'POST'])(
  'a bug in the answer to %s does not end the registry',
  async (method) => {
    const bug: RegistryHandler = () => Promise.reject(new Error('a bug'));
    let failing = true;
    const handler: RegistryHandler = (request) => (failing ? bug(request) : OK(request));
    await serving(
      async (port) => {
        const target = `${method} /left HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
        expect(await exchange(port, target)).toMatch(/^HTTP\/1\.1 500 /u);
        failing = false;
        expect(await exchange(port, target)).toMatch(/^HTTP\/1\.1 200 /u);
      },
      { handler },
    );
  },
);

it.each([
  ['no host', 'GET /left HTTP/1.0\r\n\r\n'],
  [
    'a target with a host',
    'GET http://other.test/left HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  ],
  ['a host that is an address', 'GET /left HTTP/1.1\r\nHost: a/b\r\nConnection: close\r\n\r\n'],
])('a request with %s is answered, and the next one too', async (_, text) => {
  const seen: (string | undefined)[] = [];
  const handler: RegistryHandler = (request) => {
    seen.push(request.header('host'));
    return OK(request);
  };
  await serving(
    async (port) => {
      expect(await exchange(port, text)).toMatch(/^HTTP\/1\.1 (?:200|400) /u);
      const plain = 'GET /left HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
      expect(await exchange(port, plain)).toMatch(/^HTTP\/1\.1 200 [^]*whole$/u);
      expect(seen.at(-1)).toBe('a');
    },
    { handler },
  );
});
