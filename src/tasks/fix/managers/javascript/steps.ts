/** The steps that clear findings of one package of a JavaScript lockfile. */

import { allows, changeBetween } from '../../allowance.ts';
import type { StepOffer, Subject } from '../../manager.ts';
import type { Move, Step } from '../../plan.ts';
import { withLimits } from './limits.ts';
import { makeStep, type StepSearch } from './make-step.ts';
import { findMoves, releasesAbove } from './moves.ts';
import { accepts, isVersionRequest } from './range-text.ts';
import { removalSteps } from './removal.ts';

/**
 * Versions that are tried for one package; each clears more than those before it, or is of another
 * major version.
 */
const MAX_TARGETS = 12;

/** Returns the steps for one package, and why there are not more. */
export async function javascriptSteps(subject: Subject, search: StepSearch): Promise<StepOffer> {
  const offer = await unlimitedSteps(subject, search);
  const steps: Step[] = [];
  const reasons = new Set(offer.reasons);
  for (const step of offer.steps) {
    const limited = await withLimits(step, search);
    if (typeof limited === 'string') reasons.add(limited);
    else steps.push(limited);
  }
  return { steps, reasons: [...reasons] };
}

async function unlimitedSteps(subject: Subject, search: StepSearch): Promise<StepOffer> {
  const { pkg } = subject;
  if (search.graph.requestsFor(pkg.name, pkg.version).length === 0) {
    return { steps: [], reasons: [`no request of "${search.lockfile}" leads to it`] };
  }
  if (subject.isMalicious) return removalSteps(subject, search);
  const targets = await targetsFor(subject, search);
  const steps: Step[] = [];
  const reasons = new Set<string>();
  if (targets.length === 0) reasons.add('no version is known to fix it');
  for (const [rank, to] of targets.entries()) {
    const level = changeBetween(pkg.version, to);
    const move = { name: pkg.name, from: pkg.version, to, level, rank };
    const pinned = search.overrides.pinOf(pkg.name, pkg.version);
    if (pinned !== undefined && !accepts(pinned, to)) {
      reasons.add(`pinned to "${pinned}" by an override in "${search.overrides.manifest}"`);
      const step = overrideStep(subject, move, search);
      if (typeof step === 'string') reasons.add(step);
      else steps.push(step);
      continue;
    }
    const found = await findMoves(move, { ...search, allowance: subject.allowance });
    if ('moves' in found) {
      steps.push(makeStep(found.edits.length > 0 ? 'widen' : 'update', subject, found, search));
      continue;
    }
    reasons.add(found.reason);
    // A peer dependency states what works together, so that it is not overridden.
    if (found.isPeer) continue;
    const step = overrideStep(subject, move, search);
    if (typeof step === 'string') reasons.add(step);
    else steps.push(step);
  }
  return { steps, reasons: [...reasons] };
}

/** The versions that are worth trying, lowest first. */
async function targetsFor(
  subject: Subject,
  { versionsOf }: StepSearch,
): Promise<readonly string[]> {
  const { pkg, fixedVersions } = subject;
  const versions = await versionsOf(pkg.name);
  const all = versions === undefined ? fixedVersions : releasesAbove(pkg.version, versions);
  const targets: string[] = [];
  const cleared = new Map<string, Set<string>>();
  for (const version of all) {
    const line = version.split('.', 1)[0] ?? '';
    const known = cleared.get(line) ?? new Set();
    const fresh = subject.clearedBy(version).filter((id) => !known.has(id));
    if (fresh.length === 0) continue;
    cleared.set(line, new Set([...known, ...fresh]));
    targets.push(version);
  }
  return targets.slice(0, MAX_TARGETS);
}

/** A version that the project imposes on all packages, or why there is none. */
function overrideStep(
  subject: Subject,
  move: Move & { readonly to: string },
  search: StepSearch,
): Step | string {
  const { name, from, to, level } = move;
  if (!allows(subject.allowance, name, level)) {
    return `an override of ${name} ${from} to ${to} is a ${level} change, which --allow does not permit`;
  }
  const edges = search.graph.requestsFor(name, from);
  const own = edges.filter((edge) => edge.from.isProject);
  const isReplaced =
    search.overrides.coversProject && own.every(({ range }) => isVersionRequest(range ?? ''));
  if (own.length > 0 && !isReplaced) {
    return `${name} is requested by the project itself, so that an override does not replace it`;
  }
  const edits = search.overrides.editsFor({ name, from, to }, search.graph);
  if (typeof edits === 'string') return edits;
  return makeStep('override', subject, { moves: [move], edits }, search);
}
