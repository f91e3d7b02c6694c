import { describe, expect, it } from 'vitest';

import { satisfies, semanticRange } from './index.ts';

describe('requirements of Cargo', () => {
  // The Cargo Book, "Specifying Dependencies": tables of equivalences.
  it.each([
    ['1.2.3', '1.2.3', true],
    ['1.2.3', '1.9.0', true],
    ['1.2.3', '2.0.0', false],
    ['0.2.3', '0.3.0', false],
    ['0.0.3', '0.0.4', false],
    ['0', '0.9.0', true],
    ['~1.2', '1.2.9', true],
    ['~1.2', '1.3.0', false],
    ['1.*', '1.9.0', true],
    ['>=1.2, <1.5', '1.4.9', true],
    ['>=1.2, <1.5', '1.5.0', false],
    ['=1.2.3', '1.2.4', false],
  ])('%s of %s: %s', (requirement, version, expected) => {
    const range = semanticRange('cargo', requirement) ?? '';
    expect(satisfies('npm', version, range)).toBe(expected);
  });
});

describe('requirements of Hex', () => {
  // Elixir, "Version", section "Requirements".
  it.each([
    ['~> 2.0.0', '2.0.9', true],
    ['~> 2.0.0', '2.1.0', false],
    ['~> 2.1.2', '2.1.1', false],
    ['~> 2.0', '2.9.0', true],
    ['~> 2.0', '3.0.0', false],
    ['~> 0.5', '0.9.0', true],
    ['~> 2.1.3-dev', '2.1.3', true],
    ['1.2.3', '1.2.3', true],
    ['== 1.2.3', '1.2.4', false],
    ['>= 1.0.0 and < 1.5.0', '1.4.0', true],
    ['~> 1.0 or ~> 2.0', '2.5.0', true],
    ['~> 1.0 or ~> 3.0', '2.5.0', false],
  ])('%s of %s: %s', (requirement, version, expected) => {
    const range = semanticRange('hex', requirement) ?? '';
    expect(satisfies('npm', version, range)).toBe(expected);
  });

  it.each(['!= 1.0.0', '~> 1', 'main'])('%s is not translated', (requirement) => {
    expect(semanticRange('hex', requirement)).toBeUndefined();
  });
});
