/**
 * The regions of an ELF file that contain a toolchain's marks: the names of its sections, and the
 * beginnings of its writable segments. A hundred kilobytes of a program give the same result as all
 * of it.
 *
 * Source: System V ABI, generic part, chapters 4 and 5, as `elf.ts` reads it. This is a quick check
 * before that: if the headers are malformed, the whole file is searched.
 */

/** Reads up to so many bytes at a place. */
export type ReadBytes = (offset: number, lengthBytes: number) => Uint8Array;

/** A region of a program in which markers can stand. */
export interface FileRegion {
  readonly offset: number;
  readonly lengthBytes: number;
}

const HEADER_BYTES = 64;
const MAGIC = 0x7f454c46;
const LOAD = 1;
const WRITABLE = 2;
/**
 * More segments or sections than any linker makes of a program: such files are searched as a whole.
 */
const MAX_ROWS = 4096;
/** Bytes that the readers of marks inspect; see `scan/catalog/go/build-info.ts`. */
const MAX_SEGMENT_BYTES = 1024 * 1024;
const MAX_NAMES_BYTES = 4 * 1024 * 1024;

/** Returns the places, `undefined` where the file is no ELF file or an odd one. */
export function elfMarkerRegions(
  read: ReadBytes,
  sizeBytes: number,
): readonly FileRegion[] | undefined {
  const header = view(read(0, HEADER_BYTES));
  if (header.byteLength < HEADER_BYTES || header.getUint32(0) !== MAGIC) return undefined;
  const file = fileOf(header, read, sizeBytes);
  const segments = file && writableSegments(file);
  const names = file && sectionNames(file);
  if (segments === undefined || names === undefined) return undefined;
  return [...names, ...segments];
}

interface ElfFile {
  readonly read: ReadBytes;
  readonly sizeBytes: number;
  readonly is64: boolean;
  readonly isLittle: boolean;
  readonly header: DataView;
}

function fileOf(header: DataView, read: ReadBytes, sizeBytes: number): ElfFile | undefined {
  const [bits, order] = [header.getUint8(4), header.getUint8(5)];
  if ((bits !== 1 && bits !== 2) || (order !== 1 && order !== 2)) return undefined;
  return { read, sizeBytes, header, is64: bits === 2, isLittle: order === 1 };
}

function writableSegments(file: ElfFile): readonly FileRegion[] | undefined {
  const { header, is64, isLittle } = file;
  const rowBytes = is64 ? 56 : 32;
  const counts = is64 ? 54 : 42;
  const count = header.getUint16(counts + 2, isLittle);
  if (header.getUint16(counts, isLittle) !== rowBytes || count === 0) return undefined;
  const rows = tableOf(file, { offset: numberAt(file, header, is64 ? 32 : 28), count, rowBytes });
  if (rows === undefined) return undefined;
  const places: FileRegion[] = [];
  for (let at = 0; at < rows.byteLength; at += rowBytes) {
    if (rows.getUint32(at, isLittle) !== LOAD) continue;
    if ((rows.getUint32(at + (is64 ? 4 : 24), isLittle) & WRITABLE) === 0) continue;
    const offset = numberAt(file, rows, at + (is64 ? 8 : 4));
    const lengthBytes = numberAt(file, rows, at + (is64 ? 32 : 16));
    if (offset + lengthBytes > file.sizeBytes) return undefined;
    places.push({ offset, lengthBytes: Math.min(lengthBytes, MAX_SEGMENT_BYTES) });
  }
  return places;
}

function sectionNames(file: ElfFile): readonly FileRegion[] | undefined {
  const { header, is64, isLittle } = file;
  const rowBytes = is64 ? 64 : 40;
  const counts = is64 ? 58 : 46;
  const offset = numberAt(file, header, is64 ? 40 : 32);
  const count = header.getUint16(counts + 2, isLittle);
  const index = header.getUint16(counts + 4, isLittle);
  if (header.getUint16(counts, isLittle) !== rowBytes || index >= count) return undefined;
  const row = tableOf(file, { offset: offset + index * rowBytes, count: 1, rowBytes });
  if (row === undefined || offset + count * rowBytes > file.sizeBytes) return undefined;
  const place = {
    offset: numberAt(file, row, is64 ? 24 : 16),
    lengthBytes: numberAt(file, row, is64 ? 32 : 20),
  };
  const isInside = place.offset + place.lengthBytes <= file.sizeBytes;
  return isInside && place.lengthBytes <= MAX_NAMES_BYTES ? [place] : undefined;
}

function tableOf(
  { read, sizeBytes }: ElfFile,
  table: { readonly offset: number; readonly count: number; readonly rowBytes: number },
): DataView | undefined {
  const lengthBytes = table.count * table.rowBytes;
  const isInside = table.offset > 0 && table.offset + lengthBytes <= sizeBytes;
  if (!isInside || table.count > MAX_ROWS) return undefined;
  const rows = view(read(table.offset, lengthBytes));
  return rows.byteLength === lengthBytes ? rows : undefined;
}

/** Returns an address or size of the file's class. */
function numberAt({ is64, isLittle }: ElfFile, bytes: DataView, at: number): number {
  return is64 ? Number(bytes.getBigUint64(at, isLittle)) : bytes.getUint32(at, isLittle);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
