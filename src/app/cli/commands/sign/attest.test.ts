import { createHash, generateKeyPairSync, verify as verifyBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { putBlob } from '../../../../../test/support/layout-blob.ts';
import { sharedPath } from '../../../../../test/support/shared.ts';
import { listedManifests, makeImage, ociFiles } from '../../../../../test/support/stored-images.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';

const REPOSITORY = 'ghcr.io/acme/app';
const DSSE = 'application/vnd.dsse.envelope.v1+json';
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const keys = {
  a: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  b: generateKeyPairSync('ed25519'),
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
  { tag: 'many', platforms: platforms.map((one) => ({ image: one, isPlatformListed: true })) },
]);
const [ONE = '', MANY = ''] = listedManifests(files).map(({ digest }) => digest);

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
  for (const [name, { privateKey }] of Object.entries(keys)) {
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
});
afterEach(() => folder[Symbol.dispose]());

function line(type: string, ...args: readonly string[]): readonly string[] {
  const named = args.some((one) => one.startsWith('oci:')) ? [] : ['oci:images:1'];
  const key = args.includes('--sign-key') ? [] : ['--sign-key', 'a.pem'];
  return ['attest', ...named, '--type', type, '--repository', REPOSITORY, ...key, ...args];
}

/** The document of `--predicate`, as a file. */
function attest(type: string, document: string, ...args: readonly string[]): Promise<Outcome> {
  folder.write('doc.json', document);
  return folder.assay(...line(type, '--predicate', 'doc.json', ...args));
}

interface Stored {
  readonly statement: {
    readonly _type: string;
    readonly predicateType: string;
    readonly subject: readonly object[];
    readonly predicate: Record<string, unknown>;
  };
  readonly payload: Buffer;
  readonly isBy: (key: keyof typeof keys) => boolean;
  readonly annotations: ReadonlyMap<string, string>;
  readonly artifactType?: string;
}

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

function storedOf(
  { payload: base64, payloadType, signatures }: Envelope,
  annotations: ReadonlyMap<string, string>,
): Stored {
  const payload = Buffer.from(base64, 'base64');
  // secure-systems-lab/dsse, protocol.md: PAE.
  const signed = Buffer.concat([
    Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
    payload,
  ]);
  return {
    statement: JSON.parse(payload.toString()) as Stored['statement'],
    payload,
    annotations,
    isBy: (key) => {
      const { publicKey } = keys[key];
      const hash = publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
      return signatures.every(({ sig }) =>
        verifyBytes(hash, signed, publicKey, Buffer.from(sig, 'base64')),
      );
    },
  };
}

/** What both forms contain, read without the code under test. */
async function stored(
  digest = ONE,
): Promise<{ readonly att: readonly Stored[]; readonly bundle: readonly Stored[] }> {
  const repository = new LayoutRepository(folder.path('images'));
  const read = (at: string): Buffer =>
    readFileSync(folder.path(`images/blobs/sha256/${at.slice('sha256:'.length)}`));
  interface Manifest {
    readonly annotations?: Record<string, string>;
    readonly layers: readonly {
      readonly digest: string;
      readonly mediaType: string;
      readonly annotations?: Record<string, string>;
    }[];
  }
  const manifestOf = async (version: string): Promise<Manifest> => {
    const { bytes } = await repository.manifest(version);
    return JSON.parse(Buffer.from(bytes).toString()) as Manifest;
  };
  const tag = `${digest.replace(':', '-')}.att`;
  const hasTag = await repository.manifest(tag).then(
    () => true,
    () => false,
  );
  const att = [];
  for (const layer of hasTag ? (await manifestOf(tag)).layers : []) {
    expect(layer.mediaType).toBe(DSSE);
    const envelope = JSON.parse(read(layer.digest).toString()) as Envelope;
    att.push(storedOf(envelope, new Map(Object.entries(layer.annotations ?? {}))));
  }
  const bundle = [];
  for (const one of await repository.referrers(digest as Digest)) {
    const { layers, annotations = {} } = await manifestOf(one.digest);
    for (const layer of layers) {
      expect(layer.mediaType).toBe(BUNDLE);
      const { dsseEnvelope, verificationMaterial } = JSON.parse(read(layer.digest).toString()) as {
        dsseEnvelope: Envelope;
        verificationMaterial: object;
      };
      const der = keys.a.publicKey.export({ type: 'spki', format: 'der' });
      const hint = createHash('sha256').update(der).digest('base64');
      expect(verificationMaterial).toEqual({ publicKey: { hint } });
      bundle.push({
        ...storedOf(dsseEnvelope, new Map(Object.entries(annotations))),
        ...(one.artifactType !== undefined && { artifactType: one.artifactType }),
      });
    }
  }
  return { att, bundle };
}

