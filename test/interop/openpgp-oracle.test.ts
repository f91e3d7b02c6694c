/**
 * Signatures of OpenPGP, judged by openpgp.js as well. Keys and signatures are made by openpgp.js
 * and by gpg, then changed at random; `ASSAY_SEED` repeats or changes them. What counts there and
 * not here is refused by a known rule. What counts here and not there differs from a good signature
 * only in the bytes that are not signed: the subpackets that are not hashed and the start of the
 * digest (RFC 9580, section 5.2.3). gpg accepts another issuer and another start of the digest too.
 */

import '../support/property-seed.ts';

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { appendTo } from '../../src/core/base/maps.ts';
import { readCertifiedKeys } from '../../src/formats/crypto/openpgp/openpgp-certificate.ts';
import {
  readOpenPgpSignature,
  type HeldOpenPgpKey,
} from '../../src/tasks/provenance/openpgp-signatures.ts';
import { PACKET, readPackets } from '../../src/formats/crypto/openpgp/openpgp-packets.ts';
import { missingForInterop } from '../support/interop.ts';
import { loadOpenPgpOracle, type KeyPlan, type Oracle } from '../support/openpgp-oracle.ts';
import { needs } from '../support/tools.ts';

const lacking = missingForInterop('npm', 'gpg', 'gpgconf');
const loaded = lacking === undefined ? await loadOpenPgpOracle() : lacking;
const missing = typeof loaded === 'string' ? loaded : undefined;

const MADE = new Date('2025-01-01T00:00:00Z');
const NOW = new Date('2025-06-01T00:00:00Z');
const USERS = [{ name: 'Ada', email: 'ada@example.com' }];
const DAY_SECONDS = 24 * 60 * 60;
const HOLDER = { name: 'Ada', mayUse: () => true };
/** SHA-256, SHA-384 and SHA-512 (RFC 9580, section 9.5). */
const HASHES = [8, 9, 10];
/**
 * Each sample has a seed of its own, so that keys of several kinds are changed in different ways.
 */
const FIRST_SEED = fc.readConfigureGlobal().seed ?? Date.now();
const INPUTS_OF_A_KEY = 60;
/**
 * Rules that openpgp.js does not have: one signature alone, revocations by anybody, and numbers of
 * the length that they state.
 */
const STRICTER = new Set([
  'twice: has more than one signature',
  'key: is revoked by its certificate',
  'key: is of the key ID, which is not allowed',
]);

const KINDS: readonly Pick<KeyPlan, 'type' | 'rsaBits' | 'curve'>[] = [
  { type: 'rsa', rsaBits: 2048 },
  { type: 'curve25519' },
  { type: 'ecc', curve: 'ed25519Legacy' },
  { type: 'ecc', curve: 'nistP256' },
  { type: 'ecc', curve: 'nistP384' },
  { type: 'ecc', curve: 'nistP521' },
];

/** gpg takes no digest that is shorter than the curve. */
const GPG_KINDS: readonly (readonly [string, readonly string[]])[] = [
  ...['rsa2048', 'ed25519', 'nistp256'].map(
    (algorithm) => [algorithm, ['SHA256', 'SHA384', 'SHA512']] as const,
  ),
  ['nistp384', ['SHA384', 'SHA512']],
  ['nistp521', ['SHA512']],
];

/** What both readers are given. */
interface Input {
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
  readonly content: Uint8Array;
}

const byte = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }));
const change = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ part: 'none' } as const) },
  fc.record({ part: fc.constant('content'), byte }),
  { weight: 5, arbitrary: fc.record({ part: fc.constant('signature'), byte }) },
  { weight: 3, arbitrary: fc.record({ part: fc.constant('key'), byte }) },
  fc.record({ part: fc.constant('end'), at: fc.nat() }),
  fc.constant({ part: 'twice' } as const),
);
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function changed(input: Input, how: Change): Input {
  switch (how.part) {
    case 'none':
      return input;
    case 'twice':
      return { ...input, signature: Buffer.concat([input.signature, input.signature]) };
    case 'end': {
      const { signature } = input;
      return { ...input, signature: signature.subarray(0, how.at % signature.length) };
    }
    default: {
      const bytes = Uint8Array.from(input[how.part]);
      const at = how.byte[0] % bytes.length;
      bytes[at] = ((bytes[at] ?? 0) + how.byte[1]) & 0xff;
      return { ...input, [how.part]: bytes };
    }
  }
}

