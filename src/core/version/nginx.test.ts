import { describe, expect, it } from 'vitest';
import { isValidVersion, normalizeVersion, outside, satisfies, versFromNative } from './index.ts';

describe('nginx', () => {
  it('has semantic versions', () => {
    expect(isValidVersion('nginx', '1.27.0')).toBe(true);
    expect(isValidVersion('nginx', '1.27')).toBe(false);
    expect(normalizeVersion('nginx', '1.27')).toBe('1.27.0');
    expect(normalizeVersion('nginx', 'all')).toBe('all');
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['0.8.0', '0.7.52-0.8.39', true],
    ['0.8.39', '0.7.52-0.8.39', true],
    ['0.8.40', '0.7.52-0.8.39', false],
    ['1.5.11', '1.5.11', true],
    ['1.3.9', '1.1.4-1.2.8, 1.3.9-1.4.0', true],
    ['1.3.0', '1.1.4-1.2.8, 1.3.9-1.4.0', false],
    ['1.4.9', '1.4.7+', true],
    ['1.5.0', '1.4.7+', false],
    ['1.9.0', '1.5.12+, 1.4.7+', true],
    ['1.5.3', '1.5.12+, 1.4.7+', false],
    ['1.0.0', 'all', true],
    ['1.0.0', 'none', false],
    ['1.0.0', '*', true],
    ['1.5.0', '>=1.4.0 <1.6.0', true],
    ['1.0.0', '1-2-3', undefined],
    ['1.0.0', 'x+', undefined],
    ['1.0.0', '1.0.0,', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('nginx', version, range)).toBe(expected);
  });

  it('tells the side', () => {
    expect(outside('nginx', '1.29.0', '0.7.52-0.8.39')).toBe('above');
  });

  it.each([
    ['0.8.40+', 'vers:nginx/>=0.8.40|<0.9.0'],
    ['1.5.12+, 1.4.7+', 'vers:nginx/>=1.4.7|<1.5.0|>=1.5.12'],
    ['0.7.52-0.8.39', 'vers:nginx/>=0.7.52|<=0.8.39'],
    ['all', 'vers:nginx/*'],
    ['none', undefined],
  ])('"%s" is %s', (range, expected) => {
    expect(versFromNative('nginx', range)).toBe(expected);
  });
});
