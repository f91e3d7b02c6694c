/** Ways through a YAML file that keep the path for people and the keys that are given twice. */

import { keyOf, itemsOf, mergeReader, pairsOf } from '../../format/yaml-walk.ts';
import type { PlacedDocument, YamlNode, YamlPair } from '../../format/yaml-node.ts';

/** A node with the path that led to it. */
export interface YamlPlace {
  /** May be an alias. */
  readonly node: YamlNode;
  /** For people: `services.web.image`. */
  readonly where: string;
  /** Whether a key on the path is given twice, so that tools differ about the value. */
  readonly isRepeated: boolean;
}

/** A place with its key in a mapping. */
export interface KeyedPlace extends YamlPlace {
  readonly key: string;
}

/** Steps from a place to the places in it. */
export interface YamlSteps {
  /** The values of a mapping, in their order; none of other nodes. Keys that are no text are left out. */
  children(place: YamlPlace): readonly KeyedPlace[];
  /** The values with a key: several if the key is given twice. */
  child(place: YamlPlace, key: string): readonly YamlPlace[];
  /** The items of a sequence; none of other nodes. */
  items(place: YamlPlace): readonly YamlPlace[];
  /** The values at the end of a path; `*` stands for all keys or all items. */
  at(place: YamlPlace, ...path: readonly string[]): readonly YamlPlace[];
}

/** Returns the place of the root of a document. */
export function rootPlace(document: PlacedDocument, where = ''): YamlPlace {
  return { node: document.root, where, isRepeated: false };
}

/** Returns the steps for a format. `hasMerge`: the format reads merge keys (`<<`). */
export function stepsOf({ hasMerge }: { readonly hasMerge: boolean }): YamlSteps {
  const pairs = hasMerge ? mergeReader() : pairsOf;
  const inside = (place: YamlPlace, pair: YamlPair, key: string): KeyedPlace => ({
    key,
    node: pair.value,
    where: joined(place.where, key),
    isRepeated: place.isRepeated || pair.isDuplicate,
  });
  const steps: YamlSteps = {
    children: (place) =>
      pairs(place.node).flatMap((pair) => {
        const key = keyOf(pair);
        return key === undefined ? [] : [inside(place, pair, key)];
      }),
    child: (place, key) =>
      pairs(place.node).flatMap((pair) => (keyOf(pair) === key ? [inside(place, pair, key)] : [])),
    items: (place) =>
      itemsOf(place.node).map((node, at) => ({ ...place, node, where: `${place.where}[${at}]` })),
    at: (place, ...path) => {
      let places: readonly YamlPlace[] = [place];
      for (const key of path) {
        places = places.flatMap((each) =>
          key === '*' ? [...steps.children(each), ...steps.items(each)] : steps.child(each, key),
        );
      }
      return places;
    },
  };
  return steps;
}

/** Visits all places below one, in any order. Aliases are followed; the reader bounds how much they describe. */
export function visitPlaces(
  root: YamlPlace,
  steps: YamlSteps,
  visit: (place: YamlPlace, children: readonly KeyedPlace[]) => void,
): void {
  // A stack of its own: aliases can describe deeper structures than functions can be nested.
  const open = [root];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const children = steps.children(place);
    visit(place, children);
    for (const child of children) open.push(child);
    for (const item of steps.items(place)) open.push(item);
  }
}

function joined(where: string, key: string): string {
  return where === '' || where.endsWith(': ') ? where + key : `${where}.${key}`;
}
