/** Determines whether a gate is requested. */

import type { PolicyOptions } from './options.ts';

/** Returns whether a gate is asked for: anything that a gap must keep from passing. */
export function isGate(options: PolicyOptions): boolean {
  const { failOn, failOnTamper, minEvidence, policy, forbid = [] } = options;
  return (
    policy !== undefined ||
    failOn.length > 0 ||
    forbid.length > 0 ||
    isExitCodeGate(options) ||
    failOnTamper === true ||
    minEvidence !== undefined ||
    options.failOnStaleIgnore === true
  );
}

/** Returns whether `--exit-code` or `--baseline` by itself asks for a gate. */
export function isExitCodeGate({ exitCode, failOn, policy, baseline }: PolicyOptions): boolean {
  if (failOn.length > 0 || policy !== undefined) return false;
  return baseline !== undefined || (exitCode !== undefined && exitCode !== 0);
}
