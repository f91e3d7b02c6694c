/**
 * Every flag that trivy's documentation lists for the commands that both tools have is known here:
 * it works, is accepted with one notice, or ends the run with exit code 2 and a way out. None is an
 * unknown option.
 *
 * Source: trivy's documentation, "CLI Reference", pages of image, filesystem, repository, rootfs,
 * sbom, convert and clean.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { testReport } from '../../../../test/support/reports.ts';
import { ALL_FLAGS } from './all-flags.ts';
import { flagsByKey } from '../../config/keys.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-census-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const SCANS = ['image', 'filesystem', 'repository', 'rootfs', 'sbom'] as const;
const WITHOUT_SBOM = ['image', 'filesystem', 'repository', 'rootfs'] as const;
const ALL = [...SCANS, 'convert'] as const;

type Command = (typeof ALL)[number];

/** Accepted with one notice, which must hold the words of the last column. */
const ACCEPTED: readonly (readonly [line: string, commands: readonly Command[], why: string])[] = [
  ['--disable-telemetry', ALL, 'no telemetry'],
  ['--skip-version-check', ALL, 'newer versions'],
  ['--log-format json', ALL, 'the log is text'],
  ['--report summary', ALL, '--compliance'],
  ['--output-plugin-arg x', ALL, 'output plugins'],
  ['--ignore-policy a.rego', ALL, 'Rego'],
  ['--scanners vuln,secret', ['convert'], 'stored report'],
  ['--skip-vex-repo-update', SCANS, '--vex'],
  ['--skip-java-db-update', SCANS, 'Java'],
  ['--java-db-repository a/b:1', SCANS, 'Java'],
  ['--db-repository a/b:2', SCANS, '--mirror'],
  ['--offline-scan', SCANS, 'sends no names of packages'],
  ['--cache-backend redis://localhost:6379', SCANS, '--cache-dir'],
  ['--cache-ttl 1h', SCANS, '--cache-dir'],
  ['--redis-ca a', SCANS, '--cache-dir'],
  ['--redis-cert a', SCANS, '--cache-dir'],
  ['--redis-key a', SCANS, '--cache-dir'],
  ['--redis-tls', SCANS, '--cache-dir'],
  ['--token x', SCANS, '--server'],
  ['--token-header x', SCANS, '--server'],
  ['--custom-headers a:b', SCANS, '--server'],
  ['--cloud-token x', SCANS, 'cloud service'],
  ['--cloud-api-url https://example.com', SCANS, 'cloud service'],
  ['--cloud-upload-results', SCANS, 'cloud service'],
  ['--cloud-server-scanning', SCANS, 'cloud service'],
  ['--cloud-download-secret-config', SCANS, 'cloud service'],
  ['--cloud-trivy-server-url https://example.com', SCANS, 'cloud service'],
  ['--ignored-licenses MIT', SCANS, 'licences'],
  ['--license-full', WITHOUT_SBOM, 'licences'],
  ['--license-confidence-level 0.9', WITHOUT_SBOM, 'licences'],
  ['--pkg-relationships direct', SCANS, '--include-dev-deps'],
  ['--sbom-sources oci,rekor', SCANS, 'the target itself'],
  ['--rekor-url https://rekor.example', SCANS, 'the target itself'],
  ['--module-dir modules', WITHOUT_SBOM, 'modules'],
  ['--slow', WITHOUT_SBOM, '--parallel'],
  ...[
    ...['--skip-check-update', '--skip-policy-update', '--checks-bundle-repository a/b'],
    ...['--policy-bundle-repository a/b', '--check-namespaces a', '--policy-namespaces a'],
    ...['--config-check a', '--config-policy a', '--config-data a', '--config-file-schemas a'],
    ...['--helm-api-versions a', '--helm-kube-version a', '--helm-set a=b', '--helm-set-file a=b'],
    ...['--helm-set-string a=b', '--helm-values a', '--misconfig-scanners terraform'],
    ...['--raw-config-scanners terraform', '--render-cause terraform', '--rego-error-limit 10'],
    ...['--include-deprecated-checks', '--include-non-failures', '--trace-rego', '--trace'],
    ...['--tf-exclude-downloaded-modules', '--tf-vars a', '--cf-params a'],
    ...['--ansible-extra-vars a', '--ansible-inventory a', '--ansible-playbook a'],
  ].map((line) => [line, WITHOUT_SBOM, 'misconfiguration'] as const),
];

