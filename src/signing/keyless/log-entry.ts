/**
 * Entries of transparency logs, as far as the library does not look at them: who signed according to the entry, and texts that
 * the library would take for patterns or numbers of any length.
 *
 * Source: sigstore/rekor, `pkg/types` (hashedrekord 0.0.1, dsse 0.0.1, intoto 0.0.2); sigstore/protobuf-specs,
 * `rekor/v2/entry.proto`; C2SP, `signed-note.md` (names of signers have no white space and no plus sign).
 */

import { X509Certificate } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';

import {
  isJsonObject,
  readJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';

const MAX_CHECKPOINT_CHARACTERS = 64 * 1024;
const MAX_NUMBER_DIGITS = 20;
const LOG_INDEX = /^\d{1,20}$/u;
/** Names of witnesses are addresses; everything else could be a pattern to the library. */
const SIGNER_LINE = /^\u2014 (?<name>\S+) \S+$/u;
const SIGNER_NAME = /^[\w.:/~@-]+$/u;

/** Where each kind of entry keeps its first signature and what verifies it. */
const VERIFIERS: Readonly<Record<string, (spec: JsonObject) => JsonValue | undefined>> = {
  'hashedrekord 0.0.1': (spec) => at(spec, 'signature', 'publicKey', 'content'),
  'dsse 0.0.1': (spec) => at(spec, 'signatures', 0, 'verifier'),
  'intoto 0.0.2': (spec) => at(spec, 'content', 'envelope', 'signatures', 0, 'publicKey'),
  'hashedrekord 0.0.2': (spec) =>
    at(spec, 'hashedRekordV002', 'signature', 'verifier', 'x509Certificate', 'rawBytes'),
  'dsse 0.0.2': (spec) =>
    at(spec, 'dsseV002', 'signatures', 0, 'verifier', 'x509Certificate', 'rawBytes'),
};

/** Why an entry does not stand for a signature with a certificate, as a predicate; `undefined` if nothing is found. */
export function logEntryProblem(
  { canonicalizedBody, inclusionProof, logIndex }: TransparencyLogEntry,
  certificate: Uint8Array,
): string | undefined {
  if (!LOG_INDEX.test(logIndex)) return 'has a log entry with an impossible number';
  const checkpoint = inclusionProof?.checkpoint?.envelope;
  if (checkpoint !== undefined && !isPlainCheckpoint(checkpoint)) {
    return 'has a log entry whose checkpoint cannot be read';
  }
  let body: JsonObject;
  try {
    body = readJson('log entry', canonicalizedBody);
  } catch {
    return 'has a log entry that is not JSON';
  }
  const { kind, apiVersion, spec } = body;
  const form =
    typeof kind === 'string' && typeof apiVersion === 'string' && `${kind} ${apiVersion}`;
  const verifier = form === false ? undefined : VERIFIERS[form];
  if (verifier === undefined || !isJsonObject(spec)) {
    return 'has a log entry of a kind that is not accepted';
  }
  const logged = certificateOf(verifier(spec));
  return logged?.equals(certificate) === true
    ? undefined
    : 'has a log entry that was made with another certificate';
}

function isPlainCheckpoint(envelope: string): boolean {
  if (envelope.length > MAX_CHECKPOINT_CHARACTERS) return false;
  const lines = envelope.split('\n');
  if ((lines[1]?.length ?? 0) > MAX_NUMBER_DIGITS) return false;
  return lines.every((line) => {
    const name = SIGNER_LINE.exec(line)?.groups?.['name'];
    return name === undefined || SIGNER_NAME.test(name);
  });
}

/** The DER of a certificate that is written as base64 of DER or of PEM; the oldest entries encode PEM twice. */
function certificateOf(value: JsonValue | undefined): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const once = Buffer.from(value, 'base64');
    const isTwice = once.toString('latin1').startsWith('LS0t');
    return new X509Certificate(isTwice ? Buffer.from(once.toString('latin1'), 'base64') : once).raw;
  } catch {
    return undefined;
  }
}

function at(from: JsonValue, ...path: readonly (string | number)[]): JsonValue | undefined {
  let value: JsonValue | undefined = from;
  for (const key of path) {
    if (typeof key === 'number') {
      value = Array.isArray(value) ? (value as JsonArray)[key] : undefined;
    } else value = isJsonObject(value) ? value[key] : undefined;
  }
  return value;
}
