import { describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

const EXPRESS = "const express = require('express');\nconst app = express();\n";

/** A handler of express with these statements, behind others of the file. */
function handler(statements: string, before = ''): string {
  return `${EXPRESS}${before}\napp.post('/a', async (req, res) => {\n${statements}\n});\n`;
}

async function rulesOf(text: string, path = '/a.js'): Promise<readonly string[]> {
  await sourceCode.prepare?.(path);
  const drafts = sourceCode.detect({ path, bytes: Buffer.from(text) }, () => undefined);
  const found = drafts.flatMap(({ rule, confidence }) => (confidence === 'low' ? [] : [rule]));
  return [...new Set(found.map((rule) => rule.replace('code/', '')))];
}

const FS = "const fs = require('fs'); const path = require('path');\n";
const MONGO = "const User = require('./user');\n";
const LDAP = "const client = require('ldapjs').createClient({ url: 'ldaps://directory' });\n";
const NEXT =
  "import { redirect } from 'next/navigation';\nimport { NextResponse } from 'next/server';\n";

describe('data that a program makes harmless', () => {
  it.each<[string, string]>([
    [
      'an address on a fixed host',
      handler(
        "const { u } = req.query;\nif (!u.startsWith('https://api.example/')) return res.end();\nawait fetch(u);",
      ),
    ],
    [
      'a target below a path',
      handler(
        "const { u } = req.query;\nif (!u.startsWith('/account/')) return res.end();\nres.redirect(u);",
      ),
    ],
    [
      'an address below a base that is set elsewhere',
      handler(
        'const { u } = req.query;\nif (!u.startsWith(process.env.BASE)) return res.end();\nawait fetch(u);',
      ),
    ],
    [
      'a path that is joined and checked',
      handler(
        "const p = path.join('/srv', req.query.f);\nif (!p.startsWith('/srv/')) return res.end();\nfs.createReadStream(p).pipe(res);",
        "const fs = require('fs'); const path = require('path');\n",
      ),
    ],
    [
      'a helper that throws',
      handler(
        'const { sort } = req.query;\ncheck(sort);\nawait db.query(`SELECT * FROM t ORDER BY ${sort}`);',
        "const db = require('./db');\nconst COLUMNS = new Set(['name']);\nfunction check(x) { if (!COLUMNS.has(x)) throw new Error('no'); }",
      ),
    ],
    [
      'the hash of a request',
      handler(
        "const crypto = require('crypto');\nconst hash = crypto.createHash('sha256');\nhash.update(req.body.text);\nawait User.findById(1);\nres.end(hash.digest('hex'));",
        MONGO,
      ),
    ],
    ['a search in a text', handler('if (/^\\w+(?:-\\w+)*$/.test(req.query.a)) res.end();')],
    [
      'a helper that compares the name of a host',
      handler(
        'const { url } = req.query;\nif (!isAllowed(url)) return res.sendStatus(400);\nawait fetch(url);',
        "const HOSTS = new Set(['api.example']);\nfunction isAllowed(text) { try { const url = new URL(text); return url.protocol === 'https:' && HOSTS.has(url.hostname); } catch { return false; } }",
      ),
    ],
    [
      'a helper that looks at the beginning',
      handler(
        "const to = req.query.next;\nres.redirect(isLocal(to) ? to : '/');",
        "const isLocal = (to) => typeof to === 'string' && to.startsWith('/') && !to.startsWith('//');",
      ),
    ],
    [
      'a helper that asks a list',
      handler(
        'const { sort } = req.query;\nif (!isColumn(sort)) return res.sendStatus(400);\nawait db.query(`SELECT * FROM t ORDER BY ${sort}`);',
        "const db = require('./db');\nconst COLUMNS = ['name'];\nfunction isColumn(x) { return COLUMNS.includes(x); }",
      ),
    ],
    [
      'a table of constants',
      handler(
        "const dir = FILES[req.query.name];\nif (!dir) return res.sendStatus(404);\nfs.readFileSync(path.join('/srv', dir));",
        `${FS}const FILES = { a: 'a.txt', b: 'b.txt' };`,
      ),
    ],
    [
      'a frozen table of constants',
      handler(
        'if (!Object.hasOwn(FILES, req.query.name)) return res.sendStatus(404);\nfs.readFileSync(FILES[req.query.name]);',
        `${FS}const FILES = Object.freeze({ a: 'a.txt', b: 'b.txt' });`,
      ),
    ],
    [
      'a table of constants with a fallback',
      handler(
        'res.redirect(PLACES[req.query.to] ?? PLACES.home);',
        "const PLACES = { home: '/', help: '/help' };",
      ),
    ],
    [
      'a map of constants',
      handler(
        "const column = COLUMNS.get(req.query.sort) || 'name';\nawait db.query(`SELECT * FROM t ORDER BY ${column}`);",
        "const db = require('./db');\nconst COLUMNS = new Map([['n', 'name'], ['d', 'date']]);",
      ),
    ],
    [
      'a map of constants behind a helper',
      handler(
        'await db.query(`SELECT * FROM t ORDER BY ${columnOf(req.query.sort)}`);',
        "const db = require('./db');\nconst COLUMNS = new Map(Object.entries({ n: 'name' }));\nfunction columnOf(key) { return COLUMNS.get(key) ?? 'name'; }",
      ),
    ],
    [
      'an entry that a list of constants has',
      handler(
        'const found = ALLOWED.find((one) => one === req.query.sort);\nif (!found) return res.sendStatus(400);\nawait db.query(`SELECT * FROM t ORDER BY ${found}`);',
        "const db = require('./db');\nconst ALLOWED = ['name', 'date'];",
      ),
    ],
    [
      'a set that is asked before',
      handler(
        'const { sort } = req.query;\nif (!ALLOWED.has(sort)) return res.sendStatus(400);\nawait db.query(`SELECT * FROM t ORDER BY ${sort}`);',
        "const db = require('./db');\nconst ALLOWED = new Set(['name', 'date']);",
      ),
    ],
    [
      'a list that is asked in a helper that throws',
      handler(
        'const sort = checked(req.query.sort);\nawait db.query(`SELECT * FROM t ORDER BY ${sort}`);',
        "const db = require('./db');\nconst ALLOWED = ['name', 'date'];\nfunction checked(x) { if (!ALLOWED.includes(x)) throw new Error('no'); return x; }",
      ),
    ],
    [
      'a conversion to a text',
      handler('await User.findOne({ name: String(req.body.name) });', MONGO),
    ],
    ['a template text', handler('await User.findOne({ name: `${req.body.name}` });', MONGO)],
    ['an empty text in a sum', handler("await User.findOne({ name: req.body.name + '' });", MONGO)],
    [
      'a test of the type',
      handler(
        "const { name } = req.body;\nif (typeof name !== 'string') return res.sendStatus(400);\nawait User.findOne({ name });",
        MONGO,
      ),
    ],
    [
      'a test of two types',
      handler(
        "const { name, password } = req.body;\nif (typeof name !== 'string' || typeof password !== 'string') { res.sendStatus(400); return; }\nawait User.findOne({ name, password });",
        MONGO,
      ),
    ],
    [
      'an identifier of an object',
      handler(
        'await User.findOne({ _id: new mongoose.Types.ObjectId(req.params.id) });',
        `${MONGO}const mongoose = require('mongoose');`,
      ),
    ],
    [
      'an identifier of an object by its name',
      handler(
        'await User.findOne({ _id: new ObjectId(req.body.id) });',
        `${MONGO}const { ObjectId } = require('mongodb');`,
      ),
    ],
    [
      'an operator that takes a value alone',
      handler('await User.findOne({ name: { $eq: req.body.name } });', MONGO),
    ],
    [
      'an escape of LDAP in the file',
      handler(
        "client.search('dc=a', { filter: `(uid=${escapeFilter(req.query.name)})` }, () => {});",
        `${LDAP}function escapeFilter(v) { return String(v).replace(/[\\\\*()\\0]/g, (c) => '\\\\' + c.charCodeAt(0).toString(16).padStart(2, '0')); }`,
      ),
    ],
    [
      'an escape of LDAP in steps',
      handler(
        "client.search('dc=a', { filter: '(uid=' + esc(req.query.name) + ')' }, () => {});",
        `${LDAP}const esc = (v) => v.replace(/\\\\/g, '\\\\5c').replace(/\\*/g, '\\\\2a').replace(/\\(/g, '\\\\28').replace(/\\)/g, '\\\\29').replace(/\\0/g, '\\\\00');`,
      ),
    ],
    [
      'an escape of HTML in steps',
      handler(
        'res.send(`<p>${esc(req.query.name)}</p>`);',
        "function esc(s) { return String(s).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\"/g, '&quot;').replace(/'/g, '&#39;'); }",
      ),
    ],
    [
      'an escape of HTML with a table',
      handler(
        'res.send(`<p>${esc(req.query.name)}</p>`);',
        "const MAP = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\"': '&quot;', \"'\": '&#39;' };\nconst esc = (s) => s.replace(/[&<>\"']/g, (c) => MAP[c]);",
      ),
    ],
    [
      'an escape of HTML by replaceAll',
      handler(
        'res.send(`<p>${esc(req.query.name)}</p>`);',
        "const esc = (s) => s.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\"', '&quot;');",
      ),
    ],
    [
      'JSON without elements in a script',
      handler(
        "const data = JSON.stringify(req.query).replace(/</g, '\\\\u003c');\nres.send(`<script>window.data = ${data};</script>`);",
      ),
    ],
    [
      'an escape of regular expressions',
      handler(
        "const safe = req.query.q.replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&');\nres.json(names.filter((n) => new RegExp(safe, 'i').test(n)));",
        "const names = ['a'];",
      ),
    ],
    [
      'the name of a host that is listed',
      handler(
        'const url = new URL(req.query.url);\nif (!HOSTS.has(url.hostname)) return res.sendStatus(400);\nconst r = await fetch(url);\nres.json(await r.json());',
        "const HOSTS = new Set(['api.example']);",
      ),
    ],
    [
      'the name of a host that is compared',
      handler(
        "let url;\ntry { url = new URL(req.query.url); } catch { return res.sendStatus(400); }\nif (url.protocol !== 'https:' || url.hostname !== 'api.example') return res.sendStatus(400);\nawait fetch(url.toString());",
      ),
    ],
    [
      'the origin of an address in a helper',
      handler(
        'res.redirect(targetOf(req.query.next));',
        "function targetOf(next) { const url = new URL(next, 'https://app.example'); if (url.origin !== 'https://app.example') return '/'; return url.href; }",
      ),
    ],
    [
      'an address that is checked by its parts and used itself',
      handler(
        "const { url } = req.query;\nconst parsed = new URL(url);\nif (parsed.host !== 'api.example') throw new Error('no');\nawait fetch(url);",
      ),
    ],
    [
      'a target on the own site',
      handler(
        "const { next } = req.query;\nif (next.startsWith('/') && !next.startsWith('//')) return res.redirect(next);\nres.redirect('/');",
      ),
    ],
    [
      'a target on the own site by an expression',
      handler(
        "const { next } = req.query;\nif (!/^\\/(?!\\/)/.test(next)) return res.redirect('/');\nres.redirect(next);",
      ),
    ],
    [
      'a target that is put together with the own origin',
      handler(
        "const url = new URL(req.query.next, 'https://app.example');\nres.redirect(url.pathname + url.search);".replace(
          'res.redirect(url.pathname + url.search)',
          "res.redirect('https://app.example' + url.pathname + url.search)",
        ),
      ),
    ],
    [
      'a path of Next that is looked up',
      `${NEXT}const PLACES = { home: '/', help: '/help' };\nexport async function GET(request) {\n  const to = new URL(request.url).searchParams.get('to');\n  const path = PLACES[to] ?? '/';\n  redirect(path);\n}\n`,
    ],
    [
      'an address of Next that is looked up',
      `${NEXT}const PLACES = new Map([['help', '/help']]);\nexport async function GET(request) {\n  const to = request.nextUrl.searchParams.get('to');\n  return NextResponse.redirect(new URL(PLACES.get(to) ?? '/', request.url));\n}\n`,
    ],
    [
      'a path that is below its directory',
      handler(
        "const full = path.resolve('/srv', req.query.name);\nif (!full.startsWith('/srv' + path.sep)) return res.sendStatus(400);\nres.sendFile(full);",
        FS,
      ),
    ],
    ['a file below a root', handler("res.sendFile(req.params.name, { root: '/srv/files' });")],
    [
      'parameters of knex',
      handler(
        "await knex('t').whereRaw('a = ?', [req.query.a]);",
        "const knex = require('knex')({});",
      ),
    ],
    [
      'fields that are named',
      handler('const doc = new User({ name: String(req.body.name) });', MONGO),
    ],
    [
      'a random vector',
      "const crypto = require('crypto');\nexports.f = (k) => { const iv = Buffer.alloc(12); crypto.randomFillSync(iv); return crypto.createCipheriv('aes-256-gcm', k, iv); };\n",
    ],
    ['random numbers for a colour', 'exports.color = () => Math.floor(Math.random() * 360);\n'],
    [
      'a password of the environment',
      "const { Pool } = require('pg');\nmodule.exports = new Pool({ password: process.env.PASSWORD });\n",
    ],
    [
      'a temporary directory',
      "const os = require('os'); const fs = require('fs'); const path = require('path');\nconst dir = fs.mkdtempSync(path.join(os.tmpdir(), 'a-'));\nfs.writeFileSync(path.join(dir, 'b'), 'c');\n",
    ],
    [
      'a temporary file that is new',
      "const os = require('os'); const fs = require('fs'); const path = require('path');\nfs.writeFileSync(path.join(os.tmpdir(), 'a'), 'c', { flag: 'wx' });\n",
    ],
    [
      'an origin that is listed',
      handler(
        "const { origin } = req.headers;\nif (ALLOWED.has(origin)) { res.setHeader('Access-Control-Allow-Origin', origin); res.setHeader('Access-Control-Allow-Credentials', 'true'); }\nres.end();",
        "const ALLOWED = new Set(['https://app.example']);",
      ),
    ],
    [
      'a comparison in constant time',
      "const crypto = require('crypto');\nexports.ok = (k, body, given) => crypto.timingSafeEqual(crypto.createHmac('sha256', k).update(body).digest(), Buffer.from(given, 'hex'));\n",
    ],
    [
      'keys that are refused',
      handler(
        'merge({}, req.body);\nres.end();',
        "function merge(dst, src) { for (const k of Object.keys(src)) { if (k === '__proto__' || k === 'constructor' || k === 'prototype') continue; if (typeof src[k] === 'object') { dst[k] = dst[k] || {}; merge(dst[k], src[k]); } else dst[k] = src[k]; } return dst; }",
      ),
    ],
  ])('%s', async (_, text) => {
    expect(await rulesOf(text)).toEqual([]);
  });
});

const KNEX = "const knex = require('knex')({ client: 'pg' });";
const CRYPTO = "const crypto = require('crypto');\n";

describe('untrusted data that reaches its end', () => {
  it.each<[string, string, string]>([
    [
      'an address that is replaced after it was read',
      'server-side-request-forgery',
      handler(
        "let { u } = req.query;\nconst read = new URL(u);\nu = req.query.v;\nif (read.hostname !== 'a.example') return res.end();\nawait fetch(u);",
      ),
    ],
    [
      'the host of another address',
      'server-side-request-forgery',
      handler(
        "const { u, v } = req.query;\nif (new URL(v).hostname !== 'a.example') return res.end();\nawait fetch(u);",
      ),
    ],
    [
      'a path that is replaced after it was compared',
      'path-traversal',
      handler(
        "let { f } = req.query;\nconst below = path.relative('/srv', f);\nf = req.query.g;\nif (below.startsWith('..')) return res.end();\nfs.createReadStream(f).pipe(res);",
        "const fs = require('fs'); const path = require('path');\n",
      ),
    ],
    [
      'an address that begins with http',
      'server-side-request-forgery',
      handler(
        "const { u } = req.query;\nif (!u.startsWith('http')) return res.end();\nawait fetch(u);",
      ),
    ],
    [
      'an address with a scheme alone',
      'server-side-request-forgery',
      handler(
        "const { u } = req.query;\nif (!u.startsWith('https:')) return res.end();\nawait fetch(u);",
      ),
    ],
    [
      'a target that begins with a letter',
      'open-redirect',
      handler(
        "const { u } = req.query;\nif (!u.startsWith('h')) return res.end();\nres.redirect(u);",
      ),
    ],
    [
      'a path with a beginning and without being resolved',
      'path-traversal',
      handler(
        "const p = '/srv/' + req.query.f;\nif (!p.startsWith('/srv/')) return res.end();\nfs.createReadStream(p).pipe(res);",
        "const fs = require('fs'); const path = require('path');\n",
      ),
    ],
    [
      'a name with a beginning',
      'path-traversal',
      handler(
        "const { f } = req.query;\nif (!f.startsWith('report-')) return res.end();\nfs.createReadStream('/srv/' + f).pipe(res);",
        "const fs = require('fs'); const path = require('path');\n",
      ),
    ],
    [
      'a helper that throws for others',
      'sql-injection',
      handler(
        'const { sort } = req.query;\ncheck(sort);\nawait db.query(`SELECT * FROM t ORDER BY ${sort}`);',
        "const db = require('./db');\nfunction check(x) { if (!x) throw new Error('no'); }",
      ),
    ],
    [
      'a helper that does it itself',
      'command-injection',
      handler(
        'if (!isRun(req.query.a)) return res.end();\nres.json({});',
        "const { execSync } = require('child_process');\nfunction run(x) { execSync('ls ' + x); return true; }\nfunction isRun(x) { return run(x); }",
      ),
    ],
    [
      'a helper that compares nothing',
      'open-redirect',
      handler(
        'const to = req.query.next;\nif (!isGiven(to)) return res.end();\nres.redirect(to);',
        "function isGiven(to) { return typeof to === 'string' && to.length > 0; }",
      ),
    ],
    [
      'a helper that is asked the wrong way',
      'open-redirect',
      handler(
        'const to = req.query.next;\nif (isLocal(to)) return res.end();\nres.redirect(to);',
        "const isLocal = (to) => to.startsWith('/') && !to.startsWith('//');",
      ),
    ],
    [
      'a beginning alone',
      'open-redirect',
      handler(
        "const to = req.query.next;\nif (!to.startsWith('/')) return res.end();\nres.redirect(to);",
      ),
    ],
    [
      'a beginning of a name of a host',
      'open-redirect',
      handler(
        "const to = req.query.next;\nif (!to.startsWith('https://app.example')) return res.end();\nres.redirect(to);",
      ),
    ],
    [
      'one place that is replaced',
      'cross-site-scripting',
      handler(
        "res.send('<p>' + req.query.a.replace('<', '&lt;').replace('\"', '&quot;') + '</p>');",
      ),
    ],
    [
      'the first place alone',
      'cross-site-scripting',
      handler(
        "res.send('<p>' + req.query.a.replace(/</, '&lt;').replace(/\"/, '&quot;') + '</p>');",
      ),
    ],
    [
      'a script in an expression of a database',
      'nosql-injection',
      handler("await User.find({ $where: `this.a == '${req.query.a}'` });", MONGO),
    ],
    [
      'an entry of a table that holds data',
      'command-injection',
      handler(
        "const t = { a: req.query.b, c: 'd' };\nexec(t[req.query.k]);",
        "const { exec } = require('child_process');",
      ),
    ],
    [
      'a protocol that is compared',
      'server-side-request-forgery',
      handler(
        "const url = new URL(req.query.url);\nif (url.protocol !== 'https:') return res.end();\nawait fetch(url);",
      ),
    ],
    ...['whereRaw', 'havingRaw', 'orderByRaw', 'joinRaw', 'groupByRaw', 'orWhereRaw'].map(
      (name): [string, string, string] => [
        `${name} of knex`,
        'sql-injection',
        handler(`await knex('t').select('a').${name}(\`a \${req.query.a}\`);`, KNEX),
      ],
    ),
    [
      'raw of knex',
      'sql-injection',
      handler("await knex('t').orderBy(knex.raw(req.query.a));", KNEX),
    ],
    ['fromRaw of knex', 'sql-injection', handler('await knex.fromRaw(req.query.a);', KNEX)],
    [
      'literal of sequelize',
      'sql-injection',
      handler(
        'await User.findAll({ order: sequelize.literal(req.query.a) });',
        "const { Sequelize } = require('sequelize');\nconst sequelize = new Sequelize('x');\nconst User = require('./user');",
      ),
    ],
    [
      'where of typeorm',
      'sql-injection',
      handler(
        "await repo.createQueryBuilder('u').where(`u.name = '${req.query.a}'`).getMany();",
        "const repo = require('./repo');",
      ),
    ],
    [
      'andWhere of typeorm',
      'sql-injection',
      handler(
        "await repo.createQueryBuilder('u').where('u.a = 1').andWhere('u.name = ' + req.query.a).getMany();",
        "const repo = require('./repo');",
      ),
    ],
    [
      'prisma',
      'sql-injection',
      handler(
        'await prisma.$queryRawUnsafe(`SELECT ${req.query.a}`);',
        "const { PrismaClient } = require('@prisma/client');\nconst prisma = new PrismaClient();",
      ),
    ],
    ['sendFile', 'path-traversal', handler("res.sendFile(path.join('/srv', req.query.a));", FS)],
    [
      'sendFile with a function',
      'path-traversal',
      handler("res.sendFile(path.join('/srv', req.query.a), () => {});", FS),
    ],
    ['download', 'path-traversal', handler("res.download('/srv/' + req.query.a, 'a');", FS)],
    [
      'reply.sendFile',
      'path-traversal',
      "const app = require('fastify')();\nconst fs = require('fs');\napp.get('/a', async (request, reply) => reply.send(fs.createReadStream('/srv/' + request.query.a)));\n",
    ],
    [
      'a method of a class',
      'path-traversal',
      handler(
        'new Store().read(req.query.a);',
        `${FS}class Store { constructor() { this.root = '/srv'; } pathOf(n) { return path.join(this.root, n); } read(n) { return fs.readFileSync(this.pathOf(n)); } }`,
      ),
    ],
    [
      'an entry of tar-stream',
      'path-traversal',
      "const tar = require('tar-stream'); const fs = require('fs'); const path = require('path');\nexports.f = (s) => { const e = tar.extract(); e.on('entry', (header, stream, next) => { stream.pipe(fs.createWriteStream(path.join('/out', header.name))); stream.on('end', next); }); s.pipe(e); };\n",
    ],
    [
      'an entry of unzipper',
      'path-traversal',
      "const unzipper = require('unzipper'); const fs = require('fs'); const path = require('path');\nexports.f = (s) => s.pipe(unzipper.Parse()).on('entry', (entry) => { entry.pipe(fs.createWriteStream(path.join('/out', entry.path))); });\n",
    ],
    [
      'an entry of yauzl',
      'path-traversal',
      "const yauzl = require('yauzl'); const fs = require('fs'); const path = require('path');\nexports.f = (p) => yauzl.open(p, { lazyEntries: true }, (err, zip) => { zip.on('entry', (entry) => { zip.openReadStream(entry, (e, s) => s.pipe(fs.createWriteStream(path.join('/out', entry.fileName)))); }); });\n",
    ],
    [
      'an entry of adm-zip',
      'path-traversal',
      "const AdmZip = require('adm-zip'); const fs = require('fs'); const path = require('path');\nexports.f = (p) => { for (const entry of new AdmZip(p).getEntries()) fs.writeFileSync(path.join('/out', entry.entryName), entry.getData()); };\n",
    ],
    [
      'a redirect of koa',
      'open-redirect',
      "const Koa = require('koa'); const app = new Koa();\napp.use(async (ctx) => { ctx.redirect(ctx.query.next || '/'); });\n",
    ],
    [
      'a redirect of fastify',
      'open-redirect',
      "const app = require('fastify')();\napp.get('/a', async (request, reply) => reply.redirect(request.query.next));\n",
    ],
    [
      'a redirect of a helper',
      'open-redirect',
      handler(
        'res.redirect(pick(req.query.next, req.body.next));',
        "function pick(...all) { return all.find(Boolean) || '/'; }",
      ),
    ],
    [
      'a redirect of a helper with a choice',
      'open-redirect',
      handler(
        'res.redirect(pick(req));',
        "function pick(req) { const to = req.query.next ? req.query.next : req.session.next; return to || '/'; }",
      ),
    ],
    [
      'a header of a redirect',
      'open-redirect',
      handler('res.writeHead(302, { location: req.query.next });\nres.end();'),
    ],
    [
      'a header of a redirect by set',
      'open-redirect',
      handler("res.set('Location', req.query.next);\nres.status(302).end();"),
    ],
    [
      'a redirect of Next',
      'open-redirect',
      `${NEXT}export async function GET(request) {\n  const to = request.nextUrl.searchParams.get('to');\n  return NextResponse.redirect(new URL(to || '/', request.url));\n}\n`,
    ],
    [
      'a new record of a request',
      'mass-assignment',
      handler('const user = new User(req.body);\nawait user.save();', MONGO),
    ],
    [
      'a record that gets a request',
      'mass-assignment',
      handler(
        'const user = await User.findById(req.params.id);\nObject.assign(user, req.body);\nawait user.save();',
        MONGO,
      ),
    ],
    [
      'a record that is updated',
      'mass-assignment',
      handler('await User.update({ ...req.body }, { where: { id: 1 } });', MONGO),
    ],
    [
      'a document that is updated',
      'mass-assignment',
      handler('await User.findByIdAndUpdate(req.params.id, req.body);', MONGO),
    ],
    [
      'a document that is updated by $set',
      'mass-assignment',
      handler('await User.findByIdAndUpdate(req.params.id, { $set: req.body });', MONGO),
    ],
    [
      'a record of prisma',
      'mass-assignment',
      handler(
        'await prisma.user.update({ where: { id: 1 }, data: req.body });',
        "const { PrismaClient } = require('@prisma/client');\nconst prisma = new PrismaClient();",
      ),
    ],
    [
      'a record of sequelize',
      'mass-assignment',
      handler('const user = await User.findByPk(1);\nawait user.update(req.body);', MONGO),
    ],
    [
      'a vector of zeros',
      'fixed-initialization-vector',
      `${CRYPTO}exports.f = (k) => crypto.createCipheriv('aes-256-gcm', k, Buffer.alloc(12));\n`,
    ],
    [
      'a vector of zeros by its name',
      'fixed-initialization-vector',
      `${CRYPTO}const IV = Buffer.alloc(16, 0);\nexports.f = (k) => crypto.createCipheriv('aes-256-cbc', k, IV);\n`,
    ],
    [
      'a vector of a text',
      'fixed-initialization-vector',
      `${CRYPTO}const IV = Buffer.from('000102030405060708090a0b', 'hex');\nexports.f = (k) => crypto.createCipheriv('aes-256-gcm', k, IV);\n`,
    ],
    [
      'a random code',
      'insecure-random',
      'exports.f = (user) => { user.resetCode = Math.floor(Math.random() * 1e6); };\n',
    ],
    [
      'a random identifier of a session',
      'insecure-random',
      "function newSessionId() {\n  let out = '';\n  for (let i = 0; i < 16; i += 1) out += Math.floor(Math.random() * 16).toString(16);\n  return out;\n}\nexports.newSessionId = newSessionId;\n",
    ],
    [
      'a random password of a helper',
      'insecure-random',
      "const letters = 'abc';\nfunction pick(n) {\n  let out = '';\n  for (let i = 0; i < n; i += 1) {\n    out += letters[Math.floor(Math.random() * 3)];\n  }\n  return out;\n}\nexports.temporaryPassword = () => pick(12);\n",
    ],
    [
      'an origin that is reflected',
      'permissive-cors',
      handler(
        "res.setHeader('Access-Control-Allow-Origin', req.headers.origin);\nres.setHeader('Access-Control-Allow-Credentials', 'true');\nres.end();",
      ),
    ],
    [
      'an origin that is always right',
      'permissive-cors',
      "const cors = require('cors'); const app = require('express')();\napp.use(cors({ origin: (origin, done) => done(null, true), credentials: true }));\n",
    ],
    [
      'a token without a signature',
      'unverified-token',
      "const jwt = require('jsonwebtoken');\nexports.f = (t, k) => jwt.verify(t, k, { algorithms: ['HS256', 'none'] });\n",
    ],
    [
      'a password of a pool',
      'hard-coded-secret',
      "const { Pool } = require('pg');\nmodule.exports = new Pool({ host: 'db', password: 'xk29vjw1' });\n",
    ],
    [
      'a password of sequelize',
      'hard-coded-secret',
      "const { Sequelize } = require('sequelize');\nmodule.exports = new Sequelize('shop', 'app', 'xk29vjw1', { dialect: 'mysql' });\n",
    ],
    [
      'a temporary file',
      'predictable-temporary-file',
      "const os = require('os'); const fs = require('fs'); const path = require('path');\nexports.f = (x) => fs.writeFileSync(path.join(os.tmpdir(), 'report.json'), x);\n",
    ],
    [
      'a temporary file by the time',
      'predictable-temporary-file',
      "const os = require('os'); const fs = require('fs');\nexports.f = (x) => { const p = `${os.tmpdir()}/a-${Date.now()}.json`; fs.writeFileSync(p, x); };\n",
    ],
    [
      'an expression that takes long',
      'slow-regular-expression',
      handler('if (!/^(a+)+$/.test(req.query.a)) return res.sendStatus(400);\nres.end();'),
    ],
    [
      'a digest that is compared',
      'timing-unsafe-comparison',
      `${CRYPTO}exports.ok = (k, body, given) => crypto.createHmac('sha256', k).update(body).digest('hex') === given;\n`,
    ],
    [
      'a digest with a name that is compared',
      'timing-unsafe-comparison',
      `${CRYPTO}exports.ok = (k, body, given) => { const mac = crypto.createHmac('sha256', k).update(body).digest('hex'); if (mac !== given) throw new Error('no'); };\n`,
    ],
    [
      'a merge in the file',
      'prototype-pollution',
      handler(
        'merge(settings, req.body);\nres.end();',
        "const settings = {};\nfunction merge(dst, src) { for (const k in src) { if (typeof src[k] === 'object') { dst[k] = dst[k] || {}; merge(dst[k], src[k]); } else dst[k] = src[k]; } return dst; }",
      ),
    ],
    [
      'two names of a request',
      'prototype-pollution',
      handler('store[req.body.a][req.body.b] = req.body.c;\nres.end();', 'const store = {};'),
    ],
    [
      'an asynchronous generator',
      'command-injection',
      handler(
        "for await (const name of names(req)) exec('ls ' + name);",
        "const { exec } = require('child_process');\nasync function* names(req) { for (const n of req.body.names) yield n; }",
      ),
    ],
    [
      'a list of the file',
      'cross-site-scripting',
      `${EXPRESS}const notes = [];\napp.post('/n', (req, res) => { notes.push({ text: req.body.text }); res.end(); });\napp.get('/n', (req, res) => { res.send('<ul>' + notes.map((n) => '<li>' + n.text + '</li>').join('') + '</ul>'); });\n`,
    ],
    [
      'a map of the file, in the other order',
      'cross-site-scripting',
      `${EXPRESS}const notes = new Map();\napp.get('/n/:id', (req, res) => { const n = notes.get(Number(req.params.id)); res.send('<p>' + n.text + '</p>'); });\napp.post('/n', (req, res) => { notes.set(notes.size, { text: req.body.text }); res.end(); });\n`,
    ],
    [
      'a request that is written to a socket',
      'header-injection',
      handler(
        "const s = net.connect(80, 'internal');\ns.write(`GET / HTTP/1.1\\r\\nHost: internal\\r\\nX-User: ${req.query.a}\\r\\n\\r\\n`);\nres.end();",
        "const net = require('net');",
      ),
    ],
  ])('%s', async (_, rule, text) => {
    expect(await rulesOf(text)).toContain(rule);
  });
});
