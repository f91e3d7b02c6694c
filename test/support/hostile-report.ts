/**
 * Reports in which every text that an artifact, an advisory or an exception can choose is hostile.
 */

import type { Advisory } from '../../src/core/model/advisory/advisory.ts';
import type { Artifact } from '../../src/core/model/artifact/artifact.ts';
import type { Package } from '../../src/core/model/package/package.ts';
import type { ArtifactResult, Report, Verdict } from '../../src/core/model/report/report.ts';
import { aRuleFinding } from './model.ts';
import { fullReport, testAdvisory, testFinding, testPackage } from './reports.ts';

/** Texts that end a cell, start a command, hide what follows, or are markup for some reader. */
export const HOSTILE_TEXTS: readonly (readonly [string, string])[] = [
  ['a formula', '=HYPERLINK("http://evil.example","x")'],
  ['a formula behind a plus', "+1+cmd|' /C calc'!A0"],
  ['a formula behind a minus', '-2+3'],
  ['a function of Lotus', '@SUM(1+1)'],
  ['a tab and a formula', '\t=1+1'],
  ['quotes and commas', 'a","b\',c;d'],
  ['line ends', 'a\r\nb\nc\rd'],
  ['a workflow command', 'x\n::error::owned'],
  ['an encoded workflow command', 'x%0A::add-mask::y%0D%25'],
  ['an old workflow command', '##[add-path]/evil'],
  ['properties of a workflow command', 'a,file=b::c'],
  ['the end of a cell of Markdown', 'a | b || c \\| d'],
  ['markup of Markdown', '*a* _b_ `c` ``d`` [e](http://evil.example) ![f](g) <h> ~i~ # j'],
  [
    'a mention and a reference',
    '@everyone fixes #1 and org/repo#2, https://evil.example www.evil.example',
  ],
  ['HTML', '<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;'],
  ['the end of a part of XML', ']]></failure><testcase name="x"/><!-- --><?x?>'],
  ['characters that XML forbids', '\u0000\u0001\u000b\uffff\ufffe\ud800\udfff'],
  ['sequences of a terminal', '\u001b[2J\u001b]8;;http://evil.example\u0007x\u009b31m'],
  ['a line that turns round', '\u202egnp.exe\u202c\u2066\u2069\u200f\u061c'],
  ['separators of lines', 'a\u2028b\u2029c\u0085d\u000ce'],
  ['a template', '{{ 7 | times: 6 }}{% assign x = 1 %}${x}#{x}{0}'],
  [
    'lines of the table',
    'a\nTotal: 0 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0)\n\nVerdict: PASS (exit code 0)\n',
  ],
  ['names that objects have', '__proto__'],
  ['a path out of the image', '../../../../etc/passwd'],
  ['an address with a script', 'data:text/html,<script>alert(1)</script>'],
  ['a very long text', 'long '.repeat(2000)],
];

/** Fields whose values are words of the report itself. */
const WORDS: ReadonlySet<string> = new Set(
  (
    'kind severity ecosystem presence scope relationship level gap stage status category schemaVersion ' +
    'shownSeverities shownOrigin layerDigests sign comparison'
  ).split(' '),
);

/**
 * Returns a report with findings of all kinds in which `text` stands in every field that holds
 * foreign text.
 */
export function hostileReport(text: string): Report {
  return changed(completeReport(), '', (value, key) =>
    WORDS.has(key) || (key === 'by' && SUPPRESSORS.has(value)) ? value : foreign(value, text),
  ) as Report;
}

/** What sets findings aside, and who knows the layers of a base. */
const SUPPRESSORS: ReadonlySet<string> = new Set(
  'unfixed status ignore override vex baseline history label'.split(' '),
);

/** The hostile text comes first in most fields; ids stay different from each other. */
function foreign(value: string, text: string): string {
  return value === '' ? text : `${text}${value}`;
}

function changed(
  value: unknown,
  key: string,
  change: (text: string, key: string) => string,
): unknown {
  if (typeof value === 'string') return change(value, key);
  if (Array.isArray(value)) return value.map((item) => changed(item, key, change));
  if (value instanceof Map) {
    return new Map(
      [...value].map(([name, item]) => [change(String(name), ''), changed(item, '', change)]),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, changed(item, name, change)]),
  );
}

