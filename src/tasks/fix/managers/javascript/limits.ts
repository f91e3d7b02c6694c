/** What the new versions of a step request of packages that the lockfile has. */

import { violatedLimit } from '../../choose-steps.ts';
import type { Limit, Move, Step } from '../../plan.ts';
import type { StepSearch } from './make-step.ts';

/**
 * Returns a step with its limits, or why its own moves violate one. Without a registry the step
 * stays as it is.
 */
export async function withLimits(step: Step, search: StepSearch): Promise<Step | string> {
  const limits: Limit[] = [];
  for (const move of step.moves) limits.push(...(await limitsOf(move, search)));
  const limited: Step = limits.length === 0 ? step : { ...step, limits };
  const violated = violatedLimit(limited, limited);
  if (violated === undefined) return limited;
  const { name, range } = violated;
  const [{ name: own, to = '' }] = step.moves;
  return `with ${own} ${to}, another package of the step would require ${name} "${range}"`;
}

async function limitsOf(
  { name, from, to }: Move,
  { graph, versionsOf }: StepSearch,
): Promise<readonly Limit[]> {
  const requests = to === undefined ? undefined : (await versionsOf(name))?.get(to);
  return [...(requests ?? [])].flatMap(([requested, range]) =>
    graph
      .versionsOf(requested)
      .filter((version) =>
        graph
          .requestsFor(requested, version)
          .some((edge) => edge.from.name === name && edge.from.version === from),
      )
      .map((version): Limit => ({ name: requested, from: version, range })),
  );
}
