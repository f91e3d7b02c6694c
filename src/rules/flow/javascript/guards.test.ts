/** What checks, fields and calls of JavaScript mean for untrusted data, each with a variant that means nothing. */

import { beforeAll, describe, expect, it } from 'vitest';

import { followerOf } from '../../../../test/support/follow-text.ts';
import type { FlowKind } from '../value/kinds.ts';

let reaches: (text: string, kind: FlowKind) => boolean = () => false;

beforeAll(async () => {
  reaches = await followerOf('javascript');
});

interface Row {
  readonly title: string;
  readonly kind: FlowKind;
  /** No untrusted data reaches the sink. */
  readonly harmless: string;
  /** It does, because the check is broken or the other part is taken. */
  readonly harmful: string;
}

const ROWS: readonly Row[] = [
  {
    title: 'a list of what is allowed',
    kind: 'command',
    harmless: "let x = source(); if (!['a', 'b'].includes(x)) return; sink(x);",
    harmful: "let x = source(); if (['a', 'b'].includes(x)) return; sink(x);",
  },
  {
    title: 'a set of what is allowed',
    kind: 'command',
    harmless: "const OK = new Set(['a']); let x = source(); if (OK.has(x)) sink(x);",
    harmful: "const OK = new Set(['a']); let x = source(); if (!OK.has(x)) sink(x);",
  },
  {
    title: 'a list and another case of the text',
    kind: 'command',
    harmless: "let x = source(); if (!['a'].includes(x.toLowerCase())) return; sink(x);",
    harmful: "let x = source(); if (!['a'].includes(x.slice(1))) return; sink(x);",
  },
  {
    title: 'an expression for the whole text',
    kind: 'command',
    harmless: 'let x = source(); if (/^[a-z]+$/.test(x)) sink(x);',
    harmful: 'let x = source(); if (/[a-z]+/.test(x)) sink(x);',
  },
  {
    title: 'an expression with alternatives',
    kind: 'command',
    harmless: 'let x = source(); if (/^(?:a|b)$/.test(x)) sink(x);',
    harmful: 'let x = source(); if (/^a|b$/.test(x)) sink(x);',
  },
  {
    title: 'a match of the whole text',
    kind: 'command',
    harmless: 'let x = source(); if (x.match(/^[a-z]+$/)) sink(x);',
    harmful: 'let x = source(); if (x.match(/^[a-z]+$/m)) sink(x);',
  },
  {
    title: 'characters that an expression excludes',
    kind: 'html',
    harmless: "let x = source(); if (/[<\"]/.test(x)) return; sink('<p>' + x);",
    harmful: "let x = source(); if (/[>]/.test(x)) return; sink('<p>' + x);",
  },
  {
    title: 'a number',
    kind: 'command',
    harmless: 'let x = source(); if (Number.isInteger(x)) sink(x);',
    harmful: 'let x = source(); if (!Number.isInteger(x)) sink(x);',
  },
  {
    title: 'something that is not a number',
    kind: 'command',
    harmless: 'let x = source(); if (isNaN(x)) return; sink(x);',
    harmful: 'let x = source(); if (!isNaN(x)) return; sink(x);',
  },
  {
    title: 'the type of a value',
    kind: 'command',
    harmless: "let x = source(); if (typeof x === 'number') sink(x);",
    harmful: "let x = source(); if (typeof x === 'string') sink(x);",
  },
  {
    title: 'a beginning of a resolved path',
    kind: 'path',
    harmless:
      "const path = require('path'); let x = path.resolve('/d', source()); if (x.startsWith('/d/')) sink(x);",
    harmful: "let x = '/d/' + source(); if (x.startsWith('/d/')) sink(x);",
  },
  {
    title: 'a beginning that is cut off',
    kind: 'path',
    harmless:
      "const path = require('path'); let x = path.resolve('/d', source()); if (x.slice(0, 3) === '/d/') sink(x);",
    harmful:
      "const path = require('path'); let x = path.resolve('/d', source()); if (x.slice(1, 3) === '/d/') sink(x);",
  },
  {
    title: 'no part that leads up',
    kind: 'path',
    harmless: "let x = source(); if (x.includes('..')) return; sink(x);",
    harmful: "let x = source(); if (!x.includes('..')) return; sink(x);",
  },
  {
    title: 'no part that leads up, by its place',
    kind: 'path',
    harmless: "let x = source(); if (x.indexOf('..') === -1) sink(x);",
    harmful: "let x = source(); if (x.indexOf('a') === -1) sink(x);",
  },
  {
    title: 'no slash, by its place',
    kind: 'path',
    harmless: "let x = source(); sink(x.indexOf('/') === -1 ? x : 'a');",
    harmful: "let x = source(); sink(x.indexOf('/') === -1 ? 'a' : x);",
  },
  {
    title: 'parts of a path, by a list',
    kind: 'path',
    harmless:
      "const BAD = ['..', '.']; let x = source(); if (x.split('/').some((s) => BAD.includes(s))) return; sink(x);",
    harmful:
      "const BAD = ['a']; let x = source(); if (x.split('/').some((s) => BAD.includes(s))) return; sink(x);",
  },
  {
    title: 'parts of a path, one by one',
    kind: 'path',
    harmless: "let x = source(); if (x.split('/').every((s) => s !== '..')) sink(x);",
    harmful: "let x = source(); if (x.split('/').some((s) => s !== '..')) sink(x);",
  },
  {
    title: 'parts of a key, in a helper',
    kind: 'prototype',
    harmless:
      "const BAD = ['__proto__', 'constructor', 'prototype']; function isBad(p) { const all = p.split('.'); return all.some((s) => BAD.includes(s)); } let x = source().p; if (isBad(x)) return; sink(x);",
    harmful:
      "const BAD = ['__proto__']; function isBad(p) { const all = p.split('.'); return all.some((s) => BAD.includes(s)); } let x = source().p; if (isBad(x)) return; sink(x);",
  },
  {
    title: 'elements that are all allowed',
    kind: 'command',
    harmless: "let x = source(); if (x.split(',').every((s) => /^[a-z]+$/.test(s))) sink(x);",
    harmful: "let x = source(); if (x.split(',').some((s) => /^[a-z]+$/.test(s))) sink(x);",
  },
  {
    title: 'two refused keys',
    kind: 'prototype',
    harmless: "let x = source(); if (x === '__proto__' || x === 'constructor') return; sink(x);",
    harmful: "let x = source(); if (x === '__proto__') return; sink(x);",
  },
  {
    title: 'one slash at the beginning',
    kind: 'redirect',
    harmless: "let x = source(); if (!x.startsWith('/') || x.startsWith('//')) return; sink(x);",
    harmful: "let x = source(); if (!x.startsWith('/')) return; sink(x);",
  },
  {
    title: 'a host in a domain',
    kind: 'url',
    harmless: "const u = new URL(source()); if (u.hostname.endsWith('.a.example')) sink(u);",
    harmful: "const u = new URL(source()); if (u.hostname.endsWith('.com')) sink(u);",
  },
  {
    title: 'a host of a list',
    kind: 'url',
    harmless: "const u = new URL(source()); if (['a.example'].includes(u.host)) sink(u.href);",
    harmful: "const u = new URL(source()); if (['/a'].includes(u.pathname)) sink(u.href);",
  },
  {
    title: 'characters that are replaced',
    kind: 'path',
    harmless: "let x = source().replace(/[/\\\\]/g, ''); sink(x);",
    harmful: "let x = source().replace(/[/\\\\]/, ''); sink(x);",
  },
  {
    title: 'all but letters',
    kind: 'code',
    harmless: "let x = source().replace(/[^a-z]/g, ''); sink(x);",
    harmful: "let x = source().replace(/[^a-z(]/g, ''); sink(x);",
  },
  {
    title: 'a helper that throws',
    kind: 'command',
    harmless:
      "function ok(v) { if (!/^[a-z]+$/.test(v)) throw new Error('no'); } let x = source(); ok(x); sink(x);",
    harmful:
      'function ok(v) { if (!/^[a-z]+$/.test(v)) return false; } let x = source(); ok(x); sink(x);',
  },
  {
    title: 'a helper that returns',
    kind: 'command',
    harmless:
      'function ok(v) { return /^[a-z]+$/.test(v); } let x = source(); if (!ok(x)) return; sink(x);',
    harmful:
      'function ok(v) { return /[a-z]+/.test(v); } let x = source(); if (!ok(x)) return; sink(x);',
  },
  {
    title: 'a part behind the host of an address',
    kind: 'redirect',
    harmless:
      "const url = require('url'); const u = url.parse('https://a.example/b'); u.pathname = source(); sink(url.format(u));",
    harmful:
      "const url = require('url'); const u = url.parse('https://a.example/b'); u.host = source(); sink(url.format(u));",
  },
  {
    title: 'fields of an object',
    kind: 'command',
    harmless: "const o = { a: source(), b: 'x' }; sink(o.b);",
    harmful: "const o = { a: source(), b: 'x' }; sink(o.a);",
  },
  {
    title: 'elements of a list',
    kind: 'command',
    harmless: "const o = ['x', source()]; sink(o[0]);",
    harmful: "const o = ['x', source()]; sink(o[1]);",
  },
  {
    title: 'fields that are taken apart',
    kind: 'command',
    harmless: "const { a, b } = { a: 'x', b: source() }; sink(a);",
    harmful: "const { a, b } = { a: 'x', b: source() }; sink(b);",
  },
  {
    title: 'arguments of a timer',
    kind: 'command',
    harmless: "setTimeout((a, b) => sink(a), 1, 'x', source());",
    harmful: "setTimeout((a, b) => sink(b), 1, 'x', source());",
  },
  {
    title: 'arguments of the next round',
    kind: 'command',
    harmless: "process.nextTick((a, b) => sink(a), 'x', source());",
    harmful: 'setImmediate((a) => sink(a), source());',
  },
  {
    title: 'what a promise is resolved with',
    kind: 'command',
    harmless:
      "async function f(x) { sink(await new Promise((done) => { setImmediate(() => done('x')); })); } f(source());",
    harmful:
      'async function f(x) { sink(await new Promise((done) => { setImmediate(() => done(x)); })); } f(source());',
  },
  {
    title: 'fields that are overwritten',
    kind: 'command',
    harmless: "const o = { ...{ a: source() }, a: 'x' }; sink(o.a);",
    harmful: "const o = { ...{ a: 'x' }, a: source() }; sink(o.a);",
  },
  {
    title: 'a route on a parameter',
    kind: 'command',
    harmless: "module.exports = (app) => { app.get('/x', (q, s) => sink(source() && 'x')); };",
    harmful: "module.exports = (app) => { app.get('/x', (req, res) => sink(req.query.host)); };",
  },
  {
    title: 'a route and a call that is none',
    kind: 'command',
    harmless:
      "module.exports = (cache) => { cache.get('key', (a, b) => sink(a.query.x)); source(); };",
    harmful:
      "module.exports = (app) => { app.post('/key', (a, b) => sink(a.query.x)); source(); };",
  },
  {
    title: 'a handler of errors',
    kind: 'command',
    harmless: "module.exports = (app) => { app.use('/', (err, q) => sink(q.query.x)); source(); };",
    harmful:
      "module.exports = (app) => { app.use('/', (err, q, s, next) => sink(q.query.x)); source(); };",
  },
];

/** Puts statements into a function that other files call. */
function program(body: string): string {
  return `exports.run = function run() {\n${body}\n};\n`;
}

describe('programs in JavaScript', () => {
  it.each(ROWS)('tell $title apart', ({ kind, harmless, harmful }) => {
    expect(reaches(program(harmful), kind), harmful).toBe(true);
    expect(reaches(program(harmless), kind), harmless).toBe(false);
  });
});
