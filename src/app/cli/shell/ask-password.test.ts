import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';

import { askPassword } from './ask-password.ts';

/** A terminal that types the given pieces. */
class FakeTerminal extends EventEmitter {
  readonly modes: boolean[] = [];
  readonly #pieces: readonly (Buffer | 'end')[];

  constructor(pieces: readonly (Buffer | 'end')[]) {
    super();
    this.#pieces = pieces;
  }

  setRawMode(mode: boolean): void {
    this.modes.push(mode);
  }

  resume(): void {
    for (const piece of this.#pieces) {
      if (piece === 'end') this.emit('end');
      else this.emit('data', piece);
    }
  }

  pause(): void {
    this.emit('paused');
  }
}

async function typed(pieces: readonly string[]): Promise<{
  readonly password: string;
  readonly shown: string;
  readonly modes: readonly boolean[];
}> {
  const terminal = new FakeTerminal(
    pieces.map((piece) => (piece === 'end' ? piece : Buffer.from(piece))),
  );
  let shown = '';
  const password = await askPassword({
    text: 'Password: ',
    terminal,
    signal: new AbortController().signal,
    say: (text) => {
      shown += text;
      return Promise.resolve();
    },
  });
  expect(terminal.listenerCount('data')).toBe(0);
  return { password: password.toString(), shown, modes: terminal.modes };
}

describe('a password on a terminal', () => {
  it('is asked for after the terminal has stopped showing what is typed', async () => {
    const events: unknown[] = [];
    const terminal = new FakeTerminal([Buffer.from('secret\r')]);
    terminal.setRawMode = (mode) => void events.push(mode);
    await askPassword({
      text: 'Password: ',
      terminal,
      signal: new AbortController().signal,
      say: (text) => Promise.resolve(void events.push(text)),
    });
    expect(events).toEqual([true, 'Password: ', false, '\n']);
  });

  it.each<[string, readonly string[], string]>([
    ['in one piece', ['secret\r'], 'secret'],
    ['key by key', ['s', 'e', 'c', '\n'], 'sec'],
    ['with a corrected end', ['sex\u007fcret\r'], 'secret'],
    ['with a corrected letter of two bytes', ['sé\u007fecret\r'], 'secret'],
    ['begun anew', ['wrong\u0015secret\r'], 'secret'],
    ['erased beyond its start', ['a\u007f\u007f\u007fb\r'], 'b'],
    ['empty', ['\r'], ''],
    ['with letters of other scripts', ['пароль\r'], 'пароль'],
    ['with a space in front', [' a \r'], ' a '],
  ])('is read: %s', async (_, pieces, expected) => {
    const { password, shown, modes } = await typed(pieces);
    expect(password).toBe(expected);
    expect(shown).toBe('Password: \n');
    expect(modes).toEqual([true, false]);
  });

  it.each<[string, readonly string[]]>([
    ['Ctrl-C', ['sec\u0003']],
    ['Ctrl-D on an empty line', ['\u0004']],
    ['a terminal that closes', ['sec', 'end']],
  ])('is given up on %s', async (_, pieces) => {
    await expect(typed(pieces)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