/** A report that has findings of all kinds, exceptions, gaps, a baseline and a failing gate. */
export function seedReport(): Report {
  const report = fullReport();
  const [first] = report.results;
  if (first === undefined) throw new Error('the full report has an artifact');
  const [pkg] = first.inventory.packages;
  const [vulnerability] = first.findings;
  const location = { path: '/usr/bin/openssl', layer: 1 };
  const contradiction = {
    kind: 'content',
    claimed: 'sha256:1',
    found: 'sha256:2',
    location,
    isSevere: true,
  } as const;
  return {
    ...report,
    results: [
      {
        ...first,
        findings: [
          ...first.findings,
          {
            kind: 'integrity',
            id: 'integrity-1',
            severity: 'high',
            contradiction,
            ...(pkg && { packageId: pkg.id }),
          },
          { kind: 'integrity', id: 'integrity-2', severity: 'low', contradiction },
          aRuleFinding('rule-1', {
            severity: 'medium',
            category: 'secret',
            rule: 'secret/token',
            title: 'A token',
            message: 'a token',
            location: { path: '/app/.env', layer: 2, line: 3 },
            range: { startLine: 3, startColumn: 1, endLine: 3, endColumn: 9 },
            ...{ excerpt: 'TOKEN=***', helpUri: 'https://rules.example/token', tool: 'analyzer' },
            steps: [{ location: { path: '/app/a.py', layer: 2, line: 1 }, message: 'the source' }],
            fix: {
              description: 'take it out',
              edits: [{ path: '/app/.env', startOffset: 0, endOffset: 9, replacement: 'TOKEN=' }],
            },
            instruction: 'COPY . /app',
            comments: [
              { syntax: 'trivy', line: 3, rules: ['A-1'], reason: 'known', until: '2024-01-01' },
            ],
          }),
        ],
      },
    ],
    advisories: new Map(
      [...report.advisories].map(([id, advisory]) => [
        id,
        {
          ...advisory,
          aliases: [`ALIAS-${id}`],
          details: 'Details of the advisory.',
          references: ['https://advisory.example/1'],
          cwes: ['CWE-79'],
          ratings: [{ by: 'nvd', severity: 'high', score: 7.5, vector: 'CVSS:3.1/AV:N' }],
        },
      ]),
    ),
    baseline: {
      name: 'before.json',
      reference: 'app:1.1',
      judgedAt: '2025-05-01T00:00:00Z',
      newIds: vulnerability === undefined ? [] : [vulnerability.id],
      unchangedCount: 3,
      fixed: [],
      doubt: 'other data',
    },
  };
}

const AT = '2025-05-01T00:00:00Z';
const PLACE = { path: '/srv/app/a.js', layer: 2, line: 7 } as const;
const DISAGREEMENT = {
  kind: 'version',
  claimed: '1.0',
  found: '2.0',
  location: PLACE,
  isSevere: true,
} as const;

/** Returns {@link seedReport} with every text that a report can hold; `schema/` lists them. */
export function completeReport(): Report {
  const report = seedReport();
  const advisories = [...report.advisories, [MALICIOUS.id, MALICIOUS] as const];
  return {
    ...report,
    results: report.results.map(completeResult),
    advisories: new Map(advisories.map(([id, one]) => [id, completeAdvisory(one)])),
    coverage: report.coverage.map((one) => ({ ...one, currentAt: AT })),
    verdict: completeVerdict(report.verdict),
    ...(report.baseline && {
      baseline: {
        ...report.baseline,
        fixed: [
          { findingId: 'f', name: 'CVE-2020-1', severity: 'low', package: 'zlib', version: '1.2' },
        ],
      },
    }),
  };
}

const MALICIOUS = testAdvisory('MAL-2024-4004', 'Malicious code in evil');

const TOOL = { name: 'sh', version: '1.0', paths: ['/bin/sh'] };
const TOOLS = {
  ...{ libc: [TOOL], shells: [TOOL], packageManagers: [TOOL] },
  ...{ interpreters: [TOOL], compilers: [TOOL] },
};

