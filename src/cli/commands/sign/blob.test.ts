import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../test/support/command-folder.ts';
import { missingTool } from '../../../../test/support/tools.ts';

const SCHEMA = JSON.parse(
  readFileSync(
    new URL('../../../../schema/assay-verification-1.schema.json', import.meta.url),
    'utf8',
  ),
) as object;
const isValid = new Ajv2020({ allErrors: true, strict: false }).compile(SCHEMA);

let folder: CommandFolder;
const keys = {
  a: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  b: generateKeyPairSync('ed25519'),
  c: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

beforeEach(() => {
  folder = new CommandFolder();
  for (const [name, { privateKey, publicKey }] of Object.entries(keys)) {
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  folder.write('blob', 'content\n');
  folder.write('other', 'other\n');
});
afterEach(() => folder[Symbol.dispose]());

function signed(key: KeyObject, content = 'content\n'): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', Buffer.from(content), key);
}

interface Verification {
  readonly signatures: readonly {
    readonly form: string;
    readonly counts: boolean;
    readonly reason?: string;
  }[];
  readonly verdict: { readonly status: string; readonly exitCode: number };
}

async function verify(
  ...args: readonly string[]
): Promise<Verification & { readonly code: number }> {
  const { stdout, exitCode } = await folder.assay('verify-blob', ...args, '-f', 'json');
  const answer = JSON.parse(stdout) as Verification;
  expect([isValid(answer), isValid.errors]).toEqual([true, null]);
  expect(answer.verdict.exitCode).toBe(exitCode);
  return { ...answer, code: exitCode };
}

describe('assay sign-blob and verify-blob', () => {
  it.each(['a', 'b', 'c'])('agree: key %s', async (name) => {
    const { stdout } = await folder.run('sign-blob', 'blob', '--sign-key', `${name}.pem`);
    expect(stdout).toContain('Wrote blob.sig and blob.sigstore.json.');
    const { code, signatures } = await verify('blob', '--verify-key', `${name}.pub`);
    expect([code, signatures.map(({ form, counts }) => [form, counts])]).toEqual([
      0,
      [
        ['bundle', true],
        ['base64', true],
      ],
    ]);
    const text = await folder.run('verify-blob', 'blob', '--key', `${name}.pub`);
    expect(text.stdout).toContain('Verdict: PASS (exit code 0)');
    expect(text.stdout).toContain(`"blob" is signed by ${name}.pub`);
  });

  it.each<[string, readonly string[], () => void, readonly [number, RegExp]]>([
    ['no signature', [], () => undefined, [10, /has no signature/u]],
    [
      'another key',
      [],
      () => folder.write('blob.sig', signed(keys.c.privateKey).toString('base64')),
      [12, /none of the trusted keys/u],
    ],
    [
      'other content',
      [],
      () => folder.write('blob.sig', signed(keys.a.privateKey, 'x').toString('base64')),
      [12, /none of the trusted keys/u],
    ],
    [
      'one of two keys',
      ['--verify-key', 'b.pub'],
      () => folder.write('blob.sig', signed(keys.a.privateKey).toString('base64')),
      [12, /signed by 1 of 2 keys/u],
    ],
    [
      'the same signature twice',
      ['--verify-key', 'b.pub'],
      () => {
        folder.write('blob.sig', signed(keys.a.privateKey).toString('base64'));
        folder.write(
          'blob.sigstore.json',
          JSON.stringify({ base64Signature: signed(keys.a.privateKey).toString('base64') }),
        );
      },
      [12, /signed by 1 of 2 keys/u],
    ],
    ['an empty signature', [], () => folder.write('blob.sig', ''), [12, /is empty/u]],
    [
      'JSON of another form',
      [],
      () => folder.write('blob.sigstore.json', '{"a":1}'),
      [12, /no form that is known/u],
    ],
    ['cut JSON', [], () => folder.write('blob.sigstore.json', '{"a":'), [12, /is not JSON/u]],
    [
      'a bundle about other content',
      [],
      () =>
        folder.write('blob.sigstore.json', bundle({ digest: Buffer.alloc(32).toString('base64') })),
      [12, /is about other content/u],
    ],
    [
      'a bundle without a digest',
      [],
      () => folder.write('blob.sigstore.json', bundle({ digest: undefined })),
      [12, /no signature over a SHA-256 digest/u],
    ],
    [
      'a bundle with SHA-1',
      [],
      () => folder.write('blob.sigstore.json', bundle({ algorithm: 'SHA1' })),
      [12, /no signature over a SHA-256 digest/u],
    ],
    [
      'a keyless bundle',
      [],
      () => folder.write('blob.sigstore.json', bundle({}, { certificate: { rawBytes: 'AAAA' } })),
      [12, /is keyless/u],
    ],
    [
      'a keyless bundle of cosign',
      [],
      () =>
        folder.write(
          'blob.sigstore.json',
          JSON.stringify({ base64Signature: 'AAAA', cert: 'AAAA' }),
        ),
      [12, /is keyless/u],
    ],
    [
      'an attestation',
      [],
      () =>
        folder.write('blob.sigstore.json', JSON.stringify({ mediaType: BUNDLE, dsseEnvelope: {} })),
      [12, /holds an attestation/u],
    ],
  ])('refuse %s', async (_, args, prepare, [exitCode, reason]) => {
    prepare();
    const { code, verdict } = await verify('blob', '--verify-key', 'a.pub', ...args);
    expect(code).toBe(exitCode);
    expect(JSON.stringify(verdict)).toMatch(reason);
  });

  it.each<[string, readonly string[], number, string]>([
    ['no file', [], 2, 'no file given'],
    ['two files', ['blob', 'other'], 2, 'more than one file'],
    ['a file that is not there', ['none', '--verify-key', 'a.pub'], 3, 'there is no file "none"'],
    [
      'a signature that is not there',
      ['blob', '--verify-key', 'a.pub', '--signature', 'none'],
      3,
      'cannot read the signature "none"',
    ],
    ['no key', ['blob'], 2, 'no key is given, and there is no trust file'],
    ['a private key', ['blob', '--verify-key', 'a.pem'], 2, 'is a private key'],
    [
      'a threshold beyond the keys',
      ['blob', '--verify-key', 'a.pub', '--threshold', '2'],
      2,
      'more than the 1 keys',
    ],
    [
      'a key that is given twice',
      ['blob', '--verify-key', 'a.pub,./a.pub', '--threshold', '2'],
      2,
      'more than the 1 keys',
    ],
  ])('of verification refuse %s', async (_, args, exitCode, message) => {
    const outcome: Outcome = await folder.assay('verify-blob', ...args);
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });

  it('of signing need a key, and name what they cannot write', async () => {
    const without = await folder.assay('sign-blob', 'blob');
    expect([without.exitCode, without.stderr]).toEqual([
      2,
      expect.stringContaining('no key is given'),
    ]);
    const args = ['--sign-key', 'a.pem', '--output-signature', 'none/x'];
    const nowhere = await folder.assay('sign-blob', 'blob', ...args);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      3,
      expect.stringContaining('cannot write "none/x"'),
    ]);
  });

  it.skipIf(missingTool('openssl') !== undefined)('read what openssl signs', async () => {
    const args = ['dgst', '-sha256', '-sign', 'a.pem', '-out', 'raw', 'blob'];
    execFileSync('openssl', args, { cwd: folder.cwd });
    const { code, signatures } = await verify(
      'blob',
      '--verify-key',
      'a.pub',
      '--signature',
      'raw',
    );
    expect([code, signatures[0]?.form]).toEqual([0, 'binary']);
  });
});

