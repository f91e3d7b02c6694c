/**
 * Packages of languages that the system's packages ship: Debian's `python3-pip` brings the distribution `pip`. Advisories
 * of the system speak of those. A line in a file list proves nothing, because anybody can add one to hide a package: the
 * bytes of the package's own record must be those that the owner's manifest names.
 */

import type { PackageOccurrence } from '../model/package-occurrence.ts';
import type { RootfsFile } from '../model/rootfs-view.ts';
import type { FileOwners } from './file-owners.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';
import { packageLabel } from './package-label.ts';

/** Where packages of the system put what is theirs (FHS 3.0, chapters 3 and 4); never the folders of applications. */
const SYSTEM_FOLDERS: readonly string[] = ['/usr/', '/lib/', '/lib64/', '/bin/', '/sbin/'];
const LOCAL = '/usr/local/';

/** The owner of each package of a language that the system ships, by the package's id. */
export function findPackageOwners(
  input: IntegrityInput,
  subjects: Subjects,
  owners: FileOwners,
): ReadonlyMap<string, Subject> {
  const owned = new Map<string, Subject>();
  for (const subject of subjects.all) {
    if (subject.isSystem || subject.entries.length === 0) continue;
    hearCarriers(input, subject, owners);
    const owner = ownerOfAll(input, subject, owners);
    if (owner !== undefined && !subject.findings.isContradicted) owned.set(subject.pkg.id, owner);
  }
  return owned;
}

/**
 * A package that another of a language carries with it, as pip its vendored ones: where the carrier's manifest has the
 * digest of what names the package, that is one statement more. The carried files themselves are the carrier's.
 */
function hearCarriers(input: IntegrityInput, subject: Subject, owners: FileOwners): void {
  const carriers = subject.entries.map((entry) => {
    const file = recordOf(input, entry);
    return file === undefined ? undefined : owners.matched.get(file.body);
  });
  const [first] = carriers;
  const areAll = carriers.every((it) => it !== undefined && it !== subject && !it.isSystem);
  if (first === undefined || !areAll) return;
  subject.findings.agreeing += 1;
  subject.findings.reasons.push(`carried by ${packageLabel(first.pkg)}, whose manifest agrees`);
}

/** All copies must be owned: another copy is nobody's but the user's. */
function ownerOfAll(
  input: IntegrityInput,
  subject: Subject,
  owners: FileOwners,
): Subject | undefined {
  let owner: Subject | undefined;
  let isOwned = true;
  for (const entry of subject.entries) {
    const file = recordOf(input, entry);
    if (file === undefined) return undefined;
    contradictOwnership(subject, file, owners);
    const found = owners.matched.get(file.body);
    if (found?.isSystem !== true || !isInSystemDirectory(file.path)) isOwned = false;
    else owner ??= found;
  }
  return isOwned ? owner : undefined;
}

function contradictOwnership(
  { pkg, findings }: Subject,
  file: RootfsFile,
  owners: FileOwners,
): void {
  const owner = owners.mismatched.get(file.body);
  if (owner?.isSystem !== true || owners.matched.has(file.body)) return;
  findings.contradictions.push({
    kind: 'ownership',
    claimed: `${packageLabel(owner.pkg)} ships it`,
    found: `a file that is not the one in its manifest`,
    location: { path: file.path, layer: file.layer },
    isSevere: true,
  });
  findings.isContradicted = true;
  findings.reasons.push(
    `reported by itself: ${packageLabel(pkg)} is not what ${owner.pkg.name} ships`,
  );
}

/** The file that records it; of an archive within an archive, the one that lies in the root. */
function recordOf(
  { root }: IntegrityInput,
  { location }: PackageOccurrence,
): RootfsFile | undefined {
  const [path = location.path] = location.path.split('!', 1);
  const seen = root.lookUp(path, true);
  return seen.kind === 'file' ? seen : undefined;
}

/** Whether packages of the system put files there. */
export function isInSystemDirectory(path: string): boolean {
  return SYSTEM_FOLDERS.some((folder) => path.startsWith(folder)) && !path.startsWith(LOCAL);
}
