/**
 * Edits of requests in a YAML file: catalogs and overrides of `pnpm-workspace.yaml`, catalogs of
 * `.yarnrc.yml`. Values are replaced and inserted as bytes; comments, quotes, indentation and line
 * ends stay.
 *
 * Reads: `pnpm-workspace.yaml`, `.yarnrc.yml`.
 */

import { splice, textOf, type ByteEdit } from '../../../../formats/bytes/byte-range.ts';
import type { PlacedYaml, YamlMapping, YamlNode } from '../../../../formats/text/yaml/yaml-node.ts';
import { readPlacedYaml } from '../../../../formats/text/yaml/yaml-places.ts';
import { asMapping, asScalar, pairsOf, valueOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import { canBePlain, writeScalar } from '../../../../formats/text/yaml/yaml-write.ts';
import type { ManifestEdit } from '../../plan.ts';

/**
 * Returns the file with the edits. The section of an edit may be a path, as in `catalogs/react`.
 *
 * @throws RangeError if the file is not one document of YAML, or if the result does not read as it
 * was meant to
 */
export function editYaml(bytes: Uint8Array, edits: readonly ManifestEdit[]): Uint8Array {
  let edited = bytes;
  for (const edit of edits) {
    edited = splice(edited, [spliceOf(readPlacedYaml(edited), edit)]);
    const now = asScalar(nodeAt(rootOf(readPlacedYaml(edited)), pathOf(edit)))?.value;
    if (now !== edit.to) throw cannotEdit(edit);
  }
  return edited;
}

function cannotEdit({ name, manifest }: ManifestEdit): RangeError {
  return new RangeError(`"${name}" of "${manifest}" cannot be edited`);
}

function pathOf({ section, name }: ManifestEdit): readonly string[] {
  return [...section.split('/'), name];
}

/** Returns the root of the only document; `undefined` for an empty file. */
function rootOf({ documents, problems }: PlacedYaml): YamlNode | undefined {
  const [problem] = problems;
  if (problem !== undefined) throw new RangeError(`not YAML: ${problem.message}`);
  if (documents.length > 1) throw new RangeError('several documents of YAML');
  return documents[0]?.root;
}

function nodeAt(root: YamlNode | undefined, path: readonly string[]): YamlNode | undefined {
  let node = root;
  for (const key of path) node = valueOf(node, key);
  return node;
}

function spliceOf(yaml: PlacedYaml, edit: ManifestEdit): ByteEdit {
  const root = rootOf(yaml);
  const { to } = edit;
  const path = pathOf(edit);
  const node = nodeAt(root, path);
  if (to === undefined || node?.kind === 'alias') throw cannotEdit(edit);
  if (node !== undefined) {
    const scalar = asScalar(node);
    if (scalar === undefined) throw cannotEdit(edit);
    return { range: scalar.range, text: writeScalar(scalar, to) };
  }
  let depth = path.length - 1;
  while (depth > 0 && !hasMembers(nodeAt(root, path.slice(0, depth)))) depth -= 1;
  const parent = asMapping(nodeAt(root, path.slice(0, depth)));
  return parent !== undefined && depth > 0
    ? memberOf(yaml, parent, { path: path.slice(depth), to })
    : atTheEnd(yaml, root, { path, to });
}

function hasMembers(node: YamlNode | undefined): boolean {
  return pairsOf(node).length > 0 && node?.kind === 'mapping';
}

function isEmptyValue(node: YamlNode): boolean {
  return node.kind === 'scalar'
    ? node.isAbsent
    : node.kind === 'mapping' && node.pairs.length === 0;
}

interface NewMember {
  /** The keys from the mapping that is there down to the value. */
  readonly path: readonly string[];
  readonly to: string;
}

/** Returns a member before the first one of a mapping. */
function memberOf(yaml: PlacedYaml, parent: YamlMapping, { path, to }: NewMember): ByteEdit {
  const at = parent.pairs[0]?.key.range.start ?? parent.range.start;
  const range = { start: at, end: at };
  if (parent.isFlow) {
    if (path.length > 1) throw new RangeError('a mapping between braces cannot be extended');
    return { range, text: `${scalarText(path[0] ?? '', true)}: ${scalarText(to, true)}, ` };
  }
  const indent = ' '.repeat(yaml.placeOf(at).column - 1);
  const lines = linesOf({ path, to }, indent);
  return {
    range,
    text: `${lines.join(lineEndOf(yaml)).slice(indent.length)}${lineEndOf(yaml)}${indent}`,
  };
}

/**
 * New mappings behind all others of the file; one that is written as `key:` or `key: {}` is filled.
 */
function atTheEnd(yaml: PlacedYaml, root: YamlNode | undefined, { path, to }: NewMember): ByteEdit {
  const isBlock = root === undefined || (root.kind === 'mapping' && !root.isFlow);
  const isAbsent = root?.kind === 'scalar' && root.isAbsent;
  const first = pairsOf(root).find(({ key }) => asScalar(key)?.value === path[0]);
  if (first !== undefined) {
    if (!isEmptyValue(first.value)) throw new RangeError(`"${path[0] ?? ''}" is no mapping`);
    const lines = linesOf({ path: path.slice(1), to }, '  ');
    return { range: first.value.range, text: `${lineEndOf(yaml)}${lines.join(lineEndOf(yaml))}` };
  }
  if (!isBlock && !isAbsent) throw new RangeError('the root is no mapping of lines');
  const { bytes } = yaml;
  const isOpen = bytes.length > 0 && bytes.at(-1) !== 0x0a;
  const end = lineEndOf(yaml);
  const text = linesOf({ path, to }, '').map((line) => line + end);
  return {
    range: { start: bytes.length, end: bytes.length },
    text: (isOpen ? end : '') + text.join(''),
  };
}

/** Returns the keys, each one level deeper than the one before. */
function linesOf({ path, to }: NewMember, indent: string): readonly string[] {
  return path.map((key, level) => {
    const isLast = level === path.length - 1;
    const value = isLast ? ` ${scalarText(to, false)}` : '';
    return `${indent}${'  '.repeat(level)}${scalarText(key, false)}:${value}`;
  });
}

function scalarText(value: string, isInFlow: boolean): string {
  return canBePlain(value, isInFlow) ? value : `'${value.replaceAll("'", "''")}'`;
}

function lineEndOf({ bytes }: PlacedYaml): string {
  return textOf(bytes, { start: 0, end: bytes.length }).includes('\r\n') ? '\r\n' : '\n';
}
