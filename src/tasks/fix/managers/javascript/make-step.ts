/** Steps of a JavaScript project, made of moves and edits. */

import type { Subject } from '../../manager.ts';
import type { ManifestEdit, Move, Step, StepKind } from '../../plan.ts';
import type { LockGraph } from './lock-graph.ts';
import type { MoveSearch } from './moves.ts';
import type { ProjectOverrides } from './overrides.ts';

/** A project whose steps are looked for. */
export interface StepSearch extends Omit<MoveSearch, 'allowance'> {
  /** Path of the lockfile. */
  readonly lockfile: string;
  readonly overrides: ProjectOverrides;
}

/** Makes a step of moves and edits. */
export function makeStep(
  kind: StepKind,
  subject: Subject,
  {
    moves,
    edits,
  }: { readonly moves: readonly [Move, ...Move[]]; readonly edits: readonly ManifestEdit[] },
  { lockfile, graph, manifestOf }: StepSearch,
): Step {
  const { pkg, findings } = subject;
  const [{ to }] = moves;
  return {
    id: [lockfile, kind, ...moves.map((move) => `${move.name}@${move.from}>${move.to ?? ''}`)].join(
      ' ',
    ),
    kind,
    ecosystem: pkg.ecosystem,
    lockfile,
    moves,
    edits,
    clears:
      to === undefined || subject.isMalicious
        ? findings.map(({ id }) => id)
        : subject.clearedBy(to),
    adds: [],
    dependents: dependentsOf(graph, pkg.name, pkg.version, manifestOf),
  };
}

function dependentsOf(
  graph: LockGraph,
  name: string,
  version: string,
  manifestOf: (path: string) => string,
): readonly string[] {
  const texts = graph
    .requestsFor(name, version)
    .map(({ from }) => (from.isProject ? manifestOf(from.path) : `${from.name} ${from.version}`));
  return [...new Set(texts)].sort();
}
