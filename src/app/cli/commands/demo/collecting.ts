/** The output of commands that the demonstration runs. */

import type { Io } from '../../../../core/base/io.ts';

/** Returns a stream that adds what is written to `output`. It is no terminal. */
export function collecting(output: string[]): Io['stdout'] {
  return {
    isTTY: false,
    write(text, done) {
      output.push(text);
      done?.();
      return true;
    },
  };
}
