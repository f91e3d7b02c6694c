/**
 * Reports with many findings for tests of tables: stored ones, always the same, and generated ones
 * with odd texts.
 */

import fc from 'fast-check';

import { pluralize } from '../../src/core/base/pluralize.ts';
import type { Advisory, Severity } from '../../src/core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../src/core/model/finding/finding.ts';
import type { EvidenceLevel, Package } from '../../src/core/model/package/package.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import {
  testAdvisory,
  testFinding,
  testImage,
  testPackage,
  testReport,
  testResult,
} from './reports.ts';

const SYSTEM = [
  ['openssl', '3.0.14-1~deb12u2', '3.0.15-1~deb12u1'],
  ['libssl3', '3.0.14-1~deb12u2', '3.0.15-1~deb12u1'],
  ['libc6', '2.36-9+deb12u7', ''],
  ['libgnutls30', '3.7.9-2+deb12u2', '3.7.9-2+deb12u3'],
  ['util-linux', '2.38.1-5+deb12u1', ''],
  ['bsdutils', '1:2.38.1-5+deb12u1', ''],
  ['perl-base', '5.36.0-7+deb12u1', '5.36.0-7+deb12u3'],
  ['zlib1g', '1:1.2.13.dfsg-1', ''],
] as const;
const NODE = [
  ['axios', '0.21.1', '0.31.0'],
  ['@babel/plugin-transform-modules-commonjs', '7.16.0', '7.23.3'],
  ['lodash', '4.17.20', '4.17.21'],
  ['next', '13.4.0', '13.5.1'],
  ['path-to-regexp', '0.1.7', '0.1.10'],
  ['qs', '6.7.0', '6.7.3'],
  ['is-my-json-valid', '2.20.0', '2.20.2'],
] as const;
const TITLES = [
  'Denial of service in the parser of certificates that are longer than expected',
  'Use after free in the handling of sessions',
  'Server-side request forgery (SSRF) by redirects that leave the host of the request',
  'Prototype pollution',
  '',
  'Out-of-bounds read in the decoder, which a crafted file reaches before its length has been checked',
];
/** As images have them: few are critical. */
const LEVELS: readonly Severity[] = [
  ...(['medium', 'high', 'low', 'medium', 'unknown', 'low', 'medium', 'critical'] as const),
  ...(['low', 'medium', 'high', 'low', 'unknown'] as const),
];
const LAYERS = [
  { createdBy: '/bin/sh -c #(nop) ADD file:5ec6 in / ' },
  { createdBy: 'RUN /bin/sh -c apt-get update && apt-get install -y openssl # buildkit' },
  { createdBy: 'COPY . /app # buildkit' },
];

/**
 * A failing report of an image with so many findings in packages of Debian and of npm. The same
 * count gives the same report.
 */
export function storedReport(count: number): Report {
  const packages: Package[] = [];
  const findings: VulnerabilityFinding[] = [];
  const advisories = new Map<string, Advisory>();
  for (let index = 0; findings.length < count; index += 1) {
    const isSystem = index % 3 !== 2;
    const rows = isSystem ? SYSTEM : NODE;
    const round = Math.floor(index / rows.length);
    const [name, version, fix] = rows[index % rows.length] ?? SYSTEM[0];
    const full = round === 0 ? name : `${name}-${round}`;
    const pkg = isSystem ? systemPackage(full, version, index) : nodePackage(full, version, index);
    packages.push(pkg);
    for (let at = 0; at <= index % 4 && findings.length < count; at += 1) {
      const number = findings.length;
      const id =
        number % 9 === 4
          ? `GHSA-${fourLetters(number)}-r3h4-6jhm`
          : `CVE-2024-${1000 + number * 7}`;
      advisories.set(id, {
        ...testAdvisory(id, TITLES[number % TITLES.length] ?? ''),
        ...exploited(number),
      });
      findings.push(
        testFinding(pkg, id, LEVELS[number % LEVELS.length] ?? 'low', {
          ...(fix === ''
            ? { status: number % 2 === 0 ? 'affected' : 'willNotFix' }
            : { status: 'fixed', fixedVersions: [fix, '99.0'] }),
        }),
      );
    }
  }
  return failing(packages, findings, advisories);
}

function exploited(number: number): Partial<Advisory> {
  return number % 20 === 7 ? { exploited: { since: '2025-01-01', ransomware: false } } : {};
}

function fourLetters(number: number): string {
  return [4, 3, 2, 1].map((one) => 'cfghjmpqrvwx'[(number * one) % 12] ?? 'c').join('');
}

function systemPackage(name: string, version: string, index: number): Package {
  const base = testPackage(name, version);
  const introducedIn = index % 5 === 0 ? 1 : 0;
  return {
    ...base,
    id: `pkg:deb/debian/${name}@${version}`,
    ecosystem: 'debian',
    introducedIn,
    locations: [{ path: '/var/lib/dpkg/status', layer: introducedIn, line: 10 + index }],
    evidence: { ...base.evidence, level: 'verified' },
  };
}

