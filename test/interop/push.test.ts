/**
 * `assay push` with the programs that use what it pushes, and killed at many moments: what a tag
 * leads to is complete, and the next push goes on.
 */

import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingAbility } from '../support/abilities.ts';
import { builtCommand, runBuilt, type BuiltCommand } from '../support/build.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { startFront } from '../support/registry-front.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { EMPTY_ROOT, SigningTools } from '../support/signing-tools.ts';
import { dockerArchive, makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';

const missing = missingForRegistry ?? missingForInterop();
const missingCosign = missing ?? missingAbility('cosign/2');
const missingPolicies = missing ?? missingAbility('skopeo/sigstore', 'podman/sigstore');
/** What a push reads. */
const SOURCES = [
  ['layout', 'oci:image:1'],
  ['archive', './app.tar'],
] as const;

const platforms = ['amd64', 'arm64'].map((architecture) => ({
  image: makeImage(
    [
      [{ path: 'srv/base', body: 'base' }],
      [
        { path: 'srv/architecture', body: architecture },
        {
          path: 'srv/node_modules/left/package.json',
          body: JSON.stringify({ name: 'left', version: '1.0.1' }),
        },
      ],
    ],
    { platform: { os: 'linux', architecture } },
  ),
  isPlatformListed: true,
}));
const files = ociFiles([{ tag: '1', platforms }]);
const blobs = [
  ...new Set(
    platforms.flatMap(({ image }) => [
      image.configDigest,
      ...image.layers.map(({ digest }) => digest),
    ]),
  ),
];

/** Which part of a push a request belongs to. */
function phaseOf(line: string): 'blobs' | 'manifests' | 'signature' | 'tag' | undefined {
  if (/\/manifests\/1$/u.test(line)) return line.startsWith('PUT') ? 'tag' : undefined;
  if (/sha256-|referrers/u.test(line)) return 'signature';
  if (/^PUT .*\/manifests\/sha256:/u.test(line)) return 'manifests';
  return /\/blobs\//u.test(line) ? 'blobs' : undefined;
}

describe.skipIf(missing !== undefined)(`pushed images${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  let registry: RunningRegistry;
  let command: BuiltCommand;

  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    command = await builtCommand();
    registry = await startRegistry();
    await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
    folder.env['ASSAY_OFFLINE'] = 'false';
    folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write('team.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }));
    folder.write('team.pub', publicKey.export({ type: 'spki', format: 'pem' }));
    folder.write('root.json', EMPTY_ROOT);
    for (const [name, bytes] of files) folder.write(`image/${name}`, bytes);
    const [first] = platforms;
    if (first === undefined) throw new Error('no image');
    folder.write('app.tar', writeTar(dockerArchive([{ image: first.image, tags: ['app:1'] }])));
    folder.write(
      '.config/containers/registries.d/all.yaml',
      `docker:\n  ${registry.host}:\n    use-sigstore-attachments: true\n`,
    );
    const rule = {
      type: 'sigstoreSigned',
      keyPath: folder.path('team.pub'),
      signedIdentity: { type: 'matchRepository' },
    };
    folder.write(
      'policy.json',
      JSON.stringify({
        default: [{ type: 'reject' }],
        transports: { docker: { [registry.host]: [rule] } },
      }),
    );
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    command[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  /** Pushes an image with a signature. Returns its reference with the digest. */
  async function pushSigned(source: string, target: string): Promise<string> {
    const { stdout } = await folder.run('push', source, `${target}:1`, '--sign-key', 'team.pem');
    const reference = stdout.trim();
    expect(reference).toMatch(/@sha256:[0-9a-f]{64}$/u);
    return reference;
  }

  it.skipIf(missingCosign !== undefined).each(SOURCES)(
    `cosign accepts what is pushed from a %s${needs(missingCosign)}`,
    async (name, source) => {
      const reference = await pushSigned(source, `${registry.host}/${name}`);
      const key = ['--key', 'team.pub', '--insecure-ignore-tlog'];
      tools.run('cosign', ['verify', ...key, reference]);
      const bundle = ['--new-bundle-format', '--trusted-root', 'root.json'];
      const type = ['--type', 'https://sigstore.dev/cosign/sign/v1'];
      tools.run('cosign', ['verify-attestation', ...key, ...bundle, ...type, reference]);
      for (const attested of ['cyclonedx', 'https://slsa.dev/verification_summary/v1']) {
        const image = attested === 'cyclonedx' ? imageOf(reference) : reference;
        const text = tools.run('cosign', ['verify-attestation', ...key, '--type', attested, image]);
        expect(text).toContain('application/vnd.in-toto+json');
      }
    },
  );

  it.skipIf(missingPolicies !== undefined).each(SOURCES)(
    `skopeo and podman accept what is pushed from a %s${needs(missingPolicies)}`,
    async (name, source) => {
      const target = `${registry.host}/for-policies-${name}`;
      await pushSigned(source, target);
      const registries = ['--registries.d', '.config/containers/registries.d'];
      const from = ['--src-tls-verify=false', '--remove-signatures', `docker://${target}:1`];
      const copy = ['--policy', 'policy.json', ...registries, 'copy', ...from];
      tools.run('skopeo', [...copy, `oci:copy-${name}:1`]);
      const pull = ['--runtime', 'runc', 'pull', '--quiet', '--tls-verify=false'];
      const signed = ['--signature-policy', folder.path('policy.json'), `${target}:1`];
      tools.run('podman', [...pull, ...signed], podmanStorage(folder.path('storage')));
    },
  );

  /**
   * The first child of an index, to which the bill of materials is attached; else the image itself.
   */
  function imageOf(reference: string): string {
    const raw = ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`];
    const { manifests } = JSON.parse(tools.run('skopeo', raw)) as {
      readonly manifests?: readonly { readonly digest: string }[];
    };
    const [child] = manifests ?? [];
    return child === undefined ? reference : `${reference.split('@')[0] ?? ''}@${child.digest}`;
  }

  it('pushes an image from the storage of podman', async () => {
    const storage = podmanStorage(folder.path('other-storage'));
    tools.run(
      'skopeo',
      ['--insecure-policy', 'copy', 'oci:image:1', 'containers-storage:app:1'],
      storage,
    );
    folder.env['CONTAINERS_STORAGE_CONF'] = storage['CONTAINERS_STORAGE_CONF'] ?? '';
    const target = `${registry.host}/stored:1`;
    await folder.run('push', 'containers-storage:app:1', target);
    tools.run('skopeo', ['inspect', '--tls-verify=false', `docker://${target}`]);
  });

  /**
   * Runs a push as a process. It is killed at a request, so many milliseconds after the request has
   * arrived.
   */
  async function push(
    name: string,
    kill?: { readonly at: number; readonly afterMs: number },
  ): Promise<{
    readonly exitCode: number | null;
    readonly requests: readonly string[];
    /** The digests of the blobs that were sent. */
    readonly sent: readonly string[];
  }> {
    using front = await startFront(registry.host);
    const sent: string[] = [];
    let child: ChildProcess | undefined;
    front.answers.push(({ method }, _, { searchParams }) => {
      const digest = searchParams.get('digest');
      if (method === 'PUT' && digest !== null) sent.push(digest);
      if (kill === undefined || front.requests.length !== kill.at) return false;
      setTimeout(() => child?.kill('SIGKILL'), kill.afterMs);
      return false;
    });
    const args = ['push', 'oci:image:1', `${front.host}/${name}:1`, '--sign-key', 'team.pem'];
    const { exitCode } = await runBuilt(command, args, {
      cwd: folder.cwd,
      env: {
        HOME: folder.cwd,
        ASSAY_AS_OF: '2025-06-01',
        ASSAY_CACHE_DIR: folder.path('.cache'),
        ASSAY_SKIP_DB_UPDATE: 'true',
      },
      onStart: (started) => (child = started),
    });
    return { exitCode, requests: [...front.requests], sent };
  }

  async function has(path: string): Promise<boolean> {
    const accept =
      'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json';
    const { status } = await fetch(`http://${registry.host}/v2/${path}`, {
      method: 'HEAD',
      headers: { accept },
    });
    return status === 200;
  }

  it('is killed at twenty moments: a tag leads to a complete image, and the next push goes on', async () => {
    const whole = await push('whole');
    expect(whole.exitCode).toBe(0);
    const counts = { blobs: 0, manifests: 0, signature: 0, tag: 0 };
    const seen: Record<string, number> = {};
    for (const [phase, wanted] of Object.entries({
      blobs: 8,
      manifests: 4,
      signature: 5,
      tag: 4,
    })) {
      const places = [...whole.requests.entries()].filter(([, line]) => phaseOf(line) === phase);
      expect(places.length).toBeGreaterThan(0);
      for (let round = 0; round < wanted; round += 1) {
        const [at] = places[Math.floor((round * places.length) / wanted)] ?? [0];
        const name = `killed-${phase}-${round}`;
        // Three of each phase are killed at once, so that none of them ends before.
        const afterMs = round < 3 ? 0 : Math.floor(Math.random() * 30);
        const killed = await push(name, { at: at + 1, afterMs });
        if (killed.exitCode === null) counts[phase as keyof typeof counts] += 1;
        const isTagged = await has(`${name}/manifests/1`);
        seen[String(isTagged)] = (seen[String(isTagged)] ?? 0) + 1;
        if (isTagged) {
          const verified = ['verify', `${registry.host}/${name}:1`, '--verify-key', 'team.pub'];
          // The signatures name the host of the front.
          await folder.run(...verified, '--platform', 'all', '--any-repository');
        }
        const there = new Set<string>();
        for (const digest of blobs) if (await has(`${name}/blobs/${digest}`)) there.add(digest);
        if (isTagged) expect(there.size).toBe(blobs.length);
        // What arrives at the front: the registry logs a request of the killed process late.
        const finished = await push(name);
        expect(finished.exitCode).toBe(0);
        expect(finished.sent.filter((digest) => there.has(digest))).toEqual([]);
        expect(await has(`${name}/manifests/1`)).toBe(true);
      }
    }
    expect(Object.values(counts).every((count) => count >= 3)).toBe(true);
    console.info(`killed: ${JSON.stringify(counts)}, tagged when killed: ${JSON.stringify(seen)}`);
  }, 900_000);
});
