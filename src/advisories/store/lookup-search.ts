/**
 * Searches the whole stored base for words: in ids, aliases, package names, titles and
 * descriptions. The files are read through once, block by block; what is kept are the records
 * found.
 */

import { setImmediate } from 'node:timers/promises';
import { compareNatural } from '../../core/base/compare-natural.ts';
import type { BlockFile } from './block-file-reader.ts';
import { isBulletin } from './bulletin.ts';
import { decodeText } from './entry.ts';
import type { OpenSet } from './open-set.ts';
import type { RecordFile } from './record-file.ts';

/** One vulnerability that has all the words. */
export interface SearchHit {
  /** Its CVE id where it has one, else the record's own. */
  readonly id: string;
  /** Packages whose names have a word, sorted; a few. */
  readonly names: readonly string[];
}

/** The result of a search for words. */
export interface SearchResult {
  /** Best first: by where the words were found, then the newest id. */
  readonly hits: readonly SearchHit[];
  /** All that were found. */
  readonly foundCount: number;
  /** False where so much has one of the words that not all of it was kept. */
  readonly isComplete: boolean;
}

/** A bit of a number each. */
export const MAX_WORDS = 8;
/** Vulnerabilities with one of the words at least that are kept during a search. */
const MAX_KEPT = 200_000;
const MAX_NAMES = 5;
const CVE = /^CVE-\d{4}-\d{4,}$/;

/**
 * Places where words are found, from the best to the least; each outweighs all that follow. A whole
 * name is the name of a package, or its last part (`log4j` of `log4j:log4j`); a word of a name or
 * title has no letter or digit beside it.
 */
const PLACES = {
  wholeId: 64,
  wholeName: 32,
  wordOfName: 16,
  allWordsOfTitle: 8,
  partOfId: 4,
  partOfNameOrTitle: 2,
  details: 1,
} as const;

/** Returns the words of a text, each once; empty where it has none. */
export function searchWords(text: string): readonly string[] {
  return [...new Set(text.toLowerCase().split(/\s+/).filter(Boolean))];
}

/** Returns the id under which a vulnerability is listed among the results. */
function keyOf(id: string, aliases: readonly string[]): string {
  return CVE.test(id) ? id : (aliases.find((alias) => CVE.test(alias)) ?? id);
}

/** Intermediate search result for one vulnerability. */
interface Found {
  /** Words found anywhere, a bit each. */
  words: number;
  /** Sum of {@link PLACES}, each counted once. */
  places: number;
  readonly names: string[];
}

/**
 * Returns the vulnerabilities in which all of the words, at most {@link MAX_WORDS}, occur, each
 * anywhere.
 * @param check is called now and then, and may throw to end the search.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`
 */
export async function searchSets(
  sets: readonly OpenSet[],
  words: readonly string[],
  { limit, check }: { readonly limit: number; readonly check: () => void },
): Promise<SearchResult> {
  const search = new Search(words);
  for (const open of sets) {
    check();
    search.read(open);
    // Lets a signal or a time-out through.
    await setImmediate();
  }
  return search.result(limit);
}

class Search {
  readonly #words: readonly string[];
  /** The search words, escaped as in JSON. */
  readonly #escaped: readonly string[];
  readonly #found = new Map<string, Found>();
  /** The listed id of a record that is not listed under its own id. */
  #called = new Map<string, string>();
  #isComplete = true;

  constructor(words: readonly string[]) {
    this.#words = words;
    this.#escaped = words.map((word) => JSON.stringify(word).slice(1, -1));
  }

  read({ set, file }: OpenSet): void {
    if (file.form === 'records') {
      this.#readRecords(file);
      return;
    }
    this.#readRows(file, set.ecosystem !== undefined);
    this.#readTexts(file);
  }

