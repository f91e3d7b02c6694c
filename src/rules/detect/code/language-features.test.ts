/** The table of language features in `docs/static-analysis.md`: each row has pairs of programs. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

/** Two handlers of requests, which run commands. The request's parameter is in `x`. */
interface Pair {
  readonly language: 'js' | 'py';
  /** Stands in front of the handler. */
  readonly top?: string;
  /** Untrusted data is in the command. */
  readonly bad: string;
  /** None is. */
  readonly good: string;
  /** Of commands, unless another one is named. */
  readonly rule?: string;
  /** What is reported where the feature is not followed. */
  readonly unfollowed?: 'both' | 'neither';
}

function program({ language, top = '' }: Pair, body: string): string {
  if (language === 'js') {
    return `const { exec } = require('child_process');\nconst app = require('express')();\n${top}\napp.get('/', async (req, res) => {\n  const x = req.query.x;\n  ${body}\n});\n`;
  }
  const lines = body.replaceAll('\n', '\n    ');
  return `import os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n${top}\n\n@app.get('/')\ndef view():\n    x = request.args['x']\n    ${lines}\n    return 'done'\n`;
}

const js = (bad: string, good: string, top?: string): Pair => ({
  language: 'js',
  bad,
  good,
  ...(top !== undefined && { top }),
});
const py = (bad: string, good: string, top?: string): Pair => ({
  ...js(bad, good, top),
  language: 'py',
});
const both = (pair: Pair): Pair => ({ ...pair, unfollowed: 'both' });
const neither = (pair: Pair): Pair => ({ ...pair, unfollowed: 'neither' });

