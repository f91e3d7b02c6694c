/**
 * Exceptions, comments in files, VEX, baselines, `--only` and conditions together: what is set
 * aside, and what decides. Expected results are written from `docs/exceptions.md`,
 * `docs/conditions.md` and the page of the gate.
 */

import { describe, expect, it } from 'vitest';

import {
  aFinding,
  anAdvisory,
  anInventory,
  aPackage,
  aRuleDraft,
} from '../../../test/support/model.ts';
import { testReport } from '../../../test/support/reports.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import { NO_FINDINGS } from '../../core/model/severity/severity.ts';
import type { IgnoreComment, RuleDraft } from '../../core/model/rule/rule-finding.ts';
import { identifyRuleFindings } from '../../core/model/rule/rule-identity.ts';
import { fullPolicy } from '../pipeline/request.ts';
import { baselineOf } from './baseline.ts';
import { decide } from './decide.ts';
import { readExceptions } from './exceptions/read-exceptions.ts';
import { parseFailOn } from './fail-on.ts';
import { readVex } from './vex/read-vex.ts';

const NOW = Date.parse('2026-01-01');
/** All findings, by a letter each. */
type Name = 'V' | 'T' | 'U' | 'R' | 'E' | 'S';

function comment(syntax: IgnoreComment['syntax'], ...rules: readonly string[]): IgnoreComment {
  return { syntax, line: 2, rules, reason: 'known' };
}

/** T and U are equal secrets in two files. The two lowest layers of the image are its base. */
const DRAFTS: Readonly<Record<Exclude<Name, 'V'>, Partial<RuleDraft>>> = {
  T: {
    ...{ category: 'secret', rule: 'secret/aws-key', severity: 'critical', cwe: [798] },
    ...{ aliases: ['aws-access-key-id'], fingerprint: 'a'.repeat(32) },
    location: { path: '/app/.env', layer: 2, line: 3 },
    comments: [comment('gitleaks')],
  },
  U: {
    ...{ category: 'secret', rule: 'secret/aws-key', severity: 'critical', cwe: [798] },
    ...{ aliases: ['aws-access-key-id'], fingerprint: 'a'.repeat(32) },
    location: { path: '/app/test/.env', layer: 3, line: 3 },
  },
  R: {
    ...{ category: 'misconfiguration', rule: 'dockerfile/root-user', severity: 'high', cwe: [250] },
    ...{ aliases: ['DL3002', 'AVD-DS-0002'], fingerprint: 'b'.repeat(32) },
    location: { path: '/Dockerfile', layer: 3, line: 3 },
    comments: [comment('hadolint', 'DL3002')],
  },
  E: {
    ...{ category: 'code', rule: 'code/eval', severity: 'medium', cwe: [95, 79] },
    ...{ aliases: ['B307'], fingerprint: 'c'.repeat(32) },
    location: { path: '/app/src/a.py', layer: 2, line: 3 },
    // About another rule.
    comments: [comment('nosec', 'B602')],
  },
  S: {
    ...{ category: 'misconfiguration', rule: 'image/empty-password', severity: 'low', cwe: [] },
    ...{ aliases: [], fingerprint: 'd'.repeat(32) },
    location: { path: '/etc/shadow', layer: 0, line: 1 },
  },
};

const V = aFinding('vuln', { packageId: 'pkg:npm/left@1.0.0', advisoryId: 'CVE-2024-0001' });
const FINDINGS: readonly Finding[] = [
  V,
  ...identifyRuleFindings(Object.values(DRAFTS).map((draft) => aRuleDraft(draft))),
];
const NAMES = new Map<string, string>(
  FINDINGS.map((finding) => {
    if (finding.kind !== 'rule') return [finding.id, 'V'];
    const { path } = finding.location;
    const row = Object.entries(DRAFTS).find(([, { location }]) => location?.path === path);
    return [finding.id, row?.[0] ?? '?'];
  }),
);
const idOf = (name: Name): string => [...NAMES].find(([, one]) => one === name)?.[0] ?? '';
const shown = (ids: readonly string[]): string =>
  ids
    .map((id) => NAMES.get(id))
    .sort()
    .join('');

const inventory = anInventory([
  aPackage('left', '1.0.0', {
    locations: [{ path: '/srv/package.json', layer: 1 }],
    introducedIn: 1,
  }),
]);
const advisories = new Map([
  ['CVE-2024-0001', anAdvisory('CVE-2024-0001', { aliases: ['GHSA-left'], cwes: ['CWE-79'] })],
]);

function artifactOf(kind: 'image' | 'directory'): Artifact {
  return {
    ...{ kind, reference: 'app', layers: [{}, {}, {}, {}] },
    ...(kind === 'image' && {
      image: {
        configDigest: 'sha256:00',
        platform: { os: 'linux', architecture: 'amd64' },
        ...{ tags: [], repoDigests: [], env: [], entrypoint: [], user: '', labels: new Map() },
        baseLayerCount: 2,
      },
    }),
  };
}

