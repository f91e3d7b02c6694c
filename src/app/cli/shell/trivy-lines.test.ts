/**
 * Command lines of CI jobs that were written for trivy: they run, or say why not before anything is
 * scanned.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { fullReport, testReport } from '../../../../test/support/reports.ts';

type Env = Readonly<Record<string, string>>;

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-lines-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function run(line: string, env: Env = {}): Promise<Asked> {
  return ask(line.split(' '), { cwd, env, report: fullReport() });
}

/** What a document is, by its keys. */
function kindOf(text: string): string {
  const { SchemaVersion, schemaVersion, predicate, scanner } = JSON.parse(text) as Readonly<
    Record<string, { readonly result?: { readonly SchemaVersion?: number } } | number | undefined>
  >;
  if (SchemaVersion === 2) return 'trivy';
  if (schemaVersion === 1) return 'assay';
  const inside = predicate ?? scanner;
  return typeof inside === 'object' && inside.result?.SchemaVersion === 2 ? 'predicate' : 'other';
}

const SAID = /-f json writes the JSON of trivy \((?<where>[^)]*)\)/gu;

describe('-f json', () => {
  it.each<[string, string, Env, string, string | undefined]>([
    ['alone', 'image app -f json', {}, 'assay', undefined],
    ['with --compat trivy', 'image app -f json --compat trivy', {}, 'trivy', '--compat trivy'],
    ['with a variable', 'image app -f json', { ASSAY_COMPAT: 'trivy' }, 'trivy', 'ASSAY_COMPAT'],
    ['with a setting', 'image app -f json', { TRIVY_SEVERITY: 'HIGH' }, 'trivy', 'TRIVY_SEVERITY'],
    ['as a setting', 'image app', { TRIVY_FORMAT: 'json' }, 'trivy', 'TRIVY_FORMAT'],
    [
      'as a setting beside another of Assay',
      'image app',
      { ASSAY_FORMAT: 'json', TRIVY_QUIET: 'false' },
      'assay',
      undefined,
    ],
    [
      'with a login',
      'image app -f json',
      { TRIVY_USERNAME: 'me', TRIVY_PASSWORD: 'x' },
      'assay',
      undefined,
    ],
    ['in a repository', 'repo . -f json --compat trivy', {}, 'trivy', '--compat trivy'],
    [
      'in a directory',
      'fs . -f json',
      { TRIVY_IGNORE_UNFIXED: 'true' },
      'trivy',
      'TRIVY_IGNORE_UNFIXED',
    ],
    [
      'by -o, which is of Assay',
      'image app -o json',
      { TRIVY_SEVERITY: 'HIGH' },
      'assay',
      undefined,
    ],
    ['by its own name', 'image app -f trivy-json', {}, 'trivy', undefined],
  ])('%s', async (...[, line, env, kind, where]) => {
    const { stdout, stderr, exitCode } = await run(line, env);
    expect([exitCode, kindOf(stdout)]).toEqual([1, kind]);
    expect([...stderr.matchAll(SAID)].map(({ groups }) => groups?.['where'])).toEqual(
      where === undefined ? [] : [where],
    );
  });

  it.each([
    ['trivy.yaml', 'severity: HIGH\n', 'trivy'],
    ['assay.yaml', 'severity: HIGH\n', 'assay'],
    ['assay.yaml', 'compat: trivy\n', 'trivy'],
  ])('with %s: %j', async (name, text, kind) => {
    writeFileSync(join(cwd, name), text);
    const { stdout, exitCode } = await run('image app -f json');
    expect([exitCode, kindOf(stdout)]).toEqual([1, kind]);
  });

  it('goes to its file, and the JSON of Assay beside it', async () => {
    const { exitCode } = await run('image app -f json -o trivy.out -o json=own.json', {
      TRIVY_SEVERITY: 'HIGH',
    });
    expect(exitCode).toBe(1);
    expect(kindOf(readFileSync(join(cwd, 'trivy.out'), 'utf8'))).toBe('trivy');
    expect(kindOf(readFileSync(join(cwd, 'own.json'), 'utf8'))).toBe('assay');
  });

  it('means the same of a stored report', async () => {
    await ask('image app -o json=own.json'.split(' '), { cwd, report: testReport() });
    const { stdout, exitCode } = await run('convert own.json -f json --compat trivy');
    expect([exitCode, kindOf(stdout)]).toEqual([0, 'trivy']);
  });
});

