import { describe, expect, it } from 'vitest';

import { ModuleWords } from './module-words.ts';

const modules = new ModuleWords(
  new Map([
    ['fs.promises', 'fs'],
    ['httpx', 'requests'],
    ['requests.Session()', 'requests'],
    ['*.cursor()', 'cursors'],
    ['pg.Pool()', 'sql:Client'],
  ]),
);

describe('the words of modules', () => {
  it.each([
    ['pickle.load', [['pickle']]],
    ['@fastify/cors', [['fastify', 'cors']]],
    ['mysql2/promise.createPool', [['mysql2', 'promise']]],
    ['eval', [['eval']]],
    ['requests.get', [['requests'], ['httpx'], ['requests']]],
    ['fs.readFile', [['fs'], ['fs']]],
  ])('of %s are known', (ref, words) => {
    expect(modules.of(ref)).toEqual(words);
  });

  it.each(['*.run', 'sql:Client.query', 'code:compare', 'cursors.execute', 'jsx'])(
    'of %s are any',
    (ref) => {
      expect(modules.of(ref)).toBeUndefined();
    },
  );
});
