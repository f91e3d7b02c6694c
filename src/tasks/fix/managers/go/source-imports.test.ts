import { describe, expect, it } from 'vitest';

import { importsOf } from './source-imports.ts';

describe('imports of a Go source', () => {
  it.each<[string, string, string[]]>([
    [
      'single declarations',
      'package a\nimport "x.test/a"\nimport b "x.test/b"\n',
      ['x.test/a', 'x.test/b'],
    ],
    [
      'a list with names, comments and raw strings',
      'package a\n\nimport (\n\t_ "x.test/a" // "no"\n\t. `x.test/b`\n\t/* "no" */ c "x.test/c"\n)\nvar x = "no"\n',
      ['x.test/a', 'x.test/b', 'x.test/c'],
    ],
    [
      'comments before the package',
      '/*\nimport "no"\n*/\n// import "no"\npackage a; import "x.test/a"',
      ['x.test/a'],
    ],
    ['nothing behind the declarations', 'package a\nfunc f() { _ = `\nimport "no"` }\n', []],
    ['a file that is ignored', '//go:build ignore\n\npackage main\nimport "x.test/a"\n', []],
    [
      'a file that is ignored in the older form',
      '// +build ignore\n\npackage main\nimport "x.test/a"\n',
      [],
    ],
    ['a file of tools', '//go:build tools\n\npackage main\nimport _ "x.test/a"\n', ['x.test/a']],
    [
      'no path with a quotation mark or a line end',
      'package a\nimport `x"\nimport _ "y.test/z`\n',
      [],
    ],
    ['a comment without an end', `package a\n/*${'/* '.repeat(20_000)}`, []],
  ])('are those of %s', (_, text, expected) => {
    expect(importsOf(text)).toEqual(expected);
  });
});
