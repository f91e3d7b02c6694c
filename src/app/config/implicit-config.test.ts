import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../test/support/command-line.ts';

let root = '';
let cwd = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-implicit-'));
  cwd = join(root, 'work');
  mkdirSync(join(cwd, '.git'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

type Files = Readonly<Record<string, string>>;

function put(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
}

function assay(line: string, env: Readonly<Record<string, string>> = {}): Promise<Asked> {
  return ask(line.split(' '), { cwd, env: { XDG_CACHE_HOME: join(root, 'cache'), ...env } });
}

const OVERRIDE = JSON.stringify({
  overrides: [{ id: 'CVE-2024-1', reason: 'not ours', withdraw: true }],
});

/** Every file of the working directory that is read without a flag. */
const IMPLICIT: Files = {
  'assay.yaml': 'severity: CRITICAL\n',
  'trivy.yaml': 'severity: CRITICAL\n',
  '.trivyignore': 'CVE-2024-1\n',
  '.trivyignore.yaml': 'vulnerabilities:\n  - id: CVE-2024-1\n',
  '.assayignore': 'CVE-2024-1\n',
  '.assayignore.yaml': 'exceptions:\n  - id: CVE-2024-1\n',
  'advisories.override.json': OVERRIDE,
};

describe('with a configuration that is named', () => {
  const cases = Object.keys(IMPLICIT).flatMap((name) =>
    (
      [
        ['-c', 'fs . -c ci.yaml', {}],
        ['ASSAY_CONFIG', 'fs .', { ASSAY_CONFIG: 'ci.yaml' }],
        ['TRIVY_CONFIG', 'fs .', { TRIVY_CONFIG: 'ci.yaml' }],
        ['-c none', 'fs . -c none', {}],
      ] as const
    ).map(([how, line, env]) => [name, how, line, env] as const),
  );

  it.each(cases)('%s is not read (%s)', async (name, _how, line, env) => {
    put({ 'ci.yaml': 'fail-on: high\n', [name]: IMPLICIT[name] ?? '' });
    const { request, advisories, stderr } = await assay(line, env);
    expect(request?.policy, stderr).toMatchObject({ ignore: [], severities: { length: 5 } });
    expect(request?.policy?.implicit).toBeUndefined();
    expect(advisories?.overrides).toBeUndefined();
  });

  it.each([
    ['ignorefile: .trivyignore', 1, 0],
    ['overrides: advisories.override.json', 0, 1],
    ['ignorefile: [.trivyignore, .assayignore]\noverrides: advisories.override.json', 2, 1],
  ])('what it names is read: %s', async (text, ignored, corrected) => {
    put({ ...IMPLICIT, 'ci.yaml': text });
    const { request, advisories } = await assay('fs . -c ci.yaml');
    expect(request?.policy?.ignore).toHaveLength(ignored);
    expect(advisories?.overrides?.list ?? []).toHaveLength(corrected);
    expect(request?.policy?.implicit).toBeUndefined();
  });

  it('files that are passed over are named once', async () => {
    put({ 'ci.yaml': '', ...IMPLICIT });
    const { stderr } = await assay('fs . -c ci.yaml');
    expect(stderr).toContain('not read, as -c names the configuration: .trivyignore,');
  });
});

describe('without one', () => {
  it.each([
    ['.trivyignore', 'exceptions'],
    ['.trivyignore.yaml', 'exceptions'],
    ['.assayignore', 'exceptions'],
    ['.assayignore.yaml', 'exceptions'],
    ['advisories.override.json', 'corrections'],
  ])('%s is a source of the verdict', async (name, kind) => {
    put({ [name]: IMPLICIT[name] ?? '' });
    expect((await assay('fs .')).request?.policy?.implicit).toEqual([{ path: name, kind }]);
  });

  it.each([
    ['assay.yaml', 'severity: HIGH', ['severity']],
    ['trivy.yaml', 'severity: HIGH', ['severity']],
    ['assay.yaml', 'skip-dirs: [a]\nscan: {skip-files: [b]}', ['skip-dirs', 'skip-files']],
    ['assay.yaml', 'allow-incomplete: true', ['allow-incomplete']],
    ['assay.yaml', 'exit-code: 0\nfail-on: critical', ['fail-on', 'exit-code']],
    ['assay.yaml', 'policy: p\npolicies: {p: {fail-on: high}}', ['policy']],
    ['assay.yaml', 'cache-dir: .cache', ['cache-dir']],
    ['assay.yaml', 'distro: debian/12', ['distro']],
    ['assay.yaml', 'vex: []\nignore-unfixed: true', ['ignore-unfixed']],
  ])('settings of %s are listed: %j', async (name, text, names) => {
    put({ [name]: text });
    const { request, stderr } = await assay('fs .');
    const [source] = request?.policy?.implicit ?? [];
    expect(source, stderr).toMatchObject({ path: name, kind: 'configuration' });
    expect(source?.settings?.map((one) => one.name).sort()).toEqual([...names].sort());
  });

  it.each([
    ['only display', 'format: json\nquiet: true\noutput: out.json'],
    ['nothing', ''],
    ['what has no effect', 'output-plugin-arg: x'],
  ])('a configuration that sets %s is not listed', async (_what, text) => {
    put({ 'assay.yaml': text });
    expect((await assay('fs .')).request?.policy?.implicit).toBeUndefined();
  });

  it('a policy of the file that a flag chooses is listed by its name', async () => {
    put({ 'assay.yaml': 'policies: {p: {fail-on: critical, ignore-unfixed: true}}' });
    const { request } = await assay('fs . --policy p');
    expect(request?.policy?.implicit?.[0]?.settings).toEqual([
      { name: 'policy', where: 'assay.yaml' },
    ]);
  });

  it('a flag that names a file takes the place of those that are found', async () => {
    put(IMPLICIT);
    rmSync(join(cwd, 'assay.yaml'));
    rmSync(join(cwd, 'trivy.yaml'));
    const { request, advisories } = await assay('fs . --ignorefile .trivyignore --overrides none');
    expect(request?.policy?.implicit).toBeUndefined();
    expect(advisories?.overrides).toBeUndefined();
  });
});

describe('a configuration that was only found', () => {
  it.each([
    ['output: /etc/cron.d/x', 'leads out'],
    ['output: ../report.json', 'leads out'],
    ['output: json=../report.json', 'leads out'],
    ['output: [table, json=/dev/shm/x]', 'leads out'],
    ['output: sub/../../report.json', 'leads out'],
    ['output: .git/hooks/pre-commit', 'leads out'],
    ['output: json=.GIT/config', 'leads out'],
    ['output: link/report.json', 'leads out'],
    ['output: dangling', 'leads out'],
    ['output: to-file', 'leads out'],
    ['cache-dir: /var/tmp/cache', 'leads out'],
    ['cache: {dir: ../cache}', 'leads out'],
    ['cache-dir: link', 'leads out'],
    ['mirror: https://feeds.example.com/', 'advisory data'],
    ['db: {mirror: feeds}', 'advisory data'],
    ['cacert: ca.pem', 'authorities'],
    ['insecure: true', 'check of registries'],
  ])('may not say %s', async (text, reason) => {
    symlinkSync(root, join(cwd, 'link'));
    symlinkSync(join(root, 'nowhere'), join(cwd, 'dangling'));
    writeFileSync(join(root, 'target'), '');
    symlinkSync(join(root, 'target'), join(cwd, 'to-file'));
    put({ 'assay.yaml': text });
    const { exitCode, stderr, request } = await assay('image app:1');
    expect([exitCode, request], stderr).toEqual([2, undefined]);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('Name the file: -c assay.yaml.');
  });

  it.each([
    ['output: report.json', 'fs .'],
    ['output: [table, json=reports/report.json]', 'fs .'],
    ['output: "-"', 'fs .'],
    ['cache-dir: .cache', 'fs .'],
    ['cache-dir: ./deep/cache', 'fs .'],
    ['mirror: feeds', 'fs . --mirror https://feeds.example.com/'],
    ['output: /etc/x', 'fs . -o report.json'],
    ['insecure: false', 'image app:1'],
    ['db: {repository: registry.example.com/db}', 'fs .'],
  ])('may say %s (%s)', async (text, line) => {
    mkdirSync(join(cwd, 'reports'));
    put({ 'assay.yaml': text });
    const { exitCode, stderr } = await assay(line);
    expect(exitCode, stderr).toBe(0);
  });

  it.each(['mirror: feeds', 'output: ../report.json', 'insecure: true', 'cache-dir: ../cache'])(
    'may say %s once it is named',
    async (text) => {
      put({ 'assay.yaml': text });
      const { exitCode, stderr } = await assay('image app:1 -c assay.yaml');
      expect(exitCode, stderr).toBe(0);
    },
  );

  it.each([
    ['assay.yaml', 'configuration file'],
    ['trivy.yaml', 'configuration file'],
    ['.trivyignore', 'ignore file'],
    ['.assayignore', 'ignore file'],
    ['.trivyignore.yaml', 'ignore file'],
    ['advisories.override.json', 'corrections'],
  ])('or any other such file is no link out of its directory: %s', async (name, what) => {
    writeFileSync(join(root, 'token'), 'hunter2\n');
    symlinkSync('../token', join(cwd, name));
    const { exitCode, stderr, stdout } = await assay('fs .');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(what);
    expect(stderr).toContain('leads out of its directory');
    expect(stderr + stdout).not.toContain('hunter2');
  });

  it.each(Object.keys(IMPLICIT))('or any other such file is no device: %s', async (name) => {
    symlinkSync('/dev/zero', join(cwd, name));
    const { exitCode, stderr } = await assay('fs .');
    expect(exitCode, stderr).toBe(2);
  });
});

describe('corrections', () => {
  const entry = { id: 'CVE-2024-1', reason: 'not ours', withdraw: true };

  it.each<[string, [policy: string, override: object], string]>([
    ['an owner', [reqOwner(), entry], 'has no owner, which the policy asks for'],
    ['an expiry', [reqExpiry(), entry], 'has no expiry, which the policy asks for'],
    [
      'a near expiry',
      [longest(), { ...entry, expires: '2199-01-01' }],
      'the policy allows 90 days',
    ],
    ['a date', ['fail-on: high', { ...entry, expires: 'soon' }], '"soon" is not a date'],
    [
      'a date that is not past',
      ['fail-on: high', { ...entry, expires: '2020-01-01' }],
      'expired on',
    ],
  ])('do not count without %s', async (_what, [policy, override], message) => {
    put({
      'assay.yaml': `policies: {p: {${policy}}}`,
      'advisories.override.json': JSON.stringify({ overrides: [override] }),
    });
    const { request, advisories, stderr } = await assay('fs . --policy p');
    expect(advisories?.overrides?.list, stderr).toEqual([]);
    expect(request?.policy?.overrides).toEqual([]);
    expect(request?.policy?.ignoreProblems?.[0]?.message).toContain(message);
  });

  it('count with all that the policy asks for', async () => {
    put({
      'assay.yaml': `policies: {p: {fail-on: high, exceptions: {require: [reason, owner]}}}`,
      'advisories.override.json': JSON.stringify({ overrides: [{ ...entry, owner: 'web' }] }),
    });
    const { request, advisories } = await assay('fs . --policy p');
    expect(advisories?.overrides?.list).toMatchObject([{ id: 'CVE-2024-1', owner: 'web' }]);
    expect(request?.policy?.overrides).toEqual([
      { id: 'CVE-2024-1', reason: 'not ours', owner: 'web', from: 'advisories.override.json:1' },
    ]);
  });

  it('that are named must be there', async () => {
    const { exitCode, stderr } = await assay('fs . --overrides none.json');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no file of corrections "none.json"');
  });
});

function reqOwner(): string {
  return 'fail-on: high, exceptions: {require: [owner]}';
}
function reqExpiry(): string {
  return 'fail-on: high, exceptions: {require: [expiry]}';
}
function longest(): string {
  return 'fail-on: high, exceptions: {longest: 90d}';
}
