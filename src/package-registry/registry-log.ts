/**
 * The log of a registry: one line of JSON for each request and each event. It has no headers, no
 * queries and no tokens. A full file is kept once under another name.
 *
 * Lines of one turn of the event loop are written together, by one call of the system that this
 * thread waits for: what the system has survives the end of the process, and a line costs less than
 * one that is handed to another thread. Nothing is synced to disk, so that a power cut can take the
 * last lines away. If the disk is full, lines wait in memory up to a bound; those beyond it are
 * counted, and the count is written as `{"dropped":N}` as soon as that is possible.
 */

import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { makeDirectory } from '../core/base/make-directory.ts';
import { redact } from '../core/base/redact.ts';

/** A log that lines are added to. */
export interface RegistryLog extends Disposable {
  /** Adds a line. Failures are not reported: a full disk must not end the registry. */
  add(line: object): void;
  /**
   * Resolves when the system has all lines that were added, or they wait because it does not take
   * them. It never rejects.
   */
  written(): Promise<void>;
}

/** Name of the file in the directory of a registry. */
export const LOG_NAME = 'registry.log';
/** Name of the full file. */
export const OLD_LOG_NAME = 'registry.log.1';
const MAX_BYTES = 64 * 1024 * 1024;
/** Some 4,000 lines. */
const MAX_WAITING = 1024 * 1024;

/** Opens the log in a directory. */
export async function openRegistryLog(folder: string): Promise<RegistryLog> {
  await makeDirectory(folder);
  const file = createLogFile(folder);
  let waiting = '';
  let droppedCount = 0;
  let turn: Promise<void> | undefined;
  const writeAll = (): void => {
    turn = undefined;
    if (waiting === '' && droppedCount === 0) return;
    const dropped = droppedCount === 0 ? '' : `{"dropped":${droppedCount}}\n`;
    if (!file.append(`${waiting}${dropped}`)) return;
    waiting = '';
    droppedCount = 0;
  };
  const written = (): Promise<void> => turn ?? Promise.resolve();
  return {
    add: (line) => {
      const text = `${redact(JSON.stringify(line))}\n`;
      if (waiting.length + text.length > MAX_WAITING) droppedCount += 1;
      else waiting += text;
      turn ??= new Promise((resolve) => {
        setImmediate(() => {
          writeAll();
          resolve();
        });
      });
    },
    written,
    [Symbol.dispose]: () => {
      writeAll();
      file.close();
    },
  };
}

interface LogFile {
  /** Returns whether the text was written. If not, nothing of it is left in the file. */
  append(text: string): boolean;
  close(): void;
}

/** The file is opened when the first line is written. */
function createLogFile(folder: string): LogFile {
  const path = join(folder, LOG_NAME);
  let descriptor: number | undefined;
  let sizeBytes = 0;
  const reopen = (): number => {
    const opened = openSync(path, 'a+', 0o600);
    try {
      sizeBytes = fstatSync(opened).size;
      // The end of a line is missing if a killed process or a full disk has cut it off.
      const last = Buffer.alloc(1);
      const count = readSync(opened, last, 0, 1, Math.max(sizeBytes - 1, 0));
      if (count === 1 && last.toString('latin1') !== '\n') sizeBytes += writeSync(opened, '\n');
      return opened;
    } catch (error) {
      closeSync(opened);
      throw error;
    }
  };
  const close = (): void => {
    const closing = descriptor;
    descriptor = undefined;
    if (closing !== undefined) quietly(() => closeSync(closing));
  };
  return {
    append: (text) => {
      const bytes = Buffer.from(text);
      try {
        descriptor ??= reopen();
        for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
        sizeBytes += bytes.length;
      } catch {
        const cut = descriptor;
        // The whole text is written again.
        if (cut !== undefined) quietly(() => ftruncateSync(cut, sizeBytes));
        close();
        return false;
      }
      if (sizeBytes > MAX_BYTES) {
        close();
        quietly(() => renameSync(path, join(folder, OLD_LOG_NAME)));
      }
      return true;
    },
    close,
  };
}

/** What fails here is found out by the next write. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // Nothing can be done about it.
  }
}
