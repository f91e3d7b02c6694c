import { describe, expect, it } from 'vitest';

import { inPlaceOf, imageObstacle } from './image-value.ts';
import { isRequirementsName } from './requirements-name.ts';

describe('names of requirements files', () => {
  it.each([
    ['requirements.txt', true, true],
    ['requirements-dev.txt', true, true],
    ['dev-requirements.txt', true, true],
    ['requirements/base.txt', true, true],
    ['a/requirements/base.txt', true, true],
    ['requirements.in', false, false],
    ['notes.txt', false, true],
    ['myrequirements.txt', false, true],
  ])('%s', (path, inFolder, alone) => {
    expect([isRequirementsName(path, false), isRequirementsName(path, true)]).toEqual([
      inFolder,
      alone,
    ]);
  });
});

describe('a value that is not an image', () => {
  it.each([
    ['debian:12', undefined],
    ['127.0.0.1:5000/a/b', undefined],
    [`debian@sha256:${'a'.repeat(64)}`, undefined],
    [`debian:12@sha256:${'a'.repeat(64)}`, undefined],
    ['Debian', 'not-a-reference'],
    ['debian:', 'not-a-reference'],
    ['debian@sha256:12', 'not-a-reference'],
    ['a b', 'not-a-reference'],
    ['', 'not-a-reference'],
    ['{{ image }}', 'computed-name'],
    ['app:{%tag%}', 'computed-name'],
    ['<%= image %>', 'computed-name'],
    ['@IMAGE@', 'computed-name'],
    ['app:@TAG@', 'computed-name'],
    ['__IMAGE__', 'computed-name'],
  ])('%s', (value, id) => {
    const obstacle = imageObstacle(value);
    expect(obstacle?.id).toBe(id);
    expect(obstacle?.message ?? '').not.toMatch(/\.$/u);
  });
});

describe('a new value in the place of an old one', () => {
  it.each([
    ['plain', 'a:1', 'a:1', 'a:1@x'],
    ['in double quotes', '"a:1"', 'a:1', '"a:1@x"'],
    ['in single quotes', "'a:1'", 'a:1', "'a:1@x'"],
    ['over two lines', 'a\\\n:1', 'a:1', 'a\\\n:1@x'],
    ['partly in quotes', '"a":1', 'a:1', '"a":1@x'],
    ['with an escape', 'a\\:1', 'a:1', 'a\\:1@x'],
  ])('%s', (_, raw, old, expected) => {
    expect(inPlaceOf(raw, old, 'a:1@x')).toBe(expected);
  });

  it('replaces the whole text by a value that begins otherwise', () => {
    expect(inPlaceOf('a\\\n:1', 'a:1', 'b:2')).toBe('b:2');
  });
});
