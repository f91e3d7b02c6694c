import { describe, expect, it } from 'vitest';

import type { BaseStatement, Digest } from '../../../core/model/artifact/artifact.ts';
import { compareBases, type BaseCandidate, type ComparedImage } from './compare-bases.ts';

const id = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const layersOf = (letters: string): { readonly diffId: Digest }[] =>
  Array.from(letters, (letter) => ({ diffId: id(letter) }));

/** An image with a layer for each letter. */
function image(letters: string, repository = 'docker.io/library/python'): ComparedImage {
  return {
    diffIds: Array.from(letters, id),
    repositories: new Set(repository === '' ? [] : [repository]),
  };
}

function candidate(
  by: BaseStatement['by'],
  name: string,
  compared: ComparedImage | string,
): BaseCandidate {
  return { by, name, image: compared };
}

const APP = new Set(['ghcr.io/acme/app']);

describe('compareBases of an image with the layers a, b, c, d', () => {
  it.each<[string, readonly BaseCandidate[], number | undefined, readonly string[]]>([
    ['an image of the lowest two', [candidate('known', 'p', image('ab'))], 2, ['p equal 2']],
    ['nothing', [], undefined, []],
    [
      'an image with other layers',
      [candidate('known', 'p', image('xy'))],
      undefined,
      ['p different 0'],
    ],
    [
      'an image that was built again above the first layer',
      [candidate('label', 'p', image('ax'))],
      undefined,
      ['p different 1'],
    ],
    [
      'an image with the layers in the middle',
      [candidate('known', 'p', image('bc'))],
      undefined,
      ['p different 0'],
    ],
    [
      'an image without layers',
      [candidate('known', 'scratch', image(''))],
      undefined,
      ['scratch different 0'],
    ],
    [
      'an image with a layer whose digest is not known',
      [candidate('known', 'p', { diffIds: [id('a'), undefined], repositories: new Set() })],
      undefined,
      ['p different 1'],
    ],
    ['a squashed base', [candidate('dockerfile', 'p', image('q'))], undefined, ['p different 0']],
    [
      "yesterday's build of the image itself",
      [candidate('known', 'app:1', image('abc', 'ghcr.io/acme/app'))],
      undefined,
      ['app:1 sameRepository 3'],
    ],
    [
      "yesterday's build beside the base",
      [
        candidate('label', 'app:1', image('abc', 'ghcr.io/acme/app')),
        candidate('known', 'p', image('ab')),
      ],
      2,
      ['p equal 2', 'app:1 sameRepository 3'],
    ],
    [
      'the image itself without a name',
      [candidate('label', 'x', image('abcd', ''))],
      undefined,
      ['x different 4'],
    ],
    [
      'an image that was built on it',
      [candidate('known', 'x', image('abcde', ''))],
      undefined,
      ['x different 4'],
    ],
    [
      'two names for one prefix, of which the label decides',
      [candidate('known', 'p', image('ab')), candidate('label', 'q', image('ab'))],
      2,
      ['q equal 2', 'p equal 2'],
    ],
    [
      'two names for one prefix, and no label',
      [candidate('known', 'p', image('ab')), candidate('provenance', 'q', image('ab'))],
      2,
      ['p equal 2', 'q equal 2'],
    ],
    [
      'a base and the base of that',
      [candidate('label', 'debian', image('a')), candidate('known', 'p', image('abc'))],
      3,
      ['p equal 3', 'debian equal 1'],
    ],
    [
      'a label that lies beside layers that are equal',
      [candidate('label', 'ubuntu', image('u')), candidate('known', 'p', image('ab'))],
      2,
      ['p equal 2', 'ubuntu different 0'],
    ],
    [
      'a label that names more layers than the image of the user',
      [candidate('known', 'p', image('a')), candidate('label', 'evil', image('abc'))],
      1,
      ['p equal 1', 'evil equal 3'],
    ],
    [
      'provenance that names more layers than the image of the user',
      [candidate('known', 'p', image('ab')), candidate('provenance', 'evil', image('abc'))],
      2,
      ['p equal 2', 'evil equal 3'],
    ],
    [
      'a Dockerfile that names more layers than the image of the user',
      [candidate('known', 'p', image('ab')), candidate('dockerfile', 'evil', image('abc'))],
      2,
      ['p equal 2', 'evil equal 3'],
    ],
    [
      'a label with equal layers, where the image of the user is another one',
      [candidate('known', 'p', image('x')), candidate('label', 'evil', image('abc'))],
      undefined,
      ['p different 0', 'evil equal 3'],
    ],
    [
      'several images of the user, the nearest of which decides',
      [
        candidate('known', 'p', image('a')),
        candidate('known', 'q', image('ab')),
        candidate('label', 'evil', image('abc')),
      ],
      2,
      ['q equal 2', 'p equal 1', 'evil equal 3'],
    ],
    [
      'a label that cannot be followed',
      [candidate('label', 'gone:1', 'there is no "gone:1"')],
      undefined,
      ['gone:1 notCompared -'],
    ],
    [
      'a Dockerfile and provenance that disagree',
      [candidate('dockerfile', 'p', image('ab')), candidate('provenance', 'q', image('az'))],
      2,
      ['p equal 2', 'q different 1'],
    ],
    [
      'one name by two ways',
      [candidate('label', 'p', image('ab')), candidate('label', 'p', image('ab'))],
      2,
      ['p equal 2'],
    ],
  ])('%s', (_name, candidates, count, statements) => {
    const facts = compareBases(layersOf('abcd'), APP, candidates);
    expect(facts.baseLayerCount).toBe(count);
    expect(
      (facts.baseBy ?? []).map(
        ({ name, comparison, layerCount }) => `${name} ${comparison} ${layerCount ?? '-'}`,
      ),
    ).toEqual(statements);
  });
});
