import { expect, it } from 'vitest';

import { testImage } from '../../../../test/support/reports.ts';
import type { TextRange } from '../../../core/model/rule/rule-finding.ts';
import { sarifPlace } from './sarif-places.ts';

const TO_LINE_3 = { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 };

it.each<[string, TextRange, TextRange]>([
  ['a range as it is', TO_LINE_3, TO_LINE_3],
  [
    'an end column of a later line as it is',
    { ...TO_LINE_3, endLine: 4, endColumn: 1 },
    { ...TO_LINE_3, endLine: 4, endColumn: 1 },
  ],
  ['an end line before the start', { ...TO_LINE_3, endLine: 2 }, TO_LINE_3],
  [
    'an end column before the start',
    { ...TO_LINE_3, endColumn: 2 },
    { ...TO_LINE_3, endColumn: 5 },
  ],
  [
    'lines and columns of 0',
    { startLine: 0, startColumn: 0, endLine: 0, endColumn: 0 },
    { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
  ],
])('writes %s as a region that ends at or after its start', (_name, range, region) => {
  const place = sarifPlace({ path: '/a', layer: 0 }, testImage(), { range });
  expect(place).toMatchObject({ physicalLocation: { region } });
});
