import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../format/json.ts';
import { readImageConfig } from './image-config.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

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
  return readImageConfig(JSON.parse(JSON.stringify(json)) as JsonObject, 'a test').baseHint
    ?.layerCount;
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
