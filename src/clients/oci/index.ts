/** The image-registry client. */

export { IMAGE_CONFIG_TYPES } from './media-types.ts';
export { createRegistryClient } from './create-client.ts';
export {
  familiarReference,
  parseImageReference,
  parseWrittenReference,
  type ImageReference,
} from './reference.ts';
export {
  imageNames,
  isAttestation,
  readManifest,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
} from './manifest.ts';
export type { Repository, StoredManifest } from './client.ts';
export type { Credentials, RegistryOptions } from './client-options.ts';
