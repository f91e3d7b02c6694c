import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';

import { CONTENT, judge, OTHER, problem } from '../../../../test/support/keyless-bundles.ts';
import {
  AUTHORITY,
  CODE_SIGNING,
  extension,
  SERVER_AUTH,
  subjectNames,
  utf8Text,
} from '../../../../test/support/made-certificates.ts';
import {
  bundleOf,
  hashedRecord,
  IDENTITY,
  ISSUER,
  messageOf,
  signed,
  SigstoreMock,
  type Json,
  type KeyPair,
} from '../../../../test/support/sigstore-mock.ts';

const SAN = subjectNames([['uri', IDENTITY]]);
const FULCIO = '1.3.6.1.4.1.57264.1.';
const NAMED_ISSUER = extension(`${FULCIO}8`, utf8Text(ISSUER));

let mock: SigstoreMock;

beforeAll(async () => {
  mock = await SigstoreMock.start();
});

describe('certificates', () => {
  const withoutCtLog = (): object => ({ ...mock.root(), ctlogs: [] });

  it.each([['ed25519'], ['ec P-384'], ['rsa']])('verify messages of a key of %s', async (kind) => {
    const keys =
      kind === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : kind === 'rsa'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const bundle = await plainBundle(keys, [CODE_SIGNING, SAN, NAMED_ISSUER]);
    expect(problem(judge(bundle, { root: withoutCtLog() }))).toBeUndefined();
    expect(problem(judge(bundle, { root: mock.root() }))).toBe(
      'has a certificate without an entry of a certificate log (SCT), and the trusted root names such logs',
    );
    const forged = signed(OTHER, keys);
    const other = await plainBundle(keys, [CODE_SIGNING, SAN, NAMED_ISSUER], forged);
    expect(problem(judge(other, { root: withoutCtLog() }))).toBe(
      'was made over other content, or not by the holder of its certificate',
    );
  });

  const lines: readonly (readonly [string, readonly Buffer[], string])[] = [
    [
      'of an authority',
      [CODE_SIGNING, SAN, AUTHORITY],
      'has the certificate of an authority, and not of a signer',
    ],
    ['for servers', [SERVER_AUTH, SAN], 'has a certificate that is not for signing content'],
    ['for no purpose', [SAN], 'has a certificate that is not for signing content'],
    ['without a name', [CODE_SIGNING], 'has a certificate that names nobody'],
    [
      'with only the name of a host',
      [CODE_SIGNING, subjectNames([['dns', 'ci.example.com']])],
      'has a certificate that names nobody',
    ],
    [
      'with two issuers',
      [CODE_SIGNING, SAN, NAMED_ISSUER, extension(`${FULCIO}1`, Buffer.from('evil'))],
      'has a certificate with two different issuers of its identity',
    ],
  ];
  it.each(lines)('are refused: %s', async (_, extensions, expected) => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const bundle = await plainBundle(keys, extensions);
    expect(problem(judge(bundle, { root: withoutCtLog() }))).toBe(expected);
  });

  const names: readonly (readonly [string, readonly Buffer[], object])[] = [
    [
      'an e-mail address',
      [subjectNames([['email', 'me@example.com']]), NAMED_ISSUER],
      { names: ['me@example.com'], issuer: ISSUER },
    ],
    [
      'a user name',
      [subjectNames([['userName', 'me!example.com']]), NAMED_ISSUER],
      { names: ['me!example.com'] },
    ],
    [
      'several names',
      [
        subjectNames([
          ['uri', IDENTITY],
          ['email', 'me@example.com'],
        ]),
      ],
      { names: [IDENTITY, 'me@example.com'] },
    ],
    [
      'an issuer in the older form',
      [SAN, extension(`${FULCIO}1`, Buffer.from(ISSUER))],
      { issuer: ISSUER },
    ],
  ];
  it.each(names)('name their holder: %s', async (_, extensions, expected) => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const bundle = await plainBundle(keys, [CODE_SIGNING, ...extensions]);
    expect(judge(bundle, { root: withoutCtLog() })).toMatchObject({ signer: expected });
  });

  it('has no issuer where the newer form is not a text in DER', async () => {
    const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const raw = extension(`${FULCIO}8`, Buffer.from(ISSUER));
    const result = judge(await plainBundle(keys, [CODE_SIGNING, SAN, raw]), {
      root: withoutCtLog(),
    });
    expect('signer' in result && result.signer.issuer).toBeUndefined();
  });

  async function plainBundle(
    keys: KeyPair,
    extensions: readonly Buffer[],
    made = signed(CONTENT, keys),
  ): Promise<Json> {
    const certificate = mock.certifyPlainly(keys, extensions);
    return bundleOf(certificate, messageOf(CONTENT, made), {
      entries: [await mock.log(hashedRecord(CONTENT, made, certificate))],
    });
  }
});
