import { describe, expect, it } from 'vitest';
import { compileSelectors } from './selector.ts';

const table = compileSelectors([
  {
    id: 'debian/dpkg',
    files: { paths: ['/var/lib/dpkg/status', 'var/lib/dpkg/status.d/'] },
    companions: { suffixes: ['.md5sums'] },
  },
  { id: 'node/lock', files: { names: ['package-lock.json', '__proto__'] } },
  { id: 'python/dist', files: { suffixes: ['.dist-info/METADATA', '.egg-info'] } },
  { id: 'php/plugin', files: { suffixes: ['.php'], below: '/plugins/' } },
  { id: 'conda/meta', files: { suffixes: ['/conda-meta/'] } },
  { id: 'sbom/spdx', files: { suffixes: ['.spdx.json', '.json', 'requirements'] } },
  { id: 'binary/typed', files: { prefixes: ['libcrypto.so', 'python3.'], names: ['node'] } },
  {
    id: 'binary/text',
    files: {
      names: ['nginx'],
      prefixes: ['libpython3.'],
      excerpts: [
        { names: ['nginx'], anchors: ['nginx/', 'nginx v'] },
        { prefixes: ['libpython3.'], anchors: ['\0{version}.'] },
      ],
    },
  },
  { id: 'nuget/list', files: { windowsSuffixes: ['.dll', '.deps.json'] } },
  { id: 'go/binary', files: { magics: ['\u007fELF', 'MZ'] } },
]);

describe('compileSelectors', () => {
  it.each([
    ['an exact path', '/var/lib/dpkg/status', ['debian/dpkg']],
    ['not the same path elsewhere', '/srv/var/lib/dpkg/status', []],
    ['a file directly in a wanted folder', '/var/lib/dpkg/status.d/base', ['debian/dpkg']],
    ['not a file deeper in it', '/var/lib/dpkg/status.d/x/base', []],
    ['not the folder itself', '/var/lib/dpkg/status.d', []],
    ['a base name, and an extension', '/a/package-lock.json', ['node/lock', 'sbom/spdx']],
    ['a base name that objects have', '/a/__proto__', ['node/lock']],
    ['not a base name that nobody wants', '/a/constructor', []],
    ['not a longer base name', '/a/my-package-lock.jso', []],
    ['a suffix with a folder', '/x/foo-1.dist-info/METADATA', ['python/dist']],
    ['not its base name alone', '/x/METADATA', []],
    ['an extension', '/x/foo.egg-info', ['python/dist']],
    ['a folder of that name', '/env/conda-meta/zlib', ['conda/meta']],
    ['not what lies deeper in it', '/env/conda-meta/x/zlib', []],
    ['not the folder as part of a name', '/env/my-conda-meta/zlib', []],
    ['a suffix below its folders', '/www/plugins/a/b.php', ['php/plugin']],
    ['a suffix elsewhere', '/www/themes/a/b.php', []],
    ['several suffixes of one row, once', '/x/a.spdx.json', ['sbom/spdx']],
    ['a suffix of Windows', '/x/a.dll', ['nuget/list']],
    ['a suffix of Windows in any case', '/x/a.Dll', ['nuget/list']],
    ['a longer suffix of Windows in any case', '/x/a.DEPS.Json', ['nuget/list']],
    ['not its end alone', '/x/deps.JSON', []],
    ['a suffix without a dot', '/x/dev-requirements', ['sbom/spdx']],
    ['a suffix without a dot, in a name with one', '/x/a.requirements', ['sbom/spdx']],
    ['a beginning of a name', '/usr/lib/libcrypto.so.3', ['binary/typed']],
    ['a whole name', '/usr/lib/libcrypto.so', ['binary/typed']],
    ['not a name that is shorter', '/usr/bin/python3', []],
    ['not a folder that begins so', '/usr/lib/python3.13/os.py', []],
    ['not a companion', '/var/lib/dpkg/info/a.md5sums', []],
  ])('wants %s', (_, path, ids) => {
    expect(table.wantedBy(path)).toEqual(ids);
  });

  it('wants a link for the beginning of its name as well, where no excerpt is enough', () => {
    expect(table.wantedByLink('/usr/lib/libcrypto.so.3')).toEqual(['binary/typed']);
    expect(table.wantedByLink('/usr/bin/node')).toEqual(['binary/typed']);
  });

  it('tells companions apart', () => {
    expect(table.companionOf('/var/lib/dpkg/info/a.md5sums')).toEqual(['debian/dpkg']);
    expect(table.companionOf('/var/lib/dpkg/status')).toEqual([]);
  });

  it.each([
    ['an ELF file', '\u007fELF\u0002', ['go/binary']],
    ['a shorter magic', 'MZ', ['go/binary']],
    ['not a script', '#!/bin/sh', []],
    ['not an empty file', '', []],
  ])('knows by its first bytes %s', (_, head, ids) => {
    expect(table.headBytes).toBe(4);
    expect(table.wantedByHead(Buffer.from(head, 'latin1'))).toEqual(ids);
  });

  it.each([
    ['the folder of a suffix', '/opt/x-1.dist-info', ['/opt/x-1.dist-info/METADATA']],
    ['nothing below another folder', '/opt/x', []],
  ])('says what is wanted below %s', (_, path, below) => {
    expect(table.wantedBelow(path)).toEqual(below);
  });

  it.each([
    ['/x/status', true],
    ['/x/METADATA', true],
    ['/x/status.d/base', true],
    ['/x/status.d/y/base', false],
    ['/x/package-lock.json', false],
    ['/status.d', false],
  ])('may want %s through links in its folders: %s', (path, expected) => {
    expect(table.isWantedThroughLinks(path)).toBe(expected);
  });

  it('lists exact paths and folders', () => {
    expect(table.rootedPaths).toEqual(['/var/lib/dpkg/status', '/var/lib/dpkg/status.d/']);
  });

  it('is empty without rows', () => {
    const none = compileSelectors([]);
    expect(none.headBytes).toBe(0);
    expect(none.wantedBy('/etc/os-release')).toEqual([]);
    expect(none.wantedBelow('/')).toEqual([]);
  });
});

describe('excerpts', () => {
  it.each([
    ['/usr/sbin/nginx', ['nginx/', 'nginx v']],
    ['/usr/lib/libpython3.13.so.1.0', ['\0' + '3.13.']],
    ['/usr/lib/libpython3.so', []],
    ['/a/package-lock.json', undefined],
    ['/nobody/wants/this', undefined],
  ])('of %s', (path, anchors) => {
    expect(table.anchorsFor(table.wantedBy(path), path)).toEqual(anchors);
  });

  it('are not wanted through links, whose files have names of their own', () => {
    expect(table.wantedBy('/usr/sbin/nginx')).toEqual(['binary/text']);
    expect(table.wantedByLink('/usr/sbin/nginx')).toEqual([]);
  });
});
