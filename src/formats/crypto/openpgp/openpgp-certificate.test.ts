/**
 * Self-signatures and bindings that expire themselves, made with Ed25519 (RFC 9580, algorithm 27).
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { expect, it } from 'vitest';

import { readCertifiedKeys } from './openpgp-certificate.ts';

const MADE_AT = 1_735_689_600;
const DAY = 86_400;
const [CERTIFICATION, BINDING, BACK, DIRECT] = [0x13, 0x18, 0x19, 0x1f];
const NAME = Buffer.from('Ada');

interface Key {
  readonly privateKey: KeyObject;
  readonly body: Buffer;
  readonly framed: Buffer;
}

/**
 * Days until the end of a signature and of the key that it is about, and the day on which it is
 * made.
 */
interface Ends {
  readonly signature?: number;
  readonly key?: number;
  readonly madeOn?: number;
}

function number(value: number, bytes = 4): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');
}

function keyPair(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const point = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const body = Buffer.concat([Buffer.of(4), number(MADE_AT), Buffer.of(27), point]);
  return {
    privateKey,
    body,
    framed: Buffer.concat([Buffer.of(0x99), number(body.length, 2), body]),
  };
}

function subpacket(type: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xff), number(value.length + 1), Buffer.of(type), value]);
}

function signature(
  { privateKey }: Key,
  type: number,
  content: readonly Uint8Array[],
  { ends, embedded }: { readonly ends: Ends; readonly embedded?: Uint8Array },
): Buffer {
  const hashed = Buffer.concat([
    subpacket(2, number(MADE_AT + (ends.madeOn ?? 0) * DAY)),
    subpacket(27, Buffer.of(3)),
    ...(ends.signature === undefined ? [] : [subpacket(3, number(ends.signature * DAY))]),
    ...(ends.key === undefined ? [] : [subpacket(9, number(ends.key * DAY))]),
    ...(embedded === undefined ? [] : [subpacket(32, embedded)]),
  ]);
  const head = Buffer.concat([Buffer.of(4, type, 27, 8), number(hashed.length, 2), hashed]);
  const trailer = Buffer.concat([head, Buffer.of(4, 0xff), number(head.length)]);
  const digest = createHash('sha256')
    .update(Buffer.concat([...content, trailer]))
    .digest();
  return Buffer.concat([head, number(0, 2), digest.subarray(0, 2), sign(null, digest, privateKey)]);
}

function packet(tag: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xc0 | tag, 0xff), number(body.length), body]);
}

interface Plan {
  readonly own: readonly Ends[];
  readonly direct?: Ends;
  readonly binding?: Ends;
  readonly back?: Ends;
}

/** The days on which the primary key and its subkey end; `null` for a key without an end. */
function endsOf({ own, direct, binding = {}, back = {} }: Plan): readonly (number | null)[] {
  const [primary, subkey] = [keyPair(), keyPair()];
  const named = [primary.framed, Buffer.of(0xb4), number(NAME.length), NAME];
  const both = [primary.framed, subkey.framed];
  const embedded = signature(subkey, BACK, both, { ends: back });
  const packets = [
    packet(6, primary.body),
    ...(direct === undefined
      ? []
      : [packet(2, signature(primary, DIRECT, [primary.framed], { ends: direct }))]),
    packet(13, NAME),
    ...own.map((ends) => packet(2, signature(primary, CERTIFICATION, named, { ends }))),
    packet(14, subkey.body),
    packet(2, signature(primary, BINDING, both, { ends: binding, embedded })),
  ];
  const { keys } = readCertifiedKeys('key', Buffer.concat(packets));
  expect(keys.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  return keys.map(({ expiresAt }) =>
    expiresAt === undefined ? null : (expiresAt / 1000 - MADE_AT) / DAY,
  );
}

it.each<[string, Plan, number | null, number | null]>([
  ['nothing that expires', { own: [{}] }, null, null],
  ['a key that expires', { own: [{ key: 20 }] }, 20, 20],
  ['a self-signature that expires', { own: [{ signature: 10 }] }, 10, 10],
  ['a self-signature that is made later', { own: [{ signature: 10, madeOn: 5 }] }, 15, 15],
  ['a self-signature that expires before the key', { own: [{ signature: 10, key: 20 }] }, 10, 10],
  ['a key that expires before the self-signature', { own: [{ signature: 20, key: 10 }] }, 10, 10],
  ['a direct signature that expires', { own: [{}], direct: { signature: 7, madeOn: 1 } }, 8, 8],
  ['an earlier self-signature', { own: [{ signature: 10 }, { madeOn: 5 }] }, null, null],
  ['a binding that expires', { own: [{}], binding: { signature: 10 } }, null, 10],
  ['the signature of a subkey that expires', { own: [{}], back: { signature: 10 } }, null, 10],
  [
    'all that expires',
    { own: [{ signature: 40 }], binding: { signature: 30, key: 20 }, back: { signature: 10 } },
    40,
    10,
  ],
])('ends keys with %s', (_, plan, primary, subkey) => {
  expect(endsOf(plan)).toEqual([primary, subkey]);
});