  #readRecords(file: RecordFile): void {
    for (const { id, aliases, places, summary, details } of file.outlines()) {
      const key = keyOf(id, aliases);
      this.#noteIds(key, id, aliases);
      for (const { name } of places) this.#noteName(key, name);
      this.#noteTexts(key, summary, details);
    }
  }

  #readRows(file: BlockFile, isOfPackages: boolean): void {
    this.#called = new Map();
    for (const [name, rows] of file.allRows()) {
      for (const { id, aliases } of rows) {
        const key = keyOf(id, aliases);
        if (key !== id) this.#called.set(id, key);
        if (isOfPackages) this.#noteName(key, name);
        this.#noteIds(key, id, aliases);
      }
    }
  }

  /** Reads the texts, after the rows of the same set. */
  #readTexts(file: BlockFile): void {
    for (const [, id, json] of file.allTexts()) {
      // Cheaper than reading every text.
      const lower = json.toLowerCase();
      if (!this.#escaped.some((word) => lower.includes(word))) continue;
      const text = decodeText(json);
      if (text === undefined) continue;
      this.#noteTexts(this.#called.get(id) ?? id, text.summary, text.details);
    }
  }

  #noteName(key: string, name: string): void {
    const lower = name.toLowerCase();
    this.#note(key, this.#matches(name), this.#placeInName(lower), name);
  }

  #placeInName(lower: string): keyof typeof PLACES {
    if (this.#words.some((word) => lower === word || lastPart(lower) === word)) return 'wholeName';
    return this.#words.some((word) => hasWord(lower, word)) ? 'wordOfName' : 'partOfNameOrTitle';
  }

  #noteIds(key: string, id: string, aliases: readonly string[]): void {
    const ids = [id, ...aliases].map((one) => one.toLowerCase());
    const isWhole = ids.some((one) => this.#words.includes(one));
    this.#note(key, this.#matches(ids.join(' ')), isWhole ? 'wholeId' : 'partOfId');
  }

  #noteTexts(key: string, summary: string, details = ''): void {
    const lower = summary.toLowerCase();
    const isWhole = this.#words.every((word) => hasWord(lower, word));
    this.#note(key, this.#matches(summary), isWhole ? 'allWordsOfTitle' : 'partOfNameOrTitle');
    this.#note(key, this.#matches(details), 'details');
  }

  result(limit: number): SearchResult {
    const all = 2 ** this.#words.length - 1;
    const hits = [...this.#found]
      .filter(([, { words }]) => words === all)
      .sort(([a, left], [b, right]) => rank(b, right) - rank(a, left) || newestFirst(a, b));
    return {
      hits: hits.slice(0, limit).map(([id, { names }]) => ({ id, names: [...names].sort() })),
      foundCount: hits.length,
      isComplete: this.#isComplete,
    };
  }

  /** Returns a bit for each word that occurs. */
  #matches(text: string): number {
    const lower = text.toLowerCase();
    let bits = 0;
    for (const [index, word] of this.#words.entries()) if (lower.includes(word)) bits |= 1 << index;
    return bits;
  }

  #note(id: string, words: number, place: keyof typeof PLACES, name?: string): void {
    if (words === 0) return;
    let found = this.#found.get(id);
    if (found === undefined) {
      if (this.#found.size >= MAX_KEPT) {
        this.#isComplete = false;
        return;
      }
      found = { words: 0, places: 0, names: [] };
      this.#found.set(id, found);
    }
    found.words |= words;
    found.places |= PLACES[place];
    if (name === undefined || found.names.length >= MAX_NAMES || found.names.includes(name)) return;
    found.names.push(name);
  }
}

/**
 * Returns the name without its group, scope or path: `log4j-core` of
 * `org.apache.logging.log4j:log4j-core`.
 */
function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Returns whether the word occurs with no letter or digit directly before or behind it. */
function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const isInside =
      LETTER_OR_DIGIT.test(text.charAt(at - 1)) ||
      LETTER_OR_DIGIT.test(text.charAt(at + word.length));
    if (!isInside) return true;
  }
  return false;
}

/** Orders bulletins, which gather other vulnerabilities, after all others. */
function rank(id: string, { places }: Found): number {
  return isBulletin(id) ? 0 : places;
}

/** Orders by year and number, the newest first. */
function newestFirst(a: string, b: string): number {
  return compareNatural(b, a);
}
