/**
 * Generated images, as Assay reads them and as container tools unpack them. No tool may show a
 * package that Assay does not report, and Assay reports none that no tool shows; where it cannot
 * know, it refuses the image or reports a gap.
 *
 * Without `ASSAY_IMAGE_SEEDS` (seeds, separated by commas) it is a sample of few images of one
 * seed; CI takes three seeds with 200 images each.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/core/base/context.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { generateImages, type GeneratedImage } from '../support/generated-layers.ts';
import { missingForInterop } from '../support/interop.ts';
import { naivePackages, type NaivePackages } from '../support/naive-packages.ts';
import { rawTar } from '../support/raw-tar.ts';
import { hasZstdCommand, imageOfTars, ociFiles, writeFiles } from '../support/stored-images.ts';
import { needs } from '../support/tools.ts';
import {
  mountAll,
  noDriver,
  noUnpacking,
  withBuildah,
  withUmoci,
  type Driver,
  type MountedRoots,
} from '../support/unpacked-images.ts';

const ASKED = process.env['ASSAY_IMAGE_SEEDS'];
const SEEDS = (ASKED ?? '1').split(',').map(Number);
const IMAGE_COUNT = ASKED === undefined ? 40 : 200;
/** One in twenty; a sample may have twice as many. */
const MAX_UNDECIDED = ASKED === undefined ? 4 : 10;
/** Images that a second pair of tools unpacks, to see that it agrees with the first. */
const BUILDAH_COUNT = 3;
/** About a minute on an idle machine of two cores; a busy one takes a multiple of that. */
const UNPACK_TIMEOUT_MS = 1_800_000;
const DRIVERS = ['overlay', 'vfs'] as const;

const folder = mkdtempSync(path.join(tmpdir(), 'assay-readings-'));
const missing =
  missingForInterop() ??
  noUnpacking() ??
  (hasZstdCommand ? undefined : 'zstd') ??
  DRIVERS.map((driver) => noDriver(folder, driver)).find((reason) => reason !== undefined);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What one image holds for Assay; `undefined` where it refuses the image. */
interface OwnReading {
  readonly packages: readonly string[] | undefined;
  readonly gaps: readonly string[];
}

/** What one image holds, by reader; `undefined` where a tool refuses it. */
interface Readings {
  readonly assay: OwnReading;
  readonly tools: Readonly<Record<Driver | 'umoci', NaivePackages | undefined>>;
}

const title = `generated images${needs(missing)}`;

describe.skipIf(missing !== undefined)(title, () => {
  describe.each(SEEDS)('of seed %i', (seed) => {
    const images = generateImages(seed, IMAGE_COUNT);
    const own = path.join(folder, String(seed));
    const layout = path.join(own, 'layout');
    const tags = images.map((_, index) => `i${String(index)}`);
    const readings: Readings[] = [];

    beforeAll(async () => {
      writeLayout(layout, images);
      const [overlay, vfs] = await Promise.all([
        mountAll(own, 'overlay', { layout, tags }),
        mountAll(own, 'vfs', { layout, tags }),
      ]);
      for (const tag of tags) {
        const tools = {
          overlay: mountedPackages(overlay, tag),
          vfs: mountedPackages(vfs, tag),
          umoci: withUmoci(own, { layout, tag }, naivePackages),
        };
        readings.push({ assay: await assayPackages(`${layout}:${tag}`), tools });
      }
      overlay.unmount();
      vfs.unmount();
    }, UNPACK_TIMEOUT_MS);

    it('have no package that Assay leaves out, and none that only Assay sees', () => {
      const different = readings.flatMap((reading, index) => {
        const faults = faultsOf(reading);
        if (faults.length === 0) return [];
        return [{ image: tags[index], faults, ...reading, layers: shortLayers(images[index]) }];
      });
      expect(different).toEqual([]);
    });

    it(`are refused or have a gap in at most ${String(MAX_UNDECIDED)} cases`, () => {
      const undecided = readings.flatMap(({ assay }, index) =>
        isDecided(assay) ? [] : [`${String(tags[index])}: ${assay.gaps.join(', ')}`],
      );
      console.log(`seed ${String(seed)}: ${String(undecided.length)} images without a decision`);
      expect(undecided.length, undecided.join('\n')).toBeLessThanOrEqual(MAX_UNDECIDED);
    });

    it('are mostly unpacked, and tools differ about some of them', () => {
      const both = readings.filter(({ tools: { overlay, vfs } }) => overlay && vfs);
      const differing = both.filter(
        ({ tools: { overlay, vfs } }) => overlay?.packages.join() !== vfs?.packages.join(),
      );
      expect(both.length).toBeGreaterThan(IMAGE_COUNT / 2);
      expect(differing.length).toBeGreaterThan(0);
    });

    it.each(DRIVERS)('are the same by skopeo and Buildah with %s', (driver) => {
      const shown = readings.flatMap(({ tools }, index) => {
        const { packages = [] } = tools[driver] ?? {};
        return packages.length > 1 ? [{ tag: tags[index] ?? '', packages }] : [];
      });
      for (const { tag, packages } of shown.slice(0, BUILDAH_COUNT)) {
        const found = withBuildah(own, driver, { layout, tag }, naivePackages);
        expect(found?.packages, tag).toEqual(packages);
      }
    });
  });
});

