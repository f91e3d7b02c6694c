/**
 * The words that a file must have for a qualified name to stand for something in it: those of the module that is imported, or of the global
 * object. `pickle.load` is nothing in a file without the word `pickle`.
 */

import type { RefTable } from './models.ts';
import { WORD } from './words.ts';

/** Names of types that frameworks give, also by the names of parameters alone. */
const GIVEN_TYPE = /^[a-z]+:/u;

/** Finds the words of modules. */
export class ModuleWords {
  /** Names that stand for another one, by that one. */
  readonly #others = new Map<string, string[]>();

  constructor(types: RefTable<string>) {
    for (const [name, type] of types) {
      if (GIVEN_TYPE.test(type)) continue;
      this.#others.set(type, [...(this.#others.get(type) ?? []), name]);
    }
  }

  /** Returns the words of each module that a name can come from; `undefined` if it can come from any. */
  of(ref: string): readonly (readonly string[])[] | undefined {
    if (ref.startsWith('*') || ref === 'jsx' || GIVEN_TYPE.test(ref)) return undefined;
    const all: (readonly string[])[] = [wordsOf(ref)];
    for (const [type, names] of this.#others) {
      if (ref !== type && !ref.startsWith(`${type}.`) && !ref.startsWith(`${type}(`)) continue;
      for (const name of names) {
        if (name.startsWith('*') || GIVEN_TYPE.test(name)) return undefined;
        all.push(wordsOf(name));
      }
    }
    return all;
  }
}

/** The words of the first part of a name, which is a module or a global name. */
function wordsOf(ref: string): readonly string[] {
  return /^[^.()]*/u.exec(ref)?.[0].match(WORD) ?? [];
}
