/**
 * Sparse tar members: files whose holes are not stored.
 *
 * Source: GNU tar manual, "Storing Sparse Files" and "Sparse Formats": the old GNU form (type `S`),
 * pax 0.0 and 0.1 (map in the extended header) and pax 1.0 (map in front of the body). Refuses maps
 * that are out of order, overlap, leave the file, or do not fit what is stored.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { BodySink } from '../../../core/model/artifact/artifact.ts';
import type { TarEntry } from './tar-entry.ts';
import { readNumber } from './tar-header.ts';
import { decimal } from './tar-pax.ts';

/** Stored spans of a file, in order. */
export type SparseMap = readonly { readonly offset: number; readonly lengthBytes: number }[];

/** The entry whose map is being read. */
export interface SparseEntry {
  readonly entry: TarEntry;
  readonly map: { offset: number; lengthBytes: number }[];
  readonly readLines: (block: Buffer) => SparseMap | undefined;
}

/** Bytes of a map in its stored form; the same bound as for other extended headers. */
export const MAX_SPARSE_MAP_BYTES = 1024 * 1024;

const HOLE = new Uint8Array(64 * 1024);

/**
 * Checks the map of a sparse file against its sizes.
 *
 * @throws ParseError where the spans do not lie in order within `sizeBytes` or do not add up to
 * `storedBytes`.
 */
export function checkSparseMap(
  map: SparseMap,
  file: { readonly sizeBytes: number; readonly storedBytes: number },
  archivePath: string,
): void {
  let end = 0;
  let stored = 0;
  for (const span of map) {
    if (span.offset < end || span.lengthBytes > file.sizeBytes - span.offset) refuse(archivePath);
    end = span.offset + span.lengthBytes;
    stored += span.lengthBytes;
  }
  if (stored !== file.storedBytes) refuse(archivePath);
}

/**
 * Returns the spans of an old GNU header (4 at 386) or of one of its extension blocks (21 at 0); an
 * empty slot ends them.
 */
export function readSparseSlots(
  block: Buffer,
  place: { readonly start: number; readonly count: number },
  archivePath: string,
): SparseMap {
  const spans: { offset: number; lengthBytes: number }[] = [];
  for (let slot = 0; slot < place.count; slot++) {
    const at = place.start + slot * 24;
    if (block[at] === 0) break;
    const offset = readNumber(block, at, 12);
    const lengthBytes = readNumber(block, at + 12, 12);
    if (offset === undefined || lengthBytes === undefined || offset < 0 || lengthBytes < 0) {
      refuse(archivePath);
    }
    spans.push({ offset, lengthBytes });
  }
  return spans;
}

/** Parses `offset,length,offset,length` of pax 0.1. @throws ParseError */
export function parseSparseList(text: string, archivePath: string): SparseMap {
  return pairs(text === '' ? [] : text.split(','), archivePath);
}

/**
 * Collects the map in front of a pax 1.0 body, block by block: a count and twice as many numbers,
 * one a line. The answer is `undefined` while blocks are missing.
 * @throws ParseError
 */
export function createSparseLineReader(
  archivePath: string,
): (block: Buffer) => SparseMap | undefined {
  const blocks: string[] = [];
  let lineCount = 0;
  let wantedLines: number | undefined;
  return (block) => {
    blocks.push(block.toString('latin1'));
    for (const byte of block) if (byte === 0x0a) lineCount++;
    if (blocks.length * block.length > MAX_SPARSE_MAP_BYTES) refuse(archivePath);
    if (lineCount === 0) return refuse(archivePath);
    wantedLines ??= 1 + 2 * lineNumber(blocks.join(''), archivePath);
    if (lineCount < wantedLines) return undefined;
    return pairs(blocks.join('').split('\n').slice(1, wantedLines), archivePath);
  };
}

/** Returns a sink for stored bytes that gives the whole file, holes as zeros, to `sink`. */
export function fillHoles(sink: BodySink, map: SparseMap, sizeBytes: number): BodySink {
  let position = 0;
  let index = 0;
  const fillTo = (end: number): void => {
    while (position < end) {
      const lengthBytes = Math.min(HOLE.length, end - position);
      sink.write(HOLE.subarray(0, lengthBytes));
      position += lengthBytes;
    }
  };
  return {
    write(piece) {
      let rest = piece;
      while (rest.length > 0) {
        const span = map[index];
        if (span === undefined) return;
        if (position >= span.offset + span.lengthBytes) {
          index++;
          continue;
        }
        fillTo(span.offset);
        const part = rest.subarray(0, span.offset + span.lengthBytes - position);
        sink.write(part);
        position += part.length;
        rest = rest.subarray(part.length);
      }
    },
    end() {
      fillTo(sizeBytes);
      sink.end();
    },
  };
}

function lineNumber(text: string, archivePath: string): number {
  return decimal(text.slice(0, text.indexOf('\n'))) ?? refuse(archivePath);
}

function pairs(numbers: readonly string[], archivePath: string): SparseMap {
  if (numbers.length % 2 !== 0) refuse(archivePath);
  const spans: { offset: number; lengthBytes: number }[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    const offset = decimal(numbers[index] ?? '');
    const lengthBytes = decimal(numbers[index + 1] ?? '');
    if (offset === undefined || lengthBytes === undefined) refuse(archivePath);
    spans.push({ offset, lengthBytes });
  }
  return spans;
}

function refuse(archivePath: string): never {
  throw new ParseError(archivePath, 'a sparse tar member has an impossible map');
}
