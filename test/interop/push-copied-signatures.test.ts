/**
 * `assay push --with-signatures` to a real registry: what belongs to the image at its source comes
 * along, byte for byte.
 */

import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { digestOf, makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';
import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';

const platforms = ['amd64', 'arm64'].map((architecture) => ({
  image: makeImage(
    [
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
const index = JSON.parse(files.get('index.json')?.toString() ?? '') as {
  readonly manifests: readonly [{ readonly digest: string; readonly size: number }];
};
const [ROOT] = index.manifests;
const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
/** The index and both platforms. */
const MANIFESTS = 3;
const SIGN = ['--sign-key', 'team.pem'];

const missing = missingForRegistry ?? missingForInterop();

describe.skipIf(missing !== undefined)(`pushing with signatures${needs(missing)}`, () => {
  let folder: CommandFolder;
  let registry: RunningRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    folder = new CommandFolder();
    await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
    folder.env['ASSAY_OFFLINE'] = 'false';
    folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
    for (const name of ['team', 'other']) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
      folder.write(`${name}.pub`, publicKey.export({ type: 'spki', format: 'pem' }));
    }
    for (const name of ['plain', 'signed']) {
      for (const [path, bytes] of files) folder.write(`${name}/${path}`, bytes);
    }
    folder.write('note.json', '{"note":1}');
    await folder.run('push', 'oci:plain:1', `${registry.host}/source:1`);
    for (const place of [`${registry.host}/source:1`, 'oci:signed:1']) {
      const named = place.startsWith('oci:') ? ['--repository', 'ghcr.io/acme/app'] : [];
      const attested = ['--type', 'https://acme.example/note', '--predicate', 'note.json'];
      await folder.run('sign', place, ...SIGN, ...named);
      await folder.run('attest', place, ...attested, ...SIGN, ...named);
    }
  });
  afterAll(async () => {
    folder[Symbol.dispose]();
    await registry[Symbol.asyncDispose]();
  });

  function push(source: string, name: string, ...more: readonly string[]): Promise<Outcome> {
    const from = source.startsWith('oci:') ? [] : ['--image-src', 'remote'];
    return folder.assay('push', source, `${registry.host}/${name}`, ...from, ...more);
  }
  async function counting(name: string, key: string): Promise<readonly string[]> {
    const asked = ['--any-repository', '--platform', 'all', '--verify-key', key, '-f', 'json'];
    const { stdout } = await folder.assay('verify', `${registry.host}/${name}`, ...asked);
    const { signatures } = JSON.parse(stdout) as {
      readonly signatures: readonly { readonly form: string; readonly counts: boolean }[];
    };
    return signatures.filter(({ counts }) => counts).map(({ form }) => form);
  }
  async function bytesOf(name: string): Promise<string> {
    const accept = `${OCI_MANIFEST}, ${OCI_INDEX}`;
    const answer = await fetch(`http://${registry.host}/v2/${name}`, { headers: { accept } });
    return answer.ok ? answer.text() : `status ${answer.status}`;
  }
  const tagOf = (end: string): string => `${ROOT.digest.replace(':', '-')}.${end}`;
  const expected = Array.from({ length: MANIFESTS }, () => ['sig', 'bundle']).flat();

  it('copies from a registry, the tags byte for byte', async () => {
    const { exitCode, stderr } = await push(
      `${registry.host}/source:1`,
      'from-registry:1',
      '--with-signatures',
    );
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('manifests with signatures')]);
    expect(await counting('from-registry:1', 'team.pub')).toEqual(expected);
    for (const end of ['sig', 'att']) {
      const copied = await bytesOf(`from-registry/manifests/${tagOf(end)}`);
      expect(copied).toBe(await bytesOf(`source/manifests/${tagOf(end)}`));
      expect(copied).toContain('schemaVersion');
    }
  });

  it('copies from an OCI layout', async () => {
    const { exitCode } = await push('oci:signed:1', 'from-layout:1', '--with-signatures');
    expect(exitCode).toBe(0);
    expect(await counting('from-layout:1', 'team.pub')).toEqual(expected);
    expect(await bytesOf(`from-layout/manifests/${tagOf('att')}`)).toContain('acme.example/note');
  });

  it('keeps signatures that the target has, and those that the push makes', async () => {
    await push('oci:plain:1', 'merged:1', '--sign-key', 'other.pem');
    for (const tag of ['2', '3']) {
      const { exitCode } = await push('oci:signed:1', `merged:${tag}`, '--with-signatures');
      expect(exitCode).toBe(0);
    }
    for (const key of ['team.pub', 'other.pub']) {
      expect(await counting('merged:3', key)).toEqual(expected);
    }
    await push('oci:signed:1', 'both:1', '--with-signatures', '--sign-key', 'other.pem');
    for (const key of ['team.pub', 'other.pub']) {
      expect(await counting('both:1', key)).toEqual(expected);
    }
  });

  it('copies nothing without the flag', async () => {
    await push('oci:signed:1', 'without:1');
    expect(await bytesOf(`without/manifests/${tagOf('sig')}`)).toBe('status 404');
  });

  it('has nothing to copy of an image that has no signatures', async () => {
    const { exitCode, stderr } = await push('oci:plain:1', 'nothing:1', '--with-signatures');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('0 manifests with')]);
  });

  it('sends nothing from an archive, which has no place for signatures', async () => {
    folder.write('signed.tar', writeTar([...files].map(([path, body]) => ({ path, body }))));
    const { length } = registry.requests();
    const { exitCode, stdout, stderr } = await folder.assay(
      ...['push', './signed.tar', `${registry.host}/archive:1`, '--with-signatures'],
    );
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('"./signed.tar" has no place for signatures');
    const asked = registry.requests().slice(length);
    expect(asked.filter((line) => !/^(?:GET|HEAD) /u.test(line))).toEqual([]);
  });

  it('sends nothing if a referrer holds a file system', async () => {
    const [{ image }] = platforms as [(typeof platforms)[number]];
    const [layer] = image.layers;
    const blob = layer?.blob ?? Buffer.alloc(0);
    const manifest = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType: 'a/b' },
        config: { mediaType: 'a/b', digest: digestOf(blob), size: blob.length },
        layers: [{ mediaType: 'a/b', digest: digestOf(blob), size: blob.length }],
        subject: { mediaType: OCI_INDEX, digest: ROOT.digest, size: ROOT.size },
      }),
    );
    const entry = { mediaType: OCI_MANIFEST, digest: digestOf(manifest), size: manifest.length };
    for (const [path, bytes] of files) folder.write(`hiding/${path}`, bytes);
    folder.write(`hiding/blobs/sha256/${entry.digest.slice(7)}`, manifest);
    const listed = {
      schemaVersion: 2,
      manifests: [...index.manifests, { ...entry, artifactType: 'a/b' }],
    };
    folder.write('hiding/index.json', JSON.stringify(listed));
    const { length } = registry.requests();
    const { exitCode, stderr } = await push('oci:hiding:1', 'hiding:1', '--with-signatures');
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining(`${entry.digest} holds a file system that was not scanned`),
    ]);
    const asked = registry.requests().slice(length);
    expect(asked.filter((line) => !/^(?:GET|HEAD) /u.test(line))).toEqual([]);
  });
});
