/** Signatures of gitsign, of parts that are replaced one after another. */

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';

import {
  armored,
  attribute,
  bytes,
  entryAttribute,
  gitsign,
  gitsignCms,
  indefinite,
  logCms,
  protobufEntry,
  usualAttributes,
  withEntry,
  withUnsigned,
  type Certified,
} from '../../../test/support/gitsign-signature.ts';
import { CODE_SIGNING, extension, subjectNames } from '../../../test/support/made-certificates.ts';
import { ISSUER, SigstoreMock, type Json } from '../../../test/support/sigstore-mock.ts';
import { derInteger, derOctets } from '../../formats/crypto/asn1/write-der.ts';
import { readTrustFile } from '../../trust/trust-file/read-trust-file.ts';
import { loadCommitTrust } from './commit-trust.ts';
import { judgeObject } from './judge.ts';

const ADA = 'ada@example.com';
const BOB = 'bob@example.com';
const PAYLOAD = Buffer.from('tree 0\n\nsubject\n');
const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.now();
const LOG_PROBLEM = 'its signature has a log entry that no log of the trusted root confirms';

let mock: SigstoreMock;
let other: SigstoreMock;
let ada: Certified;
let bob: Certified;
let good: Buffer;

beforeAll(async () => {
  [mock, other] = await Promise.all([SigstoreMock.start(), SigstoreMock.start()]);
  ada = await certified(mock, { address: ADA });
  bob = await certified(mock, { address: BOB });
  good = await gitsign(mock, PAYLOAD, ada);
});

