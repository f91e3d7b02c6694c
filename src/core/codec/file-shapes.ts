/**
 * Shapes of lists of files and links. A layer and its manifests have tens of thousands of them, so
 * they are written as columns: a few long strings and lists of numbers. The tables of `model/` are
 * made from these without an object per file.
 */

import { CodecError } from './codec-error.ts';
import { decode } from './decode.ts';
import { digest, texts } from './inventory-shapes.ts';
import {
  byKind,
  converted,
  count,
  flag,
  list,
  matching,
  object,
  oneOf,
  optional,
  text,
} from './shapes.ts';
import type { LayerManifestMatch, OwnedFile, OwnedFiles } from '../model/catalog/catalog.ts';
import { FileTable } from '../model/layer/file-table.ts';
import type { FileFact, LayerFiles, LayerRecord } from '../model/layer/layer-record.ts';
import { OwnedFileTable, type OwnedFileColumns } from '../model/layer/owned-file-table.ts';

const NUMBER_BYTES = 2;

const counts = list(count);

/** The columns of a {@link FileTable}, without typed arrays. */
interface WrittenFiles {
  readonly folders: readonly string[];
  /** The index of a folder and the number of its files that follow each other, in turns. */
  readonly runs: readonly number[];
  readonly names: string;
  readonly sizes: readonly number[];
  readonly modes: readonly number[];
  readonly digests?: string;
  /** Two little-endian bytes a file, as base64. */
  readonly lists?: string;
}

const WRITTEN_FILES = object<WrittenFiles>({
  folders: texts,
  runs: counts,
  names: text,
  sizes: counts,
  modes: counts,
  digests: optional(text),
  lists: optional(text),
});

/** The files of a layer; read as a table. */
export const LAYER_FILES = converted<LayerFiles, WrittenFiles>(WRITTEN_FILES, {
  toWritten: (files) => writtenFiles(FileTable.from(files)),
  fromWritten: fileTable,
  check: checkFiles,
});

/** The files that a second walk looked for; read as a list. */
export const FILE_FACTS = converted<readonly FileFact[], WrittenFiles>(WRITTEN_FILES, {
  toWritten: (facts) => writtenFiles(FileTable.from(facts)),
  fromWritten: (written) => [...fileTable(written)],
  check: checkFiles,
});

