import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign as signBytes, type KeyObject } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { putBlob } from '../../../../../test/support/layout-blob.ts';
import {
  digestOf,
  listedManifests,
  makeImage,
  ociFiles,
} from '../../../../../test/support/stored-images.ts';
import { readVerification } from '../../../../../test/support/verification-answer.ts';
import { processMark } from '../../../../core/base/cache-directory.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../../../clients/oci/media-types.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';

const REPOSITORY = 'ghcr.io/acme/app';
const SIGNATURE = 'dev.cosignproject.cosign/signature';
const SIMPLE = 'application/vnd.dev.cosign.simplesigning.v1+json';

const keys = {
  a: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  b: generateKeyPairSync('ed25519'),
  c: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  d: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
};
const platforms = ['amd64', 'arm64'].map((architecture) =>
  makeImage([[{ path: 'srv/data', body: architecture }]], {
    platform: { os: 'linux', architecture },
  }),
);
const [image] = platforms;
if (image === undefined) throw new Error('no image');
const files = ociFiles([
  { image, tag: '1' },
  {
    tag: 'many',
    platforms: platforms.map((one) => ({ image: one, isPlatformListed: true })),
  },
]);
const [ONE = '', MANY = ''] = listedManifests(files).map(({ digest }) => digest);

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  for (const [name, { privateKey, publicKey }] of Object.entries(keys)) {
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
});
afterEach(() => folder[Symbol.dispose]());

interface Verification {
  readonly subject: { readonly digest?: string; readonly verified?: readonly string[] };
  readonly signatures: readonly {
    readonly form: string;
    readonly counts: boolean;
    readonly digest: string;
    readonly reason?: string;
    readonly claimedAt?: string;
  }[];
  readonly verdict: {
    readonly exitCode: number;
    readonly causes: readonly { readonly rule: string; readonly message: string }[];
    readonly warnings: readonly string[];
  };
}

async function verify(
  reference: string,
  ...args: readonly string[]
): Promise<Verification & { readonly code: number }> {
  const bound = args.includes('--any-repository') ? [] : ['--repository', REPOSITORY];
  const { stdout, stderr, exitCode } = await folder.assay(
    'verify',
    `oci:images:${reference}`,
    ...(args.includes('--repository') ? [] : bound),
    ...args,
    '-f',
    'json',
  );
  expect([stdout === '', stderr]).toEqual([false, expect.anything()]);
  const answer = readVerification(stdout) as Verification;
  expect(answer.verdict.exitCode).toBe(exitCode);
  return { ...answer, code: exitCode };
}

function sign(reference: string, key: string, ...args: readonly string[]): Promise<Outcome> {
  const repository = args.includes('--repository') ? [] : ['--repository', REPOSITORY];
  const named = [`oci:images:${reference}`, '--sign-key', `${key}.pem`];
  return folder.run('sign', ...named, ...repository, ...args);
}

/** What a `.sig` tag holds, put together by hand. */
interface Made {
  readonly key?: KeyObject;
  readonly digest?: string;
  readonly repository?: string;
  readonly type?: string;
  readonly optional?: object | null;
  /** Changes the payload after it is signed. */
  readonly change?: (payload: string) => string;
  readonly signature?: string;
  readonly certificate?: boolean;
  /** Changes the payload before it is signed. */
  readonly signed?: (payload: string) => string;
}

function store(): LayoutRepository {
  return new LayoutRepository(folder.path('images'));
}

async function blob(bytes: Buffer): Promise<Digest> {
  return (await putBlob(store(), bytes)).digest;
}

async function layerOf(made: Made): Promise<object> {
  const key = made.key ?? keys.a.privateKey;
  const plain = JSON.stringify({
    critical: {
      identity: { 'docker-reference': made.repository ?? REPOSITORY },
      image: { 'docker-manifest-digest': made.digest ?? ONE },
      type: made.type ?? 'cosign container image signature',
    },
    optional: made.optional ?? null,
  });
  const payload = made.signed?.(plain) ?? plain;
  const hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = signBytes(hash, Buffer.from(payload), key).toString('base64');
  const stored = Buffer.from(made.change?.(payload) ?? payload);
  const certificate = made.certificate === true ? { 'dev.sigstore.cosign/certificate': 'PEM' } : {};
  return {
    mediaType: SIMPLE,
    size: stored.length,
    digest: await blob(stored),
    annotations: { [SIGNATURE]: made.signature ?? signature, ...certificate },
  };
}