const CYCLONEDX = '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{}}';
const SLSA1 =
  '{"buildDefinition":{"buildType":"https://acme.example/b","externalParameters":{},"resolvedDependencies":[]},"runDetails":{"builder":{"id":"https://acme.example"},"metadata":{"invocationId":"1"}}}';

describe('an attestation', () => {
  it.each([
    ['cyclonedx', 'https://cyclonedx.org/bom', CYCLONEDX],
    [
      'spdxjson',
      'https://spdx.dev/Document',
      '{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"n","creationInfo":{}}',
    ],
    ['spdx', 'https://spdx.dev/Document', '{"@context":"c","@graph":[]}'],
    [
      'vuln',
      'https://cosign.sigstore.dev/attestation/vuln/v1',
      '{"scanner":{"uri":"u","result":1.50},"metadata":{}}',
    ],
    [
      'vulns',
      'https://in-toto.io/attestation/vulns/v0.2',
      '{"scanner":{"uri":"u","result":[]},"metadata":{}}',
    ],
    [
      'openvex',
      'https://openvex.dev/ns',
      '{"@context":"https://openvex.dev/ns/v0.2.0","@id":"i","author":"a","timestamp":"t","statements":[]}',
    ],
    [
      'slsaprovenance',
      'https://slsa.dev/provenance/v0.2',
      '{"builder":{"id":"i"},"buildType":"t"}',
    ],
    ['slsaprovenance1', 'https://slsa.dev/provenance/v1', SLSA1],
    [
      'verdict',
      'https://slsa.dev/verification_summary/v1',
      '{"verifier":{"id":"i"},"timeVerified":"t","resourceUri":"r","policy":{"uri":"p"},"verificationResult":"PASSED"}',
    ],
    [
      'https://acme.example/review/v1',
      'https://acme.example/review/v1',
      '\n{ "é": "\\u00e9", "big": 12345678901234567890, "e": 1E2 }\n',
    ],
  ])('of the type %s is stored in both forms, byte for byte', async (type, uri, document) => {
    const { exitCode, stderr } = await attest(type, document);
    expect([exitCode, stderr]).toEqual([0, '']);
    const { att, bundle } = await stored();
    expect([att.length, bundle.length]).toEqual([1, 1]);
    for (const one of [...att, ...bundle]) {
      expect(one.isBy('a')).toBe(true);
      expect(one.payload.includes(`"predicate":${document}`)).toBe(true);
      expect(one.statement).toMatchObject({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: uri,
        subject: [{ name: REPOSITORY, digest: { sha256: ONE.slice('sha256:'.length) } }],
      });
    }
    expect(att[0]?.annotations.get('predicateType')).toBe(uri);
    expect(bundle[0]?.artifactType).toBe(BUNDLE);
    expect(bundle[0]?.annotations.get('dev.sigstore.bundle.predicateType')).toBe(uri);
  });

  it.each([
    ['att', [1, 0]],
    ['bundle', [0, 1]],
    ['bundle,att', [1, 1]],
  ])('is stored in the form %s', async (form, counts) => {
    await attest('cyclonedx', CYCLONEDX, '--form', form);
    const { att, bundle } = await stored();
    expect([att.length, bundle.length]).toEqual(counts);
  });

  it('is added to others, and replaces on request those of the same type and key', async () => {
    const typesOf = async (): Promise<readonly string[]> =>
      (await stored()).att.map(
        (one) => `${one.statement.predicateType} ${one.isBy('a') ? 'a' : 'b'}`,
      );
    const form = ['--form', 'att'];
    await attest('cyclonedx', CYCLONEDX, ...form);
    await attest('cyclonedx', CYCLONEDX, ...form);
    await attest('slsaprovenance1', SLSA1, ...form);
    await attest('cyclonedx', CYCLONEDX, ...form, '--sign-key', 'b.pem');
    const [bom, built] = ['https://cyclonedx.org/bom', 'https://slsa.dev/provenance/v1'];
    expect(await typesOf()).toEqual([`${bom} a`, `${bom} a`, `${built} a`, `${bom} b`]);
    await attest('cyclonedx', CYCLONEDX, ...form, '--replace');
    expect(await typesOf()).toEqual([`${built} a`, `${bom} b`, `${bom} a`]);
  });

  it('keeps those of another type whose annotation names the type that is replaced', async () => {
    await attest('slsaprovenance1', SLSA1, '--form', 'att');
    const repository = new LayoutRepository(folder.path('images'));
    const tag = `${ONE.replace(':', '-')}.att`;
    const { bytes, mediaType } = await repository.manifest(tag);
    const text = Buffer.from(bytes).toString();
    const [built, bom] = ['https://slsa.dev/provenance/v1', 'https://cyclonedx.org/bom'];
    await repository.putManifest(tag, { bytes: Buffer.from(text.replace(built, bom)), mediaType });
    await attest('cyclonedx', CYCLONEDX, '--form', 'att', '--replace');
    const { att } = await stored();
    expect(att.map(({ statement }) => statement.predicateType)).toEqual([built, bom]);
  });

  /** Changes the only layer of the tag, as others may who can write to the registry. */
  async function changeLayer(
    change: (layer: { readonly annotations: object }, envelope: Envelope) => readonly object[],
  ): Promise<void> {
    const repository = new LayoutRepository(folder.path('images'));
    const tag = `${ONE.replace(':', '-')}.att`;
    const { bytes, mediaType } = await repository.manifest(tag);
    const manifest = JSON.parse(Buffer.from(bytes).toString()) as {
      readonly layers: readonly [{ readonly digest: string; readonly annotations: object }];
    };
    const [layer] = manifest.layers;
    const path = `images/blobs/sha256/${layer.digest.slice('sha256:'.length)}`;
    const [changed = {}, envelope = {}] = change(layer, JSON.parse(folder.read(path)) as Envelope);
    const blob = Buffer.from(JSON.stringify(envelope));
    const layers = [{ ...changed, ...(await putBlob(repository, blob)) }];
    const written = Buffer.from(JSON.stringify({ ...manifest, layers }));
    await repository.putManifest(tag, { bytes: written, mediaType });
  }

  type Change = Parameters<typeof changeLayer>[0];
  const kept: readonly (readonly [string, 'cyclonedx' | 'slsaprovenance1', Change, number])[] = [
    ['unchanged', 'cyclonedx', (layer, envelope) => [layer, envelope], 1],
    [
      'that somebody else signed as well',
      'cyclonedx',
      (layer, envelope) => {
        return [layer, { ...envelope, signatures: [...envelope.signatures, { sig: 'AAAA' }] }];
      },
      2,
    ],
    [
      'that somebody else signed before',
      'cyclonedx',
      (layer, envelope) => {
        return [layer, { ...envelope, signatures: [{ sig: 'AAAA' }, ...envelope.signatures] }];
      },
      2,
    ],
    [
      'of another type whose annotation says this one',
      'slsaprovenance1',
      (layer, envelope) => {
        const annotations = { ...layer.annotations, predicateType: 'https://cyclonedx.org/bom' };
        return [{ ...layer, annotations }, envelope];
      },
      2,
    ],
    [
      'of another payload type',
      'cyclonedx',
      (layer, envelope) => [layer, { ...envelope, payloadType: 'text/plain' }],
      2,
    ],
    [
      'without signatures',
      'cyclonedx',
      (layer, envelope) => [layer, { ...envelope, signatures: [] }],
      2,
    ],
  ];
  it.each(kept)('--replace and an attestation %s', async (_, type, change, count) => {
    await attest(type, type === 'cyclonedx' ? CYCLONEDX : SLSA1, '--form', 'att');
    await changeLayer(change);
    const { exitCode } = await attest('cyclonedx', CYCLONEDX, '--form', 'att', '--replace');
    expect([exitCode, (await stored()).att.length]).toEqual([0, count]);
  });

  it('is about each manifest of an index with --platform all, and about one platform', async () => {
    await attest('cyclonedx', CYCLONEDX, 'oci:images:many', '--platform', 'all', '--form', 'att');
    expect((await stored(MANY)).att.length).toBe(1);
    expect((await stored(ONE)).att.length).toBe(1);
    await attest('slsaprovenance1', SLSA1, 'oci:images:many', '--platform', 'linux/amd64');
    expect((await stored(MANY)).att.length).toBe(1);
    expect((await stored(ONE)).att.length).toBe(2);
  });
});

