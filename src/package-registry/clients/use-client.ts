/**
 * Leads a client to the registry, or takes that back. Pure: the caller reads and writes the file.
 */

import { CLIENTS, type ClientName } from './client.ts';
import { addBlock, hasBlock, linesOf, removeBlocks } from './marked-lines.ts';

/** A file of a client. */
export interface ClientFile {
  /** Name without a directory. */
  readonly name: string;
  /** Absent: the file does not exist. */
  readonly text?: string;
}

/** A change. */
export interface ClientChange {
  /** The new text. Absent: the file does not exist afterwards. */
  readonly text?: string;
  /** Lines by which packages still come from elsewhere, without their ends. */
  readonly others: readonly string[];
}

/** Path of Python packages below the address of the registry. */
const SIMPLE_PATH = 'pypi/simple/';

/**
 * Returns the file with the lines of the registry. Those of an earlier call are replaced.
 *
 * @throws AssayError `USAGE` for a file that has to be changed by hand
 */
export function useClient(name: ClientName, file: ClientFile, registry: URL): ClientChange {
  const { edit, isPython, others } = CLIENTS[name];
  const text = undoneText(file);
  const url = isPython ? new URL(SIMPLE_PATH, registry) : registry;
  const next = addBlock(text, edit(text ?? '', url, file.name));
  return {
    text: next,
    others: linesOf(text ?? '')
      .filter((line) => others.test(line))
      .map((line) => line.trim()),
  };
}

/** Returns the file as it was before. @throws AssayError `USAGE` for a block without an end */
export function undoClient(file: ClientFile): ClientChange {
  const text = undoneText(file);
  return { ...(text !== undefined && { text }), others: [] };
}

function undoneText({ text }: ClientFile): string | undefined {
  return text === undefined || !hasBlock(text) ? text : removeBlocks(text);
}
