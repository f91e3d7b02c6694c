/**
 * Values that are run as code: what must be found, and twins that are harmless. T is the title of
 * an issue, an outsider's text.
 */

import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../../../test/support/cpu-time.ts';
import { loadShell, pipelineFindings } from '../pipeline.ts';

await loadShell();

function drafts(text: string, persona: 'regular' | 'pedantic' = 'regular') {
  return pipelineFindings('/.github/workflows/a.yml', Buffer.from(text), { persona });
}

function found(text: string): readonly string[] {
  return drafts(text)
    .filter(({ rule }) => rule === 'pipeline/evaluated-variable')
    .map(({ severity, message }) => `${severity} ${message}`);
}

const HEAD =
  'name: x\non: issues\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n';

/** A step with the variable T and a script. */
function step(script: string, shell = 'bash', value = '${{ github.event.issue.title }}'): string {
  const lines = script.split('\n').map((line) => `          ${line}\n`);
  return `${HEAD}      - env:\n          T: ${value}\n        shell: ${shell}\n        run: |\n${lines.join('')}`;
}

/** Scripts that run T, and what runs it. */
const RUN: readonly (readonly [script: string, by: string])[] = [
  ['eval "$T"', 'eval'],
  ['eval echo $T', 'eval'],
  ['eval "x=${T}"', 'eval'],
  ['eval "$(echo "$T")"', 'eval'],
  ['X="$T"\neval "$X"', 'eval'],
  ['X="a $T"\nY=$X\neval "$Y"', 'eval'],
  ['X=$(echo "$T" | head -1)\neval "$X"', 'eval'],
  ['echo "$T" | while read -r line; do eval "$line"; done', 'eval'],
  ['read -r X <<< "$T"\neval "$X"', 'eval'],
  ['for x in $T; do eval "$x"; done', 'eval'],
  ['export X="$T"\nbash -c "$X"', 'bash'],
  ['bash -c "$T"', 'bash'],
  ['bash -c "echo $T"', 'bash'],
  ['sh -ec "echo \'$T\'"', 'sh'],
  ['/bin/sh -c "echo ${T}"', 'sh'],
  ['sudo bash -c "echo $T"', 'bash'],
  ['sudo -u a env X=1 bash -c "echo $T"', 'bash'],
  ['timeout 5 sh -c "echo $T"', 'sh'],
  ['su -c "echo $T" a', 'su'],
  ['su a -c "echo $T"', 'su'],
  ['bash -c \'eval "$T"\'', 'eval'],
  ["bash -c $'eval $\\x54'", 'eval'],
  ['bash -c "eval \\$""T"', 'eval'],
  ['ssh host "echo $T"', 'ssh'],
  ['ssh -i key -p 22 a@host deploy "$T"', 'ssh'],
  ['trap "echo $T" EXIT', 'trap'],
  ['let "x=$T"', 'let'],
  ['echo $((T + 1))', 'arithmetic'],
  ['x=$(($T + 1))', 'arithmetic'],
  ['(( x = T ))', 'arithmetic'],
  ['if [[ $T -gt 1 ]]; then echo; fi', 'arithmetic'],
  ['$T --version', 'the name of a command'],
  ['"$T"', 'the name of a command'],
  ['echo "$T" | sh', 'sh'],
  ['echo "echo $T" | bash -s', 'bash'],
  ['printf "%s" "$T" | sudo bash', 'bash'],
  ['bash <<< "$T"', 'bash'],
  ['bash <<E\necho $T\nE', 'bash'],
  ['cat <<E | sh\necho $T\nE', 'sh'],
  ['bash <(echo "$T")', 'bash'],
  ['source <(echo "X=$T")', 'source'],
  ['. /dev/stdin <<< "$T"', '.'],
  ['echo "echo $T" > run.sh\nbash run.sh', 'bash'],
  ['echo "X=$T" >> vars\n. ./vars', '.'],
  ['echo "echo $T" | tee run.sh\nsource run.sh', 'source'],
  ['echo "echo $T" > run.sh\nchmod +x run.sh\n./run.sh', 'the file ./run.sh'],
  ['echo "$T" | xargs -I{} sh -c "echo {}"', 'xargs sh'],
  ['python -c "print(\'$T\')"', 'python'],
  ["python3 -c \"x = '''$T'''\"", 'python3'],
  ['python3 - <<E\nprint("$T")\nE', 'python3'],
  ['node -e "console.log(\'$T\')"', 'node'],
  ['node -p "\'$T\'"', 'node'],
  ['perl -e "print \'$T\'"', 'perl'],
  ['perl -pi -e "s/a/$T/" x', 'perl'],
  ['ruby -e "puts \'$T\'"', 'ruby'],
  ['php -r "echo \'$T\';"', 'php'],
  ['pwsh -c "echo $T"', 'pwsh'],
  ['awk "{print \\"$T\\"}" x', 'awk'],
  ['awk \'{print "\'"$T"\'"}\' x', 'awk'],
  ['sed "s/a/$T/" x', 'sed'],
  ['sed -i -e "s/a/$T/" x', 'sed'],
  ['make TITLE="$T"', 'make'],
  ['docker run --rm alpine sh -c "echo $T"', 'docker sh'],
  ['docker exec a /bin/bash -lc "echo $T"', 'docker /bin/bash'],
  ['kubectl exec a -- sh -c "echo $T"', 'kubectl sh'],
  ['find . -exec sh -c "echo $T" \\;', 'sh'],
  ['printf -v "$T" x', 'printf'],
  ['unset "$T"', 'unset'],
  ['read "$T" <<< x', 'read'],
  ['f() {\n  eval "$T"\n}\nf', 'eval'],
  ['if true; then eval "$T"; fi', 'eval'],
  ['x=$(eval "$T")', 'eval'],
  ['eval "$T" || true', 'eval'],
  ['watch "echo $T"', 'watch'],
  ['flock x -c "echo $T"', 'flock'],
  ['script -qec "echo $T" x', 'script'],
];

