/**
 * Names of images: what cannot be one, and what is said where a file of that name would have been
 * meant.
 */

import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import { parseImageReference } from '../../../clients/oci/reference.ts';
import { asPath, isFileName } from '../../../clients/oci/parse-target.ts';
import { findTarget } from './selection.ts';
import type { SourceRequest } from '../source.ts';

const IMAGE_ID = /^(?:sha256:)?[0-9a-f]{64}$/u;
const FILE_URL = /^file:(?:\/\/)?(?<path>\/.*)$/su;
const WINDOWS_PATH = /^(?:[A-Za-z]:)?\.{0,2}\\/u;

/** Errors of stores after which a path of the same name is worth a hint. */
const ABSENT: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'ACCESS_DENIED',
  'REGISTRY_DENIED',
  'NETWORK',
  'TIMEOUT',
  'OFFLINE',
]);

/** Returns whether a bare target that is not on this disk may be the name of an image. */
export async function mayBeName({ reference, kind }: SourceRequest): Promise<boolean> {
  if (kind !== undefined || isFileName(reference)) return false;
  const target = await findTarget(reference);
  if (target?.path === reference && !target.isFolder) return false;
  return isImageName(reference);
}

function isImageName(reference: string): boolean {
  try {
    refuseBadName(reference);
    return true;
  } catch (error) {
    if (error instanceof AssayError) return false;
    throw error;
  }
}

/** Daemons know images by their ids too. @throws AssayError `USAGE` */
export function refuseBadName(reference: string): void {
  if (!IMAGE_ID.test(reference)) parseImageReference(reference);
}

/**
 * Refuses what is not an image name and would be a path if it were written as one.
 *
 * @throws AssayError `NOT_FOUND`
 */
export async function refuseFileName(reference: string): Promise<void> {
  const path = FILE_URL.exec(reference)?.groups?.['path'];
  if (path !== undefined) throw noName(reference, 'it is a URL of a file', `Write ${path}`);
  if (reference.startsWith('~')) {
    const hint = 'Only the shell replaces ~, and only without quotes. Write $HOME/... instead.';
    throw noName(reference, 'it begins with "~"', hint);
  }
  if (WINDOWS_PATH.test(reference)) {
    throw noName(reference, 'it has backslashes', 'Write paths with slashes, as in ./app.tar');
  }
  if (isFileName(reference)) {
    const hint = `To scan the file, write ${asPath(reference)}\nIf it is an image, add the tag: ${reference}:latest`;
    throw noName(reference, 'it ends like a file name', hint);
  }
  if (isImageName(reference) || (await findTarget(reference)) === undefined) return;
  throw noName(reference, 'a path is only what begins with ./, ../ or /', pathHint(reference));
}

function noName(reference: string, reason: string, hint: string): AssayError {
  return new AssayError('NOT_FOUND', `"${reference}" is not an image name: ${reason}`, { hint });
}

function pathHint(reference: string): string {
  return `To scan the file or folder of that name, write ${asPath(reference)}`;
}

/** Adds the way to a path of the same name, if there is one and no store has the image. */
export async function withPathHint(error: unknown, reference: string): Promise<unknown> {
  if (!(error instanceof AssayError) || !ABSENT.has(error.code)) return error;
  const target = await findTarget(reference).catch(() => undefined);
  if (target === undefined) return error;
  const hint = error.hint === undefined ? '' : `\n${error.hint}`;
  return new AssayError(error.code, error.message, {
    hint: `${pathHint(reference)}${hint}`,
    because: error.because,
    cause: error.cause,
  });
}
