import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  keylessParts,
  rekorBundle,
  sigAnnotations,
  statementBundle,
  type Certified,
  type TimeProof,
} from '../../../../../test/support/keyless-signatures.ts';
import {
  b64,
  hashedRecord,
  IDENTITY,
  ISSUER,
  signed,
  SigstoreMock,
  type Json,
} from '../../../../../test/support/sigstore-mock.ts';
import { putBlob } from '../../../../../test/support/layout-blob.ts';
import {
  digestOf,
  listedManifests,
  makeImage,
  ociFiles,
} from '../../../../../test/support/stored-images.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../../../clients/oci/media-types.ts';

const REPOSITORY = 'ghcr.io/acme/app';
const PREDICATE = 'https://sigstore.dev/cosign/sign/v1';
const OTHER_DIGEST = `sha256:${'0'.repeat(64)}`;
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', digest: '', size: 2 };
const OCI_1_1 = 'application/vnd.dev.cosign.artifact.sig.v1+json';

const files = ociFiles([{ image: makeImage([[{ path: 'srv/data', body: 'x' }]]), tag: '1' }]);
const [{ digest: IMAGE, size: IMAGE_SIZE }] = listedManifests(files) as [
  { digest: string; size: number },
];

let mock: SigstoreMock;
let signer: Certified;
let stranger: Certified;
beforeAll(async () => {
  mock = await SigstoreMock.start();
  signer = await mock.certify();
  stranger = await mock.certify({ subject: 'https://ci.example.com/mallory' });
});

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
  folder.write('root.json', JSON.stringify(mock.root()));
});
afterEach(() => folder[Symbol.dispose]());

interface Signature {
  readonly form: string;
  readonly counts: boolean;
  readonly reason?: string;
  readonly provenAt?: string;
  readonly identity?: object;
}

const ASKED = [
  ...['--trusted-root', 'root.json'],
  ...['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER],
];

async function verify(...args: readonly string[]): Promise<{
  readonly code: number;
  readonly signatures: readonly Signature[];
}> {
  const named = args.includes('--any-repository') ? [] : ['--repository', REPOSITORY];
  const { stdout, stderr, exitCode } = await folder.assay(
    ...['verify', 'oci:images:1', ...named, ...args, '-f', 'json'],
  );
  expect([stderr, stdout === '']).toEqual([expect.not.stringContaining('ERROR'), false]);
  const answer = readVerification(stdout) as { signatures: Signature[] };
  return { ...answer, code: exitCode };
}

function store(): LayoutRepository {
  return new LayoutRepository(folder.path('images'));
}

function blob(bytes: Buffer): ReturnType<typeof putBlob> {
  return putBlob(store(), bytes);
}

function payloadOf({ digest = IMAGE, repository = REPOSITORY } = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': repository },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
}

interface Made {
  readonly by?: Certified;
  readonly payload?: Buffer;
  readonly proof?: TimeProof;
  readonly change?: (annotations: Record<string, string>) => void;
}

async function layerOf({ by = signer, payload = payloadOf(), proof, change }: Made): Promise<Json> {
  const annotations = sigAnnotations(await keylessParts(mock, by, payload, proof));
  change?.(annotations);
  const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
  return { mediaType, ...(await blob(payload)), annotations };
}

async function putManifest(version: string, manifest: Json): Promise<Digest> {
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, ...manifest }),
  );
  await store().putManifest(version, { bytes, mediaType: OCI_MANIFEST });
  return digestOf(bytes);
}

async function putSig(...made: readonly Made[]): Promise<void> {
  const config = { ...(await blob(Buffer.from('{}'))), mediaType: EMPTY.mediaType };
  const layers = await Promise.all(made.map(layerOf));
  await putManifest(`${IMAGE.replace(':', '-')}.sig`, { config, layers });
}

/** Attaches a manifest to the image by the fallback tag. */
async function attach(manifest: Json): Promise<void> {
  const subject = { mediaType: OCI_MANIFEST, digest: IMAGE, size: IMAGE_SIZE };
  const text = JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    ...manifest,
    subject,
  });
  const digest = digestOf(Buffer.from(text));
  await store().putManifest(digest, { bytes: Buffer.from(text), mediaType: OCI_MANIFEST });
  const listed = [{ mediaType: OCI_MANIFEST, digest, size: text.length }];
  await store().putManifest(IMAGE.replace(':', '-'), {
    bytes: Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: listed }),
    ),
    mediaType: OCI_INDEX,
  });
}

function statementOf({
  digest = IMAGE,
  name = REPOSITORY,
  predicateType = PREDICATE,
} = {}): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256: digest.slice('sha256:'.length) } }],
    predicateType,
    predicate: {},
  };
}

