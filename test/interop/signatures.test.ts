/**
 * Signatures of images, exchanged with cosign, skopeo, podman and oras through a real registry.
 * cosign verifies bundles with sigstore-go; the commands of sigstore-go itself want a log entry or
 * a timestamp, which signatures with keys have not.
 */

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { makeToken, TOKEN_TOOLS } from '../support/pkcs11-token.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { EMPTY_ROOT, PASSWORD, SigningTools, type ToolOutcome } from '../support/signing-tools.ts';
import { missingTool, needs } from '../support/tools.ts';
import { CHILD, INDEX, TWO_PLATFORMS } from '../support/two-platforms.ts';

const missing = missingForRegistry ?? missingForInterop();
const missingCosign = missing ?? missingAbility('cosign/2');
const missingOras = missingCosign ?? missingTool('oras');
const missingToken = missing ?? missingTool(...TOKEN_TOOLS);
const missingSkopeo = missing ?? missingAbility('skopeo/sigstore');
const missingPodman = missing ?? missingAbility('podman/sigstore');
const KINDS = ['p256', 'p384', 'p521', 'ed25519', 'rsa-2048'] as const;
const SIGN_TYPE = 'https://sigstore.dev/cosign/sign/v1';

const REGISTRIES = ['--registries.d', '.config/containers/registries.d'];

/** Flags with which skopeo and podman sign what they push. */
function signedBy(kind: string): readonly string[] {
  const password = ['--sign-passphrase-file', 'password'];
  return ['--sign-by-sigstore-private-key', `${kind}.key`, ...password];
}

interface Answer {
  readonly signatures: readonly { readonly form: string; readonly counts: boolean }[];
}

