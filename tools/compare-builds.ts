/**
 * Shows whether two builds of Assay behave alike: the same reports, messages and exit codes, byte
 * for byte.
 *
 *   npx tsx tools/compare-builds.ts BASE_DIR NEW_DIR [--images DIR] [--samples DIR] [--feeds DIR] [--only NAME] [--quick]
 *
 * Each directory is a checkout with `dist/bin/assay.js`. Each build imports the same feeds into an
 * advisory base of its own and runs every case in a working directory and a cache that are empty
 * before; the first scan of a case is cold, the next ones are warm. Cases: images of `--images`
 * (`oci/NAME`, `save/NAME.tar`) at several depths and in all formats; samples of `--samples` as
 * directories, files, root file systems, image layers and git repositories; recorded inputs in
 * `../conformance` beside the samples; the help of each command; wrong uses. `--quick` takes some
 * of the images and samples, `--only` the cases whose names contain a text. The clock is fixed.
 * `tools/compare-builds/normalize.ts` lists the members that are not compared. Exit code 1 means
 * that a case differs, 2 that nothing was compared.
 */

import path from 'node:path';
import { parseArgs } from 'node:util';
import { compareBuilds } from './compare-builds/main.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    images: { type: 'string', default: 'bench-images' },
    samples: { type: 'string', default: '../shared/samples' },
    feeds: { type: 'string', default: '../shared/feeds' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
  },
});

const [base, other, ...extra] = positionals;
if (base === undefined || other === undefined || extra.length > 0) {
  console.error('usage: tools/compare-builds.ts BASE_DIR NEW_DIR [--images DIR] [--samples DIR]');
  process.exitCode = 2;
} else {
  try {
    const count = await compareBuilds({
      base,
      other,
      images: path.resolve(values.images),
      samples: path.resolve(values.samples),
      feeds: path.resolve(values.feeds),
      only: values.only,
      isQuick: values.quick,
    });
    process.exitCode = count === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  }
}
