import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../test/support/command-line.ts';
import { startCpuClock } from '../../../test/support/cpu-time.ts';
import { missingTool, needs, run } from '../../../test/support/tools.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

interface Setup {
  readonly env?: Record<string, string>;
  readonly files?: Readonly<Record<string, string>>;
}

function assay(line: string, { env, files = {} }: Setup = {}): Promise<Asked> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return ask(line.split(' '), { cwd, ...(env && { env }) });
}

describe('the order of settings', () => {
  const all = {
    env: { ASSAY_SEVERITY: 'HIGH', TRIVY_SEVERITY: 'MEDIUM' },
    policy: 'policies: {p: {severity: LOW, fail-on: kev}}\n',
    own: 'severity: UNKNOWN\n',
    trivy: 'severity: CRITICAL\n',
  };

  it.each<[string, string, Setup, string]>([
    [
      'a flag',
      'fs . -s CRITICAL --policy p',
      { env: all.env, files: { 'assay.yaml': all.policy + all.own } },
      'critical',
    ],
    [
      'then ASSAY_',
      'fs . --policy p',
      { env: all.env, files: { 'assay.yaml': all.policy + all.own } },
      'high',
    ],
    [
      'then TRIVY_',
      'fs . --policy p',
      { env: { TRIVY_SEVERITY: 'MEDIUM' }, files: { 'assay.yaml': all.policy + all.own } },
      'medium',
    ],
    [
      'then the policy',
      'fs . --policy p',
      { files: { 'assay.yaml': all.policy + all.own } },
      'low',
    ],
    [
      'then assay.yaml',
      'fs .',
      { files: { 'assay.yaml': all.policy + all.own, 'trivy.yaml': all.trivy } },
      'unknown',
    ],
    ['then trivy.yaml', 'fs .', { files: { 'trivy.yaml': all.trivy } }, 'critical'],
  ])('%s', async (_name, line, setup, severity) => {
    const { request, stderr } = await assay(line, setup);
    expect(request?.policy?.severities, stderr).toEqual([severity]);
  });

  it('a switch that is off is not switched on by something weaker', async () => {
    const files = { 'assay.yaml': 'ignore-unfixed: true\n' };
    expect((await assay('fs .', { files })).request?.policy?.ignoreUnfixed).toBe(true);
    const off = await assay('fs . --ignore-unfixed=false', { files });
    expect(off.request?.policy?.ignoreUnfixed).toBe(false);
    const byVariable = await assay('fs .', { files, env: { ASSAY_IGNORE_UNFIXED: 'false' } });
    expect(byVariable.request?.policy?.ignoreUnfixed).toBe(false);
  });
});

