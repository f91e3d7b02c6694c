/**
 * Cases of the command line itself: help, knowledge of advisories, exceptions, configuration, and
 * wrong uses.
 */

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { type Case, type Step } from './lane.ts';

const LOCKFILE = `${JSON.stringify({
  name: 'app',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: {
    '': { name: 'app', version: '1.0.0', dependencies: { lodash: '^4.17.0' } },
    'node_modules/lodash': { version: '4.17.15' },
    'node_modules/minimist': { version: '1.2.0', dev: true },
  },
})}\n`;
const APP = { 'app/package-lock.json': LOCKFILE };

/**
 * Returns the cases of every command that the help of a build lists. The other build must print the
 * same list. A quick comparison has fewer wrong uses.
 */
export function helpCases(build: string, isQuick: boolean): readonly Case[] {
  const script = path.join(path.resolve(build), 'dist/bin/assay.js');
  const help = execFileSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
  const table = /^Commands:\n(?<rows>(?: {2}.*\n)+)/m.exec(help)?.groups?.['rows'] ?? '';
  const commands = [...table.matchAll(/^ {2}(?<name>[a-z]+(?: [a-z]+)*) {2,}/gm)].map(
    ({ groups }) => groups?.['name'] ?? '',
  );
  if (commands.length < 10) throw new Error('the help of the base lists no commands');
  const groups = commands.flatMap((name) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : []));
  const all = [...new Set([...commands, ...groups])];
  return [
    {
      name: 'help',
      steps: steps('--help', 'help', '', 'help nonsense', '--version', 'version -f json'),
    },
    ...all.map((name) => ({
      name: `help of ${name}`,
      steps: steps(
        `${name} --help`,
        `${name} --no-such-flag`,
        ...(isQuick ? [] : [`help ${name}`, `${name} -f nonsense`]),
      ),
    })),
    ...all
      // Without arguments these scan the machine, or take long.
      .filter((name) => !['host', 'demo'].includes(name))
      .map((name) => ({
        name: `misuse of ${name}`,
        steps: steps(
          `${name} ./missing.file`,
          ...(isQuick ? [] : [name, `${name} ./missing.file extra --formt json`]),
        ),
      })),
  ];
}

export function commandCases(): readonly Case[] {
  return [
    ...knowledgeCases(),
    ...exceptionCases(),
    ...configurationCases(),
    ...wrongValues(),
    ...wrongInputs(),
    { name: 'demo', steps: steps('demo', 'demo --dir demo --width 80') },
    {
      name: 'colors',
      files: APP,
      steps: [
        { args: ['fs', 'app'], env: { FORCE_COLOR: '1' } },
        { args: ['cve', 'CVE-2021-44906'], env: { FORCE_COLOR: '1' } },
        { args: ['fs', '--help'], env: { FORCE_COLOR: '1' } },
        { args: ['fs', 'nowhere', '--no-color'], env: { FORCE_COLOR: '1' } },
      ],
    },
    {
      name: 'words that are not commands',
      steps: steps(
        'imgae app:1',
        'scan .',
        'db updat',
        'ignore foo',
        'filesystem .',
        'k8s',
        './nowhere',
      ),
    },
    {
      name: 'planned commands',
      steps: steps('push a b', 'server', 'db pull', 'audit .', 'fix', 'completion bash', 'sign x'),
    },
  ];
}

function knowledgeCases(): readonly Case[] {
  return [
    {
      name: 'cve',
      steps: steps(
        'cve CVE-2021-44906',
        'cve GHSA-xvch-5gv4-984h CVE-2024-5535 -f json',
        'cve CVE-1999-99999',
        'cve nonsense',
        'cve search prototype pollution',
        'cve search openssl --limit 5 -f json',
        'cve search zzzzzz',
        'cve search openssl --limit 0',
      ),
    },
    {
      name: 'db',
      steps: steps(
        'db status',
        'db status -f json',
        'db verify',
        'db search --package minimist@1.2.5',
        'db search --package openssl --ecosystem debian --release 12 -f json',
        'db search --package nothing-of-this-name',
        'db search --package pkg:npm/lodash@4.17.15',
        'db export out.tar --expires never',
        'db verify out.tar',
        'db import out.tar --cache-dir own-cache -f json',
        'db status --cache-dir own-cache',
        'db import missing.zip --cache-dir own-cache',
        'db status --cache-dir empty',
        'db verify --cache-dir empty',
        'db update',
        'db update --mirror missing --cache-dir own-cache',
        'clean --cache-dir own-cache --all',
        'clean',
      ),
    },
    {
      name: 'explain',
      files: APP,
      steps: steps(
        'fs app -o json=report.json --include-dev-deps',
        'explain CVE-2021-44906 pkg:npm/minimist@1.2.5',
        'explain CVE-2021-44906 minimist@9.9.9',
        'explain CVE-2021-44906 minimist --report report.json',
        'explain CVE-2020-8203 --report report.json -f json',
        'explain CVE-1999-99999 --report report.json',
        'explain CVE-2024-5535 openssl@3.0.14-1 --ecosystem debian --release 12',
        'explain ffffffffffffffff',
      ),
    },
    {
      name: 'purl',
      steps: steps(
        'purl pkg:npm/minimist@1.2.5',
        'purl pkg:npm/minimist@1.2.5 pkg:pypi/jinja2@2.10 pkg:golang/golang.org/x/crypto@0.1.0 -f json',
        'purl pkg:deb/debian/bash@5.2.15-2?distro=debian-12 --fail-on high',
        'purl pkg:deb/debian/bash@5.2.15-2',
        'purl pkg:deb/debian/openssl@3.0.14-1 --distro debian/12 --width 80',
        'purl pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1 pkg:cargo/time@0.1.0 -f cyclonedx',
        'purl pkg:npm/minimist',
        'purl minimist@1.2.5',
        'purl pkg:nonsense/x@1',
        'purl pkg:npm/%zz@1',
      ),
    },
  ];
}

