/** Scripts in scalars of YAML: the packages that their commands download. */

import { partsOf } from '../../../formats/text/yaml/yaml-parts.ts';
import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import { floatingPackages } from './floating-packages.ts';
import type { YamlPlace, YamlSteps } from './yaml-place.ts';
import type { YamlReferences } from './yaml-references.ts';

/** Adds the packages of a script: a scalar, or a list of scalars and lists. */
export function addScript(place: YamlPlace, steps: YamlSteps, references: YamlReferences): void {
  for (const line of [place, ...steps.at(place, '*'), ...steps.at(place, '*', '*')]) {
    addPackages(line, references);
  }
}

function addPackages(place: YamlPlace, references: YamlReferences): void {
  const scalar = asScalar(place.node);
  if (scalar === undefined) return;
  for (const { value, index, obstacle } of floatingPackages(scalar.value)) {
    const range = partsOf(scalar).rangeOf(index, index + value.length) ?? scalar.range;
    const { start } = range;
    references.addReference({
      kind: 'requirement',
      value,
      edit: { range: { start, end: start }, write: () => '' },
      ...references.placeAt(start),
      where: place.where,
      obstacle,
      ...references.noPinOf(scalar),
    });
  }
}