describe('which file is read', () => {
  it('assay.yaml, and the other is passed over, which is said', async () => {
    const files = { 'assay.yaml': '', 'trivy.yaml': 'severity: LOW' };
    const { stderr, request } = await assay('fs .', { files });
    expect(stderr).toContain('trivy.yaml is passed over, because assay.yaml is there');
    expect(request?.policy?.severities).toHaveLength(5);
  });

  it('trivy.yaml where there is no other, which is said once', async () => {
    const { stderr } = await assay('fs .', { files: { 'trivy.yaml': 'severity: LOW' } });
    expect(stderr.match(/settings come from trivy\.yaml/gu)).toHaveLength(1);
  });

  it.each<[string, string, Setup]>([
    ['by flag', 'fs . -c ci.yaml', {}],
    ['by variable', 'fs .', { env: { ASSAY_CONFIG: 'ci.yaml' } }],
    ['by trivy variable', 'fs .', { env: { TRIVY_CONFIG: 'ci.yaml' } }],
  ])('the one that is named %s', async (_name, line, setup) => {
    const files = { 'ci.yaml': 'severity: LOW', 'assay.yaml': 'severity: HIGH' };
    expect((await assay(line, { ...setup, files })).request?.policy?.severities).toEqual(['low']);
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['ASSAY_CONFIG', { ASSAY_CONFIG: '' }, 'ASSAY_CONFIG is empty and counts as not set'],
    ['TRIVY_CONFIG', { TRIVY_CONFIG: '' }, 'TRIVY_CONFIG is empty and counts as not set'],
    [
      'both',
      { ASSAY_CONFIG: '', TRIVY_CONFIG: '' },
      'ASSAY_CONFIG, TRIVY_CONFIG are empty and count as not set',
    ],
    ['the gate', { ASSAY_FAIL_ON: '' }, 'ASSAY_FAIL_ON is empty and counts as not set'],
    ['the gate of trivy', { TRIVY_EXIT_CODE: '' }, 'TRIVY_EXIT_CODE is empty and counts as'],
    ['a policy', { ASSAY_POLICY: '' }, 'ASSAY_POLICY is empty and counts as not set'],
  ])(
    'one that is found, where the variable is empty, which is said: %s',
    async (_name, env, text) => {
      const files = { 'assay.yaml': 'severity: HIGH' };
      const { stderr, request } = await assay('fs .', { env, files });
      expect(stderr).toContain(text);
      expect(request?.policy?.severities).toEqual(['high']);
      expect(request?.policy?.implicit).toMatchObject([{ path: 'assay.yaml' }]);
    },
  );

  it('the one of TRIVY_CONFIG, where ASSAY_CONFIG is empty', async () => {
    const files = { 'ci.yaml': 'severity: LOW', 'assay.yaml': 'severity: HIGH' };
    const env = { ASSAY_CONFIG: '', TRIVY_CONFIG: 'ci.yaml' };
    expect((await assay('fs .', { env, files })).request?.policy?.severities).toEqual(['low']);
  });

  it.each([
    ['a flag replaces it', 'fs . -c ci.yaml', { ASSAY_CONFIG: '' }],
    ['it decides nothing', 'fs .', { ASSAY_FORMAT: '', ASSAY_CACHE_DIR: '' }],
  ])('nothing is said of an empty variable, where %s', async (_name, line, env) => {
    const files = { 'ci.yaml': 'severity: LOW' };
    expect((await assay(line, { env, files })).stderr).not.toContain('empty');
  });

  it.each([['-c'], ['--config']])('none where %s is given an empty name', async (flag) => {
    const files = { 'assay.yaml': 'severity: HIGH' };
    const { exitCode, request } = await assay(`fs . ${flag} `, { files });
    expect([exitCode, request]).toEqual([2, undefined]);
  });

  it('none with --config none, for the version and for the demonstration', async () => {
    const files = { 'assay.yaml': '- broken' };
    expect((await assay('fs . --config none', { files })).exitCode).toBe(0);
    expect((await assay('version', { files })).exitCode).toBe(0);
    expect((await assay('fs .', { files })).exitCode).toBe(2);
  });

  it('other commands take nothing about scans from it', async () => {
    const files = { 'assay.yaml': 'format: cyclonedx\nseverity: [nonsense]\n' };
    expect((await assay('clean --all', { files })).stderr).not.toContain('assay.yaml');
  });
});

