/**
 * Keyless signatures, exchanged with cosign and sigstore-go through a real registry. The services
 * run in this process, so external programs are started without blocking it.
 */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import {
  DER_TAG,
  readDer,
  readDerChildren,
  type DerValue,
} from '../../src/formats/crypto/asn1/der.ts';
import { readTrustedRoot } from '../../src/trust/signing/keyless/trusted-root.ts';
import { verifyCertificateBundle } from '../../src/trust/signing/keyless/verify-bundle.ts';
import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { identityToken } from '../support/identity-token.ts';
import { judge, problem } from '../support/keyless-bundles.ts';
import { missingForInterop } from '../support/interop.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { IDENTITY, ISSUER, SigstoreMock, type Json } from '../support/sigstore-mock.ts';
import { startSigstoreServer, type SigstoreServer } from '../support/sigstore-server.ts';
import { missingTool, needs } from '../support/tools.ts';
import { CHILD, INDEX, TWO_PLATFORMS } from '../support/two-platforms.ts';

const missing = missingForRegistry ?? missingForInterop();
const missingCosign = missing ?? missingAbility('cosign/2');
const missingSkopeo = missing ?? missingAbility('skopeo/sigstore');
const missingSigstoreGo = missing ?? missingTool('sigstore-go-verification');
/** An example of sigstore-go that Debian packages with the other one. */
const missingImageVerifier = missing ?? missingTool('oci-image-verification');
const SIGN_TYPE = 'https://sigstore.dev/cosign/sign/v1';

