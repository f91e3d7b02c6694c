/** Reads a file of VEX statements, whichever of the three forms it has. */

import { ParseError } from '../../../core/base/errors.ts';
import { isJsonObject, readJson } from '../../../formats/text/json/json.ts';
import { readCsaf } from './csaf.ts';
import { readCycloneDxVex } from './cyclonedx.ts';
import { readOpenVex } from './openvex.ts';
import type { VexDocument } from './statement.ts';

/**
 * Reads a VEX document of any of the three formats.
 *
 * @param path As the user wrote it, for messages.
 * @param now Milliseconds since the Unix epoch: what is dated later is not said yet.
 * @throws ParseError where it is not JSON, or of none of the three forms.
 */
export function readVex(path: string, bytes: Uint8Array, now: number): VexDocument {
  const root = readJson(path, bytes);
  const context = root['@context'];
  const contexts = Array.isArray(context) ? context : [context];
  if (contexts.some((one) => typeof one === 'string' && one.includes('openvex'))) {
    return readOpenVex(path, root, now);
  }
  if (root['bomFormat'] === 'CycloneDX') return readCycloneDxVex(path, root, now);
  const document = root['document'];
  if (isJsonObject(document) && document['csaf_version'] !== undefined)
    return readCsaf(path, root, now);
  throw new ParseError(path, 'not a VEX document of a known form', {
    hint: 'Known are OpenVEX ("@context"), CycloneDX ("bomFormat") and CSAF ("document.csaf_version"), in JSON.',
  });
}
