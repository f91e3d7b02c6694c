/** What git prints with `-z`, token by token, without holding all of it. */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { startGit, type GitPlace } from './git-command.ts';

/** A longer name is not one of a file system. */
const MAX_TOKEN_BYTES = 1024 * 1024;

/** Runs git and yields its output, cut at zero bytes. @throws AssayError `DAMAGED` if it fails */
export async function* gitTokens(
  args: readonly string[],
  place: GitPlace,
  context: Context,
): AsyncGenerator<string> {
  const git = startGit(args, place, context);
  git.stdin.end();
  try {
    let rest = Buffer.alloc(0);
    for await (const piece of git.stdout as AsyncIterable<Buffer>) {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let from = 0;
      for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, from)) {
        yield bytes.toString('utf8', from, end);
        from = end + 1;
      }
      rest = Buffer.from(bytes.subarray(from));
      if (rest.length > MAX_TOKEN_BYTES) throw failed(args, 'a name has no end');
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