/** Scripts that hand T on as data. */
const HARMLESS: readonly string[] = [
  'echo "$T"',
  'echo $T',
  'eval \'echo "$T"\'',
  'bash -c \'echo "$T"\'',
  'bash -c \'echo "$1"\' bash "$T"',
  'bash script.sh "$T"',
  'sh ./a "$T"',
  'eval "$(printf %q "$T")"',
  'eval "x=${T@Q}"',
  'eval "$(ssh-agent -s)"\necho "$T"',
  'X=main\nbash -c "echo $X"\necho "$T"',
  'X=$(echo "$T" | wc -c)\neval "y=$X"',
  'X=$(echo "$T" | sha256sum | cut -c1-8)\nbash -c "echo $X"',
  'X=$(echo "$T" | tr -cd a-z)\nbash -c "echo $X"',
  '[[ "$T" =~ ^[0-9]+$ ]] || exit 1\nbash -c "echo $T"',
  'if ! echo "$T" | grep -Eq \'^[a-z]+$\'; then exit 1; fi\neval "x=$T"',
  'echo "${#T}"\nbash -c "echo ${#T}"',
  'ssh host uptime\necho "$T"',
  'ssh host < "$T"',
  'trap "rm -f x" EXIT\necho "$T"',
  '[ "$T" -eq 1 ]',
  '[[ "$T" == main ]]',
  '[[ -n $T ]]',
  'echo "$T" | grep x',
  'echo "$T" | python3 script.py',
  'echo "$T" | python3 -c "import sys; print(sys.stdin.read())"',
  'cat <<E\n$T\nE',
  'bash <<\'E\'\necho "$T"\nE',
  'echo "$T" > title.txt\ncat title.txt',
  'echo x > run.sh\nbash run.sh "$T"',
  'echo "$T" | xargs echo',
  'echo "$T" | xargs -I{} sh -c \'echo "$1"\' sh x',
  'python -c "import os; print(os.environ[\'T\'])"',
  'python3 script.py "$T"',
  'node -e "console.log(process.env.T)"',
  'awk -v t="$T" \'{print t}\' x',
  'sed -n 1p "$T"',
  'jq --arg t "$T" \'.a = $t\' x',
  'make "$T"',
  'docker run -e T alpine sh -c \'echo "$T"\'',
  'docker run alpine echo "$T"',
  'git commit -m "$T"',
  'gh issue comment 1 --body "$T"',
  'PATH=/x:$PATH make',
  'watch -x echo "$T"',
  'flock "$T" -c make',
];

