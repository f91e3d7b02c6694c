/**
 * Manifests that are programs, in forms that are rarer than those of the documentation: what they
 * request is read, or a gap.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

const mix = (deps: string): Files => ({
  'mix.exs': `defmodule X do\n  def project, do: [app: :x, deps: deps()]\n  defp deps do\n    ${deps}\n  end\nend\n`,
});
const swift = (dependencies: string): Files => ({
  'Package.swift': `let package = Package(name: "x", dependencies: [${dependencies}])\n`,
});
const pod = (line: string): Files => ({ Podfile: `target 'A' do\n  ${line}\nend\n` });
const conan = (line: string): Files => ({
  'conanfile.py': `class X(ConanFile):\n    def requirements(self):\n        ${line}\n`,
});
const gemspec = (line: string): Files => ({
  'x.gemspec': `Gem::Specification.new do |s|\n  ${line}\nend\n`,
});

describe('what a program requests', () => {
  it.each<readonly [string, Files, readonly string[]]>([
    ['pairs of Mix', mix('[plug: "1.0.0", jason: "== 1.2.0"]'), ['jason@1.2.0', 'plug@1.0.0']],
    ['a quoted name of Mix', mix('[{:"plug", "1.0.0"}]'), ['plug@1.0.0']],
    ['the tag of a repository of Mix', mix('[{:plug, git: "https://a/b", tag: "1.0.0"}]'), []],
    [
      'two packages of Swift on a line',
      swift('.package(id: "a.b", exact: "1.0.0"), .package(id: "c.d", exact: "2.0.0")'),
      ['a/b@1.0.0', 'c/d@2.0.0'],
    ],
    [
      'a reference of Conan before a comment',
      { 'conanfile.txt': '[requires]\nopenssl/1.1.1a # why\n' },
      ['openssl@1.1.1a'],
    ],
    ['an older call of Conan', conan('self.requires.add("openssl/1.1.1a")'), ['openssl@1.1.1a']],
  ])('is read: %s', async (_name, files, expected) => {
    expect([...packagesIn(await scannedTree(files))].sort()).toEqual(expected);
  });

  it.each<readonly [string, Files, string]>([
    ['a sigil of Mix', mix('[{:plug, ~s(1.0.0)}]'), 'computes versions'],
    ['another file of Mix', mix('Code.eval_file("deps.exs") |> elem(0)'), 'computes versions'],
    ['a list of Mix from elsewhere', mix('common() ++ [{:a, "== 1.0.0"}]'), 'computes versions'],
    ['pods of a list', pod("['A'].each { |name| pod name, '1.0.0' }"), 'computes the names'],
    ['a pod within a line', pod("target 'B' do pod 'A', '1.0.0' end"), 'computes the names'],
    ['a pod behind another statement', pod("x = 1; pod 'A', '1.0.0'"), 'computes the names'],
    ['a pod that is sent', pod("send(:pod, 'A', '1.0.0')"), 'computes the names'],
    ['a pod of the object itself', pod("self.pod 'A', '1.0.0'"), 'computes the names'],
    ['pods of another file', pod("load 'other'"), 'takes dependencies from other files'],
    ['a loop of Conan', conan('for one in LIST: self.requires(one)'), 'computes what it requires'],
    [
      'a gem that is sent',
      gemspec("s.send(:add_dependency, 'rack', '2.2.2')"),
      'computes the names',
    ],
  ])('is a gap: %s', async (_name, files, message) => {
    expect(gapsIn(await scannedTree(files)).join()).toContain(message);
  });

  it.each<readonly [string, Files]>([
    ['lists of functions of dependencies', mix('[] ++ test_deps()')],
    ['words that only look like pods', pod("puts 'pod x' # { pod y }")],
  ])('is no gap: %s', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });
});
