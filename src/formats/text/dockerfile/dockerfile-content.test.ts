import { describe, expect, it } from 'vitest';

import { hasDockerfileContent } from './dockerfile-content.ts';
import { readDockerfile } from './dockerfile.ts';

describe('the content of a file with the name of a Dockerfile', () => {
  it.each([
    ['Dockerfile', 'package main\n', true],
    ['app.dockerfile', 'What is this?\n', true],
    ['Dockerfile.prod', 'FROM debian:13\n', true],
    ['Dockerfile.prod', '\uFEFFFROM debian:13\n', true],
    ['Dockerfile.prod', '# syntax=docker/dockerfile:1\n\nARG A\nFROM $A\n', true],
    ['Dockerfile.other', '# syntax=example/frontend\nbase: debian\n', true],
    ['Dockerfile.bad', 'RUN make\n', true],
    ['Dockerfile.go', 'from golang:1.24\n', true],
    ['Dockerfile.j2', '{% if registry %}\nFROM {{ registry }}/a\n{% endif %}\n', true],
    ['Dockerfile.tt', '<%= comment %>\nFROM a\n', true],
    ['Dockerfile.empty', '', true],
    ['dockerfile_test.go', 'package dockerfile\n\nvar a = `\nFROM busybox\n`\n', false],
    ['Dockerfile.tmLanguage', '<?xml version="1.0"?>\n', false],
    ['Dockerfile.nanorc', '## Nano\nsyntax "Dockerfile"\n', false],
    ['Containerfile.license', 'Copyright (c) A\n', false],
  ])('%s: %j', (path, text, expected) => {
    expect(hasDockerfileContent(path, readDockerfile(Buffer.from(text)))).toBe(expected);
  });
});
