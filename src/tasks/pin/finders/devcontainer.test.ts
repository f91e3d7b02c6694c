import { expect, it } from 'vitest';

import { devcontainer } from './devcontainer.ts';

const PINNED = `FROM a@sha256:${'a'.repeat(64)}\n`;

it.each([
  ['of both members', '"build": {"dockerfile": "one", ARGS}, "dockerFile": "two"'],
  [
    'of both members in the other order',
    '"dockerFile": "two", "build": {"dockerfile": "one", ARGS}',
  ],
  ['of a member that is given twice', '"build": {"dockerfile": "one", "dockerfile": "two", ARGS}'],
])('lists the arguments of each Dockerfile %s', (_, members) => {
  const args = '"args": {"BASE": "evil:latest"}';
  const files = new Map([
    ['one', PINNED],
    ['two', `ARG BASE\nFROM $BASE\n`],
  ]);
  const { references } = devcontainer.find({
    path: 'devcontainer.json',
    bytes: Buffer.from(`{${members.replace('ARGS', args)}}`),
    other: (path) => Buffer.from(files.get(path) ?? ''),
  });
  expect(references.map(({ value }) => value)).toEqual(['evil:latest']);
});