describe.skipIf(missing !== undefined)(`keyless${needs(missing)}`, () => {
  let folder: CommandFolder;
  let registry: RunningRegistry;
  let mock: SigstoreMock;
  let server: SigstoreServer;
  const env: Record<string, string> = {};

  beforeAll(async () => {
    folder = new CommandFolder();
    folder.env['ASSAY_OFFLINE'] = 'false';
    registry = await startRegistry();
    mock = await SigstoreMock.start();
    server = await startSigstoreServer(mock);
    folder.write('root.json', JSON.stringify(mock.root()));
    folder.write('blob', 'content\n');
    folder.write('token', identityToken());
    const pems = mock.pems();
    for (const [name, pem] of Object.entries(pems)) folder.write(`${name}.pem`, pem);
    Object.assign(env, {
      PATH: process.env['PATH'],
      HOME: folder.cwd,
      TUF_ROOT: folder.path('tuf'),
      SIGSTORE_ROOT_FILE: folder.path('ca.pem'),
      SIGSTORE_CT_LOG_PUBLIC_KEY_FILE: folder.path('ctLog.pem'),
      SIGSTORE_REKOR_PUBLIC_KEY: folder.path('tlog.pem'),
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Runs a program; the error of one that does not end with 0 has its output. */
  async function tool(name: string, ...args: readonly string[]): Promise<string> {
    const { stdout, stderr } = await promisify(execFile)(name, args, { cwd: folder.cwd, env });
    return stdout + stderr;
  }

  async function pushed(name: string): Promise<string> {
    await pushFiles(`${registry.host}/${name}`, ['1'], TWO_PLATFORMS);
    return `${registry.host}/${name}`;
  }

  /** The first bundle that the registry lists in the tag of referrers. */
  async function bundleOf(repository: string, digest: string): Promise<string> {
    const get = async (path: string): Promise<Response> => {
      const accept =
        'application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json';
      return fetch(`http://${registry.host}/v2/${repository}/${path}`, { headers: { accept } });
    };
    const index = (await (await get(`manifests/${digest.replace(':', '-')}`)).json()) as {
      readonly manifests: readonly { readonly digest: string }[];
    };
    const manifest = (await (
      await get(`manifests/${index.manifests[0]?.digest ?? ''}`)
    ).json()) as {
      readonly layers: readonly { readonly digest: string }[];
    };
    return (await get(`blobs/${manifest.layers[0]?.digest ?? ''}`)).text();
  }

  function services(): string[] {
    return ['--fulcio-url', server.url, '--rekor-url', server.url, '--identity-token', 'token'];
  }

  const identity = (name = IDENTITY, issuer = ISSUER): string[] => [
    ...['--certificate-identity', name],
    ...['--certificate-oidc-issuer', issuer],
  ];
  const bundled = ['--new-bundle-format', '--trusted-root', 'root.json'];

  describe('Assay signs', () => {
    it.skipIf(missingCosign !== undefined).each([false, true])(
      `an image; cosign accepts; with a timestamp: %s${needs(missingCosign)}`,
      async (isStamped) => {
        const name = await pushed(`ours-${String(isStamped)}`);
        const stamp = isStamped ? ['--timestamp-server-url', server.timestampUrl] : [];
        const chain = isStamped
          ? ['--use-signed-timestamps', '--timestamp-certificate-chain', 'tsa.pem']
          : [];
        const root = ['--trusted-root', 'root.json'];
        await folder.run('sign', `${name}:1`, ...services(), ...root, ...stamp, '-a', 'build=7');
        for (const reference of [`${name}:1`, `${name}@${CHILD}`]) {
          const verify = ['verify', ...chain, '-a', 'build=7', '--offline', reference];
          await tool('cosign', ...verify, ...identity());
          await expect(tool('cosign', ...verify, ...identity('https://x.example'))).rejects.toThrow(
            'none of the expected identities matched',
          );
          await expect(
            tool('cosign', ...verify, ...identity(IDENTITY, 'https://x.example')),
          ).rejects.toThrow('none of the expected identities matched');
          const attested = ['verify-attestation', ...bundled, '--type', SIGN_TYPE, reference];
          await tool('cosign', ...attested, ...identity());
          const { stdout } = await folder.run(
            'verify',
            reference,
            ...root,
            ...identity(),
            '-f',
            'json',
          );
          expect(JSON.parse(stdout)).toMatchObject({
            signatures: [
              { form: 'sig', counts: true },
              { form: 'bundle', counts: true },
            ],
          });
        }
      },
    );

    it.skipIf(missingSkopeo !== undefined)(
      `an image for an e-mail address; skopeo accepts${needs(missingSkopeo)}`,
      async () => {
        const name = await pushed('ours-address');
        const policy = (email: string): string => {
          const fulcio = {
            caPath: folder.path('ca.pem'),
            oidcIssuer: ISSUER,
            subjectEmail: email,
          };
          const rule = {
            type: 'sigstoreSigned',
            fulcio,
            rekorPublicKeyPath: folder.path('tlog.pem'),
            signedIdentity: { type: 'matchRepository' },
          };
          const transports = { docker: { [registry.host]: [rule] } };
          return JSON.stringify({ default: [{ type: 'reject' }], transports });
        };
        folder.write('ada.json', policy('ada@example.com'));
        folder.write('bob.json', policy('bob@example.com'));
        folder.write(
          'registries.d/all.yaml',
          `docker:\n  ${registry.host}:\n    use-sigstore-attachments: true\n`,
        );
        folder.write('ada', identityToken({ email: 'ada@example.com', email_verified: true }));
        const copy = (who: string): Promise<string> => {
          const places = ['--src-tls-verify=false', `docker://${name}:1`, `dir:copy-${who}`];
          const rules = ['--policy', `${who}.json`, '--registries.d', 'registries.d'];
          return tool('skopeo', ...rules, 'copy', ...places);
        };
        await expect(copy('ada')).rejects.toThrow('no signature exists');
        const signed = ['sign', `${name}:1`, ...services(), '--identity-token', 'ada'];
        await folder.run(...signed, '--trusted-root', 'root.json', '--form', 'sig');
        await copy('ada');
        await expect(copy('bob')).rejects.toThrow(/Required email .*bob@example.com.* not found/u);
      },
    );

    /** Signs an image for sigstore-go, and returns its repository. */
    async function signedFor(repository: string): Promise<string> {
      const name = await pushed(repository);
      const more = ['--trusted-root', 'root.json', '--timestamp-server-url', server.timestampUrl];
      await folder.run('sign', `${name}:1`, ...services(), ...more);
      return name;
    }
    const expected = ['-expectedSAN', IDENTITY, '-expectedIssuer', ISSUER];
    const goRoot = ['-trustedrootJSONpath', 'root.json'];

    it.skipIf(missingImageVerifier !== undefined)(
      `an image; sigstore-go accepts what the registry has${needs(missingImageVerifier)}`,
      async () => {
        const image = [...goRoot, '-ociImage', `${await signedFor('ours-go')}@${CHILD}`];
        await tool('oci-image-verification', ...image, ...expected);
        await expect(
          tool('oci-image-verification', ...image, '-expectedSAN', 'x', '-expectedIssuer', ISSUER),
        ).rejects.toThrow('no matching CertificateIdentity found');
      },
    );

    it.skipIf(missingSigstoreGo !== undefined)(
      `an image; sigstore-go accepts the bundle${needs(missingSigstoreGo)}`,
      async () => {
        await signedFor('ours-go-bundle');
        folder.write('image.sigstore.json', await bundleOf('ours-go-bundle', CHILD));
        const verify = async (digest: string): Promise<string> => {
          const artifact = ['-artifact-digest', digest.slice('sha256:'.length)];
          const args = [...goRoot, ...artifact, ...expected, 'image.sigstore.json'];
          return tool('sigstore-go-verification', ...args);
        };
        await verify(CHILD);
        await expect(verify(INDEX)).rejects.toThrow('digest');
      },
    );

    describe.each([false, true])('a file; with a timestamp: %s', (isStamped) => {
      const bundle = 'blob.sigstore.json';
      beforeEach(async () => {
        const stamp = isStamped ? ['--timestamp-server-url', server.timestampUrl] : [];
        const root = ['--trusted-root', 'root.json'];
        await folder.run('sign-blob', 'blob', ...services(), ...root, ...stamp);
      });

      it.skipIf(missingCosign !== undefined)(`cosign accepts${needs(missingCosign)}`, async () => {
        await tool('cosign', 'verify-blob', 'blob', '--bundle', bundle, ...bundled, ...identity());
      });

      it.skipIf(missingSigstoreGo !== undefined)(
        `sigstore-go accepts${needs(missingSigstoreGo)}`,
        async () => {
          const go = [...goRoot, '-artifact', 'blob'];
          await tool('sigstore-go-verification', ...go, ...expected, bundle);
          await expect(
            tool('sigstore-go-verification', ...go, ...expected, '-artifact', 'token', bundle),
          ).rejects.toThrow();
        },
      );
    });
  });

  describe.skipIf(missingCosign !== undefined)(`cosign signs${needs(missingCosign)}`, () => {
    const root = ['--trusted-root', 'root.json', '--offline'];
    const others = [identity('https://x.example'), identity(IDENTITY, 'https://x.example')];

    it.each([false, true])(
      'an image; Assay accepts offline; with a timestamp: %s',
      async (isStamped) => {
        const name = await pushed(`theirs-${String(isStamped)}`);
        const layout = `saved-${String(isStamped)}`;
        const stamp = isStamped ? ['--timestamp-server-url', server.timestampUrl] : [];
        await tool('cosign', 'sign', '--yes', ...services(), ...stamp, `${name}:1`);
        await tool('cosign', 'save', '--dir', layout, `${name}:1`);
        const verify = ['verify', `oci:${layout}`, '--repository', name, ...root];
        const { stdout } = await folder.run(...verify, ...identity(), '-f', 'json');
        expect(JSON.parse(stdout)).toMatchObject({ signatures: [{ form: 'sig', counts: true }] });
        for (const wrong of others) {
          expect((await folder.assay(...verify, ...wrong)).exitCode).toBe(12);
        }
      },
    );

    it.each([
      ['of the new form', ['--new-bundle-format']],
      ['of the old form', []],
    ])('a file with a bundle %s; Assay accepts offline', async (_, form) => {
      const bundle = ['--bundle', 'theirs.json'];
      await tool('cosign', 'sign-blob', 'blob', '--yes', ...services(), ...bundle, ...form);
      const verify = ['verify-blob', '--signature', 'theirs.json', ...root];
      await folder.run(...verify, 'blob', ...identity());
      expect((await folder.assay(...verify, 'token', ...identity())).exitCode).toBe(12);
      for (const wrong of others) {
        expect((await folder.assay(...verify, 'blob', ...wrong)).exitCode).toBe(12);
      }
    });

    it('an attestation of an image; Assay accepts', async () => {
      const name = await pushed('theirs');
      folder.write('predicate.json', '{}');
      const predicate = ['--predicate', 'predicate.json', '--type', 'https://example.com/p'];
      const attest = ['attest', '--yes', '--new-bundle-format', ...predicate, `${name}@${CHILD}`];
      await tool('cosign', ...attest, ...services());
      const bundle = Buffer.from(await bundleOf('theirs', CHILD));
      const root = readTrustedRoot(Buffer.from(JSON.stringify(mock.root())), 'root.json');
      const sha256 = CHILD.slice('sha256:'.length);
      expect(verifyCertificateBundle(bundle, { sha256 }, root)).toMatchObject({
        signer: { names: [IDENTITY], issuer: ISSUER },
      });
    });
  });

  it.skipIf(missingCosign !== undefined)(
    `a log entry of another signature of cosign is refused${needs(missingCosign)}`,
    async () => {
      const [one, other] = await Promise.all(
        ['one', 'other'].map(async (name) => {
          const bundle = ['--bundle', `${name}.json`, '--new-bundle-format'];
          await tool('cosign', 'sign-blob', 'blob', '--yes', ...services(), ...bundle);
          return folder.json(`${name}.json`) as { readonly verificationMaterial: Json };
        }),
      );
      const entries = { tlogEntries: other?.verificationMaterial['tlogEntries'] };
      const mixed = { ...one, verificationMaterial: { ...one?.verificationMaterial, ...entries } };
      const root = { root: mock.root() };
      expect(problem(judge(mixed, root))).toBe(
        'has a log entry that was made with another certificate',
      );
      folder.write('mixed.json', JSON.stringify(mixed));
      const asked = ['--signature', 'mixed.json', '--trusted-root', 'root.json', ...identity()];
      expect((await folder.assay('verify-blob', 'blob', ...asked)).exitCode).toBe(12);
      const verify = ['verify-blob', 'blob', '--bundle', 'mixed.json', ...bundled, ...identity()];
      await expect(tool('cosign', ...verify)).rejects.toThrow();
    },
  );

  it.skipIf(missingCosign !== undefined)(
    `an expired token is refused for cosign and for Assay${needs(missingCosign)}`,
    async () => {
      folder.write('expired', identityToken({ exp: Math.floor(Date.now() / 1000) - 60 }));
      const asked = ['sign-blob', 'blob', ...services(), '--identity-token', 'expired'];
      const reason = 'token is expired';
      await expect(tool('cosign', ...asked, '--yes', '--bundle', 'expired.json')).rejects.toThrow(
        reason,
      );
      const root = ['--trusted-root', 'root.json', '--bundle', 'expired.json'];
      const outcome = await folder.assay(...asked, ...root);
      expect(outcome).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining(reason) as string,
      });
      expect(existsSync(folder.path('expired.json'))).toBe(false);
    },
  );

  it.skipIf(missingCosign !== undefined)(
    `cosign and Assay ask the services in the same form${needs(missingCosign)}`,
    async () => {
      const name = await pushed('requests');
      await using older = await startSigstoreServer(mock, { fulcio: 1 });
      const urls = [
        '--fulcio-url',
        older.url,
        '--rekor-url',
        older.url,
        '--identity-token',
        'token',
      ];
      const stamp = ['--timestamp-server-url', older.timestampUrl];
      const signed = [...urls, ...stamp, `${name}@${CHILD}`];
      await tool('cosign', 'sign', '--yes', ...signed);
      const theirs = requestsOf(older);
      older.requests.length = 0;
      await folder.run('sign', ...signed, '--trusted-root', 'root.json', '--form', 'sig');
      expect(requestsOf(older)).toEqual(theirs);
      folder.write('predicate.json', '{}');
      const predicate = ['--predicate', 'predicate.json', '--type', 'https://example.com/p'];
      older.requests.length = 0;
      await tool('cosign', 'attest', '--yes', '--new-bundle-format', ...predicate, ...signed);
      const attested = requestsOf(older);
      older.requests.length = 0;
      await folder.run('sign', ...signed, '--trusted-root', 'root.json', '--form', 'bundle');
      expect(requestsOf(older)).toEqual(attested);
      expect([...theirs.keys()].sort()).toEqual([
        'POST /api/v1/log/entries',
        'POST /api/v1/signingCert',
        'POST /api/v1/timestamp',
      ]);
    },
  );
});

/** The form of the request that each service got, by its line. */
function requestsOf({ requests }: SigstoreServer): ReadonlyMap<string, unknown> {
  const posted = requests.filter(({ line }) =>
    /^POST \S+(?:entries|v1\/signingCert|timestamp)$/u.test(line),
  );
  return new Map(
    posted.map(({ line, headers, body }) => {
      const form = line.includes('timestamp')
        ? derForm(readDer(body))
        : formOf(JSON.parse(body.toString()));
      return [line, { form, type: headers['content-type'] }];
    }),
  );
}

/** Keys, kinds of values, and the short texts that name algorithms. */
function formOf(value: unknown): unknown {
  if (typeof value === 'string') return value.length < 20 ? value : 'text';
  if (typeof value !== 'object' || value === null) return typeof value;
  const there = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(there.map(([key, one]) => [key, formOf(one)]));
}

/** Tags, and the values of what is not random. */
function derForm(value: DerValue | undefined): unknown {
  if (value === undefined) return undefined;
  if (value.tag === DER_TAG.sequence) return (readDerChildren(value) ?? []).map(derForm);
  const isRandom = value.content.length >= 7 && value.tag !== DER_TAG.objectId;
  return [value.tag, isRandom ? 'random' : Buffer.from(value.content).toString('hex')];
}
