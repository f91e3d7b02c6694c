/**
 * The index of ids: under the hash of an id or alias stand the records that have it. In the order
 * of hashes nothing has to be compared as text, and the keys are short.
 */

import { fnv1a } from './name-filter.ts';
import type { SectionWriter } from './section.ts';
import { idKey } from './set-file.ts';
import { TextArena } from './text-arena.ts';

const BASIS = 0x811c9dc5;

/** Returns the key of an id in the section. */
export function hashKey(id: string): string {
  return fnv1a(idKey(id), BASIS).toString(16).padStart(8, '0');
}

/** A row of the section: `[0 or the key of the alias, id, package, ...]`. */
export class IdIndexWriter {
  /** Rows without their first element. */
  readonly #rows = new TextArena();
  readonly #aliases = new TextArena();
  /** Hash (high) and number of the key (low). */
  #keys = new Uint32Array(2048);
  /** Number of the row and that of the alias plus one (0: the id itself), by key. */
  #details = new Uint32Array(2048);
  #count = 0;

  add(id: string, aliases: readonly string[], names: readonly string[]): void {
    const row = this.#rows.add(JSON.stringify([id, ...names]).slice(1));
    const own = idKey(id);
    this.#addKey(own, row, 0);
    if (aliases.length === 0) return;
    const keys = aliases.length === 1 ? aliases.map(idKey) : new Set(aliases.map(idKey));
    for (const key of keys) if (key !== own) this.#addKey(key, row, this.#aliases.add(key) + 1);
  }

  /**
   * Passes the rows to the section, in the order of hashes, and those of one hash in the order in
   * which they came.
   */
  writeTo(section: SectionWriter): void {
    const pairs = this.#keys.subarray(0, this.#count * 2);
    new BigUint64Array(pairs.buffer, 0, this.#count).sort();
    let at = 0;
    while (at < this.#count) {
      const hash = pairs[at * 2 + 1] ?? 0;
      const rows: string[] = [];
      for (; at < this.#count && pairs[at * 2 + 1] === hash; at += 1) {
        rows.push(this.#rowOf(pairs[at * 2] ?? 0));
      }
      section.add(hash.toString(16).padStart(8, '0'), `[${rows.join(',')}]`);
    }
    this.#rows.clear();
    this.#aliases.clear();
  }

  #rowOf(key: number): string {
    const alias = this.#details[key * 2 + 1] ?? 0;
    const first = alias === 0 ? '0' : JSON.stringify(this.#aliases.at(alias - 1));
    return `[${first},${this.#rows.at(this.#details[key * 2] ?? 0)}`;
  }

  #addKey(key: string, row: number, alias: number): void {
    const at = this.#count * 2;
    if (at === this.#keys.length) {
      this.#keys = grown(this.#keys);
      this.#details = grown(this.#details);
    }
    // In this order the pair is one little-endian number with the hash on top.
    this.#keys[at] = this.#count;
    this.#keys[at + 1] = fnv1a(key, BASIS);
    this.#details[at] = row;
    this.#details[at + 1] = alias;
    this.#count += 1;
  }
}

/**
 * Returns the records of one id among the rows that its hash has; `undefined` where they are not
 * rows.
 */
export function recordsAmong(
  rows: unknown,
  id: string,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (!Array.isArray(rows)) return undefined;
  const wanted = idKey(id);
  const byId = new Map<string, string[]>();
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row)) return undefined;
    const [alias, own, ...names] = row as readonly unknown[];
    if (typeof own !== 'string') return undefined;
    const key = alias === 0 ? idKey(own) : alias;
    if (key !== wanted) continue;
    const known = byId.get(own) ?? [];
    byId.set(own, known);
    for (const name of names) if (typeof name === 'string') known.push(name);
  }
  return byId;
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
