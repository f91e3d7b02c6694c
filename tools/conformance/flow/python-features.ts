/**
 * Ways of data through programs in Python. Each is written so that the data arrives twice as often
 * as it is lost.
 */

import type { Draft, Feature } from './program.ts';

function either(d: Draft, input: string): readonly [string, string] {
  return d.random.chance(65) ? [input, "'safe'"] : ["'safe'", input];
}

function variable(d: Draft, value: string): string {
  const v = d.name('v');
  d.body.push(`${v} = ${value}`);
  return v;
}

function define(d: Draft, head: (name: string) => string, ...lines: readonly string[]): string {
  const f = d.name('f');
  d.top.push([head(f), ...lines.map((line) => `    ${line}`)].join('\n'));
  return f;
}

const FEATURES: readonly Feature[] = [
  ['assignment', (d, i) => variable(d, i)],
  ['f-string', (d, i) => variable(d, `f'a {${i}} b'`)],
  ['sum', (d, i) => variable(d, `'a' + ${i} + 'b'`)],
  ['percent', (d, i) => variable(d, `'a %s b' % ${i}`)],
  ['percent with several', (d, i) => variable(d, `'a %s %d b' % (${i}, 3)`)],
  ['format', (d, i) => variable(d, `'a {} {x}'.format(${i}, x=1)`)],
  [
    'format of a variable',
    (d, i) => {
      const t = variable(d, "'a {}'");
      return variable(d, `${t}.format(${i})`);
    },
  ],
  [
    'overwriting',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(`${v} = ${b}`, `${v} = ${a}`);
      return v;
    },
  ],
  [
    'adding',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = 'a'`, `${v} += ${i}`);
      return v;
    },
  ],
  [
    'function',
    (d, i) => variable(d, `${define(d, (f) => `def ${f}(x):`, 'y = x', 'return y')}(${i})`),
  ],
  [
    'parameter by place',
    (d, i) => {
      const [a, b] = either(d, i);
      return variable(d, `${define(d, (f) => `def ${f}(x, y):`, 'return y')}(${b}, ${a})`);
    },
  ],
  [
    'parameter by name',
    (d, i) => {
      const [a, b] = either(d, i);
      return variable(d, `${define(d, (f) => `def ${f}(x, y):`, 'return y')}(y=${a}, x=${b})`);
    },
  ],
  [
    'default parameter',
    (d, i) => {
      const f = d.name('f');
      d.body.push(`def ${f}(x, y=${i}):`, '    return y');
      return variable(d, d.random.chance(65) ? `${f}(1)` : `${f}(1, 'safe')`);
    },
  ],
  [
    'rest parameters',
    (d, i) => {
      const [a, b] = either(d, i);
      const f = define(
        d,
        (name) => `def ${name}(first, *others, **named):`,
        "return others[0] + named['z']",
      );
      return variable(d, `${f}(${b}, ${a}, z='x')`);
    },
  ],
  [
    'spread arguments',
    (d, i) => {
      const [a, b] = either(d, i);
      const f = define(d, (name) => `def ${name}(x, y):`, 'return x');
      return variable(
        d,
        d.random.chance(50) ? `${f}(*[${a}, ${b}])` : `${f}(**{'x': ${a}, 'y': ${b}})`,
      );
    },
  ],
  [
    'lambda',
    (d, i) => {
      const f = variable(d, "lambda x: x + ''");
      return variable(d, `${f}(${i})`);
    },
  ],
  [
    'map of constants',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{'a': ${a}, 'b': ${b}}`);
      return variable(d, `${o}['a']`);
    },
  ],
  [
    'get of a map',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{'a': ${a}, 'b': ${b}}`);
      return variable(d, `${o}.get('a', '')`);
    },
  ],
  [
    'nested map',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{'x': {'a': ${a}}, 'y': {'a': ${b}}}`);
      return variable(d, `${o}['x']['a']`);
    },
  ],
  [
    'written key',
    (d, i) => {
      const o = variable(d, '{}');
      const [a, b] = either(d, i);
      d.body.push(`${o}['a'] = ${a}`, `${o}['b'] = ${b}`);
      return variable(d, `${o}['a']`);
    },
  ],
  [
    'alias of a map',
    (d, i) => {
      const o = variable(d, "{'a': 'safe'}");
      const other = variable(d, o);
      const [a] = either(d, i);
      d.body.push(`${other}['a'] = ${a}`);
      return variable(d, `${o}['a']`);
    },
  ],
  [
    'update of a map',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `{'a': ${b}}`);
      d.body.push(`${o}.update({'a': ${a}})`);
      return variable(d, `${o}['a']`);
    },
  ],
  [
    'items of a map',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = ''`, `for k, x in {'a': ${i}}.items():`, `    ${v} += x`);
      return v;
    },
  ],
  [
    'list element',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, `[${b}, ${a}]`);
      return variable(d, d.random.chance(50) ? `${o}[1]` : `${o}[-1]`);
    },
  ],
  [
    'append and pop',
    (d, i) => {
      const [a, b] = either(d, i);
      const o = variable(d, "['safe']");
      d.body.push(`${o}.append(${b})`, `${o}.append(${a})`);
      return variable(d, `${o}.pop()`);
    },
  ],
  ['join', (d, i) => variable(d, `' '.join(['a', ${i}])`)],
  [
    'unpacking',
    (d, i) => {
      const [a, b] = either(d, i);
      const [v, u] = [d.name('v'), d.name('u')];
      d.body.push(`${u}, ${v} = ${b}, ${a}`);
      return v;
    },
  ],
  [
    'unpacking of the rest',
    (d, i) => {
      const [v, u] = [d.name('v'), d.name('u')];
      d.body.push(`${u}, *${v} = 'a', ${i}`);
      return variable(d, `${v}[0]`);
    },
  ],
  [
    'swap',
    (d, i) => {
      const [a, b] = either(d, i);
      const [v, u] = [d.name('v'), d.name('u')];
      d.body.push(`${v} = ${b}`, `${u} = ${a}`, `${v}, ${u} = ${u}, ${v}`);
      return v;
    },
  ],
  ['comprehension', (d, i) => variable(d, `[x + '' for x in [${i}] if x][0]`)],
  ['comprehension of a map', (d, i) => variable(d, `{k: v for k, v in [('a', ${i})]}['a']`)],
  ['generator expression', (d, i) => variable(d, `''.join(x for x in ['a', ${i}])`)],
  ['map', (d, i) => variable(d, `list(map(lambda x: x + '', [${i}]))[0]`)],
  [
    'closure',
    (d, i) => {
      const f = d.name('f');
      d.body.push(`def ${f}():`, `    return ${i}`);
      return variable(d, `${f}()`);
    },
  ],
  [
    'nonlocal',
    (d, i) => {
      const [v, f] = [d.name('v'), d.name('f')];
      const [a] = either(d, i);
      d.body.push(
        `${v} = 'safe'`,
        `def ${f}(x):`,
        `    nonlocal ${v}`,
        `    ${v} = x`,
        `${f}(${a})`,
      );
      return v;
    },
  ],
  [
    'global',
    (d, i) => {
      const g = d.name('G');
      d.top.push(`${g} = 'safe'`);
      const f = define(d, (name) => `def ${name}(x):`, `global ${g}`, `${g} = x`);
      const [a] = either(d, i);
      d.body.push(`${f}(${a})`);
      return variable(d, g);
    },
  ],
  [
    'local that hides a global',
    (d, i) => {
      const g = d.name('G');
      d.top.push(`${g} = 'safe'`);
      const f = define(d, (name) => `def ${name}(x):`, `${g} = x`, `return ${g}`);
      d.body.push(`${f}(${i})`);
      return variable(d, g);
    },
  ],
  [
    'function that makes functions',
    (d, i) => {
      const f = define(d, (name) => `def ${name}(x):`, 'return lambda y: x + y');
      return variable(d, `${f}(${i})('z')`);
    },
  ],
  [
    'decorator',
    (d, i) => {
      const w = define(
        d,
        (name) => `def ${name}(f):`,
        'def inner(*args):',
        "    return f(*args) + ''",
        'return inner',
      );
      const f = d.name('f');
      d.top.push(`@${w}\ndef ${f}(x):\n    return ${d.random.chance(65) ? 'x' : "'safe'"}`);
      return variable(d, `${f}(${i})`);
    },
  ],
  [
    'class',
    (d, i) => {
      const c = d.name('C');
      d.top.push(
        `class ${c}:\n    def __init__(self, x):\n        self.x = x\n        self.y = 'safe'\n\n    def get(self):\n        return self.x\n\n    def other(self):\n        return self.y`,
      );
      return variable(d, `${c}(${i}).${d.random.chance(65) ? 'get' : 'other'}()`);
    },
  ],
  [
    'derived class',
    (d, i) => {
      const [b, c] = [d.name('B'), d.name('C')];
      d.top.push(
        `class ${b}:\n    def __init__(self, x):\n        self.x = x\n\n    def get(self):\n        return self.x`,
        `class ${c}(${b}):\n    def __init__(self, x):\n        super().__init__(x)\n        self.z = 1`,
      );
      return variable(d, `${c}(${i}).get()`);
    },
  ],
  [
    'property',
    (d, i) => {
      const c = d.name('C');
      d.top.push(
        `class ${c}:\n    def __init__(self, x):\n        self.x = x\n\n    @property\n    def value(self):\n        return self.x`,
      );
      return variable(d, `${c}(${i}).value`);
    },
  ],
  [
    'static method',
    (d, i) => {
      const c = d.name('C');
      d.top.push(`class ${c}:\n    @staticmethod\n    def same(x):\n        return x`);
      return variable(d, `${c}.same(${i})`);
    },
  ],
  [
    'class method',
    (d, i) => {
      const c = d.name('C');
      d.top.push(`class ${c}:\n    @classmethod\n    def same(cls, x):\n        return x`);
      return variable(d, `${c}.same(${i})`);
    },
  ],
  [
    'data class',
    (d, i) => {
      const c = d.name('C');
      d.top.push(`@dataclasses.dataclass\nclass ${c}:\n    a: str\n    b: str`);
      const [a, b] = either(d, i);
      return variable(d, `${c}(${a}, b=${b}).a`);
    },
  ],
  [
    'generator',
    (d, i) => {
      const f = define(d, (name) => `def ${name}(x):`, 'yield x');
      return variable(d, `list(${f}(${i}))[0]`);
    },
  ],
  [
    'constant condition',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(`${v} = ${b}`, 'if 2 > 1:', `    ${v} = ${a}`);
      return v;
    },
  ],
  [
    'condition',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = 'safe'`, "if request.args.get('flag'):", `    ${v} = ${i}`);
      return v;
    },
  ],
  [
    'condition in several ways',
    (d, i) => {
      const v = d.name('v');
      const [a] = either(d, i);
      d.body.push(
        "if request.args.get('flag'):",
        `    ${v} = 'safe'`,
        "elif request.args.get('none'):",
        `    ${v} = 'other'`,
        'else:',
        `    ${v} = ${a}`,
      );
      return v;
    },
  ],
  ['choice', (d, i) => variable(d, `${i} if request.args.get('flag') else 'safe'`)],
  [
    'constant of a variable',
    (d, i) => {
      const on = variable(d, d.random.chance(65) ? 'True' : 'False');
      return variable(d, `${i} if ${on} else 'safe'`);
    },
  ],
  ['or', (d, i) => variable(d, `'' or ${i}`)],
  ['and', (d, i) => variable(d, `'a' and ${i}`)],
  [
    'match',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push(
        'match 3:',
        '    case 2:',
        `        ${v} = ${b}`,
        '    case 3:',
        `        ${v} = ${a}`,
        '    case _:',
        `        ${v} = 'safe'`,
      );
      return v;
    },
  ],
  [
    'for',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = ''`, `for x in ['a', ${i}]:`, `    ${v} += x`);
      return v;
    },
  ],
  [
    'for with else',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = 'safe'`, "for x in ['a']:", '    pass', 'else:', `    ${v} = ${i}`);
      return v;
    },
  ],
  [
    'enumerate',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = ''`, `for n, x in enumerate(['a', ${i}]):`, `    ${v} += x`);
      return v;
    },
  ],
  [
    'zip',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = ''`, `for n, x in zip([1], [${i}]):`, `    ${v} += x`);
      return v;
    },
  ],
  [
    'value of an earlier round',
    (d, i) => {
      const [v, w] = [d.name('v'), d.name('w')];
      d.body.push(
        `${v} = 'safe'`,
        `${w} = 'safe'`,
        'for x in [1, 2, 3]:',
        `    ${v} = ${w}`,
        `    ${w} = ${i}`,
      );
      return v;
    },
  ],
  [
    'while and break',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`${v} = 'safe'`, 'while True:', `    ${v} = ${i}`, '    break');
      return v;
    },
  ],
  [
    'while that never runs',
    (d, i) => {
      const v = d.name('v');
      d.body.push(
        `${v} = 'safe'`,
        `while ${d.random.chance(50) ? 'False' : '1 > 2'}:`,
        `    ${v} = ${i}`,
      );
      return v;
    },
  ],
  [
    'raised error',
    (d, i) => {
      const v = d.name('v');
      d.body.push(
        `${v} = ''`,
        'try:',
        `    raise ValueError(${i})`,
        'except ValueError as e:',
        `    ${v} = str(e)`,
      );
      return v;
    },
  ],
  [
    'finally',
    (d, i) => {
      const v = d.name('v');
      const [a, b] = either(d, i);
      d.body.push('try:', `    ${v} = ${b}`, 'finally:', `    ${v} = ${a}`);
      return v;
    },
  ],
  [
    'early return',
    (d, i) => {
      const f = define(d, (name) => `def ${name}(x, y):`, 'if 2 > 1:', '    return x', 'return y');
      const [a, b] = either(d, i);
      return variable(d, `${f}(${a}, ${b})`);
    },
  ],
  [
    'recursion',
    (d, i) => {
      const f = d.name('f');
      d.top.push(`def ${f}(x, n):\n    return x if n <= 0 else ${f}(x, n - 1)`);
      return variable(d, `${f}(${i}, 3)`);
    },
  ],
  ['methods of texts', (d, i) => variable(d, `${i}.strip()[0:200].replace('zzz', '')`)],
  ['length', (d, i) => variable(d, `'n' + str(len(${i}))`)],
  [
    'assignment in an expression',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`if (${v} := ${i}):`, '    pass');
      return v;
    },
  ],
  [
    'with',
    (d, i) => {
      const v = d.name('v');
      d.body.push(`with contextlib.nullcontext(${i}) as ${v}:`, '    pass');
      return v;
    },
  ],
  ['json', (d, i) => variable(d, `json.loads(json.dumps({'a': ${i}}))['a']`)],
  [
    'allowed values',
    (d, i) => {
      const v = variable(d, i);
      d.body.push(`if ${v} not in ['a', 'b']:`, `    ${v} = 'a'`);
      return v;
    },
  ],
  [
    'pattern check',
    (d, i) => {
      const v = variable(d, i);
      d.body.push(`if not re.fullmatch(r'^[a-z]+$', ${v}):`, `    ${v} = 'a'`);
      return v;
    },
  ],
  [
    'digits',
    (d, i) => {
      const v = variable(d, i);
      d.body.push(`if not ${v}.isdigit():`, `    ${v} = '1'`);
      return v;
    },
  ],
  [
    'partial',
    (d, i) => {
      const f = define(d, (name) => `def ${name}(x, y):`, 'return x + y');
      return variable(d, `functools.partial(${f}, ${i})('b')`);
    },
  ],
];

/** Returns all ways of data. */
export function pythonFeatures(): readonly Feature[] {
  return FEATURES;
}
