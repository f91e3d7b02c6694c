import { describe, expect, it } from 'vitest';

import { isDockerfileName } from './dockerfile-name.ts';
import { inPlaceOf, imageObstacle } from './image-value.ts';
import { isRequirementsName } from './requirements-name.ts';

describe('names of files', () => {
  it.each<[(path: string, isAlone: boolean) => boolean, string, boolean, boolean]>([
    [isDockerfileName, 'Dockerfile', true, true],
    [isDockerfileName, 'a/b/Containerfile', true, true],
    [isDockerfileName, 'dockerfile', true, true],
    [isDockerfileName, 'Dockerfile.prod', true, true],
    [isDockerfileName, 'Dockerfile-arm64', true, true],
    [isDockerfileName, 'Dockerfile_test', true, true],
    [isDockerfileName, 'app.Dockerfile', true, true],
    [isDockerfileName, 'app.containerfile', true, true],
    [isDockerfileName, 'Dockerfile.dockerignore', false, false],
    [isDockerfileName, 'app.Dockerfile.dockerignore', false, false],
    [isDockerfileName, 'Dockerfile.md', false, false],
    [isDockerfileName, 'Dockerfile~', false, false],
    [isDockerfileName, 'Dockerfiles', false, true],
    [isDockerfileName, 'build.docker', false, true],
    [isDockerfileName, 'docker-compose.yml', false, false],
    [isDockerfileName, 'MyDockerfile', false, true],
    [isRequirementsName, 'requirements.txt', true, true],
    [isRequirementsName, 'requirements-dev.txt', true, true],
    [isRequirementsName, 'dev-requirements.txt', true, true],
    [isRequirementsName, 'requirements/base.txt', true, true],
    [isRequirementsName, 'a/requirements/base.txt', true, true],
    [isRequirementsName, 'requirements.in', false, false],
    [isRequirementsName, 'notes.txt', false, true],
    [isRequirementsName, 'myrequirements.txt', false, true],
  ])('%o: %s', (accepts, path, inFolder, alone) => {
    expect([accepts(path, false), accepts(path, true)]).toEqual([inFolder, alone]);
  });
});

describe('a value that is no image', () => {
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
