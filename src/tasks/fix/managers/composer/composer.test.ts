import { describe, expect, it } from 'vitest';

import {
  editManifests,
  type EditedManifests,
  type Flawed,
} from '../../../../../test/support/edited-manifests.ts';
import { composer } from './composer.ts';

const FLAW: Flawed = { ecosystem: 'packagist', name: 'a/lib', version: '1.0.0', fixed: ['1.0.1'] };
const fix = (
  files: Readonly<Record<string, string | Uint8Array>>,
  flaw: Partial<Flawed> = {},
): Promise<EditedManifests> => editManifests(composer, files, { ...FLAW, ...flaw });

describe('a version in a composer.json', () => {
  it.each<[string, string, string]>([
    ['a request', '{\r\n\t"require": {"a/lib": "1.0.0"}\r\n}', '"1.0.0"|"1.0.1"'],
    ['a request for development', '{"require-dev":{"a/lib":"1.0.0"}}', '"1.0.0"|"1.0.1"'],
    ['an operator', '{"require":{"a/lib":"=1.0.0"}}', '=1.0.0|=1.0.1'],
    ['a letter', '{"require":{"a/lib":"v1.0.0"}}', 'v1.0.0|v1.0.1'],
    ['a stability', '{"require":{"a/lib":"1.0.0@stable"}}', '1.0.0@|1.0.1@'],
    ['escapes and another case in the name', '{"require":{"A\\/Lib":"1.0.0"}}', '"1.0.0"|"1.0.1"'],
    [
      'other members of that value',
      '{"é":"1.0.0","conflict":{"a/lib":"1.0.0"},"require":{"b/lib":"1.0.0","a/lib":"1.0.0"}}',
      '"a/lib":"1.0.0"}}|"a/lib":"1.0.1"}}',
    ],
  ])('gets the fixed one: %s', async (_, text, change) => {
    const [from = '', to = ''] = change.split('|');
    const { steps, reasons, files } = await fix({ 'composer.json': text });
    expect([steps, reasons, files]).toEqual([
      ['widen a/lib>1.0.1'],
      [],
      { 'composer.json': text.replace(from, () => to) },
    ]);
  });

  it.each<[string, string, string]>([
    ['a range', '{"require":{"a/lib":"^1.0.0"}}', 'no place of'],
    [
      'a member of the same name behind it',
      '{"require":{"a/lib":"1.0.0","a/lib":"^2"}}',
      'no place of',
    ],
    ['an escape', '{"require":{"a/lib":"\\u0031.0.0"}}', 'with escapes'],
  ])('has no safe place: %s', async (_, text, reason) => {
    const { steps, reasons } = await fix({ 'composer.json': text });
    expect([steps, reasons.join()]).toEqual([[], expect.stringContaining(reason)]);
  });

  it('is not edited beside a lockfile', async () => {
    const { steps, reasons } = await fix({
      'composer.json': '{"require":{"a/lib":"1.0.0"}}',
      'composer.lock': '{}',
    });
    expect([steps, reasons.join()]).toEqual([[], expect.stringContaining('composer require')]);
  });

  it.each<[string, string, string]>([
    ['first', '{"require": {"a/lib": "1.0.0", "b/c": "^1"}}', '{"require": {"b/c": "^1"}}'],
    ['last', '{"require": {"b/c": "^1",\n "a/lib": "1.0.0"}}', '{"require": {"b/c": "^1"}}'],
    ['alone', '{"require": {"a/lib": "1.0.0"}}', '{"require": {}}'],
  ])('goes if the package is malicious: %s', async (_, text, expected) => {
    const { files } = await fix({ 'composer.json': text }, { fixed: [] });
    expect(files['composer.json']).toBe(expected);
  });
});