describe('keys', () => {
  it.each<[string, string, (asked: Asked) => unknown, unknown]>([
    [
      'by the name of the flag',
      'skip-dirs: [a, b]',
      ({ request }) => request?.targets[0]?.skipDirs,
      ['a', 'b'],
    ],
    [
      "by trivy's place",
      'scan: {skip-dirs: [a, b]}',
      ({ request }) => request?.targets[0]?.skipDirs,
      ['a', 'b'],
    ],
    [
      'by an old place',
      'vulnerability: {type: [os]}',
      ({ request }) => request?.packageTypes,
      ['os'],
    ],
    [
      'a text for a list',
      'severity: HIGH,LOW',
      ({ request }) => request?.policy?.severities,
      ['low', 'high'],
    ],
    ['a number', 'exit-code: 3', ({ request }) => request?.policy?.exitCode, 3],
    [
      'a switch of several places',
      'db: {skip-update: true}',
      ({ advisories }) => advisories?.canUpdate,
      false,
    ],
    [
      'a flag with a value that may be left out',
      'allow-incomplete: true',
      ({ request }) => request?.policy?.allowIncomplete,
      'all',
    ],
    [
      'the same as a list',
      'allow-incomplete: [limit, lazy]',
      ({ request }) => request?.policy?.allowIncomplete,
      ['limit', 'lazy'],
    ],
    [
      'the same, switched off',
      'allow-incomplete: false',
      ({ request }) => request?.policy?.allowIncomplete,
      [],
    ],
    [
      'without a value',
      'severity:\noutput: ""\nscan:\n  skip-dirs: []\n',
      ({ request }) => request?.policy?.severities,
      expect.any(Array),
    ],
    [
      'conditions as on the command line',
      'fail-on: high+fixable',
      ({ request }) => request?.policy?.failOn,
      [{ text: 'high+fixable', atLeast: 'high', isFixable: true, from: 'assay.yaml' }],
    ],
    [
      'a login',
      'registry: {username: me, password: [secret]}',
      ({ request }) => request?.targets[0]?.registry?.credentials,
      { kind: 'basic', username: 'me', password: 'secret' },
    ],
  ])('%s', async (_name, text, pick, expected) => {
    const asked = await assay('fs .', { files: { 'assay.yaml': text } });
    expect(pick(asked), asked.stderr).toEqual(expected);
  });

  it.each<[string, string, string]>([
    [
      'a mistyped key',
      '\nseverty: HIGH',
      'assay.yaml:2: unknown key "severty"; did you mean "severity"?',
    ],
    [
      'a mistyped key below another',
      'scan:\n  skip-dir: a',
      'assay.yaml:2: unknown key "scan.skip-dir"; did you mean "scan.skip-dirs"?',
    ],
    ['a key like nothing', 'quux: 1', 'assay.yaml:1: unknown key "quux"\n'],
    [
      'a key of an object',
      '__proto__: 1\nconstructor: 2',
      'assay.yaml:1: unknown key "__proto__"\n',
    ],
    [
      'a mistyped key of a policy',
      'policies:\n  p:\n    fial-on: high',
      'assay.yaml:3: unknown key "policies.p.fial-on"; did you mean "policies.p.fail-on"?',
    ],
    [
      'a flag that a policy cannot set',
      'policies: {p: {cache-dir: a}}',
      'assay.yaml:1: unknown key "policies.p.cache-dir"',
    ],
    [
      'a key of trivy without effect',
      'rego: {trace: true}',
      'accepted, without effect: rego of assay.yaml',
    ],
  ])('%s is a warning', async (_name, text, message) => {
    const { stderr, exitCode } = await assay('fs .', { files: { 'assay.yaml': text } });
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining(message)]);
  });

  it.each<[string, string, string]>([
    [
      'a list for one value',
      'exit-code: [1, 2]',
      'assay.yaml:1: "exit-code" takes one value, and is a list',
    ],
    ['a mapping for a value', '\ntimeout: {a: 1}', 'assay.yaml:2: "timeout" must be a text'],
    ['a mapping in a list', 'severity:\n  - {a: 1}', 'assay.yaml:1: "severity" must be a text'],
    [
      'another word for a switch',
      'quiet: maybe',
      'assay.yaml:1: "quiet" must be true or false: "maybe"',
    ],
    ['a list for a group', 'scan: [a]', 'assay.yaml:1: "scan" must be a mapping'],
    ['a list for the whole', '- a', '"" must be a mapping'],
    [
      'the same thing twice',
      'skip-dirs: a\nscan: {skip-dirs: b}',
      'assay.yaml:2: "scan.skip-dirs" says the same as "skip-dirs"',
    ],
    ['the same key twice', 'quiet: true\nquiet: true', 'key "quiet" is given twice'],
    ['a bad value', '\n\nseverity: HIHG', 'assay.yaml:3: --severity cannot be "HIHG"'],
    [
      'an address of a mirror that is none',
      '\ndb:\n  mirror: ftp://host/feeds',
      'assay.yaml:3: --mirror cannot be "ftp://host/feeds"',
    ],
    ['a mirror without a value', 'db: {mirror: ""}', 'assay.yaml:1: --mirror cannot be ""'],
    ['the same by its own name', 'mirror:', 'assay.yaml:1: --mirror cannot be ""'],
    ['a bad condition', 'fail-on: hihg', 'assay.yaml:1: "fail-on": "hihg" is not a condition'],
    ['invalid YAML', 'a: [', 'invalid YAML'],
    ['several documents', 'quiet: true\n---\nquiet: false', 'several documents'],
    ['an alias', 'a: &a [x]\nb: *a', 'an alias'],
    ['deep nesting', '['.repeat(5000), 'assay.yaml: '],
    ['a megabyte', `# ${'x'.repeat(1024 * 1024)}`, 'longer than'],
    ['a policy that is not a mapping', 'policies: {p: high}', '"policies.p" must be a mapping'],
    ['a policy without a name', 'policies: {"": {}}', 'is not a policy name'],
    [
      'a word that no condition knows',
      'policies:\n  p:\n    fail-on:\n      - severty: high',
      'assay.yaml:3: "policies.p.fail-on" has no condition "severty"',
    ],
    [
      'a forbidden vulnerability',
      'policies: {p: {forbid: high}}',
      '"high" is about vulnerabilities',
    ],
    [
      'a field that no exception has',
      'policies: {p: {exceptions: {require: [excuse]}}}',
      'is not a field of an exception',
    ],
    ['no time at all', 'policies: {p: {exceptions: {longest: 1h}}}', 'must be a day or more'],
    [
      'a choice of comments that there is not',
      'policies: {p: {exceptions: {inline-comments: yes}}}',
      'is not a choice',
    ],
    [
      'a pattern that cannot be used',
      `policies: {p: {forbid: 'package="${'{a,b}'.repeat(20)}"'}}`,
      'more than 1024 alternatives',
    ],
  ])('%s is an error', async (_name, text, message) => {
    const { stderr, exitCode, request } = await assay('fs . -c assay.yaml', {
      files: { 'assay.yaml': text },
    });
    expect(stderr).toContain(message);
    expect([exitCode, request]).toEqual([2, undefined]);
  });

  it.each<[string, () => void]>([
    ['not there', () => undefined],
    [
      'a folder',
      () => {
        mkdirSync(join(cwd, 'ci.yaml'));
      },
    ],
  ])('a file that is %s is an error', async (_name, make) => {
    make();
    expect((await assay('fs . -c ci.yaml')).exitCode).toBe(2);
  });

  const noPipes = missingTool('mkfifo');
  it.skipIf(noPipes !== undefined)(
    `a file that is a named pipe is an error${needs(noPipes)}`,
    async () => {
      run('mkfifo', [join(cwd, 'ci.yaml')]);
      expect((await assay('fs . -c ci.yaml')).exitCode).toBe(2);
    },
  );
});

