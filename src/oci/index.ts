/** The image-registry client. */

export { parseImageReference, parseWrittenReference, type ImageReference } from './reference.ts';
export { readManifest, type Descriptor, type ImageIndex, type ImageManifest } from './manifest.ts';
export type {
  DownloadOptions,
  RegistryClient,
  Repository,
  ResolvedManifest,
  StoredManifest,
} from './client.ts';
export type { Credentials, RegistryOptions } from './options.ts';
