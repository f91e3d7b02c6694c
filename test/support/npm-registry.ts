/**
 * A registry of npm on loopback, with packages made for a test; what it serves can change while it
 * runs.
 */

import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';

/** Versions of a package, each with the ranges that it depends on; the last one is `latest`. */
export type NpmVersions = Readonly<Record<string, Readonly<Record<string, string>>>>;

export class NpmRegistry implements AsyncDisposable {
  readonly #packages = new Map<string, NpmVersions>();
  readonly #peers = new Map<string, NpmVersions>();
  /** The headers of all requests. */
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => {
      this.requests.push({ url: request.url ?? '', authorization: request.headers.authorization });
      const [name = '', file] = decodeURIComponent(request.url ?? '')
        .slice(1)
        .replace(/\.tgz$/u, '')
        .split('/-/');
      const version = file?.slice(fileName(name, '').length);
      const versions = this.#packages.get(name);
      if (versions === undefined) response.writeHead(404).end('{}');
      else if (version !== undefined)
        response.end(tarball(this.#manifest(name, version, versions)));
      else response.end(JSON.stringify(this.#packument(name, versions)));
    });
  }

  static async start(): Promise<NpmRegistry> {
    const server = createServer();
    const registry = new NpmRegistry(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return registry;
  }

  /** With the slash at its end that clients ask for. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `http://127.0.0.1:${address.port}/`;
  }

  /** Replaces all versions of the packages, and the peer dependencies of those that are named. */
  publish(
    packages: Readonly<Record<string, NpmVersions>>,
    peers: Readonly<Record<string, NpmVersions>> = {},
  ): void {
    for (const [name, versions] of Object.entries(packages)) this.#packages.set(name, versions);
    for (const [name, versions] of Object.entries(peers)) this.#peers.set(name, versions);
  }

  #manifest(name: string, version: string, versions: NpmVersions): object {
    const peerDependencies = this.#peers.get(name)?.[version];
    return { name, version, dependencies: versions[version], peerDependencies };
  }

  #packument(name: string, versions: NpmVersions): object {
    const rows = Object.keys(versions).map((version) => {
      const manifest = this.#manifest(name, version, versions);
      const bytes = tarball(manifest);
      const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
      const dist = { tarball: `${this.url}${name}/-/${fileName(name, version)}.tgz`, integrity };
      return [version, { ...manifest, dist }] as const;
    });
    return {
      name,
      'dist-tags': { latest: rows.at(-1)?.[0] },
      versions: Object.fromEntries(rows),
      // Package managers hold young releases back.
      time: Object.fromEntries(rows.map(([version]) => [version, '2020-01-01T00:00:00.000Z'])),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** As the public registry names files; package managers record other names. */
function fileName(name: string, version: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}`;
}

function tarball(manifest: object): Buffer {
  return gzipSync(writeTar([{ path: 'package/package.json', body: JSON.stringify(manifest) }]));
}
