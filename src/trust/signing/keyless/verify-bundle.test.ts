import { beforeAll, describe, expect, it } from 'vitest';

import {
  b64,
  bundleOf,
  hashedRecord,
  hashedRecord2,
  IDENTITY,
  ISSUER,
  messageOf,
  preAuthEncoding,
  sha256,
  signed,
  SigstoreMock,
  type Json,
  type LogBody,
} from '../../../../test/support/sigstore-mock.ts';
import {
  CONTENT,
  judge as judgeBy,
  OTHER,
  problem,
} from '../../../../test/support/keyless-bundles.ts';
import { publicRootModule } from '../../../../tools/public-root.mjs';
import { PUBLIC_ROOT } from './public-root.ts';
import { publicTrustedRoot, readTrustedRoot } from './trusted-root.ts';
import { verifyCertificateBundle, type BundleVerification } from './verify-bundle.ts';

const STATEMENT_TYPE = 'application/vnd.in-toto+json';

let mock: SigstoreMock;
let signer: Awaited<ReturnType<SigstoreMock['certify']>>;
let signature: Buffer;

beforeAll(async () => {
  mock = await SigstoreMock.start();
  signer = await mock.certify();
  signature = signed(CONTENT, signer);
});

function judge(bundle: Json, { root = mock.root(), content = CONTENT } = {}): BundleVerification {
  return judgeBy(bundle, { root, content });
}

/** A bundle of a message with an entry that says `logged`. */
async function messageBundle(
  logged: LogBody = hashedRecord(CONTENT, signature, signer.certificate),
): Promise<Json> {
  return bundleOf(signer.certificate, messageOf(CONTENT, signature), {
    entries: [await mock.log(logged)],
  });
}

function envelopeOf(payload: string, by = signer): { signed: Buffer; sig: Buffer; json: Json } {
  const encoded = preAuthEncoding(STATEMENT_TYPE, payload);
  const sig = signed(encoded, by);
  const signatures = [{ sig: b64(sig) }];
  const json = {
    dsseEnvelope: { payload: b64(Buffer.from(payload)), payloadType: STATEMENT_TYPE, signatures },
  };
  return { signed: encoded, sig, json };
}

function statement(subject: unknown, type = 'https://in-toto.io/Statement/v1'): string {
  return JSON.stringify({
    _type: type,
    subject,
    predicateType: 'https://x.example',
    predicate: {},
  });
}

const hex = (content: Buffer): string => sha256(content).toString('hex');

