import { beforeAll, describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

/** A name, the rule, a path, a program with a finding that is shown, and the same without one. */
type Pair = readonly [string, string, string, string, string];

const EXPRESS = "const express = require('express');\nconst app = express();\n";
const KOA = "const Koa = require('koa');\nconst app = new Koa();\n";
const FLASK = 'from flask import Flask, request, send_file\nimport os\napp = Flask(__name__)\n';
const HASH = 'import hashlib\n';

const PAIRS: readonly Pair[] = [
  [
    'the digest of a password in a file that sends requests',
    'weak-hash',
    '/a.py',
    `${HASH}def f(password):\n    return hashlib.md5(password).hexdigest()\n`,
    `${HASH}import requests\ndef f(password):\n    requests.post(URL, data={'p': hashlib.md5(password).hexdigest()})\n`,
  ],
  [
    'the signature of what a file names by an address',
    'weak-hash',
    '/a.py',
    `${HASH}def check_password(password, known):\n    return hashlib.md5(password).hexdigest() == known\nAPI = 'https://api.service.org/'\n`,
    `${HASH}def f(path, secret):\n    return hashlib.md5(path + secret).hexdigest()\nAPI = 'https://api.service.org/'\n`,
  ],
  [
    'the form of passwords in PostgreSQL',
    'weak-hash',
    '/a.py',
    `${HASH}def f(user, password):\n    return hashlib.md5(password + user).hexdigest()\n`,
    `${HASH}def f(user, password):\n    return 'md5' + hashlib.md5(password + user).hexdigest()\n`,
  ],
  [
    'the digest that an old format with RC4 asks for',
    'weak-hash',
    '/a.py',
    `${HASH}def f(password):\n    return hashlib.md5(password).digest()\n`,
    `${HASH}def f(password):\n    return RC4(hashlib.md5(password).digest())\ndef RC4(key):\n    return key\n`,
  ],
  [
    'a token of a service',
    'insecure-random',
    '/a.py',
    "import random\nfrom django.db import models\ndef make_token(user):\n    return ''.join(random.choice('abc') for _ in range(9))\n",
    "import random\nfrom django.db import models\nAPI = 'https://api.service.org/'\ndef make_token(user):\n    return ''.join(random.choice('abc') for _ in range(9))\n",
  ],
  [
    'a host with a name and a password',
    'server-side-request-forgery',
    '/a.py',
    `${FLASK}import paramiko\n@app.get('/')\ndef f():\n    paramiko.SSHClient().connect(request.args['h'])\n    return ''\n`,
    `${FLASK}import paramiko\n@app.get('/')\ndef f():\n    paramiko.SSHClient().connect(request.args['h'], username=request.args['u'], password=request.args['p'])\n    return ''\n`,
  ],
  [
    'a name that is its own last part',
    'path-traversal',
    '/a.py',
    `${FLASK}@app.get('/<path:n>')\ndef f(n):\n    if os.path.basename('x') != n:\n        pass\n    return send_file(os.path.join('/d', n))\n`,
    `${FLASK}@app.get('/<path:n>')\ndef f(n):\n    if os.path.basename(n) != n:\n        return ''\n    return send_file(os.path.join('/d', n))\n`,
  ],
  [
    'the path of an upload, and its name',
    'path-traversal',
    '/a.js',
    `${EXPRESS}const fs = require('fs');\napp.post('/', (req, res) => { fs.unlinkSync('/d/' + req.file.originalname); });\n`,
    `${EXPRESS}const fs = require('fs');\napp.post('/', (req, res) => { fs.unlinkSync(req.file.path); });\n`,
  ],
  [
    'a path that another file sanitizes',
    'path-traversal',
    '/a.js',
    `${EXPRESS}const fs = require('fs');\nconst { join } = require('./paths');\napp.get('/', (req, res) => { fs.readFile('/d/' + join(req.query.p), () => 0); });\n`,
    `${EXPRESS}const fs = require('fs');\nconst { sanitizePath } = require('./paths');\napp.get('/', (req, res) => { fs.readFile('/d/' + sanitizePath(req.query.p), () => 0); });\n`,
  ],
  [
    'a part of the body, and a parameter of the route',
    'nosql-injection',
    '/a.js',
    `${EXPRESS}const User = require('./user');\napp.get('/:id', async (req, res) => { await User.findOne({ id: req.body.id }); });\n`,
    `${EXPRESS}const User = require('./user');\napp.get('/:id', async (req, res) => { await User.findOne({ id: req.params.id }); });\n`,
  ],
  [
    'conditions of a database of SQL',
    'nosql-injection',
    '/a.js',
    `${EXPRESS}const User = require('./user');\napp.post('/', async (req, res) => { await User.findOne({ id: req.body.id }); });\n`,
    `${EXPRESS}const User = require('./user');\napp.post('/', async (req, res) => { await User.findOne({ where: { id: req.body.id } }); });\n`,
  ],
  [
    'what a builder of queries finds',
    'nosql-injection',
    '/a.js',
    `${EXPRESS}const db = require('./db');\napp.post('/', async (req, res) => { await db.collection('u').findOne({ id: req.body.id }); });\n`,
    `${EXPRESS}const db = require('./db');\napp.post('/', async (req, res) => { await db.query('u').findOne({ id: req.body.id }); });\n`,
  ],
  [
    'answers that no page shows',
    'cross-site-scripting',
    '/a.js',
    `${EXPRESS}app.get('/:id', (req, res) => { res.send('not found: ' + req.params.id); });\n`,
    `${EXPRESS}app.delete('/:id', (req, res) => { res.send('not found: ' + req.params.id); });\n`,
  ],
  [
    'headers, which no link sets',
    'cross-site-scripting',
    '/a.js',
    `${EXPRESS}app.get('/', (req, res) => { res.send('<p>' + req.query.range); });\n`,
    `${EXPRESS}app.get('/', (req, res) => { res.send('<p>' + req.headers.range); });\n`,
  ],
  [
    'data in base64',
    'cross-site-scripting',
    '/a.js',
    `${EXPRESS}app.get('/', (req, res) => { res.send(Buffer.from(req.query.a).toString('utf8')); });\n`,
    `${EXPRESS}app.get('/', (req, res) => { res.send(Buffer.from(req.query.a).toString('base64')); });\n`,
  ],
  [
    'plain text of CherryPy',
    'cross-site-scripting',
    '/a.py',
    "import cherrypy\nclass A:\n    @cherrypy.expose\n    def f(self, b):\n        return 'a %s' % b\n",
    "import cherrypy\nclass A:\n    @cherrypy.expose\n    def f(self, b):\n        cherrypy.response.headers['Content-Type'] = 'text/plain'\n        return 'a %s' % b\n",
  ],
  [
    'the page itself',
    'open-redirect',
    '/a.js',
    'function f() { location.href = location.hash.slice(1); }\nf();\n',
    'function f() { location.href = location.href.slice(0, -1); }\nf();\n',
  ],
  [
    'the origin of the page itself',
    'open-redirect',
    '/a.js',
    "function f() { location.href = new URL(location.href).searchParams.get('u'); }\nf();\n",
    'function f() { location.href = `${new URL(location.href).origin}/a`; }\nf();\n',
  ],
  [
    'a header with a header of the request, which has no line breaks',
    'header-injection',
    '/a.py',
    "from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import unquote\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_header('A', unquote(self.path))\n",
    "from http.server import BaseHTTPRequestHandler\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_header('A', self.headers['origin'])\n",
  ],
  [
    'an address that an unknown function returns',
    'server-side-request-forgery',
    '/a.js',
    `${EXPRESS}const axios = require('axios');\napp.get('/', (req, res) => { axios.get(req.query.u); });\n`,
    `${EXPRESS}const axios = require('axios');\nconst { addressOf } = require('./addresses');\napp.get('/', (req, res) => { axios.get(addressOf(req.query.u)); });\n`,
  ],
  [
    'the path of the request',
    'open-redirect',
    '/a.js',
    `${EXPRESS}app.get('*', (req, res) => { res.redirect(new URL(req.url, BASE).searchParams.get('to')); });\n`,
    `${EXPRESS}app.get('*', (req, res) => { res.redirect(req.url.replace(/^\\/x/, '/')); });\n`,
  ],
  [
    'the address of a request that the program makes',
    'server-side-request-forgery',
    '/a.py',
    `${FLASK}import urllib.request\n@app.get('/')\ndef f():\n    urllib.request.urlopen(request.args['u'])\n    return ''\n`,
    'import urllib.request\nclass T:\n    def send(self, request):\n        return urllib.request.urlopen(request.url)\n',
  ],
  [
    'a value of a cache of the program',
    'untrusted-module',
    '/a.py',
    'import importlib\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.get("/<n>")\ndef f(n):\n    importlib.import_module(n)\n    return ""\n',
    'import importlib\nfrom django.core.cache import cache\nfrom flask import Flask, request\napp = Flask(__name__)\n@app.get("/<n>")\ndef f(n):\n    importlib.import_module(cache.get(n))\n    return ""\n',
  ],
  [
    'an option of the user',
    'unverified-tls',
    '/a.js',
    "const https = require('https');\nexports.f = (password) => new https.Agent({ rejectUnauthorized: false });\n",
    "const https = require('https');\nexports.f = (o, password) => { const a = {};\n  if (o.allowUnauthorized) a.rejectUnauthorized = false;\n  return new https.Agent(a); };\n",
  ],
  [
    'configuration that a template makes',
    'disabled-escaping',
    '/a.py',
    'import jinja2\nfrom flask import g\ndef f():\n    return jinja2.Environment(autoescape=False)\n',
    'import jinja2\nfrom flask import g\ndef f():\n    env = jinja2.Environment(autoescape=False)\n    return env.get_template("a.yaml")\n',
  ],
  [
    'a cookie that scripts have to read',
    'script-readable-cookie',
    '/a.js',
    `${KOA}app.use((ctx) => { ctx.cookies.set('sid', token, { httpOnly: false }); });\n`,
    `${KOA}app.use((ctx) => { ctx.cookies.set('csrf_token', csrfToken, { httpOnly: false }); });\n`,
  ],
  [
    'an origin that is checked',
    'permissive-cors',
    '/a.js',
    `${EXPRESS}app.use((req, res) => { res.setHeader('Access-Control-Allow-Credentials', 'true'); res.setHeader('Access-Control-Allow-Origin', req.headers.origin); });\n`,
    `${EXPRESS}app.use((req, res) => { res.setHeader('Access-Control-Allow-Credentials', 'true'); const ok = isOriginAllowed(req.headers.origin); if (!ok) return; res.setHeader('Access-Control-Allow-Origin', req.headers.origin); });\n`,
  ],
  [
    'an answer that is saved as a file',
    'cross-site-scripting',
    '/a.py',
    "from django.http import HttpResponse\ndef v(request):\n    return HttpResponse(request.GET['a'])\n",
    "from django.http import HttpResponse\ndef v(request):\n    r = HttpResponse(request.GET['a'])\n    r['Content-Disposition'] = 'attachment; filename=a'\n    return r\n",
  ],
  [
    'a function with the name of a protocol',
    'weak-hash',
    '/a.js',
    "const crypto = require('crypto');\nexports.check = function check(password) { return crypto.createHash('md5').update(password).digest('hex'); };\n",
    "const crypto = require('crypto');\nexports.check = function check_cram_md5(password) { return crypto.createHash('md5').update(password).digest('hex'); };\n",
  ],
  [
    'numbers of the module for secrets under another name',
    'insecure-random',
    '/a.py',
    'import random\ndef make_session_id():\n    return random.getrandbits(64)\n',
    'try:\n    from secrets import randbits\nexcept ImportError:\n    from random import getrandbits as randbits\ndef make_session_id():\n    return randbits(64)\n',
  ],
  [
    'a token that is verified once its key is known',
    'unverified-token',
    '/a.py',
    "import jwt\ndef user_of(token):\n    return jwt.decode(token, options={'verify_signature': False})\n",
    "import jwt\ndef user_of(token, keys):\n    claims = jwt.decode(token, options={'verify_signature': False})\n    return jwt.decode(token, keys[claims['kid']], algorithms=['RS256'])\n",
  ],
  [
    'the text of a path that browsers encode',
    'cross-site-scripting',
    '/a.js',
    `${EXPRESS}app.get('*', (req, res) => { res.send('<a href="' + decodeURIComponent(req.originalUrl) + '">'); });\n`,
    `${EXPRESS}app.get('*', (req, res) => { res.send('<a href="' + req.originalUrl.split('?')[0] + '">'); });\n`,
  ],
  [
    'a path behind a host',
    'open-redirect',
    '/a.js',
    `${EXPRESS}app.use((req, res) => { res.redirect('https://' + req.query.host + ':' + port + '/a'); });\n`,
    `${EXPRESS}app.use((req, res) => { res.redirect('https://' + req.headers.host + ':' + port + req.url); });\n`,
  ],
  [
    'the place of what was made',
    'open-redirect',
    '/a.js',
    `${EXPRESS}app.post('/', (req, res) => { res.status(302).header('location', req.body.next).end(); });\n`,
    `${EXPRESS}app.post('/', (req, res) => { res.status(201).header('location', req.body.name + '/tags').end(); });\n`,
  ],
  [
    'SHA-1 in OAEP',
    'weak-hash',
    '/a.py',
    'from cryptography.hazmat.primitives import hashes\ndef sign(key, password):\n    return key.signer(hashes.SHA1(), password)\n',
    'from cryptography.hazmat.primitives import hashes\nfrom cryptography.hazmat.primitives.asymmetric import padding\ndef f(key, password):\n    return key.decrypt(password, padding.OAEP(mgf=padding.MGF1(algorithm=hashes.SHA1()), algorithm=hashes.SHA1(), label=None))\n',
  ],
  [
    'a server, whose clients are verified later',
    'unverified-tls',
    '/a.js',
    "const tls = require('tls');\nexports.f = (password) => tls.connect({ host, rejectUnauthorized: false });\n",
    "const tls = require('tls');\nexports.f = (password) => tls.createServer({ requestCert: true, rejectUnauthorized: false });\n",
  ],
  [
    'certificates that are required',
    'unverified-tls',
    '/a.py',
    'import ssl\ndef f(s, password):\n    return ssl.wrap_socket(s)\n',
    'import ssl\ndef f(s, password):\n    return ssl.wrap_socket(s, cert_reqs=ssl.CERT_REQUIRED, ca_certs=CA)\n',
  ],
  [
    'a number that is called an identifier',
    'insecure-random',
    '/a.js',
    'exports.f = (user) => send({ sessionId: Math.random(), name: user });\n',
    'exports.f = (sessionId) => send({ id: Math.random(), name: sessionId });\n',
  ],
  [
    'a nonce of a client',
    'insecure-random',
    '/a.py',
    'import random\ndef make_otp():\n    return random.random()\n',
    'import random\ndef make_cnonce_otp():\n    return random.random()\n',
  ],
  [
    'a token of which nothing is verified on request, and one that is only read',
    'unverified-token',
    '/a.py',
    "import jwt\ndef user_of(token):\n    return jwt.decode(token, options={'verify_signature': False})\n",
    "import jwt\ndef expiry(token):\n    return jwt.decode(token, options={'verify_signature': False})\n",
  ],
  [
    'a message with cookies of the other side',
    'message-to-any-window',
    '/a.js',
    "window.addEventListener('message', (event) => { event.source.postMessage({ token: read() }, '*'); });\n",
    "window.addEventListener('message', (event) => { event.source.postMessage({ cookies: event.data.cookies }, '*'); });\n",
  ],
  [
    'a record of a service, which checks its fields',
    'mass-assignment',
    '/a.js',
    `${EXPRESS}const User = require('./user');\napp.post('/', async (req, res) => { const u = await User.create(req.body); await u.save(); });\n`,
    `${EXPRESS}const userService = require('./user');\napp.post('/', async (req, res) => { const u = await userService.create(req.body); await u.save(); });\n`,
  ],
  [
    'a path of an object that another file makes',
    'path-traversal',
    '/a.py',
    `${FLASK}@app.get('/<path:n>')\ndef f(n):\n    return open('/d/' + n).read()\n`,
    `${FLASK}from banks import Bank\n@app.get('/<path:n>')\ndef f(n):\n    return open(Bank(n).log['path']).read()\n`,
  ],
  [
    'a name without a slash',
    'path-traversal',
    '/a.py',
    `${FLASK}@app.get('/')\ndef f():\n    n = request.args['n']\n    if ':' in n:\n        return ''\n    return open('/d/' + n).read()\n`,
    `${FLASK}@app.get('/')\ndef f():\n    n = request.args['n']\n    if '/' in n:\n        return ''\n    return open('/d/' + n).read()\n`,
  ],
  [
    'keys that another file refuses',
    'prototype-pollution',
    '/a.js',
    `${EXPRESS}const _ = require('lodash');\napp.post('/', (req, res) => { _.set({}, req.query.p, req.body); res.end(); });\n`,
    `${EXPRESS}const _ = require('lodash');\nconst { isPrototypePollutionPath } = require('./paths');\napp.post('/', (req, res) => { const p = req.query.p; const b = req.body; if (isPrototypePollutionPath(b)) return; _.merge({}, b); res.end(); });\n`,
  ],
  [
    'a page with the address of the request, which Django encodes',
    'cross-site-scripting',
    '/a.py',
    "from django.http import HttpResponse\ndef v(request):\n    return HttpResponse('<p>' + request.GET['a'])\n",
    "from django.http import HttpResponse\ndef v(request):\n    return HttpResponse('<p>' + request.build_absolute_uri())\n",
  ],
  [
    'a time to wait in a function for tokens',
    'insecure-random',
    '/a.py',
    'import random\ndef refresh_access_code():\n    code = random.randint(1, 9)\n',
    'import random\ndef refresh_access_code():\n    sleep_time = random.randint(1, 9)\n',
  ],
  [
    'certificates that a setting asks for',
    'unverified-tls',
    '/a.py',
    'import ssl\ndef f(s, password):\n    return ssl.wrap_socket(s, cert_reqs=ssl.CERT_NONE)\n',
    'import ssl\ndef f(s, o):\n    return ssl.wrap_socket(s, cert_reqs=o.validate)\n',
  ],
  [
    'the socket of a server',
    'unverified-tls',
    '/a.py',
    'import ssl\ndef f(s, password):\n    return ssl.wrap_socket(s, keyfile=K)\n',
    'import ssl\ndef f(s, password):\n    return ssl.wrap_socket(s, keyfile=K, server_side=True)\n',
  ],
  [
    'a temporary name in a directory of the program',
    'predictable-temporary-file',
    '/a.py',
    'import tempfile\ndef f():\n    return tempfile.mktemp(prefix="a")\n',
    'import tempfile\ndef f(own):\n    return tempfile.mktemp(dir=own)\n',
  ],
  [
    'the rounds of a format with MD4',
    'weak-password-hash',
    '/a.py',
    'import hashlib\ndef f(p, s):\n    return hashlib.pbkdf2_hmac("sha256", p, s, 1000)\n',
    'import hashlib\nfrom Crypto.Hash import MD4\ndef f(p, s):\n    return hashlib.pbkdf2_hmac("sha256", MD4.new(p).digest(), s, 1000)\n',
  ],
  [
    'the name of a variable of the environment',
    'hard-coded-secret',
    '/a.py',
    "SECRET_KEY = 'xk29vjw1-nN2'\n",
    "SECRET_KEY = 'AWS_SECRET_ACCESS_KEY'\n",
  ],
  [
    'the mask of a function around the call of the system',
    'permissive-file-mode',
    '/a.py',
    'import os\ndef f():\n    os.umask(0)\n',
    'import os\ndef f():\n    return os.umask(0)\n',
  ],
  [
    'the body of an answer of HTTP',
    'header-injection',
    '/a.js',
    "require('http').createServer((req, res) => { const s = require('net').connect(1); s.end('GET / HTTP/1.1\\r\\nA: ' + req.url + '\\r\\n\\r\\n'); });\n",
    "require('http').createServer((req, res) => { res.end('Go to ' + req.url + '\\r\\n'); });\n",
  ],
];

function confidenceOf(path: string, text: string, rule: string): string | undefined {
  const settings = { minConfidence: 'low' } as const;
  const found = sourceCode.detect({ path, bytes: Buffer.from(text), settings }, () => undefined);
  const all = found.filter((one) => one.rule === `code/${rule}`).map((one) => one.confidence);
  return all.find((one) => one !== 'low') ?? all[0];
}

describe('confidence by what a program is used for', () => {
  beforeAll(async () => {
    await sourceCode.prepare?.('/a.js');
    await sourceCode.prepare?.('/a.py');
  });

  it.each(PAIRS)('tells %s apart', (_, rule, path, ...[shown, other]) => {
    expect(['medium', 'high']).toContain(confidenceOf(path, shown, rule));
    expect(['low', undefined]).toContain(confidenceOf(path, other, rule));
  });

  it.each(['sandbox', 'sample_app', 'testproject', 'bench'])(
    'takes settings in %s for those of a project to try a library',
    (folder) => {
      const text = "INSTALLED_APPS = ['django.contrib.admin']\nDEBUG = True\n";
      expect(confidenceOf('/site/settings.py', text, 'debug-mode')).toBe('medium');
      expect(confidenceOf(`/${folder}/settings.py`, text, 'debug-mode')).toBe('low');
    },
  );
});
