import { describe, expect, it } from 'vitest';

import { sourceCode } from './source.ts';

/**
 * The rules that report something in a Python file, each once, with those of low confidence behind
 * a `~`.
 */
async function rulesOf(text: string): Promise<readonly string[]> {
  await sourceCode.prepare?.('/a.py');
  const drafts = sourceCode.detect(
    { path: '/a.py', bytes: Buffer.from(text), settings: { minConfidence: 'low' } },
    () => undefined,
  );
  return [
    ...new Set(
      drafts.map(({ rule, confidence }) =>
        `${confidence === 'low' ? '~' : ''}${rule}`.replace('code/', ''),
      ),
    ),
  ];
}

const FLASK =
  'from flask import Flask, request, redirect, abort, render_template_string, send_file\napp = Flask(__name__)\n';

function view(body: string, head = ''): string {
  const lines = body.trim().split('\n');
  return `${FLASK}${head}\n@app.get('/x')\ndef view():\n${lines.map((line) => `    ${line}`).join('\n')}\n`;
}

type Case = readonly [title: string, text: string, rule: string];

const GUARDED: readonly Case[] = [
  [
    'the address of a route with data as its parameter',
    view(
      "return redirect(url_for('show', name=request.args['name']))",
      'from flask import url_for\n',
    ),
    'open-redirect',
  ],
  [
    'the address of a view with data as its parameter',
    "from django.http import HttpResponseRedirect\nfrom django.urls import reverse\n\n\ndef show(request, name):\n    return HttpResponseRedirect(reverse('show', args=[request.GET['name']]))\n",
    'open-redirect',
  ],
  [
    'a target with one slash and not two',
    view(
      "u = request.args['u']\nif not u.startswith('/') or u.startswith('//'):\n    abort(400)\nreturn redirect(u)",
    ),
    'open-redirect',
  ],
  [
    'a target below a path',
    view(
      "u = request.args['u']\nif not u.startswith('/account/'):\n    abort(400)\nreturn redirect(u)",
    ),
    'open-redirect',
  ],
  [
    'an address with one of two hosts',
    view(
      "u = request.args['u']\nif not u.startswith(('https://a.example/', 'https://b.example/')):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'an address with one of a constant of hosts',
    view(
      "u = request.args['u']\nif not u.startswith(BASES):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      "import requests\nBASES = ('https://a.example/', 'https://b.example/')\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'the answer that redirects',
    view("u = request.args['u']\nreturn redirect(u)"),
    'cross-site-scripting',
  ],
  [
    'a value whose type is checked before a query of MongoDB',
    view(
      "name = request.json.get('name')\nif not isinstance(name, str):\n    abort(400)\nreturn {'n': str(db.users.find_one({'name': name}))}",
      "import pymongo\ndb = pymongo.MongoClient()['app']\n",
    ),
    'nosql-injection',
  ],
  [
    'a value that is made a text before a query of MongoDB',
    view(
      "name = str(request.json['name'])\nreturn {'n': str(db.users.find_one({'name': {'$eq': name}}))}",
      "import pymongo\ndb = pymongo.MongoClient()['app']\n",
    ),
    'nosql-injection',
  ],
  [
    'variables of a template that is written in the program',
    view("return render_template_string('<p>{{ name }}</p>', name=request.args['name'])"),
    'cross-site-scripting',
  ],
  [
    'a resolved path that is checked with is_relative_to',
    view(
      "target = (ROOT / request.args['name']).resolve()\nif not target.is_relative_to(ROOT):\n    abort(404)\nreturn send_file(target)",
      "from pathlib import Path\nROOT = Path('/srv/files').resolve()\n",
    ),
    'path-traversal',
  ],
  [
    'a resolved path that is checked with commonpath',
    view(
      "target = os.path.realpath(os.path.join(ROOT, request.args['name']))\nif os.path.commonpath([ROOT, target]) != ROOT:\n    abort(404)\nreturn open(target).read()",
      "import os\nROOT = '/srv/files'\n",
    ),
    'path-traversal',
  ],
  [
    'a resolved path whose parents are checked',
    view(
      "target = (ROOT / request.args['name']).resolve()\nif ROOT not in target.parents:\n    abort(404)\nreturn target.read_text()",
      "from pathlib import Path\nROOT = Path('/srv/files').resolve()\n",
    ),
    'path-traversal',
  ],
  [
    'a resolved path that begins with the directory and a separator',
    view(
      "target = os.path.realpath(os.path.join(ROOT, request.args['name']))\nif not target.startswith(ROOT + os.sep):\n    abort(404)\nreturn open(target).read()",
      "import os\nROOT = '/srv/files'\n",
    ),
    'path-traversal',
  ],
  [
    'a name without directories, by secure_filename',
    view(
      "return send_file(os.path.join('/srv', secure_filename(request.args['name'])))",
      'import os\nfrom werkzeug.utils import secure_filename\n',
    ),
    'path-traversal',
  ],
  [
    'an address whose host is one of a list',
    view(
      "url = request.args['url']\nif urlsplit(url).hostname not in ALLOWED:\n    abort(400)\nreturn {'t': requests.get(url, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\nALLOWED = {'a.example', 'b.example'}\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'an address whose host equals a text',
    view(
      "url = request.args['url']\nparts = urlparse(url)\nif parts.scheme != 'https' or parts.hostname != 'a.example':\n    abort(400)\nreturn {'t': requests.get(url, timeout=3).text}",
      'import requests\nfrom urllib.parse import urlparse\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'a target of a redirect without a host',
    view(
      "url = request.args['next']\nparts = urlsplit(url)\nif parts.netloc or parts.scheme:\n    abort(400)\nreturn redirect(url)",
      'from urllib.parse import urlsplit\n',
    ),
    'open-redirect',
  ],
  [
    'a parser of XML that resolves no entities',
    view(
      "parser = etree.XMLParser(resolve_entities=False, no_network=True)\nreturn {'t': etree.fromstring(request.data, parser).tag}",
      'from lxml import etree\n',
    ),
    'xml-external-entities',
  ],
  [
    'a parser of XML that resolves no entities, by its name',
    view(
      "return {'t': etree.XML(request.data, parser=etree.XMLParser(resolve_entities=False)).tag}",
      'from lxml import etree\n',
    ),
    'xml-external-entities',
  ],
  [
    'elements that are escaped one by one',
    view(
      "rows = [f'<li>{escape(one)}</li>' for one in request.args.getlist('tag')]\nreturn '<ul>' + ''.join(rows) + '</ul>'",
      'from html import escape\n',
    ),
    'cross-site-scripting',
  ],
  [
    'elements that are escaped by a function that is mapped',
    view(
      "return '<ul>' + '<li>'.join(map(escape, request.args.getlist('tag'))) + '</ul>'",
      'from markupsafe import escape\n',
    ),
    'cross-site-scripting',
  ],
  [
    'pairs that are escaped one by one',
    view(
      "return '<dl>' + ''.join(f'<dt>{escape(k)}<dd>{escape(v)}' for k, v in request.args.items()) + '</dl>'",
      'from markupsafe import escape\n',
    ),
    'cross-site-scripting',
  ],
  [
    'the same condition negated in a function that raises',
    view(
      'target = inside(request.args["name"])\nreturn send_file(target)',
      "from pathlib import Path\nROOT = Path('/srv/files').resolve()\ndef inside(name):\n    path = (ROOT / name).resolve()\n    if not path.is_relative_to(ROOT):\n        raise ValueError(name)\n    return path\n",
    ),
    'path-traversal',
  ],
  [
    'a selector of an element that has nothing of the request',
    view(
      "return {'t': tree.xpath('//u[@n = $name]', name=request.args['name'])}",
      "from lxml import etree\ntree = etree.parse('a.xml')\n",
    ),
    'xpath-injection',
  ],
  [
    'a member of a zip file whose place is checked before it is written',
    view(
      "with zipfile.ZipFile(request.files['f'].stream) as z:\n    for one in z.namelist():\n        place = os.path.realpath(os.path.join(ROOT, one))\n        if os.path.commonpath([ROOT, place]) != ROOT:\n            abort(400)\n        with open(place, 'wb') as out:\n            out.write(z.read(one))\nreturn {}",
      "import os, zipfile\nROOT = '/srv'\n",
    ),
    'path-traversal',
  ],
  [
    'a check in a function that returns whether it holds',
    view(
      "url = request.args['url']\nif not is_allowed(url):\n    abort(400)\nreturn {'t': requests.get(url, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\nALLOWED = {'a.example'}\ndef is_allowed(url):\n    return urlsplit(url).hostname in ALLOWED\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'a check in a function that returns in steps',
    view(
      "url = request.args['url']\nif not is_allowed(url):\n    return {}, 400\nreturn {'t': requests.get(url, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\ndef is_allowed(url):\n    parts = urlsplit(url)\n    if parts.scheme != 'https':\n        return False\n    return parts.hostname == 'a.example'\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'a check in a function that raises',
    view(
      "url = request.args['url']\ncheck(url)\nreturn {'t': requests.get(url, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\ndef check(url):\n    if urlsplit(url).hostname not in ('a.example', 'b.example'):\n        raise ValueError(url)\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'relative_to that raises',
    view(
      "target = (ROOT / request.args['name']).resolve()\ntry:\n    target.relative_to(ROOT)\nexcept ValueError:\n    abort(404)\nreturn target.read_bytes()",
      "from pathlib import Path\nROOT = Path('/srv/files').resolve()\n",
    ),
    'path-traversal',
  ],
  [
    'a host in a variable of its own',
    view(
      "url = request.args['url']\nhost = urlparse(url).hostname\nif host is None or host not in ALLOWED:\n    abort(400)\nreturn {'t': requests.get(url, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlparse\nALLOWED = frozenset(['a.example'])\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'an allowed host in the branch of a condition',
    view(
      "url = request.args['url']\nif urlparse(url).netloc in ALLOWED:\n    return redirect(url)\nreturn redirect('/')",
      "from urllib.parse import urlparse\nALLOWED = ['a.example']\n",
    ),
    'open-redirect',
  ],
  [
    'a page of escaped parts in a list',
    view(
      "rows = []\nfor k, v in request.args.items():\n    rows.append(f'<li>{escape(k)}: {escape(v)}</li>')\nreturn Response('<ul>' + ''.join(rows) + '</ul>', mimetype='text/html')",
      'from html import escape\nfrom flask import Response\n',
    ),
    'cross-site-scripting',
  ],
  [
    'several types before a query of MongoDB',
    view(
      "data = request.get_json()\nname = data.get('name')\nage = data.get('age')\nif not isinstance(name, str) or not isinstance(age, (int, float)):\n    return {'error': 1}, 400\nreturn {'n': str(db.users.find_one({'name': {'$eq': name}, 'age': age}))}",
      "import pymongo\ndb = pymongo.MongoClient()['app']\n",
    ),
    'nosql-injection',
  ],
  [
    'a safe parser of XML in a constant of the file',
    view(
      "return {'t': etree.parse(request.files['f'], PARSER).getroot().tag}",
      'from lxml import etree\nPARSER = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)\n',
    ),
    'xml-external-entities',
  ],
  [
    'a safe parser of XML that a function makes',
    view(
      "return {'t': etree.fromstring(request.data, parser=safe()).tag}",
      'from lxml import etree\ndef safe():\n    return etree.XMLParser(resolve_entities=False)\n',
    ),
    'xml-external-entities',
  ],
];

const DB = "import sqlite3\nDB = sqlite3.connect('a.db')\n";
const DJANGO =
  'from django.http import HttpResponse, HttpResponseRedirect\nfrom django.shortcuts import redirect\nfrom app.models import User\n';

const SINKS: readonly Case[] = [
  [
    'extra() of Django',
    `${DJANGO}def v(request):\n    return list(User.objects.extra(where=["name = '" + request.GET['q'] + "'"]))\n`,
    'sql-injection',
  ],
  [
    'extra() behind filter()',
    `${DJANGO}def v(request):\n    q = request.GET['q']\n    return list(User.objects.filter(a=1).extra(where=[f"name = '{q}'"]))\n`,
    'sql-injection',
  ],
  [
    'extra() with select',
    `${DJANGO}def v(request):\n    return list(User.objects.extra(select={'a': request.GET['q']}))\n`,
    'sql-injection',
  ],
  [
    'RawSQL',
    `${DJANGO}from django.db.models.expressions import RawSQL\ndef v(request):\n    return list(User.objects.annotate(v=RawSQL('select ' + request.GET['q'], [])))\n`,
    'sql-injection',
  ],
  [
    'RawSQL of django.db.models',
    `${DJANGO}from django.db.models import RawSQL\ndef v(request):\n    return list(User.objects.annotate(v=RawSQL(request.GET['q'], [])))\n`,
    'sql-injection',
  ],
  [
    'a cursor of another name',
    view(
      "con = psycopg2.connect('x')\nwith con.cursor() as c:\n    c.execute('select a from b where c = %s' % request.args['q'])\nreturn {}",
      'import psycopg2\n',
    ),
    'sql-injection',
  ],
  [
    'a connection in a with',
    view(
      "with sqlite3.connect('x') as handle:\n    handle.execute('select a from b where c = ' + request.args['q'])\nreturn {}",
      'import sqlite3\n',
    ),
    'sql-injection',
  ],
  [
    '$where of MongoDB',
    view(
      "return {'n': list(db.users.find({'$where': 'this.a == ' + request.args['q']}))}",
      "import pymongo\ndb = pymongo.MongoClient()['app']\n",
    ),
    'nosql-injection',
  ],
  [
    '$where with a text',
    view(
      "q = str(request.args['q'])\nreturn {'n': list(db.users.find({'$where': f'this.a == {q}'}))}",
      'from pymongo import MongoClient\ndb = MongoClient().app\n',
    ),
    'nosql-injection',
  ],
  [
    'xpath of lxml',
    view(
      "return {'n': etree.parse('x').xpath(f\"//u[@n='{request.args['q']}']\")}",
      'from lxml import etree\n',
    ),
    'xpath-injection',
  ],
  [
    'find of ElementTree',
    view(
      "return {'n': ET.parse('x').getroot().findall(\".//u[@n='\" + request.args['q'] + \"']\")}",
      'import xml.etree.ElementTree as ET\n',
    ),
    'xpath-injection',
  ],
  [
    'a tar file without a filter',
    view(
      "with tarfile.open(fileobj=request.files['f'].stream) as t:\n    t.extractall('/srv')\nreturn {}",
      'import tarfile\n',
    ),
    'archive-extraction',
  ],
  [
    'a tar file with full trust',
    view(
      "t = tarfile.open(fileobj=request.files['f'].stream)\nt.extractall('/srv', filter='fully_trusted')\nreturn {}",
      'import tarfile\n',
    ),
    'archive-extraction',
  ],
  [
    'rmtree',
    view(
      "shutil.rmtree(os.path.join('/srv', request.args['d']))\nreturn {}",
      'import os, shutil\n',
    ),
    'path-traversal',
  ],
  [
    'os.remove',
    view("os.remove('/srv/' + request.args['d'])\nreturn {}", 'import os\n'),
    'path-traversal',
  ],
  [
    'unlink of pathlib',
    view("(Path('/srv') / request.args['d']).unlink()\nreturn {}", 'from pathlib import Path\n'),
    'path-traversal',
  ],
  [
    'a client of httpx',
    view(
      "with httpx.Client() as c:\n    return {'t': c.get(request.args['u']).text}",
      'import httpx\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'an asynchronous client of httpx',
    "import httpx\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\nasync def v(u: str):\n    async with httpx.AsyncClient() as c:\n        r = await c.request('GET', u)\n    return r.text\n",
    'server-side-request-forgery',
  ],
  [
    'httpx.stream',
    view("return {'t': httpx.stream('GET', request.args['u'])}", 'import httpx\n'),
    'server-side-request-forgery',
  ],
  [
    'a session of aiohttp',
    "import aiohttp\nfrom aiohttp import web\nasync def v(request: web.Request):\n    async with aiohttp.ClientSession() as s:\n        async with s.get(request.query['u']) as r:\n            return web.json_response(await r.text())\n",
    'server-side-request-forgery',
  ],
  [
    'urlopen',
    view(
      "return {'t': urlopen(request.args['u']).read().decode()}",
      'from urllib.request import urlopen\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'urlopen of a Request',
    view(
      "r = urllib.request.Request(url=request.args['u'])\nreturn {'t': urllib.request.urlopen(r).read().decode()}",
      'import urllib.request\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'HttpResponseRedirect',
    `${DJANGO}def v(request):\n    return HttpResponseRedirect(request.GET.get('next', '/'))\n`,
    'open-redirect',
  ],
  [
    'redirect of Django',
    `${DJANGO}def v(request):\n    return redirect(request.GET.get('next', '/'))\n`,
    'open-redirect',
  ],
  [
    'a view that returns HTML',
    view("return '<h1>' + request.args['q'] + '</h1>'"),
    'cross-site-scripting',
  ],
  [
    'a view that returns HTML and a status',
    view('return f"<h1>{request.args[\'q\']}</h1>", 404'),
    'cross-site-scripting',
  ],
  [
    'a page of aiohttp',
    "from aiohttp import web\nasync def v(request):\n    q = request.query['q']\n    return web.Response(text=f'<h1>{q}</h1>', content_type='text/html')\n",
    'cross-site-scripting',
  ],
  [
    'HttpResponse of Django',
    `${DJANGO}def v(request):\n    return HttpResponse(f"<p>{request.GET['q']}</p>", content_type='text/html')\n`,
    'cross-site-scripting',
  ],
  [
    'send_header',
    "from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import urlsplit, parse_qs\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        q = parse_qs(urlsplit(self.path).query)\n        self.send_response(200)\n        self.send_header('X-A', q['a'][0])\n        self.end_headers()\n",
    'header-injection',
  ],
  [
    'a page of http.server',
    'from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import urlsplit, parse_qs\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        q = parse_qs(urlsplit(self.path).query)\n        self.wfile.write(f"<p>{q[\'a\'][0]}</p>".encode())\n',
    'cross-site-scripting',
  ],
  [
    'exec_command of paramiko',
    view(
      "c = paramiko.SSHClient()\nc.connect('h')\nc.exec_command('ls ' + request.args['d'])\nreturn {}",
      'import paramiko\n',
    ),
    'command-injection',
  ],
  [
    'exec_command in a with',
    view(
      'with paramiko.SSHClient() as c:\n    c.exec_command(f"ls {request.args[\'d\']}")\nreturn {}',
      'import paramiko\n',
    ),
    'command-injection',
  ],
  [
    'a logger',
    view(
      "log.warning('no user ' + request.args['q'])\nreturn {}",
      'import logging\nlog = logging.getLogger(__name__)\n',
    ),
    '~log-injection',
  ],
  [
    'a logger with %s',
    view("app.logger.info('no user %s', request.args['q'])\nreturn {}"),
    '~log-injection',
  ],
  [
    'a page of FastAPI',
    "from fastapi import FastAPI\nfrom fastapi.responses import HTMLResponse\napp = FastAPI()\n@app.get('/x', response_class=HTMLResponse)\ndef v(q: str):\n    return f'<p>{q}</p>'\n",
    'cross-site-scripting',
  ],
  [
    'a logger of loguru',
    view('logger.info(f"no user {request.args[\'q\']}")\nreturn {}', 'from loguru import logger\n'),
    '~log-injection',
  ],
];

const FLOWS: readonly Case[] = [
  [
    'an attribute that the constructor sets',
    view(
      "return {'t': str(Search(request.args['q']).run())}",
      `${DB}class Search:\n    def __init__(self, q):\n        self.q = q\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a field of a dataclass',
    view(
      "s = Search(q=request.args['q'])\nreturn {'t': str(s.run())}",
      `from dataclasses import dataclass\n${DB}@dataclass\nclass Search:\n    q: str\n    n: int = 3\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a field of a dataclass of a base class',
    view(
      "s = Search(3, request.args['q'])\nreturn {'t': str(s.run())}",
      `from dataclasses import dataclass\n${DB}@dataclass\nclass Base:\n    n: int\n@dataclass\nclass Search(Base):\n    q: str\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'an attribute that a constructor of a base class sets',
    view(
      "return {'t': str(Search(request.args['q']).run())}",
      `${DB}class Base:\n    def __init__(self, q):\n        self.q = q\nclass Search(Base):\n    def __init__(self, q):\n        super().__init__(q)\n        self.n = 1\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a constructor of a base class by its name',
    view(
      "return {'t': str(Search(request.args['q']).run())}",
      `${DB}class Base:\n    def __init__(self, q):\n        self.q = q\nclass Search(Base):\n    def __init__(self, q):\n        Base.__init__(self, q)\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a mixin',
    `from django.views import View\n${DB}class Mixin:\n    def term(self):\n        return self.request.GET['q']\nclass V(Mixin, View):\n    def get(self, request):\n        return DB.execute('select a from b where c = ' + self.term())\n`,
    'sql-injection',
  ],
  [
    'self.kwargs of a view',
    `from django.views.generic import ListView\nfrom app.models import User\nclass V(ListView):\n    def get_queryset(self):\n        return User.objects.raw("select * from u where n = '%s'" % self.kwargs['n'])\n`,
    'sql-injection',
  ],
  [
    'self.request of a view',
    `from django.views.generic import ListView\nfrom app.models import User\nclass V(ListView):\n    def get_queryset(self):\n        q = self.request.GET.get('q', '')\n        return User.objects.raw(f"select * from u where n = '{q}'")\n`,
    'sql-injection',
  ],
  [
    'a class of views of Flask',
    `from flask import request\nfrom flask.views import MethodView\n${DB}class V(MethodView):\n    def get(self, name):\n        return str(DB.execute("select a from b where c = '" + name + "'").fetchall())\n`,
    'sql-injection',
  ],
  [
    'a method that sets an attribute',
    view(
      "s = Search()\ns.load(request.args['q'])\nreturn {'t': str(s.run())}",
      `${DB}class Search:\n    def __init__(self):\n        self.q = ''\n    def load(self, q):\n        self.q = q\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'methods that return their object',
    view(
      "return {'t': str(Search().where(request.args['q']).run())}",
      `${DB}class Search:\n    def __init__(self):\n        self.parts = []\n    def where(self, q):\n        self.parts.append(q)\n        return self\n    def run(self):\n        return DB.execute('select a from b where ' + ' and '.join(self.parts))\n`,
    ),
    'sql-injection',
  ],
  [
    'pairs that are joined',
    view(
      "w = ' and '.join(f\"{k} = '{v}'\" for k, v in request.args.items())\nDB.execute('select a from b where ' + w)\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'a map of pairs',
    view(
      "p = {k: v for k, v in request.args.items() if v}\nDB.execute('select a from b where ' + ' and '.join(p.values()))\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'reduce',
    view(
      "w = functools.reduce(lambda a, b: a + ' or ' + b, request.args.getlist('q'))\nDB.execute('select a from b where ' + w)\nreturn {}",
      `import functools\n${DB}`,
    ),
    'sql-injection',
  ],
  [
    'reduce with a first value',
    view(
      "w = reduce(lambda a, b: f'{a} or {b}', request.args.getlist('q'), '1=0')\nDB.execute('select a from b where ' + w)\nreturn {}",
      `from functools import reduce\n${DB}`,
    ),
    'sql-injection',
  ],
  [
    'named arguments',
    view(
      "return {'t': str(find(q=request.args['q']))}",
      `${DB}def run(**kw):\n    return DB.execute('select a from b where c = ' + kw['q'])\ndef find(**kwargs):\n    return run(**kwargs)\n`,
    ),
    'sql-injection',
  ],
  [
    'named arguments that are all joined',
    view(
      "return {'t': str(find(**request.args))}",
      `${DB}def find(**kw):\n    return DB.execute('select a from b where ' + ' and '.join(f'{k}={v}' for k, v in kw.items()))\n`,
    ),
    'sql-injection',
  ],
  [
    'arguments of any number',
    view(
      "return {'t': str(find('a', request.args['q']))}",
      `${DB}def run(*parts):\n    return DB.execute('select a from b where ' + ' '.join(parts))\ndef find(*args):\n    return run(*args)\n`,
    ),
    'sql-injection',
  ],
  [
    'a closure',
    view(
      "return {'t': str(maker(request.args['q'])())}",
      `${DB}def maker(q):\n    def run():\n        return DB.execute('select a from b where c = ' + q)\n    return run\n`,
    ),
    'sql-injection',
  ],
  [
    'a check whose result is ignored',
    view(
      "q = request.args['q']\nis_safe(q)\nDB.execute('select a from b where c = ' + q)\nreturn {}",
      `import re\n${DB}def is_safe(q):\n    return re.fullmatch(r'\\w+', q) is not None\n`,
    ),
    'sql-injection',
  ],
  [
    'a property',
    view(
      "return {'t': str(Search(request.args['q']).run())}",
      `${DB}class Search:\n    def __init__(self, q):\n        self._q = q\n    @property\n    def term(self):\n        return self._q\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.term)\n`,
    ),
    'sql-injection',
  ],
  [
    'a namedtuple of typing',
    view(
      "s = Search(request.args['q'])\nreturn {'t': str(run(s))}",
      `from typing import NamedTuple\n${DB}class Search(NamedTuple):\n    q: str\ndef run(s):\n    return DB.execute('select a from b where c = ' + s.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a method of a class',
    view(
      "return {'t': str(Search.of(request.args).run())}",
      `${DB}class Search:\n    def __init__(self, q):\n        self.q = q\n    @classmethod\n    def of(cls, args):\n        return cls(args['q'])\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a dictionary of functions',
    view(
      "return {'t': str(WAYS['a'](request.args['q']))}",
      `${DB}def run(q):\n    return DB.execute('select a from b where c = ' + q)\nWAYS = {'a': run}\n`,
    ),
    'sql-injection',
  ],
  [
    'setattr',
    view(
      "s = Search()\nsetattr(s, 'q', request.args['q'])\nreturn {'t': str(s.run())}",
      `${DB}class Search:\n    def run(self):\n        return DB.execute('select a from b where c = ' + self.q)\n`,
    ),
    'sql-injection',
  ],
  [
    'a generator',
    view(
      "for one in parts():\n    DB.execute('select a from b where c = ' + one)\nreturn {}",
      `${DB}def parts():\n    for one in request.args.getlist('q'):\n        yield one\n`,
    ),
    'sql-injection',
  ],
  [
    'accumulate with +=',
    view(
      "w = ''\nfor k, v in request.args.items():\n    w += f' and {k} = {v!r}'\nDB.execute('select a from b where 1=1' + w)\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'a lambda',
    view(
      "build = lambda v: \"select a from b where c = '%s'\" % v\nDB.execute(build(request.args['q']))\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'format_map',
    view(
      "DB.execute('select a from b where c = {q}'.format_map({'q': request.args['q']}))\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'format with named arguments of a map',
    view(
      "DB.execute('select a from b where c = {q}'.format(**{'q': request.args['q']}))\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'a class in __enter__',
    view(
      "with Job(request.args['q']) as job:\n    job.run()\nreturn {}",
      `import os\nclass Job:\n    def __init__(self, q):\n        self.q = q\n    def __enter__(self):\n        return self\n    def __exit__(self, *a):\n        pass\n    def run(self):\n        os.system('ls ' + self.q)\n`,
    ),
    'command-injection',
  ],
  [
    '__call__',
    view(
      "Job(request.args['q'])()\nreturn {}",
      `import os\nclass Job:\n    def __init__(self, q):\n        self.q = q\n    def __call__(self):\n        os.system('ls ' + self.q)\n`,
    ),
    'command-injection',
  ],
  [
    '__str__',
    view(
      'os.system(f"ls {Job(request.args[\'q\'])}")\nreturn {}',
      `import os\nclass Job:\n    def __init__(self, q):\n        self.q = q\n    def __str__(self):\n        return self.q\n`,
    ),
    'command-injection',
  ],
  [
    'a default dictionary',
    view(
      "d = defaultdict(list)\nfor k, v in request.args.items():\n    d[k].append(v)\nDB.execute('select a from b where ' + ' or '.join(d['q']))\nreturn {}",
      `from collections import defaultdict\n${DB}`,
    ),
    'sql-injection',
  ],
  [
    'zip and enumerate',
    view(
      "parts = [f'{i}{a}{b}' for i, (a, b) in enumerate(zip(request.args.getlist('a'), request.args.getlist('b')))]\nDB.execute('select a from b where ' + ' or '.join(parts))\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'filter and map',
    view(
      "parts = list(filter(None, map(str.strip, request.args.getlist('a'))))\nDB.execute('select a from b where ' + ' or '.join(parts))\nreturn {}",
      DB,
    ),
    'sql-injection',
  ],
  [
    'itertools.chain',
    view(
      "parts = itertools.chain(request.args.getlist('a'), ['b'])\nDB.execute('select a from b where ' + ' or '.join(parts))\nreturn {}",
      `import itertools\n${DB}`,
    ),
    'sql-injection',
  ],
  [
    'an attribute in form_valid',
    `from django.views.generic import FormView\nfrom django.http import HttpResponseRedirect\nclass V(FormView):\n    def setup(self, request, *args, **kwargs):\n        super().setup(request, *args, **kwargs)\n        self.next = request.GET.get('next', '/')\n    def form_valid(self, form):\n        return HttpResponseRedirect(self.next)\n`,
    'open-redirect',
  ],
  [
    'a parameter of the route of a class of views',
    `from django.views import View\nimport subprocess\nclass V(View):\n    def get(self, request, name):\n        return self.render(name)\n    def render(self, name):\n        return subprocess.run('ls ' + name, shell=True)\n`,
    'command-injection',
  ],
  [
    'an attribute that the constructor takes from the request',
    `import os\nfrom flask import request\nclass Job:\n    def __init__(self):\n        self.folder = request.args['d']\n    def run(self):\n        os.system('ls ' + self.folder)\n`,
    'command-injection',
  ],
];

const CHECKS: readonly Case[] = [
  [
    'one slash at the beginning of a target',
    view("u = request.args['u']\nif not u.startswith('/'):\n    abort(400)\nreturn redirect(u)"),
    'open-redirect',
  ],
  [
    'the scheme of a target',
    view(
      "u = request.args['u']\nif not u.startswith('https://'):\n    abort(400)\nreturn redirect(u)",
    ),
    'open-redirect',
  ],
  [
    'the beginning of a target without the end of the host',
    view(
      "u = request.args['u']\nif not u.startswith('https://a.example'):\n    abort(400)\nreturn redirect(u)",
    ),
    'open-redirect',
  ],
  [
    'one of two schemes',
    view(
      "u = request.args['u']\nif not u.startswith(('http://', 'https://')):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'one of a constant of schemes',
    view(
      "u = request.args['u']\nif not u.startswith(SCHEMES):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      "import requests\nSCHEMES = ('http://', 'https://')\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'one of two beginnings, one of which is a scheme',
    view(
      "u = request.args['u']\nif not u.startswith(('https://a.example/', 'http://')):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'startswith on a path that is not resolved',
    view(
      "p = os.path.join(ROOT, request.args['n'])\nif not p.startswith(ROOT):\n    abort(404)\nreturn open(p).read()",
      "import os\nROOT = '/srv/'\n",
    ),
    'path-traversal',
  ],
  [
    'is_relative_to on a path that is not resolved',
    view(
      "p = ROOT / request.args['n']\nif not p.is_relative_to(ROOT):\n    abort(404)\nreturn p.read_text()",
      "from pathlib import Path\nROOT = Path('/srv')\n",
    ),
    'path-traversal',
  ],
  [
    'the host as a part of the address',
    view(
      "u = request.args['u']\nif 'a.example' not in u:\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'the beginning of the address without the end of the host',
    view(
      "u = request.args['u']\nif not u.startswith('https://a.example'):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'the end of the host without a dot',
    view(
      "u = request.args['u']\nif not urlsplit(u).hostname.endswith('a.example'):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\nfrom urllib.parse import urlsplit\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'a function that checks the scheme alone',
    view(
      "u = request.args['u']\nif not ok(u):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\ndef ok(u):\n    return urlsplit(u).scheme in ('http', 'https')\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'a function that gets the scheme alone',
    view(
      "u = request.args['u']\nok(urlsplit(u).scheme)\nreturn {'t': requests.get(u, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\ndef ok(s):\n    if s not in ('http', 'https'):\n        raise ValueError(s)\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'a function that allows something else too',
    view(
      "u = request.args['u']\nif not ok(u):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      "import requests\nfrom urllib.parse import urlsplit\ndef ok(u):\n    if u.endswith('.json'):\n        return True\n    return urlsplit(u).hostname == 'a.example'\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'a function that changes its parameter',
    view(
      "u = request.args['u']\nok(u)\nreturn {'t': requests.get(u, timeout=3).text}",
      "import requests\ndef ok(u):\n    u = 'https://a.example/'\n    return u\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'the host of another address',
    view(
      "u = request.args['u']\nif urlsplit(request.args['v']).hostname != 'a.example':\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\nfrom urllib.parse import urlsplit\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'the host of one of two parameters',
    view(
      "a = request.args\nu = a['u']\nv = a['v']\nif urlsplit(v).hostname != 'a.example':\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\nfrom urllib.parse import urlsplit\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'a host that is allowed if it is none of a list',
    view(
      "u = request.args['u']\nif urlsplit(u).hostname in ('127.0.0.1', 'localhost'):\n    abort(400)\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\nfrom urllib.parse import urlsplit\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'a check that goes on',
    view(
      "u = request.args['u']\nif urlsplit(u).hostname != 'a.example':\n    print('odd')\nreturn {'t': requests.get(u, timeout=3).text}",
      'import requests\nfrom urllib.parse import urlsplit\n',
    ),
    'server-side-request-forgery',
  ],
  [
    'isinstance of a dictionary',
    view(
      "q = request.json\nif not isinstance(q, dict):\n    abort(400)\nreturn {'n': str(db.users.find_one(q))}",
      "import pymongo\ndb = pymongo.MongoClient()['app']\n",
    ),
    'nosql-injection',
  ],
];

const SETTINGS: readonly Case[] = [
  [
    'external entities in xml.sax',
    'import xml.sax\nfrom xml.sax.handler import feature_external_ges\np = xml.sax.make_parser()\np.setFeature(feature_external_ges, True)\n',
    'xml-external-entities',
  ],
  [
    'external entities by the full name',
    'import xml.sax, xml.sax.handler\np = xml.sax.make_parser()\np.setFeature(xml.sax.handler.feature_external_ges, 1)\n',
    'xml-external-entities',
  ],
  [
    'random.choices for a password',
    "import random, string\ndef make():\n    password = ''.join(random.choices(string.ascii_letters, k=12))\n    return password\n",
    'insecure-random',
  ],
  [
    'random.choice for an attribute',
    "import random\ndef make(user):\n    user.reset_token = ''.join(\n        random.choice('abc')\n        for _ in range(20)\n    )\n",
    'insecure-random',
  ],
  [
    'a code for a reset',
    'import random\ndef make(user):\n    code = random.randint(100000, 999999)\n    user.reset_code = code\n',
    'insecure-random',
  ],
  [
    'a regular expression for all origins',
    "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origin_regex='.*', allow_credentials=True)\n",
    'permissive-cors',
  ],
  [
    'a digest that is compared with ==',
    'import hmac, hashlib\ndef check(key, body, given):\n    want = hmac.new(key, body, hashlib.sha256).hexdigest()\n    return want == given\n',
    'timing-unsafe-comparison',
  ],
  [
    'bind with a constant',
    "import socket\nHOST = '0.0.0.0'\ns = socket.socket()\ns.bind((HOST, 80))\n",
    '~all-interfaces',
  ],
  [
    'bind with the default of a field',
    "import socket\nfrom dataclasses import dataclass\n@dataclass\nclass Server:\n    host: str = ''\n    port: int = 80\n    def run(self):\n        s = socket.socket()\n        s.bind((self.host, self.port))\n",
    '~all-interfaces',
  ],
];

const FINE: readonly Case[] = [
  [
    'random.choice for a colour',
    "import random\ndef colour():\n    shade = random.choice(['red', 'blue'])\n    return shade\n",
    'insecure-random',
  ],
  [
    'a digest that is compared with compare_digest',
    'import hmac, hashlib\ndef check(key, body, given):\n    want = hmac.new(key, body, hashlib.sha256).hexdigest()\n    return hmac.compare_digest(want, given)\n',
    'timing-unsafe-comparison',
  ],
  [
    'a checksum of a file',
    'import hashlib\ndef check(body, given):\n    return hashlib.sha256(body).hexdigest() == given\n',
    'timing-unsafe-comparison',
  ],
  [
    'bind with a local address',
    "import socket\nHOST = '127.0.0.1'\ns = socket.socket()\ns.bind((HOST, 80))\n",
    '~all-interfaces',
  ],
  [
    'a tar file with the filter of data',
    view(
      "tarfile.open(fileobj=request.files['f'].stream).extractall('/srv', filter='data')\nreturn {}",
      'import tarfile\n',
    ),
    'archive-extraction',
  ],
  [
    'entities that are switched off in xml.sax',
    'import xml.sax\nfrom xml.sax.handler import feature_external_ges\np = xml.sax.make_parser()\np.setFeature(feature_external_ges, False)\n',
    'xml-external-entities',
  ],
  [
    'a log without line breaks',
    view(
      "log.warning('no user ' + request.args['q'].replace('\\n', '').replace('\\r', ''))\nreturn {}",
      'import logging\nlog = logging.getLogger(__name__)\n',
    ),
    '~log-injection',
  ],
  [
    'a header whose line breaks are refused',
    "from http.server import BaseHTTPRequestHandler\nfrom urllib.parse import urlsplit, parse_qs\nclass H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        v = parse_qs(urlsplit(self.path).query)['a'][0]\n        if '\\r' in v or '\\n' in v:\n            self.send_error(400)\n            return\n        self.send_header('X-A', v)\n",
    'header-injection',
  ],
  [
    'a text of another type',
    view("return request.args['q'], 200, {'Content-Type': 'text/plain'}"),
    'cross-site-scripting',
  ],
  [
    'a template that escapes',
    view(
      "env = Environment(autoescape=select_autoescape(['html']))\nreturn env.get_template('a.html').render(q=request.args['q'])",
      'from jinja2 import Environment, select_autoescape\n',
    ),
    'cross-site-scripting',
  ],
  [
    'markup that escapes',
    view("return Markup('<b>{}</b>').format(request.args['q'])", 'from markupsafe import Markup\n'),
    'cross-site-scripting',
  ],
  [
    'a text of FastAPI',
    "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef v(q: str):\n    return f'<p>{q}</p>'\n",
    'cross-site-scripting',
  ],
  [
    'the text of a resolved path',
    view(
      "target = (ROOT / request.args['name']).resolve()\nif not str(target).startswith(str(ROOT) + os.sep):\n    abort(404)\nreturn send_file(target)",
      "import os\nfrom pathlib import Path\nROOT = Path('/srv').resolve()\n",
    ),
    'path-traversal',
  ],
  [
    'a check of an object in a method',
    view(
      "return {'t': Client().load(request.args['u'])}",
      "import requests\nfrom urllib.parse import urlsplit\nclass Client:\n    hosts = ('a.example',)\n    def allowed(self, url):\n        return urlsplit(url).scheme == 'https' and urlsplit(url).hostname in self.hosts\n    def load(self, url):\n        if not self.allowed(url):\n            raise ValueError(url)\n        return requests.get(url, timeout=3).text\n",
    ),
    'server-side-request-forgery',
  ],
  [
    'an assignment of an expression',
    view(
      "url = request.args['u']\nif (host := urlsplit(url).hostname) and host in ALLOWED:\n    return {'t': requests.get(url, timeout=3).text}\nreturn {}",
      "import requests\nfrom urllib.parse import urlsplit\nALLOWED = {'a.example'}\n",
    ),
    'server-side-request-forgery',
  ],
];

describe('Python', () => {
  it.each(GUARDED)('%s: harmless', async (_, text, rule) => {
    expect(await rulesOf(text)).not.toContain(rule);
  });

  it.each(SINKS)('untrusted data arrives at %s', async (_, text, rule) => {
    expect(await rulesOf(text)).toContain(rule);
  });

  it.each(FLOWS)('untrusted data passes through %s', async (_, text, rule) => {
    expect(await rulesOf(text)).toContain(rule);
  });

  it.each(CHECKS)('%s: no sufficient check', async (_, text, rule) => {
    expect(await rulesOf(text)).toContain(rule);
  });

  it.each(SETTINGS)('%s is reported', async (_, text, rule) => {
    expect(await rulesOf(text)).toContain(rule);
  });

  it.each(FINE)('%s is fine', async (_, text, rule) => {
    expect(await rulesOf(text)).not.toContain(rule);
  });
});
