/**
 * A registry in this process, whose every answer a test can change: what no real registry does on
 * purpose.
 */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request, or leaves it to the next one by `false`. */
export type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => boolean;

export interface ScriptedRegistry extends Disposable {
  readonly host: string;
  /** As in `GET /v2/app/manifests/1`. */
  readonly requests: string[];
  /** The `Authorization` headers, one for each request. */
  readonly authorizations: (string | undefined)[];
  /** Stored by path below `/v2/`, as in `app/blobs/sha256:…`. */
  readonly stored: Map<string, { readonly bytes: Buffer; readonly mediaType: string }>;
  /** Asked before what is stored; the last one added first. */
  readonly answers: Answer[];
  /** Answers with this status where it is taken for a proxy. */
  refuseTunnels(status: number): void;
}

/**
 * What an image needs at a registry; a tag leads to the index or, where there is none, to the
 * manifest.
 */
export function storeLayout(
  registry: ScriptedRegistry,
  repository: string,
  files: ReadonlyMap<string, Buffer>,
): void {
  for (const [path, bytes] of files) {
    const hex = /^blobs\/sha256\/(?<hex>[0-9a-f]{64})$/.exec(path)?.groups?.['hex'];
    if (hex === undefined) continue;
    const mediaType = 'application/octet-stream';
    registry.stored.set(`${repository}/blobs/sha256:${hex}`, { bytes, mediaType });
  }
  const index = JSON.parse(files.get('index.json')?.toString() ?? '{}') as Index;
  const add = ({ digest, mediaType, annotations }: Index['manifests'][number]): void => {
    const bytes = files.get(`blobs/${digest.replace(':', '/')}`);
    if (bytes === undefined) return;
    const tag = annotations?.['org.opencontainers.image.ref.name'];
    for (const version of [digest, ...(tag === undefined ? [] : [tag])]) {
      registry.stored.set(`${repository}/manifests/${version}`, { bytes, mediaType });
    }
    const inner = JSON.parse(bytes.toString()) as Partial<Index>;
    for (const item of inner.manifests ?? []) add(item);
  };
  for (const item of index.manifests) add(item);
}

interface Index {
  readonly manifests: readonly {
    readonly digest: string;
    readonly mediaType: string;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
}

export async function scriptedRegistry(): Promise<ScriptedRegistry> {
  const stored: ScriptedRegistry['stored'] = new Map();
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://registry');
    requests.push(`${request.method ?? ''} ${url.pathname}`);
    authorizations.push(request.headers.authorization);
    const isAnswered = answers.toReversed().some((answer) => answer(request, response, url));
    if (!isAnswered) answerStored(stored, { request, response, url });
  });
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    requests,
    authorizations,
    stored,
    answers,
    refuseTunnels: (status) =>
      void server.on('connect', (_request, socket) => {
        socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      }),
    [Symbol.dispose]: () => server.close().closeAllConnections(),
  };
}

function answerStored(
  stored: ScriptedRegistry['stored'],
  { request, response, url }: { request: IncomingMessage; response: ServerResponse; url: URL },
): void {
  if (url.pathname === '/v2/') {
    response.end('{}');
    return;
  }
  const found = stored.get(decodeURIComponent(url.pathname.slice('/v2/'.length)));
  if (found === undefined) {
    refuse(response, 404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    return;
  }
  const { bytes, mediaType } = found;
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  response.setHeader('content-type', mediaType);
  response.setHeader('docker-content-digest', digest);
  const range = /^bytes=(?<first>\d+)-(?<last>\d*)$/.exec(request.headers.range ?? '');
  const { first, last = '' } = range?.groups ?? {};
  const start = Number(first ?? 0);
  const end = last === '' ? bytes.length : Math.min(Number(last) + 1, bytes.length);
  if (first !== undefined) {
    response.statusCode = 206;
    response.setHeader('content-range', `bytes ${start}-${end - 1}/${bytes.length}`);
  }
  response.setHeader('content-length', end - start);
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start, end));
}

/** An error as registries write it. */
export function refuse(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
