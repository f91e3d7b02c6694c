/**
 * What external programs must be able to do for a test. Releases of a program differ, so a test that
 * needs more than the oldest supported release has names an ability. Each is probed once in a run:
 * the answer is stored in the directory of the run, where all test processes read it.
 */

import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { podmanStorage } from './daemons.ts';
import { RUN_DIRECTORY_VARIABLE } from './made-once.ts';
import { digestOf, makeImage, ociFiles, writeFiles } from './stored-images.ts';
import { missingTool } from './tools.ts';

/** A row of {@link ABILITIES}. */
export interface Ability {
  /** A noun phrase that completes "needs …". The title of a skipped test contains it. */
  readonly words: string;
  /** Commands that the probe and the tests start. If one is missing, the ability is not probed. */
  readonly tools: readonly string[];
  /** What to install for it, for the closing lines of a run. */
  readonly install: string;
  /** Returns whether the ability is there. It may write into `folder`, which is empty. */
  readonly probe: (folder: string) => boolean;
}

/** A probe that hangs is an ability that is missing. */
const PROBE_TIMEOUT_MS = 60_000;

/** Abilities by id. Tests name them by {@link missingAbility}. */
export const ABILITIES = {
  'buildah/here-documents': {
    words: 'buildah that knows here-documents',
    tools: ['buildah'],
    install: 'buildah 1.33 or newer (Debian 13)',
    probe: (folder) => builds(folder, 'FROM scratch\nCOPY <<EOF /text\ntext\nEOF\n'),
  },
  'buildah/patterns': {
    words: 'buildah that expands variables by patterns',
    tools: ['buildah'],
    install: 'buildah 1.37 or newer (Debian 13)',
    probe: (folder) => builds(folder, 'FROM scratch\nARG A=ab\nLABEL a=${A#a}\n'),
  },
  'cosign/2': {
    words: 'cosign 2',
    tools: ['cosign'],
    install: 'a package of Debian 13; `.ci/run` builds it on others',
    // Version 3 signs in the newer form unless a flag forbids it.
    probe: () => !isCosign3('cosign'),
  },
  'cosign/3': {
    words: 'cosign 3 as cosign3',
    tools: ['cosign3'],
    install: '`.ci/run` builds it',
    probe: () => isCosign3('cosign3'),
  },
  'gitsign/verify-tag': {
    words: 'gitsign that verifies tags',
    tools: ['gitsign'],
    install: 'gitsign 0.13 or newer (Debian 13)',
    probe: () => /^\s+verify-tag\s/mu.test(outputOf('gitsign', ['--help'])),
  },
  'podman/vfs': {
    words: 'podman with the storage driver vfs',
    tools: ['podman'],
    install: 'a machine or container on which "podman info" works',
    probe: (folder) => succeeds('podman', ['info'], podmanStorage(folder)),
  },
  'python3/wcwidth': {
    words: 'the Python package wcwidth',
    tools: ['python3'],
    install: 'pip install wcwidth',
    probe: () => succeeds('python3', ['-c', 'import wcwidth']),
  },
  'python3/wcwidth-0.7': {
    words: 'the Python package wcwidth 0.7',
    tools: ['python3'],
    install: 'pip install wcwidth==0.7.0',
    probe: () =>
      outputOf('python3', ['-c', 'import wcwidth; print(wcwidth.__version__)']).startsWith('0.7.'),
  },
  'podman/sigstore': {
    words: 'podman that knows signatures of sigstore',
    tools: ['podman', 'runc'],
    install: 'podman of Debian 13; Debian 12 builds it without them',
    probe: (folder) => {
      const options = ['--quiet', '--signature-policy', path.join(folder, 'policy.json')];
      const args = ['--runtime', 'runc', 'pull', ...options, 'dir:image'];
      return acceptsSigstore('podman', args, folder);
    },
  },
  'rpm/ndb': {
    words: 'rpm that writes databases of the kind "ndb"',
    tools: ['rpm'],
    install: 'rpm 4.19 or newer (Debian 13)',
    probe: (folder) =>
      succeeds('rpm', ['--root', folder, '--define', '_db_backend ndb', '--initdb']) &&
      // Without the backend, rpm warns and makes a database of another kind.
      ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'root/.rpmdb'].some((place) =>
        existsSync(path.join(folder, place, 'Packages.db')),
      ),
  },
  'skopeo/oci-place': {
    words: 'skopeo that finds an image by its place in a layout (oci:DIRECTORY:@0)',
    tools: ['skopeo'],
    install: 'skopeo 1.14 or newer (Debian 13)',
    probe: (folder) => succeeds('skopeo', ['inspect', '--raw', `oci:${probeLayout(folder)}:@0`]),
  },
  'skopeo/sigstore': {
    words: 'skopeo that knows signatures of sigstore',
    tools: ['skopeo'],
    install: 'skopeo of Debian 13; Debian 12 builds it without them',
    probe: (folder) => {
      const args = [
        '--policy',
        'policy.json',
        'copy',
        '--remove-signatures',
        'dir:image',
        'dir:copy',
      ];
      return acceptsSigstore('skopeo', args, folder);
    },
  },
  'skopeo/sigstore-keys': {
    words: 'skopeo that makes keys of sigstore',
    tools: ['skopeo'],
    install: 'skopeo 1.11 or newer (Debian 13)',
    probe: () => /--output-prefix/u.test(outputOf('skopeo', ['generate-sigstore-key', '--help'])),
  },
  'skopeo/zstd-chunked': {
    words: 'skopeo that writes layers as zstd:chunked',
    tools: ['skopeo'],
    install: 'skopeo 1.14 or newer (Debian 13)',
    probe: (folder) => {
      const to = path.join(folder, 'copy');
      const from = `oci:${probeLayout(folder)}:1`;
      const how = ['--insecure-policy', '--dest-compress', '--dest-compress-format=zstd:chunked'];
      if (!succeeds('skopeo', ['copy', '--quiet', ...how, from, `dir:${to}`])) return false;
      return readFileSync(path.join(to, 'manifest.json'), 'utf8').includes(
        'io.github.containers.zstd-chunked',
      );
    },
  },
  'strace/traces': {
    words: 'strace that may trace',
    tools: ['strace'],
    install: 'a machine or container that allows ptrace',
    probe: () => succeeds('strace', ['-o', '/dev/null', '-e', 'trace=network', 'true']),
  },
  'tar/gnu': {
    words: 'GNU tar',
    tools: ['tar'],
    install: 'apt install tar',
    probe: () => outputOf('tar', ['--version']).includes('GNU tar'),
  },
} satisfies Readonly<Record<string, Ability>>;

