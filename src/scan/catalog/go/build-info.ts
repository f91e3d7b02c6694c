/**
 * The build information that the Go toolchain writes into every program: its own version and the
 * modules that it built from.
 *
 * Source: Go's documentation of `debug/buildinfo` and `runtime/debug`; the form is that of
 * `cmd/link`: 14 bytes of magic at a multiple of 16, the size of pointers, flags. Since Go 1.18
 * version and modules follow as texts with their lengths (flag 2); before, two pointers lead to
 * them (flag 1: big-endian). It lies in the section `.go.buildinfo` or `__go_buildinfo`, else at
 * the beginning of the first segment that can be written. The text of the modules stands between
 * two marks of 16 bytes. Refused: texts longer than any and pointers to nowhere. A file whose own
 * headers lead nowhere has none.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { dataView, readExactly, type ByteSource } from '../../../formats/bytes/byte-source.ts';
import { findExecutables, readMemory, sectionOf } from '../../../formats/binary/executable.ts';
import type { ExecutableImage } from '../../../formats/binary/executable-image.ts';

/** The build information of one Go program. */
export interface BuildInfo {
  /** The version, as in `go1.24.4`. */
  readonly goVersion: string;
  /** Lines of modules and settings; empty where the program was built without modules. */
  readonly modules: string;
}

/** With which the information begins, one character a byte. */
const GO_MARK = '\u00ff Go buildinf:';
const SECTIONS = ['.go.buildinfo', '__go_buildinfo'];
/** Segments of Mach-O that hold the data of a program. */
const DATA_SEGMENTS: ReadonlySet<string> = new Set(['__DATA', '__DATA_CONST', '.data']);
const HEADER_BYTES = 32;
const ALIGNMENT = 16;
const INLINE = 2;
const BIG_ENDIAN = 1;
const MARK_BYTES = 16;
/** The longest seen, of kubernetes, has 40 KB. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** `go version` looks through the first megabyte of older files; newer ones have a section. */
const MAX_SEARCHED_BYTES = 1024 * 1024;
const MAX_VARINT_BYTES = 5;

/**
 * Returns one for each image of the file that Go built; none for programs of other languages.
 * @throws ParseError
 */
export async function readBuildInfo(source: ByteSource): Promise<readonly BuildInfo[]> {
  const found: BuildInfo[] = [];
  for (const image of await findExecutables(source)) {
    const at = await findHeader(source, image);
    if (at !== undefined) found.push(await readAtHeader(source, image, at));
  }
  return found;
}

async function findHeader(source: ByteSource, image: ExecutableImage): Promise<number | undefined> {
  const section = sectionOf(image, SECTIONS);
  const places =
    section === undefined
      ? image.segments.filter(({ isWritable, name }) => isWritable || DATA_SEGMENTS.has(name))
      : [section];
  for (const { offset, sizeBytes } of places) {
    const lengthBytes = Math.min(sizeBytes, MAX_SEARCHED_BYTES, source.sizeBytes - offset);
    if (lengthBytes < HEADER_BYTES) continue;
    const bytes = Buffer.from(await readExactly(source, offset, lengthBytes));
    const at = findMark(bytes);
    if (at !== undefined) return offset + at;
  }
  return undefined;
}

function findMark(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(GO_MARK, 0, 'latin1'); at !== -1;) {
    if (at % ALIGNMENT === 0 && at + HEADER_BYTES <= bytes.length) return at;
    at = bytes.indexOf(GO_MARK, at + 1, 'latin1');
  }
  return undefined;
}

async function readAtHeader(
  source: ByteSource,
  image: ExecutableImage,
  at: number,
): Promise<BuildInfo> {
  const header = dataView(await readExactly(source, at, HEADER_BYTES));
  const pointerBytes = header.getUint8(14);
  const flags = header.getUint8(15);
  if ((flags & INLINE) !== 0) {
    const version = await readInline(source, at + HEADER_BYTES);
    const modules = await readInline(source, version.end);
    return { goVersion: textOf(version.bytes), modules: textOf(withoutMarks(modules.bytes)) };
  }
  if (pointerBytes !== 4 && pointerBytes !== 8) {
    throw new ParseError(source.path, `pointers of ${String(pointerBytes)} bytes`);
  }
  const layout = { pointerBytes, isLittle: (flags & BIG_ENDIAN) === 0 } as const;
  const first = pointerAt(header, 16, layout);
  const second = pointerAt(header, 16 + pointerBytes, layout);
  const version = await readPointed(source, image, { ...layout, address: first });
  const modules = await readPointed(source, image, { ...layout, address: second });
  return { goVersion: textOf(version), modules: textOf(withoutMarks(modules)) };
}

/** Returns a text behind its length, which is written seven bits a byte. */
async function readInline(
  source: ByteSource,
  offset: number,
): Promise<{ readonly bytes: Uint8Array; readonly end: number }> {
  const head = await source.readAt(offset, MAX_VARINT_BYTES);
  let lengthBytes = 0;
  for (const [index, byte] of head.entries()) {
    lengthBytes += (byte & 0x7f) * 2 ** (7 * index);
    if (byte >= 0x80) continue;
    if (lengthBytes > MAX_TEXT_BYTES) break;
    const start = offset + index + 1;
    return { bytes: await readExactly(source, start, lengthBytes), end: start + lengthBytes };
  }
  throw new ParseError(source.path, "a text of absurd length in Go's build information");
}

interface Pointer {
  readonly address: number;
  readonly pointerBytes: 4 | 8;
  readonly isLittle: boolean;
}

/** Returns a Go string: at the address stand the address of its text and its length. */
async function readPointed(
  source: ByteSource,
  image: ExecutableImage,
  pointer: Pointer,
): Promise<Uint8Array> {
  const { address, pointerBytes } = pointer;
  if (address === 0) return new Uint8Array(0);
  const header = dataView(
    await readMemory(source, image, { address, lengthBytes: 2 * pointerBytes }),
  );
  const lengthBytes = pointerAt(header, pointerBytes, pointer);
  if (lengthBytes === 0) return new Uint8Array(0);
  if (lengthBytes > MAX_TEXT_BYTES) {
    throw new ParseError(source.path, "a text of absurd length in Go's build information");
  }
  return readMemory(source, image, { address: pointerAt(header, 0, pointer), lengthBytes });
}

function pointerAt(
  view: DataView,
  at: number,
  layout: Pick<Pointer, 'pointerBytes' | 'isLittle'>,
): number {
  return layout.pointerBytes === 4
    ? view.getUint32(at, layout.isLittle)
    : Number(view.getBigUint64(at, layout.isLittle));
}

/** Returns the text between the marks; without the line feed before the second there are none. */
function withoutMarks(bytes: Uint8Array): Uint8Array {
  const isMarked = bytes.length > 2 * MARK_BYTES && bytes[bytes.length - MARK_BYTES - 1] === 0x0a;
  return isMarked ? bytes.subarray(MARK_BYTES, -MARK_BYTES) : new Uint8Array(0);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
