/**
 * Envelopes with a statement, as bundles and `.att` tags contain them.
 *
 * Source: secure-systems-lab/dsse, `envelope.md`; in-toto/attestation, `spec/v1/statement.md`.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  type JsonObject,
} from '../../formats/text/json/json.ts';
import {
  base64Of,
  isStatementType,
  preAuthEncoding,
  STATEMENT_PAYLOAD_TYPE,
} from './bundle-parts.ts';
import type { RefusedSignature } from './signature-proof.ts';

/** Characters of a key that a message repeats. */
const MAX_SHOWN_KEY = 100;

/** A statement and its signatures, none of which is verified. */
export interface SignedStatement {
  readonly statement: JsonObject;
  /** The bytes under the signatures. */
  readonly signed: Uint8Array;
  /** Empty: the statement is not signed. */
  readonly signatures: readonly (Uint8Array | RefusedSignature)[];
}

/** A statement that cannot be read. */
export interface UnreadStatement extends RefusedSignature {
  /**
   * The content that is signed all the same; absent if the envelope contains no payload of in-toto.
   */
  readonly content?: Omit<SignedStatement, 'statement'>;
}

/**
 * Reads a JSON object that every program reads alike. An object with two equal keys is refused,
 * because some programs take the first value and others the last.
 */
export function readUnambiguous(
  bytes: Uint8Array,
): { readonly document: JsonObject } | RefusedSignature {
  try {
    const { root, duplicateKeys } = readJsonDocument('document', bytes);
    const [twice] = duplicateKeys;
    if (twice === undefined) return { document: root };
    return { problem: `has the key "${twice.key.slice(0, MAX_SHOWN_KEY)}" twice` };
  } catch {
    return { problem: 'is not JSON' };
  }
}

/** Reads an envelope. */
export function readEnvelope(envelope: JsonObject): SignedStatement | UnreadStatement {
  const payload = base64Of(envelope['payload']);
  if (payload === undefined) return { problem: 'holds a statement that cannot be read' };
  const content = contentOf(envelope, payload);
  const unread = (problem: string): UnreadStatement =>
    content === undefined ? { problem } : { problem, content };
  const read = readUnambiguous(payload);
  if ('problem' in read) return unread(`holds a statement that ${read.problem}`);
  const statement = read.document;
  if (content === undefined || !isStatementType(statement['_type'])) {
    return unread('holds no statement of in-toto');
  }
  return { statement, ...content };
}

/** Returns `undefined` for a payload of another type. */
function contentOf(
  { payloadType, signatures }: JsonObject,
  payload: Uint8Array,
): UnreadStatement['content'] {
  if (payloadType !== STATEMENT_PAYLOAD_TYPE) return undefined;
  const list = isJsonArray(signatures) ? signatures : [];
  return {
    signed: preAuthEncoding(payloadType, payload),
    signatures: list.map(
      (one) =>
        (isJsonObject(one) ? base64Of(one['sig']) : undefined) ?? { problem: 'is not base64' },
    ),
  };
}
