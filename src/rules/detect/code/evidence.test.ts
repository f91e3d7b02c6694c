import { beforeAll, describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

/**
 * A name, a path, a program that has evidence, the same without it, and the rule that is of low
 * confidence there.
 */
type Pair = readonly [string, string, string, string, string];

const HASH = "const crypto = require('crypto');\n";
const JWT = "const jwt = require('jsonwebtoken');\n";

const PAIRS: readonly Pair[] = [
  [
    'a request with a password, and one to where its user points',
    '/a.py',
    'import requests\ndef f(url, password):\n    return requests.post(url, data={"password": password}, verify=False)\n',
    'import requests\ndef f(url):\n    return requests.post(url, data={"n": 1}, verify=False)\n',
    'unverified-tls',
  ],
  [
    'an address that the program fixes, and a local one',
    '/a.js',
    "const https = require('https');\nexports.f = (cb) => https.get('https://api.service.org/', { rejectUnauthorized: false }, cb);\n",
    "const https = require('https');\nexports.f = (cb) => https.get('https://localhost:8443/', { rejectUnauthorized: false }, cb);\n",
    'unverified-tls',
  ],
  [
    'a file without an option for certificates, and with one',
    '/a.py',
    'import requests\nclass C:\n    def f(self):\n        self.s = requests.Session()\n        self.s.auth = self.a\n        self.s.verify = False\n',
    'import requests\nclass C:\n    def f(self):\n        self.s = requests.Session()\n        self.s.auth = self.a\n        self.s.verify = False\n    def g(self, verify_ssl):\n        self.f()\n',
    'unverified-tls',
  ],
  [
    'an address with TLS, and one without',
    '/a.py',
    "import requests\ndef f(token):\n    return requests.get('https://a.service.org/?%s' % token, verify=False)\n",
    "import requests\ndef f(token):\n    return requests.get('http://a.service.org/?%s' % token, verify=False)\n",
    'unverified-tls',
  ],
  [
    'a token of a program with accounts, and of one without',
    '/a.py',
    "import random\nfrom flask import Flask\ndef make_token(user):\n    return ''.join(random.choice('abc') for _ in range(9))\n",
    "import random\ndef make_token(node):\n    return ''.join(random.choice('abc') for _ in range(9))\n",
    'insecure-random',
  ],
  [
    'a random password, and a chance of wrong ones',
    '/a.py',
    "import random\ndef make_password():\n    return ''.join(random.choice('abc') for _ in range(9))\n",
    'import random\ndef try_password(share):\n    if random.random() < share:\n        fail()\n',
    'insecure-random',
  ],
  [
    'the digest of a password, and one in the messages of a protocol',
    '/a.py',
    'import hashlib\ndef f(password):\n    return hashlib.md5(password).hexdigest()\n',
    "import hashlib, struct\ndef f(password):\n    return struct.pack('!I', 1) + hashlib.md5(password).digest()\n",
    'weak-hash',
  ],
  [
    'pages of a server, and of a generator',
    '/a.py',
    "import jinja2\nfrom flask import request\npage = jinja2.Environment(loader=x).get_template('a.html')\n",
    "import jinja2\npage = jinja2.Environment(loader=x).get_template('a.html')\n",
    'disabled-escaping',
  ],
  [
    'an archive, and one whose digest the file checks',
    '/a.py',
    'import tarfile\ndef f(p):\n    tarfile.open(p).extractall(d)\n',
    'import tarfile\ndef f(p):\n    fetch(p, checksum=KNOWN)\n    tarfile.open(p).extractall(d)\n',
    'archive-extraction',
  ],
  [
    'an archive, and one of its entries',
    '/a.py',
    'import tarfile\ndef f(p, name):\n    tarfile.open(p).extractall(d)\n',
    'import tarfile\ndef f(p, name):\n    tarfile.open(p).extract(name, d)\n',
    'archive-extraction',
  ],
  [
    'an archive, and a choice of its entries',
    '/a.py',
    'import tarfile\ndef f(p, some):\n    tarfile.open(p).extractall(d)\n',
    'import tarfile\ndef f(p, some):\n    tarfile.open(p).extractall(d, some)\n',
    'archive-extraction',
  ],
  [
    'an archive of somewhere, and one of a fixed address',
    '/a.py',
    'import tarfile\ndef f(u):\n    tarfile.open(fileobj=get(u)).extractall(d)\n',
    "import tarfile\ndef f(v):\n    u = f'https://a.service.org/{v}'\n    tarfile.open(fileobj=get(u)).extractall(d)\n",
    'archive-extraction',
  ],
  [
    'a model with code on request, and one without',
    '/a.py',
    'import torch\nm = torch.load(p, weights_only=False)\n',
    'import torch\nm = torch.load(p)\n',
    'unsafe-model-load',
  ],
  [
    'a password of the settings, and one that a tool tries',
    '/a.py',
    "import telnetlib, os\nc = telnetlib.Telnet('a.example')\nc.write(os.environ['P'].encode())\n",
    'import telnetlib\ndef f(host, password):\n    c = telnetlib.Telnet(host)\n    c.write(password)\n',
    'clear-text-protocol',
  ],
  [
    'a policy for every server, and one that an option asks for',
    '/a.py',
    'import paramiko\ndef f(o):\n    c = paramiko.SSHClient()\n    c.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n',
    'import paramiko\ndef f(o):\n    c = paramiko.SSHClient()\n    if o.add:\n        c.set_missing_host_key_policy(paramiko.AutoAddPolicy())\n',
    'unverified-host-key',
  ],
  [
    'a code of a message, and a digest of a password',
    '/a.js',
    `${HASH}exports.f = (k, m, given) => crypto.createHmac('sha256', k).update(m).digest('hex') === given;\n`,
    `${HASH}exports.f = (salt, password, given) => crypto.createHmac('sha256', salt).update(password).digest('hex') === given;\n`,
    'timing-unsafe-comparison',
  ],
  [
    'the place of a redirect, and of what was made',
    '/a.js',
    "const Koa = require('koa');\nconst app = new Koa();\napp.use((ctx) => { ctx.status = 302; ctx.set('Location', ctx.query.to); });\n",
    "const Koa = require('koa');\nconst app = new Koa();\napp.use((ctx) => { ctx.set('Location', ctx.query.to); });\n",
    'open-redirect',
  ],
  [
    'a mask that stays, and one that is read',
    '/a.py',
    'import os\ndef f(p):\n    old = os.umask(0)\n    os.chmod(p, 0o644)\n    open(p, "w")\n',
    'import os\ndef f(p):\n    old = os.umask(0)\n    os.chmod(p, 0o644 ^ old)\n    os.umask(old)\n',
    'permissive-file-mode',
  ],
  [
    'a secret that is random, and a time that is',
    '/a.js',
    'exports.resetToken = () => Math.random();\n',
    'exports.resetToken = (f) => setTimeout(() => f(), Math.floor(Math.random() * 250));\n',
    'insecure-random',
  ],
  [
    'an address in the query, and that of a proxy itself',
    '/a.js',
    "const http = require('http');\nhttp.createServer((req, res) => { http.get(new URL(req.url, B).searchParams.get('u'), (r) => r.pipe(res)); });\n",
    "const http = require('http');\nhttp.createServer((req, res) => { http.get(req.url, (r) => r.pipe(res)); });\n",
    'server-side-request-forgery',
  ],
  [
    'a login without encryption, and one of a class with both',
    '/a.py',
    'import imaplib\nc = imaplib.IMAP4(host)\nc.login(user, password)\n',
    'import imaplib\nif tls:\n    c = imaplib.IMAP4_SSL(host)\nelse:\n    c = imaplib.IMAP4(host)\nc.login(user, password)\n',
    'clear-text-protocol',
  ],
  [
    'an old version, and one that an option asks for',
    '/a.py',
    'import ssl\ndef f(c, v):\n    c.minimum_version = ssl.TLSVersion.TLSv1\n',
    "import ssl\ndef f(c, v):\n    if v == 'TLSv1':\n        c.minimum_version = ssl.TLSVersion.TLSv1\n",
    'old-tls',
  ],
  [
    'the name of a file, and of a directory that is made next',
    '/a.py',
    'import os, tempfile\ndef f():\n    n = tempfile.mktemp()\n    return open(n, "w")\n',
    'import os, tempfile\ndef f():\n    n = tempfile.mktemp()\n    os.makedirs(n)\n    return n\n',
    'predictable-temporary-file',
  ],
  [
    'what is encrypted, and what is only decrypted',
    '/a.py',
    "from Crypto.Cipher import AES\ndef f(x):\n    return AES.new(b'0123456789abcdef', AES.MODE_ECB).encrypt(x)\n",
    "from Crypto.Cipher import AES\ndef f(x):\n    return AES.new(b'0123456789abcdef', AES.MODE_ECB).decrypt(x)\n",
    'weak-cipher-mode',
  ],
  [
    'an account of the program, and one for everybody',
    '/a.py',
    "import psycopg2\nc = psycopg2.connect(database='d', user='app', password='hb73kd02nsla')\n",
    "import psycopg2\nc = psycopg2.connect(database='d', user='hb73-mirror', password='hb73-mirror')\n",
    'hard-coded-secret',
  ],
  [
    'an expression of a request, and one of another window',
    '/a.js',
    "const app = require('express')();\napp.get('/', (req, res) => { res.json(new RegExp(req.query.q).test(t)); });\n",
    "window.addEventListener('message', (event) => { new RegExp(event.data).test(t); });\n",
    'regex-injection',
  ],
  [
    'all fields of a body, and of a query',
    '/a.js',
    "const app = require('express')();\nconst User = require('./user');\napp.post('/', async (req, res) => { res.json(await User.create(req.body)); });\n",
    "const app = require('express')();\nconst User = require('./user');\napp.post('/', async (req, res) => { res.json(await User.create(req.query)); });\n",
    'mass-assignment',
  ],
  [
    'an origin that nobody asks about, and a list of origins',
    '/a.js',
    "const app = require('express')();\napp.use((req, res) => { res.setHeader('Access-Control-Allow-Credentials', 'true'); res.setHeader('Access-Control-Allow-Origin', req.headers.origin); });\n",
    "const app = require('express')();\nconst known = options.allowedOrigins;\napp.use((req, res) => { res.setHeader('Access-Control-Allow-Credentials', 'true'); res.setHeader('Access-Control-Allow-Origin', req.headers.origin); });\n",
    'permissive-cors',
  ],
  [
    'a key that is named like a secret, and one of a format',
    '/a.js',
    `${HASH}const SECRET = 'hb73kd02nsla';\nexports.f = (x) => crypto.createHmac('sha256', SECRET).update(x).digest();\n`,
    `${HASH}const MARK = 'hb73kd02nsla';\nexports.f = (x, key = MARK) => crypto.createHmac('sha256', key).update(x).digest();\n`,
    'hard-coded-secret',
  ],
  [
    'the digest of a password, and of a path in a function that mentions one',
    '/a.py',
    'import hashlib\ndef f(password):\n    return hashlib.md5(password.encode()).hexdigest()\n',
    'import hashlib\ndef f(path, password):\n    connect(password)\n    return hashlib.md5(path.encode()).hexdigest()\n',
    'weak-hash',
  ],
  [
    'a digest of what a secret was put in, and of what has none',
    '/a.py',
    'import hashlib\ndef f(x, secret):\n    data = x + secret\n    return hashlib.sha1(data).hexdigest()\n',
    'import hashlib\ndef f(x, secret):\n    data = x + x\n    return hashlib.sha1(data).hexdigest()\n',
    'weak-hash',
  ],
  [
    'a digest that is fed later',
    '/a.js',
    `${HASH}exports.f = (password) => { const h = crypto.createHash('md5'); h.update(password); return h.digest('hex'); };\n`,
    `${HASH}exports.f = (file) => { const h = crypto.createHash('md5'); h.update(file); return h.digest('hex'); };\n`,
    'weak-hash',
  ],
  [
    'the word in a text',
    '/a.js',
    `${HASH}exports.f = (a) => crypto.createHash('md5').update(a.token).digest('hex');\n`,
    `${HASH}exports.f = (a) => crypto.createHash('md5').update('token' + a.id).digest('hex');\n`,
    'weak-hash',
  ],
  [
    'a design is no signature',
    '/a.py',
    'import hashlib\ndef sign(x):\n    return hashlib.md5(x).hexdigest()\n',
    'import hashlib\ndef design(x):\n    return hashlib.md5(x).hexdigest()\n',
    'weak-hash',
  ],
  [
    'a token that is the digest of random data',
    '/a.js',
    `${HASH}exports.f = (user) => { const token = crypto.createHash('sha1').update(user.token).digest('hex'); return token; };\n`,
    `${HASH}exports.f = () => { const token = crypto.createHash('sha1').update(crypto.randomBytes(32)).digest('hex'); return token; };\n`,
    'weak-hash',
  ],
  [
    'the digest of HTTP Digest',
    '/a.py',
    "import hashlib\ndef f(user, password):\n    return hashlib.md5((user + ':' + password).encode()).hexdigest()\n",
    "import hashlib\ndef f(user, realm, password):\n    return hashlib.md5((user + ':' + realm + ':' + password).encode()).hexdigest()\n",
    'weak-hash',
  ],
  [
    'a random salt leaves the digest of a password',
    '/a.py',
    'import hashlib, os\ndef f(password):\n    salt = os.urandom(8)\n    return hashlib.md5(salt + password).hexdigest()\n',
    'import hashlib, os\ndef f():\n    secret = os.urandom(8)\n    return hashlib.md5(secret).hexdigest()\n',
    'weak-hash',
  ],
  [
    'a cipher with a key of the environment, and one of a format',
    '/a.py',
    "import os\nfrom Crypto.Cipher import DES\ndef f(x):\n    return DES.new(os.environ['K'].encode(), DES.MODE_CBC).encrypt(x)\n",
    'from Crypto.Cipher import DES\ndef f(key, x):\n    return DES.new(key, DES.MODE_CBC).encrypt(x)\n',
    'weak-cipher',
  ],
  [
    'a mode without arguments, in a call with a key of the settings',
    '/a.py',
    'from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\nKEY = load(settings.CARD)\ndef f():\n    return Cipher(algorithms.AES(KEY), modes.ECB()).encryptor()\n',
    'from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\ndef f(key):\n    return Cipher(algorithms.AES(key), modes.ECB()).encryptor()\n',
    'weak-cipher-mode',
  ],
  [
    'a key that is written in the program',
    '/a.js',
    `${HASH}exports.f = (x) => crypto.createCipheriv('des-ede3-cbc', '012345670123456701234567', x);\n`,
    `${HASH}exports.f = (key, x) => crypto.createCipheriv('des-ede3-cbc', key, x);\n`,
    'weak-cipher',
  ],
  [
    'a chain over lines',
    '/a.js',
    `${HASH}exports.f = (a, password) => crypto\n  .createHash('md5')\n  .update(a)\n  .update(password)\n  .digest('hex');\n`,
    `${HASH}exports.f = (a, password) => crypto\n  .createHash('md5')\n  .update(a)\n  .update(a)\n  .digest('hex');\nexports.g = (password) => password;\n`,
    'weak-hash',
  ],
  [
    'a message over lines',
    '/a.js',
    "function f() {\n  const message = {\n    kind: 1,\n    token: read(),\n  };\n  window.parent.postMessage(message, '*');\n}\nf();\n",
    "function f() {\n  const message = {\n    kind: 1,\n    height: read(),\n  };\n  window.parent.postMessage(message, '*');\n}\nf();\n",
    'message-to-any-window',
  ],
  [
    'Telnet in a script, with a password and without',
    '/a.py',
    "import telnetlib, getpass\nc = telnetlib.Telnet('a.example')\nc.write(getpass.getpass().encode())\n",
    "import telnetlib\nc = telnetlib.Telnet('a.example')\nc.write(b'look')\n",
    'clear-text-protocol',
  ],
  [
    'a token of the request',
    '/a.js',
    `${JWT}const app = require('express')();\napp.get('/', (req, res) => { res.json(jwt.decode(req.headers.authorization)); });\n`,
    `${JWT}exports.expiry = (own) => jwt.decode(own).exp;\n`,
    'unverified-token',
  ],
  [
    'a token that decides about access, and one that came from its issuer',
    '/a.py',
    "import jwt\ndef current_user(t):\n    return jwt.decode(t, options={'verify_signature': False})['sub']\n",
    "import jwt\ndef current_user(answer):\n    return jwt.decode(answer['id_token'], options={'verify_signature': False})['sub']\n",
    'unverified-token',
  ],
  [
    'a secret, and a text that says that it is none',
    '/a.js',
    `${JWT}exports.f = (u) => jwt.sign({ u }, 'xk29vjw1');\n`,
    `${JWT}exports.f = (u) => jwt.sign({ u }, 'fake-secret');\n`,
    'hard-coded-secret',
  ],
  [
    'a login over FTP, and a download',
    '/a.py',
    "import ftplib, os\ndef f(user):\n    c = ftplib.FTP('a.example')\n    c.login(user, os.environ['P'])\n",
    "import ftplib\ndef f():\n    c = ftplib.FTP('a.example')\n    c.login()\n",
    'clear-text-protocol',
  ],
  [
    'an account, and the anonymous one',
    '/a.py',
    "import ftplib, os\ndef f():\n    return ftplib.FTP('a.example', 'shop', os.environ['P'])\n",
    "import ftplib, os\ndef f():\n    return ftplib.FTP('a.example', 'anonymous', os.environ['P'])\n",
    'clear-text-protocol',
  ],
  [
    'a mailbox, and one with encryption',
    '/a.py',
    "import imaplib\ndef f(p):\n    c = imaplib.IMAP4('a.example')\n    c.login('shop', p)\n",
    "import imaplib\ndef f(p):\n    c = imaplib.IMAP4('a.example')\n    c.starttls()\n    c.login('shop', p)\n",
    'clear-text-protocol',
  ],
  [
    'a message with a token, and one with a height',
    '/a.js',
    "window.parent.postMessage({ token: read() }, '*');\n",
    "window.parent.postMessage({ height: read() }, '*');\n",
    'message-to-any-window',
  ],
  [
    'the only version of TLS, and that of old systems',
    '/a.py',
    'import ssl\ndef f():\n    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n',
    'import ssl\ndef f():\n    try:\n        return ssl.SSLContext(ssl.PROTOCOL_TLS)\n    except AttributeError:\n        return ssl.SSLContext(ssl.PROTOCOL_TLSv1)\n',
    'old-tls',
  ],
  [
    'YAML that arrives, and that of a file',
    '/a.py',
    'import yaml\ndef f(body):\n    return yaml.load(body, Loader=yaml.Loader)\n',
    "import yaml\ndef f():\n    with open('a.yaml') as source:\n        return yaml.load(source.read(), Loader=yaml.Loader)\n",
    'unsafe-yaml',
  ],
  [
    'a body, and one field that was looked up',
    '/a.js',
    "const User = require('./user'); const app = require('express')();\napp.post('/', async (req, res) => { res.json(await User.create(req.body)); });\n",
    "const User = require('./user'); const app = require('express')(); const { find } = require('./find');\napp.post('/', async (req, res) => { res.json(await User.create(await find(req.query))); });\n",
    'mass-assignment',
  ],
  [
    'the address of the page, and a variable with its name',
    '/a.js',
    "function f() { location = new URLSearchParams(location.search).get('to'); }\nf();\n",
    "const http = require('http');\nhttp.createServer((req, res) => { var location = req.url; res.end(String(location.length)); });\n",
    'open-redirect',
  ],
  [
    'a relative path that leads out, and one that is empty or does not',
    '/a.js',
    "const fs = require('fs'); const path = require('path'); const app = require('express')();\napp.get('/*', (req, res) => { const root = path.resolve('/srv'); const file = path.resolve(root + req.path); const r = path.relative(root, file); if (r !== '' && path.isAbsolute(r)) { return res.end(); } fs.readFile(file, () => 0); });\n",
    "const fs = require('fs'); const path = require('path'); const app = require('express')();\napp.get('/*', (req, res) => { const root = path.resolve('/srv'); const file = path.resolve(root + req.path); const r = path.relative(root, file); if (r !== '' && (r.startsWith('..') || path.isAbsolute(r))) { return res.end(); } fs.readFile(file, () => 0); });\n",
    'path-traversal',
  ],
  [
    'a random token, and a random salt',
    '/a.py',
    'import random\ndef token_of(password):\n    key = str(random.random())\n    return mix(password, key)\n',
    'import random\ndef token_of(password):\n    salt = str(random.random())\n    return mix(password, salt)\n',
    'insecure-random',
  ],
  [
    'a mask, and one that is read',
    '/a.py',
    'import os\ndef f():\n    os.umask(0)\n    work()\n',
    'import os\ndef f():\n    mask = os.umask(0)\n    os.umask(mask)\n',
    'permissive-file-mode',
  ],
  [
    'a mask of a renamed module, and one that is read',
    '/a.py',
    'import os as _os\ndef f():\n    mask = _os.umask(0)\n    work()\n',
    'import os as _os\ndef f():\n    mask = _os.umask(0)\n    _os.umask(mask)\n',
    'permissive-file-mode',
  ],
  [
    'a mask while a file without a mode is made, and one with a mode',
    '/a.py',
    'import os\ndef f():\n    mask = os.umask(0)\n    try:\n        handle = open("a", "w")\n    finally:\n        os.umask(mask)\n',
    'import os\ndef f():\n    mask = os.umask(0)\n    try:\n        handle = os.open("a", os.O_CREAT, 0o600)\n    finally:\n        os.umask(mask)\n',
    'permissive-file-mode',
  ],
  [
    'a context without verification, and the one of an option',
    '/a.py',
    'import ssl\ndef context(password):\n    return ssl._create_unverified_context()\n',
    'import ssl\ndef context(check_server_cert, password):\n    required = ssl.CERT_REQUIRED if check_server_cert else ssl.CERT_NONE\n    return ssl._create_unverified_context(cert_reqs=required)\n',
    'unverified-tls',
  ],
  [
    'the name of a file, and of a pipe of Windows',
    '/a.py',
    'import tempfile\ndef f():\n    return tempfile.mktemp(prefix="pipe-")\n',
    'import tempfile\ndef f():\n    return tempfile.mktemp(prefix=r"\\\\.\\pipe\\a-")\n',
    'predictable-temporary-file',
  ],
  [
    'a token, and the boundary of a message',
    '/a.py',
    'import random\ndef f():\n    session_id = random.randrange(9)\n    boundary = "=="\n    return session_id, boundary\n',
    'import random\ndef f():\n    session_id = random.randrange(9)\n    boundary = "==" + str(session_id)\n    return boundary\n',
    'insecure-random',
  ],
  [
    'a host whose name is not checked, and an address',
    '/a.py',
    'import ssl\ndef f(server_hostname, password):\n    c = ssl.create_default_context()\n    if not quick:\n        c.check_hostname = False\n',
    'import ssl\ndef f(server_hostname, password):\n    c = ssl.create_default_context()\n    if not server_hostname:\n        c.check_hostname = False\n',
    'unverified-tls',
  ],
  [
    'a path that was compared with the root after another one was made of it',
    '/a.js',
    "const fs = require('fs'); const path = require('path'); const app = require('express')();\napp.get('/*', (req, res) => { const root = path.resolve('/srv/'); const file = path.normalize(path.join(root, req.path)); const packed = `${file}/../a`; if (file.slice(0, root.length) !== root) { res.end(); return; } fs.createReadStream(packed); });\n",
    "const fs = require('fs'); const path = require('path'); const app = require('express')();\napp.get('/*', (req, res) => { const root = path.resolve('/srv/'); const file = path.normalize(path.join(root, req.path)); const packed = `${file}.gz`; if (file.slice(0, root.length) !== root) { res.end(); return; } fs.createReadStream(packed); });\n",
    'path-traversal',
  ],
];

function confidenceOf(path: string, text: string, rule: string): string | undefined {
  const settings = { minConfidence: 'low' } as const;
  const file = { path, bytes: Buffer.from(text), settings };
  const found = sourceCode.detect(file, () => undefined);
  const all = found.filter((one) => one.rule === `code/${rule}`).map((one) => one.confidence);
  return all.find((one) => one !== 'low') ?? all[0];
}

describe('confidence by evidence', () => {
  beforeAll(async () => {
    await sourceCode.prepare?.('/a.js');
    await sourceCode.prepare?.('/a.py');
  });

  it.each(PAIRS)('tells %s apart', (_, path, ...[evident, without, rule]) => {
    expect(['medium', 'high']).toContain(confidenceOf(path, evident, rule));
    expect(['low', undefined]).toContain(confidenceOf(path, without, rule));
  });

  it('gives secrets of what stands in for a service low confidence, and injections theirs', () => {
    const secret = `${JWT}exports.f = (u) => jwt.sign({ u }, 'xk29vjw1');\n`;
    expect(confidenceOf('/emulator/a.js', secret, 'hard-coded-secret')).toBe('low');
    const page =
      "const app = require('express')();\napp.get('/', (req, res) => { res.send('<p>' + req.query.a); });\n";
    expect(confidenceOf('/emulator/a.js', page, 'cross-site-scripting')).toBe('high');
    expect(confidenceOf('/examples/a.js', page, 'cross-site-scripting')).toBe('low');
  });

  it('gives the digests of a file with many formats low confidence', () => {
    const one = 'import hashlib\ndef f(password):\n    return hashlib.md5(password).hexdigest()\n';
    const more = ['sha1', 'sha256', 'sha512'].map(
      (name) => `def ${name}_of(x):\n    return hashlib.${name}(x).digest()\n`,
    );
    expect(confidenceOf('/a.py', one, 'weak-hash')).toBe('medium');
    expect(confidenceOf('/a.py', one + more.join(''), 'weak-hash')).toBe('low');
  });
});
