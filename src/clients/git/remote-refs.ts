/**
 * Branches and tags of a repository elsewhere.
 *
 * Source: git-ls-remote(1), "OUTPUT". Git runs without a repository of its own, so that no
 * configuration of the directory in which the user stands takes part; that of the user does, since
 * it has proxies and credential helpers.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import { startGit, type GitPlace } from './git-command.ts';
import { gitFailure } from './git-failure.ts';
import { isFileUrl, PROTOCOLS, redactGitUrl } from './git-url.ts';

/** A tag of a repository elsewhere. */
export interface RemoteTag {
  /** The object that the tag names: a commit, or the tag object of an annotated tag. */
  readonly object: string;
  /** The final target of an annotated tag; the object itself for a lightweight one. */
  readonly target: string;
}

/** Branches and tags by name, without `refs/heads/` and `refs/tags/`. */
export interface RemoteRefs {
  readonly branches: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, RemoteTag>;
}

/** The largest repositories have some 100,000 branches and tags, which take 8 MB. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;
const ROW =
  /^(?<id>[0-9a-f]{40}|[0-9a-f]{64})\trefs\/(?<kind>heads|tags)\/(?<name>.+?)(?<peeled>\^\{\})?$/u;

/** No file is a repository, so that git takes none. */
const NOWHERE = ['--git-dir=/dev/null'];

/**
 * Lists the branches and tags of a repository.
 *
 * @throws AssayError `OFFLINE`, `NOT_FOUND`, `ACCESS_DENIED`, `NETWORK`, `LIMIT_EXCEEDED`
 */
export async function listRemoteRefs(
  url: string,
  env: Environment,
  context: Context,
): Promise<RemoteRefs> {
  refuseOffline(url, context);
  const place: GitPlace = { at: NOWHERE, protocols: PROTOCOLS, env };
  const git = startGit(['ls-remote', '--quiet', '--heads', '--tags', '--', url], place, context);
  git.stdin.end();
  const pieces: Buffer[] = [];
  let lengthBytes = 0;
  for await (const piece of git.stdout as AsyncIterable<Buffer>) {
    lengthBytes += piece.length;
    if (lengthBytes > MAX_LIST_BYTES) {
      git.stop();
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `"${redactGitUrl(url)}" lists more than ${MAX_LIST_BYTES} bytes of branches and tags`,
      );
    }
    pieces.push(piece);
  }
  const end = await git.end;
  if (end.code !== 0) throw gitFailure(end, url);
  return readRefs(Buffer.concat(pieces).toString('utf8'));
}

/**
 * Refuses a repository that is not on this machine if there is no network.
 *
 * @throws AssayError `OFFLINE`
 */
export function refuseOffline(url: string, context: Context): void {
  if (context.fetch !== undefined || isFileUrl(url)) return;
  throw new AssayError('OFFLINE', `"${redactGitUrl(url)}" is reached over the network`, {
    hint: 'Run again without --offline.',
  });
}

function readRefs(text: string): RemoteRefs {
  const branches = new Map<string, string>();
  const tags = new Map<string, RemoteTag>();
  for (const line of text.split('\n')) {
    const { id, kind, name, peeled } = ROW.exec(line)?.groups ?? {};
    if (id === undefined || name === undefined) continue;
    if (kind === 'heads') branches.set(name, id);
    else if (peeled === undefined) tags.set(name, { object: id, target: id });
    else tags.set(name, { object: tags.get(name)?.object ?? id, target: id });
  }
  return { branches, tags };
}
