/**
 * Reads a tar archive that can be read at any place: its headers only.
 *
 * The state machine is that of `tar.ts`; bytes that are not requested are not read at all.
 */

import { AssayError } from '../../../core/base/errors.ts';
import type { TarEntry } from './tar-entry.ts';
import { createTarReader, type TarOptions } from './tar.ts';

/**
 * Reads up to `lengthBytes` bytes at `offset`; fewer only at the end. The bytes are used before the
 * next call.
 */
export type ReadAt = (offset: number, lengthBytes: number) => Promise<Uint8Array>;

/**
 * One read of this size usually holds several headers; measured best for seeking in `docker save`
 * archives.
 */
const SEEK_WINDOW_BYTES = 16 * 1024;

/**
 * Reads the headers of an archive that can be read at any place, and none of the bodies. `hasEnd`
 * reports whether the end mark was found.
 *
 * @throws ParseError; AssayError `LIMIT_EXCEEDED` beyond `maxEntries`.
 */
export async function readTarHeaders(
  readAt: ReadAt,
  sizeBytes: number,
  options: TarOptions & { readonly maxEntries: number },
): Promise<{ readonly entries: readonly TarEntry[]; readonly hasEnd: boolean }> {
  const entries: TarEntry[] = [];
  const reader = createTarReader(
    {
      entry(entry) {
        if (entries.length >= options.maxEntries) {
          throw new AssayError(
            'LIMIT_EXCEEDED',
            `"${options.archivePath}" holds more than ${options.maxEntries} entries`,
          );
        }
        entries.push(entry);
        return undefined;
      },
    },
    options,
  );
  let position = 0;
  while (position < sizeBytes && !reader.hasEnded) {
    const window = await readAt(position, Math.min(SEEK_WINDOW_BYTES, sizeBytes - position));
    if (window.length === 0) break;
    reader.write(window);
    position += window.length;
    const skipped = Math.min(reader.skippableBytes, sizeBytes - position);
    reader.skip(skipped);
    position += skipped;
  }
  reader.end();
  return { entries, hasEnd: reader.hasEnded };
}