export type AbilityId = keyof typeof ABILITIES;

const answers = new Map<AbilityId, boolean>();

/**
 * Returns the first reason why abilities are missing: a command that is not installed, or the words
 * of an ability. `undefined` if all are there.
 */
export function missingAbility(...ids: readonly AbilityId[]): string | undefined {
  for (const id of ids) {
    const { tools, words } = ABILITIES[id];
    const missing = missingTool(...tools);
    if (missing !== undefined) return missing;
    if (!hasAbility(id)) return words;
  }
  return undefined;
}

function hasAbility(id: AbilityId): boolean {
  const known = answers.get(id) ?? storedAnswer(id);
  if (known !== undefined) return known;
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-probe-'));
  try {
    const answer = ABILITIES[id].probe(folder);
    answers.set(id, answer);
    store(id, answer);
    return answer;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The file of an answer. Without a run, as in watch mode, each process probes for itself. */
function fileOf(id: AbilityId): string | undefined {
  const run = process.env[RUN_DIRECTORY_VARIABLE];
  return run === undefined ? undefined : path.join(run, `ability-${id.replace('/', '-')}`);
}

function storedAnswer(id: AbilityId): boolean | undefined {
  const file = fileOf(id);
  if (file === undefined || !existsSync(file)) return undefined;
  const answer = readFileSync(file, 'utf8') === 'yes';
  answers.set(id, answer);
  return answer;
}

function store(id: AbilityId, answer: boolean): void {
  const file = fileOf(id);
  if (file === undefined) return;
  const written = `${file}.${process.pid}`;
  writeFileSync(written, answer ? 'yes' : 'no');
  renameSync(written, file);
}

/** Returns what a command prints on both streams. */
function outputOf(command: string, args: readonly string[]): string {
  const options = { encoding: 'utf8', timeout: PROBE_TIMEOUT_MS } as const;
  const { stdout, stderr } = spawnSync(command, args, options);
  return `${stdout}${stderr}`;
}

function succeeds(
  command: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): boolean {
  const env = { ...process.env, ...variables };
  return spawnSync(command, args, { env, timeout: PROBE_TIMEOUT_MS, stdio: 'ignore' }).status === 0;
}

function isCosign3(command: string): boolean {
  return /--use-signing-config=true/u.test(outputOf(command, ['sign', '--help']));
}

/** Repository that the signature of the probe names. */
const PROBE_REPOSITORY = 'probe.example/image';

/**
 * Returns whether a program accepts an image with a signature of sigstore in the form of cosign,
 * which its policy requires. `args` read the image from `dir:image` and the policy from
 * `policy.json`. Debian 12 builds programs that know the policy and refuse every such signature.
 */
function acceptsSigstore(command: string, args: readonly string[], folder: string): boolean {
  const image = makeImage([[{ path: 'a', body: 'a' }]]);
  const [layer] = image.layers;
  if (layer === undefined) return false;
  const descriptor = (mediaType: string, digest: string, bytes: Uint8Array): object => ({
    mediaType,
    digest,
    size: bytes.length,
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: descriptor(
      'application/vnd.oci.image.config.v1+json',
      image.configDigest,
      image.config,
    ),
    layers: [descriptor(layer.mediaType, layer.digest, layer.blob)],
  });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const payload = Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': PROBE_REPOSITORY },
        image: { 'docker-manifest-digest': digestOf(Buffer.from(manifest)) },
        type: 'cosign container image signature',
      },
      optional: {},
    }),
  );
  const signature = sign('sha256', payload, privateKey).toString('base64');
  const stored = JSON.stringify({
    mimeType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    payload: payload.toString('base64'),
    annotations: { 'dev.cosignproject.cosign/signature': signature },
  });
  const keyPath = path.join(folder, 'key.pub');
  const signedIdentity = { type: 'exactRepository', dockerRepository: PROBE_REPOSITORY };
  const policy = { default: [{ type: 'sigstoreSigned', keyPath, signedIdentity }] };
  writeFiles(
    folder,
    new Map([
      ['image/version', Buffer.from('Directory Transport Version: 1.1\n')],
      ['image/manifest.json', Buffer.from(manifest)],
      [`image/${image.configDigest.slice('sha256:'.length)}`, Buffer.from(image.config)],
      [`image/${layer.digest.slice('sha256:'.length)}`, Buffer.from(layer.blob)],
      ['image/signature-1', Buffer.from(`\0sigstore-json\n${stored}`)],
      ['key.pub', Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))],
      ['policy.json', Buffer.from(JSON.stringify(policy))],
    ]),
  );
  const env = { ...process.env, ...podmanStorage(path.join(folder, 'storage')) };
  const options = { cwd: folder, env, timeout: PROBE_TIMEOUT_MS, stdio: 'ignore' } as const;
  return spawnSync(command, args, options).status === 0;
}

/** Returns whether buildah builds a Dockerfile. */
function builds(folder: string, text: string): boolean {
  writeFileSync(path.join(folder, 'Dockerfile'), text);
  const env = { ...process.env, ...podmanStorage(path.join(folder, 'storage')) };
  const args = ['build', '--quiet', '--isolation=chroot', folder];
  const options = { env, timeout: PROBE_TIMEOUT_MS, stdio: 'ignore' } as const;
  return spawnSync('buildah', args, options).status === 0;
}

/** Writes a layout with one small image, which is called `1`, and returns its directory. */
function probeLayout(folder: string): string {
  const layout = path.join(folder, 'layout');
  const image = makeImage([[{ path: 'a', body: 'a'.repeat(1000) }]]);
  writeFiles(layout, ociFiles([{ image, tag: '1' }]));
  return layout;
}
