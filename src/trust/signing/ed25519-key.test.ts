import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingTool, needs, run } from '../../../test/support/tools.ts';
import { readSigningKey, readVerifyKey } from './ed25519-key.ts';

let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-keys-'));
  const pem = (type: 'pkcs8' | 'spki') => ({ type, format: 'pem' }) as const;
  const own = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const exchange = generateKeyPairSync('x25519');
  const files = {
    'own.pem': own.privateKey.export(pem('pkcs8') as { type: 'pkcs8'; format: 'pem' }),
    'own.pub': own.publicKey.export(pem('spki') as { type: 'spki'; format: 'pem' }),
    'rsa.pem': rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }),
    'rsa.pub': rsa.publicKey.export({ type: 'spki', format: 'pem' }),
    'x25519.pub': exchange.publicKey.export({ type: 'spki', format: 'pem' }),
    'locked.pem': own.privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'correct horse',
    }),
    'text.pem': 'hello\n',
    'cut.pem': '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----\n',
    'certificate.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    'cosign.pem':
      '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
  writeFileSync(path('two.pub'), files['own.pub'].toString().repeat(2));
  writeFileSync(path('large.pem'), ' '.repeat(70_000));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('Ed25519 keys', () => {
  it('sign and verify, under the id of the public half', async () => {
    const signer = await readSigningKey(path('own.pem'), undefined);
    const verifier = await readVerifyKey(path('own.pub'));
    expect(signer.id).toBe(verifier.id);
    expect(signer.id).toMatch(/^[0-9a-f]{64}$/);
    const signature = signer.sign(Buffer.from('text'));
    expect(Buffer.from(signature)).toHaveLength(64);
    expect(verifier.verify(Buffer.from('text'), signature)).toBe(true);
    expect(verifier.verify(Buffer.from('Text'), signature)).toBe(false);
    expect(verifier.verify(Buffer.from('text'), Buffer.alloc(64))).toBe(false);
    expect(verifier.verify(Buffer.from('text'), Buffer.alloc(3))).toBe(false);
  });

  it('open with their passphrase', async () => {
    const plain = await readSigningKey(path('own.pem'), undefined);
    expect((await readSigningKey(path('locked.pem'), 'correct horse')).id).toBe(plain.id);
    // One variable is for all keys: it does no harm to those that are not encrypted.
    expect((await readSigningKey(path('own.pem'), 'correct horse')).id).toBe(plain.id);
  });

  it.each([
    ['a file that is not there', 'none.pem', 'does not exist'],
    ['a folder', '.', 'it is a directory'],
    ['text', 'text.pem', 'is not PEM'],
    ['a file too large', 'large.pem', 'too large'],
    ['a damaged key', 'cut.pem', 'is damaged'],
    ['a public key', 'own.pub', 'is a public key'],
    ['RSA', 'rsa.pem', '"rsa", not Ed25519'],
    ['a certificate', 'certificate.pem', 'CERTIFICATE'],
    ["a key of cosign's form", 'cosign.pem', 'is a key file of cosign'],
    ['an encrypted key without a passphrase', 'locked.pem', 'is encrypted'],
  ])('does not sign with %s', async (_what, name, reason) => {
    await expect(readSigningKey(path(name), undefined)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(reason) as string,
    });
  });
  const noPipes = missingTool('mkfifo');
  it.skipIf(noPipes !== undefined)(`does not sign with a named pipe${needs(noPipes)}`, async () => {
    run('mkfifo', [path('pipe.pem')]);
    await expect(readSigningKey(path('pipe.pem'), undefined)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('it is a named pipe') as string,
    });
  });

  it('does not open with a wrong passphrase, whatever it decrypts to', async () => {
    // The padding of one in 256 looks right.
    for (let index = 0; index < 600; index++) {
      await expect(readSigningKey(path('locked.pem'), `wrong ${index}`)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('does not open') as string,
      });
    }
  });

  it.each([
    ['a private key', 'own.pem', 'is a private key'],
    ['an encrypted private key', 'locked.pem', 'is a private key'],
    ['RSA', 'rsa.pub', '"rsa", not Ed25519'],
    ['X25519', 'x25519.pub', '"x25519", not Ed25519'],
    ['a certificate', 'certificate.pem', 'CERTIFICATE'],
    ['two keys in a file', 'two.pub', 'holds 2 keys'],
  ])('does not verify with %s', async (_what, name, reason) => {
    await expect(readVerifyKey(path(name))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(reason) as string,
    });
  });

  const missing = missingTool('openssl');
  it.skipIf(missing !== undefined)(`are those of openssl, both ways${needs(missing)}`, async () => {
    run('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', path('o.pem')]);
    run('openssl', ['pkey', '-in', path('o.pem'), '-pubout', '-out', path('o.pub')]);
    const locked = ['-aes256', '-passout', 'pass:secret', '-out', path('o-locked.pem')];
    run('openssl', ['pkey', '-in', path('o.pem'), ...locked]);
    const signer = await readSigningKey(path('o.pem'), undefined);
    const verifier = await readVerifyKey(path('o.pub'));
    expect((await readSigningKey(path('o-locked.pem'), 'secret')).id).toBe(verifier.id);

    writeFileSync(path('text'), 'what is signed');
    writeFileSync(path('ours.sig'), signer.sign(readFileSync(path('text'))));
    const common = ['-rawin', '-in', path('text')];
    const ours = ['-pubin', '-inkey', path('o.pub'), '-sigfile', path('ours.sig')];
    expect(run('openssl', ['pkeyutl', '-verify', ...ours, ...common])).toContain('Successfully');
    const theirs = ['-inkey', path('o.pem'), '-out', path('theirs.sig')];
    run('openssl', ['pkeyutl', '-sign', ...theirs, ...common]);
    expect(verifier.verify(readFileSync(path('text')), readFileSync(path('theirs.sig')))).toBe(
      true,
    );
  });
});
