/**
 * The reader of small files that belong to the user or the machine: configuration, ignore files,
 * corrections, VEX documents, keys, certificates, credentials. Any of them may be a trap, so that
 * each is read in the same way: only a regular file (or the null device, or a pipe that the shell
 * made for this process), opened without waiting, and never more than a stated number of bytes,
 * whatever its size field says.
 *
 * Source: open(2), `O_NONBLOCK`; proc(5), whose files have the size 0.
 */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { devNull } from 'node:os';
import { isAbsolute, relative } from 'node:path';

import { AssayError, errnoOf } from './errors.ts';

/** Limits for reading a file: its size, and its place. */
export interface FileBounds {
  /** Longest content that is read. */
  readonly maxBytes: number;
  /**
   * Directory that symlinks of the path may not lead out of; absolute. An implicit file must not
   * reveal the content of another place in messages.
   */
  readonly within?: string;
}

/**
 * Pipes that a shell made for this process (`<(command)`, standard input). Their writer is there
 * already.
 */
const OWN_PIPE = /^(?:\/dev\/(?:stdin|fd\/\d+)|\/proc\/(?:self|\d+)\/fd\/\d+)$/u;

const READ_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const PIPE_POLL_MS = 10;
/** Read at a time; most files are shorter. */
const PIECE_BYTES = 64 * 1024;

/**
 * Reads a file whole.
 *
 * @throws a system error, as `ENOENT`; AssayError `ACCESS_DENIED` for what is not a regular file or
 * lies outside of `within`, `LIMIT_EXCEEDED` for a file that is too long. Their messages hold the
 * reason alone; the caller names the file.
 */
export async function readBoundedFile(path: string, bounds: FileBounds): Promise<Buffer> {
  refuseLeaving(path, bounds);
  const isOwnPipe = OWN_PIPE.test(path) && statSync(path).isFIFO();
  return readPieces(path, bounds, isOwnPipe);
}

/** Reads as {@link readBoundedFile} does, synchronously and without pipes. */
export function readBoundedFileSync(path: string, bounds: FileBounds): Buffer {
  refuseLeaving(path, bounds);
  const descriptor = openSync(path, READ_FLAGS);
  try {
    checkKind(fstatSync(descriptor), bounds);
    const pieces: Buffer[] = [];
    for (let lengthBytes = 0; ;) {
      const piece = Buffer.allocUnsafe(PIECE_BYTES);
      const count = readSync(descriptor, piece, 0, piece.length, null);
      if (count === 0) return Buffer.concat(pieces);
      lengthBytes += count;
      if (lengthBytes > bounds.maxBytes) throw tooLong(bounds);
      pieces.push(piece.subarray(0, count));
    }
  } finally {
    closeSync(descriptor);
  }
}

async function readPieces(path: string, bounds: FileBounds, isOwnPipe: boolean): Promise<Buffer> {
  const handle = await open(path, READ_FLAGS);
  try {
    const facts = await handle.stat();
    if (!isOwnPipe) checkKind(facts, bounds);
    const pieces: Buffer[] = [];
    const pieceBytes = Math.max(PIECE_BYTES, Math.min(facts.size + 1, 16 * PIECE_BYTES));
    for (let lengthBytes = 0; ;) {
      const piece = Buffer.allocUnsafe(pieceBytes);
      const bytesRead = await readSome(handle, piece, isOwnPipe);
      if (bytesRead === 0) return Buffer.concat(pieces);
      lengthBytes += bytesRead;
      // A file that grows is never longer than what was read of it.
      if (lengthBytes > bounds.maxBytes) throw tooLong(bounds);
      pieces.push(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/**
 * Reads some bytes. A thread that waits for the writer of a pipe could not be interrupted, so the
 * pipe is polled.
 */
async function readSome(handle: FileHandle, piece: Buffer, isPipe: boolean): Promise<number> {
  for (;;) {
    try {
      return (await handle.read(piece, 0, piece.length, null)).bytesRead;
    } catch (error) {
      if (!isPipe || errnoOf(error) !== 'EAGAIN') throw error;
      await new Promise((resolve) => setTimeout(resolve, PIPE_POLL_MS));
    }
  }
}

/** @throws AssayError for what is not a regular file, or longer than allowed */
function checkKind(facts: Stats, bounds: FileBounds): void {
  if (facts.isFile()) {
    if (facts.size > bounds.maxBytes) throw tooLong(bounds);
    return;
  }
  if (facts.isFIFO()) throw refused('it is a named pipe, and reading it may never end');
  if (facts.isDirectory()) throw refused('it is a directory');
  if (facts.isSocket()) throw refused('it is a socket');
  if (isNullDevice(facts)) return;
  throw refused('it is a device, and reading it may never end');
}

function isNullDevice(facts: Stats): boolean {
  return facts.isCharacterDevice() && facts.rdev === statSync(devNull).rdev;
}

/** @throws AssayError for a path that symlinks lead out of the directory that it was found in */
function refuseLeaving(path: string, { within }: FileBounds): void {
  if (within === undefined || !lstatSync(path).isSymbolicLink()) return;
  if (!leadsOut(path, within)) return;
  throw refused(`it is a symlink that leads out of its directory, to "${realpathSync(path)}"`);
}

/**
 * Returns whether symlinks lead a path out of a directory. Both are there. @throws a system error,
 * as `ENOENT`
 */
export function leadsOut(path: string, within: string): boolean {
  const way = relative(realpathSync(within), realpathSync(path));
  return way === '..' || /^\.\.[/\\]/u.test(way) || isAbsolute(way);
}

function refused(reason: string): AssayError {
  return new AssayError('ACCESS_DENIED', reason);
}

function tooLong({ maxBytes }: FileBounds): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `it is longer than ${maxBytes} bytes`);
}