/** Why the signature does not count for us; `undefined` if it does. */
function ourReason({ key, signature, content }: Input): string | undefined {
  const trust = new Map<string, HeldOpenPgpKey[]>();
  try {
    for (const one of readCertifiedKeys('key', key).keys) {
      appendTo(trust, one.keyId, { key: one, holders: [HOLDER] });
    }
  } catch {
    return 'the key cannot be read';
  }
  const reading = readOpenPgpSignature(signature, content, { trust, now: NOW.getTime() });
  if ('problem' in reading) return reading.problem;
  const { signedAt = 0, problemAt } = reading.key;
  return signedAt > NOW.getTime() ? 'was made in the future' : problemAt(signedAt);
}

/**
 * The content, and what all packets contain without the bytes of signatures that are not signed.
 */
function signedBytes({ key, signature, content }: Input): readonly string[] {
  const packets = [...(readPackets(key) ?? []), ...(readPackets(signature) ?? [])];
  const parts = packets.flatMap(({ tag, body }) => {
    if (tag !== PACKET.signature) return [body];
    const bytes = Buffer.from(body);
    const hashedEnd = 6 + bytes.readUInt16BE(4);
    const otherEnd = hashedEnd + 2 + bytes.readUInt16BE(hashedEnd);
    return [bytes.subarray(0, hashedEnd), bytes.subarray(otherEnd + 2)];
  });
  return [content, ...parts].map((part) => Buffer.from(part).toString('base64'));
}

