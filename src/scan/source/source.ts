/** The contract of a source: it opens a target and streams its layers. */

import type { Context } from '../../core/base/context.ts';
import type {
  Artifact,
  Digest,
  LayerVisitor,
  Platform,
} from '../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { ImageConfiguration } from '../../core/model/artifact/image-configuration.ts';
import type { StoredImage } from '../../clients/oci/content-store.ts';
import type { RegistryOptions } from '../../clients/oci/index.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { Revision } from '../../core/model/artifact/revision.ts';
import type { ImageFiles } from './image/image-files.ts';

/** An opened target. Disposing it removes whatever was unpacked. */
export interface OpenArtifact extends AsyncDisposable {
  readonly artifact: Artifact;
  /**
   * Reads the parts of the configuration that only image rules look at. Absent: the artifact is not
   * an image.
   *
   * @throws AssayError `DAMAGED`
   */
  configuration?(): Promise<ImageConfiguration>;
  /**
   * Streams one layer's entries, in stored order; folders on disk in the order of their names.
   * Layers may be walked at the same time and again. Where a body cannot be read to its end its
   * sink is not ended.
   *
   * Resolves only when all bytes have the digests that name them. `mayTrust` is for walks on which
   * no decision depends: of an uncompressed layer in a local archive only wanted bytes are read and
   * none compared, see {@link OpenArtifact.isTrusted}; for other layers whose bytes a manifest
   * names, the unpacked bytes are not compared with the diff id of the configuration.
   *
   * @throws AssayError `CONTENT_MISMATCH`, `DAMAGED`, `LIMIT_EXCEEDED`, `INTERRUPTED`
   */
  walk(layer: number, visit: LayerVisitor, context: Context, mayTrust?: boolean): Promise<void>;
  /**
   * Walks local files to find out whether they have changed. An unreadable file makes the result
   * false and adds no diagnostic, and this walk does not count towards the limits of other walks.
   * Absent: the artifact is no folder or file of this disk, or it has names.
   *
   * @throws AssayError as {@link OpenArtifact.walk}
   */
  probe?(visit: LayerVisitor, context: Context): Promise<boolean>;
  /**
   * Returns the identity of a layer's bytes, or `undefined` if nothing names them. Absent: no layer
   * has a name, as for directories.
   */
  nameOf?(layer: number): LayerIdentity | undefined;
  /**
   * Reads a layer's bytes only to compare them with the digests that name them; counts as a walk
   * otherwise.
   * @throws AssayError as {@link OpenArtifact.walk}. Absent where {@link OpenArtifact.nameOf} is.
   */
  check?(layer: number, context: Context): Promise<void>;
  /**
   * Returns whether a walk or check of this opening has compared all bytes of a layer with the
   * digest that names it.
   */
  isChecked?(layer: number): boolean;
  /**
   * Returns whether all that was read of a layer was read without comparing it. Absent: none was.
   */
  isTrusted?(layer: number): boolean;
  /**
   * Returns whether a layer is read by its table of contents, which is its writer's claim: walks
   * give every entry, compare wanted bodies with the table, and the layer with nothing. Such a
   * layer has no name. Absent: none is.
   */
  isLazy?(layer: number): boolean;
  /**
   * Whether it is the root of a repository: a directory with an entry `.git`, or a whole commit.
   * Absent: it is not.
   */
  readonly isRepositoryRoot?: boolean;
  /**
   * The image as a registry stores it, until it is disposed of. Absent: the source has no manifest,
   * or no image.
   */
  readonly stored?: StoredImage | undefined;
  /**
   * Makes what a registry stores of an image without a manifest; its layers are compressed. Absent:
   * no image.
   *
   * @throws AssayError `CONTENT_MISMATCH`, `DAMAGED`, `LIMIT_EXCEEDED`
   */
  convert?(context: Context): Promise<StoredImage>;
  /**
   * Returns what the walks so far could not read, once each however often a layer was walked. A
   * directory, or an entry of unknown kind, is a gap; a body is a note here, and a gap for a reader
   * that requested it.
   */
  diagnostics(): readonly Diagnostic[];
}

