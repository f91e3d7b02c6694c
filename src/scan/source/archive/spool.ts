/**
 * A temporary file for what can be read only once: an archive from standard input or from a daemon,
 * or the unpacked form of a compressed one. Where the system allows it the file loses its name as
 * soon as it is open, so that nothing stays behind however the process ends.
 */

import { writeSync } from 'node:fs';
import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { reasonOf } from '../file-error.ts';
import { systemCode } from '../../../core/base/system-code.ts';

/** A temporary file that is removed when it is closed. */
export interface Spool {
  readonly handle: FileHandle;
  /**
   * Writes at once: a queue would hold all that a hostile archive blows up to.
   * @throws AssayError `LIMIT_EXCEEDED`
   */
  write(piece: Uint8Array): void;
  /** Closes and removes the file. May be called twice. */
  close(): Promise<void>;
}

/**
 * Creates a spool; `name` describes its content in errors. Holds up to `maxUnpackedBytes` of the
 * limits.
 */
export async function createSpool(name: string, { limits }: Context): Promise<Spool> {
  const folder = await makeTemporaryFolder(name);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  let handle: FileHandle;
  try {
    handle = await open(join(folder, 'spool'), 'wx+', 0o600);
  } catch (error) {
    await remove();
    throw error;
  }
  // Windows keeps the names of open files.
  if (process.platform !== 'win32') await remove();
  let writtenBytes = 0;
  let isOpen = true;
  return {
    handle,
    write(piece) {
      writtenBytes += piece.length;
      if (writtenBytes > limits.maxUnpackedBytes) {
        const message = `${name} holds more than ${limits.maxUnpackedBytes} bytes`;
        throw new AssayError('LIMIT_EXCEEDED', message);
      }
      writeWhole(handle.fd, piece, name);
    },
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await handle.close();
      await remove();
    },
  };
}

async function makeTemporaryFolder(name: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), 'assay-'));
  } catch (error) {
    throw notKept(name, error);
  }
}

/** Writes a whole stream; the file is removed where that fails. */
export async function spoolAll(
  pieces: AsyncIterable<Uint8Array>,
  what: { readonly name: string; readonly shown: string },
  context: Context,
): Promise<Spool> {
  const spool = await createSpool(what.name, context);
  try {
    let doneBytes = 0;
    for await (const piece of pieces) {
      throwIfInterrupted(context.signal);
      spool.write(piece);
      doneBytes += piece.length;
      context.progress({ kind: 'bytes', what: what.shown, doneBytes, totalBytes: undefined });
    }
    return spool;
  } catch (error) {
    await spool.close();
    throwIfInterrupted(context.signal);
    throw error;
  }
}

function writeWhole(file: number, piece: Uint8Array, name: string): void {
  try {
    for (let written = 0; written < piece.length;) {
      written += writeSync(file, piece, written);
    }
  } catch (error) {
    throw notKept(name, error);
  }
}

function notKept(name: string, error: unknown): AssayError {
  const isFull = systemCode(error) === 'ENOSPC' || systemCode(error) === 'EDQUOT';
  const reason = isFull ? 'the disk is full' : reasonOf(error);
  return new AssayError('LIMIT_EXCEEDED', `cannot keep ${name} in "${tmpdir()}": ${reason}`, {
    hint: `Name a folder ${isFull ? 'with more space' : 'that can be written to'}: TMPDIR=/PATH`,
    cause: error,
  });
}
