/**
 * The log of a registry: one line of JSON for each request and each event. It has no headers, no
 * queries and no tokens. A full file is kept once under another name.
 *
 * Lines of a moment are written together; those that wait are written when the log is closed. If
 * the disk is full, lines wait in memory up to a bound; those beyond it are counted, and the count
 * is written as `{"dropped":N}` as soon as that is possible.
 */

import { open, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { makeDirectory } from '../base/make-directory.ts';
import { redact } from '../base/redact.ts';

/** A log that lines are added to. */
export interface RegistryLog extends AsyncDisposable {
  /** Adds a line. Failures are not reported: a full disk must not end the registry. */
  add(line: object): void;
}

/** Name of the file in the directory of a registry. */
export const LOG_NAME = 'registry.log';
/** Name of the full file. */
export const OLD_LOG_NAME = 'registry.log.1';
const MAX_BYTES = 64 * 1024 * 1024;
/** A write costs as much as the answer to a request does. */
const TOGETHER_MS = 20;
/** Some 4,000 lines. */
const MAX_WAITING = 1024 * 1024;

/** Opens the log in a directory. */
export async function openRegistryLog(folder: string): Promise<RegistryLog> {
  await makeDirectory(folder);
  const file = createLogFile(folder);
  let waiting: string[] = [];
  let waitingLength = 0;
  let droppedCount = 0;
  let writing: Promise<void> | undefined;
  const pause = createPause(TOGETHER_MS);
  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const dropped = droppedCount === 0 ? '' : `{"dropped":${droppedCount}}\n`;
      const count = waiting.length;
      if (!(await file.append(`${waiting.join('')}${dropped}`))) return;
      waitingLength -= waiting.slice(0, count).reduce((sum, { length }) => sum + length, 0);
      waiting = waiting.slice(count);
      if (dropped !== '') droppedCount = 0;
    }
  };
  return {
    add: (line) => {
      const text = `${redact(JSON.stringify(line))}\n`;
      if (waitingLength + text.length > MAX_WAITING) droppedCount += 1;
      else {
        waiting.push(text);
        waitingLength += text.length;
        if (waitingLength > MAX_WAITING / 4) pause.hurry();
      }
      writing ??= (async (): Promise<void> => {
        await pause.start();
        await writeAll();
      })().finally(() => (writing = undefined));
    },
    [Symbol.asyncDispose]: async () => {
      pause.end();
      await writing;
      await writeAll();
      await file.close();
    },
  };
}

interface Pause {
  /** Resolves after a while, or when it is ended. */
  start(): Promise<void>;
  /** Ends this pause. */
  hurry(): void;
  /** Ends this pause and all later ones. */
  end(): void;
}

function createPause(lengthMs: number): Pause {
  let timer: NodeJS.Timeout | undefined;
  let finish = (): void => undefined;
  let isOver = false;
  const hurry = (): void => {
    clearTimeout(timer);
    finish();
  };
  return {
    hurry,
    start: () =>
      new Promise((resolve) => {
        finish = resolve;
        if (isOver) resolve();
        else timer = setTimeout(resolve, lengthMs);
      }),
    end: () => {
      isOver = true;
      hurry();
    },
  };
}

interface LogFile {
  /** Returns whether the text was written. */
  append(text: string): Promise<boolean>;
  close(): Promise<void>;
}

/** The file is opened when the first line is written. */
function createLogFile(folder: string): LogFile {
  const path = join(folder, LOG_NAME);
  let handle: FileHandle | undefined;
  let sizeBytes = 0;
  const reopen = async (): Promise<FileHandle> => {
    const opened = await open(path, 'a+', 0o600);
    sizeBytes = (await opened.stat()).size;
    // The end of a line is missing if a killed process or a full disk has cut it off.
    const last = Buffer.alloc(1);
    const { bytesRead } = await opened.read(last, 0, 1, Math.max(sizeBytes - 1, 0));
    if (bytesRead === 1 && last.toString('latin1') !== '\n') await opened.appendFile('\n');
    return opened;
  };
  const close = async (): Promise<void> => {
    const closing = handle;
    handle = undefined;
    await closing?.close().catch(() => undefined);
  };
  return {
    append: async (text) => {
      try {
        handle ??= await reopen();
        await handle.appendFile(text);
        sizeBytes += text.length;
      } catch {
        await close();
        return false;
      }
      if (sizeBytes > MAX_BYTES) {
        await close();
        await rename(path, join(folder, OLD_LOG_NAME)).catch(() => undefined);
      }
      return true;
    },
    close,
  };
}
