/**
 * Which functions are followed: untrusted data is found wherever the words of its source and of its
 * end stand.
 */

import { describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

const EXPRESS = "const express = require('express');\nconst { exec } = require('child_process');\n";

const CASES: readonly (readonly [string, string, string, string])[] = [
  [
    'a parameter of a handler that is read by a variable key',
    'a.js',
    `${EXPRESS}module.exports.run = (key) => (req, res) => { exec(req[key]); };\n`,
    'command-injection',
  ],
  [
    'pieces of a request',
    'a.js',
    `${EXPRESS}module.exports = async function (req, res) { for await (const part of req) exec(part); };\n`,
    'command-injection',
  ],
  [
    'an inner function, whose outer function has the request',
    'a.js',
    `${EXPRESS}module.exports = function (req, res) { const r = req; later(() => { exec(r.query.x); }); };\n`,
    'command-injection',
  ],
  [
    'a helper that reads what its caller passes',
    'a.js',
    `${EXPRESS}function part(r) { return r.query.x; }\nexports.run = function (req, res) { exec(part(req)); };\n`,
    'command-injection',
  ],
  [
    'a context of koa',
    'a.js',
    "const fs = require('fs');\nmodule.exports = async (ctx, next) => { ctx.body = fs.readFileSync(ctx.query.name); };\n",
    'path-traversal',
  ],
  [
    'an application whose handlers have other names',
    'a.js',
    `${EXPRESS}const app = express();\napp.get('/', (a, b) => { exec(a.query.x); });\n`,
    'command-injection',
  ],
  [
    'a cookie of koa without a flag',
    'a.js',
    "const Koa = require('koa');\nconst app = new Koa();\napp.use(async (c) => { c.cookies.set('session', id(), { secure: false }); });\n",
    'insecure-cookie',
  ],
  [
    'a setting that is a text',
    'a.js',
    `${EXPRESS}const app = express();\nfunction set(a) { a.set('trust ' + 'proxy', true); }\nset(app);\n`,
    'trusted-proxy-headers',
  ],
  [
    'a record of all fields, in a function without another word of a sink',
    'a.py',
    'from flask import request\nfrom models import User\n\ndef store(one):\n    one.save()\n\ndef view(request):\n    store(User(**request.get_json()))\n',
    'mass-assignment',
  ],
  [
    'a server in debug mode',
    'a.py',
    'import flask\n\ndef main():\n    made = flask.Flask(__name__)\n    made.run(debug=True)\n',
    'debug-mode',
  ],
  [
    'a temporary file whose directory is a constant elsewhere',
    'a.py',
    'BASE = "/tmp/"\n\ndef write():\n    return open(BASE + "name", "w")\n',
    'predictable-temporary-file',
  ],
];

describe('functions are followed', () => {
  it.each(CASES)('%s', async (_, path, text, rule) => {
    await sourceCode.prepare?.(path);
    const found = sourceCode.detect({ path, bytes: Buffer.from(text) });
    expect(found.map((one) => one.rule)).toContain(`code/${rule}`);
  });

  it('also below a comment that names another source', async () => {
    const text = `// A request with a query.\n${EXPRESS}exports.run = (x) => { exec(x.query.y); };\n`;
    await sourceCode.prepare?.('a.js');
    expect(sourceCode.detect({ path: 'a.js', bytes: Buffer.from(text) })).toEqual([]);
  });
});