/** A digest that stands for the bytes of a layer. */
export interface LayerIdentity {
  readonly digest: Digest;
  /**
   * The bytes that the digest covers: the bytes as stored, mostly compressed, or the tar that they
   * unpack to.
   */
  readonly of: 'stored' | 'unpacked';
  /**
   * The source of the digest. `manifest`: a manifest whose own digest was compared, so that a pull
   * by that digest gets these bytes or fails. `claim`: only the archive at hand, in which they may
   * have been exchanged.
   */
  readonly by: 'manifest' | 'claim';
}

/** A target and how it is opened. */
export interface SourceRequest {
  readonly reference: string;
  /** The reference is a path whatever its form, as behind `--input`. */
  readonly isPath?: boolean;
  /**
   * The beginning of the reference that is the path of an archive or layout; the rest chooses an
   * image in it.
   */
  readonly archive?: string;
  /** Absent for a bare target, which is guessed from its form and first bytes. */
  readonly kind?: Artifact['kind'];
  /** Empty: the host's platform. */
  readonly platforms: readonly Platform[] | 'all';
  /** Order of `--image-src`. */
  readonly imageSources: readonly string[];
  /**
   * Globs of folders and files that are not looked at, from the artifact's root; a folder is not
   * even listed.
   */
  readonly skipDirs: readonly string[];
  readonly skipFiles: readonly string[];
  /** Credentials and trust settings for registries. */
  readonly registry?: RegistryOptions;
  /** Variables that say where daemons and stores are. Absent: those of this process. */
  readonly env?: Environment;
  /** Yields the input that `-` reads. Absent: the standard input of this process. */
  readonly stdin?: () => AsyncIterable<Uint8Array>;
  /** `--lazy`: layers in a registry are read by their tables of contents, where they have one. */
  readonly isLazy?: boolean;
  /**
   * State of a repository; absent: the working tree of a local one, the default branch of a remote
   * one.
   */
  readonly revision?: Revision;
}

/** A kind of place that artifacts are opened from. */
export interface ArtifactSource {
  readonly id: string;
  /**
   * Returns whether the target has this source's form; may look at the file system, never at the
   * network.
   */
  accepts(request: SourceRequest): Promise<boolean>;
  /**
   * Returns one for each platform or image asked for.
   * @throws AssayError `NOT_FOUND`, `REGISTRY_DENIED`, `CONTENT_MISMATCH`.
   */
  open(request: SourceRequest, context: Context): Promise<readonly OpenArtifact[]>;
  /**
   * Returns the files that its images are stored in. The caller closes them.
   * @throws AssayError as `open` does.
   */
  files?(request: SourceRequest, context: Context): Promise<ImageFiles>;
  /** Returns the digests that `assay digest` prints. @throws AssayError as `open` does. */
  digests?(request: SourceRequest, context: Context): Promise<readonly ImageDigest[]>;
}

/** The digest of an index or of one image, as it is or would be in a registry. */
export interface ImageDigest {
  /** The part before the `@`: the repository, or the path of the archive or layout, without tag. */
  readonly name: string;
  readonly digest: Digest;
  /** Absent for an index, and where nothing says it. */
  readonly platform?: Platform;
  readonly isIndex: boolean;
}

/**
 * A place that keeps images by their names: a daemon, the store of one, a registry. Stores are
 * asked one after another in the order of `--image-src`.
 */
export interface ImageStore {
  readonly id: string;
  /**
   * Returns the images asked for. The message of an error is one line that says why without naming
   * the store, its hint what to do.
   *
   * @throws AssayError; those of `PASSED_ON` (`image-stores.ts`) let the next store be asked, all
   * others end the search.
   */
  open(request: SourceRequest, context: Context): Promise<readonly OpenArtifact[]>;
  digests(request: SourceRequest, context: Context): Promise<readonly ImageDigest[]>;
}
