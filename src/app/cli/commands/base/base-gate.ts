/** The gate of `assay base`: read from the same flags, files and policies as that of a scan. */

import type { Overrides } from '../../../../advisories/base/overrides.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { readExceptionFiles } from '../../../config/exception-files.ts';
import { readDuration } from '../../../config/values.ts';
import { isGate } from '../../../../scan/policy/gate.ts';
import type { PolicyOptions } from '../../../../scan/policy/options.ts';
import type { GateRequest } from '../../../../scan/pipeline/reports/gate-reports.ts';
import { readPolicy } from '../../shell/options/policy-options.ts';
import type { Session } from '../command.ts';

/** A gate, and the corrections that advisories are read with. */
export interface BaseGate {
  readonly request: GateRequest & { readonly policy: PolicyOptions };
  readonly overrides?: Overrides;
}

/** Flags that change a gate but do not ask for one. */
const CHANGES_GATE = [
  ...['severity', 'ignore-unfixed', 'ignore-status', 'ignorefile', 'vex'],
  ...['allow-incomplete', 'allow-empty', 'dry-run'],
] as const;

/**
 * Returns the gate that is asked for; `undefined` for none.
 *
 * @throws AssayError `USAGE` for a bad value, and for a typed flag that changes a gate where none
 * is asked for; `CONFIG_INVALID` for an exception file that cannot be read
 */
export async function readBaseGate(session: Session): Promise<BaseGate | undefined> {
  const { flags } = session;
  const asked = readPolicy(session, { ignore: [], ignoreProblems: [], vex: [] });
  if (!isGate(asked) && asked.exitOnEol === undefined) {
    const stray = CHANGES_GATE.find((name) => flags.from(name) === 'flag');
    if (stray === undefined) return undefined;
    throw new AssayError('USAGE', `--${stray} has no effect without a gate`, {
      hint: 'Add one, as with --fail-on high, or leave out the flag.',
    });
  }
  const { options: exceptions, overrides } = await readExceptionFiles(session);
  const { ruleScannersOf } = await import('../../../../scan/pipeline/rules/rule-scanners.ts');
  const ruleScanners = await ruleScannersOf(asked.failOn);
  const maxAge = flags.text('db-max-age');
  return {
    request: {
      policy: { ...asked, ...exceptions },
      ...(maxAge !== undefined && { maxAgeMs: readDuration('db-max-age', maxAge) }),
      allowEmpty: flags.isOn('allow-empty'),
      ruleScanners,
    },
    ...(overrides && { overrides }),
  };
}
