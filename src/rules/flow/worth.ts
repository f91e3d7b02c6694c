/**
 * Which functions of a file are worth following: those in which a source and a sink may meet, or a
 * call that is bad in itself.
 */

import { appendTo } from '../../core/base/maps.ts';
import type { FunctionCode, Program, Span } from './form.ts';
import { ELEMENTS, isOpen, type Models, type SourceGate } from './models.ts';
import type { ActiveRules } from './rules.ts';
import { WORD } from './pattern/words.ts';

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
  /** Gates by whose members functions have untrusted data. */
  readonly #gates: readonly OpenGate[];
  /** The outermost functions of the file. */
  #outermost: readonly Span[] = [];
  readonly #judged = new Map<FunctionCode, boolean>();

  constructor(text: string, words: WordPlaces, { rules, models, program }: WorthOptions) {
    this.#text = text;
    this.#models = models;
    this.#rules = rules;
    const aliases = aliasesIn(text, program.language);
    const comments = program.comments();
    const placesOf = (names: Iterable<string>, marks: readonly number[] = []): NamePlaces =>
      new NamePlaces(words, withAliases(names, aliases), { marks, comments });
    this.#searched = placesOf(rules.searched);
    this.#sinks = placesOf(
      rules.sinks,
      rules.marks.flatMap((mark) => placesIn(text, mark)),
    );
    const gates = rules.hasSinks ? models.gates.filter((gate) => isOpen(gate, words)) : [];
    const byMember = gates.filter(({ isByMember }) => isByMember === true);
    const elements = byMember.length === 0 ? [] : placesIn(text, ELEMENT);
    this.#gates = byMember.map(({ roots, members = [] }) => ({
      roots: placesOf(roots),
      members: members.includes(ELEMENTS)
        ? placesOf([...members, ...EACH], elements)
        : placesOf(members),
    }));
    this.#sources = placesOf(gates.length === 0 ? [] : [...models.sourceWords, ...named(gates)]);
  }

  /** Adds functions of the file: a call of one with a source or a sink in it is like that. */
  learn(codes: readonly FunctionCode[]): void {
    if (!this.#rules.hasSinks) return;
    this.#judged.clear();
    this.#outermost = outermost(codes);
    const named = codes.filter(({ name }) => name !== '');
    const gated = this.#gates.flatMap(({ roots, members }) => [roots, members]);
    for (const places of [this.#sinks, this.#sources, ...gated]) {
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
    if (!this.#rules.hasSinks) return false;
    return this.#sources.hasAnyIn(span) || this.#gates.some((gate) => this.#passes(gate, span));
  }

  #passes({ roots, members }: OpenGate, span: Span): boolean {
    if (!members.hasAnyIn(span)) return false;
    if (roots.hasAnyIn(span)) return true;
    const around = this.#outermost.find(({ start, end }) => start <= span.start && span.end <= end);
    return roots.hasAnyIn(around ?? span) || roots.hasAnyOutside(this.#outermost);
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
      (mayBeHandler || this.hasSource(code)) &&
      (this.#rules.hasReturns || this.#sinks.hasAnyIn(span) || this.#stores(span))
    );
  }
}

interface OpenGate {
  readonly roots: NamePlaces;
  readonly members: NamePlaces;
}

/** Words of loops over elements. */
const EACH = ['of'];
/** An element that is read by a key that is no constant. */
const ELEMENT = /[\w$)\]?.]\[\s*(?!['"`\d\]])/u;

function named(gates: readonly SourceGate[]): readonly string[] {
  return gates.flatMap(({ roots, members = [], isByMember }) =>
    isByMember === true ? [] : [...roots, ...members],
  );
}

/** Returns the places outside of all spans. Both are in order, and the spans are apart. */
function outsideOf(spans: readonly Span[], places: readonly number[]): readonly number[] {
  let next = 0;
  return places.filter((place) => {
    while ((spans[next]?.end ?? Infinity) <= place) next += 1;
    return place < (spans[next]?.start ?? Infinity);
  });
}

function placesIn(text: string, mark: RegExp): readonly number[] {
  return Array.from(text.matchAll(new RegExp(mark.source, 'gu')), ({ index }) => index);
}

/** Returns the places of functions that no other one is around, in order. */
function outermost(codes: readonly FunctionCode[]): readonly Span[] {
  const spans = codes.map(({ span }) => span).sort((a, b) => a.start - b.start || b.end - a.end);
  const all: Span[] = [];
  for (const span of spans) if (span.start >= (all.at(-1)?.end ?? 0)) all.push(span);
  return all;
}

interface WorthOptions {
  readonly rules: ActiveRules;
  readonly models: Models;
  readonly program: Program;
}

/** The places of some names in a text, in order. */
class NamePlaces {
  readonly #words: WordPlaces;
  readonly #names: Set<string>;
  readonly #marks: readonly number[];
  readonly #comments: readonly Span[];
  #sorted: readonly number[] | undefined;

  /**
   * @param options.marks further places
   * @param options.comments pieces of the file in which names do not count, in order
   */
  constructor(
    words: WordPlaces,
    names: Iterable<string>,
    options: { readonly marks: readonly number[]; readonly comments: readonly Span[] },
  ) {
    this.#words = words;
    this.#names = new Set(names);
    this.#marks = options.marks;
    this.#comments = options.comments;
  }

  /** Adds names. Returns false if all of them are known. */
  add(names: readonly string[]): boolean {
    const before = this.#names.size;
    for (const name of names) this.#names.add(name);
    if (this.#names.size === before) return false;
    this.#sorted = undefined;
    return true;
  }

  /** Returns whether a name stands outside of all spans, which are in order and apart. */
  hasAnyOutside(spans: readonly Span[]): boolean {
    return outsideOf(spans, this.#places()).length > 0;
  }

  #places(): readonly number[] {
    if (this.#sorted === undefined) {
      const all = [...this.#names].flatMap((name) => this.#words.get(name) ?? []);
      const sorted = all.concat(this.#marks).sort((a, b) => a - b);
      this.#sorted = outsideOf(this.#comments, sorted);
    }
    return this.#sorted;
  }

  hasAnyIn({ start, end }: Span): boolean {
    const sorted = this.#places();
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return (sorted[low] ?? end) < end;
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
  language: Program['language'],
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
