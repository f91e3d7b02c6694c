import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Distro } from '../package/package.ts';
import { formatPackageUrl, PackageUrlError, parsePackageUrl, purlOf } from './purl.ts';

describe('parsePackageUrl', () => {
  it('takes all components apart and decodes them', () => {
    expect(
      parsePackageUrl('pkg:golang/github.com/acme/tool@v1.0%2Bx?b=2&a=x%2Fy#cmd/./tool/'),
    ).toEqual({
      type: 'golang',
      namespace: 'github.com/acme',
      name: 'tool',
      version: 'v1.0+x',
      qualifiers: new Map([
        ['a', 'x/y'],
        ['b', '2'],
      ]),
      subpath: 'cmd/tool',
    });
  });

  it.each([
    ['an encoded scope', 'pkg:npm/%40babel/core@7.0.0', '@babel', 'core', '7.0.0'],
    ['a scope that is not encoded', 'pkg:npm/@babel/core', '@babel', 'core', undefined],
    ['a scope that is not encoded, with a version', 'pkg:npm/@babel/core@7', '@babel', 'core', '7'],
    ['a version with a slash', 'pkg:opam/git@3/16.1', undefined, 'git', '3/16.1'],
    ['an @ in the name', 'pkg:brew/node@20@20.1', undefined, 'node@20', '20.1'],
    ['slashes after the scheme', 'pkg://maven/org.x/io@1', 'org.x', 'io', '1'],
    ['slashes at the end', 'pkg:maven/org.x/io//', 'org.x', 'io', undefined],
    ['an encoded slash in the name', 'pkg:generic/a%2Fb@1', undefined, 'a/b', '1'],
    ['a git path as name', 'pkg:git/codeberg.org/a/b@1', 'codeberg.org', 'a/b', '1'],
  ])('reads %s', (_, text, ...expected) => {
    const purl = parsePackageUrl(text);
    expect([purl.namespace, purl.name, purl.version]).toEqual(expected);
  });

  it.each([
    ['no scheme', 'npm/left-pad@1'],
    ['an encoded colon after the scheme', 'pkg%3Anpm/left-pad'],
    ['no type', 'pkg:left-pad@1'],
    ['no name', 'pkg:npm'],
    ['no name before the version', 'pkg:maven/@1.3'],
    ['no name after the namespace', 'pkg:swift/github.com/acme/@1'],
    ['a type that begins with a digit', 'pkg:3npm/a'],
    ['a type with other characters', 'pkg:n_pm/a'],
    ['broken percent-encoding', 'pkg:npm/a%2'],
    ['bytes that are no UTF-8', 'pkg:npm/a%ff'],
    ['an encoded slash in the namespace', 'pkg:maven/a%2Fb/c'],
    ['an encoded slash in the subpath', 'pkg:npm/a#b%2Fc'],
    ['an encoded qualifier key', 'pkg:npm/a?in%20use=1'],
    ['a key given twice', 'pkg:npm/a?x=1&X=2'],
    ['a namespace where the type has none', 'pkg:pypi/a/b'],
    ['no namespace where the type needs one', 'pkg:maven/io@1'],
    ['no qualifier that the type needs', 'pkg:julia/Dates@1'],
    ['a name that the type does not allow', 'pkg:cocoapods/.hidden'],
    ['a CPAN module name', 'pkg:cpan/GDT/URI::PackageURL'],
  ])('refuses %s', (_, text) => {
    expect(() => parsePackageUrl(text)).toThrow(PackageUrlError);
  });

  it('names the value and the fault', () => {
    expect(() => parsePackageUrl('pkg:maven/io@1')).toThrow(
      '"pkg:maven/io@1" is not a package URL: the type "maven" needs a namespace',
    );
  });

  it('keeps keys that name parts of the prototype', () => {
    const purl = parsePackageUrl('pkg:generic/a?constructor=b');
    expect(formatPackageUrl(purl)).toBe('pkg:generic/a?constructor=b');
  });
});

