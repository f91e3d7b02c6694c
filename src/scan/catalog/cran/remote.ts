/**
 * The origin of an R package that was not installed from a repository.
 *
 * Source: the documentation of the R package remotes, "Dependency resolution", whose fields renv
 * and installed packages share.
 */

import { gitQualifiers } from '../vcs-url.ts';

/**
 * Fields of a `DESCRIPTION` or of `renv.lock` that name the origin of a package outside of
 * repositories.
 */
export type RemoteField =
  'RemoteType' | 'RemoteHost' | 'RemoteUsername' | 'RemoteRepo' | 'RemoteSha' | 'RemoteUrl';

const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/** Returns the repository of git with its commit; `undefined` for packages of CRAN and its like. */
export function remoteQualifiers(
  valueOf: (field: RemoteField) => string | undefined,
): ReadonlyMap<string, string> | undefined {
  const type = valueOf('RemoteType') ?? '';
  const commit = valueOf('RemoteSha');
  const url = valueOf('RemoteUrl');
  if (type === 'git' || type === 'git2r' || type === 'xgit') {
    return url === undefined ? undefined : gitQualifiers(url, commit);
  }
  const publicHost = HOSTS.get(type);
  const user = valueOf('RemoteUsername');
  const repository = valueOf('RemoteRepo');
  if (publicHost === undefined || user === undefined || repository === undefined) return undefined;
  // `api.github.com` is where the archive was fetched from.
  const host = valueOf('RemoteHost')
    ?.replace(/^api\./, '')
    .replace(/\/.*$/, '');
  const isPublic = host === undefined || host === '' || host.endsWith(publicHost);
  return gitQualifiers(`https://${isPublic ? publicHost : host}/${user}/${repository}`, commit);
}
