/** Parts of programs in JavaScript and TypeScript: express 5 and the modules of Node.js 20. */

import type { Check, Parts, Trait, TruthKind, Writer } from './program.ts';

const TRAITS: Readonly<Record<string, Trait>> = {
  fields: (w, v, is) => {
    const o = w.name('o');
    w.body.push(`const ${o} = { a: ${v}, b: 'fixed' };`);
    return `${o}.${is ? 'a' : 'b'}`;
  },
  'nested fields': (w, v, is) => {
    const o = w.name('o');
    w.body.push(`const ${o} = { in: { a: 'fixed', b: ['x', ${v}] } };`);
    return is ? `${o}.in.b[1]` : `${o}.in.a`;
  },
  tuples: (w, v, is) => {
    const t = w.name('t');
    w.body.push(`const ${t} = ['fixed', ${v}];`);
    return `${t}[${is ? 1 : 0}]`;
  },
  destructuring: (w, v, is) => {
    const [a, b] = [w.name('a'), w.name('b')];
    w.body.push(`const { ${a}, in: [${b} = 'x'] } = { ${a}: ${v}, in: ['fixed'] };`);
    return is ? a : b;
  },
  closures: (w, v, is) => {
    const f = w.name('f');
    w.body.push(`const ${f} = { own: () => ${v}, other: () => 'fixed' };`);
    return `${f}.${is ? 'own' : 'other'}()`;
  },
  callbacks: (w, v, is) => {
    const [f, r] = [w.name('f'), w.name('r')];
    w.top.push(`function ${f}(text, done) { done(null, text, 'fixed'); }`);
    w.body.push(`let ${r} = '';`, `${f}(${v}, (err, a, b) => { ${r} = ${is ? 'a' : 'b'}; });`);
    return r;
  },
  async: (w, v, is) => {
    const [f, r] = [w.name('f'), w.name('r')];
    w.top.push(`async function ${f}(a, b) { await null; return ${is ? 'a' : 'b'}; }`);
    w.body.push(`const ${r} = await ${f}(${v}, 'fixed');`);
    return r;
  },
  generators: (w, v, is) => {
    const [f, r] = [w.name('f'), w.name('r')];
    w.top.push(`function* ${f}(a, b) { yield ${is ? 'a' : 'b'}; }`);
    w.body.push(`let ${r} = '';`, `for (const one of ${f}(${v}, 'fixed')) ${r} = one;`);
    return r;
  },
  classes: (w, v, is) => {
    const [c, o] = [w.name('C'), w.name('o')];
    w.top.push(
      `class ${c} { constructor(a, b) { this.a = a; this.b = b; } get() { return this.${is ? 'a' : 'b'}; } }`,
    );
    w.body.push(`const ${o} = new ${c}(${v}, 'fixed');`);
    return `${o}.get()`;
  },
  maps: (w, v, is) => {
    const o = w.name('m');
    w.body.push(`const ${o} = new Map([['a', ${v}], ['b', 'fixed']]);`);
    return `${o}.get('${is ? 'a' : 'b'}')`;
  },
  'dead code': (w, v, is) => {
    const r = w.name('r');
    w.body.push(`let ${r} = 'fixed';`, `if (${String(is)}) ${r} = ${v};`);
    return r;
  },
  constants: (w, v, is) => {
    const [k, r] = [w.name('MODE'), w.name('r')];
    w.top.push(`const ${k} = '${is ? 'on' : 'off'}';`);
    w.body.push(`const ${r} = ${k} === 'on' ? ${v} : 'fixed';`);
    return r;
  },
  loops: (w, v, is) => {
    const r = w.name('r');
    w.body.push(`let ${r} = '';`, `for (const one of [${is ? v : "'fixed'"}]) ${r} += one;`);
    return r;
  },
  exceptions: (w, v, is) => {
    const r = w.name('r');
    w.body.push(
      `let ${r} = '';`,
      `try { throw new Error(${is ? v : "'fixed'"}); } catch (err) { ${r} = err.message; }`,
    );
    return r;
  },
  merging: (w, v, is) => {
    const o = w.name('o');
    const [first, second] = is ? ["'fixed'", v] : [v, "'fixed'"];
    w.body.push(`const ${o} = { ...{ a: ${first} }, a: ${second} };`);
    return `${o}.a`;
  },
  timers: (w, v, is) => {
    const r = w.name('r');
    w.body.push(
      `const ${r} = await new Promise((done) => { setImmediate((a, b) => done(${is ? 'a' : 'b'}), ${v}, 'fixed'); });`,
    );
    return r;
  },
};

/** Writes a variable that a check reads. */
function stored(w: Writer, value: string): string {
  const name = w.name('v');
  w.body.push(`const ${name} = String(${value});`);
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
      w.body.push(`if (${isRight ? right(v) : broken(v)}) return res.sendStatus(400);`);
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
      const v = stored(w, value);
      const r = w.name('r');
      w.body.push(`const ${r} = ${isRight ? right(v) : broken(v)};`);
      return r;
    },
  };
}