/** They ask for work that would not be done; the last column is what the message must name. */
const REFUSED: readonly (readonly [line: string, commands: readonly Command[], way: string])[] = [
  ['--server http://localhost:4954', SCANS, 'leave it out'],
  ['--compliance docker-cis-1.6.0', ALL, '--policy NAME'],
  ['--enable-modules a', WITHOUT_SBOM, 'Leave it out'],
  ['--generate-default-config', ALL, 'docs/configuration-keys.md'],
  ['--reset', WITHOUT_SBOM, 'assay clean --all'],
  ['--image-config-scanners misconfig,secret', ['image'], 'Leave it out'],
  ['--scanners vuln,license', WITHOUT_SBOM, '--scanners vuln'],
  ['--scanners misconfig,license', WITHOUT_SBOM, '--scanners vuln'],
  ['--scanners license', SCANS, '--scanners vuln'],
  ['--output plugin=count', ALL, '-o json=FILE'],
];

/** Flags that have an effect of their own; that is shown elsewhere. */
const WORKING: readonly (readonly [line: string, commands: readonly Command[]])[] = [
  ['--no-color', ALL],
  ['--docker-host unix:///var/run/docker.sock', ['image']],
  ['--podman-host /run/podman/podman.sock', ['image']],
  ['--download-java-db-only', SCANS],
  ['--download-checks-bundle-only', SCANS],
  ['--skip-update', SCANS],
  ['--distro debian/12', SCANS],
  ['--max-image-size 10GB', ['image']],
  ['--removed-pkgs', ['image']],
  ['--branch main', ['repository']],
  ['--tag v1', ['repository']],
  ['--commit HEAD', ['repository']],
  ['--include-dev-deps', ['filesystem', 'repository']],
  ['--table-mode summary', ALL],
  ['--show-suppressed', ALL],
  ['--list-all-pkgs', ALL],
  ['--vuln-severity-source nvd,auto', SCANS],
  ['--detection-priority comprehensive', SCANS],
  ['--parallel 0', WITHOUT_SBOM],
];

const NOTICE = /^WARN {2}accepted, without effect: (?<flags>.*)$/gmu;

const pairs = (
  rows: readonly (readonly [string, readonly Command[], string?])[],
): (readonly [command: Command, line: string, words: string])[] =>
  rows.flatMap(([line, commands, words = '']) =>
    commands.map((command) => [command, line, words] as const),
  );

async function run(
  command: Command,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  if (command === 'convert') await ask(['image', 'a', '-o', 'json=r.json'], { cwd });
  const target = command === 'convert' ? 'r.json' : 'app';
  return ask([command, ...line.split(' ').filter(Boolean), target], {
    cwd,
    env,
    report: testReport(),
  });
}

