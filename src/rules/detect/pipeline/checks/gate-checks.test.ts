/** Spellings of gates that cannot fail, and of gates that can. Expected by the manual of bash. */

import { beforeAll, describe, expect, it } from 'vitest';
import type { Persona } from '../../persona.ts';
import { loadShell, pipelineFindings } from '../pipeline.ts';

beforeAll(loadShell);

function messages(step: string, persona: Persona = 'regular'): readonly string[] {
  const text = `on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n${step}`;
  return pipelineFindings('.github/workflows/a.yml', Buffer.from(text), { persona })
    .filter(({ rule }) => rule === 'pipeline/gate-cannot-fail')
    .map(({ message }) => message);
}

function script(text: string): string {
  const lines = text.split('\n').map((line) => `          ${line}\n`);
  return `      - run: |\n${lines.join('')}`;
}

describe('scripts whose gate changes nothing', () => {
  it.each([
    'coproc npm audit',
    'coproc SCAN { npm audit; }',
    'until npm audit; do break; done',
    'until npm audit; do echo again; break; done',
    'while npm audit; do break; done',
    'while ! npm audit; do exit 0; done',
    'if ! npm audit; then echo bad; exit 0; fi',
    'npm audit || (exit 1) || true',
    'npm audit || false || true',
    'npm audit || exit $((0))',
    'npm audit || exit 256',
    'warn() { echo "$1"; }\nnpm audit || warn bad',
    'die() { exit 0; }\nnpm audit || die bad',
    'npm audit || bash -c "echo bad; exit 0"',
    'npm audit || echo "failed=true" >> log',
    'gpg --verify a.asc a || echo bad',
    'npm audit || { make; die bad || true; }',
    'npm audit || { echo bad; exit; }',
    'npm audit || { rc=1; exit; }',
    'if ! npm audit; then echo bad; exit; fi',
    'while ! npm audit; do echo bad; exit; done',
    'if ! npm audit; then exit; fi',
    'while ! npm audit; do exit; done',
    'for i in 1 2 3; do npm audit && break; done\nmake',
    'if [ -f a ]; then npm audit && echo fine; fi\nmake',
    '{ npm audit && echo fine; }\nmake',
    'case $a in b) npm audit && echo fine ;; esac\nmake',
    'while read -r a; do { npm audit && echo fine; }; done < list\nmake',
    'rc=0\nnpm audit || rc=$?\nexit 0',
    'npm audit || rc=$?\necho "ended with $rc"',
    'set +e\nnpm audit\necho "ended with $?"\nmake',
    'time npm audit || true',
    'shopt -uo errexit\nnpm audit\nmake',
    'f() { npm audit; }\nf || true',
    'f() { npm audit || true; }\nf',
    'f() { npm audit; }\ng() { f; }\nif g; then echo fine; fi',
    'npm() { :; }\nnpm audit',
    'alias npm=true\nnpm audit',
    'docker run --rm -v "$PWD:/src" aquasec/trivy:0.57 image --exit-code 1 a || true',
    'docker run --rm ghcr.io/aquasecurity/trivy:latest fs --exit-code 0 .',
    'docker run node:22 npm audit | tee out',
    'npx --yes snyk@latest test || true',
    'npm exec -- snyk test || true',
    'python3 -m bandit -r . --exit-zero',
    'python -m pip_audit || true',
    'uvx pip-audit || :',
    'poetry run safety check || true',
    'go run golang.org/x/vuln/cmd/govulncheck@latest ./... || true',
    'yarn npm audit || true',
    'npm audit signatures || true',
    'make -i audit',
    'make -C app security-scan || true',
    'npm run audit --if-present || true',
    'shasum -a 256 -c SUMS || true',
    'gh attestation verify a.tgz -o example || true',
    String.raw`find . -name '*.asc' -exec gpg --verify {} \;`,
    String.raw`find . -name '*.asc' -execdir gpg --verify {} ';' -print`,
    String.raw`find . -type d -exec sh -c 'cd "$1" && npm audit' _ {} \;`,
    String.raw`find . -name SUMS -exec sha256sum -c {} + || true`,
    `find . -name SUMS -print0 | xargs -0 -n 1 sha256sum -c || true`,
    `ls | xargs -I{} sh -c 'gpg --verify {} || true'`,
  ])('%s', (text) => {
    expect(messages(script(text))).toHaveLength(1);
  });
});

