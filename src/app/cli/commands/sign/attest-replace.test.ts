/**
 * `assay attest --replace` and bundles: where a registry deletes manifests, where it has no list of
 * referrers, and where it refuses.
 */

import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../../../test/support/registry-server.ts';
import { takeUploads } from '../../../../../test/support/registry-uploads.ts';
import { CHILD, ONE_PLATFORM } from '../../../../../test/support/two-platforms.ts';
import { quietContext } from '../../../../core/base/context.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';
import { sha256Of } from '../../../../formats/crypto/digest/digest-check.ts';
import { createRegistryClient } from '../../../../clients/oci/index.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';

const TYPES = { note: 'https://acme.example/note', other: 'https://acme.example/other' };

let folder: CommandFolder;
let registry: ScriptedRegistry;
beforeEach(async () => {
  folder = new CommandFolder();
  folder.env['ASSAY_OFFLINE'] = '';
  for (const name of ['a', 'b']) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    folder.write(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  for (const [path, bytes] of ONE_PLATFORM) folder.write(`images/${path}`, bytes);
  registry = await scriptedRegistry();
  storeLayout(registry, 'acme/app', ONE_PLATFORM);
});
afterEach(() => {
  registry[Symbol.dispose]();
  folder[Symbol.dispose]();
});

/** Answers requests to delete a manifest, and deletes it if the status says so. */
function answerDeletions(status: number): void {
  registry.answers.push((request, response, url) => {
    if (request.method !== 'DELETE') return false;
    if (status === 202) registry.stored.delete(url.pathname.replace('/v2/', ''));
    response.writeHead(status).end();
    return true;
  });
}

let count = 0;
function attest(place: string, type: string, ...more: readonly string[]): Promise<Outcome> {
  count += 1;
  folder.write('note.json', JSON.stringify({ count }));
  const document = ['--type', type, '--predicate', 'note.json', '--form', 'bundle'];
  const named = place.startsWith('oci:') ? ['--repository', 'ghcr.io/acme/app'] : [];
  const key = more.includes('b.pem') ? [] : ['--sign-key', 'a.pem'];
  return folder.assay('attest', place, ...document, ...named, ...key, ...more);
}

/**
 * Attests twice with one key, once with another key and once of another type, and then replaces.
 */
async function replace(place: string): Promise<Outcome> {
  for (const more of [[], [], ['--sign-key', 'b.pem']]) await attest(place, TYPES.note, ...more);
  await attest(place, TYPES.other);
  return attest(place, TYPES.note, '--replace');
}

describe('attest --replace and bundles', () => {
  const place = (): string => `${registry.host}/acme/app:1`;
  async function referrerCount(): Promise<number> {
    const client = createRegistryClient({}, quietContext({ fetch: globalThis.fetch }));
    const repository = await client.repository({ domain: registry.host, path: 'acme/app' });
    return (await repository.referrers(CHILD as Digest)).length;
  }
  const deletions = (): number => registry.requests.filter((one) => /^DELETE/u.test(one)).length;

  it('removes those of the same type and key from a registry that deletes', async () => {
    takeUploads(registry, { hasReferrers: true });
    answerDeletions(202);
    const { exitCode, stderr } = await replace(place());
    expect([exitCode, stderr, await referrerCount(), deletions()]).toEqual([0, '', 3, 2]);
  });

  it('rewrites the list of referrers where the registry keeps none', async () => {
    takeUploads(registry, { hasReferrers: false });
    answerDeletions(405);
    const { exitCode, stderr } = await replace(place());
    expect([exitCode, stderr, await referrerCount(), deletions()]).toEqual([0, '', 3, 0]);
  });

  it('removes them from an OCI layout', async () => {
    const { exitCode, stderr } = await replace('oci:images:1');
    const repository = new LayoutRepository(folder.path('images'));
    const { length } = await repository.referrers(CHILD as Digest);
    expect([exitCode, stderr, length]).toEqual([0, '', 3]);
    expect(await repository.images()).toEqual(['1']);
  });

  it.each([
    ['does not delete', 405, /the registry does not delete manifests/],
    ['does not know how', 400, /the registry does not delete manifests/],
    ['denies it', 403, /403|denied/iu],
    ['says so and keeps them', 204, /still lists the deleted bundle/],
  ])('ends with 3 if the registry %s, and keeps all', async (_, status, message) => {
    takeUploads(registry, { hasReferrers: true });
    answerDeletions(status);
    const { exitCode, stderr } = await replace(place());
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(message)]);
    expect(stderr).toContain('The new attestation is stored, and the newest decides');
    expect(await referrerCount()).toBe(5);
  });

  const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
  const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const EMPTY = `sha256:${'0'.repeat(64)}`;
  const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: EMPTY, size: 2 };
  const bundleOf = (size: number): object => ({
    ...{ schemaVersion: 2, mediaType: MANIFEST, config },
    layers: [{ mediaType: BUNDLE, digest: EMPTY, size }],
  });
  it.each<[string, string, object, string?]>([
    [
      'an artifact manifest of older registries',
      'application/vnd.oci.artifact.manifest.v1+json',
      { mediaType: 'application/vnd.oci.artifact.manifest.v1+json', blobs: [] },
    ],
    ['a manifest of schema 1', MANIFEST, { schemaVersion: 1, fsLayers: [] }],
    ['a manifest that is an index too', MANIFEST, { ...bundleOf(2), manifests: [] }],
    ['a manifest without layers', MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config }],
    ['a bundle that is not there', MANIFEST, bundleOf(2)],
    ['a bundle with other bytes than its digest', MANIFEST, bundleOf(2), '{}'],
    ['a bundle that is too large', MANIFEST, bundleOf(2 ** 40), '{}'],
  ])('keeps %s, and replaces its own', async (_, mediaType, manifest, blob) => {
    takeUploads(registry, { hasReferrers: true });
    answerDeletions(202);
    const subject = { mediaType: MANIFEST, digest: CHILD, size: 1 };
    const bytes = Buffer.from(JSON.stringify({ ...manifest, subject }));
    registry.stored.set(`acme/app/manifests/${sha256Of(bytes)}`, { bytes, mediaType });
    if (blob !== undefined) {
      registry.stored.set(`acme/app/blobs/${EMPTY}`, { bytes: Buffer.from(blob), mediaType: '' });
    }
    await attest(place(), TYPES.note);
    const { exitCode, stderr } = await attest(place(), TYPES.note, '--replace');
    expect([exitCode, stderr, await referrerCount(), deletions()]).toEqual([0, '', 2, 1]);
  });

  it('deletes nothing that another signer made, or that is not there', async () => {
    takeUploads(registry, { hasReferrers: true });
    answerDeletions(405);
    await attest(place(), TYPES.note, '--sign-key', 'b.pem');
    expect((await attest(place(), TYPES.note, '--replace')).exitCode).toBe(0);
    expect([await referrerCount(), deletions()]).toEqual([2, 0]);
  });
});
