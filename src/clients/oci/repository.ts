/**
 * One repository, at its mirrors and at its registry.
 *
 * Source: OCI distribution specification, "Pull", "Push" and "Listing Referrers".
 */

import { AssayError, type ErrorCode } from '../../core/base/errors.ts';
import { checkDigest, parseDigest, sha256Of } from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { downloadBlob, downloadForeignLayer, type BlobRequest, type WritePiece } from './blob.ts';
import { readBlobRange } from './blob-range.ts';
import { uploadBlob, type BlobArrival } from './blob-upload.ts';
import type {
  ByteRange,
  DownloadOptions,
  Repository,
  ResolvedManifest,
  StoredManifest,
  TagList,
  TagListOptions,
  UploadOptions,
} from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { nextPage } from './link-header.ts';
import { readManifest, type Descriptor } from './manifest.ts';
import { deleteManifest } from './manifest-deletion.ts';
import { putManifest } from './manifest-upload.ts';
import { MANIFEST_ACCEPT } from './media-types.ts';
import type { ImageReference } from './reference.ts';
import { readRegistryError } from './registry-error.ts';
import { wholeBody } from './response-body.ts';
import { listTags } from './tag-list.ts';
import type { RegistryResponse, Transport } from './transport.ts';

/** After these another place that should have the same is asked. */
const ELSEWHERE: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'REGISTRY_DENIED',
  'NETWORK',
  'TIMEOUT',
  'DAMAGED',
  'CONTENT_MISMATCH',
  'LIMIT_EXCEEDED',
]);

/** Opens a repository; `endpoints` are mirrors in their order, then the registry itself. */
export function openRepository(
  reference: Pick<ImageReference, 'domain' | 'path'>,
  endpoints: readonly Endpoint[],
  transport: Transport,
): Repository {
  return new PlacedRepository(reference, endpoints, transport);
}

interface Asking<T> {
  readonly ask: (endpoint: Endpoint) => Promise<T>;
  /** Returns whether another place may be asked after a failure. */
  readonly mayGoOn: () => boolean;
}

class PlacedRepository implements Repository {
  readonly reference: Pick<ImageReference, 'domain' | 'path'>;
  readonly #endpoints: readonly Endpoint[];
  readonly #transport: Transport;
  /** The endpoint of the last manifest: it has the blobs too. */
  #last: Endpoint | undefined;

  constructor(
    reference: Pick<ImageReference, 'domain' | 'path'>,
    endpoints: readonly Endpoint[],
    transport: Transport,
  ) {
    this.reference = { domain: reference.domain, path: reference.path };
    this.#endpoints = endpoints;
    this.#transport = transport;
  }

  resolve(version: string): Promise<ResolvedManifest> {
    return this.#first(version, async (endpoint) => {
      const known = await headManifest(endpoint, version, this.#nameOf(version));
      return known ?? getManifest(endpoint, version, this.#nameOf(version));
    });
  }

  manifest(version: string): Promise<StoredManifest> {
    return this.#first(version, (endpoint) =>
      getManifest(endpoint, version, this.#nameOf(version)),
    );
  }

