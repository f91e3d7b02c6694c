import { describe, expect, it } from 'vitest';

import { readAmong, readCatalog } from '../../../../test/support/catalog-file.ts';
import { gemfileRequests } from './gemfile-requests.ts';

it('reads the gems of a project of Bundler', async () => {
  const { manifest } = await readCatalog(
    gemfileRequests,
    '/Gemfile',
    'gem "a", "1.0"\ngem "b", ">= 1",\n  "< 2", require: false\ngroup :test do\n  gem "c"\nend\ngem "d", platforms: :jruby\ngem "e", path: "e"\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['a', '1.0', '1.0', undefined],
    ['b', '>= 1, < 2', undefined, undefined],
    ['c', '', undefined, 'development'],
    ['d', '', undefined, 'optional'],
  ]);
});

describe('gems that are computed', () => {
  it.each([
    'NAMES.each { |name| gem name }',
    '%w[a b].each { |name| gem name, "~> 1.0" }',
    'NAMES.each do |name| gem name end',
    'group(:web) { gem "rails", "~> 5.0" }',
    'if ENV["A"] then gem "rails" end',
    'x = 1; gem "rails"',
    'gem(\n  "rails",\n  "~> 5.0"\n)',
    'gem %q(rails), "~> 5.0"',
    'gem "rails#{SUFFIX} x"',
    'gem *LIST',
    'gem :rails.to_s',
  ])('%s', async (text) => {
    const { manifest } = await readCatalog(gemfileRequests, '/Gemfile', `${text}\n`);
    expect(manifest?.computed).toBeDefined();
  });

  it.each([
    '# NAMES.each { |name| gem name }',
    'puts "a; gem install b"',
    'source "https://a.example/gem b"',
    'gem "a", "1.0" # like gem "b"',
    'gem = "a"',
    'ruby "3.3.0"',
    '=begin\ngem name\n=end',
    'require "gem"',
    'spec.gem "a"',
    'plugin "a"',
  ])('none in %s', async (text) => {
    const { manifest } = await readCatalog(gemfileRequests, '/Gemfile', `${text}\n`);
    expect(manifest?.computed).toBeUndefined();
  });
});

describe('groups', () => {
  it.each([
    ['gem "a", group: :test', true],
    ['gem "a", group: [:development, :test], require: false', true],
    ['gem "a", group: %i[development test]', true],
    ['gem "a", :group => :test, :require => false', true],
    ['gem "a", groups: ["test"]', true],
    ['group :development, :test do\n  gem "a"\nend', true],
    ['group :test, optional: true do\n  gem "a"\nend', true],
    ['group(:test) do\n  gem "a"\nend', true],
    ['group :test do\n  if A then b end\n  gem "a"\nend', true],
    ['gem "a", group: [:test, :web]', false],
    ['group :test, :web do\n  gem "a"\nend', false],
    ['gem "a", groups: [:web], require: :test', false],
    ['gem "a", group: :default', false],
    ['gem "a", group: [:default, :test]', false],
    ['group :test do\n  if A then b end\nend\ngem "a"', false],
    ['path "x" do\n  case A when 1 then b end\nend\ngem "a"', false],
    ['=begin\ngroup :test do\n=end\ngem "a"', false],
  ])('of %s are for development: %s', async (text, isDevelopment) => {
    const { manifest } = await readCatalog(gemfileRequests, '/Gemfile', `${text}\n`);
    expect(manifest?.requests.map(({ name, scope }) => [name, scope])).toEqual([
      ['a', isDevelopment ? 'development' : undefined],
    ]);
  });
});

describe('the gemspec of a Gemfile', () => {
  const SPEC = 'Gem::Specification.new do |s|\n  s.name = "x"\n';
  it.each<
    [string, string, Readonly<Record<string, string>>, readonly [readonly string[], boolean]]
  >([
    ['requests nothing', 'gemspec', { '/x.gemspec': `${SPEC}end` }, [[], false]],
    [
      'requests',
      'gemspec # x',
      { '/x.gemspec': `${SPEC}s.add_dependency "a", "~> 1"\nend` },
      [['a'], false],
    ],
    [
      'requests for development',
      'gemspec',
      { '/x.gemspec': `${SPEC}s.add_development_dependency "a"\nend` },
      [[], false],
    ],
    [
      'computes names',
      'gemspec',
      { '/x.gemspec': `${SPEC}s.add_dependency NAME\nend` },
      [[], true],
    ],
    [
      'appends',
      'gemspec',
      { '/x.gemspec': `${SPEC}s.dependencies << Gem::Dependency.new("a")\nend` },
      [[], true],
    ],
    [
      'calls without a space',
      'gemspec',
      { '/x.gemspec': `${SPEC}s.add_dependency"a"\nend` },
      [[], true],
    ],
    [
      'asks RubyGems',
      'gemspec',
      { '/x.gemspec': `${SPEC}if s.respond_to? :add_dependency\nend\nend` },
      [[], false],
    ],
    ['is not there', 'gemspec', {}, [[], true]],
    [
      'is one of several',
      'gemspec',
      { '/x.gemspec': `${SPEC}end`, '/y.gemspec': `${SPEC}end` },
      [[], true],
    ],
    ['has another place', 'gemspec path: "x"', { '/x.gemspec': `${SPEC}end` }, [[], true]],
    ['is in another directory', 'gemspec', { '/x/x.gemspec': `${SPEC}end` }, [[], true]],
  ])('%s', async (_name, line, others, [names, isComputed]) => {
    const { manifest } = await readAmong(gemfileRequests, { '/Gemfile': `${line}\n`, ...others });
    expect(manifest?.requests.map(({ name }) => name)).toEqual(names);
    expect(manifest?.computed !== undefined).toBe(isComputed);
  });
});
