import { describe, expect, it } from 'vitest';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { applyLayer } from './apply-layer.ts';
import { newPartialRoot } from './partial-root.ts';
import { DirectoryAliasIndex } from './directory-aliases.ts';

type Links = readonly (readonly [path: string, target: string])[];

function namesOf(folder: string, layers: readonly Links[]): readonly string[] | undefined {
  const growing = newPartialRoot();
  const names = new DirectoryAliasIndex(growing.root);
  for (const [layer, links] of layers.entries()) {
    const record: LayerRecord = {
      unpackedBytes: 0,
      entryCount: links.length,
      whiteouts: [],
      opaques: [],
      links: links.map(([path, target]) => ({ path, target, isHard: false })),
      directories: [],
      files: [],
      cataloged: [],
      rules: [],
      diagnostics: [],
    };
    applyLayer(growing, record, layer);
    names.learn(record);
  }
  const found = names.of(folder);
  return found && [...found].sort();
}

describe('the other names of a folder', () => {
  it.each<[string, string, Links[], string[]]>([
    ['none', '/real', [[['/s', '/other']]], []],
    ['an absolute link', '/real', [[['/s', '/real']]], ['/s']],
    ['a relative link', '/real', [[['/a/s', '../real']]], ['/a/s']],
    ['a link to a folder above', '/real/a', [[['/s', 'real']]], ['/s/a']],
    ['a link to the root', '/real', [[['/a/s', '..']]], aroundRoot()],
    [
      'a link to a link',
      '/real',
      [
        [
          ['/s', 'real'],
          ['/t', 's'],
        ],
      ],
      ['/s', '/t'],
    ],
    [
      'a link below a link',
      '/real',
      [
        [
          ['/a', '/b'],
          ['/b/s', '/real'],
        ],
      ],
      ['/a/s', '/b/s'],
    ],
    ['a link that is replaced', '/real', [[['/s', 'real']], [['/s', 'other']]], []],
    ['a target with dots', '/real', [[['/s', '/x/../real/.']]], ['/s']],
  ])('%s', (_, folder, layers, expected) => {
    expect(namesOf(folder, layers)).toEqual(expected);
  });

  it('are not told where they are too many', () => {
    const circles: Links = [
      ['/real/x', '.'],
      ['/real/y', '.'],
    ];
    expect(namesOf('/real', [circles])).toBeUndefined();
    const many = Array.from({ length: 50_000 }, (_, at) => [`/l${String(at)}`, '/real'] as const);
    expect(namesOf('/real', [many])).toBeUndefined();
  });
});

/** It leads to itself as well, as often as a system follows. */
function aroundRoot(): string[] {
  return Array.from({ length: 40 }, (_, at) => `${'/a/s'.repeat(at + 1)}/real`).sort();
}
