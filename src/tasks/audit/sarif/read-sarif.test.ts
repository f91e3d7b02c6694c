import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { DEFAULT_LIMITS, quietContext } from '../../../core/base/context.ts';
import { identifyRuleFindings } from '../../../core/model/rule/rule-identity.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { readSarif, type SarifResults } from './read-sarif.ts';
import { Tree } from './tree.ts';

let folder: string;
let root: string;

const APP = ['const a = 1;', '', '  run(input, "text"); // here', 'const key = "abc";', ''];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-sarif-'));
  root = join(folder, 'tree');
  mkdirSync(join(root, 'src'), { recursive: true });
  mkdirSync(join(folder, 'outside'));
  writeFileSync(join(root, 'src/app.js'), APP.join('\n'));
  writeFileSync(join(root, 'src/emoji.js'), 'x = "😀"; y');
  writeFileSync(join(root, 'src/a b.js'), 'one\n');
  writeFileSync(join(folder, 'outside/secret.txt'), 'value of another place\n');
  symlinkSync('../outside', join(root, 'link'));
  symlinkSync('loop', join(root, 'loop'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

type Json = Readonly<Record<string, unknown>>;

async function readText(text: string | Uint8Array, limits = {}): Promise<SarifResults> {
  const file = join(folder, 'in.sarif');
  writeFileSync(file, text);
  const context = quietContext({ limits: { ...DEFAULT_LIMITS, ...limits } });
  return readSarif(['in.sarif'], { tree: new Tree('tree', root), cwd: folder, context });
}

const TOOL = { driver: { name: 'Lint' } };

function documentOf(...runs: readonly Json[]): string {
  return JSON.stringify({ version: '2.1.0', runs: runs.map((run) => ({ tool: TOOL, ...run })) });
}

function at(uri: string, region: Json = { startLine: 3, startColumn: 3 }, more: Json = {}): Json {
  const artifactLocation = { uri, ...more };
  return { physicalLocation: { artifactLocation, region } };
}

const RESULT = {
  ruleId: 'no-run',
  message: { text: 'Do not run.' },
  locations: [at('src/app.js')],
};

/** The only finding of a run. */
async function one(result: Json, run: Json = {}): Promise<RuleDraft> {
  const { drafts } = await readText(documentOf({ ...run, results: [{ ...RESULT, ...result }] }));
  expect(drafts).toHaveLength(1);
  return drafts[0] as RuleDraft;
}

describe('a result', () => {
  it('becomes a finding with everything that the document says about its rule', async () => {
    const rules = [
      {
        id: 'no-run',
        shortDescription: { text: 'Running of [input](https://example.org)' },
        help: { text: 'Use a list.' },
        helpUri: 'https://lint.example/no-run',
        properties: { tags: ['security', 'external/cwe/cwe-078'], 'security-severity': '9.8' },
      },
    ];
    const draft = await one(
      { ruleIndex: 0 },
      { tool: { driver: { name: 'Lint  4\u001b[1m', rules } } },
    );
    const { fingerprint, ...others } = draft;
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/u);
    expect(others).toEqual({
      kind: 'rule',
      severity: 'critical',
      category: 'code',
      rule: 'lint-4-1m/no-run',
      title: 'Running of input',
      message: 'Do not run.',
      location: { path: '/src/app.js', layer: 0, line: 3 },
      range: { startLine: 3, startColumn: 3, endLine: 3, endColumn: 30 },
      cwe: [78],
      aliases: ['no-run'],
      remedy: 'Use a list.',
      helpUri: 'https://lint.example/no-run',
      tool: 'Lint  4\uFFFD[1m',
    });
  });

  it.each<[string, Json, Json, string]>([
    ['error', { level: 'error' }, {}, 'high'],
    ['warning', { level: 'warning' }, {}, 'medium'],
    ['note', { level: 'note' }, {}, 'low'],
    ['none', { level: 'none' }, {}, 'unknown'],
    ['no level and no rule', {}, {}, 'medium'],
    ['the default of its rule', {}, { defaultConfiguration: { level: 'error' } }, 'high'],
    [
      'a level before the default',
      { level: 'note' },
      { defaultConfiguration: { level: 'error' } },
      'low',
    ],
    [
      'a score of the rule before the level',
      { level: 'note' },
      { properties: { 'security-severity': '7.0' } },
      'high',
    ],
    [
      'a score of its own',
      { properties: { 'security-severity': 4 } },
      { properties: { 'security-severity': '9.9' } },
      'medium',
    ],
    [
      'a score that is none',
      { level: 'error' },
      { properties: { 'security-severity': 'high' } },
      'high',
    ],
    ['a score of zero', { level: 'error' }, { properties: { 'security-severity': '0.0' } }, 'high'],
    ['a score beyond ten', { level: 'note' }, { properties: { 'security-severity': '99' } }, 'low'],
    [
      'a review',
      { kind: 'review', level: 'none' },
      { properties: { 'security-severity': '9.0' } },
      'unknown',
    ],
    ['an open question', { kind: 'open' }, {}, 'unknown'],
    ['a failure', { kind: 'fail', level: 'error' }, {}, 'high'],
  ])('is as severe as %s', async (_, result, rule, severity) => {
    const rules = [{ id: 'no-run', ...rule }];
    const draft = await one(result, { tool: { driver: { name: 'Lint', rules } } });
    expect(draft.severity).toBe(severity);
  });

  it.each<[string, Json, string]>([
    ['that made the result', { provenance: { invocationIndex: 1 } }, 'low'],
    ['of another invocation', { provenance: { invocationIndex: 0 } }, 'high'],
    ['of no invocation', {}, 'high'],
    [
      'that its own level replaces',
      { provenance: { invocationIndex: 1 }, level: 'warning' },
      'medium',
    ],
  ])('has the configuration of an invocation %s', async (_, result, severity) => {
    const rules = [{ id: 'no-run', defaultConfiguration: { level: 'error' } }];
    const override = { descriptor: { index: 0 }, configuration: { level: 'note' } };
    const draft = await one(result, {
      tool: { driver: { name: 'Lint', rules } },
      invocations: [
        { executionSuccessful: true },
        { executionSuccessful: true, ruleConfigurationOverrides: [override] },
      ],
    });
    expect(draft.severity).toBe(severity);
  });

  it.each<[string, Json, string]>([
    ['an index', { ruleId: undefined, ruleIndex: 1 }, 'B'],
    ['an id', { ruleId: 'b' }, 'B'],
    ['an id with more parts', { ruleId: 'b/2/x' }, 'B'],
    [
      'a reference to an extension',
      { ruleId: 'x', rule: { id: 'b', index: 0, toolComponent: { index: 0 } } },
      'extension B',
    ],
    [
      'a reference by the name of an extension',
      { rule: { id: 'b', toolComponent: { name: 'pack' } } },
      'extension B',
    ],
    ['an id that only an extension has', { ruleId: 'c' }, 'extension C'],
    ['the unique id of its descriptor', { ruleId: undefined, rule: { guid: 'g' } }, 'A'],
    ['nothing', { ruleId: undefined }, 'result without a rule'],
    ['an id without a descriptor', { ruleId: 'zz' }, 'zz'],
  ])('has a rule by %s', async (_, result, title) => {
    const text = (name: string): Json => ({ text: name });
    const tool = {
      driver: {
        name: 'Lint',
        rules: [
          { id: 'a', guid: 'g', shortDescription: text('A') },
          { id: 'b', shortDescription: text('B') },
        ],
      },
      extensions: [
        {
          name: 'pack',
          rules: [
            { id: 'b', shortDescription: text('extension B') },
            { id: 'c', name: 'extension C' },
          ],
        },
      ],
    };
    expect((await one(result, { tool })).title).toBe(title);
  });

  it.each<[string, Json, string]>([
    [
      'arguments',
      { text: '{0} of {1}, {{0}} and {7}', arguments: ['one', 'two'] },
      'one of two, {0} and {7}',
    ],
    ['an id of its rule', { id: 'm', arguments: ['x'] }, 'rule x'],
    ['an id of its driver', { id: 'g' }, 'global'],
    ['an id that is nowhere', { id: 'nowhere' }, 'no-run'],
    ['links', { text: 'see [the \\[source\\]](3) and \\[this\\]' }, 'see the [source] and [this]'],
    ['control characters', { text: 'a\u0007b\nc\u202e' }, 'a\uFFFDb c\uFFFD'],
  ])('has a message with %s', async (_, message, expected) => {
    const rules = [{ id: 'no-run', messageStrings: { m: { text: 'rule {0}' } } }];
    const globalMessageStrings = { g: { text: 'global' } };
    const tool = { driver: { name: 'Lint', rules, globalMessageStrings } };
    expect((await one({ message }, { tool })).message).toBe(expected);
  });

  it('has names without control characters, which are not those of the id without them', async () => {
    const draft = await one({ ruleId: 'no-run\u0000\u202e\n' });
    expect([draft.rule, draft.aliases]).toEqual([
      'lint/no-run\uFFFD\uFFFD',
      ['no-run\uFFFD\uFFFD'],
    ]);
    expect(draft.fingerprint).not.toBe((await one({})).fingerprint);
  });

  it.each<[string, Json, string, readonly number[]]>([
    ['a tag', { properties: { tags: ['secret'] } }, 'secret', []],
    ['a tag of its rule', { ruleId: 'iac' }, 'misconfiguration', []],
    [
      'a weakness',
      { properties: { tags: ['CWE-798: Use of Hard-coded Credentials'] } },
      'secret',
      [798],
    ],
    [
      'a weakness of a taxonomy',
      { taxa: [{ id: '89', toolComponent: { name: 'CWE' } }] },
      'code',
      [89],
    ],
    [
      'a number of another taxonomy',
      { taxa: [{ id: '89', toolComponent: { name: 'OWASP' } }] },
      'code',
      [],
    ],
    [
      'several',
      { properties: { tags: ['cwe:79', 'external/cwe/cwe-020', 'xcwe-7'] } },
      'code',
      [20, 79],
    ],
  ])('has a category and weaknesses by %s', async (_, result, category, cwe) => {
    const rules = [{ id: 'iac', properties: { tags: ['misconfiguration'] } }];
    const draft = await one(result, { tool: { driver: { name: 'Lint', rules } } });
    expect([draft.category, draft.cwe]).toEqual([category, cwe]);
  });

  it.each<[string, Json, Json | undefined]>([
    ['a line', { startLine: 1 }, { startLine: 1, startColumn: 1, endLine: 1, endColumn: 13 }],
    [
      'columns',
      { startLine: 1, startColumn: 7, endColumn: 8 },
      { startLine: 1, startColumn: 7, endLine: 1, endColumn: 8 },
    ],
    [
      'lines',
      { startLine: 1, endLine: 3 },
      { startLine: 1, startColumn: 1, endLine: 3, endColumn: 30 },
    ],
    ['line 0, as a file', { startLine: 0 }, undefined],
    ['bytes', { byteOffset: 3, byteLength: 2 }, undefined],
    ['an end before its start', { startLine: 3, startColumn: 9, endColumn: 2 }, undefined],
    ['a last line before its first', { startLine: 3, endLine: 1 }, undefined],
    ['a last line 0', { startLine: 3, startColumn: 1, endLine: 0, endColumn: 9 }, undefined],
    [
      'no text',
      { startLine: 1, startColumn: 4, endColumn: 4 },
      { startLine: 1, startColumn: 4, endLine: 1, endColumn: 4 },
    ],
  ])('has a region of %s', async (_, region, range) => {
    expect((await one({ locations: [at('src/app.js', region)] })).range).toEqual(range);
  });

  it('says how many regions end before they start, of places and of steps', async () => {
    const backward = at('src/app.js', { startLine: 3, startColumn: 9, endColumn: 2 });
    const locations = [{ location: backward }, { location: at('src/app.js') }];
    const codeFlows = [{ threadFlows: [{ locations }] }];
    const result = { ...RESULT, locations: [backward], codeFlows };
    const { drafts, diagnostics } = await readText(documentOf({ results: [result, RESULT] }));
    expect(drafts[0]?.location).toEqual({ path: '/src/app.js', layer: 0, line: 3 });
    expect(drafts[0]?.steps?.map(({ range }) => range === undefined)).toEqual([true, false]);
    expect(diagnostics.map(({ message, gap }) => [message.replace(/^"[^"]*" /u, ''), gap])).toEqual(
      [
        ['has 2 findings of Lint', undefined],
        ['has 2 regions of Lint that end before they start; their first line counts', undefined],
      ],
    );
  });

  it('has columns in UTF-16 code units where the document counts code points', async () => {
    const locations = [at('src/emoji.js', { startLine: 1, startColumn: 9, endColumn: 10 })];
    const draft = await one({ locations }, { columnKind: 'unicodeCodePoints' });
    expect(draft.range).toMatchObject({ startColumn: 10, endColumn: 11 });
  });

  it('has the steps of its first flow, without those outside of the tree', async () => {
    const step = (uri: string, text: string): Json => ({
      location: { ...at(uri, { startLine: 1 }), message: { text } },
    });
    const draft = await one(
      {
        codeFlows: [
          {
            threadFlows: [
              {
                locations: [
                  step('src/app.js', 'source'),
                  step('file:///usr/include/x.h', 'away'),
                  { index: 0 },
                ],
              },
            ],
          },
        ],
      },
      { threadFlowLocations: [step('src/emoji.js', 'sink')] },
    );
    expect(draft.steps?.map(({ location, message }) => [location.path, message])).toEqual([
      ['/src/app.js', 'source'],
      ['/src/emoji.js', 'sink'],
    ]);
  });

  it.each<[string, readonly Json[] | undefined, readonly (string | undefined)[]]>([
    ['none', undefined, []],
    ['an empty list', [], []],
    ['one in the source', [{ kind: 'inSource' }], [undefined]],
    [
      'one with a reason',
      [{ kind: 'external', status: 'accepted', justification: 'test' }],
      ['test'],
    ],
    ['one under review', [{ kind: 'external', status: 'underReview' }], []],
    [
      'one that was rejected beside another',
      [{ kind: 'inSource' }, { kind: 'external', status: 'rejected' }],
      [],
    ],
  ])('asks to be ignored by suppressions: %s', async (_, suppressions, reasons) => {
    const { comments = [] } = await one({ suppressions });
    expect(comments.map(({ reason }) => reason)).toEqual(reasons);
    for (const comment of comments) {
      expect(comment).toMatchObject({ syntax: 'sarif', line: 3, rules: ['lint/no-run'] });
    }
  });
});

describe('the address of a result', () => {
  const bases = {
    ROOT: { uri: 'file:///home/runner/work/app/' },
    SRC: { uri: 'src/', uriBaseId: 'ROOT' },
    LOOP: { uri: 'a/', uriBaseId: 'LOOP' },
    OPEN: { description: { text: 'the checkout' } },
    SYSTEM: { uri: 'file:///usr/include/' },
    WEB: { uri: 'https://example.org/' },
    NAMED: { uri: 'src/' },
  };

  it.each<[string, string, Json, string]>([
    ['a relative path', 'src/app.js', {}, '/src/app.js'],
    ['a relative path with dots', './src/../src/app.js', {}, '/src/app.js'],
    ['escapes', 'src/a%20b.js', {}, '/src/a b.js'],
    ['backslashes', 'src\\app.js', {}, '/src/app.js'],
    ['a fragment', 'src/app.js#L3', {}, '/src/app.js'],
    ['a file that is not there', 'gone.js', {}, '/gone.js'],
    ['a base of another machine', 'src/app.js', { uriBaseId: 'ROOT' }, '/src/app.js'],
    ['a base below another one', 'app.js', { uriBaseId: 'SRC' }, '/src/app.js'],
    ['a base without an address', 'src/app.js', { uriBaseId: 'OPEN' }, '/src/app.js'],
    ['a base that is not described', 'src/app.js', { uriBaseId: '%SRCROOT%' }, '/src/app.js'],
    ['a relative base', 'app.js', { uriBaseId: 'NAMED' }, '/src/app.js'],
  ])('is joined with the tree: %s', async (_, uri, more, path) => {
    const draft = await one({ locations: [at(uri, {}, more)] }, { originalUriBaseIds: bases });
    expect(draft.location.path).toBe(path);
  });

  it('is joined with the tree: file: URIs and absolute paths of it, also through symlinks', async () => {
    const alias = join(folder, 'alias');
    symlinkSync(root, alias);
    const url = pathToFileURL(join(root, 'src/a b.js')).href;
    for (const uri of [
      url,
      url.replace('file://', 'file://localhost'),
      url.replace('file://', 'file:'),
    ]) {
      expect((await one({ locations: [at(uri)] })).location.path).toBe('/src/a b.js');
    }
    const file = join(folder, 'in.sarif');
    writeFileSync(
      file,
      documentOf({ results: [{ ...RESULT, locations: [at(join(root, 'src/app.js'))] }] }),
    );
    const read = { tree: new Tree('alias', alias), cwd: folder, context: quietContext() };
    expect((await readSarif([file], read)).drafts[0]?.location.path).toBe('/src/app.js');
  });

  it('is that of an artifact to which it refers', async () => {
    const location = { physicalLocation: { artifactLocation: { index: 1 } } };
    const artifacts = [{}, { location: { uri: 'app.js', uriBaseId: 'NAMED' } }];
    const draft = await one({ locations: [location] }, { artifacts, originalUriBaseIds: bases });
    expect(draft.location.path).toBe('/src/app.js');
  });

  it('is the tree itself where there is none', async () => {
    expect((await one({ locations: [] })).location).toEqual({ path: '/', layer: 0 });
    expect((await one({ locations: undefined })).location).toEqual({ path: '/', layer: 0 });
  });

  it.each<[string, string, Json, RegExp]>([
    ['a path above the tree', '../outside/secret.txt', {}, /is outside of "tree"/],
    ['a path that leaves it and returns', '../tree/src/app.js', {}, /is outside of "tree"/],
    ['an escaped path above it', '%2e%2e/outside/secret.txt', {}, /is outside of "tree"/],
    ['backslashes', '..\\outside\\secret.txt', {}, /is outside of "tree"/],
    ['an absolute path', '/etc/passwd', {}, /is outside of "tree"/],
    ['a file: URI', 'file:///etc/passwd', {}, /is outside of "tree"/],
    ['a drive', 'C:\\src\\app.js', {}, /is outside of "tree"/],
    ['a file: URI of a drive', 'file:///C:/src/app.js', {}, /is outside of "tree"/],
    [
      'a file below a base that the tree does not have',
      'stdio.h',
      { uriBaseId: 'SYSTEM' },
      /is outside of "tree"/,
    ],
    ['a path above the base', '../x.js', { uriBaseId: 'ROOT' }, /is outside of "tree"/],
    [
      'a file behind a symlink that leads out',
      'secret.txt',
      { uriBaseId: 'LINK' },
      /is outside of "tree"/,
    ],
    ['another machine', 'file://server/share/a.js', {}, /another machine/],
    ['a network path', '//server/a.js', {}, /another machine/],
    ['a web address', 'https://example.org/a.js', {}, /"https:" is not the address of a file/],
    ['a base on the web', 'a.js', { uriBaseId: 'WEB' }, /"https:" is not the address of a file/],
    ['bases in a circle', 'a.js', { uriBaseId: 'LOOP' }, /refer to each other/],
    ['a broken escape', 'a%zz.js', {}, /begins no escape/],
    ['a zero', 'a%00.js', {}, /zero character/],
  ])('is refused with its place: %s', async (_, uri, more, message) => {
    const run = {
      originalUriBaseIds: { ...bases, LINK: { uri: 'file:///elsewhere/link/' } },
      results: [RESULT, { ...RESULT, locations: [at(uri, {}, more)] }],
    };
    const reading = readText(documentOf(run));
    await expect(reading).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/runs\[0\]/u);
  });

  it('never shows the text of a file outside of the tree, and no symlink is followed in a circle', async () => {
    for (const uri of ['link/secret.txt', 'loop/x.js', 'loop']) {
      const first = await one({ locations: [at(uri, { startLine: 1 })] });
      writeFileSync(join(folder, 'outside/secret.txt'), 'changed\n');
      expect((await one({ locations: [at(uri, { startLine: 1 })] })).fingerprint).toBe(
        first.fingerprint,
      );
    }
  });
});

describe('the identity of a result', () => {
  const idOf = async (result: Json, run: Json = {}): Promise<string | undefined> =>
    identifyRuleFindings([await one(result, run)])[0]?.id;

  it('does not depend on the path, the line, the level, the message or the columns', async () => {
    const id = await idOf({});
    writeFileSync(join(root, 'moved.js'), `${'// more\n'.repeat(200)}${APP.join('\n')}`);
    const locations = [at('moved.js', { startLine: 203, startColumn: 3 })];
    expect(await idOf({ locations, level: 'error', message: { text: 'Other.' } })).toBe(id);
  });

  it('depends on the rule, the analyzer and the names on the line', async () => {
    const others = [
      await idOf({}),
      await idOf({ ruleId: 'other' }),
      await idOf({}, { tool: { driver: { name: 'Other' } } }),
      await idOf({ locations: [at('src/app.js', { startLine: 1 })] }),
    ];
    expect(new Set(others).size).toBe(4);
  });

  it('is the fingerprint of the analyzer where it gives one, in any order of keys', async () => {
    const given = { partialFingerprints: { 'a/v1': '1', 'b/v1': '2' } };
    const id = await idOf(given);
    expect(id).not.toBe(await idOf({}));
    const locations = [at('src/app.js', { startLine: 1 })];
    const turned = { 'b/v1': '2', 'a/v1': '1' };
    expect(await idOf({ partialFingerprints: turned, locations })).toBe(id);
    expect(await idOf({ partialFingerprints: { 'a/v1': '1', 'b/v1': '3' } })).not.toBe(id);
    expect(await idOf({ partialFingerprints: {} })).toBe(await idOf({}));
  });

  it('does not contain the value of a secret, quoted or not', async () => {
    const secret = { properties: { tags: ['secret'] } };
    const ids = [];
    for (const line of ['PASSWORD=hunter2', 'PASSWORD=other', 'PASSWORD: "x"']) {
      writeFileSync(join(root, '.env'), line);
      ids.push(await idOf({ ...secret, locations: [at('.env', { startLine: 1 })] }));
    }
    expect(new Set(ids).size).toBe(1);
    writeFileSync(join(root, '.env'), 'TOKEN=hunter2');
    expect(ids).not.toContain(await idOf({ ...secret, locations: [at('.env', { startLine: 1 })] }));
  });
});

describe('results that are not findings', () => {
  it.each<[string, Json]>([
    ['passed', { kind: 'pass', level: 'none' }],
    ['are information', { kind: 'informational' }],
    ['do not apply', { kind: 'notApplicable' }],
    ['are of the baseline alone', { baselineState: 'absent' }],
  ])('are counted: those that %s', async (_, result) => {
    const run = { results: [RESULT, { ...RESULT, ...result }] };
    const { drafts, diagnostics } = await readText(documentOf(run));
    expect(drafts).toHaveLength(1);
    expect(diagnostics.map(({ gap }) => gap)).toEqual([undefined]);
    expect(diagnostics[0]?.message).toMatch(/1 finding of Lint; left out: 1 result that/u);
  });
});

describe('what could hide findings is a gap', () => {
  it.each<[string, string, string]>([
    ['no runs', JSON.stringify({ version: '2.1.0', runs: [] }), 'unread'],
    ['a run without results', documentOf({}), 'unread'],
    ['null for results', documentOf({ results: null }), 'unread'],
    [
      'results in other files',
      documentOf({
        results: [],
        externalPropertyFileReferences: { results: [{ location: { uri: 'a' } }] },
      }),
      'unread',
    ],
    [
      'results in the document, apart',
      JSON.stringify({
        version: '2.1.0',
        runs: [{ tool: TOOL, results: [] }],
        inlineExternalProperties: [{ results: [RESULT] }],
      }),
      'unread',
    ],
    [
      'a run that failed',
      documentOf({ results: [], invocations: [{ executionSuccessful: false }] }),
      'unreadable',
    ],
    [
      'an error of the analyzer',
      documentOf({
        results: [],
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [
              { level: 'error', message: { text: 'cannot parse a.js' } },
            ],
          },
        ],
      }),
      'unreadable',
    ],
  ])('%s', async (_, text, gap) => {
    const { drafts, diagnostics } = await readText(text);
    expect(drafts).toEqual([]);
    expect(diagnostics.flatMap((row) => row.gap ?? [])).toEqual([gap]);
  });

  it('results beyond the limit of findings, over all documents and runs', async () => {
    const results = Array.from({ length: 7 }, () => RESULT);
    const { drafts, diagnostics } = await readText(documentOf({ results }, { results }), {
      maxFindings: 10,
    });
    expect(drafts).toHaveLength(10);
    expect(diagnostics.flatMap((row) => (row.gap ? [row.message] : []))).toEqual([
      '"in.sarif" has 4 results of Lint beyond the limit of findings; --max-findings raises it',
    ]);
  });

  it('is not a run that succeeded, with warnings', async () => {
    const toolExecutionNotifications = [{ level: 'warning', message: { text: 'slow' } }];
    const run = {
      results: [],
      invocations: [{ executionSuccessful: true, toolExecutionNotifications }],
    };
    const { diagnostics } = await readText(documentOf(run));
    expect(diagnostics.flatMap((row) => row.gap ?? [])).toEqual([]);
  });
});

