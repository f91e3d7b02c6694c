/** Which digest of a file is taken while it streams by, decided before its body is seen. */

/** Packaging of an operating system. */
export type Packaging = 'dpkg' | 'apk' | 'rpm';
