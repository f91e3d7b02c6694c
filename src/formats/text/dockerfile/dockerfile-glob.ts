/**
 * The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `?` is one
 * character, `*` any number. Matching simulates all ways through the pattern at once, so that no
 * pattern takes longer than its length times that of the value.
 */

/** A pattern in its parts: characters, `?` and `*`. */
export type Glob = readonly GlobToken[];

type GlobToken =
  | { readonly kind: 'any' }
  | { readonly kind: 'many' }
  | { readonly kind: 'one'; readonly text: string };

/** Counts steps of matching; the work of one file is bounded by it. */
export interface GlobBudget {
  steps: number;
}

/** The pattern and the way it is matched. */
export interface GlobMatch {
  readonly glob: Glob;
  readonly takes: 'shortest' | 'longest';
  readonly budget: GlobBudget;
}

/** The work of matching is above its bound. */
export class GlobBudgetError extends Error {}

/**
 * Compiles a pattern. A backslash escapes `*`, `?` and itself, and is dropped before `}` and `/`;
 * before anything else builders refuse it, and the result is `undefined`.
 */
export function compileGlob(pattern: string): Glob | undefined {
  const tokens: GlobToken[] = [];
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at += 1) {
    const text = characters[at] ?? '';
    if (text === '*') {
      tokens.push({ kind: 'many' });
    } else if (text === '?') {
      tokens.push({ kind: 'any' });
    } else if (text === '\\') {
      const next = characters[at + 1] ?? '';
      if (!['}', '/', '*', '?', '\\'].includes(next)) return undefined;
      tokens.push({ kind: 'one', text: next });
      at += 1;
    } else {
      tokens.push({ kind: 'one', text });
    }
  }
  return tokens;
}

/** Removes the shortest or the longest match at the start of a value. */
export function withoutPrefix(value: string, match: GlobMatch): string {
  const characters = Array.from(value);
  const end = matchEnd(characters, 0, match);
  return end === undefined ? value : characters.slice(end).join('');
}

/** Removes the shortest or the longest match at the end of a value. */
export function withoutSuffix(value: string, match: GlobMatch): string {
  const reversed = Array.from(value).reverse();
  const end = matchEnd(reversed, 0, { ...match, glob: [...match.glob].reverse() });
  return end === undefined ? value : reversed.slice(end).reverse().join('');
}

/** Replaces the first match, or each of them, by a text. */
export function withReplaced(
  value: string,
  match: GlobMatch,
  replacement: { readonly text: string; readonly isEach: boolean },
): string {
  const characters = Array.from(value);
  const pieces: string[] = [];
  let copied = 0;
  let lastEnd = -1;
  for (let start = 0; start <= characters.length; start += 1) {
    const end = matchEnd(characters, start, match);
    if (end === undefined || (end === start && start === lastEnd)) continue;
    pieces.push(characters.slice(copied, start).join(''), replacement.text);
    copied = end;
    lastEnd = end;
    if (!replacement.isEach) break;
    if (end > start) start = end - 1;
  }
  return pieces.join('') + characters.slice(copied).join('');
}

/** Returns where the shortest or the longest match from a place on ends. */
function matchEnd(
  characters: readonly string[],
  start: number,
  { glob, takes, budget }: GlobMatch,
): number | undefined {
  let states = closure(new Uint8Array(glob.length + 1).fill(1, 0, 1), glob);
  let found: number | undefined;
  for (let at = start; ; at += 1) {
    if (states[glob.length] === 1) {
      found = at;
      if (takes === 'shortest') return found;
    }
    if (at === characters.length) return found;
    budget.steps -= glob.length + 1;
    if (budget.steps < 0) throw new GlobBudgetError();
    const next = afterCharacter(states, glob, characters[at] ?? '');
    if (next === undefined) return found;
    states = closure(next, glob);
  }
}

/** A `*` matches nothing, so the state behind it is reached too. */
function closure(states: Uint8Array, glob: Glob): Uint8Array {
  for (const [at, { kind }] of glob.entries()) {
    if (states[at] === 1 && kind === 'many') states[at + 1] = 1;
  }
  return states;
}

function afterCharacter(states: Uint8Array, glob: Glob, character: string): Uint8Array | undefined {
  const next = new Uint8Array(glob.length + 1);
  let isAlive = false;
  for (const [at, token] of glob.entries()) {
    if (states[at] !== 1) continue;
    if (token.kind === 'many') next[at] = 1;
    else if (token.kind === 'one' && token.text !== character) continue;
    else next[at + 1] = 1;
    isAlive = true;
  }
  return isAlive ? next : undefined;
}