describe('a document', () => {
  it('may begin with a byte order mark, and have its rules behind its results', async () => {
    const rules = [{ id: 'no-run', properties: { 'security-severity': '9.1' } }];
    const text = `\uFEFF{"runs":[{"results":${JSON.stringify([RESULT])},"tool":${JSON.stringify({ driver: { rules, name: 'Lint' } })}}],"version":"2.1.0"}`;
    expect((await readText(text)).drafts[0]).toMatchObject({ severity: 'critical', tool: 'Lint' });
  });

  it('may have several runs, each with its own analyzer and bases', async () => {
    const locations = [at('app.js', {}, { uriBaseId: 'S' })];
    const results = [{ ...RESULT, locations }];
    const { drafts } = await readText(
      documentOf(
        { results, originalUriBaseIds: { S: { uri: 'src/' } } },
        { results, tool: { driver: { name: 'Other' } } },
      ),
    );
    expect(drafts.map(({ rule, location }) => [rule, location.path])).toEqual([
      ['lint/no-run', '/src/app.js'],
      ['other/no-run', '/app.js'],
    ]);
  });

  const results = JSON.stringify([RESULT]);
  const tool = JSON.stringify(TOOL);
  it.each<[string, string | Uint8Array, RegExp]>([
    ['an empty file', '', /as SARIF: a value was expected on line 1/],
    ['other text', 'src/app.js:3: error', /as SARIF: a value was expected on line 1/],
    ['a list', '[]', /not a JSON object/],
    ['a cut document', documentOf({ results: [RESULT] }).slice(0, -9), /where the text ends/],
    ['UTF-16', Buffer.from(`\uFEFF${documentOf({ results: [] })}`, 'utf16le'), /it is UTF-16LE/],
    [
      'UTF-16 without a mark',
      Buffer.from(documentOf({ results: [] }), 'utf16le'),
      /it is UTF-16LE/,
    ],
    ['another version', '{"version":"2.0.0","runs":[]}', /its version is "2.0.0"/],
    ['no version', '{"runs":[]}', /"version" is missing/],
    ['no runs', '{"version":"2.1.0"}', /"runs" is missing/],
    ['runs that are not a list', '{"version":"2.1.0","runs":{}}', /"runs" is not a list/],
    [
      'a run that is not an object',
      '{"version":"2.1.0","runs":[1]}',
      /runs\[0\]: it is not an object/,
    ],
    [
      'a run without a tool',
      '{"version":"2.1.0","runs":[{"results":[]}]}',
      /runs\[0\]: "tool" is missing/,
    ],
    [
      'a tool without a name',
      documentOf({ tool: { driver: {} } }),
      /runs\[0\].tool.driver: "name" is missing/,
    ],
    [
      'results that are not a list',
      documentOf({ results: { a: RESULT } }),
      /runs\[0\]: "results" is not a list/,
    ],
    [
      'a result that is not an object',
      documentOf({ results: [RESULT, 'x'] }),
      /runs\[0\].results\[1\]: it is not an object/,
    ],
    [
      'a result without a message',
      documentOf({ results: [{ ruleId: 'a' }] }),
      /results\[0\]: "message" is missing/,
    ],
    [
      'an empty message',
      documentOf({ results: [{ message: {} }] }),
      /results\[0\].message: the message has no text/,
    ],
    [
      'an unknown level',
      documentOf({ results: [{ ...RESULT, level: 'fatal' }] }),
      /"level" is "fatal", and SARIF has none, note, warning, error/,
    ],
    [
      'an unknown kind',
      documentOf({ results: [{ ...RESULT, kind: 'maybe\u0007' }] }),
      /"kind" is "maybe\uFFFD"/,
    ],
    [
      'a line that is not a number',
      documentOf({ results: [{ ...RESULT, locations: [at('a', { startLine: '3' })] }] }),
      /region: "startLine" is not an index/,
    ],
    [
      'an index without a rule',
      documentOf({
        results: [{ ...RESULT, ruleIndex: 3 }],
        tool: { driver: { name: 'L', rules: [{ id: 'no-run' }] } },
      }),
      /rule index 3 is beyond the 1 rules/,
    ],
    [
      'an index of another rule',
      documentOf({
        results: [{ ...RESULT, ruleIndex: 0 }],
        tool: { driver: { name: 'L', rules: [{ id: 'harmless' }] } },
      }),
      /rule index 0 is the rule "harmless", and the rule id is "no-run"/,
    ],
    [
      'an index without an artifact',
      documentOf({
        results: [
          { ...RESULT, locations: [{ physicalLocation: { artifactLocation: { index: 2 } } }] },
        ],
      }),
      /index 2 is beyond the 0 items of "artifacts"/,
    ],
    [
      'results twice',
      `{"version":"2.1.0","runs":[{"tool":${tool},"results":${results},"results":[]}]}`,
      /"results" stands twice/,
    ],
    [
      'a level twice',
      `{"version":"2.1.0","runs":[{"tool":${tool},"results":[{"message":{"text":"a"},"level":"error","level":"note"}]}]}`,
      /"level" stands twice/,
    ],
  ])('is refused: %s', async (_, text, message) => {
    const reading = readText(text);
    await expect(reading).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(reading).rejects.toThrow(message);
  });

  it('is refused: one that is not there, a directory, and one that is too long', async () => {
    const read = { tree: new Tree('tree', root), cwd: folder, context: quietContext() };
    await expect(readSarif(['gone.sarif'], read)).rejects.toThrow(/there is no such file/u);
    await expect(readSarif(['.'], read)).rejects.toThrow(/it is a directory/u);
    await expect(readText(documentOf({ results: [] }), { maxFileBytes: 10 })).rejects.toThrow(
      /longer than 10 bytes/u,
    );
  });
});
