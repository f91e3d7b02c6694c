import { describe, expect, it } from 'vitest';
import {
  aFinding,
  anAdvisory,
  anInventory,
  aPackage,
  aRuleFinding,
} from '../../../test/support/model.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import { applyDisplayFilter } from '../../core/model/report/display-filter.ts';
import { buildReport } from '../pipeline/reports/build-report.ts';
import { fullPolicy } from '../pipeline/request.ts';
import { decide } from './decide.ts';
import { readExceptions } from './exceptions/read-exceptions.ts';
import { parseFailOn, parseForbidden } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';

/** Findings of all kinds, in an image whose two lowest layers are its base. */
const FINDINGS: readonly Finding[] = [
  aFinding('vuln', { packageId: 'pkg:npm/left@1.0.0', advisoryId: 'CVE-2024-0001' }),
  aRuleFinding('token', {
    ...{ category: 'secret', rule: 'secret/aws-key', severity: 'critical' },
    ...{ aliases: ['aws-access-key-id'], cwe: [798], fingerprint: 'a'.repeat(32) },
    location: { path: '/app/.env', layer: 2, line: 3 },
  }),
  aRuleFinding('token-2', {
    ...{ category: 'secret', rule: 'secret/aws-key', severity: 'critical' },
    ...{ aliases: ['aws-access-key-id'], cwe: [798], fingerprint: 'a'.repeat(32) },
    location: { path: '/app/test/.env', layer: 3, line: 3 },
  }),
  aRuleFinding('root', {
    ...{ category: 'misconfiguration', rule: 'image/root-user', severity: 'high', cwe: [250] },
    ...{ aliases: ['CIS-DI-0001', 'DL3002', 'AVD-DS-0002'], fingerprint: 'b'.repeat(32) },
    location: { path: '/', layer: 3 },
  }),
  aRuleFinding('eval', {
    ...{ category: 'code', rule: 'code/eval', severity: 'medium', cwe: [95, 79] },
    ...{ aliases: ['B307'], fingerprint: 'c'.repeat(32) },
    location: { path: '/app/src/a.py', layer: 2, line: 7 },
  }),
  aRuleFinding('shadow', {
    ...{ category: 'misconfiguration', rule: 'image/empty-password', severity: 'low', cwe: [] },
    ...{ aliases: [], fingerprint: 'd'.repeat(32) },
    location: { path: '/etc/shadow', layer: 0, line: 1 },
  }),
];
const SECRETS = ['token', 'token-2'];
const RULES = ['token', 'token-2', 'root', 'eval', 'shadow'];
const inventory = anInventory([
  aPackage('left', '1.0.0', { locations: [{ path: '/srv/package.json', layer: 1 }] }),
]);
const advisories = new Map([['CVE-2024-0001', anAdvisory('CVE-2024-0001', { cwes: ['CWE-79'] })]]);
const artifact: Artifact = {
  kind: 'image',
  reference: 'app',
  layers: [{}, {}, {}, {}],
  image: {
    configDigest: 'sha256:00',
    platform: { os: 'linux', architecture: 'amd64' },
    ...{ tags: [], repoDigests: [], env: [], entrypoint: [], user: '', labels: new Map() },
    baseLayerCount: 2,
  },
};
const NOW = Date.parse('2026-01-01');

function decided(options: Partial<PolicyOptions>, findings = FINDINGS): ReturnType<typeof decide> {
  const result = { artifact, inventory, findings, diagnostics: [] };
  return decide({ results: [result], advisories }, fullPolicy(options), NOW);
}

/** Ids of the findings that decide. */
function deciding(options: Partial<PolicyOptions>): readonly string[] {
  const { verdict } = decided(options);
  return verdict.status === 'fail' ? verdict.causes.flatMap(({ findingIds }) => findingIds) : [];
}

