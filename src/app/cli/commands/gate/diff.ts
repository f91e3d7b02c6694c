/** `assay diff`: what changed between two things. */

import { AssayError } from '../../../../core/base/errors.ts';
import { runComparison } from '../../../../tasks/compare/run-comparison.ts';
import { openOverrides } from '../../../config/override-file.ts';
import { differenceLines } from '../../../../scan/report/text/difference-text.ts';
import type { RunRequest } from '../../../../scan/pipeline/index.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import { readUngatedOptions, runRequest } from '../../shell/options/scan-options.ts';
import type { CommandModule, Session } from '../command.ts';
import { textOf } from '../lookup/lookup-session.ts';
import { DIFF_FLAGS } from './flags.ts';

export const diff: CommandModule = {
  usage: 'A B',
  description:
    'Compares two images, SBOMs, folders, archives or JSON reports. A bare word is the name of an image unless it ends as a document does (last.json); other paths begin with ./, ../ or /. Shown are packages added, removed and changed, findings new and fixed, layers and sizes. A report tells what was found when it was made; anything else is scanned and matched with the data of now. Exceptions have no part in it. With --scanners packages only packages are compared, which needs no advisory data. Ends with 0 whatever the difference; a gate on what is new is --baseline.',
  flags: DIFF_FLAGS,
  examples: [
    { command: 'assay diff app:1.1 app:1.2', purpose: 'what a release changes' },
    { command: 'assay diff last.json app:1.2', purpose: 'since the stored report' },
    {
      command: 'assay diff --scanners packages old.cdx.json new.cdx.json -f json',
      purpose: 'packages alone, for programs',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const [a, b, ...more] = session.args;
    if (a === undefined || b === undefined || more.length > 0) {
      throw new AssayError(
        'USAGE',
        `two things are needed to compare, and ${session.args.length} given`,
        {
          hint: 'Name two: assay diff app:1.1 app:1.2',
        },
      );
    }
    const { io, context } = session;
    const requestFor = (target: Target): Promise<RunRequest> => ungatedRequest(session, target);
    const difference = await runComparison({ a, b, io, requestFor }, context);
    const data = { schemaVersion: 1, ...difference };
    return writeResult(session, format, { data, text: textOf(differenceLines(difference)) });
  },
};

/**
 * Returns the request for scanning one side: without gate and exceptions, with the corrections of
 * advisories.
 */
async function ungatedRequest(session: Session, target: Target): Promise<RunRequest> {
  const options = await readUngatedOptions(session, [target]);
  const corrections = options.wantsAdvisories ? await openOverrides(session) : undefined;
  const corrected = corrections && {
    policy: { overrides: corrections.entries },
    overrides: corrections.overrides,
  };
  return runRequest(session, { ...options, ...corrected, allowEmpty: true });
}