  async tags(options: TagListOptions = {}): Promise<TagList> {
    const name = `tags of ${this.#quoted()}`;
    // A mirror can lack tags, so it comes after the registry.
    const places = [this.#own(), ...this.#endpoints.slice(0, -1)].filter(
      ({ place }) => place.use !== 'digest-only',
    );
    return this.#firstOf(places, name, {
      mayGoOn: () => true,
      ask: async (endpoint) => {
        const { domain, isMirror } = endpoint.place;
        const tags = await listTags(endpoint, name, options);
        return isMirror ? { tags, mirror: domain } : { tags };
      },
    });
  }

  async readBlob(descriptor: Descriptor, maxBytes: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let lengthBytes = 0;
    const refuse = (): never => {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `${this.#blobName(descriptor)} is larger than ${maxBytes} bytes`,
      );
    };
    if ((descriptor.sizeBytes ?? 0) > maxBytes) refuse();
    await this.download(descriptor, (piece) => {
      lengthBytes += piece.length;
      if (lengthBytes > maxBytes) refuse();
      pieces.push(piece);
    });
    return Buffer.concat(pieces);
  }

  async download(
    descriptor: Descriptor,
    write: WritePiece,
    options?: DownloadOptions,
  ): Promise<void> {
    const written = { isBegun: false };
    const request: BlobRequest = {
      descriptor,
      name: this.#blobName(descriptor),
      options,
      write: (piece) => {
        written.isBegun = true;
        return write(piece);
      },
    };
    try {
      // What was written cannot be taken back: another place is asked only before the first byte.
      await this.#first(descriptor.digest, (endpoint) => downloadBlob(endpoint, request), {
        mayGoOn: () => !written.isBegun,
      });
    } catch (error) {
      const isAbsent = error instanceof AssayError && error.code === 'NOT_FOUND';
      if (!isAbsent || written.isBegun || descriptor.urls.length === 0) throw error;
      await this.#downloadForeign(request, error);
    }
  }

  readRange(descriptor: Descriptor, range: ByteRange): Promise<Uint8Array | undefined> {
    return this.#first(descriptor.digest, (endpoint) =>
      readBlobRange(endpoint, descriptor, range, this.#blobName(descriptor)),
    );
  }

  async referrers(digest: Digest): Promise<readonly Descriptor[]> {
    return this.#first(digest, async (endpoint) => {
      const listed = await getReferrers(endpoint, digest, this.#nameOf(digest));
      return listed ?? getTaggedReferrers(endpoint, digest, this.#nameOf(digest));
    });
  }

  hasBlob(digest: Digest): Promise<boolean> {
    const target = `blobs/${digest}`;
    const endpoint = this.#own();
    const name = `blob ${digest} of "${this.#plainName()}"`;
    return endpoint.send({ target, name, method: 'HEAD', actions: 'pull,push' }, async (answer) => {
      if (answer.status === 404) return false;
      if (answer.status === 200) return true;
      throw await readRegistryError(answer, await endpoint.asked(name));
    });
  }

  uploadBlob(
    descriptor: Pick<Descriptor, 'digest' | 'sizeBytes'>,
    chunks: () => AsyncIterable<Uint8Array>,
    { mountFrom }: UploadOptions = {},
  ): Promise<BlobArrival> {
    const { digest, sizeBytes } = descriptor;
    const { signal } = this.#transport.context;
    const name = this.#quoted();
    return uploadBlob(this.#own(), { digest, sizeBytes, chunks, name, mountFrom, signal });
  }

  putManifest(
    version: string,
    manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
  ): Promise<{ readonly digest: Digest; readonly hasSubject: boolean }> {
    return putManifest(this.#own(), { ...manifest, version, name: this.#nameOf(version) });
  }

  deleteManifest(digest: Digest): Promise<void> {
    return deleteManifest(this.#own(), digest, this.#nameOf(digest));
  }

  /** Asks one place after the other, that of the last manifest first, until one answers. */
  async #first<T>(
    version: string,
    ask: (endpoint: Endpoint) => Promise<T>,
    { mayGoOn }: { readonly mayGoOn: () => boolean } = { mayGoOn: () => true },
  ): Promise<T> {
    const isDigest = parseDigest(version) !== undefined;
    const usable = this.#endpoints.filter(({ place }) => {
      return place.use === 'all' || (place.use === 'digest-only') === isDigest;
    });
    const ordered = usable.filter((endpoint) => endpoint === this.#last);
    ordered.push(...usable.filter((endpoint) => endpoint !== this.#last));
    return this.#firstOf(ordered, this.#nameOf(version), {
      mayGoOn,
      ask: async (endpoint) => {
        const answer = await ask(endpoint);
        this.#last = endpoint;
        return answer;
      },
    });
  }

  /** Asks one place after another. `name` is the requested content for errors. */
  async #firstOf<T>(
    ordered: readonly Endpoint[],
    name: string,
    { ask, mayGoOn }: Asking<T>,
  ): Promise<T> {
    const failures: string[] = [];
    for (const endpoint of ordered) {
      try {
        return await ask(endpoint);
      } catch (error) {
        const isPassedOn = error instanceof AssayError && ELSEWHERE.has(error.code) && mayGoOn();
        if (!isPassedOn) throw error;
        if (endpoint === ordered.at(-1)) throw withMirrors(error, failures);
        const { domain, isMirror } = endpoint.place;
        const who = isMirror ? 'mirror' : 'registry';
        failures.push(`The ${who} ${domain} was asked before: ${error.message}.`);
        this.#transport.context.log.debug(`${who} ${domain}: ${error.message}`);
      }
    }
    throw new AssayError('NOT_FOUND', `no registry may be asked for ${name}`);
  }

  /** Returns the registry itself, never a mirror. */
  #own(): Endpoint {
    const own = this.#endpoints.at(-1);
    if (own === undefined) throw new RangeError('a repository without a place');
    return own;
  }

  async #downloadForeign(request: BlobRequest, missing: AssayError): Promise<void> {
    const addresses = request.descriptor.urls.filter((text) => /^https:\/\//i.test(text));
    for (const text of addresses) {
      if (URL.canParse(text)) return downloadForeignLayer(new URL(text), this.#transport, request);
    }
    throw missing;
  }

  #nameOf(version: string): string {
    const sign = parseDigest(version) === undefined ? ':' : '@';
    return `"${this.#plainName()}${sign}${version}"`;
  }

  #blobName({ digest }: Descriptor): string {
    return `blob ${digest} of "${this.#plainName()}"`;
  }

  #quoted(): string {
    return `"${this.#plainName()}"`;
  }

  #plainName(): string {
    return `${this.reference.domain}/${this.reference.path}`;
  }
}

