/** Reads `--compat`: the tool that output imitates. */

import type { CompatibleTool } from '../../../../scan/report/reporter.ts';
import type { FlagValues } from '../../commands/command.ts';
import { readChoices } from '../../../config/values.ts';

const TOOLS: ReadonlyMap<string, CompatibleTool> = new Map([
  ['trivy', 'trivy'],
  ['grype', 'grype'],
]);

/**
 * Returns the tool of `--compat`; `undefined` without the flag.
 *
 * @throws AssayError `USAGE` for another tool.
 */
export function compatibleTool(flags: FlagValues): CompatibleTool | undefined {
  return readChoices('compat', flags.list('compat'), TOOLS)[0];
}
