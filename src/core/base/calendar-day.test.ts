import { describe, expect, it } from 'vitest';

import { isCalendarDay } from './calendar-day.ts';

describe('isCalendarDay', () => {
  it.each([
    ['2025-02-28', true],
    ['2024-02-29', true],
    ['2025-12-31', true],
    ['2025-02-29', false],
    ['2025-02-30', false],
    ['2025-04-31', false],
    ['2025-13-01', false],
    ['2025-00-10', false],
    ['2025-01-00', false],
    ['tomorrow', false],
    ['', false],
  ])('%s: %s', (day, expected) => {
    expect(isCalendarDay(day)).toBe(expected);
  });
});
