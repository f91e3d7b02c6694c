/** Prints what a verification found: the signatures, and the verdict. */

import type { TrustOutcome } from '../../../model/trust-outcome.ts';
import { trustVerdict } from '../../../policy/trust-verdict.ts';
import { formatColumns } from '../../../report/plain-columns.ts';
import type { SignatureJudgment, TrustedSigners } from '../../../signing/judgment.ts';
import type { TrustedRoot } from '../../../signing/keyless/trusted-root.ts';
import { writeResult } from '../../print/result-output.ts';
import { trustVerdictLines } from '../../print/trust-verdict-lines.ts';
import type { Session } from '../command.ts';

/** A verification that is done. */
export interface VerificationResult {
  readonly format: 'table' | 'json';
  /** What was verified, as the schema has it. */
  readonly subject: object;
  readonly judgments: readonly Judgment[];
  readonly outcome: TrustOutcome;
  readonly signers: TrustedSigners;
}

type Judgment = SignatureJudgment & { readonly claimedAt?: string };

/** Prints the answer, and returns the exit code. */
export async function answerVerification(
  session: Session,
  { format, subject, judgments, outcome, signers }: VerificationResult,
): Promise<number> {
  const verdict = trustVerdict(outcome, session.context.now());
  const { status, exitCode, causes, warnings = [] } = verdict;
  const roots = await usedRoots(signers);
  const notes = [...warnings, ...roots.map(({ note }) => note)];
  const lines = [...trustVerdictLines({ ...verdict, warnings: notes }), ''];
  await writeResult(session, format, {
    data: {
      schemaVersion: 1,
      kind: 'assay-verification',
      subject,
      judgedAt: new Date(session.context.now()).toISOString(),
      signatures: judgments,
      trustedRoots: roots.map(({ name, note, freshUntil }) => ({ name, note, freshUntil })),
      verdict: { status, exitCode, causes, warnings },
    },
    text: tableOf(judgments) + lines.join('\n'),
  });
  return exitCode;
}

/** The roots that a verdict depends on: a signature by an identity, or a certificate that was found. */
async function usedRoots({ identities, roots }: TrustedSigners): Promise<readonly TrustedRoot[]> {
  return identities.length > 0 || roots.isUsed() ? roots.load() : [];
}

function tableOf(judgments: readonly Judgment[]): string {
  if (judgments.length === 0) return '';
  const head = ['signature', 'place', 'form', 'signer', 'time', 'reason'];
  const rows = judgments.map((one) => [
    one.counts ? 'counts' : 'refused',
    one.place,
    one.form,
    one.key?.name ?? one.identity?.names.join(', ') ?? '',
    timeOf(one),
    one.reason ?? '',
  ]);
  return `${formatColumns([head, ...rows])}\n`;
}

function timeOf({ provenAt, claimedAt }: Judgment): string {
  return provenAt ?? (claimedAt === undefined ? '' : `${claimedAt} (not proven)`);
}