describe('policies', () => {
  const text = `
policies:
  prod:
    description: what may run
    severity: [HIGH, CRITICAL]
    exit-code: 9
    fail-on:
      - critical
      - severity: high
        fixable: true
        kev: false
        epss: 0.1
        package: ["lib*", g++]
        ecosystem: "!=npm"
        count: 3
        reason: our promise
      - when: evidence<verified
        origin: app
    forbid:
      - license: [AGPL-*, SSPL-1.0]
    min-evidence: consistent
    allow-incomplete: [end-of-life]
    db-max-age: 48h
    exceptions:
      require: [reason, expiry]
      longest: 90d
  empty: {}
`;

  it.each([
    ['fs .', '', 'implicit'],
    ['fs . -c assay.yaml', '', undefined],
    ['fs . -c assay.yaml --policy p', 'code', 'code'],
    ['fs . --policy p', 'all', 'all'],
    ['fs . --policy p', 'none', undefined],
    ['fs . --policy p', '', 'implicit'],
  ])('say which comments in files count: %s, %s', async (line, choice, expected) => {
    const exceptions = choice === '' ? '' : `, exceptions: {inline-comments: ${choice}}`;
    const { request } = await assay(line, {
      files: { 'assay.yaml': `policies: {p: {fail-on: high${exceptions}}}\n` },
    });
    expect([request?.targets.length, request?.policy?.inlineComments]).toEqual([1, expected]);
  });

  it('say what is shown, what fails, and what is let pass', async () => {
    const { request, advisories, stderr } = await assay('fs . --policy prod', {
      files: { 'assay.yaml': text },
    });
    expect(stderr).toBe('');
    expect(advisories?.maxAgeMs).toBe(48 * 3_600_000);
    expect(request?.policy).toMatchObject({
      policy: 'prod',
      severities: ['high', 'critical'],
      exitCode: 9,
      minEvidence: 'consistent',
      allowIncomplete: ['endOfLife'],
      exceptionRules: { requiredFields: ['reason', 'expiry'], maxDays: 90 },
      failOn: [
        { text: 'critical', atLeast: 'critical', from: 'policy prod' },
        {
          text: 'high+fixable+epss>=0.1+package="lib*|g++"+ecosystem!=npm+count>=3',
          atLeast: 'high',
          isFixable: true,
          minEpss: 0.1,
          minCount: 3,
          tests: [
            { of: 'package', patterns: ['lib*', 'g++'], isNegated: false },
            { of: 'ecosystem', patterns: ['npm'], isNegated: true },
          ],
          reason: 'our promise',
        },
        { text: 'evidence<verified+origin=app', origin: 'app' },
      ],
      forbid: [{ text: 'license=AGPL-*|SSPL-1.0' }],
    });
  });

  it.each<[string, string, string]>([
    ['that is not there', 'fs . --policy prd', 'there is no policy "prd" (--policy)'],
    [
      'with the nearest name',
      'fs . --policy prd',
      'Did you mean "prod"? Policies of assay.yaml: prod, empty.',
    ],
    ['that fails on nothing', 'fs . --policy empty', 'the policy "empty" fails on nothing'],
  ])('one %s is an error', async (_name, line, message) => {
    const { stderr, exitCode } = await assay(line, { files: { 'assay.yaml': text } });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('one may be chosen by the file or a variable', async () => {
    const files = { 'assay.yaml': `policy: prod\n${text}` };
    expect((await assay('fs .', { files })).request?.policy?.policy).toBe('prod');
    const byVariable = await assay('fs .', { files, env: { ASSAY_POLICY: 'empty' } });
    expect(byVariable.stderr).toContain('the policy "empty" fails on nothing');
  });

  it('without a file there is none', async () => {
    const { stderr } = await assay('fs . --policy prod');
    expect(stderr).toContain('Define it in assay.yaml');
  });

  it('the one of the documentation is read without a word', async () => {
    const page = readFileSync(new URL('../../../docs/policies.md', import.meta.url), 'utf8');
    const example = /^```yaml\n(?<yaml>[^]*?)^```$/mu.exec(page)?.groups?.['yaml'] ?? '';
    const asked = await assay('fs . --policy prod', { files: { 'assay.yaml': example } });
    expect(asked.stderr).toBe('');
    expect(asked.request?.policy?.forbid).toHaveLength(2);
    expect(asked.request?.policy?.failOn).toHaveLength(4);
  });

  it('what is typed wins', async () => {
    const { request } = await assay('fs . --policy prod --fail-on kev --exit-code 3', {
      files: { 'assay.yaml': text },
    });
    expect(request?.policy).toMatchObject({ exitCode: 3, failOn: [{ text: 'kev' }] });
  });
});

describe('files made to take time', () => {
  it.each<[string, string]>([
    [
      'unknown keys by the thousand',
      Array.from({ length: 60_000 }, (_, i) => `severit${i}: 1\n`).join(''),
    ],
    ['conditions by the thousand', `fail-on: [${'high,'.repeat(60_000)}]`],
    [
      'policies by the thousand',
      `policies:\n${Array.from({ length: 15_000 }, (_, i) => `  p${i}: {fail-on: high+package=${'*a'.repeat(10)}}\n`).join('')}`,
    ],
    ['one long condition', `fail-on: "${'package=a+'.repeat(6_000)}high"`],
    ['stars', `fail-on: "package=${'*'.repeat(60_000)}"`],
    ['a key as long as the file', `${'x'.repeat(900_000)}: 1`],
  ])('%s', async (_name, text) => {
    const cpuMs = startCpuClock();
    const { exitCode, stderr } = await assay('fs .', { files: { 'assay.yaml': text } });
    expect([0, 2]).toContain(exitCode);
    expect(stderr.length).toBeLessThan(10_000);
    // Some hundred milliseconds on an idle machine.
    expect(cpuMs()).toBeLessThan(20_000);
  });
});
