/** Descriptions of local files, for users whose target was refused. */

import { detectEncoding } from '../../core/base/text-encoding.ts';
import type { LocalTarget } from './image/selection.ts';
import { storedFile } from './stored-bytes.ts';

const GZIP = '1f8b';
const ZSTD = '28b52ffd';

const MAGICS: readonly (readonly [string, string])[] = [
  [GZIP, 'a gzip file'],
  [ZSTD, 'a zstd file'],
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

/** The description of UTF-16 with a byte order mark. */
export const UTF_16_TEXT = 'a text in UTF-16';

/** One block of a tar archive. */
const HEAD_BYTES = 512;
/** Bytes of the head that are shown if its form is unknown. */
const SHOWN_BYTES = 16;
/** In the header of an entry, POSIX.1-2017 "ustar Interchange Format". */
const USTAR = { offset: 257, text: 'ustar' } as const;

/** A description of a target, and whether an image may be in it. */
export interface TargetDescription {
  readonly name: string;
  readonly mayHoldImage: boolean;
}

/**
 * Describes a target, as in `an empty file` or `a zip archive`.
 * @throws AssayError `ACCESS_DENIED`
 */
export async function describeTarget(target: LocalTarget): Promise<TargetDescription> {
  if (target.isFolder) return { name: 'a folder', mayHoldImage: false };
  const stored = target.isFile ? await storedFile(target.path) : undefined;
  if (stored === undefined) return { name: 'neither a file nor a folder', mayHoldImage: false };
  if (stored.sizeBytes === 0) return { name: 'an empty file', mayHoldImage: false };
  const head = Buffer.from(await stored.head(HEAD_BYTES));
  if (head.toString('latin1', USTAR.offset, USTAR.offset + USTAR.text.length) === USTAR.text) {
    return { name: 'a tar archive', mayHoldImage: true };
  }
  if (detectEncoding(head) !== 'utf-8') return { name: UTF_16_TEXT, mayHoldImage: false };
  const hex = head.toString('hex', 0, SHOWN_BYTES);
  const [magic, name] = MAGICS.find(([start]) => hex.startsWith(start)) ?? [];
  return {
    name: name ?? `a file of no known form (its first bytes are ${hex})`,
    mayHoldImage: magic === GZIP || magic === ZSTD,
  };
}
