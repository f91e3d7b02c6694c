/** Shared code for Go's programs and files. Source: the Go Modules Reference. */

import { Buffer } from 'node:buffer';

import type { Digest } from '../../../core/model/artifact/artifact.ts';

/** Name of the standard library in the Go vulnerability database. */
export const STDLIB = 'stdlib';

/**
 * "Module paths" and "Packages": letters, digits and some marks; nothing that a merge or a page of
 * HTML leaves.
 */
export const PACKAGE_PATH = /^[A-Za-z0-9._~+/-]{1,1000}$/;

const SUM_BYTES = 32;

/** "replace directive": a replacement that begins so is a folder and no module. */
export function isLocalPath(path: string): boolean {
  return /^(?:\.{1,2}(?:[/\\]|$)|[/\\]|[A-Za-z]:)/.test(path);
}

/**
 * `h1:` and the SHA-256 of the list of the module's files, in base64; any other sum is of another
 * algorithm.
 */
export function moduleDigests(sum: string): readonly Digest[] {
  if (!sum.startsWith('h1:')) return [];
  const bytes = Buffer.from(sum.slice('h1:'.length), 'base64');
  return bytes.length === SUM_BYTES ? [`sha256:${bytes.toString('hex')}`] : [];
}
