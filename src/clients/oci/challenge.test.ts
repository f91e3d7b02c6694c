import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';

function read(header: string): unknown {
  return parseChallenges(header).map(({ scheme, parameters }) => [
    scheme,
    Object.fromEntries(parameters),
  ]);
}

describe('parseChallenges', () => {
  it.each([
    ['nothing', '', []],
    ['a scheme alone', 'Negotiate', [['negotiate', {}]]],
    ['basic', 'Basic realm="a b"', [['basic', { realm: 'a b' }]]],
    [
      'the form of registries',
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    [
      'several schemes',
      'Negotiate abc==, Basic realm=x , BEARER Realm = "y", error="e"',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
        ['bearer', { realm: 'y', error: 'e' }],
      ],
    ],
    ['escapes', String.raw`Basic realm="a\"b\\c"`, [['basic', { realm: String.raw`a"b\c` }]]],
    ['the first of equal names', 'Basic realm=a,realm=b', [['basic', { realm: 'a' }]]],
    ['a quote without its end', 'Basic realm="a', [['basic', { realm: '' }]]],
    ['a parameter first', '=x Basic', []],
    ['__proto__', 'Basic __proto__=x', [['basic', Object.fromEntries([['__proto__', 'x']])]]],
  ])('reads %s', (_, header, expected) => {
    expect(read(header)).toEqual(expected);
  });

  it('reads anything, in linear time', () => {
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(parseChallenges(text))));
    const cpuMs = startCpuClock();
    parseChallenges(`Basic ${'a='.repeat(50_000)}`);
    parseChallenges(`Basic a="${String.raw`\"`.repeat(100_000)}`);
    parseChallenges('a '.repeat(100_000));
    parseChallenges('a'.repeat(100_000));
    expect(cpuMs()).toBeLessThan(10_000);
  });

  it('finds what is written', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const value = fc.string();
    fc.assert(
      fc.property(fc.dictionary(name, value, { minKeys: 1 }), (parameters) => {
        const text = Object.entries(parameters)
          .map(([key, item]) => `${key}="${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`)
          .join(',');
        expect(read(`Bearer ${text}`)).toEqual([['bearer', { ...parameters }]]);
      }),
    );
  });
});
