/**
 * The version that a program or library of Windows or .NET states: the resource `VS_VERSIONINFO`.
 *
 * Source: Microsoft, "PE Format", "The .rsrc Section" (a tree of three levels: type, name,
 * language) and the "VS_VERSIONINFO", "StringFileInfo" and "StringTable" structures: nested blocks
 * of a length, a key in UTF-16, a value and further blocks, each aligned to four bytes. Of several
 * languages the first one counts. The CLI header marks a file of .NET (ECMA-335, II.25.3.3).
 * Refused: a tree or a block that points outside the file.
 */

import { dataView, type ByteSource } from '../../bytes/byte-source.ts';
import { readMemory } from '../executable.ts';
import { readPe, type PeImage } from './pe.ts';

/** The version resource of a PE file. */
export interface PeVersion {
  /** Compiled for .NET. */
  readonly isManaged: boolean;
  /** The version of the fixed part, as in `13.0.3.27908`; absent if the file has none. */
  readonly fileVersion?: string;
  /**
   * `ProductVersion`, `FileVersion`, `OriginalFilename` and the like; empty where the file says
   * nothing.
   */
  readonly strings: ReadonlyMap<string, string>;
}

const RESOURCES = 2;
const CLI_HEADER = 14;
const RT_VERSION = 16;
const NODE_BYTES = 16;
const ENTRY_BYTES = 8;
const SUBTREE = 0x80000000;
/** Entries that are read of one directory of resources; real ones have a few dozen. */
const MAX_ENTRIES = 4096;
/** A block's length has 16 bits. */
const MAX_VERSION_BYTES = 0xffff;
/** The root, `StringFileInfo`, a table, a string. */
const MAX_DEPTH = 4;
/** Fourteen are usual. */
const MAX_STRINGS = 256;
const BLOCK_HEADER_BYTES = 6;
/** First four bytes of `VS_FIXEDFILEINFO`. */
const FIXED_SIGNATURE = 0xfeef04bd;

type Memory = (address: number, lengthBytes: number) => Promise<Uint8Array>;

/** Returns `undefined` for files of another format. @throws ParseError */
export async function readPeVersion(source: ByteSource): Promise<PeVersion | undefined> {
  const image = await readPe(source);
  if (image === undefined) return undefined;
  const strings = new Map<string, string>();
  const block = await versionBlock(source, image);
  if (block !== undefined) readBlock(block, MAX_DEPTH, strings);
  const fileVersion = block && fixedVersion(block);
  return {
    isManaged: (image.directories[CLI_HEADER]?.sizeBytes ?? 0) > 0,
    ...(fileVersion !== undefined && { fileVersion }),
    strings,
  };
}

/** Returns the first resource of the type; `undefined` where there is none. */
async function versionBlock(source: ByteSource, image: PeImage): Promise<Buffer | undefined> {
  const directory = image.directories[RESOURCES];
  if (directory === undefined || directory.sizeBytes === 0) return undefined;
  const root = image.base + directory.address;
  const read: Memory = (address, lengthBytes) =>
    readMemory(source, image, { address, lengthBytes });
  const names = await entryOf(read, root, root, RT_VERSION);
  const languages = names === undefined ? undefined : await entryOf(read, root, names);
  const leaf = languages === undefined ? undefined : await entryOf(read, root, languages);
  if (leaf === undefined) return undefined;
  const view = dataView(await read(leaf, ENTRY_BYTES));
  const sizeBytes = Math.min(view.getUint32(4, true), MAX_VERSION_BYTES);
  return Buffer.from(await read(image.base + view.getUint32(0, true), sizeBytes));
}

/** Returns the target of an id's entry, or of the first one; `undefined` if there is none. */
async function entryOf(
  read: Memory,
  root: number,
  node: number,
  id?: number,
): Promise<number | undefined> {
  const head = dataView(await read(node, NODE_BYTES));
  const count = head.getUint16(12, true) + head.getUint16(14, true);
  const tableBytes = Math.min(count, MAX_ENTRIES) * ENTRY_BYTES;
  const entries = dataView(await read(node + NODE_BYTES, tableBytes));
  for (let at = 0; at < tableBytes; at += ENTRY_BYTES) {
    if (id !== undefined && entries.getUint32(at, true) !== id) continue;
    const offset = entries.getUint32(at + 4, true);
    return root + (offset >= SUBTREE ? offset - SUBTREE : offset);
  }
  return undefined;
}

/**
 * Reads `VS_FIXEDFILEINFO`, the value of the root: signature, version of the structure, and the
 * file's in four words.
 */
function fixedVersion(block: Buffer): string | undefined {
  const { valueAt } = keyOf(block);
  if (valueAt + 16 > block.length || block.readUInt32LE(valueAt) !== FIXED_SIGNATURE) {
    return undefined;
  }
  return [10, 8, 14, 12].map((at) => String(block.readUInt16LE(valueAt + at))).join('.');
}

/** Collects the strings of a block and of those in it. */
function readBlock(block: Buffer, depth: number, strings: Map<string, string>): void {
  const { key, valueAt } = keyOf(block);
  const valueBytes = block.length < BLOCK_HEADER_BYTES ? 0 : block.readUInt16LE(2);
  if (depth === 1) {
    const text = textAt(block, valueAt).trim();
    if (!strings.has(key) && strings.size < MAX_STRINGS) strings.set(key, text);
    return;
  }
  // Only strings count their value in characters.
  let at = aligned(valueAt + valueBytes);
  while (at + BLOCK_HEADER_BYTES <= block.length) {
    const lengthBytes = block.readUInt16LE(at);
    if (lengthBytes < BLOCK_HEADER_BYTES) return;
    const inner = block.subarray(at, at + lengthBytes);
    const isOther = depth === MAX_DEPTH && keyOf(inner).key !== 'StringFileInfo';
    if (!isOther) readBlock(inner, depth - 1, strings);
    at = aligned(at + lengthBytes);
  }
}

function keyOf(block: Buffer): { readonly key: string; readonly valueAt: number } {
  const key = textAt(block, BLOCK_HEADER_BYTES);
  return { key, valueAt: aligned(BLOCK_HEADER_BYTES + 2 * key.length + 2) };
}

/** Returns the characters up to the next zero, or to the end. */
function textAt(block: Buffer, start: number): string {
  let end = start;
  while (end + 1 < block.length && block.readUInt16LE(end) !== 0) end += 2;
  return block.toString('utf16le', start, end);
}

function aligned(offset: number): number {
  return (offset + 3) & ~3;
}
