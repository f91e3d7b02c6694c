/** Entries by the name of their package, gathered in any order. */

import { TextArena } from './text-arena.ts';

const NONE = 0xffffffff;

/** Collects the entries of a set. A later entry of the same name replaces the earlier one. */
export class EntryList {
  readonly #entries = new TextArena();
  /** Number of the latest entry of each name. */
  readonly #latest = new Map<string, number>();
  /** Index of the previous entry of the same name, by entry. */
  #before = new Uint32Array(1024);

  add(name: string, json: string): void {
    const number = this.#entries.add(json);
    if (number === this.#before.length) {
      const larger = new Uint32Array(this.#before.length * 2);
      larger.set(this.#before);
      this.#before = larger;
    }
    this.#before[number] = this.#latest.get(name) ?? NONE;
    this.#latest.set(name, number);
  }

  /** Returns the names in ascending order. */
  names(): readonly string[] {
    return [...this.#latest.keys()].sort();
  }

  /** Returns the entries in ascending order of their text: an entry begins with its id. */
  of(name: string): readonly string[] {
    const entries: string[] = [];
    let number = this.#latest.get(name) ?? NONE;
    while (number !== NONE) {
      entries.push(this.#entries.at(number));
      number = this.#before[number] ?? NONE;
    }
    return entries.length > 1 ? entries.sort() : entries;
  }

  clear(): void {
    this.#entries.clear();
    this.#latest.clear();
  }
}
