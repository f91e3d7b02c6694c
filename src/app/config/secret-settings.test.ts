import { describe, expect, it } from 'vitest';

import { secretFilesWith } from '../../rules/detect/secret/files.ts';
import { readGitleaksIgnore, readSecretFile } from './secret-settings.ts';
import { TextBody } from '../../scan/collect/text-body.ts';
import { randomOf } from '../../../test/support/secret-corpus/random-text.ts';
import { base62, crc32 } from '../../../test/support/secret-corpus/checksums.ts';

const random = randomOf(8);
const body = random.fill('{an:30}');
const GITHUB = `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
const GITLAB = random.fill('glpat-{url:20}');

/** The findings in a file with settings, as `RULE LINE`. */
function found(config: string, settings: string, path: string, text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const detector = secretFilesWith(readSecretFile(config, Buffer.from(settings)));
  const all: string[] = [];
  const reader = new TextBody({ path: `/${path}`, sizeBytes: bytes.length }, (file) => {
    const scan = detector.begin(file);
    return (
      scan && {
        piece: (piece) => {
          for (const { rule, location } of scan.piece(piece))
            all.push(`${rule.slice(7)} ${location.line ?? ''}`);
        },
      }
    );
  });
  reader.write(bytes);
  reader.end();
  return all;
}

const trivy = (settings: string, text: string, path = 'src/app.txt'): readonly string[] =>
  found('trivy-secret.yaml', settings, path, text);
const gitleaks = (settings: string, text: string, path = 'src/app.txt'): readonly string[] =>
  found('.gitleaks.toml', settings, path, text);

const RULE = `rules:
  - id: mine
    category: Own
    title: My secret
    severity: HIGH
    regex: mine-[a-z]+
`;

describe('trivy-secret.yaml', () => {
  it.each([
    ['a rule', RULE, 'x mine-abc\n', ['mine 1']],
    ['a rule with keywords', `${RULE}    keywords: [own]\n`, 'mine-abc\n', []],
    ['keywords in another case', `${RULE}    keywords: [own]\n`, 'mine-abc OWN\n', ['mine 1']],
    ['the path of a rule', `${RULE}    path: \\.env$\n`, 'mine-abc\n', []],
    [
      'a rule that allows',
      `${RULE}    allow-rules:\n      - id: a\n        regex: mine-ok\n`,
      'mine-ok\nmine-no\n',
      ['mine 2'],
    ],
    [
      'a group',
      `rules:\n  - id: mine\n    regex: key (?P<value>[a-z]+)\n    secret-group-name: value\n`,
      '\nkey abc\n',
      ['mine 2'],
    ],
    [
      'a general regex that allows',
      `${RULE}allow-rules:\n  - id: a\n    regex: mine-ok\n`,
      'mine-ok\n',
      [],
    ],
    ['a general path that allows', `allow-rules:\n  - id: a\n    path: ^src/\n`, GITHUB, []],
    [
      'a block of a rule',
      `${RULE}    exclude-block:\n      regexes: ['(?s)BEGIN.*?END']\n`,
      'BEGIN\nmine-a\nEND\nmine-b\n',
      ['mine 4'],
    ],
    [
      'a general block',
      `exclude-block:\n  regexes: ['(?s)BEGIN.*?END']\n`,
      `BEGIN ${GITHUB} END`,
      [],
    ],
    [
      'rules that are switched off',
      'disable-rules: [github-pat]\n',
      `${GITHUB} ${GITLAB}`,
      ['gitlab-personal-token 1'],
    ],
    [
      'rules that are chosen',
      'enable-builtin-rules: [gitlab-pat]\n',
      `${GITHUB} ${GITLAB}`,
      ['gitlab-personal-token 1'],
    ],
    [
      'allow rules that are switched off',
      'disable-allow-rules: [tests]\n',
      GITHUB,
      ['github-personal-token 1'],
    ],
  ])('%s', (_name, settings, text, expected) => {
    expect(trivy(settings, text)).toEqual(expected);
  });

  it('does not find the pattern of a rule in a copy of the file', () => {
    const pattern = RULE.replace('mine-[a-z]+', 'mine-abc');
    expect(trivy(pattern, pattern, 'any/where.yaml')).toEqual([]);
    expect(trivy(pattern, `${pattern}\n`, 'trivy-secret.yaml')).toEqual(['mine 6']);
    const planted = pattern.replace('My secret', GITHUB);
    expect(trivy(planted, planted)).toEqual(['github-personal-token 4']);
  });

  it.each([
    [
      'an unknown key',
      'rules: []\nverify: true\n',
      /trivy-secret\.yaml:2: "verify" is not understood/u,
    ],
    ['an unknown key of a rule', `${RULE}    entropy: 3\n`, /trivy-secret\.yaml:7: "entropy"/u],
    [
      'a bad pattern',
      'rules:\n  - id: a\n    regex: "(?<=a)b["\n',
      /trivy-secret\.yaml:3: "regex" is not a pattern/u,
    ],
    [
      'a bad severity',
      'rules:\n  - id: a\n    regex: b\n    severity: awful\n',
      /:4: "severity" cannot be "awful"/u,
    ],
    [
      'a group that is not there',
      'rules:\n  - id: a\n    regex: b\n    secret-group-name: c\n',
      /:4: "secret-group-name" is "c", and the pattern has no such group/u,
    ],
    ['no mapping', '- a\n', /no mapping/u],
    ['invalid YAML', 'a: [\n', /invalid YAML/u],
  ])('is refused with %s', (_name, settings, message) => {
    expect(() => trivy(settings, '')).toThrow(message);
  });
});

const own = (settings: string, text: string, path = 'src/app.txt'): readonly string[] =>
  found('assay-secrets.yaml', settings, path, text);

const OWN = `secrets:
  rules:
    - id: mine
      title: My secret
      severity: high
      pattern: mine-([a-z0-9]+)
