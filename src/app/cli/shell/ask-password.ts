/** Asks for a password on a terminal, without showing what is typed. */

import { AssayError } from '../../../core/base/errors.ts';

/** The terminal that is asked; `process.stdin` has this form. */
export interface Terminal {
  readonly isTTY?: boolean;
  setRawMode?(mode: boolean): unknown;
  on(event: 'data', listener: (piece: Buffer) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
  off(event: 'data', listener: (piece: Buffer) => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The parameters of a question. */
export interface Question {
  readonly text: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Writes to standard error. */
  readonly say: (text: string) => Promise<void>;
}

const ENTER = new Set([0x0a, 0x0d]);
const ERASE = new Set([0x08, 0x7f]);
const INTERRUPT = 0x03;
const END = 0x04;
const ERASE_LINE = 0x15;

/**
 * Returns what is typed, without the end of the line.
 *
 * @throws AssayError `INTERRUPTED` on Ctrl-C, on a signal, and if the terminal closes
 */
export async function askPassword(question: Question): Promise<Buffer> {
  const { text, terminal, signal, say } = question;
  const typed: number[] = [];
  let stopListening = (): void => undefined;
  // The terminal stops showing what is typed before the question invites to type.
  terminal.setRawMode?.(true);
  try {
    await say(text);
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(new AssayError('INTERRUPTED', 'interrupted'));
      const take = (piece: Buffer): void => {
        const end = typeInto(typed, piece);
        if (end === 'enter') resolve();
        else if (end === 'stop') stop();
      };
      terminal.on('data', take);
      terminal.on('end', stop);
      signal.addEventListener('abort', stop, { once: true });
      stopListening = () => {
        terminal.off('data', take);
        terminal.off('end', stop);
        signal.removeEventListener('abort', stop);
      };
      terminal.resume();
    });
    return Buffer.from(typed);
  } finally {
    stopListening();
    terminal.pause();
    terminal.setRawMode?.(false);
    await say('\n');
  }
}

/** Adds what was typed; returns how the input ended, or `undefined` if it goes on. */
function typeInto(typed: number[], piece: Buffer): 'enter' | 'stop' | undefined {
  for (const byte of piece) {
    if (ENTER.has(byte)) return 'enter';
    if (byte === INTERRUPT || (byte === END && typed.length === 0)) return 'stop';
    if (ERASE.has(byte)) erase(typed);
    else if (byte === ERASE_LINE) typed.length = 0;
    else typed.push(byte);
  }
  return undefined;
}

/** Removes the last character, which has several bytes in UTF-8. */
function erase(typed: number[]): void {
  let byte = typed.pop();
  while (byte !== undefined && (byte & 0xc0) === 0x80) byte = typed.pop();
}
