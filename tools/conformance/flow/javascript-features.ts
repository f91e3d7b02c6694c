/**
 * Ways of data through programs in JavaScript. Each is written twice as often so that the data
 * arrives as it is lost.
 */

import type { Draft, Feature } from './program.ts';

/** `'safe'` or the data, so that some programs lose it. */
function either(d: Draft, input: string): readonly [string, string] {
  return d.random.chance(65) ? [input, "'safe'"] : ["'safe'", input];
}

function variable(d: Draft, value: string): string {
  const v = d.name('v');
  d.body.push(`const ${v} = ${value};`);
  return v;
}

const FEATURES: readonly Feature[] = [
  ['assignment', (d, i) => variable(d, i)],
  ['template', (d, i) => variable(d, `\`a \${${i}} b\``)],
  ['sum', (d, i) => variable(d, `'a' + ${i} + 'b'`)],
  [
    'overwriting',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(`let ${v} = ${b};`, `${v} = ${a};`);
      return v;
    },
  ],
  [
    'function',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x) {\n  const y = x;\n  return y;\n}`);
      return variable(d, `${f}(${i})`);
    },
  ],
  [
    'parameter by place',
    (d, i) => {
      const f = d.name('f');
      const [a, b] = either(d, i);
      d.top.push(`function ${f}(x, y) {\n  return y;\n}`);
      return variable(d, `${f}(${b}, ${a})`);
    },
  ],
  [
    'arrow function',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`const ${f} = (x) => x + '';`);
      return variable(d, `${f}(${i})`);
    },
  ],
  [
    'default parameter',
    (d, i) => {
      const f = d.name('f');
      d.body.push(`const ${f} = (x, y = ${i}) => y;`);
      return variable(d, d.random.chance(65) ? `${f}(1)` : `${f}(1, 'safe')`);
    },
  ],
  [
    'rest parameter',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(first, ...others) {\n  return others.join('');\n}`);
      const [a, b] = either(d, i);
      return variable(d, `${f}(${b}, ${a}, 'x')`);
    },
  ],
  [
    'spread argument',
    (d, i) => {
      const f = d.name('f');
      const [a, b] = either(d, i);
      d.top.push(`function ${f}(x, y) {\n  return x;\n}`);
      return variable(d, `${f}(...[${a}, ${b}])`);
    },
  ],
  [
    'object field',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{ a: ${a}, b: ${b} }`);
      return variable(d, `${o}.a`);
    },
  ],
  [
    'nested field',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{ x: { a: ${a} }, y: { a: ${b} } }`);
      return variable(d, `${o}.x.a`);
    },
  ],
  [
    'written field',
    (d, i) => {
      const o = variable(d, '{}');
      const [a, b] = either(d, i);
      d.body.push(`${o}.a = ${a};`, `${o}.b = ${b};`);
      return variable(d, `${o}.a`);
    },
  ],
  [
    'alias of an object',
    (d, i) => {
      const o = variable(d, "{ a: 'safe' }");
      const other = variable(d, o);
      const [a] = either(d, i);
      d.body.push(`${other}.a = ${a};`);
      return variable(d, `${o}.a`);
    },
  ],
  [
    'computed key',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{ ['k' + 1]: ${a}, k2: ${b} }`);
      return variable(d, `${o}['k' + '1']`);
    },
  ],
  [
    'list element',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `[${b}, ${a}]`);
      return variable(d, `${o}[1]`);
    },
  ],
  [
    'push and pop',
    (d, i) => {
      const o = variable(d, "['safe']");
      const [a, b] = either(d, i);
      d.body.push(`${o}.push(${b});`, `${o}.push(${a});`);
      return variable(d, `${o}.pop()`);
    },
  ],
  ['join', (d, i) => variable(d, `['a', ${i}].join(' ')`)],
  [
    'object pattern',
    (d, i) => {
      const [a, b] = either(d, i);
      const v = d.name('v');
      d.body.push(`const { a: ${v} } = { a: ${a}, b: ${b} };`);
      return v;
    },
  ],
  [
    'list pattern',
    (d, i) => {
      const [a, b] = either(d, i);
      const v = d.name('v');
      d.body.push(`const [, ${v}] = [${b}, ${a}];`);
      return v;
    },
  ],
  [
    'pattern with a rest',
    (d, i) => {
      const [a, b] = either(d, i);
      const v = d.name('v');
      d.body.push(`const { b: ${d.name('u')}, ...${v} } = { a: ${a}, b: ${b} };`);
      return variable(d, `${v}.a`);
    },
  ],
  [
    'pattern with a default',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`const { missing: ${v} = ${i} } = {};`);
      return v;
    },
  ],
  [
    'spread of an object',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{ ...{ a: ${b} }, a: ${a} }`);
      return variable(d, `${o}.a`);
    },
  ],
  [
    'Map',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, 'new Map()');
      d.body.push(`${o}.set('a', ${a});`, `${o}.set('b', ${b});`);
      return variable(d, `${o}.get('a')`);
    },
  ],
  ['Object.assign', (d, i) => variable(d, `Object.assign({}, { a: ${i} }).a`)],
  ['JSON', (d, i) => variable(d, `JSON.parse(JSON.stringify({ a: ${i} })).a`)],
  ['map', (d, i) => variable(d, `[${i}].map((x) => x + '')[0]`)],
  ['filter', (d, i) => variable(d, `['b', ${i}].filter((x) => x.length > 1)[0]`)],
  ['reduce', (d, i) => variable(d, `['a', ${i}].reduce((x, y) => x + y, '')`)],
  [
    'forEach',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`let ${v} = '';`, `[${i}].forEach((x) => {\n  ${v} += x;\n});`);
      return v;
    },
  ],
  [
    'closure',
    (d, i) => {
      const f = d.name('f');
      d.body.push(`const ${f} = () => ${i};`);
      return variable(d, `${f}()`);
    },
  ],
  [
    'closure that writes',
    (d, i) => {
      const [v, f] = [d.name('v'), d.name('f')];
      const [a] = either(d, i);
      d.body.push(`let ${v} = 'safe';`, `const ${f} = (x) => {\n  ${v} = x;\n};`, `${f}(${a});`);
      return v;
    },
  ],
  [
    'function that makes functions',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x) {\n  return (y) => x + y;\n}`);
      return variable(d, `${f}(${i})('z')`);
    },
  ],
  [
    'callback',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x, then) {\n  return then(x);\n}`);
      return variable(d, `${f}(${i}, (x) => x)`);
    },
  ],
  [
    'class',
    (d, i) => {
      const c = d.name('C');
      d.top.push(
        `class ${c} {\n  constructor(x) {\n    this.x = x;\n    this.y = 'safe';\n  }\n  get() {\n    return this.x;\n  }\n  other() {\n    return this.y;\n  }\n}`,
      );
      return variable(d, `new ${c}(${i}).${d.random.chance(65) ? 'get' : 'other'}()`);
    },
  ],
  [
    'derived class',
    (d, i) => {
      const [b, c] = [d.name('B'), d.name('C')];
      d.top.push(
        `class ${b} {\n  constructor(x) {\n    this.x = x;\n  }\n  get() {\n    return this.x;\n  }\n}`,
        `class ${c} extends ${b} {\n  constructor(x) {\n    super(x);\n    this.z = 1;\n  }\n}`,
      );
      return variable(d, `new ${c}(${i}).get()`);
    },
  ],
  [
    'getter',
    (d, i) => {
      const c = d.name('C');
      d.top.push(
        `class ${c} {\n  constructor(x) {\n    this.x = x;\n  }\n  get value() {\n    return this.x;\n  }\n}`,
      );
      return variable(d, `new ${c}(${i}).value`);
    },
  ],
  [
    'static method',
    (d, i) => {
      const c = d.name('C');
      d.top.push(`class ${c} {\n  static same(x) {\n    return x;\n  }\n}`);
      return variable(d, `${c}.same(${i})`);
    },
  ],
  [
    'method of an object',
    (d, i) => {
      const o = d.name('o');
      d.top.push(`const ${o} = {\n  same(x) {\n    return x;\n  },\n};`);
      return variable(d, `${o}.same(${i})`);
    },
  ],
  ['await', (d, i) => variable(d, `await Promise.resolve(${i})`)],
  [
    'async function',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`async function ${f}(x) {\n  return x;\n}`);
      return variable(d, `await ${f}(${i})`);
    },
  ],
  ['then', (d, i) => variable(d, `await Promise.resolve(${i}).then((x) => x + '')`)],
  ['new Promise', (d, i) => variable(d, `await new Promise((resolve) => resolve(${i}))`)],
  [
    'generator',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function* ${f}(x) {\n  yield x;\n}`);
      return variable(d, `[...${f}(${i})][0]`);
    },
  ],
  [
    'constant condition',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(`let ${v} = ${b};`, `if (2 > 1) {\n  ${v} = ${a};\n}`);
      return v;
    },
  ],
  [
    'condition',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`let ${v} = 'safe';`, `if (req.query.flag) {\n  ${v} = ${i};\n}`);
      return v;
    },
  ],
  [
    'condition in both ways',
    (d, i) => {
      const v = d.name('v');
      const [a] = either(d, i);
      d.body.push(
        `let ${v};`,
        `if (req.query.flag) {\n  ${v} = 'safe';\n} else {\n  ${v} = ${a};\n}`,
      );
      return v;
    },
  ],
  [
    'constant of a variable',
    (d, i) => {
      const on = variable(d, d.random.chance(65) ? 'true' : 'false');
      return variable(d, `${on} ? ${i} : 'safe'`);
    },
  ],
  ['choice', (d, i) => variable(d, `req.query.flag ? ${i} : 'safe'`)],
  ['or', (d, i) => variable(d, `'' || ${i}`)],
  ['nullish', (d, i) => variable(d, `null ?? ${i}`)],
  ['and', (d, i) => variable(d, `req.query.flag && ${i}`)],
  [
    'switch',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(
        `let ${v} = 'safe';`,
        `switch (3) {\n  case 2:\n    ${v} = ${b};\n    break;\n  case 3:\n    ${v} = ${a};\n    break;\n  default:\n    ${v} = 'safe';\n}`,
      );
      return v;
    },
  ],
  [
    'for of',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`let ${v} = '';`, `for (const x of ['a', ${i}]) {\n  ${v} += x;\n}`);
      return v;
    },
  ],
  [
    'for with a counter',
    (d, i) => {
      const v = d.name('v');
      d.body.push(
        `let ${v} = '';`,
        `for (let n = 0; n < ${d.random.chance(65) ? 3 : 0}; n += 1) {\n  ${v} = ${i};\n}`,
      );
      return v;
    },
  ],
  [
    'value of an earlier round',
    (d, i) => {
      const [v, w] = [d.name('v'), d.name('w')];
      d.body.push(
        `let ${v} = 'safe';`,
        `let ${w} = 'safe';`,
        `for (const x of [1, 2, 3]) {\n  ${v} = ${w};\n  ${w} = ${i};\n}`,
      );
      return v;
    },
  ],
  [
    'while and break',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`let ${v} = 'safe';`, `while (true) {\n  ${v} = ${i};\n  break;\n}`);
      return v;
    },
  ],
  [
    'for in',
    (d, i) => {
      const v = d.name('v');
      const o = variable(d, `{ a: ${i} }`);
      d.body.push(`let ${v} = '';`, `for (const k in ${o}) {\n  ${v} += ${o}[k];\n}`);
      return v;
    },
  ],
  [
    'thrown error',
    (d, i) => {
      const v = d.name('v');
      d.body.push(
        `let ${v} = '';`,
        `try {\n  throw new Error(${i});\n} catch (e) {\n  ${v} = e.message;\n}`,
      );
      return v;
    },
  ],
  [
    'finally',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(`let ${v};`, `try {\n  ${v} = ${b};\n} finally {\n  ${v} = ${a};\n}`);
      return v;
    },
  ],
  [
    'early return',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x, y) {\n  if (2 > 1) {\n    return x;\n  }\n  return y;\n}`);
      const [a, b] = either(d, i);
      return variable(d, `${f}(${a}, ${b})`);
    },
  ],
  [
    'recursion',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x, n) {\n  return n <= 0 ? x : ${f}(x, n - 1);\n}`);
      return variable(d, `${f}(${i}, 3)`);
    },
  ],
  [
    'mutual recursion',
    (d, i) => {
      const [f, g] = [d.name('f'), d.name('g')];
      d.top.push(
        `function ${f}(x, n) {\n  return n <= 0 ? x : ${g}(x, n - 1);\n}`,
        `function ${g}(x, n) {\n  return ${f}(x, n);\n}`,
      );
      return variable(d, `${f}(${i}, 2)`);
    },
  ],
  ['methods of texts', (d, i) => variable(d, `${i}.trim().slice(0, 200).replace('zzz', '')`)],
  ['length', (d, i) => variable(d, `'n' + ${i}.length`)],
  ['number', (d, i) => variable(d, `'n' + Number(${i})`)],
  [
    'optional chaining',
    (d, i) => {
      const o = variable(d, `{ a: { b: ${i} } }`);
      return variable(d, `${o}?.a?.b`);
    },
  ],
  [
    'apply',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x, y) {\n  return x + y;\n}`);
      return variable(d, `${f}.apply(null, [${i}, 'b'])`);
    },
  ],
  [
    'bind',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`function ${f}(x, y) {\n  return x + y;\n}`);
      return variable(d, `${f}.bind(null, ${i})('b')`);
    },
  ],
  [
    'allowed values',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`let ${v} = ${i};`, `if (!['a', 'b'].includes(${v})) {\n  ${v} = 'a';\n}`);
      return v;
    },
  ],
  [
    'pattern check',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`let ${v} = 'safe';`, `if (/^[a-z]+$/.test(${i})) {\n  ${v} = ${i};\n}`);
      return v;
    },
  ],
  [
    'shadowed variable',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(`let ${v} = ${a};`, `{\n  let ${v} = ${b};\n  ${v}.trim();\n}`);
      return v;
    },
  ],
];

/** Returns all ways of data. */
export function javascriptFeatures(): readonly Feature[] {
  return FEATURES;
}
