/** Shapes of the results of catalogers, which layer records are made of. */

import type {
  CatalogedPackage,
  CatalogResult,
  Diversion,
  NamedPackage,
  OwningPackage,
  RecordedPackage,
  ExternalClaimSubject,
  SelfCheck,
  ExternalClaim,
  VersionClaim,
} from '../model/catalog/catalog.ts';
import {
  DIAGNOSTIC,
  digest,
  DISTRO,
  ecosystem,
  presence,
  relationship,
  scope,
  SOURCE_PACKAGE,
  textMap,
  texts,
} from './inventory-shapes.ts';
import { OWNED_FILES } from './file-shapes.ts';
import { byKind, count, flag, list, object, oneOf, optional, text } from './shapes.ts';
import type {
  DependencyManifest,
  LockedProjects,
  RequestedPackage,
} from '../model/package/dependency-manifest.ts';

const VERSION_CLAIM = object<VersionClaim>({
  by: text,
  version: text,
  weight: oneOf('binding', 'doubt', 'hint'),
  part: optional(oneOf('whole', 'source', 'upstream')),
  name: optional(text),
  path: optional(text),
});

const SELF_CHECK = object<SelfCheck>({
  by: text,
  outcome: oneOf('match', 'proven', 'mismatch'),
  kind: oneOf('header', 'content', 'reference'),
  claimed: optional(text),
  found: optional(text),
  path: optional(text),
});

const EXACT_REQUIREMENT = object<NonNullable<CatalogedPackage['requiresExactly']>[number]>({
  name: text,
  version: text,
});

const EXTERNAL_CLAIM = object<ExternalClaim>({
  of: byKind<ExternalClaimSubject>({
    name: object<NamedPackage>({
      kind: oneOf('name'),
      name: text,
      architecture: optional(text),
      soughtAt: optional(text),
    }),
    record: object<RecordedPackage>({ kind: oneOf('record'), path: text, name: optional(text) }),
    owner: object<OwningPackage>({ kind: oneOf('owner'), products: texts }),
  }),
  digests: optional(list(digest)),
  ownedFiles: optional(OWNED_FILES),
  versionClaims: optional(list(VERSION_CLAIM)),
  selfChecks: optional(list(SELF_CHECK)),
});

const DIVERSION = object<Diversion>({ path: text, to: text, by: optional(text) });

const CATALOGED = object<CatalogedPackage>({
  name: text,
  version: text,
  line: optional(count),
  ecosystem: optional(ecosystem),
  presence: optional(presence),
  scope: optional(scope),
  relationship: optional(relationship),
  dependsOn: optional(texts),
  source: optional(SOURCE_PACKAGE),
  maintainer: optional(text),
  qualifiers: optional(textMap),
  licenses: optional(texts),
  digests: optional(list(digest)),
  ownedFiles: optional(OWNED_FILES),
  versionClaims: optional(list(VERSION_CLAIM)),
  selfChecks: optional(list(SELF_CHECK)),
  requiresExactly: optional(list(EXACT_REQUIREMENT)),
  builtIn: optional(text),
  replaces: optional(texts),
  ownedBy: optional(text),
  evidencedVersion: optional(text),
});

const REQUESTED_PACKAGE = object<RequestedPackage>({
  name: text,
  range: text,
  version: optional(text),
  folder: optional(text),
  line: optional(count),
  scope: optional(oneOf('development', 'optional')),
});

const DEPENDENCY_MANIFEST = object<DependencyManifest>({
  name: optional(text),
  requests: list(REQUESTED_PACKAGE),
  leavesIndirect: optional(flag),
  addsPins: optional(flag),
  computed: optional(text),
  members: optional(texts),
  isOverridden: optional(flag),
  installsInto: optional(text),
});

const LOCKED_PROJECTS = object<LockedProjects>({
  directories: optional(texts),
  names: optional(texts),
  isOverridden: optional(flag),
});

/** The result of a cataloger for one file, before it is related to other files. */
export const CATALOG_RESULT = object<CatalogResult>({
  packages: list(CATALOGED),
  externalClaims: optional(list(EXTERNAL_CLAIM)),
  diversions: optional(list(DIVERSION)),
  distro: optional(DISTRO),
  projects: optional(texts),
  repositoryReleases: optional(texts),
  manifest: optional(DEPENDENCY_MANIFEST),
  lock: optional(LOCKED_PROJECTS),
  diagnostics: optional(list(DIAGNOSTIC)),
});
