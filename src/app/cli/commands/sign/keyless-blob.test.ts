import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import { startCpuClock } from '../../../../../test/support/cpu-time.ts';
import {
  keylessBundle,
  keylessParts,
  rekorBundle,
  type Certified,
} from '../../../../../test/support/keyless-signatures.ts';
import {
  CODE_SIGNING,
  extension,
  subjectNames,
  utf8Text,
} from '../../../../../test/support/made-certificates.ts';
import {
  b64,
  bundleOf,
  hashedRecord,
  IDENTITY,
  ISSUER,
  messageOf,
  signed,
  SigstoreMock,
  type Json,
} from '../../../../../test/support/sigstore-mock.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';

const CONTENT = Buffer.from('content\n');
const OTHER = 'https://ci.example.com/other/app/release.yml@refs/tags/v1';
const HOUR_MS = 60 * 60 * 1000;

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
let mock: SigstoreMock;
let signer: Certified;
let other: Certified;
let good: Json;

beforeAll(async () => {
  mock = await SigstoreMock.start();
  signer = await mock.certify();
  other = await mock.certify({ subject: OTHER });
  good = await keylessBundle(mock, signer, CONTENT);
});

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  folder.write('blob', CONTENT);
  folder.write('root.json', JSON.stringify(mock.root()));
  folder.write('key.pub', key.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => folder[Symbol.dispose]());

interface Verification {
  readonly signatures: readonly {
    readonly form: string;
    readonly counts: boolean;
    readonly provenAt?: string;
    readonly identity?: { readonly names: readonly string[]; readonly issuer?: string };
    readonly reason?: string;
  }[];
  readonly trustedRoots: readonly { readonly name: string; readonly note: string }[];
  readonly verdict: {
    readonly exitCode: number;
    readonly causes: readonly { readonly message: string }[];
  };
}

async function verify(...args: readonly string[]): Promise<Verification & { code: number }> {
  const { stdout, stderr, exitCode } = await folder.assay(
    ...['verify-blob', 'blob', ...args, '-f', 'json'],
  );
  expect([stderr, stdout === '']).toEqual([expect.not.stringContaining('ERROR'), false]);
  const answer = readVerification(stdout) as Verification;
  return { ...answer, code: exitCode };
}

function reasons({ signatures, verdict }: Verification): string {
  const all = [...signatures.map(({ reason }) => reason), ...verdict.causes.map((c) => c.message)];
  return all.join('\n');
}

function writeBundle(bundle: Json, name = 'blob.sigstore.json'): void {
  folder.write(name, JSON.stringify(bundle));
}

