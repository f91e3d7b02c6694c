import { describe, expect, it } from 'vitest';

import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { findByName, repositoryOf } from './image-name-lookup.ts';

const A: Digest = `sha256:${'a'.repeat(64)}`;
const B: Digest = `sha256:aaab${'b'.repeat(60)}`;

const IMAGES = [
  {
    id: 'official',
    names: ['docker.io/library/debian:12', 'docker.io/library/debian:latest'],
    digests: [A],
  },
  { id: 'built', names: ['localhost/app:latest'], digests: [B] },
  { id: 'odd', names: ['import-2026:latest'], digests: [] },
  { id: 'pinned', names: [`ghcr.io/acme/app@${A}`], digests: [A] },
];

describe('findByName', () => {
  it.each([
    ['debian:12', ['official']],
    ['debian', ['official']],
    ['docker.io/debian', ['official']],
    ['docker.io/library/debian:latest', ['official']],
    ['app', ['built']],
    ['localhost/app', ['built']],
    ['import-2026', ['odd']],
    [`ghcr.io/acme/app@${A}`, ['pinned']],
    [`debian@${A}`, ['official']],
    [`other@${A}`, []],
    [B, ['built']],
    ['aaab', ['built']],
    ['debian:13', []],
    ['acme/app', []],
  ])('finds %s', (reference, ids) => {
    expect(findByName(IMAGES, reference).map(({ id }) => id)).toEqual(ids);
  });

  it('refuses the start of several ids', () => {
    expect(() => findByName(IMAGES, 'sha256:aaa')).not.toThrow();
    expect(() => findByName(IMAGES, 'aaaa')).not.toThrow();
    expect(() =>
      findByName(
        [...IMAGES, { id: 'c', names: [], digests: [`sha256:aaab${'c'.repeat(60)}`] as Digest[] }],
        'aaab',
      ),
    ).toThrow('"aaab" is the start of 2 image ids');
  });
});

it.each([
  ['docker.io/library/debian:12', 'docker.io/library/debian'],
  ['localhost:5000/app', 'localhost:5000/app'],
  [`app@${A}`, 'app'],
])('repositoryOf(%s)', (name, repository) => {
  expect(repositoryOf(name)).toBe(repository);
});
