import { describe, expect, it } from 'vitest';

import { testImage, testPackage } from '../../../../test/support/reports.ts';
import { bundledTools } from './bundled-tools.ts';
import type { Ecosystem } from './ecosystem.ts';
import type { Package } from './package.ts';

const NPM = '/usr/local/lib/node_modules/npm';
const SITE = '/usr/local/lib/python3.12/site-packages';
const GEMS = '/usr/local/lib/ruby/gems/3.3.0';

function at(
  ecosystem: Ecosystem,
  name: string,
  paths: readonly string[],
  changes: Partial<Package> = {},
): Package {
  const { introducedIn = 0 } = changes;
  return testPackage(name, '1.0', {
    ...{ id: `pkg:${ecosystem}/${name}@1.0`, ecosystem, introducedIn },
    locations: paths.map((path) => ({ path, layer: introducedIn })) as never,
    ...changes,
  });
}

/** An image whose lowest layers are a known base. */
function image(baseLayerCount?: number): ReturnType<typeof testImage> {
  const artifact = testImage();
  if (artifact.image === undefined || baseLayerCount === undefined) return artifact;
  return { ...artifact, image: { ...artifact.image, baseLayerCount } };
}

const NODE = [
  at('npm', 'npm', [`${NPM}/package.json`]),
  at('npm', 'tar', [`${NPM}/node_modules/tar/package.json`]),
  at('npm', '@npmcli/x', [`${NPM}/node_modules/@npmcli/x/node_modules/y/package.json`]),
];

describe('bundledTools', () => {
  it.each<[string, readonly Package[], number | undefined, readonly string[]]>([
    ['npm with its modules', NODE, undefined, [`npm 1.0: 3, RUN rm -rf ${NPM}`]],
    ['npm of a known base', NODE, 1, [`npm 1.0: 3, RUN rm -rf ${NPM}`]],
    [
      'npm that the app installed above a known base',
      NODE.map((pkg) => ({ ...pkg, introducedIn: 2 })),
      1,
      [],
    ],
    [
      'a module that the app has too',
      [
        at('npm', 'tar', [
          `${NPM}/node_modules/tar/package.json`,
          '/app/node_modules/tar/package.json',
        ]),
      ],
      undefined,
      [],
    ],
    [
      'a global program that may be the app',
      [at('npm', 'left', ['/usr/lib/node_modules/server/node_modules/left/package.json'])],
      undefined,
      [],
    ],
    [
      'a global program of a known base',
      [at('npm', 'left', ['/usr/lib/node_modules/@a/server/node_modules/left/package.json'])],
      1,
      ['@a/server: 1, RUN rm -rf /usr/lib/node_modules/@a/server'],
    ],
    [
      'npm in a module of the app',
      [at('npm', 'tar', ['/app/node_modules/npm/node_modules/tar/package.json'])],
      undefined,
      [],
    ],
    [
      'npm of a package of the system',
      NODE.map((pkg) => ({ ...pkg, ownedBy: 'pkg:apk/npm' })),
      undefined,
      [],
    ],
    [
      'pip with what it vendors',
      [
        at('pypi', 'pip', [`${SITE}/pip-1.0.dist-info/METADATA`]),
        at('pypi', 'urllib3', [`${SITE}/pip/_vendor/vendor.txt`]),
        at('pypi', 'requests', [`${SITE}/requests-1.0.dist-info/METADATA`]),
      ],
      undefined,
      [`pip 1.0: 2, RUN rm -rf ${SITE}/pip ${SITE}/pip-1.0.dist-info`],
    ],
    [
      'setuptools with its second directory',
      [
        at('pypi', 'jaraco.text', [
          `${SITE}/setuptools/_vendor/jaraco.text-1.0.dist-info/METADATA`,
        ]),
        at('pypi', 'packaging', [`${SITE}/pkg_resources/_vendor/vendored.txt`]),
      ],
      undefined,
      [`setuptools: 2, RUN rm -rf ${SITE}/pkg_resources ${SITE}/setuptools`],
    ],
    [
      'gems of Ruby, of which only the bundled ones can go',
      [
        at('rubygems', 'rexml', [`${GEMS}/specifications/rexml-1.0.gemspec`]),
        at('rubygems', 'json', [`${GEMS}/specifications/default/json-1.0.gemspec`]),
      ],
      undefined,
      [
        `ruby: 2, RUN rm -rf ${GEMS}/gems/rexml-1.0 ${GEMS}/specifications/rexml-1.0.gemspec, of 2 stays 1`,
      ],
    ],
    [
      'default gems alone',
      [at('rubygems', 'json', [`${GEMS}/specifications/default/json-1.0.gemspec`])],
      undefined,
      ['ruby: 1, of 1 stays 1'],
    ],
    [
      'a path that no shell may see',
      [at('npm', 'x', ["/usr/lib'; rm -rf /;/lib/node_modules/npm/node_modules/x/package.json"])],
      undefined,
      ['npm: 1, of 1 stays 1'],
    ],
    [
      'two copies of npm',
      [
        at('npm', 'npm', ['/opt/a/lib/node_modules/npm/package.json']),
        at('npm', 'tar', ['/opt/b/lib/node_modules/npm/node_modules/tar/package.json']),
      ],
      undefined,
      [
        'npm 1.0: 1, RUN rm -rf /opt/a/lib/node_modules/npm',
        'npm: 1, RUN rm -rf /opt/b/lib/node_modules/npm',
      ],
    ],
  ])('%s', (_name, packages, baseLayerCount, expected) => {
    const tools = bundledTools(packages, image(baseLayerCount));
    const texts = tools.map(({ name, version, packages: all, cure, removed }) => {
      const title = version === undefined ? name : `${name} ${version}`;
      const stays = all.length - removed.length;
      return [
        `${title}: ${all.length}`,
        ...(cure === undefined ? [] : [cure]),
        ...(stays === 0 ? [] : [`of ${all.length} stays ${stays}`]),
      ].join(', ');
    });
    expect(texts).toEqual(expected);
  });

  it('is of images alone', () => {
    expect(bundledTools(NODE, { kind: 'directory' })).toEqual([]);
  });
});
