/** What readers of scripts find in the text: names, ranges, exact versions and lines. */

import { describe, expect, it } from 'vitest';

import { catalogFile } from '../support/catalog-file.ts';
import { quietContext } from '../../src/core/base/context.ts';
import type { Cataloger } from '../../src/scan/catalog/cataloger.ts';
import { jvmScript } from '../../src/scan/catalog/maven/script.ts';
import { denoScript } from '../../src/scan/catalog/npm/script.ts';
import { dotnetScript } from '../../src/scan/catalog/nuget/script.ts';
import { pythonScript } from '../../src/scan/catalog/pypi/script.ts';
import { inlineGemfile } from '../../src/scan/catalog/rubygems/inline-gemfile.ts';

async function requestsOf(reader: Cataloger, path: string, text: string): Promise<unknown> {
  const file = catalogFile(path, Buffer.from(text));
  const { manifest } = await reader.read(file, { get: () => undefined }, quietContext());
  return manifest?.requests.map(({ name, range, version, line }) => [name, range, version, line]);
}

describe('readers of scripts', () => {
  it.each<[string, [Cataloger, string, string], readonly unknown[]]>([
    [
      'Python, with extras, markers and names in any form',
      [
        pythonScript,
        '/a.py',
        '\n# /// script\n# dependencies = ["Re.Quests[socks]==2.1 ; os_name == \'nt\'", "b >= 1"]\n# ///\n',
      ],
      [
        ['re-quests', '===2.1', '2.1', 2],
        ['b', '>= 1', undefined, 2],
      ],
    ],
    [
      'Ruby, with groups and options',
      [
        inlineGemfile,
        '/a.rb',
        "require('bundler/inline')\n\ngemfile(true, quiet: true) do\n  group :test do\n    gem 'a', '1.0'\n  end\n  gem 'b', '>= 1', require: false\nend\ngem 'c'\n",
      ],
      [
        ['a', '1.0', '1.0', 5],
        ['b', '>= 1', undefined, 7],
      ],
    ],
    [
      'JBang and Grape in one file',
      [
        jvmScript,
        '/a.groovy',
        "//DEPS a:b:1.0:sources@jar c:d:2+\n@Grapes([\n  @Grab(group = 'e', module = 'f', version = '3'),\n  @Grab('g:h:[1,)')\n])\n",
      ],
      [
        ['a:b', '1.0', '1.0', 1],
        ['c:d', '2+', undefined, 1],
        ['g:h', '[1,)', undefined, 4],
        ['e:f', '3', '3', 3],
      ],
    ],
    [
      'Scala CLI, with quotes and a full Scala version',
      [
        jvmScript,
        '/a.sc',
        '//> using scala "2.12.18"\n//> using lib "a::b::1.0"\n//> using toolkit typelevel:0.1.29\n',
      ],
      [
        ['a:b_2.12', '1.0', '1.0', 2],
        ['org.typelevel:toolkit_2.12', '0.1.29', '0.1.29', 3],
      ],
    ],
    [
      '.NET, with spaces and attributes',
      [
        dotnetScript,
        '/a.cs',
        '#:sdk Aspire.AppHost.Sdk@9.1.0\n#:package A version="1.0"\n#:package B@1.*-*\n',
      ],
      [
        ['Aspire.AppHost.Sdk', '9.1.0', '9.1.0', 1],
        ['A', '1.0', '1.0', 2],
        ['B', '1.*-*', undefined, 3],
      ],
    ],
    [
      'Deno, with paths, scopes and exports',
      [
        denoScript,
        '/a.ts',
        'export * from "npm:@a/b@1.2.3/sub";\nimport("jsr:@c/d");\nimport e from "node:fs";\nconst f = "npm:f@1";\n',
      ],
      [
        ['@a/b', '1.2.3', '1.2.3', 1],
        ['jsr:@c/d', '', undefined, 2],
      ],
    ],
  ])('%s', async (_name, [reader, path, text], expected) => {
    expect(await requestsOf(reader, path, text)).toEqual(expected);
  });

  it.each<[string, Cataloger]>([
    ['Python', pythonScript],
    ['Ruby', inlineGemfile],
    ['the JVM', jvmScript],
    ['.NET', dotnetScript],
    ['Deno', denoScript],
  ])('find nothing in another program: %s', async (_name, reader) => {
    expect(await requestsOf(reader, '/a', '#!/bin/sh\necho "# /// script"\n')).toBeUndefined();
  });
});