/** Says that neither the vulnerability nor anything that a rule is called affects the package. */
const VEX = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  ...{ '@id': 'https://a.example/1', author: 'a', timestamp: '2025-01-01T00:00:00Z', version: 1 },
  statements: ['CVE-2024-0001', 'secret/aws-key', 'DL3002', idOf('E'), 'd'.repeat(32)].map(
    (name) => ({
      vulnerability: { name },
      products: [{ '@id': 'pkg:npm/left@1.0.0' }],
      ...{ status: 'not_affected', justification: 'vulnerable_code_not_present' },
    }),
  ),
};

interface Given {
  /** Content of an image counts as third-party content, that of a directory as first-party. */
  readonly kind?: 'image' | 'directory';
  /** Entries of `.assayignore.yaml`. */
  readonly except?: readonly string[];
  /** `-c` names a configuration, so that comments do not count; a policy can say which do. */
  readonly comments?: 'with -c' | 'code' | 'all';
  readonly vex?: true;
  /** What the baseline has. */
  readonly known?: string;
  readonly only?: 'app' | 'base';
  readonly failOn?: string;
}

function outcome(given: Given): readonly [aside: string, deciding: string, status: string] {
  const { kind = 'directory', except = [], comments, vex, known, only, failOn } = given;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const file = bytes(`exceptions: [${except.join(', ')}]\n`);
  const { entries, problems } = readExceptions('.assayignore.yaml', file, NOW);
  expect(problems).toEqual([]);
  const result = {
    ...{ artifact: artifactOf(kind), inventory, findings: FINDINGS, diagnostics: [] },
    ...{ suppressed: [], notShown: NO_FINDINGS },
    scanners: ['packages', 'vuln', 'secret', 'misconfig', 'code'] as const,
  };
  const before = FINDINGS.filter(({ id }) => known?.includes(NAMES.get(id) ?? '?'));
  const earlier = testReport({ results: [{ ...result, findings: before }], advisories });
  const counting = comments === undefined ? 'implicit' : comments;
  const policy = fullPolicy({
    ignore: entries,
    ...(counting !== 'with -c' && { inlineComments: counting }),
    ...(vex === true && { vex: [readVex('vex.json', bytes(JSON.stringify(VEX)), NOW)] }),
    ...(known !== undefined && { baseline: baselineOf(earlier, 'before.json') }),
    ...(only !== undefined && { only }),
    ...(failOn === undefined ? { exitCode: 1 } : { failOn: parseFailOn(failOn) }),
  });
  const { suppressed, verdict } = decide({ results: [result], advisories }, policy, NOW);
  return [
    shown(suppressed.flat().map(({ findingId }) => findingId)),
    shown(verdict.causes.flatMap(({ findingIds }) => findingIds)),
    verdict.status,
  ];
}

