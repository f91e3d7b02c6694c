/**
 * Mistakes with the commands that registries, rules, repairs, releases and commits came with: each
 * names its value and a way out.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { describeMistakes, type Mistake } from '../support/mistakes.ts';

function prepare(folder: string): void {
  const save = (name: string, body: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), body);
  };
  save('app/package.json', '{"name":"app","version":"1.0.0","dependencies":{"minimist":"1.2.5"}}');
  save('words.txt', 'hello\n');
  save('cut.json', '{"schemaVersion":1,');
  save('empty/.keep', '');
  save('Dockerfile', 'FROM alpine:3\n');
  save('stages/Dockerfile', 'FROM alpine:3 AS build\nFROM build\n');
  save('bad.trust.yaml', 'version: 1\nkeys: nope\n');
  save('key.trust.yaml', 'version: 1\nkyes: []\n');
  save('rules/list.yaml', 'rules: nope\n');
  save('rules/group.yaml', 'rules:\n  - id: code/x\n    title: t\n');
  save('rules/severity.yaml', 'rules:\n  - {id: acme/x, title: t, severity: hihg, remedy: r}\n');
  save('rules/pattern.yaml', RULE.replace('PATTERN', 'f('));
  save(
    'rules/kind.yaml',
    RULE.replace('search: ["PATTERN"]', 'sinks: ["f($SINK)"]\n    kind: sqll'),
  );
  save('rules/key.yaml', RULE.replace('remedy', 'remdy'));
  save('action.yaml', 'registry:\n  rules:\n    - deprecated: true\n      action: hid\n');
  save('age.yaml', 'registry:\n  rules:\n    - min-age: three days\n');
  save('owner.yaml', 'registry:\n  block:\n    - package: left\n      reason: no\n');
}

const RULE =
  'rules:\n  - id: acme/x\n    title: t\n    severity: high\n    remedy: r\n    python:\n      search: ["PATTERN"]\n';

const REGISTRY: readonly Mistake[] = [
  ['registry extra', 2, ['"extra"', 'assay registry why']],
  ['registry --listen 4873', 2, ['"4873"', '127.0.0.1:4873']],
  ['registry --listen 127.0.0.1:99999', 2, ['"127.0.0.1:99999"', '65535']],
  ['registry --listen 0.0.0.0:4873', 2, ['"0.0.0.0"', 'registry.tokens', '127.0.0.1']],
  ['registry --uplink npm.example.com', 2, ['"npm.example.com"', 'https://npm.example.com/']],
  ['registry --data words.txt', 3, ['words.txt" is not a directory', '--data DIR']],
  ['registry --uplink http://127.0.0.1:1/', 4, ['npm', 'assay db update', '--allow-incomplete']],
  ['registry -c action.yaml', 2, ['action.yaml:4', '"hid"', 'hide']],
  ['registry -c age.yaml', 2, ['age.yaml:3', '"three days"', '7d']],
  ['registry -c owner.yaml', 2, ['owner.yaml', 'owner']],
  ['registry why', 2, ['no package', 'assay registry why NAME']],
  ['registry why left-pad right-pad', 2, ['"right-pad"', 'assay registry why NAME']],
  ['registry why left-pad@', 2, ['"left-pad@"', 'NAME@VERSION', 'pypi:NAME']],
  ['registry why pkg:npm/left-pad@1.3.0', 2, ['"pkg:npm/left-pad@1.3.0"', 'NAME@VERSION']],
  ['registry why left-pad -f sarif', 2, ['"sarif"', 'table, json']],
];

const TRUST: readonly Mistake[] = [
  ['trust', 2, ['assay trust ACTION', 'trust check']],
  ['trust chekc .', 2, ['"assay trust chekc"', 'assay trust check']],
  ['trust check', 2, ['no path', 'assay trust check .']],
  ['trust check ./none', 3, ['"./none"', '/TMP']],
  ['trust check app', 2, ['"app"', './app', 'docker://app']],
  ['trust check ./app --trust bad.trust.yaml', 2, ['bad.trust.yaml:2', '"nope"', 'list']],
  ['trust check ./app --trust key.trust.yaml', 2, ['key.trust.yaml:2', 'kyes', 'keys']],
  ['trust check pkg:npm/left-pad@1.3.0', 2, ['"pkg:npm/left-pad@1.3.0"', 'assay trust check .']],
];

const RULES: readonly Mistake[] = [
  ['audit rules test', 2, ['assay audit rules test rules/']],
  ['audit rules test none', 2, ['"none"', 'docs/writing-rules.md']],
  ['audit rules test empty', 2, ['"empty"', '.yaml']],
  ['audit rules tset rules', 2, ['"rules"', 'assay audit rules test DIR']],
  ['audit rules code/sql-injektion', 3, ['"code/sql-injektion"', 'code/sql-injection']],
  ['audit app --rules none.yaml', 2, ['"none.yaml"', 'docs/writing-rules.md']],
  ['audit app --rules rules/list.yaml', 2, ['list.yaml:1', '"rules"', 'docs/writing-rules.md']],
  ['audit app --rules rules/group.yaml', 2, ['group.yaml:2', '"code/x"', 'docs/']],
  ['audit app --rules rules/severity.yaml', 2, ['severity.yaml:2', '"hihg"', 'high']],
  ['audit app --rules rules/pattern.yaml', 2, ['pattern.yaml', '"f("', 'docs/']],
  ['audit app --rules rules/kind.yaml', 2, ['kind.yaml', 'sqll', 'sql']],
  ['audit app --rules rules/key.yaml', 2, ['key.yaml', 'remdy', 'remedy']],
  ['audit app --rules words.txt', 2, ['words.txt', 'rules, sources']],
  ['audit app --min-confidence sure', 2, ['"sure"', 'low, medium, high']],
  ['audit app --fail-on secret', 2, ['"secret"', 'category=secret']],
  ['audit - --fix', 2, ['--fix', 'assay audit . --fix']],
];

const REPAIRS: readonly Mistake[] = [
  ['fix app --id', 2, ['--id', 'assay fix --help']],
  ['fix app --test true', 2, ['--test', '--apply']],
  ['fix app --force-dirty', 2, ['--force-dirty', '--apply']],
  ['fix app empty', 2, ['"empty"', 'directory']],
  ['fix alpine:3', 3, ['"alpine:3"', 'assay base']],
  ['pin . other', 2, ['"other"', '--exclude']],
  ['pin . --ledger x.lock', 2, ['"x.lock"', '--ledger=FILE']],
  ['pin Dockerfile --layout none', 3, ['/TMP/none"', 'oci:DIR:TAG']],
  ['pin . --apply --check', 2, ['--check', '--apply']],
  ['ledger verify --accept alpine:3', 2, ['--accept REF --reason TEXT']],
  ['ledger check', 2, ['"assay ledger check"', 'assay ledger --help']],
];

const RELEASE: readonly Mistake[] = [
  ['push app:1 Bad/Name', 2, ['"Bad/Name"', 'lower case']],
  ['push ./none.tar ghcr.io/a/b:1', 3, ['"./none.tar"', 'docker save']],
  ['push app:1 oci:words.txt:1', 2, ['words.txt"', 'OCI layout']],
  ['attest', 2, ['no image given']],
  ['attest app:1', 2, ['--type']],
  ['attest app:1 --type cyclonedx', 2, ['--sign-key', '--identity-token']],
  ['attest app:1 --type nonsense', 2, ['"nonsense"', 'cyclonedx']],
  ['attest app:1 --type cyclonedx --predicate x --form dsse', 2, ['"dsse"', 'att, bundle']],
  ['attest app:1 --type vuln --from none.json --sign-key k', 3, ['"none.json"', '-o json=']],
  ['base ./none.tar', 3, ['"./none.tar"', 'docker save']],
  ['base ./none/Dockerfile', 3, ['"./none/Dockerfile"', '--dockerfile']],
  ['base ./Dockerfile --target build', 2, ['"build"', 'from 0 to 0']],
  ['base ./stages/Dockerfile --target biuld', 2, ['"biuld"', 'build']],
  ['base app:1 --limit 0', 2, ['"0"', '1 to 100']],
];

const COMMITS: readonly Mistake[] = [
  ['commits a b', 2, ['a b', 'one of them']],
  ['commits --since-tag --all', 2, ['--all', '--since-tag']],
  ['commits HEAD --tags=maybe', 2, ['"maybe"', 'true or false']],
  ['commits hook', 2, ['no action', 'assay commits hook install --server']],
  ['commits hook remove', 2, ['"remove"', 'assay commits hook install --server']],
  ['commits hook install --server --client', 2, ['--server', '--client', 'exclude']],
  ['commits rules', 2, ['no file', 'assay commits rules ruleset.json']],
  ['commits rules none.json --branch main', 3, ['"none.json"', '/TMP/none.json']],
  ['commits rules words.txt --branch main', 2, ['"words.txt"', 'gh api']],
  ['commits rules cut.json', 2, ['no branch', '--branch main']],
];

const PLANNED: readonly Mistake[] = [
  ['patches alpine:3', 2, ['"patches"', 'assay fix DIR', 'assay image patches']],
  ['policy generate', 2, ['"policy"', 'docs/policies.md']],
  ['db diff', 2, ['"assay db diff"', 'assay db status']],
  ['completion', 2, ['no shell', 'assay completion bash']],
  ['completion tcsh', 2, ['"tcsh"', 'assay completion bash']],
];

describeMistakes('mistakes with newer commands', {
  mistakes: [...REGISTRY, ...TRUST, ...RULES, ...REPAIRS, ...RELEASE, ...COMMITS, ...PLANNED],
  golden: 'newer-command-mistakes.txt',
  prepare,
});
