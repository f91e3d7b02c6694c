/**
 * `--lazy`: reads the tables of contents of layers in a registry, where they have one, in place of
 * the layers. A table is a claim of the image's publisher: it is compared with the checksum in the
 * manifest, and not with the layer.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { checkDigest, contentMismatch } from '../../../formats/crypto/digest/digest-check.ts';
import { decompressBytes } from '../../../formats/archive/decompress-bytes.ts';
import {
  chunkedPosition,
  readChunkedTable,
  type ChunkedEntry,
} from '../../../formats/archive/zstd/zstd-chunked.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { Descriptor, Repository } from '../../../clients/oci/index.ts';
import { unusableTableError, type LazyLayer } from './lazy-layer.ts';
import { fetchInOrder, type Span } from './lazy-ranges.ts';

/** Layers by their index, and what is to be said of the image. */
export interface LazyImage {
  readonly layers: ReadonlyMap<number, LazyLayer>;
  readonly notes: readonly Diagnostic[];
}

/**
 * Bytes of all tables, unpacked: an image of 40,000 files has 20 MiB of them, and in memory they
 * take more.
 */
const MAX_TABLE_BYTES = 128 * 1024 * 1024;

/**
 * Memory limit for tables that are open at the same time, such as those of all platforms of a
 * reference.
 */
export class TableBudget {
  #leftBytes = MAX_TABLE_BYTES;

  /** Takes the bytes of a table; false if it is too much. */
  take(tableBytes: number): boolean {
    this.#leftBytes -= tableBytes;
    return this.#leftBytes >= 0;
  }
}

interface Table extends Span {
  readonly index: number;
  readonly name: string;
  readonly descriptor: Descriptor;
  readonly position: NonNullable<ReturnType<typeof chunkedPosition>>;
}

/**
 * Reads the tables of all layers that have one. `name` is that of the image in errors, in quotes.
 *
 * @throws AssayError `DAMAGED` and `CONTENT_MISMATCH` for tables that cannot be used,
 * `LIMIT_EXCEEDED` for tables that are too large together, and those of the registry.
 */
export async function openLazyImage(
  descriptors: readonly Descriptor[],
  from: { readonly repository: Repository; readonly name: string; readonly room: TableBudget },
  context: Context,
): Promise<LazyImage> {
  const { repository } = from;
  const tables = findTables(descriptors, from);
  const layers = new Map<number, LazyLayer>();
  const whole: string[] = [];
  const fetch = ({ descriptor, start, end }: Pick<Table, 'descriptor' | keyof Span>) =>
    repository.readRange(descriptor, { start, lengthBytes: end - start });
  const count = descriptors.length;
  for await (const [table, bytes] of fetchInOrder(tables, fetch)) {
    const { index, name, descriptor } = table;
    const shortName = `layer ${index + 1}/${count}`;
    context.progress({
      kind: 'bytes',
      what: `contents of ${shortName}`,
      doneBytes: bytes?.length ?? 0,
      totalBytes: table.end - table.start,
    });
    if (bytes === undefined) continue;
    layers.set(index, {
      name,
      shortName,
      entries: await readTable(table, bytes),
      fetch: async (span) => (await fetch({ descriptor, ...span })) ?? refuseWhole(name),
    });
  }
  for (const index of descriptors.keys()) if (!layers.has(index)) whole.push(String(index + 1));
  return { layers, notes: notesOf(from.name, { lazyCount: layers.size, whole }) };
}

function findTables(
  descriptors: readonly Descriptor[],
  { name: image, room }: { readonly name: string; readonly room: TableBudget },
): readonly Table[] {
  const tables: Table[] = [];
  for (const [index, descriptor] of descriptors.entries()) {
    const { annotations, sizeBytes, mediaType, urls } = descriptor;
    const name = `layer ${index + 1} of ${descriptors.length} of ${image}`;
    if (sizeBytes === undefined || urls.length > 0 || mediaType.endsWith('+encrypted')) continue;
    const position = usable(name, () => chunkedPosition(annotations, sizeBytes, name));
    if (position === undefined) continue;
    const { start, lengthBytes } = position;
    if (!room.take(Math.max(lengthBytes, position.unpackedBytes))) throw tooLarge(image);
    tables.push({ index, name, descriptor, position, start, end: start + lengthBytes });
  }
  return tables;
}

async function readTable(
  { name, position, start }: Table,
  stored: Uint8Array,
): Promise<readonly ChunkedEntry[]> {
  const what = `the table of contents of ${name}`;
  checkDigest(stored, position.checksum, what);
  try {
    const json = await decompressBytes(what, stored, position.unpackedBytes);
    if (json.length < position.unpackedBytes) {
      throw contentMismatch(what, `${position.unpackedBytes} bytes`, `${json.length} bytes`);
    }
    return readChunkedTable(json, start, what);
  } catch (error) {
    throw error instanceof ParseError ? unusableTableError(name, error) : error;
  }
}

function usable<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof ParseError ? unusableTableError(name, error) : error;
  }
}

function notesOf(
  image: string,
  { lazyCount, whole }: { readonly lazyCount: number; readonly whole: readonly string[] },
): readonly Diagnostic[] {
  const notes: Diagnostic[] = [];
  if (lazyCount > 0) {
    const which =
      whole.length === 0 ? 'all layers' : `${lazyCount} of ${lazyCount + whole.length} layers`;
    notes.push({
      stage: 'source',
      message: `${which} of ${image} were read by their tables of contents alone, which say what whoever pushed the image claims and can hide packages; programs were not looked into, and no content was verified: a gate must read the layers`,
      gap: 'lazy',
    });
  }
  if (whole.length > 0) {
    const which = lazyCount === 0 ? 'no layer' : `layer ${whole.join(', ')}`;
    const has = lazyCount === 0 ? 'has a' : whole.length === 1 ? 'has no' : 'have no';
    const rest = lazyCount === 0 ? 'all were' : whole.length === 1 ? 'it was' : 'they were';
    notes.push({
      stage: 'source',
      message: `${which} of ${image} ${has} table of contents that can be read by itself, so ${rest} read whole; no content was verified, as always with --lazy`,
    });
  }
  return notes;
}

/** Refuses a registry that gave a part before. */
function refuseWhole(name: string): never {
  throw new AssayError('NETWORK', `the registry gives no more parts of ${name}`, {
    hint: 'Scan without --lazy.',
  });
}

function tooLarge(image: string): AssayError {
  return new AssayError(
    'LIMIT_EXCEEDED',
    `the tables of contents of ${image} are larger than ${MAX_TABLE_BYTES} bytes together`,
    { hint: 'Scan without --lazy, or fewer platforms at once.' },
  );
}
