import { describe, expect, it } from 'vitest';
import { parseImageConfig, type ImageConfig } from './image-config.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

function parse(json: unknown): ImageConfig {
  return parseImageConfig(Buffer.from(JSON.stringify(json)), 'a test');
}

/** A line of the history; what ends in `-` made no layer. */
function historyOf(lines: readonly string[]): object[] {
  return lines.map((line) =>
    line.endsWith('-')
      ? { created_by: line.slice(0, -1), empty_layer: true }
      : { created_by: line },
  );
}

function hintedLayers(lines: readonly string[], layers?: number): number | undefined {
  const count = layers ?? lines.filter((line) => !line.endsWith('-')).length;
  const json = {
    rootfs: { type: 'layers', diff_ids: Array.from({ length: count }, () => DIGEST) },
    history: historyOf(lines),
  };
  return parse(json).baseHint?.layerCount;
}

describe('the hint at the layers of the base, by the history', () => {
  it.each<[string, readonly string[], number | undefined]>([
    ['an image of its own', ['ADD rootfs /', 'CMD ["bash"]-'], undefined],
    ['one built on it', ['ADD rootfs /', 'CMD ["bash"]-', 'COPY . /app', 'CMD ["app"]-'], 1],
    ['one that starts what its base starts', ['ADD rootfs /', 'CMD ["bash"]-', 'RUN make'], 1],
    [
      'as the older builder writes it',
      ['/bin/sh -c #(nop) ADD file:1 in / ', '/bin/sh -c #(nop)  CMD ["bash"]-', 'RUN make'],
      1,
    ],
    [
      'the nearest of several bases',
      ['ADD a', 'CMD ["sh"]-', 'RUN b', 'ENTRYPOINT ["python"]-', 'ENV A=1-', 'COPY c'],
      2,
    ],
    ["Debian's root, which starts nothing", ['# debian.sh --arch amd64', 'RUN a', 'COPY b'], 1],
    ["Debian's root alone", ['# debian.sh --arch amd64'], undefined],
    [
      'a stage of the same build, which looks like a base',
      ['ADD a', 'CMD ["sh"]-', 'COPY app', 'CMD ["app"]-', 'RUN b', 'CMD ["app"]-'],
      2,
    ],
    ['no word of what is started', ['ADD a', 'RUN b'], undefined],
    ['a word before all layers', ['CMD ["sh"]-', 'RUN b'], undefined],
    ['no layers at all', ['CMD ["sh"]-'], undefined],
    ['no history', [], undefined],
    ['a command that only begins alike', ['ADD a', 'CMDS-', 'RUN b'], undefined],
  ])('%s', (_name, lines, expected) => {
    expect(hintedLayers(lines)).toBe(expected);
  });

  it('a history that does not fit the layers tells nothing', () => {
    expect(hintedLayers(['ADD a', 'CMD ["sh"]-', 'COPY b'], 3)).toBeUndefined();
  });
});

describe('the fields of a configuration', () => {
  const rootfs = { type: 'layers', diff_ids: [DIGEST] };

  it.each<[string, unknown, string]>([
    ['no object', null, '"it" is not an object'],
    ['no list of layers', {}, 'it lists no layers, so it is not a container image'],
    [
      'a layer without a digest',
      { rootfs: { diff_ids: [null] } },
      '"rootfs.diff_ids" holds something that is not a digest',
    ],
    [
      'an entrypoint that is a text',
      { rootfs, config: { Entrypoint: 'sh' } },
      '"config.Entrypoint" is not a list',
    ],
    [
      'an entrypoint of numbers',
      { rootfs, config: { Entrypoint: [1] } },
      '"config.Entrypoint" is not text',
    ],
  ])('%s is refused', (_name, json, reason) => {
    expect(() => parse(json)).toThrow(`the configuration of a test cannot be used: ${reason}`);
  });

  it.each<[string, unknown, string]>([
    ['a date', { rootfs, created: 1 }, 'the value of "created" is not a string'],
    ['a user', { rootfs, config: { User: 0 } }, 'the value of "config.User" is not a string'],
    ['variables', { rootfs, config: { Env: {} } }, 'the value of "config.Env" is not an array'],
    [
      'labels',
      { rootfs, config: { Labels: { a: 1 } } },
      'the value of "config.Labels.a" is not a string',
    ],
  ])('%s of another type are refused', (_name, json, reason) => {
    expect(() => parse(json)).toThrow(`the configuration of a test cannot be read: ${reason}`);
  });

  it('may be null, and are empty then', () => {
    const settings = { Env: null, Entrypoint: [null], User: null, Labels: { a: null } };
    expect(parse({ rootfs, created: null, config: settings })).toMatchObject({
      env: [],
      entrypoint: [''],
      user: '',
      labels: new Map([['a', '']]),
      createdAt: undefined,
    });
    expect(parse({ rootfs, config: null })).toMatchObject({ env: [], entrypoint: [], user: '' });
  });

  it.each<[string, object, readonly string[], string]>([
    ['absent', {}, [], ''],
    ['null', { Cmd: null, WorkingDir: null }, [], ''],
    [
      'a list and a path',
      { Cmd: ['node', 'app.js'], WorkingDir: '/app' },
      ['node', 'app.js'],
      '/app',
    ],
    ['a text, as docker takes it', { Cmd: 'bash' }, ['bash'], ''],
    ['of another type', { Cmd: 7, WorkingDir: ['/app'] }, [], ''],
    ['a list with null', { Cmd: ['sh', null] }, ['sh', ''], ''],
  ])('may have a command and a working directory: %s', (_name, config, cmd, workingDirectory) => {
    expect(parse({ rootfs, config })).toMatchObject({ cmd, workingDirectory });
  });
});
