/**
 * `assay push` from a registry that answers the push with other content than the scan: nothing that
 * was not judged gets a tag.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../support/command-folder.ts';
import { missingForInterop } from '../support/interop.ts';
import { leftImage, rootOf } from '../support/push-images.ts';
import { startFront } from '../support/registry-front.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { ociFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';

const GOOD = leftImage('1.0.1');
const BAD = leftImage('1.0.0');
const FILES = ociFiles([{ image: GOOD, tag: '1' }]);
const missing = missingForRegistry ?? missingForInterop();

describe.skipIf(missing !== undefined)(
  `pushing from a registry that changes${needs(missing)}`,
  () => {
    let folder: CommandFolder;
    let source: RunningRegistry;
    let target: RunningRegistry;
    beforeAll(async () => {
      folder = new CommandFolder();
      await folder.load({ id: 'GHSA-left', name: 'left', fixed: '1.0.1', severity: 'CRITICAL' });
      folder.env['ASSAY_OFFLINE'] = 'false';
      folder.env['ASSAY_SKIP_DB_UPDATE'] = 'true';
      [source, target] = await Promise.all([startRegistry(), startRegistry()]);
      await pushFiles(`${source.host}/app`, ['1'], FILES);
      // Later scans know the layers, so that a push downloads them. A layer that is scanned is not
      // downloaded again.
      const known = ['push', `${source.host}/app:1`, `${target.host}/known:1`];
      await folder.run(...known, '--image-src', 'remote');
      await pushFiles(`${source.host}/bad`, ['1'], ociFiles([{ image: BAD, tag: '1' }]));
    });
    afterAll(async () => {
      folder[Symbol.dispose]();
      await Promise.all([source[Symbol.asyncDispose](), target[Symbol.asyncDispose]()]);
    });
    const statusOf = async (name: string): Promise<number> => {
      const headers = { accept: '*/*, application/vnd.oci.image.manifest.v1+json' };
      return (await fetch(`http://${target.host}/v2/${name}`, { headers })).status;
    };

    it.each([
      ['other bytes', Buffer.from('x'), 3],
      ['the layer of an image that fails', BAD.layers[1]?.blob ?? Buffer.alloc(0), 3],
    ])('is refused with %s in place of a layer', async (what, bytes, code) => {
      const name = what.replaceAll(' ', '-');
      using from = await startFront(source.host);
      using to = await startFront(target.host);
      let isScanned = false;
      let changed = 0;
      to.answers.push(() => {
        isScanned = true;
        return false;
      });
      from.answers.push((request, response, url) => {
        if (!isScanned || request.method !== 'GET') return false;
        if (!url.pathname.endsWith(GOOD.layers[1]?.digest ?? '')) return false;
        changed += 1;
        response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
        return true;
      });
      const { exitCode, stdout, stderr } = await folder.assay(
        ...['push', `${from.host}/app:1`, `${to.host}/${name}:1`, '--image-src', 'remote'],
      );
      expect([exitCode, stdout, stderr]).toEqual([
        code,
        '',
        expect.stringContaining('The tag "1" was not written'),
      ]);
      expect(changed).toBeGreaterThan(0);
      expect(await statusOf(`${name}/manifests/1`)).toBe(404);
    });

    it('pushes what was scanned if the tag of the source moves', async () => {
      using from = await startFront(source.host);
      using to = await startFront(target.host);
      let isScanned = false;
      to.answers.push(() => {
        isScanned = true;
        return false;
      });
      from.answers.push((_, response, url) => {
        if (!isScanned || !url.pathname.endsWith('/manifests/1')) return false;
        response.writeHead(307, { location: `http://${source.host}/v2/bad/manifests/1` }).end();
        return true;
      });
      const scanned = ['push', `${from.host}/app:1`, `${to.host}/moved:1`, '--image-src', 'remote'];
      const { exitCode, stdout } = await folder.assay(...scanned);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining(rootOf(FILES))]);
    });
  },
);
