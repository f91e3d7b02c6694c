/** Reads a bill of materials of any known format, recognized by its content. */

import { ParseError } from '../../../core/base/errors.ts';
import type { Context } from '../../../core/base/context.ts';
import { readJsonDocument, type JsonDocument } from '../../../formats/text/json/json.ts';
import {
  SBOM_HEAD_BYTES,
  detectSbomFormat,
  sbomFormatOfRoot,
  type SbomFormat,
} from '../../../formats/text/sbom-format.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { readJsonRows } from '../json-rows.ts';
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
 * Reads the document of a file.
 *
 * @throws ParseError where it is of no known format, or not of the format that it seems to be of.
 */
export async function readSbomDocument(
  file: CatalogFile,
  result: CatalogBuilder,
  context: Context,
): Promise<SbomDocument> {
  const { path } = file;
  const form = detectSbomFormat(await file.readAt(0, Math.min(file.sizeBytes, SBOM_HEAD_BYTES)));
  if (form === undefined) throw new ParseError(path, 'no bill of materials of a known format');
  if (form === 'cyclonedx-xml') {
    return cyclonedxDocument(readCyclonedxXml(path, await file.bytes(), result), result);
  }
  if (form === 'spdx-tag-value') {
    const beginning = await readPrefix(file, result, ROW_STARTS.packages);
    return spdx2Document(readSpdxTagValue(path, beginning, result), result);
  }
  if (form !== 'attestation') {
    return readJsonForm(path, await readJsonRows(file, result, context), result);
  }
  const inside = bomOfAttestation(path, await file.bytes());
  return readJsonForm(path, readJsonDocument(path, inside), result);
}

function readJsonForm(path: string, document: JsonDocument, result: CatalogBuilder): SbomDocument {
  reportDuplicateKeys(document, result);
  return formOf(path, document, sbomFormatOfRoot(document.root), result);
}

function formOf(
  path: string,
  document: JsonDocument,
  form: SbomFormat | undefined,
  result: CatalogBuilder,
): SbomDocument {
  switch (form) {
    case 'cyclonedx-json':
      return cyclonedxDocument({ ...document, path }, result);
    case 'spdx-json':
      return spdx2Document(document, result);
    case 'spdx3-json':
      return spdx3Document(path, document);
    case 'syft-json':
      return syftDocument(path, document, result);
    case 'trivy-json':
      return trivyDocument(path, document, result);
    case 'attestation':
    case 'cyclonedx-xml':
    case 'spdx-tag-value':
    case 'json':
    case undefined:
      throw new ParseError(path, 'it is JSON, but not a bill of materials of a known format');
  }
}