describe('lines that run', () => {
  it.each<[string, Env, (text: string) => unknown, unknown]>([
    ['image --format cosign-vuln --output out app', {}, kindOf, 'predicate'],
    [
      'image --format json --list-all-pkgs --output out app',
      { TRIVY_NO_PROGRESS: 'true' },
      kindOf,
      'trivy',
    ],
    [
      'image --format cyclonedx --output out app',
      { TRIVY_OFFLINE_SCAN: 'true' },
      (text) => (JSON.parse(text) as { bomFormat?: string }).bomFormat,
      'CycloneDX',
    ],
    [
      'fs --format spdx-json --output out --scanners vuln .',
      {},
      (text) => (JSON.parse(text) as { spdxVersion?: string }).spdxVersion,
      'SPDX-2.3',
    ],
    [
      'image --format template --template @contrib/gitlab.tpl --output out app',
      {},
      (text) => (JSON.parse(text) as { version?: string }).version,
      '15.0.0',
    ],
    [
      'image --format template -t @/usr/local/share/trivy/templates/junit.tpl -o out app',
      {},
      (text) => text.includes('<testsuites>'),
      true,
    ],
    ['image -f sarif -o out app', {}, (text) => text.includes('"runs"'), true],
    ['image -f csv -o out app', {}, (text) => text.startsWith('artifact,'), true],
    ['image -f github -o out app', {}, (text) => text.startsWith('::'), true],
    [
      'image --compat trivy --no-progress --output out app',
      {},
      (text) => /^Total: \d+ \(/mu.test(text),
      true,
    ],
  ])('%s with %j', async (line, env, read, expected) => {
    const { exitCode } = await run(line, env);
    expect([exitCode, read(readFileSync(join(cwd, 'out'), 'utf8'))]).toEqual([1, expected]);
  });

  it.each([
    ['image app --compat trivy', /^\nTotal: |^Total: \d+ \(/mu],
    [
      'image app --compat grype',
      /^NAME +INSTALLED +FIXED IN +TYPE +VULNERABILITY +SEVERITY +EPSS +RISK$/mu,
    ],
    ['image app -o table --compat grype', /^NAME +INSTALLED /mu],
  ])('%s prints the table of that tool, and the verdict on standard error', async (line, table) => {
    const { stdout, stderr } = await run(line);
    expect(stdout).toMatch(table);
    expect(stdout).not.toContain('Verdict');
    expect(stderr.match(/^Verdict: /gmu)).toHaveLength(1);
  });

  it('says that no scores of EPSS are loaded', async () => {
    const { stderr } = await run('image app --compat grype');
    expect(stderr.match(/EPSS and RISK are N\/A/gu)).toHaveLength(1);
  });

  it('keeps one line of the verdict with -q', async () => {
    const { stderr } = await run('image app --compat trivy -q');
    expect(stderr).toMatch(/^Verdict: .*\n$/u);
  });

  it.each([
    ['trivy --show-suppressed', '--show-suppressed has no effect on the table of trivy'],
    ['trivy --table-mode summary', '--table-mode has no effect on the table of trivy'],
    ['grype --dependency-tree', '--dependency-tree has no effect on the table of grype'],
    ['grype --table-mode summary', '--table-mode has no effect on the table of grype'],
  ])('says once that a flag of --compat %s is of no use', async (flags, notice) => {
    const { stderr } = await run(`image app --compat ${flags}`);
    expect(stderr.split(notice)).toHaveLength(2);
  });
});

describe('lines that end with exit code 2 before anything is scanned', () => {
  it.each<[string, Env, string]>([
    ['image -f spdx app', {}, '-f spdx-json'],
    ['image -o spdx=out app', {}, '-f spdx-json'],
    ['image -f github app --compat trivy', {}, "means trivy's dependency snapshot"],
    ['image -f github app', { TRIVY_SEVERITY: 'HIGH' }, "means trivy's dependency snapshot"],
    ['image app', { TRIVY_FORMAT: 'github' }, "means trivy's dependency snapshot"],
    ['image -f jsn app', {}, 'Did you mean json?'],
    ['image -f cyclondx app', {}, 'Did you mean cyclonedx?'],
    ['image -f json --compat grype app', {}, "json means grype's own schema"],
    ['image -o json --compat grype app', {}, "json means grype's own schema"],
    ['image -o json=x -o table --compat grype app', {}, "json means grype's own schema"],
    ['image -f json app', { ASSAY_COMPAT: 'grype' }, "json means grype's own schema"],
    ['image --format template app', {}, '-f template has no --template'],
    [
      'image --format template --template @contrib/html.tpl app',
      {},
      'format "html" is not available',
    ],
    ['image --format template -t @contrib/asff.tpl app', {}, 'docs/templates.md#from-go-to-liquid'],
    ['image --format template -t {{.}} app', {}, 'cannot run the template "{{.}}"'],
    ['image --format template -t junit.tpl app', {}, 'cannot run the template "junit.tpl"'],
    ['image -f sarf app', {}, 'Did you mean sarif?'],
    ['image -o github=no/such/dir app', {}, 'cannot write the report'],
    ['image -f json --compat snyk app', {}, '--compat cannot be "snyk"'],
  ])('%s with %j', async (line, env, reason) => {
    const { exitCode, request, stderr } = await run(line, env);
    expect([exitCode, request]).toEqual([2, undefined]);
    expect(stderr).toContain(reason);
  });
});
