import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { otherBuild } from './other-build.ts';

async function requestsOf(path: string, text: string): Promise<readonly unknown[]> {
  const { manifest } = await readCatalog(otherBuild, path, text);
  const rows = manifest?.requests.map(({ name, range, version }) => [name, range, version]) ?? [];
  return manifest?.computed === undefined ? rows : [...rows, manifest.computed];
}

describe('builds of less common tools', () => {
  it.each<[string, string, string, readonly unknown[]]>([
    [
      'Ivy',
      '/ivy.xml',
      '<dependencies><dependency org="g" name="a" rev="1.0" conf="x->y"/><dependency name=\'b\' org=\'g\' rev=\'1.+\'>\n</dependency></dependencies>',
      [
        ['g:a', '1.0', '1.0'],
        ['g:b', '1.+', undefined],
      ],
    ],
    [
      'Ivy with comments and properties',
      '/ivy.xml',
      '<!-- <dependency org="g" name="c" rev="1"/> --><dependency org="g" name="a" rev="${v}"/><!-- <dependency org="g" name="d" rev="1"/>',
      ['computes names or versions of its dependencies'],
    ],
    [
      'Clojure',
      '/deps.edn',
      '{:deps {org.clojure/clojure {:mvn/version "1.11.1"} ; x/y {:mvn/version "1"}\n  hiccup {:exclusions [a/b] :mvn/version "RELEASE"}\n  c/d {:git/sha "0" :git/url "https://h"}}}',
      [
        ['org.clojure:clojure', '1.11.1', '1.11.1'],
        ['hiccup:hiccup', 'RELEASE', undefined],
      ],
    ],
    [
      'Leiningen',
      '/project.clj',
      '(defproject me/app "0.1.0"\n  :dependencies [[org.clojure/clojure "1.11.1"]\n [ring "[1.0,2.0)" :exclusions [a/b]]])',
      [
        ['org.clojure:clojure', '1.11.1', '1.11.1'],
        ['ring:ring', '[1.0,2.0)', undefined],
      ],
    ],
    [
      'Mill',
      '/build.sc',
      'def ivyDeps = Agg(ivy"g:a:1.0", ivy"g::b:2.0") // ivy"x:y:1"',
      [['g:a', '1.0', '1.0'], 'computes names or versions of its dependencies'],
    ],
    ['Mill of today', '/app/build.mill', 'mvn"g:a:1.0"', [['g:a', '1.0', '1.0']]],
    [
      'Mill with a value',
      '/build.mill',
      'mvn"g:a:$v"',
      ['computes names or versions of its dependencies'],
    ],
    ['nothing', '/deps.edn', '{:paths ["src"]}', []],
    ['a name that is none', '/project.clj', '(defproject a "1" :x ["not a dependency" "1"])', []],
  ])('name what they request: %s', async (_, path, text, rows) => {
    expect(await requestsOf(path, text)).toEqual(rows);
  });
});
