/**
 * The words that a file must have for a qualified name to stand for something in it: those of the
 * module that is imported, of the global object, or of what gives a value its type. `pickle.load`
 * is nothing in a file without the word `pickle`.
 */

import { appendTo } from '../../../core/base/maps.ts';
import type { Models } from '../models.ts';
import { WORD } from './words.ts';

/** Names of types that frameworks give. */
const GIVEN_TYPE = /^[a-z]+:/u;
const TYPE_NAME = /^[a-z]+:[^.()[\]]*/u;

/** What gives types to values. */
export type TypeGivers = Pick<
  Models,
  'types' | 'handlers' | 'decorators' | 'handlerTypes' | 'variants' | 'guessed'
>;

/** Alternatives: a file has all words of one of them; `undefined` stands for any file. */
type Alternatives = readonly (readonly string[])[] | undefined;

/** Finds the words of modules. */
export class ModuleWords {
  /** Names that stand for another one, by that one. */
  readonly #others = new Map<string, string[]>();
  /** Names and words that give a type, by the type. */
  readonly #givers = new Map<string, Giver[]>();
  readonly #known = new Map<string, Alternatives>();

  constructor(models: TypeGivers) {
    for (const [name, type] of models.types) {
      if (!GIVEN_TYPE.test(type)) appendTo(this.#others, type, name);
    }
    for (const [type, giver] of giversIn(models)) appendTo(this.#givers, type, giver);
  }

  /**
   * Returns the words of each module that a name can come from; `undefined` if it can come from
   * any.
   */
  of(ref: string): Alternatives {
    if (ref.startsWith('*') || ref === 'jsx') return undefined;
    if (GIVEN_TYPE.test(ref)) return this.#ofType(typeIn(ref));
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

  #ofType(type: string): Alternatives {
    if (!this.#known.has(type)) this.#known.set(type, this.#reached(type));
    return this.#known.get(type);
  }

  /** Types give one another: an answer of express has methods that return it. */
  #reached(first: string): Alternatives {
    const all: (readonly string[])[] = [];
    const open = [first];
    const seen = new Set(open);
    for (let type = open.pop(); type !== undefined; type = open.pop()) {
      const givers = this.#givers.get(type);
      // Nothing is known of it: a name such as `code:compare`, which the engine itself gives.
      if (givers === undefined) return undefined;
      for (const giver of givers) {
        if (giver.word === undefined && GIVEN_TYPE.test(giver.name)) {
          const next = typeIn(giver.name);
          if (!seen.has(next)) open.push(next);
          seen.add(next);
          continue;
        }
        const words = giver.word === undefined ? this.#ofGiver(giver.name) : [[giver.word]];
        if (words === undefined) return undefined;
        all.push(...words);
      }
    }
    return all;
  }

  /** Of the members of any object, the last name alone is known. */
  #ofGiver(name: string): Alternatives {
    if (!name.startsWith('*')) return this.of(name);
    const word = name.match(WORD)?.at(-1);
    return word === undefined ? undefined : [[word]];
  }
}

/** What gives a type: a qualified name, or a word of the file. */
type Giver = { readonly name: string; readonly word?: undefined } | { readonly word: string };

function giversIn(models: TypeGivers): readonly (readonly [string, Giver])[] {
  const { types, handlers, decorators, handlerTypes = NONE, variants = NONE, guessed } = models;
  const given: (readonly [string, Giver])[] = [];
  const add = (name: string, all: readonly (string | undefined)[] = []): void => {
    for (const type of all) {
      if (type !== undefined && GIVEN_TYPE.test(type)) given.push([typeIn(type), { name }]);
    }
  };
  for (const [name, type] of types) add(name, [type]);
  for (const [name, parameters] of handlers) add(name, parameters);
  for (const [name, { parameters }] of decorators) add(name, parameters);
  for (const [name, { parameters }] of handlerTypes) add(name, parameters);
  for (const [name, { type }] of variants) add(name, [type]);
  for (const [type, words] of guessed ?? NONE) {
    for (const word of words) given.push([typeIn(type), { word }]);
  }
  return given;
}

const NONE: readonly never[] = [];

function typeIn(ref: string): string {
  return TYPE_NAME.exec(ref)?.[0] ?? ref;
}

/** The words of the first part of a name, which is a module or a global name. */
function wordsOf(ref: string): readonly string[] {
  return /^[^.()]*/u.exec(ref)?.[0].match(WORD) ?? [];
}
