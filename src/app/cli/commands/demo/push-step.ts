/**
 * The step of the demonstration that pushes the image that passes into an OCI layout, and not the
 * one that fails.
 */

import { rm } from 'node:fs/promises';
import path from 'node:path';

import type { PinStepOptions } from './pin-step.ts';
import { KEYS, PASSWORD, showSigned } from './sign-step.ts';

const LAYOUT = 'released';
const IMAGE = `oci:${LAYOUT}:1.2`;
const REPOSITORY = ['--repository', 'registry.example/demo/app'];
/** Pass, findings and incomplete: what becomes of the cured image if its app was edited. */
const VERDICTS = [0, 1, 6];
const GATE = ['--fail-on', 'high+fixable'];
const VERDICT = 'https://slsa.dev/verification_summary/v1';

/**
 * Pushes both images with the key of the step before. `failing` and `passing` are archives in the
 * directory of the demonstration.
 *
 * @throws Error if a command answers otherwise than the step says
 */
export async function pushStep(
  { failing, passing }: { readonly failing: string; readonly passing: string },
  options: PinStepOptions,
): Promise<void> {
  const { folder, say } = options;
  // A layout of an earlier run would show what that run pushed.
  await rm(path.join(folder, LAYOUT), { recursive: true, force: true });
  await say('', '12. Push: an image reaches a registry, or here an OCI layout, only if it passes');
  await showSigned(['push', '--input', failing, IMAGE, ...GATE], [1], options);
  await say('', '   The cured image is pushed, with a signature and its verdict:');
  const signed = ['--sign-key', `${KEYS}/team.key`, ...PASSWORD, ...REPOSITORY];
  const push = ['push', '--input', passing, IMAGE, ...GATE, ...signed];
  if ((await showSigned(push, VERDICTS, options)) === 0) {
    const verify = ['verify', IMAGE, '--verify-key', `${KEYS}/team.pub`, ...REPOSITORY];
    await showSigned([...verify, '--type', VERDICT], [0], options);
  } else {
    await say('', '   The app was edited, and does not pass any more. Nothing was pushed.');
  }
  await say('', '   With your own: assay push docker-daemon:app:1.2 ghcr.io/acme/app:1.2');
}
