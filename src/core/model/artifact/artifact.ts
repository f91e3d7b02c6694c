/** Artifacts and what a layer holds: the things being assayed, as their sources give them. */

import type { SourceKind } from './source-kind.ts';

/**
 * `sha256:` followed by lowercase hexadecimal digits; `md5` and `sha1` only where a packaging
 * format uses them.
 */
export type Digest = `${'md5' | 'sha1' | 'sha256' | 'sha512'}:${string}`;

/** The platform that an image runs on (OCI image specification, "Image Index", `platform`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/**
 * The thing being assayed. A reference can open several: one for each platform, or for each image
 * in an archive.
 */
export interface Artifact {
  readonly kind: 'image' | 'directory' | 'file' | 'rootfs' | 'repository' | 'sbom';
  /** The reference as the caller wrote it, for display. */
  readonly reference: string;
  /** Oldest first. A plain directory has exactly one. */
  readonly layers: readonly Layer[];
  readonly image?: ImageFacts;
  /** Absent in reports of earlier versions. */
  readonly source?: SourceUsed;
}

/** The place that an artifact was read from. */
export interface SourceUsed {
  readonly kind: SourceKind;
  /**
   * The registry, the socket of the daemon, or the directory of the store; absent where the
   * reference says it.
   */
  readonly place?: string;
  /** Whether Assay chose it from the form of the target, because the command named no kind. */
  readonly isGuessed?: boolean;
}

/** The claims of an image about itself. */
export interface ImageFacts {
  readonly indexDigest?: Digest;
  readonly manifestDigest?: Digest;
  readonly configDigest: Digest;
  readonly platform: Platform;
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  /**
   * Default arguments of the entrypoint; absent where there are none, and in reports of earlier
   * versions.
   */
  readonly cmd?: readonly string[];
  readonly user: string;
  /** Absent where the configuration names none, and in reports of earlier versions. */
  readonly workingDirectory?: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly createdAt?: string;
  /** The lowest layers that may come from a base image. It decides nothing. */
  readonly baseHint?: BaseImageHint;
  /**
   * The number of lowest layers that are all the layers of a known image, the base. The origin of
   * packages follows from it, and from nothing else. Absent where the base is not known.
   */
  readonly baseLayerCount?: number;
  /**
   * The images that were named as the base or compared with the layers, those that decide
   * {@link ImageFacts.baseLayerCount} first. Absent where no image is named.
   */
  readonly baseBy?: readonly BaseStatement[];
}

/** An image that may be the base of another one, and how its layers compare. */
export interface BaseStatement {
  /**
   * The source of the name. `known`: the user. `label`: a label of the image or an annotation of
   * its manifest. `provenance`: an attestation beside the image, whose signature was not checked.
   * `dockerfile`: the Dockerfile that the user gave. `trust`: the trust file, which lists the image
   * or allows the name that another place gives.
   */
  readonly by: 'known' | 'label' | 'provenance' | 'dockerfile' | 'trust';
  /** The reference, as it was written. */
  readonly name: string;
  /** The digest that was named with it, or that the compared image has. */
  readonly digest?: Digest;
  /**
   * `equal`: all its layers are the lowest layers of this image. `different`: they are not.
   * `sameRepository`: they may be, and the image is an earlier build of this one. `notCompared`:
   * nothing was compared; {@link BaseStatement.reason} says why.
   */
  readonly comparison: 'equal' | 'different' | 'sameRepository' | 'notCompared';
  /** The number of equal layers, counted from the bottom; absent where nothing was compared. */
  readonly layerCount?: number;
  /** A sentence for people, where the comparison alone does not explain itself. */
  readonly reason?: string;
}

/** A guess about the base image, made from what the image says about itself. */
export interface BaseImageHint {
  /** Number of the lowest layers that may come from the base. */
  readonly layerCount: number;
  /** `history`: a start command stands in the history above them, as at the end of an image. */
  readonly by: 'history';
}

/**
 * A layer of an image, by what its manifest and configuration name. A directory or file has one
 * without digests.
 */