describe('formatPackageUrl', () => {
  it.each([
    [
      'sorts qualifiers and leaves out empty ones',
      { type: 'npm', name: 'a', qualifiers: { z: '1', b: '', a: '2' } },
      'pkg:npm/a?a=2&z=1',
    ],
    [
      'encodes all but the allowed characters and the colon',
      { type: 'generic', name: "!'()*~:", version: 'ä +' },
      'pkg:generic/%21%27%28%29%2A~:@%C3%A4%20%2B',
    ],
    [
      'normalises by type',
      { type: 'PyPI', name: 'Zope_Interface', version: '1.0RC1' },
      'pkg:pypi/zope-interface@1.0rc1',
    ],
    [
      'strips slashes and dots',
      { type: 'maven', namespace: '/a/', name: '/b/', subpath: './x//../y/' },
      'pkg:maven/a/b#x/y',
    ],
    [
      'takes null for nothing',
      { type: 'npm', namespace: null, name: 'a', version: null, qualifiers: null, subpath: null },
      'pkg:npm/a',
    ],
  ])('%s', (_, parts, text) => {
    expect(formatPackageUrl(parts)).toBe(text);
  });

  it('refuses an empty name', () => {
    expect(() => formatPackageUrl({ type: 'npm', name: '' })).toThrow('the name is missing');
  });

  it('gives back what it was given, once canonical', () => {
    const segment = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    const clean = segment.filter((s) => !s.includes('/') && s !== '.' && s !== '..');
    fc.assert(
      fc.property(
        fc.record({
          type: fc.constantFrom('generic', 'x-other', 'docker', 'gem.x'),
          namespace: fc.option(
            fc.array(clean, { minLength: 1, maxLength: 3 }).map((s) => s.join('/')),
            {
              nil: undefined,
            },
          ),
          name: clean,
          version: fc.option(segment, { nil: undefined }),
          qualifiers: fc
            .array(fc.tuple(fc.stringMatching(/^[a-z][a-z0-9._-]{0,6}$/), segment), {
              maxLength: 4,
            })
            .map((pairs) => new Map(pairs)),
          subpath: fc.option(
            fc.array(clean, { minLength: 1, maxLength: 3 }).map((s) => s.join('/')),
            {
              nil: undefined,
            },
          ),
        }),
        (parts) => {
          const text = formatPackageUrl(parts);
          expect(text).toMatch(/^[A-Za-z0-9.\-_~%:/@?=&#]+$/);
          expect(formatPackageUrl(parsePackageUrl(text))).toBe(text);
          const parsed = parsePackageUrl(text);
          expect({ ...parts, ...parsed, qualifiers: 0 }).toEqual({ ...parts, qualifiers: 0 });
          expect(new Map(parsed.qualifiers)).toEqual(parts.qualifiers);
        },
      ),
    );
  });

  it.each([
    'pkg:npm/left-pad@1.3.0',
    'pkg:npm/left-pad',
    'pkg:golang/github.com/BurntSushi/toml@v1.2.0',
    'pkg:deb/debian/curl@7.50.3-1?arch=amd64&distro=debian-12.5',
    'pkg:deb/debian/shadow@1:4.5?arch=&distro=x',
    'pkg:pypi/Typing_Extensions@4.0',
    'pkg:git/github.com/a/b@1',
    'pkg:swift/name@1',
    'pkg:julia/Example@0.5?uuid=7876af07',
    'pkg:npm/name@1?a=1&a=2',
    'pkg:npm/name@1?',
    'pkg:npm/a@b@1',
    'pkg:rpm/fedora/curl@7?Arch=x',
  ])('reads "%s" as it reads one with slashes before the type', (text) => {
    const outcome = (one: string): unknown => {
      try {
        return parsePackageUrl(one);
      } catch (error) {
        return (error as Error).message.replace(one, 'TEXT');
      }
    };
    expect(outcome(text)).toEqual(outcome(text.replace('pkg:', 'pkg:/')));
  });

  it('only ever refuses random text with a PackageUrlError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parsePackageUrl(`pkg:${text}`);
        } catch (error) {
          expect(error).toBeInstanceOf(PackageUrlError);
        }
      }),
    );
  });
});

