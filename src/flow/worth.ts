/** Which functions of a file are worth following: those in which a source and a sink may meet, or a call that is bad in itself. */

import { appendTo } from '../base/maps.ts';
import type { FunctionCode, Span } from './form.ts';
import type { Models } from './models.ts';
import type { ActiveRules } from './rules.ts';
import { WORD } from './words.ts';

/** A field of the own object of a class of Python that gets a value. */
const STORED = /\bself(?:\.\w+)+(?:\[[^\]\n]*\])?\s*=(?!=)/u;

/** Calls are followed so deep at most. */
const MAX_ROUNDS = 14;

/** The words of a text, and where they stand. */
export type WordPlaces = ReadonlyMap<string, readonly number[]>;

/** Returns the words of a text. */
export function wordPlaces(text: string): WordPlaces {
  const places = new Map<string, number[]>();
  for (const { 0: word, index } of text.matchAll(WORD)) appendTo(places, word, index);
  return places;
}

/** Judges functions by the words in them. */
export class Worth {
  readonly #text: string;
  readonly #models: Models;
  readonly #rules: ActiveRules;
  /** Names of what is searched for, of sinks, and of what untrusted data comes from. */
  readonly #searched: NamePlaces;
  readonly #sinks: NamePlaces;
  readonly #sources: NamePlaces;
  readonly #judged = new Map<FunctionCode, boolean>();

  constructor(text: string, words: WordPlaces, { rules, models, language }: WorthOptions) {
    this.#text = text;
    this.#models = models;
    this.#rules = rules;
    const aliases = aliasesIn(text, language);
    const placesOf = (names: Iterable<string>): NamePlaces =>
      new NamePlaces(words, withAliases(names, aliases));
    this.#searched = placesOf(rules.searched);
    this.#sinks = placesOf(rules.sinks);
    this.#sources = placesOf(rules.hasSinks ? models.sourceWords : []);
  }

  /** Adds functions of the file: a call of one with a source or a sink in it is like that. */
  learn(codes: Iterable<FunctionCode>): void {
    if (!this.#rules.hasSinks) return;
    this.#judged.clear();
    const named = [...codes].filter(({ name }) => name !== '');
    for (const places of [this.#sinks, this.#sources]) {
      let open = named;
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const found = open.filter(({ span }) => places.hasAnyIn(span));
        if (!places.add(found.map(({ name }) => name))) break;
        const known = new Set(found);
        open = open.filter((one) => !known.has(one));
      }
    }
  }

  /** Whether a function has the name of something that untrusted data comes from. */
  hasSource({ span }: FunctionCode): boolean {
    return this.#rules.hasSinks && this.#sources.hasAnyIn(span);
  }

  /** Adds names of fields with untrusted data: a function that reads one has a source. */
  learnFields(names: readonly string[]): void {
    if (this.#sources.add(names)) this.#judged.clear();
  }

  /** Returns whether a function is worth following on its own. */
  isWorth(code: FunctionCode): boolean {
    let is = this.#judged.get(code);
    if (is === undefined) {
      is = this.#judge(code);
      this.#judged.set(code, is);
    }
    return is;
  }

  /** Whether a method gives its object something that other methods may read. */
  #stores({ start, end }: Span): boolean {
    return STORED.test(this.#text.slice(start, end));
  }

  #judge(code: FunctionCode): boolean {
    const { span, decorators } = code;
    if (this.#searched.hasAnyIn(span)) return true;
    if (!this.#rules.hasSinks) return false;
    const mayBeHandler =
      decorators.length > 0 ||
      this.#models.isHandler?.(code) !== undefined ||
      this.#models.mayBeMethod?.(code) === true;
    return (
      (mayBeHandler || this.#sources.hasAnyIn(span)) &&
      (this.#rules.hasReturns || this.#sinks.hasAnyIn(span) || this.#stores(span))
    );
  }
}

interface WorthOptions {
  readonly rules: ActiveRules;
  readonly models: Models;
  readonly language: 'javascript' | 'python';
}

/** The places of some names in a text, in order. */
class NamePlaces {
  readonly #words: WordPlaces;
  readonly #names: Set<string>;
  #sorted: readonly number[] | undefined;

  constructor(words: WordPlaces, names: Iterable<string>) {
    this.#words = words;
    this.#names = new Set(names);
  }

  /** Adds names. Returns false if all of them are known. */
  add(names: readonly string[]): boolean {
    const before = this.#names.size;
    for (const name of names) this.#names.add(name);
    if (this.#names.size === before) return false;
    this.#sorted = undefined;
    return true;
  }

  hasAnyIn({ start, end }: Span): boolean {
    this.#sorted ??= [...this.#names]
      .flatMap((name) => this.#words.get(name) ?? [])
      .sort((a, b) => a - b);
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return (this.#sorted[low] ?? end) < end;
  }
}

/** `x as y`, `{ x: y }`, and `y = a.x` or `y = f(a.x)` at the end of a line. */
const ALIAS =
  /(?<![\w$])(?:(?<of>[\w$]+)\s+as\s+(?<is>[\w$]+)|(?<key>[\w$]+)\s*:\s*(?<to>[\w$]+)\s*[,}]|(?<name>[\w$]+)\s*=\s*(?:[\w$.]+\()*(?:[\w$]+\.)*(?<last>[\w$]+)[\t );]*$)/gmu;

/** What stands behind a key in a map, and is the name of nothing. */
const CONSTANTS: ReadonlySet<string> = new Set(
  'null undefined true false this new function async await typeof void None True False self cls not lambda'.split(
    ' ',
  ),
);

/** Returns the other names that a file gives to names. */
function aliasesIn(
  text: string,
  language: WorthOptions['language'],
): readonly (readonly [string, string])[] {
  const aliases: (readonly [string, string])[] = [];
  for (const { groups } of text.matchAll(ALIAS)) {
    // In Python, a name in front of a colon is a parameter with its type, or the key of a map.
    if (language === 'python' && groups?.['key'] !== undefined) continue;
    const from = groups?.['of'] ?? groups?.['key'] ?? groups?.['last'];
    const to = groups?.['is'] ?? groups?.['to'] ?? groups?.['name'];
    if (from === undefined || to === undefined || from === to || CONSTANTS.has(to)) continue;
    aliases.push([from, to]);
  }
  return aliases;
}

function withAliases(
  names: Iterable<string>,
  aliases: readonly (readonly [string, string])[],
): ReadonlySet<string> {
  const all = new Set(names);
  for (let round = 0; round < 4; round += 1) {
    for (const [from, to] of aliases) if (all.has(from)) all.add(to);
  }
  return all;
}
