/**
 * A folder as skopeo and podman write it for `dir:`: one `manifest.json`, and each blob in a file
 * named by its digest. It is read as an OCI layout whose index lists that manifest.
 *
 * Source: containers-transports(5), and what skopeo 1.18 writes: a file `version`, `HEX` for a blob
 * of SHA-256, and `HEX.manifest.json` for each manifest of a list.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { sha256Of } from '../../../formats/crypto/digest/digest-check.ts';
import { directoryFiles, type ImageFiles } from '../image/image-files.ts';
import { readWhole, storedMemory } from '../stored-bytes.ts';

/** In messages. */
const FORM = 'folder of an image';
const VERSION = /^Directory Transport Version: \d/u;
/** Longer than what stands in it. */
const VERSION_BYTES = 64;
/** Limit of manifests in registries. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const BLOB_PATH = /^\/blobs\/(?<algorithm>sha256|sha512)\/(?<hex>[0-9a-f]+)$/u;

/** Returns whether a folder has this form. */
export async function isDirLayout(folder: string): Promise<boolean> {
  const stored = await directoryFiles(folder, folder).get('/version');
  if (stored === undefined) return false;
  const head = await stored.head(VERSION_BYTES);
  return VERSION.test(Buffer.from(head).toString('latin1'));
}

/** Returns its files by the paths that they would have in a layout. */
export function dirLayoutFiles(folder: string, name: string): ImageFiles {
  const files = directoryFiles(folder, name);
  let known: Promise<Uint8Array> | undefined;
  const manifest = (): Promise<Uint8Array> => (known ??= readManifest(files));
  return {
    ...files,
    form: FORM,
    async get(path) {
      const blob = BLOB_PATH.exec(path)?.groups;
      if (blob === undefined && path !== '/index.json') return undefined;
      const bytes = await manifest();
      const digest = sha256Of(bytes);
      if (blob === undefined) {
        // The manifest itself shows whether it is a list of manifests.
        const manifests = [{ digest, size: bytes.length }];
        return storedMemory(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
      }
      const { algorithm = '', hex = '' } = blob;
      if (`${algorithm}:${hex}` === digest) return storedMemory(bytes);
      const stem = algorithm === 'sha256' ? hex : `${algorithm}-${hex}`;
      return (await files.get(`/${stem}`)) ?? (await files.get(`/${stem}.manifest.json`));
    },
  };
}

async function readManifest(files: ImageFiles): Promise<Uint8Array> {
  const stored = await files.get('/manifest.json');
  if (stored !== undefined) {
    return readWhole(stored, `"/manifest.json" in "${files.name}"`, MAX_MANIFEST_BYTES);
  }
  throw new AssayError(
    'DAMAGED',
    `"${files.name}" is not a usable ${FORM}: it has no manifest.json`,
  );
}
