/** Shapes of what catalogers answer, which layer records are made of. */

import type {
  Cataloged,
  CatalogResult,
  Diversion,
  NamedPackage,
  OwnedFile,
  OwningPackage,
  RecordedPackage,
  Testified,
  SelfCheck,
  Testimony,
  VersionClaim,
} from './catalog.ts';
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
} from './codec-inventory.ts';
import { byKind, count, flag, list, object, oneOf, optional, table, text } from './codec-shapes.ts';

/** Tens of thousands in an image of a system. */
const OWNED_FILES = table<OwnedFile>({
  path: text,
  digest: optional(digest),
  kind: oneOf('file', 'config', 'link'),
  target: optional(text),
  mayBeAbsent: optional(flag),
});

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

const EXACT_REQUIREMENT = object<NonNullable<Cataloged['requiresExactly']>[number]>({
  name: text,
  version: text,
});

const TESTIMONY = object<Testimony>({
  of: byKind<Testified>({
    name: object<NamedPackage>({ kind: oneOf('name'), name: text, architecture: optional(text) }),
    record: object<RecordedPackage>({ kind: oneOf('record'), path: text, name: optional(text) }),
    owner: object<OwningPackage>({ kind: oneOf('owner'), products: texts }),
  }),
  digests: optional(list(digest)),
  owns: optional(OWNED_FILES),
  versionClaims: optional(list(VERSION_CLAIM)),
  selfChecks: optional(list(SELF_CHECK)),
});

const DIVERSION = object<Diversion>({ path: text, to: text, by: optional(text) });

const CATALOGED = object<Cataloged>({
  name: text,
  version: text,
  line: optional(count),
  ecosystem: optional(ecosystem),
  presence: optional(presence),
  scope: optional(scope),
  relationship: optional(relationship),
  dependsOn: optional(texts),
  source: optional(SOURCE_PACKAGE),
  qualifiers: optional(textMap),
  licenses: optional(texts),
  digests: optional(list(digest)),
  owns: optional(OWNED_FILES),
  versionClaims: optional(list(VERSION_CLAIM)),
  selfChecks: optional(list(SELF_CHECK)),
  requiresExactly: optional(list(EXACT_REQUIREMENT)),
  builtIn: optional(text),
  replaces: optional(texts),
  ownedBy: optional(text),
  evidencedVersion: optional(text),
});

export const CATALOG_RESULT = object<CatalogResult>({
  packages: list(CATALOGED),
  testimonies: optional(list(TESTIMONY)),
  diversions: optional(list(DIVERSION)),
  distro: optional(DISTRO),
  projects: optional(texts),
  repositoryReleases: optional(texts),
  diagnostics: optional(list(DIAGNOSTIC)),
});
