/**
 * Rules without a counterpart elsewhere. Expected results are from the manuals of the shells,
 * programs and actions.
 */

import { describe, expect, it } from 'vitest';

import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

/** Findings of own rules as `rule line`. */
function found(text: string, persona: 'regular' | 'pedantic' = 'regular'): readonly string[] {
  return pipelineFindings('/.github/workflows/a.yml', Buffer.from(text), { persona })
    .filter(({ aliases }) => aliases.length === 0)
    .map(({ rule, location }) => `${rule.replace('pipeline/', '')} ${location.line ?? 0}`)
    .filter((one) => !one.startsWith('call-permissions'));
}

/** Steps of one job, which begin in line 8. */
function job(steps: string, { on = 'push', more = '' } = {}): string {
  const lines = steps.split('\n').map((line) => `      ${line}`);
  const head = ['name: x', `on: ${on}`, 'permissions: {}', 'jobs:', '  build:', '    runs-on: x'];
  return [...head, ...(more === '' ? [] : [more]), '    steps:', ...lines, ''].join('\n');
}

/** One script as a block: its first line is line 9. */
function script(...lines: readonly string[]): string {
  return job(['- run: |', ...lines.map((line) => `    ${line}`)].join('\n'));
}

const GATE = 'gate-cannot-fail';

