/**
 * Attestations and signatures by keys, verified by the library sigstore-go. Its own command wants a
 * log entry or a timestamp; the program of this test takes the current time instead, as the library
 * allows.
 */

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { PASSWORD, SigningTools } from '../support/signing-tools.ts';
import { listedManifests, makeImage, ociFiles } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const LIBRARIES = '/usr/share/gocode';
const SOURCE = fileURLToPath(new URL('../support/sigstore-go-key/', import.meta.url));
/** The program, which `.ci/run` builds where Debian has no package of the library. */
const BUILT = 'sigstore-go-verify-with-key';
const isPackaged = existsSync(`${LIBRARIES}/src/github.com/sigstore/sigstore-go`);
const missing = missingForInterop() ?? (isPackaged ? missingTool('go') : missingTool(BUILT));
const files = ociFiles([{ tag: '1', image: makeImage([[{ path: 'srv/data', body: 'x' }]]) }]);
const [IMAGE = ''] = listedManifests(files).map(({ digest }) => digest);
const REPOSITORY = ['--repository', 'ghcr.io/acme/app'];
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

interface Manifest {
  readonly artifactType?: string;
  readonly layers: readonly { readonly digest: string; readonly mediaType: string }[];
}

describe.skipIf(missing !== undefined)(`bundles by keys${needs(missing)}`, () => {
  let folder: CommandFolder;
  let tools: SigningTools;
  const verifier = isPackaged ? './verify-with-key' : BUILT;
  beforeAll(async () => {
    folder = new CommandFolder();
    tools = new SigningTools(folder);
    folder.env['ASSAY_KEY_PASSWORD'] = PASSWORD;
    folder.write('b.json', JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6' }));
    for (const kind of ['p256', 'ed25519', 'rsa-2048']) {
      await folder.run('key', 'generate', kind, '--kind', kind);
    }
    if (!isPackaged) return;
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: LIBRARIES, GOPROXY: 'off' };
    const cache = { HOME: folder.cwd, GOCACHE: folder.path('go-cache') };
    execFileSync('go', ['build', '-o', folder.path('verify-with-key'), '.'], {
      cwd: SOURCE,
      env: { ...env, ...cache },
    });
  }, 1_200_000);
  afterAll(() => folder[Symbol.dispose]());

  /** Makes one bundle in a layout of its own, and returns its path. */
  async function bundleBy(kind: string, ...command: readonly string[]): Promise<string> {
    const layout = `${command[0] ?? ''}-${kind}`;
    for (const [path, bytes] of files) folder.write(`${layout}/${path}`, bytes);
    const [name = '', ...args] = command;
    const form = [...REPOSITORY, '--sign-key', `${kind}.key`, '--form', 'bundle'];
    await folder.run(name, `oci:${layout}:1`, ...args, ...form);
    const index = folder.json(`${layout}/index.json`) as {
      readonly manifests: readonly { readonly digest: string; readonly artifactType?: string }[];
    };
    const listed = index.manifests.find(({ artifactType }) => artifactType === BUNDLE);
    const blob = (digest = ''): string => `${layout}/blobs/sha256/${digest.slice(7)}`;
    const { layers } = folder.json(blob(listed?.digest)) as Manifest;
    return blob(layers[0]?.digest);
  }

  it.each(['p256', 'ed25519', 'rsa-2048'])('of the kind %s are accepted', async (kind) => {
    const attestation = await bundleBy(
      ...([kind, 'attest', '--type', 'cyclonedx', '--predicate', 'b.json'] as const),
    );
    const signature = await bundleBy(kind, 'sign');
    const sha256 = IMAGE.slice('sha256:'.length);
    const verify = (key: string, digest: string, path: string): number | null =>
      tools.attempt(verifier, [`${key}.pub`, digest, path]).status;
    for (const path of [attestation, signature]) {
      expect(verify(kind, sha256, path)).toBe(0);
      expect(verify(kind === 'p256' ? 'ed25519' : 'p256', sha256, path)).toBe(1);
      expect(verify(kind, '1'.repeat(64), path)).toBe(1);
    }
    const text = readFileSync(folder.path(attestation), 'utf8');
    const { dsseEnvelope } = JSON.parse(text) as { readonly dsseEnvelope: { payload: string } };
    const changed = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('1.6', '1.5');
    folder.write(
      'changed.json',
      text.replace(dsseEnvelope.payload, Buffer.from(changed).toString('base64')),
    );
    expect(verify(kind, sha256, 'changed.json')).toBe(1);
  });
});
