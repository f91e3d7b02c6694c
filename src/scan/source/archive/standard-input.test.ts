import { Readable } from 'node:stream';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import {
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
} from '../../../../test/support/stored-images.ts';
import { quietContext, type Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { writeTar } from '../../../formats/archive/tar/tar-writer.ts';
import { listDigests, openSource } from '../open-source.ts';
import type { SourceRequest } from '../source.ts';

let temporary = '';
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'assay-stdin-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  expect(readdirSync(temporary)).toEqual([]);
  rmSync(temporary, { recursive: true });
});

const IMAGE = makeImage([[{ path: 'a', body: 'a' }]]);
const OTHER = makeImage([[{ path: 'b', body: 'b' }]]);
const DOCKER = writeTar(
  dockerArchive([
    { image: IMAGE, tags: ['example.org/acme/app:1'] },
    { image: OTHER, tags: ['example.org/acme/other:1'] },
  ]),
);

function request(bytes: Uint8Array | AsyncIterable<Uint8Array>, reference = '-'): SourceRequest {
  const pieces =
    bytes instanceof Uint8Array ? Readable.from([bytes.subarray(0, 9), bytes.subarray(9)]) : bytes;
  const lists = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [] };
  return { reference, kind: 'image', stdin: () => pieces as AsyncIterable<Uint8Array>, ...lists };
}

async function tagsOf(
  wanted: SourceRequest,
  context: Context = quietContext(),
): Promise<readonly string[]> {
  const tags: string[] = [];
  for (const opened of await openSource(wanted, context)) {
    for (const index of opened.artifact.layers.keys()) {
      await opened.walk(index, () => undefined, context);
    }
    tags.push(...(opened.artifact.image?.tags ?? []));
    await opened[Symbol.asyncDispose]();
  }
  return tags;
}

describe('an archive on standard input', () => {
  it.each<[string, Uint8Array]>([
    ['as it is', DOCKER],
    ['in gzip', gzipSync(DOCKER)],
  ])('gives all its images, %s', async (_form, bytes) => {
    expect(await tagsOf(request(bytes))).toEqual([
      'example.org/acme/app:1',
      'example.org/acme/other:1',
    ]);
  });

  it.each([...['-:example.org/acme/other:1', '-:acme/other:1', '-:@1'], `-@${OTHER.configDigest}`])(
    'gives one of them: %s',
    async (reference) => {
      expect(await tagsOf(request(DOCKER, reference))).toEqual(['example.org/acme/other:1']);
    },
  );

  it('has digests where it is a layout', async () => {
    const rows = await listDigests(
      request(tarOf(ociFiles([{ image: IMAGE, tag: 'x' }]))),
      quietContext(),
    );
    expect(rows).toMatchObject([{ name: '-', isIndex: false, platform: IMAGE.platform }]);
  });

  it.each([
    ['', 'standard input is empty'],
    ['hello', 'standard input is not an image archive'],
    ['\x1f\x8b\x08broken', '"standard input" is damaged'],
  ])('is refused where it is %j', async (text, message) => {
    await expect(tagsOf(request(Buffer.from(text, 'latin1')))).rejects.toThrow(message);
  });

  it('may not be larger than the limit', async () => {
    const { limits } = quietContext();
    const context = quietContext({ limits: { ...limits, maxUnpackedBytes: 1000 } });
    await expect(tagsOf(request(DOCKER), context)).rejects.toThrow(
      'standard input holds more than 1000 bytes',
    );
  });

  it('is left when the run is interrupted', async () => {
    const ended = new AbortController();
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        await Promise.resolve();
        ended.abort();
        yield Buffer.alloc(512);
      }
    }
    const context = quietContext({ signal: ended.signal });
    const error: unknown = await tagsOf(request(endless()), context).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(AssayError);
    expect(error).toMatchObject({ code: 'INTERRUPTED' });
  });
});
