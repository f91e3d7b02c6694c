/**
 * `--lazy` on a real Debian image whose layer is zstd:chunked: the packages of a full read for a few
 * of its bytes. skopeo makes the layer; where it cannot, the code of the tests does.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { missingAbility } from '../support/abilities.ts';
import { builtCommand, runBuilt } from '../support/build.ts';
import { chunkedLayerOf } from '../support/chunked-layer.ts';
import { debianRoot, imageFromTar } from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { pushFiles } from '../support/registry-push.ts';
import { missingForRegistry, startRegistry, type RunningRegistry } from '../support/registry.ts';
import { makeImage, ociFiles } from '../support/stored-images.ts';
import { missingRoot, needs } from '../support/tools.ts';

const missing = missingForRegistry ?? missingForInterop('mmdebstrap', 'umoci') ?? missingRoot();
const missingChunked = missing ?? missingAbility('skopeo/zstd-chunked');
const MAKERS = [
  { maker: 'skopeo', missing: missingChunked, push: pushBySkopeo },
  ...(missing === undefined && missingChunked !== undefined
    ? [{ maker: 'the code of the tests', missing: undefined, push: pushMade }]
    : []),
];

/** Of the bytes of all layers. */
const MAX_PART = 0.1;

interface Counted {
  readonly result: ArtifactResult;
  /** Bytes of all answers, manifests included. */
  readonly gotBytes: number;
}

async function scanCounted(
  reference: string,
  isLazy: boolean,
  request: Partial<ScanRequest> = {},
): Promise<Counted> {
  let gotBytes = 0;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const answer = await globalThis.fetch(input, init);
    gotBytes += Number(answer.headers.get('content-length') ?? 0);
    return answer;
  };
  const env = { HOME: '/nonexistent' };
  const target = { reference, kind: 'image', imageSources: ['remote'], env, isLazy } as const;
  const report = await scan({ targets: [target], ...request }, quietContext({ fetch }));
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return { result, gotBytes };
}

/** Pushes a root as an image of one layer. */
type Push = (folder: string, server: RunningRegistry, root: string) => Promise<void>;

function pushBySkopeo(...[folder, server, root]: Parameters<Push>): Promise<void> {
  const { dockerArchive } = imageFromTar(folder, 'debian', root);
  const form = ['--dest-compress-format', 'zstd:chunked'];
  server.push(`docker-archive:${dockerArchive}`, 'debian:13', form);
  return Promise.resolve();
}

async function pushMade(...[, server, root]: Parameters<Push>): Promise<void> {
  const layer = chunkedLayerOf(readFileSync(root));
  const rootfs = { type: 'layers', diff_ids: [layer.diffId] };
  const image = { ...makeImage([], { config: { rootfs } }), layers: [layer] };
  await pushFiles(`${server.host}/debian`, ['13'], ociFiles([{ image, tag: '13' }]));
}

for (const { maker, missing: lacking, push } of MAKERS) {
  describe.skipIf(lacking !== undefined)(
    `--lazy on Debian, in a layer by ${maker}${needs(lacking)}`,
    () => {
      let folder = '';
      let server: RunningRegistry;
      let reference = '';
      beforeAll(async () => {
        folder = mkdtempSync(path.join(tmpdir(), 'assay-lazy-e2e-'));
        server = await startRegistry();
        await push(folder, server, debianRoot('trixie'));
        reference = `${server.host}/debian:13`;
      }, 600_000);
      afterAll(async () => {
        await server[Symbol.asyncDispose]();
        rmSync(folder, { recursive: true, force: true });
      });

      it('finds the same packages for less than a tenth of the bytes', async () => {
        const lazy = await scanCounted(reference, true);
        const full = await scanCounted(reference, false, { verify: 'none' });
        expect(full.result.inventory.packages.length).toBeGreaterThan(60);
        expect(lazy.result.inventory).toEqual(full.result.inventory);
        const layerBytes = full.result.artifact.layers
          .map(({ compressedBytes = 0 }) => compressedBytes)
          .reduce((sum, bytes) => sum + bytes, 0);
        expect(full.gotBytes).toBeGreaterThan(layerBytes);
        expect(lazy.gotBytes).toBeLessThan(layerBytes * MAX_PART);
        expect(lazy.result.layerDigests).toBe('notChecked');
        expect(full.result.layerDigests).toBe('checked');
      }, 120_000);

      it('is told on the command line, and refuses a gate', async () => {
        using command = await builtCommand();
        const env = { HOME: folder, XDG_RUNTIME_DIR: '' };
        const run = (...flags: readonly string[]): ReturnType<typeof runBuilt> =>
          runBuilt(command, ['image', reference, '--lazy', ...flags], { cwd: folder, env });
        const shown = await run('--scanners', 'packages');
        expect(shown.exitCode).toBe(0);
        expect(shown.stdout).toContain('layers not compared with their digests');
        expect(shown.stdout.replaceAll(/\s+/gu, ' ')).toContain('a gate must read the layers');
        const gated = await run('--exit-code', '1');
        expect(gated.exitCode).toBe(2);
        expect(gated.stderr).toContain('Leave out --lazy to decide, or the gate to look.');
      }, 120_000);
    },
  );
}
