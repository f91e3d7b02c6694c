import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aFinding, anAdvisory, anInventory, aPackage } from '../../../test/support/model.ts';
import type { AffectedStatus, Severity } from '../../core/model/advisory/advisory.ts';
import { parsePackageUrl } from '../../core/model/purl/purl.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import { decide } from './decide.ts';
import { readExceptions } from './exceptions/read-exceptions.ts';
import { parseFailOn, parseForbidden } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';
import type { Decision } from './plain-decision.ts';
import type { VexDocument, VexStatus } from './vex/statement.ts';
import { CONDITION_WORDS } from './condition-words.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const STREAM = aPackage('stream', '3.3.6', {
  scope: 'development',
  locations: [{ path: '/app/test/fixtures/package-lock.json', layer: 0 }],
});
const OTHER = aPackage('left', '1.0.0');
const ADVISORY = anAdvisory('GHSA-aaaa-0001', { aliases: ['MAL-2024-1', 'SNYK-1'] });
const MALICIOUS = aFinding('f-malicious', {
  packageId: STREAM.id,
  advisoryId: ADVISORY.id,
  severity: 'critical',
  severityBy: 'assay',
  matchedVersion: '3.3.6',
  status: 'affected',
  fixedVersions: [],
  malicious: { by: ['MAL-2024-1'] },
});
const ORDINARY = aFinding('f-ordinary', { severity: 'low', status: 'affected', fixedVersions: [] });
const INVENTORY = anInventory([STREAM, OTHER]);

const DEFAULTS: PolicyOptions = {
  severities: SEVERITIES,
  ignoreUnfixed: false,
  ignoreStatuses: [],
  ignore: [],
  failOn: [],
  allowIncomplete: [],
  command: 'assay fs .',
};

function run(options: Partial<PolicyOptions>, findings = [MALICIOUS]): Decision {
  return decide(
    {
      results: [
        {
          inventory: INVENTORY,
          findings,
          diagnostics: [],
          corrected: { removedIds: [MALICIOUS.id], changedCount: 0 },
        },
      ],
      advisories: new Map([[ADVISORY.id, ADVISORY]]),
    },
    { ...DEFAULTS, ...options },
    NOW,
  );
}

const BASELINE = {
  name: 'last.json',
  reference: 'app',
  judgedAt: '2026-01-01',
  findings: [
    {
      keys: ['["vulnerability","mal-2024-1","npm stream"]'],
      past: {
        findingId: MALICIOUS.id,
        name: ADVISORY.id,
        severity: 'critical' as const,
        package: 'stream',
        version: '3.3.6',
      },
    },
  ],
  packageKeys: new Set(['npm stream', 'npm left']),
  isFiltered: false,
};

/** One of everything that asks for a gate. */
const GATES: readonly (readonly [string, Partial<PolicyOptions>])[] = [
  ['--exit-code', { exitCode: 3 }],
  ['--policy', { policy: 'prod', exitCode: 3 }],
  ['--policy with forbid', { policy: 'prod', forbid: parseForbidden('package=x'), exitCode: 3 }],
  ['--baseline', { baseline: BASELINE, exitCode: 3 }],
  ['--min-evidence', { minEvidence: 'claimed', exitCode: 3 }],
  ['--fail-on-tamper', { failOnTamper: true, exitCode: 3 }],
  ['--fail-on-stale-ignore', { failOnStaleIgnore: true, exitCode: 3 }],
  ...CONDITION_WORDS.map(
    ({ example }) =>
      [`--fail-on ${example}`, { failOn: parseFailOn(example), exitCode: 3 }] as const,
  ),
  ['--fail-on high+new+count>=99', { failOn: parseFailOn('high+new+count>=99'), exitCode: 3 }],
];

/** One of everything that sets ordinary findings aside or hides them. */
const FILTERS: readonly (readonly [string, Partial<PolicyOptions>])[] = [
  ['--ignore-unfixed', { ignoreUnfixed: true }],
  ['--ignore-status', { ignoreStatuses: ['affected'] as readonly AffectedStatus[] }],
  ['--severity', { severities: ['low'] as readonly Severity[] }],
  ['--only', { only: 'base' }],
  ['--vex', { vex: [vex('not_affected')] }],
  ['--vex fixed', { vex: [vex('fixed')] }],
  ['--overrides', { overrides: [{ id: 'MAL-2024-1', from: 'o.json:1' }] }],
  ['--allow-incomplete', { allowIncomplete: 'all' }],
];

