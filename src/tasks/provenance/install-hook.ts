/**
 * Writes the script of a hook.
 *
 * Source: githooks(5); git-config(1), `core.hooksPath`. The script is one of a POSIX shell that
 * uses builtins and absolute paths alone, because hooks run with whatever PATH a server has. A hook
 * that was there runs first, with the same input.
 */

import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { quotedWord } from '../../core/base/shell-word.ts';
import { runGit } from '../../clients/git/git-command.ts';
import { gitFailure } from '../../clients/git/git-failure.ts';
import type { VerifiedRepository } from './repository.ts';

/** The hook of a server, or of a clone. */
export type HookName = 'pre-receive' | 'pre-push';

/** The written hook. */
export interface InstalledHook {
  readonly path: string;
  /** The new path of the hook that was there before; absent: there was none. */
  readonly earlier?: string;
}

const MARK = '# Written by "assay commits hook install".';
const EARLIER = '.before-assay';
/** Set by every start of git, in front of the settings of the repository. */
const OWN_HOOKS_PATH = '/dev/null';

/**
 * Installs a hook. `command` is the command line that verifies, with absolute paths.
 *
 * @throws AssayError `ACCESS_DENIED` where nothing can be written, `USAGE` if two earlier hooks
 * would collide
 */
export async function installHook(
  { top, place }: Pick<VerifiedRepository, 'top' | 'place'>,
  hook: HookName,
  command: readonly string[],
  context: Context,
): Promise<InstalledHook> {
  const git = async (...args: readonly string[]): Promise<string> => {
    const end = await runGit(args, place, context);
    if (end.code !== 0) throw gitFailure(end, top);
    return end.text.replace(/\n$/u, '');
  };
  const named = await runGit(['config', '--get-all', 'core.hooksPath'], place, context);
  const own = named.text.split('\n').filter((line) => line !== '' && line !== OWN_HOOKS_PATH);
  const common = await git('rev-parse', '--path-format=absolute', '--git-common-dir');
  const folder = own.length > 0 ? resolve(top, own.at(-1) ?? '') : join(common, 'hooks');
  const path = join(folder, hook);
  const earlier = `${path}${EARLIER}`;
  const script = hookScript({ command, earlier, gitFolder: await git('--exec-path') });
  try {
    await mkdir(folder, { recursive: true });
    if (existsSync(path) && !(await readFile(path, 'utf8')).includes(MARK)) {
      if (existsSync(earlier)) throw twoEarlier(path, earlier);
      await rename(path, earlier);
    }
    await writeFile(`${path}.new`, script, { mode: 0o755 });
    await chmod(`${path}.new`, 0o755);
    await rename(`${path}.new`, path);
  } catch (error) {
    if (error instanceof AssayError) throw error;
    throw new AssayError('ACCESS_DENIED', `the hook "${path}" cannot be written`, {
      hint: 'Install it as the user that owns the repository.',
      cause: error,
    });
  }
  return { path, ...(existsSync(earlier) && { earlier }) };
}

function twoEarlier(path: string, earlier: string): AssayError {
  return new AssayError('USAGE', `"${path}" is a hook of somebody else, and so is "${earlier}"`, {
    hint: 'Make one of the two, and install again.',
  });
}

/** The lines are read by the shell itself, so that both hooks get them. */
function hookScript({
  command,
  earlier,
  gitFolder,
}: {
  readonly command: readonly string[];
  readonly earlier: string;
  readonly gitFolder: string;
}): string {
  return [
    '#!/bin/sh',
    MARK,
    '# It verifies that all pushed commits are signed by allowed keys. To remove it, delete this file.',
    `PATH="\${PATH:+$PATH:}"${quotedWord(gitFolder)}`,
    'export PATH',
    "input=''",
    'while IFS= read -r line; do input="$input$line',
    '"; done',
    `earlier=${quotedWord(earlier)}`,
    'if [ -x "$earlier" ]; then printf \'%s\' "$input" | "$earlier" "$@" || exit; fi',
    `printf '%s' "$input" | ${command.map(quotedWord).join(' ')} "$@"`,
    '',
  ].join('\n');
}
