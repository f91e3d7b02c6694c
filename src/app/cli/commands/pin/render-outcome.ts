/** The outcome of `assay pin` in each of its formats. */

import { jsonText } from '../../../../core/base/json-text.ts';
import { escapeWorkflowCommands } from '../../../../core/base/workflow-commands.ts';
import type { PinCause } from '../../../../tasks/pin/exit-code.ts';
import type { PinOutcome } from '../../../../tasks/pin/outcome.ts';
import { pinDocument } from './pin-document.ts';
import { pinGithub } from './pin-github.ts';
import { pinSarif } from './pin-sarif.ts';
import { pinText } from './pin-text.ts';

/** An outcome with the causes of its exit code. */
export interface DecidedOutcome {
  readonly outcome: PinOutcome;
  readonly causes: readonly PinCause[];
  readonly exitCode: number;
  readonly wantsDiff: boolean;
  readonly ledgerPath?: string | undefined;
}

/** Renders an outcome. A diff is printed alone, so that `git apply` can read it. */
export function renderOutcome(format: string, decided: DecidedOutcome, typed: string): string {
  const { outcome, wantsDiff } = decided;
  switch (format) {
    case 'json':
      return jsonText(pinDocument(outcome, decided));
    case 'sarif':
      return jsonText(pinSarif(outcome));
    case 'github':
      return pinGithub(outcome);
    default:
      return wantsDiff
        ? outcome.diff
        : escapeWorkflowCommands(pinText(outcome, { ...decided, typed }));
  }
}
