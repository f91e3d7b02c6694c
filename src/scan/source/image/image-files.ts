/** The files an image is stored in, whether they lie in a folder or elsewhere. */

import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { normalizePath } from '../../../core/base/artifact-path.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { JsonValue } from '../../../formats/text/json/json.ts';
import { readImageDocument, type ImageDocumentKind } from '../../../clients/oci/image-document.ts';
import { fileError } from '../file-error.ts';
import { readWhole, storedFile, type StoredBytes } from '../stored-bytes.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** The files that an image is stored in, by their path within an archive or directory. */
export interface ImageFiles {
  /** The name as the caller wrote it, for messages. */
  readonly name: string;
  /** The description of files that were read as an OCI layout and are none. */
  readonly form?: string;
  /**
   * Returns the path from the root of the folder or archive, with `/`. `undefined` where no such
   * regular file is there.
   */
  get(path: string): Promise<StoredBytes | undefined>;
  /** Whether the archive has no end mark; missing files may have been behind its end. */
  readonly isCutOff?: boolean;
  /** Closes the archive and removes what was unpacked. */
  close(): Promise<void>;
}

/**
 * Manifests and configurations; registries accept 4 MiB, and archives of many images list them in
 * one file.
 */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * The folder may be a link itself; `get` refuses links in it that lead outside.
 * @throws AssayError `DAMAGED`
 */
export function directoryFiles(folder: string, name: string): ImageFiles {
  return {
    name,
    async get(path) {
      const wanted = normalizePath(path);
      const [root, real] = await Promise.all([realPath(folder), realPath(join(folder, wanted))]);
      if (root === undefined || real === undefined) return undefined;
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
        throw new AssayError(
          'DAMAGED',
          `"${wanted.slice(1)}" in "${name}" leads outside the folder`,
        );
      }
      return storedFile(real);
    },
    close: () => Promise.resolve(),
  };
}

/** Returns the path without links; `undefined` if nothing is there. */
async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, path);
  }
}

/**
 * Returns a small file of the image as JSON. `undefined` where it is not there.
 * @throws AssayError `DAMAGED`
 */
export async function readImageJson(
  files: ImageFiles,
  path: string,
  kind: ImageDocumentKind,
): Promise<JsonValue | undefined> {
  const file = await readImageFile(files, path);
  return file && readImageDocument(file.bytes, kind, file.name);
}

/**
 * Returns the bytes of a small file, and its name for errors. `undefined` where it is not there.
 */
export async function readImageFile(
  files: ImageFiles,
  path: string,
): Promise<{ readonly bytes: Uint8Array; readonly name: string } | undefined> {
  const stored = await files.get(path);
  if (stored === undefined) return undefined;
  const name = `"${path}" in "${files.name}"`;
  return { bytes: await readWhole(stored, name, MAX_JSON_BYTES), name };
}
