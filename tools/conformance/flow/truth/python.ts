/** Parts of programs in Python: Flask 3 and the standard library of Python 3.11. */

import type { Check, Parts, Trait, TruthKind, Writer } from './program.ts';

const TRAITS: Readonly<Record<string, Trait>> = {
  fields: (w, v, is) => {
    const o = w.name('o');
    w.body.push(`${o} = {'a': ${v}, 'b': 'fixed'}`);
    return `${o}['${is ? 'a' : 'b'}']`;
  },
  'nested fields': (w, v, is) => {
    const o = w.name('o');
    w.body.push(`${o} = {'in': {'a': 'fixed', 'b': ['x', ${v}]}}`);
    return is ? `${o}['in']['b'][1]` : `${o}['in']['a']`;
  },
  tuples: (w, v, is) => {
    const t = w.name('t');
    w.body.push(`${t} = ('fixed', ${v})`);
    return `${t}[${is ? 1 : 0}]`;
  },
  destructuring: (w, v, is) => {
    const [a, b] = [w.name('a'), w.name('b')];
    w.body.push(`${a}, (${b}, _) = ${v}, ('fixed', 'x')`);
    return is ? a : b;
  },
  closures: (w, v, is) => {
    const f = w.name('f');
    w.body.push(`${f} = {'own': lambda: ${v}, 'other': lambda: 'fixed'}`);
    return `${f}['${is ? 'own' : 'other'}']()`;
  },
  callbacks: (w, v, is) => {
    const [f, r] = [w.name('f'), w.name('r')];
    w.top.push(`def ${f}(text, done):`, `    return done(text, 'fixed')`);
    w.body.push(`${r} = ${f}(${v}, lambda a, b: ${is ? 'a' : 'b'})`);
    return r;
  },
  async: (w, v, is) => {
    const [f, r] = [w.name('f'), w.name('r')];
    w.top.push(`async def ${f}(a, b):`, `    return ${is ? 'a' : 'b'}`);
    w.body.push(`${r} = asyncio.run(${f}(${v}, 'fixed'))`);
    return r;
  },
  generators: (w, v, is) => {
    const [f, r] = [w.name('f'), w.name('r')];
    w.top.push(`def ${f}(a, b):`, `    yield ${is ? 'a' : 'b'}`);
    w.body.push(`${r} = ''`, `for one in ${f}(${v}, 'fixed'):`, `    ${r} = one`);
    return r;
  },
  classes: (w, v, is) => {
    const [c, o] = [w.name('C'), w.name('o')];
    w.top.push(
      `class ${c}:`,
      `    def __init__(self, a, b):`,
      `        self.a = a`,
      `        self.b = b`,
      `    def get(self):`,
      `        return self.${is ? 'a' : 'b'}`,
    );
    w.body.push(`${o} = ${c}(${v}, 'fixed')`);
    return `${o}.get()`;
  },
  maps: (w, v, is) => {
    const o = w.name('m');
    w.body.push(`${o} = dict(a=${v}, b='fixed')`);
    return `${o}.get('${is ? 'a' : 'b'}')`;
  },
  'dead code': (w, v, is) => {
    const r = w.name('r');
    w.body.push(`${r} = 'fixed'`, `if ${is ? 'True' : 'False'}:`, `    ${r} = ${v}`);
    return r;
  },
  constants: (w, v, is) => {
    const [k, r] = [w.name('MODE'), w.name('r')];
    w.top.push(`${k} = '${is ? 'on' : 'off'}'`);
    w.body.push(`${r} = ${v} if ${k} == 'on' else 'fixed'`);
    return r;
  },
  loops: (w, v, is) => {
    const r = w.name('r');
    w.body.push(`${r} = ''`, `for one in [${is ? v : "'fixed'"}]:`, `    ${r} += one`);
    return r;
  },
  exceptions: (w, v, is) => {
    const r = w.name('r');
    w.body.push(
      `try:`,
      `    raise ValueError(${is ? v : "'fixed'"})`,
      `except ValueError as error:`,
      `    ${r} = str(error)`,
    );
    return r;
  },
  merging: (w, v, is) => {
    const o = w.name('o');
    const [first, second] = is ? ["'fixed'", v] : [v, "'fixed'"];
    w.body.push(`${o} = {**{'a': ${first}}, 'a': ${second}}`);
    return `${o}['a']`;
  },
  timers: (w, v, is) => {
    const [f, r, t] = [w.name('f'), w.name('r'), w.name('t')];
    w.top.push(`def ${f}(found, a, b):`, `    found['x'] = ${is ? 'a' : 'b'}`);
    w.body.push(
      `${r} = {'x': ''}`,
      `${t} = threading.Thread(target=${f}, args=(${r}, ${v}), kwargs={'b': 'fixed'})`,
      `${t}.start()`,
      `${t}.join()`,
    );
    return `${r}['x']`;
  },
};

function stored(w: Writer, value: string): string {
  const name = w.name('v');
  w.body.push(`${name} = str(${value})`);
  return name;
}