describe("flags of trivy's documentation", () => {
  it.each(pairs(ACCEPTED))('%s %s is accepted with one notice', async (command, line, why) => {
    const { exitCode, stderr } = await run(command, line);
    expect(exitCode, stderr).toBe(0);
    const notices = [...stderr.matchAll(NOTICE)].map(({ groups }) => groups?.['flags']);
    expect(notices).toEqual([expect.stringContaining(why)]);
    expect((await run(command, `-q ${line}`)).stderr).toBe('');
  });

  it.each(pairs(REFUSED))('%s %s ends with exit code 2', async (command, line, way) => {
    const { exitCode, request, stdout, stderr } = await run(command, line);
    expect([exitCode, request, stdout], stderr).toEqual([2, undefined, '']);
    expect(stderr).toContain(way);
    expect(stderr).not.toContain('unknown option');
  });

  it.each(pairs(WORKING))('%s %s works', async (command, line) => {
    const { exitCode, stderr } = await run(command, line);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).not.toContain('without effect');
  });

  it('name the value neither of a token nor of headers', async () => {
    const { stdout } = await run('image', '--custom-headers x-key:hush --cloud-token hush -f json');
    expect(stdout).not.toContain('hush');
  });

  it('are variables too, and are said once', async () => {
    const env = { TRIVY_DISABLE_TELEMETRY: 'true', TRIVY_SKIP_VERSION_CHECK: '1' };
    const { exitCode, stderr } = await run('image', '', env);
    expect(exitCode).toBe(0);
    expect(stderr.match(/disable-telemetry/gu)).toHaveLength(1);
    expect((await run('image', '', { TRIVY_COMPLIANCE: 'docker-cis-1.6.0' })).exitCode).toBe(2);
  });

  it.each([
    ['scan:\n  disable-telemetry: true\n', 0, '--disable-telemetry'],
    ['disable-telemetry: true\nskip-version-check: true\n', 0, '--skip-version-check'],
    ['disable-telemetry: false\nscan:\n  skip-version-check: false\n', 0, undefined],
    ['image:\n  image-config-scanners: [secret]\n', 2, '--image-config-scanners'],
    ['image:\n  image-config-scanners: []\nscan:\n  compliance: ""\n', 0, undefined],
    ['scan:\n  compliance: docker-cis-1.6.0\n', 2, '--compliance'],
    ['module:\n  enable-modules: [a]\n', 2, '--enable-modules'],
    ['generate-default-config: false\nreset: false\n', 0, undefined],
  ])('as keys of trivy.yaml: %j', async (text, code, named) => {
    writeFileSync(join(cwd, 'trivy.yaml'), text);
    const { exitCode, stderr } = await run('image', '');
    expect(exitCode, stderr).toBe(code);
    if (named === undefined) expect(stderr).not.toContain('without effect');
    else expect(stderr).toContain(named);
    expect(stderr).not.toContain('unknown key');
  });

  it.each([
    ['--clear-cache', 'clear-cache'],
    ['--download-java-db-only', 'download-java-db-only'],
    ['--download-checks-bundle-only', 'download-checks-bundle-only'],
  ])('%s stands beside no gate, and in no file', async (flag, name) => {
    expect((await run('image', `${flag} --exit-code 1`)).exitCode).toBe(2);
    expect((await run('image', flag)).request).toBeUndefined();
    expect(flagsByKey(ALL_FLAGS).has(name)).toBe(false);
  });
});

/** The keys of the file that trivy generates, with its defaults. */
const generated = (scanners: string): string => `
cacert: ""
ansible: {extra-vars: [], inventories: [], playbooks: []}
cache: {dir: "cache", backend: "fs", redis: {ca: "", cert: "", key: "", tls: false}, ttl: 0s}
clean: {all: false, checks-bundle: false, java-db: false, scan-cache: false}
db: {download-java-only: false, download-only: false, java-repository: [a/b:1], repository: [a/b:2]}
dependency-tree: false
exit-code: 0
exit-on-eol: 0
format: "table"
ignore-policy: ""
ignorefile: ".trivyignore"
image:
  docker: {host: ""}
  image-config-scanners: []
  input: ""
  max-size: ""
  platform: ""
  podman: {host: ""}
  removed-pkgs: false
  source: [docker, containerd, podman, remote]
insecure: false
kubernetes: {burst: 10, node-collector: {namespace: "trivy-temp"}}
license: {confidenceLevel: 0.9, forbidden: [AGPL-1.0], full: false, ignored: [], notice: [MIT]}
list-all-pkgs: true
misconfiguration: {download-checks-bundle-only: false, helm: {set: []}, scanners: [ansible]}
module: {dir: "$HOME/.trivy/modules", enable-modules: []}
output: ""
output-plugin-arg: ""
pkg: {include-dev-deps: false, relationships: [unknown, root], types: [os, library]}
registry: {mirrors: , password: [], password-stdin: false, token: "", username: []}
rego: {check: [], error-limit: 10, trace: false}
report: "all"
repository: {branch: "", commit: "", tag: ""}
scan:
  compliance: ""
  show-suppressed: false
  detection-priority: "precise"
  disable-telemetry: false
  distro: ""
  file-patterns: []
  offline: false
  parallel: 5
  rekor-url: "https://rekor.example"
  sbom-sources: []
  scanners: ${scanners}
  skip-version-check: false
secret: {config: "trivy-secret.yaml"}
server: {addr: "", custom-headers: [], listen: "localhost:4954", token: "", token-header: "Trivy-Token"}
severity: [UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL]
table-mode: [summary, detailed]
template: ""
timeout: 5m0s
vulnerability: {ignore-status: [], severity-source: [auto], skip-vex-repo-update: false, vex: []}
`;

