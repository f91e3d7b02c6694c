/**
 * A repository in an OCI layout, from which images and signatures are read and to which they are
 * written. Its tags are those of `layout-tags.ts`.
 *
 * Source: OCI image specification, "Image Layout" and "Content Descriptors". Referrers of an image
 * are listed in `index.json`, as oras lists them.
 */

import path from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { removeStrayFiles, writeFileAtomically } from '../../core/base/cache-directory.ts';
import { AssayError, errnoOf } from '../../core/base/errors.ts';
import { withFileLock } from '../../core/base/file-lock.ts';
import { parseDigest, sha256Of } from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { ImageRepository, ResolvedManifest, StoredManifest } from './client.ts';
import { blobTooLarge, LayoutBlobs, writing } from './layout-blobs.ts';
import { isImage, isSavedByCosign, layoutTags, tagAnnotations } from './layout-tags.ts';
import { readManifest, type Descriptor, type ImageIndex } from './manifest.ts';
import { MANIFEST_TYPES, INDEX_TYPES, OCI_INDEX } from './media-types.ts';
import { beginLayout, isLayout } from './new-layout.ts';

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_LISTED = 1000;
/** Manifests of bundles have less than a kilobyte; a layout of one image has some ten small blobs. */
const MAX_UNLISTED_BYTES = 64 * 1024;
const MAX_UNLISTED = 1000;
const LOCK = '.index.json.lock';
/** Another program changes `index.json` within milliseconds. */
const LOCK_WAIT_MS = 30_000;

/** A layout whose images are found by their tags and digests. */
export class LayoutRepository implements ImageRepository {
  readonly #folder: string;
  readonly #blobs: LayoutBlobs;