const CHECKS: Readonly<Record<string, Check>> = {
  'a list': refusing(
    'command',
    (v) => `!['a', 'b'].includes(${v})`,
    (v) => `['a', 'b'].includes(${v})`,
  ),
  'an expression': refusing(
    'command',
    (v) => `!/^[a-z0-9]+$/.test(${v})`,
    (v) => `!/[a-z0-9]+/.test(${v})`,
  ),
  'replaced characters': changing(
    'command',
    (v) => `${v}.replace(/[^a-z0-9_-]+/gi, '')`,
    (v) => `${v}.replace(/[^a-z0-9_-]+/i, '')`,
  ),
  'a helper that throws': {
    kind: 'command',
    write(w, value, isRight) {
      const [v, f] = [stored(w, value), w.name('check')];
      const end = isRight ? "throw new Error('no')" : 'return false';
      w.top.push(`function ${f}(x) { if (!/^[a-z0-9]+$/.test(x)) ${end}; return true; }`);
      w.body.push(`${f}(${v});`);
      return v;
    },
  },
  'parts of a path': refusing(
    'path',
    (v) => `${v}.split('/').some((s) => ['..', '.'].includes(s))`,
    (v) => `${v}.split('/').some((s) => ['x', 'y'].includes(s))`,
  ),
  'the last part': changing(
    'path',
    (v) => `path.basename(${v})`,
    (v) => `path.normalize(${v})`,
  ),
  'a resolved path': {
    kind: 'path',
    write(w, value, isRight) {
      const r = w.name('r');
      w.body.push(
        `const ${r} = ${isRight ? 'path.resolve' : 'String'}(${isRight ? `'/srv/data', ${value}` : `'/srv/data/' + ${value}`});`,
        `if (!${r}.startsWith('/srv/data/')) return res.sendStatus(400);`,
      );
      return `ABSOLUTE:${r}`;
    },
  },
  'an escaper by context': changing(
    'html',
    (v) => `escapeHtml(${v})`,
    (v) => `mysql.escape(${v})`,
  ),
  'a type of the answer': {
    kind: 'html',
    write(w, value, isRight) {
      const v = stored(w, value);
      w.body.push(`res.setHeader('Content-Type', '${isRight ? 'text/plain' : 'text/html'}');`);
      return v;
    },
  },
  'a parameter of a query': {
    kind: 'sql',
    write(w, value, isRight) {
      const v = stored(w, value);
      if (isRight) w.body.push(`db.query('SELECT a FROM t WHERE a = ?', [${v}]);`);
      return isRight ? 'DONE' : v;
    },
  },
  'a path of the own site': refusing(
    'redirect',
    (v) => `!${v}.startsWith('/') || ${v}.startsWith('//')`,
    (v) => `!${v}.startsWith('/')`,
  ),
  'a list of targets': refusing(
    'redirect',
    (v) => `!['/home', '/help'].includes(${v})`,
    (v) => `['/evil'].includes(${v})`,
  ),
};

/** The parts of JavaScript. */
export const JAVASCRIPT: Parts = {
  traits: TRAITS,
  checks: CHECKS,
  sinks: {
    command: (v) => `exec('ls ' + ${v});`,
    path: (v) =>
      v.startsWith('ABSOLUTE:')
        ? `fs.readFileSync(${v.slice(9)});`
        : `fs.readFileSync('/srv/data/' + ${v});`,
    html: (v) => `res.send('<p>' + ${v} + '</p>');`,
    sql: (v) => (v === 'DONE' ? '' : `db.query("SELECT a FROM t WHERE a = '" + ${v} + "'");`),
    redirect: (v) => `res.redirect(${v});`,
  },
  whole: ({ top, body }) =>
    [
      "const express = require('express');",
      "const { exec } = require('child_process');",
      "const fs = require('fs');",
      "const path = require('path');",
      "const mysql = require('mysql');",
      "const escapeHtml = require('escape-html');",
      'const app = express();',
      'const db = mysql.createConnection({});',
      ...top,
      "app.get('/', async (req, res) => {",
      ...body.map((line) => `  ${line}`),
      '});',
      '',
    ].join('\n'),
};

/** The parts of TypeScript: the same code with types. */
export const TYPESCRIPT: Parts = {
  ...JAVASCRIPT,
  whole: (w) =>
    JAVASCRIPT.whole(w)
      .replace('(req, res) =>', '(req: any, res: any): Promise<unknown> =>')
      .replaceAll(/^(\s*)let (\w+) = /gmu, '$1let $2: string = ')
      .replaceAll(/^((?:async )?function\*? \w+)\((\w+), (\w+)\)/gmu, '$1($2: any, $3: any)')
      .replaceAll(/^(function \w+)\((\w+)\)/gmu, '$1($2: string)')
      .replaceAll(/constructor\(a, b\)/gu, 'constructor(a: string, b: string)')
      .replaceAll(/^(class \w+ \{)/gmu, '$1 a: string; b: string;'),
};