export interface Layer {
  /** Digest of the blob as stored, compressed or not. */
  readonly blobDigest?: Digest;
  /** Digest of the uncompressed tar. */
  readonly diffId?: Digest;
  readonly compressedBytes?: number;
  /** The image-history command that made it. */
  readonly createdBy?: string;
  /**
   * The line of the Dockerfile that the user gave whose instruction made it; absent where it is not
   * known.
   */
  readonly dockerfile?: { readonly path: string; readonly line: number };
}

/**
 * One entry of one layer, as stored; paths are absolute, normalised, `/`-separated, never with
 * `..`.
 */
export type LayerEntry =
  | {
      readonly type: 'file';
      readonly path: string;
      readonly mode: number;
      /** Numbers of the owner and the group, where the source gives them. */
      readonly uid?: number | undefined;
      readonly gid?: number | undefined;
      readonly sizeBytes: number;
    }
  | { readonly type: 'symlink' | 'hardlink'; readonly path: string; readonly target: string }
  | {
      readonly type: 'directory';
      readonly path: string;
      readonly mode: number;
      readonly uid?: number | undefined;
      readonly gid?: number | undefined;
      /** Names of its entries, where the source knows them before it gives them. */
      readonly names?: readonly string[];
    }
  | { readonly type: 'special'; readonly path: string; readonly what: SpecialFile }
  | { readonly type: 'whiteout' | 'opaque'; readonly path: string };

/** An entry with a path and without a body that could be read to an end. */
export type SpecialFile = 'a device' | 'a named pipe' | 'a socket';

/** Takes the body of one file in pieces; a piece is valid only during the call. */
export interface BodySink {
  write(piece: Uint8Array): void;
  end(): void;
  /**
   * Offers a body before anything is written, if it lies in a file and need not be read as a whole.
   * True takes it: neither `write` nor `end` follows.
   */
  place?(body: RandomAccessBody): boolean;
  /**
   * Called before any part of a large body is written, if the body can be read again until the
   * artifact is closed.
   */
  again?(body: SeekableBody): void;
}

/**
 * A body that can be read once more. What was read counts once `verify` has been asked behind it.
 */
export interface SeekableBody {
  readonly sizeBytes: number;
  /** Copies what lies at `offset`; fewer bytes only at the end. */
  readInto(into: Uint8Array, offset: number): number;
  /** @throws AssayError `DAMAGED` where the file has changed meanwhile. */
  verify(): void;
}

/** A body that can be read at any place. */
export interface RandomAccessBody {
  readonly sizeBytes: number;
  /** Reads bytes, with fewer only at the end; the result is not reused. */
  readAt(offset: number, lengthBytes: number): Uint8Array;
  /** Copies what lies at `offset` and fits; fewer bytes only at the end. */
  readInto(into: Uint8Array, offset: number): number;
  /** Whether it can be read until the artifact is closed; else only during the call. */
  readonly isLasting: boolean;
}

/**
 * Called once an entry, synchronously; the answer says who takes the body, `undefined` skips it.
 */
export interface LayerVisitor {
  (entry: LayerEntry): BodySink | undefined;
  /**
   * Offers an entry as a raw header if it is a plain file with an ordinary name, before any text is
   * made of that. A sink takes it with its body, `true` without; `false` leaves everything as it
   * was, and the entry is given.
   */
  acceptHeader?(file: RawFileHeader): BodySink | boolean;
}

/**
 * A file by the bytes of its path: relative, in ASCII, without parts that are empty, `.`, `..` or
 * the name of a whiteout. Valid only during the call.
 */
export interface RawFileHeader {
  readonly bytes: Uint8Array;
  readonly start: number;
  /** Offset of the base name in the path. */
  readonly nameStart: number;
  readonly end: number;
  readonly mode: number;
  readonly sizeBytes: number;
  /** Offset of the body in the tar. */
  readonly bodyOffset: number;
}

/** The place of a package or finding. */
export interface Location {
  readonly path: string;
  /** Index into {@link Artifact.layers}. */
  readonly layer: number;
  /** 1-based; absent for binary files. */
  readonly line?: number;
}
