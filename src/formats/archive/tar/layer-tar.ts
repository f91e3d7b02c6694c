/**
 * An image layer's tar as {@link LayerEntry} after entry: absolute paths that cannot leave the
 * root, whiteouts recognised.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset", "Representing Changes". AUFS
 * bookkeeping (`/.wh..wh.*`) is passed over as runtimes do. Refuses what a runtime could not
 * unpack: blocks that are not headers, members of an unknown type, whiteouts of nothing or of `.`
 * and `..`, and anything but a folder in place of the root.
 */

import { normalizePath } from '../../../core/base/artifact-path.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import type {
  BodySink,
  SeekableBody,
  LayerEntry,
  LayerVisitor,
  RawFileHeader,
} from '../../../core/model/artifact/artifact.ts';
import { asBuffer } from '../../bytes/as-buffer.ts';
import type { TarEntry } from './tar-entry.ts';
import { createTarReader, type TarReader } from './tar.ts';

/** Counts what a walk unpacks. It throws where a bound is reached. */
export interface UnpackBudget {
  /** Counts one more entry. @throws AssayError `LIMIT_EXCEEDED` */
  addEntry(): void;
  /** Counts that many more bytes. @throws AssayError `LIMIT_EXCEEDED` */
  addBytes(lengthBytes: number): void;
}

/** Options for reading the tar of a layer. */
export interface LayerTarOptions {
  /** The layer's name in errors. */
  readonly layerName: string;
  readonly budget: UnpackBudget;
  /** The body of the whole tar, for sinks that read a large body again. */
  readonly again?: SeekableBody;
}

/** A layer that is read at any place. */
export interface RandomAccessTar {
  readonly sizeBytes: number;
  /** Copies what lies at `position` and fits; fewer bytes only at the end. */
  readAt(into: Buffer, position: number): number;
  /** See {@link PlacedBody}. */
  readonly isLasting: boolean;
}

/** Reads the tar of a layer from bytes that are pushed into it. */
export interface LayerTarReader {
  /**
   * Takes the next bytes of the uncompressed tar.
   * @throws ParseError, AssayError `LIMIT_EXCEEDED`
   */
  write(chunk: Uint8Array): void;
  /** @throws ParseError where the tar is cut off. */
  end(): LayerTarCounts;
}

/** Entries of a layer that no record lists. */
export interface LayerTarCounts {
  readonly entryCount: number;
  /** Devices and pipes, which hold nothing to read. */
  readonly deviceCount: number;
}

/**
 * One read of this size usually holds several headers; measured best for seeking in `docker save`
 * archives.
 */
const HEADER_WINDOW_BYTES = 16 * 1024;
const MAX_WINDOW_BYTES = 256 * 1024;
/** Smaller bodies are cheaper to keep than to read once more. */
const MIN_AGAIN_BYTES = 1024 * 1024;
/** A few milliseconds. */
const STEPS_A_TURN = 512;

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const AUFS = '.wh..wh.';
/** Bodies of files with several names. */
const AUFS_LINKS = '/.wh..wh.plnk/';

/** The fields of an archive member that make it an entry of a layer. */
export type LayerMember = Pick<TarEntry, 'type' | 'path' | 'linkPath' | 'sizeBytes' | 'mode'> &
  Partial<Pick<TarEntry, 'uid' | 'gid'>>;

/**
 * Reads one layer; every entry goes to `visit`, in stored order, and its body to the sink that
 * `visit` answers.
 */
export function createLayerTarReader(
  visit: LayerVisitor,
  options: LayerTarOptions,
): LayerTarReader {
  const { reader, counts } = createReader(visit, options, undefined);
  return {
    write(chunk) {
      options.budget.addBytes(chunk.length);
      reader.write(chunk);
    },
    end() {
      reader.end();
      return counts;
    },
  };
}

/**
 * Reads the headers of one layer, and the bodies that `visit` answers a sink for: nothing else of
 * it is looked at. The budget counts what is passed over as well. A sink that is offered its body
 * in place may take it.
 *
 * Between the steps of the answer others may have their turn.
 * @throws ParseError, AssayError `LIMIT_EXCEEDED`
 */
