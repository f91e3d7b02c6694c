import { describe, expect, it } from 'vitest';
import {
  aFinding,
  anAdvisory,
  anInventory,
  aPackage,
  aRuleFinding,
} from '../../../test/support/model.ts';
import type { IntegrityFinding, VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ScanPart } from '../../core/model/rule/rule-scanner.ts';
import { parsePackageUrl } from '../../core/model/purl/purl.ts';
import { fullPolicy } from '../pipeline/request.ts';
import { decide } from './decide.ts';
import type { ExceptionScope, IgnoreEntry } from './exceptions/exception.ts';
import type { PolicyOptions } from './options.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

const openssl = aPackage('libssl3', '3.0.1-1', {
  ecosystem: 'debian',
  id: 'pkg:deb/debian/libssl3@3.0.1-1?arch=amd64',
  source: { name: 'openssl', version: '3.0.1-1' },
  qualifiers: new Map([['arch', 'amd64']]),
  locations: [{ path: '/var/lib/dpkg/status', layer: 0 }],
});
const lodash = aPackage('lodash', '4.17.20', {
  locations: [
    { path: '/app/package-lock.json', layer: 0 },
    { path: '/app/test/package-lock.json', layer: 0 },
  ],
});
const tool = aPackage('tool', '1.0.0', { scope: 'development' });
const packages: readonly Package[] = [openssl, lodash, tool];

function findingOf(pkg: Package, fields: Partial<VulnerabilityFinding> = {}): VulnerabilityFinding {
  return aFinding(`f-${pkg.name}`, { packageId: pkg.id, matchedVersion: pkg.version, ...fields });
}

const rule = aRuleFinding('f-rule', { rule: 'AVD-DS-0001' });
const integrity: IntegrityFinding = {
  id: 'f1e2d3c4b5a69788',
  kind: 'integrity',
  severity: 'high',
  packageId: lodash.id,
  contradiction: {
    kind: 'content',
    claimed: 'a',
    found: 'b',
    location: { path: '/app/package-lock.json', layer: 0 },
    isSevere: true,
  },
};
const findings = [findingOf(openssl), findingOf(lodash), findingOf(tool), rule, integrity];
const advisories = new Map([
  ['CVE-2024-0001', anAdvisory('CVE-2024-0001', { aliases: ['GHSA-aaaa-0001'] })],
]);
const inventory = anInventory(packages, { id: 'debian', versionId: '12.5', codename: 'bookworm' });

function run(
  entry: Omit<IgnoreEntry, 'from'>,
  options: Partial<PolicyOptions> = {},
): ReturnType<typeof decide> {
  const result = { inventory, findings, diagnostics: [] };
  const ignore = [{ ...entry, from: '.assayignore:1' }];
  return decide({ results: [result], advisories }, fullPolicy({ ignore, ...options }), NOW);
}

function hidden(entry: Omit<IgnoreEntry, 'from'>): readonly string[] {
  return (run(entry).suppressed[0] ?? []).map(({ findingId }) => findingId);
}

const ALL = ['f-libssl3', 'f-lodash', 'f-tool'];

