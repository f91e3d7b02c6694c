/** The image-registry client. */

export { createRegistryClient } from './create-client.ts';
export {
  familiarReference,
  formatImageReference,
  parseImageReference,
  parseWrittenReference,
  type ImageReference,
} from './reference.ts';
export {
  isAttestation,
  readManifest,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
} from './manifest.ts';
export type {
  DownloadOptions,
  RegistryClient,
  Repository,
  ResolvedManifest,
  StoredManifest,
} from './client.ts';
export type { Credentials, RegistryOptions } from './options.ts';