function exceptionCases(): readonly Case[] {
  const files = {
    ...APP,
    '.trivyignore':
      'CVE-2020-8203 exp:2099-01-01 # reason\nCVE-1999-0001\nCVE-2021-23337 exp:2020-01-01\n',
    'more.yaml':
      'exceptions:\n  - id: CVE-2020-28500\n    reason: r\n    owner: o\n  - purl: pkg:x\n',
    'bad.yaml': 'exceptions: [\n',
    'vex.json': JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.org/vex',
      author: 'a',
      timestamp: '2026-01-01T00:00:00Z',
      version: 1,
      statements: [
        {
          vulnerability: { name: 'CVE-2020-8203' },
          products: [{ '@id': 'pkg:npm/lodash@4.17.15' }],
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
        },
      ],
    }),
    'bad-vex.json': '{"@context":"https://openvex.dev/ns/v0.2.0"}',
    'advisories.override.json': '[{"id":"CVE-2020-28500","action":"nonsense"}]',
  };
  return [
    {
      name: 'exceptions',
      files,
      steps: steps(
        'fs app -o json=report.json -o table --overrides none',
        'fs app --overrides none --show-suppressed --exit-code 1 --fail-on-stale-ignore',
        'fs app --overrides none --ignorefile more.yaml --show-suppressed',
        'fs app --overrides none --ignorefile bad.yaml',
        'fs app --overrides none --vex vex.json --show-suppressed -f json',
        'fs app --overrides none --vex bad-vex.json',
        'fs app',
        'ignore list --overrides none',
        'ignore list report.json --overrides none -f json',
        'ignore add CVE-2021-44906 --expires 90d --owner web --reason test',
        'ignore add CVE-2021-44906 --ignorefile added.yaml --package minimist',
        'ignore add CVE-2021-44906 --expires yesterday',
        'ignore prune report.json --dry-run',
        'ignore prune',
        'vex generate report.json --author Acme --ignorefile more.yaml -o openvex=out.json',
        'vex generate --author Acme',
      ),
    },
  ];
}

function configurationCases(): readonly Case[] {
  const files = {
    ...APP,
    'assay.yaml':
      'severity: [HIGH, CRITICAL]\npolicy: prod\nseverty: HIGH\npolicies:\n  prod:\n    fail-on: high\n',
    'trivy.yaml': 'severity: [LOW]\nvulnerability:\n  ignore-unfixed: true\n',
    'list.yaml': '- a\n',
    'twice.yaml': 'severity: HIGH\nseverity: LOW\n',
    'type.yaml': 'ignore-unfixed: 7\n',
    'broken.yaml': 'severity: [\n',
  };
  const withEnvironment: readonly Step[] = [
    { args: ['fs', 'app', '-c', 'none'], env: { TRIVY_SEVERITY: 'HIGH', TRIVY_FORMAT: 'json' } },
    { args: ['fs', 'app'], env: { ASSAY_SEVERITY: '', ASSAY_FAIL_ON: 'critical' } },
    { args: ['doctor'], env: { TRIVY_SEVERITY: 'HIGH', ASSAY_WIDTH: '90' } },
    { args: ['fs', 'app', '-c', 'none'], env: { ASSAY_FAIL_ON: 'nonsense' } },
  ];
  return [
    {
      name: 'configuration',
      files,
      steps: [
        ...steps(
          'fs app',
          'fs app -c none',
          'fs app -c trivy.yaml --exit-code 3',
          'fs app -c assay.yaml --policy missing',
          'fs app -c list.yaml',
          'fs app -c twice.yaml',
          'fs app -c type.yaml',
          'fs app -c broken.yaml',
          'fs app -c missing.yaml',
          'doctor',
          'doctor -f json',
        ),
        ...withEnvironment,
      ],
    },
  ];
}