describe('scripts whose gate ends the job', () => {
  it.each([
    'until npm audit; do sleep 5; done',
    'while ! npm audit; do exit 1; done',
    'while npm audit; do docker push a; done',
    'if ! npm audit; then exit 0; fi\ndocker push a',
    'npm audit || false',
    'npm audit || exit',
    'die() { echo "$1"; exit 1; }\nnpm audit || die bad',
    'npm audit > log 2>&1 || die bad',
    'npm audit || bash -c "echo bad; exit 1"',
    'npm audit || echo "failed=true" >> "$GITHUB_OUTPUT"',
    'npm audit && echo "ok=1" >> "$GITHUB_OUTPUT" || echo "ok=0" >> "$GITHUB_OUTPUT"',
    'gpg --verify a.asc a || gpg --verify b.asc a',
    'for i in 1 2 3; do npm audit && break || sleep 1; [ $i = 3 ] && exit 1; done',
    'npm audit || exit 257',
    'npm audit || { exit; echo bad; }',
    'npm audit || { [ -f a ]; exit; }',
    'if ! npm audit; then exit; fi\nmake',
    'until npm audit; do exit; done',
    'for i in 1 2 3; do npm audit && break; done',
    'if [ -f a ]; then npm audit && echo fine; fi',
    '(npm audit && echo fine)\nmake',
    'x=$(npm audit && echo fine)\nmake',
    'f() { npm audit && echo fine; }\nf\nmake',
    'if [ -f a ]; then npm audit; fi\nmake',
    'for i in 1 2 3; do npm audit && touch fine; done\ntest -f fine',
    'if ! npm audit; then false; exit; fi\nmake',
    'npm audit || rc=$?\nexit $rc',
    'rc=0; npm audit || rc=$?; echo "$rc"; [ "$rc" = 0 ]',
    'set +e\nnpm audit\nif [ $? -ne 0 ]; then exit 1; fi',
    'set +e\nnpm audit\necho "status=$?" >> "$GITHUB_OUTPUT"\nmake',
    'set +e\nnpm audit\nexit $?',
    'set +e\nnpm audit\necho status=$? >> "$GITHUB_OUTPUT"\nmake',
    'npm audit || (echo bad; exit 1)',
    'f() { npm audit; }\nf',
    'f() { npm audit; }\nf || exit 1',
    'f() { npm audit; }\nf || true\nf',
    'npm() { command npm audit "$@"; }\nnpm audit',
    '(npm audit; true)',
    'docker run --rm aquasec/trivy image --exit-code 1 a',
    'python -m pip_audit',
    'make -k audit',
    'make -i build',
    'npm run build || true',
    'docker run node:22 npm test || true',
    'sha256sum a > sums || true',
    `find . -name '*.asc' -exec gpg --verify {} +`,
    String.raw`find . -name '*.asc' ! -exec gpg --verify {} \; -exec false {} +`,
    String.raw`bad=$(find . -name '*.asc' ! -exec gpg --verify {} \; -print)` + '\ntest -z "$bad"',
    String.raw`find . -name '*.asc' -exec gpg --verify {} \; -o -exec false {} +`,
    `find . -name SUMS -print0 | xargs -0 -n 1 --delimiter '\\n' sha256sum -c`,
  ])('%s', (text) => {
    expect(messages(script(text))).toEqual([]);
  });
});

describe('continue-on-error', () => {
  it.each(['true', 'True', '"true"', '${{ true }}', '${{ !false }}', "${{ always() || 'x' }}"])(
    '%s',
    (value) => {
      const step = `      - run: npm audit\n        continue-on-error: ${value}\n`;
      expect(messages(step)).toEqual(['The job goes on when npm fails.']);
    },
  );

  it('is for the persona pedantic where an expression decides it', () => {
    const step = '      - run: npm audit\n        continue-on-error: ${{ matrix.experimental }}\n';
    expect(messages(step)).toEqual([]);
    expect(messages(step, 'pedantic')).toEqual([
      'An expression decides whether the job goes on when npm fails.',
    ]);
  });

  it.each(['false', '${{ false }}', "${{ fromJSON('') }}"])('not: %s', (value) => {
    const step = `      - run: npm audit\n        continue-on-error: ${value}\n`;
    expect(messages(step)).toEqual([]);
  });
});

