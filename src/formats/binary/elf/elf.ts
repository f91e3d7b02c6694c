/**
 * Executable and Linkable Format: section and program headers.
 *
 * Source: System V ABI, generic part, chapters 4 and 5 (32 and 64 bits, both byte orders; the
 * extended numbers of sections when there are 65,280 of them or more). A file without section
 * headers, as after `sstrip`, or with some that cannot be read has its segments: nothing else is
 * looked at when it runs. Refused: program headers outside the file, of another size than the
 * format has, or more than 100,000 of them.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { dataView, readExactly, type ByteSource } from '../../bytes/byte-source.ts';
import {
  nameAt,
  type ExecutableImage,
  type ExecutableSection,
  type ExecutableSegment,
} from '../executable-image.ts';

const HEADER_BYTES = { 4: 52, 8: 64 } as const;
const PROGRAM_HEADER_BYTES = { 4: 32, 8: 56 } as const;
const SECTION_HEADER_BYTES = { 4: 40, 8: 64 } as const;
const CLASS_32 = 1;
const CLASS_64 = 2;
const BIG_ENDIAN = 2;
const LOAD = 1;
const NO_BITS = 8;
const WRITABLE = 2;
const EXTENDED = 0xffff;
/** Linkers make some forty; objects with a section for every function have tens of thousands. */
const MAX_HEADERS = 100_000;
/** Names are cut off there; a table of them has a few kilobytes. */
const MAX_NAMES_BYTES = 4 * 1024 * 1024;

/** Reads numbers of the file's class and byte order. */
interface Layout {
  readonly pointerBytes: 4 | 8;
  readonly isLittle: boolean;
}

interface SectionHeader {
  readonly nameOffset: number;
  readonly type: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly link: number;
}

/**
 * Reads the headers, sections and symbols of interest of an ELF file of either word size and byte
 * order.
 *
 * @throws ParseError
 */
export async function readElf(source: ByteSource): Promise<ExecutableImage> {
  const ident = await readExactly(source, 0, 16);
  const bits = ident[4];
  if (bits !== CLASS_32 && bits !== CLASS_64) {
    throw new ParseError(source.path, `an ELF class ${String(bits)} is not known`);
  }
  const pointerBytes = bits === CLASS_64 ? 8 : 4;
  const layout: Layout = { pointerBytes, isLittle: ident[5] !== BIG_ENDIAN };
  const header = dataView(await readExactly(source, 0, HEADER_BYTES[pointerBytes]));
  const { isLittle } = layout;
  const counts = pointerBytes === 8 ? 54 : 42;
  const programs = {
    offset: pointer(header, pointerBytes === 8 ? 32 : 28, layout),
    entryBytes: header.getUint16(counts, isLittle),
    count: header.getUint16(counts + 2, isLittle),
  };
  const sections = {
    offset: pointer(header, pointerBytes === 8 ? 40 : 32, layout),
    entryBytes: header.getUint16(counts + 4, isLittle),
    count: header.getUint16(counts + 6, isLittle),
    names: header.getUint16(counts + 8, isLittle),
  };
  return {
    format: 'elf',
    isBigEndian: !isLittle,
    pointerBytes,
    segments: await readSegments(source, programs, layout),
    sections: await sectionsIfReadable(source, sections, layout),
  };
}

interface Table {
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
}

async function readTable(source: ByteSource, table: Table, wanted: number): Promise<DataView> {
  if (table.entryBytes !== wanted || table.count > MAX_HEADERS) {
    throw new ParseError(source.path, 'a table of headers is not of the format');
  }
  return dataView(await readExactly(source, table.offset, table.count * wanted));
}

async function readSegments(
  source: ByteSource,
  table: Table,
  layout: Layout,
): Promise<readonly ExecutableSegment[]> {
  if (table.offset === 0 || table.count === 0) return [];
  const { pointerBytes, isLittle } = layout;
  const entryBytes = PROGRAM_HEADER_BYTES[pointerBytes];
  const view = await readTable(source, table, entryBytes);
  const segments: ExecutableSegment[] = [];
  for (let at = 0; at < view.byteLength; at += entryBytes) {
    if (view.getUint32(at, isLittle) !== LOAD) continue;
    const is64 = pointerBytes === 8;
    const flags = view.getUint32(at + (is64 ? 4 : 24), isLittle);
    segments.push({
      name: '',
      offset: pointer(view, at + (is64 ? 8 : 4), layout),
      address: pointer(view, at + (is64 ? 16 : 8), layout),
      sizeBytes: pointer(view, at + (is64 ? 32 : 16), layout),
      isWritable: (flags & WRITABLE) !== 0,
    });
  }
  return segments;
}

interface SectionTable extends Table {
  /** Index of the section that has the names. */
  readonly names: number;
}

async function sectionsIfReadable(
  source: ByteSource,
  table: SectionTable,
  layout: Layout,
): Promise<readonly ExecutableSection[]> {
  try {
    return await readSections(source, table, layout);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return [];
  }
}

async function readSections(
  source: ByteSource,
  table: SectionTable,
  layout: Layout,
): Promise<readonly ExecutableSection[]> {
  if (table.offset === 0) return [];
  const entryBytes = SECTION_HEADER_BYTES[layout.pointerBytes];
  const first = sectionHeader(
    await readTable(source, { ...table, count: 1 }, entryBytes),
    0,
    layout,
  );
  const count = table.count === 0 ? first.sizeBytes : table.count;
  const namesIndex = table.names === EXTENDED ? first.link : table.names;
  const view = await readTable(source, { ...table, count }, entryBytes);
  const headers: SectionHeader[] = [];
  for (let at = 0; at < view.byteLength; at += entryBytes) {
    headers.push(sectionHeader(view, at, layout));
  }
  const names = await readNames(source, headers[namesIndex]);
  return headers.map(({ nameOffset, type, offset, sizeBytes }) => ({
    name: nameAt(names, nameOffset),
    offset,
    sizeBytes: type === NO_BITS ? 0 : sizeBytes,
  }));
}

function sectionHeader(view: DataView, at: number, layout: Layout): SectionHeader {
  const is64 = layout.pointerBytes === 8;
  return {
    nameOffset: view.getUint32(at, layout.isLittle),
    type: view.getUint32(at + 4, layout.isLittle),
    offset: pointer(view, at + (is64 ? 24 : 16), layout),
    sizeBytes: pointer(view, at + (is64 ? 32 : 20), layout),
    link: view.getUint32(at + (is64 ? 40 : 24), layout.isLittle),
  };
}

async function readNames(
  source: ByteSource,
  header: SectionHeader | undefined,
): Promise<Uint8Array> {
  if (header === undefined || header.type === NO_BITS) return new Uint8Array(0);
  const { offset, sizeBytes } = header;
  return readExactly(source, offset, Math.min(sizeBytes, MAX_NAMES_BYTES));
}

function pointer(view: DataView, at: number, layout: Layout): number {
  return layout.pointerBytes === 4
    ? view.getUint32(at, layout.isLittle)
    : Number(view.getBigUint64(at, layout.isLittle));
}
