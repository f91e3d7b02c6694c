/**
 * The origin of packages from version control, in the form of package URLs. Source: purl-spec,
 * qualifier `vcs_url`.
 */

const USER = /^(?<scheme>[a-z+]{1,20}:\/\/)(?<user>[^/@]{1,500})@/;
const SHORT_SSH =
  /^(?<user>[A-Za-z0-9_-]{1,100})@(?<host>[A-Za-z0-9.-]{1,250}):(?!\/\/)(?<path>.{1,2000})$/;

/**
 * Returns `git+URL@COMMIT`, or without the commit if none is known. Users and passwords are left
 * out, except `git`, who is the user of every ssh address.
 */
export function gitUrl(url: string, commit?: string): string {
  const short = SHORT_SSH.exec(url)?.groups;
  const long =
    short === undefined
      ? url
      : `ssh://${short['user'] ?? ''}@${short['host'] ?? ''}/${short['path'] ?? ''}`;
  const user = USER.exec(long)?.groups?.['user'];
  const bare = user === undefined || user === 'git' ? long : long.replace(USER, '$<scheme>');
  const prefixed = bare.startsWith('git+') ? bare : `git+${bare}`;
  return commit === undefined || commit === '' ? prefixed : `${prefixed}@${commit}`;
}

/** Returns the qualifiers with nothing but that address. */
export function gitQualifiers(url: string, commit?: string): ReadonlyMap<string, string> {
  return new Map([['vcs_url', gitUrl(url, commit)]]);
}