function refusing(
  kind: TruthKind,
  right: (v: string) => string,
  broken: (v: string) => string,
): Check {
  return {
    kind,
    write(w, value, isRight) {
      const v = stored(w, value);
      w.body.push(`if ${isRight ? right(v) : broken(v)}:`, `    abort(400)`);
      return v;
    },
  };
}

function changing(
  kind: TruthKind,
  right: (v: string) => string,
  broken: (v: string) => string,
): Check {
  return {
    kind,
    write(w, value, isRight) {
      const [v, r] = [stored(w, value), w.name('r')];
      w.body.push(`${r} = ${isRight ? right(v) : broken(v)}`);
      return r;
    },
  };
}

const CHECKS: Readonly<Record<string, Check>> = {
  'a list': refusing(
    'command',
    (v) => `${v}.lower() not in ['a', 'b']`,
    (v) => `${v} in ['a', 'b']`,
  ),
  'an expression': refusing(
    'command',
    (v) => `not re.fullmatch(r'[a-z0-9]+', ${v})`,
    (v) => `not re.search(r'[a-z0-9]+', ${v})`,
  ),
  'replaced characters': changing(
    'command',
    (v) => `re.sub('[^A-Za-z0-9_-]+', '', ${v})`,
    (v) => `re.sub('^[^A-Za-z0-9_-]+', '', ${v})`,
  ),
  'a helper that throws': {
    kind: 'command',
    write(w, value, isRight) {
      const [v, f] = [stored(w, value), w.name('check')];
      const end = isRight ? "raise ValueError('no')" : 'return False';
      w.top.push(`def ${f}(x):`, `    if not x.isalnum():`, `        ${end}`, `    return True`);
      w.body.push(`${f}(${v})`);
      return v;
    },
  },
  'parts of a path': refusing(
    'path',
    (v) => `any(s in ('..', '.') for s in ${v}.split('/'))`,
    (v) => `any(s in ('x', 'y') for s in ${v}.split('/'))`,
  ),
  'the last part': changing(
    'path',
    (v) => `os.path.basename(${v})`,
    (v) => `os.path.normpath(${v})`,
  ),
  'a resolved path': {
    kind: 'path',
    write(w, value, isRight) {
      const [r, b] = [w.name('r'), w.name('base')];
      const joined = `${b} / str(${value}).lstrip('x')`;
      w.body.push(
        `${b} = pathlib.Path('/srv/data')`,
        `${r} = ${isRight ? `(${joined}).resolve()` : joined}`,
        `${r}.relative_to(${b})`,
      );
      return `ABSOLUTE:${r}`;
    },
  },
  'an escaper by context': changing(
    'html',
    (v) => `html.escape(${v})`,
    (v) => `shlex.quote(${v})`,
  ),
  'a type of the answer': {
    kind: 'html',
    write(w, value, isRight) {
      const [v, r] = [stored(w, value), w.name('r')];
      w.body.push(
        `${r} = make_response('<p>' + ${v})`,
        `${r}.headers['Content-Type'] = '${isRight ? 'text/plain' : 'text/html'}'`,
        `return ${r}`,
      );
      return v;
    },
  },
  'a parameter of a query': {
    kind: 'sql',
    write(w, value, isRight) {
      const v = stored(w, value);
      if (isRight) w.body.push(`db.execute('SELECT a FROM t WHERE a = ?', (${v},))`);
      return isRight ? 'DONE' : v;
    },
  },
  'a path of the own site': refusing(
    'redirect',
    (v) => `not ${v}.startswith('/') or ${v}.startswith('//')`,
    (v) => `not ${v}.startswith('/')`,
  ),
  'a list of targets': refusing(
    'redirect',
    (v) => `${v} not in ['/home', '/help']`,
    (v) => `${v} in ['/evil']`,
  ),
};

/** The parts of Python. */
export const PYTHON: Parts = {
  traits: TRAITS,
  checks: CHECKS,
  sinks: {
    command: (v) => `os.system('ls ' + ${v})`,
    path: (v) => (v.startsWith('ABSOLUTE:') ? `open(${v.slice(9)})` : `open('/srv/data/' + ${v})`),
    html: (v) => `return '<p>' + ${v} + '</p>'`,
    sql: (v) => (v === 'DONE' ? 'pass' : `db.execute("SELECT a FROM t WHERE a = '" + ${v} + "'")`),
    redirect: (v) => `return redirect(${v})`,
  },
  whole: ({ top, body }) =>
    [
      'import asyncio',
      'import html',
      'import os',
      'import pathlib',
      'import re',
      'import shlex',
      'import sqlite3',
      'import threading',
      'from flask import Flask, abort, make_response, redirect, request',
      'app = Flask(__name__)',
      "db = sqlite3.connect('a.db')",
      ...top,
      "@app.route('/')",
      'def index():',
      ...body.map((line) => `    ${line}`),
      "    return ''",
      '',
    ].join('\n'),
};
