import { execFileSync } from 'node:child_process';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign as signWith,
  verify as verifyWith,
} from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../test/support/cpu-time.ts';
import { missingTool, needs } from '../../../test/support/tools.ts';
import { AssayError } from '../../core/base/errors.ts';
import { sealCosignKey } from './cosign-key.ts';
import { ALL_KINDS, type KeyKind } from './key-kind.ts';
import { writePem } from './pem.ts';
import { parsePrivateKey, readPrivateKey, type PrivateKey } from './private-key.ts';
import { parsePublicKey } from './public-key.ts';

let folder = '';
const path = (name: string): string => join(folder, name);
const CONTENT = Buffer.from('what is signed');

function read(text: string | Buffer, password?: string): Promise<PrivateKey> {
  return parsePrivateKey(text.toString(), 'test.key', {
    password: () => Promise.resolve(password === undefined ? undefined : Buffer.from(password)),
  });
}

/** As cosign, with costs that tests can pay. */
function seal(pkcs8: Uint8Array, password: Uint8Array): Promise<string> {
  return sealCosignKey(pkcs8, password, { N: 1024, r: 8, p: 1 });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-private-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function pairOf(kind: KeyKind): ReturnType<typeof generateKeyPairSync> {
  const curves = { p256: 'P-256', p384: 'P-384', p521: 'P-521' };
  if (kind === 'ed25519') return generateKeyPairSync('ed25519');
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return generateKeyPairSync('ec', { namedCurve: curves[kind] });
}

describe.each(ALL_KINDS)('a key of the kind %s', (kind) => {
  const pair = createPrivateKey(
    pairOf(kind).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const spki = createPublicKey(pair).export({ type: 'spki', format: 'pem' }).toString();
  const isEd = kind === 'ed25519';

  it('is read in each form, under one id', async () => {
    const forms: [string | Buffer, string?][] = [
      [pair.export({ type: 'pkcs8', format: 'pem' })],
      [
        pair.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pw' }),
        'pw',
      ],
      [await seal(pair.export({ type: 'pkcs8', format: 'der' }), Buffer.from('pw')), 'pw'],
      [await seal(pair.export({ type: 'pkcs8', format: 'der' }), Buffer.from('')), ''],
    ];
    const type = kind === 'rsa' ? 'pkcs1' : 'sec1';
    if (!isEd) {
      forms.push([pair.export({ type: type, format: 'pem' })]);
      forms.push([
        pair.export({
          type: type,
          format: 'pem',
          cipher: 'aes-128-cbc',
          passphrase: 'pw',
        }),
        'pw',
      ]);
    }
    const id = parsePublicKey(spki, 'test.pub').id;
    for (const [text, password] of forms) {
      const key = await read(text, password);
      expect(key.publicKey.id).toBe(id);
      expect(key.publicKey.kind).toBe(kind);
      expect(key.publicKey.pem).toBe(spki);
      const signature = key.sign(CONTENT);
      expect(key.publicKey.verify(CONTENT, signature)).toBe(true);
      expect(verifyWith(isEd ? null : 'sha256', CONTENT, spki, signature)).toBe(true);
      expect(key.publicKey.verify(Buffer.from('other'), signature)).toBe(false);
    }
  });

  it('verifies what others sign, and refuses malformed signatures', () => {
    const key = parsePublicKey(spki, 'test.pub');
    const hashes: Partial<Record<KeyKind, readonly string[]>> = {
      p384: ['sha256', 'sha384'],
      p521: ['sha256', 'sha512'],
    };
    const accepted = isEd ? [null] : (hashes[kind] ?? ['sha256']);
    for (const hash of accepted) {
      expect(key.verify(CONTENT, signWith(hash, CONTENT, pair))).toBe(true);
    }
    if (!isEd) expect(key.verify(CONTENT, signWith('sha1', CONTENT, pair))).toBe(false);
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.alloc(64),
      Buffer.from('3006020100020100', 'hex'),
    ]) {
      expect(key.verify(CONTENT, bytes)).toBe(false);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => !key.verify(CONTENT, bytes)),
      { numRuns: 30 },
    );
  });

  it('does not open with another password', async () => {
    const sealed = await seal(pair.export({ type: 'pkcs8', format: 'der' }), Buffer.from('pw'));
    await expect(read(sealed, 'Pw')).rejects.toThrow(/password is wrong, or the file is damaged/);
    await expect(read(sealed)).rejects.toThrow(/is encrypted, and no password is given/);
  });
});

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A key file of cosign with other fields. */
async function sealedWith(change: (file: Record<string, never>) => unknown): Promise<string> {
  const der = P256.privateKey.export({ type: 'pkcs8', format: 'der' });
  const pem = await seal(der, Buffer.from('pw'));
  const body = pem.split('\n').slice(1, -2).join('');
  const file = JSON.parse(Buffer.from(body, 'base64').toString()) as Record<string, never>;
  const changed = change(file) ?? file;
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed);
  return writePem('ENCRYPTED SIGSTORE PRIVATE KEY', Buffer.from(text));
}

