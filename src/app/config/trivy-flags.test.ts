/**
 * trivy's users are at home: every flag, variable and key of theirs does something, or says why
 * not.
 */

import { existsSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../test/support/command-line.ts';
import { fullReport, testPackage, testResult } from '../../../test/support/reports.ts';
import type { Context } from '../../core/base/context.ts';
import type { Report } from '../../core/model/report/report.ts';
import { ALL_FLAGS } from '../cli/shell/all-flags.ts';
import { NOT_IN_FILES, configKeysOf } from './keys.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-trivy-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(cwd, name), text);
});
afterEach(() => rmSync(cwd, { recursive: true }));

const FILES = {
  accepted: 'CVE-2019-1543\n',
  'ci.yaml': 'severity: LOW\n',
  'ca.pem': '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
  'a.vex.json': JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.com/vex',
    author: 'me',
    timestamp: '2025-01-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2019-1543' },
        products: [{ '@id': 'pkg:apk/alpine/openssl@1.1.1a-r0' }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
      },
    ],
  }),
};

/**
 * A flag with a value (none for a switch), and what must be given besides for it to mean something.
 */
type Row = readonly [flag: string, value?: string, besides?: string];

/** Flags that change what is asked, read, written or answered. */
const WORKING: readonly Row[] = [
  ['severity', 'CRITICAL'],
  ['exit-code', '3'],
  ['exit-on-eol', '4'],
  ['ignore-unfixed'],
  ['ignore-status', 'will_not_fix'],
  ['ignorefile', 'accepted'],
  ['format', 'cyclonedx'],
  ['template', '@contrib/junit.tpl', '--format template'],
  ['output', 'out.txt'],
  ['no-progress'],
  ['quiet'],
  ['debug'],
  ['config', 'ci.yaml'],
  ['cache-dir', 'elsewhere'],
  ['clear-cache'],
  ['input', 'b.tar'],
  ['image-src', 'remote'],
  ['platform', 'linux/arm64'],
  ['username', 'me', '--password secret'],
  ['password', 'secret', '--username me'],
  ['registry-token', 'token'],
  ['insecure'],
  ['cacert', 'ca.pem'],
  ['timeout', '0.001s'],
  ['scanners', 'packages'],
  ['security-checks', 'packages'],
  ['pkg-types', 'os'],
  ['vuln-type', 'os'],
  ['include-dev-deps'],
  ['list-all-pkgs'],
  ['dependency-tree'],
  ['skip-dirs', 'usr'],
  ['skip-files', 'a.lock'],
  ['file-patterns', 'pip:req-.*'],
  ['vex', 'a.vex.json'],
  ['show-suppressed'],
  ['skip-db-update'],
  ['download-db-only'],
  ['distro', 'debian/12'],
  ['removed-pkgs'],
  ['vuln-severity-source', 'nvd'],
  ['detection-priority', 'comprehensive'],
  ['parallel', '1'],
  ['table-mode', 'summary'],
  ['max-image-size', '1kB'],
  ['trace-http'],
];

/** Flags that are accepted with one notice, and why nothing can answer to them. */
const ACCEPTED: readonly Row[] = [
  // Policies are data here, and no language is run.
  ['ignore-policy', 'a.rego'],
  // There is one store of advisory data, and no index of Java archives beside it.
  ['java-db-repository', 'example.com/java-db'],
  ['skip-java-db-update'],
  // It names trivy's database, which is of another form.
  ['db-repository', 'example.com/db'],
  // It keeps trivy from asking Maven Central about archives; Assay never does.
  ['offline-scan'],
  // They go with --server.
  ['token', 'secret'],
  ['token-header', 'Name'],
];

/** Flags that ask for what is not available yet. */
const LATER: readonly Row[] = [
  ['server', 'http://localhost:4954'],
  ['scanners', 'vuln,license'],
  ['scanners', 'license'],
  ['security-checks', 'license'],
  ['format', 'html'],
];

/** As the product's page lists them. */
const PROMISED =
  `severity exit-code exit-on-eol ignore-unfixed ignore-status ignorefile ignore-policy format output template
   no-progress quiet debug config cache-dir clear-cache input image-src platform username password password-stdin
   registry-token insecure cacert timeout scanners pkg-types vuln-type security-checks include-dev-deps list-all-pkgs
   dependency-tree skip-dirs skip-files file-patterns vex show-suppressed skip-db-update skip-java-db-update
   download-db-only db-repository java-db-repository offline-scan server token token-header distro removed-pkgs
   vuln-severity-source detection-priority parallel table-mode max-image-size trace-http`.split(
    /\s+/u,
  );

/** Reads standard input, which `registry-options.test.ts` shows with an input of its own. */
const ELSEWHERE = ['password-stdin'];

function report(): Report {
  const full = fullReport();
  const [first] = full.results;
  const parent = testPackage('express', '4.0.0', {
    id: 'pkg:npm/express@4.0.0',
    ecosystem: 'npm',
    presence: 'declared',
    relationship: 'direct',
    dependsOn: ['pkg:npm/lodash@4.17.20'],
    locations: [{ path: '/app/package-lock.json', layer: 2 }],
  });
  const packages = [...(first?.inventory.packages ?? []), parent];
  const inventory = { inventoryVersion: 1, packages };
  return { ...full, results: [{ ...(first ?? testResult()), inventory }] };
}