function vex(status: VexStatus): VexDocument {
  const identity = { purl: parsePackageUrl('pkg:npm/stream@3.3.6') };
  return {
    path: 'vex.json',
    form: 'OpenVEX',
    problems: [],
    statements: [
      {
        vulnerabilities: ['MAL-2024-1', ADVISORY.id],
        products: [{ identity, subcomponents: [] }],
        status,
        justification: 'vulnerable_code_not_present',
        at: NOW,
        from: 'vex.json, statement 1',
      },
    ],
  };
}

/** Exceptions that do not name both the id and the package. */
const POWERLESS: readonly (readonly [string, string])[] = [
  ['.trivyignore', 'MAL-2024-1'],
  ['.trivyignore', ADVISORY.id],
  ['.trivyignore', MALICIOUS.id],
  ['.trivyignore', 'MAL-2024-1 package:stream'],
  ['.assayignore', 'MAL-2024-1 path:/**'],
  ['.assayignore', '* package:stream'],
  ['.assayignore', 'MAL-2024-1 package:*'],
  ['.assayignore', 'MAL-2024-1 package:str*'],
  ['.assayignore', 'MAL-2024-2 package:stream'],
  ['.assayignore', 'MAL-2024-1 package:stream-x'],
  ['.assayignore', 'MAL-2024-1 package:stream@3.3.5'],
  ['.assayignore', 'MAL-2024-1 pkg:pypi/stream'],
  ['.assayignore', 'MAL-2024-1 package:stream exp:2026-05-31'],
  ['.assayignore.yaml', 'exceptions: [{package: stream}]'],
  ['.assayignore.yaml', 'exceptions: [{purl: pkg:npm/stream@3.3.6}]'],
  ['.assayignore.yaml', 'exceptions: [{path: "**"}]'],
  ['.trivyignore.yaml', 'vulnerabilities: [{id: MAL-2024-1}]'],
  ['.trivyignore.yaml', 'vulnerabilities: [{id: MAL-2024-1, paths: ["**"]}]'],
  ['.grype.yaml', 'ignore: [{package: {name: stream}}]'],
  ['.grype.yaml', 'ignore: [{vulnerability: MAL-2024-1}]'],
  ['.grype.yaml', 'ignore: [{vulnerability: MAL-2024-1, package: {type: npm}}]'],
  ['.grype.yaml', 'ignore: [{fix-state: not-fixed}]'],
  ['osv-scanner.toml', '[[IgnoredVulns]]\nid = "MAL-2024-1"\n'],
  ['osv-scanner.toml', '[[PackageOverrides]]\nname = "stream"\necosystem = "npm"\nignore = true\n'],
  ['harbor.json', '{"cve_allowlist": {"items": [{"cve_id": "MAL-2024-1"}]}}'],
];

/** Exceptions that name both. */
const NAMING: readonly (readonly [string, string])[] = [
  ['.assayignore', 'MAL-2024-1 package:stream'],
  ['.assayignore', 'mal-2024-1 package:STREAM@3.3.6 # ours'],
  ['.assayignore', `${ADVISORY.id} package:stream`],
  ['.assayignore', 'SNYK-1 package:stream'],
  ['.assayignore', 'MAL-2024-1 pkg:npm/stream'],
  ['.assayignore', 'MAL-2024-1 pkg:npm/stream@3.3.6 owner:ann exp:2026-12-31 # ours'],
  ['.assayignore.yaml', 'exceptions: [{id: MAL-2024-1, package: stream}]'],
  ['.trivyignore.yaml', 'vulnerabilities: [{id: MAL-2024-1, purls: [pkg:npm/stream]}]'],
  ['.grype.yaml', 'ignore: [{vulnerability: MAL-2024-1, package: {name: stream}}]'],
];

function ignore([path, text]: readonly [string, string]): Partial<PolicyOptions> {
  const { entries, problems } = readExceptions(path, Buffer.from(text), NOW);
  return { ignore: entries, ignoreProblems: problems };
}