describe('a gate that cannot fail', () => {
  it.each<[string, string, readonly string[]]>([
    ['|| true', script('trivy image --exit-code 1 a || true'), [`${GATE} 9`]],
    ['|| :', script('npm audit || :'), [`${GATE} 9`]],
    ['|| echo', script('pip-audit || echo "found something"'), [`${GATE} 9`]],
    ['|| exit 0', script('cosign verify a || exit 0'), [`${GATE} 9`]],
    ['set +e', script('set +e', 'govulncheck ./...', 'make'), [`${GATE} 10`]],
    ['a pipe without pipefail', script('grype --fail-on high a | tee out'), [`${GATE} 9`]],
    ['an option', script('trivy fs --exit-code 0 .'), [`${GATE} 9`]],
    ['an option with =', script('gitleaks git --exit-code=0'), [`${GATE} 9`]],
    ['in the background', script('npm audit &', 'make'), [`${GATE} 9`]],
    ['a negation', script('! npm audit', 'make'), [`${GATE} 9`]],
    ['a condition that only prints', script('if npm audit; then echo ok; fi'), [`${GATE} 9`]],
    [
      'a trap that ends without an error',
      script("trap 'exit 0' EXIT", 'npm audit'),
      [`${GATE} 10`],
    ],
    ['a substitution in an argument', script('echo "$(npm audit)"'), [`${GATE} 9`]],
    ['a substitution in a declaration', script('export OUT=$(npm audit)'), [`${GATE} 9`]],
    ['a substitution of a process', script('cat <(npm audit)'), [`${GATE} 9`]],
    ['|| true behind a group', script('{ npm audit; } || true'), [`${GATE} 9`]],
    ['|| with a variable that is not read', script('npm audit || FAILED=1'), [`${GATE} 9`]],
    ['by way of sudo and a shell', script("sudo sh -c 'npm audit || true'"), [`${GATE} 9`]],
    ['a step that goes on', job('- run: npm audit\n  continue-on-error: true'), [`${GATE} 9`]],
    [
      'a job that goes on',
      job('- run: npm audit', { more: '    continue-on-error: true' }),
      [`${GATE} 7`],
    ],
    [
      'a shell without -e',
      job('- shell: bash {0}\n  run: |\n    npm audit\n    make'),
      [`${GATE} 10`],
    ],
    [
      'an action with exit-code 0',
      job('- uses: aquasecurity/trivy-action@0.1\n  with: {exit-code: "0"}'),
      [`${GATE} 9`],
    ],
    [
      'an action that goes on',
      job('- uses: anchore/scan-action@v3\n  with:\n    fail-build: false'),
      [`${GATE} 10`],
    ],
    [
      'a push that always runs',
      job('- run: npm audit\n- if: always()\n  run: docker push a'),
      [`${GATE} 9`],
    ],
    [
      'a push after a failure',
      job('- run: npm audit\n- if: ${{ !cancelled() }}\n  run: docker push a'),
      [`${GATE} 9`],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each<[string, string]>([
    ['plain', script('npm audit', 'trivy image --exit-code 1 a')],
    ['with && in front of the push', script('npm audit && docker push a')],
    ['|| exit 1', script('npm audit || exit 1')],
    ['|| with a message and exit', script('npm audit || { echo bad; exit 1; }')],
    ['whose status is read', script('set +e', 'npm audit', 'rc=$?', 'set -e', 'exit $rc')],
    ['a trap that cleans', script("trap 'rm -rf x' EXIT", 'npm audit')],
    ['a trap for another signal', script("trap 'exit 0' TERM", 'npm audit')],
    ['an assignment', script('out=$(npm audit)')],
    ['a variable that is read later', script('npm audit || FAILED=1', 'exit $FAILED')],
    ['a variable in a branch', script('if ! npm audit; then f=1; fi', '[ -z "$f" ] || exit 1')],
    ['a job that is waited for', script('npm audit &', 'wait $!')],
    ['set +e that ends before', script('set +e', 'make', 'set -e', 'npm audit', 'make')],
    ['a pipe with pipefail', script('set -o pipefail', 'npm audit | tee out')],
    ['a pipe in bash', job('- shell: bash\n  run: npm audit | tee out')],
    ['a condition that guards the push', script('if npm audit; then docker push a; fi')],
    ['a condition that ends', script('if ! npm audit; then exit 1; fi', 'make')],
    [
      'a step whose outcome is read',
      job(
        "- id: a\n  run: npm audit\n  continue-on-error: true\n- if: steps.a.outcome == 'failure'\n  run: exit 1",
      ),
    ],
    ['no gate', script('npm audit fix || true', 'trivy --version || true', 'npm test || true')],
    ['a report that always runs', job('- run: npm audit\n- if: always()\n  run: cat report')],
    [
      'a push that asks for the result',
      job(
        "- id: a\n  run: npm audit\n- if: always() && steps.a.outcome == 'success'\n  run: docker push a",
      ),
    ],
    ['PowerShell', job('- shell: pwsh\n  run: npm audit || true')],
  ])('not: %s', (_name, text) => {
    expect(found(text)).toEqual([]);
  });

  it('is found as often as a script has it, in time that grows with the script', () => {
    const lines = Array.from({ length: 8000 }, () => 'npm audit || a=1');
    expect(found(script(...lines))).toHaveLength(lines.length);
  });

  it('lists scanners that were not asked to fail for the persona pedantic', () => {
    expect(found(script('trivy image a', 'grype a'), 'pedantic')).toEqual([
      `${GATE} 9`,
      `${GATE} 10`,
    ]);
    const asked = job('- run: trivy image a\n  env: {TRIVY_EXIT_CODE: 1}');
    expect(found(asked, 'pedantic')).toEqual([]);
  });

  it('judges a job that publishes whatever the job of the gate found', () => {
    const text = (condition: string): string =>
      `on: push\npermissions: {}\njobs:\n  a: {steps: [{run: npm audit}]}\n  b: {needs: a, if: ${condition}, steps: [{run: docker push a}]}\n`;
    expect(found(text('always()'))).toEqual([`${GATE} 5`]);
    expect(found(text("always() && needs.a.result == 'success'"))).toEqual([]);
  });
});

const DOWNLOAD = 'downloaded-script';

describe('downloads', () => {
  it.each<[string, string, readonly string[]]>([
    ['a pipe', script('curl -fsSL https://a.example/x | bash'), [`${DOWNLOAD} 9`]],
    ['with sudo', script('wget -qO- https://a.example/x | sudo sh -s -- -y'), [`${DOWNLOAD} 9`]],
    ['a substitution', script('bash <(curl -s https://a.example/x)'), [`${DOWNLOAD} 9`]],
    ['a variable', script('x=$(curl -s https://a.example/x)', 'eval "$x"'), [`${DOWNLOAD} 10`]],
    [
      'in the next step',
      job('- run: curl -o i.sh https://a.example/x\n- run: bash i.sh'),
      [`${DOWNLOAD} 9`],
    ],
    [
      'an address from an expression',
      script('curl -s ${{ inputs.address }} | python3 -'),
      [`${DOWNLOAD} 9`],
    ],
    [
      'in another job',
      job('- run: curl -o i.sh https://a.example/x').concat(
        '  b:\n    steps: [{run: bash i.sh}]\n',
      ),
      [],
    ],
    [
      'that is verified',
      job(
        '- run: curl -o i.sh https://a.example/x\n- run: |\n    sha256sum -c i.sums\n    bash i.sh',
      ),
      [],
    ],
    ['that is data', script('curl -s https://a.example/x | jq .'), []],
  ])('%s', (_name, text, expected) => {
    expect(found(text).filter((one) => one.startsWith(DOWNLOAD))).toEqual(expected);
  });
});

const SECRET = 'written-secret';
const ENV = '\n  env: {T: "${{ secrets.T }}", U: u}';

describe('secrets', () => {
  it.each<[string, string, readonly string[]]>([
    ['in a file', job(`- run: echo "$T" > .npmrc${ENV}`), [`${SECRET} 8`]],
    ['added to a file', job(`- run: printf '%s' "\${T}" >> a.env${ENV}`), [`${SECRET} 8`]],
    ['by an expression', job('- run: echo ${{ secrets.T }} > a'), [`${SECRET} 8`]],
    ['by tee', job(`- run: echo $T | tee a${ENV}`), [`${SECRET} 8`]],
    ['to the environment', job(`- run: echo "A=$T" >> $GITHUB_ENV${ENV}`), [`${SECRET} 8`]],
    ['in an image', job(`- run: docker build --build-arg A=$T .${ENV}`), [`${SECRET} 8`]],
    [
      'in an image of an action',
      job('- uses: docker/build-push-action@v6\n  with: {build-args: "A=${{ secrets.T }}"}'),
      [`${SECRET} 9`],
    ],
    [
      'in an address',
      job(`- run: git remote set-url origin https://a:$T@a.example/b${ENV}`),
      [`${SECRET} 8`],
    ],
    ['by standard input', job(`- run: echo $T | docker login -u a --password-stdin${ENV}`), []],
    ['another variable', job(`- run: echo $U > a${ENV}`), []],
    ['a directory that is removed', job(`- run: echo $T > $RUNNER_TEMP/a${ENV}`), []],
    ['a secret of the build', job(`- run: docker build --secret id=t,env=T .${ENV}`), []],
  ])('%s', (_name, text, expected) => {
    expect(found(text).filter((one) => one.startsWith(SECRET))).toEqual(expected);
  });

  it('are not in the texts of findings', () => {
    const text = job(
      '- run: curl -H "Authorization: Bearer abcdef0123456789" https://a.example/x | sh',
    );
    const [finding] = pipelineFindings('/.github/workflows/a.yml', Buffer.from(text));
    expect(finding?.excerpt).toBeDefined();
    expect(JSON.stringify(finding)).not.toContain('abcdef0123456789');
  });
});

const FETCH =
  '- uses: actions/download-artifact@v4\n  with: {run-id: "${{ github.event.workflow_run.id }}"}';
const ARTIFACT = 'untrusted-artifact';

describe('artifacts of other runs', () => {
  it.each<[string, string, readonly string[]]>([
    ['that are run', `${FETCH}\n- run: ./a`, [`${ARTIFACT} 8`]],
    ['that are built', `${FETCH}\n- run: npm ci`, [`${ARTIFACT} 8`]],
    ['that become variables', `${FETCH}\n- run: cat a >> $GITHUB_ENV`, [`${ARTIFACT} 8`]],
    ['by gh', '- run: |\n    gh run download 1\n    bash a.sh', [`${ARTIFACT} 8`]],
    [
      'by a script',
      '- uses: actions/github-script@v7\n  with: {script: "github.rest.actions.downloadArtifact({})"}\n- run: make',
      [`${ARTIFACT} 8`],
    ],
    ['that are read', `${FETCH}\n- run: cat a`, []],
    ['of a push', `${FETCH}\n  if: github.event.workflow_run.event == 'push'\n- run: ./a`, []],
    ['of the same run', '- uses: actions/download-artifact@v4\n- run: ./a', []],
  ])('%s', (_name, text, expected) => {
    expect(
      found(job(text, { on: 'workflow_run' })).filter((one) => one.startsWith(ARTIFACT)),
    ).toEqual(expected);
  });
});

describe('releases', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'a cache in front of a command that publishes',
      job('- uses: actions/cache@v4\n- run: cargo publish'),
      ['release-with-cache 8'],
    ],
    ['a cache behind it', job('- run: cargo publish\n- uses: actions/cache@v4'), []],
    ['a cache that only saves', job('- uses: actions/cache/save@v4\n- run: cargo publish'), []],
    ['a dry run', job('- uses: actions/cache@v4\n- run: cargo publish --dry-run'), []],
    ['a tag', script('git tag -a v1 -m v1', 'git push --tags'), ['unsigned-release-tag 9']],
    ['a signed tag', script('git tag -sm v1 v1', 'git push --tags'), []],
    ['a list of tags', script('git tag --list', 'git tag', 'git push'), []],
    ['a tag that stays', script('git tag v1'), []],
    [
      'npm with a token',
      job('- run: npm publish\n  env: {NODE_AUTH_TOKEN: a}'),
      ['published-without-provenance 8'],
    ],
    [
      'npm with a token and provenance by a variable',
      job('- run: npm publish\n  env: {NODE_AUTH_TOKEN: a, NPM_CONFIG_PROVENANCE: true}'),
      [],
    ],
    ['npm without a token', job('- run: npm publish'), []],
    [
      'an action without attestations',
      job('- uses: pypa/gh-action-pypi-publish@v1\n  with: {attestations: false}'),
      ['published-without-provenance 9'],
    ],
  ])('%s', (_name, text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});
