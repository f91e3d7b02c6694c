/** The place that an artifact was read from, in words. */

import type { SourceUsed } from './artifact.ts';
import type { SourceKind } from './source-kind.ts';

const WORDS: Readonly<Record<SourceKind, string>> = {
  registry: 'an image in a registry',
  docker: 'an image of the Docker daemon',
  containerd: 'an image in the content store of containerd',
  podman: 'an image of the Podman daemon',
  'podman-storage': 'an image in the storage of Podman',
  archive: 'an image archive',
  layout: 'an image layout',
  'standard-input': 'standard input',
  git: 'a git repository at a commit',
  rootfs: 'a root filesystem',
  directory: 'a directory',
  file: 'a file',
  sbom: 'an SBOM',
  purl: 'package URLs',
};

/** Returns the source with its article: `an image in a registry (docker.io)`. */
export function sourceText({ kind, place }: SourceUsed): string {
  return place === undefined ? WORDS[kind] : `${WORDS[kind]} (${place})`;
}