  /** `folder` is absolute. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#blobs = new LayoutBlobs(folder);
  }

  /**
   * Checks that images can be added: the directory is a layout, or can become one. Nothing is
   * written.
   *
   * @throws AssayError `USAGE`, `DAMAGED`
   */
  async checkUsable(): Promise<void> {
    if (await isLayout(this.#folder)) await this.#index().catch(ifAbsent);
    await this.#blobs.checkFolders();
  }

  /**
   * Makes the layout if it is not there, and removes what killed runs left.
   * @throws AssayError as {@link checkUsable}
   */
  async begin(): Promise<void> {
    await this.checkUsable();
    await this.#locked(() => beginLayout(this.#folder));
    await removeStrayFiles(this.#folder);
  }

  /** Returns the tags and digests that `index.json` lists, without referrers and signature tags. */
  async images(): Promise<readonly string[]> {
    const { manifests } = await this.#index();
    const tags = layoutTags(manifests);
    return manifests.flatMap((one, at) => (isImage(one, tags[at]) ? [tags[at] ?? one.digest] : []));
  }

  async resolve(version: string): Promise<ResolvedManifest> {
    const { manifests } = await this.#index();
    const tags = layoutTags(manifests);
    const asked = parseDigest(version);
    const named = manifests.filter(({ digest }, at) =>
      asked === undefined ? tags[at] === version : digest === asked,
    );
    const digests = new Set(named.map(({ digest }) => digest));
    if (digests.size > 1) {
      throw new AssayError('DAMAGED', `${this.#quoted()} lists several images "${version}"`, {
        hint: 'Name one of them by its digest.',
      });
    }
    const digest = asked ?? named[0]?.digest;
    if (digest === undefined) {
      throw new AssayError('NOT_FOUND', `${this.#quoted()} has no image "${version}"`);
    }
    return { digest, mediaType: named[0]?.mediaType ?? '' };
  }

  async manifest(version: string): Promise<StoredManifest> {
    const resolved = await this.resolve(version);
    return { ...resolved, bytes: await this.#blobs.read(resolved.digest, MAX_MANIFEST_BYTES) };
  }

  async readBlob({ digest, sizeBytes = 0 }: Descriptor, maxBytes: number): Promise<Uint8Array> {
    if (sizeBytes > maxBytes) throw blobTooLarge(digest, maxBytes);
    return this.#blobs.read(digest, maxBytes);
  }

  async referrers(digest: Digest): Promise<readonly Descriptor[]> {
    const { manifests } = await this.#index();
    const found = new Map<Digest, Descriptor>();
    for (const one of manifests) {
      const isManifest = MANIFEST_TYPES.has(one.mediaType);
      if (isManifest && (await this.#subjectOf(one)) === digest) found.set(one.digest, one);
    }
    if (isSavedByCosign(manifests)) {
      for (const one of await this.#unlisted(digest)) found.set(one.digest, one);
    }
    const tags = layoutTags(manifests);
    const tag = manifests.find((_, at) => tags[at] === digest.replace(':', '-'));
    const listed = tag === undefined ? undefined : await this.#read(tag);
    if (listed?.kind === 'index') for (const one of listed.manifests) found.set(one.digest, one);
    return [...found.values()];
  }

  hasBlob(digest: Digest): Promise<boolean> {
    return this.#blobs.has(digest);
  }

  async uploadBlob(
    descriptor: Pick<Descriptor, 'digest' | 'sizeBytes'>,
    chunks: () => AsyncIterable<Uint8Array>,
  ): Promise<'uploaded'> {
    await this.#blobs.write(descriptor, chunks());
    return 'uploaded';
  }

  /**
   * Stores a manifest. `index.json` lists it if it has a tag. It also lists what refers to another
   * manifest, because a layout has no other list of referrers.
   */
  async putManifest(
    version: string,
    { bytes, mediaType }: Pick<StoredManifest, 'bytes' | 'mediaType'>,
  ): Promise<{ readonly digest: Digest; readonly hasSubject: boolean }> {
    const asked = parseDigest(version);
    const digest = asked ?? sha256Of(bytes);
    await this.#blobs.write({ digest, sizeBytes: bytes.length }, [bytes]);
    const { artifactType, subject } = readManifest(bytes, mediaType, `"${version}"`);
    const entry = {
      mediaType,
      digest,
      size: bytes.length,
      ...(artifactType !== undefined && { artifactType }),
    };
    const hasSubject = subject !== undefined;
    if (asked === undefined || hasSubject) {
      await this.#locked(() => this.#list(entry, asked === undefined ? version : undefined));
    }
    return { digest, hasSubject };
  }

  /** Removes a manifest from `index.json`; its content stays. */
  async deleteManifest(digest: Digest): Promise<void> {
    await this.#locked(async () => {
      const read = await this.#indexBytes();
      const { manifests } = this.#indexIn(read);
      const document = JSON.parse(read.toString()) as IndexDocument;
      const others = document.manifests.filter((_, at) => manifests[at]?.digest !== digest);
      if (others.length < manifests.length) await this.#write({ ...document, manifests: others });
    });
  }

  /** Lists a manifest in `index.json`, in place of the one with the same tag or digest. */
  async #list(entry: { readonly digest: Digest }, tag: string | undefined): Promise<void> {
    const read = await this.#indexBytes();
    const { manifests } = this.#indexIn(read);
    // The document is changed and not what was read of it, so that nothing is lost.
    const document = JSON.parse(read.toString()) as IndexDocument;
    if (tag === undefined) {
      if (manifests.some(({ digest }) => digest === entry.digest)) return;
      return this.#write({ ...document, manifests: [...document.manifests, entry] });
    }
    const tags = layoutTags(manifests);
    const others = document.manifests.filter((_, at) => tags[at] !== tag);
    const tagged = { ...entry, annotations: tagAnnotations(tag, manifests) };
    return this.#write({ ...document, manifests: [...others, tagged] });
  }

  #write(document: IndexDocument): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(document));
    return writeFileAtomically(path.join(this.#folder, 'index.json'), bytes);
  }

  /** Runs one change of `index.json` at a time, also among processes. */
  async #locked(change: () => Promise<void>): Promise<void> {
    const signal = AbortSignal.timeout(LOCK_WAIT_MS);
    try {
      await writing(this.#folder, () =>
        withFileLock(path.join(this.#folder, LOCK), change, { signal }),
      );
    } catch (error) {
      if (!(error instanceof AssayError) || error.code !== 'INTERRUPTED') throw error;
      throw new AssayError('TIMEOUT', `another program is writing to ${this.#quoted()}`, {
        hint: `If no program is, remove "${LOCK}" in it.`,
        cause: error,
      });
    }
  }

  /**
   * Returns manifests that refer to another one and that `index.json` does not list: `cosign save`
   * stores bundles as blobs alone.
   */
  async #unlisted(subject: Digest): Promise<readonly Descriptor[]> {
    const found: Descriptor[] = [];
    for (const digest of await this.#blobs.small(MAX_UNLISTED_BYTES, MAX_UNLISTED)) {
      const manifest = await this.#read({ digest, mediaType: '' });
      if (manifest?.kind !== 'manifest' || manifest.subject?.digest !== subject) continue;
      const { mediaType, artifactType, annotations } = manifest;
      found.push({
        mediaType,
        digest,
        sizeBytes: undefined,
        urls: [],
        annotations,
        ...(artifactType !== undefined && { artifactType }),
      });
    }
    return found;
  }

  async #subjectOf(descriptor: Descriptor): Promise<Digest | undefined> {
    return (await this.#read(descriptor))?.subject?.digest;
  }

  /** Returns `undefined` for a manifest that cannot be read, because it has no subject then. */
  async #read({
    digest,
    mediaType,
  }: Pick<Descriptor, 'digest' | 'mediaType'>): Promise<
    ReturnType<typeof readManifest> | undefined
  > {
    try {
      const bytes = await this.#blobs.read(digest, MAX_MANIFEST_BYTES);
      return readManifest(bytes, mediaType, `"${digest}"`);
    } catch (error) {
      if (error instanceof AssayError) return undefined;
      throw error;
    }
  }

  async #index(): Promise<ImageIndex> {
    return this.#indexIn(await this.#indexBytes());
  }

  #indexIn(bytes: Uint8Array): ImageIndex {
    const index = readManifest(bytes, OCI_INDEX, this.#quoted());
    if (index.kind !== 'index' || !INDEX_TYPES.has(index.mediaType)) {
      throw new AssayError('DAMAGED', `${this.#quoted()} has no index of images`);
    }
    if (index.manifests.length > MAX_LISTED) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `${this.#quoted()} lists ${index.manifests.length} manifests, and at most ${MAX_LISTED} are read`,
      );
    }
    return index;
  }

  async #indexBytes(): Promise<Buffer> {
    try {
      return await readBoundedFile(path.join(this.#folder, 'index.json'), {
        maxBytes: MAX_MANIFEST_BYTES,
        within: this.#folder,
      });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') {
        throw new AssayError('NOT_FOUND', `there is no OCI layout ${this.#quoted()}`, {
          hint: 'A layout is a folder with index.json: skopeo copy docker://NAME oci:FOLDER:TAG',
          cause: error,
        });
      }
      throw error;
    }
  }

  #quoted(): string {
    return `"${this.#folder}"`;
  }
}

/** @throws the error, unless something is absent */
function ifAbsent(error: unknown): void {
  if (!(error instanceof AssayError) || error.code !== 'NOT_FOUND') throw error;
}

interface IndexDocument {
  readonly manifests: readonly object[];
}
