/** Keyless signatures by the services of a signing configuration. */

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { identityToken } from '../../../../../test/support/identity-token.ts';
import { CONTENT } from '../../../../../test/support/keyless-bundles.ts';
import { IDENTITY, ISSUER, SigstoreMock } from '../../../../../test/support/sigstore-mock.ts';
import {
  startSigstoreServer,
  type SigstoreServer,
} from '../../../../../test/support/sigstore-server.ts';

const SIGNER = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];

let mock: SigstoreMock;
let folder: CommandFolder;
let server: SigstoreServer;

beforeAll(async () => {
  mock = await SigstoreMock.start();
});
beforeEach(async () => {
  folder = new CommandFolder();
  folder.env['ASSAY_OFFLINE'] = 'false';
  folder.write('blob', CONTENT);
  folder.write('root.json', JSON.stringify(mock.root()));
  folder.write('no-logs.json', JSON.stringify({ ...mock.root(), tlogs: [] }));
  folder.write('token', identityToken());
  server = await startSigstoreServer(mock);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Named {
  readonly hasAuthority?: boolean;
  readonly log?: 1 | 2;
  readonly hasStamp?: boolean;
}

/** Writes a configuration in the form of cosign 3. */
function write({ hasAuthority = true, log, hasStamp = false }: Named): void {
  const service = (url: string, majorApiVersion = 1): object => ({
    url,
    majorApiVersion,
    validFor: { start: '2024-01-01T00:00:00Z' },
    operator: 'example.com',
  });
  const config = {
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    ...(hasAuthority && { caUrls: [service(server.url)] }),
    oidcUrls: [service('https://login.example.com')],
    ...(log !== undefined && { rekorTlogUrls: [service(server.url, log)] }),
    rekorTlogConfig: log === undefined ? {} : { selector: 'ANY' },
    ...(hasStamp && { tsaUrls: [service(server.timestampUrl)] }),
    tsaConfig: hasStamp ? { selector: 'ANY' } : {},
  };
  folder.write('config.json', JSON.stringify(config));
}

function sign(root: string, ...more: readonly string[]): Promise<Outcome> {
  const token = ['--identity-token', 'token', '--signing-config', 'config.json'];
  return folder.assay('sign-blob', 'blob', ...token, '--trusted-root', root, ...more);
}

async function verify(root: string, ...more: readonly string[]): Promise<number> {
  const asked = ['verify-blob', 'blob', ...SIGNER, '--trusted-root', root, ...more];
  return (await folder.assay(...asked)).exitCode;
}

describe('assay sign-blob by a signing configuration', () => {
  it.each<[string, Named, number]>([
    ['a log', { log: 1 }, 1],
    ['a log and a timestamp', { log: 1, hasStamp: true }, 1],
  ])('signs with %s', async (_, named, entries) => {
    write(named);
    expect(await sign('root.json')).toMatchObject({ exitCode: 0 });
    const { verificationMaterial: made } = folder.json('blob.sigstore.json') as {
      readonly verificationMaterial: { readonly tlogEntries: readonly unknown[] };
    };
    expect(made.tlogEntries).toHaveLength(entries);
    expect(await verify('root.json')).toBe(0);
    expect(server.requests.map(({ line }) => line)).not.toContain('GET /api/v1/log');
  });

  it('signs with a timestamp alone, for roots without logs', async () => {
    write({ hasStamp: true });
    const refused = await sign('root.json');
    expect(refused).toMatchObject({ exitCode: 3 });
    expect(await sign('no-logs.json')).toMatchObject({ exitCode: 0 });
    expect(await verify('no-logs.json', '--use-signed-timestamps')).toBe(0);
    expect(await verify('root.json')).toBe(12);
    expect(server.requests.filter(({ line }) => line.includes('/log'))).toEqual([]);
  });

  it.each<[string, Named, readonly string[], RegExp]>([
    ['no certificate authority', { hasAuthority: false, log: 1 }, [], /no certificate authority/u],
    ['nothing that proves the time', {}, [], /neither a transparency log nor a timestamp/u],
    ['Rekor v2 without a timestamp', { log: 2 }, [], /does not prove when it was made/u],
    ['another file', {}, ['--signing-config', 'root.json'], /as a signing configuration/u],
    ['no file', {}, ['--signing-config', 'absent.json'], /cannot read "absent\.json"/u],
  ])('refuses %s', async (_, named, more, message) => {
    write(named);
    const { exitCode, stderr } = await sign('root.json', ...more);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(server.requests).toEqual([]);
  });

  it('lets a flag outweigh it', async () => {
    write({ hasAuthority: false });
    const { url } = server;
    const flags = ['--fulcio-url', url, '--rekor-url', url];
    expect(await sign('root.json', ...flags)).toMatchObject({ exitCode: 0 });
  });

  it('says that a signature with a key uses none of it', async () => {
    write({ log: 1 });
    folder.env['ASSAY_KEY_PASSWORD'] = '';
    await folder.run('key', 'generate', 'team');
    const key = ['sign-blob', 'blob', '--sign-key', 'team.key', '--signing-config', 'config.json'];
    const { exitCode, stderr } = await folder.assay(...key);
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/are not used/u)]);
    write({});
    expect((await folder.assay(...key)).stderr).not.toContain('are not used');
    expect(server.requests).toEqual([]);
  });
});