/** One wrong value for each flag that has a form. */
function wrongValues(): readonly Case[] {
  const flags = [
    ...['-f nonsense', '-f', '-o nonsense=out', '-o json=missing/out.json', '--severity WRONG'],
    ...[
      '--width x',
      '--width 0',
      '--rows -1',
      '--fail-on nonsense',
      '--fail-on high+',
      '--fail-on=',
    ],
    ...['--as-of 2026-99-01', '--verify wat', '--timeout 5parsecs', '--exit-code abc'],
    ...['--exit-code 300', '--platform junk', '--group nonsense', '--max-files -1', '--memory 1x'],
    ...['--image-src foo', '--only nonsense', '--min-evidence nonsense', '--policy missing'],
    ...['--scanners nonsense', '--scanners secret', '--pkg-types nonsense', '--distro debian'],
    ...['--skip-dirs [', '--file-patterns x', '--db-max-age 1', '--baseline missing.json'],
    ...[
      '--advisories missing',
      '--vex missing.json',
      '--ignorefile missing',
      '--overrides missing',
    ],
    ...['--compat nonsense', '--template x', '-f template', '-f template -t {%', '--parallel x'],
    ...['--table-mode nonsense', '--ignore-status nonsense', '--vuln-severity-source nonsense'],
    ...['--detection-priority nonsense', '--severty HIGH', '--lazy', '--insecure=maybe', '-x'],
    ...['--allow-incomplete=nonsense', '--clear-cache --exit-code 1', '--download-db-only'],
    ...['--security-checks vuln', '--vuln-type os', '--db-repository x', '--cacert missing.pem'],
    ...['--ignore-policy x.rego', '--server http://localhost:1', '--exit-code 0 --fail-on high'],
    ...['--max-findings 1 --fail-on high', '--max-packages 1', '--max-file-size 1', '--dry-run'],
    ...['--fail-on high --dry-run', '--offline --mirror http://localhost:1', '--timeout 1ms'],
    ...[
      '--cache-dir app/package-lock.json',
      '--db-max-age 1h',
      '--skip-db-update --cache-dir own-cache',
    ],
  ];
  return flags.map((flag) => ({
    name: `flag ${flag}`,
    files: APP,
    steps: steps(`fs app ${flag}`),
  }));
}

function wrongInputs(): readonly Case[] {
  return [
    {
      name: 'wrong inputs',
      files: {
        ...APP,
        empty: '',
        'text.txt': 'hello\n',
        'broken.json': '{"a":',
        'other.json': '{"schemaVersion":99}',
        'broken/package-lock.json': '{"lockfileVersion":3,',
        'nothing/readme.md': '# x\n',
        'layout/oci-layout': '{"imageLayoutVersion":"1.0.0"}',
        'layout/index.json': '{"schemaVersion":2,"manifests":[]}',
      },
      steps: [
        ...steps(
          'image --input empty',
          'image --input text.txt',
          'image --input missing.tar',
          'image --input layout',
          'image --input app',
          'image some/name:1 --image-src remote',
          'image UPPER:1',
          'image',
          'image -',
          'digest ./layout',
          'fs app app',
          'fs empty',
          'fs broken --fail-on high',
          'fs broken --fail-on high --allow-incomplete',
          'fs nothing',
          'fs nothing --allow-empty',
          'rootfs text.txt',
          'repo nothing',
          'repo nothing --branch main',
          'sbom empty',
          'sbom text.txt',
          'sbom broken.json',
          'sbom other.json',
          'merge broken.json empty',
          'convert broken.json',
          'convert other.json -f csv',
          'gate other.json --fail-on high',
          'gate text.txt',
          'diff other.json app',
          'diff app broken -f json',
          'explain x --report broken.json',
          'fs app -o json=report.json',
          'gate report.json --fail-on critical -- false',
          'gate report.json --fail-on cvss>=10 -- echo passed',
          'gate report.json --fail-on cvss>=10 -- no-such-program',
          'diff report.json app',
          'diff report.json report.json --group fix',
        ),
        { args: ['gate', '-', '--fail-on', 'high'], stdin: 'report.json' },
        { args: ['sbom', '-'], stdin: 'report.json' },
        { args: ['image', '-'], stdin: 'text.txt' },
      ],
    },
  ];
}

/** Steps without variables of their own, each typed as in a shell without quotes. */
function steps(...lines: readonly string[]): readonly Step[] {
  return lines.map((line) => ({ args: line.split(' ').filter((word) => word !== '') }));
}