describe.skipIf(missing !== undefined)(`signed images${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let registry: RunningRegistry;
  let storage: Record<string, string> = {};

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
    folder.env['ASSAY_OFFLINE'] = 'false';
    registry = await startRegistry();
    folder.write('root.json', EMPTY_ROOT);
    folder.write('password', PASSWORD);
    folder.write(
      '.config/containers/registries.d/all.yaml',
      `docker:\n  ${registry.host}:\n    use-sigstore-attachments: true\n`,
    );
    storage = podmanStorage(folder.path('storage'));
    for (const kind of KINDS) {
      await folder.run('key', 'generate', kind, '--kind', kind);
      folder.write(`policy-${kind}.json`, policyOf(kind));
    }
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Only what the key signed is accepted. */
  function policyOf(kind: string): string {
    const rule = {
      type: 'sigstoreSigned',
      keyPath: folder.path(`${kind}.pub`),
      signedIdentity: { type: 'matchRepository' },
    };
    return JSON.stringify({
      default: [{ type: 'reject' }],
      transports: { docker: { [registry.host]: [rule] } },
    });
  }

  /** Arguments of skopeo that copy an image if its policy accepts it. */
  function copyBy(kind: string, reference: string): readonly string[] {
    const policy = ['--policy', `policy-${kind}.json`, ...REGISTRIES];
    return [
      ...policy,
      'copy',
      '--src-tls-verify=false',
      `docker://${reference}`,
      `dir:copy-${kind}`,
    ];
  }

  async function pushed(name: string): Promise<string> {
    await pushFiles(`${registry.host}/${name}`, ['1'], TWO_PLATFORMS);
    return `${registry.host}/${name}`;
  }

  async function formsOf(reference: string, key: string, ...more: string[]): Promise<string[]> {
    const keys = ['--verify-key', key, '-f', 'json'];
    const { stdout } = await folder.run('verify', reference, ...keys, ...more);
    const { signatures } = JSON.parse(stdout) as Answer;
    return signatures.filter(({ counts }) => counts).map(({ form }) => form);
  }

  /**
   * Signs as users do who sign again if the registry refuses: docker-registry loses a blob for a
   * moment while another signer uploads the same one, and cosign then gives up.
   */
  async function signByCosign(reference: string): Promise<void> {
    const key = ['--key', 'p256.key', '--tlog-upload=false'];
    for (let attempt = 1; ; attempt += 1) {
      try {
        await tools.meanwhile('cosign', ['sign', '--yes', ...key, reference]);
        return;
      } catch (error) {
        if (attempt === 4 || !String(error).includes('/manifests/')) throw error;
      }
    }
  }

  describe.each(KINDS)('by a key of the kind %s', (kind) => {
    it.skipIf(missingSkopeo !== undefined)(
      `Assay signs; skopeo accepts${needs(missingSkopeo)}`,
      async () => {
        const name = await pushed(`for-skopeo-${kind}`);
        const copy = copyBy(kind, `${name}:1`);
        expect(tools.attempt('skopeo', copy).status).not.toBe(0);
        await folder.run('sign', `${name}:1`, '--sign-key', `${kind}.key`);
        tools.run('skopeo', copy);
      },
    );

    it.skipIf(missingOras !== undefined)(
      `Assay signs; cosign and oras accept${needs(missingOras)}`,
      async () => {
        const name = await pushed(`ours-${kind}`);
        await folder.run('sign', `${name}:1`, '--sign-key', `${kind}.key`, '-a', 'build=7');
        const key = ['--key', `${kind}.pub`, '--insecure-ignore-tlog'];
        for (const reference of [`${name}:1`, `${name}@${INDEX}`, `${name}@${CHILD}`]) {
          tools.run('cosign', ['verify', ...key, '-a', 'build=7', reference]);
        }
        const attested = [
          '--new-bundle-format',
          '--trusted-root',
          'root.json',
          '--type',
          SIGN_TYPE,
        ];
        tools.run('cosign', ['verify-attestation', ...key, ...attested, `${name}@${CHILD}`]);
        const found = JSON.parse(
          tools.run('oras', ['discover', '--plain-http', '--format', 'json', `${name}@${CHILD}`]),
        ) as Readonly<Record<string, readonly { readonly artifactType: string }[] | undefined>>;
        // oras 1.2 calls the list `manifests`, and 1.3 `referrers`.
        const [bundle] = found['referrers'] ?? found['manifests'] ?? [];
        expect(bundle?.artifactType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
      },
    );

    it.skipIf(missingCosign !== undefined)(
      `cosign signs; Assay accepts${needs(missingCosign)}`,
      async () => {
        const name = await pushed(`theirs-${kind}`);
        const flags = ['sign', '--yes', '--key', `${kind}.key`, '--tlog-upload=false'];
        tools.run('cosign', [...flags, '-r', '-a', 'build=7', `${name}@${INDEX}`]);
        const key = `${kind}.pub`;
        expect(await formsOf(`${name}:1`, key, '--platform', 'all', '-a', 'build=7')).toEqual([
          'sig',
          'sig',
          'sig',
        ]);
        const other = KINDS.find((one) => one !== kind) ?? '';
        const refused = await folder.assay('verify', `${name}:1`, '--key', `${other}.pub`);
        expect(refused.exitCode).toBe(12);
        // A signature of each joins those that are there.
        await folder.run('sign', `${name}:1`, '--sign-key', `${other}.key`);
        tools.run('cosign', ['verify', '--key', key, '--insecure-ignore-tlog', `${name}:1`]);
        expect(await formsOf(`${name}:1`, `${kind}.pub,${other}.pub`)).toEqual([
          'sig',
          'sig',
          'bundle',
        ]);
      },
    );

    it.skipIf(missingCosign !== undefined)(
      `cosign signs in the form of OCI 1.1; Assay accepts${needs(missingCosign)}`,
      async () => {
        const name = await pushed(`oci11-${kind}`);
        const flags = ['sign', '--yes', '--key', `${kind}.key`, '--tlog-upload=false'];
        tools.run(
          'cosign',
          [...flags, '--registry-referrers-mode', 'oci-1-1', `${name}@${INDEX}`],
          {
            COSIGN_EXPERIMENTAL: '1',
          },
        );
        const forms = await formsOf(`${name}:1`, `${kind}.pub`, '--form', 'oci-1.1');
        expect(forms).toEqual(['oci-1.1']);
      },
    );

    it.skipIf(missingSkopeo !== undefined)(
      `skopeo signs; Assay accepts${needs(missingSkopeo)}`,
      async () => {
        const name = await pushed(`skopeo-${kind}`);
        tools.run('skopeo', [
          '--insecure-policy',
          ...REGISTRIES,
          'copy',
          '--src-tls-verify=false',
          '--dest-tls-verify=false',
          ...signedBy(kind),
          `docker://${name}@${CHILD}`,
          `docker://${name}:signed`,
        ]);
        expect(await formsOf(`${name}:signed`, `${kind}.pub`)).toEqual(['sig']);
      },
    );

    it.skipIf(missingPodman !== undefined)(
      `podman refuses before Assay signs and accepts after; podman signs, and Assay accepts${needs(missingPodman)}`,
      async () => {
        const name = await pushed(`podman-${kind}`);
        mkdirSync(folder.path('run'), { recursive: true });
        const podman = (command: string, ...args: readonly string[]): ToolOutcome => {
          const usual = ['--runtime', 'runc', command, '--quiet', '--tls-verify=false'];
          return tools.attempt('podman', [...usual, ...args], storage);
        };
        const policy = ['--signature-policy', folder.path(`policy-${kind}.json`)];
        const accepted = { status: 0, text: expect.anything() as string };
        const before = podman('pull', ...policy, `${name}:1`);
        expect([before.status === 0, before.text]).toEqual([
          false,
          expect.stringMatching(/signature was required|no signature/u),
        ]);
        await folder.run('sign', `${name}:1`, '--sign-key', `${kind}.key`);
        expect(podman('pull', ...policy, `${name}:1`)).toEqual(accepted);
        const push = ['--remove-signatures', ...signedBy(kind), `${name}:1`, `${name}:pushed`];
        expect(podman('push', ...push)).toEqual(accepted);
        expect(await formsOf(`${name}:pushed`, `${kind}.pub`)).toContain('sig');
      },
    );
  });

  describe.skipIf(missingToken !== undefined)(`a PKCS#11 token${needs(missingToken)}`, () => {
    const key = 'exec:./hsm-sign#release';
    let name = '';
    beforeAll(async () => {
      name = await pushed('token');
      makeToken(folder, { release: 'EC:prime256v1' });
      folder.write('hsm.pub', (await folder.run('key', 'public', key)).stdout);
      folder.write('policy-hsm.json', policyOf('hsm'));
      await folder.run('sign', `${name}:1`, '--sign-key', key);
    });

    it('signs through the program of the documentation', async () => {
      expect(await formsOf(`${name}:1`, 'hsm.pub')).toEqual(['sig', 'bundle']);
    });

    it.skipIf(missingCosign !== undefined)(`cosign accepts${needs(missingCosign)}`, () => {
      const verify = ['verify', '--key', 'hsm.pub', '--insecure-ignore-tlog'];
      for (const one of [INDEX, CHILD]) tools.run('cosign', [...verify, `${name}@${one}`]);
    });

    it.skipIf(missingSkopeo !== undefined)(`skopeo accepts${needs(missingSkopeo)}`, async () => {
      const unsigned = await pushed('no-token');
      expect(tools.attempt('skopeo', copyBy('hsm', `${unsigned}:1`)).status).not.toBe(0);
      tools.run('skopeo', copyBy('hsm', `${name}:1`));
    });
  });

  it('five signers at once keep all signatures', () => expectAllKept(false), 600_000);

  it.skipIf(missingCosign !== undefined)(
    `five signers and cosign at once keep all signatures${needs(missingCosign)}`,
    () => expectAllKept(true),
    600_000,
  );

  async function expectAllKept(withCosign: boolean): Promise<void> {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const one of names) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      folder.write(`${one}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      folder.write(`${one}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
    }
    for (let round = 0; round < 10; round += 1) {
      const name = await pushed(`parallel-${String(withCosign)}-${round}`);
      const reference = `${name}@${CHILD}`;
      await Promise.all([
        withCosign ? signByCosign(reference) : undefined,
        ...names.map((one) => folder.run('sign', reference, '--sign-key', `${one}.pem`)),
      ]);
      const forms = await formsOf(reference, names.map((one) => `${one}.pub`).join());
      expect(forms).toEqual([...Array<string>(5).fill('sig'), ...Array<string>(5).fill('bundle')]);
    }
  }
});
