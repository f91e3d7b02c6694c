import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../../core/base/errors.ts';
import { jsonMembers } from './json-members.ts';

function members(text: string): [string, unknown][] {
  const bytes = Buffer.from(text);
  return [...jsonMembers('x', bytes)].map((member) => [
    member.key,
    JSON.parse(Buffer.from(member.bytes).toString()),
  ]);
}

describe('jsonMembers', () => {
  it.each<[string, string, unknown]>([
    ['an empty object', ' { } ', []],
    [
      'plain values',
      '{"a":1,"b":null,"c":"x"}',
      [
        ['a', 1],
        ['b', null],
        ['c', 'x'],
      ],
    ],
    [
      'nested values',
      '{"a":{"b":[1,{"c":2}]},"d":[]}',
      [
        ['a', { b: [1, { c: 2 }] }],
        ['d', []],
      ],
    ],
    [
      'brackets and quotes in strings',
      '{"a":"}]\\"{","b\\\\":"\\\\"}',
      [
        ['a', '}]"{'],
        ['b\\', '\\'],
      ],
    ],
    [
      'space and a byte order mark',
      '\uFEFF\n{\t"a" : 1 ,\r\n "b" : [ ] }\n',
      [
        ['a', 1],
        ['b', []],
      ],
    ],
  ])('splits %s', (_title, text, expected) => {
    expect(members(text)).toEqual(expected);
  });

  it.each([
    '',
    '[]',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":[1',
    '{"a":"x',
    '{a:1}',
    '{"a":1}}',
    '{"a":1 "b":2}',
    '{"a":1,}',
  ])('refuses %j', (text) => {
    expect(() => [...jsonMembers('x', Buffer.from(text))]).toThrow(ParseError);
  });

  it('gives what JSON.parse gives, and survives random bytes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(3), (value, indent) => {
        const entries = Object.entries(JSON.parse(JSON.stringify(value)) as object);
        expect(members(JSON.stringify(value, undefined, indent))).toEqual(entries);
      }),
    );
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'a', '1', ' '),
        }),
        (text) => {
          try {
            for (const member of jsonMembers('x', Buffer.from(text)))
              expect(member.key).toBeTypeOf('string');
          } catch (error) {
            expect(error).toBeInstanceOf(ParseError);
          }
        },
      ),
    );
  });
});
