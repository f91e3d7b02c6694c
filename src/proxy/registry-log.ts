/**
 * The log of a registry: one line of JSON for each request and each event. It has no headers, no queries and no tokens. A full
 * file is kept once under another name.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { makeDirectory } from '../base/make-directory.ts';
import { redact } from '../base/redact.ts';

/** A log that lines are added to. */
export interface RegistryLog extends AsyncDisposable {
  /** Adds a line. Failures are dropped: a full disk must not end the registry. */
  add(line: object): void;
}

/** Name of the file in the directory of a registry. */
export const LOG_NAME = 'registry.log';
/** Name of the full file. */
export const OLD_LOG_NAME = 'registry.log.1';
const MAX_BYTES = 64 * 1024 * 1024;

/** Opens the log in a directory. */
export async function openRegistryLog(folder: string): Promise<RegistryLog> {
  await makeDirectory(folder);
  const path = join(folder, LOG_NAME);
  let size = await stat(path).then(
    (facts) => facts.size,
    () => 0,
  );
  let stream = openStream(path);
  let rotating: Promise<void> | undefined;
  const rotate = async (): Promise<void> => {
    await close(stream);
    await rename(path, join(folder, OLD_LOG_NAME)).catch(() => undefined);
    stream = openStream(path);
    size = 0;
  };
  return {
    add: (line) => {
      const text = `${redact(JSON.stringify(line))}\n`;
      size += text.length;
      stream.write(text);
      if (size > MAX_BYTES) rotating ??= rotate().finally(() => (rotating = undefined));
    },
    [Symbol.asyncDispose]: async () => {
      await rotating;
      await close(stream);
    },
  };
}

function openStream(path: string): WriteStream {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  stream.on('error', () => undefined);
  return stream;
}

function close(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => stream.end(() => resolve()));
}
