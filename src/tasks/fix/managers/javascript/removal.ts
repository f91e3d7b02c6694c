/**
 * Steps that take a malicious package out of a project: the last good release of the package that
 * pulls it in, or the removal of the direct dependency that leads to it. Another version of the
 * malicious package itself is never chosen.
 */

import { compareVersions } from '../../../../core/version/index.ts';
import { changeBetween } from '../../allowance.ts';
import type { StepOffer, Subject } from '../../manager.ts';
import type { ManifestEdit, Move, Step } from '../../plan.ts';
import type { LockEdge } from './lock-graph.ts';
import { findMoves } from './moves.ts';
import { makeStep, type StepSearch } from './make-step.ts';

/** Returns the steps for a malicious package, and why there are not more. */
export async function removalSteps(subject: Subject, search: StepSearch): Promise<StepOffer> {
  const { name, version } = subject.pkg;
  const steps: Step[] = [];
  const reasons = new Set<string>();
  const gone: Move = { name, from: version, level: 'major', rank: 0 };
  const edges = search.graph.requestsFor(name, version);
  const [edge, ...others] = edges.filter(({ from }) => !from.isProject);
  if (edge !== undefined && edges.length === 1 && others.length === 0) {
    const good = await lastGoodParent(edge, search);
    if (good === undefined) {
      reasons.add(`no earlier release of ${edge.from.name} does without ${name}`);
    } else {
      const level = changeBetween(edge.from.version, good);
      const move = { name: edge.from.name, from: edge.from.version, to: good, level, rank: 0 };
      const found = await findMoves(move, { ...search, allowance: subject.allowance });
      if ('moves' in found) {
        const moves = { moves: [gone, ...found.moves] as const, edits: found.edits };
        steps.push(makeStep(found.edits.length > 0 ? 'widen' : 'update', subject, moves, search));
      } else reasons.add(found.reason);
    }
  }
  const edits = directRequests(subject, search);
  if (edits.size > 0) {
    const direct = [...edits.values()].filter(
      ({ to }) => to.name !== name || to.version !== version,
    );
    const moves: readonly [Move, ...Move[]] = [
      gone,
      ...direct.map(({ to }): Move => ({
        name: to.name,
        from: to.version,
        level: 'major',
        rank: 0,
      })),
    ];
    const removed = [...edits.values()].map((one): ManifestEdit => ({
      manifest: search.manifestOf(one.from.path),
      section: one.section,
      name: one.name,
      from: one.catalog?.reference ?? one.range ?? '',
    }));
    steps.push(makeStep('remove', subject, { moves, edits: removed }, search));
  }
  return { steps, reasons: [...reasons] };
}

/** Returns the highest release below the parent's version that does not request the package. */
async function lastGoodParent(
  { from, name }: LockEdge,
  { versionsOf }: StepSearch,
): Promise<string | undefined> {
  const versions = await versionsOf(from.name);
  if (versions === undefined) return undefined;
  return [...versions]
    .filter(([version, requests]) => !version.includes('-') && !requests.has(name))
    .map(([version]) => version)
    .filter((version) => (compareVersions('npm', version, from.version) ?? 0) < 0)
    .sort((a, b) => compareVersions('npm', a, b) ?? 0)
    .at(-1);
}

/** Returns the requests of the project from which the package can be reached. */
function directRequests(
  { pkg }: Subject,
  { graph, manifestOf }: StepSearch,
): ReadonlyMap<string, LockEdge> {
  const found = new Map<string, LockEdge>();
  const visited = new Set([`${pkg.name}\0${pkg.version}`]);
  const queue = [{ name: pkg.name, version: pkg.version }];
  for (const { name, version } of queue) {
    for (const edge of graph.requestsFor(name, version)) {
      if (edge.from.isProject) {
        found.set(`${manifestOf(edge.from.path)}\0${edge.section}\0${edge.name}`, edge);
        continue;
      }
      const key = `${edge.from.name}\0${edge.from.version}`;
      if (visited.has(key)) continue;
      visited.add(key);
      queue.push(edge.from);
    }
  }
  return found;
}
