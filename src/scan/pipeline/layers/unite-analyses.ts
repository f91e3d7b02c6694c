/**
 * The union of what the two ways of unpacking layers show; `docs/layers.md` says where they differ.
 * The analysis of layers that are unpacked onto each other is the base. From the other one come
 * packages that only it has, tampering that only it shows, and gaps.
 *
 * What is missing in one reading alone is not taken from it: a directory that hides a link of a
 * lower layer also hides files of packages, and no file of theirs was changed.
 */

import { appendAll } from '../../../core/base/append-all.ts';
import { compareText } from '../../../core/base/compare.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import type { PackageAnalysis } from '../../../core/model/layer/analysis.ts';
import { TOOL_KINDS, type Tool } from '../../../core/model/artifact/contents.ts';
import { ECOSYSTEM_IDS } from '../../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { packageIdentity } from '../../../core/model/package/inventory-union.ts';
import type {
  Contradiction,
  Distro,
  Inventory,
  Package,
} from '../../../core/model/package/package.ts';

/** One way of unpacking, and what was found in its root. */
export interface UnpackedAnalysis extends PackageAnalysis {
  readonly view: MergedView;
}

/** Returns the readings of files that are visible in neither of two views. */
export function whitedOutInBoth(view: MergedView, other: MergedView): MergedView['erased'] {
  const visible = new Set(other.cataloged.map(({ result }) => result));
  return view.erased.filter(({ result }) => !visible.has(result));
}

/** Adds to an analysis what only another reading of the same layers has. */
export function uniteAnalyses(base: UnpackedAnalysis, other: UnpackedAnalysis): PackageAnalysis {
  const known = new Map(base.inventory.packages.map((pkg) => [packageIdentity(pkg), pkg]));
  const shared = new Map<Package, Package>();
  const added: Package[] = [];
  const isNew = newPackages(base.view, other.view);
  for (const pkg of other.inventory.packages) {
    const same = known.get(packageIdentity(pkg));
    if (same !== undefined) shared.set(same, pkg);
    else if (isNew(pkg)) added.push(pkg);
  }
  const packages = base.inventory.packages.map((pkg) => {
    const twin = shared.get(pkg);
    return twin === undefined ? pkg : withTampering(pkg, twin, other.view);
  });
  const ids = new Map([...shared].map(([{ id }, twin]) => [twin.id, id]));
  appendAll(packages, withOtherIds(added, base.inventory.packages, ids));
  const contradictions = [
    ...(base.inventory.contradictions ?? []),
    ...newTampering(base.inventory.contradictions, other.inventory.contradictions),
  ];
  const inventory: Inventory = {
    ...base.inventory,
    packages: added.length === 0 ? packages : packages.sort(byName),
    ...(contradictions.length > 0 && { contradictions }),
    ...unitedContents(base.inventory, other.inventory),
  };
  return { inventory, diagnostics: unitedDiagnostics(base, other) };
}

/** Returns the tools of both readings: a container may have either. */
function unitedContents(
  { contents }: Inventory,
  { contents: others }: Inventory,
): Pick<Inventory, 'contents'> {
  if (contents === undefined || others === undefined) return {};
  const united = TOOL_KINDS.map((kind) => {
    const tools = new Map(
      [...others[kind], ...contents[kind]].map((tool) => [toolKey(tool), tool]),
    );
    return [kind, [...tools.values()].sort((a, b) => compareText(toolKey(a), toolKey(b)))] as const;
  });
  return { contents: { ...contents, ...Object.fromEntries(united) } };
}

function toolKey({ name, version }: Tool): string {
  return `${name} ${version ?? ''}`;
}

/** Returns whether a package of the other view stems from a file that the base does not show. */
function newPackages(base: MergedView, other: MergedView): (pkg: Package) => boolean {
  const visible = new Set(base.cataloged.map(({ result }) => result));
  const names = new Set<string>();
  for (const { result } of other.cataloged) {
    if (visible.has(result)) continue;
    for (const { name, version } of result.packages) names.add(JSON.stringify([name, version]));
  }
  return ({ name, version }) => names.has(JSON.stringify([name, version]));
}

