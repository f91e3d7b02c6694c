/**
 * Addresses of packages in one form: without credentials, and those of git as URLs.
 *
 * Source: git documentation, "GIT URLS" (`git@host:path` is ssh); npm documentation,
 * "package.json", "Git URLs as Dependencies"; pip documentation, "VCS Support"
 * (`git+https://host/path@revision`).
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
 * Returns an address that the trust file can be held against: a URL without user, query, fragment
 * and the prefix of a version control system. `undefined` for what is no address of a host.
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

/**
 * Returns the commit that an address names: the whole fragment, or `commit=ID` at its beginning as
 * Yarn writes it; without a fragment, or with one of pip, what stands behind the last `@`.
 * `undefined` for branches, tags and addresses without one.
 */
export function commitOf(text: string): string | undefined {
  const at = text.indexOf('#');
  const before = at < 0 ? text : text.slice(0, at);
  const fragment = at < 0 ? '' : text.slice(at + 1);
  const isOfPip = fragment === '' || /^(?:egg|subdirectory)=/u.test(fragment);
  const named = isOfPip
    ? before.slice(before.lastIndexOf('@') + 1)
    : fragment.replace(/^commit=(?<commit>[0-9a-f]+)(?:&.*)?$/u, '$<commit>');
  return COMMIT.test(named) ? named : undefined;
}

/**
 * Returns the address of an index. What is no address, such as a host that a variable names, is
 * returned as it is written, so that no trust file allows it; `undefined` for a directory and an
 * empty value.
 */
export function indexAddress(text: string): string | undefined {
  const address = plainAddress(text);
  if (address !== undefined) return address;
  const isMeant = text.includes('$') || text.includes('://') || text.startsWith('//');
  return isMeant ? text.replace(/\/\/[^/@]*@/u, '//').slice(0, 200) : undefined;
}

/**
 * Returns whether everybody on the way can change what such an address answers. Addresses of this
 * machine are no such way.
 */
export function isClearText(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return (
    /^(?:https?|git|ftp|svn):$/u.test(protocol) && protocol !== 'https:' && !LOOPBACK.test(hostname)
  );
}

/**
 * Returns whether a text names a file or directory of this machine, so that nothing is obtained
 * from elsewhere.
 */
export function isLocal(text: string): boolean {
  return /^(?:file:|link:|portal:|workspace:|\.{0,2}\/|~\/|\.{1,2}$|[A-Za-z]:[\\/])/u.test(text);
}

/** Returns whether an address is one of a git repository. */
export function isGit(text: string): boolean {
  return (
    /^git[+:@]|^ssh:|^(?:github|gitlab|bitbucket|gist):/u.test(text) ||
    /^https?:\/\/[^#?]{1,2000}\.git(?:[#@?]|$)/u.test(text)
  );
}
