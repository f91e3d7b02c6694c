import { describe, expect, it } from 'vitest';

import { provenanceBases } from './provenance-materials.ts';

const HEX = 'ab'.repeat(32);
const material = (uri: string, sha256: string = HEX): object => ({ uri, digest: { sha256 } });
const v02 = (...materials: readonly unknown[]): never => ({ predicate: { materials } }) as never;

describe('provenanceBases', () => {
  it.each<[string, unknown, readonly string[]]>([
    [
      'an official image of SLSA 0.2',
      v02(material('pkg:docker/python@3.12-slim?platform=linux%2Famd64')),
      [`python:3.12-slim sha256:${HEX}`],
    ],
    [
      'an image of another registry',
      v02(material('pkg:docker/ghcr.io/acme/base@1.2?platform=linux%2Famd64')),
      [`ghcr.io/acme/base:1.2 sha256:${HEX}`],
    ],
    [
      'SLSA 1.0',
      {
        predicate: {
          buildDefinition: { resolvedDependencies: [material('pkg:docker/alpine@3.20')] },
        },
      },
      [`alpine:3.20 sha256:${HEX}`],
    ],
    [
      'several stages, and a source that is not an image',
      v02(
        material('pkg:docker/golang@1.23'),
        material('https://github.com/acme/app.git'),
        material('pkg:docker/debian@12'),
        material('pkg:docker/debian@12'),
      ),
      [`golang:1.23 sha256:${HEX}`, `debian:12 sha256:${HEX}`],
    ],
    ['a digest that is none', v02(material('pkg:docker/debian@12', 'zz')), ['debian:12 -']],
    ['a package URL that is none', v02(material('pkg:docker/'), material('pkg:docker/%zz')), []],
    ['texts in place of materials', v02('x', 1, null), []],
    ['no list', { predicate: { materials: {} } }, []],
    ['no predicate', {}, []],
    ['no object', [], []],
    [
      'more materials than are opened',
      v02(...Array.from({ length: 30 }, (_, index) => material(`pkg:docker/a${index}@1`))),
      Array.from({ length: 8 }, (_, index) => `a${index}:1 sha256:${HEX}`),
    ],
  ])('%s', (_name, statement, expected) => {
    expect(
      provenanceBases(statement as never).map(({ name, digest = '-' }) => `${name} ${digest}`),
    ).toEqual(expected);
  });
});