interface Sealed {
  kdf: { name: string; params: Record<string, unknown>; salt: string };
  cipher: { name: string; nonce: string };
  ciphertext: string;
}

describe('key files of cosign', () => {
  const costs = (change: Record<string, unknown>) => (file: Sealed) => {
    Object.assign(file.kdf.params, change);
  };
  it.each<[string, (file: Sealed) => unknown, RegExp]>([
    ['N of a terabyte', costs({ N: 2 ** 33 }), /N=8589934592.*at most N=1048576/],
    ['r too large', costs({ r: 17 }), /r=17/],
    ['p too large', costs({ p: 5 }), /p=5/],
    ['p of many years', costs({ p: 2 ** 30 }), /p=1073741824/],
    ['N that is not a power of two', costs({ N: 65_535 }), /not a power of two/],
    ['N of one', costs({ N: 1 }), /not a power of two/],
    ['a negative N', costs({ N: -65_536 }), /are no costs/],
    ['N as a text', costs({ N: '65536' }), /are no costs/],
    ['a fraction', costs({ r: 8.5 }), /are no costs/],
    ['no costs', (file) => void (file.kdf.params = {}), /are no costs/],
    ['another derivation', (file) => void (file.kdf.name = 'pbkdf2'), /"kdf" is not scrypt/],
    ['another cipher', (file) => void (file.cipher.name = 'aes'), /"cipher" is not nacl/],
    ['a short nonce', (file) => void (file.cipher.nonce = 'AAAA'), /"nonce" has not 24 bytes/],
    ['no ciphertext', (file) => void (file.ciphertext = ''), /no "ciphertext"/],
    [
      'a ciphertext that is not base64',
      (file) => void (file.ciphertext = '%%%%'),
      /no "ciphertext"/,
    ],
    ['no salt', (file) => void (file.kdf.salt = ''), /no "salt"/],
    ['text in place of JSON', () => 'hello', /cosign and is damaged/],
    ['a list', () => '[]', /cosign and is damaged/],
    ['cut JSON', () => '{"kdf":', /cosign and is damaged/],
  ])('with %s are refused before scrypt runs', async (_, change, reason) => {
    const text = await sealedWith(change as never);
    const cpuMs = startCpuClock();
    const asked: string[] = [];
    const reading = parsePrivateKey(text, 'cosign.key', {
      password: (name) => {
        asked.push(name);
        return Promise.resolve(Buffer.from('pw'));
      },
    });
    await expect(reading).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(reading).rejects.toThrow(reason);
    expect(asked).toEqual([]);
    expect(cpuMs()).toBeLessThan(500);
  });

  it.each([
    ['ciphertext', 40],
    ['ciphertext', 0],
  ])('with one changed bit in the %s do not open', async (_, at) => {
    const text = await sealedWith((file) => {
      const sealed = file as unknown as Sealed;
      const bytes = Buffer.from(sealed.ciphertext, 'base64');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      sealed.ciphertext = bytes.toString('base64');
    });
    await expect(read(text, 'pw')).rejects.toThrow(/the file is damaged/);
  });

  it('are written with the costs of cosign', async () => {
    const der = P256.privateKey.export({ type: 'pkcs8', format: 'der' });
    const pem = await sealCosignKey(der, Buffer.from('pw'));
    const text = Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64').toString();
    expect(text).toMatch(
      /^\{"kdf":\{"name":"scrypt","params":\{"N":65536,"r":8,"p":1\},"salt":"[^"]{44}"\},"cipher":\{"name":"nacl\/secretbox","nonce":"[^"]{32}"\},"ciphertext":"[^"]+"\}$/,
    );
    expect((await read(pem, 'pw')).publicKey.kind).toBe('p256');
  });

  it('under the older label are read as well', async () => {
    const pem = await sealedWith((file) => file);
    const older = pem.replaceAll('SIGSTORE', 'COSIGN');
    expect((await read(older, 'pw')).publicKey.kind).toBe('p256');
  });

  it('that hold something else than a key are damaged', async () => {
    const pem = await seal(Buffer.from('not a key'), Buffer.from('pw'));
    await expect(read(pem, 'pw')).rejects.toThrow(/is damaged/);
  });
});