describe('purlOf', () => {
  const debian: Distro = { id: 'debian', versionId: '12.5', codename: 'bookworm' };
  const none = new Map<string, string>();
  it.each([
    [
      'a Debian package',
      {
        ecosystem: 'debian' as const,
        name: 'curl',
        version: '1:7.50.3-1+b1',
        qualifiers: new Map([['arch', 'amd64']]),
      },
      debian,
      'pkg:deb/debian/curl@1:7.50.3-1%2Bb1?arch=amd64&distro=debian-12.5',
    ],
    [
      'an Alpine package of a rolling release',
      { ecosystem: 'alpine' as const, name: 'musl', version: '1.2-r0', qualifiers: none },
      { id: 'alpine', versionId: '' },
      'pkg:apk/alpine/musl@1.2-r0?distro=alpine',
    ],
    [
      'a Debian package of an unknown system',
      { ecosystem: 'debian' as const, name: 'curl', version: '1', qualifiers: none },
      undefined,
      'pkg:deb/debian/curl@1',
    ],
    [
      'an npm package with capital letters',
      { ecosystem: 'npm' as const, name: 'JSONStream', version: '1.3.5', qualifiers: none },
      undefined,
      'pkg:npm/JSONStream@1.3.5',
    ],
    [
      'a scoped npm package',
      { ecosystem: 'npm' as const, name: '@babel/core', version: '7.0.0', qualifiers: none },
      debian,
      'pkg:npm/%40babel/core@7.0.0',
    ],
    [
      'a package of a PEAR channel',
      {
        ecosystem: 'pear' as const,
        name: 'pecl.php.net/redis',
        version: '5.3.7',
        qualifiers: none,
      },
      debian,
      'pkg:pear/pecl.php.net/redis@5.3.7',
    ],
    [
      'a Go module',
      {
        ecosystem: 'go' as const,
        name: 'github.com/BurntSushi/toml',
        version: 'v1.0.0',
        qualifiers: none,
      },
      debian,
      'pkg:golang/github.com/BurntSushi/toml@v1.0.0',
    ],
    [
      'the standard library of Go',
      { ecosystem: 'go' as const, name: 'stdlib', version: '1.21.1', qualifiers: none },
      undefined,
      'pkg:golang/stdlib@1.21.1',
    ],
    [
      'a package of AlmaLinux',
      { ecosystem: 'almalinux' as const, name: 'curl', version: '7-1.el9', qualifiers: none },
      { id: 'almalinux', versionId: '9.6' },
      'pkg:rpm/almalinux/curl@7-1.el9?distro=almalinux-9.6',
    ],
    [
      'a package of Wolfi',
      { ecosystem: 'wolfi' as const, name: 'curl', version: '8-r0', qualifiers: none },
      { id: 'wolfi', versionId: '20230201' },
      'pkg:apk/wolfi/curl@8-r0?distro=wolfi-20230201',
    ],
    [
      'the runtime of Node.js',
      { ecosystem: 'node' as const, name: 'node', version: '20.11.0', qualifiers: none },
      undefined,
      'pkg:generic/node@20.11.0',
    ],
    [
      'a Python package',
      { ecosystem: 'pypi' as const, name: 'zope-interface', version: '1', qualifiers: none },
      undefined,
      'pkg:pypi/zope-interface@1',
    ],
    [
      'a name that nobody should have',
      { ecosystem: 'npm' as const, name: '/\ud800\u001b', version: '', qualifiers: none },
      undefined,
      'pkg:npm//%EF%BF%BD%1B',
    ],
  ])('names %s', (_, pkg, distro, purl) => {
    expect(purlOf(pkg, distro)).toBe(purl);
  });
});