describe('values that a shell evaluates', () => {
  it.each(RUN)('%s', (script, by) => {
    expect(found(step(script))).toEqual([
      expect.stringMatching(
        /^high The value of \w+, which outsiders can choose, is run as code by /u,
      ),
    ]);
    expect(found(step(script))[0]).toContain(` by ${by}.`);
  });

  it.each(HARMLESS)('not: %s', (script) => {
    expect(found(step(script))).toEqual([]);
  });

  it('marks the command', () => {
    const [one] = drafts(step('echo\n  eval "$T"')).filter(({ rule }) =>
      rule.includes('evaluated'),
    );
    expect(one?.range).toEqual({ startLine: 13, startColumn: 13, endLine: 13, endColumn: 22 });
  });
});

const EVAL = '      - run: eval "$X"\n';
const TITLE = '${{ github.event.issue.title }}';

/** Whole workflows: where a variable comes from. */
const SOURCES: readonly (readonly [name: string, text: string, severity: string])[] = [
  ['env of the workflow', `env: {X: "${TITLE}"}\n${HEAD}${EVAL}`, 'high'],
  [
    'env of the job',
    `${HEAD.replace('    steps:', `    env: {X: "${TITLE}"}\n    steps:`)}${EVAL}`,
    'high',
  ],
  ['a text around it', `${HEAD}      - {run: 'eval "$X"', env: {X: "a ${TITLE} b"}}\n`, 'high'],
  [
    'a choice',
    `${HEAD}      - {run: 'eval "$X"', env: {X: "\${{ inputs.a || github.head_ref }}"}}\n`,
    'high',
  ],
  ['the branch that runners set', `${HEAD}      - run: eval "$GITHUB_HEAD_REF"\n`, 'high'],
  [
    'the file of the event',
    `${HEAD}      - run: eval "$(jq -r .issue.title "$GITHUB_EVENT_PATH")"\n`,
    'high',
  ],
  [
    'an output of a step',
    `${HEAD}      - {id: s, run: 'echo "t=$T" >> "$GITHUB_OUTPUT"', env: {T: "${TITLE}"}}\n      - {run: 'eval "$X"', env: {X: "\${{ steps.s.outputs.t }}"}}\n`,
    'high',
  ],
  [
    'a long output of a step',
    `${HEAD}      - id: s\n        env: {T: "\${{ github.event.issue.body }}"}\n        run: |\n          echo "t<<E" >> "$GITHUB_OUTPUT"\n          echo "$T" >> "$GITHUB_OUTPUT"\n          echo E >> "$GITHUB_OUTPUT"\n      - {run: 'eval "$X"', env: {X: "\${{ steps.s.outputs.t }}"}}\n`,
    'high',
  ],
  [
    'an output of github-script',
    `${HEAD}      - {id: s, uses: actions/github-script@60a0d83039c74a4aee543508d2ffcb1c3799cdea, with: {script: "core.setOutput('t', context.payload.issue.title)"}}\n      - {run: 'eval "$X"', env: {X: "\${{ steps.s.outputs.t }}"}}\n`,
    'high',
  ],
  [
    'an output of an action that lists files',
    `${HEAD}      - {id: s, uses: tj-actions/changed-files@60a0d83039c74a4aee543508d2ffcb1c3799cdea}\n      - {run: 'eval "$X"', env: {X: "\${{ steps.s.outputs.all_changed_files }}"}}\n`,
    'high',
  ],
  [
    'an output of a job',
    `${HEAD}      - {id: s, run: 'echo "t=$T" >> "$GITHUB_OUTPUT"', env: {T: "${TITLE}"}}\n    outputs: {o: "\${{ steps.s.outputs.t }}"}\n  b:\n    needs: a\n    runs-on: ubuntu-24.04\n    steps:\n      - {run: 'eval "$X"', env: {X: "\${{ needs.a.outputs.o }}"}}\n`,
    'high',
  ],
  [
    'a variable of an earlier step',
    `${HEAD}      - {run: 'echo "X=$T" >> "$GITHUB_ENV"', env: {T: "${TITLE}"}}\n${EVAL}`,
    'high',
  ],
  [
    'an output that is not known',
    `${HEAD}      - {run: 'eval "$X"', env: {X: "\${{ steps.s.outputs.t }}"}}\n`,
    'medium',
  ],
  [
    'an output that has only a number',
    `${HEAD}      - {id: s, run: 'echo "t=$(echo "$T" | wc -c)" >> "$GITHUB_OUTPUT"', env: {T: "${TITLE}"}}\n      - {run: 'eval "$X"', env: {X: "\${{ steps.s.outputs.t }}"}}\n`,
    'medium',
  ],
  [
    'a variable of the repository',
    `${HEAD}      - {run: 'eval "$X"', env: {X: "\${{ vars.A }}"}}\n`,
    'medium',
  ],
  [
    'a number',
    `${HEAD}      - {run: 'eval "$X"', env: {X: "\${{ github.event.issue.number }}"}}\n`,
    '',
  ],
  ['a constant', `${HEAD}      - {run: 'eval "$X"', env: {X: a}}\n`, ''],
  [
    'a constant that hides another',
    `env: {X: "${TITLE}"}\n${HEAD}      - {run: 'eval "$X"', env: {X: a}}\n`,
    '',
  ],
  ['a variable of another step', `${HEAD}      - {run: make, env: {X: "${TITLE}"}}\n${EVAL}`, ''],
  ['a secret', `${HEAD}      - {run: 'eval "$X"', env: {X: "\${{ secrets.A }}"}}\n`, ''],
];