describe('scripts that never come to their gate', () => {
  it.each([
    'exit 0\nnpm audit',
    'exit\nnpm audit',
    'exit 256\nnpm audit',
    'make; exit $?; npm audit',
    'exec make\nnpm audit',
    'true && exit 0\nnpm audit',
    'false || exit 0\nnpm audit',
    '{ make; exit 0; }\nnpm audit',
    'if true; then exit 0; fi\nnpm audit',
    'if false; then npm audit; fi',
    'if ! true; then npm audit; fi',
    'if true; then make; else npm audit; fi',
    'while false; do npm audit; done',
    'until true; do npm audit; done',
    'false && npm audit\nmake',
    'true || npm audit',
    ': || npm audit',
    'if [ -f a ]; then exit 0; npm audit; fi',
    'scan() { npm audit; }\nmake',
    'scan() { npm audit; }\nscanner x',
    'scan() { return 0; npm audit; }\nscan',
    'for a in b c; do exit 0; npm audit; done',
    'for a in b c; do exit 0; done\nnpm audit',
    'while true; do exit 0; done\nnpm audit',
    'if exit 0; then make; fi\nnpm audit',
    'if make; then exit 0; else exit; fi\nnpm audit',
  ])('%s', (text) => {
    expect(messages(script(text))).toEqual(['The script never comes to npm.']);
  });

  it.each([
    'exit 0 &\nnpm audit',
    '(exit 0)\nnpm audit',
    'exit 1\nnpm audit',
    'exec > log\nnpm audit',
    'make && exit 0\nnpm audit',
    'if [ -f a ]; then exit 0; fi\nnpm audit',
    'if [ -f a ]; then exit 0; else npm audit; fi',
    'if [ -f a ]; then exit 0; elif [ -f b ]; then npm audit; fi',
    'case $a in b) exit 0 ;; c) npm audit ;; esac',
    'if false; then make; else npm audit; fi',
    'if false; then make; fi\nnpm audit',
    'true && npm audit',
    'false || npm audit',
    'while true; do npm audit; break; done',
    'scan() { npm audit; }\ntrap scan EXIT',
    'scan() { npm audit; }\nx=$(scan)',
    'scan() { npm audit; }\ntimeout 5 bash -c "scan"',
    'scan_all() { npm audit; }\n"$1_all"',
    'stop() { exit 0; }\nnpm audit',
    'while true; do break; exit 0; done\nnpm audit',
    'for a in $b; do exit 0; done\nnpm audit',
    'while make; do exit 0; done\nnpm audit',
    'if make; then exit 0; elif [ -f a ]; then exit 0; fi\nnpm audit',
    'echo "exit 0"\nnpm audit',
  ])('not: %s', (text) => {
    expect(messages(script(text))).toEqual([]);
  });
});

