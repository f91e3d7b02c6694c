/** Rules of the user, and what the user allows. Patterns run on re2js, in linear time. */

import { createHash } from 'node:crypto';

import { RE2JS } from 're2js';

import { compileGlobs } from '../../../core/base/glob.ts';
import type {
  SecretAllowance,
  SecretSettings,
  UserSecretRule,
} from '../../../core/model/rule/secret-settings.ts';
import { entropyOf } from './entropy.ts';
import type { SecretKind, SecretMatch } from './secret-format.ts';

/** Compiled settings of the user. */
export class UserSettings {
  readonly #settings: SecretSettings;
  readonly #rules: readonly CompiledRule[];
  readonly #allowances: readonly CompiledAllowance[];
  readonly #blocks: readonly RE2JS[];
  readonly #disabled: ReadonlySet<string>;
  readonly #enabled: ReadonlySet<string>;

  constructor(settings: SecretSettings) {
    this.#settings = settings;
    this.#rules = settings.rules.map(compiledRule);
    this.#allowances = settings.allowances.map(compiledAllowance);
    this.#blocks = settings.excludedBlocks.map((one) => RE2JS.compile(one));
    this.#disabled = new Set(settings.disabled);
    this.#enabled = new Set(settings.enabled);
  }

  /**
   * Returns the matches in some bytes that the user wants: those of the table that are left, and
   * those of the user's rules.
   */
  apply(found: readonly SecretMatch[], bytes: Buffer, path: string): readonly SecretMatch[] {
    if (found.length === 0 && this.#rules.length === 0) return found;
    const text = bytes.toString('latin1');
    const name = path.replace(/^\//u, '');
    const place = { text, path: name, blocks: spansOf(this.#blocks, text) };
    const kept = found.filter((match) => {
      const { start, end } = match;
      return (
        this.#isWanted(match.kind) &&
        !this.#isAllowed({ match, start, end, secret: [start, end] }, place)
      );
    });
    const own = this.#rules.flatMap((rule) => this.#matchesOf(rule, place));
    return own.length === 0 || this.#isReadFrom(bytes) ? kept : [...kept, ...own];
  }

  /**
   * Returns whether some bytes are a file that the settings were read from, wherever it lies. Files
   * of several pieces are none.
   */
  #isReadFrom(bytes: Buffer): boolean {
    return this.#settings.readFrom.includes(createHash('sha256').update(bytes).digest('hex'));
  }

  /** Returns whether a finding is set aside by its place. */
  isIgnored(path: string, rules: readonly string[], line: number | undefined): boolean {
    const name = path.replace(/^\//u, '');
    return this.#settings.ignored.some(
      (one) =>
        one.path === name &&
        rules.includes(one.rule) &&
        (one.line === undefined || one.line === line),
    );
  }

  #isWanted(kind: SecretKind): boolean {
    const names = namesOf(kind);
    if (names.some((name) => this.#disabled.has(name))) return false;
    return this.#enabled.size === 0 || names.some((name) => this.#enabled.has(name));
  }

  #isAllowed(found: Found, place: Place): boolean {
    if (place.blocks.some(([start, end]) => start <= found.start && found.end <= end)) return true;
    return this.#allowances.some((one) => allows(one, found, place));
  }

  #matchesOf(rule: CompiledRule, place: Place): readonly SecretMatch[] {
    const { path, isPlace, pattern, keywords, kind, row } = rule;
    if (path !== undefined && !path.matcher(place.path).find()) return [];
    if (isPlace?.(place.path) === false) return [];
    if (keywords.length > 0) {
      const lower = place.text.toLowerCase();
      if (!keywords.some((keyword) => lower.includes(keyword))) return [];
    }
    const blocks = [...place.blocks, ...spansOf(rule.blocks, place.text)];
    const matches: SecretMatch[] = [];
    const matcher = pattern.matcher(place.text);
    while (matcher.find()) {
      const [start, end] = [matcher.start(), matcher.end()];
      const secret = secretSpan(matcher, row.group) ?? [start, end];
      const value = place.text.slice(...secret);
      if (value === '' || (row.minEntropy !== undefined && entropyOf(value) <= row.minEntropy))
        continue;
      const match: SecretMatch = {
        kind,
        start: secret[0],
        end: secret[1],
        names: [kind.id, ...digestOf(value)],
      };
      const found = { match, start, end, secret };
      if (this.#isAllowed(found, { ...place, blocks })) continue;
      if (!rule.allowances.some((one) => allows(one, found, place))) matches.push(match);
    }
    return matches;
  }
}

/** A match and its place: the whole match and the secret in it. */
interface Found {
  readonly match: SecretMatch;
  readonly start: number;
  readonly end: number;
  readonly secret: readonly [number, number];
}

interface Place {
  readonly text: string;
  readonly path: string;
  readonly blocks: readonly (readonly [number, number])[];
}

/** Whether a path matches one of some globs; `undefined` without globs. */
type PathTest = (path: string) => boolean;

interface CompiledAllowance {
  readonly row: SecretAllowance;
  readonly paths: readonly RE2JS[];
  readonly isPlace: PathTest | undefined;
  readonly patterns: readonly RE2JS[];
  readonly rules: ReadonlySet<string> | undefined;
}

interface CompiledRule {
  readonly row: UserSecretRule;
  readonly kind: SecretKind;
  readonly pattern: RE2JS;
  readonly path: RE2JS | undefined;
  readonly isPlace: PathTest | undefined;
  readonly keywords: readonly string[];
  readonly allowances: readonly CompiledAllowance[];
  readonly blocks: readonly RE2JS[];
}

function compiledRule(row: UserSecretRule): CompiledRule {
  const { id, title, severity, pattern, path, keywords, allowances, excludedBlocks } = row;
  return {
    row,
    kind: {
      id,
      title,
      severity,
      opens: row.opens ?? 'what the rule of the user is about',
      isGuessable: true,
      source: 'the user',
    },
    pattern: RE2JS.compile(pattern),
    path: path === undefined ? undefined : RE2JS.compile(path),
    isPlace: pathTest(row.globs),
    keywords: (keywords.length > 0 ? keywords : literalsOf(pattern)).map((one) =>
      one.toLowerCase(),
    ),
    allowances: allowances.map(compiledAllowance),
    blocks: excludedBlocks.map((one) => RE2JS.compile(one)),
  };
}

function compiledAllowance(row: SecretAllowance): CompiledAllowance {
  return {
    row,
    paths: row.paths.map((one) => RE2JS.compile(one)),
    isPlace: pathTest(row.globs),
    patterns: row.patterns.map((one) => RE2JS.compile(one)),
    rules: row.rules === undefined ? undefined : new Set(row.rules),
  };
}

function pathTest(globs: readonly string[] = []): PathTest | undefined {
  return globs.length === 0 ? undefined : compileGlobs(globs);
}

const MIN_LITERAL = 3;

/**
 * Returns a text that every match of a pattern contains, if one can be read from it: patterns with
 * alternatives or flags have none.
 */
function literalsOf(pattern: string): readonly string[] {
  if (/[|]|\(\?/u.test(pattern)) return [];
  const bare = pattern.replace(/\\.|\[(?:\\.|[^\]])*\]|\([^)]*\)[?*+{]?|\{[^}]*\}/gu, '\0');
  const runs = bare.match(/[A-Za-z0-9_-]+(?![?*\0])|[A-Za-z0-9_-]+(?=[?*\0])/gu) ?? [];
  const usable = runs.map((run) =>
    bare.charAt(bare.indexOf(run) + run.length).match(/[?*\0]/u) ? run.slice(0, -1) : run,
  );
  const longest = usable.sort((a, b) => b.length - a.length)[0] ?? '';
  return longest.length >= MIN_LITERAL ? [longest] : [];
}

function spansOf(patterns: readonly RE2JS[], text: string): readonly (readonly [number, number])[] {
  return patterns.flatMap((pattern) => {
    const spans: (readonly [number, number])[] = [];
    const matcher = pattern.matcher(text);
    while (matcher.find()) spans.push([matcher.start(), matcher.end()]);
    return spans;
  });
}

type Matcher = ReturnType<RE2JS['matcher']>;

function secretSpan(
  matcher: Matcher,
  group: string | number | undefined,
): readonly [number, number] | undefined {
  const numbers = Array.from({ length: matcher.groupCount() }, (_, index) => index + 1);
  for (const one of group === undefined ? numbers : [group]) {
    const text = matcher.group(one);
    if (text === null || text === '') continue;
    const start = matcher.start(one);
    return [start, start + text.length];
  }
  return undefined;
}

function allows(
  { row, paths, isPlace, patterns, rules }: CompiledAllowance,
  found: Found,
  place: Place,
): boolean {
  if (rules !== undefined && !namesOf(found.match.kind).some((name) => rules.has(name)))
    return false;
  const secret = place.text.slice(...found.secret);
  const checks: boolean[] = [];
  if (paths.length > 0) checks.push(paths.some((one) => one.matcher(place.path).find()));
  if (isPlace !== undefined) checks.push(isPlace(place.path));
  if (patterns.length > 0) {
    const subject = subjectOf(row.target, found, place.text);
    checks.push(patterns.some((one) => one.matcher(subject).find()));
  }
  if (row.stopwords.length > 0) {
    const lower = secret.toLowerCase();
    checks.push(row.stopwords.some((word) => lower.includes(word.toLowerCase())));
  }
  if (checks.length === 0) return false;
  return row.condition === 'all' ? checks.every(Boolean) : checks.some(Boolean);
}

function subjectOf(
  target: SecretAllowance['target'],
  { start, end, secret }: Found,
  text: string,
): string {
  if (target === 'secret') return text.slice(...secret);
  if (target === 'match') return text.slice(start, end);
  const lineStart = text.lastIndexOf('\n', Math.max(0, start - 1)) + 1;
  const lineEnd = text.indexOf('\n', end);
  return text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
}

function namesOf({ id, aliases = [] }: SecretKind): readonly string[] {
  return [id, `secret/${id}`, ...aliases];
}

/**
 * A value of at least 20 characters and 4 bits of entropy each has 80 random bits; the digest of a
 * shorter one could be guessed.
 */
function digestOf(value: string): readonly string[] {
  if (value.length < 20 || entropyOf(value) < 4) return [];
  return [createHash('sha256').update(value).digest('hex')];
}
