/**
 * What a search asks for.
 *
 * Source: npm registry API, `GET /-/v1/search`: `text` with the qualifiers `keywords:`, `scope:`,
 * `author:` and `maintainer:`; `size` (default 20, at most 250) and `from`. Other qualifiers, and
 * weights of scores, have no effect on packages of this registry.
 */

/** A search. */
export interface SearchQuery {
  readonly text: string;
  /** Words that must be in the name, the description or the keywords; in lower case. */
  readonly words: readonly string[];
  /** Keywords, one of which the package must have; in lower case. */
  readonly keywords: readonly string[];
  /** With the at sign. */
  readonly scope?: string;
  readonly publisher?: string;
  readonly size: number;
  readonly from: number;
}

/** A package as far as searches look at it. */
export interface Searched {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly publisher: string;
}

const DEFAULT_SIZE = 20;
const MAX_SIZE = 250;
const MAX_FROM = 10_000;
const MAX_TEXT = 300;

/** Reads the query of a target. */
export function readSearchQuery(target: string): SearchQuery {
  const query = new URLSearchParams(target.slice(target.indexOf('?') + 1 || target.length));
  const text = (query.get('text') ?? '').slice(0, MAX_TEXT).trim();
  const words: string[] = [];
  const keywords: string[] = [];
  let scope: string | undefined;
  let publisher: string | undefined;
  for (const word of text.toLowerCase().split(/\s+/u)) {
    const { key, value = '' } = /^(?<key>[a-z]+):(?<value>\S+)$/u.exec(word)?.groups ?? {};
    if (key === undefined) words.push(word.replace(/^\/|\/$/gu, ''));
    else if (key === 'keywords') keywords.push(...value.split(','));
    else if (key === 'scope') scope = `@${value.replace(/^@/u, '')}`;
    else if (key === 'author' || key === 'maintainer') publisher = value;
  }
  return {
    text,
    words: words.filter((word) => word !== ''),
    keywords,
    ...(scope !== undefined && { scope }),
    ...(publisher !== undefined && { publisher }),
    size: numberIn(query.get('size'), DEFAULT_SIZE, MAX_SIZE),
    from: numberIn(query.get('from'), 0, MAX_FROM),
  };
}

function numberIn(text: string | null, absent: number, max: number): number {
  return text !== null && /^\d{1,9}$/u.test(text) ? Math.min(Number(text), max) : absent;
}

/** Returns whether a package meets a search. */
export function meetsQuery(
  { words, keywords, scope, publisher }: SearchQuery,
  found: Searched,
): boolean {
  const own = found.keywords.map((one) => one.toLowerCase());
  const text = [found.name, found.description, ...own].join('\n').toLowerCase();
  if (!words.every((word) => text.includes(word))) return false;
  if (keywords.length > 0 && !keywords.some((word) => own.includes(word))) return false;
  if (scope !== undefined && !found.name.toLowerCase().startsWith(`${scope}/`)) return false;
  return publisher === undefined || found.publisher.toLowerCase() === publisher;
}

/**
 * Returns whether a search has a private name or a private scope in it. It is not sent to an uplink
 * then.
 */
export function namesPrivate(
  { words, scope }: Pick<SearchQuery, 'words' | 'scope'>,
  isPrivate: (name: string) => boolean,
): boolean {
  const names = [...words, ...(scope === undefined ? [] : [scope])];
  return names.some((name) => isPrivate(name) || isPrivate(`${name.replace(/\/$/u, '')}/x`));
}