describe('where a value comes from', () => {
  it.each(SOURCES)('%s', (_name, text, severity) => {
    expect(found(text).map((one) => one.replace(/ .*$/u, ''))).toEqual(
      severity === '' ? [] : [severity],
    );
  });

  it('outputs with texts of outsiders are injections of high severity', () => {
    const text = `${HEAD}      - {id: s, run: 'echo "t=$T" >> "$GITHUB_OUTPUT"', env: {T: "${TITLE}"}}\n      - run: echo \${{ steps.s.outputs.t }}\n`;
    expect(drafts(text).map(({ rule, severity }) => `${rule} ${severity}`)).toContain(
      'pipeline/template-injection high',
    );
  });
});

/** Scripts of other languages. */
const LANGUAGES: readonly (readonly [shell: string, script: string, isFound: boolean])[] = [
  ['pwsh', 'Invoke-Expression $env:T', true],
  ['pwsh', 'iex "echo $env:T"', true],
  ['pwsh', '$x = $env:T\nInvoke-Expression "echo $x"', true],
  ['pwsh', '$env:T | iex', true],
  ['pwsh', '& $env:T', true],
  ['pwsh', '[scriptblock]::Create($env:T).Invoke()', true],
  ['pwsh', 'cmd /c "echo $env:T"', true],
  ['pwsh', 'bash -c "echo $env:T"', true],
  ['pwsh', 'Write-Output $env:T', false],
  ['pwsh', 'Invoke-Expression "make"\nWrite-Output $env:T', false],
  ['pwsh', '& make $args\nWrite-Output "$env:T"', false],
  ['python', 'import os\neval(os.environ["T"])', true],
  ['python', 'import os\nt = os.getenv("T")\nexec(t)', true],
  ['python', 'import os\nos.system(f"echo {os.environ[\'T\']}")', true],
  [
    'python',
    'import os, subprocess\nt = os.environ.get("T", "")\nsubprocess.run(f"echo {t}", shell=True)',
    true,
  ],
  [
    'python',
    'import os, subprocess\nsubprocess.check_output(["sh", "-c", "echo " + os.environ["T"]])',
    true,
  ],
  ['python', 'import os\nos.popen("echo " + os.environ["T"])', true],
  ['python', 'import os\nprint(os.environ["T"])', false],
  ['python', 'import os, subprocess\nsubprocess.run(["echo", os.environ["T"]])', false],
  ['python', 'import os, shlex\nos.system("echo " + shlex.quote(os.environ["T"]))', false],
  ['python', 'import ast, os\nast.literal_eval(os.environ["T"])', false],
  ['python', 'import re, os\nre.compile(r"a").match(os.environ["T"])', false],
];

