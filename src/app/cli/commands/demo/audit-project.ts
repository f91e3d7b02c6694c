/** The audit of a project of the demonstration. */

import path from 'node:path';

import type { PinStepOptions } from './pin-step.ts';

/**
 * Audits the project `name` below the directory of the demonstration, and returns the exit code and
 * what was printed.
 */
export async function auditProject(
  name: string,
  flags: readonly string[],
  { folder, assay, asOf }: PinStepOptions,
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const output: string[] = [];
  const project = path.join(folder, name);
  const exitCode = await assay(['audit', project, ...flags, '--as-of', asOf], output);
  return { exitCode, text: output.join('') };
}
