/**
 * The signatures that the trust file requires for REF, if `--with-signatures` copies those of SRC:
 * these and the one of the push count, for every threshold, and again at REF before the tag is
 * written.
 */

import type { TrustOutcome } from '../../../../core/model/report/trust-outcome.ts';
import type { PushRequest } from '../../../../tasks/release/push.ts';
import { confirmRequired, judgeRequired } from '../../../../tasks/release/required-signatures.ts';
import type { SignatureJudgment } from '../../../../trust/signing/judgment.ts';
import { repositoryRequirement, signatureRules } from '../../../../trust/trust-file/decisions.ts';
import type { FoundTrustFile } from '../../../../trust/trust-file/find-trust-file.ts';
import type { Session } from '../command.ts';
import { trustFileVerifiers } from '../sign/trusted-signers.ts';
import { openSourceSignatures, type PushEnds } from './push-target.ts';

const NOTHING: TrustOutcome = { problems: [], held: [] };

/**
 * Returns whether signatures are copied to a repository that has a name, which signatures of SRC
 * can be for.
 */
export function copiesSignatures({ flags }: Session, { target }: PushEnds): boolean {
  return flags.isOn('with-signatures') && target.name !== undefined;
}

/**
 * Returns how the signatures are judged; empty if the trust file requires none for REF, or none are
 * copied. `own` are those that the push will make.
 *
 * @throws AssayError `CONFIG_INVALID` if no signer of the trust file counts for REF
 */
export async function signatureJudges(
  session: Session,
  ends: PushEnds,
  found: FoundTrustFile | undefined,
  own: readonly SignatureJudgment[],
): Promise<Pick<PushRequest, 'judgeStored' | 'confirmPlace'>> {
  const { name } = ends.target;
  if (found === undefined || name === undefined || !copiesSignatures(session, ends)) return {};
  if (signatureRules(found.trust, name).length === 0) return {};
  const { signers, requirements } = await trustFileVerifiers(session, found, { repository: name });
  const requiresRepository = repositoryRequirement(found.trust, name) !== undefined;
  const now = session.context.now();
  const rules = { signers, requirements, name, requiresRepository, now };
  return {
    judgeStored: async (stored) => {
      const place = await openSourceSignatures(session, ends, stored ?? {});
      return stored === undefined ? NOTHING : judgeRequired(place, stored.root.digest, rules, own);
    },
    confirmPlace: (place, root) => confirmRequired(place, root, rules),
  };
}
