/** Git's output, piece by piece, without holding all of it. */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { startGit, type GitPlace } from './git-command.ts';

/** A line of ids has some dozens of them at most, and no name of a file is longer. */
const MAX_PIECE_BYTES = 1024 * 1024;

/** Runs git and yields the lines of its output. @throws AssayError `DAMAGED` if it fails */
export function gitLines(
  args: readonly string[],
  place: GitPlace,
  context: Context,
): AsyncGenerator<string> {
  return gitOutput(args, '\n', { place, context });
}

/**
 * Runs git with `-z` and yields its output, cut at zero bytes.
 * @throws AssayError `DAMAGED` if it fails
 */
export function gitTokens(
  args: readonly string[],
  place: GitPlace,
  context: Context,
): AsyncGenerator<string> {
  return gitOutput(args, '\0', { place, context });
}

async function* gitOutput(
  args: readonly string[],
  separator: '\n' | '\0',
  { place, context }: { readonly place: GitPlace; readonly context: Context },
): AsyncGenerator<string> {
  const git = startGit(args, place, context);
  git.stdin.end();
  try {
    let rest = Buffer.alloc(0);
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let from = 0;
      for (let end = bytes.indexOf(separator); end >= 0; end = bytes.indexOf(separator, from)) {
        yield bytes.toString('utf8', from, end);
        from = end + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
      if (rest.length > MAX_PIECE_BYTES) {
        throw failed(args, separator === '\n' ? 'a line has no end' : 'a name has no end');
      }
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
