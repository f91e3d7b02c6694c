/** The outcome of `assay fix` in each of its formats. */

import { jsonText } from '../../../../core/base/json-text.ts';
import { escapeWorkflowCommands } from '../../../../core/base/workflow-commands.ts';
import type { FixOutcome } from '../../../../tasks/fix/outcome.ts';
import { fixDocument } from './fix-document.ts';
import { fixMarkdown } from './fix-markdown.ts';
import { fixText } from './fix-text.ts';

/** The options of a format beside the outcome. */
export interface FixView {
  readonly exitCode: number;
  readonly wantsDiff: boolean;
  /** The command line that the user typed. */
  readonly typed: string;
}

/** Renders an outcome. A diff is printed alone, so that `git apply` can read it. */
export function renderFix(format: string, outcome: FixOutcome, view: FixView): string {
  if (format === 'json') return jsonText(fixDocument(outcome, view));
  if (format === 'markdown') return escapeWorkflowCommands(fixMarkdown(outcome, view));
  return view.wantsDiff ? outcome.diff : escapeWorkflowCommands(fixText(outcome, view));
}
