/**
 * Manifests of installed packages are no gap; a directory that is only called like a store hides
 * nothing.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

const NODE = { name: 'x', version: '1.0.0', dependencies: { y: '^1' } };
const SITE = '/usr/local/lib/python3.12/site-packages';
const METADATA = 'Metadata-Version: 2.1\nName: a\nVersion: 1.0\n\n';
const GEMSPEC = 'Gem::Specification.new do |s|\n  s.name = "a".freeze\n  s.version = "1.0"\nend\n';

const STORES: readonly (readonly [string, string, Files])[] = [
  [
    'node_modules',
    '/app/node_modules/a/template/package.json',
    { '/app/node_modules/a/package.json': { name: 'a', version: '1.0.0' } },
  ],
  [
    'node_modules with a scope',
    '/app/node_modules/@s/a/lib/package.json',
    { '/app/node_modules/@s/a/package.json': { name: '@s/a', version: '1.0.0' } },
  ],
  [
    'site-packages',
    `${SITE}/a/static/package.json`,
    { [`${SITE}/a-1.0.dist-info/METADATA`]: METADATA },
  ],
  [
    'dist-packages',
    '/usr/lib/python3/dist-packages/a/package.json',
    { '/usr/lib/python3/dist-packages/a-1.0.egg-info/PKG-INFO': METADATA },
  ],
  [
    'gems',
    '/usr/lib/ruby/gems/3.3.0/gems/a-1.0/package.json',
    { '/usr/lib/ruby/gems/3.3.0/specifications/a-1.0.gemspec': GEMSPEC },
  ],
  [
    'vendor of Composer',
    '/app/vendor/a/b/package.json',
    { '/app/vendor/composer/installed.json': { packages: [{ name: 'a/b', version: '1.0' }] } },
  ],
  [
    'vendor of Go',
    '/app/vendor/example.com/a/package.json',
    { '/app/vendor/modules.txt': '# example.com/a v1.0.0\n## explicit\nexample.com/a\n' },
  ],
  [
    'vendor of Cargo',
    '/app/vendor/a/package.json',
    {
      '/app/vendor/a/.cargo-checksum.json': { files: {} },
      '/app/vendor/a/Cargo.toml': '[package]\nname = "a"\nversion = "1.0.0"\n',
    },
  ],
  [
    'Pods',
    '/app/Pods/A/package.json',
    { '/app/Pods/Manifest.lock': 'PODS:\n  - A (1.0)\n\nCOCOAPODS: 1.15.0\n' },
  ],
  [
    'bower_components',
    '/app/bower_components/a/package.json',
    { '/app/bower_components/a/.bower.json': { name: 'a' } },
  ],
  [
    'deps of Mix',
    '/app/deps/a/package.json',
    { '/app/mix.lock': '%{\n  "a": {:hex, :a, "1.0.0", "0", [:mix], [], "hexpm", "1"},\n}\n' },
  ],
];

describe.each(STORES)('below %s', (_name, path, proof) => {
  it('a manifest is none', async () => {
    expect(gapsIn(await scannedImage([{ [path]: NODE, ...proof }]))).toEqual([]);
    expect(gapsIn(await scannedTree({ [path]: NODE, ...proof }))).toEqual([]);
  });

  it('a manifest is a gap where the installer has left nothing', async () => {
    expect(gapsIn(await scannedImage([{ [path]: NODE }]))).toHaveLength(1);
  });
});

describe('a store', () => {
  it.each([
    '/root/go/pkg/mod/example.com/a@v1.2.3/web/package.json',
    '/usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/a-1.0.0/js/package.json',
    '/root/.cargo/git/checkouts/a-0123456789abcdef/0123456/package.json',
  ])('is known by its layout: %s', async (path) => {
    expect(gapsIn(await scannedImage([{ [path]: NODE }]))).toEqual([]);
  });

  it.each([
    '/app/vendor/package.json',
    '/app/vendor/a/b/package.json',
    '/app/gems/package.json',
    '/app/pkg/mod/package.json',
    '/app/pkg/mod/app/package.json',
    '/app/registry/src/app/package.json',
    '/app/site-packages/app/package.json',
    '/app/node_modules/.app/package.json',
    '/app/node_modules/.app/srv/package.json',
    '/app/Pods/A/package.json',
    '/app/deps/a/package.json',
    '/usr/share/nodejs/app/package.json',
    '/usr/local/share/app/package.json',
  ])('is none by its name alone: %s', async (path) => {
    expect(gapsIn(await scannedImage([{ [path]: NODE }]))).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['/app/package.json', '/app/hex_metadata.config'],
    ['/app/web/package.json', '/app/web/hex_metadata.config'],
    ['/app/package.json', '/app/.cargo-checksum.json'],
    ['/app/web/package.json', '/app/.bower.json'],
  ])('is none by the mark of another installer: %s beside %s', async (path, mark) => {
    expect(gapsIn(await scannedImage([{ [path]: NODE, [mark]: '' }]))).toHaveLength(1);
  });

  it('of a plain image with hundreds of packages has no gap', async () => {
    const files: Record<string, string | object> = {
      '/app/package.json': { dependencies: { p0: '^1' } },
    };
    for (let at = 0; at < 300; at += 1) {
      const folder = `/app/node_modules/p${String(at)}`;
      files[`${folder}/package.json`] = {
        name: `p${String(at)}`,
        version: '1.0.0',
        dependencies: { missing: '^9' },
      };
      files[`${folder}/dist/esm/package.json`] = { type: 'module' };
      files[`${folder}/example/package.json`] = NODE;
    }
    expect(gapsIn(await scannedImage([files]))).toEqual([]);
  });
});

describe('a manifest of the system', () => {
  const path = '/usr/share/tool/package.json';
  const body = JSON.stringify(NODE);
  const md5 = '4c1d8c9b0f2b4ac4a0b0b3d5b8c3d3a1';

  function system(list: string, sums: string, at = path): Files {
    return {
      '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
      '/var/lib/dpkg/status':
        'Package: tool\nStatus: install ok installed\nArchitecture: all\nVersion: 1\n\n',
      '/var/lib/dpkg/info/tool.list': list,
      '/var/lib/dpkg/info/tool.md5sums': sums,
      [at]: body,
    };
  }

  it('is none where the bytes are those that the list names', async () => {
    const { createHash } = await import('node:crypto');
    const digest = createHash('md5').update(body).digest('hex');
    const files = system(
      `/.\n/usr\n/usr/share\n/usr/share/tool\n${path}\n`,
      `${digest}  ${path.slice(1)}\n`,
    );
    expect(gapsIn(await scannedImage([files]))).toEqual([]);
  });

  it('is a gap where they are not', async () => {
    const files = system(`/.\n/usr\n${path}\n`, `${md5}  ${path.slice(1)}\n`);
    expect(gapsIn(await scannedImage([files]))).toHaveLength(1);
  });

  it.each([
    '/app/package.json',
    '/usr/local/app/package.json',
    '/srv/package.json',
    '/home/u/package.json',
    '/opt/app/package.json',
  ])('is a gap at %s, where no package of the system puts files', async (at) => {
    const { createHash } = await import('node:crypto');
    const digest = createHash('md5').update(body).digest('hex');
    const files = system(`/.\n${at}\n`, `${digest}  ${at.slice(1)}\n`, at);
    expect(gapsIn(await scannedImage([files]))).toHaveLength(1);
  });
});
