/**
 * Secrets in texts for people, files and caches: what an address has for the server alone is not
 * shown.
 *
 * Source: RFC 3986, section 3.2.1 (user information), 3.3 (parameters of a path segment,
 * `;name=value`) and 3.4 (query); gitfaq(7) and git-clone(1), "GIT URLS", for addresses like those
 * of scp. Users and passwords are left out, and `***` stands for the values of parameters and of a
 * query, and for a fragment. In a list of addresses (`https://a,https://b`) each is one. Kept is
 * `git`, the user of every address over SSH. Malformed addresses, whose password has a slash, lose
 * everything up to the last `@`. Digests and package URLs have an `@` too, and stay.
 */

/** Whatever a text may hold beside addresses costs nothing. */
const MAY_HOLD_ADDRESS = /:\/|%3a%2f%2f/iu;
const ADDRESS = /(?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\/(?<rest>[^\s"<>`]+)/giu;
/** An address whose slashes were folded, as happens where it is taken for a path. */
const FOLDED = /(?<scheme>\b(?:https?|git|ssh|ftp|wss?)):\/(?!\/)(?<rest>[^\s"<>`]+)/giu;
/** `//USER:PASSWORD@HOST`, without a scheme. */
const WITHOUT_SCHEME = /(?<![:/\w])\/\/[^\s:/@"<>`]{1,64}:[^\s/@"<>`]{0,256}@/gu;
const ENCODED = /(?<scheme>[a-z][a-z0-9+.-]{0,30})%3a%2f%2f(?<rest>[^\s"<>`&]+)/giu;
/**
 * `USER:PASSWORD@HOST:PATH`; the host has a letter at its end, which versions and digests do not.
 */
const LIKE_SCP =
  /(?<![\w/%@.:-])(?<user>[^\s:/@"<>`=,]{1,64}):(?!\/\/)(?<password>[^\s@"<>`]{1,256})@(?<host>(?:[a-z0-9-]{1,63}\.){0,8}(?:[a-z]{2,63}|localhost))(?=:\d{1,5}\/|[:/])/giu;
/** First words of things that have a colon and an `@` and are not address. */
const NO_USER: ReadonlySet<string> = new Set(['pkg', 'npm', 'oci', 'dir', 'docker-archive']);

/** Returns the text without the secrets of the addresses in it. */
export function redact(text: string): string {
  const mayBeLikeScp = text.includes('@') && text.includes(':');
  if (!mayBeLikeScp && !MAY_HOLD_ADDRESS.test(text)) return text;
  return text
    .replace(ADDRESS, (_, scheme: string, rest: string) => `${scheme}://${plainRest(rest, scheme)}`)
    .replace(FOLDED, (_, scheme: string, rest: string) => `${scheme}:/${plainRest(rest, scheme)}`)
    .replace(WITHOUT_SCHEME, '//')
    .replace(
      ENCODED,
      (_, scheme: string, rest: string) => `${scheme}%3A%2F%2F${plainEncoded(rest, scheme)}`,
    )
    .replace(LIKE_SCP, (whole: string, user: string, _password: string, host: string) => {
      if (NO_USER.has(user.toLowerCase()) || /^sha(?:256|512)$/iu.test(host)) return whole;
      return user === 'git' ? `git@${host}` : host;
    });
}

/** Marks that end a sentence or a bracket around an address, and are not part of it. */
const BEHIND: ReadonlySet<string> = new Set(".,;:!?)]}'’");

/** Returns the start of the marks at the end of a text. */
function endOf(text: string): number {
  let end = text.length;
  while (end > 0 && BEHIND.has(text.charAt(end - 1))) end -= 1;
  return end;
}

/** The beginning of another address: behind a separator of a list, or in a path. */
const INNER = /[,;|/](?<scheme>[a-z][a-z0-9+.-]{0,30}):\/\//giu;

function plainRest(rest: string, scheme: string): string {
  let shown = '';
  let start = 0;
  let current = scheme;
  for (const { 0: mark, index, groups } of rest.matchAll(INNER)) {
    const head = rest.slice(start, index);
    // An address in a query is a value, and one in a password with a slash is not an address.
    if (/[?#]/u.test(head) || hasPassword(authorityOf(head))) break;
    shown += plainOne(head, current) + mark;
    start = index + mark.length;
    current = groups?.['scheme'] ?? '';
  }
  return shown + plainOne(rest.slice(start), current);
}

function authorityOf(rest: string): string {
  const slash = rest.indexOf('/');
  return slash < 0 ? rest : rest.slice(0, slash);
}

/**
 * Returns whether a colon in the authority is no port, so that what follows a slash may belong to a
 * password.
 */
function hasPassword(authority: string): boolean {
  if (authority.includes('@') || authority.startsWith('[')) return false;
  const colon = authority.indexOf(':');
  return (
    colon >= 0 && !/^\d*$/u.test(authority.slice(colon + 1, Math.max(endOf(authority), colon + 1)))
  );
}

function plainOne(rest: string, scheme: string): string {
  const authority = authorityOf(rest);
  const at = userEnd(rest, authority);
  const kept = at < 0 ? '' : keptUser(rest.slice(0, at), scheme);
  return kept + withoutQuery(rest.slice(at + 1));
}

/** Returns the end of the user information; -1 if there is none. */
function userEnd(rest: string, authority: string): number {
  const end = authority.lastIndexOf('@');
  if (end >= 0) return end;
  return hasPassword(authority) ? rest.lastIndexOf('@') : -1;
}

function keptUser(user: string, scheme: string): string {
  return /ssh$/iu.test(scheme) && user.split(':', 1)[0] === 'git' ? 'git@' : '';
}

function withoutQuery(text: string): string {
  const [beforeFragment, fragment] = splitAt(text, '#');
  const [path, query] = splitAt(beforeFragment, '?');
  if (query === undefined && fragment === undefined) {
    const end = endOf(text);
    return withoutParameters(text.slice(0, end)) + text.slice(end);
  }
  const shownQuery = query === undefined ? '' : `?${query.split('&').map(maskedPair).join('&')}`;
  const shownFragment = fragment === undefined ? '' : '#***';
  return withoutParameters(path) + shownQuery + shownFragment + text.slice(endOf(text));
}

const PARAMETER = /;(?<name>[^;/=]*=)?(?<value>[^;/]+)/gu;

/** Masks parameters of a path; a parameter without `=` is a value. */
function withoutParameters(path: string): string {
  return path.includes(';')
    ? path.replace(PARAMETER, (_, name = '') => `;${name as string}***`)
    : path;
}

/** Masks a pair; a query without `=` is a value. */
function maskedPair(pair: string): string {
  const equals = pair.indexOf('=');
  if (endOf(pair) === 0) return '';
  return equals < 0 ? '***' : `${pair.slice(0, equals)}=***`;
}

/** Returns the same inside of a package URL, where the address is percent-encoded. */
function plainEncoded(rest: string, scheme: string): string {
  let text: string;
  try {
    text = decodeURIComponent(rest);
  } catch {
    return '***';
  }
  const plain = plainRest(text, scheme);
  return plain === text ? rest : encodeURIComponent(plain);
}

function splitAt(text: string, mark: string): readonly [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