function nodePackage(name: string, version: string, index: number): Package {
  const base = testPackage(name, version);
  return {
    ...base,
    id: `pkg:npm/${name}@${version}`,
    ecosystem: 'npm',
    introducedIn: 2,
    locations: [
      { path: `/app/node_modules/${name}/package.json`, layer: 2, line: 2 },
      { path: '/app/package-lock.json', layer: 2, line: 100 + index },
    ],
    evidence: { ...base.evidence, level: 'consistent' },
  };
}

function failing(
  packages: readonly Package[],
  findings: readonly VulnerabilityFinding[],
  advisories: ReadonlyMap<string, Advisory>,
): Report {
  const deciding = findings.filter(
    ({ severity, fixedVersions }) => severity === 'critical' && fixedVersions.length > 0,
  );
  const distro = { id: 'debian', versionId: '12.7' };
  return testReport({
    results: [
      testResult({
        artifact: testImage({ layers: LAYERS }),
        inventory: { inventoryVersion: 1, distro, packages },
        findings,
      }),
    ],
    advisories,
    verdict: {
      status: 'fail',
      exitCode: 1,
      causes: [
        {
          rule: '--fail-on critical+fixable',
          findingIds: deciding.map(({ id }) => id),
          message: `${pluralize(deciding.length, 'finding')} found by "critical+fixable"`,
        },
      ],
    },
  });
}

/** What other people call things: long, wide, hostile, or with blanks. */
const oddName = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,24}$/) },
  {
    weight: 2,
    arbitrary: fc.stringMatching(/^(?:github\.com|org\.example)\/[a-z]{1,30}\/[a-z]{1,40}$/),
  },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z0-9]{90,130}$/) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '漏洞扫描器',
      '한국어',
      'นี-ไทย',
      '🔥🇩🇪',
      'e\u0301\u0301\u0301'.repeat(9),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'a   CVE-2020-1  LOW',
      'b\u00a0\u3000\u2003c',
      'x\n| y',
      '\u001b[2Jz',
    ),
  },
);
const oddVersion = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[0-9]\.[0-9]{1,2}(?:\.[0-9]{1,2})?$/) },
  { weight: 3, arbitrary: fc.stringMatching(/^1:[0-9]\.[0-9]{1,3}-[0-9]\+deb12u[0-9]$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^v0\.0\.0-20[0-9]{12}-[0-9a-f]{12}$/) },
  { weight: 1, arbitrary: fc.stringMatching(/^[0-9a-f]{40,80}$/) },
);
const oddTitle = fc.oneof(
  fc.constantFrom(
    '',
    'Cross-site scripting',
    '任意代码执行 in the parser of 漏洞 reports'.repeat(3),
  ),
  fc
    .array(fc.stringMatching(/^[A-Za-z]{1,14}$/), { maxLength: 30 })
    .map((words) => words.join(' ')),
  fc.stringMatching(/^[a-z]{150,220}$/),
);
const oddId = fc.oneof(
  fc.stringMatching(/^CVE-20[0-2][0-9]-[0-9]{4,7}$/),
  fc.stringMatching(/^GHSA-[cfg]{4}-[hjm]{4}-[pqr]{4}$/),
  fc.stringMatching(/^DEBIAN-CVE-2024-[0-9]{5}$/),
);
const LEVELS_OF_EVIDENCE: readonly EvidenceLevel[] = [
  'claimed',
  'consistent',
  'verified',
  'contradicted',
];

/** Reports with ten findings or more. */
export const tallReports: fc.Arbitrary<Report> = fc
  .record({
    packages: fc.uniqueArray(
      fc.record({
        name: oddName,
        version: oddVersion,
        level: fc.constantFrom(...LEVELS_OF_EVIDENCE),
        isSystem: fc.boolean(),
        path: oddName,
        findings: fc.uniqueArray(
          fc.record({
            id: oddId,
            severity: fc.constantFrom(...SEVERITIES),
            fix: fc.option(oddVersion, { nil: undefined }),
            title: oddTitle,
          }),
          { minLength: 1, maxLength: 6, selector: ({ id }) => id },
        ),
      }),
      { minLength: 10, maxLength: 60, selector: ({ name, version }) => `${name} ${version}` },
    ),
  })
  .map(({ packages }) => {
    const advisories = new Map<string, Advisory>();
    const findings: VulnerabilityFinding[] = [];
    const list = packages.map(({ name, version, level, isSystem, path, findings: some }, index) => {
      const base = isSystem
        ? systemPackage(name, version, index)
        : nodePackage(name, version, index);
      const pkg: Package = {
        ...base,
        ...(isSystem ? {} : { locations: [{ path: `/app/${path}`, layer: 2, line: index + 1 }] }),
        evidence: { ...base.evidence, level },
      };
      for (const { id, severity, fix, title } of some) {
        advisories.set(id, testAdvisory(id, title));
        const fixedVersions = fix === undefined ? [] : [fix];
        findings.push(testFinding(pkg, id, severity, { fixedVersions }));
      }
      return pkg;
    });
    return failing(list, findings, advisories);
  });
