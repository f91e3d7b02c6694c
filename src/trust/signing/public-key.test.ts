import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { missingTool, needs } from '../../../test/support/tools.ts';
import { writePem } from './pem.ts';
import { parsePublicKey } from './public-key.ts';

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = P256.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const DER = P256.publicKey.export({ type: 'spki', format: 'der' });

const MINISIGN = `RW${'A'.repeat(54)}`;

const ANYBODY = /anybody can make signatures/;

/**
 * The key with the point at infinity in place of its point: SubjectPublicKeyInfo ends with 66 bytes
 * of a bit string.
 */
function infinity(der: Buffer): Buffer {
  const algorithm = der.subarray(2, 2 + 21);
  return Buffer.concat([Buffer.from([0x30, 25]), algorithm, Buffer.from('03020000', 'hex')]);
}

/** P-256 written out (SEC 2, section 2.4.2), with the point at infinity. */
const EXPLICIT_INFINITY = writePem(
  'PUBLIC KEY',
  Buffer.from(
    '3081f33081ec06072a8648ce3d02013081e0020101302c06072a8648ce3d0101022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff30440420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b0441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255102010103020000',
    'hex',
  ),
);

describe('the id of a public key', () => {
  it.skipIf(missingTool('openssl') !== undefined).each([
    ['a compressed point', ['-conv_form', 'compressed']],
    ['a hybrid point', ['-conv_form', 'hybrid']],
    ['the curve written out', ['-param_enc', 'explicit']],
  ])(`is that of the plain form: %s${needs(missingTool('openssl'))}`, (_, options) => {
    const all = ['ec', '-pubin', '-pubout', ...options];
    const text = execFileSync('openssl', all, { input: PEM, stdio: ['pipe', 'pipe', 'ignore'] });
    expect(text.toString()).not.toBe(PEM);
    const key = parsePublicKey(text.toString(), 'key');
    expect([key.id, key.pem]).toEqual([parsePublicKey(PEM, 'key').id, PEM]);
  });

  it('is that of the other form: RSA PUBLIC KEY, CRLF, and text around the block', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
    const spki = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { id, algorithm } = parsePublicKey(spki, 'key');
    expect(algorithm).toBe('RSA 3072');
    const pkcs1 = publicKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    expect(parsePublicKey(pkcs1, 'key').id).toBe(id);
    expect(parsePublicKey(`The key:\n${spki.replaceAll('\n', '\r\n')}Good bye.\n`, 'key').id).toBe(
      id,
    );
  });
});

describe('public keys that are refused', () => {
  const rsaWith = (e: string): string => {
    const { n } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
      format: 'jwk',
    });
    const key = createPublicKey({ key: { kty: 'RSA', n: n as string, e }, format: 'jwk' });
    return key.export({ type: 'spki', format: 'pem' }).toString();
  };
  it.each<[string, () => string, RegExp]>([
    ['the exponent 1', () => rsaWith('AQ'), /exponent 1,/],
    ['an even exponent', () => rsaWith('BA'), /exponent 4,/],
    [
      'bytes behind the key',
      () => writePem('PUBLIC KEY', Buffer.concat([DER, Buffer.from('x')])),
      /length/,
    ],
    ['a cut key', () => writePem('PUBLIC KEY', DER.subarray(0, 80)), /length/],
    [
      'a point that is not on the curve',
      () => {
        const bytes = Buffer.from(DER);
        bytes[90] = (bytes[90] ?? 0) ^ 1;
        return writePem('PUBLIC KEY', bytes);
      },
      /is damaged/,
    ],
    ['the point at infinity', () => writePem('PUBLIC KEY', infinity(DER)), ANYBODY],
    ['the point at infinity, with the curve written out', () => EXPLICIT_INFINITY, ANYBODY],
    ...[
      '0100000000000000000000000000000000000000000000000000000000000000',
      '0100000000000000000000000000000000000000000000000000000000000080',
      '0000000000000000000000000000000000000000000000000000000000000000',
      '0000000000000000000000000000000000000000000000000000000000000080',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
    ].map((point): [string, () => string, RegExp] => [
      `a point of small order: ${point}`,
      () => writePem('PUBLIC KEY', Buffer.from(`302a300506032b6570032100${point}`, 'hex')),
      ANYBODY,
    ]),
    [
      'a point of small order of OpenSSH',
      () =>
        `ssh-ed25519 ${Buffer.from(`0000000b${Buffer.from('ssh-ed25519').toString('hex')}0000002001${'00'.repeat(31)}`, 'hex').toString('base64')}`,
      ANYBODY,
    ],
    [
      'a point of small order of minisign',
      () => Buffer.from(`4564${'00'.repeat(8)}01${'00'.repeat(31)}`, 'hex').toString('base64'),
      ANYBODY,
    ],
    ['a certificate', () => writePem('CERTIFICATE', DER), /holds "CERTIFICATE"/],
    ['a private key', () => writePem('ENCRYPTED SIGSTORE PRIVATE KEY', DER), /is a private key/],
    ['two keys', () => PEM + PEM, /holds 2 keys/],
    ['a second key behind spaces', () => `${PEM}  ${PEM}`, /holds 2 keys/],
    ['a second key behind text', () => `${PEM}key: ${PEM}`, /holds 2 keys/],
    ['a line of minisign in front', () => `${MINISIGN}\n${PEM}`, /holds 2 keys/],
    [
      'a whole key of minisign in front',
      () => `untrusted comment: a\n${MINISIGN}\n${PEM}`,
      /holds 2/,
    ],
    ['a line of minisign behind', () => `${PEM}${MINISIGN}`, /holds 2 keys/],
    ['a line of OpenSSH behind', () => `${PEM}ssh-ed25519 AAAAC3Nz a`, /holds 2 keys/],
    ['two lines of OpenSSH', () => 'ssh-ed25519 AAAA a\nssh-ed25519 AAAA b\n', /holds 2 keys/],
    ['a line of OpenSSH without a key', () => 'ssh-ed25519 AAAA', /is damaged/],
    [
      'a line under another type',
      () => 'ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIA==',
      /not a key of the type "ssh-rsa"/,
    ],
    [
      'DSA of OpenSSH',
      () => `ssh-dss ${Buffer.from('\0\0\0\u0007ssh-dss', 'latin1').toString('base64')}`,
      /type "ssh-dss"/,
    ],
    [
      'a security key',
      () => {
        const type = 'sk-ssh-ed25519@openssh.com';
        const bytes = Buffer.concat([Buffer.from([0, 0, 0, type.length]), Buffer.from(type)]);
        return `${type} ${bytes.toString('base64')}`;
      },
      /type "sk-ssh-ed25519@openssh.com"/,
    ],
    ['nothing', () => '', /is not PEM/],
  ])('%s', (_, text, reason) => {
    expect(() => parsePublicKey(text(), 'key.pub')).toThrow(reason);
    expect(() => parsePublicKey(text(), 'key.pub')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });
});
