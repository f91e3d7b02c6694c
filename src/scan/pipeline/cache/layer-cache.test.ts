import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeIn } from '../../../../test/support/kept-records.ts';
import { NO_ADVISORIES } from '../../../../test/support/no-advisories.ts';
import {
  dockerArchive,
  makeImage,
  ociFiles,
  tarOf,
  type MadeImage,
} from '../../../../test/support/stored-images.ts';
import { quietContext, type ProgressEvent } from '../../../core/base/context.ts';
import { writeTar, type TarMember } from '../../../formats/archive/tar/tar-writer.ts';
import type { ArtifactResult } from '../../../core/model/report/report.ts';
import { scan, type ScanRequest } from '../index.ts';

const file = (path: string, body: string): TarMember => ({ path, body });
const link = (path: string, target: string): TarMember => ({ path, type: 'symlink', target });
const status = (...names: string[]): string =>
  names
    .map(
      (name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n`,
    )
    .join('');
const STATUS = 'var/lib/dpkg/status';

const BASE = [file(STATUS, status('one')), file('etc/debian_version', '12.1\n')];
const MORE = [file(STATUS, status('one', 'two'))];

let folder = '';
const records = new Map<string, Uint8Array>();
const store = storeIn(records);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-layer-cache-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  records.clear();
});

let fileCount = 0;
function path(): string {
  fileCount += 1;
  return join(folder, `${fileCount}.tar`);
}

function ociTar(image: MadeImage): string {
  const target = path();
  writeFileSync(target, tarOf(ociFiles([{ image, tag: 'latest' }])));
  return target;
}

function saveTar(image: MadeImage): string {
  const target = path();
  writeFileSync(target, writeTar(dockerArchive([{ image, tags: ['app:1'] }])));
  return target;
}

const plain = (...layers: TarMember[][]): MadeImage => makeImage(layers, { forms: ['plain'] });

interface Outcome extends ArtifactResult {
  /** Layers whose bytes were read, as in `layer 1/2`. */
  readonly read: readonly string[];
}

async function scanned(
  reference: string,
  request: Partial<ScanRequest> & { readonly skipFiles?: readonly string[] } = {},
): Promise<Outcome> {
  const read = new Set<string>();
  const progress = (event: ProgressEvent): void => {
    if (event.kind === 'bytes') read.add(event.what);
  };
  const { skipFiles = [], ...rest } = request;
  const target = { reference, kind: 'image', skipFiles } as const;
  const report = await scan(
    { targets: [target], allowEmpty: true, cache: store, ...rest },
    quietContext({ progress }),
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  return { ...result, read: [...read].sort() };
}

const names = ({ inventory }: ArtifactResult): string[] =>
  inventory.packages.map(({ name }) => name).sort();

/** All but how it came about. */
function content({ inventory, diagnostics, findings }: ArtifactResult): object {
  return { inventory, diagnostics, findings };
}

describe('an image whose layers a manifest names', () => {
  it('is read once', async () => {
    const image = ociTar(makeImage([BASE, MORE]));
    const cold = await scanned(image);
    expect(cold).toMatchObject({ layerDigests: 'checked', read: ['layer 1/2', 'layer 2/2'] });
    const warm = await scanned(image);
    expect(warm).toMatchObject({ layerDigests: 'byManifest', read: [] });
    expect(content(warm)).toEqual(content(cold));
    const gate = { policy: { exitCode: 1 }, advisories: NO_ADVISORIES };
    expect(await scanned(image, gate)).toMatchObject({ layerDigests: 'byManifest', read: [] });
  });

  it('is read only where its layers are new', async () => {
    await scanned(ociTar(makeImage([BASE])));
    const second = await scanned(ociTar(makeImage([BASE, MORE])));
    expect(second).toMatchObject({ layerDigests: 'byManifest', read: ['layer 2/2'] });
    expect(names(second)).toEqual(['one', 'two']);
  });

  it('is refused as before where its configuration claims another content of a known layer', async () => {
    await scanned(ociTar(makeImage([BASE])));
    const claim = { rootfs: { type: 'layers', diff_ids: [`sha256:${'0'.repeat(64)}`] } };
    const lying = ociTar(makeImage([BASE], { config: claim }));
    await expect(scanned(lying)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('keeps nothing of a layer with other bytes than its digest', async () => {
    const image = makeImage([BASE]);
    const [layer] = image.layers;
    if (layer === undefined) throw new Error('no layer');
    const files = ociFiles([{ image, tag: 'latest' }]);
    const other = makeImage([MORE]).layers[0]?.blob ?? Buffer.alloc(0);
    files.set(
      `blobs/sha256/${layer.digest.slice(7)}`,
      Buffer.concat([other, Buffer.alloc(layer.blob.length)]).subarray(0, layer.blob.length),
    );
    const target = path();
    writeFileSync(target, tarOf(files));
    await expect(scanned(target)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(records.size).toBe(0);
  });
});

describe('an archive that only claims what its layers are', () => {
  it.each<[string, Partial<ScanRequest>, boolean]>([
    ['without verification and gate', { verify: 'none' }, false],
    ['with manifests verified', { verify: 'manifests' }, false],
    ['with content verified', { verify: 'full' }, true],
    ['by default', {}, true],
    ['with --exit-code', { verify: 'none', policy: { exitCode: 1 } }, true],
    ['with --exit-on-eol', { verify: 'none', policy: { exitOnEol: 3 } }, true],
    ['with --fail-on', { verify: 'none', policy: { failOn: [{ text: 'any' }] } }, true],
  ])('%s', async (_title, asked, isRead) => {
    const image = saveTar(plain(BASE, MORE));
    const request = { ...asked, ...(asked.policy && { advisories: NO_ADVISORIES }) };
    const cold = await scanned(image, request);
    const warm = await scanned(image, request);
    expect(cold.layerDigests).toBe(isRead ? 'checked' : 'notChecked');
    expect(warm).toMatchObject({
      layerDigests: isRead ? 'checked' : 'notChecked',
      read: isRead ? ['layer 1/2', 'layer 2/2'] : [],
    });
    expect(warm.inventory).toEqual(cold.inventory);
  });

  it('is told from what it claims to be by any gate and by verification', async () => {
    const image = plain(BASE);
    const gate = { verify: 'none', policy: { exitCode: 1 }, advisories: NO_ADVISORIES } as const;
    await scanned(saveTar(image));
    await scanned(saveTar(image), gate);
    const [layer] = image.layers;
    if (layer === undefined) throw new Error('no layer');
    const forged = saveTar({
      ...image,
      layers: [{ ...layer, blob: Buffer.from(writeTar([file(STATUS, status('evil'))])) }],
    });
    const believed = await scanned(forged, { verify: 'none' });
    expect({ names: names(believed), digests: believed.layerDigests }).toEqual({
      names: ['one'],
      digests: 'notChecked',
    });
    await expect(scanned(forged)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    await expect(scanned(forged, gate)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });
});

describe('a result', () => {
  it.each<[string, Parameters<typeof scanned>[1]]>([
    ['other files passed over', { skipFiles: ['/etc/debian_version'] }],
    ['another depth of verification', { verify: 'none' }],
  ])('is not used for %s', async (_title, request) => {
    const image = ociTar(makeImage([BASE]));
    await scanned(image);
    expect((await scanned(image, request)).read).toEqual(['layer 1/1']);
  });

  it('of the layers is used for another system', async () => {
    const image = ociTar(makeImage([BASE]));
    await scanned(image);
    const other = await scanned(image, { distro: { id: 'debian', versionId: '11' } });
    expect({ read: other.read, distro: other.inventory.distro }).toMatchObject({
      read: [],
      distro: { versionId: '11' },
    });
  });

  it('of a lowest layer is not used for a higher one, whose files may replace folders', async () => {
    const top = [file('srv/app', 'a file in place of a folder')];
    await scanned(ociTar(makeImage([top])));
    const below = [file('srv/app/package-lock.json', LOCK)];
    expect(names(await scanned(ociTar(makeImage([below]))))).toContain('left');
    const both = await scanned(ociTar(makeImage([below, top])));
    expect({ names: names(both), read: both.read }).toEqual({ names: [], read: ['layer 2/2'] });
  });

  it.each<[string, Uint8Array]>([
    ['is not JSON', Buffer.from('{"inventory":')],
    ['is another document', Buffer.from('{}')],
    ['is empty', Buffer.alloc(0)],
  ])('that %s is made again', async (_title, damaged) => {
    const image = ociTar(makeImage([BASE, MORE]));
    const cold = await scanned(image);
    const good = new Map(records);
    for (const key of records.keys()) records.set(key, damaged);
    const again = await scanned(image);
    expect(again.read).toEqual(['layer 1/2', 'layer 2/2']);
    expect(content(again)).toEqual(content(cold));
    expect([...records]).toEqual([...good]);
  });
});

const LOCK = JSON.stringify({
  lockfileVersion: 3,
  packages: { '': {}, 'node_modules/left': { version: '1.0.0' } },
});

/**
 * Layers that raise questions to each other: links, whiteouts, files over folders, files behind
 * links.
 */
const POOL: readonly (readonly TarMember[])[] = [
  BASE,
  MORE,
  [file('real/data', status('good')), link('s', '/real'), link(STATUS, '/real/data')],
  [file('s/data', status('behind'))],
  [file('s/date', status('nothing'))],
  [file('srv/app/package-lock.json', LOCK), link('opt/lock', '../srv/app')],
  [file('srv/app', 'in place of a folder')],
  [file('srv/.wh.app', '')],
  [link('srv/app/package-lock.json', '/data/lock'), file('data/lock', LOCK)],
  [file('data/lock', '{"lockfileVersion":3,"packages":{}}')],
  [file('var/lib/.wh.dpkg', '')],
];

describe('the cache', () => {
  it('changes nothing but what is read, whatever images share', { timeout: 120_000 }, async () => {
    const sequences = fc.array(fc.nat(POOL.length - 1), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(sequences, async (sequence) => {
        const layers = sequence.map((index) => POOL[index] ?? []);
        const image = ociTar(makeImage(layers));
        const alone = await scan({
          targets: [{ reference: image, kind: 'image' }],
          allowEmpty: true,
        });
        const expected = content(alone.results[0] as ArtifactResult);
        expect(content(await scanned(image))).toEqual(expected);
        // Once with the whole known, and once with the layers and the answers to their questions.
        expect(await scanned(image)).toMatchObject({ ...expected, read: [] });
        for (const key of [...records.keys()])
          if (key.startsWith('["analysis"')) records.delete(key);
        expect(await scanned(image)).toMatchObject({ ...expected, read: [] });
      }),
      { numRuns: 60 },
    );
  });
});
