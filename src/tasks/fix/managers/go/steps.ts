/** The steps that clear findings of one module of a `go.mod`. */

import { fixedTargets, moveTo, newStep } from '../../new-step.ts';
import type { StepOffer, Subject } from '../../manager.ts';
import type { ManifestEdit, StepKind } from '../../plan.ts';
import type { GoModFile } from './mod-file.ts';

/** The module whose steps are looked for. */
export interface GoSearch {
  /** Path of `go.mod`. */
  readonly path: string;
  readonly mod: GoModFile;
  /** The directory of vendored modules; absent: there are none. */
  readonly vendored?: string;
}

const STDLIB = 'stdlib';
const INCOMPATIBLE = '+incompatible';

/** Returns the steps, and why there are not more. */
export function goSteps(subject: Subject, search: GoSearch): StepOffer {
  const { pkg } = subject;
  if (subject.isMalicious) {
    const reason = `a malicious module leaves the project with the code that imports it: remove the imports of ${pkg.name}, then run go mod tidy`;
    return { steps: [], reasons: [reason] };
  }
  if (search.vendored !== undefined && pkg.name !== STDLIB) {
    const reason = `vendored in "${search.vendored}", which is not written: run go get ${pkg.name}@VERSION, then go mod vendor`;
    return { steps: [], reasons: [reason] };
  }
  const targets = fixedTargets(subject);
  if (targets.length === 0) return { steps: [], reasons: ['no version is known to fix it'] };
  const reasons = new Set<string>();
  const steps = targets.flatMap((fixed, rank) => {
    const move = moveTo(subject, goVersion(pkg.version, fixed), rank);
    if (typeof move === 'string') {
      reasons.add(move);
      return [];
    }
    const change = changeFor(pkg.name, pkg.version, move.to, search);
    if (typeof change === 'string') {
      reasons.add(change);
      return [];
    }
    const { kind, edit, dependents } = change;
    const step = newStep(kind, subject, {
      lockfile: search.path,
      moves: [move],
      edits: [edit],
      dependents,
    });
    return [{ ...step, clears: subject.clearedBy(fixed) }];
  });
  return { steps, reasons: [...reasons] };
}

/**
 * Advisories write versions without the `v`, and without the suffix of modules that have no path
 * for their major version.
 */
function goVersion(current: string, fixed: string): string {
  if (!current.startsWith('v')) return fixed;
  const version = fixed.startsWith('v') ? fixed : `v${fixed}`;
  const needsSuffix = current.endsWith(INCOMPATIBLE) && !version.includes('+');
  return needsSuffix ? version + INCOMPATIBLE : version;
}

interface Change {
  readonly kind: StepKind;
  readonly edit: ManifestEdit;
  readonly dependents: readonly string[];
}

function changeFor(
  name: string,
  from: string,
  to: string,
  { path: manifest, mod }: GoSearch,
): Change | string {
  if (name === STDLIB) {
    if (mod.toolchain === undefined) {
      return `"${manifest}" names no toolchain: build with Go ${to} or newer`;
    }
    const edit = { manifest, section: 'toolchain', name, from: mod.toolchain, to: `go${to}` };
    return { kind: 'widen', edit, dependents: [manifest] };
  }
  const isReplaced = mod.replacements.some(
    ({ by, byVersion }) => by === name && byVersion === from,
  );
  if (isReplaced) {
    const edit = { manifest, section: 'replace', name, from, to };
    return { kind: 'override', edit, dependents: [manifest] };
  }
  const required = mod.requirements.find((one) => one.name === name);
  const isDirect = required?.isIndirect === false;
  return {
    kind: isDirect ? 'widen' : 'override',
    edit: { manifest, section: 'require', name, ...(required && { from: required.version }), to },
    dependents: isDirect ? [manifest] : [],
  };
}