const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

function bundle(digest: object, material: object = { publicKey: { hint: 'x' } }): string {
  return JSON.stringify({
    mediaType: BUNDLE,
    verificationMaterial: material,
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: 'AAAA', ...digest },
      signature: signed(keys.a.privateKey).toString('base64'),
    },
  });
}

describe('keys of the trust file', () => {
  const file = (...rows: readonly string[]): void => {
    folder.write(
      'assay.trust.yaml',
      `version: 1\nkeys:\n${rows.map((row) => `  - {${row}}\n`).join('')}`,
    );
  };

  beforeEach(() => {
    folder.write('blob.sig', signed(keys.a.privateKey).toString('base64'));
  });

  it.each<[string, string, number, string]>([
    ['that is for everything', 'name: a, file: a.pub, scopes: ["**"]', 0, 'signed by a'],
    [
      'that is valid now',
      'name: a, file: a.pub, scopes: ["**"], valid-from: 2025-01-01, valid-until: 2026-01-01',
      0,
      'signed by a',
    ],
    [
      'that expired',
      'name: a, file: a.pub, scopes: ["**"], valid-until: 2025-05-31',
      12,
      'key "a", which expired on 2025-05-31',
    ],
    [
      'that is not valid yet',
      'name: a, file: a.pub, scopes: ["**"], valid-from: 2025-06-02',
      12,
      'key "a", which is valid only from 2025-06-02',
    ],
    [
      'that is revoked',
      'name: a, file: a.pub, scopes: ["**"], revoked: {reason: stolen}',
      12,
      'key "a", which was revoked: stolen',
    ],
    ['of another', 'name: b, file: b.pub, scopes: ["**"]', 12, 'none of the trusted keys'],
    [
      'that is for one repository',
      'name: a, file: a.pub, scopes: [ghcr.io/acme/app]',
      2,
      'has the scope "**"',
    ],
  ])('count: a key %s', async (_, row, exitCode, message) => {
    file(row);
    const outcome = await folder.assay('verify-blob', 'blob');
    expect([outcome.exitCode, outcome.stdout + outcome.stderr]).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
  });

  it('are of a file that is named in the verdict, if nothing named it', async () => {
    file('name: a, file: a.pub, scopes: ["**"]');
    const found = await folder.run('verify-blob', 'blob');
    expect(found.stdout).toContain('the trust file "assay.trust.yaml" was found and not named');
    const named = await folder.run('verify-blob', 'blob', '--trust', 'assay.trust.yaml');
    expect(named.stdout).not.toContain('was found');
  });

  it('are counted up to the threshold', async () => {
    file('name: a, file: a.pub, scopes: ["**"]', 'name: b, file: b.pub, scopes: ["**"]');
    expect((await folder.assay('verify-blob', 'blob', '--threshold', '2')).exitCode).toBe(12);
    folder.write('second.sig', signed(keys.b.privateKey).toString('base64'));
    const both = ['--threshold', '2', '--signature', 'blob.sig,second.sig'];
    expect((await folder.assay('verify-blob', 'blob', ...both)).exitCode).toBe(0);
  });
});
