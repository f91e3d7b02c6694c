/**
 * A bill of materials in a file: `assay sbom FILE`. Other files are recognized by their first
 * bytes.
 */

import { AssayError } from '../../core/base/errors.ts';
import { UTF_8_HINT } from '../../core/base/text-encoding.ts';
import {
  SBOM_HEAD_BYTES,
  detectSbomFormat,
  type SbomFormat,
} from '../../formats/text/sbom-format.ts';
import { describeTarget, UTF_16_TEXT } from './describe-target.ts';
import { findTarget, type LocalTarget } from './image/selection.ts';
import { singleFile } from './tree/single-file.ts';
import { storedFile } from './stored-bytes.ts';
import type { ArtifactSource } from './source.ts';

export const sbomFile: ArtifactSource = {
  id: 'sbom-file',
  async accepts({ reference, kind }) {
    const target = await findTarget(reference);
    if (target?.isFile !== true || target.path !== reference) return false;
    if (kind === 'sbom') return true;
    const form = await formOf(target);
    return form !== undefined && form !== 'json';
  },
  async open(request, context) {
    const target = await findTarget(request.reference);
    if (target?.isFile === true) await refuseOtherFiles(target);
    return singleFile.open({ ...request, kind: 'sbom' }, context);
  },
};

async function formOf({ path }: LocalTarget): Promise<SbomFormat | undefined> {
  const stored = await storedFile(path);
  return stored && detectSbomFormat(await stored.head(SBOM_HEAD_BYTES));
}

/**
 * Refuses files of other forms. An object that does not state its form may state it later, so that
 * is left to the reader of the whole.
 * @throws AssayError `DAMAGED`
 */
async function refuseOtherFiles(target: LocalTarget): Promise<void> {
  if ((await formOf(target)) !== undefined) return;
  const { name } = await describeTarget(target);
  const isUtf16 = name === UTF_16_TEXT;
  throw new AssayError('DAMAGED', `"${target.path}" is ${name}, which is not an SBOM`, {
    hint: isUtf16
      ? `An SBOM is UTF-8: ${UTF_8_HINT}`
      : 'Read are CycloneDX 1.2 to 1.7 in JSON and XML, SPDX 2.2 and 2.3 in JSON and as tags, SPDX 3.0 in JSON, and the JSON of syft and trivy.',
  });
}