function completeResult(result: ArtifactResult): ArtifactResult {
  const { inventory, findings, suppressed } = result;
  const packages = inventory.packages.map((pkg, index) => completePackage(pkg, index));
  const evil = completePackage(testPackage('evil', '1.0', { locations: [PLACE] }), 0);
  const [first] = packages;
  const malicious = testFinding(evil, MALICIOUS.id, 'critical', {
    malicious: { by: [MALICIOUS.id], lastGood: '0.9', goodBelow: '1.0' },
  });
  return {
    ...result,
    artifact: completeArtifact(result.artifact),
    inventory: {
      ...inventory,
      distro: { id: 'alpine', versionId: '3.19.4', codename: 'edge' },
      packages: [...packages, evil],
      projects: [{ purl: 'pkg:npm/app@1.0', location: PLACE }],
      emptyManifests: [PLACE],
      contradictions: [DISAGREEMENT],
      contents: { ...TOOLS, unpackedBytes: 20 },
      accountability: {
        ...{ executableCount: 2, executableBytes: 20, explainedCount: 1, explainedBytes: 10 },
        unexplained: [{ location: PLACE, sizeBytes: 10, program: 'a program' }],
      },
    },
    findings: [
      ...findings.map((finding) =>
        finding.kind === 'vulnerability' && first !== undefined
          ? { ...finding, ownedBy: first.id, pulledInBy: [evil.id, first.id] }
          : finding,
      ),
      malicious,
    ],
    suppressed: suppressed.map((one) => ({ ...one, justification: 'not_used' })),
  };
}

function completePackage(pkg: Package, index: number): Package {
  return {
    ...pkg,
    source: { name: `${pkg.name}-source`, version: pkg.version },
    maintainer: 'somebody@example.org',
    qualifiers: new Map([['arch', 'amd64']]),
    dependsOn: ['pkg:apk/alpine/evil@1.0'],
    licenses: ['MIT', 'no license of SPDX'],
    digests: [`sha256:${'0'.repeat(63)}${index % 10}`],
    ownedBy: 'pkg:apk/alpine/busybox@1.29.3-r10',
    evidence: {
      ...pkg.evidence,
      level: 'contradicted',
      reasons: ['a reason'],
      contradictions: [DISAGREEMENT],
      evidencedVersion: '2.0',
    },
  };
}

function completeArtifact(artifact: Artifact): Artifact {
  const digest = `sha256:${'cd'.repeat(32)}` as const;
  return {
    ...artifact,
    layers: artifact.layers.map((layer) => ({
      ...layer,
      blobDigest: digest,
      diffId: digest,
      dockerfile: { path: 'Dockerfile', line: 3 },
    })),
    source: { kind: 'registry', place: 'registry.example' },
    ...(artifact.image && {
      image: {
        ...artifact.image,
        indexDigest: digest,
        createdAt: AT,
        platform: { os: 'linux', architecture: 'arm', variant: 'v7' },
        repoDigests: [`registry.example/app@${digest}`],
        env: ['PATH=/bin'],
        entrypoint: ['/bin/app'],
        cmd: ['serve'],
        workingDirectory: '/srv',
        user: 'app',
        labels: new Map([['maintainer', 'somebody']]),
        baseBy: [
          { by: 'label', name: 'debian:12', digest, comparison: 'notCompared', reason: 'offline' },
        ],
      },
    }),
  };
}

function completeAdvisory(advisory: Advisory): Advisory {
  return {
    ...advisory,
    related: ['CVE-2020-2'],
    publishedAt: AT,
    withdrawnAt: AT,
    affected: [
      {
        ecosystem: 'alpine',
        release: '3.19',
        name: 'openssl',
        ranges: [{ introduced: '0', fixed: '2', lastAffected: '1', limit: '3' }],
        versions: ['1.0'],
        status: 'affected',
        ratings: [{ by: 'nvd', severity: 'high', vector: 'CVSS:3.1/AV:N' }],
        qualifiers: new Map([['module', 'app']]),
      },
    ],
  };
}

function completeVerdict(verdict: Verdict): Verdict {
  const ids = ['pkg:apk/alpine/evil@1.0'];
  return {
    ...verdict,
    policy: 'prod',
    causes: verdict.causes.map((cause) => ({ ...cause, packageIds: ids })),
    warnings: ['data'],
    implicitFiles: [
      { path: 'assay.yaml', kind: 'configuration', removedCount: 1, settings: ['severity (a:1)'] },
    ],
    ...(verdict.cure && {
      cure: {
        ...verdict.cure,
        removals: ids,
        reinstalls: ids,
        exceptions: ['CVE-2019-9999'],
        commands: [{ place: 'web/package-lock.json', command: 'npm install lodash@4.17.21' }],
        edits: ['set the version of evil in package.json'],
      },
    }),
  };
}
