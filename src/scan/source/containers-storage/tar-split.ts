/**
 * The tar of a layer as it was, put together from the folder it was unpacked to and a list of
 * everything else.
 *
 * Source: vbatts/tar-split, `tar/storage`: one JSON object a line, `type` 1 for the body of a file,
 * to be found under its name in the folder, and `type` 2 for bytes of the tar that are no body.
 * What comes out has the digest of the layer or is another: whiteouts, opaque folders and
 * attributes, which a driver keeps in ways that Node cannot read, stand in it as in the tar, and a
 * file that was changed in the folder is found. Refuses lines over 64 MiB and names that lead
 * outside.
 */

import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import { createGunzip } from 'node:zlib';

import { normalizePath } from '../../../core/base/artifact-path.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { isJsonObject, readJsonValue, type JsonValue } from '../../../formats/text/json/json.ts';
import { fileError } from '../file-error.ts';
import type { StoredBytes } from '../stored-bytes.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** Locations of the two parts of a layer. */
export interface TarSplitLayer {
  /** In errors, as in `layer 2 of "app"`. */
  readonly name: string;
  /** The list, in gzip. */
  readonly splitPath: string;
  /** The directory that the layer was unpacked to; it may hold other layers' files too. */
  readonly folder: string;
  readonly sizeBytes: number;
}

const FILE = 1;
const SEGMENT = 2;
const PIECE_BYTES = 256 * 1024;
/** The header of a file with huge attributes; the usual one has 1 KiB. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The last part of a path may be no link, and a pipe must not make the opening wait. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Reassembles the tar of a layer from its unpacked files and their tar-split record.
 *
 * @throws AssayError while it is read: `CONTENT_MISMATCH`, `ACCESS_DENIED`, `DAMAGED`
 */
export function tarSplitBytes(layer: TarSplitLayer): StoredBytes {
  return {
    sizeBytes: layer.sizeBytes,
    chunks: () => assemble(layer),
    async head(lengthBytes) {
      const pieces: Uint8Array[] = [];
      let length = 0;
      for await (const piece of assemble(layer)) {
        pieces.push(Buffer.from(piece));
        length += piece.length;
        if (length >= lengthBytes) break;
      }
      return Buffer.concat(pieces).subarray(0, lengthBytes);
    },
  };
}

async function* assemble(layer: TarSplitLayer): AsyncGenerator<Uint8Array> {
  const bodies = new Bodies(layer);
  for await (const line of readLines(layer)) {
    const entry = parseLine(line, layer);
    if ('bytes' in entry) yield entry.bytes;
    else if (entry.sizeBytes > 0) yield* bodies.read(entry.path, entry.sizeBytes);
  }
}

type SplitEntry =
  { readonly bytes: Buffer } | { readonly path: string; readonly sizeBytes: number };

function parseLine(line: Uint8Array, layer: TarSplitLayer): SplitEntry {
  let json: JsonValue;
  try {
    json = readJsonValue(layer.splitPath, line);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw damaged(layer, error.reason);
  }
  if (!isJsonObject(json)) throw damaged(layer, 'a line is not an object');
  const { type, payload, name, name_raw: rawName, size = 0 } = json;
  if (type === SEGMENT) {
    return { bytes: Buffer.from(typeof payload === 'string' ? payload : '', 'base64') };
  }
  if (type !== FILE || typeof size !== 'number' || size < 0) {
    throw damaged(layer, 'a line is of no known form');
  }
  // A name that is no UTF-8 cannot be opened from here; its body is then found missing.
  const path =
    typeof rawName === 'string' && rawName !== ''
      ? Buffer.from(rawName, 'base64').toString()
      : name;
  if (typeof path !== 'string') throw damaged(layer, 'a line has no name');
  return { path: normalizePath(path), sizeBytes: size };
}

async function* readLines(layer: TarSplitLayer): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  const file = createReadStream(layer.splitPath);
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, start)) {
        const line = piece.subarray(start, end);
        yield rest.length === 0 ? line : Buffer.concat([rest, line]);
        rest = Buffer.alloc(0);
        start = end + 1;
      }
      rest = Buffer.concat([rest, piece.subarray(start)]);
      if (rest.length > MAX_LINE_BYTES) throw damaged(layer, 'a line is too long');
    }
    if (rest.length > 0) yield rest;
  } catch (error) {
    if (error instanceof AssayError) throw error;
    const isSystem = !(systemCode(error)?.startsWith('Z_') ?? true);
    throw isSystem ? fileError(error, layer.splitPath) : damaged(layer, 'it is not a gzip stream');
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}

/** Reads bodies of files from the folder. */
class Bodies {
  readonly #layer: TarSplitLayer;
  #root: string | undefined;
  /**
   * The folder that was looked at last, and whether it lies within the root: files come folder by
   * folder.
   */
  #checked: { readonly folder: string; readonly isInside: boolean } | undefined;

  constructor(layer: TarSplitLayer) {
    this.#layer = layer;
  }

  async *read(path: string, sizeBytes: number): AsyncGenerator<Uint8Array> {
    if (!(await this.#isInside(posix.dirname(path)))) {
      throw damaged(this.#layer, `"${path}" leads outside its folder`);
    }
    const file = this.#open(path);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile() || stats.size !== sizeBytes) {
        throw this.#changed(path, `it has ${stats.size} bytes and had ${sizeBytes}`);
      }
      for (let doneBytes = 0; doneBytes < sizeBytes;) {
        const buffer = Buffer.allocUnsafe(Math.min(PIECE_BYTES, sizeBytes - doneBytes));
        const length = readSync(file, buffer, 0, buffer.length, doneBytes);
        if (length === 0) throw this.#changed(path, 'it became shorter while it was being read');
        doneBytes += length;
        yield buffer.subarray(0, length);
      }
    } finally {
      closeSync(file);
    }
  }

  async #isInside(folder: string): Promise<boolean> {
    if (this.#checked?.folder === folder) return this.#checked.isInside;
    try {
      this.#root ??= await realpath(this.#layer.folder);
      const real = await realpath(join(this.#root, folder));
      const isInside = real === this.#root || real.startsWith(this.#root + sep);
      this.#checked = { folder, isInside };
      return isInside;
    } catch (error) {
      throw this.#unreadable(error, folder);
    }
  }

  #open(path: string): number {
    try {
      return openSync(join(this.#root ?? this.#layer.folder, path), OPEN_FLAGS);
    } catch (error) {
      throw this.#unreadable(error, path);
    }
  }

  #unreadable(error: unknown, path: string): AssayError {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') {
      return this.#changed(path, 'it is not there');
    }
    if (code !== 'EACCES' && code !== 'EPERM') return fileError(error, path);
    return new AssayError(
      'ACCESS_DENIED',
      `cannot read "${path}" of ${this.#layer.name}: permission denied`,
      {
        hint: 'Files of other users of an image are read by: podman unshare assay ...',
        cause: error,
      },
    );
  }

  #changed(path: string, reason: string): AssayError {
    return new AssayError(
      'CONTENT_MISMATCH',
      `"${path}" of ${this.#layer.name} was changed in the storage: ${reason}`,
      { hint: 'Remove the image from the storage and get it again.' },
    );
  }
}

function damaged(layer: TarSplitLayer, reason: string): AssayError {
  return new AssayError(
    'DAMAGED',
    `the list of ${layer.name}, "${layer.splitPath}", cannot be read: ${reason}`,
    { hint: 'Remove the image from the storage and get it again.' },
  );
}
