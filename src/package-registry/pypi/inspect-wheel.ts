/**
 * The package that a wheel really contains, by the name of its `.dist-info` directory.
 *
 * Source: Python Packaging User Guide, "Binary distribution format", "The .dist-info directory". A
 * wheel without such a directory, or with several, is of no package.
 */

import { open, type FileHandle } from 'node:fs/promises';

import { AssayError, ParseError } from '../../core/base/errors.ts';
import { openZip, type ZipSource } from '../../formats/archive/zip/zip.ts';
import { normalizePythonName } from '../../core/model/package/python-name.ts';
import { compareVersions } from '../../core/version/index.ts';

/** Ceiling for the members of a wheel. The largest ones have some 100,000. */
export const MAX_ENTRIES = 500_000;
const DIST_INFO = /^(?<name>[^/]+?)-(?<version>[^-/]+)\.dist-info\//u;

/**
 * Refuses a wheel of another package. @throws AssayError `CONTENT_MISMATCH`, and errors of the file
 * system
 */
export async function refuseOtherWheel(
  path: string,
  wanted: { readonly name: string; readonly version: string },
): Promise<void> {
  const found = await packagesIn(path);
  const [only] = found;
  const isSame =
    found.length === 1 &&
    only !== undefined &&
    normalizePythonName(only.name) === normalizePythonName(wanted.name) &&
    compareVersions('pypi', only.version.replaceAll('_', '-'), wanted.version) === 0;
  if (isSame) return;
  const content = found.map(({ name, version }) => `${name} ${version}`).join(', ') || 'no package';
  throw new AssayError(
    'CONTENT_MISMATCH',
    `the file contains ${content} and not ${wanted.name} ${wanted.version}`,
  );
}

async function packagesIn(
  path: string,
): Promise<readonly { readonly name: string; readonly version: string }[]> {
  await using file = await open(path, 'r');
  const source = await zipSourceOf(file);
  const limits = { maxEntryBytes: 0, maxTotalBytes: 0, maxEntries: MAX_ENTRIES };
  try {
    const { entries } = await openZip(source, limits);
    const found = new Map<string, { readonly name: string; readonly version: string }>();
    for (const entry of entries) {
      const { name, version } = DIST_INFO.exec(entry.name)?.groups ?? {};
      if (name !== undefined && version !== undefined)
        found.set(`${name}-${version}`, { name, version });
    }
    return [...found.values()];
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('CONTENT_MISMATCH', `the file is no wheel: ${error.reason}`);
  }
}

/** Returns an archive for reading at any place. The caller closes the file. */
export async function zipSourceOf(file: FileHandle): Promise<ZipSource> {
  const { size } = await file.stat();
  return {
    path: 'package.whl',
    sizeBytes: size,
    readAt: async (offset, lengthBytes) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(lengthBytes, size - offset)));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
      return bytes.subarray(0, bytesRead);
    },
  };
}
