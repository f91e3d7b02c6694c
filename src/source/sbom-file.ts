/** A bill of materials in a file: `assay sbom FILE`. Other files are told by their first bytes. */

import { AssayError } from '../base/errors.ts';
import { SBOM_HEAD_BYTES, sbomForm, type SbomForm } from '../format/sbom-form.ts';
import { describeTarget } from './describe.ts';
import { findTarget, type Target } from './selection.ts';
import { singleFile } from './single-file.ts';
import { storedFile } from './stored-bytes.ts';
import type { ArtifactSource } from './source.ts';

/** Forms that are known and not read, as people call them. */
const NOT_READ: ReadonlyMap<SbomForm, string> = new Map([
  ['cyclonedx-xml', 'a CycloneDX document in XML'],
  ['spdx-json', 'an SPDX document in JSON'],
  ['spdx-tag-value', 'an SPDX document of tags and values'],
]);

export const sbomFile: ArtifactSource = {
  id: 'sbom-file',
  async accepts({ reference, kind }) {
    const target = await findTarget(reference);
    if (target?.isFile !== true || target.path !== reference) return false;
    return kind === 'sbom' || (await formOf(target)) === 'cyclonedx-json';
  },
  async open(request, context) {
    const target = await findTarget(request.reference);
    if (target?.isFile === true) await refuseOtherForms(target);
    return singleFile.open({ ...request, kind: 'sbom' }, context);
  },
};

async function formOf({ path }: Target): Promise<SbomForm | undefined> {
  const stored = await storedFile(path);
  return stored && sbomForm(await stored.head(SBOM_HEAD_BYTES));
}

/**
 * An object that says no form may say it further behind, so that is left to whoever reads the whole.
 * @throws AssayError `DAMAGED`
 */
async function refuseOtherForms(target: Target): Promise<void> {
  const form = await formOf(target);
  if (form === 'cyclonedx-json' || form === 'json') return;
  const known = form && NOT_READ.get(form);
  const looks = known ?? (await describeTarget(target)).name;
  throw new AssayError(
    'DAMAGED',
    `"${target.path}" is ${looks}, which ${known === undefined ? 'is no SBOM' : 'is not read yet'}`,
    { hint: 'CycloneDX 1.2 to 1.7 in JSON is read.' },
  );
}