describe('the name of the vulnerabilities of actions', () => {
  const action = aPackage('tj-actions/changed-files', 'v45', { ecosystem: 'githubactions' });
  const malicious = { by: ['MAL-2024-1'] };

  interface Case {
    readonly id?: string;
    readonly of?: Partial<VulnerabilityFinding>;
    readonly scope?: ExceptionScope;
    readonly scanners?: readonly ScanPart[];
  }

  function setAside(one: Case): { readonly ids: readonly string[]; readonly notes: number } {
    const { id = 'known-vulnerable-actions', of = {}, scope, scanners } = one;
    const result = {
      ...{ inventory: anInventory([...packages, action]), diagnostics: [] },
      findings: [findingOf(lodash), findingOf(action, of), rule, integrity],
      ...(scanners && { scanners }),
    };
    const ignore = [{ id, from: '.assayignore:1', ...(scope && { scope }) }];
    const decision = decide({ results: [result], advisories }, fullPolicy({ ignore }), NOW);
    const ids = (decision.suppressed[0] ?? []).map(({ findingId }) => findingId);
    return { ids, notes: decision.diagnostics[0]?.length ?? 0 };
  }

  const ids = ['f-tj-actions/changed-files'];
  it.each<[string, Case, ReturnType<typeof setAside>]>([
    ['sets them aside', {}, { ids, notes: 0 }],
    ['in any case', { id: 'Known-Vulnerable-Actions' }, { ids, notes: 0 }],
    ['within its scope', { scope: { package: 'actions/cache' } }, { ids: [], notes: 1 }],
    ['but no malicious one', { of: { malicious } }, { ids: [], notes: 1 }],
    [
      'and no malicious one by its package either',
      { of: { malicious }, scope: { package: action.name } },
      { ids: [], notes: 1 },
    ],
    [
      'and is not stale where nothing looks for them',
      { of: { malicious }, scanners: ['misconfig'] },
      { ids: [], notes: 0 },
    ],
  ])('%s', (_name, one, expected) => {
    expect(setAside(one)).toEqual(expected);
  });
});

describe('what an exception sets aside', () => {
  it.each<[string, Omit<IgnoreEntry, 'from'>, readonly string[]]>([
    ['an id', { id: 'CVE-2024-0001' }, ALL],
    ['an alias, in any case', { id: 'ghsa-AAAA-0001' }, ALL],
    ['the id of one finding', { id: 'f-lodash' }, ['f-lodash']],
    ['the id of a rule', { id: 'AVD-DS-0001' }, ['f-rule']],
    ['an id that nothing has', { id: 'CVE-2024-000' }, []],
    ['what looks like an expression', { id: 'CVE-2024-.*' }, []],
    ['a star for an id', { id: '*' }, []],
    [
      'an id of a rule among vulnerabilities',
      { id: 'AVD-DS-0001', scope: { category: 'vulnerability' } },
      [],
    ],
    [
      'an id of a rule among its own',
      { id: 'AVD-DS-0001', scope: { category: 'misconfiguration' } },
      ['f-rule'],
    ],
  ])('%s', (_, entry, expected) => {
    expect(hidden(entry)).toEqual(expected);
  });

  it.each<[string, ExceptionScope, readonly string[]]>([
    ['a package', { package: 'lodash' }, ['f-lodash']],
    ['a source package', { package: 'OpenSSL' }, ['f-libssl3']],
    ['a package of another version', { package: 'lodash', version: '4.17.19' }, []],
    ['a package by a wildcard', { package: 'lib*3' }, ['f-libssl3']],
    ['wildcards around', { package: '*o*' }, ALL],
    ['a wildcard that overlaps', { package: 'lodash*sh' }, []],
    ['an ecosystem as OSV calls it', { ecosystem: 'Debian' }, ['f-libssl3']],
    ['an ecosystem as grype calls it', { ecosystem: 'npm' }, ['f-lodash', 'f-tool']],
    ['one of two places', { paths: ['app/package-lock.json'] }, []],
    ['all places', { paths: ['app/**/package-lock.json'] }, ['f-lodash']],
    ['all places by several patterns', { paths: ['/app/*.json', 'app/test/**'] }, ['f-lodash']],
    ['development', { isDevelopment: true }, ['f-tool']],
    ['what has a fix', { fixState: 'fixed' }, ALL],
    ['what will have none', { fixState: 'wont-fix' }, []],
  ])('within limits: %s', (_, scope, expected) => {
    expect(hidden({ id: 'CVE-2024-0001', scope })).toEqual(expected);
    // Without an id every vulnerability of what is named, and never contradicted content.
    expect(hidden({ scope })).toEqual(expected);
  });

  it.each([
    ['pkg:npm/lodash', ['f-lodash']],
    ['pkg:npm/lodash@4.17.20', ['f-lodash']],
    ['pkg:npm/lodash@4.17.2', []],
    ['pkg:npm/lodash@*', []],
    ['pkg:npm/*', []],
    ['pkg:pypi/lodash', []],
    ['pkg:deb/debian/libssl3', ['f-libssl3']],
    ['pkg:deb/debian/libssl3?distro=debian-12', ['f-libssl3']],
    ['pkg:deb/debian/libssl3?distro=bookworm&arch=amd64', ['f-libssl3']],
    ['pkg:deb/debian/libssl3?distro=debian-11', []],
    ['pkg:deb/debian/libssl3?arch=arm64', []],
    ['pkg:deb/debian/openssl?arch=source', ['f-libssl3']],
    ['pkg:deb/debian/openssl', []],
    ['pkg:deb/ubuntu/libssl3', []],
    ['pkg:deb/kali/libssl3', []],
  ])('by package URL: %s', (purl, expected) => {
    expect(hidden({ id: 'CVE-2024-0001', scope: { purls: [parsePackageUrl(purl)] } })).toEqual(
      expected,
    );
  });

  it('compares the version that matched, not the one on the label', () => {
    const shown = findingOf(lodash, { matchedVersion: '4.17.4' });
    const decision = decide(
      { results: [{ inventory, findings: [shown], diagnostics: [] }], advisories },
      fullPolicy({
        ignore: [
          { id: 'CVE-2024-0001', scope: { package: 'lodash', version: '4.17.20' }, from: 'x:1' },
        ],
      }),
      NOW,
    );
    expect(decision.suppressed).toEqual([[]]);
  });
});

