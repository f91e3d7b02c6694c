/** What checks, fields and calls of Python mean for untrusted data, each with a variant that means nothing. */

import { beforeAll, describe, expect, it } from 'vitest';

import { followerOf } from '../../../../test/support/follow-text.ts';
import type { FlowKind } from '../value/kinds.ts';

let reaches: (text: string, kind: FlowKind) => boolean = () => false;

beforeAll(async () => {
  reaches = await followerOf('python');
});

interface Row {
  readonly title: string;
  readonly kind: FlowKind;
  /** No untrusted data reaches the sink. */
  readonly harmless: string;
  /** It does, because the check is broken or the other part is taken. */
  readonly harmful: string;
}

const ROWS: readonly Row[] = [
  {
    title: 'a list of what is allowed',
    kind: 'command',
    harmless: "if x not in ['a', 'b']:\n    return\nsink(x)",
    harmful: "if x in ['a', 'b']:\n    return\nsink(x)",
  },
  {
    title: 'a list and another case of the text',
    kind: 'command',
    harmless: "if x.lower() in ('a', 'b'):\n    sink(x)",
    harmful: "if x[1:] in ('a', 'b'):\n    sink(x)",
  },
  {
    title: 'letters and digits',
    kind: 'command',
    harmless: 'if x.isalnum():\n    sink(x)',
    harmful: 'if not x.isalnum():\n    sink(x)',
  },
  {
    title: 'space around a text and a header',
    kind: 'header',
    harmless: 'if x.isalnum():\n    sink(x)',
    harmful: 'if x.strip().isalnum():\n    sink(x)',
  },
  {
    title: 'an expression for the whole text',
    kind: 'command',
    harmless: "import re\nif re.fullmatch('[a-z]+', x):\n    sink(x)",
    harmful: "import re\nif re.match('[a-z]+', x):\n    sink(x)",
  },
  {
    title: 'an expression with anchors',
    kind: 'command',
    harmless: "import re\nif re.match('^[a-z]+$', x):\n    sink(x)",
    harmful: "import re\nif re.match('^[a-z]+', x):\n    sink(x)",
  },
  {
    title: 'a compiled expression',
    kind: 'command',
    harmless: "import re\nP = re.compile('^[a-z]+$')\nif P.match(x):\n    sink(x)",
    harmful: "import re\nP = re.compile('^[a-z;]+$')\nif P.match(x):\n    sink(x)",
  },
  {
    title: 'all but letters',
    kind: 'command',
    harmless: "import re\nsink(re.sub('[^a-z0-9_-]+', '', x))",
    harmful: "import re\nsink(re.sub('[^a-z0-9_;-]+', '', x))",
  },
  {
    title: 'all but letters, by a compiled expression',
    kind: 'code',
    harmless: "import re\nP = re.compile('[^a-z]')\nsink(P.sub('', x))",
    harmful: "import re\nP = re.compile('[^a-z(]')\nsink(P.sub('', x))",
  },
  {
    title: 'replaced slashes',
    kind: 'path',
    harmless: "sink(x.replace('/', '').replace('\\\\', ''))",
    harmful: "sink(x.replace('a', '').replace('b', ''))",
  },
  {
    title: 'parts of a path',
    kind: 'path',
    harmless: "if any(p == '..' for p in x.split('/')):\n    return\nsink(x)",
    harmful: "if any(p == 'a' for p in x.split('/')):\n    return\nsink(x)",
  },
  {
    title: 'parts of a path, by a list',
    kind: 'path',
    harmless: "if all(p not in ('..', '.') for p in x.split('/')):\n    sink(x)",
    harmful: "if any(p not in ('..', '.') for p in x.split('/')):\n    sink(x)",
  },
  {
    title: 'elements that are all allowed',
    kind: 'command',
    harmless: "if all(p in ('a', 'b') for p in x.split(',')):\n    sink(x)",
    harmful: "if any(p in ('a', 'b') for p in x.split(',')):\n    sink(x)",
  },
  {
    title: 'no part that leads up',
    kind: 'path',
    harmless: "if '..' in x:\n    return\nsink(x)",
    harmful: "if '..' not in x:\n    return\nsink(x)",
  },
  {
    title: 'no slash',
    kind: 'path',
    harmless: "if '/' in x:\n    return\nsink(x)",
    harmful: "if ':' in x:\n    return\nsink(x)",
  },
  {
    title: 'a path that is below another one',
    kind: 'path',
    harmless:
      "import pathlib\np = (pathlib.Path('/d') / x).resolve()\np.relative_to('/d')\nsink(p)",
    harmful: "import pathlib\np = pathlib.Path('/d') / x\np.relative_to('/d')\nsink(p)",
  },
  {
    title: 'the beginning of a real path',
    kind: 'path',
    harmless: "import os\np = os.path.realpath(x)\nif p.startswith('/d/'):\n    sink(p)",
    harmful: "import os\np = os.path.join('/d', x)\nif p.startswith('/d/'):\n    sink(p)",
  },
  {
    title: 'a text of a path',
    kind: 'path',
    harmless: "import os\np = os.path.realpath(x)\nif str(p).startswith('/d/'):\n    sink(p)",
    harmful: "if str(x).startswith('/d/'):\n    sink(x)",
  },
  {
    title: 'the end of a request',
    kind: 'command',
    harmless: "from flask import abort\nif x not in ('a',):\n    abort(404)\nsink(x)",
    harmful: "if x not in ('a',):\n    print(404)\nsink(x)",
  },
  {
    title: 'the end of a request of another library',
    kind: 'command',
    harmless: "from flask_restful import abort\nif x not in ('a',):\n    abort(404)\nsink(x)",
    harmful: "from other import stop\nif x not in ('a',):\n    stop(404)\nsink(x)",
  },
  {
    title: 'arguments of a thread',
    kind: 'command',
    harmless:
      "import threading\ndef f(a, b):\n    sink(a)\nthreading.Thread(target=f, args=('x', x)).start()",
    harmful:
      "import threading\ndef f(a, b):\n    sink(b)\nthreading.Thread(target=f, args=('x', x)).start()",
  },
  {
    title: 'named arguments of a thread',
    kind: 'command',
    harmless:
      "import threading\ndef f(a, b):\n    sink(a)\nthreading.Thread(target=f, kwargs={'a': 'x', 'b': x}).start()",
    harmful:
      "import threading\ndef f(a, b):\n    sink(b)\nthreading.Thread(target=f, kwargs={'a': 'x', 'b': x}).start()",
  },
  {
    title: 'arguments of an executor',
    kind: 'command',
    harmless: "def f(a, b):\n    sink(a)\npool.submit(f, 'x', x)",
    harmful: "def f(a, b):\n    sink(b)\npool.submit(f, 'x', x)",
  },
  {
    title: 'arguments of a loop',
    kind: 'command',
    harmless: "def f(a, b):\n    sink(a)\nloop.run_in_executor(None, f, 'x', x)",
    harmful: "def f(a, b):\n    sink(b)\nloop.run_in_executor(None, f, 'x', x)",
  },
  {
    title: 'arguments of a timer',
    kind: 'command',
    harmless:
      "import threading\ndef f(a, b):\n    sink(a)\nthreading.Timer(1, f, ['x', x]).start()",
    harmful: "import threading\ndef f(a, b):\n    sink(b)\nthreading.Timer(1, f, ['x', x]).start()",
  },
  {
    title: 'fields of a map',
    kind: 'command',
    harmless: "o = {'a': x, 'b': 'x'}\nsink(o['b'])",
    harmful: "o = {'a': x, 'b': 'x'}\nsink(o['a'])",
  },
  {
    title: 'elements of a tuple',
    kind: 'command',
    harmless: "o = ('x', x)\nsink(o[0])",
    harmful: "o = ('x', x)\nsink(o[1])",
  },
  {
    title: 'elements that are taken apart',
    kind: 'command',
    harmless: "a, b = 'x', x\nsink(a)",
    harmful: "a, b = 'x', x\nsink(b)",
  },
  {
    title: 'a helper that raises',
    kind: 'command',
    harmless: 'def ok(v):\n    if not v.isalnum():\n        raise ValueError(v)\nok(x)\nsink(x)',
    harmful: 'def ok(v):\n    if not v.isalnum():\n        print(v)\nok(x)\nsink(x)',
  },
  {
    title: 'one slash at the beginning',
    kind: 'redirect',
    harmless: "if x.startswith('/') and not x.startswith('//'):\n    sink(x)",
    harmful: "if x.startswith('/'):\n    sink(x)",
  },
];

/** Puts statements into a function that other files call. */
function program(body: string): string {
  const lines = ['x = source()', ...body.split('\n')];
  return `def run():\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

describe('programs in Python', () => {
  it.each(ROWS)('tell $title apart', ({ kind, harmless, harmful }) => {
    expect(reaches(program(harmful), kind), harmful).toBe(true);
    expect(reaches(program(harmless), kind), harmless).toBe(false);
  });
});
