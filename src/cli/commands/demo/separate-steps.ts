/** The steps of the demonstration that are apart from the tour over the images. */

import { commitsStep, type CommitsStepOptions } from './commits-step.ts';
import { pinStep } from './pin-step.ts';
import { signStep } from './sign-step.ts';

/** Pins, signs and verifies. @throws Error if a command answers otherwise than the steps say */
export async function separateSteps(
  patches: ReadonlyMap<string, string>,
  options: CommitsStepOptions,
): Promise<void> {
  await pinStep(patches, options);
  await signStep(patches, options);
  await commitsStep(options);
}