/** A scan that says what it does, and is not at once done. */
async function scan(_request: unknown, context: Context): Promise<Report> {
  context.progress({ kind: 'phase', name: 'reading' });
  context.log.info('information');
  context.log.debug('detail');
  await new Promise((resolve) => setTimeout(resolve, 10));
  return report();
}

const NOTICES = /^WARN {2}(?:settings come from|accepted, without effect).*\n/gmu;

interface Fingerprint {
  readonly text: string;
  readonly asked: Asked;
}

/**
 * All that can be seen of a run, but for the notices on where settings come from and the line as it
 * was typed.
 */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Fingerprint> {
  const file = join(cwd, 'trivy.yaml');
  const said = [...args, ...Object.keys(env), existsSync(file) ? readFileSync(file, 'utf8') : ''];
  const own = {
    // Not the cache directory of the user, which other scans may use at the same time.
    XDG_CACHE_HOME: join(cwd, 'cache-home'),
    // Any setting of trivy asks for secrets too, and the flag that is typed does not.
    ...(!said.some((text) => /scanners|security.checks/iu.test(text)) && {
      ASSAY_SCANNERS: 'vuln',
    }),
    ...env,
  };
  const asked = await ask(['image', 'a.tar', ...args], { cwd, env: own, isTerminal: true, scan });
  const { exitCode, stdout, stderr, request, context, advisories } = asked;
  const seen = {
    exitCode,
    stdout,
    stderr: stderr.replaceAll(NOTICES, ''),
    request: request && {
      ...request,
      policy: { ...request.policy, command: '' },
      cache: undefined,
    },
    hasWritten: existsSync(join(cwd, 'out.txt')),
    limits: context?.limits,
    isAborted: context?.signal.aborted,
    isPlainFetch: context?.fetch === globalThis.fetch,
    advisories,
  };
  const text = JSON.stringify(seen, (key, value: unknown) =>
    LEFT_OUT.has(key) ? undefined : value,
  );
  return { text, asked };
}

/** The environment, and comments in files, which do not count beside a named configuration. */
const LEFT_OUT: ReadonlySet<string> = new Set(['env', 'inlineComments']);

function argsOf([flag, value]: Row): readonly string[] {
  return value === undefined ? [`--${flag}`] : [`--${flag}`, value];
}

function variableOf([flag, value = 'true']: Row): Readonly<Record<string, string>> {
  return { [`TRIVY_${flag.toUpperCase().replaceAll('-', '_')}`]: value };
}

/** The key in trivy's own place, where it has one. */
function yamlOf([name, value = 'true']: Row): string {
  const flag = ALL_FLAGS.find((one) => one.name === name || one.aliases?.includes(name) === true);
  const place = flag === undefined ? name : (configKeysOf(flag).at(-1) ?? name);
  const keys = place.split('.');
  return `${keys.map((key, depth) => `${'  '.repeat(depth)}${key}:`).join('\n')} "${value}"\n`;
}

describe('flags of trivy', () => {
  it('are all in one of the lists', () => {
    const listed = [...WORKING, ...ACCEPTED, ...LATER].map(([flag]) => flag);
    expect(PROMISED.filter((flag) => !listed.includes(flag))).toEqual(ELSEWHERE);
    expect(listed.filter((flag) => !PROMISED.includes(flag))).toEqual([]);
  });

  it.each(WORKING.map((row) => [row[0], row] as const))(
    '--%s changes the result',
    async (_flag, row) => {
      const besides = row[2]?.split(' ') ?? [];
      const without = await run(row[0] === 'username' || row[0] === 'password' ? [] : besides);
      const typed = await run([...besides, ...argsOf(row)]);
      expect(typed.text, typed.asked.stderr).not.toBe(without.text);
      expect(typed.asked.stderr).not.toContain('accepted, without effect');
      rmSync(join(cwd, 'out.txt'), { force: true });

      const byVariable = await run(besides, variableOf(row));
      expect(byVariable.text, byVariable.asked.stderr).toBe(typed.text);
      if (row[0] === 'config') return;
      rmSync(join(cwd, 'out.txt'), { force: true });

      writeFileSync(join(cwd, 'trivy.yaml'), yamlOf(row));
      // A file that is only found is listed with the verdict, and may not set all of them.
      const byFile = await run([...besides, '-c', 'trivy.yaml']);
      if (NOT_IN_FILES.has(row[0])) {
        expect(byFile.asked.request?.targets).toEqual(without.asked.request?.targets);
        expect(byFile.asked.stderr).toContain('has no effect here; it counts on the command line');
        return;
      }
      expect(byFile.text, byFile.asked.stderr).toBe(typed.text);
    },
  );

  it.each(ACCEPTED.map((row) => [row[0], row] as const))(
    '--%s is accepted with one notice',
    async (flag, row) => {
      const without = await run([]);
      const typed = await run(argsOf(row));
      expect(typed.text).toBe(without.text);
      const notice = new RegExp(
        `WARN  accepted, without effect: --${flag} \\([a-zA-Z][^)]+\\)\n`,
        'gu',
      );
      expect(typed.asked.stderr.match(notice)).toHaveLength(1);
      const byVariable = await run([], variableOf(row));
      expect(byVariable.asked.stderr.match(notice)).toHaveLength(1);
      writeFileSync(join(cwd, 'trivy.yaml'), yamlOf(row));
      const byFile = await run([]);
      expect(byFile.asked.stderr.match(notice)).toHaveLength(1);
      expect(byFile.text).toBe(without.text);
    },
  );

  it.each(LATER.map((row) => [row.join(' '), row] as const))(
    '--%s is not available yet, and ends with exit code 2',
    async (_line, row) => {
      for (const asked of [
        (await run(argsOf(row))).asked,
        (await run([], variableOf(row))).asked,
      ]) {
        expect([asked.exitCode, asked.request]).toEqual([2, undefined]);
        expect(asked.stderr).toContain('not available yet');
      }
      writeFileSync(join(cwd, 'trivy.yaml'), yamlOf(row));
      const byFile = await run([]);
      expect([byFile.asked.exitCode, byFile.asked.request]).toEqual([2, undefined]);
    },
  );
});

