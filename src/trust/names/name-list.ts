/** The well-known names of one kind, indexed for the search of names that are nearly the same. */

import { canonicalName, nameForm, type NameForm, type NameSpace } from './name-form.ts';
import { halfKeys, partsKey, skeletonKey } from './name-keys.ts';

/** A well-known name. */
export interface KnownName extends NameForm {
  /** As its registry writes it. */
  readonly name: string;
  /** Place in its list, 0 for the best known. */
  readonly rank: number;
}

/** Well-known names of one kind. What a key leads to must be compared again. */
export interface NameList {
  readonly space: NameSpace;
  /** Canonical names that are never taken for an imitation. */
  readonly known: ReadonlySet<string>;
  /** Owners of well-known names: only they publish names below. */
  readonly owners: ReadonlySet<string>;
  readonly byCompact: ReadonlyMap<string, KnownName>;
  readonly bySkeleton: ReadonlyMap<number, KnownName>;
  readonly byParts: ReadonlyMap<number, KnownName>;
  /** Names with half of their letters in common. */
  readonly withHalf: (key: number) => Iterable<KnownName>;
}

/**
 * Makes the index.
 *
 * @param popular Names that others may imitate, the best known first.
 * @param established Names that are no imitations, without being imitated.
 */
export function makeNameList(
  space: NameSpace,
  popular: readonly string[],
  established: Iterable<string> = [],
): NameList {
  const known = new Set<string>();
  const owners = new Set<string>();
  const byCompact = new Map<string, KnownName>();
  const bySkeleton = new Map<number, KnownName>();
  const byParts = new Map<number, KnownName>();
  const halves = new Chains(popular.length * 2);
  const forms: KnownName[] = [];
  for (const name of popular) {
    const form: KnownName = { ...nameForm(space, name), name, rank: forms.length };
    const { canonical, owner, compact } = form;
    if (known.has(canonical)) continue;
    known.add(canonical);
    if (owner !== '') owners.add(owner);
    addFirst(byCompact, compact, form);
    addFirst(bySkeleton, skeletonKey(compact), form);
    const parts = partsKey(canonical);
    if (parts !== undefined) addFirst(byParts, parts, form);
    const [first, last] = halfKeys(compact, compact.length);
    halves.add(first, forms.length);
    halves.add(last, forms.length);
    forms.push(form);
  }
  for (const name of established) known.add(canonicalName(space, name));
  const withHalf = function* (key: number): Generator<KnownName> {
    for (const index of halves.at(key)) {
      const form = forms[index];
      if (form !== undefined) yield form;
    }
  };
  return { space, known, owners, byCompact, bySkeleton, byParts, withHalf };
}

function addFirst<K, T>(map: Map<K, T>, key: K, value: T): void {
  if (!map.has(key)) map.set(key, value);
}

/** Lists of small numbers by key, without an array for each key. */
class Chains {
  readonly #heads = new Map<number, number>();
  readonly #values: Uint32Array;
  readonly #next: Int32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#values = new Uint32Array(capacity);
    this.#next = new Int32Array(capacity);
  }

  add(key: number, value: number): void {
    this.#values[this.#count] = value;
    this.#next[this.#count] = this.#heads.get(key) ?? -1;
    this.#heads.set(key, this.#count);
    this.#count += 1;
  }

  *at(key: number): Generator<number> {
    for (let at = this.#heads.get(key) ?? -1; at >= 0; at = this.#next[at] ?? -1) {
      yield this.#values[at] ?? 0;
    }
  }
}
