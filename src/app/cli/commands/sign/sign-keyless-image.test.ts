import { readdirSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { identityToken } from '../../../../../test/support/identity-token.ts';
import { IDENTITY, ISSUER, SigstoreMock } from '../../../../../test/support/sigstore-mock.ts';
import {
  startSigstoreServer,
  type SigstoreServer,
  type SigstoreServerOptions,
} from '../../../../../test/support/sigstore-server.ts';
import { TWO_PLATFORMS } from '../../../../../test/support/two-platforms.ts';

const REPOSITORY = 'ghcr.io/acme/app';
/** The index and both platforms. */
const MANIFESTS = 3;

let mock: SigstoreMock;
let folder: CommandFolder;
let server: SigstoreServer;

beforeAll(async () => {
  mock = await SigstoreMock.start();
});
beforeEach(() => {
  folder = new CommandFolder();
  folder.env['ASSAY_OFFLINE'] = 'false';
  folder.write('root.json', JSON.stringify(mock.root()));
  folder.write('token', identityToken());
  for (const [path, bytes] of TWO_PLATFORMS) folder.write(`images/${path}`, bytes);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Written {
  readonly identity: { readonly name: string; readonly issuer: string };
  readonly signatures: readonly { readonly form: string; readonly digest: string }[];
}

async function serve(options: SigstoreServerOptions = {}): Promise<string[]> {
  server = await startSigstoreServer(mock, options);
  return ['--timestamp-server-url', server.timestampUrl];
}

function sign(...more: readonly string[]): Promise<Outcome> {
  const services = ['--fulcio-url', server.url, '--rekor-url', server.url];
  const named = ['oci:images:1', '--repository', REPOSITORY, '--identity-token', 'token'];
  return folder.assay('sign', ...named, ...services, '--trusted-root', 'root.json', ...more);
}

async function countingForms(...more: readonly string[]): Promise<string[]> {
  const asked = ['--certificate-identity', IDENTITY, '--certificate-oidc-issuer', ISSUER];
  const root = ['--trusted-root', 'root.json', '--offline', '--repository', REPOSITORY];
  const { stdout } = await folder.assay(
    ...['verify', 'oci:images:1', '--platform', 'all', ...root, ...asked, ...more, '-f', 'json'],
  );
  const { signatures } = JSON.parse(stdout) as {
    readonly signatures: readonly { readonly form: string; readonly counts: boolean }[];
  };
  return signatures.filter(({ counts }) => counts).map(({ form }) => form);
}

const each = (...forms: readonly string[]): string[] =>
  Array.from({ length: MANIFESTS }, () => forms).flat();

/** Names and sizes of all files of the layout. */
const stored = (): readonly string[] =>
  readdirSync(folder.path('images'), { recursive: true }).map(String).sort();

describe('assay sign with an identity token', () => {
  it.each([
    ['Rekor v1', {}, false, ['sig', 'bundle']],
    ['Rekor v1 and a timestamp', {}, true, ['sig', 'bundle']],
    ['Rekor v2 and a timestamp', { rekor: 2 }, true, ['bundle']],
  ] as const)('signs the index and every child: %s', async (_, options, isStamped, forms) => {
    const stamp = await serve(options);
    const outcome = await sign('-f', 'json', ...(isStamped ? stamp : []));
    expect(outcome).toMatchObject({ exitCode: 0 });
    const { identity, signatures } = JSON.parse(outcome.stdout) as Written;
    expect(identity).toEqual({ name: IDENTITY, issuer: ISSUER });
    expect(signatures.map(({ form }) => form)).toEqual(each(...forms));
    const certificates = server.requests.filter(({ line }) => line.includes('signingCert'));
    expect(certificates).toHaveLength(1);
    expect(await countingForms()).toEqual(each(...forms));
    expect(await countingForms('--certificate-identity', 'https://x.example.com')).toEqual([]);
    expect(await countingForms('--certificate-oidc-issuer', 'https://x.example.com')).toEqual([]);
  });

  it('adds a signature for each run', async () => {
    await serve();
    await sign('--form', 'bundle');
    await sign('--form', 'bundle');
    expect(await countingForms()).toEqual(each('bundle', 'bundle'));
  });

  it('refuses the form "sig" for entries of Rekor v2', async () => {
    const stamp = await serve({ rekor: 2 });
    const before = stored();
    const outcome = await sign('--form', 'sig', ...stamp);
    expect(outcome).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'the form "sig" cannot contain an entry of Rekor v2',
      ) as string,
    });
    expect(stored()).toEqual(before);
  });

  it('asks for a timestamp authority before anything else where the log is Rekor v2', async () => {
    await serve({ rekor: 2 });
    const outcome = await sign();
    expect(outcome).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('does not prove when it was made') as string,
    });
    expect(server.requests.map(({ line }) => line)).toEqual(['GET /api/v1/log']);
  });

  it('stores nothing where the last entry is refused', async () => {
    await serve();
    const before = stored();
    let count = 0;
    server.trick = ({ line }, response) => {
      if (line !== 'POST /api/v1/log/entries') return false;
      count += 1;
      if (count < 2 * MANIFESTS) return false;
      response.writeHead(400).end('{"message":"no space left"}');
      return true;
    };
    const outcome = await sign();
    expect([outcome.exitCode, outcome.stderr]).toEqual([
      3,
      expect.stringContaining('refused the request with status 400: "no space left"'),
    ]);
    expect(stored()).toEqual(before);
  });
});

describe('assay attest with an identity token', () => {
  it.each([
    ['Rekor v1', {}, ['att', 'bundle']],
    ['Rekor v2', { rekor: 2 }, ['bundle']],
  ] as const)('attests in the forms that fit, and assay verify accepts: %s', async (...row) => {
    const [, options, forms] = row;
    const stamp = await serve(options);
    folder.write(
      'doc.json',
      '{"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":"2025-05-31T00:00:00Z"}}',
    );
    const services = ['--fulcio-url', server.url, '--rekor-url', server.url, ...stamp];
    const outcome = await folder.assay(
      ...['attest', 'oci:images:1', '--repository', REPOSITORY, '--identity-token', 'token'],
      ...['--type', 'cyclonedx', '--predicate', 'doc.json', '--trusted-root', 'root.json'],
      ...services,
    );
    expect(outcome).toMatchObject({ exitCode: 0 });
    const verify = async (identity: string): Promise<readonly [number, readonly string[]]> => {
      const { stdout, exitCode } = await folder.assay(
        ...['verify', 'oci:images:1', '--type', 'cyclonedx', '--trusted-root', 'root.json'],
        ...['--certificate-identity', identity, '--certificate-oidc-issuer', ISSUER],
        ...['--offline', '-f', 'json'],
      );
      const { attestations } = JSON.parse(stdout) as {
        readonly attestations: readonly { readonly form: string; readonly counts: boolean }[];
      };
      return [exitCode, attestations.filter(({ counts }) => counts).map(({ form }) => form)];
    };
    expect(await verify(IDENTITY)).toEqual([0, forms]);
    expect(await verify('https://x.example.com')).toEqual([12, []]);
  });
});
