/** Shapes of artifacts and inventories, which reports and layer records are made of. */

import type {
  Artifact,
  BaseImageHint,
  Digest,
  ImageFacts,
  Layer,
  Location,
  Platform,
  SourceUsed,
} from '../model/artifact.ts';
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
import { ECOSYSTEM_IDS } from '../model/ecosystem.ts';
import { GAP_KINDS, type Diagnostic, type RuleFinding } from '../model/finding.ts';
import type {
  Accountability,
  ExplainedFiles,
  UnexplainedFile,
  Contradiction,
  Distro,
  Evidence,
  Inventory,
  Package,
} from '../model/package.ts';

export const texts = list(text);
export const textMap = mapOf(text);
export const digest: Shape<Digest> = matching<Digest>(
  'a digest such as "sha256:…"',
  /^(?:md5|sha1|sha256|sha512):[0-9a-f]+$/,
);
export const ecosystem = oneOf(...ECOSYSTEM_IDS);
export const severity = oneOf('unknown', 'low', 'medium', 'high', 'critical');
export const presence = oneOf('installed', 'declared', 'embedded');
export const scope = oneOf('runtime', 'development', 'optional', 'peer');
export const relationship = oneOf('root', 'direct', 'indirect');

export const LOCATION = object<Location>({ path: text, layer: count, line: optional(count) });

export const PLATFORM = object<Platform>({ os: text, architecture: text, variant: optional(text) });

export const BASE_HINT = object<BaseImageHint>({ layerCount: count, by: oneOf('history') });

export const IMAGE_FACTS = object<ImageFacts>({
  indexDigest: optional(digest),
  manifestDigest: optional(digest),
  configDigest: digest,
  platform: PLATFORM,
  tags: texts,
  repoDigests: texts,
  env: texts,
  entrypoint: texts,
  user: text,
  labels: textMap,
  createdAt: optional(text),
  baseHint: optional(BASE_HINT),
});

export const LAYER = object<Layer>({
  blobDigest: optional(digest),
  diffId: optional(digest),
  compressedBytes: optional(count),
  createdBy: optional(text),
});

export const SOURCE_USED = object<SourceUsed>({
  kind: oneOf(
    'registry',
    'docker',
    'containerd',
    'podman',
    'podman-storage',
    'archive',
    'layout',
    'standard-input',
    'git',
    'rootfs',
    'directory',
    'file',
    'sbom',
    'purl',
  ),
  place: optional(text),
  isGuessed: optional(flag),
});

export const ARTIFACT = object<Artifact>({
  kind: oneOf('image', 'directory', 'file', 'rootfs', 'repository', 'sbom'),
  reference: text,
  layers: list(LAYER),
  image: optional(IMAGE_FACTS),
  source: optional(SOURCE_USED),
});

export const CONTRADICTION = object<Contradiction>({
  kind: oneOf('content', 'version', 'header', 'ownership', 'reference', 'hidden', 'missing'),
  claimed: text,
  found: text,
  location: LOCATION,
  isSevere: flag,
});

export const EVIDENCE_FILES = object<Evidence['files']>({
  matchedCount: count,
  mismatchedCount: count,
  missingCount: count,
  excludedCount: count,
});

export const EVIDENCE = object<Evidence>({
  level: oneOf('claimed', 'consistent', 'verified', 'proven', 'contradicted'),
  reasons: texts,
  contradictions: list(CONTRADICTION),
  files: EVIDENCE_FILES,
  evidencedVersion: optional(text),
});

export const SOURCE_PACKAGE = object<NonNullable<Package['source']>>({ name: text, version: text });

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

export const UNEXPLAINED_FILE = object<UnexplainedFile>({
  location: LOCATION,
  sizeBytes: count,
  program: optional(text),
});

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

export const DISTRO = object<Distro>({ id: text, versionId: text, codename: optional(text) });

export const PROJECT = object<NonNullable<Inventory['projects']>[number]>({
  purl: text,
  location: LOCATION,
});

export const INVENTORY = object<Inventory>({
  inventoryVersion: count,
  distro: optional(DISTRO),
  packages: longList(PACKAGE),
  projects: optional(list(PROJECT)),
  emptyManifests: optional(longList(LOCATION)),
  contradictions: optional(longList(CONTRADICTION)),
  accountability: optional(ACCOUNTABILITY),
});

export const DIAGNOSTIC = object<Diagnostic>({
  stage: oneOf('source', 'layers', 'catalog', 'integrity', 'detect', 'advisory', 'match', 'policy'),
  message: text,
  location: optional(LOCATION),
  gap: optional(oneOf(...GAP_KINDS)),
});

export const RULE_FINDING = object<RuleFinding>({
  kind: oneOf('rule'),
  id: text,
  severity,
  category: oneOf('secret', 'misconfiguration', 'code', 'origin', 'license'),
  rule: text,
  message: text,
  location: LOCATION,
});
