/**
 * Raises or refutes the evidence of packages: content against manifests, claims against each other, records against
 * what lies beside them. Pure: it asks nobody and reads no file; `scan/` brings what it needs.
 *
 * `docs/evidence.md` says what each level means and what each packaging can show.
 */

import { evidenceRank } from '../model/evidence-level.ts';
import type { Inventory, Package } from '../model/package.ts';
import { measureAccountability } from './accountability.ts';
import { assignClaimsToOwners, compareVersionClaims } from './version-claims.ts';
import { compareContents, type MissingDigest } from './content.ts';
import { findOrphanedManifests } from './orphaned-manifests.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';
import { evidenceOf, ownedEvidence } from './package-evidence.ts';
import { declaredArchives, compareWithLockfiles, type DeclaredArchives } from './lockfiles.ts';
import { contradictRecordOnlyChanges } from './record-only-changes.ts';
import { findDeletedRecords } from './deleted-records.ts';
import { compareManifestHistory } from './manifest-history.ts';
import { contradictMissingFiles } from './missing-files.ts';
import { findPackageOwners } from './package-owners.ts';
import type { FileOwners } from './file-owners.ts';
import { compareRecordHistory } from './record-history.ts';
import {
  findPrograms,
  compareEnvironment,
  isProgram,
  unexplainedProgram,
  programBaseNames,
  type Programs,
} from './programs.ts';
import { compareRelations } from './relations.ts';
import { compareRelease } from './release.ts';
import { subjectsOf } from './subjects.ts';

export { integrityFindings } from './findings.ts';
export type { MissingDigest } from './content.ts';
export type { IntegrityInput } from './input.ts';

export interface Assessment {
  /** The same packages in the same order, with their evidence. */
  readonly inventory: Inventory;
  /** Digests that would tell more; the assessment is complete where there are none, or where nothing has them. */
  readonly missing: readonly MissingDigest[];
}

/** Assesses all packages of an inventory. */
export function assess(input: IntegrityInput): Assessment {
  if (isOnlyDeclared(input)) return { inventory: input.inventory, missing: [] };
  const subjects = subjectsOf(input);
  const { owners, missing } = compareContents(input, subjects);
  assignClaimsToOwners(input, subjects, owners);
  const programs = findPrograms(input, subjects, owners);
  compareEnvironment(input, subjects, programs);
  const isAnyPresent = subjects.all.some(({ entries }) => entries.length > 0);
  const declared: DeclaredArchives = isAnyPresent ? declaredArchives(input) : new Map();
  for (const subject of subjects.all) {
    contradictMissingFiles(subject);
    weighChecks(subject);
    compareVersionClaims(subject);
    compareWithLockfiles(subject, input, declared);
  }
  compareRelations(subjects);
  compareRecordHistory(input, subjects, owners);
  compareManifestHistory(input, subjects);
  const shippedBy = findPackageOwners(input, subjects, owners);
  const byLists = [
    ...compareRelease(input, subjects),
    ...findOrphanedManifests(input, subjects, owners),
    ...findDeletedRecords(input, subjects, owners),
  ];
  const contradictions = [...byLists, ...contradictRecordOnlyChanges(input, subjects, byLists)];
  return {
    inventory: {
      ...input.inventory,
      packages: subjects.all.flatMap((subject) => {
        const pkg = assessed(subject, shippedBy);
        return isProgram(pkg) ? (unexplainedProgram(pkg, programs) ?? []) : [pkg];
      }),
      ...(contradictions.length > 0 && { contradictions }),
      ...accountabilityOf(input, subjects, { owners, programs }),
    },
    missing,
  };
}

/**
 * Whether nothing but lists of packages was found, as in most projects, so that there is neither content to compare nor
 * anything that speaks of it.
 */
function isOnlyDeclared({
  inventory,
  entries,
  readings,
  erased = [],
  environment = [],
  accounts,
}: IntegrityInput): boolean {
  if (accounts || inventory.distro !== undefined) return false;
  if (erased.length > 0 || environment.length > 0) return false;
  const isSilent = readings.every(
    ({ result, earlier = [] }) =>
      result.externalClaims === undefined &&
      result.diversions === undefined &&
      earlier.length === 0,
  );
  if (!isSilent) return false;
  for (const claims of entries.values()) {
    if (claims.some(({ presence }) => presence !== 'declared')) return false;
  }
  return true;
}

/** As far as `assess` does it where nothing is verified: without the programs that packages of the system name. */
export function withoutShippedPrograms(input: IntegrityInput): Inventory {
  if (!input.inventory.packages.some(isProgram)) return input.inventory;
  const subjects = subjectsOf(input);
  const { owners } = compareContents(input, subjects, programBaseNames(input, subjects));
  const programs = findPrograms(input, subjects, owners);
  const packages = input.inventory.packages.flatMap(
    (pkg) => unexplainedProgram(pkg, programs) ?? [],
  );
  return { ...input.inventory, packages };
}

function assessed(subject: Subject, shippedBy: ReadonlyMap<string, Subject>): Package {
  const { pkg } = subject;
  if (subject.entries.length === 0) return pkg;
  const evidence = evidenceOf(subject);
  const owner = shippedBy.get(pkg.id);
  return owner === undefined
    ? { ...pkg, evidence }
    : { ...pkg, evidence: ownedEvidence(evidence, owner), ownedBy: owner.pkg.id };
}

/** What catalogers calculated from a record alone. */
function weighChecks({ checks, findings }: Subject): void {
  for (const check of checks) {
    if (check.outcome !== 'mismatch') continue;
    findings.contradictions.push({
      kind: check.kind,
      claimed: check.claimed ?? check.by,
      found: check.found ?? 'something else',
      location: { path: check.path ?? check.at.path, layer: check.at.layer },
      isSevere: true,
    });
    findings.isContradicted = true;
  }
}

function accountabilityOf(
  input: IntegrityInput,
  subjects: Subjects,
  known: { readonly owners: FileOwners; readonly programs: Programs },
): Pick<Inventory, 'accountability'> {
  // A tree that is no system and holds no package of one cannot be accounted for.
  const isSystem = input.inventory.distro !== undefined || subjects.all.some((it) => it.isSystem);
  if (!input.accounts || input.depth !== 'full' || !isSystem) return {};
  const levels = new Map<Subject, boolean>();
  const isVerified = (subject: Subject): boolean => {
    const known = levels.get(subject);
    if (known !== undefined) return known;
    const { level } = evidenceOf(subject);
    levels.set(subject, evidenceRank(level) >= evidenceRank('verified'));
    return levels.get(subject) === true;
  };
  return { accountability: measureAccountability(input, subjects, { ...known, isVerified }) };
}