/** Pairs by the first cell of the row. */
const PAIRS: Readonly<Record<string, readonly Pair[]>> = {
  'assignments, conditions, loops, `switch` and `match`, `try`, early `return`, `break`': [
    js(
      "let y = 'a'; for (const i of [1, 2]) { if (i === q()) { y = x; break; } } exec(y);",
      "let y = x; y = 'a'; if (false) y = x; exec(y);",
    ),
    js(
      "let y; switch (q()) { case 1: y = x; break; default: y = 'b'; } exec(y);",
      "let y; switch (q()) { case 1: y = 'a'; break; default: y = 'b'; } exec(y);",
    ),
    js('try { q(); } catch { exec(x); }', "if (q()) { return; exec(x); } exec('a');"),
    py(
      "y = 'a'\nfor i in [1, 2]:\n    if i == q():\n        y = x\n        break\nos.system(y)",
      "y = x\ny = 'a'\nif False:\n    y = x\nos.system(y)",
    ),
    py(
      "match q():\n    case 1:\n        y = x\n    case _:\n        y = 'b'\nos.system(y)",
      "match q():\n    case 1:\n        y = 'a'\n    case _:\n        y = 'b'\nos.system(y)",
    ),
  ],
  constants: [
    js('if (1 + 1 === 2) exec(x);', 'if (1 + 1 === 3) exec(x);'),
    py("if 'a' + 'b' == 'ab':\n    os.system(x)", "if 'a' + 'b' == 'a':\n    os.system(x)"),
  ],
  'texts: sums, templates, f-strings, `%`, `format`, `join`': [
    js("exec(['ls', `-l ${x}`].join(' ') + '');", "exec(['ls', `-l ${'a'}`].join(' ') + '');"),
    py("os.system(' '.join(['ls', f'{x}']))", "os.system(' '.join(['ls', f'{1}']))"),
    py("os.system('ls %s' % x)", "os.system('ls %s' % 'a')"),
    py("os.system('ls {}'.format(x))", "os.system('ls {}'.format('a'))"),
  ],
  'maps, objects and lists': [
    js("const o = { a: x, b: 'b' }; exec(o.a);", "const o = { a: x, b: 'b' }; exec(o.b);"),
    js("const o = ['a', x]; exec(o[1]);", "const o = ['a', x]; exec(o[0]);"),
    py("o = {'a': x, 'b': 'b'}\nos.system(o['a'])", "o = {'a': x, 'b': 'b'}\nos.system(o['b'])"),
    py("o = ['a', x]\nos.system(o[1])", "o = ['a', x]\nos.system(o[0])"),
  ],
  'destructuring, spread, default values, named arguments': [
    js(
      "const { a, ...rest } = { a: 'a', b: x }; exec(rest.b);",
      "const { a, ...rest } = { a: 'a', b: x }; exec(a);",
    ),
    js('const f = (p, q = x) => q; exec(f(1));', "const f = (p, q = x) => q; exec(f(1, 'a'));"),
    py("a, *b = ['a', x]\nos.system(b[0])", "a, *b = ['a', x]\nos.system(a)"),
    py('os.system(f(p=x))', "os.system(f(p='a', q=x))", "\n\ndef f(p, q=''):\n    return p\n"),
  ],
  'functions of the file: calls, recursion, closures, callbacks, decorators, generators': [
    js('exec(f(x));', "f(x); exec(f('a'));", 'function f(p) { return p; }'),
    js(
      'exec(f(x, 3));',
      "exec(f('a', 3));",
      'function f(p, n) { return n === 0 ? p : f(p, n - 1); }',
    ),
    js(
      'const f = () => x; exec([1].map(() => f())[0]);',
      "const f = () => 'a'; exec([1].map(() => f())[0]);",
    ),
    js(
      'for (const y of f(x)) exec(y);',
      "for (const y of f('a')) exec(y);",
      'function* f(p) { yield p; }',
    ),
    py('os.system(f(x))', "f(x)\nos.system(f('a'))", '\n\ndef f(p):\n    return p\n'),
    py(
      'for y in f(x):\n    os.system(y)',
      "for y in f('a'):\n    os.system(y)",
      '\n\ndef f(p):\n    yield p\n',
    ),
    py(
      'os.system(f(x))',
      "os.system(f('a'))",
      '\n\ndef same(inner):\n    def outer(p):\n        return inner(p)\n    return outer\n\n\n@same\ndef f(p):\n    return p\n',
    ),
  ],
  'classes: constructors, fields, methods, getters, `super`, one file': [
    js(
      'exec(new B(x).part);',
      'exec(new B(x).fixed);',
      "class A { constructor(p) { this.p = p; } }\nclass B extends A { constructor(p) { super(p); } get part() { return this.p; } get fixed() { return 'a'; } }",
    ),
    py(
      'os.system(B(x).part())',
      'os.system(B(x).fixed())',
      "\n\nclass A:\n    def __init__(self, p):\n        self.p = p\n\n\nclass B(A):\n    def __init__(self, p):\n        super().__init__(p)\n\n    def part(self):\n        return self.p\n\n    def fixed(self):\n        return 'a'\n",
    ),
  ],
  'promises, `async` and `await`': [
    js(
      'exec(await Promise.resolve(x).then((y) => y));',
      "exec(await Promise.resolve(x).then(() => 'a'));",
    ),
    js('exec(await f(x));', "exec(await f('a'));", 'async function f(p) { return p; }'),
  ],
  'imports and aliases: `from os import system as s`, `require`, destructured imports': [
    js('run(x);', 'call(x);', "const { exec: run, call } = require('child_process');"),
    py('s(x)', 't(x)', 'from os import system as s\nfrom log import system as t'),
  ],
  'conditions that check a value: equality, lists, anchored expressions, `isdigit`, `startsWith`': [
    js("if (x !== 'a') q(); exec(x);", "if (x !== 'a') return; exec(x);"),
    js("q(['a'].includes(x)); exec(x);", "if (!['a'].includes(x)) return; exec(x);"),
    js('if (!/^[a-z]/.test(x)) return; exec(x);', 'if (!/^[a-z]+$/.test(x)) return; exec(x);'),
    py('q(x.isdigit())\nos.system(x)', "if not x.isdigit():\n    return ''\nos.system(x)"),
  ],
  'functions of other files': [
    both(
      js('exec(f(x));', "exec(f(x, 'and it returns another text'));", "const f = require('./f');"),
    ),
    both(py('os.system(f(x))', "os.system(f(x, 'the same'))", 'from other import f')),
  ],
  'checks in a function of their own, as in `if not is_valid(name)`': [
    py(
      'if not f(x):\n    q()\nos.system(x)',
      "if not f(x):\n    return ''\nos.system(x)",
      "\n\ndef f(p):\n    return p in ('a', 'b')\n",
    ),
    js(
      'if (!f(x)) q(); exec(x);',
      'if (!f(x)) return; exec(x);',
      "function f(p) { return ['a', 'b'].includes(p); }",
    ),
    js(
      'if (!f(x)) return; exec(x);',
      "if (!f(x)) return; exec('a');",
      'function f(p) { return p.length < 9; }',
    ),
  ],
  'parts that are checked: the host of an address, `commonpath` of a resolved path': [
    {
      ...py(
        "y = os.path.realpath('/srv/' + x)\nos.path.commonpath(['/srv', y])\nopen(y)",
        "y = os.path.realpath('/srv/' + x)\nif os.path.commonpath(['/srv', y]) != '/srv':\n    return ''\nopen(y)",
      ),
      rule: 'path-traversal',
    },
    {
      ...py(
        'y = urlparse(x)\nq(y.hostname)\nrequests.get(x)',
        "y = urlparse(x)\nif y.hostname != 'a.example':\n    return ''\nrequests.get(x)",
        'import requests\nfrom urllib.parse import urlparse',
      ),
      rule: 'server-side-request-forgery',
    },
    {
      ...js(
        'const y = new URL(x); q(y.hostname); await fetch(y);',
        "const y = new URL(x); if (y.hostname !== 'a.example') return; await fetch(y);",
      ),
      rule: 'server-side-request-forgery',
    },
    {
      ...js(
        "const y = path.resolve('/srv', x); q(y.startsWith('/srv/')); fs.readFileSync(y);",
        "const y = path.resolve('/srv', x); if (!y.startsWith('/srv/')) return; fs.readFileSync(y);",
        "const fs = require('fs');\nconst path = require('path');",
      ),
      rule: 'path-traversal',
    },
  ],
  'objects that several names share across files, `eval` of fixed texts, `with` of JavaScript, metaclasses':
    [
      neither(
        js(
          'shared.part = x; exec(q());',
          "shared.part = 'a'; exec(q());",
          "const { shared, q } = require('./q');",
        ),
      ),
      neither(js("var y; eval('y = x'); exec(y);", "var y; eval('y = 1'); exec(y);")),
      neither(js('with ({ y: x }) { exec(y); }', "with ({ y: 'a' }) { exec(y); }")),
      neither(
        py(
          'os.system(A.part)',
          'os.system(A.name)',
          "\n\nclass Meta(type):\n    def __getattr__(cls, name):\n        return request.args[name]\n\n\nclass A(metaclass=Meta):\n    name = 'a'\n",
        ),
      ),
    ],
};

