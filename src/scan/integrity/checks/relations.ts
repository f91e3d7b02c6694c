/**
 * Packages of the system against each other: those of one source, of one build, and those that go
 * with one exact version of another.
 *
 * Packages of one source may come from different releases of it: `apt-get install openssl` on an
 * older image leaves its `libssl3` as it is. So a difference alone only withholds agreement. It
 * contradicts where the record says that one build made both (apk), or where one of them needs the
 * other exactly as it is.
 */

import { groupBy } from '../../../core/base/maps.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { PackageOccurrence } from '../../../core/model/package/package-occurrence.ts';
import type { ArtifactCheck, CheckInput } from '../check.ts';
import type { Subject } from '../input.ts';
import { isSameVersion } from '../same-version.ts';
import { compareWithLockfiles } from './lockfiles.ts';
import { compareVersionClaims } from './version-claims.ts';
import {
  contradictVersion,
  giveVersion,
  type AgreementStatement,
  type DoubtStatement,
  type Statement,
} from '../statement.ts';

/** Compares the packages of the system with each other. */
export const relations: ArtifactCheck = {
  id: 'relations',
  needs: ['packages of the system'],
  ofArtifact: compareRelations,
};

function compareRelations(input: CheckInput): readonly Statement[] {
  const present = input.subjects.all.filter(isPresent);
  const ofSources = [...groupBy(present, sourceKey).values()].flatMap(compareSiblings);
  const agreeing = new Set(
    ofSources.filter(({ kind }) => kind === 'agreement').map(({ subject }) => subject),
  );
  const built = present.filter(({ entries }) => entries[0]?.cataloged.builtIn !== undefined);
  const isBacked = (subject: Subject): boolean =>
    isConfirmed(subject, input, agreeing.has(subject));
  return [
    ...ofSources,
    ...[...groupBy(built, buildKey).values()].flatMap((group) => compareBuilds(group, isBacked)),
    ...compareRequirements(present),
  ];
}

function isPresent({ isSystem, entries }: Subject): boolean {
  return isSystem && entries.length > 0;
}

function sourceOf({ name, version, source }: Package): { name: string; version: string } {
  return source ?? { name, version };
}

function sourceKey({ pkg }: Subject): string {
  return `${pkg.ecosystem} ${sourceOf(pkg).name}`;
}

function buildKey({ pkg, entries }: Subject): string {
  return `${pkg.ecosystem} ${entries[0]?.cataloged.builtIn ?? ''}`;
}

/**
 * Compares packages of one source with one version: an attacker who edits one of them has to find
 * the others.
 */
function compareSiblings(
  siblings: readonly Subject[],
): readonly (AgreementStatement | DoubtStatement)[] {
  const [first] = siblings;
  if (first === undefined) return [];
  const { name, version } = sourceOf(first.pkg);
  const names = new Set(siblings.map(({ pkg }) => pkg.name));
  if (names.size < 2) return [];
  const isOne = siblings.every(({ pkg }) =>
    isSameVersion(pkg.ecosystem, sourceOf(pkg).version, version),
  );
  const kind = isOne ? 'agreement' : 'doubt';
  const reason = isOne
    ? `version: ${names.size} packages of source ${name} agree`
    : `packages of source ${name} have different versions`;
  return siblings.map((subject) => ({ kind, subject, reason }));
}

/**
 * One build has one version. The few are wrong against the many; in a tie, those that nothing else
 * confirms.
 */
