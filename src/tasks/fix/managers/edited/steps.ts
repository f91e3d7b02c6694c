/**
 * The steps that clear findings of one package by edits of manifests. Nothing is resolved: versions
 * come from advisories alone.
 */

import { fixedTargets, moveTo, newStep } from '../../new-step.ts';
import type { StepOffer, Subject } from '../../manager.ts';
import type { ManifestEdit, Move, Step, StepKind } from '../../plan.ts';
import type { TextChange } from './text-file.ts';
import {
  hasPlace,
  placeKey,
  useKey,
  type Override,
  type VersionPlace,
  type VersionUse,
  type VersionUses,
} from './version-use.ts';

/** An override of a step. */
export interface OverrideChange {
  readonly override: Override;
  readonly to: string;
}

/** The changes of a step. */
export interface StepChanges {
  readonly changes: readonly TextChange[];
  readonly overrides: readonly OverrideChange[];
}

/** The project whose steps are looked for. */
export interface EditSearch {
  readonly path: string;
  readonly uses: VersionUses;
  /** Returns the range that is removed with a request. */
  readonly removalOf: (request: VersionPlace) => TextChange;
}

/** A step, and what it writes. */
export interface EditedStep {
  readonly step: Step;
  readonly changes: StepChanges;
}

/** Versions are written into programs and markup, so that nothing but a plain one is. */
const PLAIN_VERSION = /^[0-9A-Za-z][0-9A-Za-z.+_~-]{0,199}$/u;

/** Returns the steps with their changes, and the reasons for missing ones. */
export function editedSteps(
  subject: Subject,
  search: EditSearch,
): { readonly steps: readonly EditedStep[]; readonly reasons: StepOffer['reasons'] } {
  const { name, version } = subject.pkg;
  const uses = search.uses.byPackage.get(useKey(subject.pkg)) ?? [];
  if (uses.length === 0) {
    const reason = `no place of "${search.path}" and of the files that belong to it names ${name} ${version}`;
    return { steps: [], reasons: [reason] };
  }
  if (subject.isMalicious) return removal(subject, uses, search);
  const targets = fixedTargets(subject);
  if (targets.length === 0) return { steps: [], reasons: ['no version is known to fix it'] };
  const reasons = new Set<string>();
  const steps: EditedStep[] = [];
  for (const [rank, to] of targets.entries()) {
    const step = stepTo(to, rank, { subject, uses, search });
    if (typeof step === 'string') reasons.add(step);
    else steps.push(step);
  }
  return { steps, reasons: [...reasons] };
}

interface Request {
  readonly subject: Subject;
  readonly uses: readonly VersionUse[];
  readonly search: EditSearch;
}

/** Returns the step to a version, or why there is none. */
function stepTo(to: string, rank: number, { subject, uses, search }: Request): EditedStep | string {
  if (!PLAIN_VERSION.test(to)) return `"${to.slice(0, 100)}" is not a plain version`;
  const move = moveTo(subject, to, rank);
  if (typeof move === 'string') return move;
  const own = useKey({ name: move.name, version: move.from });
  const moves = new Map<string, Move>([[own, move]]);
  const edits = new Map<string, ManifestEdit>();
  const changes: TextChange[] = [];
  const overrides: OverrideChange[] = [];
  // Packages that have their version from one of the places move everywhere; the list grows while
  // it is walked.
  const queue = [...uses];
  for (const { name, version, source, override } of queue) {
    if (hasPlace(source)) {
      if (edits.has(placeKey(source))) continue;
      const sharers = search.uses.byPlace.get(placeKey(source)) ?? [];
      const added = addSharers(sharers, { to, moves, source, subject });
      if (typeof added === 'string') return added;
      for (const key of added) queue.push(...(search.uses.byPackage.get(key) ?? []));
      edits.set(
        placeKey(source),
        editOf(
          source,
          source.written.replace(move.from, () => to),
        ),
      );
      changes.push({ path: source.path, range: source.range, text: to });
    } else if (useKey({ name, version }) !== own) continue;
    else if (override === undefined) return source.blocked;
    else {
      const { path, section, name: label } = override;
      edits.set(`${path}\0${section}\0${label}`, { manifest: path, section, name: label, to });
      overrides.push({ override, to });
    }
  }
  const kind: StepKind = overrides.length > 0 ? 'override' : 'widen';
  const [first = move, ...others] = moves.values();
  const step = newStep(kind, subject, {
    lockfile: search.path,
    moves: [first, ...others],
    edits: [...edits.values()],
    dependents: dependentsOf(uses),
  });
  return { step, changes: { changes, overrides } };
}

/**
 * Adds the packages that have their version from the same place. Returns their keys, or why one of
 * them may not move.
 */
function addSharers(
  uses: readonly VersionUse[],
  {
    to,
    moves,
    source,
    subject,
  }: {
    readonly to: string;
    readonly moves: Map<string, Move>;
    readonly source: VersionPlace;
    readonly subject: Subject;
  },
): readonly string[] | string {
  const added: string[] = [];
  for (const { name, version } of uses) {
    const key = useKey({ name, version });
    if (moves.has(key)) continue;
    const other = moveTo(
      { pkg: { ...subject.pkg, name, version }, allowance: subject.allowance },
      to,
      0,
    );
    if (typeof other === 'string') {
      return `"${source.name}" of "${source.path}" is the version of ${name} too: ${other}`;
    }
    moves.set(key, other);
    added.push(key);
  }
  return added;
}

function removal(
  subject: Subject,
  uses: readonly VersionUse[],
  search: EditSearch,
): { readonly steps: readonly EditedStep[]; readonly reasons: StepOffer['reasons'] } {
  const { name, version } = subject.pkg;
  const requests = uses.flatMap(({ request }) => request ?? []);
  if (requests.length < uses.length) {
    return { steps: [], reasons: [`the request for ${name} cannot be removed from its manifest`] };
  }
  const move: Move = { name, from: version, level: 'major', rank: 0 };
  const unique = new Map(requests.map((request) => [placeKey(request), request])).values();
  const places = [...unique];
  const step = newStep('remove', subject, {
    lockfile: search.path,
    moves: [move],
    edits: places.map((place) => editOf(place)),
    dependents: dependentsOf(uses),
  });
  const changes = places.map((place) => search.removalOf(place));
  return { steps: [{ step, changes: { changes, overrides: [] } }], reasons: [] };
}

function editOf({ path, section, name, written }: VersionPlace, to?: string): ManifestEdit {
  return { manifest: path, section, name, from: written, ...(to !== undefined && { to }) };
}

function dependentsOf(uses: readonly VersionUse[]): readonly string[] {
  return [...new Set(uses.map(({ manifest }) => manifest))].sort();
}
