/**
 * The contribution of a scan to the ledger: the digests of image tags, and the integrity of
 * packages in lockfiles.
 */

import type { Context } from '../../core/base/context.ts';
import { changeLedger } from '../../trust/ledger/ledger-file.ts';
import {
  compareDigest,
  ledgerInstant,
  ledgerKey,
  recordSightings,
  type Ledger,
  type LedgerEntry,
  type Sighting,
} from '../../trust/ledger/ledger.ts';
import { movabilityOf } from '../../trust/ledger/movability.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Package } from '../../core/model/package/package.ts';
import { purlOf } from '../../core/model/purl/purl.ts';
import type { Report } from '../../core/model/report/report.ts';
import { formatImageReference, parseImageReference } from '../../clients/oci/reference.ts';

/**
 * Catalogers of bills of materials. These list digests of packages that were installed elsewhere.
 */
const BILL_OF_MATERIALS = /^sbom\//u;

/**
 * Returns what a report saw: the tag of each image that a registry gave, and each package of a
 * lockfile that names a digest. A tag beside a digest is not looked at by the scan and is no
 * sighting.
 */
export function sightingsOf(report: Pick<Report, 'results'>): readonly Sighting[] {
  return report.results.flatMap(({ artifact, inventory }) => [
    ...imageSightings(artifact),
    ...inventory.packages.flatMap((pkg) => packageSightings(pkg, artifact)),
  ]);
}

function imageSightings({ source, image, reference }: Artifact): readonly Sighting[] {
  const digest = image?.indexDigest ?? image?.manifestDigest;
  if (source?.kind !== 'registry' || digest === undefined || reference.includes('@')) return [];
  return (image?.tags ?? []).map((tag) => {
    const parsed = parseImageReference(tag);
    const ref = formatImageReference(parsed);
    return { kind: 'image', ref, digest, from: source.place ?? parsed.domain };
  });
}

function packageSightings(pkg: Package, artifact: Artifact): readonly Sighting[] {
  const place = lockedPlace(pkg, artifact);
  return place === undefined ? [] : pkg.digests.map((digest) => ({ ...place, digest }));
}

/**
 * Returns the reference of a package that a lockfile declares; installed ones have digests of their
 * files.
 */
export function lockedPlace(
  pkg: Package,
  { reference }: Artifact,
): Omit<Sighting, 'digest'> | undefined {
  const isLocked = pkg.presence === 'declared' && !BILL_OF_MATERIALS.test(pkg.foundBy);
  if (!isLocked || pkg.version === '') return undefined;
  const { ecosystem, name, version } = pkg;
  const ref = purlOf({ ecosystem, name, version, qualifiers: new Map() });
  const [{ path }] = pkg.locations;
  return { kind: 'package', ref, from: `${reference.replace(/\/+$/u, '')}${path}` };
}

/**
 * Adds sightings to a ledger and returns those that contradict it: a reference that never moves,
 * with another digest than before.
 *
 * @throws AssayError `CONFIG_INVALID` for a ledger with bad lines; `ACCESS_DENIED`
 */
export async function recordInLedger(
  path: string,
  sightings: readonly Sighting[],
  context: Pick<Context, 'now' | 'signal'>,
): Promise<readonly Sighting[]> {
  const moved: Sighting[] = [];
  await changeLedger(
    path,
    (ledger) => {
      const after = recordSightings(ledger, sightings, ledgerInstant(context.now()));
      moved.push(...sightings.filter((sighting) => isMoved(sighting, after)));
      return after;
    },
    context,
  );
  return moved;
}

function isMoved(sighting: Sighting, ledger: Ledger): boolean {
  const entry: LedgerEntry | undefined = ledger.entries.get(ledgerKey(sighting));
  if (entry === undefined || movabilityOf(entry, ledger.rules).mayMove) return false;
  return compareDigest(sighting.digest, entry) === 'moved';
}
