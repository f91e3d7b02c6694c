/** Dockerfiles in other files and under other names, and comments that name another shell. */

import { beforeAll, describe, expect, it } from 'vitest';

import type { DetectionNote } from '../detector.ts';
import { dockerfile, loadShell } from './dockerfile.ts';

beforeAll(loadShell);

const PIPED = 'FROM debian:13\nRUN curl https://example.com/x | sh\n';

function places(path: string, text: string, rule = 'downloaded-script'): readonly string[] {
  return dockerfile
    .detect({ path, bytes: Buffer.from(text) })
    .filter((one) => one.rule === `dockerfile/${rule}`)
    .map(({ range }) => `${range?.startLine ?? 0}:${range?.startColumn ?? 0}`);
}

describe('names of Dockerfiles', () => {
  it.each([
    '/prod-Dockerfile',
    '/MyDockerfile',
    '/Dockerfile2',
    '/a/dockerfile-x',
    '/x_containerfile',
  ])('%s is one if its content is', (path) => {
    expect(places(path, PIPED)).toHaveLength(1);
    expect(places(path, `# a\n\nARG X=1\n${PIPED}`)).toHaveLength(1);
  });

  it.each([
    ['/mydockerfile', 'from x import y\nimport os\n'],
    ['/test_dockerfile', 'from x import y\n'],
    ['/dockerfile2', 'package main\n'],
    ['/Dockerfiles', `See below.\n${PIPED}`],
    ['/Dockerfile2', `${PIPED}NOTHING x\n`],
    ['/prod-Dockerfile.md', PIPED],
    ['/prod-Docker', PIPED],
  ])('%s is none with another content', (path, text) => {
    expect(dockerfile.detect({ path, bytes: Buffer.from(text) })).toEqual([]);
  });
});

describe('Dockerfiles in other files', () => {
  const indented = PIPED.replaceAll(/^/gmu, '        ').trimEnd();
  it.each([
    [
      'a Compose file',
      '/compose.yaml',
      `services:\n  a:\n    build:\n      dockerfile_inline: |\n${indented}\n`,
      ['6:42'],
    ],
    [
      'a text in quotes',
      '/docker-compose.yml',
      `services: {a: {build: {dockerfile_inline: "FROM a\\nRUN curl https://x/y | sh"}}}\n`,
      ['1:75'],
    ],
    ['a Compose file without one', '/compose.yaml', 'services: {a: {build: .}}\n', []],
    [
      'an alias',
      '/compose.yaml',
      `x: &f |\n${indented}\nservices: {a: {build: {dockerfile_inline: *f}}}\n`,
      ['3:42'],
    ],
    [
      'a bake file',
      '/docker-bake.hcl',
      `target "a" {\n  dockerfile-inline = <<EOT\n${PIPED}EOT\n}\n`,
      ['4:34'],
    ],
    [
      'a bake file with a text in quotes',
      '/docker-bake.hcl',
      'target "a" {\n  dockerfile-inline = "FROM a\\nRUN curl https://x/y | sh"\n}\n',
      ['2:1'],
    ],
    [
      'a bake file without an end',
      '/docker-bake.hcl',
      `target "a" {\n  dockerfile-inline = <<EOT\n${PIPED}`,
      ['4:34'],
    ],
    [
      'a bake file of JSON',
      '/docker-bake.json',
      '{"target": {"a": {"dockerfile-inline": "FROM a\\nRUN curl https://x/y | sh"}}}\n',
      ['1:72'],
    ],
  ])('%s', (_name, path, text, expected) => {
    expect(places(path, text)).toEqual(expected);
  });

  it('have no edits, and escape dollar signs', () => {
    const text = `services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM a:1\n        RUN apt-get install x $$Y\n`;
    const found = dockerfile.detect({ path: '/compose.yaml', bytes: Buffer.from(text) });
    expect(found.length).toBeGreaterThan(0);
    expect(found.every(({ fix }) => fix === undefined)).toBe(true);
  });

  it('are a gap in a file that cannot be read', () => {
    const notes: DetectionNote[] = [];
    const text = 'services:\n  a: {build: {dockerfile_inline: "FROM a\n b: ]\n';
    dockerfile.detect({ path: '/compose.yaml', bytes: Buffer.from(text) }, (one) =>
      notes.push(one),
    );
    expect(notes).toMatchObject([{ kind: 'gap', gap: 'unreadable' }]);
  });
});

describe('a comment that names a shell', () => {
  const comments = (text: string) =>
    dockerfile
      .detect({ path: '/Dockerfile', bytes: Buffer.from(text) })
      .filter((one) => one.rule === 'dockerfile/downloaded-script')
      .map((one) => one.comments);

  it('of another language asks to ignore what is found, and hides nothing', () => {
    const text = PIPED.replace('RUN', '# hadolint shell=powershell\nRUN');
    expect(comments(text)).toEqual([
      [
        {
          syntax: 'hadolint',
          line: 2,
          rules: ['dockerfile/downloaded-script'],
          reason: 'shell=powershell',
        },
      ],
    ]);
  });

  it('of the same language asks for nothing', () => {
    expect(comments(PIPED.replace('RUN', '# hadolint shell=bash\nRUN'))).toEqual([undefined]);
  });

  it('ends with its stage', () => {
    const text = `${PIPED.replace('RUN', '# hadolint shell=powershell\nRUN')}${PIPED}`;
    expect(comments(text)[1]).toBeUndefined();
  });

  it('is not needed where SHELL names the language', () => {
    expect(comments(PIPED.replace('RUN', 'SHELL ["powershell", "-Command"]\nRUN'))).toEqual([]);
  });
});
