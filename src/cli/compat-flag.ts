/** The flag that asks for output in the form of another tool. */

import type { CompatibleTool } from '../report/reporter.ts';
import type { FlagValues } from './command.ts';
import type { Flag } from '../config/flag.ts';
import { readChoices } from '../config/values.ts';

/** `--compat`. */
export const COMPAT_FLAG: Flag = {
  name: 'compat',
  value: 'TOOL',
  group: 'Report',
  help: "trivy, grype: print the tool's own table; with trivy, -f json writes its JSON",
};

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
