import { describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

const E = "const express = require('express');\nconst app = express();\n";
const DB = "const db = require('./db');\n";
const FS = "const fs = require('fs'); const path = require('path');\n";

/** A handler of express with these statements, behind others of the file. */
function h(statements: string, before = ''): string {
  return `${E}${before}\napp.post('/a', async (req, res) => {\n${statements}\n});\n`;
}

async function rulesOf(text: string, path = '/a.js'): Promise<readonly string[]> {
  await sourceCode.prepare?.(path);
  const drafts = sourceCode.detect({ path, bytes: Buffer.from(text) }, () => undefined);
  return drafts.flatMap(({ rule, confidence }) =>
    confidence === 'low' ? [] : [rule.replace('code/', '')],
  );
}

const HARMLESS: readonly (readonly [string, string, string?])[] = [
  [
    'table hasOwn member',
    h(
      "const key = req.query.sort;\nconst col = Object.prototype.hasOwnProperty.call(COLS, key) ? COLS[key] : 'id';\nawait db.query(`SELECT * FROM t ORDER BY ${col}`);",
      DB + "const COLS = { a: 'a', b: 'b' };",
    ),
  ],
  [
    'table of functions',
    h(
      'const run = TASKS[req.body.task];\nif (!run) return res.sendStatus(400);\nrun();\nres.end();',
      "const { execFile } = require('child_process');\nconst TASKS = { a: () => execFile('ls', ['-l']) };",
    ),
  ],
  [
    'table as const ts',
    "import express from 'express';\nimport { db } from './db';\nconst app = express();\nconst COLS = { a: 'a', b: 'b' } as const;\napp.get('/', async (req, res) => {\n  const col = COLS[req.query.sort as keyof typeof COLS] ?? 'id';\n  res.json(await db.query(`SELECT * FROM t ORDER BY ${col} LIMIT 10`));\n});\n",
    '/a.ts',
  ],
  [
    'map with object values',
    h(
      'const t = TARGETS.get(req.params.k);\nif (!t) return res.sendStatus(404);\nconst r = await fetch(`https://${t.host}/x`);\nres.json(await r.json());',
      "const TARGETS = new Map([['a', { host: 'a.example' }], ['b', { host: 'b.example' }]]);",
    ),
  ],
  [
    'map set later',
    h(
      "const t = TARGETS.get(req.params.k);\nres.redirect(t || '/');",
      "const TARGETS = new Map();\nTARGETS.set('a', '/a');\nTARGETS.set('b', '/b');",
    ),
  ],
  [
    'null proto table',
    h(
      'const t = T[req.params.k];\nif (t === undefined) return res.sendStatus(404);\nfs.readFileSync(t);',
      FS + "const T = Object.assign(Object.create(null), { a: '/a' });",
    ),
  ],
  [
    'indexOf',
    h(
      'if (ALLOWED.indexOf(req.query.host) === -1) return res.sendStatus(400);\nawait fetch(`https://${req.query.host}/`);',
      "const ALLOWED = ['a.example'];",
    ),
  ],
  [
    'switch',
    h(
      "let col;\nswitch (req.query.s) { case 'a': col = 'a'; break; default: col = 'b'; }\nawait db.query('SELECT * FROM t ORDER BY ' + col);",
      DB,
    ),
  ],
  [
    'ternary dir',
    h(
      "const dir = req.query.d === 'desc' ? 'DESC' : 'ASC';\nawait db.query('SELECT * FROM t ORDER BY a ' + dir);",
      DB,
    ),
  ],
  [
    'ternary includes',
    h(
      "const s = ['a', 'b'].includes(req.query.s) ? req.query.s : 'a';\nawait db.query('SELECT * FROM t ORDER BY ' + s);",
      DB,
    ),
  ],
  [
    'nosql string helper',
    h(
      'const name = asString(req.body.name);\nres.json(await User.findOne({ name }));',
      "const User = require('./user');\nfunction asString(x) { if (typeof x !== 'string') throw new TypeError('no'); return x; }",
    ),
  ],
  [
    'nosql assert',
    h(
      "if (typeof req.body.name !== 'string' || typeof req.body.pw !== 'string') return res.sendStatus(400);\nres.json(await User.findOne({ name: req.body.name, pw: req.body.pw }));",
      "const User = require('./user');",
    ),
  ],
  [
    'nosql params',
    h('res.json(await User.findOne({ _id: req.params.id }));', "const User = require('./user');"),
  ],
  [
    'ldap map',
    h(
      "client.search('dc=a', { filter: `(uid=${esc(req.body.u)})` }, () => {});",
      "const client = require('ldapjs').createClient({ url: 'x' });\nconst MAP = { '\\\\': '\\\\5c', '*': '\\\\2a', '(': '\\\\28', ')': '\\\\29', '\\0': '\\\\00' };\nfunction esc(v) { return String(v).replace(/[\\\\*()\\u0000]/g, (c) => MAP[c]); }",
    ),
  ],
  [
    'ldap filter object',
    h(
      "const filter = new ldap.EqualityFilter({ attribute: 'uid', value: req.body.u });\nclient.search('dc=a', { filter, scope: 'sub' }, () => {});",
      "const ldap = require('ldapjs');\nconst client = ldap.createClient({ url: 'x' });",
    ),
  ],
  [
    'html three',
    h(
      "res.send('<p>' + esc(req.query.a) + '</p>');",
      "const esc = (s) => String(s).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');",
    ),
  ],
  [
    'html tagged',
    h(
      'res.send(html`<p>${req.query.a}</p>`);',
      "const esc = (s) => String(s).replace(/[&<>\"']/g, (c) => `&#${c.charCodeAt(0)};`);\nfunction html(parts, ...values) { return parts.reduce((out, part, i) => out + part + (i < values.length ? esc(values[i]) : ''), ''); }",
    ),
  ],
  [
    'html map list',
    h(
      "res.send('<ul>' + req.body.items.map((i) => `<li>${esc(i)}</li>`).join('') + '</ul>');",
      "const esc = (s) => s.replace(/[<>&\"]/g, '');",
    ),
  ],
  [
    'script u003c escape',
    h(
      'res.send(`<script>var a = ${safe(req.query)}</script>`);',
      "function safe(x) { return JSON.stringify(x).replace(/[<>&\\u2028\\u2029]/g, (c) => '\\\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')); }",
    ),
  ],
  ['type text', h("res.type('text/plain').send(req.query.a);")],
  ['type text 2', h("res.set('Content-Type', 'text/plain');\nres.send('hello ' + req.query.a);")],
  [
    'type header',
    h(
      "res.setHeader('Content-Type', 'text/plain; charset=utf-8');\nres.end('hello ' + req.query.a);",
    ),
  ],
  [
    'json end',
    h(
      "res.setHeader('Content-Type', 'application/json');\nres.end(JSON.stringify({ a: req.query.a }));",
    ),
  ],
  [
    'regex escape fn',
    h(
      "const re = new RegExp('^' + esc(req.query.q), 'i');\nres.json(L.filter((x) => re.test(x)));",
      "const L = ['a'];\nfunction esc(s) { return s.replace(/[-/\\\\^$*+?.()|[\\]{}]/g, '\\\\$&'); }",
    ),
  ],
  [
    'url endsWith',
    h(
      "const u = new URL(req.query.u);\nif (u.protocol !== 'https:' || !(u.hostname === 'a.example' || u.hostname.endsWith('.a.example'))) return res.sendStatus(400);\nawait fetch(u);",
    ),
  ],
  [
    'url includes list',
    h(
      "const u = new URL(String(req.query.u));\nif (!['a.example', 'b.example'].includes(u.host)) { res.sendStatus(400); return; }\nawait fetch(u.href);",
    ),
  ],
  [
    'url throw helper',
    h(
      'const u = parse(req.query.u);\nawait fetch(u);',
      "const H = new Set(['a.example']);\nfunction parse(t) { const u = new URL(t); if (!H.has(u.hostname)) throw new Error('no'); return u; }",
    ),
  ],
  [
    'url null helper',
    h(
      'const u = parse(req.query.u);\nif (!u) return res.sendStatus(400);\nawait fetch(u.toString());',
      "const H = new Set(['a.example']);\nfunction parse(t) { let u; try { u = new URL(t); } catch { return null; } return H.has(u.hostname) ? u : null; }",
    ),
  ],
  [
    'url destructured',
    h(
      "const { hostname, pathname } = new URL(req.query.u);\nif (hostname !== 'a.example') return res.sendStatus(400);\nawait fetch(`https://a.example${pathname}`);",
    ),
  ],
  [
    'redirect origin base',
    h(
      "const u = new URL(req.query.next, BASE);\nif (u.origin !== BASE) return res.redirect('/');\nres.redirect(u.pathname + u.search);",
      "const BASE = 'https://app.example';",
    ),
  ],
  [
    'redirect origin new URL',
    h(
      "const u = new URL(req.query.next, BASE);\nres.redirect(u.origin === new URL(BASE).origin ? u.href : '/');",
      "const BASE = 'https://app.example';",
    ),
  ],
  [
    'redirect charAt',
    h(
      "const n = String(req.query.next || '/');\nif (n[0] !== '/' || n[1] === '/' || n[1] === '\\\\') return res.redirect('/');\nres.redirect(n);",
    ),
  ],
  [
    'redirect regexp',
    h("const n = req.query.next;\nres.redirect(/^\\/[a-z0-9/-]*$/i.test(n) ? n : '/');"),
  ],
  [
    'redirect regexp 2',
    h(
      "const n = req.query.next;\nif (typeof n !== 'string' || !/^\\/[^/\\\\]/.test(n)) return res.redirect('/');\nres.redirect(n);",
    ),
  ],
  [
    'next const',
    "import { redirect } from 'next/navigation';\nconst P = { a: '/a', b: '/b' };\nexport default async function Page({ searchParams }) { const { to } = await searchParams; redirect(P[to] ?? '/'); }\n",
  ],
  [
    'next hasown',
    "import { NextResponse } from 'next/server';\nconst P: Record<string, string> = { a: '/a', b: '/b' };\nexport function GET(request: NextRequest) { const to = request.nextUrl.searchParams.get('to') ?? 'a'; const path = Object.hasOwn(P, to) ? P[to] : '/'; return NextResponse.redirect(new URL(path, request.url)); }\n",
    '/a.ts',
  ],
  [
    'relative path check',
    h(
      "const full = path.resolve(ROOT, req.query.f);\nconst rel = path.relative(ROOT, full);\nif (rel.startsWith('..') || path.isAbsolute(rel)) return res.sendStatus(400);\nres.sendFile(full);",
      FS + "const ROOT = '/srv';",
    ),
  ],
  [
    'tar check',
    "const tar = require('tar-stream'); const fs = require('fs'); const path = require('path');\nexports.f = (s, dir) => { const root = path.resolve(dir); const e = tar.extract(); e.on('entry', (header, stream, next) => { const to = path.resolve(root, header.name); if (!to.startsWith(root + path.sep)) { stream.resume(); return next(); } stream.pipe(fs.createWriteStream(to)); stream.on('end', next); }); s.pipe(e); };\n",
  ],
  [
    'mass pick',
    h(
      "const allowed = {};\nfor (const k of ['name', 'email']) if (k in req.body) allowed[k] = req.body[k];\nawait User.findByIdAndUpdate(req.params.id, allowed);",
      "const User = require('./user');",
    ),
  ],
  [
    'mass fields',
    h(
      'const { name, email } = req.body;\nconst u = new User({ name, email });\nawait u.save();',
      "const User = require('./user');",
    ),
  ],
  [
    'mass zod',
    h(
      'const data = Schema.parse(req.body);\nawait User.create(data);',
      "const { z } = require('zod');\nconst Schema = z.object({ name: z.string() });\nconst User = require('./user');",
    ),
  ],
  [
    'proto create null',
    h('const o = Object.create(null);\no[req.body.k] = req.body.v;\nres.json(o);'),
  ],
  [
    'proto refused set',
    h(
      'deep({}, req.body);\nres.end();',
      "const BAD = new Set(['__proto__', 'constructor', 'prototype']);\nfunction deep(t, s) { for (const [k, v] of Object.entries(s)) { if (BAD.has(k)) continue; if (v && typeof v === 'object') { t[k] ??= {}; deep(t[k], v); } else t[k] = v; } }",
    ),
  ],
  [
    'proto own',
    h(
      'deep({}, req.body);\nres.end();',
      "function deep(t, s) { for (const k in s) { if (!Object.hasOwn(t, k)) continue; if (typeof s[k] === 'object') deep(t[k], s[k]); else t[k] = s[k]; } }",
    ),
  ],
  [
    'count by key',
    h(
      'const n = {};\nfor (const t of req.body.tags) { n[t] = n[t] || {}; n[t].count = (n[t].count || 0) + 1; }\nres.json(n);',
    ),
  ],
  [
    'socket cleaned',
    h(
      "const name = String(req.body.n).replace(/[\\r\\n]/g, '');\nsocket.write(`Subject: ${name}\\r\\n`);",
      "const socket = require('net').connect(25, 'mail');",
    ),
  ],
  [
    'socket test',
    h(
      'if (/[\\r\\n]/.test(req.body.n)) return res.sendStatus(400);\nsocket.write(`Subject: ${req.body.n}\\r\\n`);',
      "const socket = require('net').connect(25, 'mail');",
    ),
  ],
];

const HARMFUL: readonly (readonly [string, string, string, string?])[] = [
  [
    'hono',
    'open-redirect',
    "import { Hono } from 'hono'; const app = new Hono();\napp.get('/a', (c) => c.redirect(c.req.query('next')));\n",
  ],
  [
    'hapi',
    'open-redirect',
    "const Hapi = require('@hapi/hapi'); const server = Hapi.server();\nserver.route({ method: 'GET', path: '/', handler: (request, h) => h.redirect(request.query.next) });\n",
  ],
  [
    'ts express',
    'path-traversal',
    "import express, { Request, Response } from 'express';\nimport * as fs from 'node:fs/promises';\nimport path from 'node:path';\nexport async function get(req: Request, res: Response): Promise<void> {\n  const file = path.join('/srv', req.params.name as string);\n  res.type('text').send(await fs.readFile(file, 'utf8'));\n}\n",
    '/a.ts',
  ],
  [
    'class service',
    'sql-injection',
    "import { Request, Response, Router } from 'express';\nimport { Pool } from 'pg';\nclass Repo { private pool: Pool; constructor(pool: Pool) { this.pool = pool; } async find(n: string) { const sql = `SELECT * FROM t WHERE n = '${n}'`; const { rows } = await this.pool.query(sql); return rows; } }\nconst repo = new Repo(new Pool());\nconst router = Router();\nrouter.get('/', async (req: Request, res: Response) => { res.json(await repo.find(String(req.query.n))); });\nexport default router;\n",
    '/a.ts',
  ],
  [
    'promise chain',
    'command-injection',
    h(
      "Promise.resolve(req.body.name).then((n) => n.trim()).then((n) => exec('ls ' + n));",
      "const { exec } = require('child_process');",
    ),
  ],
  [
    'promisify',
    'command-injection',
    h(
      'await run(`ls ${req.body.name}`);',
      "const util = require('util'); const run = util.promisify(require('child_process').exec);",
    ),
  ],
  [
    'reduce',
    'sql-injection',
    h(
      "const where = Object.entries(req.query).map(([k, v]) => `${k} = '${v}'`).join(' AND ');\nawait db.query('SELECT * FROM t WHERE ' + where);",
      "const db = require('./db');",
    ),
  ],
  [
    'reduce 2',
    'sql-injection',
    h(
      "const q = Object.keys(req.query).reduce((acc, k) => acc + ' AND ' + k, 'SELECT * FROM t WHERE 1');\nawait db.query(q);",
      "const db = require('./db');",
    ),
  ],
  [
    'async gen arrow',
    'command-injection',
    h(
      "const out = [];\nfor await (const x of mapAll(req.body.names)) out.push(x);\nexec(out.join(' '));",
      "const { exec } = require('child_process');\nasync function* mapAll(list) { for (const n of list) { const t = await one(n); yield t; } }\nasync function one(n) { return n; }",
    ),
  ],
  [
    'yield star',
    'command-injection',
    h(
      "for (const x of outer(req.body.names)) exec('ls ' + x);",
      "const { exec } = require('child_process');\nfunction* inner(l) { for (const n of l) yield n; }\nfunction* outer(l) { yield* inner(l); }",
    ),
  ],
  [
    'gen next',
    'command-injection',
    h(
      "const g = gen(req.body.name);\nexec('ls ' + g.next().value);",
      "const { exec } = require('child_process');\nfunction* gen(n) { yield n; }",
    ),
  ],
  [
    'class generator',
    'command-injection',
    h(
      "for await (const x of new Feed(req.body.names)) exec('ls ' + x);",
      "const { exec } = require('child_process');\nclass Feed { constructor(l) { this.l = l; } async *[Symbol.asyncIterator]() { for (const x of this.l) yield x; } }",
    ),
  ],
  [
    'stored in object',
    'cross-site-scripting',
    `${E}const store = {};\napp.post('/n/:id', (req, res) => { store[req.params.id] = req.body.text; res.end(); });\napp.get('/n/:id', (req, res) => { res.send('<p>' + store[req.params.id] + '</p>'); });\n`,
  ],
  [
    'stored in class',
    'cross-site-scripting',
    `${E}class Notes { constructor() { this.all = []; } add(t) { this.all.push(t); } list() { return this.all; } }\nconst notes = new Notes();\napp.get('/n', (req, res) => { res.send(notes.list().map((n) => '<p>' + n + '</p>').join('')); });\napp.post('/n', (req, res) => { notes.add(req.body.text); res.end(); });\n`,
  ],
  [
    'stored by functions',
    'cross-site-scripting',
    `${E}let last = '';\nfunction save(t) { last = t; }\napp.post('/n', (req, res) => { save(req.body.text); res.end(); });\napp.get('/n', (req, res) => { res.send('<p>' + last + '</p>'); });\n`,
  ],
  [
    'http createServer',
    'open-redirect',
    "const http = require('http');\nhttp.createServer((req, res) => { const u = new URL(req.url, 'http://x'); res.writeHead(302, { Location: u.searchParams.get('to') }); res.end(); }).listen(1);\n",
  ],
  [
    'redirect find',
    'open-redirect',
    h("const to = [req.query.a, req.body.b, '/'].find((x) => x);\nres.redirect(302, to);"),
  ],
  [
    'redirect ternary',
    'open-redirect',
    h("const { next } = req.query;\nres.redirect(next ? next : '/');"),
  ],
  [
    'redirect default',
    'open-redirect',
    h("const { next = '/' } = req.query;\nres.redirect(next);"),
  ],
  ['redirect decode', 'open-redirect', h('res.redirect(decodeURIComponent(req.query.next));')],
  [
    'next redirect page',
    'open-redirect',
    "import { redirect } from 'next/navigation';\nexport default async function Page({ searchParams }) { const { next } = await searchParams; redirect(next ?? '/'); }\n",
  ],
  [
    'next action',
    'open-redirect',
    "'use server';\nimport { redirect } from 'next/navigation';\nexport async function login(formData) { redirect(formData.get('next')); }\n",
  ],
  [
    'unzipper for await',
    'path-traversal',
    "const unzipper = require('unzipper'); const fs = require('fs'); const path = require('path');\nexports.f = async (s) => { const zip = s.pipe(unzipper.Parse({ forceStream: true })); for await (const entry of zip) { const target = path.join('/out', entry.path); entry.pipe(fs.createWriteStream(target)); } };\n",
  ],
  [
    'tar esm',
    'path-traversal',
    "import tar from 'tar-stream'; import { createWriteStream } from 'node:fs'; import { resolve } from 'node:path';\nexport function unpack(input: any, dir: string) { const extract = tar.extract(); extract.on('entry', (header, stream, next) => { const target = resolve(dir, header.name); stream.pipe(createWriteStream(target)); stream.on('end', next); }); input.pipe(extract); }\n",
    '/a.ts',
  ],
  [
    'proto path',
    'prototype-pollution',
    h(
      'setPath(settings, req.body.path, req.body.value);\nres.end();',
      "const settings = {};\nfunction setPath(o, p, v) { const keys = p.split('.'); let at = o; for (let i = 0; i < keys.length - 1; i++) { if (!at[keys[i]]) at[keys[i]] = {}; at = at[keys[i]]; } at[keys[keys.length - 1]] = v; }",
    ),
  ],
  [
    'proto entries',
    'prototype-pollution',
    h(
      'deep(settings, req.body);\nres.end();',
      "const settings = {};\nfunction deep(t, s) { for (const [k, v] of Object.entries(s)) { if (v && typeof v === 'object') { if (!t[k]) t[k] = {}; deep(t[k], v); } else { t[k] = v; } } }",
    ),
  ],
  [
    'proto keys forEach',
    'prototype-pollution',
    h(
      'deep(settings, JSON.parse(req.body.text));\nres.end();',
      "const settings = {};\nfunction deep(t, s) { Object.keys(s).forEach((k) => { if (typeof s[k] === 'object' && t[k]) deep(t[k], s[k]); else t[k] = s[k]; }); return t; }",
    ),
  ],
  [
    'cors middleware',
    'permissive-cors',
    `${E}app.use((req, res, next) => { const origin = req.get('Origin'); if (origin) { res.header('Access-Control-Allow-Origin', origin); res.header('Access-Control-Allow-Credentials', 'true'); } next(); });\n`,
  ],
  [
    'cors options fn',
    'permissive-cors',
    "const cors = require('cors'); const app = require('express')();\nconst options = { origin(origin, callback) { callback(null, true); }, credentials: true };\napp.use(cors(options));\n",
  ],
  [
    'random join',
    'insecure-random',
    "exports.apiKey = () => Array.from({ length: 32 }, () => 'abc'[Math.floor(Math.random() * 3)]).join('');\n",
  ],
  [
    'random obj',
    'insecure-random',
    'function code() { return String(Math.floor(100000 + Math.random() * 900000)); }\nexports.f = (user) => ({ user, otp: code() });\n',
  ],
  [
    'regex const',
    'slow-regular-expression',
    h(
      'if (!EMAIL.test(req.body.email)) return res.sendStatus(400);\nres.end();',
      'const EMAIL = /^([a-zA-Z0-9]+\\.?)+@x$/;',
    ),
  ],
  [
    'regex match',
    'slow-regular-expression',
    h('const m = req.body.text.match(/^(\\w+\\s?)*$/);\nres.json({ ok: Boolean(m) });'),
  ],
  [
    'regex new',
    'slow-regular-expression',
    h("const re = new RegExp('^(\\\\d+)+$');\nres.json({ ok: re.test(req.body.text) });"),
  ],
  [
    'tmp pid',
    'predictable-temporary-file',
    "import os from 'node:os'; import fs from 'node:fs/promises'; import path from 'node:path';\nexport async function f(x) { const p = path.join(os.tmpdir(), `job-${process.pid}.json`); await fs.writeFile(p, x); return p; }\n",
  ],
  [
    'iv u8',
    'fixed-initialization-vector',
    "import { createCipheriv } from 'node:crypto';\nexport const f = (k) => createCipheriv('aes-256-ctr', k, new Uint8Array(16));\n",
  ],
  [
    'socket',
    'header-injection',
    h(
      "const s = net.createConnection({ port: 80 }, () => { s.write('GET /' + req.query.a + ' HTTP/1.1\\r\\n\\r\\n'); });",
      "const net = require('net');",
    ),
  ],
  [
    'socket smtp',
    'header-injection',
    h(
      "const socket = new net.Socket();\nsocket.connect(25, 'mail', () => { socket.write(`Subject: ${req.body.subject}\\r\\n`); });",
      "const net = require('net');",
    ),
  ],
  [
    'mongo spread',
    'mass-assignment',
    h(
      'const doc = new Account({ ...req.body, createdAt: Date.now() });\nawait doc.save();',
      "const mongoose = require('mongoose');\nconst Account = mongoose.model('Account', new mongoose.Schema({}));",
    ),
  ],
  [
    'prisma create',
    'mass-assignment',
    h(
      'await prisma.user.create({ data: { ...req.body } });',
      "const { PrismaClient } = require('@prisma/client');\nconst prisma = new PrismaClient();",
    ),
  ],
  [
    'doc set',
    'mass-assignment',
    h(
      'const user = await User.findById(req.params.id);\nuser.set(req.body);\nawait user.save();',
      "const User = require('./user');",
    ),
  ],
  [
    'jwt none',
    'unverified-token',
    "const jwt = require('jsonwebtoken');\nconst ALGS = ['none', 'HS256'];\nexports.f = (t, k) => jwt.verify(t, k, { algorithms: ALGS });\n",
  ],
  [
    'mongoose pw',
    'hard-coded-secret',
    "const mysql = require('mysql2/promise');\nconst config = { host: 'db', user: 'a', password: 'xk29vjw1' };\nexports.f = () => mysql.createConnection(config);\n",
  ],
  [
    'sequelize query',
    'sql-injection',
    h(
      "const rows = await sequelize.query(`SELECT * FROM t WHERE a = '${req.query.a}'`, { type: QueryTypes.SELECT });\nres.json(rows);",
      "const { Sequelize, QueryTypes } = require('sequelize');\nconst sequelize = new Sequelize(process.env.DB);",
    ),
  ],
  [
    'sequelize where literal',
    'sql-injection',
    h(
      "res.json(await User.findAll({ where: Sequelize.literal(`name = '${req.query.a}'`) }));",
      "const { Sequelize } = require('sequelize');\nconst User = require('./user');",
    ),
  ],
  [
    'koa send',
    'path-traversal',
    "const Koa = require('koa'); const send = require('koa-send'); const app = new Koa();\napp.use(async (ctx) => { await send(ctx, '/files/' + ctx.query.f); });\n",
  ],
  [
    'koa body stream',
    'path-traversal',
    "const Koa = require('koa'); const fs = require('fs'); const app = new Koa();\napp.use(async (ctx) => { ctx.body = fs.createReadStream('/srv' + ctx.path); });\n",
  ],
  [
    'ldap',
    'ldap-injection',
    h(
      "client.search('ou=people', { scope: 'sub', filter: '(&(uid=' + req.body.u + ')(p=1))' }, () => {});",
      "const ldap = require('ldapjs');\nconst client = ldap.createClient({ url: 'ldap://x' });",
    ),
  ],
];

describe('harmless forms', () => {
  it.each(HARMLESS.map(([name, text, path]) => ({ name, text, path })))(
    '$name',
    async ({ text, path }) => {
      expect(await rulesOf(text, path)).toEqual([]);
    },
  );
});

describe('harmful forms', () => {
  it.each(HARMFUL.map(([name, rule, text, path]) => ({ name, rule, text, path })))(
    '$name',
    async ({ rule, text, path }) => {
      expect(await rulesOf(text, path)).toContain(rule);
    },
  );
});
