/**
 * Patterns of files that assign owners.
 *
 * Source: docs.github.com, "About code owners", with git's gitignore; docs.gitlab.com, "Syntax of
 * CODEOWNERS file". Nothing is turned into a regular expression: time grows with pattern and path
 * only as their product.
 *
 * On GitHub, a pattern without a slash, except at its end, matches at any depth; a pattern that
 * matches a directory matches all in it, and `docs/*` only the files directly in it. On GitLab, a
 * pattern without a slash at its start matches at any depth, and only one with a slash at its end
 * matches what is in a directory.
 */

import { matchesName, type WildcardToken } from '../../../core/base/wildcards.ts';

/** The forge by whose rules a file is read. */
export type CodeOwnersForge = 'github' | 'gitlab';

/** A compiled pattern. */
export interface OwnerPattern {
  /** As the file writes it. */
  readonly source: string;
  /** Parts between slashes, or `**` for any number of directories; never two of those in a row. */
  readonly parts: readonly PatternPart[];
  /** Whether the match must be a directory, so that only what is in it has the owners. */
  readonly isDirectory: boolean;
  /** Whether what is in a matched directory has the owners. */
  readonly coversContent: boolean;
  /** How each path begins that it can match, with a slash; empty where that is not known. */
  readonly start: string;
  /** The path or name that it means, where it has no wildcards. */
  readonly literal?: OwnerLiteral;
}

/** A pattern without wildcards. */
export interface OwnerLiteral {
  /** As in `docs/a.md`, without slashes at its ends. */
  readonly path: string;
  /** Whether the path begins at the root; else it may lie in any directory. */
  readonly isRooted: boolean;
}

type PatternPart = '**' | readonly WildcardToken[];

/** Compiles a pattern. Never throws. */
export function compileOwnerPattern(source: string, forge: CodeOwnersForge): OwnerPattern {
  const isDirectory = source.endsWith('/') && !source.endsWith('\\/');
  const trimmed = trimSlashes(source);
  const texts = trimmed === '' ? [] : trimmed.split('/').filter((part) => part !== '');
  const isRooted = source.startsWith('/') || (forge === 'github' && texts.length > 1);
  const endsInStar = isRooted && texts.at(-1) === '*' && !isDirectory;
  const literal = literalOf(texts, isRooted, forge);
  let parts: readonly PatternPart[] | undefined;
  return {
    source,
    isDirectory,
    coversContent: isDirectory || (forge === 'github' && !endsInStar),
    start: isRooted ? startOf(texts) : '',
    ...(literal !== undefined && { literal }),
    // Most rules of a large file are told apart from a path by its start.
    get parts() {
      return (parts ??= partsOf(texts, isRooted, forge));
    },
  };
}

function partsOf(
  texts: readonly string[],
  isRooted: boolean,
  forge: CodeOwnersForge,
): readonly PatternPart[] {
  const parts: PatternPart[] = isRooted || texts.length === 0 ? [] : ['**'];
  for (const text of texts) {
    if (text === '**') {
      if (parts.at(-1) !== '**') parts.push('**');
    } else parts.push(tokensOf(text, forge));
  }
  return parts;
}