/** Scripts of actions/github-script. */
const SCRIPTS: readonly (readonly [script: string, isFound: boolean])[] = [
  ['eval(process.env.T)', true],
  ['const t = process.env.T\nnew Function(t)()', true],
  ["const { execSync } = require('child_process')\nexecSync(`echo ${process.env.T}`)", true],
  ["const { T } = process.env\nrequire('child_process').exec('echo ' + T)", true],
  [
    "const title = context.payload.issue.title\nrequire('child_process').execSync(`echo ${title}`)",
    true,
  ],
  ["await exec.exec('bash', ['-c', `echo ${process.env.T}`])", true],
  ["await exec.exec('echo', [process.env.T])", false],
  ['core.info(process.env.T)', false],
  ['/a/.exec(process.env.T)', false],
  [
    "const { execSync } = require('child_process')\nexecSync('make')\ncore.info(process.env.T)",
    false,
  ],
  ["require('child_process').execFileSync('echo', [process.env.T])", false],
];

describe('values that scripts of other languages evaluate', () => {
  it.each(LANGUAGES)('%s: %s', (shell, script, isFound) => {
    expect(found(step(script, shell)).length).toBe(isFound ? 1 : 0);
  });

  it.each(SCRIPTS)('github-script: %s', (script, isFound) => {
    const lines = script.split('\n').map((line) => `            ${line}\n`);
    const text = `${HEAD}      - uses: actions/github-script@60a0d83039c74a4aee543508d2ffcb1c3799cdea\n        env: {T: "${TITLE}"}\n        with:\n          script: |\n${lines.join('')}`;
    expect(found(text).length).toBe(isFound ? 1 : 0);
  });
});

describe('hostile scripts', () => {
  it.each<[string, () => string]>([
    ['many assignments', () => Array.from({ length: 20_000 }, (_, at) => `X${at}="$T"`).join('\n')],
    ['many pipes', () => `echo "$T" ${'| cat '.repeat(20_000)}`],
    ['many words of sed', () => `echo "$T" ${'sed '.repeat(50_000)}`],
    ['many jobs that write the same', () => 'echo "t=$T" >> "$GITHUB_OUTPUT"\n'.repeat(10_000)],
  ])('%s end', (_name, script) => {
    const spentMs = startCpuClock();
    found(step(script()));
    expect(spentMs()).toBeLessThan(20_000);
  });

  it('jobs that need each other end', () => {
    const jobs = Array.from(
      { length: 300 },
      (_, at) =>
        `  j${at}:\n    needs: j${(at + 1) % 300}\n    runs-on: ubuntu-24.04\n    outputs: {o: "\${{ needs.j${(at + 1) % 300}.outputs.o }}"}\n    steps: [{run: 'eval "$X"', env: {X: "\${{ needs.j${(at + 1) % 300}.outputs.o }}"}}]\n`,
    );
    expect(found(`name: x\non: push\npermissions: {}\njobs:\n${jobs.join('')}`)).toHaveLength(300);
  });
});