function withMirrors(error: AssayError, failures: readonly string[]): AssayError {
  if (failures.length === 0) return error;
  const hint = [...(error.hint === undefined ? [] : [error.hint]), ...failures].join('\n');
  return new AssayError(error.code, error.message, { hint, cause: error });
}

const ACCEPT = { accept: MANIFEST_ACCEPT };

/**
 * Returns `undefined` if the answer has no digest, or the registry does not support `HEAD`.
 *
 * @throws AssayError `NOT_FOUND` for a manifest that the registry does not have, so that it is not
 * requested again
 */
async function headManifest(
  endpoint: Endpoint,
  version: string,
  name: string,
): Promise<ResolvedManifest | undefined> {
  const target = `manifests/${version}`;
  const request = { target, name, method: 'HEAD', headers: ACCEPT } as const;
  return endpoint.send(request, async (answer) => {
    if (answer.status === 404) throw await readRegistryError(answer, await endpoint.asked(name));
    const digest = parseDigest(answer.headers.get('docker-content-digest'));
    const isKnown = answer.status === 200 && digest !== undefined;
    const isAsked = parseDigest(version) === undefined || digest === version;
    const mediaType = mediaTypeOf(answer);
    return isKnown && isAsked ? { digest, mediaType } : undefined;
  });
}

async function getManifest(
  endpoint: Endpoint,
  version: string,
  name: string,
): Promise<StoredManifest> {
  const target = `manifests/${version}`;
  return endpoint.send({ target, name, headers: ACCEPT }, async (answer) => {
    if (answer.status !== 200) throw await readRegistryError(answer, await endpoint.asked(name));
    const bytes = await wholeBody(answer);
    const asked = parseDigest(version);
    const stated = parseDigest(answer.headers.get('docker-content-digest'));
    const what = `the manifest ${name}`;
    for (const digest of new Set([asked, stated])) {
      if (digest !== undefined) checkDigest(bytes, digest, what);
    }
    return { bytes, digest: asked ?? sha256Of(bytes), mediaType: mediaTypeOf(answer) };
  });
}

/**
 * Returns whether a status leaves open if there are referrers. A missing list would hide
 * signatures.
 */
function isRefused(status: number): boolean {
  return [401, 403, 429].includes(status) || (status >= 500 && status !== 501);
}

/** Returns `undefined` for a registry without this interface. */
async function getReferrers(
  endpoint: Endpoint,
  digest: Digest,
  name: string,
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  let target: string | URL | undefined = `referrers/${digest}`;
  for (let page = 0; target !== undefined && page < MAX_PAGES; page += 1) {
    const read: ReferrersPage | undefined = await endpoint.send(
      { target, name, headers: ACCEPT },
      async (answer) => {
        if (answer.status !== 200) {
          if (page > 0 || isRefused(answer.status)) {
            throw await readRegistryError(answer, await endpoint.asked(name));
          }
          return undefined;
        }
        const index = readManifest(await wholeBody(answer), mediaTypeOf(answer), name);
        if (index.kind !== 'index') return undefined;
        return { manifests: index.manifests, next: nextPage(answer, `referrers of ${name}`) };
      },
    );
    if (read === undefined) return page === 0 ? undefined : found;
    found.push(...read.manifests);
    target = read.next;
  }
  return found;
}

interface ReferrersPage {
  readonly manifests: readonly Descriptor[];
  readonly next: URL | undefined;
}

/** Each page has up to 4 MiB; nothing honest has hundreds of them. */
const MAX_PAGES = 100;

/**
 * Returns the referrers of the tag. Source: OCI distribution specification, "Referrers Tag Schema".
 */
async function getTaggedReferrers(
  endpoint: Endpoint,
  digest: Digest,
  name: string,
): Promise<readonly Descriptor[]> {
  try {
    const stored = await getManifest(endpoint, digest.replace(':', '-'), name);
    const index = readManifest(stored.bytes, stored.mediaType, name);
    return index.kind === 'index' ? index.manifests : [];
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}

/** Returns the media type without parameters such as a character set. */
function mediaTypeOf({ headers }: RegistryResponse): string {
  return (headers.get('content-type') ?? '').split(';', 1)[0]?.trim() ?? '';
}
