/**
 * From answers of resolvers to what becomes of references: pinned, updated, waiting, rejected,
 * unresolved or refused.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError, type ErrorCode } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import type { Report } from '../../core/model/report/report.ts';
import { oldEnough, ripeAt, type AgedTag } from './min-age.ts';
import type { ReferenceRow } from './outcome.ts';
import { digestOf, withoutDigest } from './reference-value.ts';
import { rejectedFindings, rejectionReason } from './rejection.ts';
import type { Candidate, PinRequest } from './request.ts';
import { questionKey, type ResolverSet } from './resolve-all.ts';
import type {
  ReferenceQuestion,
  Resolution,
  ResolutionNote,
  ResolutionResult,
} from './resolvers.ts';
import type { Subject } from './subject.ts';

/** The parts of a run that settling needs. */
export interface SettleOptions {
  readonly request: PinRequest;
  readonly resolvers: ResolverSet;
  readonly context: Context;
}

/**
 * Resolves all questions, and returns the subjects with their last state.
 * @throws AssayError as scans do
 */
export async function settleSubjects(
  subjects: readonly Subject[],
  options: SettleOptions,
): Promise<readonly Subject[]> {
  const { request, resolvers, context } = options;
  const questions = subjects.flatMap(({ question }) => question ?? []);
  const answers = await resolvers.resolveAll(questions);
  recordSightings(questions, answers, request);
  const settled: Subject[] = [];
  const reports = new Map<string, Promise<Report>>();
  for (const subject of subjects) {
    throwIfInterrupted(context.signal);
    const { question, row } = subject;
    const answer = question === undefined ? undefined : answers.get(questionKey(question));
    if (question === undefined || answer === undefined) {
      settled.push(subject);
    } else if (!answer.ok) {
      const { status, message: reason, advice } = answer;
      settled.push({ ...subject, row: { ...row, state: status, reason, advice } });
    } else if (question.mode === 'update' && request.isUpdate) {
      const updated = await settleUpdate({ subject, answer, reports }, options);
      settled.push({ ...subject, row: updated });
    } else {
      settled.push({ ...subject, row: pinnedRow(row, answer) });
    }
  }
  return settled;
}

function recordSightings(
  questions: readonly ReferenceQuestion[],
  answers: ReadonlyMap<string, ResolutionResult>,
  { sightings }: PinRequest,
): void {
  if (sightings === undefined) return;
  for (const question of questions) {
    const answer = answers.get(questionKey(question));
    if (answer?.ok !== true || answer.ledgerKey === undefined) continue;
    sightings.record(answer.ledgerKey, answer.digest, answer.source);
  }
}

/**
 * Returns the row of a resolved reference. A reference without a digest gets one; one with a digest
 * is unchanged, with the notes of its resolution.
 */
function pinnedRow(
  row: ReferenceRow,
  { pinned, digest, version, notes }: Resolution,
): ReferenceRow {
  const named = { ...row, notes, ...(version !== undefined && { version }) };
  if (row.kind === 'image' && row.state === 'pinned' && digestOf('image', row.value) !== digest) {
    const message = `the tag names ${digest} now; assay pin --update takes it`;
    return { ...named, notes: [...notes, { id: 'moved', message }] };
  }
  if (row.state === 'pinned' || pinned === row.value) return { ...named, state: 'pinned' };
  return { ...named, state: 'pin', pinned };
}

interface UpdateInput {
  readonly subject: Subject;
  readonly answer: Resolution;
  /** Reports of candidates that were judged already. */
  readonly reports: Map<string, Promise<Report>>;
}

async function settleUpdate(
  { subject, answer, reports }: UpdateInput,
  options: SettleOptions,
): Promise<ReferenceRow> {
  const { row } = subject;
  const { kind, value } = row;
  const current = digestOf(kind, value) ?? '';
  const { version } = answer;
  const stays: ReferenceRow = { ...row, notes: answer.notes };
  if (answer.digest === current) return { ...stays, ...(version !== undefined && { version }) };
  const chosen = await chooseByAge(subject, answer, options);
  if (chosen.pinned === undefined) {
    const { reason, notes } = chosen;
    return { ...stays, state: 'waiting', pinned: answer.pinned, reason, notes };
  }
  const { pinned, notes, version: taken } = chosen;
  const updated: ReferenceRow = {
    ...stays,
    state: 'update',
    pinned,
    notes,
    ...(taken !== undefined && { version: taken }),
  };
  const { judge, platform = subject.found.platform } = options.request;
  // Further files of the same version have the same findings.
  if (judge === undefined || kind === 'requirement') return updated;
  const candidate: Candidate = {
    kind,
    pinned,
    current: value,
    ...(platform !== undefined && { platform }),
  };
  const report = await judged(candidate, judge, reports).catch(scanProblem);
  if (typeof report === 'string') {
    const hint = 'The pinned one stays. Run the update again later.';
    return { ...updated, state: 'unresolved', reason: report, advice: hint };
  }
  const reason = rejectionReason(report);
  if (reason === undefined) return updated;
  const findings = rejectedFindings(report);
  const advice = 'Look at the findings, and accept them with --fail-on, --policy or an exception.';
  return { ...updated, state: 'rejected', reason, advice, findings };
}

