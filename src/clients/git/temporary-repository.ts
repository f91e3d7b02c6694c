/** An empty bare repository in a temporary directory, into which another one is fetched. */

import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import { runGit, type GitPlace } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import { PROTOCOLS } from './git-url.ts';

/** A repository that the caller closes. */
export interface TemporaryRepository {
  readonly place: GitPlace;
  /** Removes the repository. */
  readonly close: () => Promise<void>;
}

/** For which repository a temporary one is made. */
export interface TemporaryRequest {
  /** The repository that is fetched or borrowed from, for errors. */
  readonly url: string;
  readonly env: Environment;
  /** The hash that names its objects; absent: the usual one of git. */
  readonly format?: 'sha1' | 'sha256';
}

/** Makes a repository. @throws AssayError if git fails */
export async function createTemporaryRepository(
  { url, env, format }: TemporaryRequest,
  context: Context,
): Promise<TemporaryRepository> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-git-'));
  const takeBack = onForcedExit(() => rmSync(folder, { recursive: true, force: true }));
  const close = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    takeBack();
  };
  const place: GitPlace = { at: [`--git-dir=${folder}`], protocols: PROTOCOLS, env };
  try {
    const ofFormat = format === undefined ? [] : [`--object-format=${format}`];
    const args = ['init', '--quiet', '--bare', '--template=', ...ofFormat];
    const init = await runGit(args, place, context);
    if (init.code !== 0) throw gitFailure(init, url);
    return { place, close };
  } catch (error) {
    await close();
    throw error;
  }
}
