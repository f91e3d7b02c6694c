/** Lines that git prints, one after another, without holding all of them. */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { startGit, type GitPlace } from './git-command.ts';

/** Lines of ids; an octopus merge has some dozens of them. */
const MAX_LINE_CHARS = 1024 * 1024;

/** Runs git and returns the lines of its output. @throws AssayError `DAMAGED` if it fails */
export async function* gitLines(
  args: readonly string[],
  place: GitPlace,
  context: Context,
): AsyncGenerator<string> {
  const git = startGit(args, place, context);
  git.stdin.end();
  git.stdout.setEncoding('utf8');
  try {
    let rest = '';
    for await (const piece of git.stdout as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_CHARS) throw failed(args, 'a line has no end');
      yield* lines;
    }
    throwIfInterrupted(context.signal);
    const { code, stderr } = await git.end;
    if (code !== 0) throw failed(args, stderr.trim());
  } finally {
    git.stop();
  }
}

function failed(args: readonly string[], reason: string): AssayError {
  return new AssayError('DAMAGED', `git ${args[0] ?? ''} failed: ${reason}`, {
    hint: 'Check the repository: git fsck',
  });
}