export function* seekLayerTar(
  tar: RandomAccessTar,
  visit: LayerVisitor,
  options: LayerTarOptions,
): Generator<void, LayerTarCounts> {
  const window = new SeekWindow(tar);
  const { reader, counts } = createReader(visit, options, window);
  let position = 0;
  let steps = 0;
  while (position < tar.sizeBytes && !reader.hasEnded) {
    // A wanted body is read in large pieces, a header together with the bytes behind it.
    const bytes = window.read(position, reader.bodyBytes);
    const count = bytes.length;
    if (count === 0) break;
    reader.write(bytes);
    const skippedBytes = Math.min(reader.skippableBytes, tar.sizeBytes - position - count);
    reader.skip(skippedBytes);
    position += count + skippedBytes;
    options.budget.addBytes(count + skippedBytes);
    steps += 1;
    if (steps % STEPS_A_TURN === 0) yield;
  }
  reader.end();
  return counts;
}

/** The part of a tar that was read last: what lies in it need not be read again. */
class SeekWindow implements RandomAccessTar {
  readonly sizeBytes: number;
  readonly isLasting: boolean;
  readonly #tar: RandomAccessTar;
  readonly #buffer = Buffer.allocUnsafeSlow(MAX_WINDOW_BYTES);
  readonly #small = this.#buffer.subarray(0, HEADER_WINDOW_BYTES);
  #start = 0;
  #end = 0;

  constructor(tar: RandomAccessTar) {
    this.#tar = tar;
    this.sizeBytes = tar.sizeBytes;
    this.isLasting = tar.isLasting;
  }

  /**
   * Reads bytes from `position` on, at most as many as are read at once; empty at the end. Valid
   * until the next call.
   */
  read(position: number, lengthBytes: number): Buffer {
    const isSmall = lengthBytes <= HEADER_WINDOW_BYTES;
    const into = isSmall ? this.#small : this.#buffer.subarray(0, lengthBytes);
    const count = this.#tar.readAt(into, position);
    this.#start = position;
    this.#end = position + count;
    return count === into.length ? into : into.subarray(0, count);
  }