describe('the trivy.yaml that trivy generates', () => {
  it.each([
    ['found', ''],
    ['named', '-c trivy.yaml'],
  ])('runs where it is %s, with one short notice', async (_name, line) => {
    writeFileSync(join(cwd, 'trivy.yaml'), generated('[vuln]'));
    const { exitCode, request, stderr } = await run('image', line);
    expect([exitCode, request?.targets.length], stderr).toEqual([0, 1]);
    expect(stderr).not.toMatch(/unknown key|has no effect here/u);
    const [notice, ...others] = [...stderr.matchAll(NOTICE)].map(({ groups = {} }) => groups);
    expect(others).toEqual([]);
    expect(notice?.['flags']).toMatch(/, \d\d more of trivy\.yaml$/u);
    expect(stderr.split('\n').every((text) => text.length < 600)).toBe(true);
  });

  it('names flags and variables all the same', async () => {
    writeFileSync(join(cwd, 'trivy.yaml'), generated('[vuln]'));
    const env = { TRIVY_SKIP_VERSION_CHECK: 'true' };
    const { stderr } = await run('image', '--disable-telemetry --trace', env);
    for (const name of ['--disable-telemetry', '--trace-rego', '--skip-version-check']) {
      expect(stderr.split(`${name} (`)).toHaveLength(2);
    }
  });

  it('ends with exit code 2 where it asks for licenses, and names the line', async () => {
    writeFileSync(join(cwd, 'trivy.yaml'), generated('[vuln, license]'));
    const { exitCode, request, stderr } = await run('image', '');
    expect([exitCode, request]).toEqual([2, undefined]);
    expect(stderr).toMatch(/ERROR trivy\.yaml:\d+: --scanners license is not available yet/u);
  });

  it.each([
    ['typed', '--ignorefile .trivyignore', {}],
    ['of a variable, under another name', '', { TRIVY_IGNOREFILE: 'none' }],
  ])('is the only place of an ignore file that may be missing: %s', async (_name, line, env) => {
    expect((await run('image', line, env)).exitCode).toBe(2);
  });
});

describe('daemons that flags name', () => {
  it.each([
    ['--docker-host unix:///run/d.sock', 'DOCKER_HOST', 'unix:///run/d.sock'],
    ['--podman-host /run/p.sock', 'CONTAINER_HOST', '/run/p.sock'],
  ])('%s replaces %s', async (line, variable, value) => {
    const { request } = await run('image', line, { [variable]: 'tcp://elsewhere:1', HOME: '/h' });
    expect(request?.targets[0]?.env).toMatchObject({ [variable]: value, HOME: '/h' });
  });

  it.each(['docker-host: unix:///x', 'image:\n  podman:\n    host: unix:///x'])(
    'are not chosen by a file that is only found: %j',
    async (text) => {
      writeFileSync(join(cwd, 'trivy.yaml'), text);
      const { exitCode, request, stderr } = await run('image', '');
      expect([exitCode, request]).toEqual([2, undefined]);
      expect(stderr).toContain('chooses which daemon gives images');
      expect((await run('image', '-c trivy.yaml')).exitCode).toBe(0);
    },
  );
});

describe('assay clean', () => {
  it.each([
    '--all',
    '-a',
    '--scan-cache',
    '--vuln-db',
    '--java-db',
    '--checks-bundle',
    '--vex-repo',
  ])('takes %s', async (flag) => {
    const asked = await ask(['clean', flag, '--cache-dir', cwd], { cwd });
    expect(asked.exitCode, asked.stderr).toBe(0);
  });

  it.each(['--java-db', '--checks-bundle', '--vex-repo'])(
    '%s alone removes nothing',
    async (flag) => {
      const { stdout, stderr } = await ask(['clean', flag, '--cache-dir', cwd], { cwd });
      expect(stdout).not.toContain('removed');
      expect(stderr).toContain(flag);
    },
  );
});