function writtenFiles(files: FileTable): WrittenFiles {
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

function fileTable(written: WrittenFiles): FileTable {
  const { folders, runs, names, sizes, modes, digests, lists } = written;
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

/** @throws {@link CodecError} */
function checkFiles(written: WrittenFiles): void {
  const { sizes, modes, digests, lists } = written;
  const rowCount = sizes.length;
  checkPaths(written, rowCount);
  checkLength(modes, rowCount);
  if (lists !== undefined) {
    checkLength(Buffer.from(lists, 'base64'), NUMBER_BYTES * rowCount);
  }
  for (const row of digests?.split('\n') ?? []) if (row !== '') row.split(' ').forEach(checkDigest);
}

function numbersToText(numbers: Uint16Array): string {
  const bytes = Buffer.alloc(NUMBER_BYTES * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt16LE(number, NUMBER_BYTES * at);
  return bytes.toString('base64');
}

function numbersOf(base64: string): Uint16Array {
  const bytes = Buffer.from(base64, 'base64');
  const numbers = new Uint16Array(bytes.length / NUMBER_BYTES);
  for (let at = 0; at < numbers.length; at += 1) {
    numbers[at] = bytes.readUInt16LE(NUMBER_BYTES * at);
  }
  return numbers;
}

/** The columns that both tables of files have. */
interface PathColumns {
  readonly folders: readonly string[];
  readonly runs: readonly number[];
  readonly names: string;
  readonly digests?: string;
}

/** @throws {@link CodecError} if a column does not have one value for each row */
function checkPaths({ folders, runs, names, digests }: PathColumns, rowCount: number): void {
  let runRows = 0;
  for (let at = 0; at < runs.length; at += 2) {
    checkRow(runs[at] ?? 0, folders.length);
    runRows += runs[at + 1] ?? Number.NaN;
  }
  const isWhole = runRows === rowCount && (names === '' || names.endsWith('/'));
  if (!isWhole) throw lengthError();
  checkLength(names.split('/'), rowCount + 1);
  if (digests !== undefined) checkLength(digests.split('\n'), rowCount);
}

function checkLength({ length }: { readonly length: number }, expected: number): void {
  if (length !== expected) throw lengthError();
}

function checkRow(row: number, rowCount: number): void {
  if (row >= rowCount) throw lengthError();
}

function checkDigest(value: string): void {
  decode(digest, value);
}

function lengthError(): CodecError {
  return new CodecError('has columns of different lengths');
}

type Link = LayerRecord['links'][number];

interface WrittenLinks {
  readonly paths: readonly string[];
  readonly targets: readonly string[];
  /** Rows of the hard links. */
  readonly hardLinks: readonly number[];
}

const WRITTEN_LINKS = object<WrittenLinks>({ paths: texts, targets: texts, hardLinks: counts });

/** The links of a layer, which large ones have thousands of. */
export const LAYER_LINKS = converted<readonly Link[], WrittenLinks>(WRITTEN_LINKS, {
  toWritten: (links) => ({
    paths: links.map(({ path }) => path),
    targets: links.map(({ target }) => target),
    hardLinks: [...links.keys()].filter((row) => links[row]?.isHard === true),
  }),
  fromWritten: ({ paths, targets, hardLinks }) => {
    const hard = new Set(hardLinks);
    return paths.map((path, row) => ({
      path,
      target: targets[row] ?? '',
      isHard: hard.has(row),
    }));
  },
  check: ({ paths, targets, hardLinks }) => {
    checkLength(targets, paths.length);
    for (const row of hardLinks) checkRow(row, paths.length);
  },
});

const LAYER_MANIFEST_MATCH = object<LayerManifestMatch>({
  list: count,
  count,
  hasCode: flag,
  hasLibrary: flag,
  slim: counts,
  rest: counts,
});

const OWNED_FILE = object<OwnedFile>({
  path: text,
  digest: optional(digest),
  kind: oneOf('file', 'config', 'link'),
  target: optional(text),
  mayBeAbsent: optional(flag),
});

const OWNED_COLUMNS = object<OwnedFileColumns>({
  folders: texts,
  runs: counts,
  names: text,
  digests: optional(text),
  kinds: optional(matching<string>('kinds of files', /^[fcl]+$/)),
  targets: optional(texts),
  targetRows: optional(counts),
  absent: optional(counts),
  joined: optional(LAYER_MANIFEST_MATCH),
});

interface WrittenTable {
  readonly kind: 'table';
  readonly columns: OwnedFileColumns;
}

/** Files that cannot be a table, such as a path without a slash. */
interface WrittenList {
  readonly kind: 'list';
  readonly files: readonly OwnedFile[];
}

type WrittenOwnedFiles = WrittenTable | WrittenList;

const WRITTEN_OWNED_FILES = byKind<WrittenOwnedFiles>({
  table: object<WrittenTable>({ kind: oneOf('table'), columns: OWNED_COLUMNS }),
  list: object<WrittenList>({ kind: oneOf('list'), files: list(OWNED_FILE) }),
});

/** The files of a manifest; read as a table wherever they can be one. */
export const OWNED_FILES = converted<OwnedFiles, WrittenOwnedFiles>(WRITTEN_OWNED_FILES, {
  toWritten: (files) => {
    const columns = OwnedFileTable.from(files)?.columns;
    return columns === undefined ? { kind: 'list', files: [...files] } : { kind: 'table', columns };
  },
  fromWritten: (written) =>
    written.kind === 'list' ? written.files : new OwnedFileTable(written.columns),
  check: (written) => {
    if (written.kind === 'table') checkOwnedColumns(written.columns);
  },
});

/** @throws {@link CodecError} */
function checkOwnedColumns(columns: OwnedFileColumns): void {
  const { digests, kinds, targets = [], targetRows = [], absent = [], joined } = columns;
  const rowCount = new OwnedFileTable(columns).length;
  checkPaths(columns, rowCount);
  if (kinds !== undefined) checkLength(kinds, rowCount);
  checkLength(targets, targetRows.length);
  const others = [...(joined?.slim ?? []), ...(joined?.rest ?? [])];
  for (const row of [...targetRows, ...absent, ...others]) checkRow(row, rowCount);
  if (joined !== undefined && joined.count + others.length !== rowCount) throw lengthError();
  for (const row of digests?.split('\n') ?? []) if (row !== '') checkDigest(row);
}
