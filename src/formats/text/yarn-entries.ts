/**
 * The lines of `yarn.lock`, of Yarn 1 and of Yarn 2 and later.
 *
 * Source: the files that both write, and `@yarnpkg/lockfile` and `@yarnpkg/parsers` of them. Both
 * are blocks of two spaces of indentation; version 1 writes `key value`, later ones `key: value`.
 * So one reader serves both, which needs no YAML and takes linear time. A key longer than 1024
 * characters is written `? key` with `:` on the next line.
 *
 * Reads: `yarn.lock`.
 */

import { appendAll } from '../../core/base/append-all.ts';

/** One block: the ranges that it answers, and its package. */
export interface YarnEntry {
  /**
   * The ranges, as in `lodash@^4.17.0`; in later versions with a protocol, `lodash@npm:^4.17.0`.
   */
  readonly specs: readonly string[];
  /** 1-based line of the key. */
  readonly line: number;
  readonly fields: ReadonlyMap<string, string>;
  /** `dependencies`, `optionalDependencies` and other blocks of the entry. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Dependencies that `dependenciesMeta` calls optional. */
  readonly optional: ReadonlySet<string>;
}

/** A line that has no place in the file, or repeats a field of an entry. */
export interface StrayLine {
  readonly text: string;
  readonly line: number;
}

/** The longest line seen, a key of many ranges, has 6000 characters. */
const MAX_LINE_LENGTH = 100_000;
const INDENT = /^ */;
const QUOTED_KEY = /^"(?<key>(?:[^"\\]|\\.)*)"/;
const BARE_KEY = /^(?<key>[^\s:"]+)/;
const ESCAPE = /\\(.)/g;

interface OpenEntry {
  readonly specs: readonly string[];
  readonly line: number;
  readonly fields: Map<string, string>;
  readonly sections: Map<string, Map<string, string>>;
  readonly optional: Set<string>;
  section: string | undefined;
  /** The current entry of `dependenciesMeta`. */
  subject: string | undefined;
}

/** Returns all blocks in order, `__metadata` too, and the lines that are none. */
export function readYarnEntries(text: string): {
  readonly entries: readonly YarnEntry[];
  readonly stray: readonly StrayLine[];
} {
  const entries: OpenEntry[] = [];
  const stray: StrayLine[] = [];
  let open: OpenEntry | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#') || content === ':') continue;
    if (content.length > MAX_LINE_LENGTH) {
      stray.push({ text: content, line: index + 1 });
      continue;
    }
    const indent = INDENT.exec(raw)?.[0].length ?? 0;
    if (indent === 0) {
      const specs = readSpecs(content);
      open = specs === undefined ? undefined : openEntry(specs, index + 1);
      if (open !== undefined) entries.push(open);
      else stray.push({ text: content, line: index + 1 });
    } else if (open === undefined || !addLine(open, indent, content)) {
      stray.push({ text: content, line: index + 1 });
    }
  }
  return { entries, stray };
}

function openEntry(specs: readonly string[], line: number): OpenEntry {
  return {
    specs,
    line,
    fields: new Map(),
    sections: new Map(),
    optional: new Set(),
    section: undefined,
    subject: undefined,
  };
}

/** Reads `a@1, "b@2 || 3":` of version 1, and `"a@npm:1, a@npm:2":` of later ones. */
function readSpecs(content: string): readonly string[] | undefined {
  const isLong = content.startsWith('? ');
  if (!isLong && !content.endsWith(':')) return undefined;
  let rest = isLong ? content.slice(2).trim() : content.slice(0, -1).trimEnd();
  const specs: string[] = [];
  while (rest !== '') {
    const quoted = QUOTED_KEY.exec(rest);
    if (quoted !== null) {
      appendAll(specs, unescape(quoted.groups?.['key'] ?? '').split(', '));
      rest = rest.slice(quoted[0].length);
    } else {
      if (rest.startsWith('"')) return undefined;
      const end = rest.indexOf(',');
      specs.push((end === -1 ? rest : rest.slice(0, end)).trim());
      rest = end === -1 ? '' : rest.slice(end);
    }
    if (rest !== '' && !rest.startsWith(',')) return undefined;
    rest = rest.slice(1).trimStart();
  }
  return specs.length === 0 || specs.includes('') ? undefined : specs;
}

function addLine(entry: OpenEntry, indent: number, content: string): boolean {
  const pair = readPair(content);
  if (pair === undefined) return false;
  const { key, value } = pair;
  if (indent === 2) {
    entry.section = value === '' ? key : undefined;
    entry.subject = undefined;
    if (entry.section === undefined) {
      if (entry.fields.has(key)) return false;
      entry.fields.set(key, value);
    } else if (!entry.sections.has(key)) entry.sections.set(key, new Map());
  } else if (entry.section === undefined) return false;
  else if (indent === 4) {
    entry.subject = key;
    entry.sections.get(entry.section)?.set(key, value);
  } else if (entry.section === 'dependenciesMeta' && entry.subject !== undefined) {
    if (key === 'optional' && value === 'true') entry.optional.add(entry.subject);
  }
  return true;
}

/** Reads `key value`, `"key" "value"`, `key: value`, or `key:` with an empty value. */
function readPair(content: string): { readonly key: string; readonly value: string } | undefined {
  const match = QUOTED_KEY.exec(content) ?? BARE_KEY.exec(content);
  if (match === null) return undefined;
  const key = unescape(match.groups?.['key'] ?? '');
  let rest = content.slice(match[0].length);
  if (rest.startsWith(':')) rest = rest.slice(1);
  else if (!rest.startsWith(' ')) return undefined;
  const text = rest.trim();
  const value = QUOTED_KEY.exec(text)?.groups?.['key'];
  return { key, value: value === undefined ? text : unescape(value) };
}

function unescape(text: string): string {
  return text.includes('\\') ? text.replaceAll(ESCAPE, '$1') : text;
}
