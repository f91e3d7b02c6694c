import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { yamlText } from '../../../../test/support/yaml-texts.ts';
import { textOf } from '../../bytes/byte-range.ts';
import { partsOf } from './yaml-parts.ts';
import { readPlacedYaml } from './yaml-places.ts';
import { asScalar, valueOf } from './yaml-walk.ts';
import type { YamlNode, YamlScalar } from './yaml-node.ts';

/** Cuts the first `x…x` of the value of `a` out of the file. */
function cut(text: string): string | undefined {
  const bytes = new TextEncoder().encode(text);
  const scalar = asScalar(valueOf(readPlacedYaml(bytes).documents[0]?.root, 'a'));
  const found = /x[^x]*x/u.exec(scalar?.value ?? '');
  if (scalar === undefined || found === null) throw new Error(`no x in ${text}`);
  const range = partsOf(scalar).rangeOf(found.index, found.index + found[0].length);
  return range && `${textOf(bytes, range)}@${range.start}`;
}

describe('the place of a part', () => {
  it.each([
    ['a plain scalar', 'a: é x-x', 'x-x@6'],
    ['a plain scalar over lines', 'a: b\n  c x-x', 'x-x@9'],
    ['single quotes', "a: 'it''s x-x'", 'x-x@10'],
    ['double quotes with escapes', String.raw`a: "\u00e9\n\" x-x"`, 'x-x@15'],
    ['double quotes over lines', 'a: "b  \n\n   c\\\n   d x-x"', 'x-x@20'],
    ['a literal', 'a: |2- # x\n  b\n   é\n\n  x-x\n', 'x-x@24'],
    ['a folded scalar', 'a: >\n  b\n   c\n\n  d\n  x-x\n', 'x-x@21'],
    ['carriage returns', 'a: |\r\n  b\r\n  x-x\r\n', 'x-x@13'],
  ])('in %s', (_, text, expected) => {
    expect(cut(text)).toBe(expected);
  });

  it.each([
    ['an escape', String.raw`a: "x\x2dx"`],
    ['a quote', "a: 'x''x'"],
    ['a folded line', 'a: >\n  x\n  x\n'],
    ['an indentation', 'a: |\n  x\n  x\n'],
  ])('is not known with %s inside', (_, text) => {
    expect(cut(text)).toBeUndefined();
  });

  it('is known for each character that is written as it is', () => {
    fc.assert(
      fc.property(yamlText, (text) => {
        const bytes = new TextEncoder().encode(text);
        for (const scalar of scalarsOf(readPlacedYaml(bytes).documents.map(({ root }) => root))) {
          const parts = partsOf(scalar);
          for (const [at, sign] of scalar.value.split('').entries()) {
            if (!/[\w.:@]/u.test(sign)) continue;
            const range = parts.rangeOf(at, at + 1);
            if (scalar.style === 'double' && range === undefined) continue;
            expect(range && textOf(bytes, range)).toBe(sign);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

function scalarsOf(nodes: readonly YamlNode[]): YamlScalar[] {
  return nodes.flatMap((node) => {
    if (node.kind === 'scalar') return [node];
    if (node.kind === 'sequence') return scalarsOf(node.items);
    if (node.kind === 'alias') return [];
    return scalarsOf(node.pairs.flatMap(({ key, value }) => [key, value]));
  });
}
