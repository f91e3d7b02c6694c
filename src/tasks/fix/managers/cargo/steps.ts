/** The steps that clear findings of one crate of a `Cargo.lock`. */

import { isCompatible } from '../../../../scan/remediation/compatible.ts';
import { fixedTargets, moveTo, newStep } from '../../new-step.ts';
import type { StepOffer, Subject } from '../../manager.ts';
import type { ManifestEdit, Step } from '../../plan.ts';
import { acceptsCrate, requestsOf, requirementFor, type CargoRequest } from './manifest.ts';
import type { CargoManifest } from './members.ts';

/** A crate of a lockfile. */
export interface LockedCrate {
  readonly name: string;
  readonly version: string;
  /** Absent: a directory of the project. */
  readonly source?: string;
  /** Dependencies: `name`, `name version` or `name version (source)`. */
  readonly needs: readonly string[];
}

/** The project whose steps are looked for. */
export interface CargoSearch {
  readonly lockfile: string;
  readonly crates: readonly LockedCrate[];
  readonly manifests: readonly CargoManifest[];
}

/** Tables that replace crates by others. */
const PATCHES: ReadonlySet<string> = new Set(['patch', 'replace']);

/** Returns the steps, and why there are not more. */
export function cargoSteps(subject: Subject, search: CargoSearch): StepOffer {
  const { name, version } = subject.pkg;
  const crate = search.crates.find((one) => one.name === name && one.version === version);
  if (crate?.source === undefined) {
    return { steps: [], reasons: [`${name} ${version} is a directory of the project`] };
  }
  if (!/^(?:registry|sparse)\+/u.test(crate.source)) {
    return {
      steps: [],
      reasons: [`${name} ${version} comes from a repository, not from a registry`],
    };
  }
  const requests = directRequests(name, version, search);
  const dependents = dependentsOf(name, version, requests, search);
  if (subject.isMalicious) {
    const reason = `a malicious crate leaves the project with the code that uses it: remove the dependency that leads to ${name} (${dependents.join(', ')})`;
    return { steps: [], reasons: [reason] };
  }
  const targets = fixedTargets(subject);
  if (targets.length === 0) return { steps: [], reasons: ['no version is known to fix it'] };
  const reasons = new Set<string>();
  const steps = targets.flatMap((to, rank): readonly Step[] => {
    const move = moveTo(subject, to, rank);
    if (typeof move === 'string') {
      reasons.add(move);
      return [];
    }
    const edits = editsFor(requests, to);
    const others = dependents.filter((one) => !one.endsWith('Cargo.toml'));
    // A crate that only others request is bound by their requirements, which Cargo knows.
    if (edits.length === 0 && others.length > 0 && !isCompatible(version, to)) {
      reasons.add(
        `${name} ${to} is not compatible with ${version}, which ${others.join(', ')} requires`,
      );
      return [];
    }
    return [
      newStep(edits.length > 0 ? 'widen' : 'update', subject, {
        lockfile: search.lockfile,
        moves: [move],
        edits,
        dependents,
      }),
    ];
  });
  return { steps, reasons: [...reasons] };
}

interface DirectRequest extends CargoRequest {
  readonly manifest: string;
  readonly requirement: string;
}

/** Returns the requests of the project that the version answers. */
function directRequests(
  name: string,
  version: string,
  { manifests }: CargoSearch,
): readonly DirectRequest[] {
  return manifests.flatMap((manifest) =>
    requestsOf(manifest.root).flatMap((request) => {
      const { requirement } = request;
      if (request.name !== name || requirement === undefined || PATCHES.has(request.place[0] ?? ''))
        return [];
      return acceptsCrate(requirement, version)
        ? [{ ...request, requirement, manifest: manifest.path }]
        : [];
    }),
  );
}

function editsFor(requests: readonly DirectRequest[], to: string): readonly ManifestEdit[] {
  return requests
    .filter(({ requirement }) => !acceptsCrate(requirement, to))
    .map(({ place, manifest, requirement }) => ({
      manifest,
      section: place.slice(0, -1).join('/'),
      name: place.at(-1) ?? '',
      from: requirement,
      to: requirementFor(requirement, to),
    }));
}

function dependentsOf(
  name: string,
  version: string,
  requests: readonly DirectRequest[],
  { crates }: CargoSearch,
): readonly string[] {
  const others = crates
    .filter(
      ({ source, needs }) =>
        source !== undefined && needs.some((need) => isNeed(need, name, version)),
    )
    .map((one) => `${one.name} ${one.version}`);
  return [...new Set([...requests.map(({ manifest }) => manifest), ...others])].sort();
}

function isNeed(need: string, name: string, version: string): boolean {
  const [own, at] = need.split(' ');
  return own === name && (at === undefined || at === version);
}
