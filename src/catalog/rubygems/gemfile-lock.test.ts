import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../test/support/catalog-file.ts';
import { ParseError } from '../../base/errors.ts';
import { gemfileLock } from './gemfile-lock.ts';

const SUM = 'a'.repeat(64);
const LOCK = `GIT
  remote: https://token@github.com/hanami/utils.git
  revision: 5904fc9a70683b8749aa2861257d0c8c01eae4aa
  branch: main
  specs:
    hanami-utils (2.0.0.alpha1)
      rack (~> 2.0)

PATH
  remote: .
  specs:
    project (0.1.0)
      rake

PATH
  remote: vendor/local
  specs:
    local (1.2.0)

PLUGIN SOURCE
  remote: https://rubygems.org/
  specs:
    plugin (1.0)

GEM
  remote: https://rubygems.org/
  specs:
    nokogiri (1.18.2)
      mini_portile2 (~> 2.8.2)
      racc (~> 1.4)
    nokogiri (1.18.2-x86_64-linux)
      racc (~> 1.4)
    racc (1.8.1)
    rack (2.2.3)
    rake (13.2.1)
    sass (1.0-java)

PLATFORMS
  ruby
  x86_64-linux

DEPENDENCIES
  hanami-utils!
  nokogiri (~> 1.18)
  project!

CHECKSUMS
  hanami-utils (2.0.0.alpha1)
  racc (1.8.1) sha256=${SUM}

RUBY VERSION
   ruby 3.3.8p144

BUNDLED WITH
   2.6.3
`;

describe('a lockfile of Bundler', () => {
  it('names gems of every source, without the project itself', async () => {
    const { packages, diagnostics } = await readCatalog(gemfileLock, '/Gemfile.lock', LOCK);
    expect(diagnostics).toBeUndefined();
    expect(packages).toEqual([
      {
        name: 'hanami-utils',
        version: '2.0.0.alpha1',
        line: 6,
        relationship: 'direct',
        dependsOn: ['rack'],
        qualifiers: new Map([
          [
            'vcs_url',
            'git+https://github.com/hanami/utils.git@5904fc9a70683b8749aa2861257d0c8c01eae4aa',
          ],
        ]),
      },
      { name: 'local', version: '1.2.0', line: 18, relationship: 'indirect' },
      { name: 'plugin', version: '1.0', line: 23, relationship: 'indirect' },
      {
        name: 'nokogiri',
        version: '1.18.2',
        line: 28,
        relationship: 'direct',
        dependsOn: ['racc'],
      },
      {
        name: 'racc',
        version: '1.8.1',
        line: 33,
        relationship: 'indirect',
        digests: [`sha256:${SUM}`],
      },
      { name: 'rack', version: '2.2.3', line: 34, relationship: 'indirect' },
      { name: 'rake', version: '13.2.1', line: 35, relationship: 'direct' },
      {
        name: 'sass',
        version: '1.0',
        line: 36,
        relationship: 'indirect',
        qualifiers: new Map([['platform', 'java']]),
      },
    ]);
  });

  it('is the same with the line ends of Windows', async () => {
    const plain = await readCatalog(gemfileLock, '/gems.locked', LOCK);
    expect(await readCatalog(gemfileLock, '/gems.locked', LOCK.replaceAll('\n', '\r\n'))).toEqual(
      plain,
    );
  });

  it.each([
    ['a gem without a version', 'GEM\n  specs:\n    a\n\nDEPENDENCIES\n'],
    ['a version that is none', 'GEM\n  specs:\n    a (x)\n\nDEPENDENCIES\n'],
    ['a conflict of git', 'GEM\n  specs:\n<<<<<<< HEAD\n\nDEPENDENCIES\n'],
    ['a line of no form', 'GEM\n what\n\nDEPENDENCIES\n'],
    ['an end within a source', 'GIT\n  remote: https://x/y.git\n  revision: 1a2b\n'],
    ['an end before the list of gems', 'GEM\n  remote: https://rubygems.org/\n'],
  ])('with %s is a gap', async (_case, text) => {
    const result = await readCatalog(gemfileLock, '/Gemfile.lock', text);
    expect(namesOf(result)).toEqual([]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it('that was cut off is a gap, whatever it has', async () => {
    const text = LOCK.slice(0, LOCK.indexOf('    racc (1.8.1)'));
    const result = await readCatalog(gemfileLock, '/Gemfile.lock', text);
    expect(namesOf(result)).toContain('nokogiri@1.18.2');
    expect(result.diagnostics).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('that is none is refused; an empty one is not', async () => {
    await expect(readCatalog(gemfileLock, '/Gemfile.lock', 'what is this')).rejects.toThrow(
      ParseError,
    );
    expect(await readCatalog(gemfileLock, '/Gemfile.lock', '\n')).toEqual({ packages: [] });
  });
});