describe('scripts of PowerShell', () => {
  const powershell = (text: string, shell = 'pwsh'): string =>
    `      - shell: ${shell}\n        run: |\n${text
      .split('\n')
      .map((line) => `          ${line}\n`)
      .join('')}`;

  it.each([
    'npm audit\nnpm run build',
    'npm audit; git push',
    '& npm audit\ndotnet build',
    'npm audit 2>$null\n.\\build.exe',
    '$out = npm audit\nWrite-Host $out\nnode report.js',
    'npm audit | Tee-Object log\nnpm pack',
    'npm audit | findstr.exe high',
    'npm audit\nexit 0',
    'npm audit\n[Environment]::Exit\nexit 0',
    'npm audit; $global:LASTEXITCODE = 0',
    'try { npm audit } catch { }\ngit push',
    'if ($env:CI) { npm audit }\nnpm publish',
    'foreach ($d in $dirs) { npm audit --prefix $d }',
    'Get-ChildItem | ForEach-Object { npm audit --prefix $_ }',
    'Start-Process npm -ArgumentList "audit" -Wait -NoNewWindow',
    "Start-Process -FilePath npm -ArgumentList 'audit','--json' -Wait",
    '$p = Start-Process npm audit -PassThru -Wait',
    'Start-Job { npm audit }',
    'npm audit &',
    '$PSNativeCommandUseErrorActionPreference = $true\ntry { npm audit } catch { Write-Host bad }\nnpm publish',
    '$PSNativeCommandUseErrorActionPreference = $true\n$ErrorActionPreference = "SilentlyContinue"\nnpm audit\nnpm publish',
    '# $LASTEXITCODE\nnpm audit # $LASTEXITCODE\n"$LASTEXITCODE"\nnpm publish',
    'npm `\n  audit\nnpm publish',
    'npm.cmd audit\nnpm.cmd publish',
    'trivy image --exit-code 0 a',
    'npm audit -ErrorAction SilentlyContinue\nnpm publish',
  ])('whose gate changes nothing: %s', (text) => {
    expect(messages(powershell(text))).toHaveLength(1);
  });

  it.each([
    'npm audit',
    'npm ci\nnpm audit',
    'npm audit\nWrite-Host done',
    'npm audit\nif ($LASTEXITCODE -ne 0) { exit 1 }\nnpm publish',
    'npm audit\nif (-not $?) { throw "bad" }\nnpm publish',
    'npm audit; exit $LASTEXITCODE',
    'npm audit || Write-Host ignored',
    'try { npm audit } catch { }',
    'if ($a) { npm audit } else { npm publish }',
    'npm audit\nfunction f { npm publish }',
    'foreach ($d in $dirs) { npm audit --prefix $d; if ($LASTEXITCODE) { exit 1 } }',
    '$p = Start-Process npm audit -PassThru -Wait\nexit $p.ExitCode',
    '$PSNativeCommandUseErrorActionPreference = $true\nnpm audit\nnpm publish',
    '$PSNativeCommandUseErrorActionPreference = $true\n$ErrorActionPreference = "Stop"\nnpm audit\nnpm publish',
    '$PSNativeCommandUseErrorActionPreference = $true\ntry { npm audit } catch { throw }\nnpm publish',
    '# npm audit\nnpm publish',
    'Write-Host "npm audit; npm publish"\nnpm publish',
    '<# npm audit\nnpm publish #>\nnpm publish',
    "@'\nnpm audit\n'@ | Set-Content a\nnpm publish",
    'npm audit fix\nnpm publish',
  ])('whose gate ends the job: %s', (text) => {
    expect(messages(powershell(text))).toEqual([]);
  });

  it('are those of Windows without a shell, and not those of shells with options', () => {
    const text = 'npm audit\nnpm publish';
    const windows = `on: push\npermissions: {}\njobs: {a: {runs-on: windows-2022, steps: [{run: "npm audit\\nnpm publish"}]}}\n`;
    const found = pipelineFindings('.github/workflows/a.yml', Buffer.from(windows), {});
    expect(found.map(({ rule }) => rule)).toContain('pipeline/gate-cannot-fail');
    expect(messages(powershell(text, 'powershell'))).toHaveLength(1);
    expect(messages(powershell(text, "pwsh -File '{0}'"))).toEqual([]);
    expect(messages(powershell(text, 'python'))).toEqual([]);
  });
});

