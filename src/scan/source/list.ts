/**
 * All sources. A target of no given kind goes to the first that accepts it. Those that look at the
 * text alone come first, so that nothing on the disk can stand in for an address.
 */

import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { SourceKind } from '../../core/model/artifact/source-kind.ts';
import type { ArtifactSource, ImageStore } from './source.ts';

/** The head of a source: what is known of it without loading it. */
export interface SourceRow {
  readonly id: string;
  /** Kinds of request that it may serve. */
  readonly kinds: readonly Artifact['kind'][];
  /** The name in the report. */
  readonly from: SourceKind;
  load(): Promise<ArtifactSource>;
}

/** All sources, in the order in which a target of no given kind is offered to them. */
export const SOURCES: readonly SourceRow[] = [
  {
    id: 'standard-input',
    kinds: ['image'],
    from: 'standard-input',
    load: async () => (await import('./archive/standard-input.ts')).standardInput,
  },
  {
    id: 'standard-text',
    kinds: ['file'],
    from: 'standard-input',
    load: async () => (await import('./standard-text.ts')).standardText,
  },
  {
    id: 'package-urls',
    kinds: ['sbom'],
    from: 'purl',
    load: async () => (await import('./package-urls.ts')).packageUrls,
  },
  {
    id: 'git-repository',
    kinds: ['repository'],
    from: 'git',
    load: async () => (await import('./tree/git-repository.ts')).gitRepository,
  },
  {
    id: 'image-archive',
    kinds: ['image'],
    from: 'archive',
    load: async () => (await import('./archive/image-archive.ts')).imageArchive,
  },
  {
    id: 'oci-layout',
    kinds: ['image'],
    from: 'layout',
    load: async () => (await import('./layout/oci-directory.ts')).ociLayout,
  },
  {
    id: 'rootfs',
    kinds: ['rootfs'],
    from: 'rootfs',
    load: async () => (await import('./tree/rootfs.ts')).rootfs,
  },
  {
    id: 'directory',
    kinds: ['directory', 'repository'],
    from: 'directory',
    load: async () => (await import('./tree/directory.ts')).directory,
  },
  {
    id: 'sbom-file',
    kinds: ['sbom'],
    from: 'sbom',
    load: async () => (await import('./sbom-file.ts')).sbomFile,
  },
  {
    id: 'file',
    kinds: ['directory', 'file'],
    from: 'file',
    load: async () => (await import('./tree/single-file.ts')).singleFile,
  },
];

/** The head of an image store. */
export interface ImageStoreRow {
  /** The name in `--image-src`. */
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
  { id: 'remote', load: async () => (await import('./registry/registry.ts')).registry },
];