describe('what is set aside and what decides', () => {
  it.each<readonly [string, Given, string, string]>([
    // Comments: of T and R; the one of E is about another rule.
    ['comments in own code', {}, 'RT', 'ESUV'],
    ['comments with -c', { comments: 'with -c' }, '', 'ERSTUV'],
    ['comments in an image', { kind: 'image' }, '', 'ERSTUV'],
    ['comments in an image, by policy', { kind: 'image', comments: 'all' }, 'RT', 'ESUV'],
    ['comments in own code, by policy', { comments: 'code' }, 'RT', 'ESUV'],
    ['comments in an image, by policy for code', { kind: 'image', comments: 'code' }, '', 'ERSTUV'],
    // Exceptions by each name, with and without comments.
    ['a rule', { except: ['{id: secret/aws-key}'] }, 'RTU', 'ESV'],
    ['a rule with -c', { except: ['{id: secret/aws-key}'], comments: 'with -c' }, 'TU', 'ERSV'],
    ['an alias', { except: ['{id: b307}'] }, 'ERT', 'SUV'],
    ['an alias of another tool', { except: ['{id: DS002}'], comments: 'with -c' }, 'R', 'ESTUV'],
    ['a finding', { except: [`{id: ${idOf('U')}}`] }, 'RTU', 'ESV'],
    ['a finding with -c', { except: [`{id: ${idOf('U')}}`], comments: 'with -c' }, 'U', 'ERSTV'],
    [
      'a fingerprint',
      { except: [`{fingerprint: ${'a'.repeat(32)}}`], kind: 'image' },
      'TU',
      'ERSV',
    ],
    [
      'a fingerprint at a path',
      { except: [`{fingerprint: ${'a'.repeat(32)}, path: "app/test/**"}`], kind: 'image' },
      'U',
      'ERSTV',
    ],
    ['a path', { except: ['{path: "app/**"}'], comments: 'with -c' }, 'ETU', 'RSV'],
    ['a path and a rule', { except: ['{id: code/eval, path: "app/**"}'] }, 'ERT', 'SUV'],
    ['a path elsewhere', { except: ['{id: code/eval, path: "lib/**"}'] }, 'RT', 'ESUV'],
    ['a path and a category', { except: ['{path: "**", category: code}'] }, 'ERT', 'SUV'],
    ['a wildcard in an id', { except: ['{id: "secret/*"}'] }, 'RT', 'ESUV'],
    [
      'an exception that is past',
      { except: ['{id: code/eval, expires: 2026-01-02}'] },
      'ERT',
      'SUV',
    ],
    ['an advisory', { except: ['{id: GHSA-left}'] }, 'RTV', 'ESU'],
    ['a package', { except: ['{package: left}'] }, 'RTV', 'ESU'],
    // VEX is about vulnerabilities alone, whatever its names are.
    ['statements', { vex: true, comments: 'with -c' }, 'V', 'ERSTU'],
    ['statements and comments', { vex: true }, 'RTV', 'ESU'],
    ['statements and a condition', { vex: true, failOn: 'rule=secret/*|code/*' }, 'RTV', 'EU'],
    // Baselines: equal secrets are one finding and one more.
    ['a baseline with all', { known: 'VTURES', comments: 'with -c' }, '', ''],
    ['a baseline with none', { known: '', comments: 'with -c' }, '', 'ERSTUV'],
    ['a baseline without code', { known: 'VTURS' }, 'RT', 'E'],
    ['a baseline and an exception', { known: 'VTUR', except: ['{id: B307}'] }, 'ERT', 'S'],
    ['a baseline and statements', { known: 'TURS', vex: true }, 'RTV', 'E'],
    ['a baseline and new', { known: 'VT', failOn: 'medium+new', comments: 'with -c' }, '', 'ERU'],
    ['a baseline and no new', { known: 'VT', failOn: 'critical', comments: 'with -c' }, '', 'TU'],
    ['new of a category', { known: 'VT', failOn: 'category=secret+new', kind: 'image' }, '', 'U'],
    // --only asks for the origin, which is unknown in a directory.
    ['--only base', { kind: 'image', only: 'base' }, '', 'SV'],
    ['--only app', { kind: 'image', only: 'app' }, '', 'ERTU'],
    ['--only app in a directory', { only: 'app', comments: 'with -c' }, '', 'ERSTUV'],
    ['--only base and a baseline', { kind: 'image', only: 'base', known: 'V' }, '', 'S'],
    [
      '--only app and an exception',
      { kind: 'image', only: 'app', except: ['{id: DL3002}'] },
      'R',
      'ETU',
    ],
    ['--only app and comments', { kind: 'image', only: 'app', comments: 'all' }, 'RT', 'EU'],
    [
      '--only shows, a condition decides',
      { kind: 'image', only: 'base', failOn: 'critical' },
      '',
      'TU',
    ],
    ['an origin of a condition', { kind: 'image', failOn: 'origin=base+low' }, '', 'SV'],
    // Conditions with globs and aliases, over what is left.
    ['rule=secret/*', { failOn: 'rule=secret/*' }, 'RT', 'U'],
    ['rule=secret/* with -c', { failOn: 'rule=secret/*', comments: 'with -c' }, '', 'TU'],
    ['rule of all that is aside', { failOn: 'rule=dockerfile/*' }, 'RT', ''],
    ['rule=dl3*', { failOn: 'rule=dl3*', kind: 'image' }, '', 'R'],
    ['rule=**', { failOn: 'rule=**' }, 'RT', 'ESU'],
    ['rule!=secret/*', { failOn: 'high+rule!=secret/*', kind: 'image' }, '', 'RV'],
    ['category=secret|code', { failOn: 'category=secret|code' }, 'RT', 'EU'],
    [
      'category!=vulnerability',
      { failOn: 'high+category!=vulnerability', kind: 'image' },
      '',
      'RTU',
    ],
    ['cwe=79', { failOn: 'cwe=79' }, 'RT', 'EV'],
    ['cwe=7* with statements', { failOn: 'cwe=7*', vex: true }, 'RTV', 'EU'],
    ['cwe=CWE-79 and an exception', { failOn: 'cwe=CWE-79', except: ['{id: B307}'] }, 'ERT', 'V'],
    ['high counts all categories', { failOn: 'high', kind: 'image' }, '', 'RTUV'],
    ['two alternatives', { failOn: 'rule=code/eval,category=misconfig+low' }, 'RT', 'ES'],
    [
      'a count over what is left',
      { failOn: 'category=secret+count>=2', except: ['{path: "app/test/**"}'], kind: 'image' },
      'U',
      '',
    ],
    [
      'everything at once',
      {
        ...{ kind: 'image', comments: 'all', vex: true, known: 'S', failOn: 'low+new' },
        except: ['{id: secret/aws-key, path: "app/test/**"}'],
      },
      'RTUV',
      'E',
    ],
  ])('%s', (_, given, aside, deciding) => {
    const status = deciding === '' ? 'pass' : 'fail';
    expect(outcome(given)).toEqual([aside, deciding, status]);
  });
});
