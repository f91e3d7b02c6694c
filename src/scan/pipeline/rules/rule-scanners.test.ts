import { describe, expect, it } from 'vitest';

import { parseFailOn } from '../../policy/fail-on.ts';
import { ruleScannersOf } from './rule-scanners.ts';

describe('the scanners behind patterns on rules', () => {
  it.each<[string, readonly string[]]>([
    ['secret/*', ['secret']],
    ['SECRET/aws-*', ['secret']],
    ['dl3002', ['misconfig']],
    ['DL30*', ['misconfig']],
    ['AVD-DS-0002', ['misconfig']],
    ['image/root-user', ['misconfig']],
    ['**', ['code', 'misconfig', 'origin', 'secret']],
    ['secret', []],
    ['no/such-rule', []],
  ])('%s', async (pattern, expected) => {
    const scanners = await ruleScannersOf(parseFailOn(`rule=${pattern}`));
    expect([...(scanners?.values() ?? [])].map((one) => [...one].sort())).toEqual([expected]);
  });

  it('are looked up only for patterns on rules', async () => {
    const conditions = 'high+rule!=secret/*,category=secret,id=CVE-2024-1,cwe=79';
    expect(await ruleScannersOf(parseFailOn(conditions))).toBeUndefined();
    expect(await ruleScannersOf([])).toBeUndefined();
  });

  it('finds the scanner of rules of the user', async () => {
    const scanners = await ruleScannersOf(parseFailOn('rule=acme/*'), [{ id: 'acme/run' }]);
    expect(scanners).toEqual(new Map([['acme/*', new Set(['code'])]]));
  });
});
