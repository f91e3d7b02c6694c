/** Records of packages that a layer changes alone, and what package managers do to records. */

import { describe, expect, it } from 'vitest';

import { scannedImage } from '../../../test/support/scanned-files.ts';
import type { TarMember } from '../../formats/archive/tar/tar-writer.ts';

type Files = Readonly<Record<string, string>>;

const manifest = (name: string, version: string): string => JSON.stringify({ name, version });
const layer = (files: Files, whiteouts: readonly string[] = []): readonly TarMember[] => [
  ...Object.entries(files).map(([path, body]) => ({ path, body })),
  ...whiteouts.map((path) => {
    const slash = path.lastIndexOf('/') + 1;
    return { path: `${path.slice(0, slash)}.wh.${path.slice(slash)}`, body: '' };
  }),
];

/**
 * What severe contradictions the image has: their kind, layer and place, and the version that is
 * matched besides.
 */
async function contradictions(
  layers: readonly (readonly TarMember[])[],
): Promise<readonly string[]> {
  const { inventory } = await scannedImage(layers);
  const ofPackages = inventory.packages.flatMap(({ evidence }) =>
    evidence.contradictions.map((row) => ({ row, evidenced: evidence.evidencedVersion })),
  );
  const ofRoot = (inventory.contradictions ?? []).map((row) => ({ row, evidenced: undefined }));
  return [...ofRoot, ...ofPackages]
    .filter(({ row }) => row.isSevere)
    .map(({ row: { kind, location }, evidenced }) =>
      [kind, location.layer, location.path, evidenced ?? ''].join(' ').trim(),
    );
}

const X = 'app/node_modules/x';
const RECORD = `${X}/package.json`;
const CODE: Files = { [RECORD]: manifest('x', '1.2.5'), [`${X}/index.js`]: 'code' };
const SITE = 'usr/lib/python3/site-packages';
const INFO = `${SITE}/x-1.0.dist-info`;
const METADATA = 'Metadata-Version: 2.1\nName: x\nVersion: 1.0\n';
const GEMS = 'usr/local/bundle';
const GEMSPEC = 'Gem::Specification.new do |s|\n  s.name = "x".freeze\n  s.version = "1.0"\nend\n';

const DECOYS = Array.from({ length: 400 }, (_, index) => `d${index}`);

