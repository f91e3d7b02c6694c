import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { missingTool, needs } from '../../../../../test/support/tools.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';

const DIGEST = createHash('sha256').update('content\n').digest('base64');

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
  const answer = readVerification(stdout) as Verification;
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
      [12, /signed by 1 of 2 signers/u],
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
      [12, /signed by 1 of 2 signers/u],
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
      [12, /no signature over a SHA-2 digest/u],
    ],
    [
      'a bundle with SHA-1',
      [],
      () => folder.write('blob.sigstore.json', bundle({ algorithm: 'SHA1' })),
      [12, /no signature over a SHA-2 digest/u],
    ],
    [
      'a keyless bundle',
      [],
      () => folder.write('blob.sigstore.json', bundle({}, { certificate: { rawBytes: 'AAAA' } })),
      [12, /is about other content/u],
    ],
    [
      'a keyless bundle of cosign',
      [],
      () =>
        folder.write(
          'blob.sigstore.json',
          JSON.stringify({ base64Signature: 'AAAA', cert: 'AAAA' }),
        ),
      [12, /has a certificate that cannot be read/u],
    ],
    [
      'a key of the bundle that is there twice',
      [],
      () =>
        folder.write(
          'blob.sigstore.json',
          bundle({ digest: DIGEST }).replace('"signature":', '"signature":"AAAA","signature":'),
        ),
      [12, /has the key ..signature.. twice/u],
    ],
    [
      'a key of the bundle that is there twice, once escaped',
      [],
      () =>
        folder.write(
          'blob.sigstore.json',
          bundle({ digest: DIGEST }).replace(
            '"signature":',
            '"sign\\u0061ture":"AAAA","signature":',
          ),
        ),
      [12, /has the key ..signature.. twice/u],
    ],
    [
      'both forms of bundles in one',
      [],
      () =>
        folder.write(
          'blob.sigstore.json',
          JSON.stringify({
            ...(JSON.parse(bundle({ digest: DIGEST })) as object),
            base64Signature: signed(keys.a.privateKey).toString('base64'),
          }),
        ),
      [12, /of the older and of the newer form in one/u],
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
    ['no key', ['blob'], 2, 'no key and no identity is given, and there is no trust file'],
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
      expect.stringContaining('neither a key nor an identity token is given'),
    ]);
    const args = ['--sign-key', 'a.pem', '--output-signature', 'none/x'];
    const nowhere = await folder.assay('sign-blob', 'blob', ...args);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      3,
      expect.stringContaining('cannot write "none/x"'),
    ]);
  });

  it.each([
    ['lines of 64 characters, as of openssl', /.{64}/gu, '$&\n'],
    ['lines of Windows', /.{20}/gu, '$&\r\n'],
    ['a line end behind it', /$/gu, '\n'],
  ])('read base64 with %s', async (_, ends, replacement) => {
    const text = signed(keys.c.privateKey).toString('base64').replaceAll(ends, replacement);
    folder.write('blob.sig', text);
    expect((await verify('blob', '--verify-key', 'c.pub')).code).toBe(0);
  });

  it.each([
    ['the file', ['--output-signature', 'blob'], '"blob" is "blob"'],
    ['the file under another name', ['--bundle', './blob'], '"./blob" is "blob"'],
    ['the file through a symlink', ['--bundle', 'link'], '"link" is "blob"'],
    ['the key', ['--bundle', 'a.pem'], '"a.pem" is "a.pem"'],
    ['one another', ['--bundle', 'blob.sig'], '"blob.sig" is "blob.sig"'],
    ['the password', ['--key-password-file', 'other', '--bundle', 'other'], '"other" is "other"'],
  ])('of signing do not overwrite %s', async (_, args, message) => {
    symlinkSync('blob', folder.path('link'));
    const { exitCode, stderr } = await folder.assay(
      'sign-blob',
      'blob',
      '--sign-key',
      'a.pem',
      ...args,
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect([folder.read('blob'), folder.read('other')]).toEqual(['content\n', 'other\n']);
  });

  it.each(['blob.sig', 'blob.sigstore.json'])(
    'of signing follow no symlink under a name that nobody gave: %s',
    async (name) => {
      symlinkSync('other', folder.path(name));
      const args = ['sign-blob', 'blob', '--sign-key', 'a.pem'];
      const { exitCode, stderr } = await folder.assay(...args);
      expect([exitCode, stderr]).toEqual([3, expect.stringContaining('is a symlink')]);
      expect(folder.read('other')).toBe('other\n');
      const named = ['--output-signature', 'blob.sig', '--bundle', 'blob.sigstore.json'];
      await folder.run(...args, ...named);
    },
  );

  it('of signing write to the null device', async () => {
    const nowhere = ['--output-signature', '/dev/null', '--bundle', '/dev/null'];
    await folder.run('sign-blob', 'blob', '--sign-key', 'a.pem', ...nowhere);
  });

  it.skipIf(missingTool('openssl') !== undefined)(
    `read what openssl signs${needs(missingTool('openssl'))}`,
    async () => {
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
    },
  );
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

/** Made by minisign 0.12. */
const MINISIGN = {
  key: 'untrusted comment: minisign public key DAD6635DC285CD29\nRWQpzYXCXWPW2jRoUj5cYJif5YWgaujZbzG/GWW2I9xWCKllXx9/cEQN\n',
  hashed:
    'untrusted comment: signature from minisign secret key\nRUQpzYXCXWPW2pDN86DI0tfUxEx7j32v835N19iahPFZr5dCxes6nJBOZ2MK44KtZ4lX6buT2029eb0/ZMeX7sSebK72afnzoAw=\ntrusted comment: release 1\nDf8e9dv3Qo/g4VQc2Re8DzoUAUjZcZMDu6DtzA6LdIy+wYqWibVVTAE5wGhyn59ai08AmcFnQkUXxUn0zA6kDg==\n',
  plain:
    'untrusted comment: signature from minisign secret key\nRWQpzYXCXWPW2jdwBCz/lDW/p4L2KdFy1TyP9+EWC21wIPOPisfmrY+mplm+5HKDLu2mv12cNQLGb2N5/U3KbLq54ljdSbcOHwU=\ntrusted comment: release 1\n6QIff4oFVFWPnt+AHNgE1DywWB1Vge8PZD5QkrpLpVWBfUf5sU/yLHiOI5ycoPm67q0fze0/fIGQeywLlp8WBg==\n',
};

describe('signatures of minisign', () => {
  it.each<[string, string, number]>([
    ['of the hash', MINISIGN.hashed, 0],
    ['of the content', MINISIGN.plain, 0],
    ['with another untrusted comment', MINISIGN.hashed.replace('secret key', 'nobody'), 0],
    ['with Windows line ends', MINISIGN.hashed.replaceAll('\n', '\r\n'), 0],
    ['with another trusted comment', MINISIGN.hashed.replace('release 1', 'release 2'), 12],
    [
      'with a comment of another signature',
      MINISIGN.hashed.replace(/Df8e.*/u, MINISIGN.plain.split('\n')[3] ?? ''),
      12,
    ],
    ['under the other algorithm', MINISIGN.hashed.replace('RUQ', 'RWQ'), 12],
    ['without the second signature', MINISIGN.hashed.split('\n').slice(0, 3).join('\n'), 12],
    ['with lines behind the end', `${MINISIGN.hashed}more\n`, 12],
    ['cut', MINISIGN.hashed.replace('RUQpzYXC', 'RUQp'), 12],
  ])('%s', async (_, signature, exitCode) => {
    folder.write('mini.pub', MINISIGN.key);
    folder.write('blob.minisig', signature);
    expect((await verify('blob', '--verify-key', 'mini.pub')).code).toBe(exitCode);
    folder.write('other.minisig', signature);
    expect((await verify('other', '--verify-key', 'mini.pub')).code).toBe(12);
  });
});

it('minisign: the hash of a signed file is not signed under the legacy algorithm', async () => {
  const hash = createHash('blake2b512').update('content\n').digest();
  folder.write('mini.pub', MINISIGN.key);
  folder.write('hash', hash);
  folder.write('hash.minisig', MINISIGN.hashed.replace('RUQ', 'RWQ'));
  const { code, signatures } = await verify('hash', '--verify-key', 'mini.pub');
  expect([code, signatures[0]?.counts]).toEqual([12, false]);
  expect(signatures[0]?.reason).toMatch(/legacy algorithm.*64 bytes/);
});

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

  it.each([
    ['revoked: {reason: stolen}', 'which was revoked: stolen'],
    ['valid-until: 2025-01-01', 'which expired on 2025-01-01'],
  ])('revoke and expire keys of the command line as well: %s', async (rule, reason) => {
    file(`name: a, file: a.pub, scopes: [ghcr.io/acme/app], ${rule}`);
    const { exitCode, stdout } = await folder.assay('verify-blob', 'blob', '--verify-key', 'a.pub');
    expect([exitCode, stdout]).toEqual([12, expect.stringContaining(reason)]);
    expect(stdout).toContain('was found and not named');
    const without = ['--verify-key', 'a.pub', '--trust', 'none'];
    await folder.run('verify-blob', 'blob', ...without);
  });

  it('are counted up to the threshold', async () => {
    file('name: a, file: a.pub, scopes: ["**"]', 'name: b, file: b.pub, scopes: ["**"]');
    expect((await folder.assay('verify-blob', 'blob', '--threshold', '2')).exitCode).toBe(12);
    folder.write('second.sig', signed(keys.b.privateKey).toString('base64'));
    const both = ['--threshold', '2', '--signature', 'blob.sig,second.sig'];
    expect((await folder.assay('verify-blob', 'blob', ...both)).exitCode).toBe(0);
  });

  it.each<[string, string, readonly string[], number]>([
    ['two of all', '{scopes: ["**"], threshold: 2}', ['a'], 12],
    ['two of all', '{scopes: ["**"], threshold: 2}', ['a', 'b'], 0],
    ['two of all, twice the same', '{scopes: ["**"], threshold: 2}', ['a', 'a'], 12],
    ['another signer', '{scopes: ["**"], signers: [b]}', ['a'], 12],
    ['this signer', '{scopes: ["**"], signers: [a]}', ['a'], 0],
    ['a signer for other repositories', '{scopes: ["**"], signers: [c]}', ['c'], 12],
    ['both of two rules', '{scopes: ["**"]}, {scopes: [x.io/a, "**"], signers: [b]}', ['a'], 12],
    ['a repository', '{scopes: [ghcr.io/acme/app], threshold: 2}', ['a'], 0],
  ])('are as many as a rule asks for: %s (%s by %j)', async (_, rule, signers, exitCode) => {
    file(
      'name: a, file: a.pub, scopes: ["**"]',
      'name: b, file: b.pub, scopes: ["**"]',
      'name: c, file: c.pub, scopes: [ghcr.io/acme/app]',
    );
    folder.write(
      'assay.trust.yaml',
      `${folder.read('assay.trust.yaml').trimEnd()}\nsignatures: [${rule}]\n`,
    );
    const places = signers.map((name, index) => {
      folder.write(`${index}.sig`, signed(keys[name as 'a'].privateKey).toString('base64'));
      return `${index}.sig`;
    });
    const { exitCode: code } = await folder.assay(
      'verify-blob',
      'blob',
      '--signature',
      places.join(','),
    );
    expect(code).toBe(exitCode);
    // A lower threshold of the command line does not lower the one of the trust file.
    const lower = ['--signature', places.join(','), '--threshold', '1'];
    expect((await folder.assay('verify-blob', 'blob', ...lower)).exitCode).toBe(exitCode);
  });
});
