import { expect, it } from 'vitest';

import { compose } from './compose.ts';

it('reads a bounded number of Dockerfiles, and names the first build that is left', () => {
  const dockerfile = Buffer.from(`ARG BASE\nFROM $BASE\n#${'x'.repeat(2 ** 20)}\n`);
  const services = Array.from(
    { length: 20 },
    (_, at) => `  s${at}: {build: {args: {BASE: "a:${at}"}}}\n`,
  );
  const bytes = Buffer.from(`services:\n${services.join('')}`);
  const { references, problems } = compose.find({
    path: 'compose.yaml',
    bytes,
    other: (path) => (path === 'Dockerfile' ? dockerfile : undefined),
  });
  expect(references.map(({ value }) => value)).toEqual(
    Array.from({ length: 15 }, (_, at) => `a:${at}`),
  );
  expect(problems).toMatchObject([{ line: 17 }]);
});

it.each<[name: string, build: string, env: string]>([
  ['the default of the context', 'context: "${X:-app}"', ''],
  ['the default of a part', 'context: "./${X-app}"', ''],
  ['the default of the Dockerfile', 'context: app, dockerfile: "${X:-Dockerfile}"', ''],
  ['a variable of .env', 'context: "${X}"', 'X=app\n'],
  ['a variable in quotes', 'context: "$X"', 'export X="app" # the app\n'],
  ['a variable before a comment', 'context: "$X"', 'X=app # the app\n'],
  ['an empty variable', 'context: "${X:-app}"', 'X=\n'],
  ['a variable that is not set', 'context: "app$X"', ''],
])('finds the Dockerfile by %s', (_, build, env) => {
  const files = new Map([
    ['app/Dockerfile', 'ARG BASE\nFROM $BASE\n'],
    ['.env', env],
  ]);
  const { references } = compose.find({
    path: 'compose.yaml',
    bytes: Buffer.from(`services: {a: {build: {${build}, args: {BASE: "a:1"}}}}\n`),
    other: (path) => {
      const text = files.get(path);
      return text === undefined ? undefined : Buffer.from(text);
    },
  });
  expect(references.map(({ value }) => value)).toEqual(['a:1']);
});

it('lists a remote context that is the default of a variable', () => {
  const build = '{build: {context: "${X:-https://example.com/a.git}"}}';
  const bytes = Buffer.from(`services: {a: ${build}}\n`);
  const { references } = compose.find({ path: 'compose.yaml', bytes });
  expect(references).toMatchObject([{ obstacle: { id: 'direct-url' } }]);
});
