/**
 * The repository whose commits are verified, and what makes a verification of it impossible.
 *
 * Source: git, `gitrepository-layout` (`shallow`, `info/grafts`, `refs/replace`); git-rev-parse(1).
 * A shallow clone lacks commits, and grafts and replaced objects make git show another history than
 * the one that is signed. All of these are errors, because the answer would be about something else
 * than what a user sees.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { runGit, type GitPlace } from '../../clients/git/git-command.ts';
import { gitFailure } from '../../clients/git/git-failure.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import type { ObjectFormat } from './commit-object.ts';

/** A repository that can be verified. */
export interface VerifiedRepository {
  readonly place: GitPlace;
  readonly format: ObjectFormat;
  /** The top of the working tree, or the directory of git outside of one; absolute. */
  readonly top: string;
}

/** The location of the repository. */
export interface RepositoryRequest {
  /** A directory in it; absolute. */
  readonly folder: string;
  readonly env: Environment;
  /** Set in the hook of a repository that receives a push. */
  readonly isReceiving?: true;
}

/**
 * Opens a repository.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, and `DAMAGED` with the way out for one that
 * cannot be verified
 */
export async function openRepository(
  { folder, env, isReceiving }: RepositoryRequest,
  context: Context,
): Promise<VerifiedRepository> {
  const place: GitPlace = {
    // The graph of commits is a cache that belongs to the repository, and could leave out parents.
    at: ['-C', folder, '-c', 'core.commitGraph=false'],
    protocols: '',
    env,
    ...(isReceiving && { isReceiving }),
  };
  const asked = ['--is-shallow-repository', '--show-object-format', '--is-inside-work-tree'];
  const state = await runGit(['rev-parse', ...asked], place, context);
  if (state.code !== 0) throw gitFailure(state, folder);
  const [isShallow, format, isInside] = state.text.split('\n');
  if (format !== 'sha1' && format !== 'sha256') {
    throw impossible(
      folder,
      `has objects of the format "${format ?? ''}"`,
      'Use SHA-1 or SHA-256.',
    );
  }
  if (isShallow !== 'false') {
    throw impossible(
      folder,
      'is a shallow clone, which lacks commits',
      'Fetch the others: git fetch --unshallow. In CI set the fetch depth to 0 (fetch-depth: 0, GIT_DEPTH: 0).',
    );
  }
  await refuseOtherHistory(folder, place, context);
  const hasTree = isInside === 'true';
  const topOf = hasTree ? '--show-toplevel' : '--absolute-git-dir';
  const top = await runGit(['rev-parse', topOf], place, context);
  if (top.code !== 0) throw gitFailure(top, folder);
  if (hasTree) await refuseEmptySubmodule(folder, place, context);
  return { place, format, top: top.text.replace(/\n$/u, '') };
}

async function refuseOtherHistory(
  folder: string,
  place: GitPlace,
  context: Context,
): Promise<void> {
  const args = ['for-each-ref', '--count=1', '--format=%(refname)', 'refs/replace/'];
  const replaced = await runGit(args, place, context);
  if (replaced.code !== 0) throw gitFailure(replaced, folder);
  if (replaced.text !== '') {
    const name = replaced.text.trim().replace('refs/replace/', '');
    throw impossible(
      folder,
      `replaces the object ${name} by another one`,
      `Show git the true history: git replace -d ${name}`,
    );
  }
  const grafts = await runGit(['rev-parse', '--git-path', 'info/grafts'], place, context);
  if (grafts.code !== 0) throw gitFailure(grafts, folder);
  const path = resolve(folder, grafts.text.replace(/\n$/u, ''));
  if (existsSync(path)) {
    throw impossible(folder, 'has grafts, which change the parents of commits', `Remove ${path}`);
  }
}

/** In the directory of a submodule without objects git works on the repository around it. */
async function refuseEmptySubmodule(
  folder: string,
  place: GitPlace,
  context: Context,
): Promise<void> {
  const { text } = await runGit(['rev-parse', '--show-prefix'], place, context);
  const steps = text.replace(/\/?\n$/u, '').split('/');
  if (steps[0] === '') return;
  const ancestors = steps.map((_, index) => `:(top,literal)${steps.slice(0, index + 1).join('/')}`);
  const args = ['ls-files', '--stage', '-z', '--', ...ancestors];
  const rows = await runGit(args, place, context);
  if (rows.code !== 0) throw gitFailure(rows, folder);
  if (!rows.text.split('\0').some((row) => row.startsWith('160000 '))) return;
  throw impossible(
    folder,
    'is the directory of a submodule whose objects are not there',
    'Fetch them: git submodule update --init',
  );
}

function impossible(folder: string, reason: string, hint: string): AssayError {
  return new AssayError('DAMAGED', `"${folder}" ${reason}: its commits cannot be verified`, {
    hint,
  });
}
