/** Sentences about a fix that the table and the page for a pull request share. */

import { pluralize } from '../../../../core/base/pluralize.ts';
import type { FixOutcome, ProjectOutcome, ProjectState } from '../../../../tasks/fix/outcome.ts';
import type { ManifestEdit, Move, Step, StepKind } from '../../../../tasks/fix/plan.ts';
import type { FindingNames } from './finding-names.ts';

const KINDS: Readonly<Record<StepKind, string>> = {
  update: 'update in the ranges',
  widen: 'change a range',
  override: 'override',
  remove: 'remove',
};

const STATES: Readonly<Record<ProjectState, string>> = {
  tried: 'tried, and confirmed by a second match',
  edited: 'edited, not resolved',
  notTried: 'not tried',
};

/** Returns the step as one line: what it does, and the packages that change. */
export function stepText({ kind, moves }: Step): string {
  return `${KINDS[kind]}: ${moves.map(moveText).join(', ')}`;
}

function moveText({ name, from, to, level }: Move): string {
  return to === undefined ? `${name} ${from} goes` : `${name} ${from} to ${to} (${level})`;
}

/** Returns the edit of a manifest as one line. */
export function editText({ manifest, section, name, from, to }: ManifestEdit): string {
  const where = `${manifest}: ${section.replaceAll('/', '.')}: ${name}`;
  if (to === undefined) return `${where} "${from ?? ''}" is removed`;
  return from === undefined ? `${where} "${to}" is added` : `${where} "${from}" becomes "${to}"`;
}

/** Describes the state of a project. */
export function stateText({ state }: ProjectOutcome): string {
  return STATES[state];
}

/** Returns the findings as a list of advisories with severities. */
export function findingsText(ids: readonly string[], names: FindingNames): string {
  const texts = ids.map((id) => {
    const name = names.get(id);
    return name === undefined ? id : `${name.advisoryId} (${name.severity})`;
  });
  return [...new Set(texts)].join(', ');
}

/** Describes the selected, cleared and remaining findings. */
export function summaryText({ targets, projects, mode }: FixOutcome): string {
  const ids = new Set(targets.map(({ finding }) => finding.id));
  if (ids.size === 0) return 'No finding is to be cleared.';
  const cleared = new Set(projects.flatMap(({ steps }) => steps.flatMap(({ clears }) => clears)));
  for (const { staying } of projects)
    for (const { findingId } of staying) cleared.delete(findingId);
  const isTried = projects.every(({ state }) => state !== 'notTried');
  const how = isTried ? 'cleared by the second match' : 'cleared by the plan, which was not tried';
  const done = mode === 'apply' ? ' The files are written.' : '';
  const isWritten = projects.some(({ changedPaths }) => changedPaths.length > 0);
  return `${pluralize(ids.size, 'finding')} chosen, ${cleared.size} ${how}, ${ids.size - cleared.size} left.${isWritten ? done : ''}`;
}
