import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

import { missingTool } from '../../test/support/tools.ts';
import { writePem } from './pem.ts';
import { parsePublicKey } from './public-key.ts';

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = P256.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const DER = P256.publicKey.export({ type: 'spki', format: 'der' });

describe('the id of a public key', () => {
  it.skipIf(missingTool('openssl') !== undefined).each([
    ['a compressed point', ['-conv_form', 'compressed']],
    ['a hybrid point', ['-conv_form', 'hybrid']],
    ['the curve written out', ['-param_enc', 'explicit']],
  ])('is that of the plain form: %s', (_, options) => {
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
    ['a certificate', () => writePem('CERTIFICATE', DER), /holds "CERTIFICATE"/],
    ['a private key', () => writePem('ENCRYPTED SIGSTORE PRIVATE KEY', DER), /is a private key/],
    ['two keys', () => PEM + PEM, /holds 2 keys/],
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
