/** Shapes of artifacts and inventories, which reports and layer records are made of. */

import type {
  Artifact,
  BaseImageHint,
  BaseStatement,
  Digest,
  ImageFacts,
  Layer,
  Location,
  Platform,
  SourceUsed,
} from '../model/artifact/artifact.ts';
import {
  count,
  flag,
  list,
  longList,
  mapOf,
  matching,
  nonEmptyList,
  object,
  oneOf,
  optional,
  text,
  type Shape,
} from './shapes.ts';
import type { Contents, Tool } from '../model/artifact/contents.ts';
import { SOURCE_KINDS } from '../model/artifact/source-kind.ts';
import { ECOSYSTEM_IDS } from '../model/package/ecosystem.ts';
import { GAP_KINDS, type Diagnostic } from '../model/finding/finding.ts';
import type {
  Accountability,
  ExplainedFiles,
  UnexplainedFile,
  Contradiction,
  Distro,
  Evidence,
  Inventory,
  Package,
} from '../model/package/package.ts';

/** A list of strings. */
export const texts = list(text);
/** A map of strings, such as the qualifiers of a package URL. */
export const textMap = mapOf(text);
/** A digest: the algorithm and lower-case hexadecimal digits. */
export const digest: Shape<Digest> = matching<Digest>(
  'a digest such as "sha256:…"',
  /^(?:md5|sha1|sha256|sha512):[0-9a-f]+$/,
);
/** The id of an ecosystem. */
export const ecosystem = oneOf(...ECOSYSTEM_IDS);
/** A severity, from unknown to critical. */
export const severity = oneOf('unknown', 'low', 'medium', 'high', 'critical');
/** The presence of a package in the artifact. */
export const presence = oneOf('installed', 'declared', 'embedded');
/** The purpose of a package for the project that depends on it. */
export const scope = oneOf('runtime', 'development', 'optional', 'peer');
/** The position of a package in a dependency graph. */
export const relationship = oneOf('root', 'direct', 'indirect');

/** A file of a layer, and the line in it if there is one. */
export const LOCATION = object<Location>({ path: text, layer: count, line: optional(count) });

/** A platform in the terms of the OCI image specification. */
export const PLATFORM = object<Platform>({ os: text, architecture: text, variant: optional(text) });

/** The number of lowest layers that may come from a base image, and how it was found. */
export const BASE_HINT = object<BaseImageHint>({ layerCount: count, by: oneOf('history') });

/** An image that may be the base of another one, and how its layers compare. */
export const BASE_STATEMENT = object<BaseStatement>({
  by: oneOf('known', 'label', 'provenance', 'dockerfile', 'trust'),
  name: text,
  digest: optional(digest),
  comparison: oneOf('equal', 'different', 'sameRepository', 'notCompared'),
  layerCount: optional(count),
  reason: optional(text),
});

/** The parts of an image that are not layers: its digests, names and configuration. */
export const IMAGE_FACTS = object<ImageFacts>({
  indexDigest: optional(digest),
  manifestDigest: optional(digest),
  configDigest: digest,
  platform: PLATFORM,
  tags: texts,
  repoDigests: texts,
  env: texts,
  entrypoint: texts,
  cmd: optional(texts),
  user: text,
  workingDirectory: optional(text),
  labels: textMap,
  createdAt: optional(text),
  baseHint: optional(BASE_HINT),
  baseLayerCount: optional(count),
  baseBy: optional(list(BASE_STATEMENT)),
});

/** A line of a Dockerfile. */
export const DOCKERFILE_LINE = object<NonNullable<Layer['dockerfile']>>({
  path: text,
  line: count,
});

/** A layer by its digests, with the instruction that created it. */
export const LAYER = object<Layer>({
  blobDigest: optional(digest),
  diffId: optional(digest),
  compressedBytes: optional(count),
  createdBy: optional(text),
  dockerfile: optional(DOCKERFILE_LINE),
});

/** The source that an artifact was read from. */
export const SOURCE_USED = object<SourceUsed>({
  kind: oneOf(...SOURCE_KINDS),
  place: optional(text),
  isGuessed: optional(flag),
});

