/**
 * Signatures in the form of gitsign's offline mode, of parts that a test can replace.
 *
 * Source: sigstore/gitsign, `docs/verification.md`; RFC 5652, section 5; sigstore/protobuf-specs,
 * `sigstore_rekor.proto`.
 */

import { createHash, type KeyObject } from 'node:crypto';

import { readDer, readDerChildren } from '../../src/formats/crypto/asn1/der.ts';
import { derInteger, derOctets, derSequence } from '../../src/formats/crypto/asn1/write-der.ts';
import { hashedRecord, signed, type Json, type SigstoreMock } from './sigstore-mock.ts';

const OID = {
  signedData: '06092a864886f70d010702',
  data: '06092a864886f70d010701',
  sha256: '0609608648016503040201',
  ecdsa: '06082a8648ce3d040302',
  contentType: '06092a864886f70d010903',
  messageDigest: '06092a864886f70d010904',
  logEntry: '060a2b0601040183bf300301',
} as const;
const TAG = { set: 0x31, context0: 0xa0, context1: 0xa1 } as const;

/** A certificate with its key. */
export interface Certified {
  readonly certificate: Buffer;
  readonly privateKey: KeyObject;
}

/** What a signature consists of; what is absent is usual. */
export interface SignatureTricks {
  /** Attributes that are signed. */
  readonly attributes?: readonly Buffer[];
  /** Attributes that are not signed. */
  readonly unsigned?: readonly Buffer[];
  readonly signerCount?: number;
  readonly content?: Buffer;
}

/** A value with its identifier and length. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const sequence = derSequence(...parts);
  sequence[0] = tag;
  return sequence;
}

/** An attribute with its values. */
export function attribute(type: keyof typeof OID, ...values: readonly Uint8Array[]): Buffer {
  return derSequence(oid(type), der(TAG.set, ...values));
}

/** The attributes that gitsign signs, but for the time. */
export function usualAttributes(payload: Uint8Array): readonly Buffer[] {
  const digest = createHash('sha256').update(payload).digest();
  return [attribute('contentType', oid('data')), attribute('messageDigest', derOctets(digest))];
}

/** The attribute with the entry of a log. */
export function entryAttribute(entry: Uint8Array): Buffer {
  return attribute('logEntry', derOctets(entry));
}

/** A signature in CMS, without an entry of a log unless `unsigned` has it. */
export function gitsignCms(
  payload: Uint8Array,
  { certificate, privateKey }: Certified,
  tricks: SignatureTricks = {},
): Buffer {
  const { attributes = usualAttributes(payload), unsigned = [], signerCount = 1, content } = tricks;
  const covered = der(TAG.set, ...attributes);
  const marked = Buffer.from(covered);
  marked[0] = TAG.context0;
  const signer = derSequence(
    derInteger(1),
    issuerAndSerial(certificate),
    derSequence(oid('sha256')),
    marked,
    derSequence(oid('ecdsa')),
    derOctets(signed(covered, { privateKey })),
    ...(unsigned.length === 0 ? [] : [der(TAG.context1, ...unsigned)]),
  );
  const inside = content === undefined ? [] : [der(TAG.context0, derOctets(content))];
  const data = derSequence(
    derInteger(1),
    der(TAG.set, derSequence(oid('sha256'))),
    derSequence(oid('data'), ...inside),
    der(TAG.context0, certificate),
    der(TAG.set, ...Array.from({ length: signerCount }, () => signer)),
  );
  return derSequence(oid('signedData'), der(TAG.context0, data));
}

/** Enters the signature of a CMS into a log, and returns the entry as bundles have it. */
export async function logCms(
  mock: SigstoreMock,
  cms: Uint8Array,
  certificate: Buffer,
): Promise<Json> {
  const { covered, signature } = signedPart(cms);
  return mock.log(hashedRecord(covered, signature, certificate));
}

/** A usual signature: signed, entered, and the entry stored; `change` changes the entry. */
export async function gitsign(
  mock: SigstoreMock,
  payload: Uint8Array,
  by: Certified,
  change: (entry: Json) => Json = (entry) => entry,
): Promise<Buffer> {
  const bare = gitsignCms(payload, by);
  const entry = change(await logCms(mock, bare, by.certificate));
  return withEntry(bare, protobufEntry(entry));
}

/** Adds the entry of a log to a CMS. */
export function withEntry(cms: Uint8Array, entry: Uint8Array): Buffer {
  return withUnsigned(cms, entryAttribute(entry));
}

