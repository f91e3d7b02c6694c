/**
 * A registry of npm on loopback that stands for a public one in the demonstration.
 *
 * Source: npm registry, "Package metadata" (full form).
 */

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { writeTar } from '../../../../formats/archive/tar/tar-writer.ts';

/** Dates of publication by version, in ISO 8601; the last version is the newest. */
type StubVersions = Readonly<Record<string, string>>;

/** A running registry. */
export interface StubUplink extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string;
}

/**
 * Serves packages, by their names without a scope, on a free port. @throws the error of the system
 * if it cannot listen on 127.0.0.1
 */
export async function startStubUplink(
  packages: Readonly<Record<string, StubVersions>>,
): Promise<StubUplink> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const answers = new Map<string, Buffer>();
  for (const [name, versions] of Object.entries(packages)) {
    for (const version of Object.keys(versions)) {
      answers.set(`/${filePath(name, version)}`, fileOf(name, version));
    }
    answers.set(`/${name}`, Buffer.from(JSON.stringify(documentOf(url, name, versions))));
  }
  server.on('request', (request, response) => {
    const body = answers.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body ?? '{}');
  });
  return { url, [Symbol.asyncDispose]: () => close(server) };
}

function documentOf(url: string, name: string, dates: StubVersions): object {
  const rows = Object.keys(dates).map((version) => {
    const integrity = createHash('sha512').update(fileOf(name, version)).digest('base64');
    const dist = { tarball: `${url}${filePath(name, version)}`, integrity: `sha512-${integrity}` };
    return [version, { name, version, dist }] as const;
  });
  return {
    name,
    'dist-tags': { latest: rows.at(-1)?.[0] },
    versions: Object.fromEntries(rows),
    time: dates,
  };
}

function filePath(name: string, version: string): string {
  return `${name}/-/${name}-${version}.tgz`;
}

function fileOf(name: string, version: string): Buffer {
  const body = JSON.stringify({ name, version });
  return gzipSync(writeTar([{ path: 'package/package.json', body }]));
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
