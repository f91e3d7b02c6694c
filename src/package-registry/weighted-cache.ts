/**
 * A cache in memory that is bounded by the weight of its entries. The entry that was used least
 * recently goes first.
 */

/** Entries by key. */
export interface WeightedCache<Value> {
  get(key: string): Value | undefined;
  /** Adds or replaces an entry. An entry heavier than the bound is not kept. */
  set(key: string, value: Value, weight: number): void;
  delete(key: string): void;
}

/** Makes an empty cache. `maxWeight` is in the unit of the weights, usually bytes. */
export function createWeightedCache<Value>(maxWeight: number): WeightedCache<Value> {
  const entries = new Map<string, { readonly value: Value; readonly weight: number }>();
  let total = 0;
  const remove = (key: string): void => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, weight) => {
      remove(key);
      if (weight > maxWeight) return;
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= maxWeight) break;
        remove(oldest);
      }
    },
    delete: remove,
  };
}
