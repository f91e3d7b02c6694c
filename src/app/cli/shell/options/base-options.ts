/** From flags to what the bases of images are looked for with. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { PolicyOptions } from '../../../../scan/policy/options.ts';
import type { BaseQuestion } from '../../../../scan/pipeline/bases/base-question.ts';
import type { Session } from '../../commands/command.ts';
import type { CompleteTargets } from './named-base-images.ts';

/** The question about bases, and the warnings that the verdict must repeat. */
export interface AskedBases {
  readonly bases: BaseQuestion;
  readonly warnings?: readonly string[];
}

/**
 * Returns what the bases are looked for with; `undefined` if nothing depends on them. Something
 * does if an image or a Dockerfile is named, if the filter or a condition asks for an origin, or if
 * a trust file has rules on base images.
 *
 * @throws AssayError as reading reports and Dockerfiles does
 */
export async function readBaseQuestion(
  session: Session,
  {
    policy,
    judgesBases,
  }: {
    readonly policy: Pick<PolicyOptions, 'only' | 'failOn' | 'forbid'> | undefined;
    /** Whether a trust file has rules on base images. */
    readonly judgesBases: boolean;
  },
  completeTargets: CompleteTargets,
): Promise<AskedBases | undefined> {
  const { flags, io } = session;
  const names = flags.all('base-image');
  const path = flags.text('dockerfile');
  const target = flags.text('target');
  if (path === undefined && target !== undefined) {
    throw new AssayError('USAGE', '--target names a stage, and no Dockerfile is given', {
      hint: 'Add --dockerfile FILE.',
    });
  }
  const conditions = [...(policy?.failOn ?? []), ...(policy?.forbid ?? [])];
  const asksOrigin =
    policy?.only !== undefined || conditions.some(({ origin }) => origin !== undefined);
  const isAsked = asksOrigin || judgesBases;
  if (names.length === 0 && path === undefined && !isAsked) return undefined;
  const { namedBaseImages } = await import('./named-base-images.ts');
  const { readBaseRules } = await import('./base-rules.ts');
  const { warning, ...ruled } = await readBaseRules(session);
  const warned = warning === undefined ? {} : { warnings: [warning] };
  const known = await namedBaseImages(session, names, completeTargets);
  if (path === undefined) return { bases: { known, ...ruled }, ...warned };
  const { dockerfileQuestion } = await import('../../../../tasks/compare/base/dockerfile-base.ts');
  const dockerfile = await dockerfileQuestion(path, { cwd: io.cwd, target });
  return { bases: { known, ...ruled, dockerfile }, ...warned };
}
