/** Ways from the root of a YAML document to its nodes. */

import { keyOf } from '../../../formats/text/yaml/yaml-walk.ts';
import type { PlacedDocument, YamlNode } from '../../../formats/text/yaml/yaml-node.ts';

/** A node with the way to it. */
interface Step {
  readonly node: YamlNode;
  readonly key: string;
  readonly parent: Step | undefined;
}

/** Returns the paths of nodes in a document. Aliases are not followed. */
export function pathsOf(
  document: PlacedDocument,
  wanted: ReadonlySet<YamlNode>,
): readonly string[][] {
  const paths: string[][] = [];
  const open: Step[] = [{ node: document.root, key: '', parent: undefined }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const { node } = step;
    const parent = step;
    if (wanted.has(node)) paths.push(pathTo(step));
    if (node.kind === 'sequence') {
      node.items.forEach((item, at) => open.push({ node: item, key: `${at}`, parent }));
    } else if (node.kind === 'mapping') {
      for (const pair of node.pairs) {
        open.push({ node: pair.key, key: 'a key', parent });
        open.push({ node: pair.value, key: keyOf(pair) ?? '?', parent });
      }
    }
  }
  return paths;
}

function pathTo(last: Step): string[] {
  const path: string[] = [];
  for (let step = last; step.parent !== undefined; step = step.parent) path.unshift(step.key);
  return path;
}
