import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, statSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { missingTool } from '../../../../../test/support/tools.ts';
import { sealCosignKey } from '../../../../trust/signing/cosign-key.ts';

/**
 * Costs of scrypt that tests can pay; the usual ones take 64 MiB and a fifth of a second each time.
 */
const CHEAP = { N: 1024, r: 8, p: 1 };
const costs = vi.hoisted(() => ({ areUsual: false }));

vi.mock(import('../../../../trust/signing/cosign-key.ts'), async (importOriginal) => {
  const original = await importOriginal();
  const seal: typeof original.sealCosignKey = (pkcs8, password, ...given) =>
    costs.areUsual || given.length > 0
      ? original.sealCosignKey(pkcs8, password, ...given)
      : original.sealCosignKey(pkcs8, password, CHEAP);
  return { ...original, sealCosignKey: seal };
});

let folder: CommandFolder;

beforeEach(() => {
  folder = new CommandFolder();
  folder.env['ASSAY_KEY_PASSWORD'] = 'correct horse';
  costs.areUsual = false;
});
afterEach(() => folder[Symbol.dispose]());

function modeOf(name: string): string {
  return (statSync(folder.path(name)).mode & 0o777).toString(8);
}

/** A pair as `assay key generate` makes it. */
async function cheapPair(name: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  folder.write(`${name}.key`, await sealCosignKey(der, Buffer.from('correct horse'), CHEAP));
  folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
}

interface PublicKeyData {
  readonly kind: string;
  readonly id: string;
  readonly hint: string;
  readonly pem: string;
}

async function publicOf(name: string): Promise<PublicKeyData> {
  return JSON.parse(
    (await folder.run('key', 'public', name, '-f', 'json')).stdout,
  ) as PublicKeyData;
}

describe('assay key generate', () => {
  it('writes a pair that only its owner can sign with', async () => {
    costs.areUsual = true;
    const { stdout, stderr } = await folder.run('key', 'generate', 'team');
    expect(stdout).toContain('Wrote team.key (ECDSA P-256, encrypted) and team.pub.');
    expect(stdout + stderr).not.toContain('correct horse');
    expect([modeOf('team.key'), modeOf('team.pub')]).toEqual(['600', '644']);
    const [head, ...lines] = folder.read('team.key').trimEnd().split('\n');
    expect(head).toBe('-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----');
    const sealed = Buffer.from(lines.slice(0, -1).join(''), 'base64').toString();
    expect(JSON.parse(sealed)).toMatchObject({ kdf: { params: { N: 65_536, r: 8, p: 1 } } });
    const { id, hint, pem } = await publicOf('team.key');
    expect(pem).toBe(folder.read('team.pub'));
    expect(Buffer.from(hint, 'base64').toString('hex')).toBe(id);
    expect(stdout).toContain(id);
  });

  it.each(['p384', 'p521', 'ed25519', 'rsa-2048'])('makes %s', async (kind) => {
    const { stdout } = await folder.run('key', 'generate', '--kind', kind, '-f', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ privateKey: 'assay.key', publicKey: 'assay.pub' });
    expect((await publicOf('assay.pub')).kind).toBe(kind.split('-')[0]);
  });

  it.each<[string, () => void, string]>([
    ['a private key', () => void folder.write('team.key', 'mine'), '"team.key" exists'],
    ['a public key', () => void folder.write('team.pub', 'mine'), '"team.pub" exists'],
  ])('overwrites no file: %s', async (_, prepare, message) => {
    prepare();
    const { exitCode, stderr } = await folder.assay('key', 'generate', 'team');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(folder.path('team.key')) && existsSync(folder.path('team.pub'))).toBe(false);
  });

  it('follows no symlink', async () => {
    symlinkSync(folder.path('elsewhere'), folder.path('team.pub'));
    const { exitCode } = await folder.assay('key', 'generate', 'team');
    expect(exitCode).toBe(2);
    expect(existsSync(folder.path('elsewhere'))).toBe(false);
    expect(existsSync(folder.path('team.key'))).toBe(false);
  });

  it.each<[string, readonly string[], string]>([
    ['another kind', ['--kind', 'dsa'], 'p256, p384, p521, ed25519, rsa-2048'],
    ['two names', ['a', 'b'], '"b" is one argument too many'],
    ['a folder that is not there', ['none/team'], 'cannot write "none/team.key"'],
    [
      'two sources of passwords',
      ['--key-password-file', 'a', '--key-password-stdin'],
      'exclude each other',
    ],
    [
      'a password file that is not there',
      ['--key-password-file', 'none'],
      'cannot read the password',
    ],
    ['a password as an argument', ['--key-password', 'x'], 'key-password'],
  ])('refuses %s', async (_, args, message) => {
    const { exitCode, stderr } = await folder.assay('key', 'generate', ...args);
    expect([exitCode, stderr]).toEqual([expect.any(Number), expect.stringContaining(message)]);
    expect(exitCode).toBeGreaterThan(0);
  });

  it('needs a password, and takes an empty one with a warning', async () => {
    delete folder.env['ASSAY_KEY_PASSWORD'];
    const without = await folder.assay('key', 'generate', 'team');
    expect([without.exitCode, without.stderr]).toEqual([
      2,
      expect.stringContaining('no password is given'),
    ]);
    folder.env['COSIGN_PASSWORD'] = '';
    const { stderr } = await folder.run('key', 'generate', 'team');
    expect(stderr).toContain('the password is empty');
    expect((await publicOf('team.key')).kind).toBe('p256');
  });
});