/** Returns the path that a pattern without wildcards means. */
function literalOf(
  texts: readonly string[],
  isRooted: boolean,
  forge: CodeOwnersForge,
): OwnerLiteral | undefined {
  if (texts.length === 0) return undefined;
  if (texts.every((text) => !/[*?[\\]/u.test(text))) return { path: texts.join('/'), isRooted };
  if (texts.some((text) => text !== '**' && /^[^\\[]*[*?]/u.test(text))) return undefined;
  const parts = partsOf(texts, isRooted, forge);
  const isLiteral = parts.every((part, index) =>
    part === '**' ? index === 0 && !isRooted : part.every(({ kind }) => kind === 'character'),
  );
  const path = isLiteral ? textOf(parts) : '';
  return path === '' ? undefined : { path, isRooted };
}

/** Returns the text in front of the first character that may be none. */
function startOf(texts: readonly string[]): string {
  let start = '';
  for (const text of texts) {
    const at = text.search(/[*?[\\]/u);
    start += `/${at < 0 ? text : text.slice(0, at)}`;
    // Two stars stand for no directory as well, without the slash in front of them.
    if (at >= 0) return text === '**' ? start.slice(0, -1) : start;
  }
  return start;
}

/**
 * Returns whether a pattern matches a file, by its path in the repository with or without a slash
 * at its start.
 */
export function matchesOwnerPattern(pattern: OwnerPattern, path: string): boolean {
  const rooted = path.startsWith('/') ? path : `/${path}`;
  if (pattern.literal !== undefined) return matchesLiteral(pattern.literal, pattern, rooted);
  if (!rooted.startsWith(pattern.start)) return false;
  const { parts, isDirectory, coversContent } = pattern;
  if (parts.length === 0) return false;
  const names = rooted.slice(1).split('/');
  // The numbers of parts that the names so far can have matched.
  let open = closure(parts, new Set([0]));
  for (const [index, name] of names.entries()) {
    const next = new Set<number>();
    for (const at of open) {
      const part = parts[at];
      if (part === '**') {
        next.add(at);
        if (at === parts.length - 1) next.add(parts.length);
      } else if (part !== undefined && matchesName(part, name)) next.add(at + 1);
    }
    open = closure(parts, next);
    const isFile = index === names.length - 1;
    if (open.has(parts.length) && (isFile ? !isDirectory : coversContent)) return true;
    if (open.size === 0) return false;
  }
  return false;
}

function matchesLiteral(
  { path, isRooted }: OwnerLiteral,
  { isDirectory, coversContent }: OwnerPattern,
  rooted: string,
): boolean {
  const wanted = `/${path}`;
  if (!isDirectory && (isRooted ? rooted === wanted : rooted.endsWith(wanted))) return true;
  if (!coversContent) return false;
  return isRooted ? rooted.startsWith(`${wanted}/`) : rooted.includes(`${wanted}/`);
}

/** Returns the number of steps that one match takes at most. */
export function costOfMatch({ source, start, literal }: OwnerPattern, path: string): number {
  if (literal !== undefined || !(path.startsWith('/') ? path : `/${path}`).startsWith(start))
    return 1;
  const isHard = /\*[^*/]+\*/u.test(source) || source.includes('**');
  const size = isHard ? source.length * path.length : source.length + path.length;
  return 1 + Math.ceil(size / 16);
}

/**
 * Adds the parts behind `**`, which matches no directory as well. At the end of a pattern it
 * matches what is in the directory.
 */
function closure(parts: readonly PatternPart[], open: ReadonlySet<number>): Set<number> {
  const all = new Set(open);
  for (const at of open) if (parts[at] === '**' && at + 1 < parts.length) all.add(at + 1);
  return all;
}

function tokensOf(text: string, forge: CodeOwnersForge): readonly WildcardToken[] {
  const tokens: WildcardToken[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const range = forge === 'gitlab' ? CLASS.exec(text.slice(at, at + MAX_CLASS_LENGTH)) : null;
    if (character === '\\' && at + 1 < text.length) {
      at += 1;
      tokens.push({ kind: 'character', value: text[at] ?? '' });
    } else if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') tokens.push({ kind: 'any' });
    else if (range !== null) {
      at += range[0].length - 1;
      tokens.push(classOf(range.groups ?? {}));
    } else tokens.push({ kind: 'character', value: character });
  }
  return tokens;
}

const CLASS = /^\[(?<negation>[!^])?(?<characters>[^\]\\/]+)\]/u;
const RANGE = /(?<low>[^])(?:-(?<high>[^]))?/gu;
const MAX_CLASS_LENGTH = 64;

function classOf({ negation, characters = '' }: Record<string, string | undefined>): WildcardToken {
  const ranges: (readonly [string, string])[] = [];
  for (const { groups } of characters.matchAll(RANGE)) {
    const low = groups?.['low'] ?? '';
    ranges.push([low, groups?.['high'] ?? low]);
  }
  return { kind: 'class', isNegated: negation !== undefined, ranges };
}

function textOf(parts: readonly PatternPart[]): string {
  return parts
    .filter((part) => part !== '**')
    .map((part) => part.map((token) => (token.kind === 'character' ? token.value : '')).join(''))
    .join('/');
}

function trimSlashes(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === '/') start += 1;
  while (end > start && text[end - 1] === '/') end -= 1;
  return text.slice(start, end);
}
