/** Which archives of Yarn's cache count, judged by Yarn's documentation of Plug'n'Play. */

import { describe, expect, it } from 'vitest';

import { packagesIn, scannedImage } from '../../../../test/support/scanned-files.ts';
import { zip } from '../../../../test/support/zip.ts';

import type { ArtifactResult } from '../../../core/model/report/report.ts';

type Files = Readonly<Record<string, string | Buffer>>;

const scanned = (files: Files): Promise<ArtifactResult> =>
  scannedImage([Object.entries(files).map(([path, body]) => ({ path, body }))]);
const gapsIn = ({ diagnostics }: ArtifactResult): readonly string[] =>
  diagnostics
    .filter(({ gap }) => gap !== undefined && gap !== 'unknownSystem')
    .map(({ gap, message, location }) => `${gap ?? ''} ${location?.path ?? ''}: ${message}`);

const ARCHIVE = 'a-npm-1.2.5-0123456789-10c0.zip';
const BODY = Buffer.from(
  zip([
    {
      name: 'node_modules/a/package.json',
      body: JSON.stringify({ name: 'a', version: '1.2.5' }),
    },
  ]),
);
const loader = (location: string): string =>
  `const RAW_RUNTIME_STATE =\n'{"packageRegistryData":[["a",[["npm:1.2.5",{"packageLocation":"${location}"}]]]]}';`;
const PNP = loader(`./.yarn/cache/${ARCHIVE}/node_modules/a/`);

describe('archives of the cache of Yarn in an image', () => {
  it.each<[string, Files, readonly string[]]>([
    [
      'beside the loader',
      { 'app/.pnp.cjs': PNP, [`app/.yarn/cache/${ARCHIVE}`]: BODY },
      ['a@1.2.5'],
    ],
    [
      'of a shared cache',
      {
        'app/.pnp.cjs': loader(`../root/.yarn/berry/cache/${ARCHIVE}/node_modules/a/`),
        [`root/.yarn/berry/cache/${ARCHIVE}`]: BODY,
      },
      ['a@1.2.5'],
    ],
    [
      'of a loader of Yarn 2',
      { 'app/.pnp.js': PNP, [`app/.yarn/cache/${ARCHIVE}`]: BODY },
      ['a@1.2.5'],
    ],
    [
      'that the loader does not name, below its directory',
      { 'app/.pnp.cjs': 'x', [`app/.yarn/cache/${ARCHIVE}`]: BODY },
      ['a@1.2.5'],
    ],
    [
      'without a loader, beside what was unpacked of them',
      {
        [`app/.yarn/cache/${ARCHIVE}`]: BODY,
        'app/node_modules/b/package.json': '{"name":"b","version":"1.0.0"}',
      },
      ['b@1.0.0'],
    ],
    [
      'without a loader of that name, and with nothing unpacked',
      { 'app/load.cjs': PNP, [`app/.yarn/cache/${ARCHIVE}`]: BODY },
      ['a@1.2.5'],
    ],
    [
      'in a folder of another name (cacheFolder)',
      {
        'app/.pnp.cjs': loader(`./packages/${ARCHIVE}/node_modules/a/`),
        [`app/packages/${ARCHIVE}`]: BODY,
      },
      ['a@1.2.5'],
    ],
    ['of a shared cache without a loader', { [`root/.yarn/berry/cache/${ARCHIVE}`]: BODY }, []],
    [
      'of another project than the loader, with its packages unpacked',
      {
        'app/.pnp.cjs': 'x',
        [`other/.yarn/cache/${ARCHIVE}`]: BODY,
        'other/node_modules/b/package.json': '{"name":"b","version":"1.0.0"}',
      },
      ['b@1.0.0'],
    ],
  ])('%s', async (_name, files, names) => {
    const result = await scanned(files);
    expect(packagesIn(result)).toEqual(names);
    expect(gapsIn(result)).toEqual([]);
  });

  it('that are all missing are a gap', async () => {
    const [gap, ...others] = gapsIn(await scanned({ 'app/.pnp.cjs': PNP }));
    expect(gap).toContain(
      'unread /app/.pnp.cjs: loads 1 archive that is not there, such as "/app/.yarn',
    );
    expect(others).toEqual([]);
  });

  it.each<[string, Files, number]>([
    ['that cannot be read are a gap', { 'app/.pnp.cjs': 'x' }, 1],
    [
      'that cannot be read and that nothing loads are none',
      { 'app/node_modules/b/package.json': '{"name":"b","version":"1.0.0"}' },
      0,
    ],
  ])('%s', async (_name, files, count) => {
    const damaged = { ...files, [`app/.yarn/cache/${ARCHIVE}`]: BODY.subarray(0, 60) };
    expect(gapsIn(await scanned(damaged))).toHaveLength(count);
  });
});
