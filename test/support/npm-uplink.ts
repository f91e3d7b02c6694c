/**
 * A registry of npm on loopback with full documents, ETags and dates, which a package registry of
 * Assay stands in front of. A test changes what it serves while it runs, and reads what it was
 * asked.
 */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';

/** A version as it is published. */
export interface UplinkVersion {
  /** Absent: the date is missing. */
  readonly time?: string;
  /** Added to the manifest of the document, not to that of the file. */
  readonly manifest?: object;
  /** In place of the file that fits. */
  readonly file?: Buffer;
  /** Added to `dist`. */
  readonly dist?: object;
  /** Further files of the archive, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A package as it is published. */
export interface UplinkPackage {
  readonly versions: Readonly<Record<string, UplinkVersion>>;
  /** Default: `latest` is the last version. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Answers a request in place of the registry; returns whether it did. */
type Interceptor = (request: IncomingMessage, response: ServerResponse) => boolean;

/** A running registry. */
export interface NpmUplink extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
  readonly packages: Map<string, UplinkPackage>;
  /** Method and path of each request. */
  readonly requests: string[];
  readonly headers: IncomingMessage['headers'][];
  intercept: Interceptor | undefined;
}

/** The file of a version as the registry makes it. */
export function uplinkTarball(
  name: string,
  version: string,
  files: Readonly<Record<string, string>> = {},
): Buffer {
  const manifest = { name, version, ...(JSON.parse(files['package.json'] ?? '{}') as object) };
  const more = Object.entries(files).filter(([path]) => path !== 'package.json');
  return gzipSync(
    writeTar([
      { path: 'package/package.json', body: JSON.stringify(manifest) },
      ...more.map(([path, body]) => ({ path: `package/${path}`, body })),
    ]),
  );
}

/** Returns the integrity of bytes, as `sha512-…`. */
export function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/** Starts a registry without packages. */
export async function startNpmUplink(): Promise<NpmUplink> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const uplink: NpmUplink = {
    url,
    packages: new Map(),
    requests: [],
    headers: [],
    intercept: undefined,
    [Symbol.asyncDispose]: () => close(server),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    uplink.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    uplink.headers.push(request.headers);
    if (uplink.intercept?.(request, response) === true) return;
    answer(uplink, request, response);
  });
  return uplink;
}

function answer(uplink: NpmUplink, request: IncomingMessage, response: ServerResponse): void {
  const [name = '', file] = decodeURIComponent(request.url ?? '')
    .slice(1)
    .split('/-/');
  const found = uplink.packages.get(name);
  const version = file?.slice(fileStart(name).length, -'.tgz'.length);
  if (version !== undefined) {
    const row = found?.versions[version];
    if (row === undefined) response.writeHead(404).end('{}');
    else response.end(fileOf(name, version, row));
    return;
  }
  if (found === undefined) {
    response.writeHead(404).end('{}');
    return;
  }
  const body = JSON.stringify(documentOf(uplink.url, name, found));
  const etag = `"${createHash('sha1').update(body).digest('hex')}"`;
  response.setHeader('etag', etag);
  response.setHeader('content-type', 'application/json');
  if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
  else response.end(body);
}

function documentOf(url: string, name: string, { versions, tags }: UplinkPackage): object {
  const rows = Object.entries(versions).map(([version, row]) => {
    const bytes = fileOf(name, version, row);
    const dist = {
      tarball: `${url}${name}/-/${fileStart(name)}${version}.tgz`,
      integrity: integrityOf(bytes),
      shasum: createHash('sha1').update(bytes).digest('hex'),
      ...row.dist,
    };
    return [version, { name, version, ...row.manifest, dist }] as const;
  });
  const times = Object.entries(versions).flatMap(([version, { time }]) =>
    time === undefined ? [] : [[version, time] as const],
  );
  return {
    _id: name,
    name,
    'dist-tags': tags ?? { latest: rows.at(-1)?.[0] },
    versions: Object.fromEntries(rows),
    time: { created: '2020-01-01T00:00:00.000Z', ...Object.fromEntries(times) },
  };
}

function fileOf(name: string, version: string, { file, files }: UplinkVersion): Buffer {
  return file ?? uplinkTarball(name, version, files);
}

function fileStart(name: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
