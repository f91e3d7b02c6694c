import { describe, expect, it } from 'vitest';

import { ModuleWords } from './module-words.ts';

const modules = new ModuleWords({
  types: new Map([
    ['fs.promises', 'fs'],
    ['httpx', 'requests'],
    ['requests.Session()', 'requests'],
    ['*.cursor()', 'cursors'],
    ['pg.Pool()', 'sql:Client'],
    ['sql:Client.connect()', 'sql:Client'],
    ['express()', 'web:App'],
    ['web:Request.answer()', 'web:Answer'],
    ['cursors.lastrowid', 'any:Row'],
  ]),
  handlers: new Map([
    ['web:App.get', ['web:Request', 'web:Answer']],
    ['*.addEventListener', ['dom:Event']],
  ]),
  decorators: new Map(),
  variants: new Map([['lxml.Parser', { argument: 'safe', value: true, type: 'lxml:Safe' }]]),
  guessed: new Map([['web:Request', ['req']]]),
});

describe('the words of modules', () => {
  it.each([
    ['pickle.load', [['pickle']]],
    ['@fastify/cors', [['fastify', 'cors']]],
    ['mysql2/promise.createPool', [['mysql2', 'promise']]],
    ['eval', [['eval']]],
    ['requests.get', [['requests'], ['httpx'], ['requests']]],
    ['fs.readFile', [['fs'], ['fs']]],
    ['sql:Client.query', [['pg']]],
    ['web:Answer.send', [['express'], ['req']]],
    ['dom:Event.data', [['addEventListener']]],
    ['lxml:Safe', [['lxml']]],
  ])('of %s are known', (ref, words) => {
    expect(modules.of(ref)).toEqual(words);
  });

  it.each(['*.run', 'code:compare', 'cursors.execute', 'jsx', 'any:Row.x'])(
    'of %s are any',
    (ref) => {
      expect(modules.of(ref)).toBeUndefined();
    },
  );
});
