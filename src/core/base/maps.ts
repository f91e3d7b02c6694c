/** Filling maps: lists and sets by key, and rows by one of their fields. */

/** Adds a value to the end of the list under a key, which is made when it is missing. */
export function appendTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Adds a value to the set under a key, which is made when it is missing. */
export function addTo<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}

/**
 * Returns the values by key: keys in the order of their first value, values of a key in the order
 * given.
 */
export function groupBy<K, V>(values: Iterable<V>, keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>();
  for (const value of values) appendTo(groups, keyOf(value), value);
  return groups;
}

/**
 * Returns the rows of a table by the value of a field; of rows with the same value the last one.
 */
export function indexBy<T, F extends keyof T>(rows: Iterable<T>, field: F): Map<T[F], T> {
  const index = new Map<T[F], T>();
  for (const row of rows) index.set(row[field], row);
  return index;
}
