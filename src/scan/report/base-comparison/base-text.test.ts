import { describe, expect, it } from 'vitest';

import { testImage } from '../../../../test/support/reports.ts';
import type { BaseStatement } from '../../../core/model/artifact/artifact.ts';
import { baseLines } from './base-text.ts';

function lines(
  baseLayerCount: number | undefined,
  ...baseBy: readonly BaseStatement[]
): readonly string[] {
  const { image, layers } = testImage();
  if (image === undefined) throw new Error('an image without facts');
  return baseLines({
    layers,
    image: { ...image, baseBy, ...(baseLayerCount !== undefined && { baseLayerCount }) },
  });
}

const known: BaseStatement = { by: 'known', name: 'p:1', comparison: 'equal', layerCount: 2 };
const label: BaseStatement = { ...known, by: 'label', name: 'q:1' };

describe('baseLines', () => {
  it.each<[string, number | undefined, readonly BaseStatement[], readonly string[]]>([
    ['a known base', 2, [known], ['Base: p:1 (named by the user), the lowest 2 layers of 3']],
    [
      'a base by two ways of one name',
      2,
      [known, { ...label, name: 'p:1' }],
      ['Base: p:1 (named by the user and by a label), the lowest 2 layers of 3'],
    ],
    [
      'two names, of which the label decides',
      2,
      [label, known],
      ['Base: q:1 (named by a label and by the user), the lowest 2 layers of 3'],
    ],
    [
      'two names without a label',
      2,
      [known, { ...known, by: 'provenance', name: 'r:1' }],
      ['Base: p:1 or r:1 (named by the user and by unsigned provenance), the lowest 2 layers of 3'],
    ],
    [
      'a label that lies',
      2,
      [known, { ...label, comparison: 'different', layerCount: 0 }],
      [
        'Base: p:1 (named by the user), the lowest 2 layers of 3; q:1 (named by a label) is not it: no layer is the same',
      ],
    ],
    [
      'nothing but a base that was built again',
      undefined,
      [{ ...label, comparison: 'different', layerCount: 1, reason: 'the tag moved' }],
      ['Base: not known; q:1 (named by a label) is not it: the tag moved'],
    ],
    [
      'a name that cannot be had',
      undefined,
      [{ by: 'dockerfile', name: 'x:1', comparison: 'notCompared', reason: 'no "x:1"' }],
      ['Base: not known; x:1 (named by the Dockerfile) was not compared: no "x:1"'],
    ],
    [
      'an earlier build',
      undefined,
      [{ ...label, comparison: 'sameRepository', reason: 'it is another build' }],
      ['Base: not known; q:1 (named by a label) is not it: it is another build'],
    ],
    [
      'a label in an image whose base was not looked for',
      undefined,
      [{ by: 'label', name: 'q:1', comparison: 'notCompared' }],
      [],
    ],
    [
      'one layer of another image',
      1,
      [
        { ...known, layerCount: 1 },
        { ...label, comparison: 'different', layerCount: 1 },
      ],
      [
        'Base: p:1 (named by the user), the lowest layer of 3; q:1 (named by a label) is not it: only the lowest layer is the same',
      ],
    ],
    ['nothing', undefined, [], []],
  ])('%s', (_name, count, statements, expected) => {
    expect(lines(count, ...statements)).toEqual(expected);
  });

  it('has no control characters of a name', () => {
    expect(lines(2, { ...known, name: 'a\u001b[2J\nb' }).join('\n')).not.toMatch(/[\u001b\n]/u);
  });
});