/** Attaches a bundle, or its text. */
async function putBundle(bundle: Json | string): Promise<void> {
  const text = typeof bundle === 'string' ? bundle : JSON.stringify(bundle);
  const layer = { mediaType: BUNDLE_TYPE, ...(await blob(Buffer.from(text))) };
  const config = { ...(await blob(Buffer.from('{}'))), mediaType: EMPTY.mediaType };
  await attach({ artifactType: BUNDLE_TYPE, config, layers: [layer] });
}

describe('assay verify with an identity', () => {
  it.each<[string, () => Promise<void>, string]>([
    ['a .sig tag', () => putSig({}), 'sig'],
    [
      'its form for OCI 1.1',
      async () =>
        attach({
          config: { ...(await blob(Buffer.from('{}'))), mediaType: OCI_1_1 },
          layers: [await layerOf({})],
        }),
      'oci-1.1',
    ],
    [
      'a bundle',
      async () => putBundle(await statementBundle(mock, signer, statementOf())),
      'bundle',
    ],
  ])('counts a certificate in %s', async (_, write, form) => {
    await write();
    const asked = form === 'oci-1.1' ? [...ASKED, '--form', form] : ASKED;
    expect(await verify(...asked)).toMatchObject({
      code: 0,
      signatures: [
        {
          form,
          counts: true,
          provenAt: expect.any(String) as string,
          identity: { names: [IDENTITY], issuer: ISSUER, trustedAs: [IDENTITY] },
        },
      ],
    });
    const [name, , issuer, url] = ASKED.slice(2) as [string, string, string, string];
    const other = ['--trusted-root', 'root.json', name, 'https://ci.example.com/mallory'];
    expect((await verify(...other, issuer, url)).code).toBe(12);
  });

  it('counts a timestamp beside a layer where the root names no log', async () => {
    folder.write('root.json', JSON.stringify({ ...mock.root(), tlogs: [] }));
    await putSig({ proof: 'timestamp' });
    expect((await verify(...ASKED, '--use-signed-timestamps')).code).toBe(0);
  });

  const certificate = 'dev.sigstore.cosign/certificate';
  const entry = 'dev.sigstore.cosign/bundle';
  it.each<[string, () => Promise<void>, number, RegExp]>([
    [
      'another image',
      () => putSig({ payload: payloadOf({ digest: OTHER_DIGEST }) }),
      12,
      /is about another image/u,
    ],
    [
      'another repository',
      () => putSig({ payload: payloadOf({ repository: 'ghcr.io/acme/dev' }) }),
      12,
      /was made for the repository "ghcr\.io\/acme\/dev"/u,
    ],
    ['another identity', () => putSig({ by: stranger }), 12, /not an identity that is trusted/u],
    [
      'the certificate of somebody else',
      async () => {
        const { pem } = await keylessParts(mock, stranger, payloadOf());
        await putSig({ change: (all) => (all[certificate] = pem) });
      },
      12,
      /made with another certificate/u,
    ],
    [
      'the certificate of the identity beside the signature of somebody else',
      async () => {
        const { pem } = await keylessParts(mock, signer, payloadOf());
        await putSig({ by: stranger, change: (all) => (all[certificate] = pem) });
      },
      12,
      /made with another certificate/u,
    ],
    [
      'the log entry of another signature',
      async () => {
        const other = await keylessParts(mock, signer, payloadOf({ repository: 'ghcr.io/x' }));
        await putSig({ change: (all) => (all[entry] = JSON.stringify(rekorBundle(other))) });
      },
      12,
      /log entry that is about another signature/u,
    ],
    [
      'no log entry',
      () => putSig({ proof: 'none' }),
      12,
      /has no time that the trusted root confirms/u,
    ],
    [
      'a log entry that is not JSON',
      () => putSig({ change: (all) => (all[entry] = '{') }),
      12,
      /has a log entry that cannot be read/u,
    ],
    [
      'a log entry with a negative number',
      () =>
        putSig({
          change: (all) => (all[entry] = (all[entry] ?? '').replace('"logIndex":', '"logIndex":-')),
        }),
      12,
      /has a log entry that cannot be read/u,
    ],
    [
      'a timestamp that is none',
      () => putSig({ change: (all) => (all['dev.sigstore.cosign/rfc3161timestamp'] = '{}') }),
      12,
      /has a timestamp that cannot be read/u,
    ],
    [
      'a certificate that is none',
      () => putSig({ change: (all) => (all[certificate] = 'PEM') }),
      12,
      /has a certificate that cannot be read/u,
    ],
    [
      'an empty certificate',
      () => putSig({ change: (all) => (all[certificate] = '') }),
      13,
      /was made with a key, and has no certificate/u,
    ],
    [
      'a key',
      () =>
        putSig({
          change: (all) => {
            const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
            for (const name of Object.keys(all)) all[name] = '';
            all['dev.cosignproject.cosign/signature'] = b64(signed(payloadOf(), key));
          },
        }),
      13,
      /was made with a key, and has no certificate/u,
    ],
    [
      'a bundle about another image',
      async () =>
        putBundle(await statementBundle(mock, signer, statementOf({ digest: OTHER_DIGEST }))),
      12,
      /is about another image/u,
    ],
    [
      'a bundle whose statement was changed',
      async () => {
        const bundle = await statementBundle(mock, signer, statementOf({ name: 'ghcr.io/x/y' }));
        const envelope = bundle['dsseEnvelope'] as Json;
        envelope['payload'] = b64(Buffer.from(JSON.stringify(statementOf())));
        await putBundle(bundle);
      },
      12,
      /was made over other content|about another signature/u,
    ],
    [
      'a bundle with two envelopes',
      async () => {
        const text = JSON.stringify(await statementBundle(mock, signer, statementOf()));
        const first = '"dsseEnvelope":{"payload":"e30="},';
        await putBundle(text.replace('"dsseEnvelope":', `${first}"dsseEnvelope":`));
      },
      13,
      /has the key "dsseEnvelope" twice/u,
    ],
    [
      'a bundle of another identity',
      async () => putBundle(await statementBundle(mock, stranger, statementOf())),
      12,
      /not an identity that is trusted/u,
    ],
    [
      'the signature of a file',
      async () => {
        const { signature } = await keylessParts(mock, signer, payloadOf());
        const record = hashedRecord(payloadOf(), signature, signer.certificate);
        await putBundle({
          mediaType: BUNDLE_TYPE,
          verificationMaterial: {
            certificate: { rawBytes: b64(signer.certificate) },
            tlogEntries: [await mock.log(record)],
          },
          messageSignature: {
            messageDigest: {
              algorithm: 'SHA2_256',
              digest: b64(Buffer.from(IMAGE.slice(7), 'hex')),
            },
            signature: b64(signature),
          },
        });
      },
      12,
      /holds no statement on an image/u,
    ],
  ])('refuses %s', async (_, write, code, reason) => {
    await write();
    const answer = await verify(...ASKED);
    const reasons = answer.signatures.map((one) => one.reason ?? '').join('\n');
    expect([answer.code, reasons]).toEqual([code, expect.stringMatching(reason)]);
  });

  it('takes no attestation for a signature', async () => {
    const predicateType = 'https://cosign.sigstore.dev/attestation/v1';
    await putBundle(await statementBundle(mock, signer, statementOf({ predicateType })));
    expect(await verify(...ASKED)).toMatchObject({ code: 10, signatures: [] });
  });

  it('counts a bundle without a repository, and says so', async () => {
    await putBundle(await statementBundle(mock, signer, statementOf({ name: '' })));
    expect(await verify(...ASKED)).toMatchObject({
      code: 0,
      signatures: [{ counts: true, note: 'names no repository' }],
    });
    expect((await verify(...ASKED, '--any-repository')).code).toBe(0);
  });

  it('refuses a bundle without a repository with --require-repository', async () => {
    await putBundle(await statementBundle(mock, signer, statementOf({ name: '' })));
    const answer = await verify(...ASKED, '--require-repository');
    const reasons = answer.signatures.map((one) => one.reason ?? '').join('\n');
    expect([answer.code, reasons]).toEqual([12, expect.stringMatching(/names no repository/u)]);
  });

  it('lists the identity of a signature where only keys are trusted', async () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    folder.write('team.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    await putSig({});
    const { code, signatures } = await verify(
      ...['--verify-key', 'team.pub', '--trusted-root', 'root.json'],
    );
    expect([code, signatures]).toEqual([
      12,
      [
        expect.objectContaining({
          counts: false,
          identity: { names: [IDENTITY], issuer: ISSUER, trustedAs: [] },
          reason: `was made by "${IDENTITY}", and no identity is trusted here`,
        }),
      ],
    ]);
  });

  it.each<[string, string, number]>([
    ['the repository', 'ghcr.io/acme/*', 0],
    ['another repository', 'ghcr.io/other', 12],
  ])('takes identities of the trust file with a scope of %s', async (_, scope, code) => {
    folder.write(
      'assay.trust.yaml',
      `version: 1\nidentities:\n  - name: ci\n    identity: ${IDENTITY}\n    issuer: ${ISSUER}\n    scopes: ['${scope}']\ntrusted-roots:\n  - file: root.json\n`,
    );
    await putSig({});
    const { exitCode } = await folder.assay(
      ...['verify', 'oci:images:1', '--repository', REPOSITORY],
    );
    expect(exitCode).toBe(code);
  });
});
