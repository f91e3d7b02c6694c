/** Attempts to have an image accepted that the asked key did not sign for this repository. */

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import {
  digestOf,
  listedManifests,
  makeImage,
  ociFiles,
} from '../../../../../test/support/stored-images.ts';
import {
  attachBundle,
  unnamedBundle,
  type UnnamedParts,
} from '../../../../../test/support/unnamed-bundles.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';

const APP = 'ghcr.io/acme/app';
const OTHER = 'ghcr.io/evil/app';
const keys = {
  a: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  b: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const images = ['one', 'two'].map((body) => makeImage([[{ path: 'srv/data', body }]]));
const files = ociFiles(images.map((image, at) => ({ image, tag: String(at + 1) })));
const [ONE = '', TWO = ''] = listedManifests(files).map(({ digest }) => digest);

let folder: CommandFolder;
let layout: LayoutRepository;
beforeEach(() => {
  folder = new CommandFolder();
  for (const [name, { publicKey }] of Object.entries(keys)) {
    folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
  }
  for (const [path, bytes] of files) folder.write(`images/${path}`, bytes);
  layout = new LayoutRepository(folder.path('images'));
});
afterEach(() => folder[Symbol.dispose]());

async function put(by: keyof typeof keys, parts: Partial<UnnamedParts> = {}): Promise<void> {
  const { subject = ONE } = parts;
  await attachBundle(
    layout,
    subject,
    unnamedBundle(keys[by].privateKey, { digest: ONE, ...parts }),
  );
}

async function verify(...args: readonly string[]): Promise<{ code: number; stdout: string }> {
  const repository = args.includes('--repository') ? [] : ['--repository', APP];
  const asked = ['verify', 'oci:images:1', ...repository, ...args];
  const { exitCode, stdout } = await folder.assay(...asked);
  return { code: exitCode, stdout };
}

function trust(text: string): void {
  folder.write('trust.yaml', `version: 1\n${text}\n`);
}

function keyOf(name: string, scope: string): string {
  return `{name: ${name}, file: ${name}.pub, scopes: ["${scope}"]}`;
}

const BY_A = ['--verify-key', 'a.pub'];

describe('assay verify by a key refuses', () => {
  it.each<[string, () => Promise<void>, readonly string[], number, RegExp]>([
    ['no signature', () => Promise.resolve(), BY_A, 10, /has no signature/u],
    ['the bundle of another image', () => put('a', { digest: TWO }), BY_A, 12, /another image/u],
    [
      'a bundle that names another repository',
      () => put('a', { repository: OTHER }),
      BY_A,
      12,
      /made for the repository/u,
    ],
    ['a bundle of another key', () => put('b'), BY_A, 12, /none of the trusted keys/u],
    [
      'an annotation that was added afterwards',
      () =>
        put('a', {
          change: ({ dsseEnvelope }) => {
            const payload = Buffer.from(dsseEnvelope.payload, 'base64').toString();
            const added = payload.replace('"digest"', '"annotations":{"env":"prod"},"digest"');
            dsseEnvelope.payload = Buffer.from(added).toString('base64');
          },
        }),
      [...BY_A, '-a', 'env=prod'],
      12,
      /over other content/u,
    ],
    [
      'an annotation beside the statement',
      () =>
        put('a', {
          statement: (json) => json.replace('"predicate":{}', '"predicate":{"env":"prod"}'),
        }),
      [...BY_A, '-a', 'env=prod'],
      12,
      /does not name the annotation/u,
    ],
    [
      'a second subject for this image in the statement of another repository',
      () =>
        put('a', {
          repository: OTHER,
          statement: (json) => {
            const plain = `{"digest":{"sha256":"${ONE.slice(7)}"}}`;
            return json.replace('"subject":[', `"subject":[${plain},`);
          },
        }),
      BY_A,
      12,
      /made for the repository/u,
    ],
    [
      'a name that is no text',
      () => put('a', { statement: (json) => json.replace('{"digest"', '{"name":7,"digest"') }),
      BY_A,
      12,
      /made for the repository/u,
    ],
    [
      'a digest in upper case',
      () => put('a', { digest: `sha256:${ONE.slice(7).toUpperCase()}` }),
      BY_A,
      12,
      /another image/u,
    ],
    [
      'a statement of another predicate type',
      () => put('a', { statement: (json) => json.replace('cosign/sign/v1', 'cosign/sign/v2') }),
      BY_A,
      10,
      /has no signature/u,
    ],
    [
      'a bundle without verification material',
      () => put('a', { change: (bundle) => delete bundle.verificationMaterial }),
      BY_A,
      12,
      /no verification material/u,
    ],
    [
      'an empty verification material',
      () => put('a', { change: (bundle) => (bundle.verificationMaterial = {}) }),
      BY_A,
      12,
      /no verification material/u,
    ],
    [
      'a key and a certificate at once',
      () =>
        put('a', {
          change: (bundle) => {
            bundle.verificationMaterial = { publicKey: {}, certificate: { rawBytes: 'AAAA' } };
          },
        }),
      BY_A,
      12,
      /several signers/u,
    ],
    [
      'a second signature that is invalid',
      () =>
        put('a', {
          change: ({ dsseEnvelope: { signatures } }) => signatures.push({ sig: 'AAAA' }),
        }),
      BY_A,
      12,
      /2 signatures in its envelope/u,
    ],
    [
      'an unknown field',
      () => put('a', { change: (bundle) => (bundle['restriction'] = 'none') }),
      BY_A,
      12,
      /the field "restriction", which is not known/u,
    ],
    [
      'an unknown field of the verification material',
      () => put('a', { change: (bundle) => ((bundle.verificationMaterial ?? {})['x'] = {}) }),
      BY_A,
      12,
      /the field "verificationMaterial\.x", which is not known/u,
    ],
    [
      'a signature of a file in the same bundle',
      () => put('a', { change: (bundle) => (bundle['messageSignature'] = { signature: 'AAAA' }) }),
      BY_A,
      12,
      /a signature and an attestation at once/u,
    ],
    [
      'no repository with --require-repository',
      () => put('a'),
      [...BY_A, '--require-repository'],
      12,
      /names no repository/u,
    ],
  ])('%s', async (...row) => {
    const [, write, args, code, reason] = row;
    await write();
    const answer = await verify(...args);
    expect([answer.code, answer.stdout]).toEqual([code, expect.stringMatching(reason)]);
  });

  it('a referrer whose subject is another image', async () => {
    const bundle = unnamedBundle(keys.a.privateKey, { digest: TWO });
    await attachBundle(layout, TWO, bundle);
    const [referrer] = await layout.referrers(TWO as never);
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType: referrer?.mediaType, digest: referrer?.digest, size: 1 }],
    };
    const bytes = Buffer.from(JSON.stringify(index));
    await layout.putManifest(ONE.replace(':', '-'), { bytes, mediaType: index.mediaType });
    const { code, stdout } = await verify(...BY_A);
    expect([code, stdout]).toEqual([12, expect.stringMatching(/is attached to another image/u)]);
    expect(digestOf(bytes)).not.toBe(ONE);
  });

  it('a .sig tag where the bundle of the image is by another key', async () => {
    const key = keys.a.privateKey.export({ type: 'pkcs8', format: 'pem' });
    folder.write('a.pem', key);
    const named = ['--sign-key', 'a.pem', '--repository', APP, '--form', 'sig'];
    await folder.run('sign', 'oci:images:1', ...named);
    expect((await verify(...BY_A)).code).toBe(0);
    await put('b');
    expect(await verify(...BY_A)).toMatchObject({
      code: 12,
      stdout: expect.stringMatching(/has bundles and none of them counts/u) as string,
    });
    expect((await verify(...BY_A, '--form', 'sig')).code).toBe(0);
    trust(`keys: [${keyOf('a', '**')}]`);
    expect((await verify('--trust', 'trust.yaml')).code).toBe(0);
  });

  it('nothing of two bundles of which one is good', async () => {
    await put('b');
    await put('a');
    expect((await verify(...BY_A)).code).toBe(0);
    expect((await verify(...BY_A, '--verify-key', 'b.pub', '--threshold', '2')).code).toBe(0);
  });

  it('--any-repository against the trust file', async () => {
    await put('a');
    trust(`keys: [${keyOf('a', '**')}]\nrequire-repository: true`);
    const asked = [...BY_A, '--trust', 'trust.yaml'];
    expect((await verify(...asked)).code).toBe(12);
    expect((await verify(...asked, '--any-repository')).code).toBe(2);
    expect((await verify(...BY_A, '--any-repository', '--require-repository')).code).toBe(2);
  });
});

describe('assay verify by scopes refuses', () => {
  it.each<[string, string, string, number]>([
    ['a key whose scope is another repository', 'ghcr.io/acme/dev', APP, 12],
    ['a bundle that was moved to another scope', 'ghcr.io/acme/**', OTHER, 12],
    ['a bundle beneath the path of its scope', 'ghcr.io/acme/app', `${APP}/sub`, 12],
    ['another host', 'ghcr.io/acme/**', 'ghcr.io.example.com/acme/app', 12],
  ])('%s', async (_, scope, repository, code) => {
    await put('a');
    trust(`keys: [${keyOf('a', scope)}]`);
    expect((await verify('--trust', 'trust.yaml', '--repository', repository)).code).toBe(code);
  });

  it('a bundle that was moved to a repository of another key', async () => {
    await put('a');
    trust(`keys: [${keyOf('a', APP)}, ${keyOf('b', OTHER)}]`);
    expect((await verify('--trust', 'trust.yaml', '--repository', OTHER)).code).toBe(12);
  });
});