/** The rows of the table, each with its cells. */
const ROWS = (
  /## What is followed\n\n(?<table>(?:\|.*\n)+)/u.exec(
    readFileSync(path.join(import.meta.dirname, '../../../../docs/static-analysis.md'), 'utf8'),
  )?.groups?.['table'] ?? ''
)
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()));

async function isReported(
  { language, rule: expected = 'command-injection' }: Pair,
  text: string,
): Promise<boolean> {
  const file = `a.${language}`;
  await sourceCode.prepare?.(file);
  return sourceCode
    .detect({ path: file, bytes: Buffer.from(text) })
    .some(({ rule, confidence }) => rule === `code/${expected}` && confidence !== 'low');
}

describe('features of languages', () => {
  it('have a pair for each row of the page', () => {
    expect(ROWS.map(([, feature]) => feature)).toEqual(Object.keys(PAIRS));
  });

  const rows = Object.entries(PAIRS).flatMap(([feature, pairs]) =>
    pairs.map((pair) => [feature, pair] as const),
  );
  it.each(rows)('%s', async (_feature, pair) => {
    const { bad, good, unfollowed } = pair;
    expect([
      await isReported(pair, program(pair, bad)),
      await isReported(pair, program(pair, good)),
    ]).toEqual([unfollowed !== 'neither', unfollowed === 'both']);
  });
});