  readAt(into: Buffer, position: number): number {
    const start = position - this.#start;
    if (start < 0 || position + into.length > this.#end) return this.#tar.readAt(into, position);
    return this.#buffer.copy(into, 0, start, start + into.length);
  }
}

function createReader(
  visit: LayerVisitor,
  { layerName, budget, again }: LayerTarOptions,
  tar: RandomAccessTar | undefined,
): { readonly reader: TarReader; readonly counts: LayerTarCounts } {
  const counts = { entryCount: 0, deviceCount: 0 };
  const take = (member: TarEntry): BodySink | undefined => {
    counts.entryCount++;
    budget.addEntry();
    const entry = layerEntry(member, layerName);
    if (entry === undefined) return undefined;
    if (entry.type === 'special') counts.deviceCount++;
    const sink = visit(entry);
    if (sink === undefined) return undefined;
    // Holes cost nothing until a reader requests them filled.
    budget.addBytes(member.sizeBytes - member.storedBytes);
    if (again !== undefined && member.sizeBytes === member.storedBytes) {
      offerAgain(member, sink, again);
    }
    return tar !== undefined && isPlaced(member, sink, tar) ? undefined : sink;
  };
  const acceptHeader = (file: RawFileHeader): BodySink | boolean => {
    const sink = visit.acceptHeader?.(file) ?? false;
    if (sink === false) return false;
    counts.entryCount++;
    budget.addEntry();
    if (again !== undefined && sink !== true) offerAgain(file, sink, again);
    return sink;
  };
  const options = { archivePath: layerName, ignoreGlobalHeaders: true };
  const handler = { entry: take, ...(visit.acceptHeader !== undefined && { acceptHeader }) };
  return { reader: createTarReader(handler, options), counts };
}

function offerAgain(
  { sizeBytes, bodyOffset }: Pick<TarEntry, 'sizeBytes' | 'bodyOffset'>,
  sink: BodySink,
  tar: SeekableBody,
): void {
  if (sizeBytes < MIN_AGAIN_BYTES || bodyOffset + sizeBytes > tar.sizeBytes) return;
  sink.again?.({
    sizeBytes,
    readInto(into, offset) {
      const fitting = into.subarray(0, Math.max(0, sizeBytes - offset));
      return fitting.length === 0 ? 0 : tar.readInto(fitting, bodyOffset + offset);
    },
    verify() {
      tar.verify();
    },
  });
}

/**
 * Returns whether the sink takes the body in place. A body that the archive cuts off is left to the
 * reader, which refuses it.
 */
function isPlaced(member: TarEntry, sink: BodySink, tar: RandomAccessTar): boolean {
  const { sizeBytes, storedBytes, bodyOffset } = member;
  if (sink.place === undefined || sizeBytes !== storedBytes) return false;
  if (bodyOffset + sizeBytes > tar.sizeBytes) return false;
  return sink.place({
    sizeBytes,
    isLasting: tar.isLasting,
    readAt(offset, lengthBytes) {
      const wantedBytes = Math.max(0, Math.min(lengthBytes, sizeBytes - offset));
      const bytes = Buffer.allocUnsafe(wantedBytes);
      return bytes.subarray(0, tar.readAt(bytes, bodyOffset + offset));
    },
    readInto(into, offset) {
      const fitting = asBuffer(into).subarray(0, Math.max(0, sizeBytes - offset));
      return fitting.length === 0 ? 0 : tar.readAt(fitting, bodyOffset + offset);
    },
  });
}

/** Returns a budget over the layers of one artifact. A layer that is walked again counts once. */
export function createUnpackBudgets(
  limits: { readonly maxEntries: number; readonly maxUnpackedBytes: number },
  reference: string,
): (layer: number) => UnpackBudget {
  const counts = new Map<number, { entries: number; bytes: number }>();
  const total = { entries: 0, bytes: 0 };
  return (layer) => {
    const earlier = counts.get(layer);
    total.entries -= earlier?.entries ?? 0;
    total.bytes -= earlier?.bytes ?? 0;
    const count = { entries: 0, bytes: 0 };
    counts.set(layer, count);
    return {
      addEntry() {
        count.entries++;
        if (++total.entries <= limits.maxEntries) return;
        throw tooLarge(reference, `more than ${limits.maxEntries} entries`);
      },
      addBytes(lengthBytes) {
        count.bytes += lengthBytes;
        total.bytes += lengthBytes;
        if (total.bytes <= limits.maxUnpackedBytes) return;
        throw tooLarge(reference, `more than ${limits.maxUnpackedBytes} bytes when unpacked`);
      },
    };
  };
}

/**
 * Returns the entry that a member stands for; `undefined` where there is nothing to read or to
 * unpack.
 *
 * @throws ParseError for what a runtime could not unpack.
 */
export function layerEntry(member: LayerMember, layerName: string): LayerEntry | undefined {
  const path = normalizePath(member.path);
  if (path.includes(WHITEOUT)) {
    // Runtimes keep these files for hard links to them, and so does this reader.
    const isLinkBody = member.type === 'file' && path.startsWith(AUFS_LINKS);
    const hidden = isLinkBody ? 'ordinary' : whiteoutEntry(path, layerName);
    if (hidden !== 'ordinary') return hidden;
  }
  if (path === '/' && member.type !== 'directory') {
    throw new ParseError(layerName, `a ${member.type} stands in place of the root folder`);
  }
  const { mode, uid, gid, sizeBytes } = member;
  switch (member.type) {
    case 'file':
      return { type: 'file', path, mode, uid, gid, sizeBytes };
    case 'directory':
      return { type: 'directory', path, mode, uid, gid };
    case 'symlink':
      return { type: 'symlink', path, target: member.linkPath };
    case 'hardlink':
      return { type: 'hardlink', path, target: normalizePath(member.linkPath) };
    case 'characterDevice':
    case 'blockDevice':
      return { type: 'special', path, what: 'a device' };
    case 'fifo':
      return { type: 'special', path, what: 'a named pipe' };
    case 'unknown':
      // POSIX has it as a file; Podman, Buildah, Docker, containerd and umoci refuse the layer.
      throw new ParseError(
        layerName,
        `"${path}" is a tar member of a type that no runtime unpacks`,
      );
  }
}

/**
 * Returns the entry that a name of the whiteout form stands for; `undefined` for AUFS bookkeeping.
 */
function whiteoutEntry(path: string, layerName: string): LayerEntry | undefined | 'ordinary' {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const parent = path.slice(0, slash);
  if (name === OPAQUE) return { type: 'opaque', path: parent === '' ? '/' : parent };
  if (path.startsWith(`/${AUFS}`)) return undefined;
  if (!name.startsWith(WHITEOUT)) return 'ordinary';
  const hidden = name.slice(WHITEOUT.length);
  if (hidden === '' || hidden === '.' || hidden === '..') {
    throw new ParseError(layerName, `"${path}" is a whiteout of nothing`);
  }
  return { type: 'whiteout', path: `${parent}/${hidden}` };
}

function tooLarge(reference: string, what: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `"${reference}" has ${what}`, {
    hint: 'Raise the bound if you trust this artifact.',
  });
}
