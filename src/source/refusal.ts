/** What is said of a target that no source takes. */

import { AssayError } from '../base/errors.ts';
import { describeTarget, type Looks } from './describe.ts';
import { shownUrl } from './git/git-url.ts';
import { findTarget, type Target } from './selection.ts';
import type { SourceRequest } from './source.ts';

/** `s3://…`, and `ext::…`, by which git would run a program. */
const WITH_PROTOCOL = /^[A-Za-z][A-Za-z0-9+.-]*(?:::|:\/\/)/u;

/** `DAMAGED` where something is there, else `NOT_FOUND`. */
export async function refusal(request: SourceRequest): Promise<AssayError> {
  const { reference, kind } = request;
  const target = await findTarget(reference);
  if (target?.path === reference) {
    const looks = await describeTarget(target);
    return new AssayError('DAMAGED', `"${reference}" is ${looks.name}, which ${cannotBe(kind)}`, {
      hint: wayOut(target, kind, looks),
    });
  }
  if (kind === 'repository' && WITH_PROTOCOL.test(reference)) {
    return new AssayError('NOT_FOUND', `"${shownUrl(reference)}" is no address that is fetched`, {
      hint: 'Write it as https://HOST/PATH, ssh://HOST/PATH or USER@HOST:PATH; git, http and file are spoken too.',
    });
  }
  return new AssayError('NOT_FOUND', `there is no file or folder "${reference}"`, {
    hint: `It was looked for from "${process.cwd()}".`,
  });
}

/** Digests were asked for of something that has none. */
export function notAnImage(reference: string): AssayError {
  return new AssayError('DAMAGED', `"${reference}" is no image that has digests`, {
    hint: 'Images in registries, daemons, archives and OCI layouts have.',
  });
}

function wayOut(target: Target, kind: SourceRequest['kind'], looks: Looks): string {
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
      return 'is no image';
    case 'rootfs':
      return 'is no root file system';
    case 'directory':
    case 'repository':
      return 'is no folder';
    case 'file':
      return 'is no file';
    case 'sbom':
      return 'is no SBOM';
    case undefined:
      return 'is nothing that can be scanned';
  }
}
