/**
 * The beginning of an OCI layout in a directory.
 *
 * Source: OCI image specification, "Image Layout", "oci-layout file".
 */

import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { writeFileAtomically } from '../../core/base/cache-directory.ts';
import { AssayError, errnoOf, errorMessage } from '../../core/base/errors.ts';
import { isJsonObject } from '../../formats/text/json/json.ts';
import { readImageDocument } from './image-document.ts';
import { OCI_INDEX } from './media-types.ts';

const MARK = 'oci-layout';
const MAX_MARK_BYTES = 4096;
const VERSION = '1.0.0';
/** Files that a run leaves that was killed before it had made the layout. */
const OF_A_BEGINNING = /^\.(?:tmp-|index\.json\.lock$)/u;

/**
 * Returns whether a directory is an OCI layout; `false` if it is empty or absent, so that it can
 * become one. Nothing is written.
 *
 * @throws AssayError `USAGE` for anything else at this place, `DAMAGED` for a layout of another
 * version, or whose version cannot be read
 */
export async function isLayout(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if (names.includes(MARK)) {
    await checkVersion(folder);
    return true;
  }
  if (names.every((name) => OF_A_BEGINNING.test(name))) return false;
  throw unusable(folder, 'has files and is no OCI layout');
}

/**
 * Writes the files of a layout without images. The caller excludes other writers.
 * @throws AssayError as {@link isLayout}
 */
export async function beginLayout(folder: string): Promise<void> {
  if (!(await isLayout(folder))) {
    const mark = Buffer.from(JSON.stringify({ imageLayoutVersion: VERSION }));
    await writeFileAtomically(path.join(folder, MARK), mark);
  }
  // A run that was killed can have left the mark alone.
  if ((await namesIn(folder)).includes('index.json')) return;
  const empty = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] };
  await writeFileAtomically(path.join(folder, 'index.json'), Buffer.from(JSON.stringify(empty)));
}

/** Returns the names in a directory; none if it is absent. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    if (errnoOf(error) === 'ENOTDIR') throw unusable(folder, 'is not a folder');
    throw new AssayError('ACCESS_DENIED', `cannot read "${folder}": ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

async function checkVersion(folder: string): Promise<void> {
  const name = `"${path.join(folder, MARK)}"`;
  const bounds = { maxBytes: MAX_MARK_BYTES, within: folder };
  const bytes = await readBoundedFile(path.join(folder, MARK), bounds).catch((error: unknown) => {
    throw new AssayError('DAMAGED', `cannot read ${name}: ${errorMessage(error)}`, {
      hint: 'Name another folder, or make the layout anew.',
      cause: error,
    });
  });
  const mark = readImageDocument(bytes, 'oci-layout', name);
  const version = isJsonObject(mark) ? mark['imageLayoutVersion'] : undefined;
  if (typeof version === 'string' && version.startsWith('1.')) return;
  throw new AssayError(
    'DAMAGED',
    `${name} has the layout version ${JSON.stringify(version ?? null)} and not ${VERSION}`,
  );
}

function unusable(folder: string, reason: string): AssayError {
  return new AssayError('USAGE', `"${folder}" ${reason}`, {
    hint: 'Name a folder that is an OCI layout, is empty, or does not exist yet.',
  });
}
