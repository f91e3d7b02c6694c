/**
 * The file of a version that is published. It is stricter than what is accepted from uplinks,
 * because whoever publishes can repair it.
 *
 * Source: npm documentation, "package.json" and `npm pack`; POSIX.1-2017 `pax`. Refused: what is no
 * gzip archive, links and devices, paths that leave the directory of the package or could be read
 * differently on another system, more than one first directory, and more or less than one manifest.
 *
 * Reads: `package.json`.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { gunzip } from '../../../formats/archive/gzip/gzip.ts';
import { readJson, type JsonObject } from '../../../formats/text/json/json.ts';
import type { TarEntry } from '../../../formats/archive/tar/tar-entry.ts';
import { createTarReader } from '../../../formats/archive/tar/tar.ts';
import type { BodySink } from '../../../core/model/artifact/artifact.ts';
import { lastByteIndex } from '../last-byte.ts';
import { hasLogin, isSettingsFile } from './login-files.ts';

/** What a file contains. */
export interface PublishedFile {
  /** Its `package.json`. */
  readonly manifest: JsonObject;
  /** Whether it has a `binding.gyp`, which npm builds if no install script is named. */
  readonly hasBuildFile: boolean;
  /** Whether it has an `npm-shrinkwrap.json`, which npm resolves its dependencies by. */
  readonly hasShrinkwrap: boolean;
  readonly fileCount: number;
  readonly unpackedBytes: number;
}

/** The largest packages of the public registry unpack to some 500 MB. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
const MAX_ENTRIES = 100_000;
const MAX_MANIFEST_BYTES = 1024 * 1024;

/**
 * Reads the file of a package. @throws AssayError `USAGE` with what is wrong with it,
 * `LIMIT_EXCEEDED`
 */
export async function checkTarball(bytes: Uint8Array): Promise<PublishedFile> {
  const entries = createEntryCheck();
  const reader = createTarReader({ entry: entries.take }, { archivePath: 'package.tgz' });
  let unpackedBytes = 0;
  let lastByteAt = -1;
  try {
    const take = (piece: Uint8Array): void => {
      const last = lastByteIndex(piece);
      if (last >= 0) lastByteAt = unpackedBytes + last;
      unpackedBytes += piece.length;
      if (unpackedBytes > MAX_UNPACKED_BYTES) throw tooLarge('unpacks to more than 1 GiB');
      reader.write(piece);
    };
    await gunzip(piecesOf(bytes), take, 'package.tgz');
    reader.end();
    if (reader.hasEnded && lastByteAt >= reader.positionBytes) {
      throw refused('has bytes behind its end, which some package managers read');
    }
    return entries.result();
  } catch (error) {
    if (error instanceof ParseError) throw refused(`cannot be read: ${error.reason}`);
    throw error;
  }
}

/** Checks entries one by one. */
interface EntryCheck {
  /** @throws AssayError as {@link checkTarball} */
  readonly take: (entry: TarEntry) => BodySink | undefined;
  /** @throws AssayError `USAGE`, `PARSE` */
  readonly result: () => PublishedFile;
}

function createEntryCheck(): EntryCheck {
  const paths = new Set<string>();
  const pieces: Uint8Array[] = [];
  let top: string | undefined;
  let entryCount = 0;
  let unpackedBytes = 0;
  return {
    take: (entry) => {
      entryCount += 1;
      if (entryCount > MAX_ENTRIES) throw tooLarge(`has more than ${MAX_ENTRIES} entries`);
      const [first = '', ...rest] = partsOf(entry);
      if (top !== undefined && top !== first) {
        throw refused(`has two directories at its top: "${top}" and "${first}"`);
      }
      top = first;
      if (entry.type !== 'file') return undefined;
      const inside = rest.join('/');
      refuseFile(entry, inside, paths);
      paths.add(inside);
      unpackedBytes += entry.sizeBytes;
      const isManifest = inside === 'package.json';
      if (!isManifest && !isSettingsFile(inside)) return undefined;
      if (entry.sizeBytes > MAX_MANIFEST_BYTES) {
        throw tooLarge(`has a ${baseName(inside)} of more than 1 MiB`);
      }
      if (isManifest) return { write: collect(pieces), end: () => undefined };
      const settings: Uint8Array[] = [];
      return {
        write: collect(settings),
        end: () => refuseLogin(inside, Buffer.concat(settings)),
      };
    },
    result: () => {
      if (!paths.has('package.json')) throw refused('has no package.json');
      return {
        manifest: readJson('package.json', Buffer.concat(pieces)),
        hasBuildFile: paths.has('binding.gyp'),
        hasShrinkwrap: paths.has('npm-shrinkwrap.json'),
        fileCount: paths.size,
        unpackedBytes,
      };
    },
  };
}

function collect(pieces: Uint8Array[]): (piece: Uint8Array) => void {
  return (piece) => void pieces.push(Uint8Array.from(piece));
}

/** @throws AssayError `USAGE` */
function refuseLogin(inside: string, settings: Uint8Array): void {
  if (hasLogin(settings)) {
    throw refused(`has a login in "${inside}"; leave the file out, and replace the login`);
  }
}

/** @throws AssayError `USAGE` */
function refuseFile(entry: TarEntry, inside: string, known: ReadonlySet<string>): void {
  if (entry.storedBytes !== entry.sizeBytes) throw refused(`has a sparse file: "${entry.path}"`);
  if (inside === '') throw refused(`has a file without a directory: "${entry.path}"`);
  if (known.has(inside)) throw refused(`has "${inside}" twice`);
  refuseSpelling(inside);
}

/** Pieces, so that the event loop gets its turn. */
const PIECE_BYTES = 1024 * 1024;

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable that is asked piece by piece
async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

const CONTROL = /[\u0000-\u001f\u007f\\]/u;

/** The parts of the path of an entry. @throws AssayError `USAGE` */
function partsOf({ path, type }: TarEntry): readonly string[] {
  if (type !== 'file' && type !== 'directory') {
    throw refused(`has an entry that is no file and no directory: "${path}" (${type})`);
  }
  const plain = type === 'directory' ? path.replace(/\/$/u, '') : path;
  const parts = plain.split('/');
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (isPlain && !CONTROL.test(path)) return parts;
  throw refused(
    `has the path "${path}", which is absolute, has dot segments, a backslash or control characters`,
  );
}

/** Files that decide what an installation does. */
const DECIDING: ReadonlySet<string> = new Set([
  ...['package.json', 'binding.gyp', 'npm-shrinkwrap.json'],
]);

/**
 * On a disk without case, another spelling would replace the file that was checked. @throws
 * AssayError `USAGE`
 */
function refuseSpelling(path: string): void {
  const lower = path.normalize('NFKC').toLowerCase();
  if (path !== lower && DECIDING.has(lower)) {
    throw refused(`has "${path}", which is "${lower}" on some systems`);
  }
}

function refused(what: string): AssayError {
  return new AssayError('USAGE', `the file of the package ${what}`);
}

function tooLarge(what: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `the file of the package ${what}`);
}