function judged(
  candidate: Candidate,
  judge: NonNullable<PinRequest['judge']>,
  reports: UpdateInput['reports'],
): Promise<Report> {
  const key = JSON.stringify(candidate);
  const known = reports.get(key) ?? judge(candidate);
  reports.set(key, known);
  return known;
}

const SCAN_FAILURES: ReadonlySet<ErrorCode> = new Set([
  ...(['NOT_FOUND', 'ACCESS_DENIED', 'REGISTRY_DENIED', 'CONTENT_MISMATCH', 'DAMAGED'] as const),
  ...(['LIMIT_EXCEEDED', 'NETWORK'] as const),
]);

/**
 * Returns the reason why one candidate cannot be scanned. Errors of the whole run, such as missing
 * advisory data, are thrown.
 */
function scanProblem(error: unknown): string {
  if (!(error instanceof AssayError) || !SCAN_FAILURES.has(error.code)) throw error;
  return `the newer one cannot be scanned: ${error.message}`;
}

/** The choice by age; `pinned` is absent if nothing is old enough. */
type Chosen = { readonly notes: readonly ResolutionNote[] } & (
  | { readonly pinned: string; readonly version?: string | undefined }
  | { readonly pinned?: undefined; readonly reason: string }
);

/** Tags that are tried, from the newest. */
const MAX_VERSIONS = 20;

async function chooseByAge(
  subject: Subject,
  answer: Resolution,
  options: SettleOptions,
): Promise<Chosen> {
  const { sightings, minAgeMs } = options.request;
  const { notes, pinned, version } = answer;
  if (minAgeMs === undefined || sightings === undefined) return { pinned, version, notes };
  if (subject.row.kind === 'requirement') return { notes, reason: HASHES_HAVE_NO_AGE };
  const chosen = await chooseDigest(subject, answer, { ...options, sightings, minAgeMs });
  if (chosen.pinned !== undefined) return chosen;
  return (await chooseVersion(subject, answer, { ...options, sightings, minAgeMs })) ?? chosen;
}

const HASHES_HAVE_NO_AGE =
  'the ledger does not record the files of a requirement, so that their hashes are updated only without --min-age';

type AgeOptions = SettleOptions & Required<Pick<PinRequest, 'sightings' | 'minAgeMs'>>;

/** Chooses among the digests that one tag had. */
async function chooseDigest(
  { row, question }: Subject,
  { notes, pinned, version, digest: newest, ledgerKey = '' }: Resolution,
  { sightings, minAgeMs, resolvers, context }: AgeOptions,
): Promise<Chosen> {
  const tag: AgedTag = {
    seen: sightings.of(ledgerKey),
    current: digestOf(row.kind, row.value) ?? '',
    newest,
    minAgeMs,
    nowMs: context.now(),
  };
  const gone: ResolutionNote[] = [];
  for (const digest of oldEnough(tag)) {
    if (digest === newest) return { pinned, version, notes: [...notes, ...gone] };
    const older = `${withoutDigest(row.kind, pinned)}@${digest}`;
    if (await isThere({ ...question, kind: row.kind, value: older, mode: 'pin' }, resolvers)) {
      return { pinned: older, notes: [...notes, ...gone] };
    }
    gone.push({ id: 'gone', message: `the registry no longer has "${older}"` });
  }
  const ripe = new Date(ripeAt(tag)).toISOString().slice(0, 16).replace('T', ' ');
  const reason = `the newest one was first seen less than the minimum age ago; it is old enough on ${ripe} UTC`;
  return { reason, notes: [...notes, ...gone] };
}

/** Chooses the newest tag that is old enough; each one that is asked for is recorded. */
async function chooseVersion(
  subject: Subject,
  newest: Resolution,
  options: AgeOptions,
): Promise<Chosen | undefined> {
  const { question, row } = subject;
  const tooYoung: string[] = [];
  let young: string | undefined = newest.version;
  while (question !== undefined && young !== undefined && tooYoung.length < MAX_VERSIONS) {
    if (tooYoung.includes(young)) return undefined;
    tooYoung.push(young);
    const next = { ...question, tooYoung: [...tooYoung] };
    const answers = await options.resolvers.resolveAll([next]);
    const answer = answers.get(questionKey(next));
    if (answer?.ok !== true || answer.digest === digestOf(row.kind, row.value)) return undefined;
    recordSightings([next], answers, options.request);
    const chosen = await chooseDigest(subject, answer, options);
    if (chosen.pinned !== undefined) return chosen;
    young = answer.version;
  }
  return undefined;
}

async function isThere(question: ReferenceQuestion, resolvers: ResolverSet): Promise<boolean> {
  const { kind, value, platform, mode } = question;
  const plain = { kind, value, mode, ...(platform !== undefined && { platform }) };
  const answers = await resolvers.resolveAll([plain]);
  const answer = answers.get(questionKey(plain));
  return answer?.ok === true && !answer.notes.some(({ id }) => id === 'gone');
}
