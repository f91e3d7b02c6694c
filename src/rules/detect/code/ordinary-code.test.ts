/** Code of ordinary projects that looks like a weakness, beside the weakness itself. */

import { beforeAll, describe, expect, it } from 'vitest';

import type { DetectionNote } from '../detector.ts';
import { sourceCode } from './source.ts';

const FLASK = `import hashlib
import os
import requests
from flask import Flask, make_response, request
app = Flask(__name__)
`;

function view(body: string, before = ''): string {
  const lines = ["x = request.args['x']", ...body.split('\n')];
  return `${FLASK}${before}\n@app.get('/')\ndef index():\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

const EXPRESS = "const express = require('express');\nconst app = express();\n";

function route(body: string, before = ''): string {
  return `${EXPRESS}${before}app.get('/', (req, res) => {\n  const x = req.query.x;\n  ${body}\n});\n`;
}

const REDIRECT =
  'from flask import Flask, redirect, request\nfrom app import is_safe_url, settings\napp = Flask(__name__)\n';

function redirecting(body: string): string {
  const lines = body.split('\n').map((line) => `    ${line}\n`);
  return `${REDIRECT}@app.get('/')\ndef index():\n${lines.join('')}`;
}

type Row = readonly [title: string, path: string, text: string, rule: string];

const REPORTED: readonly Row[] = [
  [
    'an element of React whose HTML is that of the address',
    '/a.jsx',
    "export default function Page() {\n  const q = new URLSearchParams(location.search).get('q');\n  return <div dangerouslySetInnerHTML={{ __html: q }} />;\n}\n",
    'dom-cross-site-scripting',
  ],
  ['a text of the request as the page', '/a.py', view('return x'), 'cross-site-scripting'],
  ['a text that was changed', '/a.py', view('return x.strip().upper()'), 'cross-site-scripting'],
  ['a text in elements', '/a.py', view("return '<p>' + x + '</p>'"), 'cross-site-scripting'],
  [
    'a page that a function of the file makes',
    '/a.py',
    view('return page(x)', "def page(text):\n    return f'<p>{text}</p>'\n"),
    'cross-site-scripting',
  ],
  ['an answer with the text', '/a.py', view('return make_response(x)'), 'cross-site-scripting'],
  [
    'an answer that is a page by its type',
    '/a.py',
    view("r = make_response(x)\nr.headers['Content-Type'] = 'text/html'\nreturn r"),
    'cross-site-scripting',
  ],
  [
    'a signature',
    '/a.py',
    'import hashlib\n\ndef sign(text, key):\n    return hashlib.sha1(key + text).hexdigest()\n',
    'weak-hash',
  ],
  [
    'a digest of a password by the words of the function',
    '/a.py',
    "import hashlib\n\nclass Hasher:\n    def encode(self, password, salt):\n        digest = hashlib.new('md5', salt + password)\n        return digest.hexdigest()\n",
    'weak-hash',
  ],
  [
    'a signature in JavaScript',
    '/a.js',
    "const crypto = require('crypto');\nexports.sign = (id) => crypto.createHash('md5').update(id).digest('hex');\n",
    'weak-hash',
  ],
  [
    'certificates that are not checked',
    '/app/client.py',
    "import requests\nrequests.get('https://a.example/', verify=False, timeout=3)\n",
    'unverified-tls',
  ],
  [
    'untrusted data in a test server',
    '/tests/server.py',
    view('os.system(x)\nreturn {}'),
    'command-injection',
  ],
];

const NOT_REPORTED: readonly Row[] = [
  [
    'what a function of another file returns',
    '/a.py',
    view('return show(x)', 'from views import show\n'),
    'cross-site-scripting',
  ],
  [
    'what a base class answers',
    '/a.py',
    'from flask import Flask, request\nfrom flask.views import MethodView\nfrom views import Base\n\nclass Show(Base, MethodView):\n    def get(self, name):\n        return super().get(name)\n',
    'cross-site-scripting',
  ],
  [
    'what another service answers',
    '/a.py',
    view("return requests.get('https://a.example/' + x, timeout=3).json()"),
    'cross-site-scripting',
  ],
  [
    'an answer of another type',
    '/a.py',
    view(
      "r = make_response('key=' + x)\nr.headers['Content-Type'] = 'application/x-www-form-urlencoded'\nreturn r",
    ),
    'cross-site-scripting',
  ],
  [
    'the key of a cache',
    '/a.py',
    'import hashlib\n\ndef key(text):\n    return hashlib.md5(text).hexdigest()\n',
    'weak-hash',
  ],
  [
    'an etag',
    '/a.js',
    "const crypto = require('crypto');\nexports.etag = (body) => crypto.createHash('sha1').update(body).digest('hex');\n",
    'weak-hash',
  ],
  [
    'certificates in a test',
    '/tests/test_client.py',
    "import requests\nrequests.get('https://a.example/', verify=False, timeout=3)\n",
    'unverified-tls',
  ],
  [
    'a fixture of pytest',
    '/a.py',
    "import os\nimport pytest\n\n@pytest.fixture(scope='function')\ndef page(request, folder):\n    yield None\n    open(os.path.join(folder, 'page.html'), 'w')\n",
    'path-traversal',
  ],
];

/** Pairs whose first text is reported, and whose second one differs in what makes it harmless. */
const PAIRS: readonly (readonly [
  title: string,
  path: string,
  bad: string,
  good: string,
  rule: string,
])[] = [
  [
    'a page that a function of another file makes',
    '/a.js',
    route('res.send(`<b>${x}</b>`);'),
    route('res.send(views.page(x));', "const views = require('./views');\n"),
    'cross-site-scripting',
  ],
  [
    'an error of a callback',
    '/a.js',
    route("store.find(1, (err) => { if (err) res.send('<p>' + x); });"),
    route('store.find(x, (err) => { if (err) res.send(err); });'),
    'cross-site-scripting',
  ],
  [
    'what is stored under a key',
    '/a.py',
    view('return open(x).read()'),
    view('return open(app.cache.get(x)).read()'),
    'path-traversal',
  ],
  [
    'an address whose beginning is a setting',
    '/a.py',
    redirecting("return redirect(request.args['next'])"),
    redirecting("return redirect('%s?next=%s' % (settings.LOGIN, request.args['next']))"),
    'open-redirect',
  ],
  [
    'an address with a scheme that is a setting',
    '/a.py',
    redirecting('return redirect(f"{settings.SCHEME}://{request.args[\'host\']}/")'),
    redirecting('return redirect(f"{settings.SITE}/{request.args[\'host\']}/")'),
    'open-redirect',
  ],
  [
    'one of two fixed beginnings',
    '/a.py',
    redirecting(
      "base = 'https://' if settings.A else 'http://'\nreturn redirect(base + request.args['n'])",
    ),
    redirecting(
      "base = 'https://a/x/' if settings.A else 'https://a/y/'\nreturn redirect(base + request.args['n'])",
    ),
    'open-redirect',
  ],
  [
    'a field of the request that is checked and read again',
    '/a.py',
    redirecting(
      "if is_safe_url(request.args['back']):\n    pass\nreturn redirect(request.args['next'])",
    ),
    redirecting(
      "if is_safe_url(request.args['next']):\n    return redirect(request.args[\"next\"])\nreturn ''",
    ),
    'open-redirect',
  ],
  [
    'a field that is checked in one of two ways',
    '/a.py',
    redirecting(
      "if settings.A or is_safe_url(request.args['next']):\n    pass\nreturn redirect(request.args['next'])",
    ),
    redirecting(
      "if not is_safe_url(request.args['next']):\n    return ''\nreturn redirect(request.args['next'])",
    ),
    'open-redirect',
  ],
  [
    'a variable that gets another value after the check',
    '/a.py',
    redirecting(
      "o = request.args\nif not is_safe_url(o['next']):\n    return ''\no = request.form\nreturn redirect(o['next'])",
    ),
    redirecting(
      "o = request.args\nif not is_safe_url(o['next']):\n    return ''\nreturn redirect(o['next'])",
    ),
    'open-redirect',
  ],
  [
    'the page that the user comes from',
    '/a.py',
    redirecting("return redirect(request.args['next'])"),
    redirecting('return redirect(request.referrer)'),
    'open-redirect',
  ],
  [
    'the same page of a browser again',
    '/a.js',
    'location.href = location.hash.slice(1);\n',
    "location.href = location.href;\nlocation.href = location.search + '&a=1';\n",
    'open-redirect',
  ],
  [
    'a path whose beginning is compared',
    '/a.js',
    route(
      'const p = path.resolve(root, x);\n  res.end(fs.readFileSync(p));',
      "const fs = require('fs');\nconst path = require('path');\nconst root = '/srv/';\n",
    ),
    route(
      'const p = path.resolve(root, x);\n  if (p.slice(0, root.length) !== root) return;\n  res.end(fs.readFileSync(p));',
      "const fs = require('fs');\nconst path = require('path');\nconst root = '/srv/';\n",
    ),
    'path-traversal',
  ],
  [
    'a path in which the root stands first',
    '/a.js',
    route(
      'const p = path.resolve(root, x);\n  if (p.indexOf(root) < 0) return;\n  res.end(fs.readFileSync(p));',
      "const fs = require('fs');\nconst path = require('path');\nconst root = '/srv/';\n",
    ),
    route(
      'const p = path.resolve(root, x);\n  if (p.indexOf(root) !== 0) return;\n  res.end(fs.readFileSync(p));',
      "const fs = require('fs');\nconst path = require('path');\nconst root = '/srv/';\n",
    ),
    'path-traversal',
  ],
  [
    'origins without credentials',
    '/a.js',
    route(
      "res.set('Access-Control-Allow-Origin', req.headers.origin);\n  res.set('Access-Control-Allow-Credentials', 'true');",
    ),
    route("res.set('Access-Control-Allow-Origin', req.headers.origin);"),
    'permissive-cors',
  ],
  [
    'no text at all',
    '/a.py',
    "SECRET_KEY = 'a fixed text'\n",
    'SECRET_KEY = None\n',
    'hard-coded-secret',
  ],
  [
    'a field of another object with the name of a setting',
    '/a.py',
    "import requests\nsession = requests.Session()\nsession.auth = ('a', KEY)\nsession.verify = False\n",
    "import requests\nform = make_form()\nform.auth = ('a', KEY)\nform.verify = False\n",
    'unverified-tls',
  ],
  [
    'a context of a server',
    '/a.py',
    'import ssl\ndef connect(password):\n    c = ssl.create_default_context()\n    c.check_hostname = False\n',
    "import ssl\ndef serve(password):\n    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n    c.load_cert_chain('a.pem')\n    c.verify_mode = ssl.CERT_NONE\n",
    'unverified-tls',
  ],
  [
    'a fixed word for another window',
    '/a.js',
    "parent.postMessage({ key: read() }, '*');\n",
    "parent.postMessage('tick', '*');\n",
    'message-to-any-window',
  ],
  [
    'a function with a parameter `request` that no route passes',
    '/a.py',
    'from django.shortcuts import redirect\ndef follow(request, url):\n    return redirect(url)\n',
    'from django.shortcuts import redirect\ndef follow(request, sociallogin):\n    return redirect(sociallogin.target)\n',
    'open-redirect',
  ],
  [
    'a name that Django has shortened',
    '/a.py',
    "from django.http import HttpRequest\ndef save(request: HttpRequest):\n    open('/srv/' + request.POST['name'], 'w')\n",
    "from django.http import HttpRequest\ndef save(request: HttpRequest):\n    open('/srv/' + request.FILES['a'].name, 'w')\n",
    'path-traversal',
  ],
  [
    'a check in another file',
    '/a.py',
    "from app import ends\nfrom django.shortcuts import redirect\nfrom django.http import HttpRequest\ndef follow(request: HttpRequest):\n    x = request.GET['x']\n    if ends(x):\n        return redirect(x)\n",
    "from app import is_allowed\nfrom django.shortcuts import redirect\nfrom django.http import HttpRequest\ndef follow(request: HttpRequest):\n    x = request.GET['x']\n    if is_allowed(x):\n        return redirect(x)\n",
    'open-redirect',
  ],
];

function rulesOf(path: string, text: string): readonly string[] {
  const drafts = sourceCode.detect({ path, bytes: Buffer.from(text) }, () => undefined);
  return drafts.flatMap(({ rule, confidence }) =>
    confidence === 'low' ? [] : [rule.replace('code/', '')],
  );
}

describe('ordinary code', () => {
  beforeAll(async () => {
    await sourceCode.prepare?.('/a.js');
    await sourceCode.prepare?.('/a.py');
  });

  it.each(REPORTED)('is reported: %s', (_, path, text, rule) => {
    expect(rulesOf(path, text)).toContain(rule);
  });

  it('is said to be left out in files of tests', () => {
    const text = "import requests\nrequests.get('https://a.example/', verify=False, timeout=3)\n";
    const notesOf = (path: string, minConfidence: 'low' | 'medium'): readonly DetectionNote[] => {
      const notes: DetectionNote[] = [];
      const file = { path, bytes: Buffer.from(text), settings: { minConfidence } };
      sourceCode.detect(file, (one) => notes.push(one));
      return notes;
    };
    expect(notesOf('/tests/a.py', 'medium')).toEqual([
      expect.objectContaining({ kind: 'left-out', isPartly: true }),
    ]);
    expect(notesOf('/tests/a.py', 'low')).toEqual([]);
    expect(notesOf('/a.py', 'medium')).toEqual([]);
  });

  it.each(PAIRS)('is apart from a weakness: %s', (_, path, ...[bad, good, rule]) => {
    expect([bad, good].map((text) => rulesOf(path, text).includes(rule))).toEqual([true, false]);
  });

  it.each([
    ['/examples/app.py', false],
    ['/settings/development.py', false],
    ['/settings_local.py', false],
    ['/tests/a.py', false],
    ['/debug_page.py', true],
    ['/local/a.py', true],
  ])('counts a fixed key in %s: %s', (path, isReported) => {
    const rules = rulesOf(path, "SECRET_KEY = 'a fixed text'\n");
    expect(rules.includes('hard-coded-secret')).toBe(isReported);
  });

  it.each(NOT_REPORTED)('is not reported: %s', (_, path, text, rule) => {
    expect(rulesOf(path, text)).not.toContain(rule);
  });
});