/** Returns the package with the contradictions of the other view alone. */
function withTampering(pkg: Package, twin: Package, view: MergedView): Package {
  if (twin.evidence.level !== 'contradicted') return pkg;
  const { evidence } = pkg;
  const found = newTampering(evidence.contradictions, twin.evidence.contradictions).filter(
    // A path that leads nowhere in this view says nothing about the bytes.
    ({ kind, location }) =>
      kind === 'version' || view.root.lookUp(location.path, true).kind === 'file',
  );
  if (found.length === 0) return pkg;
  const evidencedVersion = evidence.evidencedVersion ?? twin.evidence.evidencedVersion;
  return {
    ...pkg,
    evidence: {
      ...evidence,
      level: 'contradicted',
      contradictions: [...evidence.contradictions, ...found],
      ...(evidencedVersion !== undefined && { evidencedVersion }),
    },
  };
}

function newTampering(
  known: readonly Contradiction[] = [],
  others: readonly Contradiction[] = [],
): readonly Contradiction[] {
  const keyOf = ({ kind, claimed, found }: Contradiction): string =>
    JSON.stringify([kind, claimed, found]);
  const keys = new Set(known.map(keyOf));
  return others.filter((row) => row.isSevere && !keys.has(keyOf(row)));
}

/**
 * Returns the packages of the other view under ids that the base does not use. `ids` are those of
 * packages that both have.
 */
function withOtherIds(
  added: readonly Package[],
  base: readonly Package[],
  ids: Map<string, string>,
): readonly Package[] {
  const taken = new Set(base.map(({ id }) => id));
  for (const { id } of added) {
    let free = id;
    for (let count = 2; taken.has(free); count += 1) free = `${id.replace(/#\d+$/, '')}#${count}`;
    taken.add(free);
    ids.set(id, free);
  }
  return added.map((pkg) => {
    const { ownedBy, ...rest } = pkg;
    // An owner that is not in the union ships nothing in it.
    const owner = ownedBy === undefined ? undefined : ids.get(ownedBy);
    return {
      ...rest,
      id: ids.get(pkg.id) ?? pkg.id,
      dependsOn: pkg.dependsOn.map((id) => ids.get(id) ?? id),
      ...(owner !== undefined && { ownedBy: owner }),
    };
  });
}

/** Compares packages in the order of an inventory. */
function byName(a: Package, b: Package): number {
  return (
    ECOSYSTEM_IDS.indexOf(a.ecosystem) - ECOSYSTEM_IDS.indexOf(b.ecosystem) ||
    compareText(a.name, b.name) ||
    compareText(a.version, b.version)
  );
}

function unitedDiagnostics(base: UnpackedAnalysis, other: UnpackedAnalysis): readonly Diagnostic[] {
  const known = new Set(base.diagnostics.map(keyOfDiagnostic));
  // A link that leads nowhere in one reading alone hides nothing: the other one has read what it
  // leads to.
  const added = other.diagnostics.filter(
    (row) =>
      (row.location !== undefined || row.gap === 'limit') && !known.has(keyOfDiagnostic(row)),
  );
  const gap = releaseGap(base.inventory.distro, other.inventory.distro);
  return [...base.diagnostics, ...added, ...(gap === undefined ? [] : [gap])];
}

/** A file has one path in each view, so that only its base name counts. */
function keyOfDiagnostic({ stage, message, location, gap }: Diagnostic): string {
  const name = location?.path.slice(location.path.lastIndexOf('/'));
  return JSON.stringify([stage, message, name, location?.layer, location?.line, gap]);
}

/** Advisories of two releases cannot be matched in one run. */
function releaseGap(base: Distro | undefined, other: Distro | undefined): Diagnostic | undefined {
  if (base?.id === other?.id && base?.versionId === other?.versionId) return undefined;
  const [first, second] = [base, other].map((distro) =>
    distro === undefined ? 'no system' : `${distro.id} ${distro.versionId}`.trim(),
  );
  return {
    stage: 'layers',
    message: `runtimes unpack the layers differently, as entries lie behind a link of a lower layer: one reading is ${first}, the other ${second}; packages are matched as those of the first`,
    gap: 'unreadable',
  };
}
