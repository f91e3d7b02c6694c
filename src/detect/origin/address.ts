/**
 * Addresses of packages in one form: without credentials, and those of git as URLs.
 *
 * Source: git documentation, "GIT URLS" (`git@host:path` is ssh); npm documentation, "package.json", "Git URLs as Dependencies";
 * pip documentation, "VCS Support" (`git+https://host/path@revision`).
 */

const SHORT_SSH =
  /^(?:git\+)?(?:ssh:\/\/)?(?<user>[\w.-]{1,100})@(?<host>[\w.-]{1,250}):(?!\/|\d+\/)(?<path>.{1,2000})$/u;
const HOSTED = /^(?<host>github|gitlab|bitbucket|gist):(?<path>[^#]{1,500})/u;
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'https://github.com/'],
  ['gitlab', 'https://gitlab.com/'],
  ['bitbucket', 'https://bitbucket.org/'],
  ['gist', 'https://gist.github.com/'],
]);
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/iu;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/iu;
const MAX_LENGTH = 4096;

/**
 * Returns an address that the trust file can be held against: a URL without user, query, fragment and the prefix of a version
 * control system. `undefined` for what is no address of a host.
 */
export function plainAddress(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const hosted = HOSTED.exec(text)?.groups;
  if (hosted !== undefined)
    return `${HOSTS.get(hosted['host'] ?? '') ?? ''}${hosted['path'] ?? ''}`;
  const short = SHORT_SSH.exec(text)?.groups;
  const long =
    short === undefined
      ? text.replace(/^(?:git|hg|bzr|svn|registry|sparse)\+/u, '')
      : `ssh://${short['host'] ?? ''}/${short['path'] ?? ''}`;
  if (!/^[a-z][a-z0-9+.-]*:\/\//iu.test(long) || !URL.canParse(long)) return undefined;
  const url = new URL(long);
  if (url.host === '') return undefined;
  [url.username, url.password, url.search, url.hash] = ['', '', '', ''];
  return url.href;
}

/** Returns the commit behind `#` or the last `@` of an address; `undefined` for branches, tags and addresses without one. */
export function commitOf(text: string): string | undefined {
  const [before = '', fragment = ''] = text.split('#', 2);
  const revisions = [...fragment.split(/[&=]/u), before.slice(before.lastIndexOf('@') + 1)];
  return revisions.find((one) => COMMIT.test(one));
}

/** Whether everybody on the way can change what such an address answers. Addresses of this machine are no such way. */
export function isClearText(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    /^(?:https?|git|ftp|svn):$/u.test(protocol) && protocol !== 'https:' && !LOOPBACK.test(hostname)
  );
}

/** Whether a text names a file or directory of this machine, so that nothing is obtained from elsewhere. */
export function isLocal(text: string): boolean {
  return /^(?:file:|link:|portal:|workspace:|\.{0,2}\/|~\/|\.{1,2}$|[A-Za-z]:[\\/])/u.test(text);
}

/** Whether an address is one of a git repository. */
export function isGit(text: string): boolean {
  return (
    /^git[+:@]|^ssh:|^(?:github|gitlab|bitbucket|gist):/u.test(text) ||
    /^https?:\/\/[^#?]{1,2000}\.git(?:[#@?]|$)/u.test(text)
  );
}
