/** The gate that newer digests must pass, from the flags of `assay pin --update`. */

import { readExceptionFiles } from '../../../config/exception-files.ts';
import { candidateJudge, type JudgeOptions } from '../../../../tasks/pin/judge-candidate.ts';
import type { JudgeCandidate } from '../../../../tasks/pin/request.ts';
import { parseFailOn } from '../../../../scan/policy/fail-on.ts';
import { isGate } from '../../../../scan/policy/gate.ts';
import type { PolicyOptions } from '../../../../scan/policy/options.ts';
import { withOpenAdvisories } from '../../../../scan/pipeline/run-scan.ts';
import { readPolicy } from '../../shell/options/policy-options.ts';
import { readTargets, readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import type { Session } from '../command.ts';

/** The gate if no flag and no policy sets one. */
const DEFAULT_CONDITIONS = 'high+new';

/**
 * Returns the judge of candidates. @throws AssayError `USAGE`, `CONFIG_INVALID` for flags and files
 * of the gate
 */
export async function judgeOf(
  session: Session,
  places: Pick<JudgeOptions, 'actionsUrl' | 'layout'>,
): Promise<JudgeCandidate> {
  const { options: exceptions, overrides } = await readExceptionFiles(session);
  const asked = readPolicy(session, exceptions, { hasBaseline: true });
  const policy: PolicyOptions = isGate(asked)
    ? asked
    : { ...asked, failOn: parseFailOn(DEFAULT_CONDITIONS) };
  const options = await readUngatedOptions(session, []);
  const request = runRequest(session, {
    ...options,
    wantsAdvisories: true,
    policy,
    ...(overrides && { overrides }),
  });
  // The data is opened when the first candidate is judged, because most runs have none.
  let judge: Promise<JudgeCandidate> | undefined;
  const open = async (): Promise<JudgeCandidate> => {
    const shared = await withOpenAdvisories(request, session.context);
    const completeTargets: Parameters<typeof candidateJudge>[0]['completeTargets'] = (targets) =>
      readTargets(session, targets);
    return candidateJudge({ request: shared, policy, completeTargets, ...places }, session.context);
  };
  return async (candidate) => (await (judge ??= open()))(candidate);
}
