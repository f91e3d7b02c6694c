/** Signing and verifying without network: no system call makes or uses a socket. */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LayoutRepository } from '../../src/clients/oci/layout-repository.ts';
import { OCI_MANIFEST } from '../../src/clients/oci/media-types.ts';
import { builtCommand, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { freePort } from '../support/free-port.ts';
import { missingForInterop } from '../support/interop.ts';
import { keylessBundle, statementBundle } from '../support/keyless-signatures.ts';
import { IDENTITY, ISSUER, SigstoreMock } from '../support/sigstore-mock.ts';
import { putBlob } from '../support/layout-blob.ts';
import { digestOf } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';
import { tracedRun, whyNoStrace } from '../support/traced-run.ts';
import { CHILD, ONE_PLATFORM, TWO_PLATFORMS } from '../support/two-platforms.ts';

const missing = missingForInterop() ?? whyNoStrace();
const REPOSITORY = ['--repository', 'ghcr.io/acme/app'];
const BY_IDENTITY = [
  ...['--trusted-root', 'root.json'],
  ...['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER],
];
const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

describe.skipIf(missing !== undefined)(`no socket${needs(missing)}`, () => {
  let command: BuiltCommand;
  let folder: CommandFolder;

  beforeAll(async () => {
    command = await builtCommand();
    folder = new CommandFolder();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write('a.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write('a.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    const trusted = '  - {name: a, file: a.pub, scopes: ["**"]}';
    folder.write('trust.yaml', `version: 1\nkeys:\n${trusted}\n`);
    folder.write('blob', 'content\n');
    for (const [path, bytes] of TWO_PLATFORMS) {
      folder.write(`images/${path}`, bytes);
    }
    for (const [path, bytes] of ONE_PLATFORM) folder.write(`single/${path}`, bytes);
  });
  beforeAll(async () => {
    const mock = await SigstoreMock.start();
    const signer = await mock.certify();
    folder.write('root.json', JSON.stringify(mock.root()));
    folder.write('keyless', 'content\n');
    const content = await keylessBundle(mock, signer, Buffer.from('content\n'));
    folder.write('keyless.sigstore.json', JSON.stringify(content));
    const statement = await statementBundle(mock, signer, {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: REPOSITORY[1], digest: { sha256: CHILD.slice('sha256:'.length) } }],
      predicateType: 'https://sigstore.dev/cosign/sign/v1',
      predicate: {},
    });
    await referBundle(Buffer.from(JSON.stringify(statement)));
  });
  afterAll(() => {
    folder[Symbol.dispose]();
    command[Symbol.dispose]();
  });

  /** Stores a bundle that refers to the image of one platform. */
  async function referBundle(bundle: Buffer): Promise<void> {
    const store = new LayoutRepository(folder.path('single'));
    const part = async (mediaType: string, bytes: Buffer): Promise<object> => {
      return { mediaType, ...(await putBlob(store, bytes)) };
    };
    const manifest = {
      ...{ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: BUNDLE_TYPE },
      config: await part('application/vnd.oci.empty.v1+json', Buffer.from('{}')),
      layers: [await part(BUNDLE_TYPE, bundle)],
      subject: { mediaType: OCI_MANIFEST, digest: CHILD, size: 1 },
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await store.putManifest(digestOf(bytes), { bytes, mediaType: OCI_MANIFEST });
  }

  /** Returns the exit code of a run, and its calls that make or use a socket. */
  function socketCalls(args: readonly string[]): object {
    const env = { ASSAY_KEY_PASSWORD: 'x' };
    const { exitCode, calls } = tracedRun(command, args, {
      cwd: folder.cwd,
      env,
      calls: 'network',
    });
    return { exitCode, calls };
  }

  it.each<[string, readonly string[], number]>([
    ['to make a key', ['key', 'generate', 'b'], 0],
    ['to sign an image', ['sign', 'oci:images:1', '--key', 'a.pem', ...REPOSITORY], 0],
    ['to verify it by a key', ['verify', 'oci:images:1', '--key', 'a.pub', ...REPOSITORY], 0],
    [
      'to verify all platforms by the trust file',
      ['verify', 'oci:images:1', '--trust', 'trust.yaml', '--platform', 'all', ...REPOSITORY],
      0,
    ],
    [
      'to refuse it by another key',
      ['verify', 'oci:images:1', '--key', 'b.pub', ...REPOSITORY],
      12,
    ],
    [
      'to verify an image by an identity',
      ['verify', 'oci:single:1', ...BY_IDENTITY, ...REPOSITORY],
      0,
    ],
    ['to verify a file by an identity', ['verify-blob', 'keyless', ...BY_IDENTITY], 0],
    [
      'to refuse a file of another identity',
      ['verify-blob', 'keyless', ...BY_IDENTITY.with(3, 'mallory@example.com')],
      12,
    ],
    ['to sign a file', ['sign-blob', 'blob', '--key', 'a.pem'], 0],
    ['to verify it', ['verify-blob', 'blob', '--key', 'a.pub'], 0],
  ])('%s', (_, args, exitCode) => {
    expect(socketCalls([...args, '--offline'])).toEqual({ exitCode, calls: [] });
  });

  it('is counted where one is opened', async () => {
    const args = ['verify', `127.0.0.1:${await freePort()}/app:1`, '--key', 'a.pub'];
    expect(socketCalls(args)).toEqual({
      exitCode: 3,
      calls: expect.arrayContaining([expect.stringContaining(' socket(')]) as unknown,
    });
  });

  it('is opened for a registry with --offline', async () => {
    const named = `127.0.0.1:${await freePort()}/app:1`;
    const args = ['verify', named, '--key', 'a.pub', '--offline'];
    expect(socketCalls(args)).toEqual({ exitCode: 3, calls: [] });
  });
});
