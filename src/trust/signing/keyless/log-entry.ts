/**
 * Entries of transparency logs, as far as the library does not look at them: who signed according
 * to the entry, and texts that the library would take for patterns or numbers of any length.
 *
 * Source: sigstore/rekor, `pkg/types` (hashedrekord 0.0.1, dsse 0.0.1, intoto 0.0.2);
 * sigstore/protobuf-specs, `rekor/v2/entry.proto`; C2SP, `signed-note.md` (names of signers have no
 * white space and no plus sign).
 */

import { createPublicKey, X509Certificate } from 'node:crypto';
import type { TransparencyLogEntry } from '@sigstore/bundle';

import {
  isJsonObject,
  readJson,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';

const MAX_CHECKPOINT_CHARACTERS = 64 * 1024;
const MAX_NUMBER_DIGITS = 20;
const LOG_INDEX = /^\d{1,20}$/u;
/** Names of witnesses are addresses; everything else could be a pattern to the library. */
const SIGNER_LINE = /^\u2014 (?<name>\S+) \S+$/u;
const SIGNER_NAME = /^[\w.:/~@-]+$/u;
const PUBLIC_KEY_HEAD = '-----BEGIN PUBLIC KEY-----';

/** Readers of each kind of entry for its first signature and verifier. */
const VERIFIERS: Readonly<Record<string, (spec: JsonObject) => JsonValue | undefined>> = {
  'hashedrekord 0.0.1': (spec) => at(spec, 'signature', 'publicKey', 'content'),
  'dsse 0.0.1': (spec) => at(spec, 'signatures', 0, 'verifier'),
  'intoto 0.0.2': (spec) => at(spec, 'content', 'envelope', 'signatures', 0, 'publicKey'),
  'hashedrekord 0.0.2': (spec) => rawBytes(at(spec, 'hashedRekordV002', 'signature', 'verifier')),
  'dsse 0.0.2': (spec) => rawBytes(at(spec, 'dsseV002', 'signatures', 0, 'verifier')),
};

/**
 * Returns why an entry does not stand for a signature, as a predicate; `undefined` if nothing is
 * found. `expected` is the certificate or the public key of the signature in DER.
 */
export function logEntryProblem(
  { canonicalizedBody, inclusionProof, logIndex }: TransparencyLogEntry,
  expected: Uint8Array,
): string | undefined {
  if (!LOG_INDEX.test(logIndex)) return 'has a log entry with an impossible number';
  const checkpoint = inclusionProof?.checkpoint?.envelope;
  if (checkpoint !== undefined && !isPlainCheckpoint(checkpoint)) {
    return 'has a log entry whose checkpoint cannot be read';
  }
  if (inclusionProof !== undefined && !isOfCheckpoint(inclusionProof)) {
    return 'has a log entry whose proof of inclusion is not about the tree of its checkpoint';
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
  const logged = verifierBytes(verifier(spec));
  return logged?.equals(expected) === true
    ? undefined
    : 'has a log entry that was made with another certificate';
}

/**
 * Returns whether the tree of a proof is that of its checkpoint. The library computes with the tree
 * of the checkpoint, and ignores what the proof says itself.
 *
 * Source: C2SP, `tlog-checkpoint.md` (the second line is the size of the tree, the third its root).
 */
function isOfCheckpoint({
  rootHash,
  treeSize,
  checkpoint,
}: NonNullable<TransparencyLogEntry['inclusionProof']>): boolean {
  const [, size, root] = checkpoint?.envelope.split('\n') ?? [];
  return size === treeSize && root === rootHash.toString('base64');
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

function rawBytes(verifier: JsonValue | undefined): JsonValue | undefined {
  if (verifier === undefined) return undefined;
  return at(verifier, 'x509Certificate', 'rawBytes') ?? at(verifier, 'publicKey', 'rawBytes');
}

/**
 * Returns the DER of a certificate or public key that is written as base64 of DER or of PEM; the
 * oldest entries encode PEM twice.
 */
function verifierBytes(value: JsonValue | undefined): Buffer | undefined {
  if (typeof value !== 'string') return undefined;
  const once = Buffer.from(value, 'base64');
  const isTwice = once.toString('latin1').startsWith('LS0t');
  const bytes = isTwice ? Buffer.from(once.toString('latin1'), 'base64') : once;
  try {
    return bytes.toString('latin1').startsWith(PUBLIC_KEY_HEAD)
      ? createPublicKey(bytes).export({ type: 'spki', format: 'der' })
      : new X509Certificate(bytes).raw;
  } catch {
    return keyBytes(bytes);
  }
}

function keyBytes(der: Buffer): Buffer | undefined {
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    return key.export({ type: 'spki', format: 'der' });
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
