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
    'a token in JavaScript',
    '/a.js',
    "const crypto = require('crypto');\nexports.token = (id) => crypto.createHash('md5').update(id).digest('hex');\n",
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

  it.each(NOT_REPORTED)('is not reported: %s', (_, path, text, rule) => {
    expect(rulesOf(path, text)).not.toContain(rule);
  });
});