describe('gates that never run', () => {
  const workflow = (on: string, jobs: string): readonly string[] =>
    pipelineFindings(
      '.github/workflows/a.yml',
      Buffer.from(`on: ${on}\npermissions: {}\njobs:\n${jobs}`),
    )
      .filter(({ rule }) => rule === 'pipeline/gate-cannot-fail')
      .map(({ message }) => message);
  const job = (id: string, settings: string, step = 'run: npm audit'): string =>
    `  ${id}:\n    runs-on: x\n${settings}    steps:\n      - ${step}\n`;
  const other = job('z', '', 'run: make');

  it.each([
    ['push', 'false'],
    ['push', '${{ false }}'],
    ['push', '${{ always() && false }}'],
    ['push', '0'],
    ['push', "github.event_name == 'schedule'"],
    ['[push, pull_request]', "github.event_name == 'schedule' && github.ref == 'a'"],
    ['push', 'contains(fromJSON(\'["schedule"]\'), github.event_name)'],
    ['push', '\n          false'],
  ])('by the condition of a step, on %s: %s', (on, condition) => {
    const text = job('a', '', `run: npm audit\n        if: ${condition}`);
    expect(workflow(on, text)).toEqual([
      'The condition of the step never holds, so that npm does not run.',
    ]);
  });

  it.each([
    ['push', 'true'],
    ['push', '"${{ false }} "'],
    ['push', "github.event_name == 'push'"],
    ['[push, schedule]', "github.event_name == 'schedule'"],
    ['workflow_call', "github.event_name == 'schedule'"],
    ['push', 'failure()'],
    ['push', "github.ref == 'refs/heads/main'"],
    ['push', "fromJSON('')"],
    ['push', '${{ false'],
  ])('not, on %s: %s', (on, condition) => {
    expect(workflow(on, job('a', '', `run: npm audit\n        if: ${condition}`))).toEqual([]);
  });

  it('by the condition of a job, and by the job that it needs', () => {
    const off = job('a', '    if: false\n');
    expect(workflow('push', off + other)).toEqual([
      'The condition of the job "a" never holds, so that npm does not run.',
    ]);
    const first = job('a', '    if: false\n', 'run: make');
    const needs = (settings = ''): readonly string[] =>
      workflow('push', first + job('b', `    needs: [z, a]\n${settings}`) + other);
    expect(needs()).toEqual(['The job "b" needs "a", which never runs, so that npm does not run.']);
    expect(needs('    if: success()\n')).toHaveLength(1);
    expect(needs('    if: always()\n')).toEqual([]);
    expect(needs('    if: ${{ !failure() }}\n')).toEqual([]);
  });

  it('by a long chain of jobs', () => {
    const ids = Array.from({ length: 2000 }, (_, index) => `j${index}`);
    const links = ids.slice(1).map((id, index) => `  ${id}: {runs-on: x, needs: j${index}}\n`);
    const text = `  j0: {runs-on: x, if: false}\n${links.join('')}`;
    expect(workflow('push', text + job('last', '    needs: j1999\n') + other)).toEqual([
      'The job "last" needs "j1999", which never runs, so that npm does not run.',
    ]);
  });

  it('not in workflows without a job that runs, or with jobs that need each other', () => {
    expect(workflow('push', job('a', '    if: false\n'))).toEqual([]);
    const [a, b] = [job('a', '    needs: b\n'), job('b', '    needs: a\n')];
    expect(workflow('push', a + b + other)).toEqual([]);
  });

  it.each([
    '{pull_request: {branches-ignore: ["**"]}}',
    '{pull_request: {branches: ["!main"]}}',
    '{pull_request: {paths-ignore: ["**"]}, pull_request_target: {paths: ["!docs/**"]}}',
    '{push: {branches-ignore: ["**"]}}',
    '{push: {tags-ignore: ["**"]}}',
    '{push: {branches: [main], paths-ignore: ["**"]}}',
    '{push: {branches-ignore: ["**"], tags: ["!v1"]}}',
  ])('because nothing starts %s', (on) => {
    expect(workflow(on, job('a', ''))).toEqual([
      'No event starts the workflow, so that npm does not run.',
    ]);
  });

  it.each([
    '{pull_request: {branches-ignore: ["*"]}}',
    '{pull_request: {branches: [main, "!main"]}}',
    '{push: {paths-ignore: ["**"]}}',
    '{push: {branches-ignore: ["**"], tags: [v1]}}',
    '{push: {tags: [v1]}}',
    '{push: {branches-ignore: ["**"]}, workflow_dispatch: {}}',
    '{schedule: [{cron: "0 0 * * *"}]}',
    '[]',
  ])('not: %s', (on) => {
    expect(workflow(on, job('a', ''))).toEqual([]);
  });

  it('by an action as the gate', () => {
    const step =
      'uses: aquasecurity/trivy-action@v1\n        if: false\n        with: {exit-code: 1}';
    expect(workflow('push', job('a', '', step))).toHaveLength(1);
  });
});
