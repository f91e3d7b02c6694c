/** Reads a bill of materials of any format that is known, told by its content. */

import { ParseError } from '../../base/errors.ts';
import { readJsonDocument, type JsonDocument } from '../../format/json.ts';
import { sbomForm, sbomFormOfRoot, type SbomForm } from '../../format/sbom-form.ts';
import type { CatalogBuilder } from '../builder.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { bomOfAttestation } from './attestation.ts';
import { cyclonedxDocument } from './cyclonedx.ts';
import { readCyclonedxXml } from './cyclonedx-xml.ts';
import type { SbomDocument } from './sbom-document.ts';
import { spdx2Document } from './spdx2.ts';
import { spdx3Document } from './spdx3.ts';
import { readSpdxTagValue } from './spdx-tag-value.ts';
import { syftDocument } from './syft-json.ts';
import { trivyDocument } from './trivy-json.ts';

/**
 * What the document says.
 *
 * @throws ParseError where it is of no known format, or not of the format that it seems to be of.
 */
export function readDocument(
  path: string,
  bytes: Uint8Array,
  result: CatalogBuilder,
): SbomDocument {
  const form = sbomForm(bytes);
  if (form === undefined) throw new ParseError(path, 'no bill of materials of a known format');
  if (form === 'cyclonedx-xml') return cyclonedxDocument(readCyclonedxXml(path, bytes), result);
  if (form === 'spdx-tag-value') {
    return spdx2Document(readSpdxTagValue(path, bytes, result), result);
  }
  if (form !== 'attestation') return readJsonForm(path, bytes, result);
  const inside = bomOfAttestation(path, bytes);
  return readJsonForm(path, inside, result);
}

function readJsonForm(path: string, bytes: Uint8Array, result: CatalogBuilder): SbomDocument {
  const document = readJsonDocument(path, bytes);
  reportDuplicateKeys(document, result);
  return formOf(path, document, sbomFormOfRoot(document.root), result);
}

function formOf(
  path: string,
  document: JsonDocument,
  form: SbomForm | undefined,
  result: CatalogBuilder,
): SbomDocument {
  switch (form) {
    case 'cyclonedx-json':
      return cyclonedxDocument({ ...document, path }, result);
    case 'spdx-json':
      return spdx2Document(document, result);
    case 'spdx3-json':
      return spdx3Document(path, document, result);
    case 'syft-json':
      return syftDocument(path, document, result);
    case 'trivy-json':
      return trivyDocument(path, document, result);
    case 'attestation':
    case 'cyclonedx-xml':
    case 'spdx-tag-value':
    case 'json':
    case undefined:
      throw new ParseError(path, 'a JSON document that is no bill of materials of a known format');
  }
}
