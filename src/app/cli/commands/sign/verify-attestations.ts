/**
 * The attestations that `assay verify` requires: those of `--type`, and those of the trust file.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { sha256Of } from '../../../../formats/crypto/digest/digest-check.ts';
import type { TrustOutcome } from '../../../../core/model/report/trust-outcome.ts';
import {
  attestationOutcome,
  unreadNotes,
} from '../../../../trust/signing/attestation/attestation-outcome.ts';
import {
  findAttestations,
  judgeAttestationFiles,
  type AttestationFile,
} from '../../../../trust/signing/attestation/find-attestations.ts';
import type {
  AttestationJudgment,
  AttestationRequirement,
} from '../../../../trust/signing/attestation/judge-attestation.ts';
import type { SignableManifest } from '../../../../trust/signing/image/image-manifests.ts';
import type { AttachedSource } from '../../../../trust/signing/image/attached-source.ts';
import { judgeAttestationForms } from '../../../../trust/signing/image/form-rules.ts';
import { inTurns } from '../../../../trust/signing/image/in-turns.ts';
import { unsignedClaims } from '../../../../trust/signing/attestation/unsigned-claims.ts';
import { ATTESTATION_TYPES } from '../../../../trust/trust-file/attestation-types.ts';
import type { Session } from '../command.ts';
import { readType, type NamedType } from './attestation-type.ts';
import type { ImagePlace } from './image-place.ts';
import type { Verifiers } from './trusted-signers.ts';

/** An image, and where what is attached to it is read from. */
export interface AttachedPlace extends ImagePlace {
  readonly attached: AttachedSource;
}

/** The attestations of some manifests. */
export interface JudgedAttestations {
  readonly judgments: readonly AttestationJudgment[];
  readonly outcome: TrustOutcome;
  readonly notes: readonly string[];
}

/** Flags about signatures that have no effect on attestations. */
const OF_SIGNATURES = ['threshold', 'annotation', 'require-repository'];

/** Returns the types of `--type`; empty: signatures are verified. @throws AssayError `USAGE` */
export function readTypes({ flags }: Session): readonly NamedType[] {
  const types = flags.list('type').map(readType);
  const given = OF_SIGNATURES.find((name) => flags.from(name) === 'flag');
  if (types.length === 0 || given === undefined) return types;
  throw new AssayError('USAGE', `--${given} has no effect on attestations`, {
    hint: 'Leave it out, or verify the signatures in a run without --type.',
  });
}

/** Returns a note about a flag that changes nothing for attestations. */
export function typeNotes({ flags }: Session, types: readonly NamedType[]): readonly string[] {
  if (types.length === 0 || flags.from('any-repository') !== 'flag') return [];
  return ['--any-repository changes nothing: the repository of attestations is not compared.'];
}

/**
 * Returns what the attestations must be: all rules of the trust file, or those of the types that
 * are given. A type without a rule needs an attestation by any of the signers.
 */
export function attestationRequirements(
  types: readonly NamedType[],
  { attestationRules, signers: { keys } }: Verifiers,
): readonly AttestationRequirement[] {
  const isKey = (name: string): boolean => keys.some((key) => key.name === name);
  const ruled = attestationRules.map((rule): AttestationRequirement => {
    const needsCertificate =
      rule.signers === undefined ? keys.length === 0 : !rule.signers.some(isKey);
    return { ...usualResult(rule), ...rule, needsCertificate };
  });
  if (types.length === 0) return ruled;
  return types.flatMap(({ type, predicateType }) => {
    const own = ruled.filter((one) => one.predicateType === predicateType);
    const plain: AttestationRequirement = {
      type,
      predicateType,
      ...usualResult({ predicateType }),
      conditions: [],
      needsCertificate: keys.length === 0,
    };
    return own.length === 0 ? [plain] : own;
  });
}

/**
 * Returns the result that is required if no rule names one. A verification summary that failed
 * proves nothing.
 */
function usualResult({
  predicateType,
}: Pick<AttestationRequirement, 'predicateType'>): Pick<AttestationRequirement, 'result'> {
  return predicateType === ATTESTATION_TYPES.verdict ? { result: 'PASSED' } : {};
}

/** A file, and the files with its attestations. */
export interface AttestedFile {
  readonly file: string;
  readonly content: Uint8Array;
  readonly signatures: readonly AttestationFile[];
}

/** Judges the attestations of a file. */
export async function judgeFileAttestations(
  { context }: Pick<Session, 'context'>,
  { file, content, signatures }: AttestedFile,
  {
    verifiers: { signers },
    requirements,
  }: {
    readonly verifiers: Verifiers;
    readonly requirements: readonly AttestationRequirement[];
  },
): Promise<JudgedAttestations> {
  const now = context.now();
  const rules = { digest: sha256Of(content), signers, requirements, now };
  const found = await judgeAttestationFiles(signatures, content, rules);
  return {
    judgments: found.judgments,
    outcome: attestationOutcome(found, requirements, { subject: `"${file}"`, now }),
    notes: [...found.notes, ...unreadNotes(found)],
  };
}

/** Judges the attestations of each manifest. */
export async function judgeAttestations(
  { context }: Session,
  manifests: readonly SignableManifest[],
  rules: {
    readonly place: AttachedPlace;
    readonly verifiers: Verifiers;
    readonly requirements: readonly AttestationRequirement[];
    /** The forms that count; absent: all. */
    readonly forms?: readonly string[] | undefined;
  },
): Promise<JudgedAttestations> {
  const { place, verifiers, requirements, forms } = rules;
  if (requirements.length === 0) {
    return { judgments: [], outcome: { problems: [], held: [] }, notes: [] };
  }
  const { attached, shown } = place;
  const now = context.now();
  const judged = await inTurns(
    manifests,
    async ({ digest }) => {
      const { signers } = verifiers;
      const all = await findAttestations(attached, { digest, signers, requirements, now });
      const found = { ...all, judgments: judgeAttestationForms(all.judgments, forms) };
      const claims = await unsignedClaims(attached, digest);
      const subject = `"${shown}@${digest}"`;
      return {
        judgments: found.judgments,
        outcome: attestationOutcome(found, requirements, { subject, now }),
        notes: [...found.notes, ...unreadNotes(found), ...claims],
      };
    },
    1,
  );
  return {
    judgments: judged.flatMap(({ judgments }) => judgments),
    outcome: {
      problems: judged.flatMap(({ outcome }) => outcome.problems),
      held: judged.flatMap(({ outcome }) => outcome.held),
    },
    notes: judged.flatMap(({ notes }) => notes),
  };
}
