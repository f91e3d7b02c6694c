/** The image-registry client. */

export { parseImageReference, parseWrittenReference, type ImageReference } from './reference.ts';