/** An artifact with its layers, the oldest first. */
export const ARTIFACT = object<Artifact>({
  kind: oneOf('image', 'directory', 'file', 'rootfs', 'repository', 'sbom'),
  reference: text,
  layers: list(LAYER),
  image: optional(IMAGE_FACTS),
  source: optional(SOURCE_USED),
});

/** A difference between the claim of a record and the content of the artifact. */
export const CONTRADICTION = object<Contradiction>({
  kind: oneOf('content', 'version', 'header', 'ownership', 'reference', 'hidden', 'missing'),
  claimed: text,
  found: text,
  location: LOCATION,
  isSevere: flag,
});

/** Numbers of files of a package by the result of their comparison. */
export const EVIDENCE_FILES = object<Evidence['files']>({
  matchedCount: count,
  mismatchedCount: count,
  missingCount: count,
  excludedCount: count,
});

/** The evidence for a package, and what contradicts it. */
export const EVIDENCE = object<Evidence>({
  level: oneOf('claimed', 'consistent', 'verified', 'proven', 'contradicted'),
  reasons: texts,
  contradictions: list(CONTRADICTION),
  files: EVIDENCE_FILES,
  evidencedVersion: optional(text),
});

/** The source package of a system package. */
export const SOURCE_PACKAGE = object<NonNullable<Package['source']>>({ name: text, version: text });

/** A package of an inventory; `introducedIn` is the index of a layer. */
export const PACKAGE = object<Package>({
  id: text,
  ecosystem,
  name: text,
  version: text,
  source: optional(SOURCE_PACKAGE),
  maintainer: optional(text),
  qualifiers: textMap,
  presence,
  scope: optional(scope),
  relationship: optional(relationship),
  dependsOn: texts,
  licenses: texts,
  evidence: EVIDENCE,
  locations: nonEmptyList(LOCATION),
  digests: list(digest),
  introducedIn: count,
  foundBy: text,
  ownedBy: optional(text),
});

/** An executable file that no package accounts for. */
export const UNEXPLAINED_FILE = object<UnexplainedFile>({
  location: LOCATION,
  sizeBytes: count,
  program: optional(text),
});

/** The number of executables, and of their bytes, that packages account for. */
export const ACCOUNTABILITY = object<Accountability>({
  executableCount: count,
  executableBytes: count,
  explainedCount: count,
  explainedBytes: count,
  explainedBy: optional(
    list(
      object<ExplainedFiles>({
        by: oneOf('distribution', 'vendor', 'language'),
        count,
        bytes: count,
      }),
    ),
  ),
  unexplained: list(UNEXPLAINED_FILE),
});

/** A distribution by the fields of its os-release file. */
export const DISTRO = object<Distro>({ id: text, versionId: text, codename: optional(text) });

/** The project that the packages of a lockfile or an SBOM belong to. */
export const PROJECT = object<NonNullable<Inventory['projects']>[number]>({
  purl: text,
  location: LOCATION,
});

/** A program or C library by its name, with the paths where it was found. */
export const TOOL_FOUND = object<Tool>({ name: text, version: optional(text), paths: texts });

const TOOLS_FOUND = list(TOOL_FOUND);

/** The tools of a root filesystem, and its size. */
export const CONTENTS = object<Contents>({
  unpackedBytes: count,
  libc: TOOLS_FOUND,
  shells: TOOLS_FOUND,
  packageManagers: TOOLS_FOUND,
  interpreters: TOOLS_FOUND,
  compilers: TOOLS_FOUND,
});

/** An inventory; its lists are written item by item. */
export const INVENTORY = object<Inventory>({
  inventoryVersion: count,
  distro: optional(DISTRO),
  packages: longList(PACKAGE),
  projects: optional(list(PROJECT)),
  emptyManifests: optional(longList(LOCATION)),
  contradictions: optional(longList(CONTRADICTION)),
  accountability: optional(ACCOUNTABILITY),
  contents: optional(CONTENTS),
});

/** A diagnostic; one with a `gap` can make a verdict incomplete. */
export const DIAGNOSTIC = object<Diagnostic>({
  stage: oneOf('source', 'layers', 'catalog', 'integrity', 'detect', 'advisory', 'match', 'policy'),
  message: text,
  location: optional(LOCATION),
  gap: optional(oneOf(...GAP_KINDS)),
});