describe('a document that is refused', () => {
  const refused: readonly (readonly [string, string, string, RegExp])[] = [
    ['more than one value', 'cyclonedx', `${CYCLONEDX},"subject":[]`, /cannot read "doc\.json"/],
    ['a text', 'spdx', '"SPDXVersion: SPDX-2.3"', /not a JSON object/],
    ['a list', 'cyclonedx', '[]', /not a JSON object/],
    ['nothing', 'cyclonedx', '', /cannot read/],
    ['a byte order mark', 'cyclonedx', `\uFEFF${CYCLONEDX}`, /byte order mark/],
    ['a key twice', 'https://a.example/b', '{"a":{"b":1,"b":2}}', /key "b" is there twice/],
    ['another type', 'cyclonedx', SLSA1, /has no field "bomFormat"/],
    ['another value', 'cyclonedx', '{"bomFormat":"X","specVersion":"1"}', /is not "CycloneDX"/],
    [
      'a whole statement',
      'slsaprovenance1',
      `{"_type":"https://in-toto.io/Statement/v1","predicate":${SLSA1}}`,
      /without the statement/,
    ],
    ['a verdict of no known result', 'verdict', '{"verifier":{"id":"i"}}', /timeVerified/],
    ['an unknown type', 'cyclondx', CYCLONEDX, /Did you mean "cyclonedx"/],
  ];
  it.each(refused)('%s', async (_, type, document, message) => {
    const code = type === 'cyclondx' ? 2 : 3;
    const { exitCode, stdout, stderr } = await attest(type, document);
    expect([exitCode, stdout]).toEqual([code, '']);
    expect(stderr).toMatch(message);
    const { att, bundle } = await stored();
    expect([att.length, bundle.length]).toEqual([0, 0]);
  });

  it('bytes that are not UTF-8', async () => {
    folder.write('doc.json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    const args = line('https://a.example/b', '--predicate', 'doc.json');
    const { exitCode, stderr } = await folder.assay(...args);
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('not UTF-8')]);
  });
});