async function putLayers(layers: readonly object[], digest = ONE): Promise<void> {
  const config = await blob(Buffer.from('{}'));
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config, size: 2 },
      layers,
    }),
  );
  await store().putManifest(`${digest.replace(':', '-')}.sig`, { bytes, mediaType: OCI_MANIFEST });
}

async function put(...made: readonly Made[]): Promise<void> {
  await putLayers(await Promise.all(made.map(layerOf)));
}

describe('assay sign and verify', () => {
  it.each<[string, string, number]>([
    ['a rule for everything asks for two', 'scopes: ["**"]', 12],
    ['a rule for repositories cannot be asked', 'scopes: ["ghcr.io/**"]', 0],
  ])('judge an image of no known repository: %s', async (_, scopes, exitCode) => {
    await put({});
    const keys = ['a', 'b'].map(
      (name) => `  - name: ${name}\n    file: ${name}.pub\n    scopes: ["**"]\n`,
    );
    folder.write(
      'all.yaml',
      `version: 1\nkeys:\n${keys.join('')}signatures:\n  - threshold: 2\n    ${scopes}\n`,
    );
    const { code } = await verify('1', '--trust', 'all.yaml', '--any-repository');
    expect(code).toBe(exitCode);
  });

  it.each(Object.keys(keys))('agree in both forms: key %s', async (name) => {
    const { stdout } = await sign('1', name, '-a', 'commit=4f2a9c1');
    expect(stdout).toContain(`The tag "1" leads to ${ONE}.`);
    const { code, signatures, subject } = await verify('1', '--key', `${name}.pub`);
    expect([code, signatures.map(({ form, counts }) => [form, counts])]).toEqual([
      0,
      [
        ['sig', true],
        ['bundle', true],
      ],
    ]);
    expect(subject.verified).toEqual([ONE]);
    const annotated = ['--verify-key', `${name}.pub`, '-a'];
    expect((await verify('1', ...annotated, 'commit=4f2a9c1')).code).toBe(0);
    expect((await verify('1', ...annotated, 'commit=4f2a9c2')).code).toBe(12);
    const text = await folder.run(
      'verify',
      'oci:images:1',
      '--repository',
      REPOSITORY,
      '--key',
      `${name}.pub`,
    );
    expect(text.stdout).toContain('Verdict: PASS (exit code 0)');
  });

  it('take the place of a signing run that was killed', async () => {
    const [host = ''] = processMark().split('-', 1);
    folder.write(
      'images/.index.json.lock',
      `${host}-${spawnSync(process.execPath, ['-e', '']).pid}`,
    );
    await sign('1', 'a');
    expect(readdirSync(folder.path('images'))).not.toContain('.index.json.lock');
  });

  it('sign once with each key', async () => {
    await sign('1', 'a');
    await sign('1', 'b', '--form', 'sig');
    expect((await sign('1', 'a')).stdout).toContain('was there');
    const { signatures, code } = await verify('1', '--verify-key', 'a.pub,b.pub');
    expect([code, signatures.map(({ form }) => form)]).toEqual([0, ['sig', 'sig', 'bundle']]);
  });

  it('sign the index and every child', async () => {
    await sign('many', 'a');
    const { code, subject, signatures } = await verify(
      'many',
      '--verify-key',
      'a.pub',
      '--platform',
      'all',
    );
    expect([code, subject.verified?.length, signatures.length]).toEqual([0, 3, 6]);
    expect((await verify('many', '--verify-key', 'a.pub', '--platform', 'linux/arm64')).code).toBe(
      0,
    );
  });

  it('need no child for the index alone, and list bundles that are not there', async () => {
    await putLayers([await layerOf({ digest: MANY })], MANY);
    const children = JSON.parse(
      files.get(`blobs/${MANY.replace(':', '/')}`)?.toString() ?? '{}',
    ) as { manifests: { digest: string }[] };
    for (const { digest } of children.manifests) {
      rmSync(folder.path(`images/blobs/${digest.replace(':', '/')}`));
    }
    const entry = {
      mediaType: OCI_MANIFEST,
      digest: digestOf(Buffer.from('nothing')),
      size: 7,
      artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    };
    await store().putManifest(MANY.replace(':', '-'), {
      bytes: Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [entry] }),
      ),
      mediaType: OCI_INDEX,
    });
    const { code, signatures } = await verify('many', '--verify-key', 'a.pub');
    expect([code, signatures.map(({ form, reason }) => [form, reason])]).toEqual([
      0,
      [
        ['sig', undefined],
        ['bundle', 'is listed and is not there'],
      ],
    ]);
    expect((await verify('many', '--verify-key', 'a.pub', '--platform', 'all')).code).toBe(11);
  });

  it('ask for the child where a platform is named', async () => {
    await put();
    await putLayers([await layerOf({ digest: MANY })], MANY);
    const key = ['--verify-key', 'a.pub'];
    expect((await verify('many', ...key)).code).toBe(0);
    expect((await verify('many', ...key, '--platform', 'linux/arm64')).code).toBe(10);
    expect((await verify('many', ...key, '--platform', 'all')).code).toBe(10);
    expect((await verify('many', ...key, '--platform', 'linux/riscv64')).code).toBe(11);
    expect((await verify('1', ...key, '--platform', 'linux/arm64')).code).toBe(11);
  });

  it.each<[string, readonly string[], number]>([
    ['for another one before', ['s390x', 'amd64'], 10],
    ['for another one after', ['amd64', 's390x'], 10],
    ['under another name of it', ['s390x', 'x86_64'], 10],
    ['for another one in a newer variant', ['s390x', 'arm64/v9'], 0],
    ['for other ones alone', ['s390x', 'arm64'], 0],
    ['without a platform before', ['', 'amd64'], 10],
  ])('verify an unsigned image that is listed twice: %s', async (_, architectures, exitCode) => {
    const index = files.get(`blobs/${MANY.replace(':', '/')}`)?.toString() ?? '{}';
    const { manifests } = JSON.parse(index) as { manifests: { digest: string }[] };
    const [unsigned, signed] = manifests.map(({ digest }) => ({
      mediaType: OCI_MANIFEST,
      digest,
      size: 1,
    }));
    const platformOf = (text: string): object => {
      const [architecture, variant] = text.split('/');
      return { platform: { os: 'linux', architecture, variant } };
    };
    const listed = [
      ...architectures.map((text) => ({ ...unsigned, ...(text !== '' && platformOf(text)) })),
      { ...signed, ...platformOf('amd64') },
    ];
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: listed }));
    await store().putManifest('twice', { bytes, mediaType: OCI_INDEX });
    const digest = signed?.digest ?? '';
    await putLayers([await layerOf({ digest })], digest);
    const args = ['--verify-key', 'a.pub', '--platform', 'linux/amd64'];
    expect((await verify('twice', ...args)).code).toBe(exitCode);
  });

  it.each([
    ['a key that is not there', ['--sign-key', 'none.pem']],
    ['a token that is not there', ['--identity-token', 'none.txt']],
  ])('refuse %s before the registry is used', async (_, named) => {
    const { exitCode, stderr } = await folder.assay('sign', 'localhost:1/app:1', ...named);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('none.')]);
  });

  it('name no digest a tag', async () => {
    const index = JSON.parse(files.get('index.json')?.toString() ?? '{}') as {
      manifests: { annotations?: object; digest: string }[];
    };
    const manifests = index.manifests
      .slice(0, 1)
      .map((listed) => ({ ...listed, annotations: undefined }));
    folder.write('images/index.json', JSON.stringify({ ...index, manifests }));
    const named = ['--sign-key', 'a.pem', '--repository', REPOSITORY];
    const { stdout } = await folder.run('sign', 'oci:images', ...named);
    expect(stdout).toMatch(/^Signed /u);
  });

  it('name the trust file that decides about a key of the command line', async () => {
    await put({});
    folder.write(
      'assay.trust.yaml',
      `version: 1\nkeys:\n  - name: team\n    file: a.pub\n    scopes: ["**"]\n`,
    );
    const { verdict } = await verify('1', '--verify-key', 'a.pub');
    expect(verdict.warnings).toEqual([expect.stringContaining('"assay.trust.yaml" was found')]);
  });
});