describe('the password of a key', () => {
  beforeEach(async () => {
    await cheapPair('team');
    delete folder.env['ASSAY_KEY_PASSWORD'];
  });

  it.each<[string, Record<string, string>, readonly string[], string | undefined]>([
    ['ASSAY_KEY_PASSWORD', { ASSAY_KEY_PASSWORD: 'correct horse' }, [], undefined],
    ['COSIGN_PASSWORD', { COSIGN_PASSWORD: 'correct horse' }, [], undefined],
    [
      'the first variable before the second',
      { ASSAY_KEY_PASSWORD: 'correct horse', COSIGN_PASSWORD: 'x' },
      [],
      undefined,
    ],
    ['a file', {}, ['--key-password-file', 'password'], undefined],
    [
      'a file before variables',
      { ASSAY_KEY_PASSWORD: 'x' },
      ['--key-password-file', 'password'],
      undefined,
    ],
    ['a file of Windows', {}, ['--key-password-file', 'crlf'], undefined],
    ['none', {}, [], 'is encrypted, and no password is given'],
    ['a wrong one', { COSIGN_PASSWORD: 'Correct horse' }, [], 'the password is wrong'],
    [
      'an empty variable, which is a password',
      { ASSAY_KEY_PASSWORD: '', COSIGN_PASSWORD: 'correct horse' },
      [],
      'the password is wrong',
    ],
    ['a file with two line ends', {}, ['--key-password-file', 'lines'], 'the password is wrong'],
  ])('comes from %s', async (_, env, args, problem) => {
    folder.write('password', 'correct horse\n');
    folder.write('crlf', 'correct horse\r\n');
    folder.write('lines', 'correct horse\n\n');
    Object.assign(folder.env, env);
    const { exitCode, stderr } = await folder.assay('key', 'public', 'team.key', ...args);
    if (problem === undefined) expect([exitCode, stderr]).toEqual([0, '']);
    else expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });
});

describe('assay key import and export', () => {
  const hasOpenssl = missingTool('openssl') === undefined;

  it.each<[string, () => string]>([
    [
      'PKCS#8',
      () =>
        generateKeyPairSync('ed25519')
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
    ],
    [
      'SEC1',
      () =>
        generateKeyPairSync('ec', { namedCurve: 'P-384' })
          .privateKey.export({ type: 'sec1', format: 'pem' })
          .toString(),
    ],
    [
      'PKCS#1',
      () =>
        generateKeyPairSync('rsa', { modulusLength: 2048 })
          .privateKey.export({ type: 'pkcs1', format: 'pem' })
          .toString(),
    ],
    [
      'encrypted PKCS#8',
      () =>
        generateKeyPairSync('ed25519')
          .privateKey.export({
            type: 'pkcs8',
            format: 'pem',
            cipher: 'aes-256-cbc',
            passphrase: 'correct horse',
          })
          .toString(),
    ],
  ])('keep the key: %s', async (_, make) => {
    folder.write('mine.pem', make());
    const { id } = await publicOf('mine.pem');
    await folder.run('key', 'import', 'mine.pem');
    expect(modeOf('mine.key')).toBe('600');
    expect((await publicOf('mine.key')).id).toBe(id);
    await folder.run('key', 'export', 'mine.key', 'out.pem');
    await folder.run('key', 'export', 'mine.key', 'plain.pem', '--plain');
    expect([modeOf('out.pem'), modeOf('plain.pem')]).toEqual(['600', '600']);
    expect(folder.read('out.pem')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(folder.read('plain.pem')).toContain('BEGIN PRIVATE KEY');
    for (const name of ['out.pem', 'plain.pem', 'mine.pub']) {
      expect((await publicOf(name)).id).toBe(id);
    }
    if (!hasOpenssl) return;
    const args = [
      'pkey',
      '-in',
      folder.path('out.pem'),
      '-passin',
      'pass:correct horse',
      '-pubout',
    ];
    expect(execFileSync('openssl', args).toString()).toBe(folder.read('mine.pub'));
  });

  it.each<[string, readonly string[], number, string]>([
    ['an export over a file', ['export', 'team.key', 'team.pub'], 2, '"team.pub" exists'],
    ['an import over a pair', ['import', 'team.key'], 2, '"team.key" exists'],
    ['an export without a name', ['export', 'team.key'], 2, 'two files are needed'],
    ['an import of nothing', ['import'], 2, 'no file given'],
    ['an import of a public key', ['import', 'team.pub', 'new'], 2, 'is a public key'],
    ['the public half of two keys', ['public', 'team.key', 'team.pub'], 2, 'more than one key'],
    ['the public half of text', ['public', 'text'], 2, 'is not PEM'],
    ['a program that is not there', ['public', 'exec:./none'], 2, 'there is no such program'],
  ])('refuse %s', async (_, args, code, message) => {
    await cheapPair('team');
    folder.write('text', 'hello');
    const before = folder.read('team.pub');
    const { exitCode, stderr } = await folder.assay('key', ...args);
    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
    expect(folder.read('team.pub')).toBe(before);
  });
});
