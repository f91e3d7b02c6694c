import { describe, expect, it } from 'vitest';

import { readChoices, readExitCode, readInstant, readParallel, readSize } from './values.ts';
import { readDuration } from './values.ts';

describe('readDuration', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['5m0s', 300_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['0s', 0],
    ['7d', 604_800_000],
    ['1d12h', 129_600_000],
  ])('%s', (text, milliseconds) => {
    expect(readDuration('timeout', text)).toBe(milliseconds);
  });

  it.each(['', '5', 'm', '-5m', '5 m', 'd', '5m1h', '1e9s'])('refuses "%s"', (text) => {
    expect(() => readDuration('timeout', text)).toThrow(`--timeout cannot be "${text}"`);
  });
});

describe('readSize', () => {
  it.each([
    ['500', 500],
    ['500B', 500],
    ['44kB', 44_000],
    ['17MB', 17_000_000],
    ['17m', 17_000_000],
    ['2 GB', 2_000_000_000],
    ['1.5GiB', 1_610_612_736],
    ['1tb', 1_000_000_000_000],
  ])('%s', (text, bytes) => {
    expect(readSize('max-image-size', text)).toBe(bytes);
  });

  it.each(['', '0', '-1', '5x', 'MB', '1e9', '999999999999pb', '1 GB 2'])(
    'refuses "%s"',
    (text) => {
      expect(() => readSize('max-image-size', text)).toThrow(
        `--max-image-size cannot be "${text}"`,
      );
    },
  );
});

describe('readParallel', () => {
  it.each([
    ['0', undefined],
    ['1', 1],
    ['64', 64],
  ])('%s', (text, count) => {
    expect(readParallel('parallel', text)).toBe(count);
  });

  it.each(['', '-1', '65', '1.5', 'all'])('refuses "%s"', (text) => {
    expect(() => readParallel('parallel', text)).toThrow(`--parallel cannot be "${text}"`);
  });
});

describe('readInstant', () => {
  it.each([
    ['the start of a day in UTC', '2025-06-01', '2025-06-01T00:00:00.000Z'],
    ['an instant', '2025-06-01T12:30:00Z', '2025-06-01T12:30:00.000Z'],
    ['an instant of another zone', '2025-06-01T01:00:00+02:00', '2025-05-31T23:00:00.000Z'],
    ['a leap day', '2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s', (_name, text, expected) => {
    expect(new Date(readInstant('as-of', text)).toISOString()).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '2025-6-1',
    '2025-13-01',
    '2025-02-30',
    '20250601',
    '2025-06-01T12:00',
    '2025-02-30T00:00:00Z',
  ])('refuses "%s"', (text) => {
    expect(() => readInstant('as-of', text)).toThrow(`--as-of cannot be "${text}"`);
  });
});

describe('readExitCode', () => {
  it.each([
    ['0', 0],
    ['1', 1],
    ['255', 255],
  ])('%s', (text, code) => {
    expect(readExitCode('exit-code', text)).toBe(code);
  });

  it.each(['', '-1', '256', '1.5', 'one', '1e2'])('refuses "%s"', (text) => {
    expect(() => readExitCode('exit-code', text)).toThrow('--exit-code cannot be');
  });
});

it('readChoices ignores case and names what is possible', () => {
  const choices = new Map([
    ['high', 3],
    ['low', 1],
  ]);
  expect(readChoices('severity', ['HIGH', 'low'], choices)).toEqual([3, 1]);
  expect(() => readChoices('severity', ['hihg'], choices)).toThrow(
    expect.objectContaining({ hint: 'Did you mean high? Possible values: high, low.' }) as Error,
  );
});
