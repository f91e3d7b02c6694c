/**
 * Images whose parts are values of their own: registry, repository, tag and digest. The reference
 * is put together from them, and its digest is written to one of them.
 */

import type { PlacedYaml, YamlPair, YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { asMapping, asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import { canBePlain, writeScalar } from '../../../formats/text/yaml/yaml-write.ts';
import type { Obstacle, ReferenceEdit } from '../finder.ts';
import { TEMPLATE, textOrComputed, VARIABLE } from './computed-text.ts';
import type { YamlPlace } from './yaml-place.ts';
import { repeated, type YamlReferences } from './yaml-references.ts';

/** The parts of one image. */
export interface ImageFields {
  /** The mapping that has the parts. */
  readonly owner: YamlPlace;
  readonly registry?: YamlPlace | undefined;
  readonly name: YamlPlace;
  readonly tag?: YamlPlace | undefined;
  readonly digest?: YamlPlace | undefined;
}

/** The notation of digests in a format, and its images without a digest. */
export interface FieldsFormat {
  /**
   * The place of a new digest: behind the tag, as `1.2@sha256:…`, or in a key before the key of the
   * tag.
   */
  readonly newDigest: 'tag' | 'key';
  /**
   * Returns the obstacle of an image that has neither tag nor digest; `undefined` if it is not
   * listed.
   */
  untagged(name: string): Obstacle | undefined;
}

/** Adds the image of a group of fields. */
export function addImageFields(
  fields: ImageFields,
  format: FieldsFormat,
  { yaml, references }: { readonly yaml: PlacedYaml; readonly references: YamlReferences },
): void {
  const name = textOf(fields.name);
  if (name === '') return;
  const isTagged = textOf(fields.tag) !== '' || textOf(fields.digest) !== '';
  const untagged = isTagged ? undefined : format.untagged(name);
  if (!isTagged && untagged === undefined) return;
  const value = valueOf(fields);
  const target = targetOf(fields, format, yaml);
  const obstacle =
    repeatedField(fields) ??
    read(value)?.obstacle ??
    untagged ??
    numberObstacle(asScalar(fields.tag?.node)) ??
    ('obstacle' in target ? target.obstacle : undefined);
  const places = [fields.name, fields.registry, fields.tag, fields.digest];
  references.addComposed(fields.name, {
    value,
    scalars: places.flatMap((place) => asScalar(place?.node) ?? []),
    ...('edit' in target && target),
    ...(obstacle !== undefined && { obstacle }),
  });
}

function valueOf(fields: ImageFields): string {
  const [registry, tag, digest] = [fields.registry, fields.tag, fields.digest].map(textOf);
  return [
    registry === '' ? '' : `${registry}/`,
    textOf(fields.name),
    tag === '' ? '' : `:${tag}`,
    digest === '' ? '' : `@${digest}`,
  ].join('');
}

const read = textOrComputed([TEMPLATE, VARIABLE]);

function textOf(place: YamlPlace | undefined): string {
  return asScalar(place?.node)?.value.trim() ?? '';
}

function repeatedField(fields: ImageFields): Obstacle | undefined {
  const parts = [fields.owner, fields.registry, fields.name, fields.tag, fields.digest];
  const place = parts.find((part) => part?.isRepeated === true);
  return place && repeated(place);
}

/** Returns the obstacle of a tag that is a number for tools that interpret values. */
function numberObstacle(tag: YamlScalar | undefined): Obstacle | undefined {
  if (tag?.style !== 'plain' || tag.value === '' || canBePlain(tag.value, false)) return undefined;
  if (tag.tag !== undefined || /^(?:0|[1-9]\d{0,5})$/u.test(tag.value)) return undefined;
  return {
    id: 'ambiguous',
    message: `the tag ${tag.value} is not text in YAML, so that tools can change it, as 1.10 to 1.1`,
    advice: `Write quotes around it: "${tag.value}".`,
  };
}

type Target =
  | { readonly edit: ReferenceEdit; readonly target: YamlScalar; readonly keepsTag?: true }
  | { readonly obstacle: Obstacle | undefined };

/** Returns where the digest is written. */
function targetOf(fields: ImageFields, format: FieldsFormat, yaml: PlacedYaml): Target {
  const digest = asScalar(fields.digest?.node);
  if (digest !== undefined) {
    return { target: digest, edit: scalarEdit(digest, digestIn), keepsTag: true };
  }
  const tag = asScalar(fields.tag?.node);
  if (tag === undefined) return { obstacle: undefined };
  if (format.newDigest === 'tag') {
    return {
      target: tag,
      edit: scalarEdit(tag, (value) => behindName(value, textOf(fields.name))),
    };
  }
  const pair = asMapping(fields.owner.node)?.pairs.find(({ value }) => value === fields.tag?.node);
  if (pair === undefined) {
    const message = `the tag of "${textOf(fields.name)}" comes from another mapping`;
    return { obstacle: { id: 'shared-value', message } };
  }
  return { target: tag, edit: newKeyEdit(pair, fields.owner, yaml), keepsTag: true };
}

function scalarEdit(scalar: YamlScalar, part: (value: string) => string): ReferenceEdit {
  return { range: scalar.range, write: (value) => writeScalar(scalar, part(value)) };
}

function digestIn(value: string): string {
  return value.slice(value.indexOf('@') + 1);
}

/** Returns the tag and digest of a reference. */
function behindName(value: string, name: string): string {
  return value.slice(value.indexOf(`${name}:`) + name.length + 1);
}

/** Returns the edit that adds a key `digest` before a pair, on a line of its own in block style. */
function newKeyEdit(pair: YamlPair, owner: YamlPlace, yaml: PlacedYaml): ReferenceEdit {
  const { key } = pair;
  const start = Math.min(
    key.range.start,
    key.anchor?.range.start ?? Infinity,
    key.tag?.range.start ?? Infinity,
  );
  const range = { start, end: start };
  const isFlow = asMapping(owner.node)?.isFlow === true;
  const separator = isFlow
    ? ', '
    : lineBreakIn(yaml.bytes) + ' '.repeat(yaml.placeOf(start).column - 1);
  return { range, write: (value) => `digest: ${digestIn(value)}${separator}` };
}

function lineBreakIn(bytes: Uint8Array): string {
  const at = bytes.indexOf(0x0a);
  return at > 0 && bytes[at - 1] === 0x0d ? '\r\n' : '\n';
}
