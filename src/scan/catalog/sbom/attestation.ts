/**
 * A bill of materials inside an in-toto statement, alone or in a DSSE envelope, as `cosign attest`
 * stores it: the first line of a `.jsonl` counts. The signature is not checked here, so that the
 * document is believed as any other.
 *
 * Source: in-toto attestation framework 1.0, "Statement" (`predicate`); DSSE 1.0, "Envelope"
 * (`payload` in base64). Older cosign keeps the document as text in `predicate.Data`.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';

const LINE_FEED = 0x0a;

/** Returns the document's bytes. @throws ParseError where there is none inside. */
export function bomOfAttestation(path: string, bytes: Uint8Array): Uint8Array {
  const outer = readOuter(path, bytes);
  const { payload } = readStrings(outer, ['payload']);
  const statement = payload === undefined ? outer : readJson(path, Buffer.from(payload, 'base64'));
  const predicate = statement['predicate'];
  if (!isJsonObject(predicate)) throw new ParseError(path, 'an attestation without predicate');
  const data = predicate['Data'];
  if (typeof data === 'string') return Buffer.from(data);
  return Buffer.from(JSON.stringify(isJsonObject(data) ? data : predicate));
}

function readOuter(path: string, bytes: Uint8Array): JsonObject {
  try {
    return readJson(path, bytes);
  } catch (error) {
    const end = bytes.indexOf(LINE_FEED);
    if (!(error instanceof ParseError) || end < 0) throw error;
    return readJson(path, bytes.subarray(0, end));
  }
}
