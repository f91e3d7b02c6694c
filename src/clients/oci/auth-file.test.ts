import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ParseError } from '../../core/base/errors.ts';
import { authKeysOf, parseAuthFile } from './auth-file.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

function read(json: unknown): ReturnType<typeof parseAuthFile> {
  return parseAuthFile('config.json', Buffer.from(JSON.stringify(json)));
}

function entry(value: unknown): unknown {
  return read({ auths: { 'r.example': value } }).entries.get('r.example');
}

describe('parseAuthFile', () => {
  it.each([
    ['user and password', { auth: base64('ann:secret') }, basic('ann', 'secret')],
    ['a password with colons', { auth: base64('ann:a:b:c') }, basic('ann', 'a:b:c')],
    ['NUL at the end', { auth: base64('ann:secret\0\0') }, basic('ann', 'secret')],
    ['an empty password', { auth: base64('ann:') }, basic('ann', '')],
    ['fields in place of auth', { username: 'ann', password: 'b' }, basic('ann', 'b')],
    [
      'an identity token',
      { auth: base64('00000000:'), identitytoken: 't' },
      { kind: 'identityToken', username: '00000000', token: 't' },
    ],
    ['a registry token', { registrytoken: 't' }, { kind: 'bearer', token: 't' }],
    ['a registry token that is not a header', { registrytoken: 'a\nb' }, undefined],
    ['an empty entry', {}, undefined],
    ['an entry without colon', { auth: base64('ann') }, undefined],
    ['no object', 'ann', undefined],
    ['null', null, undefined],
  ])('reads %s', (_, value, expected) => {
    expect(entry(value)).toEqual(expected);
  });

  it.each([
    ['r.example', 'r.example'],
    ['https://r.example', 'r.example'],
    ['https://r.example/v1/', 'r.example'],
    ['http://r.example:5000/v2/', 'r.example:5000'],
    ['r.example/v2/', 'r.example'],
    ['https://r.example/deep/path', 'r.example'],
    ['r.example/team/app', 'r.example/team/app'],
    ['https://index.docker.io/v1/', 'docker.io'],
    ['index.docker.io', 'docker.io'],
    ['registry-1.docker.io', 'docker.io'],
    ['docker.io/team', 'docker.io/team'],
    ['__proto__', '__proto__'],
  ])('files the key %s under %s', (key, expected) => {
    const json = `{"auths":{${JSON.stringify(key)}:{"auth":"${base64('a:b')}"}}}`;
    const { entries } = parseAuthFile('config.json', Buffer.from(json));
    expect([...entries.keys()]).toEqual([expected]);
  });

  it('reads helpers and the store', () => {
    const file = read({
      credHelpers: { 'https://gcr.io': 'gcloud', 'x.io': '', 'y.io': 1 },
      credsStore: 'secretservice',
    });
    expect([...file.helpers]).toEqual([['gcr.io', 'gcloud']]);
    expect(file.store).toBe('secretservice');
    expect(read({ credsStore: '' }).store).toBeUndefined();
  });

  it('only ever throws ParseError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          parseAuthFile('config.json', Buffer.from(text));
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
    const part = fc.oneof(fc.string(), fc.constant({}), fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(fc.record({ auths: part, credHelpers: part, credsStore: part }), (json) => {
        expect(read(json).name).toBe('config.json');
      }),
    );
  });
});

describe('keysOf', () => {
  it('goes from the whole path to the host', () => {
    expect(authKeysOf('r.example:5000', 'a/b/c')).toEqual([
      'r.example:5000/a/b/c',
      'r.example:5000/a/b',
      'r.example:5000/a',
      'r.example:5000',
    ]);
  });
});

function basic(username: string, password: string): object {
  return { kind: 'basic', username, password };
}
