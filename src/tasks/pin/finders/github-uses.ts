/**
 * `uses:` of steps and jobs in GitHub Actions.
 *
 * Source: "Workflow syntax for GitHub Actions", `jobs.<job_id>.steps[*].uses` and
 * `jobs.<job_id>.uses`.
 */

import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import { behindPrefix, EXPRESSION, textOrComputed } from './computed-text.ts';
import type { YamlPlace, YamlSteps } from './yaml-place.ts';
import type { YamlReferences } from './yaml-references.ts';
import { addScript } from './yaml-scripts.ts';

/** Reads a text that must not contain expressions. */
export const plainText = textOrComputed([EXPRESSION]);

/** Prefix of images in `uses:` and `runs.image`. */
export const DOCKER_SCHEME = 'docker://';

/** A path in the repository itself: `./path`, `.\path` or `$/path`. */
const LOCAL = /^(?:\.[/\\]|\$\/)/u;

/** Adds what a `uses:` names. A path in the repository itself is not a reference. */
export function addUses(place: YamlPlace, references: YamlReferences): void {
  const text = asScalar(place.node)?.value.trim() ?? '';
  if (LOCAL.test(text)) return;
  if (text.toLowerCase().startsWith(DOCKER_SCHEME)) {
    references.add('image', place, { read: behindPrefix(DOCKER_SCHEME, plainText) });
  } else references.add('action', place, { read: plainText });
}

/** Adds what the steps of a job or a composite action use, also those of `parallel` blocks. */
export function addSteps(owner: YamlPlace, steps: YamlSteps, references: YamlReferences): void {
  const open = [...steps.at(owner, 'steps', '*')];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    for (const uses of steps.child(step, 'uses')) addUses(uses, references);
    for (const script of steps.child(step, 'run')) addScript(script, steps, references);
    open.push(...steps.at(step, 'parallel', '*'));
  }
}