/** As jobs have them, but for the program's name; those of the mission first. */
const JOBS: readonly (readonly [line: string, expected: object])[] = [
  [
    'trivy image --exit-code 1 --no-progress app.tar',
    { policy: { exitCode: 1 }, targets: [{ reference: 'app.tar', kind: 'image' }] },
  ],
  [
    'trivy --severity HIGH,CRITICAL image --exit-code 1 --no-progress --ignore-unfixed --ignorefile accepted app.tar',
    {
      policy: {
        exitCode: 1,
        severities: ['high', 'critical'],
        ignoreUnfixed: true,
        ignore: [{ id: 'CVE-2019-1543' }],
      },
    },
  ],
  [
    'trivy image --input app.tar -f table -o out.txt --timeout 10m0s',
    { targets: [{ reference: 'app.tar', kind: 'image' }] },
  ],
  [
    'trivy fs --scanners vuln --exit-code 1 --severity CRITICAL --skip-dirs node_modules --skip-dirs vendor .',
    {
      targets: [{ kind: 'directory', skipDirs: ['node_modules', 'vendor'] }],
      policy: { exitCode: 1 },
    },
  ],
  [
    'trivy filesystem --security-checks vuln --vuln-type library --exit-code=1 -s=HIGH .',
    { packageTypes: ['library'], policy: { exitCode: 1, severities: ['high'] } },
  ],
  [
    'trivy -q i --vuln-type os,library --exit-code 1 --cache-dir .cache --ignore-status will_not_fix,fix_deferred app.tar',
    { policy: { ignoreStatuses: ['willNotFix', 'deferred'] }, packageTypes: ['os', 'library'] },
  ],
  [
    'trivy rootfs --exit-code 1 --exit-on-eol 2 --db-repository mirror.example/db --java-db-repository mirror.example/java /mnt',
    { targets: [{ kind: 'rootfs' }], policy: { exitCode: 1, exitOnEol: 2 } },
  ],
  [
    'trivy sbom --format table --exit-code 1 --severity CRITICAL,HIGH app.cdx.json',
    { targets: [{ reference: 'app.cdx.json', kind: 'sbom' }] },
  ],
  [
    'trivy image --skip-db-update --skip-java-db-update --offline-scan --pkg-types os --platform linux/arm64 app.tar',
    { packageTypes: ['os'], targets: [{ platforms: [{ os: 'linux', architecture: 'arm64' }] }] },
  ],
  [
    'trivy repo --branch main --exit-code 1 --list-all-pkgs --format cyclonedx --output out.txt https://example.com/app.git',
    { targets: [{ kind: 'repository', revision: { kind: 'branch', name: 'main' } }] },
  ],
];

describe('lines of jobs that were written for trivy', () => {
  it.each(JOBS)('%s', async (line, expected) => {
    const words = line.split(' ').slice(1);
    const { request, exitCode, stderr } = await ask(words, { cwd, scan });
    expect(request, stderr).toMatchObject(expected);
    // That of the report at hand.
    expect(exitCode).toBe(1);
  });

  it('variables in place of flags', async () => {
    const env = {
      TRIVY_EXIT_CODE: '1',
      TRIVY_SEVERITY: 'HIGH,CRITICAL',
      TRIVY_IGNORE_UNFIXED: 'true',
      TRIVY_NO_PROGRESS: 'true',
      TRIVY_IGNOREFILE: 'accepted',
    };
    const { request } = await ask(['image', 'app.tar'], { cwd, env, scan });
    expect(request?.policy).toMatchObject({
      exitCode: 1,
      severities: ['high', 'critical'],
      ignoreUnfixed: true,
      ignore: [{ id: 'CVE-2019-1543' }],
    });
  });
});
