/** The steps that clear findings of one package of requirements files. */

import { compareVersions, satisfies } from '../../../../core/version/index.ts';
import { fixedTargets, moveTo, newStep } from '../../new-step.ts';
import type { StepOffer, Subject } from '../../manager.ts';
import type { ManifestEdit, Move, Step } from '../../plan.ts';
import type { RequirementsSet } from './files.ts';
import { requirementsRows, type RequirementsRow } from './requirements-text.ts';

/** The project whose steps are looked for. */
export interface PipSearch {
  /** The path by which the project is opened. */
  readonly path: string;
  readonly set: RequirementsSet;
  /** Sources of pip-compile beside the files, by path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** A line that names a version of a package. */
export interface NamedRow {
  readonly path: string;
  readonly isConstraint: boolean;
  readonly row: RequirementsRow;
  /** The version as it is written. */
  readonly version: string;
}

/** Returns the steps, and why there are not more. */
export function pipSteps(subject: Subject, search: PipSearch): StepOffer {
  const { name, version } = subject.pkg;
  const rows = rowsOf(name, version, search.set);
  const dependents = [...new Set(rows.map(({ path }) => path))].sort();
  if (rows.length === 0) {
    const reason = `no line of "${search.path}" and of the files that belong to it names ${name} ${version}`;
    return { steps: [], reasons: [reason] };
  }
  if (subject.isMalicious) {
    const move: Move = { name, from: version, level: 'major', rank: 0 };
    const edits = rows.map((one) => editOf(one, name));
    const parts = { lockfile: search.path, moves: [move] as const, edits, dependents };
    return { steps: [newStep('remove', subject, parts)], reasons: [] };
  }
  const targets = fixedTargets(subject);
  if (targets.length === 0) return { steps: [], reasons: ['no version is known to fix it'] };
  const reasons = new Set<string>();
  const steps = targets.flatMap((to, rank): readonly Step[] => {
    const move = moveTo(subject, to, rank);
    const held = typeof move === 'string' ? move : heldBy(name, to, search);
    if (typeof move === 'string' || held !== undefined) {
      if (held !== undefined) reasons.add(held);
      return [];
    }
    const edits = rows.map((one) => editOf(one, name, to));
    const kind = rows.some(({ isConstraint }) => isConstraint) ? 'override' : 'widen';
    return [newStep(kind, subject, { lockfile: search.path, moves: [move], edits, dependents })];
  });
  return { steps, reasons: [...reasons] };
}

/**
 * Returns the lines that pin a package to a version or, without one, those whose lower bound it is.
 */
export function rowsOf(
  name: string,
  version: string,
  { files, constraints }: Pick<RequirementsSet, 'files' | 'constraints'>,
): readonly NamedRow[] {
  const pins: NamedRow[] = [];
  const bounds: NamedRow[] = [];
  for (const { path, text } of files.values()) {
    for (const row of requirementsRows(text)) {
      const { requirement } = row;
      if (requirement?.name !== name) continue;
      const place = { path, isConstraint: constraints.has(path), row };
      const { pin, specifiers } = requirement;
      if (pin !== undefined && compareVersions('pypi', pin, version) === 0) {
        pins.push({ ...place, version: pin });
      }
      const bound = /(?:>=|~=)\s*(?<version>[A-Za-z0-9._+!-]+)/u.exec(specifiers)?.groups?.[
        'version'
      ];
      if (
        pin === undefined &&
        bound !== undefined &&
        compareVersions('pypi', bound, version) === 0
      ) {
        bounds.push({ ...place, version: bound });
      }
    }
  }
  return pins.length > 0 ? pins : bounds;
}

function editOf(
  { path, isConstraint, row, version }: NamedRow,
  name: string,
  to?: string,
): ManifestEdit {
  const specifiers = row.requirement?.specifiers ?? '';
  return {
    manifest: path,
    section: isConstraint ? 'constraints' : 'requirements',
    name,
    from: specifiers,
    ...(to !== undefined && { to: specifiers.replace(version, to) }),
  };
}

/**
 * A source of pip-compile that does not accept the version would take it back at the next
 * compilation.
 */
function heldBy(name: string, to: string, { sources }: PipSearch): string | undefined {
  for (const [path, text] of sources) {
    for (const { requirement } of requirementsRows(text)) {
      if (requirement?.name !== name || requirement.specifiers === '') continue;
      if (satisfies('pypi', to, requirement.specifiers) !== true) {
        return `held at "${requirement.specifiers}" by "${path}", from which the file is compiled`;
      }
    }
  }
  return undefined;
}
