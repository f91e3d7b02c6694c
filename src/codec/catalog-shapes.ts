/** Shapes of what catalogers answer, which layer records are made of. */

import type {
  CatalogedPackage,
  CatalogResult,
  Diversion,
  NamedPackage,
  OwnedFile,
  OwnedFiles,
  OwningPackage,
  RecordedPackage,
  ExternalClaimSubject,
  LayerManifestMatch,
  SelfCheck,
  ExternalClaim,
  VersionClaim,
} from '../model/catalog.ts';
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
import {
  byKind,
  CodecError,
  count,
  flag,
  list,
  matching,
  object,
  oneOf,
  optional,
  table,
  text,
  type Shape,
} from './shapes.ts';
import type {
  DependencyManifest,
  LockedProjects,
  RequestedPackage,
} from '../model/dependency-manifest.ts';
import { OwnedFileTable, type OwnedFileColumns } from '../model/owned-file-table.ts';

/** Of manifests that are no columns; a table begins with the number of its rows. */
const LISTED_FILES = table<OwnedFile>({
  path: text,
  digest: optional(digest),
  kind: oneOf('file', 'config', 'link'),
  target: optional(text),
  mayBeAbsent: optional(flag),
});

const JOINED = object<LayerManifestMatch>({
  list: count,
  count,
  hasCode: flag,
  hasLibrary: flag,
  slim: list(count),
  rest: list(count),
});

const OWNED_COLUMNS = object<OwnedFileColumns>({
  folders: texts,
  runs: list(count),
  names: text,
  digests: optional(text),
  kinds: optional(matching<string>('kinds of files', /^[fcl]+$/)),
  targets: optional(texts),
  targetRows: optional(list(count)),
  absent: optional(list(count)),
  joined: optional(JOINED),
});

/** Tens of thousands in an image of a system. */
const OWNED_FILES: Shape<OwnedFiles> = {
  encode: (files) => {
    const columns = OwnedFileTable.from(files)?.columns;
    return columns === undefined ? LISTED_FILES.encode([...files]) : OWNED_COLUMNS.encode(columns);
  },
  decode: (value) =>
    isListed(value) ? LISTED_FILES.decode(value) : wholeTable(OWNED_COLUMNS.decode(value)),
  revive: (value) =>
    isListed(value)
      ? (LISTED_FILES.revive?.(value) ?? LISTED_FILES.decode(value))
      : new OwnedFileTable(value as OwnedFileColumns),
};

function isListed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'rows');
}

/** Columns of which every row is there, and every digest one. @throws {@link CodecError} */
function wholeTable(columns: OwnedFileColumns): OwnedFileTable {
  const files = new OwnedFileTable(columns);
  const digests = columns.digests?.split('\n');
  if (!hasAllNames(columns, files.length) || !hasOnlyRows(columns, files.length)) {
    throw new CodecError('has columns of different lengths');
  }
  if (digests !== undefined && digests.length !== files.length) {
    throw new CodecError('has columns of different lengths');
  }
  for (const row of digests ?? []) if (row !== '') digest.decode(row);
  return files;
}

function hasAllNames({ folders, runs, names, kinds }: OwnedFileColumns, rowCount: number): boolean {
  return (
    runs.length % 2 === 0 &&
    runs.every((number, at) => at % 2 === 1 || number < folders.length) &&
    runs.reduce((sum, number, at) => (at % 2 === 1 ? sum + number : sum), 0) === rowCount &&
    (names === '' || names.endsWith('/')) &&
    names.split('/').length === rowCount + 1 &&
    (kinds === undefined || kinds.length === rowCount)
  );
}

function hasOnlyRows(
  { targets = [], targetRows = [], absent = [], joined }: OwnedFileColumns,
  rowCount: number,
): boolean {
  const isRow = (row: number): boolean => row < rowCount;
  const others = [...(joined?.slim ?? []), ...(joined?.rest ?? [])];
  const isWhole = joined === undefined || joined.count + others.length === rowCount;
  return (
    isWhole &&
    targets.length === targetRows.length &&
    [targetRows, absent, others].every((rows) => rows.every(isRow))
  );
}

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

const TESTIMONY = object<ExternalClaim>({
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

export const CATALOG_RESULT = object<CatalogResult>({
  packages: list(CATALOGED),
  externalClaims: optional(list(TESTIMONY)),
  diversions: optional(list(DIVERSION)),
  distro: optional(DISTRO),
  projects: optional(texts),
  repositoryReleases: optional(texts),
  manifest: optional(DEPENDENCY_MANIFEST),
  lock: optional(LOCKED_PROJECTS),
  diagnostics: optional(list(DIAGNOSTIC)),
});