function keys(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

async function certified(
  by: SigstoreMock,
  parts: Parameters<SigstoreMock['certifyAddress']>[1],
): Promise<Certified> {
  const pair = keys();
  return { ...pair, certificate: await by.certifyAddress(pair, parts) };
}

const IDENTITY = (name: string, rule: string, ...more: readonly string[]): string =>
  `  - {name: ${name}, ${rule}, issuer: "${ISSUER}", scopes: [], ${more.join(', ')}}`;
const EXACT = IDENTITY('ada', `identity: ${ADA}`);
const STAFF = IDENTITY('staff', 'identity-pattern: "*@example.com"');
const SIGNER = (name: string, emails: string, identities: string, ...more: string[]): string =>
  `  - {name: ${name}, emails: ["${emails}"], identities: [${identities}], ${more.join(', ')}}`;
const DAY = (days: number): string => new Date(NOW + days * DAY_MS).toISOString().slice(0, 10);

interface Scene {
  readonly identities?: readonly string[];
  readonly signers?: readonly string[];
  readonly commits?: readonly string[];
  readonly root?: object;
  readonly committer?: string;
  readonly at?: number;
}

/** The reason for which a signature does not count, else the entry that it counts for. */
async function judge(cms: Uint8Array, scene: Scene = {}): Promise<string> {
  const {
    identities = [EXACT],
    signers = [SIGNER('Ada', ADA, 'ada')],
    commits = [],
    root = mock.root(),
    committer = ADA,
    at = Math.floor(NOW / 1000) * 1000,
  } = scene;
  const lists = identities.length === 0 ? [] : ['identities:', ...identities];
  const head = ['version: 1', 'trusted-roots: [{file: root.json}]', ...lists];
  const text = [...head, 'commits:', ...commits, '  signers:', ...signers].join('\n');
  const trust = await loadCommitTrust(
    {
      trust: readTrustFile('assay.trust.yaml', Buffer.from(text)),
      readFile: () => Promise.resolve(Buffer.from(JSON.stringify(root))),
    },
    NOW,
  );
  const object = {
    id: '0'.repeat(40),
    maker: { name: 'Ada', email: committer, at },
    subject: 'subject',
    payload: PAYLOAD,
    signature: armored(cms),
    parentDates: [],
  };
  const judgment = judgeObject(object, trust, NOW);
  if (judgment.status === 'allowed') {
    return `${judgment.kind} ${judgment.fingerprint} counts for ${judgment.signer}`;
  }
  return judgment.status === 'refused' ? judgment.reason : judgment.status;
}

const COUNTS = `gitsign ${ADA} (${ISSUER}) counts for Ada`;

/** The usual entry, changed. */
async function changed(change: (entry: Json) => Json): Promise<Buffer> {
  return gitsign(mock, PAYLOAD, ada, change);
}

function changeProof(part: Json): Promise<Buffer> {
  return changed((entry) => ({
    ...entry,
    inclusionProof: { ...(entry['inclusionProof'] as Json), ...part },
  }));
}

describe('a signature of gitsign', () => {
  it.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    ['as gitsign makes it', () => good, COUNTS],
    ['without lengths in front', () => indefinite(good), COUNTS],
    [
      'with an entry that has its body as well, which is passed over',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        const entry = protobufEntry(await logCms(mock, cms, ada.certificate));
        return withEntry(cms, Buffer.concat([entry, bytes(7, Buffer.from('{}'))]));
      },
      COUNTS,
    ],
    [
      'with a further attribute that is not signed',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        const entry = protobufEntry(await logCms(mock, cms, ada.certificate));
        return withUnsigned(cms, attribute('data', derInteger(1)), entryAttribute(entry));
      },
      COUNTS,
    ],
    ['without an entry', () => gitsignCms(PAYLOAD, ada), 'its signature has no entry of a log'],
    [
      'with the entry of another signature by the same certificate',
      async () => {
        const entry = await logCms(mock, gitsignCms(Buffer.from('x'), ada), ada.certificate);
        return withEntry(gitsignCms(PAYLOAD, ada), protobufEntry(entry));
      },
      LOG_PROBLEM,
    ],
    [
      'with the entry of another signature over the same bytes',
      async () => {
        // ECDSA makes another signature each time.
        const entry = await logCms(mock, gitsignCms(PAYLOAD, ada), ada.certificate);
        return withEntry(gitsignCms(PAYLOAD, ada), protobufEntry(entry));
      },
      LOG_PROBLEM,
    ],
    [
      'with an entry that was made with another certificate',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        return withEntry(cms, protobufEntry(await logCms(mock, cms, bob.certificate)));
      },
      LOG_PROBLEM,
    ],
    [
      'with an entry of another log',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        return withEntry(cms, protobufEntry(await logCms(other, cms, ada.certificate)));
      },
      LOG_PROBLEM,
    ],
    [
      'with a promise and no proof of inclusion, as gitsign refuses it',
      () => changed((entry) => ({ ...entry, inclusionProof: undefined })),
      'its signature has a log entry without a proof of inclusion',
    ],
    [
      'with a proof and no promise of inclusion',
      () => changed((entry) => ({ ...entry, inclusionPromise: undefined })),
      'its signature has a log entry without a promise of inclusion',
    ],
    [
      'with another time',
      () => changed((entry) => ({ ...entry, integratedTime: String(Math.floor(NOW / 1000) + 60) })),
      LOG_PROBLEM,
    ],
    [
      'with another number in the log',
      () => changed((entry) => ({ ...entry, logIndex: '1' })),
      LOG_PROBLEM,
    ],
    [
      'with another promise',
      () => changed((entry) => ({ ...entry, inclusionPromise: { signedEntryTimestamp: 'AAAA' } })),
      LOG_PROBLEM,
    ],
    [
      'with a hash too many in the proof',
      () => changeProof({ hashes: [Buffer.alloc(32).toString('base64')] }),
      'its signature has a log entry whose proof of inclusion does not hold',
    ],
    [
      'with another place in the proof',
      () => changeProof({ logIndex: '1' }),
      'its signature has a log entry whose proof of inclusion does not hold',
    ],
    [
      'with the checkpoint of another log',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        const foreign = await logCms(other, cms, ada.certificate);
        return changeProof({ checkpoint: (foreign['inclusionProof'] as Json)['checkpoint'] });
      },
      'its signature has a log entry whose proof of inclusion is not about the tree of its checkpoint',
    ],
    [
      'with a checkpoint that is a pattern',
      () => changeProof({ checkpoint: { envelope: 'a\n1\nAA==\n\n\u2014 .* AAAAAAAA\n' } }),
      'its signature has a log entry whose checkpoint cannot be read',
    ],
    [
      'without a checkpoint',
      () => changeProof({ checkpoint: undefined }),
      'its signature has a log entry without a proof of inclusion',
    ],
    [
      'with an entry of Rekor v2',
      () =>
        changed((entry) => ({ ...entry, kindVersion: { kind: 'hashedrekord', version: '0.0.2' } })),
      'its signature has a log entry of a kind that is not accepted',
    ],
    [
      'with an entry about an envelope',
      () => changed((entry) => ({ ...entry, kindVersion: { kind: 'dsse', version: '0.0.1' } })),
      'its signature has a log entry of a kind that is not accepted',
    ],
    [
      'with an entry that is no message',
      () => withEntry(gitsignCms(PAYLOAD, ada), Buffer.from('{}')),
      'its signature has a log entry that cannot be read',
    ],
    [
      'with a negative time',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        const entry = await logCms(mock, cms, ada.certificate);
        const negative = String(2n ** 64n - 1n);
        return withEntry(cms, protobufEntry({ ...entry, integratedTime: negative }));
      },
      'its signature has a log entry that cannot be read',
    ],
    [
      'with an entry that has a field twice',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        const entry = protobufEntry(await logCms(mock, cms, ada.certificate));
        return withEntry(cms, Buffer.concat([entry, bytes(5, bytes(1, Buffer.alloc(70)))]));
      },
      'its signature has a log entry that cannot be read',
    ],
    [
      'with an entry that is no octet string',
      () => withUnsigned(gitsignCms(PAYLOAD, ada), attribute('logEntry', derInteger(1))),
      'its signature has a log entry that cannot be read',
    ],
    [
      'with two entries',
      async () => {
        const cms = gitsignCms(PAYLOAD, ada);
        const one = entryAttribute(protobufEntry(await logCms(mock, cms, ada.certificate)));
        return withUnsigned(cms, one, one);
      },
      'its signature has no entry of a log',
    ],
    [
      'with an entry that is signed',
      async () => {
        const entry = protobufEntry(await logCms(mock, gitsignCms(PAYLOAD, ada), ada.certificate));
        const attributes = [...usualAttributes(PAYLOAD), entryAttribute(entry)];
        return gitsignCms(PAYLOAD, ada, { attributes });
      },
      'its signature has no entry of a log',
    ],
    [
      'with two signers',
      () => gitsignCms(PAYLOAD, ada, { signerCount: 2 }),
      'its signature has 2 signers',
    ],
    [
      'without a digest of the content',
      () => gitsignCms(PAYLOAD, ada, { attributes: usualAttributes(PAYLOAD).slice(0, 1) }),
      'its signature signs no digest of the content',
    ],
    [
      'without the type of the content',
      () => gitsignCms(PAYLOAD, ada, { attributes: usualAttributes(PAYLOAD).slice(1) }),
      'its signature signs another type of content',
    ],
    [
      'with two digests of the content',
      () =>
        gitsignCms(PAYLOAD, ada, {
          attributes: [
            ...usualAttributes(PAYLOAD),
            attribute('messageDigest', derOctets(Buffer.alloc(32))),
          ],
        }),
      'its signature has attributes that are missing, repeated or damaged',
    ],
    [
      'over other content',
      () => gitsign(mock, Buffer.from('other'), ada),
      'its signature was made over other content',
    ],
    [
      'with the content inside',
      () => gitsignCms(PAYLOAD, ada, { content: PAYLOAD }),
      'its signature contains the content that it signs',
    ],
    [
      'by another key than that of the certificate',
      () => gitsign(mock, PAYLOAD, { ...ada, privateKey: bob.privateKey }),
      'its signature was made over other content, or not by the key of its certificate',
    ],
    [
      'by a certificate that had expired when the log saw it',
      async () =>
        gitsign(mock, PAYLOAD, await certified(mock, { address: ADA, from: NOW - 900_000 })),
      'its signature has a certificate that the trusted root does not confirm for that time',
    ],
    [
      'by a certificate that was not valid yet when the log saw it',
      async () =>
        gitsign(mock, PAYLOAD, await certified(mock, { address: ADA, from: NOW + 900_000 })),
      'its signature has a certificate that the trusted root does not confirm for that time',
    ],
    [
      'by a certificate of another authority',
      async () => gitsign(mock, PAYLOAD, await certified(other, { address: ADA })),
      'its signature has a certificate that the trusted root does not confirm for that time',
    ],
    [
      'by a certificate that no log of certificates has',
      async () => {
        const pair = keys();
        const certificate = mock.certifyPlainly(pair, [
          subjectNames([['email', ADA]], true),
          CODE_SIGNING,
          extension('1.3.6.1.4.1.57264.1.1', Buffer.from(ISSUER)),
        ]);
        return gitsign(mock, PAYLOAD, { ...pair, certificate });
      },
      'its signature has a certificate without an entry of a certificate log (SCT), and the trusted root names such logs',
    ],
    [
      'for another issuer',
      async () =>
        gitsign(
          mock,
          PAYLOAD,
          await certified(mock, { address: ADA, issuer: 'https://x.example' }),
        ),
      `its signature was made by "${ADA}", confirmed by the issuer "https://x.example"`,
    ],
    [
      'for another subject',
      () => gitsign(mock, PAYLOAD, bob),
      `its signature was made by "${BOB}", which is not an identity that is trusted`,
    ],
  ])('%s', async (...row) => {
    const [, make, expected] = row;
    expect((await judge(await make())).slice(0, expected.length)).toBe(expected);
  });
});