function compareBuilds(
  siblings: readonly Subject[],
  isBacked: (subject: Subject) => boolean,
): readonly Statement[] {
  const byVersion = groupBy(siblings, ({ pkg }) => pkg.version);
  if (byVersion.size < 2) return [];
  const ranked = [...byVersion.values()].sort((a, b) => b.length - a.length);
  const [most = [], second = []] = ranked;
  const isTie = most.length === second.length;
  const rights = new Set(isTie ? siblings.filter(isBacked) : most);
  const witnesses = oneOfEachVersion(rights.size > 0 ? [...rights] : siblings);
  return siblings.flatMap((subject) => {
    if (rights.has(subject)) return [];
    const witness = witnesses.find(({ pkg }) => pkg.version !== subject.pkg.version);
    if (witness === undefined) return [];
    return giveVersion(subject, {
      found: witness.pkg.version,
      by: `${witness.pkg.name}, which the same build made`,
      at: subject.pkg.locations[0],
    });
  });
}

/** Returns up to two packages: one of them has another version than any third package. */
function oneOfEachVersion(subjects: readonly Subject[]): readonly Subject[] {
  const [first] = subjects;
  const second = subjects.find(({ pkg }) => pkg.version !== first?.pkg.version);
  return [first, second].filter((it) => it !== undefined);
}

/**
 * Returns whether something other than its build agrees with the version of a package, and nothing
 * gives another version.
 */
function isConfirmed(subject: Subject, input: CheckInput, isOfOneSource: boolean): boolean {
  const statements = [
    ...compareVersionClaims(subject, input),
    // No lockfile lists the archives of the system's packages.
    ...compareWithLockfiles(subject, input, new Map()),
  ];
  if (statements.some(({ kind }) => kind === 'version')) return false;
  return isOfOneSource || statements.some(({ kind }) => kind === 'agreement');
}

/**
 * Packages of one name in one database: one for each architecture. A hostile one holds any number.
 */
const MAX_NAMESAKES = 16;

/**
 * Compares exact dependencies: the needed package has another version, or both are of one source
 * and differ.
 */
function compareRequirements(present: readonly Subject[]): readonly Statement[] {
  const byPlace = groupBy(
    present.flatMap((subject) => subject.entries.map((entry) => ({ subject, entry }))),
    ({ entry }) => `${entry.location.path} ${entry.cataloged.name}`,
  );
  const statements: Statement[] = [];
  for (const subject of present) {
    for (const entry of subject.entries) {
      for (const required of entry.cataloged.requiresExactly ?? []) {
        const found = byPlace.get(`${entry.location.path} ${required.name}`) ?? [];
        const subjects = found.slice(0, MAX_NAMESAKES).map((row) => row.subject);
        statements.push(...compareRequirement(subject, entry, { ...required, subjects }));
      }
    }
  }
  return statements;
}

function compareRequirement(
  subject: Subject,
  entry: PackageOccurrence,
  required: { readonly version: string; readonly subjects: readonly Subject[] },
): readonly Statement[] {
  const { subjects, version } = required;
  const right = subjects.filter(({ pkg }) => isSameVersion(pkg.ecosystem, pkg.version, version));
  if (right.length === 0) {
    const by = `${subject.pkg.name}, which needs exactly this version`;
    return subjects.flatMap((other) =>
      giveVersion(other, { found: version, by, at: entry.location }),
    );
  }
  const reason = `version: ${subject.pkg.name} needs exactly this one`;
  return right.flatMap((other): readonly Statement[] => [
    { kind: 'agreement', subject: other, reason, isReasonLimited: true },
    ...compareDependent(subject, other),
  ]);
}

/**
 * Compares a dependent: a package that needs an exact version of a package of its own source was
 * built with it.
 */
function compareDependent(subject: Subject, needed: Subject): readonly Statement[] {
  const own = sourceOf(subject.pkg);
  const other = sourceOf(needed.pkg);
  if (own.name !== other.name) return [];
  if (isSameVersion(subject.pkg.ecosystem, own.version, other.version)) return [];
  const contradiction = contradictVersion(subject, {
    found: other.version,
    by: `${needed.pkg.name} of the same source, which it needs exactly as it is`,
    at: subject.pkg.locations[0],
  });
  return [contradiction, { kind: 'version', subject, version: needed.pkg.version }];
}
