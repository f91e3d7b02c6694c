/**
 * The kinds of places that artifacts are read from. A source that reads from another kind of place
 * adds it here.
 */

/** All kinds, in the order of the published schema. */
export const SOURCE_KINDS = [
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
] as const;

/** One of {@link SOURCE_KINDS}. */
export type SourceKind = (typeof SOURCE_KINDS)[number];