describe('a command line that is refused', () => {
  it.each([
    [['--predicate', 'doc.json', '--from', 'report.json'], /exclude each other/],
    [[], /no document is given/],
    [['--predicate', 'doc.json', '--type', 'vuln'], /more than one --type/],
    [['--predicate', 'doc.json', '--form', 'sig'], /--form cannot be "sig"/],
    [['--predicate', 'doc.json', '--platform', 'x y'], /platform/],
  ])('%j', async (args, message) => {
    folder.write('doc.json', CYCLONEDX);
    const { exitCode, stderr } = await folder.assay(...line('cyclonedx', ...args));
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('a layout without a repository', async () => {
    folder.write('doc.json', CYCLONEDX);
    const { exitCode, stderr } = await folder.assay(
      ...['attest', 'oci:images:1', '--type', 'cyclonedx', '--predicate', 'doc.json'],
      ...['--sign-key', 'a.pem'],
    );
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--repository')]);
  });
});

describe('a document from a report', () => {
  const scan = async (...args: readonly string[]): Promise<void> => {
    await folder.assay('image', 'oci:images:1', '-o', 'json=report.json', ...args);
  };
  const from = (type: string, ...args: readonly string[]): Promise<Outcome> =>
    folder.assay(...line(type, '--from', 'report.json', ...args));

  it.each(['cyclonedx', 'spdxjson', 'vuln'])('%s passes its own checks', async (type) => {
    await scan('--allow-empty');
    const { exitCode, stderr } = await from(type);
    expect([exitCode, stderr]).toEqual([0, '']);
    const { att, bundle } = await stored();
    expect([att.length, bundle.length]).toEqual([1, 1]);
    folder.write('again.json', JSON.stringify(att[0]?.statement.predicate));
    const again = await folder.assay(...line(type, '--predicate', 'again.json'));
    expect([again.exitCode, again.stderr]).toEqual([0, '']);
  });

  const spdxSchema = sharedPath('schemas/spdx-2.3.json');
  it.skipIf(spdxSchema === undefined)(
    'spdxjson meets the schema of SPDX 2.3 (needs ../shared)',
    async () => {
      await scan('--allow-empty');
      await from('spdxjson');
      const schema = JSON.parse(readFileSync(spdxSchema ?? '', 'utf8')) as object;
      const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
      const [one] = (await stored()).att;
      expect([isValid(one?.statement.predicate), isValid.errors]).toEqual([true, null]);
    },
  );

  it('verdict says what the gate decided', async () => {
    await scan('--allow-empty', '--fail-on', 'high', '--allow-incomplete');
    const { exitCode, stderr } = await from('verdict');
    expect([exitCode, stderr]).toEqual([0, '']);
    const { verdict } = JSON.parse(folder.read('report.json')) as { verdict: { status: string } };
    const [one] = (await stored()).att;
    expect(one?.statement.predicate).toMatchObject({
      verificationResult: verdict.status === 'pass' ? 'PASSED' : 'FAILED',
      policy: { uri: 'urn:assay:policy:command-line' },
      timeVerified: expect.stringMatching(/^\d{4}-/u) as string,
    });
  });

  it.each([
    ['verdict', [], 3, /contains no verdict/],
    ['openvex', [], 2, /--from cannot write the type "openvex"/],
    ['vulns', [], 2, /--from cannot write the type "vulns"/],
    ['cyclonedx', ['oci:images:many'], 3, /is not about/],
    ['cyclonedx', ['oci:images:many', '--platform', 'linux/arm64'], 3, /is not about/],
  ] as const)('%s is refused (%j)', async (type, args, code, message) => {
    await scan('--allow-empty');
    const { exitCode, stderr } = await from(type, ...args);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
  });
});
