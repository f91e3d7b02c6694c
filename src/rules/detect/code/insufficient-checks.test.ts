/** Checks that look sufficient and are none, beside those that are. */

import { beforeAll, describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

const JAVASCRIPT = `const express = require('express');
const { exec } = require('child_process');
const app = express();
const OK = ['a', 'b'];
`;
const PYTHON = `import os
import re
import requests
from urllib.parse import unquote, urlsplit
from flask import Flask, abort, request
app = Flask(__name__)
OK = ['a', 'b']
`;

function js(body: string, before = ''): readonly [path: string, text: string] {
  const handler = `app.get('/', async (req, res) => {\n  let x = req.query.x;\n  ${body}\n});\n`;
  return ['/a.js', `${JAVASCRIPT}${before}\n${handler}`];
}

function py(body: string, before = ''): readonly [path: string, text: string] {
  const lines = ["x = request.args['x']", ...body.split('\n'), 'return {}'];
  const view = `@app.get('/')\ndef index():\n${lines.map((line) => `    ${line}\n`).join('')}`;
  return ['/a.py', `${PYTHON}${before}\n${view}`];
}

type Row = readonly [title: string, file: readonly [string, string], rule: string];

const COMMAND = 'code/command-injection';
const REQUEST = 'code/server-side-request-forgery';

const INSUFFICIENT: readonly Row[] = [
  [
    'a helper that changes its parameter before it checks it',
    js(
      "if (!ok(x)) return; exec('ls ' + x);",
      "function ok(n) { n = n.replace(/[^a-z]/g, ''); return OK.includes(n); }",
    ),
    COMMAND,
  ],
  [
    'a helper that converts its parameter and throws',
    js(
      "ok(x); exec('ls ' + x);",
      "function ok(n) { n = Number(n); if (isNaN(n)) throw new Error('no'); }",
    ),
    COMMAND,
  ],
  [
    'a helper of Python that changes its parameter',
    py(
      "if not ok(x):\n    abort(400)\nos.system('ls ' + x)",
      "def ok(n):  # checks\n    n = n.split(' ')[0]\n    return n in OK\n",
    ),
    COMMAND,
  ],
  [
    'a helper whose promise is not awaited',
    js("if (!ok(x)) return; exec('ls ' + x);", 'async function ok(n) { return OK.includes(n); }'),
    COMMAND,
  ],
  [
    'a function in a variable whose promise is not awaited',
    js("if (!ok(x)) return; exec('ls ' + x);", 'const ok = async (n) => OK.includes(n);'),
    COMMAND,
  ],
  [
    'a helper of Python that is not awaited',
    py(
      "check(x)\nos.system('ls ' + x)",
      'async def check(n):\n    if n not in OK:\n        raise ValueError()\n',
    ),
    COMMAND,
  ],
  [
    'an expression for each line',
    js("if (!/^[a-z]+$/m.test(x)) return; exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'an expression for each line, as a text',
    js("if (!new RegExp('^[a-z]+$', 'm').test(x)) return; exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'an expression of Python for each line',
    py("if not re.match('^[a-z]+$', x, re.M):\n    abort(400)\nos.system('ls ' + x)"),
    COMMAND,
  ],
  [
    'a range with marks between letters',
    js("if (!/^[!-~]+$/.test(x)) return; exec('ls ' + x);"),
    COMMAND,
  ],
  ['a range from plus', js("if (!/^[+-_]+$/.test(x)) return; exec('ls ' + x);"), COMMAND],
  [
    'all characters but letters',
    js("if (!/^\\P{L}+$/u.test(x)) return; exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'a name of a host that may be any',
    js("if (!/^[\\w.-]+$/.test(x)) return; await fetch('http://' + x + '/');"),
    REQUEST,
  ],
  [
    'a text that is decoded after its check',
    js("if (!/^[\\w%]+$/.test(x)) return; exec('ls ' + decodeURIComponent(x));"),
    COMMAND,
  ],
  [
    'a text that is decoded after it was escaped',
    js("res.send('<p>' + he.decode(he.escape(x)) + '</p>');", "const he = require('he');"),
    'code/cross-site-scripting',
  ],
  [
    'a return that leads through finally',
    js("try { if (!OK.includes(x)) return; } finally { exec('ls ' + x); }"),
    COMMAND,
  ],
  [
    'an error that leads through finally, in Python',
    py("try:\n    if x not in OK:\n        raise ValueError()\nfinally:\n    os.system('ls ' + x)"),
    COMMAND,
  ],
  [
    'a break out of a block with a label',
    js("check: { if (x.length > 3) break check; x = 'a'; } exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'a break out of two loops',
    js(
      "all: while (true) { while (true) { if (x.length > 3) break all; x = 'a'; break; } break; } exec('ls ' + x);",
    ),
    COMMAND,
  ],
  [
    'a list that requests fill',
    py(
      "if x not in NAMES:\n    abort(400)\nos.system('ls ' + x)",
      "NAMES = []\n\n@app.post('/add')\ndef add():\n    NAMES.append(request.args['n'])\n    return {}\n",
    ),
    COMMAND,
  ],
  [
    'a part of a variable of the environment',
    js("if (!process.env.NAMES.includes(x)) return; exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'a part of a variable of the environment, in Python',
    py("if x not in os.environ['NAMES']:\n    abort(400)\nos.system('ls ' + x)"),
    COMMAND,
  ],
  [
    'a part of a joined text',
    py("if x not in ','.join(OK):\n    abort(400)\nos.system('ls ' + x)"),
    COMMAND,
  ],
  [
    'a name of the request itself',
    js("if (!Object.hasOwn(req.query, x)) return; exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'a part of the name of a host',
    py("if 'a.example' not in urlsplit(x).netloc:\n    abort(400)\nrequests.get(x, timeout=3)"),
    REQUEST,
  ],
  [
    'the top-level domain of a host',
    js("const u = new URL(x); if (!u.hostname.endsWith('.com')) return; await fetch(u);"),
    REQUEST,
  ],
];

const SUFFICIENT: readonly Row[] = [
  [
    'a helper that leaves its parameter as it is',
    js("if (!ok(x)) return; exec('ls ' + x);", 'function ok(n) { return OK.includes(n); }'),
    COMMAND,
  ],
  [
    'a helper that changes another variable',
    js(
      "if (!ok(x)) return; exec('ls ' + x);",
      'function ok(n) { let i = 0; i = i + 1; return i > 0 && OK.includes(n); }',
    ),
    COMMAND,
  ],
  [
    'a helper that is awaited',
    js(
      "if (!(await ok(x))) return; exec('ls ' + x);",
      'async function ok(n) { return OK.includes(n); }',
    ),
    COMMAND,
  ],
  ['an expression of letters', js("if (!/^[a-z]+$/i.test(x)) return; exec('ls ' + x);"), COMMAND],
  [
    'an expression of letters and digits in Python',
    py("if not re.fullmatch('[a-zA-Z0-9_-]+', x):\n    abort(400)\nos.system('ls ' + x)"),
    COMMAND,
  ],
  [
    'a list behind finally',
    js("try { if (!OK.includes(x)) return; } finally { console.log('a'); } exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'a break out of a block with a label that changes nothing',
    js("check: { if (OK.includes(x)) break check; x = 'a'; } exec('ls ' + x);"),
    COMMAND,
  ],
  [
    'a list of another module',
    py("if x not in NAMES:\n    abort(400)\nos.system('ls ' + x)", 'from settings import NAMES\n'),
    COMMAND,
  ],
  [
    'the domain of a host',
    js("const u = new URL(x); if (!u.hostname.endsWith('.a.example')) return; await fetch(u);"),
    REQUEST,
  ],
];

function rulesOf([path, text]: readonly [string, string]): readonly string[] {
  const drafts = sourceCode.detect({ path, bytes: Buffer.from(text) }, () => undefined);
  return drafts.flatMap(({ rule, confidence }) => (confidence === 'low' ? [] : [rule]));
}

describe('a check', () => {
  beforeAll(async () => {
    await sourceCode.prepare?.('/a.js');
    await sourceCode.prepare?.('/a.py');
  });

  it.each(INSUFFICIENT)('is not sufficient: %s', (_, file, rule) => {
    expect(rulesOf(file)).toContain(rule);
  });

  it.each(SUFFICIENT)('is sufficient: %s', (_, file, rule) => {
    expect(rulesOf(file)).not.toContain(rule);
  });
});
