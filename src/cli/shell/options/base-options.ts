/** From flags to what the bases of images are looked for with. */

import type { PolicyOptions } from '../../../policy/options.ts';
import type { BaseQuestion } from '../../../scan/bases/base-question.ts';
import type { Session } from '../../commands/command.ts';
import type { CompleteTargets } from './named-base-images.ts';

/**
 * Returns what the bases are looked for with; `undefined` if nothing depends on them. Something does if an image is named,
 * or if the filter or a condition asks for an origin.
 *
 * @throws AssayError as reading reports and Dockerfiles does
 */
export async function readBaseQuestion(
  session: Session,
  policy: Pick<PolicyOptions, 'only' | 'failOn' | 'forbid'> | undefined,
  completeTargets: CompleteTargets,
): Promise<BaseQuestion | undefined> {
  const names = session.flags.all('base-image');
  const conditions = [...(policy?.failOn ?? []), ...(policy?.forbid ?? [])];
  const asksOrigin =
    policy?.only !== undefined || conditions.some(({ origin }) => origin !== undefined);
  if (names.length === 0 && !asksOrigin) return undefined;
  const { namedBaseImages } = await import('./named-base-images.ts');
  return { known: await namedBaseImages(session, names, completeTargets) };
}