describe('private keys that are refused', () => {
  const der = P256.privateKey.export({ type: 'pkcs8', format: 'der' });
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The key of PKCS #8 ends with its public half: a byte of its form and two numbers of 32 bytes.
  const point = other.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
  const mixed = Buffer.concat([der.subarray(0, -65), point]);
  const pem = (key: { export: (options: never) => unknown }): string =>
    String(key.export({ type: 'pkcs8', format: 'pem' } as never));
  const rsa = (bits: number): string =>
    pem(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey);

  it.each<[string, () => string, RegExp]>([
    ['halves of two keys', () => writePem('PRIVATE KEY', mixed), /halves do not belong together/],
    ['RSA of 1024 bits', () => rsa(1024), /RSA key of 1024 bits/],
    [
      'RSA-PSS',
      () => pem(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey),
      /"rsa-pss"/,
    ],
    ['X25519', () => pem(generateKeyPairSync('x25519').privateKey), /"x25519"/],
    ['Ed448', () => pem(generateKeyPairSync('ed448').privateKey), /"ed448"/],
    [
      'the curve of Bitcoin',
      () => pem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
      /curve "secp256k1"/,
    ],
    [
      'bytes behind the key',
      () => writePem('PRIVATE KEY', Buffer.concat([der, der])),
      /length does not fit/,
    ],
    ['a cut key', () => writePem('PRIVATE KEY', der.subarray(0, -1)), /length does not fit/],
    ['a block without an end', () => pem(P256.privateKey).slice(0, 60), /cut off/],
    [
      'characters that are not base64',
      () => pem(P256.privateKey).replace('MIGH', 'M%GH'),
      /not base64/,
    ],
    ['two keys', () => pem(P256.privateKey).repeat(2), /holds 2 keys/],
    ['no PEM', () => 'hello', /is not PEM/],
    ['a request', () => writePem('CERTIFICATE REQUEST', der), /CERTIFICATE REQUEST/],
    ['DSA', () => writePem('DSA PRIVATE KEY', der), /private key of another kind/],
  ])('%s', async (_, text, reason) => {
    const reading = read(text(), 'pw');
    await expect(reading).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(reading).rejects.toThrow(reason);
  });

  it('random changes of any form end with an error or the same key', async () => {
    const cosign = await seal(der, Buffer.from('pw'));
    const sources = [pem(P256.privateKey), cosign];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...sources),
        fc.nat(),
        fc.integer({ min: 32, max: 126 }),
        async (source, at, code) => {
          const place = at % source.length;
          const text = source.slice(0, place) + String.fromCharCode(code) + source.slice(place + 1);
          // A changed salt costs a run of scrypt, which the other tests have.
          const reading = read(text);
          await reading.then(
            ({ publicKey }) => expect(publicKey.kind).toBe('p256'),
            (error: unknown) => expect(error).toBeInstanceOf(AssayError),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('encrypted PKCS#8', () => {
  const missing = missingTool('openssl');
  it.skipIf(missing !== undefined).each<[string, readonly string[]]>([
    ['PBKDF2 with SHA-256', ['-v2', 'aes-256-cbc']],
    ['PBKDF2 with SHA-512 and many iterations', ['-v2prf', 'hmacWithSHA512', '-iter', '100000']],
    ['scrypt', ['-scrypt']],
    ['PKCS#12', ['-v1', 'PBE-SHA1-3DES']],
  ])(`of openssl is read: %s${needs(missing)}`, async (_, options) => {
    writeFileSync(path('plain.pem'), P256.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const all = ['pkcs8', '-topk8', '-in', path('plain.pem'), '-passout', 'pass:pw', ...options];
    const text = execFileSync('openssl', all).toString();
    expect((await read(text, 'pw')).publicKey.kind).toBe('p256');
    await expect(read(text, 'no')).rejects.toThrow(/does not open/);
  });

  it.skipIf(missing)(`with too many iterations is refused at once${needs(missing)}`, async () => {
    writeFileSync(path('plain.pem'), P256.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const all = [
      'pkcs8',
      '-topk8',
      '-in',
      path('plain.pem'),
      '-passout',
      'pass:pw',
      '-iter',
      '2048',
    ];
    const text = execFileSync('openssl', all).toString();
    const bytes = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64');
    // INTEGER 2048 becomes INTEGER 32767 * 2^16 with the same length of all parents only if the
    // length stays two bytes.
    const at = bytes.indexOf(Buffer.from('02020800', 'hex'));
    expect(at).toBeGreaterThan(0);
    const grown = Buffer.concat([
      bytes.subarray(0, at),
      Buffer.from('02047fffffff', 'hex'),
      bytes.subarray(at + 4),
    ]);
    for (let offset = 0; offset < at;) {
      const tag = grown[offset] ?? 0;
      if (tag !== 0x30) {
        offset += 2 + (grown[offset + 1] ?? 0);
        continue;
      }
      const isLong = (grown[offset + 1] ?? 0) > 0x80;
      const place = isLong ? offset + (grown[offset + 1] ?? 0) - 0x80 + 1 : offset + 1;
      const end = place + 1 + (isLong ? grown.length - 2 : (grown[place] ?? 0));
      if (end > at) grown[place] = (grown[place] ?? 0) + 2;
      offset = end > at ? place + 1 : end;
    }
    const cpuMs = startCpuClock();
    await expect(read(writePem('ENCRYPTED PRIVATE KEY', grown), 'pw')).rejects.toThrow(
      /2147483647 iterations/,
    );
    expect(cpuMs()).toBeLessThan(1000);
  });
});

describe('keys of OpenSSH', () => {
  const missing = missingTool('ssh-keygen');
  it.skipIf(missing !== undefined).each<[string, readonly string[], string]>([
    ['Ed25519', ['-t', 'ed25519'], 'ed25519'],
    ['P-256', ['-t', 'ecdsa', '-b', '256'], 'p256'],
    ['P-384', ['-t', 'ecdsa', '-b', '384'], 'p384'],
    ['P-521', ['-t', 'ecdsa', '-b', '521'], 'p521'],
    ['RSA', ['-t', 'rsa', '-b', '2048'], 'rsa'],
  ])(`%s are read, plain and with a password${needs(missing)}`, async (name, options, kind) => {
    for (const [password, cipher] of [
      ['', []],
      ['pw', ['-a', '3']],
      ['pw', ['-Z', 'aes256-gcm@openssh.com', '-a', '1']],
      ['pw', ['-Z', 'aes128-cbc', '-a', '2']],
    ] as const) {
      const file = path(`ssh-${name}-${cipher.join('')}-${password}`);
      const all = ['-q', ...options, ...cipher, '-N', password, '-C', 'a comment', '-f', file];
      execFileSync('ssh-keygen', all);
      const key = await readPrivateKey(file, {
        password: () => Promise.resolve(Buffer.from('pw')),
      });
      expect(key.publicKey.kind).toBe(kind);
      const line = readFileSync(`${file}.pub`, 'utf8');
      expect(parsePublicKey(line, 'line').id).toBe(key.publicKey.id);
      if (password === '') continue;
      await expect(read(readFileSync(file), 'wrong')).rejects.toThrow(/does not open/);
      await expect(read(readFileSync(file), '')).rejects.toThrow(/does not open/);
    }
  });
});