`;

describe('assay-secrets.yaml', () => {
  it.each([
    ['a rule', OWN, 'x mine-abc\n', ['mine 1']],
    ['a list beside the table', OWN, `${GITHUB} mine-abc`, ['github-personal-token 1', 'mine 1']],
    ['keywords', `${OWN}      keywords: [own]\n`, 'mine-abc\nmine-abd', []],
    ['entropy', `${OWN}      entropy: 2.5\n`, 'mine-aaaa\nmine-abcdefgh\n', ['mine 2']],
    ['the whole match', `${OWN}      group: 0\n`, 'mine-abc\n', ['mine 1']],
    ['paths', `${OWN}      paths: ['src/**/*.txt']\n`, 'mine-abc\n', ['mine 1']],
    ['other paths', `${OWN}      paths: ['*.txt']\n`, 'mine-abc\n', []],
    ['kinds that are switched off', 'secrets:\n  disable: [github-pat]\n', GITHUB, []],
    [
      'kinds that are chosen',
      'secrets:\n  only: [gitlab-pat]\n',
      `${GITHUB} ${GITLAB}`,
      ['gitlab-personal-token 1'],
    ],
    [
      'words that allow, for a rule',
      `${OWN}  allow:\n    - {reason: a test, words: [ok], rules: [mine]}\n`,
      'mine-isok\nmine-no\n',
      ['mine 2'],
    ],
    [
      'conditions that must all hold',
      `${OWN}  allow:\n    - {reason: a test, words: [ok], paths: ['other/**']}\n`,
      'mine-isok\n',
      ['mine 1'],
    ],
    [
      'a pattern of the line',
      `${OWN}  allow:\n    - {reason: a test, patterns: ['# fine$'], target: line}\n`,
      'mine-abc # fine\nmine-abd\n',
      ['mine 2'],
    ],
  ])('%s', (_name, settings, text, expected) => {
    expect(own(settings, text)).toEqual(expected);
  });

  it.each([
    ['an unknown key', 'secrets:\n  rules: []\n  verify: true\n', /:3: "verify" is not/u],
    ['a key beside it', 'secrets: {}\nrules: []\n', /:2: "rules" is not understood/u],
    ['an allowance without reason', 'secrets:\n  allow:\n    - words: [a]\n', /:3: "words"/u],
    ['an empty allowance', 'secrets:\n  allow:\n    - reason: a\n', /without "paths"/u],
    ['no pattern', 'secrets:\n  rules:\n    - id: a\n', /:3: "id" has no "pattern"/u],
    ['no id', 'secrets:\n  rules:\n    - pattern: a\n', /:3: "pattern" begins a rule/u],
    ['a bad id', 'secrets:\n  rules:\n    - id: a/b\n      pattern: a\n', /cannot be "a\/b"/u],
    ['a bad glob', `${OWN}      paths: ['[a']\n`, /:7: "paths" has a bad glob/u],
    ['a bad entropy', `${OWN}      entropy: much\n`, /:7: "entropy" cannot be "much"/u],
    ['a group that is not there', `${OWN}      group: 7\n`, /:7: "group"/u],
    ['a bad severity', OWN.replace('high', 'huge'), /:5: "severity" cannot be "huge"/u],
    ['no mapping', 'secrets: []\n', /:1: "secrets" is not a mapping/u],
  ])('is refused with %s', (_name, settings, message) => {
    expect(() => own(settings, '')).toThrow(message);
  });
});

const TOML = `[[rules]]
id = "mine"
description = "My secret"
regex = '''mine-([a-z0-9]+)'''
`;

describe('.gitleaks.toml', () => {
  it.each([
    ['a rule', TOML, 'mine-abc\n', ['mine 1']],
    ['the default rules', '[extend]\nuseDefault = true\n', GITHUB, ['github-personal-token 1']],
    [
      'default rules that are switched off',
      '[extend]\nuseDefault = true\ndisabledRules = ["github-pat"]\n',
      GITHUB,
      [],
    ],
    ['keywords', `${TOML}keywords = ["own"]\n`, 'mine-abc\n', []],
    ['entropy', `${TOML}entropy = 2.5\n`, 'mine-aaaa\nmine-abcdefgh\n', ['mine 2']],
    [
      'the group of the secret',
      `${TOML}secretGroup = 1\n[[rules.allowlists]]\nregexes = ["^ok$"]\n`,
      'mine-ok\nmine-no\n',
      ['mine 2'],
    ],
    ['the path of a rule', `${TOML}path = '''\\.env$'''\n`, 'mine-abc\n', []],
    [
      'stopwords',
      `${TOML}[rules.allowlist]\nstopwords = ["test"]\n`,
      'mine-mytest\nmine-x\n',
      ['mine 2'],
    ],
    [
      'the line',
      `${TOML}[[rules.allowlists]]\nregexTarget = "line"\nregexes = ["nothing"]\n`,
      'mine-abc is nothing\n',
      [],
    ],
    [
      'the match',
      `${TOML}[[rules.allowlists]]\nregexTarget = "match"\nregexes = ["^mine-abc$"]\n`,
      'mine-abc\n',
      [],
    ],
    [
      'all conditions',
      `${TOML}[[rules.allowlists]]\ncondition = "AND"\npaths = ["^other/"]\nstopwords = ["abc"]\n`,
      'mine-abc\n',
      ['mine 1'],
    ],
    ['a general list', `[allowlist]\npaths = ["^src/"]\n`, GITHUB, []],
    [
      'general lists for rules',
      `[[allowlists]]\ntargetRules = ["gitlab-pat"]\npaths = ["^src/"]\n`,
      `${GITHUB} ${GITLAB}`,
      ['github-personal-token 1'],
    ],
  ])('%s', (_name, settings, text, expected) => {
    expect(gitleaks(settings, text)).toEqual(expected);
  });

  it.each([
    [
      'composite rules',
      `${TOML}[[rules.required]]\nid = "other"\n`,
      /\.gitleaks\.toml:5: "required" is not understood/u,
    ],
    [
      'commits',
      '[allowlist]\ndescription = "a"\ncommits = ["abc"]\n',
      /\.gitleaks\.toml:3: "commits"/u,
    ],
    [
      'another file',
      '[extend]\npath = "base.toml"\n',
      /\.gitleaks\.toml:2: "path" is not understood/u,
    ],
    [
      'rules of paths alone',
      '[[rules]]\nid = "p"\npath = "x"\n',
      /\.gitleaks\.toml:2: "id" has no "regex"/u,
    ],
    ['a group that is not there', `${TOML}secretGroup = 2\n`, /:5: "secretGroup" is "2"/u],
    [
      'an unknown target',
      '[allowlist]\nregexTarget = "word"\nregexes = ["a"]\n',
      /:2: "regexTarget" cannot be "word"/u,
    ],
    ['no TOML', 'a = \n', /no TOML/u],
  ])('is refused with %s', (_name, settings, message) => {
    expect(() => gitleaks(settings, '')).toThrow(message);
  });

  it('runs patterns in linear time', () => {
    const before = process.cpuUsage().user;
    gitleaks(`[[rules]]\nid = "slow"\nregex = '''(a+)+$'''\n`, `${'a'.repeat(20_000)}b`);
    expect(process.cpuUsage().user - before).toBeLessThan(4e6);
  });
});

describe('.gitleaksignore', () => {
  it('names findings by path, rule and line', () => {
    const commit = 'a'.repeat(40);
    const text = `# known\nsrc/a:b.txt:github-pat:3\n${commit}:src/c.txt:jwt:1\n`;
    expect(readGitleaksIgnore('.gitleaksignore', Buffer.from(text))).toEqual([
      { path: 'src/a:b.txt', rule: 'github-pat', line: 3 },
      { path: 'src/c.txt', rule: 'jwt', line: 1 },
    ]);
  });

  it('is refused with another line', () => {
    expect(() => readGitleaksIgnore('.gitleaksignore', Buffer.from('\nnothing\n'))).toThrow(
      /:2: "nothing"/u,
    );
  });
});
