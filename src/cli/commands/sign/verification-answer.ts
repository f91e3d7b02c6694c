/** Prints what a verification found: the signatures, and the verdict. */

import type { TrustOutcome } from '../../../model/trust-outcome.ts';
import { trustVerdict } from '../../../policy/trust-verdict.ts';
import { formatColumns } from '../../../report/plain-columns.ts';
import type { SignatureJudgment } from '../../../signing/judgment.ts';
import { writeResult } from '../../print/result-output.ts';
import { trustVerdictLines } from '../../print/trust-verdict-lines.ts';
import type { Session } from '../command.ts';

/** A verification that is done. */
export interface VerificationResult {
  readonly format: 'table' | 'json';
  /** What was verified, as the schema has it. */
  readonly subject: object;
  readonly judgments: readonly SignatureJudgment[];
  readonly outcome: TrustOutcome;
}

/** Prints the answer, and returns the exit code. */
export async function answerVerification(
  session: Session,
  { format, subject, judgments, outcome }: VerificationResult,
): Promise<number> {
  const verdict = trustVerdict(outcome, session.context.now());
  const { status, exitCode, causes, warnings = [] } = verdict;
  const rows = judgments.map(({ place, form, key, counts, reason = '' }) => [
    counts ? 'counts' : 'refused',
    place,
    form,
    key?.name ?? '',
    reason,
  ]);
  const table =
    rows.length === 0
      ? ''
      : `${formatColumns([['signature', 'place', 'form', 'key', 'reason'], ...rows])}\n`;
  const lines = [...trustVerdictLines(verdict), ''];
  await writeResult(session, format, {
    data: {
      schemaVersion: 1,
      kind: 'assay-verification',
      subject,
      judgedAt: new Date(session.context.now()).toISOString(),
      signatures: judgments,
      verdict: { status, exitCode, causes, warnings },
    },
    text: table + lines.join('\n'),
  });
  return exitCode;
}
