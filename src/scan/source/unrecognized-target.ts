/** The error for a target that no source accepts. */

import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { AssayError } from '../../core/base/errors.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import { describeTarget, type TargetDescription } from './describe-target.ts';
import { redactGitUrl } from '../../clients/git/git-url.ts';
import { findTarget, type LocalTarget } from './image/selection.ts';
import type { SourceRequest } from './source.ts';

/** `s3://…`, and `ext::…`, by which git would run a program. */
const WITH_PROTOCOL = /^[A-Za-z][A-Za-z0-9+.-]*(?:::|:\/\/)/u;

/**
 * Prefixes of targets that grype and syft have and Assay lacks. Source: their documentation,
 * "Supported sources".
 */
const SCHEMES_OF_GRYPE: ReadonlyMap<string, string> = new Map([
  ['docker', 'assay image NAME --image-src docker'],
  ['podman', 'assay image NAME --image-src podman'],
  ['registry', 'assay image NAME --image-src remote'],
  ['file', 'assay fs FILE'],
  ['sbom', 'assay sbom FILE'],
]);
const SCHEME_OF_GRYPE = /^(?<scheme>docker|podman|registry|file|sbom):(?!\/\/)/u;
const URL_ON_THE_WEB = /^https?:\/\//iu;
/** Names of a directory that are compared with a missing one. */
const MAX_NAMES = 1000;

/** Returns the error: `DAMAGED` if something is there, else `NOT_FOUND`. */
export async function unrecognizedTargetError(request: SourceRequest): Promise<AssayError> {
  const { reference, kind } = request;
  const target = await findTarget(reference);
  if (target?.path === reference) {
    const looks = await describeTarget(target);
    return new AssayError('DAMAGED', `"${reference}" is ${looks.name}, which ${cannotBe(kind)}`, {
      hint: wayOut(target, kind, looks),
    });
  }
  if (kind === 'repository' && WITH_PROTOCOL.test(reference)) {
    return new AssayError(
      'NOT_FOUND',
      `"${redactGitUrl(reference)}" is not an address that is fetched`,
      {
        hint: 'Write it as https://HOST/PATH, ssh://HOST/PATH or USER@HOST:PATH; git, http and file are spoken too.',
      },
    );
  }
  const scheme = SCHEME_OF_GRYPE.exec(reference)?.groups?.['scheme'];
  if (scheme !== undefined) return schemeOfGrype(reference, scheme);
  if (URL_ON_THE_WEB.test(reference)) return webAddress(reference, kind);
  const near = await nearPath(reference);
  const guess = near === undefined ? '' : `Did you mean "${near}"? `;
  return new AssayError('NOT_FOUND', `there is no file or folder "${reference}"`, {
    hint: `${guess}It was looked for from "${process.cwd()}".${near === undefined ? howToGet(kind) : ''}`,
  });
}

function howToGet(kind: SourceRequest['kind']): string {
  switch (kind) {
    case 'image':
      return ' docker save -o FILE IMAGE writes an image to a file.';
    case 'sbom':
      return ' assay fs DIR -f cyclonedx -o FILE writes an SBOM.';
    case 'repository':
      return ' An address is written as https://HOST/PATH or USER@HOST:PATH.';
    default:
      return '';
  }
}

function schemeOfGrype(reference: string, scheme: string): AssayError {
  const instead = SCHEMES_OF_GRYPE.get(scheme) ?? '';
  const message = `"${reference}" begins with "${scheme}:", which is a prefix of grype and syft`;
  return new AssayError('NOT_FOUND', message, { hint: `Write ${instead}` });
}

/** Nothing but images and repositories is fetched. */
function webAddress(reference: string, kind: SourceRequest['kind']): AssayError {
  const shown = redactGitUrl(reference);
  const fetched = `Fetch it first: curl -fsSLO ${shown}`;
  return new AssayError('NOT_FOUND', `"${shown}" is a URL, but a file or directory is needed`, {
    hint: kind === 'sbom' ? fetched : `A git repository: assay repo ${shown}\n${fetched}`,
  });
}

/** Returns the path beside a missing one whose last part is nearest to it. */
async function nearPath(reference: string): Promise<string | undefined> {
  const name = basename(reference);
  const names = await readdir(dirname(reference)).catch(() => []);
  const near = didYouMean(name, names.slice(0, MAX_NAMES));
  if (near === undefined || !reference.endsWith(name)) return undefined;
  return reference.slice(0, reference.length - name.length) + near;
}

/** Digests were asked for of something that has none. */
export function notAnImageError(reference: string): AssayError {
  return new AssayError('DAMAGED', `"${reference}" is not an image that has digests`, {
    hint: 'Images in registries, daemons, archives and OCI layouts have.',
  });
}

function wayOut(
  target: LocalTarget,
  kind: SourceRequest['kind'],
  looks: TargetDescription,
): string {
  if (target.isFolder) {
    return 'Scan a folder with assay fs DIR, or an unpacked root file system with assay rootfs DIR.';
  }
  return looks.mayHoldImage && kind !== undefined && kind !== 'image'
    ? `Scan an image in a file with assay image --input ${target.path}, and other archives unpacked.`
    : 'An image in a file is what docker save writes, or an archive of an OCI layout.';
}

function cannotBe(kind: SourceRequest['kind']): string {
  switch (kind) {
    case 'image':
      return 'is not an image';
    case 'rootfs':
      return 'is not a root file system';
    case 'directory':
    case 'repository':
      return 'is not a folder';
    case 'file':
      return 'is not a file';
    case 'sbom':
      return 'is not an SBOM';
    case undefined:
      return 'is nothing that can be scanned';
  }
}