describe('a known malicious package', () => {
  it.each(GATES)('fails the gate of %s', (_name, gate) => {
    const { verdict, suppressed } = run(gate);
    expect([verdict.status, verdict.exitCode]).toEqual(['fail', 3]);
    expect(suppressed).toEqual([[]]);
    expect(verdict.causes[0]).toEqual({
      rule: 'malicious',
      findingIds: [MALICIOUS.id],
      message: '1 known malicious package: stream 3.3.6 (MAL-2024-1)',
      exitCode: 3,
    });
  });

  it('asks for no gate by itself', () => {
    expect(run({}).verdict).toMatchObject({ status: 'notAsked', exitCode: 0, causes: [] });
    expect(run({ exitCode: 0 }).verdict.status).toBe('notAsked');
  });

  it.each(FILTERS)('is not set aside by %s, which sets others aside', (_name, filter) => {
    const { verdict, suppressed } = run({ failOn: parseFailOn('id=X'), ...filter }, [
      MALICIOUS,
      ORDINARY,
    ]);
    expect(verdict.causes.map(({ rule }) => rule)).toEqual(['malicious']);
    expect(suppressed.flat().map(({ findingId }) => findingId)).not.toContain(MALICIOUS.id);
  });

  it.each(POWERLESS)('is not set aside by an exception without both names: %s, %s', (...file) => {
    const { verdict, suppressed } = run({ ...ignore(file), failOn: parseFailOn('id=X') });
    expect(verdict.status).toBe('fail');
    expect(suppressed).toEqual([[]]);
  });

  it.each(NAMING)('is set aside by an exception that names both: %s, %s', (...file) => {
    const { verdict, suppressed } = run({ ...ignore(file), exitCode: 1 });
    expect(verdict.status).toBe('pass');
    expect(suppressed.flat()).toMatchObject([{ findingId: MALICIOUS.id, by: 'ignore' }]);
  });

  it('is named with an exception that has no power over it', () => {
    const { diagnostics, verdict } = run({
      ...ignore(['.trivyignore', 'MAL-2024-1']),
      failOnStaleIgnore: true,
    });
    expect(diagnostics.flat().map(({ message }) => message)).toContain(
      '.trivyignore:1: the entry for "MAL-2024-1" does not clear "stream", which is a known malicious package; only an exception that names both the id and the package, without wildcards, does',
    );
    expect(verdict.causes.map(({ rule }) => rule)).toContain('--fail-on-stale-ignore');
  });

  it('leaves other findings to exceptions as before', () => {
    const options = { ...ignore(['.trivyignore', ORDINARY.advisoryId]), exitCode: 1 };
    expect(run(options, [ORDINARY]).verdict.status).toBe('pass');
  });

  it.each([
    ['malicious', [MALICIOUS, ORDINARY], ['malicious', '--fail-on malicious']],
    ['malicious', [ORDINARY], ['--fail-on malicious']],
    ['malicious+package=left', [MALICIOUS], ['malicious']],
    ['critical+malicious', [MALICIOUS], ['malicious', '--fail-on critical+malicious']],
    ['owned+malicious', [MALICIOUS], ['malicious']],
  ])('the word in a condition: %s', (text, findings, rules) => {
    const { causes } = run({ failOn: parseFailOn(text) }, findings).verdict;
    expect(causes.map(({ rule }) => rule)).toEqual(rules);
  });

  it('fails every gate, with any filters and exceptions, unless one names it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...GATES),
        fc.subarray([...FILTERS]),
        fc.subarray([...POWERLESS]),
        fc.option(fc.constantFrom(...NAMING)),
        ([, gate], filters, powerless, naming) => {
          const files = [...powerless, ...(naming === null ? [] : [naming])];
          const options = filters.reduce((all, [, filter]) => ({ ...all, ...filter }), gate);
          const entries = files.flatMap((file) => ignore(file).ignore ?? []);
          const { verdict, suppressed } = run({ ...options, ignore: entries });
          const isCause = verdict.causes.some(({ rule }) => rule === 'malicious');
          expect(isCause).toBe(naming === null);
          expect(suppressed.flat().map(({ from }) => from)).toEqual(
            naming === null ? [] : [`${naming[0]}:1`],
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a result without malicious packages', () => {
  it.each(GATES)('has no such cause: %s', (_name, gate) => {
    const { causes } = run({ ...gate }, [ORDINARY]).verdict;
    expect(causes.map(({ rule }) => rule)).not.toContain('malicious');
  });
});