describe('contradicted content', () => {
  it('is set aside by its own id alone', () => {
    for (const entry of [
      { id: 'CVE-2024-0001' },
      { scope: { package: 'lodash' } },
      { scope: { paths: ['**'] } },
      { scope: { purls: [parsePackageUrl('pkg:npm/lodash')] } },
    ]) {
      expect(hidden(entry)).not.toContain(integrity.id);
    }
    expect(hidden({ id: integrity.id })).toEqual([integrity.id]);
    const gate = { failOnTamper: true };
    expect(run({ scope: { paths: ['**'] } }, gate).verdict.exitCode).toBe(5);
    expect(run({ id: integrity.id }, gate).verdict.exitCode).toBe(0);
  });
});

describe('who, why and until when', () => {
  it('stand with what was set aside', () => {
    const entry = { id: 'f-lodash', reason: 'not reachable', owner: 'web', until: '2026-07-01' };
    expect(run(entry).suppressed).toEqual([
      [
        {
          findingId: 'f-lodash',
          by: 'ignore',
          reason: 'not reachable',
          owner: 'web',
          until: '2026-07-01',
          from: '.assayignore:1',
        },
      ],
    ]);
  });
});

describe('what a policy asks of exceptions', () => {
  const rules = { requiredFields: ['reason', 'owner', 'expiry'] as const, maxDays: 90 };
  const complete = { id: 'CVE-2024-0001', reason: 'r', owner: 'o', until: '2026-08-30' };

  it.each<[string, Omit<IgnoreEntry, 'from'>, string]>([
    ['a reason', { ...complete, reason: '' }, 'has no reason, which the policy asks for'],
    [
      'an owner',
      { id: 'CVE-2024-0001', reason: 'r', until: '2026-08-30' },
      'has no owner, which the policy asks for',
    ],
    [
      'an expiry',
      { id: 'CVE-2024-0001', reason: 'r', owner: 'o' },
      'has no expiry, which the policy asks for',
    ],
    [
      'a nearer expiry',
      { ...complete, until: '2026-08-31' },
      'counts until 2026-08-31, and the policy allows 90 days from now',
    ],
  ])('%s', (_, entry, message) => {
    const decision = run(entry, { exceptionRules: rules, exitCode: 1 });
    expect(decision.verdict.status).toBe('fail');
    expect(decision.suppressed).toEqual([[]]);
    expect(decision.diagnostics[0]?.map((one) => one.message)).toEqual([
      `.assayignore:1: the entry for "CVE-2024-0001" ${message}; it does not count`,
    ]);
  });

  it('is met', () => {
    expect(run(complete, { exceptionRules: rules }).suppressed[0]).toHaveLength(3);
    const { diagnostics } = run(
      { id: 'f-tool' },
      { exceptionRules: { requiredFields: [], maxDays: 90 } },
    );
    expect(diagnostics[0]?.[0]?.message).toContain('has no expiry, and the policy allows 90 days');
  });
});

