/**
 * Patterns of repositories and images: `ghcr.io/acme/app`, `ghcr.io/acme/**`, `*.example.com/**`,
 * `docker.io/library/debian:12*`.
 *
 * The host is always written, because a short name means another registry on each machine. `*`
 * stands for characters within one part, `**` as a whole part for any number of parts, none
 * included. A host alone means all its repositories. In a host only a leading `*.` is a wildcard.
 * Hosts are compared in one form: lower case, without a dot at the end, without the default port,
 * IP addresses in their usual form, Docker Hub under its one name.
 */

import { baseName } from '../../core/base/artifact-path.ts';

/** A repository in full. */
export interface Repository {
  /** Host, with the port where one is given. */
  readonly domain: string;
  readonly path: string;
}

/** An image in full; with a tag and a digest, the digest decides. */
export interface NamedImage extends Repository {
  readonly tag?: string;
  readonly digest?: string;
}

/** A pattern that was read. */
export interface RepositoryPattern {
  /** The pattern as it was written. */
  readonly text: string;
  /** A wildcard for subdomains begins with `*.`; `**` stands for all hosts. */
  readonly host: string;
  readonly parts: readonly string[];
  /** For images only. */
  readonly tag?: string;
  readonly digest?: string;
}

/** The way in which a pattern is matched against images. */
export type PatternUse = 'allow' | 'deny';

const HUB = 'docker.io';
const HUB_NAMES: ReadonlySet<string> = new Set([
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);
const HOST =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/u;
const PART = /^[a-z0-9*]+(?:(?:[._]|__|-+)[a-z0-9*]+)*$/u;
const TAG = /^[A-Za-z0-9_.*-]{1,128}$/u;
const DIGEST = /^sha256:[0-9a-f]{64}$/u;

/** Reads a pattern of repositories; returns a problem, as a predicate, for what is none. */
export function parseRepositoryPattern(text: string): RepositoryPattern | string {
  if (text.includes('/') && /[:@]/u.test(baseName(text))) {
    return 'names a tag or digest, and a repository is needed';
  }
  return parseName(text, text);
}

/** Reads a pattern of images: a repository, and optionally a tag or a digest. */
export function parseImagePattern(text: string): RepositoryPattern | string {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !DIGEST.test(digest)) {
    return 'has no digest behind "@" (sha256: and 64 lower-case hexadecimal digits)';
  }
  const rest = at < 0 ? text : text.slice(0, at);
  const slash = rest.lastIndexOf('/');
  const colon = slash < 0 ? -1 : rest.indexOf(':', slash);
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  if (tag !== undefined && !TAG.test(tag)) return 'has no tag behind ":"';
  const name = parseName(colon < 0 ? rest : rest.slice(0, colon), text);
  if (typeof name === 'string') return name;
  return { ...name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** Returns whether a repository is one of a pattern. */
export function matchesRepository(
  pattern: RepositoryPattern,
  repository: Repository,
  use: PatternUse = 'allow',
): boolean {
  return (
    matchesHost(pattern.host, canonicalHost(repository.domain), use) &&
    matchesParts(pattern.parts, repository.path.split('/'))
  );
}

/**
 * Returns whether an image is one of a pattern. A tag of a pattern is held against the tag that is
 * written, also beside a digest; an image without a tag has none of them, except that one without
 * tag and digest has the tag `latest`.
 */
export function matchesImage(
  pattern: RepositoryPattern,
  image: NamedImage,
  use: PatternUse = 'allow',
): boolean {
  if (!matchesRepository(pattern, image, use)) return false;
  if (pattern.digest !== undefined && pattern.digest !== image.digest) return false;
  if (pattern.tag === undefined) return true;
  const tag = image.tag ?? (image.digest === undefined ? 'latest' : undefined);
  return tag !== undefined && matchesText(pattern.tag, tag);
}

/** Returns the one form of a host in which hosts are compared. */
function canonicalHost(host: string): string {
  const plain = host
    .toLowerCase()
    // Clients read a port as a number.
    .replace(/:0+(?=\d)/u, ':')
    .replace(/:443$/u, '')
    .replace(/\.(?=:|$)/u, '');
  return HUB_NAMES.has(plain) ? HUB : plainAddress(plain);
}

/**
 * Returns the one form of an IP address, as clients read it: `127.1` is 127.0.0.1, and `[0::1]` is
 * `[::1]`.
 */
function plainAddress(host: string): string {
  const url = `https://${host}`;
  return /^[\d[]/u.test(host) && URL.canParse(url) ? new URL(url).host : host;
}

function parseName(name: string, text: string): RepositoryPattern | string {
  if (name === '**') return { text, host: '**', parts: ['**'] };
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(name)) return 'has a scheme, and patterns have none';
  const [first = '', ...rest] = name.split('/');
  const host = canonicalHost(first);
  const isHost = /[.:*]/u.test(first) || host === 'localhost';
  if (!isHost) return 'begins with no host; short names mean another registry on each machine';
  if (!HOST.test(host)) {
    return 'begins with no host (only a leading "*." is a wildcard there, and ** alone stands for all)';
  }
  if (rest.length === 0) return { text, host, parts: ['**'] };
  const bad = rest.find((part) => part !== '**' && (!PART.test(part) || part.includes('**')));
  if (bad !== undefined) {
    return `has the part "${bad}", which no repository has (lower case, no empty parts, "**" only as a whole part)`;
  }
  return { text, host, parts: rest };
}

/** An entry without a port denies the host on each port, and allows the default port alone. */
function matchesHost(pattern: string, host: string, use: PatternUse): boolean {
  if (pattern === '**') return true;
  const isAnyPort = use === 'deny' && !/:\d+$/u.test(pattern);
  const compared = isAnyPort ? host.replace(/:\d+$/u, '') : host;
  const name = isAnyPort ? canonicalHost(compared) : compared;
  if (!pattern.startsWith('*.')) return name === pattern;
  return name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1;
}

/** Returns whether the parts of a path are those of a pattern. */
export function matchesParts(pattern: readonly string[], parts: readonly string[]): boolean {
  // Row by row as for edit distances: time grows with the product of both lengths.
  let row = [true, ...parts.map(() => false)];
  for (const one of pattern) {
    const next = [one === '**' && row[0] === true];
    for (let at = 1; at <= parts.length; at += 1) {
      const isHit =
        one === '**'
          ? row[at] === true || next[at - 1] === true
          : row[at - 1] === true && matchesText(one, parts[at - 1] ?? '');
      next.push(isHit);
    }
    row = next;
  }
  return row[parts.length] === true;
}

/** Returns whether a text is one of a pattern in which `*` stands for any characters. */
export function matchesText(pattern: string, text: string): boolean {
  const [head = '', ...pieces] = pattern.split('*');
  if (!text.startsWith(head)) return false;
  if (pieces.length === 0) return text === head;
  let at = head.length;
  const last = pieces.pop() ?? '';
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
