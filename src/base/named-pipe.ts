/** Pipes that have a name in a folder: opening one waits, without end and deaf to signals, until somebody writes to it. */

import { stat } from 'node:fs/promises';

/** Pipes that a shell made for this process (`<(command)`, standard input); their writer is there already. */
const OWN_PIPE = /^(?:\/dev\/(?:stdin|fd\/\d+)|\/proc\/(?:self|\d+)\/fd\/\d+)$/;

/** What to say of one. */
export const NAMED_PIPE = 'it is a named pipe, and reading it may never end';

/** Whether the path is one, also behind symbolic links. @throws a system error where it cannot be told */
export async function isNamedPipe(path: string): Promise<boolean> {
  return !OWN_PIPE.test(path) && (await stat(path)).isFIFO();
}
