/**
 * Packages of languages that the system's packages ship: Debian's `python3-pip` contains the
 * distribution `pip`, and advisories of the system cover it. A line in a file list proves nothing,
 * because anybody can add one to hide a package: the bytes of the package's own record must be
 * those that the owner's manifest lists.
 */

import type { PackageOccurrence } from '../../../core/model/package/package-occurrence.ts';
import type { RootfsFile } from '../../../core/model/layer/rootfs-view.ts';
import type { CheckInput, PackageCheck } from '../check.ts';
import type { FileOwners } from '../file-owners.ts';
import type { IntegrityInput, Subject } from '../input.ts';
import { packageLabel } from '../package-label.ts';
import { isInSystemDirectory } from '../system-directory.ts';
import type { Statement } from '../statement.ts';

/** Finds the package of the system that ships a package of a language. */
export const packageOwners: PackageCheck = {
  id: 'package-owners',
  needs: ['packages of languages'],
  ofPackage: findOwner,
};

function isOfLanguage({ isSystem, entries }: Subject): boolean {
  return !isSystem && entries.length > 0;
}

function findOwner(subject: Subject, input: CheckInput): readonly Statement[] {
  if (!isOfLanguage(subject)) return [];
  const { owners } = input.contents;
  const records = subject.entries.map((entry) => recordOf(input, entry));
  return [
    ...agreementOfCarrier(subject, records, owners),
    ...ownershipOf(subject, records, owners),
  ];
}

/**
 * Returns the agreement about a package that another one of a language carries in its own
 * directory, as pip carries vendored packages: if the carrier's manifest lists the digest of the
 * record, that is one more agreement. The carried files belong to the carrier.
 */
function agreementOfCarrier(
  subject: Subject,
  records: readonly (RootfsFile | undefined)[],
  owners: FileOwners,
): readonly Statement[] {
  const carriers = records.map((file) => file && owners.matched.get(file.body));
  const [first] = carriers;
  const areAll = carriers.every((it) => it !== undefined && it !== subject && !it.isSystem);
  if (first === undefined || !areAll) return [];
  const reason = `carried by ${packageLabel(first.pkg)}, whose manifest agrees`;
  return [{ kind: 'agreement', subject, reason }];
}

/** Returns the owner if all copies are owned: any other copy is the user's. */
function ownershipOf(
  subject: Subject,
  records: readonly (RootfsFile | undefined)[],
  owners: FileOwners,
): readonly Statement[] {
  const statements: Statement[] = [];
  let owner: Subject | undefined;
  let isOwned = true;
  for (const file of records) {
    if (file === undefined) return statements;
    statements.push(...contradictOwnership(subject, file, owners));
    const found = owners.matched.get(file.body);
    if (found?.isSystem !== true || !isInSystemDirectory(file.path)) isOwned = false;
    else owner ??= found;
  }
  return isOwned && owner !== undefined
    ? [...statements, { kind: 'owner', subject, owner }]
    : statements;
}

function contradictOwnership(
  subject: Subject,
  file: RootfsFile,
  owners: FileOwners,
): readonly Statement[] {
  const owner = owners.mismatched.get(file.body);
  if (owner?.isSystem !== true || owners.matched.has(file.body)) return [];
  const { pkg } = subject;
  return [
    {
      kind: 'contradiction',
      subject,
      contradiction: {
        kind: 'ownership',
        claimed: `${packageLabel(owner.pkg)} ships it`,
        found: `a file that is not the one in its manifest`,
        location: { path: file.path, layer: file.layer },
        isSevere: true,
      },
    },
    {
      kind: 'note',
      subject,
      reason: `reported by itself: ${packageLabel(pkg)} is not what ${owner.pkg.name} ships`,
    },
  ];
}

/**
 * Returns the file that records the package; for an archive within an archive, the outer one in the
 * root.
 */
function recordOf(
  { root }: IntegrityInput,
  { location }: PackageOccurrence,
): RootfsFile | undefined {
  const [path = location.path] = location.path.split('!', 1);
  const found = root.lookUp(path, true);
  return found.kind === 'file' ? found : undefined;
}
