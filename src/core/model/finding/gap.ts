/** Causes and remedies of each kind of gap. `docs/gaps.md` is generated from this table. */

import type { GapKind } from './finding.ts';
import { GAP_NAMES } from './gap-names.ts';

/** One kind of gap, for people. */
export interface GapRow {
  /** The name on the command line, as in `--allow-incomplete=end-of-life`. */
  readonly name: string;
  /** The meaning of the kind: one line, in lower case. */
  readonly meaning: string;
  /** Causes of such a gap; each entry is one case, for `docs/gaps.md`. */
  readonly causes: readonly string[];
  /** The remedy, as an instruction: part of the verdict's last lines. */
  readonly cure: string;
  /** Further ways to clear it, for `docs/gaps.md`. */
  readonly otherCures?: readonly string[];
}

/** One row for each kind. */
export const GAPS: Readonly<Record<GapKind, GapRow>> = {
  unreadable: {
    name: GAP_NAMES.unreadable,
    meaning: 'a package database, lockfile or archive, or a row of one, could not be read',
    causes: [
      'a package database, lockfile, SBOM, layer or archive that is damaged, cut off or not of its format',
      'a row of one that cannot be read, or that names no package',
      'a file or directory without access',
      'a system whose release file is there and whose package database is missing or empty',
    ],
    cure: 'repair or remove what cannot be read',
  },
  noAdvisoryData: {
    name: GAP_NAMES.noAdvisoryData,
    meaning:
      'packages whose ecosystem or release has no loaded advisory data; in a folder, lockfiles that are not read yet',
    causes: [
      'packages of an ecosystem or release for which nothing is loaded',
      'development dependencies that cannot be compared with malicious packages, for the same reason',
      'packages of another vendor than the system, for which no advisories are known',
      'packages of a bill of materials that names no source packages, under names that the advisories do not list',
      'a lockfile of a format that is not read yet',
      'a condition on `kev` or `epss` while that feed is not loaded',
    ],
    cure: 'load what is missing with "assay db update", where there is such data',
    otherCures: ['`--advisories PATH` or `assay db import PATH`, without network'],
  },
  unorderedVersion: {
    name: GAP_NAMES.unorderedVersion,
    meaning: 'a version that an advisory naming the package cannot order',
    causes: ['a package whose version cannot be compared with the ranges of an advisory on it'],
    cure: 'check the versions that cannot be compared by hand',
  },
  unknownSystem: {
    name: GAP_NAMES.unknownSystem,
    meaning: 'an operating system whose advisories are not known',
    causes: [
      'an operating system, or a release of one, whose advisories are not known',
      'packages of another system than the one that is found or named with `--distro`',
      'a numbered release of Alpine whose repositories are all of edge',
    ],
    cure: 'name the system with --distro NAME/VERSION',
  },
  endOfLife: {
    name: GAP_NAMES.endOfLife,
    meaning: 'a system past its last day of free support; with `--exit-code` alone only a warning',
    causes: ['a system past the last day of its free support, at the clock of the run'],
    cure: 'move to a release that is still maintained',
  },
  limit: {
    name: GAP_NAMES.limit,
    meaning: 'a bound on size or count was reached',
    causes: ['a file, layer, archive or artifact beyond a bound on size, count or depth'],
    cure: 'raise the limit that was reached',
  },
  timeout: {
    name: GAP_NAMES.timeout,
    meaning: 'a part of the work was given up when its time was over',
    causes: ['a part of the work that was not done within `--timeout`'],
    cure: 'raise --timeout',
  },
  lazy: {
    name: GAP_NAMES.lazy,
    meaning: 'layers that were not read, with `--lazy`',
    causes: ['layers that `--lazy` left unread'],
    cure: 'scan without --lazy',
  },
  filtered: {
    name: GAP_NAMES.filtered,
    meaning: 'a stored report leaves out findings that the gate asks about',
    causes: ['a stored report that was written with `--severity` or `--only`'],
    cure: 'write the report without --severity and --only',
  },
  unpinned: {
    name: GAP_NAMES.unpinned,
    meaning: "a project's manifest whose dependencies no lockfile pins",
    causes: ['the root manifest of a project with dependencies that no lockfile resolves'],
    cure: 'add the lockfile that pins the dependencies, or install them',
  },
  unread: {
    name: GAP_NAMES.unread,
    meaning: 'a submodule, archive, SBOM or link that is recognized and not read',
    causes: [
      'a submodule that is not checked out, or whose path is a link',
      'a link named as a lockfile, manifest, package database or archive that leads out of the target, or to nothing',
      'a folder that replaces a Go module and has no go.mod in the target',
      'an archive or SBOM that is recognized and cannot be read',
      "archives that a loader of Yarn's Plug'n'Play names and that are all missing",
      'a rule of your own with something to look for that this version does not know',
      'an SBOM that names packages without listing them, calls itself incomplete, or leaves parts to other documents',
    ],
    cure: 'provide what was recognized and not read',
  },
  unrated: {
    name: GAP_NAMES.unrated,
    meaning:
      'fixable findings without a severity beneath a gate that asks for one, while no source of ratings is loaded',
    causes: [
      'fixable findings without a severity beneath `--fail-on high` and other conditions on a severity, or beneath `--exit-code` with a `--severity` that leaves out UNKNOWN, while no source of ratings has answered for their ids',
      'fixable findings without a CVSS score beneath `cvss>=N`, while no source of ratings is loaded',
    ],
    cure: 'load ratings with "assay db update --with cve,nvd"',
    otherCures: [
      'a scan with network access and without `--skip-db-update`, which fetches the ratings that are missing; see [severity](severity.md)',
    ],
  },
};
