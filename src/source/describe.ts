/** What something on this disk looks like, for people whose target was refused. */

import type { Target } from './selection.ts';
import { storedFile } from './stored-bytes.ts';

const MAGICS: readonly (readonly [string, string])[] = [
  ['1f8b', 'a gzip file that holds no tar archive'],
  ['28b52ffd', 'a zstd file that holds no tar archive'],
  ['fd377a585a00', 'an xz file'],
  ['425a68', 'a bzip2 file'],
  ['504b0304', 'a zip archive'],
  ['7f454c46', 'an ELF program or library'],
  ['4d5a', 'a Windows program'],
  ['25504446', 'a PDF document'],
  ['213c617263683e', 'a Debian package or static library'],
  ['edabeedb', 'an RPM package'],
  ['53514c69746520', 'an SQLite database'],
  ['7b', 'a JSON document'],
  ['5b', 'a JSON document'],
];

const HEAD_BYTES = 16;

/** As in `an empty file` or `a zip archive`. @throws AssayError `ACCESS_DENIED` */
export async function describeTarget(target: Target): Promise<string> {
  if (target.isFolder) return 'a folder';
  if (!target.isFile) return 'neither a file nor a folder';
  const stored = await storedFile(target.path);
  if (stored === undefined) return 'neither a file nor a folder';
  if (stored.sizeBytes === 0) return 'an empty file';
  const head = Buffer.from(await stored.head(HEAD_BYTES)).toString('hex');
  const known = MAGICS.find(([magic]) => head.startsWith(magic));
  return known?.[1] ?? `a file of no known form (its first bytes are ${head})`;
}
