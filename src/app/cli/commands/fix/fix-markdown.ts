/** The outcome of `assay fix` as a page for a pull request. */

import type { FixOutcome, ProjectOutcome } from '../../../../tasks/fix/outcome.ts';
import type { Staying, Step } from '../../../../tasks/fix/plan.ts';
import { markdownText } from '../../../../scan/report/markdown/markdown-text.ts';
import { namesOf, type FindingNames } from './finding-names.ts';
import { editText, findingsText, stateText, stepText, summaryText } from './fix-words.ts';

/** Returns the page. The diff is part of it if it was asked for. */
export function fixMarkdown(
  outcome: FixOutcome,
  { wantsDiff }: { readonly wantsDiff: boolean },
): string {
  const names = namesOf(outcome);
  const parts = [
    '## Fixes',
    markdownText(summaryText(outcome)),
    ...outcome.projects.flatMap((project) => projectParts(project, names)),
    ...stayingParts(outcome.elsewhere, names),
    ...(wantsDiff && outcome.diff !== '' ? [fenced(outcome.diff)] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

function projectParts(project: ProjectOutcome, names: FindingNames): readonly string[] {
  const { path, manager, steps, staying } = project;
  const title = `### ${markdownText(`${path} (${manager}): ${stateText(project)}`)}`;
  const rows = steps.map((step) => row(step, names));
  const table =
    rows.length === 0
      ? []
      : ['| step | clears | adds | manifest |\n| --- | --- | --- | --- |\n' + rows.join('\n')];
  return [title, ...table, ...stayingParts(staying, names)];
}

function row(step: Step, names: FindingNames): string {
  const cells = [
    stepText(step),
    findingsText(step.clears, names),
    findingsText(step.adds, names),
    step.edits.map(editText).join('; '),
  ];
  return `| ${cells.map((cell) => markdownText(cell)).join(' | ')} |`;
}

function stayingParts(staying: readonly Staying[], names: FindingNames): readonly string[] {
  if (staying.length === 0) return [];
  const lines = staying.map(({ findingId, reasons }) => {
    const name = names.get(findingId);
    const subject = name === undefined ? '' : `${name.package} ${name.version}, `;
    return `- ${markdownText(`${subject}${findingsText([findingId], names)}: ${reasons.join('; ')}`)}`;
  });
  return [`What stays:\n\n${lines.join('\n')}`];
}

/** Returns a fence that no line of the text closes. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}${fence}`;
}
