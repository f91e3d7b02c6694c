/**
 * How the remembered files of a layer look in JSON: as columns, so that tens of thousands of them are a few long texts and
 * lists of numbers, and nothing is made of each when they are read. Lists of facts are written as a table of facts.
 */

import { digest } from './inventory-shapes.ts';
import {
  CodecError,
  count,
  flag,
  list,
  object,
  optional,
  table,
  text,
  type Shape,
} from './shapes.ts';
import { FileTable } from '../model/file-table.ts';
import type { FileFact, LayerFiles } from '../model/layer-record.ts';

const NUMBER_BYTES = 2;

export const FACTS: Shape<readonly FileFact[]> = table<FileFact>({
  path: text,
  mode: count,
  sizeBytes: count,
  digests: list(digest),
  isExecutable: flag,
});

/** The files of a layer, always written as the columns of a {@link FileTable}. */
export const FILES: Shape<LayerFiles> = {
  encode: (files) => WRITTEN.encode(written(FileTable.from(files))),
  decode: (value) => readBack(checked(value)),
  revive: (value) => readBack(value as Written),
};

/** Columns as they are written. */
interface Written {
  readonly folders: readonly string[];
  /** The index of a folder and how many files of it follow each other, in turns. */
  readonly runs: readonly number[];
  readonly names: string;
  readonly sizes: readonly number[];
  readonly modes: readonly number[];
  readonly digests?: string;
  /** Two little-endian bytes a file, as base64. */
  readonly lists?: string;
}

const counts = list(count);

const WRITTEN = object<Written>({
  folders: list(text),
  runs: counts,
  names: text,
  sizes: counts,
  modes: counts,
  digests: optional(text),
  lists: optional(text),
});

function written(files: FileTable): Written {
  const { folders, folderOf, names, sizes, modes, digests, lists } = files.columns;
  const runs: number[] = [];
  for (let row = 0, end = 0; row < files.length; row = end) {
    end = files.endOfFolder(row);
    runs.push(folderOf[row] ?? 0, end - row);
  }
  return {
    folders,
    runs,
    names,
    sizes: Array.from(sizes),
    modes: Array.from(modes),
    ...(digests !== undefined && { digests }),
    ...(lists !== undefined && { lists: numbersToText(lists) }),
  };
}

function isLong(lists: string | undefined, rowCount: number): boolean {
  return lists === undefined || Buffer.from(lists, 'base64').length === NUMBER_BYTES * rowCount;
}

function numbersToText(numbers: Uint16Array): string {
  const bytes = Buffer.alloc(NUMBER_BYTES * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt16LE(number, NUMBER_BYTES * at);
  return bytes.toString('base64');
}

function numbersOf(text: string): Uint16Array {
  const bytes = Buffer.from(text, 'base64');
  const numbers = new Uint16Array(bytes.length / NUMBER_BYTES);
  for (let at = 0; at < numbers.length; at += 1) {
    numbers[at] = bytes.readUInt16LE(NUMBER_BYTES * at);
  }
  return numbers;
}

/** Columns of which every row is there, and every digest one. @throws {@link CodecError} */
function checked(value: unknown): Written {
  const columns = WRITTEN.decode(value);
  const { folders, runs, names, sizes, modes, digests, lists } = columns;
  const rowCount = sizes.length;
  const rows = digests?.split('\n') ?? [];
  const isWhole =
    runs.length % 2 === 0 &&
    runs.every((number, at) => at % 2 === 1 || number < folders.length) &&
    runs.reduce((sum, number, at) => (at % 2 === 1 ? sum + number : sum), 0) === rowCount &&
    names.split('/').length === rowCount + 1 &&
    (names === '' || names.endsWith('/')) &&
    modes.length === rowCount &&
    isLong(lists, rowCount) &&
    (digests === undefined || rows.length === rowCount);
  if (!isWhole) throw new CodecError('has columns of different lengths');
  for (const row of rows) if (row !== '') for (const one of row.split(' ')) digest.decode(one);
  return columns;
}

function readBack({ folders, runs, names, sizes, modes, digests, lists }: Written): FileTable {
  const rowCount = sizes.length;
  const folderOf = new Uint32Array(rowCount);
  for (let at = 0, row = 0; at < runs.length; at += 2) {
    const end = row + (runs[at + 1] ?? 0);
    folderOf.fill(runs[at] ?? 0, row, end);
    row = end;
  }
  const nameEnds = new Uint32Array(rowCount);
  for (let row = 0, from = 0; row < rowCount; row += 1) {
    const end = names.indexOf('/', from);
    nameEnds[row] = end;
    from = end + 1;
  }
  return new FileTable({
    folders,
    folderOf,
    names,
    nameEnds,
    sizes: new Float64Array(sizes),
    modes: new Uint32Array(modes),
    ...(digests !== undefined && { digests }),
    ...(lists !== undefined && { lists: numbersOf(lists) }),
  });
}
