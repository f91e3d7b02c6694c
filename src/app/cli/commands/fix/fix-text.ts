/** The outcome of `assay fix` for a terminal. */

import { stripControl } from '../../../../core/base/strip-control.ts';
import type { FixOutcome, ProjectOutcome } from '../../../../tasks/fix/outcome.ts';
import type { Staying } from '../../../../tasks/fix/plan.ts';
import { namesOf, type FindingNames } from './finding-names.ts';
import { editText, findingsText, stateText, stepText, summaryText } from './fix-words.ts';

/** Returns the text. */
export function fixText(outcome: FixOutcome, { typed }: { readonly typed: string }): string {
  const names = namesOf(outcome);
  const lines = [
    ...outcome.projects.flatMap((project) => projectLines(project, names)),
    ...stayingLines(outcome.elsewhere, names),
    summaryText(outcome),
    ...nextLines(outcome, typed),
  ];
  return lines.map((line) => `${stripControl(line)}\n`).join('');
}

function projectLines(project: ProjectOutcome, names: FindingNames): readonly string[] {
  const { path, manager, steps, staying, notes } = project;
  return [
    `${path} (${manager}): ${stateText(project)}`,
    ...notes.map((note) => `  note: ${note}`),
    ...steps.flatMap((step, index) => [
      `  ${index + 1}. ${stepText(step)}`,
      `     clears ${findingsText(step.clears, names)}`,
      ...(step.adds.length > 0 ? [`     adds ${findingsText(step.adds, names)}`] : []),
      ...(step.dependents.length > 0 ? [`     requested by ${step.dependents.join(', ')}`] : []),
      ...step.edits.map((edit) => `     ${editText(edit)}`),
    ]),
    ...stayingLines(staying, names),
    '',
  ];
}

function stayingLines(staying: readonly Staying[], names: FindingNames): readonly string[] {
  return staying.flatMap(({ findingId, reasons }) => {
    const name = names.get(findingId);
    const subject = name === undefined ? '' : `${name.package} ${name.version}: `;
    return [
      `  stays: ${subject}${findingsText([findingId], names)}`,
      ...reasons.map((reason) => `     ${reason.split('\n').join('; ')}`),
    ];
  });
}

function nextLines({ mode, projects }: FixOutcome, typed: string): readonly string[] {
  const hasChanges = projects.some(({ changedPaths }) => changedPaths.length > 0);
  if (!hasChanges) return [];
  return mode === 'plan'
    ? [`To write the changes: ${typed} --apply`]
    : ['Installed packages are as they were; install anew from the lockfile, as with npm ci.'];
}
