/** All sources. A target that nobody calls by its kind is given to the first that accepts it. */

import type { Artifact } from '../model/artifact.ts';
import type { ArtifactSource, ImageStore } from './source.ts';

/** The head of a source: what is known of it without loading it. */
export interface SourceRow {
  readonly id: string;
  /** Kinds of request that it may serve. */
  readonly kinds: readonly Artifact['kind'][];
  load(): Promise<ArtifactSource>;
}

export const SOURCES: readonly SourceRow[] = [
  {
    id: 'standard-input',
    kinds: ['image'],
    load: async () => (await import('./standard-input.ts')).standardInput,
  },
  {
    id: 'package-urls',
    kinds: ['sbom'],
    load: async () => (await import('./package-urls.ts')).packageUrls,
  },
  {
    id: 'image-archive',
    kinds: ['image'],
    load: async () => (await import('./image-archive.ts')).imageArchive,
  },
  {
    id: 'oci-layout',
    kinds: ['image'],
    load: async () => (await import('./oci-folder.ts')).ociLayout,
  },
  {
    id: 'git-repository',
    kinds: ['repository'],
    load: async () => (await import('./git/git-repository.ts')).gitRepository,
  },
  {
    id: 'rootfs',
    kinds: ['rootfs'],
    load: async () => (await import('./rootfs.ts')).rootfs,
  },
  {
    id: 'directory',
    kinds: ['directory', 'repository'],
    load: async () => (await import('./directory.ts')).directory,
  },
  {
    id: 'sbom-file',
    kinds: ['sbom'],
    load: async () => (await import('./sbom-file.ts')).sbomFile,
  },
  {
    id: 'file',
    kinds: ['directory', 'file'],
    load: async () => (await import('./single-file.ts')).singleFile,
  },
];

/** The head of an image store. */
export interface ImageStoreRow {
  /** As in `--image-src`. */
  readonly id: string;
  load(): Promise<ImageStore>;
}

/** All image stores, in the order in which they are asked where `--image-src` says nothing. */
export const IMAGE_STORES: readonly ImageStoreRow[] = [
  { id: 'docker', load: async () => (await import('./daemon/docker.ts')).docker },
  { id: 'containerd', load: async () => (await import('./containerd/containerd.ts')).containerd },
  { id: 'podman', load: async () => (await import('./daemon/podman.ts')).podman },
  {
    id: 'podman-storage',
    load: async () => (await import('./containers-storage/podman-storage.ts')).podmanStorage,
  },
  { id: 'remote', load: async () => (await import('./registry.ts')).registry },
];
