/** The images that a command line names as possible bases. */

import { AssayError } from '../../../../core/base/errors.ts';
import { isFileOperand } from '../../../../tasks/compare/operand.ts';
import type { BaseQuestion } from '../../../../scan/pipeline/bases/base-question.ts';
import { soundReportIn } from '../../../../scan/pipeline/reports/sound-report.ts';
import type { Session } from '../../commands/command.ts';
import type { ScanRequest } from '../../../../scan/pipeline/request.ts';
import type { Target } from '../../../../scan/pipeline/target.ts';

/** Adds to targets where images are looked for, and how registries are reached. */
export type CompleteTargets = (
  session: Pick<Session, 'flags' | 'io'>,
  targets: readonly Target[],
) => Promise<ScanRequest['targets']>;

/**
 * Returns the images of the names: artifacts of stored reports, and targets for everything else. As
 * everywhere, a path begins as paths do, and any other word is the name of an image.
 *
 * @throws AssayError as reading reports does; `NOT_FOUND` for a report on something else than an
 * image
 */
export async function namedBaseImages(
  session: Pick<Session, 'flags' | 'io'>,
  names: readonly string[],
  completeTargets: CompleteTargets,
): Promise<BaseQuestion['known']> {
  const known: BaseQuestion['known'][number][] = [];
  for (const name of names) {
    const report = isFileOperand(name) ? await soundReportIn(session, name) : undefined;
    if (report !== undefined) {
      const images = report.results.filter(({ artifact }) => artifact.kind === 'image');
      if (images.length === 0) {
        throw new AssayError('NOT_FOUND', `--base-image: the report "${name}" is on no image`);
      }
      known.push(...images.map(({ artifact }) => artifact));
    } else {
      known.push(...(await completeTargets(session, [{ reference: name, kind: 'image' }])));
    }
  }
  return known;
}