/** Replaces the attributes that are not signed. */
export function withUnsigned(cms: Uint8Array, ...attributes: readonly Buffer[]): Buffer {
  const [type, wrapped] = childrenOf(cms);
  const [data] = childrenOf(wrapped);
  const parts = childrenOf(data);
  const [signer] = childrenOf(parts.at(-1));
  const kept = childrenOf(signer).slice(0, 6);
  const added = attributes.length === 0 ? [] : [der(TAG.context1, ...attributes)];
  const signers = der(TAG.set, derSequence(...kept, ...added));
  const whole = derSequence(...parts.slice(0, -1), signers);
  return derSequence(type ?? Buffer.alloc(0), der(TAG.context0, whole));
}

/** The outermost values of a CMS without their lengths in front, as BER allows. */
export function indefinite(cms: Uint8Array): Buffer {
  const [type, wrapped] = childrenOf(cms);
  const [data] = childrenOf(wrapped);
  const open = (tag: number, ...parts: readonly Uint8Array[]): Buffer =>
    Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.alloc(2)]);
  const inner = open(0x30, ...childrenOf(data));
  return open(0x30, type ?? Buffer.alloc(0), open(TAG.context0, inner));
}

/** An armored signature as commits contain it. */
export function armored(cms: Uint8Array): string {
  const lines =
    Buffer.from(cms)
      .toString('base64')
      .match(/.{1,64}/gu) ?? [];
  return ['-----BEGIN SIGNED MESSAGE-----', ...lines, '-----END SIGNED MESSAGE-----', ''].join(
    '\n',
  );
}

/** An entry in binary form, without its body, from the form that bundles have. */
export function protobufEntry(entry: Json): Buffer {
  const {
    logIndex,
    logId,
    kindVersion,
    integratedTime,
    inclusionPromise,
    inclusionProof: proof,
  } = entry as Partial<Record<string, Partial<Record<string, string>>>> & {
    logIndex: string;
    integratedTime: string;
  };
  const checkpoint = (proof?.['checkpoint'] as { envelope?: string } | undefined)?.envelope ?? '';
  const hashes = (proof?.['hashes'] ?? []) as readonly string[];
  return Buffer.concat([
    number(1, logIndex),
    bytes(2, bytes(1, fromBase64(logId?.['keyId']))),
    bytes(
      3,
      bytes(1, Buffer.from(kindVersion?.['kind'] ?? '')),
      bytes(2, Buffer.from(kindVersion?.['version'] ?? '')),
    ),
    number(4, integratedTime),
    ...(inclusionPromise === undefined
      ? []
      : [bytes(5, bytes(1, fromBase64(inclusionPromise['signedEntryTimestamp'])))]),
    ...(proof === undefined
      ? []
      : [
          bytes(
            6,
            number(1, proof['logIndex'] ?? '0'),
            bytes(2, fromBase64(proof['rootHash'])),
            number(3, proof['treeSize'] ?? '0'),
            ...hashes.map((hash) => bytes(4, fromBase64(hash))),
            ...(checkpoint === '' ? [] : [bytes(5, bytes(1, Buffer.from(checkpoint)))]),
          ),
        ]),
  ]);
}

/** A field with bytes. */
export function bytes(field: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([varint(BigInt(field * 8 + 2)), varint(BigInt(content.length)), content]);
}

function number(field: number, value: string): Buffer {
  return Buffer.concat([varint(BigInt(field * 8)), varint(BigInt(value))]);
}

function varint(value: bigint): Buffer {
  const groups: number[] = [];
  let rest = value;
  do {
    groups.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(groups);
}

function signedPart(cms: Uint8Array): { readonly covered: Buffer; readonly signature: Buffer } {
  const [, wrapped] = childrenOf(cms);
  const parts = childrenOf(childrenOf(wrapped)[0]);
  const signer = childrenOf(childrenOf(parts.at(-1))[0]);
  const covered = Buffer.from(signer[3] ?? []);
  covered[0] = TAG.set;
  return { covered, signature: Buffer.from(readDer(signer[5] ?? Buffer.alloc(0))?.content ?? []) };
}

function issuerAndSerial(certificate: Uint8Array): Buffer {
  const fields = childrenOf(childrenOf(certificate)[0]);
  return derSequence(fields[3] ?? Buffer.alloc(0), fields[1] ?? Buffer.alloc(0));
}

function childrenOf(value: Uint8Array | undefined): readonly Uint8Array[] {
  const children = readDerChildren(readDer(value ?? Buffer.alloc(0))) ?? [];
  return children.map((child) => child.bytes);
}

function oid(name: keyof typeof OID): Buffer {
  return Buffer.from(OID[name], 'hex');
}

function fromBase64(text = ''): Buffer {
  return Buffer.from(text, 'base64');
}