describe('assay verify refuses', () => {
  const layers = (count: number): Promise<void> =>
    layerOf({}).then((layer) => putLayers(Array.from({ length: count }, () => layer)));

  it.each<[string, () => Promise<unknown>, number, RegExp]>([
    ['no signature', () => Promise.resolve(), 10, /has no signature/u],
    ['another key', () => put({ key: keys.b.privateKey }), 12, /none of the trusted keys/u],
    [
      'a changed payload',
      () => put({ change: (text) => text.replace('null', '{"a":"b"}') }),
      12,
      /over other content/u,
    ],
    ['another digest', () => put({ digest: MANY }), 12, /is about another image/u],
    [
      'another repository',
      () => put({ repository: 'ghcr.io/acme/other' }),
      12,
      /was made for the repository "ghcr.io\/acme\/other"/u,
    ],
    ['a repository below', () => put({ repository: `${REPOSITORY}/x` }), 12, /was made for/u],
    ['no repository', () => put({ repository: '' }), 12, /names no repository/u],
    ['another document', () => put({ type: 'atomic' }), 12, /another type/u],
    ['no base64', () => put({ signature: '%' }), 12, /is not base64/u],
    ['an empty signature', () => put({ signature: '' }), 12, /no signature beside it/u],
    ['no JSON', () => put({ change: () => '{' }), 12, /is over a document that is not JSON/u],
    [
      'a key twice',
      () => put({ signed: (text) => text.replace('"critical":', '"critical":{},"critical":') }),
      12,
      /is over a document that has the key "critical" twice/u,
    ],
    [
      'a certificate of an unknown identity',
      () => put({ key: keys.b.privateKey, certificate: true }),
      12,
      /has a certificate that cannot be read/u,
    ],
    ['10,000 layers', () => layers(10_000), 12, /holds 10000 signatures, and at most 100/u],
    [
      'a layer that is missing',
      () =>
        putLayers([
          {
            mediaType: SIMPLE,
            size: 3,
            digest: digestOf(Buffer.from('x')),
            annotations: { [SIGNATURE]: 'AAAA' },
          },
        ]),
      12,
      /cannot be read/u,
    ],
    [
      'a layer that is huge',
      () =>
        putLayers([
          {
            mediaType: SIMPLE,
            size: 2 ** 40,
            digest: digestOf(Buffer.from('x')),
            annotations: { [SIGNATURE]: 'AAAA' },
          },
        ]),
      12,
      /is larger than/u,
    ],
    [
      'a bundle of another repository',
      () => sign('1', 'a', '--form', 'bundle', '--repository', 'ghcr.io/acme/other'),
      12,
      /was made for the repository/u,
    ],
    [
      'a bundle of another key',
      () => sign('1', 'b', '--form', 'bundle'),
      12,
      /none of the trusted/u,
    ],
  ])('%s', async (_, prepare, exitCode, reason) => {
    await prepare();
    const { code, verdict, signatures } = await verify('1', '--verify-key', 'a.pub');
    expect([code, verdict.causes.map(({ message }) => message).join()]).toEqual([
      exitCode,
      expect.stringMatching(reason),
    ]);
    expect(signatures.every(({ counts, reason: why }) => !counts && why !== undefined)).toBe(true);
  });

  it.each<[string, readonly string[], Made[], readonly [number, RegExp]]>([
    ['no image', ['2', '--verify-key', 'a.pub'], [{}], [11, /no such image/u]],
    [
      'no image for a platform',
      ['1', '--verify-key', 'a.pub', '--platform', 'linux/386'],
      [{}],
      [11, /no image for linux\/386/u],
    ],
    ['one of two keys', ['1', '--key', 'a.pub,b.pub'], [{}], [12, /signed by 1 of 2/u]],
    [
      'one key twice',
      ['1', '--key', 'a.pub,b.pub'],
      [{}, { optional: { n: '2' } }],
      [12, /signed by 1 of 2/u],
    ],
    [
      'one key in two files',
      ['1', '--key', 'a.pub', '--key', 'again.pub', '--threshold', '1'],
      [{ key: keys.b.privateKey }],
      [12, /none of the trusted keys/u],
    ],
  ])('%s', async (_, [reference = '', ...flags], made, [exitCode, message]) => {
    await put(...made);
    folder.write('again.pub', folder.read('a.pub'));
    const { code, verdict } = await verify(reference, ...flags);
    expect([code, verdict.causes[0]?.message]).toEqual([exitCode, expect.stringMatching(message)]);
  });

  it.each<[string, string, number, RegExp]>([
    ['a key that expired', 'valid-until: 2025-01-01', 12, /expired on/u],
    ['a key that is not yet valid', 'valid-from: 2026-01-01', 12, /valid only from/u],
    ['a revoked key', 'revoked: { reason: lost }', 12, /was revoked: lost/u],
  ])('%s of the trust file', async (_, line, exitCode, reason) => {
    await put({});
    folder.write(
      'trust.yaml',
      `version: 1\nkeys:\n  - name: team\n    file: a.pub\n    scopes: ["ghcr.io/acme/**"]\n    ${line}\n`,
    );
    for (const flags of [
      ['--trust', 'trust.yaml'],
      ['--trust', 'trust.yaml', '--verify-key', 'a.pub'],
    ]) {
      const { code, signatures } = await verify('1', ...flags);
      expect([code, signatures[0]?.reason]).toEqual([exitCode, expect.stringMatching(reason)]);
    }
  });

  it.each<[string, string, readonly [string, number]]>([
    ['one signature is enough', '', ['', 0]],
    ['a rule asks for two', 'threshold: 2', ['signed by 1 of 2', 12]],
    ['a rule names another signer', 'signers: [other]', ['not one of the signers', 12]],
    ['a rule of another repository', 'threshold: 2\n    scopes: ["ghcr.io/other/**"]', ['', 0]],
  ])('as the trust file asks: %s', async (_, rule, [message, exitCode]) => {
    await put({});
    const scopes = rule.includes('scopes') ? '' : '    scopes: ["ghcr.io/acme/**"]\n';
    const rules = rule === '' ? '' : `signatures:\n  - ${rule}\n${scopes}`;
    folder.write(
      'trust.yaml',
      `version: 1\nkeys:\n${['a', 'b'].map((name) => `  - name: ${name === 'a' ? 'team' : 'other'}\n    file: ${name}.pub\n    scopes: ["ghcr.io/acme/**"]\n`).join('')}${rules}`,
    );
    const { code, verdict } = await verify('1', '--trust', 'trust.yaml');
    expect([code, verdict.causes[0]?.message ?? '']).toEqual([
      exitCode,
      expect.stringContaining(message),
    ]);
    const other = await folder.assay(
      'verify',
      'oci:images:1',
      '--trust',
      'trust.yaml',
      '--repository',
      'docker.io/x/y',
    );
    expect([other.exitCode, other.stdout]).toEqual([
      12,
      expect.stringContaining('no key and no identity of "trust.yaml" has a scope'),
    ]);
  });
});