describe('an identity', () => {
  const REVOKED = 'revoked: {reason: lost}';
  const WORKFLOW = 'https://git.example.com/acme/app/release.yml@refs/heads/main';
  const URI = IDENTITY(
    'ci',
    'identity-pattern: "https://git.example.com/acme/*/release.yml@refs/heads/main"',
  );
  const CI = SIGNER('CI', 'ci@bots.example.com', 'ci');
  const byAda = (): Uint8Array => good;
  const byBob = (): Promise<Uint8Array> => gitsign(mock, PAYLOAD, bob);
  const byWorkflow = async (): Promise<Uint8Array> => {
    const extensions = [{ oid: '1.3.6.1.4.1.57264.1.8', value: ISSUER }];
    return gitsign(mock, PAYLOAD, await mock.certify({ subject: WORKFLOW, extensions }));
  };
  const staff = { identities: [STAFF], signers: [SIGNER('Staff', '*@example.com', 'staff')] };

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, Scene, string]>([
    ['counts for its signer', byAda, {}, COUNTS],
    ['counts for an address in other letters', byAda, { committer: 'Ada@Example.COM' }, COUNTS],
    [
      'counts for an address that is not its own, if the signer has it',
      byAda,
      { signers: [SIGNER('Ada', 'ada@work.example', 'ada')], committer: 'ada@work.example' },
      COUNTS,
    ],
    [
      'counts for no address of others',
      byAda,
      { committer: BOB },
      `it is signed by Ada, and the address "${BOB}" is not theirs`,
    ],
    [
      'of many people counts for the address of the certificate',
      byBob,
      { ...staff, committer: BOB },
      `gitsign ${BOB} (${ISSUER}) counts for Staff`,
    ],
    [
      'of many people counts for no address of a colleague',
      byBob,
      { ...staff, committer: ADA },
      `it is signed by Staff, and the address "${ADA}" is not theirs`,
    ],
    [
      'of workflows counts for the addresses of its signer',
      byWorkflow,
      { identities: [URI], signers: [CI], committer: 'ci@bots.example.com' },
      `gitsign ${WORKFLOW} (${ISSUER}) counts for CI`,
    ],
    [
      'that no signer names does not count',
      byBob,
      { identities: [EXACT, IDENTITY('bob', `identity: ${BOB}`).replace('[]', '["**"]')] },
      `its signature was made by "${BOB}", which is not an identity that is trusted`,
    ],
    [
      'with another claim does not count',
      byAda,
      { identities: [IDENTITY('ada', `identity: ${ADA}`, 'claims: {source-repository-uri: x}')] },
      `its signature was made by "${ADA}", whose certificate does not have the claim source-repository-uri`,
    ],
    [
      'that is revoked does not count',
      byAda,
      { identities: [IDENTITY('ada', `identity: ${ADA}`, REVOKED)] },
      'its signature was made by the identity "ada", which was revoked: lost',
    ],
    [
      'that is revoked in other letters and named nowhere does not count',
      byAda,
      { identities: [EXACT, IDENTITY('old', 'identity: ADA@example.com', REVOKED)] },
      'its signature was made by the identity "old", which was revoked: lost',
    ],
    [
      'of a revoked signer does not count, also for another signer',
      byAda,
      { signers: [SIGNER('Old', BOB, 'ada', REVOKED), SIGNER('Ada', ADA, 'ada')] },
      `its key ${ADA} (${ISSUER}) was revoked: lost (Old)`,
    ],
    [
      'of many people does not count for a person who is revoked',
      byBob,
      {
        ...staff,
        signers: [...staff.signers, SIGNER('Bob', BOB, 'staff', REVOKED)],
        committer: BOB,
      },
      `its key ${BOB} (${ISSUER}) was revoked: lost (Bob)`,
    ],
    [
      'of many people counts for their colleagues',
      byAda,
      { ...staff, signers: [...staff.signers, SIGNER('Bob', BOB, 'staff', REVOKED)] },
      `gitsign ${ADA} (${ISSUER}) counts for Staff`,
    ],
    [
      'that expired before it signed does not count',
      byAda,
      { identities: [IDENTITY('ada', `identity: ${ADA}`, `valid-until: ${DAY(-1)}`)] },
      'its signature was made by the identity "ada", which expired on',
    ],
    [
      'that is valid only later does not count',
      byAda,
      { identities: [IDENTITY('ada', `identity: ${ADA}`, `valid-from: ${DAY(2)}`)] },
      'its signature was made by the identity "ada", which is valid only from',
    ],
    [
      'that was not valid at the date of the commit does not count',
      byAda,
      {
        identities: [IDENTITY('ada', `identity: ${ADA}`, `valid-from: ${DAY(-10)}`)],
        at: NOW - 20 * DAY_MS,
      },
      'the entry "Ada" of its signer is valid only from',
    ],
    [
      'of a signer that ended before the log saw the signature does not count',
      byAda,
      {
        signers: [SIGNER('Ada', ADA, 'ada', `valid-until: ${DAY(-1)}`)],
        at: NOW - 20 * DAY_MS,
      },
      'the entry "Ada" of its signer expired on',
    ],
    [
      'with a certificate that has ended since counts, whatever becomes of expired keys',
      byAda,
      { commits: ['  expired-key: deny'], at: NOW - 1000 },
      COUNTS,
    ],
  ])('%s', async (...row) => {
    const [, make, scene, expected] = row;
    expect((await judge(await make(), scene)).slice(0, expected.length)).toBe(expected);
  });
});

