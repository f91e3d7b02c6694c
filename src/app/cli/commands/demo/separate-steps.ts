/** The steps of the demonstration that are apart from the tour over the images. */

import { codeStep } from './code-step.ts';
import { commitsStep, type CommitsStepOptions } from './commits-step.ts';
import { dockerfileStep } from './dockerfile-step.ts';
import { fixStep } from './fix-step.ts';
import { pinStep } from './pin-step.ts';
import { pushStep } from './push-step.ts';
import { registryStep } from './registry-step.ts';
import { rulesStep } from './rules-step.ts';
import { secretStep } from './secret-step.ts';
import { signStep } from './sign-step.ts';
import { trustStep } from './trust-step.ts';
import { workflowStep } from './workflow-step.ts';

/**
 * Pins, signs, pushes, verifies, looks at an image by rules and for secrets, at a program, a
 * workflow and a Dockerfile, fixes, judges sources, and runs a package registry. `archives` are
 * those of the tour. @throws Error if a command answers otherwise than the steps say
 */
export async function separateSteps(
  patches: ReadonlyMap<string, string>,
  archives: { readonly failing: string; readonly passing: string },
  options: CommitsStepOptions,
): Promise<void> {
  await pinStep(patches, options);
  await signStep(patches, options);
  await pushStep(archives, options);
  await commitsStep(options);
  await rulesStep(archives.passing, options);
  await secretStep(patches, options);
  await codeStep(options);
  await workflowStep(options);
  await dockerfileStep(options);
  await fixStep(options);
  await trustStep(options);
  await registryStep(options);
}
