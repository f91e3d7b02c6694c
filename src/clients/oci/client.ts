/** The contract of the registry client: what can be asked of a registry, and what it answers. */

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { BlobArrival } from './blob-upload.ts';
import type { Descriptor } from './manifest.ts';
import type { ImageReference } from './reference.ts';

/** Opens repositories; tokens, credentials and connections are shared by all of one client. */
export interface RegistryClient {
  /**
   * Returns the references that a typed name may mean, in order of preference: one reference,
   * except for a short name where the `registries.conf` of this machine lists several registries to
   * search. It sends no requests.
   *
   * @throws AssayError `USAGE` for what is not a reference, `CONFIG_INVALID` for a
   * `registries.conf` that cannot be read.
   */
  resolveName(text: string): Promise<readonly ImageReference[]>;
  /**
   * Returns the repository of a reference, whose tag and digest do not matter here. Nothing is
   * asked of the network.
   */
  repository(reference: ImageReference): Promise<Repository>;
}

/** The manifest of a tag or a digest. */
export interface ResolvedManifest {
  readonly digest: Digest;
  /** The media type that the registry states; may be empty. */
  readonly mediaType: string;
}

/** A manifest with its bytes. */
export interface StoredManifest extends ResolvedManifest {
  /** The bytes as stored; {@link ResolvedManifest.digest} is theirs. */
  readonly bytes: Uint8Array;
}

/** Options for downloading a blob. */
export interface DownloadOptions {
  /**
   * Whether the caller compares the digest itself, as walkers of layers do; by default it is
   * compared here.
   */
  readonly isCheckedByCaller?: boolean;
}

/** Options for uploading a blob. */
export interface UploadOptions {
  /** A repository of the same registry that may have the blob, which is mounted then. */
  readonly mountFrom?: string | undefined;
}

/** A part of a blob. */
export interface ByteRange {
  readonly start: number;
  /** At least 1. */
  readonly lengthBytes: number;
}

/** Options of {@link Repository.tags}. */
export interface TagListOptions {
  /** Lists only tags behind this one, in the order of the registry. */
  readonly after?: string;
  /** Number of tags that are requested for a page; a registry can return fewer. Default 1,000. */
  readonly pageSize?: number;
  /** Default 100,000. */
  readonly maxTags?: number;
}

/** The tags of a repository. */
export interface TagList {
  /** In the order of the registry, each once. */
  readonly tags: readonly string[];
  /**
   * The mirror that the list comes from, if the registry did not answer; the list can lack tags
   * then.
   */
  readonly mirror?: string;
}

/**
 * One repository. Reading goes to its mirrors first, where there are any; writing never does.
 *
 * All methods throw AssayError: `NOT_FOUND`, `REGISTRY_DENIED`, `CONTENT_MISMATCH`, `DAMAGED`,
 * `NETWORK`, `TIMEOUT`, `LIMIT_EXCEEDED`, `OFFLINE`, `INTERRUPTED`.
 */
export interface Repository {
  readonly reference: Pick<ImageReference, 'domain' | 'path'>;
  /**
   * Returns the digest behind a tag (or the same digest, where it is there), without its manifest
   * where that can be had.
   */
  resolve(version: string): Promise<ResolvedManifest>;
  /** Returns a manifest or index by tag or digest; at most 4 MiB. */
  manifest(version: string): Promise<StoredManifest>;
  /**
   * Lists the tags of all pages. The registry itself comes before its mirrors, which have only what
   * was pulled through them.
   */
  tags(options?: TagListOptions): Promise<TagList>;
  /**
   * Returns a small blob, whole and with the right digest.
   * @throws AssayError `LIMIT_EXCEEDED` above `maxBytes`.
   */
  readBlob(descriptor: Descriptor, maxBytes: number): Promise<Uint8Array>;
  /**
   * Gives a blob to `write`, piece by piece and each byte once: a connection that breaks is taken
   * up where it ended. A blob that its descriptor places at other addresses (`urls`) is got from
   * there where the registry has it not.
   */
  download(
    descriptor: Descriptor,
    write: (piece: Uint8Array) => Promise<void> | void,
    options?: DownloadOptions,
  ): Promise<void>;
  /**
   * Returns exactly these bytes of a blob, unverified; `undefined` if the server returns blobs only
   * as a whole.
   */
  readRange(descriptor: Descriptor, range: ByteRange): Promise<Uint8Array | undefined>;
  /**
   * Returns the manifests whose `subject` is this digest: by the referrers API, else by the tag
   * `sha256-<hex>`. A caller that looks for one kind reads the manifests, because `artifactType` in
   * the list is unreliable.
   */
  referrers(digest: Digest): Promise<readonly Descriptor[]>;
  hasBlob(digest: Digest): Promise<boolean>;
  /**
   * Stores a blob, which is compared with its digest while it is read. After a broken connection
   * the upload goes on where it ended, if the registry still has it. `chunks` returns all bytes,
   * and is called again for a later attempt; it is not called if the blob is mounted.
   */
  uploadBlob(
    descriptor: Pick<Descriptor, 'digest' | 'sizeBytes'>,
    chunks: () => AsyncIterable<Uint8Array>,
    options?: UploadOptions,
  ): Promise<BlobArrival>;
  /**
   * Stores the bytes as they are, under a tag or their digest; returns whether the registry
   * recorded a `subject`.
   */
  putManifest(
    version: string,
    manifest: Pick<StoredManifest, 'bytes' | 'mediaType'>,
  ): Promise<{ readonly digest: Digest; readonly hasSubject: boolean }>;

  /**
   * Deletes a manifest, and with it all tags that lead to it. One that is not there is no error.
   *
   * @throws AssayError `REGISTRY_DENIED` if the registry deletes none
   */
  deleteManifest(digest: Digest): Promise<void>;
}

/**
 * The operations by which images and signatures are read and written, in a repository of a registry
 * or an OCI layout.
 */
export type ImageRepository = Pick<
  Repository,
  | 'resolve'
  | 'manifest'
  | 'readBlob'
  | 'referrers'
  | 'hasBlob'
  | 'uploadBlob'
  | 'putManifest'
  | 'deleteManifest'
>;
