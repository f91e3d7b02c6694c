/**
 * The path of findings that lie in no file of an image. It is relative, as paths of files in an
 * image are not.
 */
export const CONFIGURATION_PATH = 'image-config';
