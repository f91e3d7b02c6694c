/**
 * Warnings about bases that only the judged image names, by a label or by provenance beside it. The
 * layers of such a base are equal, but the builder of the image chose it: packages of a base of the
 * builder's choice are out of reach of `--only app` and of a condition with `origin=app`.
 */

import type { Artifact, BaseStatement } from '../../core/model/artifact/artifact.ts';
import { BASE_NAMED_BY, isNamedByBuilder } from '../../core/model/report/base-naming.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import type { PolicyOptions } from './options.ts';
import type { Decision, DecisionInput } from './plain-decision.ts';

/**
 * Returns a warning for each base that only its image names and without which the gate counts
 * something else. `decideOn` makes the same decision on another input.
 */
export function selfNamedBaseWarnings(
  { verdict }: Decision,
  input: DecisionInput,
  { options, decideOn }: { options: PolicyOptions; decideOn: (input: DecisionInput) => Decision },
): readonly string[] {
  if (!dependsOnOrigin(options)) return [];
  return input.results.flatMap((result, at) => {
    const { artifact } = result;
    const named = artifact && selfNamedBase(artifact);
    if (artifact === undefined || named === undefined) return [];
    const results = input.results.with(at, { ...result, artifact: withoutBase(artifact) });
    const effect = effectOf(verdict, decideOn({ ...input, results }).verdict);
    if (effect === undefined) return [];
    const by = BASE_NAMED_BY[named.by];
    return [
      `only ${by} of "${artifact.reference}" names its base "${named.name}", and without this base the gate ${effect}: name the accepted bases with --base-image`,
    ];
  });
}

function dependsOnOrigin({ only, failOn, forbid = [] }: PolicyOptions): boolean {
  return only !== undefined || [...failOn, ...forbid].some(({ origin }) => origin !== undefined);
}

/**
 * Returns the first statement that decides the base, if the builder makes all of them; `undefined`
 * otherwise.
 */
function selfNamedBase({ image }: Artifact): BaseStatement | undefined {
  const { baseLayerCount, baseBy = [] } = image ?? {};
  if (baseLayerCount === undefined) return undefined;
  const deciding = baseBy.filter(
    ({ comparison, layerCount }) => comparison === 'equal' && layerCount === baseLayerCount,
  );
  return deciding.every(({ by }) => isNamedByBuilder(by)) ? deciding[0] : undefined;
}

function withoutBase(artifact: Artifact): Artifact {
  if (artifact.image === undefined) return artifact;
  const { baseLayerCount, ...image } = artifact.image;
  return baseLayerCount === undefined ? artifact : { ...artifact, image };
}

/** Returns what the gate does without the base, where this is something else. */
function effectOf(own: Verdict, other: Verdict): string | undefined {
  const counted = new Set(idsOf(own));
  const more = idsOf(other).filter((id) => !counted.has(id)).length;
  if (more > 0) return `counts ${more} more`;
  const rules = ({ causes }: Verdict): string => causes.map(({ rule }) => rule).join('\n');
  return rules(own) === rules(other) ? undefined : `is ${other.status}`;
}

/** Returns the findings and packages that the causes of a verdict list, each once. */
function idsOf({ causes }: Verdict): readonly string[] {
  return [
    ...new Set(causes.flatMap(({ findingIds, packageIds = [] }) => [...findingIds, ...packageIds])),
  ];
}
