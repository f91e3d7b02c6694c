/** Lines to be pasted into ignore files say what they seem to say. */

import { describe, expect, it } from 'vitest';

import { trivyignoreLine, assayignoreLine } from './exception-line.ts';

const NOW = Date.parse('2025-01-01T00:00:00Z');
const REASON = ' # why it may stay, and who says so';

describe('the line that sets a malicious package aside', () => {
  it.each([
    ['left', 'MAL-2024-1', 'MAL-2024-1 package:left exp:2025-04-01'],
    ['@scope/pkg', 'MAL-2024-1', 'MAL-2024-1 package:@scope/pkg exp:2025-04-01'],
    ['org.example:app', 'MAL-2024-1', 'MAL-2024-1 package:org.example:app exp:2025-04-01'],
    ['x exp:2999-01-01 #', 'MAL-2024-1', 'a1b2 exp:2025-04-01'],
    ['x path:**', 'MAL-2024-1', 'a1b2 exp:2025-04-01'],
    ['x\nCVE-2024-1', 'MAL-2024-1', 'a1b2 exp:2025-04-01'],
    ['*', 'MAL-2024-1', 'a1b2 exp:2025-04-01'],
    ['left', 'MAL-2024-1 exp:2999-01-01', 'a1b2 exp:2025-04-01'],
  ])('of %j by %j', (packageName, id, expected) => {
    expect(assayignoreLine({ id, packageName, findingId: 'a1b2' }, NOW)).toBe(expected + REASON);
  });

  it('has no more fields where nothing stands in for a name', () => {
    expect(assayignoreLine({ id: 'MAL-1', packageName: 'x exp:2999-01-01 #' }, NOW)).toBe(
      `MAL-1 package:x\uFFFDexp:2999-01-01\uFFFD\uFFFD exp:2025-04-01${REASON}`,
    );
  });
});

describe('the line that sets a vulnerability aside', () => {
  it.each([
    ['CVE-2024-1', 'CVE-2024-1'],
    ['CVE-2024-1 CVE-2024-2', 'a1b2'],
    ['CVE-2024-1 exp:2999-01-01', 'a1b2'],
    ['CVE-2024-1\tpath:**', 'a1b2'],
    ['CVE-2024-1#', 'a1b2'],
    ['*', 'a1b2'],
  ])('of %j', (id, shown) => {
    const line = trivyignoreLine({ id, packageName: 'left', findingId: 'a1b2' }, NOW);
    expect(line).toBe(`${shown} exp:2025-04-01 # left: why it may stay, and who says so`);
  });
});
