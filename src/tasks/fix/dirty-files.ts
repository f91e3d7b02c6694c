/**
 * Files whose content is not committed: a fix that is written over them could not be taken back
 * with git.
 */

import { createHash } from 'node:crypto';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { runGit } from '../../clients/git/git-command.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { ProjectFile } from './project-files.ts';

const SHA1_DIGITS = 40;
const LINE = /^\d+ blob (?<id>[0-9a-f]+)\t(?<path>[^]*)$/u;

/**
 * Returns the files that differ from the current commit. Outside of a repository, and without git,
 * none do. The content is compared here, because `git status` runs filter programs of the
 * repository.
 */
export async function dirtyFiles(
  root: string,
  files: readonly ProjectFile[],
  env: Environment,
  context: Context,
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const args = ['ls-tree', '-z', 'HEAD', '--', ...files.map(({ path }) => `./${path}`)];
  let text = '';
  try {
    const end = await runGit(args, { at: ['-C', root], protocols: '', env }, context);
    if (end.code !== 0) return [];
    ({ text } = end);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
  const committed = new Map(
    text.split('\0').flatMap((line) => {
      const { id = '', path = '' } = LINE.exec(line)?.groups ?? {};
      return id === '' ? [] : [[path, id] as const];
    }),
  );
  return files.flatMap(({ path, bytes }) => {
    const id = committed.get(path);
    const isSame = id !== undefined && (isBlob(bytes, id) || isBlob(withLineFeeds(bytes), id));
    return isSame ? [] : [path];
  });
}

function isBlob(bytes: Uint8Array, id: string): boolean {
  const hash = createHash(id.length === SHA1_DIGITS ? 'sha1' : 'sha256');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === id;
}

/** git stores text with line feeds where a checkout has the line ends of Windows. */
function withLineFeeds(bytes: Uint8Array): Uint8Array {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n'), 'latin1');
}
