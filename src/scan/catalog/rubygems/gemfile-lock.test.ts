import { describe, expect, it } from 'vitest';

import { namesOf, readAmong, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
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
    mini_portile2 (2.8.9)
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
        dependsOn: ['mini_portile2', 'racc'],
      },
      { name: 'mini_portile2', version: '2.8.9', line: 33, relationship: 'indirect' },
      {
        name: 'racc',
        version: '1.8.1',
        line: 34,
        relationship: 'indirect',
        digests: [`sha256:${SUM}`],
      },
      { name: 'rack', version: '2.2.3', line: 35, relationship: 'indirect' },
      { name: 'rake', version: '13.2.1', line: 36, relationship: 'direct' },
      {
        name: 'sass',
        version: '1.0',
        line: 37,
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

  it.each([
    ['what a gem needs', '    racc (1.8.1)\n', 'asks for "racc",'],
    ['what the project needs', '    rake (13.2.1)\n', 'asks for "rake",'],
  ])('that lacks %s is a gap', async (_, row, words) => {
    const result = await readCatalog(gemfileLock, '/Gemfile.lock', LOCK.replace(row, ''));
    expect(result.diagnostics).toMatchObject([
      { gap: 'unreadable', message: expect.stringContaining(words) as string },
    ]);
  });

  it('that lacks what its checksums are of is a gap', async () => {
    const text = 'GEM\n  specs:\n    a (1.0)\n\nDEPENDENCIES\n  a\n\nCHECKSUMS\n  a (1.0)\n';
    const lock = (row: string) => readCatalog(gemfileLock, '/Gemfile.lock', text + row);
    expect((await lock(`  bundler (2.6) sha256=${SUM}\n`)).diagnostics).toBeUndefined();
    expect((await lock(`  b (2.6-java) sha256=${SUM}\n`)).diagnostics).toMatchObject([
      { gap: 'unreadable' },
    ]);
  });

  it('that needs Bundler itself lacks nothing', async () => {
    const text = 'GEM\n  specs:\n    a (1.0)\n      bundler (>= 1.0)\n\nDEPENDENCIES\n  a\n';
    expect((await readCatalog(gemfileLock, '/Gemfile.lock', text)).diagnostics).toBeUndefined();
  });

  it.each([
    [undefined, undefined],
    ["gem 'a'\ngem 'w', '~> 1'\n", 'unreadable'],
    ["gem 'a'\n  gem('w',\n    require: false)\n", 'unreadable'],
    ["gem 'a'\ngem 'w', platforms: %i[windows jruby]\n", undefined],
    ["gem 'a'\ngem 'w', require: false,\n  platforms: %i[windows jruby]\n", undefined],
    ["gem 'a'\nplatform :windows do\n  gem 'w'\nend\n", undefined],
    ["gem 'a'\ngroup :x, platforms: :jruby do\n  gem 'w'\nend\n", undefined],
    ["gem 'a'\ninstall_if -> { false } do\n  gem 'w'\nend\n", undefined],
    ["gem 'a'\neval_gemfile 'other'\n", undefined],
  ])('without a gem of its Gemfile %j says so, with gap %j', async (manifest, gap) => {
    const lock = 'GEM\n  specs:\n    a (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a\n  w\n';
    const beside = manifest === undefined ? {} : { '/app/Gemfile': manifest };
    const result = await readAmong(gemfileLock, { '/app/Gemfile.lock': lock, ...beside });
    expect(result.diagnostics).toHaveLength(1);
    expect(result.diagnostics?.[0]?.message).toContain('"w"');
    expect(result.diagnostics?.[0]?.gap).toBe(gap);
  });

  it('that is none is refused; an empty one is not', async () => {
    await expect(readCatalog(gemfileLock, '/Gemfile.lock', 'what is this')).rejects.toThrow(
      ParseError,
    );
    expect(await readCatalog(gemfileLock, '/Gemfile.lock', '\n')).toEqual({ packages: [] });
  });
});
