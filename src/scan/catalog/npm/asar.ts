/**
 * Node packages inside the archive of an Electron application: `app.asar`.
 *
 * Source: Electron documentation, "ASAR Archives", and the format in the README of
 * `@electron/asar`: a pickle of Chromium with the size of the header, a pickle with the header as
 * JSON, then the bodies one behind another. In the header, a directory has `files`, and a file
 * `size` and `offset` from the end of the header, or `unpacked` if it lies in `app.asar.unpacked`
 * beside the archive, where it is read as any file on disk. Its `node_modules` hold packages as on
 * disk, each named by its `package.json`, or by its directory if that file has no name. The
 * application itself is no package of the npm registry. A file that does not begin with such a
 * pickle is a note: Electron cannot load it. Refused: a header that is cut off, is no JSON object,
 * or leads out of the file.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { ArchivePackages } from './archived-packages.ts';
import { installedName } from './installed-name.ts';

/** Two pickles: 4 and the size of the second one; then the sizes of its payload and of its text. */
const HEAD_BYTES = 16;
const PICKLE_OF_SIZE = 4;
/** Headers of large applications have some 5 MB. */
const MAX_HEADER_BYTES = 64 * 1024 * 1024;
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Deeper than any file system lets a path be. */
const MAX_DEPTH = 256;

/** The header, and where the bodies begin. */
interface AsarHeader {
  readonly root: JsonObject;
  readonly bodiesAt: number;
}

export const asar: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const header = await readHeader(file);
    if (header === undefined) {
      result.note('not an archive of Electron');
      return result.done();
    }
    const packages = new ArchivePackages(result);
    let entryCount = 0;
    for (const { path, row } of manifestsIn(file.path, header.root, () => {
      entryCount += 1;
      if (entryCount > limits.maxEntries) throw tooMany(file.path, limits.maxEntries);
    })) {
      if (row['unpacked'] === true) continue;
      packages.add(path, await bodyOf(file, header, { path, row }));
    }
    packages.addTo(result);
    return result.done();
  },
};

async function readHeader(file: CatalogFile): Promise<AsarHeader | undefined> {
  if (file.sizeBytes < HEAD_BYTES) return undefined;
  const head = await file.readAt(0, HEAD_BYTES);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== PICKLE_OF_SIZE) return undefined;
  const headerBytes = view.getUint32(4, true);
  const textBytes = view.getUint32(12, true);
  const bodiesAt = 8 + headerBytes;
  if (HEAD_BYTES + textBytes > bodiesAt || bodiesAt > file.sizeBytes) {
    throw new ParseError(file.path, 'the header is cut off');
  }
  if (textBytes > MAX_HEADER_BYTES) {
    throw new ParseError(file.path, `the header is larger than ${MAX_HEADER_BYTES} bytes`);
  }
  return { root: readJson(file.path, await file.readAt(HEAD_BYTES, textBytes)), bodiesAt };
}

interface AsarEntry {
  readonly path: string;
  readonly row: JsonObject;
}

/**
 * Yields the own `package.json` of each installed package. `onEntry` is called for every entry of
 * the header.
 */
function* manifestsIn(
  archive: string,
  root: JsonObject,
  onEntry: () => void,
): Generator<AsarEntry> {
  const pending = [{ path: '', row: root, depth: 0 }];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const { files } = folder.row;
    if (!isJsonObject(files)) throw new ParseError(archive, `"${folder.path}" is no directory`);
    for (const [name, row] of Object.entries(files)) {
      onEntry();
      const path = `${folder.path}/${name}`;
      if (!isJsonObject(row)) throw new ParseError(archive, `the row of "${path}" is no object`);
      if ('files' in row) {
        if (folder.depth >= MAX_DEPTH) throw new ParseError(archive, 'directories are too deep');
        pending.push({ path, row, depth: folder.depth + 1 });
      } else if (name === 'package.json' && installedName(path) !== undefined) yield { path, row };
    }
  }
}

/** @throws ParseError for a place that is no part of the file */
async function bodyOf(
  file: CatalogFile,
  { bodiesAt }: AsarHeader,
  { path, row }: AsarEntry,
): Promise<Uint8Array> {
  const { size } = row;
  const { offset = '' } = readStrings(row, ['offset']);
  const start = /^\d{1,15}$/u.test(offset) ? bodiesAt + Number(offset) : undefined;
  const isSize = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0;
  if (start === undefined || !isSize || start + size > file.sizeBytes) {
    throw new ParseError(file.path, `"${path}" lies outside of the archive`);
  }
  if (size > MAX_MANIFEST_BYTES) {
    throw new ParseError(file.path, `"${path}" is larger than ${MAX_MANIFEST_BYTES} bytes`);
  }
  return file.readAt(start, size);
}

function tooMany(path: string, maxEntries: number): ParseError {
  return new ParseError(path, `more than ${maxEntries} entries`);
}
