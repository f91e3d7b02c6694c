/**
 * A Python package index on loopback, with pages in JSON or HTML, which a package registry of Assay
 * stands in front of. A test changes what it serves while it runs, and reads what it was asked.
 */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A file as it is listed. */
export interface UplinkFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Absent: the page has no date. */
  readonly time?: string;
  readonly requiresPython?: string;
  readonly yanked?: string | boolean;
  /** Text of the metadata file. Absent: there is none. */
  readonly metadata?: string;
  /** In place of the address at this index. */
  readonly url?: string;
  /** In place of the SHA-256 of the bytes. Empty: none. */
  readonly sha256?: string;
  /** Address of the attestations. */
  readonly provenance?: string;
}

/** A running index. */
export interface PypiUplink extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/simple/` */
  readonly url: string;
  /** Files by the normalized name of the project. */
  readonly projects: Map<string, readonly UplinkFile[]>;
  /** Further keys of the pages in JSON, by project. */
  readonly extra: Map<string, object>;
  form: 'json' | 'html';
  /** Method and path of each request. */
  readonly requests: string[];
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
}

/** Starts an index without projects. */
export async function startPypiUplink(): Promise<PypiUplink> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const index: PypiUplink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
    projects: new Map(),
    extra: new Map(),
    form: 'json',
    requests: [],
    intercept: undefined,
    [Symbol.asyncDispose]: () => close(server),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    index.requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (index.intercept?.(request, response) === true) return;
    answer(index, request.url ?? '', response);
  });
  return index;
}

function answer(index: PypiUplink, path: string, response: ServerResponse): void {
  const page = /^\/simple\/(?<name>[^/]+)\/$/u.exec(path)?.groups?.['name'];
  const files = page === undefined ? undefined : index.projects.get(page);
  if (page !== undefined && files !== undefined) {
    const isJson = index.form === 'json';
    const type = isJson ? 'application/vnd.pypi.simple.v1+json' : 'text/html; charset=utf-8';
    response.setHeader('content-type', type);
    response.end(isJson ? jsonPage(page, files, index.extra.get(page)) : htmlPage(files));
    return;
  }
  const wanted = decodeURIComponent(path.slice('/files/'.length));
  for (const file of [...index.projects.values()].flat()) {
    if (wanted === file.name) return void response.end(file.bytes);
    if (wanted === `${file.name}.metadata` && file.metadata !== undefined) {
      return void response.end(file.metadata);
    }
  }
  response.writeHead(404).end();
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

function jsonPage(name: string, files: readonly UplinkFile[], extra: object = {}): string {
  const rows = files.map((file) => ({
    filename: file.name,
    url: file.url ?? `/files/${encodeURIComponent(file.name)}`,
    hashes: file.sha256 === '' ? {} : { sha256: file.sha256 ?? sha256(file.bytes) },
    size: file.bytes.length,
    ...(file.time !== undefined && { 'upload-time': file.time }),
    ...(file.requiresPython !== undefined && { 'requires-python': file.requiresPython }),
    ...(file.yanked !== undefined && { yanked: file.yanked }),
    ...(file.provenance !== undefined && { provenance: file.provenance }),
    ...(file.metadata !== undefined && { 'core-metadata': { sha256: sha256(file.metadata) } }),
  }));
  return JSON.stringify({
    meta: { 'api-version': '1.1' },
    name,
    versions: [],
    files: rows,
    ...extra,
  });
}

function htmlPage(files: readonly UplinkFile[]): string {
  const links = files.map((file) => {
    const hash = file.sha256 === '' ? '' : `#sha256=${file.sha256 ?? sha256(file.bytes)}`;
    const python = file.requiresPython?.replaceAll('>', '&gt;').replaceAll('<', '&lt;');
    const attributes = [
      python === undefined ? '' : ` data-requires-python="${python}"`,
      typeof file.yanked === 'string' ? ` data-yanked="${file.yanked}"` : '',
      file.provenance === undefined ? '' : ` data-provenance="${file.provenance}"`,
      file.metadata === undefined ? '' : ` data-core-metadata="sha256=${sha256(file.metadata)}"`,
    ].join('');
    return `<a href="../../files/${encodeURIComponent(file.name)}${hash}"${attributes}>${file.name}</a><br/>`;
  });
  return `<!DOCTYPE html><html><body>${links.join('\n')}</body></html>`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