describe('assay sign and verify', () => {
  it('accept other repositories when asked', async () => {
    await put({ repository: 'ghcr.io/acme/other:1', optional: { timestamp: 1700000000 } });
    expect((await verify('1', '--verify-key', 'a.pub')).code).toBe(12);
    const any = await verify('1', '--verify-key', 'a.pub', '--any-repository');
    expect([any.code, any.signatures[0]?.claimedAt]).toEqual([0, '2023-11-14T22:13:20.000Z']);
  });

  it.each<[readonly string[], RegExp]>([
    [['verify', 'oci:images:1', '--verify-key', 'a.pub'], /does not say which repository/u],
    [
      ['verify', 'oci:images', '--verify-key', 'a.pub', '--any-repository'],
      /lists several images/u,
    ],
    [['verify'], /no image given/u],
    [['verify', 'oci:images:1', '--any-repository'], /no key and no identity is given/u],
    [['verify', 'a', 'b'], /more than one image/u],
    [['sign', 'oci:images:1', '--sign-key', 'a.pem'], /does not say which repository/u],
    [['sign', 'oci:images:1', '--repository', REPOSITORY], /neither a key nor an identity token/u],
    [['sign', 'oci:images:1', '--key', 'a.pem', '--form', 'x'], /--form cannot be "x"/u],
    [['sign', 'docker-daemon:x:1', '--key', 'a.pem'], /names no registry/u],
    [['verify', 'oci:images:1', '--repository', 'x:1', '--key', 'a.pub'], /has a tag/u],
    [
      ['verify', 'oci:images:1', '-a', 'x', '--any-repository', '--key', 'a.pub'],
      /is not KEY=VALUE/u,
    ],
    [
      ['verify', 'oci:images:1', '--platform', 'x', '--any-repository', '--key', 'a.pub'],
      /linux\/arm64/u,
    ],
  ])('refuse the command line %j', async (args, message) => {
    const { exitCode, stderr } = await folder.assay(...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('tell that nothing can be asked', async () => {
    const { exitCode } = await folder.assay('verify', 'localhost:1/x:1', '--verify-key', 'a.pub');
    expect(exitCode).toBe(3);
  });
});
