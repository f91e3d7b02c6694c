/**
 * Raises or refutes the evidence of packages: content against manifests, claims against each other,
 * records against the files around them. Pure: it reads no file and uses no network; `scan/`
 * provides its input.
 *
 * The files of all packages are compared first. Then each check of `list.ts` makes statements, and
 * `fold.ts` folds them. `docs/evidence.md` describes what each level means and what each packaging
 * can show.
 */

import { evidenceRank } from '../../core/model/report/evidence-level.ts';
import type { Evidence, Inventory, Package } from '../../core/model/package/package.ts';
import { measureAccountability } from './accountability.ts';
import type { Check, CheckInput } from './check.ts';
import { compareContents, type MissingDigest } from './content.ts';
import { foldStatements, type CheckOutcome, type FoldedChecks } from './fold.ts';
import type { IntegrityInput, Subject } from './input.ts';
import { CHECKS } from './list.ts';
import { materialsOf } from './materials.ts';
import { claimsOfOwners } from './owner-claims.ts';
import { evidenceOf, ownedEvidence } from './package-evidence.ts';
import { findPrograms, isProgram, programBaseNames, unexplainedProgram } from './programs.ts';
import type { Statement } from './statement.ts';
import { subjectsOf } from './subjects.ts';

export { integrityFindings } from './findings.ts';
export type { MissingDigest } from './content.ts';
export type { IntegrityInput } from './input.ts';

/** The result of verification. */
export interface Assessment {
  /**
   * The packages in the same order, with their evidence; programs that packages of the system
   * explain are left out.
   */
  readonly inventory: Inventory;
  /** Digests that a second walk can take; the assessment is complete if there are none. */
  readonly missing: readonly MissingDigest[];
}

/** Assesses all packages of an inventory. `checks` are in any order. */
export function assess(input: IntegrityInput, checks: readonly Check[] = CHECKS): Assessment {
  if (isOnlyDeclared(input)) return { inventory: input.inventory, missing: [] };
  const compared = checkInputOf(input);
  const folded = foldStatements(runChecks(compared, checks));
  const { inventory } = input;
  const evidence = new EvidenceTable(compared, folded);
  return {
    inventory: {
      ...inventory,
      packages: compared.subjects.all.flatMap((subject) => {
        const pkg = evidence.assessed(subject);
        return isProgram(pkg) ? (unexplainedProgram(pkg, compared.programs) ?? []) : [pkg];
      }),
      ...(folded.contradictions.length > 0 && { contradictions: folded.contradictions }),
      ...accountabilityOf(compared, evidence),
    },
    missing: compared.contents.missing,
  };
}

/** Returns what checks read: packages with their claims, and the comparison of their files. */
export function checkInputOf(input: IntegrityInput): CheckInput {
  const subjects = subjectsOf(input);
  const contents = compareContents(input, subjects);
  return {
    ...input,
    subjects,
    contents,
    programs: findPrograms(input, subjects, contents),
    ownerClaims:
      subjects.ofOwners.length === 0 ? NONE : claimsOfOwners(input, subjects, contents.owners),
  };
}

const NONE: CheckInput['ownerClaims'] = new Map();

/** Runs the checks that have something to look at. */
export function runChecks(input: CheckInput, checks: readonly Check[]): readonly CheckOutcome[] {
  const materials = materialsOf(input);
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) {
    if (!check.needs.some((need) => materials.has(need))) continue;
    outcomes.push({ id: check.id, statements: statementsOf(check, input) });
  }
  return outcomes;
}

function statementsOf(check: Check, input: CheckInput): readonly Statement[] {
  if ('ofArtifact' in check) return check.ofArtifact(input);
  return input.subjects.all.flatMap((subject) => check.ofPackage(subject, input));
}

/**
 * Returns whether the input consists of lists of packages alone, as in most projects: nothing can
 * be compared.
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

/**
 * Returns the inventory without the programs that manifests of the system's packages list; nothing
 * else is verified.
 */
export function withoutShippedPrograms(input: IntegrityInput): Inventory {
  if (!input.inventory.packages.some(isProgram)) return input.inventory;
  const subjects = subjectsOf(input);
  const contents = compareContents(input, subjects, programBaseNames(input, subjects));
  const programs = findPrograms(input, subjects, contents);
  const packages = input.inventory.packages.flatMap(
    (pkg) => unexplainedProgram(pkg, programs) ?? [],
  );
  return { ...input.inventory, packages };
}

/** The evidence of each package, made when it is first needed. */
class EvidenceTable {
  readonly #input: CheckInput;
  readonly #folded: FoldedChecks;
  readonly #known = new Map<Subject, Evidence>();

  constructor(input: CheckInput, folded: FoldedChecks) {
    this.#input = input;
    this.#folded = folded;
  }

  /** Returns the package with its evidence. */
  assessed(subject: Subject): Package {
    const { pkg } = subject;
    if (subject.entries.length === 0) return pkg;
    const evidence = this.#of(subject);
    const owner = this.#folded.shippers.get(subject);
    if (owner === undefined) return { ...pkg, evidence };
    const owned = ownedEvidence(evidence, owner.pkg, this.#of(owner));
    return { ...pkg, evidence: owned, ownedBy: owner.pkg.id };
  }

  /** Returns whether the content of a package is verified by itself. */
  isVerified(subject: Subject): boolean {
    return evidenceRank(this.#of(subject).level) >= evidenceRank('verified');
  }

  #of(subject: Subject): Evidence {
    let evidence = this.#known.get(subject);
    if (evidence === undefined) {
      const counts = this.#input.contents.countsOf(subject);
      evidence = evidenceOf(subject, this.#folded.resultsOf(subject), counts);
      this.#known.set(subject, evidence);
    }
    return evidence;
  }
}

function accountabilityOf(
  input: CheckInput,
  evidence: EvidenceTable,
): Pick<Inventory, 'accountability'> {
  // A tree that is no system and holds no package of one cannot be accounted for.
  const isSystem =
    input.inventory.distro !== undefined || input.subjects.all.some((it) => it.isSystem);
  if (!input.accounts || input.depth !== 'full' || !isSystem) return {};
  return {
    accountability: measureAccountability(input, (subject) => evidence.isVerified(subject)),
  };
}
