/**
 * Steps for package managers whose versions come from advisories: which versions are tried, and the
 * step for each.
 */

import { allows, changeBetween } from './allowance.ts';
import type { Subject } from './manager.ts';
import type { ManifestEdit, Move, Step, StepKind } from './plan.ts';

/** Versions that are tried for one package. */
const MAX_TARGETS = 12;

/**
 * Returns the fixed versions that are worth trying, lowest first: each clears more than those
 * before it.
 */
export function fixedTargets(
  subject: Pick<Subject, 'fixedVersions' | 'clearedBy'>,
): readonly string[] {
  const known = new Set<string>();
  return subject.fixedVersions
    .filter((version) => {
      const fresh = subject.clearedBy(version).filter((id) => !known.has(id));
      for (const id of fresh) known.add(id);
      return fresh.length > 0;
    })
    .slice(0, MAX_TARGETS);
}

/** Returns the move of a package to a version, or why `--allow` does not permit it. */
export function moveTo(
  { pkg: { name, version: from }, allowance }: Pick<Subject, 'pkg' | 'allowance'>,
  to: string,
  rank: number,
): (Move & { readonly to: string }) | string {
  const level = changeBetween(from, to);
  if (allows(allowance, name, level)) return { name, from, to, level, rank };
  return `${name} ${from} to ${to} is a ${level} change, which --allow does not permit`;
}

/** The parts of a step that its package does not decide. */
export interface StepParts {
  readonly lockfile: string;
  readonly moves: readonly [Move, ...Move[]];
  readonly edits: readonly ManifestEdit[];
  readonly dependents: readonly string[];
}

/** Makes a step for a package. */
export function newStep(kind: StepKind, subject: Subject, parts: StepParts): Step {
  const { pkg, findings } = subject;
  const { lockfile, moves } = parts;
  const [{ to }] = moves;
  const changes = moves.map((move) => `${move.name}@${move.from}>${move.to ?? ''}`);
  return {
    ...parts,
    id: [lockfile, kind, ...changes].join(' '),
    kind,
    ecosystem: pkg.ecosystem,
    clears: to === undefined ? findings.map(({ id }) => id) : subject.clearedBy(to),
    adds: [],
  };
}
