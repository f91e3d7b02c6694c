/** The image-registry client. */

export {
  familiarReference,
  formatImageReference,
  parseImageReference,
  parseWrittenReference,
  type ImageReference,
  type WrittenReference,
} from './reference.ts';
