/**
 * Decides whether an image has the attestation that a requirement asks for.
 *
 * Of several attestations of one type by trusted signers the newest decides, so that an old PASS
 * does not outlive a newer FAIL. The time is the one inside the signed predicate, else the one that
 * a log or a timestamp proves; annotations are not read. An attestation without a time may be the
 * newest, so it must meet the requirement as well. If a limit left attestations out, or one was not
 * judged that a trusted signer may have made, a requirement on the predicate is not met.
 */

import type { TrustOutcome } from '../../../core/model/report/trust-outcome.ts';
import { countedSignature, shownReasons } from '../signature-outcome.ts';
import type { FoundAttestations, UnjudgedAttestation } from './find-attestations.ts';
import type { AttestationJudgment, AttestationRequirement } from './judge-attestation.ts';

/** Allowed difference of clocks. */
const CLOCK_DIFFERENCE_MS = 5 * 60 * 1000;

/** Decides on one manifest by all requirements. `subject` is its name, quoted. */
export function attestationOutcome(
  found: FoundAttestations,
  requirements: readonly AttestationRequirement[],
  { subject, now }: { readonly subject: string; readonly now: number },
): TrustOutcome {
  const outcomes = requirements.map((requirement, index) =>
    requirementOutcome(found, { requirement, index }, { subject, now }),
  );
  return {
    problems: outcomes.flatMap(({ problems }) => problems),
    held: outcomes.flatMap(({ held }) => held),
  };
}

/** An attestation that counts for a requirement. */
interface Counting {
  readonly judgment: AttestationJudgment;
  readonly signer: string;
  /** In milliseconds since the Unix epoch; absent if no time is known. */
  readonly time?: number;
}

/** Most attestations that cannot be read and are named. */
const MAX_NAMED = 5;

/** Returns sentences about what cannot be read, so that nothing of it is ignored silently. */
export function unreadNotes({ judgments }: FoundAttestations): readonly string[] {
  const unread = judgments.filter(({ predicateType }) => predicateType === undefined);
  const notes = unread
    .slice(0, MAX_NAMED)
    .map(({ place, reason = '' }) => `"${place}" ${reason}. It was not judged.`);
  const left = unread.length - notes.length;
  return left === 0 ? notes : [...notes, `${left} more cannot be read and were not judged.`];
}

/** Returns whether an attestation that was not judged may be one for a requirement. */
export function mayMeet(
  { predicateType, signer }: UnjudgedAttestation,
  requirement: AttestationRequirement,
): boolean {
  if (predicateType !== undefined && predicateType !== requirement.predicateType) return false;
  return signer === undefined || 'entries' in countedSignature(signer, requirement);
}

/**
 * Returns why the newest attestation may be one that was not judged; `undefined` if it is not, or
 * if that does not matter.
 */
function missingNewest(
  { unjudged, isCut }: FoundAttestations,
  requirement: AttestationRequirement,
  subject: string,
): string | undefined {
  const { type, result, conditions } = requirement;
  if (result === undefined && conditions.length === 0) return undefined;
  const one = unjudged.find((other) => mayMeet(other, requirement));
  if (one !== undefined) {
    return `"${one.place}" ${one.problem}, and may be the newest attestation of the type ${type} of ${subject}: delete it from the repository if it is none`;
  }
  if (!isCut) return undefined;
  return `not all attestations of ${subject} are read, and the newest of the type ${type} may be among the others`;
}

function requirementOutcome(
  found: FoundAttestations,
  { requirement, index }: { readonly requirement: AttestationRequirement; readonly index: number },
  { subject, now }: { readonly subject: string; readonly now: number },
): TrustOutcome {
  const { judgments, otherTypes } = found;
  const { type, predicateType, where, needsCertificate } = requirement;
  const place = where === undefined ? '' : ` (${where})`;
  const refused = (
    cause: TrustOutcome['problems'][number]['cause'],
    message: string,
  ): TrustOutcome => ({ problems: [{ cause, message: message + place }], held: [] });
  const own = judgments.filter((one) => one.predicateType === predicateType);
  const unread = judgments.filter((one) => one.predicateType === undefined);
  if (own.length === 0 && unread.length === 0) {
    const others = otherTypes.length === 0 ? '' : `; it has ${otherTypes.slice(0, 5).join(', ')}`;
    return refused('unsigned', `${subject} has no attestation of the type ${type}${others}`);
  }
  if (needsCertificate && !own.some((one) => one.hasCertificate === true)) {
    return refused(
      'noCertificate',
      `no attestation of the type ${type} of ${subject} has a certificate, and only identities are trusted for it`,
    );
  }
  const counting: Counting[] = [];
  const reasons: string[] = [];
  for (const judgment of [...own, ...unread]) {
    const counted = countedSignature(judgment, requirement);
    if ('reason' in counted) reasons.push(`"${judgment.place}" ${counted.reason}`);
    else counting.push({ judgment, signer: counted.entries.join(', '), ...timeOf(judgment) });
  }
  if (counting.length === 0) {
    const message = `no attestation of the type ${type} of ${subject} counts`;
    return refused('signatureRefused', message + shownReasons(reasons));
  }
  const missing = missingNewest(found, requirement, subject);
  if (missing !== undefined) return refused('signatureRefused', missing);
  for (const one of decidingOf(counting)) {
    const problem = one.judgment.unmet[index] ?? timeProblem(one, requirement, { counting, now });
    if (problem === undefined) continue;
    const message = `the newest attestation of the type ${type} of ${subject} does not count`;
    return refused('signatureRefused', `${message}: "${one.judgment.place}" ${problem}`);
  }
  const signers = new Set(decidingOf(counting).map(({ signer }) => signer));
  const message = `${subject} has an attestation of the type ${type} by ${[...signers].join(', ')}`;
  return { problems: [], held: [{ group: 'signature', message }] };
}

/**
 * Returns the time inside the predicate, else the one that a log or a timestamp proves; empty if
 * there is none.
 */
export function timeOf({ statedAt, provenAt }: AttestationJudgment): Pick<Counting, 'time'> {
  const at = statedAt ?? provenAt;
  return at === undefined ? {} : { time: Date.parse(at) };
}

/**
 * Returns the attestations that may be the newest: those with the latest time, and all without one.
 */
function decidingOf(counting: readonly Counting[]): readonly Counting[] {
  const newest = counting.reduce(
    (latest, { time = -Infinity }) => Math.max(latest, time),
    -Infinity,
  );
  return counting.filter(({ time }) => time === undefined || time === newest);
}

function timeProblem(
  { time }: Counting,
  requirement: AttestationRequirement,
  { counting, now }: { readonly counting: readonly Counting[]; readonly now: number },
): string | undefined {
  const isDated = counting.some((one) => one.time !== undefined);
  return time === undefined && isDated ? undefined : ageProblem(time, requirement, now);
}

/**
 * Returns why the age of an attestation does not meet a requirement, as a predicate; `undefined` if
 * it does.
 */
export function ageProblem(
  time: number | undefined,
  { maxAgeMs }: Pick<AttestationRequirement, 'maxAgeMs'>,
  now: number,
): string | undefined {
  if (time === undefined) {
    return maxAgeMs === undefined ? undefined : 'has no time, and an age is required';
  }
  const at = new Date(time).toISOString();
  if (time > now + CLOCK_DIFFERENCE_MS) return `has a time in the future (${at})`;
  if (maxAgeMs === undefined || now - time <= maxAgeMs) return undefined;
  return `is too old: it was made at ${at}`;
}