describe('the trusted root', () => {
  it.each<[string, () => object, string]>([
    ['with everything', () => mock.root(), COUNTS],
    ['of another instance', () => other.root(), 'its signature has a certificate that'],
    [
      'without logs',
      () => ({ ...mock.root(), tlogs: [] }),
      'its signature has no time that the trusted root confirms',
    ],
    [
      'without anything that proves a time',
      () => ({ ...mock.root(), tlogs: [], timestampAuthorities: [] }),
      'its signature has no time that a log of the trusted root proves',
    ],
    [
      'with the log of another instance',
      () => ({ ...mock.root(), tlogs: other.root().tlogs }),
      LOG_PROBLEM,
    ],
    [
      'without authorities',
      () => ({ ...mock.root(), certificateAuthorities: [] }),
      'its signature has a certificate that the trusted root does not confirm',
    ],
  ])('%s', async (...row) => {
    const [, root, expected] = row;
    expect((await judge(good, { root: root() })).slice(0, expected.length)).toBe(expected);
  });

  it('that cannot be read is an error', async () => {
    await expect(judge(good, { root: {} })).rejects.toThrow('cannot be used as a trusted root');
  });

  it('is not read where no signer has identities', async () => {
    const signers = [`  - {name: Ada, emails: ["${ADA}"], keys: [{file: key}]}`];
    const judged = judge(good, { identities: [], signers, root: {} });
    await expect(judged).rejects.toThrow('is not a line of OpenSSH');
  });
});
