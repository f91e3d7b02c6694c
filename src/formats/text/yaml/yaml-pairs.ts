/** Pairs of a YAML mapping, and what is wrong with their keys. */

import type { YamlNode, YamlPair, YamlProblemId } from './yaml-node.ts';

/** Receives a problem and the byte offset of its place. */
export type ReportProblem = (id: YamlProblemId, message: string, offset: number) => void;

/** Tags that leave a key what it is. */
const TEXT_TAGS = new Set(['!', '!!str', '!<tag:yaml.org,2002:str>']);

/**
 * Returns the pairs of a mapping from its keys and values in turn. Reports keys that are given
 * twice, and keys that a tag computes. Merge keys can be repeated.
 */
export function pairsFrom(
  children: readonly YamlNode[],
  report: ReportProblem,
): readonly YamlPair[] {
  const repeated = repeatedKeys(children, report);
  const pairs: YamlPair[] = [];
  for (let at = 0; at + 1 < children.length; at += 2) {
    const [key, value] = [children[at], children[at + 1]];
    if (key === undefined || value === undefined) continue;
    const text = textOfKey(key);
    pairs.push({ key, value, isDuplicate: text !== undefined && repeated.has(text) });
  }
  return pairs;
}

function repeatedKeys(children: readonly YamlNode[], report: ReportProblem): ReadonlySet<string> {
  const known = new Set<string>();
  const repeated = new Set<string>();
  for (let at = 0; at + 1 < children.length; at += 2) {
    const key = children[at];
    const text = key && textOfKey(key);
    if (key === undefined || text === undefined) continue;
    if (key.tag !== undefined && !TEXT_TAGS.has(key.tag.text)) {
      report('key-tag', `the tag ${key.tag.text} computes a key`, key.tag.range.start);
    }
    if (known.has(text) && text !== '<<') {
      repeated.add(text);
      report('duplicate-key', `key "${text.slice(0, 80)}" is given twice`, key.range.start);
    }
    known.add(text);
  }
  return repeated;
}

/** Returns the text of a key that is a scalar, or an alias of one. */
function textOfKey(key: YamlNode): string | undefined {
  const node = key.kind === 'alias' ? key.target : key;
  return node?.kind === 'scalar' ? node.value : undefined;
}
