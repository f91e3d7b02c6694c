/**
 * `assay push --identity-token` to a real registry: the certificate, what is written, and what a
 * refusal leaves.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { identityToken } from '../support/identity-token.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { IDENTITY, ISSUER, SigstoreMock } from '../support/sigstore-mock.ts';
import { startSigstoreServer, type SigstoreServer } from '../support/sigstore-server.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const image = makeImage([
  [
    {
      path: 'srv/node_modules/left/package.json',
      body: JSON.stringify({ name: 'left', version: '1.0.1' }),
    },
  ],
]);

describe.skipIf(missingForRegistry)(`pushing for an identity${needs(missingForRegistry)}`, () => {
  let folder: CommandFolder;
  let registry: RunningRegistry;
  let server: SigstoreServer;
  beforeAll(async () => {
    const mock = await SigstoreMock.start();
    server = await startSigstoreServer(mock, {});
    registry = await startRegistry();
    folder = new CommandFolder();
    await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
    folder.env['ASSAY_OFFLINE'] = 'false';
    folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
    folder.write('root.json', JSON.stringify(mock.root()));
    folder.write('token', identityToken());
    folder.write('old-token', identityToken({ exp: 1 }));
    for (const [path, bytes] of ociFiles([{ image, tag: '1' }])) {
      folder.write(`good/${path}`, bytes);
    }
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });

  const services = (): readonly string[] => [
    ...['--fulcio-url', server.url, '--rekor-url', server.url],
    ...['--trusted-root', 'root.json'],
  ];
  function push(name: string, ...more: readonly string[]): Promise<Outcome> {
    return folder.assay('push', 'oci:good:1', `${registry.host}/${name}`, ...services(), ...more);
  }
  const requests = (): readonly string[] => server.requests.map(({ line }) => line);

  it('signs and attests with one certificate, and the signature verifies', async () => {
    const { length } = server.requests;
    const { exitCode, stderr } = await push('keyless:1', '--identity-token', 'token');
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining('2 signatures, 2 attestations'),
    ]);
    const asked = requests().slice(length);
    expect(asked.filter((line) => line.includes('signingCert'))).toHaveLength(1);
    const signer = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
    const verified = await folder.assay(
      ...['verify', `${registry.host}/keyless:1`, '--trusted-root', 'root.json', ...signer],
    );
    expect(verified.exitCode).toBe(0);
  });

  const trustOf = (identity: string, claim = ''): string => `version: 1
identities:
  - { name: ci, identity: '${identity}', issuer: '${ISSUER}', scopes: ['${registry.host}/**']${claim} }
signatures:
  - { scopes: ['${registry.host}/ruled/**'], threshold: 1, signers: [ci] }
attestations:
  - { scopes: ['${registry.host}/ruled/**'], type: verdict, signers: [ci], max-age: 7d }
`;

  it('meets the rules of a trust file for the identity, and verifies by them', async () => {
    folder.write('trust.yaml', trustOf(IDENTITY));
    const flags = ['--identity-token', 'token', '--trust', './trust.yaml'];
    const { exitCode, stderr } = await push('ruled/app:1', ...flags);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('2 signatures')]);
    const root = ['--trust', './trust.yaml', '--trusted-root', 'root.json'];
    const verified = await folder.assay('verify', `${registry.host}/ruled/app:1`, ...root);
    expect([verified.exitCode, verified.stdout]).toEqual([0, expect.stringContaining('verdict')]);
  });

  it.each([
    ['12 for another identity: nothing is sent', 'other@example.com', '', 12],
    [
      '3 for a certificate without the claim: nothing is signed',
      IDENTITY,
      ', claims: { run-invocation-uri: x }',
      3,
    ],
  ])('ends with %s', async (_, identity, claim, code) => {
    folder.write('trust.yaml', trustOf(identity, claim));
    const { length } = server.requests;
    const flags = ['--identity-token', 'token', '--trust', './trust.yaml'];
    const { exitCode, stdout, stderr } = await push('ruled/no:1', ...flags);
    expect([exitCode, stdout, stderr]).toEqual([code, '', expect.stringContaining('not count')]);
    const asked = requests().slice(length);
    expect(asked.filter((line) => line.includes('signingCert'))).toHaveLength(code === 3 ? 1 : 0);
    expect(asked.filter((line) => line.includes('log/entries'))).toHaveLength(0);
    const { status } = await fetch(`http://${registry.host}/v2/ruled/no/manifests/1`);
    expect(status).toBe(404);
  });

  it('signs nothing without a flag, whatever the environment holds', async () => {
    folder.env['SIGSTORE_ID_TOKEN'] = identityToken();
    const { length } = server.requests;
    const { exitCode, stderr } = await push('unsigned:1');
    delete folder.env['SIGSTORE_ID_TOKEN'];
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('not signed')]);
    expect(server.requests).toHaveLength(length);
  });

  it.each([
    ['a token that has expired', ['--identity-token', 'old-token'], 'has expired'],
    ['no such file', ['--identity-token', 'none'], 'cannot read the identity token'],
    [
      'a key and a token',
      ['--identity-token', 'token', '--sign-key', 'none'],
      '--sign-key and --identity-token exclude each other',
    ],
  ])('sends nothing with %s', async (_, more, message) => {
    const { length } = registry.requests();
    const { exitCode, stdout, stderr } = await push('refused:1', ...more);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    expect(registry.requests()).toHaveLength(length);
  });

  it('leaves no tag if the certificate is refused', async () => {
    server.trick = ({ line }, response) => {
      if (!line.includes('signingCert')) return false;
      response.writeHead(403).end('{"message":"no"}');
      return true;
    };
    const { exitCode, stdout, stderr } = await push('none:1', '--identity-token', 'token');
    expect([exitCode, stdout, stderr]).toEqual([
      3,
      '',
      expect.stringContaining('The tag "1" was not written'),
    ]);
    const { status } = await fetch(`http://${registry.host}/v2/none/manifests/1`);
    expect(status).toBe(404);
  });
});
