/**
 * Executables and libraries of the three common formats, as far as finding a section or a piece of
 * memory goes.
 *
 * Source: the formats of `elf.ts`, `pe.ts` and `mach-o.ts`. A universal Mach-O file holds several
 * images. Refused: headers that point outside the file, and more of them than any linker makes.
 */

import { ParseError } from '../../core/base/errors.ts';
import { readExactly, type ByteSource } from '../bytes/byte-source.ts';
import { readElf } from './elf/elf.ts';
import type { ExecutableImage, ExecutableSection } from './executable-image.ts';
import { isMachO, readMachO } from './mach-o.ts';
import { readPe } from './pe/pe.ts';

const HEAD_BYTES = 4;

/**
 * Returns the images of a file; none where it is of another format, or only begins like an
 * executable and could not be loaded.
 */
export async function findExecutables(source: ByteSource): Promise<readonly ExecutableImage[]> {
  try {
    return await readExecutables(source);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return [];
  }
}

/** Returns the images of a file, none where it is of another format. @throws ParseError */
async function readExecutables(source: ByteSource): Promise<readonly ExecutableImage[]> {
  if (source.sizeBytes < HEAD_BYTES) return [];
  const head = await readExactly(source, 0, HEAD_BYTES);
  const text = Buffer.from(head).toString('latin1');
  if (text === '\u007fELF') return [await readElf(source)];
  if (text.startsWith('MZ')) {
    const image = await readPe(source);
    return image === undefined ? [] : [image];
  }
  return isMachO(head) ? readMachO(source) : [];
}

/**
 * Returns the bytes at an address of the memory that the image is loaded into.
 *
 * @throws ParseError where the file holds nothing for it
 */
export async function readMemory(
  source: ByteSource,
  image: ExecutableImage,
  at: { readonly address: number; readonly lengthBytes: number },
): Promise<Uint8Array> {
  const { address, lengthBytes } = at;
  const segment = image.segments.find(
    (one) => address >= one.address && address + lengthBytes <= one.address + one.sizeBytes,
  );
  if (segment === undefined) {
    throw new ParseError(source.path, `nothing at address 0x${address.toString(16)}`);
  }
  return readExactly(source, segment.offset + (address - segment.address), lengthBytes);
}

/** Returns the first existing section with one of these names. */
export function sectionOf(
  image: ExecutableImage,
  names: readonly string[],
): ExecutableSection | undefined {
  return image.sections.find(({ name }) => names.includes(name));
}