const ROOT = ['--trusted-root', 'root.json'];
const ASKED = [
  ...ROOT,
  ...['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER],
];

describe('assay verify-blob with an identity', () => {
  it('lists who signed, who confirmed it, when, and the root', async () => {
    writeBundle(good);
    const { code, signatures, trustedRoots } = await verify(...ASKED);
    expect([code, signatures]).toEqual([
      0,
      [
        expect.objectContaining({
          form: 'bundle',
          counts: true,
          hasCertificate: true,
          identity: { names: [IDENTITY], issuer: ISSUER, trustedAs: [IDENTITY] },
        }),
      ],
    ]);
    expect(Math.abs(Date.parse(signatures[0]?.provenAt ?? '') - Date.now())).toBeLessThan(HOUR_MS);
    expect(trustedRoots).toEqual([{ name: 'root.json', note: 'The trusted root is "root.json"' }]);
    const { stdout } = await folder.run('verify-blob', 'blob', ...ASKED);
    expect(stdout).toContain(IDENTITY);
    expect(stdout).toContain(signatures[0]?.provenAt);
    expect(stdout).toContain('Note   The trusted root is "root.json"');
  });

  it('names the public root and its age in the verdict', async () => {
    writeBundle(good);
    const asked = ASKED.slice(ROOT.length);
    const { code, trustedRoots } = await verify(...asked);
    expect([code, trustedRoots]).toEqual([
      12,
      [
        expect.objectContaining({
          name: 'public-good',
          freshUntil: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/u) as string,
        }),
      ],
    ]);
    const { stdout } = await folder.assay('verify-blob', 'blob', ...asked);
    expect(stdout).toMatch(/Note {3}The trusted root is the public one of Sigstore \(version \d+/u);
  });

  it.each<[string, readonly string[]]>([
    ['both exact', ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER]],
    [
      'both as expressions',
      [
        ...['--certificate-identity-regexp', 'https://ci\\.example\\.com/team/.*'],
        ...['--certificate-oidc-issuer-regexp', 'https://(token|login)\\.example\\.com'],
      ],
    ],
    [
      'an expression with its own anchors',
      [
        ...['--certificate-identity-regexp', '^https://ci\\.example\\.com/team/.*$'],
        ...['--certificate-oidc-issuer', ISSUER],
      ],
    ],
  ])('counts: %s', async (_, args) => {
    writeBundle(good);
    expect((await verify(...ROOT, ...args)).code).toBe(0);
  });

  it.each<[string, readonly string[], number, RegExp]>([
    [
      'another identity',
      ['--certificate-identity', OTHER, '--certificate-oidc-issuer', ISSUER],
      12,
      /was made by "https:\/\/ci\.example\.com\/team.*", which is not an identity that is trusted/u,
    ],
    [
      'the identity in capitals',
      ['--certificate-identity', IDENTITY.toUpperCase(), '--certificate-oidc-issuer', ISSUER],
      12,
      /not an identity that is trusted/u,
    ],
    [
      'the beginning of the identity',
      ['--certificate-identity', IDENTITY.slice(0, -1), '--certificate-oidc-issuer', ISSUER],
      12,
      /not an identity that is trusted/u,
    ],
    [
      'another issuer',
      ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', `${ISSUER}/`],
      12,
      /confirmed by the issuer "https:\/\/token\.example\.com", which is not the one that is trusted/u,
    ],
    [
      'an expression that matches a part of the identity',
      ['--certificate-identity-regexp', 'ci\\.example', '--certificate-oidc-issuer', ISSUER],
      12,
      /not an identity that is trusted/u,
    ],
    [
      'an expression that matches the beginning of the issuer',
      ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer-regexp', 'https://token'],
      12,
      /not the one that is trusted/u,
    ],
    [
      'an identity of its own beside a key that signed nothing',
      ['--verify-key', 'key.pub', ...ASKED.slice(ROOT.length)],
      12,
      /signed by 1 of 2 signers/u,
    ],
  ])('refuses %s', async (_, args, code, reason) => {
    writeBundle(good);
    const answer = await verify(...ROOT, ...args);
    expect([answer.code, reasons(answer)]).toEqual([code, expect.stringMatching(reason)]);
  });

  it.each<[string, () => Promise<unknown>, number, RegExp]>([
    ['no signature', async () => Promise.resolve(), 10, /has no signature/u],
    [
      'a signature of a key, where a certificate is asked for',
      async () => Promise.resolve(folder.write('blob.sig', b64(signed(CONTENT, key)))),
      13,
      /no signature of "blob" has a certificate, and only identities are trusted/u,
    ],
    [
      'other content',
      async () => writeBundle(await keylessBundle(mock, signer, Buffer.from('x'))),
      12,
      /is about other content/u,
    ],
    [
      'a changed signature',
      async () => {
        const { entries } = await keylessParts(mock, signer, CONTENT);
        const bad = signed(Buffer.from('x'), signer);
        writeBundle(bundleOf(signer.certificate, messageOf(CONTENT, bad), { entries }));
      },
      12,
      /log entry that is about another signature/u,
    ],
    [
      'the log entry of another certificate',
      async () => {
        const signature = signed(CONTENT, signer);
        const entries = [await mock.log(hashedRecord(CONTENT, signature, other.certificate))];
        writeBundle(bundleOf(signer.certificate, messageOf(CONTENT, signature), { entries }));
      },
      12,
      /made with another certificate/u,
    ],
    [
      'no log entry',
      async () => writeBundle(await keylessBundle(mock, signer, CONTENT, 'none')),
      12,
      /no time that the trusted root confirms/u,
    ],
    [
      'a certificate of another authority',
      async () => {
        const stranger = await SigstoreMock.start();
        writeBundle(await keylessBundle(stranger, await stranger.certify(), CONTENT));
      },
      12,
      /trusted root/u,
    ],
    [
      'a certificate without an issuer',
      async () => {
        const nobody = await mock.certify({ extensions: [] });
        writeBundle(await keylessBundle(mock, nobody, CONTENT));
      },
      12,
      /confirmed without an issuer, which is not the one/u,
    ],
    [
      'a certificate that is not one',
      async () => {
        const { signature } = await keylessParts(mock, signer, CONTENT);
        writeBundle(bundleOf(CONTENT, messageOf(CONTENT, signature), {}));
        await Promise.resolve();
      },
      12,
      /has a certificate that cannot be read/u,
    ],
    [
      'a timestamp whose time the library cannot read',
      async () => {
        const { signature } = await keylessParts(mock, signer, CONTENT, 'none');
        const stamps = [await mock.timestamp(signature, 'odd')];
        writeBundle(bundleOf(signer.certificate, messageOf(CONTENT, signature), { stamps }));
      },
      12,
      /has a timestamp whose time cannot be read/u,
    ],
    [
      'an attestation about the file',
      async () => {
        const dsseEnvelope = { payload: '', payloadType: 'x', signatures: [] };
        writeBundle(bundleOf(signer.certificate, { dsseEnvelope }, {}));
        await Promise.resolve();
      },
      12,
      /holds an attestation/u,
    ],
  ])('refuses: %s', async (_, write, code, reason) => {
    await write();
    const answer = await verify(...ASKED);
    expect([answer.code, reasons(answer)]).toEqual([code, expect.stringMatching(reason)]);
  });

  it.each<[readonly string[], RegExp]>([
    [['--certificate-identity', IDENTITY], /needs --certificate-oidc-issuer/u],
    [['--certificate-identity-regexp', '.*'], /needs --certificate-oidc-issuer/u],
    [['--certificate-oidc-issuer', ISSUER], /needs --certificate-identity/u],
    [[...ASKED, '--certificate-identity-regexp', '.*'], /are given together/u],
    [[...ASKED, '--certificate-oidc-issuer-regexp', '.*'], /are given together/u],
    [
      ['--certificate-identity-regexp', '(', '--certificate-oidc-issuer', ISSUER],
      /--certificate-identity-regexp cannot be "\("/u,
    ],
    [
      ['--certificate-identity-regexp', '(a)\\1', '--certificate-oidc-issuer', ISSUER],
      /not a regular expression of RE2/u,
    ],
    [
      ['--certificate-identity', '', '--certificate-oidc-issuer', ISSUER],
      /--certificate-identity/u,
    ],
    [[...ASKED, '--trusted-root', 'none.json'], /cannot read "none\.json"/u],
    [[...ASKED, '--trusted-root', 'blob'], /"blob" cannot be used as a trusted root/u],
    [[...ASKED, '--threshold', '2'], /--threshold 2 is more than the 1/u],
  ])('ends with 2 for %j', async (args, message) => {
    writeBundle(good);
    const { exitCode, stderr } = await folder.assay('verify-blob', 'blob', ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('matches expressions in linear time', async () => {
    const slow = await mock.certify({ subject: `https://a.example/${'a'.repeat(3000)}!` });
    writeBundle(await keylessBundle(mock, slow, CONTENT));
    const expression = ['--certificate-identity-regexp', 'https://a\\.example/(a*)*b'];
    const cpuMs = startCpuClock();
    const { code } = await verify(...ROOT, ...expression, '--certificate-oidc-issuer', ISSUER);
    expect(code).toBe(12);
    expect(cpuMs()).toBeLessThan(20_000);
  });

  it('takes a timestamp where the root names no log', async () => {
    folder.write('root.json', JSON.stringify({ ...mock.root(), tlogs: [] }));
    writeBundle(await keylessBundle(mock, signer, CONTENT, 'timestamp'));
    const { code, signatures } = await verify(...ASKED, '--use-signed-timestamps');
    expect([code, signatures[0]?.provenAt]).toEqual([0, expect.any(String)]);
    writeBundle(await keylessBundle(mock, signer, CONTENT, 'log'));
    expect((await verify(...ASKED, '--use-signed-timestamps')).code).toBe(12);
  });

  it.each<[string, (pem: string) => string]>([
    ['in base64, as cosign writes it', (pem) => b64(Buffer.from(pem))],
    ['as PEM', (pem) => pem],
  ])('reads the older bundle of cosign with a certificate %s', async (_, written) => {
    const parts = await keylessParts(mock, signer, CONTENT);
    const bundle = {
      base64Signature: b64(parts.signature),
      cert: written(parts.pem),
      rekorBundle: rekorBundle(parts),
    };
    writeBundle(bundle);
    const { code, signatures } = await verify(...ASKED);
    expect([code, signatures.map(({ form }) => form)]).toEqual([0, ['cosign-bundle']]);
    const { Payload: payload } = bundle.rekorBundle as { Payload: Json };
    payload['integratedTime'] = 1;
    writeBundle(bundle);
    expect((await verify(...ASKED)).code).toBe(12);
  });

  it('judges a certificate at the clock where the root names nothing that proves a time', async () => {
    const own = { ...mock.root(), tlogs: [], ctlogs: [], timestampAuthorities: [] };
    folder.write('root.json', JSON.stringify(own));
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const extensions = [
      CODE_SIGNING,
      subjectNames([['email', 'ada@example.com']]),
      extension('1.3.6.1.4.1.57264.1.8', utf8Text(ISSUER)),
    ];
    const certificate = mock.certifyPlainly(pair, extensions);
    writeBundle(bundleOf(certificate, messageOf(CONTENT, signed(CONTENT, pair)), {}));
    const asked = [
      '--certificate-identity',
      'ada@example.com',
      '--certificate-oidc-issuer',
      ISSUER,
    ];
    folder.env['ASSAY_AS_OF'] = new Date(Date.now() + HOUR_MS).toISOString();
    const { code, signatures } = await verify(...ROOT, ...asked);
    expect([code, signatures[0]?.provenAt]).toEqual([0, undefined]);
    folder.env['ASSAY_AS_OF'] = new Date(Date.now() + 48 * HOUR_MS).toISOString();
    const late = await verify(...ROOT, ...asked);
    expect([late.code, reasons(late)]).toEqual([
      12,
      expect.stringContaining('does not confirm for that time'),
    ]);
  });
});

describe('identities of the trust file', () => {
  function writeTrust(identities: readonly string[], rest = ''): void {
    folder.write(
      'assay.trust.yaml',
      `version: 1\nidentities:\n${identities.join('')}${rest}trusted-roots:\n  - file: root.json\n`,
    );
  }

  function identity(name: string, ...lines: readonly string[]): string {
    const all = [`identity: ${IDENTITY}`, `issuer: ${ISSUER}`, "scopes: ['**']"];
    const keys = lines.map((line) => line.split(':', 1)[0] ?? '');
    const kept = all.filter((line) => !keys.some((one) => line.split(':', 1)[0] === one));
    const shown = [
      ...kept.filter(
        (line) =>
          !lines.some((one) => one.startsWith('identity-pattern') && line.startsWith('identity:')),
      ),
      ...lines,
    ];
    return `  - name: ${name}\n${shown.map((line) => `    ${line}\n`).join('')}`;
  }

  const soon = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

  it.each<[string, readonly string[], string, readonly [number, RegExp]]>([
    ['exact', [identity('ci')], '', [0, /signed by ci/u]],
    [
      'a pattern',
      [identity('ci', 'identity-pattern: https://ci.example.com/team/*/release.yml@refs/tags/*')],
      '',
      [0, /signed by ci/u],
    ],
    [
      'a pattern of another team',
      [identity('ci', 'identity-pattern: https://ci.example.com/tea/*/release.yml@refs/tags/*')],
      '',
      [12, /not an identity that is trusted/u],
    ],
    [
      'a claim',
      [identity('ci', 'claims: {source-repository-ref: refs/tags/v1}')],
      '',
      [0, /signed by ci/u],
    ],
    [
      'another claim',
      [identity('ci', 'claims: {source-repository-ref: refs/tags/v2}')],
      '',
      [12, /certificate does not have the claim source-repository-ref "refs\/tags\/v2"/u],
    ],
    [
      'valid at the proven time, long after the clock of the run',
      [identity('ci', `valid-from: ${soon(-1)}`, `valid-until: ${soon(1)}`)],
      '',
      [0, /signed by ci/u],
    ],
    [
      'expired before it signed',
      [identity('ci', `valid-until: ${soon(-1)}`)],
      '',
      [12, /identity "ci", which expired on/u],
    ],
    [
      'not yet valid when it signed',
      [identity('ci', `valid-from: ${soon(1)}`)],
      '',
      [12, /identity "ci", which is valid only from/u],
    ],
    [
      'revoked',
      [identity('ci', 'revoked: {reason: token leaked}')],
      '',
      [12, /identity "ci", which was revoked: token leaked/u],
    ],
    [
      'revoked under one of two names',
      [identity('ci', 'revoked: {reason: token leaked}'), identity('again')],
      '',
      [12, /which was revoked: token leaked/u],
    ],
    [
      'revoked in another case',
      [
        identity('ci', `identity: ${IDENTITY.toUpperCase()}`, 'revoked: {reason: token leaked}'),
        identity('again'),
      ],
      '',
      [12, /identity "ci", which was revoked: token leaked/u],
    ],
    [
      'trusted in another case',
      [identity('ci', `identity: ${IDENTITY.toUpperCase()}`)],
      '',
      [12, /which is not an identity that is trusted/u],
    ],
    [
      'revoked in an entry with another scope',
      [
        identity('ci', 'revoked: {reason: token leaked}', 'scopes: [ghcr.io/acme/app]'),
        identity(
          'again',
          'identity-pattern: https://ci.example.com/team/*/release.yml@refs/tags/*',
        ),
      ],
      '',
      [12, /identity "ci", which was revoked: token leaked/u],
    ],
    [
      'expired under one of two names',
      [identity('ci', `valid-until: ${soon(-1)}`), identity('again')],
      '',
      [0, /signed by again/u],
    ],
    [
      'one that counts twice',
      [identity('ci'), identity('again', 'identity: ada@example.com')],
      "signatures:\n  - scopes: ['**']\n    threshold: 2\n",
      [12, /signed by 1 of 2 signers/u],
    ],
    [
      'a rule that names the second of two entries',
      [identity('ci'), identity('again')],
      "signatures:\n  - scopes: ['**']\n    signers: [again]\n",
      [0, /signed by again/u],
    ],
    [
      'a rule that names another signer',
      [identity('ci'), identity('again', 'identity: ada@example.com')],
      "signatures:\n  - scopes: ['**']\n    signers: [again]\n",
      [12, /the identity "ci", which is not one of the signers \(assay\.trust\.yaml:\d+\)/u],
    ],
    [
      'a scope of repositories',
      [identity('ci', 'scopes: [ghcr.io]')],
      '',
      [2, /the scope "\*\*"/u],
    ],
  ])('%s', async (_, identities, rest, [code, message]) => {
    writeTrust(identities, rest);
    writeBundle(good);
    writeBundle(await keylessBundle(mock, signer, CONTENT), 'blob.sig');
    const { exitCode, stdout, stderr } = await folder.assay('verify-blob', 'blob');
    expect([exitCode, stdout + stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  it('counts one identity once, also if its certificates are of different entries', async () => {
    const claimed = (ref: string): string => `claims: {source-repository-ref: ${ref}}`;
    writeTrust(
      [identity('tags', claimed('refs/tags/v1')), identity('main', claimed('refs/heads/main'))],
      "signatures:\n  - scopes: ['**']\n    threshold: 2\n",
    );
    writeBundle(good);
    const other = await mock.certify({
      extensions: [
        { oid: '1.3.6.1.4.1.57264.1.8', value: ISSUER },
        { oid: '1.3.6.1.4.1.57264.1.14', value: 'refs/heads/main' },
      ],
    });
    writeBundle(await keylessBundle(mock, other, CONTENT), 'blob.sig');
    const { code, signatures, verdict } = await verify();
    expect(signatures.map(({ counts }) => counts)).toEqual([true, true]);
    expect([code, verdict.causes[0]?.message]).toEqual([
      12,
      expect.stringContaining('is signed by 1 of 2 signers'),
    ]);
  });

  it('counts a key and an identity together', async () => {
    const file = "keys:\n  - name: team\n    file: key.pub\n    scopes: ['**']\n";
    writeTrust([identity('ci')], `${file}signatures:\n  - scopes: ['**']\n    threshold: 2\n`);
    writeBundle(good);
    expect((await verify()).code).toBe(12);
    folder.write('blob.sig', b64(signed(CONTENT, key)));
    const { code, verdict } = await verify();
    expect([code, verdict.causes[0]?.message]).toEqual([0, '"blob" is signed by ci, team']);
  });

  it('asks for a certificate where a rule names identities alone', async () => {
    const file = "keys:\n  - name: team\n    file: key.pub\n    scopes: ['**']\n";
    writeTrust([identity('ci')], `${file}signatures:\n  - scopes: ['**']\n    signers: [ci]\n`);
    folder.write('blob.sig', b64(signed(CONTENT, key)));
    expect((await verify()).code).toBe(13);
  });

  it('restricts an identity of the command line', async () => {
    writeTrust([identity('ci', 'revoked: {reason: token leaked}')]);
    writeBundle(good);
    const answer = await verify(...ASKED);
    expect([answer.code, reasons(answer)]).toEqual([12, expect.stringContaining('token leaked')]);
    writeTrust([identity('ci', `valid-until: ${soon(-1)}`)]);
    expect((await verify(...ASKED)).code).toBe(12);
    writeTrust([identity('ci', `valid-until: ${soon(-1)}`), identity('again')]);
    expect((await verify(...ASKED)).code).toBe(0);
  });

  it('confirms an identity of the command line by its roots only where it is named', async () => {
    writeTrust([identity('other', 'identity: ada@example.com')]);
    writeBundle(good);
    const asked = ASKED.slice(ROOT.length);
    const found = await verify(...asked);
    expect([found.code, found.trustedRoots.map(({ name }) => name)]).toEqual([12, ['public-good']]);
    const named = await verify(...asked, '--trust', 'assay.trust.yaml');
    expect([named.code, named.trustedRoots.map(({ name }) => name)]).toEqual([0, ['root.json']]);
  });

  it('takes one of several roots', async () => {
    const stranger = await SigstoreMock.start();
    folder.write('first.json', JSON.stringify(stranger.root()));
    writeTrust([identity('ci')]);
    const text = folder
      .read('assay.trust.yaml')
      .replace('  - file: root.json', '  - public-good\n  - file: first.json\n  - file: root.json');
    folder.write('assay.trust.yaml', text);
    writeBundle(good);
    const { code, trustedRoots } = await verify();
    expect([code, trustedRoots.map(({ name }) => name)]).toEqual([
      0,
      ['public-good', 'first.json', 'root.json'],
    ]);
  });
});

describe('keys whose time is proven', () => {
  async function write(validity: string): Promise<void> {
    folder.write(
      'assay.trust.yaml',
      `version: 1\nkeys:\n  - name: team\n    file: key.pub\n    scopes: ['**']\n    ${validity}\ntrusted-roots:\n  - file: root.json\n`,
    );
    const signature = signed(CONTENT, key);
    const record = hashedRecord(CONTENT, signature, signer.certificate);
    const spec = record.spec as { signature: { publicKey: { content: string } } };
    const pem = key.publicKey.export({ type: 'spki', format: 'pem' });
    spec.signature.publicKey.content = b64(Buffer.from(pem));
    const entries = [await mock.log(record)];
    writeBundle({
      base64Signature: b64(signature),
      cert: b64(Buffer.from(pem)),
      rekorBundle: rekorBundle({ entries }),
    });
  }

  it.each<[string, string, number]>([
    ['an expired key that had signed before', 'valid-until: 2099-01-01', 0],
    ['a key that is expired at the clock', 'valid-from: 2025-07-01', 0],
    ['a key that had expired when it signed', 'valid-until: 2025-07-01', 12],
    ['a revoked key', 'revoked: {reason: stolen}', 12],
  ])('judges %s', async (_, validity, code) => {
    await write(validity);
    const answer = await verify();
    expect([answer.code, typeof answer.signatures[0]?.provenAt]).toEqual([code, 'string']);
  });

  it('judges at the clock where no log of the root confirms the time', async () => {
    await write('valid-until: 2025-07-01');
    const stranger = await SigstoreMock.start();
    folder.write('root.json', JSON.stringify(stranger.root()));
    const { code, signatures } = await verify();
    expect([code, signatures[0]?.provenAt]).toEqual([0, undefined]);
  });
});
