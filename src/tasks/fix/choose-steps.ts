/**
 * The smallest set of steps. It clears as many findings as any set does and is, among the sets that
 * do, the first one in this order: fewest new findings, fewest major steps, fewest overrides,
 * fewest changed packages, lowest versions, fewest steps.
 *
 * The search is exact: steps that share no finding and no package do not influence each other, so
 * each connected group is searched alone, by branch and bound. A group that needs more than {@link
 * MAX_VISITS} visits gets the best set found so far.
 */

import { compareText } from '../../core/base/compare.ts';
import { appendTo } from '../../core/base/maps.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { satisfies } from '../../core/version/index.ts';
import { compareSteps, isMajorStep, type Limit, type Move, type Step } from './plan.ts';

/** Groups of real projects take some hundred visits. */
const MAX_VISITS = 200_000;

/** The cost of a set of steps, most important first. */
export type Cost = readonly number[];

/** Returns the smallest set of steps that clears the findings, from safe to bold. */
export function chooseSteps(steps: readonly Step[], findings: Iterable<string>): readonly Step[] {
  const wanted = new Set(findings);
  const useful = steps.filter(({ clears }) => clears.some((id) => wanted.has(id)));
  return groupsOf(useful, wanted)
    .flatMap((group) => best(group, wanted))
    .sort(compareSteps);
}

/**
 * Whether two steps can be carried out together: they give no package two versions, and none a
 * version that a new version of the other step does not accept.
 */
export function areCompatible(a: Step, b: Step): boolean {
  if (a.lockfile !== b.lockfile) return true;
  const targets = new Map(a.moves.map((move) => [sourceOf(a, move), move.to]));
  return (
    b.moves.every((move) => {
      const key = sourceOf(b, move);
      return !targets.has(key) || targets.get(key) === move.to;
    }) &&
    violatedLimit(a, b) === undefined &&
    violatedLimit(b, a) === undefined
  );
}

/**
 * Returns the first limit of a step that the moves of another one, or its own, violate. An override
 * gives its version to all requests, whatever they accept.
 */
export function violatedLimit(
  { limits = [] }: Step,
  { kind, moves, ecosystem }: Step,
): Limit | undefined {
  if (limits.length === 0) return undefined;
  const { scheme } = ECOSYSTEMS[ecosystem];
  const bound = kind === 'override' ? moves.slice(1) : moves;
  return limits.find(({ name, from, range }) =>
    bound.some(
      (move) =>
        move.name === name &&
        move.from === from &&
        move.to !== undefined &&
        satisfies(scheme, move.to, range) === false,
    ),
  );
}

/** Returns the cost of a set of steps. Packages that several steps move alike count once. */
export function costOf(steps: readonly Step[]): Cost {
  const ranks = new Map<string, number>();
  const adds = new Set<string>();
  for (const step of steps) {
    for (const move of step.moves) {
      const key = sourceOf(step, move);
      ranks.set(key, Math.max(ranks.get(key) ?? 0, move.rank));
    }
    for (const id of step.adds) adds.add(id);
  }
  return [
    adds.size,
    steps.filter(isMajorStep).length,
    steps.filter(({ kind }) => kind === 'override').length,
    ranks.size,
    [...ranks.values()].reduce((sum, rank) => sum + rank, 0),
    steps.length,
  ];
}

/** Orders costs; the lower one is better. */
export function compareCosts(a: Cost, b: Cost): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function sourceOf({ lockfile }: Step, { name, from }: Pick<Move, 'name' | 'from'>): string {
  return `${lockfile}\0${name}\0${from}`;
}

/**
 * Steps that share findings, moved packages or packages that one limits, directly or through
 * others.
 */
function groupsOf(
  steps: readonly Step[],
  wanted: ReadonlySet<string>,
): readonly (readonly Step[])[] {
  const byKey = new Map<string, Step[]>();
  const keysOf = (step: Step): readonly string[] => [
    ...step.clears.filter((id) => wanted.has(id)).map((id) => `f${id}`),
    ...step.adds.map((id) => `a${id}`),
    ...step.moves.map((move) => `m${sourceOf(step, move)}`),
    ...(step.limits ?? []).map((limit) => `m${sourceOf(step, limit)}`),
  ];
  for (const step of steps) for (const key of keysOf(step)) appendTo(byKey, key, step);
  const visited = new Set<Step>();
  const groups: Step[][] = [];
  for (const first of steps) {
    if (visited.has(first)) continue;
    visited.add(first);
    const group = [first];
    // The group grows while it is walked.
    for (const step of group) {
      for (const other of keysOf(step).flatMap((key) => byKey.get(key) ?? [])) {
        if (visited.has(other)) continue;
        visited.add(other);
        group.push(other);
      }
    }
    groups.push(group);
  }
  return groups;
}

interface Best {
  readonly left: number;
  readonly cost: Cost;
  readonly steps: readonly Step[];
}

function best(group: readonly Step[], wanted: ReadonlySet<string>): readonly Step[] {
  const byFinding = new Map<string, Step[]>();
  for (const step of group.toSorted(compareSteps)) {
    for (const id of step.clears) if (wanted.has(id)) appendTo(byFinding, id, step);
  }
  for (const steps of byFinding.values()) {
    steps.sort((a, b) => compareCosts(costOf([a]), costOf([b])));
  }
  // Findings with few steps come first, which keeps the tree narrow.
  const countOf = (id: string): number => byFinding.get(id)?.length ?? 0;
  const findings = [...byFinding.keys()].sort(
    (a, b) => countOf(a) - countOf(b) || compareText(a, b),
  );
  let found: Best = { left: Infinity, cost: [], steps: [] };
  let visits = 0;
  const visit = (index: number, steps: readonly Step[], left: number): void => {
    visits += 1;
    const cost = costOf(steps);
    const order = left - found.left || compareCosts(cost, found.cost);
    if (order >= 0 || visits > MAX_VISITS) return;
    const cleared = new Set(steps.flatMap(({ clears }) => clears));
    let next = index;
    while (next < findings.length && cleared.has(findings[next] ?? '')) next += 1;
    const finding = findings[next];
    if (finding === undefined) {
      found = { left, cost, steps };
      return;
    }
    for (const step of byFinding.get(finding) ?? []) {
      if (steps.every((other) => areCompatible(step, other))) {
        visit(next + 1, [...steps, step], left);
      }
    }
    visit(next + 1, steps, left + 1);
  };
  visit(0, [], 0);
  return found.steps;
}
