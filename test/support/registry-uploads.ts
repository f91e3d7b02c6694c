/**
 * Lets the registry of the tests take uploads and list referrers, as registries of the OCI
 * specification 1.1 do.
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ScriptedRegistry } from './registry-server.ts';
import { digestOf } from './stored-images.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MANIFEST = /^\/v2\/(?<name>.+)\/manifests\/(?<version>[^/]+)$/u;
const UPLOAD = /^\/v2\/(?<name>.+)\/blobs\/uploads\/(?<id>[0-9]*)$/u;
const REFERRERS = /^\/v2\/(?<name>.+)\/referrers\/(?<digest>sha256:[0-9a-f]{64})$/u;

interface Manifest {
  readonly artifactType?: string;
  readonly annotations?: object;
  readonly subject?: { readonly digest: string };
}

/** From now on the registry takes uploads. */
export function takeUploads(
  registry: ScriptedRegistry,
  { hasReferrers }: { readonly hasReferrers: boolean },
): void {
  const uploads = new Map<string, Buffer>();
  registry.answers.push((request, response, url) => {
    const upload = UPLOAD.exec(url.pathname)?.groups;
    if (upload !== undefined) {
      takeBlob(registry, { request, response, url, uploads, name: upload['name'] ?? '' });
      return true;
    }
    const { name = '', version = '' } = MANIFEST.exec(url.pathname)?.groups ?? {};
    if (request.method === 'PUT' && name !== '') {
      void bodyOf(request).then((bytes) => {
        const mediaType = request.headers['content-type'] ?? '';
        const digest = digestOf(bytes);
        for (const one of new Set([version, digest])) {
          registry.stored.set(`${name}/manifests/${one}`, { bytes, mediaType });
        }
        const { subject } = JSON.parse(bytes.toString()) as Manifest;
        if (hasReferrers && subject !== undefined)
          response.setHeader('oci-subject', subject.digest);
        response.setHeader('docker-content-digest', digest);
        response.writeHead(201).end();
      });
      return true;
    }
    const referrers = REFERRERS.exec(url.pathname)?.groups;
    if (referrers === undefined || !hasReferrers) return false;
    const { name: repository = '', digest = '' } = referrers;
    response.setHeader('content-type', INDEX);
    response.end(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: INDEX,
        manifests: referring(registry, repository, digest),
      }),
    );
    return true;
  });
}

function referring(registry: ScriptedRegistry, name: string, digest: string): readonly object[] {
  return [...registry.stored].flatMap(([key, { bytes, mediaType }]) => {
    if (!key.startsWith(`${name}/manifests/sha256:`)) return [];
    const { subject, artifactType, annotations } = JSON.parse(bytes.toString()) as Manifest;
    if (subject?.digest !== digest) return [];
    return [{ mediaType, digest: digestOf(bytes), size: bytes.length, artifactType, annotations }];
  });
}

function takeBlob(
  registry: ScriptedRegistry,
  at: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly url: URL;
    readonly uploads: Map<string, Buffer>;
    readonly name: string;
  },
): void {
  const { request, response, url, uploads, name } = at;
  void bodyOf(request).then((body) => {
    if (request.method === 'POST') {
      const id = String(uploads.size + 1);
      uploads.set(id, Buffer.alloc(0));
      response.setHeader('location', `/v2/${name}/blobs/uploads/${id}`);
      response.writeHead(202).end();
      return;
    }
    const id = url.pathname.slice(url.pathname.lastIndexOf('/') + 1);
    const bytes = Buffer.concat([uploads.get(id) ?? Buffer.alloc(0), body]);
    uploads.set(id, bytes);
    if (request.method === 'PATCH') {
      response.setHeader('location', url.pathname);
      response.writeHead(202).end();
      return;
    }
    const digest = url.searchParams.get('digest') ?? '';
    if (digestOf(bytes) === digest) {
      registry.stored.set(`${name}/blobs/${digest}`, {
        bytes,
        mediaType: 'application/octet-stream',
      });
    }
    response.writeHead(digestOf(bytes) === digest ? 201 : 400).end();
  });
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
