import { describe, expect, it } from 'vitest';

import { canBeDockerfileName, isDockerfileName } from './dockerfile-name.ts';

describe('names of Dockerfiles', () => {
  it.each([
    ['Dockerfile', true, true],
    ['./build/Dockerfile.prod', true, true],
    ['a/b/Containerfile', true, true],
    ['dockerfile', true, true],
    ['Dockerfile-arm64', true, true],
    ['Dockerfile_test', true, true],
    ['app.Dockerfile', true, true],
    ['api.dockerfile', true, true],
    ['app.containerfile', true, true],
    ['Dockerfile.dockerignore', false, false],
    ['app.Dockerfile.dockerignore', false, false],
    ['Dockerfile.md', false, false],
    ['Dockerfile~', false, false],
    ['Dockerfile/x', false, false],
    ['python:3.12', false, false],
    ['Dockerfiles', false, true],
    ['build.docker', false, true],
    ['docker-compose.yml', false, false],
    ['MyDockerfile', false, true],
  ])('%s', (path, isName, canBeName) => {
    expect([isDockerfileName(path), canBeDockerfileName(path)]).toEqual([isName, canBeName]);
  });
});