function mountedPackages({ roots }: MountedRoots, tag: string): NaivePackages | undefined {
  const root = roots.get(tag);
  return root === undefined ? undefined : naivePackages(root);
}

function shortLayers(image: GeneratedImage | undefined): readonly string[] {
  return (image?.layers ?? []).map((layer) =>
    layer
      .map(({ path: name, type, target }) => [type, name, target ?? ''].join(' ').trim())
      .join(', '),
  );
}

function writeLayout(layout: string, images: readonly GeneratedImage[]): void {
  mkdirSync(layout, { recursive: true });
  const made = images.map(({ layers, forms }, index) => {
    // Images that happen to be the same would be one in a storage.
    const config = { config: { Labels: { number: String(index) } } };
    return { image: imageOfTars(layers.map(rawTar), { forms, config }), tag: `i${String(index)}` };
  });
  writeFiles(layout, ociFiles(made));
}

async function assayPackages(reference: string): Promise<OwnReading> {
  try {
    const targets = [{ reference, kind: 'image' as const }];
    const { results } = await scan({ targets, allowEmpty: true }, quietContext());
    const found = results.flatMap(({ inventory }) => inventory.packages);
    const rows = results.flatMap(({ diagnostics }) => diagnostics);
    return {
      packages: [...new Set(found.map(({ name, version }) => `${name}@${version}`))].sort(),
      gaps: rows.filter(({ gap }) => gap !== undefined).map(({ message }) => message),
    };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { packages: undefined, gaps: [error.message] };
  }
}

/** A gap says that packages may be missing, or that too many are reported. */
function isDecided({ packages, gaps }: OwnReading): boolean {
  return packages !== undefined && gaps.length === 0;
}

/**
 * Assay reports a record that was stored at its place and no longer lies there, because a link on
 * the way is gone; tools show it at another place.
 */
function faultsOf({ assay, tools }: Readings): readonly string[] {
  if (!isDecided(assay)) return [];
  const own = assay.packages ?? [];
  const shown = Object.values(tools).filter((packages) => packages !== undefined);
  const packages = new Set(shown.flatMap((root) => root.packages));
  const records = new Set(shown.flatMap((root) => root.records));
  // If a tool refuses the image, what another tool of its kind would have shown is not known.
  const isComplete = shown.length === Object.keys(tools).length;
  return [
    ...[...packages].filter((pkg) => !own.includes(pkg)).map((pkg) => `${pkg} is left out`),
    ...own.filter((pkg) => isComplete && !records.has(pkg)).map((pkg) => `${pkg} is in no root`),
  ];
}
