import { expect, it } from 'vitest';

import { moduleDependents } from './dependents.ts';

const GRAPH = {
  list: 'ex.test/app\nex.test/a v1.1.0\nex.test/b v1.0.0 => ../b\nex.test/vuln v1.0.0\nex.test/vuln/v2 v2.0.0\n',
  graph: [
    'ex.test/app ex.test/vuln@v1.0.0',
    'ex.test/app go@1.20',
    'ex.test/a@v1.0.0 ex.test/vuln@v0.9.0',
    'ex.test/a@v1.1.0 ex.test/vuln@v1.0.0',
    'ex.test/b@v1.0.0 ex.test/vuln@v0.5.0',
    'ex.test/b@v1.0.0 ex.test/vuln/v2@v2.0.0',
    '',
  ].join('\n'),
};

it.each([
  ['ex.test/vuln', ['ex.test/a v1.1.0', 'ex.test/b v1.0.0']],
  ['ex.test/vuln/v2', ['ex.test/b v1.0.0']],
  ['ex.test/none', []],
])('%s is required by modules of the build', (name, expected) => {
  expect(moduleDependents(GRAPH, name)).toEqual(expected);
});
