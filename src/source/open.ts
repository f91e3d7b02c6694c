/** Opens a target: finds the source that it is for, or says what it looked like. */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { describeTarget, type Looks } from './describe.ts';
import { SOURCES } from './list.ts';
import { findTarget, type Target } from './selection.ts';
import type { OpenArtifact, SourceRequest } from './source.ts';

/**
 * The artifacts of a target: one for each platform or image asked for. Whoever opens them disposes of each.
 *
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `DAMAGED`, `CONTENT_MISMATCH`, `LIMIT_EXCEEDED`
 */
export async function openSource(
  request: SourceRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  for (const row of SOURCES) {
    if (request.kind !== undefined && !row.kinds.includes(request.kind)) continue;
    const source = await row.load();
    if (await source.accepts(request)) return source.open(request, context);
  }
  throw await refusal(request);
}

/** Endings of files that people name without a folder in front. */
const FILE_NAME = /\.(?:tar|tgz|gz|zst|json|lock|txt|xml|toml|ya?ml)$/i;
const PATH_START = /^(?:\.{0,2}\/|~)/;

async function refusal(request: SourceRequest): Promise<AssayError> {
  const { reference, kind } = request;
  const target = await findTarget(reference);
  if (target?.path === reference) {
    const looks = await describeTarget(target);
    return new AssayError('DAMAGED', `"${reference}" is ${looks.name}, which ${cannotBe(kind)}`, {
      hint: wayOut(target, kind, looks),
    });
  }
  const isPath = PATH_START.test(reference) || FILE_NAME.test(reference);
  if (isPath || (kind !== undefined && kind !== 'image')) {
    return new AssayError('NOT_FOUND', `there is no file or folder "${reference}"`, {
      hint: `It was looked for from "${process.cwd()}".`,
    });
  }
  return new AssayError(
    'NOT_FOUND',
    `there is no file or folder "${reference}", and images are not yet fetched from registries or daemons`,
    {
      hint: 'Save the image and scan the file: docker save IMAGE -o FILE; assay image --input FILE',
    },
  );
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
