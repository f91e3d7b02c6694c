/** Prints what a verification found: the signatures and attestations, and the verdict. */

import type { TrustOutcome } from '../../../../core/model/report/trust-outcome.ts';
import { trustVerdict } from '../../../../scan/policy/trust-verdict.ts';
import { formatColumns } from '../../../../scan/report/text/plain-columns.ts';
import type { AttestationJudgment } from '../../../../trust/signing/attestation/judge-attestation.ts';
import type { BeneathAttached } from '../../../../trust/signing/image/attached-beneath.ts';
import type { SignatureJudgment, TrustedSigners } from '../../../../trust/signing/judgment.ts';
import type { TrustedRoot } from '../../../../trust/signing/keyless/trusted-root.ts';
import { writeResult } from '../../print/result-output.ts';
import { trustVerdictLines } from '../../print/trust-verdict-lines.ts';
import type { Session } from '../command.ts';

/** A verification that is done. */
export interface VerificationResult {
  readonly format: 'table' | 'json';
  /** The verified subject, in the form of the schema. */
  readonly subject: object;
  readonly judgments: readonly Judgment[];
  /** Absent: attestations were not verified. */
  readonly attestations?: readonly AttestationJudgment[];
  /** Attachments of attached documents, which were not judged; absent or empty: there are none. */
  readonly beneath?: readonly BeneathAttached[];
  readonly outcome: TrustOutcome;
  readonly signers: TrustedSigners;
}

type Judgment = SignatureJudgment & { readonly claimedAt?: string };

/** Prints the answer, and returns the exit code. */
export async function answerVerification(
  session: Session,
  { format, subject, judgments, attestations, beneath = [], outcome, signers }: VerificationResult,
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
      ...(attestations !== undefined && {
        attestations: attestations.map((one) => ({ ...one, unmet: undefined })),
      }),
      ...(beneath.length > 0 && { beneath }),
      trustedRoots: roots.map(({ name, note, freshUntil }) => ({ name, note, freshUntil })),
      verdict: { status, exitCode, causes, warnings },
    },
    text:
      tableOf(judgments) +
      attestationTable(attestations ?? []) +
      beneathTable(beneath) +
      lines.join('\n'),
  });
  return exitCode;
}

/**
 * Returns the roots that a verdict depends on: a signature by an identity, or a certificate that
 * was found.
 */
async function usedRoots({ identities, roots }: TrustedSigners): Promise<readonly TrustedRoot[]> {
  return identities.length > 0 || roots.isUsed() ? roots.load() : [];
}

function tableOf(judgments: readonly Judgment[]): string {
  if (judgments.length === 0) return '';
  const head = ['signature', 'place', 'form', 'signer', 'time', 'reason'];
  const rows = judgments.map((one) => [...placed(one), timeOf(one), one.reason ?? one.note ?? '']);
  return `${formatColumns([head, ...rows])}\n`;
}

function attestationTable(attestations: readonly AttestationJudgment[]): string {
  if (attestations.length === 0) return '';
  const head = ['attestation', 'place', 'form', 'signer', 'type', 'time', 'reason'];
  const rows = attestations.map((one) => [
    ...placed(one),
    one.predicateType ?? '',
    one.statedAt ?? one.provenAt ?? '',
    one.reason ?? '',
  ]);
  return `${formatColumns([head, ...rows])}\n`;
}

/** Returns the table of documents about other documents than the image. */
function beneathTable(beneath: readonly BeneathAttached[]): string {
  if (beneath.length === 0) return '';
  const head = ['beneath', 'place', 'type', 'attached to', 'of type'];
  const rows = beneath.map(({ place, type, attachedTo }) => [
    'not judged',
    ...[place, type, attachedTo.digest, attachedTo.type],
  ]);
  return `${formatColumns([head, ...rows])}\n`;
}

function placed({ counts, place, form, key, identity }: Judgment): readonly string[] {
  const signer = key?.name ?? identity?.names.join(', ') ?? '';
  return [counts ? 'counts' : 'refused', place, form, signer];
}

function timeOf({ provenAt, claimedAt }: Judgment): string {
  return provenAt ?? (claimedAt === undefined ? '' : `${claimedAt} (not proven)`);
}
