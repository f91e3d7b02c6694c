/**
 * Portable Executable of Windows: section headers and data directories.
 *
 * Source: Microsoft, "PE Format": MS-DOS stub, COFF file header, optional header (PE32 and PE32+),
 * section table. Addresses are those of the memory, with the image base. A file that only begins as
 * one (MS-DOS programs, text) is none. Refused: a section table outside the file.
 */

import { dataView, readExactly, type ByteSource } from '../../bytes/byte-source.ts';
import { nameAt, type ExecutableImage, type ExecutableSegment } from '../executable-image.ts';

const STUB_BYTES = 64;
const SIGNATURE_AT = 60;
/** `PE`, two zero bytes. */
const SIGNATURE = 0x00004550;
const FILE_HEADER_BYTES = 24;
const SECTION_BYTES = 40;
const NAME_BYTES = 8;
const PE32 = 0x10b;
const PE32_PLUS = 0x20b;
/** Offset behind the image base in the longer form. */
const MIN_OPTIONAL_BYTES = 32;
const DIRECTORY_BYTES = 8;
/** The number of directories that the specification names. */
const MAX_DIRECTORIES = 16;
const WRITABLE = 0x80000000;

/** A part of the file that the optional header points to. */
export interface PeDirectory {
  /** Relative to the image base. */
  readonly address: number;
  readonly sizeBytes: number;
}

/** A PE file with its data directories. */
export interface PeImage extends ExecutableImage {
  readonly format: 'pe';
  readonly base: number;
  /**
   * In the order of the specification: the third (2) holds resources, the fifteenth (14) the header
   * of .NET.
   */
  readonly directories: readonly PeDirectory[];
}

/** Returns `undefined` where there is no such file. @throws ParseError */
export async function readPe(source: ByteSource): Promise<PeImage | undefined> {
  if (source.sizeBytes < STUB_BYTES) return undefined;
  const stub = dataView(await readExactly(source, 0, STUB_BYTES));
  const start = stub.getUint32(SIGNATURE_AT, true);
  if (start + FILE_HEADER_BYTES + MIN_OPTIONAL_BYTES > source.sizeBytes) return undefined;
  const header = dataView(await readExactly(source, start, FILE_HEADER_BYTES + MIN_OPTIONAL_BYTES));
  if (header.getUint32(0, true) !== SIGNATURE) return undefined;
  const sectionCount = header.getUint16(6, true);
  const optionalBytes = header.getUint16(20, true);
  const magic = header.getUint16(FILE_HEADER_BYTES, true);
  if (magic !== PE32 && magic !== PE32_PLUS) return undefined;
  const base =
    magic === PE32
      ? header.getUint32(FILE_HEADER_BYTES + 28, true)
      : Number(header.getBigUint64(FILE_HEADER_BYTES + 24, true));
  const table = await readExactly(
    source,
    start + FILE_HEADER_BYTES + optionalBytes,
    sectionCount * SECTION_BYTES,
  );
  const optional = await readExactly(source, start + FILE_HEADER_BYTES, optionalBytes);
  const segments = readTable(table, base);
  return {
    format: 'pe',
    base,
    directories: readDirectories(optional, magic === PE32 ? 96 : 112),
    isBigEndian: false,
    pointerBytes: magic === PE32 ? 4 : 8,
    sections: segments,
    segments,
  };
}

/** Behind `start` bytes of fixed fields, of which the last is their count. */
function readDirectories(optional: Uint8Array, start: number): readonly PeDirectory[] {
  if (optional.length < start) return [];
  const view = dataView(optional);
  const room = Math.floor((optional.length - start) / DIRECTORY_BYTES);
  const count = Math.min(view.getUint32(start - 4, true), room, MAX_DIRECTORIES);
  return Array.from({ length: count }, (_, at) => ({
    address: view.getUint32(start + at * DIRECTORY_BYTES, true),
    sizeBytes: view.getUint32(start + at * DIRECTORY_BYTES + 4, true),
  }));
}

function readTable(table: Uint8Array, base: number): readonly ExecutableSegment[] {
  const view = dataView(table);
  const segments: ExecutableSegment[] = [];
  for (let at = 0; at < table.length; at += SECTION_BYTES) {
    segments.push({
      name: nameAt(table.subarray(at, at + NAME_BYTES), 0),
      address: base + view.getUint32(at + 12, true),
      sizeBytes: view.getUint32(at + 16, true),
      offset: view.getUint32(at + 20, true),
      isWritable: view.getUint32(at + 36, true) >= WRITABLE,
    });
  }
  return segments;
}