async function theirReason(
  oracle: Oracle,
  { key, signature, content }: Input,
): Promise<string | undefined> {
  try {
    const { signatures } = await oracle.verify({
      message: await oracle.createMessage({ binary: content }),
      signature: await oracle.readSignature({ binarySignature: signature }),
      verificationKeys: await oracle.readKey({ binaryKey: key }),
      date: NOW,
    });
    if (signatures.length === 0) return 'no signature';
    for (const { verified } of signatures) await verified;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

describe.skipIf(missing !== undefined)(`openpgp.js${needs(missing)}`, () => {
  const oracle = loaded as Oracle;
  let sampleCount = 0;
  const counts = { inputs: 0, both: 0, neither: 0, looser: 0, stricter: new Map<string, number>() };

  /** Compares the readers on an input, and on changes of it. */
  async function compare(input: Input, inputCount: number): Promise<void> {
    sampleCount += 1;
    for (const how of fc.sample(change, { numRuns: inputCount, seed: FIRST_SEED + sampleCount })) {
      const given = changed(input, how);
      const [ours, theirs] = [ourReason(given), await theirReason(oracle, given)];
      counts.inputs += 1;
      if (ours === undefined && theirs !== undefined) {
        expect([how, theirs, signedBytes(given)]).toEqual([how, theirs, signedBytes(input)]);
        counts.looser += 1;
      } else if (ours === undefined) counts.both += 1;
      else if (theirs === undefined) {
        const reason = `${how.part}: ${ours.replaceAll(/[0-9a-f]{16,}/giu, 'ID')}`;
        counts.stricter.set(reason, (counts.stricter.get(reason) ?? 0) + 1);
      } else counts.neither += 1;
    }
  }

  async function signed(
    plan: (typeof KINDS)[number],
    hash: number,
    withSubkey: boolean,
  ): Promise<
    Input & { readonly privateKey: Awaited<ReturnType<Oracle['generateKey']>>['privateKey'] }
  > {
    const { privateKey } = await oracle.generateKey({
      ...plan,
      userIDs: USERS,
      date: MADE,
      subkeys: withSubkey ? [{ sign: true }] : [],
      format: 'object',
    });
    const [content = new Uint8Array()] = fc.sample(fc.uint8Array({ minLength: 1 }), 1);
    const signature = await oracle.sign({
      message: await oracle.createMessage({ binary: content }),
      signingKeys: privateKey,
      detached: true,
      format: 'binary',
      date: new Date('2025-03-01T00:00:00Z'),
      config: { preferredHashAlgorithm: hash },
    });
    return { key: privateKey.toPublic().write(), signature, content, privateKey };
  }

  it.each(KINDS.flatMap((kind) => [false, true].map((withSubkey) => [kind, withSubkey] as const)))(
    'agrees on signatures that it made with %j, with a subkey: %s',
    async (kind, withSubkey) => {
      for (const hash of HASHES) {
        const made = await signed(kind, hash, withSubkey);
        expect([ourReason(made), await theirReason(oracle, made)]).toEqual([undefined, undefined]);
        await compare(made, INPUTS_OF_A_KEY / HASHES.length);
      }
    },
  );

  it.each(KINDS)('agrees on keys that expired or were revoked: %j', async (kind) => {
    const made = await signed(kind, 8, false);
    const expiring = (days: number): Promise<{ readonly publicKey: { write(): Uint8Array } }> =>
      oracle.reformatKey({
        ...{ privateKey: made.privateKey, userIDs: USERS, date: MADE, format: 'object' },
        keyExpirationTime: days * DAY_SECONDS,
      });
    // The signature is of the 59th day.
    const before = { ...made, key: (await expiring(30)).publicKey.write() };
    const after = { ...made, key: (await expiring(90)).publicKey.write() };
    expect([ourReason(before) === undefined, ourReason(after)]).toEqual([false, undefined]);
    const { publicKey } = await oracle.revokeKey({
      ...{ key: made.privateKey, format: 'object', date: MADE },
    });
    const revoked = { ...made, key: publicKey.write() };
    expect([ourReason(revoked), (await theirReason(oracle, revoked)) === undefined]).toEqual([
      'is revoked by its certificate',
      false,
    ]);
    for (const input of [before, after, revoked]) await compare(input, 5);
  });

  it('agrees on signatures of gpg', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'gpg-'));
    const gpg = (...args: readonly string[]): Buffer =>
      execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], { stdio: 'pipe' });
    try {
      for (const [algorithm, digests] of GPG_KINDS) {
        const at = ['--faked-system-time', '20250301T000000!', '--passphrase', ''];
        gpg(...at, '--quick-generate-key', algorithm, algorithm, 'sign', 'never');
        const key = gpg('--export', `=${algorithm}`);
        for (const digest of digests) {
          const file = path.join(home, 'content');
          const content = Buffer.from(`content ${algorithm} ${digest}\n`);
          writeFileSync(file, content);
          const how = ['--digest-algo', digest, '--local-user', `=${algorithm}`, '--detach-sign'];
          const signature = gpg(...at, ...how, '--output', '-', file);
          const made = { key, signature, content };
          expect([ourReason(made), await theirReason(oracle, made)]).toEqual([
            undefined,
            undefined,
          ]);
          await compare(made, 10);
        }
      }
    } finally {
      execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
      rmSync(home, { recursive: true, force: true });
    }
  });

  it('was given enough inputs, and is less strict by known rules alone', () => {
    const { inputs, both, looser, neither, stricter } = counts;
    console.log(
      `${inputs} inputs: count for both ${both}, neither ${neither}, here alone ${looser}`,
    );
    console.log('there alone:', stricter);
    expect([...stricter.keys()].filter((reason) => !STRICTER.has(reason))).toEqual([]);
    expect(inputs).toBeGreaterThan(300);
    expect(both).toBeGreaterThan(50);
    expect(neither).toBeGreaterThan(50);
  });
});
