/**
 * A server on loopback that is to feeds as their publishers are: files with an `ETag` and a date,
 * `304` where nothing has changed, and single records of OSV and of the CVE list, which it takes
 * out of the archives.
 */

import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { openZip, type ZipArchive, type ZipEntry } from '../../src/formats/archive/zip/zip.ts';
import { openLocalFile } from '../../src/advisories/base/load/file-origins.ts';

export interface ServedRequest {
  readonly path: string;
  readonly status: number;
}

export interface FeedServer extends AsyncDisposable {
  /** Ends with a slash. */
  readonly url: string;
  /** In the order of their answers. */
  readonly requests: ServedRequest[];
  /** Bytes of all answers with their headers. */
  servedBytes(): number;
  /**
   * Puts a record of OSV in the place of the one with its id, and on top of the list of its
   * ecosystem.
   */
  change(ecosystem: string, record: { readonly id: string; readonly modified: string }): void;
}

/** Serves the folder `root`, laid out as a mirror. */
export async function startFeedServer(root: string): Promise<FeedServer> {
  const site = new Site(root);
  const requests: ServedRequest[] = [];
  const written = new WeakMap<object, number>();
  let servedBytes = 0;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname).slice(1);
    const { socket } = request;
    response.on('finish', () => {
      requests.push({ path, status: response.statusCode });
      servedBytes += socket.bytesWritten - (written.get(socket) ?? 0);
      written.set(socket, socket.bytesWritten);
    });
    site
      .answer(path, request, response)
      .catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    servedBytes: () => servedBytes,
    change: (ecosystem, record) => site.change(ecosystem, record),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const RECORD = /^osv\/(?<ecosystem>[^/]+)\/(?<id>[^/]+)\.json$/;
const CVE_RECORD = /^cve\/(?<name>cves\/\d{4}\/\d+xxx\/CVE-\d{4}-\d+\.json)$/;
const LIST = /^osv\/(?<ecosystem>[^/]+)\/modified_id\.csv$/;

class Site {
  readonly #root: string;
  readonly #archives = new Map<string, Promise<ZipArchive | undefined>>();
  #cveEntries: ReadonlyMap<string, ZipEntry> | undefined;
  readonly #changed = new Map<string, Map<string, { id: string; modified: string }>>();

  constructor(root: string) {
    this.#root = root;
  }

  change(ecosystem: string, record: { readonly id: string; readonly modified: string }): void {
    const known =
      this.#changed.get(ecosystem) ?? new Map<string, { id: string; modified: string }>();
    this.#changed.set(ecosystem, known.set(record.id, record));
  }

  async answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = RECORD.exec(path)?.groups;
    if (record !== undefined) return this.#answerRecord(record, response);
    const cveRecord = CVE_RECORD.exec(path)?.groups?.['name'];
    if (cveRecord !== undefined) return this.#answerCveRecord(cveRecord, response);
    const list = LIST.exec(path)?.groups?.['ecosystem'];
    const changes = list === undefined ? undefined : this.#changed.get(list);
    const full = join(this.#root, normalize(`/${path}`));
    const facts = await stat(full).catch(() => undefined);
    if (facts?.isFile() !== true) {
      response.writeHead(404).end();
      return;
    }
    const etag = `"${facts.size}-${Math.trunc(facts.mtimeMs)}-${changes?.size ?? 0}"`;
    response.setHeader('etag', etag);
    response.setHeader('last-modified', facts.mtime.toUTCString());
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304).end();
    } else if (changes !== undefined) {
      response.end(withChanges(await readFile(full, 'utf8'), changes));
    } else {
      response.setHeader('content-length', facts.size);
      createReadStream(full).pipe(response);
    }
  }

  async #answerRecord(
    { ecosystem = '', id = '' }: Readonly<Record<string, string>>,
    response: ServerResponse,
  ): Promise<void> {
    const changed = this.#changed.get(ecosystem)?.get(id);
    if (changed !== undefined) {
      response.end(JSON.stringify(changed));
      return;
    }
    const archive = await this.#archive(`osv/${ecosystem}/all.zip`);
    const entry = archive?.entries.find((item) => item.name === `${id}.json`);
    if (archive === undefined || entry === undefined) response.writeHead(404).end();
    else response.end(await archive.read(entry));
  }

  async #answerCveRecord(name: string, response: ServerResponse): Promise<void> {
    const archive = await this.#archive('cve/main.zip');
    this.#cveEntries ??= new Map(
      (archive?.entries ?? []).map((entry) => [
        entry.name.slice(entry.name.indexOf('/') + 1),
        entry,
      ]),
    );
    const entry = this.#cveEntries.get(name);
    if (archive === undefined || entry === undefined) response.writeHead(404).end();
    else response.end(await archive.read(entry));
  }

  #archive(path: string): Promise<ZipArchive | undefined> {
    const known = this.#archives.get(path) ?? this.#open(path);
    this.#archives.set(path, known);
    return known;
  }

  async #open(path: string): Promise<ZipArchive | undefined> {
    const file = await openLocalFile(join(this.#root, path));
    if (file === undefined) return undefined;
    const limit = 2 ** 31;
    return openZip(file, { maxEntries: limit, maxEntryBytes: limit, maxTotalBytes: 2 ** 40 });
  }
}

function withChanges(
  list: string,
  changes: ReadonlyMap<string, { readonly id: string; readonly modified: string }>,
): string {
  const kept = list.split('\n').filter((line) => !changes.has(line.trim().split(',')[1] ?? ''));
  const lines = [...changes.values()].map(({ id, modified }) => `${modified},${id}`);
  return [...lines.sort().reverse(), ...kept].join('\n');
}
