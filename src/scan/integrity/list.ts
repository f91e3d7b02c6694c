/**
 * All checks of `checks/`, one row each. They are one part of the bundle and are loaded together:
 * nearly every image needs most of them, and a file of its own costs more time than it saves.
 */

import type { Check } from './check.ts';
import { changedFiles } from './checks/changed-files.ts';
import { deletedRecords } from './checks/deleted-records.ts';
import { environment } from './checks/environment.ts';
import { lockfiles } from './checks/lockfiles.ts';
import { manifestHistory } from './checks/manifest-history.ts';
import { missingFiles } from './checks/missing-files.ts';
import { orphanedManifests } from './checks/orphaned-manifests.ts';
import { packageOwners } from './checks/package-owners.ts';
import { recordHistory } from './checks/record-history.ts';
import { recordOnlyChanges } from './checks/record-only-changes.ts';
import { relations } from './checks/relations.ts';
import { release } from './checks/release.ts';
import { selfChecks } from './checks/self-checks.ts';
import { versionClaims } from './checks/version-claims.ts';

/** All checks; their order is of no effect. */
export const CHECKS: readonly Check[] = [
  changedFiles,
  deletedRecords,
  environment,
  lockfiles,
  manifestHistory,
  missingFiles,
  orphanedManifests,
  packageOwners,
  recordHistory,
  recordOnlyChanges,
  relations,
  release,
  selfChecks,
  versionClaims,
];
