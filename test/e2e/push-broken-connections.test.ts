/**
 * `assay push` to docker-registry 2.8 over connections that break within a layer. That registry
 * answers 404 for such an upload, so the one layer is sent again from its start.
 */

import { randomBytes } from 'node:crypto';
import { request as ask } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { startFront, type RegistryFront } from '../support/registry-front.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const MIB = 1024 * 1024;
/** Larger than 8 MiB, so that it is sent as a stream. */
const IMAGE = makeImage(
  [
    [{ path: 'srv/data', body: randomBytes(12 * MIB) }],
    [
      {
        path: 'srv/node_modules/left/package.json',
        body: JSON.stringify({ name: 'left', version: '1.0.1' }),
      },
    ],
  ],
  { forms: ['plain'] },
);
const CUT_AT = 5 * MIB;

interface Uploads {
  /** Bytes of bodies that arrived. */
  sentBytes: number;
  /**
   * Requests about uploads that were opened, with the status of the answer; 0: the connection was
   * broken.
   */
  readonly steps: string[];
}

/**
 * Breaks the connection of large bodies, as often as `cuts` says. What arrived before is passed on.
 */
function breakConnections(front: RegistryFront, registry: string, cuts: number): Uploads {
  const uploads: Uploads = { sentBytes: 0, steps: [] };
  let left = cuts;
  front.answers.push((request, response, url) => {
    const { method = '', headers } = request;
    if (!url.pathname.includes('/blobs/uploads/')) return false;
    request.on('data', (piece: Buffer) => (uploads.sentBytes += piece.length));
    response.on('close', () => {
      const status = response.writableFinished ? response.statusCode : 0;
      uploads.steps.push(`${method} ${status}`);
    });
    const isStream = method === 'PATCH' && headers['content-length'] === undefined;
    if (!isStream || left === 0) return false;
    left -= 1;
    let passedBytes = 0;
    const passed = ask(`http://${registry}${request.url ?? ''}`, { method, headers });
    passed.on('error', () => undefined);
    request.on('data', (piece: Buffer) => {
      passed.write(piece);
      passedBytes += piece.length;
      if (passedBytes < CUT_AT) return;
      passed.destroy();
      request.socket.destroy();
    });
    return true;
  });
  return uploads;
}

describe.skipIf(missingForRegistry !== undefined)(
  `a push whose connection breaks${needs(missingForRegistry)}`,
  () => {
    let folder: CommandFolder;
    let registry: RunningRegistry;
    beforeAll(async () => {
      folder = new CommandFolder();
      registry = await startRegistry();
      await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
      folder.env['ASSAY_OFFLINE'] = 'false';
      folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
      for (const [name, bytes] of ociFiles([{ image: IMAGE, tag: '1' }])) {
        folder.write(`image/${name}`, bytes);
      }
    });
    afterAll(async () => {
      await registry[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    });

    it.each([1, 2, 3])('sends that layer again, after %i breaks', async (cuts) => {
      // Of its own, because a registry keeps a blob once for all its repositories.
      await using empty = await startRegistry();
      using front = await startFront(empty.host);
      const uploads = breakConnections(front, empty.host, cuts);
      const { exitCode, stderr } = await folder.assay('push', 'oci:image:1', `${front.host}/app:1`);
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('3 blobs uploaded')]);
      const count = (step: string): number => uploads.steps.filter((one) => one === step).length;
      expect(count('PATCH 0')).toBe(cuts);
      // Each break: the registry has forgotten the upload.
      expect(count('GET 404')).toBe(cuts);
      expect(count('POST 202')).toBe(3 + cuts);
      expect(uploads.sentBytes).toBeGreaterThan(12 * MIB + cuts * CUT_AT);
      expect(uploads.sentBytes).toBeLessThan(13 * MIB + cuts * (CUT_AT + MIB));
    });

    it('ends with exit code 3 and without a tag if each connection breaks', async () => {
      using front = await startFront(registry.host);
      const uploads = breakConnections(front, registry.host, Infinity);
      const outcome = await folder.assay('push', 'oci:image:1', `${front.host}/broken:1`);
      expect([outcome.exitCode, outcome.stdout]).toEqual([3, '']);
      expect(outcome.stderr).toContain(
        'The tag "1" was not written. The registry has 2 of 3 blobs',
      );
      expect(uploads.steps.filter((step) => step === 'PATCH 0')).toHaveLength(4);
      const tag = await fetch(`http://${registry.host}/v2/broken/manifests/1`);
      expect(tag.status).toBe(404);
    });
  },
);