describe('bundles with a certificate', () => {
  it('names who signed, who confirmed it, and when', async () => {
    const result = judge(await messageBundle());
    expect(result).toMatchObject({ signer: { names: [IDENTITY], issuer: ISSUER } });
    if (!('signer' in result)) return;
    expect(result.signer.claims.get(14)).toBe('refs/tags/v1');
    expect(Math.abs((result.signer.times[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('takes a timestamp instead of the time of a log', async () => {
    const bundle = bundleOf(signer.certificate, messageOf(CONTENT, signature), {
      stamps: [await mock.timestamp(signature)],
    });
    expect(problem(judge(bundle, { root: { ...mock.root(), tlogs: [] } }))).toBeUndefined();
    expect(problem(judge(bundle))).toBe('has no entry of a transparency log');
  });

  const changes: readonly (readonly [string, (bundle: Json) => void, string])[] = [
    [
      'a digest of other content',
      (b) => (digestOf(b)['digest'] = b64(sha256(OTHER))),
      'is about other content',
    ],
    [
      'a digest of a kind that is not accepted',
      (b) => (digestOf(b)['algorithm'] = 'SHA3_256'),
      'names a digest of a kind that is not accepted',
    ],
    [
      'a version that is not known',
      (b) => (b['mediaType'] = 'application/vnd.dev.sigstore.bundle.v0.9+json'),
      'is a bundle of a version that is not known',
    ],
    [
      'a signature that is not base64',
      (b) => (at(b, 'messageSignature')['signature'] = `*${b64(signature)}`),
      'has a signature, a digest or a payload that is not base64',
    ],
    [
      'no entry',
      (b) => (at(b, 'verificationMaterial')['tlogEntries'] = []),
      'has no time that the trusted root confirms: it has neither a log entry nor a timestamp of the services that the root names',
    ],
    [
      'an entry at another time',
      (b) => (entryOf(b)['integratedTime'] = '1'),
      'has a certificate that the trusted root does not confirm for that time',
    ],
    [
      'an entry with another number',
      (b) => (entryOf(b)['logIndex'] = '7'),
      'has a log entry that no log of the trusted root confirms',
    ],
    [
      'a negative number',
      (b) => (entryOf(b)['logIndex'] = '-1'),
      'has a log entry with an impossible number',
    ],
    [
      'an entry of no log',
      (b) => (entryOf(b)['inclusionPromise'] = { signedEntryTimestamp: b64(signature) }),
      'has a log entry that no log of the trusted root confirms',
    ],
    [
      'a proof of another tree',
      (b) => (at(entryOf(b), 'inclusionProof')['hashes'] = [b64(sha256(OTHER))]),
      'has a log entry whose proof of inclusion does not hold',
    ],
    [
      'a checkpoint whose signer is a pattern',
      (b) =>
        checkpointOf(b, (text) =>
          text
            .replace('rekor.example.com ', '((.*)*)*! ')
            .replace('\u2014 rekor.example.com', '\u2014 ((.*)*)*!'),
        ),
      'has a log entry whose checkpoint cannot be read',
    ],
    [
      'a checkpoint with an endless number',
      (b) => checkpointOf(b, (text) => text.replace('\n1\n', `\n${'9'.repeat(50_000)}\n`)),
      'has a log entry whose checkpoint cannot be read',
    ],
    [
      'too many entries',
      (b) =>
        (at(b, 'verificationMaterial')['tlogEntries'] = Array.from({ length: 17 }, () =>
          entryOf(b),
        )),
      'has more than 16 log entries or timestamps',
    ],
    [
      'a key in place of the certificate',
      (b) => (at(b, 'verificationMaterial')['certificate'] = undefined),
      'is not a bundle that can be read',
    ],
    [
      'a certificate that is not one',
      (b) => (at(b, 'verificationMaterial')['certificate'] = { rawBytes: b64(OTHER) }),
      'has a certificate that cannot be read',
    ],
    [
      'bytes behind the certificate',
      (b) =>
        (at(b, 'verificationMaterial')['certificate'] = {
          rawBytes: b64(Buffer.concat([signer.certificate, OTHER])),
        }),
      'has a certificate that cannot be read',
    ],
  ];
  it.each(changes)('refuses %s', async (_, change, expected) => {
    const bundle = await messageBundle();
    change(bundle);
    expect(problem(judge(bundle))).toBe(expected);
  });

  it('refuses other content, another root and the entry of another signature', async () => {
    const good = await messageBundle();
    expect(problem(judge(good, { content: OTHER }))).toBe('is about other content');
    const stranger = await SigstoreMock.start();
    expect(problem(judge(good, { root: stranger.root() }))).toMatch(/trusted root/u);
    const other = signed(CONTENT, signer);
    expect(
      problem(judge(await messageBundle(hashedRecord(CONTENT, other, signer.certificate)))),
    ).toBe('has a log entry that is about another signature');
  });

  it.each([
    ['hashedrekord 0.0.1', hashedRecord],
    ['hashedrekord 0.0.2', hashedRecord2],
  ])(
    'refuses an entry (%s) that another certificate of the same key was logged with',
    async (_, record) => {
      const again = await mock.certify({ subject: 'https://attacker.example' }, signer);
      const bundle = await messageBundle(record(CONTENT, signature, again.certificate));
      expect(problem(judge(bundle))).toBe('has a log entry that was made with another certificate');
    },
  );

  it('refuses an entry that names no certificate', async () => {
    const entry = hashedRecord(CONTENT, signature, signer.certificate);
    const pem = signer.publicKey.export({ type: 'spki', format: 'pem' });
    at(entry.spec, 'signature', 'publicKey')['content'] = b64(Buffer.from(pem));
    expect(problem(judge(await messageBundle(entry)))).toBe(
      'has a log entry that was made with another certificate',
    );
  });

  it('says that a bundle of a key has no certificate', async () => {
    const bundle = await messageBundle();
    bundle['verificationMaterial'] = { publicKey: { hint: 'x' }, tlogEntries: [] };
    expect(judge(bundle)).toEqual({
      problem: 'was signed with a key, and has no certificate',
      isWithoutCertificate: true,
    });
  });

  it.each(['', '{', '[]', '{"mediaType":1}'])('says that %j is no bundle', (text) => {
    const trusted = readTrustedRoot(Buffer.from(JSON.stringify(mock.root())), 'root.json');
    const result = verifyCertificateBundle(Buffer.from(text), { content: CONTENT }, trusted);
    expect(problem(result)).toMatch(/^is (?:not )?a bundle/u);
  });
});

describe('statements', () => {
  /**
   * Rekor v2 records the digest of what was signed, as in the case `rekor2-dsse-happy-path` of
   * sigstore-conformance.
   */
  it.each([
    ['v0.1', 'https://in-toto.io/Statement/v0.1'],
    ['v1', 'https://in-toto.io/Statement/v1'],
  ])('verify where Rekor v2 logged what was signed (statement %s)', async (_, type) => {
    const envelope = envelopeOf(statement([{ name: 'a', digest: { sha256: hex(CONTENT) } }], type));
    const entry = await mock.log(hashedRecord2(envelope.signed, envelope.sig, signer.certificate));
    const bundle = bundleOf(signer.certificate, envelope.json, {
      entries: [{ ...entry, inclusionPromise: undefined, integratedTime: '0' }],
      stamps: [await mock.timestamp(envelope.sig)],
    });
    expect(problem(judge(bundle))).toBeUndefined();
    const moved = await mock.log(hashedRecord2(OTHER, envelope.sig, signer.certificate));
    const refused = bundleOf(signer.certificate, envelope.json, {
      entries: [moved],
      stamps: [await mock.timestamp(envelope.sig)],
    });
    expect(problem(judge(refused))).toBe('has a log entry that is about another signature');
  });

  const digests: readonly (readonly [string, unknown, boolean])[] = [
    ['the digest', [{ digest: { sha256: hex(CONTENT) } }], true],
    [
      'the digest as the second subject',
      [{ digest: { sha256: hex(OTHER) } }, { digest: { sha256: hex(CONTENT) } }],
      true,
    ],
    [
      'a digest of a kind that is not known beside it',
      [{ digest: { sha256: hex(CONTENT), gitCommit: 'x' } }],
      true,
    ],
    ['the digest of something else', [{ digest: { sha256: hex(OTHER) } }], false],
    ['one digest of two', [{ digest: { sha256: hex(CONTENT), sha512: hex(OTHER) } }], false],
    ['the digest under another name', [{ digest: { sha1: hex(CONTENT) } }], false],
    ['the digest in capitals', [{ digest: { sha256: hex(CONTENT).toUpperCase() } }], false],
    ['only the name', [{ name: hex(CONTENT) }], false],
    ['no subject', [], false],
    ['a subject that is not a list', { digest: { sha256: hex(CONTENT) } }, false],
    ['texts for subjects', [hex(CONTENT), null, 1], false],
  ];
  it.each(digests)('are compared with the content: %s', async (_, subject, verifies) => {
    const envelope = envelopeOf(statement(subject));
    const entry = await mock.log(hashedRecord2(envelope.signed, envelope.sig, signer.certificate));
    const bundle = bundleOf(signer.certificate, envelope.json, {
      entries: [entry],
      stamps: [await mock.timestamp(envelope.sig)],
    });
    expect(problem(judge(bundle)) === undefined).toBe(verifies);
  });
});

describe('trusted roots', () => {
  it.each(['tlogs', 'ctlogs'] as const)(
    'are refused where a key of %s has no beginning',
    (logs) => {
      const root = mock.root();
      for (const one of root[logs]) at(one, 'publicKey')['validFor'] = {};
      expect(() => readTrustedRoot(Buffer.from(JSON.stringify(root)), 'root.json')).toThrow(
        /"root\.json" cannot be used as a trusted root: the key of the log "https:\/\/[a-z.]+" does not say from when on it is valid/u,
      );
    },
  );

  it.each(['', '{}', '[]', '{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}'])(
    'are refused: %j',
    (text) => {
      expect(() => readTrustedRoot(Buffer.from(text), 'root.json')).toThrow(
        /cannot be used as a trusted root/u,
      );
    },
  );

  it('do not confirm what a log says after the end of its key, in a proof as in a promise', async () => {
    const root = mock.root();
    const validFor = {
      start: new Date(Date.now() - 1000 * 60 * 60).toISOString(),
      end: new Date(Date.now() - 1000 * 60).toISOString(),
    };
    for (const log of root.tlogs) at(log, 'publicKey')['validFor'] = validFor;
    const entry = await mock.log(hashedRecord(CONTENT, signature, signer.certificate));
    const bundle = bundleOf(signer.certificate, messageOf(CONTENT, signature), {
      entries: [{ ...entry, inclusionPromise: undefined }],
      stamps: [await mock.timestamp(signature)],
    });
    const byStamp = (trusted: object) =>
      verifyCertificateBundle(
        Buffer.from(JSON.stringify(bundle)),
        { content: CONTENT },
        readTrustedRoot(Buffer.from(JSON.stringify(trusted)), 'root.json'),
        { demands: { needsTimestamp: true } },
      );
    expect(problem(judge(bundle))).toMatch(/its promise of inclusion is missing/u);
    expect(problem(byStamp(mock.root()))).toBeUndefined();
    expect(problem(byStamp(root))).toBe('has a log entry whose proof of inclusion does not hold');
  });

  it('are the public one of the pinned package, with its age', () => {
    expect(publicRootModule()).toContain(PUBLIC_ROOT.json);
    const { expires } = PUBLIC_ROOT;
    expect(publicRootModule()).toContain(expires);
    expect(publicTrustedRoot(Date.parse(expires) - 1).note).toContain(`is good until ${expires}`);
    // `assay commits` and scans have no flag for it.
    const { note } = publicTrustedRoot(Date.parse(expires));
    expect(note).toContain('"trusted-roots" of the trust file');
    expect(note).toContain('--trusted-root FILE');
  });
});

function at(json: Json, ...path: readonly string[]): Json {
  return path.reduce((value, key) => value[key] as Json, json);
}

function digestOf(bundle: Json): Json {
  return at(bundle, 'messageSignature', 'messageDigest');
}

function entryOf(bundle: Json): Json {
  const [entry] = at(bundle, 'verificationMaterial')['tlogEntries'] as Json[];
  return entry ?? {};
}

function checkpointOf(bundle: Json, change: (text: string) => string): void {
  const checkpoint = at(entryOf(bundle), 'inclusionProof', 'checkpoint');
  checkpoint['envelope'] = change(checkpoint['envelope'] as string);
}