describe('a record that a layer changes alone', () => {
  it.each<[string, readonly (readonly TarMember[])[], readonly string[]]>([
    ['removed', [layer(CODE), layer({}, [RECORD])], [`hidden 1 /${RECORD}`]],
    [
      'removed, of a scoped package',
      [
        layer({
          'node_modules/@s/x/package.json': manifest('@s/x', '1.0.0'),
          'node_modules/@s/x/x.mjs': 'code',
        }),
        layer({}, ['node_modules/@s/x/package.json']),
      ],
      ['hidden 1 /node_modules/@s/x/package.json'],
    ],
    [
      'removed, of a nested package with its code in a directory',
      [
        [
          { path: `${X}/node_modules/y/lib/`, type: 'directory' as const },
          ...layer({
            ...CODE,
            [`${X}/node_modules/y/package.json`]: manifest('y', '1.0.0'),
            [`${X}/node_modules/y/lib/y.js`]: 'code',
          }),
        ],
        layer({}, [`${X}/node_modules/y/package.json`]),
      ],
      [`hidden 1 /${X}/node_modules/y/package.json`],
    ],
    ...['history.js', 'readme.cjs', 'license.wasm', 'notice.node'].map(
      (name): [string, readonly (readonly TarMember[])[], readonly string[]] => [
        `removed, of a package whose code is ${name}`,
        [
          layer({ [RECORD]: manifest('x', '1.2.5'), [`${X}/${name}`]: 'code' }),
          layer({}, [RECORD]),
        ],
        [`hidden 1 /${RECORD}`],
      ],
    ),
    [
      'removed, behind hundreds of packages of which only documentation is left',
      [
        layer({
          ...Object.fromEntries(
            DECOYS.flatMap((name) => [
              [`app/node_modules/${name}/package.json`, manifest(name, '1.0.0')],
              [`app/node_modules/${name}/README.md`, 'text'],
            ]),
          ),
          ...CODE,
        }),
        layer({}, [...DECOYS.map((name) => `app/node_modules/${name}/package.json`), RECORD]),
      ],
      [`hidden 1 /${RECORD}`],
    ],
    [
      'removed with the documentation',
      [layer({ ...CODE, [`${X}/README.md`]: 'x' }), layer({}, [RECORD, `${X}/README.md`])],
      [`hidden 1 /${RECORD}`],
    ],
    [
      'removed, of a package of Python without digests',
      [
        layer({ [`${INFO}/METADATA`]: METADATA, [`${INFO}/INSTALLER`]: 'pip' }),
        layer({}, [`${INFO}/METADATA`]),
      ],
      [`hidden 1 /${INFO}/METADATA`],
    ],
    [
      'removed, of a gem',
      [
        layer({
          [`${GEMS}/specifications/x-1.0.gemspec`]: GEMSPEC,
          [`${GEMS}/gems/x-1.0/x.rb`]: 'code',
        }),
        layer({}, [`${GEMS}/specifications/x-1.0.gemspec`]),
      ],
      [`hidden 1 /${GEMS}/specifications/x-1.0.gemspec`],
    ],
    [
      'with another version',
      [layer(CODE), layer({ [RECORD]: manifest('x', '1.2.6') })],
      [`version 1 /${RECORD} 1.2.5`],
    ],
    [
      'with another name',
      [layer(CODE), layer({ [RECORD]: manifest('harmless', '1.2.5') })],
      [`version 1 /${RECORD}`],
    ],
    ['without a version', [layer(CODE), layer({ [RECORD]: '{}' })], [`version 1 /${RECORD} 1.2.5`]],
    [
      'with another version, in the third of four layers',
      [
        layer({ 'etc/a': 'a' }),
        layer(CODE),
        layer({ [RECORD]: manifest('x', '1.2.6'), 'app/index.js': 'code' }),
        layer({ 'etc/b': 'b' }),
      ],
      [`version 2 /${RECORD} 1.2.5`],
    ],
  ])('%s', async (_name, layers, expected) => {
    expect(await contradictions(layers)).toEqual(expected);
  });

  it.each<[string, readonly (readonly TarMember[])[]]>([
    ['the package is removed', [layer(CODE), layer({}, [X])]],
    ['all packages are removed', [layer(CODE), layer({}, ['app/node_modules'])]],
    ['the package is removed afterwards', [layer(CODE), layer({}, [RECORD]), layer({}, [X])]],
    ['all files are removed', [layer(CODE), layer({}, [RECORD, `${X}/index.js`])]],
    [
      'the directory is made anew',
      [layer(CODE), layer({ [RECORD]: manifest('x', '1.2.6'), [`${X}/.wh..wh..opq`]: '' })],
    ],
    [
      'another version is installed',
      [layer(CODE), layer({ [RECORD]: manifest('x', '2.0.0'), [`${X}/index.js`]: 'new' })],
    ],
    [
      'another version is installed, whose files have rare names',
      [layer(CODE), layer({ [RECORD]: manifest('x', '2.0.0'), [`${X}/rare.cjs`]: 'new' })],
    ],
    [
      'another version is installed, whose files are in a directory',
      [
        layer(CODE),
        [
          { path: `${X}/lib/`, type: 'directory' as const },
          ...layer({ [RECORD]: manifest('x', '2.0.0'), [`${X}/lib/rare.cjs`]: 'new' }),
        ],
      ],
    ],
    [
      'the record is written again in the same version',
      [layer(CODE), layer({ [RECORD]: `${manifest('x', '1.2.5')}\n` })],
    ],
    [
      'a package of Python is removed',
      [
        layer({ [`${INFO}/METADATA`]: METADATA, [`${SITE}/x/x.py`]: '' }),
        layer({}, [INFO, `${SITE}/x`]),
      ],
    ],
    [
      'a gem is removed',
      [
        layer({
          [`${GEMS}/specifications/x-1.0.gemspec`]: GEMSPEC,
          [`${GEMS}/gems/x-1.0/x.rb`]: 'code',
        }),
        layer({}, [`${GEMS}/specifications/x-1.0.gemspec`, `${GEMS}/gems/x-1.0`]),
      ],
    ],
  ])('is none where %s', async (_name, layers) => {
    expect(await contradictions(layers)).toEqual([]);
  });
});