describe('findings of rules and conditions', () => {
  it.each<[string, readonly string[]]>([
    ['high', ['vuln', 'token', 'token-2', 'root']],
    ['critical', SECRETS],
    ['low', ['vuln', ...RULES]],
    ['rule=secret/aws-key', SECRETS],
    ['rule=secret/*', SECRETS],
    ['rule=SECRET/AWS-KEY', SECRETS],
    ['rule=**', RULES],
    ['rule=secret*', []],
    ['rule=DL3002', ['root']],
    ['rule=dl3*', ['root']],
    ['rule=AVD-DS-0002', ['root']],
    ['rule=DS002|DS-0002', ['root']],
    ['rule=secret/*|code/*', [...SECRETS, 'eval']],
    ['high+rule!=secret/*', ['vuln', 'root']],
    ['id=B307', ['eval']],
    ['id=CVE-2024-*|image/*', ['vuln', 'root', 'shadow']],
    ['category=secret', SECRETS],
    ['category=Secret|code', [...SECRETS, 'eval']],
    ['category=misconfig', ['root', 'shadow']],
    ['category=misconfiguration+high', ['root']],
    ['category=vulnerability', ['vuln']],
    ['low+category!=vulnerability', RULES],
    ['high+category!=secret', ['vuln', 'root']],
    ['cwe=798', SECRETS],
    ['cwe=CWE-79', ['vuln', 'eval']],
    ['cwe=cwe-79|250', ['vuln', 'root', 'eval']],
    ['cwe=7*', ['vuln', ...SECRETS, 'eval']],
    ['path=/app/test/**', ['token-2']],
    ['high+path!=/app/test/**', ['vuln', 'token', 'root']],
    ['origin=base+low', ['vuln', 'shadow']],
    ['origin=app+category=misconfig', ['root']],
    ['category=secret+count>=3', []],
    ['category=secret+count>=2', SECRETS],
    ['fixable', ['vuln']],
    ['high+fixable', ['vuln']],
    ['package=**', ['vuln']],
    ['license!=MIT+low', ['vuln']],
    ['kev', []],
    ['age>1d+category=secret', []],
  ])('%s', (text, expected) => {
    const ids = deciding({ failOn: parseFailOn(text) });
    expect([...ids].sort()).toEqual([...expected].sort());
  });

  it.each([
    ['category=secrets', 'category=secret|code'],
    ['category=*', 'category=secret|code'],
    ['cwe=XSS', 'cwe=79|89'],
    ['rule=', 'rule=secret/*'],
  ])('refuses %s and shows how it is written', (text, example) => {
    expect(() => parseFailOn(text)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining(example) as string }),
    );
  });

  it.each(['rule=a/b', 'category=secret', 'cwe=79'])('forbids no package by %s', (text) => {
    expect(() => parseForbidden(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it.each<[string, Partial<PolicyOptions>, readonly string[]]>([
    ['of any severity', {}, ['vuln', ...RULES]],
    ['of the severities that are shown', { severities: ['critical'] }, SECRETS],
    ['with a fix or not', { ignoreUnfixed: true }, ['vuln', ...RULES]],
    ['of the base', { only: 'base' }, ['vuln', 'shadow']],
    ['of the app', { only: 'app' }, ['token', 'token-2', 'root', 'eval']],
  ])('--exit-code counts those %s', (_, options, expected) => {
    const ids = deciding({ exitCode: 1, ...options });
    expect([...ids].sort()).toEqual([...expected].sort());
  });

  it('--only shows what it counts', () => {
    const decision = decided({ only: 'base' });
    const notShown = { unknown: 0, low: 0, medium: 0, high: 0, critical: 0 };
    const result = { artifact, inventory, findings: FINDINGS, diagnostics: [], notShown };
    const report = buildReport(
      { results: [result], advisories, coverage: [] },
      decision,
      fullPolicy({ only: 'base' }),
    );
    const shown = applyDisplayFilter({
      ...report,
      tool: { name: 'assay', version: '1' },
      startedAt: '',
      durationMs: 0,
    });
    expect(shown.results[0]?.findings.map(({ id }) => id)).toEqual(['vuln', 'shadow']);
    expect(shown.results[0]?.notShown).toMatchObject({ critical: 2, high: 1, medium: 1 });
  });
});

/** Ids of what a file with the name sets aside. */
function asideBy(name: string, text: string): readonly string[] {
  const { entries, problems } = readExceptions(name, new TextEncoder().encode(text), NOW);
  expect(problems).toEqual([]);
  const { suppressed } = decided({ ignore: entries });
  return suppressed.flat().map(({ findingId }) => findingId);
}

describe('findings of rules and exceptions', () => {
  it.each<[string, readonly string[]]>([
    ['secret/aws-key', SECRETS],
    ['Secret/AWS-Key', SECRETS],
    ['aws-access-key-id', SECRETS],
    ['DL3002', ['root']],
    ['AVD-DS-0002', ['root']],
    ['DS002', ['root']],
    ['DS-0002 exp:2027-01-01', ['root']],
    ['token-2', ['token-2']],
    ['a'.repeat(32), SECRETS],
    ['secret/*', []],
    ['*', []],
    ['secret', []],
    ['CWE-798', []],
    ['image/root', []],
  ])('.trivyignore with %s', (line, expected) => {
    expect(asideBy('.trivyignore', `${line}\n`)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ['secret/aws-key path:app/test/** # fixtures', ['token-2']],
    ['secret/aws-key path:/app/.env path:/app/test/.env', SECRETS],
    ['secret/aws-key package:left', []],
    ['secret/aws-key pkg:npm/left', []],
  ])('.assayignore with %s', (line, expected) => {
    expect(asideBy('.assayignore', `${line}\n`)).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    ['a list of its category', 'misconfigurations:\n  - id: AVD-DS-0002\n', ['root']],
    ['a list of another category', 'vulnerabilities:\n  - id: AVD-DS-0002\n', []],
    ['a path', 'secrets:\n  - id: aws-access-key-id\n    paths: [app/.env]\n', ['token']],
  ])('.trivyignore.yaml with %s', (_, text, expected) => {
    expect(asideBy('.trivyignore.yaml', text)).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ['{id: secret/aws-key}', SECRETS],
    ['{fingerprint: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}', SECRETS],
    ['{fingerprint: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, path: "**/test/**"}', ['token-2']],
    ['{path: "app/**"}', ['token', 'token-2', 'eval']],
    ['{path: "app/**", category: code}', ['eval']],
    ['{path: "**", package: left}', ['vuln']],
    ['{package: left}', ['vuln']],
    ['{id: DL3002, category: misconfiguration}', ['root']],
    ['{id: DL3002, category: secret}', []],
  ])('.assayignore.yaml with %s', (entry, expected) => {
    expect(asideBy('.assayignore.yaml', `exceptions: [${entry}]\n`)).toEqual(expected);
  });

  it('does not let one of another tool hide findings by a path', () => {
    const text = 'ignore:\n  - package:\n      location: "**"\n';
    expect(asideBy('.grype.yaml', text)).not.toContain('token');
  });

  it('does not count what is set aside, and lists why', () => {
    const ignore = [{ id: 'DL3002', reason: 'a job that installs', from: '.trivyignore:1' }];
    const decision = decided({ ignore, failOn: parseFailOn('category=misconfig+high') });
    expect(decision.verdict.status).toBe('pass');
    expect(decision.suppressed.flat()).toEqual([
      {
        ...{ findingId: 'root', by: 'ignore', reason: 'a job that installs' },
        from: '.trivyignore:1',
      },
    ]);
  });

  it.each(['secret/aws-key', 'DL3002', 'token'])('is set aside by no statement on %s', (name) => {
    const vex = [
      {
        ...{ path: 'vex.json', form: 'OpenVEX', problems: [], author: 'a' },
        statements: [
          {
            ...{ vulnerabilities: [name], status: 'not_affected', at: 0, from: 'vex.json, 1' },
            products: [{ identity: {}, subcomponents: [] }],
          },
        ],
      },
    ];
    const decision = decided({ vex: vex as unknown as NonNullable<PolicyOptions['vex']> });
    expect(decision.suppressed.flat()).toEqual([]);
  });
});

describe('the verdict on findings of several categories', () => {
  it.each<[Partial<PolicyOptions>, string]>([
    [
      { failOn: parseFailOn('high') },
      '4 findings (1 vulnerability, 2 secrets, 1 misconfiguration) meet "high"',
    ],
    [
      { failOn: parseFailOn('category=code') },
      '1 finding (1 weakness in code) meets "category=code"',
    ],
    [{ failOn: parseFailOn('category=vulnerability') }, '1 finding meets "category=vulnerability"'],
    [
      { exitCode: 1, severities: ['critical'] },
      '2 findings (2 secrets) are left after --severity CRITICAL',
    ],
  ])('says how many there are of each: %j', (options, message) => {
    const { verdict } = decided(options);
    expect(verdict.causes.map((cause) => cause.message)).toEqual([message]);
    expect(verdict.exitCode).toBe(1);
  });
});