describe('--fail-on-stale-ignore', () => {
  const gate = { failOnStaleIgnore: true };

  it.each<[string, Omit<IgnoreEntry, 'from'>, Partial<PolicyOptions>, string]>([
    [
      'what no finding needs',
      { id: 'CVE-1999-0001' },
      {},
      '.assayignore:1: no finding is called "CVE-1999-0001"; the entry can be removed',
    ],
    [
      'what no finding needs within its limits',
      { id: 'CVE-2024-0001', scope: { package: 'gone' } },
      {},
      '.assayignore:1: no finding is called "CVE-2024-0001" within its limits; the entry can be removed',
    ],
    [
      'a package without findings',
      { scope: { package: 'gone' } },
      {},
      '.assayignore:1: no finding of "gone" needs the entry; the entry can be removed',
    ],
    [
      'what has expired',
      { id: 'CVE-2024-0001' },
      { ignoreProblems: [{ kind: 'expired', from: 'x:2', message: 'the entry expired' }] },
      'x:2: the entry expired',
    ],
  ])('fails on %s', (_, entry, options, message) => {
    const { verdict, diagnostics } = run(entry, { ...gate, ...options });
    expect(verdict).toMatchObject({
      status: 'fail',
      exitCode: 1,
      causes: [
        { rule: '--fail-on-stale-ignore', message: `1 exception has no effect: ${message}` },
      ],
    });
    expect(diagnostics[0]?.map((one) => one.message)).toEqual([message]);
    expect(run(entry, { ...options, exitCode: 0 }).verdict.status).toBe('notAsked');
    expect(run(entry, { ...gate, ...options, exitCode: 7 }).verdict.exitCode).toBe(7);
  });

  it.each<[string, string, readonly ScanPart[], boolean]>([
    ['a vulnerability that nothing looked for', 'CVE-1999-0001', ['packages', 'misconfig'], false],
    ['a vulnerability that was looked for', 'CVE-1999-0001', ['packages', 'vuln'], true],
    ['a rule that nothing looked for', 'code/sql-injection', ['packages', 'vuln'], false],
    ['a rule that was looked for', 'code/sql-injection', ['code'], true],
  ])('says it of %s', (_, id, scanners, isStale) => {
    const result = { inventory, findings: [], diagnostics: [], scanners };
    const policy = fullPolicy({ ...gate, ignore: [{ from: '.assayignore:1', id }] });
    const { diagnostics } = decide({ results: [result], advisories }, policy, NOW);
    expect(diagnostics.flat().length).toBe(isStale ? 1 : 0);
  });

  it.each<[string, readonly ScanPart[] | undefined, boolean]>([
    ['no rule was part of the run', undefined, false],
    ['another scanner ran', ['packages', 'vuln', 'misconfig'], false],
    ['its scanner ran', ['packages', 'vuln', 'secret'], true],
    ['a document of another analyzer was read', ['sarif'], true],
  ])('judges an entry of a category only if it was looked for: %s', (_, scanners, isStale) => {
    const result = { inventory, findings: [], diagnostics: [], ...(scanners && { scanners }) };
    const entry = { from: 'x:1', id: 'aws-access-key-id', scope: { category: 'secret' } } as const;
    const policy = fullPolicy({ ...gate, ignore: [entry] });
    const { diagnostics } = decide({ results: [result], advisories }, policy, NOW);
    expect(diagnostics.flat().length).toBe(isStale ? 1 : 0);
  });

  it('passes where every exception is of use, and a note is no failure', () => {
    const note = { kind: 'note', from: 'x:2', message: 'a key is not known' } as const;
    const { verdict } = run({ id: 'CVE-2024-0001' }, { ...gate, ignoreProblems: [note] });
    expect(verdict).toMatchObject({
      status: 'pass',
      causes: [{ rule: '--fail-on-stale-ignore', message: 'every exception has an effect' }],
    });
  });
});
