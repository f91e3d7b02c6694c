/**
 * Mach-O of Apple's systems: segments and sections, also of universal files.
 *
 * Source: Apple, "OS X ABI Mach-O File Format Reference"; `mach-o/loader.h` and `mach-o/fat.h`. A
 * Java class begins with the four bytes of a universal file; its version, read as the number of
 * images, is more than any file has. Refused: load commands and images outside the file, and more
 * of them than any linker makes.
 */

import { appendAll } from '../../core/base/append-all.ts';
import { ParseError } from '../../core/base/errors.ts';
import { dataView, readExactly, type ByteSource } from '../bytes/byte-source.ts';
import {
  nameAt,
  type ExecutableImage,
  type ExecutableSection,
  type ExecutableSegment,
} from './executable-image.ts';

const MAGIC_32 = 0xfeedface;
const MAGIC_64 = 0xfeedfacf;
const MAGIC_FAT = 0xcafebabe;
const FAT_ENTRY_BYTES = 20;
/** Java's class files have a version from 45 on in the same place. */
const MAX_FAT_IMAGES = 30;
const SEGMENT_32 = 1;
const SEGMENT_64 = 0x19;
const MAX_COMMANDS = 10_000;
const MAX_COMMANDS_BYTES = 16 * 1024 * 1024;
const NAME_BYTES = 16;
const WRITABLE = 2;
/** Types of sections that are only zeros in memory. */
const ZERO_FILL: ReadonlySet<number> = new Set([1, 12, 18]);

/** Offsets of a command's fields, by the width of addresses. */
const LAYOUTS = {
  4: { header: 28, segment: 56, section: 68, protection: 44, count: 48 },
  8: { header: 32, segment: 72, section: 80, protection: 60, count: 64 },
} as const;

/** Detects the format by the first four bytes. */
export function isMachO(head: Uint8Array): boolean {
  const view = dataView(head);
  const big = view.getUint32(0, false);
  const little = view.getUint32(0, true);
  return (
    big === MAGIC_FAT || [big, little].some((magic) => magic === MAGIC_32 || magic === MAGIC_64)
  );
}

/** Returns the images of the file. @throws ParseError */
export async function readMachO(source: ByteSource): Promise<readonly ExecutableImage[]> {
  const head = dataView(await readExactly(source, 0, 8));
  if (head.getUint32(0, false) !== MAGIC_FAT) return [await readImage(source, 0)];
  const count = head.getUint32(4, false);
  if (count > MAX_FAT_IMAGES) return [];
  const table = dataView(await readExactly(source, 8, count * FAT_ENTRY_BYTES));
  const images: ExecutableImage[] = [];
  for (let at = 0; at < table.byteLength; at += FAT_ENTRY_BYTES) {
    images.push(await readImage(source, table.getUint32(at + 8, false)));
  }
  return images;
}

interface Layout {
  readonly pointerBytes: 4 | 8;
  readonly isLittle: boolean;
  /** Offset of the image in the file. */
  readonly start: number;
}

async function readImage(source: ByteSource, start: number): Promise<ExecutableImage> {
  const head = dataView(await readExactly(source, start, LAYOUTS[4].header));
  const isLittle = [MAGIC_32, MAGIC_64].includes(head.getUint32(0, true));
  const magic = head.getUint32(0, isLittle);
  if (magic !== MAGIC_32 && magic !== MAGIC_64) {
    throw new ParseError(source.path, 'no Mach-O image where one should begin');
  }
  const pointerBytes = magic === MAGIC_64 ? 8 : 4;
  const count = head.getUint32(16, isLittle);
  const sizeBytes = head.getUint32(20, isLittle);
  if (count > MAX_COMMANDS || sizeBytes > MAX_COMMANDS_BYTES) {
    throw new ParseError(source.path, 'more load commands than a linker makes');
  }
  const at = start + LAYOUTS[pointerBytes].header;
  const commands = await readExactly(source, at, sizeBytes);
  const layout: Layout = { pointerBytes, isLittle, start };
  return {
    format: 'mach-o',
    isBigEndian: !isLittle,
    pointerBytes,
    ...readCommands(source, commands, count, layout),
  };
}

function readCommands(
  source: ByteSource,
  commands: Uint8Array,
  count: number,
  layout: Layout,
): Pick<ExecutableImage, 'sections' | 'segments'> {
  const view = dataView(commands);
  const sections: ExecutableSection[] = [];
  const segments: ExecutableSegment[] = [];
  let at = 0;
  for (let index = 0; index < count && at + 8 <= commands.length; index += 1) {
    const type = view.getUint32(at, layout.isLittle);
    const lengthBytes = view.getUint32(at + 4, layout.isLittle);
    if (lengthBytes < 8 || at + lengthBytes > commands.length) {
      throw new ParseError(source.path, 'a load command reaches beyond the others');
    }
    const { segment } = LAYOUTS[layout.pointerBytes];
    const isSegment = type === (layout.pointerBytes === 8 ? SEGMENT_64 : SEGMENT_32);
    if (isSegment && lengthBytes >= segment) {
      const command = commands.subarray(at, at + lengthBytes);
      segments.push(readSegment(command, layout));
      appendAll(sections, readSections(command, layout));
    }
    at += lengthBytes;
  }
  return { sections, segments };
}

function readSegment(command: Uint8Array, layout: Layout): ExecutableSegment {
  const view = dataView(command);
  const { pointerBytes, isLittle, start } = layout;
  const numbers = [0, 1, 2, 3].map((index) => {
    const at = 8 + NAME_BYTES + index * pointerBytes;
    return pointerBytes === 4
      ? view.getUint32(at, isLittle)
      : Number(view.getBigUint64(at, isLittle));
  });
  const [address = 0, , offset = 0, sizeBytes = 0] = numbers;
  const protection = view.getUint32(LAYOUTS[pointerBytes].protection, isLittle);
  return {
    name: nameAt(command.subarray(8, 8 + NAME_BYTES), 0),
    address,
    offset: start + offset,
    sizeBytes,
    isWritable: (protection & WRITABLE) !== 0,
  };
}

function readSections(command: Uint8Array, layout: Layout): readonly ExecutableSection[] {
  const view = dataView(command);
  const { pointerBytes, isLittle, start } = layout;
  const { segment, section, count } = LAYOUTS[pointerBytes];
  const sections: ExecutableSection[] = [];
  const end = Math.min(command.length, segment + view.getUint32(count, isLittle) * section);
  for (let at = segment; at + section <= end; at += section) {
    const sizeAt = at + 2 * NAME_BYTES + pointerBytes;
    const sizeBytes =
      pointerBytes === 4
        ? view.getUint32(sizeAt, isLittle)
        : Number(view.getBigUint64(sizeAt, isLittle));
    const offset = view.getUint32(sizeAt + pointerBytes, isLittle);
    const flags = view.getUint32(sizeAt + pointerBytes + 16, isLittle);
    sections.push({
      name: nameAt(command.subarray(at, at + NAME_BYTES), 0),
      offset: start + offset,
      sizeBytes: ZERO_FILL.has(flags & 0xff) ? 0 : sizeBytes,
    });
  }
  return sections;
}
