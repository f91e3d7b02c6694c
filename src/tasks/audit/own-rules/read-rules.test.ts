import { describe, expect, it } from 'vitest';

import { AssayError } from '../../../core/base/errors.ts';
import { readRules } from './read-rules.ts';

const HEAD = 'rules:\n  - id: acme/x\n    title: a title\n    severity: high\n    remedy: Do it.\n';
const FLOW = '    python:\n      sinks: [acme.run($SINK)]\n';

function read(text: string): ReturnType<typeof readRules> {
  return readRules([{ path: 'r.yaml', bytes: Buffer.from(text) }]);
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof AssayError) {
      expect(error.code).toBe('CONFIG_INVALID');
      return error.message;
    }
    throw error;
  }
  return 'accepted';
}

describe('files with rules', () => {
  it('are read', () => {
    const { rules, sources, sanitizers, handlers, unread } = read(
      `${HEAD}    cwe: [CWE-89, '78']\n    kind: sql\n    confidence: medium\n${FLOW}` +
        '    javascript:\n      search:\n        - pattern: f($A, ...)\n          where: { $A: "^x" }\n          not: ["f(...)"]\n' +
        'sources: [{ language: python, name: acme.get() }]\n' +
        'sanitizers: [{ language: javascript, name: $X.clean(), kinds: all }]\n' +
        'handlers: [{ language: python, decorator: acme.on }]\n',
    );
    expect(rules).toMatchObject([
      {
        ...{ id: 'acme/x', where: 'r.yaml:2', cwe: [89, 78], kind: 'sql', confidence: 'medium' },
        python: { sinks: [{ pattern: 'acme.run($SINK)' }], search: [] },
        javascript: { search: [{ where: { A: '^x' }, not: ['f(...)'] }] },
      },
    ]);
    expect(sources).toMatchObject([{ name: 'acme.get()', confidence: 'high' }]);
    expect(sanitizers).toMatchObject([{ name: '*.clean', kinds: 'all' }]);
    expect(handlers).toMatchObject([{ decorator: 'acme.on' }]);
    expect(unread).toEqual([]);
  });

  it('may have several documents', () => {
    const other = `${HEAD}${FLOW}`.replace('acme/x', 'acme/y');
    expect(read(`${HEAD}${FLOW}---\n${other}`).rules.map(({ id }) => id)).toEqual([
      'acme/x',
      'acme/y',
    ]);
  });

  it.each<[string, string, string]>([
    ['an empty file', '', 'r.yaml: the file has no rules'],
    ['a list', '- a\n', 'r.yaml: the file has no rules'],
    ['no YAML', 'rules: [', 'r.yaml'],
    ['an alias', 'a: &a [1]\nrules: *a\n', 'an alias'],
    ['an unknown key', 'ruls: []\n', 'r.yaml:1: "ruls" is not a known key; did you mean "rules"?'],
    ['a key of the prototype', `${HEAD}    __proto__: {}\n${FLOW}`, 'r.yaml:6: "__proto__"'],
    ['constructor as a key', `constructor: 1\n${HEAD}${FLOW}`, 'r.yaml:1: "constructor"'],
    ['a mistyped key', HEAD.replace('severity', 'severty') + FLOW, 'did you mean "severity"'],
    ['no severity', HEAD.replace(/ {4}severity.*\n/u, '') + FLOW, '"severity" is missing'],
    [
      'another severity',
      HEAD.replace('high', 'urgent') + FLOW,
      'r.yaml:4: "severity" cannot be "urgent"',
    ],
    ['no group', HEAD.replace('acme/x', 'x') + FLOW, 'r.yaml:2: "id" cannot be "x"'],
    [
      'a built group',
      HEAD.replace('acme/x', 'code/sql-injection') + FLOW,
      '"code" belongs to the rules of Assay',
    ],
    [
      'two equal ids',
      `${HEAD}${FLOW}---\n${HEAD}${FLOW}`,
      'r.yaml:10: "id" is "acme/x", as in r.yaml:2',
    ],
    ['no language', HEAD, 'is of a rule without javascript and python'],
    ['nothing to look for', `${HEAD}    python: {}\n`, '"python" has no "sinks" and no "search"'],
    ['an empty list', `${HEAD}    python: { sinks: [] }\n`, '"sinks" is empty'],
    [
      'a bad pattern',
      `${HEAD}    python: { sinks: ["a b"] }\n`,
      'r.yaml:6: "sinks" cannot be "a b": it is not a pattern',
    ],
    ['a sink without $SINK', `${HEAD}    python: { sinks: ["a($X)"] }\n`, 'has no $SINK'],
    ['a search with $SINK', `${HEAD}    python: { search: ["a($SINK)"] }\n`, 'has $SINK'],
    ['a call of anything', `${HEAD}    python: { sinks: ["$F($SINK)"] }\n`, 'names no function'],
    [
      'an assignment to anything',
      `${HEAD}    python: { sinks: ["$F = $SINK"] }\n`,
      'names no function',
    ],
    [
      'a member of any name',
      `${HEAD}    python: { sinks: ["$X.$Y($SINK)"] }\n`,
      'has "$Y" behind a dot',
    ],
    [
      'a bad expression',
      `${HEAD}    python: { search: [{ pattern: "a($X)", where: { X: "(" } }] }\n`,
      'is not a regular expression of RE2',
    ],
    [
      'a look-ahead',
      `${HEAD}    python: { search: [{ pattern: "a($X)", where: { X: "(?=a)" } }] }\n`,
      'is not a regular expression of RE2',
    ],
    [
      'another name',
      `${HEAD}    python: { search: [{ pattern: "a($X)", where: { Y: a } }] }\n`,
      '"Y" is no name of the pattern',
    ],
    [
      '__proto__ as a name',
      `${HEAD}    python: { search: [{ pattern: "a($X)", where: { __proto__: a } }] }\n`,
      '"__proto__" is no name',
    ],
    [
      'another condition',
      `${HEAD}    python: { sinks: [{ pattern: "a($SINK)", when: never }] }\n`,
      'cannot be "never"',
    ],
    [
      'a long pattern',
      `${HEAD}    python: { sinks: ["a($SINK, ${'b, '.repeat(200)}c)"] }\n`,
      'has more than 400 characters',
    ],
    ['a list as a text', `${HEAD.replace('a title', '[a]')}${FLOW}`, '"title" is no text'],
    ['lines in a title', `${HEAD.replace('a title', '"a\\nb"')}${FLOW}`, 'more than one line'],
    ['another weakness', `${HEAD}    cwe: [SQL]\n${FLOW}`, '"cwe" cannot be "SQL"'],
    ['a source without a language', 'sources: [{ name: a.b }]\n', '"language" is missing'],
    [
      'a source with arguments',
      'sources: [{ name: "a(b)", language: python }]\n',
      'r.yaml:1: "name" cannot be "a(b)"',
    ],
    [
      'a source of several names',
      'sources: [{ name: $X.a.b, language: python }]\n',
      'more than one name behind $X',
    ],
    [
      'a sanitizer without kinds',
      'sanitizers: [{ name: a, language: python }]\n',
      '"kinds" is missing',
    ],
    [
      'a sanitizer of another kind',
      'sanitizers: [{ name: a, language: python, kinds: [sqli] }]\n',
      'cannot have "sqli"',
    ],
  ])('are refused with the line: %s', (_, text, message) => {
    expect(refusal(text)).toContain(message);
  });

  it.each<[string, string]>([
    ['beside patterns', '    python:\n      sinks: [a($SINK)]\n      inside: [b]\n'],
    [
      'in a pattern',
      '    python:\n      sinks:\n        - pattern: a($SINK)\n          inside: b\n',
    ],
  ])('leave out a rule with an unknown operator, which is a gap: %s', (_, text) => {
    const { rules, unread } = read(`${HEAD}${text}`);
    expect(rules).toEqual([]);
    expect(unread).toMatchObject([{ gap: 'unread' }]);
    expect(unread[0]?.message).toMatch(/^r\.yaml:[89]: "inside" is not known; the rule "acme\/x"/u);
  });

  it('are read in bounded time', () => {
    const before = process.cpuUsage().user;
    const many = `rules:\n${Array.from({ length: 5001 }, (_, n) => `${HEAD.replace('rules:\n', '').replace('acme/x', `acme/x${n}`)}${FLOW}`).join('')}`;
    expect(refusal(many)).toContain('there are 5001 rules');
    expect(refusal('['.repeat(100_000))).toContain('r.yaml');
    expect((process.cpuUsage().user - before) / 1000).toBeLessThan(4000);
  });
});
