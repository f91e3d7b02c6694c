/**
 * Packages of the system against each other: those of one source, of one build, and those that go with one exact version
 * of another.
 *
 * Packages of one source may come from different releases of it: `apt-get install openssl` on an older image leaves its
 * `libssl3` as it is. So a difference alone only withholds agreement. It contradicts where the record says that one
 * build made both (apk), or where one of them needs the other exactly as it is.
 */

import { groupBy } from '../base/maps.ts';
import type { Package } from '../model/package.ts';
import type { PackageOccurrence } from '../model/package-occurrence.ts';
import { contradictVersion, isSameVersion, MAX_REPORTED_CLAIMS } from './version-claims.ts';
import type { Subject, Subjects } from './input.ts';

export function compareRelations(subjects: Subjects): void {
  const present = subjects.all.filter(({ isSystem, entries }) => isSystem && entries.length > 0);
  for (const siblings of groupBy(present, sourceKey).values()) compareSiblings(siblings);
  const built = present.filter(({ entries }) => entries[0]?.cataloged.builtIn !== undefined);
  for (const siblings of groupBy(built, buildKey).values()) compareBuilds(siblings);
  compareRequirements(present);
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

/** Several packages of one source with one version: somebody who edits one of them has to find the others. */
function compareSiblings(siblings: readonly Subject[]): void {
  const [first] = siblings;
  if (first === undefined) return;
  const { name, version } = sourceOf(first.pkg);
  const names = new Set(siblings.map(({ pkg }) => pkg.name));
  if (names.size < 2) return;
  const isOne = siblings.every(({ pkg }) =>
    isSameVersion(pkg.ecosystem, sourceOf(pkg).version, version),
  );
  for (const { findings } of siblings) {
    if (isOne) {
      findings.agreeing += 1;
      findings.reasons.push(`version: ${names.size} packages of source ${name} agree`);
    } else {
      findings.isDoubted = true;
      findings.reasons.push(`packages of source ${name} have different versions`);
    }
  }
}

/** One build has one version. Who is wrong: the few against the many, else those that nothing else agrees with. */
function compareBuilds(siblings: readonly Subject[]): void {
  const byVersion = groupBy(siblings, ({ pkg }) => pkg.version);
  if (byVersion.size < 2) return;
  const ranked = [...byVersion.values()].sort((a, b) => b.length - a.length);
  const [most = [], second = []] = ranked;
  const isTie = most.length === second.length;
  const rights = new Set(isTie ? siblings.filter(isBacked) : most);
  const witnesses = oneOfEachVersion(rights.size > 0 ? [...rights] : siblings);
  for (const subject of siblings) {
    if (rights.has(subject)) continue;
    const witness = witnesses.find(({ pkg }) => pkg.version !== subject.pkg.version);
    if (witness === undefined) continue;
    contradictVersion(subject, {
      found: witness.pkg.version,
      by: `${witness.pkg.name}, which the same build made`,
      at: subject.pkg.locations[0],
    });
    subject.findings.evidenced.push(witness.pkg.version);
  }
}

/** Two are enough: one of them has another version than whoever asks. */
function oneOfEachVersion(subjects: readonly Subject[]): readonly Subject[] {
  const [first] = subjects;
  const second = subjects.find(({ pkg }) => pkg.version !== first?.pkg.version);
  return [first, second].filter((it) => it !== undefined);
}

/** Something other than siblings agrees with its version, and nothing contradicts it. */
function isBacked({ findings }: Subject): boolean {
  return findings.agreeing > 0 && findings.evidenced.length === 0;
}

/** Packages of one name in one database: one for each architecture. A hostile one holds any number. */
const MAX_NAMESAKES = 16;

/** Exact dependencies: the one that is needed has another version, or both are of one source and differ. */
function compareRequirements(present: readonly Subject[]): void {
  const byPlace = groupBy(
    present.flatMap((subject) => subject.entries.map((entry) => ({ subject, entry }))),
    ({ entry }) => `${entry.location.path} ${entry.cataloged.name}`,
  );
  for (const subject of present) {
    for (const entry of subject.entries) {
      for (const required of entry.cataloged.requiresExactly ?? []) {
        const found = byPlace.get(`${entry.location.path} ${required.name}`) ?? [];
        const subjects = found.slice(0, MAX_NAMESAKES).map((row) => row.subject);
        compareRequirement(subject, entry, { ...required, subjects });
      }
    }
  }
}

function compareRequirement(
  subject: Subject,
  entry: PackageOccurrence,
  required: { readonly version: string; readonly subjects: readonly Subject[] },
): void {
  const { subjects, version } = required;
  if (subjects.length === 0) return;
  const right = subjects.filter(({ pkg }) => isSameVersion(pkg.ecosystem, pkg.version, version));
  if (right.length === 0) {
    for (const other of subjects) {
      contradictVersion(other, {
        found: version,
        by: `${subject.pkg.name}, which needs exactly this version`,
        at: entry.location,
      });
      other.findings.evidenced.push(version);
    }
    return;
  }
  for (const other of right) {
    other.findings.agreeing += 1;
    if (other.findings.agreeing <= MAX_REPORTED_CLAIMS) {
      other.findings.reasons.push(`version: ${subject.pkg.name} needs exactly this one`);
    }
    compareDependent(subject, other);
  }
}

/** What needs a package of its own source exactly was built with it. */
function compareDependent(subject: Subject, needed: Subject): void {
  const own = sourceOf(subject.pkg);
  const other = sourceOf(needed.pkg);
  if (own.name !== other.name) return;
  if (isSameVersion(subject.pkg.ecosystem, own.version, other.version)) return;
  contradictVersion(subject, {
    found: other.version,
    by: `${needed.pkg.name} of the same source, which it needs exactly as it is`,
    at: subject.pkg.locations[0],
  });
  subject.findings.evidenced.push(needed.pkg.version);
}
