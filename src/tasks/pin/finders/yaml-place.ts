/** Ways through a YAML file that keep the path for people and the keys that are given twice. */

import { addTo } from '../../../core/base/maps.ts';
import {
  asScalar,
  itemsOf,
  keyOf,
  mergeReader,
  pairsOf,
  resolveAlias,
} from '../../../formats/text/yaml/yaml-walk.ts';
import type { PlacedDocument, YamlNode, YamlPair } from '../../../formats/text/yaml/yaml-node.ts';

/** A node with the path that led to it. */
export interface YamlPlace {
  /** May be an alias. */
  readonly node: YamlNode;
  /**
   * For people: `services.web.image`. Do not search it while a file is walked: aliases can describe
   * paths of any length, and a path is a chain of texts until it is read.
   */
  readonly where: string;
  /** The key in a mapping; absent for the root and for items of a sequence. */
  readonly key?: string;
  /** Whether a key on the path is given twice, so that tools differ about the value. */
  readonly isRepeated: boolean;
  /** Whether it is the root, whose `where` is a prefix of all others. */
  readonly isRoot?: true;
}

/** A place with its key in a mapping. */
export interface KeyedPlace extends YamlPlace {
  readonly key: string;
}

/** Steps from a place to the places in it. */
export interface YamlSteps {
  /**
   * Returns the values of a mapping, in their order; none of other nodes. Keys that are not text
   * are left out.
   */
  children(place: YamlPlace): readonly KeyedPlace[];
  /** Returns the values with a key: several if the key is given twice. */
  child(place: YamlPlace, key: string): readonly YamlPlace[];
  /** Returns the text of the first value with a key, if it is a scalar. */
  textAt(place: YamlPlace, key: string): string | undefined;
  /** Returns the items of a sequence; none of other nodes. */
  items(place: YamlPlace): readonly YamlPlace[];
  /** Returns the values at the end of a path; `*` stands for all keys or all items. */
  at(place: YamlPlace, ...path: readonly string[]): readonly YamlPlace[];
}

/** Returns the place of the root of a document. */
export function rootPlace(document: PlacedDocument, where = ''): YamlPlace {
  return { node: document.root, where, isRepeated: false, isRoot: true };
}

/** Returns the steps for a format. `hasMerge`: the format reads merge keys (`<<`). */
export function stepsOf({ hasMerge }: { readonly hasMerge: boolean }): YamlSteps {
  const pairs = hasMerge ? mergeReader() : pairsOf;
  const inside = (place: YamlPlace, pair: YamlPair, key: string): KeyedPlace => ({
    key,
    node: pair.value,
    where: joined(place, key),
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
    textAt: (place, key) => asScalar(steps.child(place, key)[0]?.node)?.value,
    items: (place) =>
      itemsOf(place.node).map((node, at) => ({
        node,
        where: `${place.where}[${at}]`,
        isRepeated: place.isRepeated,
      })),
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

/**
 * Visits a place and all places below it, from the first to the last. Aliases are followed; a value
 * that is found below the same key again is not visited again, so that a walk is linear in the
 * length of the file. Values with one of the keys of `except` are left out.
 */
export function visitPlaces(
  root: YamlPlace,
  {
    steps,
    except = new Set(),
  }: { readonly steps: YamlSteps; readonly except?: ReadonlySet<string> },
  visit: (place: YamlPlace, children: readonly KeyedPlace[]) => void,
): void {
  const visited = new Map<YamlNode, Set<string | undefined>>();
  // A stack of its own: aliases can describe deeper structures than functions can be nested.
  const open = [root];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const node = resolveAlias(place.node);
    if (node === undefined || node.kind === 'scalar') continue;
    const keys = visited.get(node);
    if (keys?.has(place.key) === true) continue;
    addTo(visited, node, place.key);
    const children = steps.children(place);
    visit(place, children);
    const inside = [...children.filter(({ key }) => !except.has(key)), ...steps.items(place)];
    for (const each of inside.reverse()) open.push(each);
  }
}

function joined({ where, isRoot }: YamlPlace, key: string): string {
  return isRoot === true ? where + key : `${where}.${key}`;
}
