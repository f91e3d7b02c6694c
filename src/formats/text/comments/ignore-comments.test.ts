import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';
import { findIgnoreComments } from './ignore-comments.ts';

/** The comments about a line as `syntax ids reason`; the line is the one that contains `HERE`. */
function about(path: string, ...lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => line.includes('HERE')) + 1;
  return findIgnoreComments(
    path,
    lines.join('\n'),
  )(at).map(({ syntax, rules, reason = '', until = '' }) =>
    [syntax, rules.join(','), reason, until].filter((part) => part !== '').join(' '),
  );
}

describe('comments that ask to ignore a finding', () => {
  it.each<[string, string, string, readonly string[]]>([
    [
      'Assay',
      'a.py',
      'x = HERE # assay:ignore code/eval trusted input',
      ['assay code/eval trusted input'],
    ],
    ['Assay, several rules', 'a.py', 'HERE # assay:ignore a/b, c/d -- why', ['assay a/b,c/d why']],
    ['Assay without a rule', 'a.py', 'HERE # assay:ignore', []],
    ['Assay with a wildcard', 'a.py', 'HERE # assay:ignore */*', []],
    ['trivy', 'a.tf', 'HERE # trivy:ignore:AVD-AWS-0089', ['trivy AVD-AWS-0089']],
    [
      'trivy with a date',
      'a.tf',
      'HERE #trivy:ignore:A-1:exp:2026-03-01',
      ['trivy A-1 2026-03-01'],
    ],
    [
      'trivy, two of them',
      'a.tf',
      'HERE #trivy:ignore:A-1 #trivy:ignore:A-2',
      ['trivy A-1', 'trivy A-2'],
    ],
    ['trivy with a workspace', 'a.tf', 'HERE #trivy:ignore:A-1:ws:prod', []],
    ['trivy with a parameter', 'a.tf', 'HERE #trivy:ignore:A-1[name=x]', []],
    ['trivy with a wildcard', 'a.tf', 'HERE #trivy:ignore:aws-*', []],
    ['tfsec', 'a.tf', 'HERE // tfsec:ignore:aws-s3-x', ['trivy aws-s3-x']],
    ['Semgrep', 'a.js', 'HERE // nosemgrep', ['semgrep']],
    ['Semgrep with ids', 'a.js', 'HERE // nosemgrep: a.b.c, d-e', ['semgrep a.b.c,d-e']],
    ['Bandit', 'a.py', 'HERE  # nosec', ['nosec']],
    ['Bandit with ids', 'a.py', 'HERE  # nosec B602, B607', ['nosec B602,B607']],
    ['Bandit with a colon', 'a.py', 'HERE  # nosec: B602', ['nosec B602']],
    ['Bandit with a name', 'a.py', 'HERE  # nosec assert_used', ['nosec assert_used']],
    ['gosec', 'a.go', 'HERE // #nosec G101 -- a test key', ['nosec G101 a test key']],
    ['gitleaks', 'a.env', 'HERE=abc # gitleaks:allow', ['gitleaks']],
    ['TruffleHog', 'a.yaml', 'HERE: x # trufflehog:ignore', ['trufflehog']],
    ['ggshield', 'a.yaml', 'HERE: x # ggignore', ['ggshield']],
    ['detect-secrets', 'a.py', 'HERE # pragma: allowlist secret', ['detect-secrets']],
    [
      'zizmor',
      'ci.yml',
      'HERE: x # zizmor: ignore[unpinned-uses] soon',
      ['zizmor unpinned-uses soon'],
    ],
    [
      'Checkov',
      'a.tf',
      'HERE # checkov:skip=CKV_AWS_20:public site',
      ['checkov CKV_AWS_20 public site'],
    ],
    ['SonarQube', 'A.java', 'HERE; // NOSONAR', ['sonar']],
    ['ESLint', 'a.ts', 'HERE // eslint-disable-line no-eval -- ours', ['eslint no-eval ours']],
    ['ESLint without a rule', 'a.ts', 'HERE // eslint-disable-line', []],
    ['Flake8', 'a.py', 'HERE # noqa: S105,S106', ['noqa S105,S106']],
    ['Flake8 without a rule', 'a.py', 'HERE # noqa', []],
    ['a block comment', 'a.c', 'HERE; /* nosec B101 */ int x;', ['nosec B101']],
    ['a comment of HTML', 'a.html', '<b>HERE</b> <!-- gitleaks:allow -->', ['gitleaks']],
    ['SQL', 'a.sql', 'HERE; -- gitleaks:allow', ['gitleaks']],
    ['a word that contains another', 'a.py', 'HERE # diagnosec', []],
  ])('in the syntax of %s', (_, path, line, expected) => {
    expect(about(path, 'x = 1', line, 'y = 2')).toEqual(expected);
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['Assay', 'a.py', ['# assay:ignore a/b why', 'HERE'], ['assay a/b why']],
    ['Semgrep', 'a.js', ['// nosemgrep', 'HERE'], ['semgrep']],
    ['trivy', 'Dockerfile', ['# trivy:ignore:DS002', 'HERE'], ['trivy DS002']],
    [
      'hadolint',
      'Dockerfile',
      ['# hadolint ignore=DL3008,DL3009', 'RUN HERE'],
      ['hadolint DL3008,DL3009'],
    ],
    [
      'hadolint on a long instruction',
      'Dockerfile',
      ['# hadolint ignore=DL3008', 'RUN a && \\', '  HERE'],
      ['hadolint DL3008'],
    ],
    [
      'hadolint, stacked',
      'Dockerfile',
      ['# hadolint ignore=DL1', '# hadolint ignore=DL2', 'HERE'],
      ['hadolint DL1', 'hadolint DL2'],
    ],
    ['ESLint', 'a.js', ['/* eslint-disable-next-line no-eval */', 'HERE'], ['eslint no-eval']],
    ['detect-secrets', 'a.py', ['# pragma: allowlist nextline secret', 'HERE'], ['detect-secrets']],
    ['KICS', 'a.yaml', ['# kics-scan ignore-line', 'HERE'], ['kics']],
    ['CodeQL', 'a.js', ['// codeql[js/xss]', 'HERE'], ['codeql js/xss']],
    ['ShellCheck', 'a.sh', ['# shellcheck disable=SC2086', 'HERE'], ['shellcheck SC2086']],
    [
      'hadolint for the file',
      'Dockerfile',
      ['# hadolint global ignore=DL3008', 'FROM a', 'RUN HERE'],
      ['hadolint DL3008'],
    ],
    [
      'Checkov in a Dockerfile',
      'Dockerfile',
      ['FROM a', '# checkov:skip=CKV_DOCKER_2:job', 'RUN x', 'HERE'],
      ['checkov CKV_DOCKER_2 job'],
    ],
  ])('on the line above: %s', (_, path, lines, expected) => {
    expect(about(path, ...lines)).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    ['the line below', 'a.py', ['HERE', '# nosec']],
    ['two lines above', 'a.py', ['# nosec', 'x', 'HERE']],
    ['behind the code above', 'a.py', ['x = 1 # nosec', 'HERE']],
    ['on the line above in a syntax for one line', 'a.py', ['# gitleaks:allow', 'HERE']],
    [
      'on the line in a syntax for the next one',
      'Dockerfile',
      ['RUN HERE # hadolint ignore=DL3008'],
    ],
  ])('counts for nothing on %s', (_, path, lines) => {
    expect(about(path, ...lines)).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    ['double quotes', 'a.py', ['password = "HERE # nosec"']],
    ['single quotes', 'a.js', ["const a = 'HERE // nosemgrep';"]],
    ['an escaped quote', 'a.js', ['const a = "HERE \\" // nosemgrep";']],
    ['a string that is not closed', 'a.js', ['const a = "HERE // nosemgrep']],
    ['a template', 'a.ts', ['const a = `', 'HERE // nosemgrep', '`;']],
    ['a string of three quotes', 'a.py', ['a = """', 'HERE # nosec', '"""']],
    ['a raw string of Go', 'a.go', ['a := `', 'HERE // #nosec', '`']],
    ['an address', 'a.sh', ['curl https://x/HERE#nosec']],
    ['a value of .env', '.env', ['TOKEN="HERE # gitleaks:allow"']],
    ['JSON', 'a.json', ['{"HERE": "x"} // nosemgrep']],
    ['a lockfile', 'package-lock.json', ['"HERE": 1, # nosec']],
    ['code', 'a.py', ['nosec = HERE']],
    ['the sign of another language', 'a.py', ['HERE // nosec']],
  ])('is none inside of %s', (_, path, lines) => {
    expect(about(path, ...lines)).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    ['an apostrophe in a text', 'a.yaml', ["title: it's HERE # gitleaks:allow"]],
    ['a lifetime', 'a.rs', ["fn f<'a>(x: &'a str) { HERE } // nosemgrep"]],
    ['a closed string', 'a.js', ['f("a//b", HERE); // nosemgrep']],
    ['a string of several lines', 'a.py', ['"""', 'text', '"""', 'HERE # nosec']],
    ['a block comment of several lines', 'a.c', ['/* a', '   nosemgrep', ' */', 'HERE']],
    ['line ends of Windows', 'a.py', ['x\r', 'HERE # nosec\r', 'y\r']],
  ])('is one behind %s', (_, path, lines) => {
    expect(about(path, ...lines)).toHaveLength(1);
  });

  it('numbers lines from the given one', () => {
    const at = findIgnoreComments('a.py', 'x\ny # nosec', 100);
    expect(at(101)).toEqual([{ syntax: 'nosec', line: 101, rules: [] }]);
    expect(at(2)).toEqual([]);
    expect(at(90, 101)).toHaveLength(1);
  });

  it('reads any text in time that grows with it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('a.py', 'a.js', 'a.md'),
        (text, path) => {
          findIgnoreComments(path, `${text}\n# nosec ${text}`)(1);
        },
      ),
    );
    const many = 40_000;
    const hostile = [
      `# nosec ${'a_b '.repeat(many)}`,
      `${'/*'.repeat(many)}${'\\"'.repeat(many)}`,
      `'${"\\'".repeat(many)}`,
      '/**/'.repeat(many),
      '# nosec\n'.repeat(many),
      '# nosec\nx \\\n'.repeat(many / 4),
      `# assay:ignore a${' '.repeat(many)}x`,
    ].join('\n# nosec\n');
    const cpuMs = startCpuClock();
    for (const path of ['a.py', 'a.js', 'a.php', 'a.html']) findIgnoreComments(path, hostile)(1, 9);
    expect(cpuMs()).toBeLessThan(8000);
  });
});
