/**
 * Dockerfiles in a scalar of YAML. The edits of the Dockerfile are edits of parts of the scalar.
 */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { partsOf } from '../../../formats/text/yaml/yaml-parts.ts';
import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import type { FoundReference, Obstacle } from '../finder.ts';
import { dockerfileReadings } from './dockerfile.ts';
import type { YamlPlace } from './yaml-place.ts';
import type { YamlReferences } from './yaml-references.ts';

/** Adds the references of a Dockerfile that a scalar contains. */
export function addInlineDockerfile(place: YamlPlace, references: YamlReferences): void {
  const scalar = asScalar(place.node);
  if (scalar === undefined) return;
  const bytes = Buffer.from(scalar.value);
  const parts = partsOf(scalar);
  const exemption = references.noPinOf(scalar);
  const unitOf = (offset: number): number => bytes.toString('utf8', 0, offset).length;
  const { references: found, problems } = dockerfileReadings(bytes);
  for (const reference of found) {
    const { start, end } = reference.edit.range;
    const range = parts.rangeOf(unitOf(start), unitOf(end));
    const obstacle = reference.obstacle ?? (range === undefined ? hidden(reference) : undefined);
    references.addReference({
      ...reference,
      ...references.placeAt((range ?? scalar.range).start),
      edit: editIn(scalar, range, reference),
      where: `${place.where}: ${reference.where}`,
      ...exemption,
      ...(obstacle !== undefined && { obstacle }),
    });
  }
  const { line, column } = references.placeOf(scalar);
  for (const { message } of problems) references.addProblem({ line, column, message });
}

function editIn(
  scalar: YamlScalar,
  range: ByteRange | undefined,
  { edit }: FoundReference,
): FoundReference['edit'] {
  const { start } = scalar.range;
  if (range === undefined) return { range: { start, end: start }, write: () => '' };
  return { range, write: (value) => inStyle(edit.write(value), scalar.style) };
}

function inStyle(text: string, style: YamlScalar['style']): string {
  if (style === 'single') return text.replaceAll("'", "''");
  return style === 'double' ? text.replace(/["\\]/gu, String.raw`\$&`) : text;
}

function hidden({ value }: FoundReference): Obstacle {
  return {
    id: 'no-digest-syntax',
    message: `escapes of the file change the place of "${value}"`,
    advice: 'Write the Dockerfile as a literal block, which begins with |.',
  };
}
