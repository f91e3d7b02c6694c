import { describe, expect, it } from 'vitest';

import { aFinding, anAdvisory, aPackage } from '../../../test/support/model.ts';
import { decideVersion } from './decide-version.ts';
import type { VersionFacts } from './version-facts.ts';
import { parseFailOn } from './fail-on.ts';
import { DEFAULT_PACKAGE_POLICY, type PackagePolicy, type PackageRule } from './package-policy.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;

function facts(more: Partial<VersionFacts> = {}, name = 'left', version = '1.2.3'): VersionFacts {
  return {
    pkg: aPackage(name, version),
    findings: [],
    advisories: new Map(),
    uncertain: [],
    possibleMalice: [],
    hasInstallScript: false,
    ...more,
  };
}

function policy(rule: PackageRule, more: Partial<PackagePolicy> = {}): PackagePolicy {
  return { rules: [rule], allow: [], block: [], ...more };
}

const ENTRY = { package: 'left', reason: 'reviewed', owner: 'sec' };
const MALWARE = aFinding('malware', {
  advisoryId: 'MAL-2026-1',
  severity: 'critical',
  malicious: { by: ['MAL-2026-1'] },
});
const HIGH = aFinding('high', { advisoryId: 'CVE-2026-1' });
const VULNERABLE: Partial<VersionFacts> = {
  findings: [HIGH],
  advisories: new Map([
    ['CVE-2026-1', anAdvisory('CVE-2026-1', { aliases: ['GHSA-2222-3333-4444'] })],
  ]),
};
const ANY_HIGH: PackageRule = {
  kind: 'vulnerabilities',
  action: 'hide',
  conditions: parseFailOn('high'),
};

describe('rules', () => {
  it('hides malware by default and serves the rest', () => {
    const decision = decideVersion(facts({ findings: [MALWARE] }), DEFAULT_PACKAGE_POLICY, NOW);
    expect(decision.action).toBe('hide');
    expect(decision.causes[0]?.text).toBe('it is known to be malicious (MAL-2026-1)');
    expect(decideVersion(facts(VULNERABLE), DEFAULT_PACKAGE_POLICY, NOW).action).toBe('serve');
  });

  it('hides what may be malware, unless an entry names the rule', () => {
    const maybe = facts({ possibleMalice: ['MAL-2026-2'] });
    const decision = decideVersion(maybe, DEFAULT_PACKAGE_POLICY, NOW);
    expect(decision.action).toBe('hide');
    expect(decision.causes[0]?.text).toBe(
      'it may be malicious: its version cannot be compared with MAL-2026-2',
    );
    const lifting = (lifts: readonly string[]): string =>
      decideVersion(maybe, { ...DEFAULT_PACKAGE_POLICY, allow: [{ ...ENTRY, lifts }] }, NOW).action;
    expect([lifting(['uncertain']), lifting(['malicious'])]).toEqual(['hide', 'serve']);
  });

  it.each<readonly [string, PackageRule, Partial<VersionFacts>, string]>([
    ['a vulnerability that meets a condition', ANY_HIGH, VULNERABLE, 'hide'],
    [
      'one that does not',
      { ...ANY_HIGH, conditions: parseFailOn('critical') },
      VULNERABLE,
      'serve',
    ],
    [
      'advisories that cannot be compared',
      ANY_HIGH,
      { uncertain: ['x cannot be compared'] },
      'hide',
    ],
    [
      'a young version',
      { kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY },
      { publishedAt: NOW - 2 * DAY },
      'hide',
    ],
    [
      'one that is old enough',
      { kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY },
      { publishedAt: NOW - 3 * DAY },
      'serve',
    ],
    ['one without a date', { kind: 'min-age', action: 'refuse', minAgeMs: 1 }, {}, 'refuse'],
    [
      'one of the future',
      { kind: 'min-age', action: 'hide', minAgeMs: 1 },
      { publishedAt: NOW + DAY },
      'hide',
    ],
    [
      'install scripts',
      { kind: 'install-scripts', action: 'warn' },
      { hasInstallScript: true },
      'warn',
    ],
    [
      'a deprecated version',
      { kind: 'deprecated', action: 'warn' },
      { deprecated: 'use right' },
      'warn',
    ],
    ['what cannot be used', { kind: 'deprecated', action: 'warn' }, { unusable: 'no' }, 'hide'],
  ])('decide about %s', (_, rule, more, action) => {
    expect(decideVersion(facts(more), policy(rule), NOW).action).toBe(action);
  });

  it('takes the strictest of several, and tells when time changes it', () => {
    const rules: PackageRule[] = [
      { kind: 'deprecated', action: 'warn' },
      { kind: 'min-age', action: 'refuse', minAgeMs: 3 * DAY, reason: 'see the wiki' },
    ];
    const decision = decideVersion(
      facts({ publishedAt: NOW - DAY, deprecated: 'old' }),
      { rules, allow: [], block: [] },
      NOW,
    );
    expect(decision.causes.map(({ action }) => action)).toEqual(['refuse', 'warn']);
    expect(decision.causes[0]?.text).toBe(
      'it is 24 hours old, and 3 days are required; see the wiki',
    );
    expect(decision.changesAt).toBe(NOW + 2 * DAY);
  });
});

describe('lists', () => {
  it.each<readonly [string, Partial<PackagePolicy>, string]>([
    ['an allowed package', { allow: [ENTRY] }, 'serve'],
    ['an allowed range', { allow: [{ ...ENTRY, versions: '^1.2.0' }] }, 'serve'],
    ['another range', { allow: [{ ...ENTRY, versions: '^2.0.0' }] }, 'hide'],
    ['another name', { allow: [{ ...ENTRY, package: 'lef' }] }, 'hide'],
    ['a pattern', { allow: [{ ...ENTRY, package: 'le*' }] }, 'serve'],
    ['an entry that has expired', { allow: [{ ...ENTRY, expiresAt: NOW }] }, 'hide'],
    ['another rule', { allow: [{ ...ENTRY, lifts: ['min-age'] }] }, 'hide'],
    [
      'an alias of the vulnerability',
      { allow: [{ ...ENTRY, lifts: ['GHSA-2222-3333-4444'] }] },
      'serve',
    ],
    ['a block beside it', { allow: [ENTRY], block: [ENTRY] }, 'hide'],
  ])('have %s', (_, more, action) => {
    expect(decideVersion(facts(VULNERABLE), policy(ANY_HIGH, more), NOW).action).toBe(action);
  });

  it.each<readonly [string, object, string]>([
    ['an entry without rules', {}, 'hide'],
    ['one that names the rule', { lifts: ['malicious'] }, 'serve'],
    ['a pattern', { lifts: ['malicious'], package: '*' }, 'hide'],
  ])('let malware pass by %s', (_, more, action) => {
    const allow = [{ ...ENTRY, ...more }];
    const decision = decideVersion(
      facts({ findings: [MALWARE] }),
      { ...DEFAULT_PACKAGE_POLICY, allow },
      NOW,
    );
    expect(decision.action).toBe(action);
  });

  it('change the decision when an entry expires', () => {
    const allow = [{ ...ENTRY, expiresAt: NOW + DAY }];
    const decision = decideVersion(facts(VULNERABLE), policy(ANY_HIGH, { allow }), NOW);
    expect(decision).toMatchObject({ action: 'serve', changesAt: NOW + DAY });
    expect(decision.allowedBy).toEqual(['allowed by sec until 2026-06-02: reviewed']);
  });
});
