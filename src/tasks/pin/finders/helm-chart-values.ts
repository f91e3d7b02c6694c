/**
 * The values of the Helm chart that a template belongs to, and the images among them. Source: Helm,
 * "Charts", "The Chart File Structure".
 */

import { posix } from 'node:path';

import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import type { PinFile } from '../finder.ts';
import { helmValues } from './helm-values.ts';
import type { LookUpValue } from './helm-values-text.ts';
import { parseYamlOnce } from './yaml-once.ts';
import { rootPlace, stepsOf } from './yaml-place.ts';

/** The values of a chart. */
export interface ChartValues {
  readonly lookUp: LookUpValue;
  /** The images that the values file lists, as they are written there. */
  readonly images: ReadonlySet<string>;
}

const NONE: ChartValues = { lookUp: () => undefined, images: new Set() };

/** The values that were read last: the templates of a chart follow one another. */
let last: { readonly bytes: Uint8Array; readonly values: ChartValues } | undefined;

/** Reads `values.yaml` of the chart. Without such a file there are no values. */
export function readChartValues(template: PinFile): ChartValues {
  const path = valuesPath(template);
  const bytes = path === undefined ? undefined : template.other?.(path);
  if (bytes === undefined) return NONE;
  if (last === undefined || Buffer.compare(last.bytes, bytes) !== 0) {
    last = { bytes, values: valuesIn(bytes) };
  }
  return last.values;
}

function valuesIn(bytes: Uint8Array): ChartValues {
  const { references } = helmValues.find({ path: VALUES, bytes });
  const [document] = parseYamlOnce(bytes).documents;
  if (document === undefined) return NONE;
  const steps = stepsOf({ hasMerge: true });
  return {
    images: new Set(references.map(({ value }) => value)),
    lookUp: (names) => {
      const [place, ...more] = steps.at(rootPlace(document), ...names);
      // A key that is given twice, or a value of another kind, decides nothing.
      if (place === undefined || more.length > 0) return undefined;
      return asScalar(place.node)?.value.trim();
    },
  };
}

const VALUES = 'values.yaml';

/**
 * Returns the path of the values, relative to the template: beside the outermost `Chart.yaml` with
 * the directory `templates`.
 */
function valuesPath({ path, other }: PinFile): string | undefined {
  const parts = path.split('/').slice(0, -1);
  for (const [index, part] of parts.entries()) {
    const folder = '../'.repeat(parts.length - index);
    if (part === 'templates' && other?.(`${folder}Chart.yaml`) !== undefined) {
      return posix.join(folder, VALUES);
    }
  }
  return undefined;
}
