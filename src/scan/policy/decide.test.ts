import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aFinding,
  aGap,
  anAdvisory,
  anInventory,
  aPackage,
  aRuleFinding,
} from '../../../test/support/model.ts';
import type {
  Advisory,
  AffectedStatus,
  Coverage,
  Severity,
} from '../../core/model/advisory/advisory.ts';
import type { Diagnostic, Finding, GapKind } from '../../core/model/finding/finding.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';
import type { Decision } from './plain-decision.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const OLD_SYSTEM: Distro = { id: 'debian', versionId: '10' };

const DEFAULTS: PolicyOptions = {
  severities: SEVERITIES,
  ignoreUnfixed: false,
  ignoreStatuses: [],
  ignore: [],
  failOn: [],
  allowIncomplete: [],
  command: 'assay fs .',
};

interface Scene {
  readonly findings?: readonly Finding[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly advisories?: readonly Advisory[];
  readonly distro?: Distro;
}

function run(scene: Scene, options: Partial<PolicyOptions>): Decision {
  const { findings = [], diagnostics = [], advisories = [], distro } = scene;
  const result = { inventory: anInventory([], distro), findings, diagnostics };
  return decide(
    { results: [result], advisories: new Map(advisories.map((one) => [one.id, one])) },
    { ...DEFAULTS, ...options },
    NOW,
  );
}

function verdictOf(scene: Scene, options: Partial<PolicyOptions>): readonly [string, number] {
  const { status, exitCode } = run(scene, options).verdict;
  return [status, exitCode];
}

function of(severity: Severity, fields: Parameters<typeof aFinding>[1] = {}): Finding {
  return aFinding(`${severity}-1`, { severity, ...fields });
}

describe('the two readings of --severity', () => {
  const low = of('low');
  const high = of('high');

  it.each<[string, readonly Finding[], Partial<PolicyOptions>, [string, number]]>([
    [
      'without --fail-on it limits the gate',
      [low],
      { exitCode: 1, severities: ['high'] },
      ['pass', 0],
    ],
    [
      'and what is left of it fails',
      [low, high],
      { exitCode: 7, severities: ['high'] },
      ['fail', 7],
    ],
    [
      'with --fail-on it is only for display',
      [high],
      { failOn: parseFailOn('high'), severities: ['critical'] },
      ['fail', 1],
    ],
    [
      'so that showing more does not fail more',
      [low],
      { failOn: parseFailOn('high'), severities: SEVERITIES },
      ['pass', 0],
    ],
    [
      'and --exit-code is then only the number',
      [low, high],
      { failOn: parseFailOn('high'), exitCode: 9, severities: ['low'] },
      ['fail', 9],
    ],
    [
      'which may be 0 for a trial',
      [high],
      { failOn: parseFailOn('high'), exitCode: 0 },
      ['fail', 0],
    ],
  ])('%s', (_, findings, options, expected) => {
    expect(verdictOf({ findings }, options)).toEqual(expected);
  });
});

describe('without a gate', () => {
  it.each<[string, Partial<PolicyOptions>]>([
    ['nothing asked', {}],
    ['--exit-code 0', { exitCode: 0 }],
    ['--exit-on-eol 0', { exitOnEol: 0 }],
  ])('findings and gaps change nothing: %s', (_, options) => {
    const scene = { findings: [of('critical')], diagnostics: [aGap('unreadable')] };
    expect(run(scene, options).verdict).toEqual({ status: 'notAsked', exitCode: 0, causes: [] });
  });
});

describe('conditions of --fail-on', () => {
  const advisory = anAdvisory('CVE-2024-0001', {
    ratings: [
      { by: 'osv', severity: 'medium', score: 5.5 },
      { by: 'nvd', severity: 'high', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    ],
    epss: 0.42,
    exploited: { since: '2024-02-01', ransomware: false },
    publishedAt: '2026-05-01T00:00:00Z',
  });

  it.each([
    ['high', 'fail'],
    ['critical', 'pass'],
    ['unknown', 'fail'],
    ['critical,low+fixable', 'fail'],
    ['fixable', 'fail'],
    ['kev', 'fail'],
    ['critical+kev', 'pass'],
    ['epss>=0.42', 'fail'],
    ['epss>=0.43', 'pass'],
    ['cvss>=9.8', 'fail'],
    ['cvss>=9.9', 'pass'],
    ['age>30d', 'fail'],
    ['age>31d', 'pass'],
    ['high+fixable+kev+epss>=0.1+cvss>=8+age>7d', 'fail'],
  ])('%s: %s', (text, status) => {
    const scene = { findings: [of('high')], advisories: [advisory] };
    expect(run(scene, { failOn: parseFailOn(text) }).verdict.status).toBe(status);
  });

  it('do not count what has no fix as fixable', () => {
    const findings = [of('high', { fixedVersions: [], status: 'affected' })];
    expect(verdictOf({ findings }, { failOn: parseFailOn('high+fixable') })).toEqual(['pass', 0]);
  });

  it('count an advisory without a date as old', () => {
    const undated = anAdvisory('CVE-2024-0001');
    const scene = { findings: [of('high')], advisories: [undated] };
    expect(run(scene, { failOn: parseFailOn('age>9999d') }).verdict.status).toBe('fail');
  });

  it.each(['kev', 'high+epss>=0.5'])('are incomplete when %s was never loaded', (text) => {
    const scene = { findings: [of('high')], advisories: [anAdvisory('CVE-2024-0001')] };
    const { verdict, diagnostics } = run(scene, { failOn: parseFailOn(text) });
    expect([verdict.status, verdict.exitCode]).toEqual(['incomplete', 6]);
    expect(verdict.causes.map(({ rule }) => rule)).toEqual(['incomplete/no-advisory-data']);
    expect(diagnostics[0]?.[0]?.message).toContain('"assay db update" gets it');
    expect(run(scene, { failOn: parseFailOn('critical+kev') }).verdict.status).toBe('pass');
  });

  it('know from the coverage that data is loaded and merely says no', () => {
    const row = { feed: 'kev', recordCount: 1, dataAt: '', fetchedAt: '' };
    const result = { inventory: anInventory([]), findings: [of('high')], diagnostics: [] };
    const input = { results: [result], advisories: new Map(), coverage: [row] };
    const options = { ...DEFAULTS, failOn: parseFailOn('kev') };
    expect(decide(input, options, NOW).verdict.status).toBe('pass');
  });

  it('name each condition with its findings', () => {
    const findings = [of('high'), of('critical'), of('low')];
    const { causes } = run({ findings }, { failOn: parseFailOn('critical,high+fixable') }).verdict;
    expect(causes).toMatchObject([
      {
        rule: '--fail-on critical',
        findingIds: ['critical-1'],
        message: '1 finding meets "critical"',
      },
      {
        rule: '--fail-on high+fixable',
        findingIds: ['high-1', 'critical-1'],
        message: '2 findings meet "high+fixable"',
      },
    ]);
  });
});

describe('a gate that passes', () => {
  const causes = (options: Partial<PolicyOptions>): readonly unknown[] =>
    run({ findings: [of('low')] }, options).verdict.causes;

  it('names every rule that nothing met', () => {
    expect(causes({ failOn: parseFailOn('critical,high+fixable') })).toEqual([
      { rule: '--fail-on critical', findingIds: [], message: 'no finding meets it' },
      { rule: '--fail-on high+fixable', findingIds: [], message: 'no finding meets it' },
    ]);
    expect(causes({ exitCode: 1, severities: ['high', 'critical'], ignoreUnfixed: true })).toEqual([
      {
        rule: '--exit-code 1',
        findingIds: [],
        message: 'no finding is left after --severity HIGH,CRITICAL, --ignore-unfixed',
      },
    ]);
  });

  it('names none where none was asked for', () => {
    expect(causes({ exitCode: 0 })).toEqual([]);
  });
});

describe('what is unimportant to its distribution', () => {
  const findings = [of('low', { status: 'unimportant', fixedVersions: [] })];

  it('fails --exit-code, as in trivy, and never --fail-on', () => {
    expect(verdictOf({ findings }, { exitCode: 1 })).toEqual(['fail', 1]);
    expect(verdictOf({ findings }, { failOn: parseFailOn('low') })).toEqual(['pass', 0]);
    expect(verdictOf({ findings }, { exitCode: 1, ignoreStatuses: ['unimportant'] })).toEqual([
      'pass',
      0,
    ]);
  });
});

describe('findings of other kinds', () => {
  const location = { path: '/Dockerfile', layer: 0, line: 1 };
  const rule = aRuleFinding('rule-1', { location });
  const integrity: Finding = {
    id: 'integrity-1',
    kind: 'integrity',
    severity: 'critical',
    contradiction: {
      kind: 'content',
      claimed: 'a',
      found: 'b',
      location,
      isSevere: true,
    },
  };

  it('fail by their severity, and can be ignored by the id of the rule', () => {
    expect(verdictOf({ findings: [rule] }, { exitCode: 1 })).toEqual(['fail', 1]);
    expect(verdictOf({ findings: [rule] }, { failOn: parseFailOn('high') })).toEqual(['fail', 1]);
    expect(verdictOf({ findings: [rule] }, { failOn: parseFailOn('high+fixable') })).toEqual([
      'pass',
      0,
    ]);
    const ignore = [{ id: 'dockerfile/unpinned-base', from: '.trivyignore:1' }];
    expect(verdictOf({ findings: [rule] }, { exitCode: 1, ignore })).toEqual(['pass', 0]);
  });

  it('leave contradicted content to its own gate', () => {
    expect(verdictOf({ findings: [integrity] }, { exitCode: 1 })).toEqual(['pass', 0]);
    expect(verdictOf({ findings: [integrity] }, { failOn: parseFailOn('low') })).toEqual([
      'pass',
      0,
    ]);
  });
});

describe('suppressed findings', () => {
  const advisories = [anAdvisory('CVE-2024-0001', { aliases: ['GHSA-aaaa-0001'] })];

  it.each([
    ['cve-2024-0001', undefined],
    ['GHSA-AAAA-0001', '2026-07-01'],
  ])('are ignored by id or alias in any case: %s', (id, until) => {
    const entry = {
      id,
      from: '.trivyignore:3',
      reason: 'not reachable',
      ...(until === undefined ? {} : { until }),
    };
    const decision = run({ findings: [of('high')], advisories }, { exitCode: 1, ignore: [entry] });
    expect(decision.verdict.status).toBe('pass');
    expect(decision.suppressed).toEqual([
      [
        {
          findingId: 'high-1',
          by: 'ignore',
          reason: 'not reachable',
          ...(until === undefined ? {} : { until }),
          from: '.trivyignore:3',
        },
      ],
    ]);
    expect(decision.diagnostics).toEqual([[]]);
  });

  it('keep their reason when they have no fix or an ignored status', () => {
    const findings = [
      of('high', { fixedVersions: [], status: 'affected' }),
      of('low', { status: 'willNotFix', fixedVersions: [] }),
      of('medium'),
    ];
    const { suppressed, verdict } = run(
      { findings },
      { exitCode: 1, ignoreUnfixed: true, ignoreStatuses: ['willNotFix'] },
    );
    expect(suppressed[0]?.map(({ findingId, by }) => [findingId, by])).toEqual([
      ['high-1', 'unfixed'],
      ['low-1', 'status'],
    ]);
    expect(suppressed[0]?.[1]?.reason).toBe('--ignore-status: the status is will_not_fix');
    expect(verdict.causes).toMatchObject([
      {
        rule: '--exit-code 1',
        findingIds: ['medium-1'],
        message: '1 finding is left after --ignore-unfixed, --ignore-status will_not_fix',
      },
    ]);
  });

  it('do not count for --fail-on either', () => {
    const options = { failOn: parseFailOn('low'), ignoreUnfixed: true };
    const findings = [of('high', { fixedVersions: [] })];
    expect(verdictOf({ findings }, options)).toEqual(['pass', 0]);
  });

  it('are suppressed without a gate as well', () => {
    const decision = run(
      { findings: [of('high', { fixedVersions: [] })] },
      { ignoreUnfixed: true },
    );
    expect(decision.suppressed[0]).toHaveLength(1);
    expect(decision.verdict.status).toBe('notAsked');
  });

  it('report entries that no finding needs, once for the run and without a gap', () => {
    const ignore = [{ id: 'CVE-1999-0001', from: '.trivyignore:9' }];
    const result = { inventory: anInventory([]), findings: [], diagnostics: [] };
    const decision = decide(
      { results: [result, result], advisories: new Map() },
      { ...DEFAULTS, exitCode: 1, ignore },
      NOW,
    );
    expect(decision.verdict.status).toBe('pass');
    expect(decision.diagnostics).toEqual([
      [
        {
          stage: 'policy',
          message: '.trivyignore:9: no finding is called "CVE-1999-0001"; the entry can be removed',
        },
      ],
      [],
    ]);
  });
});

describe('gaps', () => {
  const kinds: readonly GapKind[] = [
    'unreadable',
    'noAdvisoryData',
    'unorderedVersion',
    'unknownSystem',
    'limit',
    'timeout',
    'lazy',
    'unpinned',
    'unread',
    'unrated',
  ];

  it.each(kinds)('make both gates incomplete: %s', (kind) => {
    const scene = { diagnostics: [aGap(kind)] };
    expect(verdictOf(scene, { exitCode: 1 })).toEqual(['incomplete', 6]);
    expect(verdictOf(scene, { failOn: parseFailOn('high') })).toEqual(['incomplete', 6]);
  });

  it('are allowed by kind or altogether, and notes are none', () => {
    const scene = { diagnostics: [aGap('unreadable'), { stage: 'catalog', message: 'a note' }] };
    const asked: Partial<PolicyOptions> = { exitCode: 1 };
    expect(verdictOf(scene as Scene, { ...asked, allowIncomplete: ['unreadable'] })).toEqual([
      'pass',
      0,
    ]);
    expect(verdictOf(scene as Scene, { ...asked, allowIncomplete: 'all' })).toEqual(['pass', 0]);
    expect(verdictOf(scene as Scene, { ...asked, allowIncomplete: ['limit'] })).toEqual([
      'incomplete',
      6,
    ]);
  });

  it('are listed by kind, behind the findings that win', () => {
    const scene = {
      findings: [of('high')],
      diagnostics: [
        { ...aGap('unreadable', 'cut off'), location: { path: '/lib/db', layer: 0 } },
        { ...aGap('limit', '"/a.tar" is too big'), location: { path: '/a.tar', layer: 0 } },
        aGap('unreadable', 'another'),
      ],
    };
    const { verdict } = run(scene, { failOn: parseFailOn('high') });
    expect([verdict.status, verdict.exitCode]).toEqual(['fail', 1]);
    expect(verdict.causes.map(({ rule, message }) => [rule, message])).toEqual([
      ['--fail-on high', '1 finding meets "high"'],
      ['incomplete/unreadable', '/lib/db: cut off (and 1 more)'],
      ['incomplete/limit', '"/a.tar" is too big'],
    ]);
  });
});

describe('a system past its end of life', () => {
  const scene = { distro: OLD_SYSTEM };

  it.each<[string, Partial<PolicyOptions>, string, number]>([
    ['no gate', {}, 'notAsked', 0],
    ['--exit-code alone only warns', { exitCode: 1 }, 'pass', 0],
    ['--fail-on is incomplete', { failOn: parseFailOn('high') }, 'incomplete', 6],
    [
      'unless that is allowed',
      { failOn: parseFailOn('high'), allowIncomplete: ['endOfLife'] },
      'pass',
      0,
    ],
    ['--exit-on-eol has its own number', { exitOnEol: 3 }, 'fail', 3],
    ['and wins over incomplete', { exitOnEol: 3, failOn: parseFailOn('high') }, 'fail', 3],
  ])('%s', (_, options, status, exitCode) => {
    const decision = run(scene, options);
    expect([decision.verdict.status, decision.verdict.exitCode]).toEqual([status, exitCode]);
    expect(decision.diagnostics[0]?.map(({ gap }) => gap)).toEqual(['endOfLife']);
  });

  it('says why it passed all the same', () => {
    const lines = (options: Partial<PolicyOptions>): readonly string[] =>
      run(scene, options).verdict.causes.map(({ rule, message }) => `${rule}: ${message}`);
    expect(lines({ exitCode: 1 })).toEqual([
      '--exit-code 1: no finding of any severity',
      '--exit-code 1: a system past its end of life is only a warning, as in trivy',
    ]);
    expect(lines({ failOn: parseFailOn('high'), allowIncomplete: 'all' })).toEqual([
      '--fail-on high: no finding meets it',
      '--allow-incomplete: gaps let pass: end-of-life',
    ]);
  });

  it('gives way to findings, and both are listed', () => {
    const { verdict } = run({ ...scene, findings: [of('high')] }, { exitCode: 2, exitOnEol: 3 });
    expect(verdict.exitCode).toBe(2);
    expect(verdict.causes.map(({ rule }) => rule)).toEqual(['--exit-code 2', '--exit-on-eol 3']);
  });

  it('is no cause while the system is maintained', () => {
    const options = { exitOnEol: 3, exitCode: 1 };
    expect(verdictOf({ distro: { id: 'debian', versionId: '12' } }, options)).toEqual(['pass', 0]);
  });
});

describe('any decision', () => {
  const statuses: readonly AffectedStatus[] = ['fixed', 'affected', 'willNotFix', 'unimportant'];
  const findings = fc
    .array(
      fc.record({
        severity: fc.constantFrom(...SEVERITIES),
        status: fc.constantFrom(...statuses),
        isFixed: fc.boolean(),
        cve: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((rows) =>
      rows.map(({ severity, status, isFixed, cve }, index) =>
        aFinding(`f${index}`, {
          severity,
          status,
          advisoryId: `CVE-2024-000${cve}`,
          fixedVersions: isFixed ? ['2.0.0'] : [],
        }),
      ),
    );
  const options = fc.record({
    severities: fc.subarray([...SEVERITIES]),
    ignoreUnfixed: fc.boolean(),
    ignoreStatuses: fc.subarray([...statuses]),
    ignore: fc
      .subarray(['CVE-2024-0001', 'CVE-2024-0002'])
      .map((ids) => ids.map((id) => ({ id, from: 'x:1' }))),
    failOn: fc
      .option(fc.constantFrom('high', 'low+fixable', 'critical,medium+kev', 'epss>=0.5'))
      .map((text) => (text === null ? [] : parseFailOn(text))),
    exitCode: fc.constantFrom(0, 1, 5),
  });
  const advisories = [
    anAdvisory('CVE-2024-0001', { epss: 0.9, exploited: { since: '2024', ransomware: true } }),
    anAdvisory('CVE-2024-0002', { epss: 0.1 }),
  ];

  it('never turns from pass into fail when a finding goes', () => {
    fc.assert(
      fc.property(findings, options, fc.nat(), (all, asked, which) => {
        const before = run({ findings: all, advisories }, asked).verdict;
        const fewer = all.filter((_, index) => index !== which % all.length);
        const after = run({ findings: fewer, advisories }, asked).verdict;
        if (before.status !== 'fail') expect(after.status).not.toBe('fail');
        if (before.status === 'pass') expect(after.status).toBe('pass');
      }),
    );
  });

  it('lets no finding both be set aside and decide, and fails exactly when one decides', () => {
    fc.assert(
      fc.property(findings, options, (all, asked) => {
        const { verdict, suppressed } = run({ findings: all, advisories }, asked);
        const aside = new Set(suppressed.flat().map(({ findingId }) => findingId));
        const deciding = verdict.causes.flatMap(({ findingIds }) => findingIds);
        expect(deciding.filter((id) => aside.has(id))).toEqual([]);
        expect(verdict.status === 'fail').toBe(deciding.length > 0);
      }),
    );
  });
});

describe('the name of the vulnerabilities of actions', () => {
  const packages = [
    aPackage('tj-actions/changed-files', 'v45', { ecosystem: 'githubactions' }),
    aPackage('lodash', '1.0.0'),
  ];
  const findings = packages.map(({ id, name }) => aFinding(name, { packageId: id }));
  const advisories = new Map([['CVE-2024-0001', anAdvisory('CVE-2024-0001')]]);

  it.each([
    ['id=known-vulnerable-actions', ['tj-actions/changed-files']],
    ['id=KNOWN-vulnerable-*', ['tj-actions/changed-files']],
    ['id!=known-vulnerable-actions', ['lodash']],
    ['id=known-vulnerable', []],
  ])('is an id in a condition: %s', (text, expected) => {
    const result = { inventory: anInventory(packages), findings, diagnostics: [] };
    const options = { ...DEFAULTS, failOn: parseFailOn(text) };
    const { verdict } = decide({ results: [result], advisories }, options, NOW);
    expect(verdict.causes.flatMap(({ findingIds }) => findingIds)).toEqual(expected);
  });
});

describe('what only a package of the distribution ships', () => {
  const owned = of('critical', { ownedBy: 'pkg:deb/debian/python3-pip@1' });
  const own = of('high');

  it.each<[string, readonly Finding[], Partial<PolicyOptions>, [string, number]]>([
    ['meets no severity', [owned], { failOn: parseFailOn('unknown') }, ['pass', 0]],
    ['meets no fact', [owned], { failOn: parseFailOn('fixable,ecosystem=npm') }, ['pass', 0]],
    ['meets no negated pattern', [owned], { failOn: parseFailOn('id!=X') }, ['pass', 0]],
    ['counts for no number', [owned], { failOn: parseFailOn('count>=1') }, ['pass', 0]],
    ['is not left by --exit-code', [owned], { exitCode: 1 }, ['pass', 0]],
    ['is not left by a policy', [owned], { policy: 'p', failOn: parseFailOn('low') }, ['pass', 0]],
    ['meets the word', [owned], { failOn: parseFailOn('owned') }, ['fail', 1]],
    ['meets the word with others', [owned], { failOn: parseFailOn('high+owned') }, ['fail', 1]],
    ['an alternative', [owned], { failOn: parseFailOn('high,high+owned') }, ['fail', 1]],
    ['but not what else is asked', [owned], { failOn: parseFailOn('owned+id=X') }, ['pass', 0]],
    ['the word asks for nothing else', [own], { failOn: parseFailOn('owned') }, ['pass', 0]],
    ['others count as before', [owned, own], { exitCode: 3 }, ['fail', 3]],
  ])('%s', (_name, findings, options, expected) => {
    expect(verdictOf({ findings }, options)).toEqual(expected);
  });

  it('is no cause beside others', () => {
    const { causes } = run({ findings: [owned, own] }, { failOn: parseFailOn('high') }).verdict;
    expect(causes.map(({ findingIds }) => findingIds)).toEqual([[own.id]]);
  });

  it('is set aside by a filter like any finding', () => {
    expect(
      verdictOf(
        { findings: [of('high', { ownedBy: 'x', fixedVersions: [], status: 'affected' })] },
        { failOn: parseFailOn('owned'), ignoreUnfixed: true },
      ),
    ).toEqual(['pass', 0]);
  });
});

describe('a condition on what the distribution ships', () => {
  const owned = aPackage('urllib3', '1.26.12', { ecosystem: 'pypi', ownedBy: 'pkg:deb/a@1' });
  const python: Coverage = {
    feed: 'osv',
    ecosystem: 'pypi',
    recordCount: 1,
    dataAt: '2026-05-01T00:00:00Z',
    fetchedAt: '2026-05-01T00:00:00Z',
  };

  it.each<[string, [string, readonly Package[], readonly Coverage[]], string]>([
    ['is a gap where the language has no data', ['high+owned', [owned], []], 'incomplete'],
    ['beside others too', ['high,owned', [owned], []], 'incomplete'],
    ['passes where it has', ['high+owned', [owned], [python]], 'pass'],
    ['of other conditions is no gap', ['high', [owned], []], 'pass'],
    ['of nothing that is shipped is no gap', ['owned', [aPackage('a', '1')], []], 'pass'],
  ])('%s', (_name, [failOn, packages, coverage], status) => {
    const result = { inventory: anInventory(packages), findings: [], diagnostics: [] };
    const input = { results: [result], advisories: new Map(), coverage };
    const { verdict } = decide(input, { ...DEFAULTS, failOn: parseFailOn(failOn) }, NOW);
    expect(verdict.status).toBe(status);
  });
});
