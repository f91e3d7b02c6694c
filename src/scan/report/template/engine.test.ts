import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { HOSTILE_TEXTS, hostileReport } from '../../../../test/support/hostile-report.ts';
import { rendered, UNSAFE } from '../../../../test/support/rendered.ts';
import { fullReport, testReport } from '../../../../test/support/reports.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { csvCell } from '../csv/csv-cell.ts';
import { markdownCode, markdownText } from '../markdown/markdown-text.ts';
import { xmlText } from '../text/xml-text.ts';
import { renderTemplate } from './engine.ts';
import { isGoTemplate } from './go-template.ts';
import type { TemplateFailure, TemplateLimits } from './job.ts';

const LIMITS: TemplateLimits = {
  cpuMs: 3000,
  wallMs: 3000,
  memoryUnits: 1_000_000,
  outputChars: 100_000,
};
const NAMES = {
  roots: ['results', 'verdict', 'advisories'],
  fields: ['results', 'verdict', 'advisories', 'status', 'findings', 'id', 'labels'],
  maps: ['advisories', 'labels'],
};

async function outcome(
  text: string,
  report: Report = testReport(),
  limits = LIMITS,
): Promise<string | TemplateFailure> {
  const result = renderTemplate({ text, limits }, JSON.parse(await rendered(report, 'json')));
  return result.isRendered ? result.text : result.failure;
}

async function written(text: string, report: Report): Promise<string> {
  const result = await outcome(text, report, { ...LIMITS, outputChars: 1_000_000 });
  if (typeof result !== 'string') throw new Error(result.message);
  return result;
}

describe('a template', () => {
  it.each([
    ['reads the report', '{{ results[0].artifact.reference }}', 'app:1.2'],
    ['reads the size of a list', '{{ results.size }}', '1'],
    ['writes nothing for what is absent', '[{{ baseline.newIds[0] }}]', '[]'],
    ['writes a list without separators', '{{ results[0].artifact.image.tags }}', 'app:1.2'],
    ['writes an object as JSON', '{{ tool }}', '{"name":"assay","version":"0.1.0"}'],
    ['writes dates in UTC', '{{ startedAt | date: "%Y-%m-%d %H:%M" }}', '2025-06-01 00:00'],
    [
      'loops over a map',
      '{% for one in tool %}{{ one[0] }}={{ one[1] }};{% endfor %}',
      'name=assay;version=0.1.0;',
    ],
    ['keeps what it writes itself', '{% capture x %}a\r\n\tb{% endcapture %}{{ x }}', 'a\r\n\tb'],
    [
      'has no filter that lets everything through',
      '{{ "%1b[2J" | url_decode | raw }}',
      '\uFFFD[2J',
    ],
    ['takes a text of braces', '{% raw %}{{ x }}{% endraw %}', '{{ x }}'],
    ['has a tag of several lines', '{% liquid\nassign x = 1\necho x\n%}', '1'],
  ])('%s', async (_, text, expected) => {
    expect(await outcome(text)).toBe(expected);
  });

  it.each([
    '{{ constructor }}{{ results.constructor }}{{ results[0].__proto__ }}{{ __proto__.toString }}',
    '{{ results | map: "constructor" }}{{ "x".constructor.name }}{{ tool.hasOwnProperty }}',
    '{% assign x = "constructor" %}{{ tool[x] }}{{ results[0][x][x] }}',
    '{{ results | where_exp: "one", "one.constructor" | size | times: 0 | replace: "0", "" }}',
    '{{ process }}{{ require }}{{ global.process }}{{ this }}',
  ])('reaches no property behind the data: %s', async (text) => {
    expect(await outcome(text)).toBe('');
  });

  it('finds what belongs to a finding', async () => {
    const text =
      '{% for finding in results[0].findings %}{% assign package = finding | package %}' +
      '{% assign advisory = finding | advisory %}{% assign exception = finding | exception %}' +
      '{{ finding.advisoryId }},{{ package.name }},{{ advisory.summary | truncate: 8 }},{{ exception.reason }};{% endfor %}';
    expect((await written(text, fullReport())).split(';')).toEqual([
      'CVE-2019-9999,openssl,,',
      'CVE-2019-1543,openssl,ChaCh...,',
      'GHSA-35jh-r3h4-6jhm,lodash,Comma...,',
      'CVE-2018-20679,busybox,,not reachable',
      '',
    ]);
  });

  it.each([
    '{{ nil | package }}',
    '{{ tool | advisory }}',
    '{{ "x" | exception }}',
    '{{ 5 | package }}',
  ])('finds nothing for what is not a finding: %s', async (text) => {
    expect(await outcome(text)).toBe('');
  });
});

describe('a template that does not work', () => {
  it.each<[string, string, TemplateFailure]>([
    [
      'a tag that is not closed',
      'a\n {% if x',
      { message: 'tag "{% if x" not closed', line: 2, column: 2 },
    ],
    [
      'an output that is not closed',
      '{{ x',
      { message: 'output "{{ x" not closed', line: 1, column: 1 },
    ],
    [
      'a block that is not closed',
      '\n\n{% if x %}',
      { message: 'tag {% if x %} not closed', line: 3, column: 1 },
    ],
    [
      'a raw block that is not closed',
      '{% raw %}x',
      { message: 'raw "{% raw %}x" not closed', line: 1, column: 10 },
    ],
    [
      'an end without a beginning',
      '{% endif %}',
      { message: 'the tag "endif" closes nothing', line: 1, column: 1 },
    ],
    [
      'an unknown tag',
      '{% iff x %}',
      { message: 'there is no tag "iff"; did you mean if?', line: 1, column: 1 },
    ],
    [
      'an unknown filter',
      '{{ x | htm }}',
      { message: 'there is no filter "htm"; did you mean html?', line: 1, column: 1 },
    ],
    [
      'a name of an object as a filter',
      '{{ x | constructor }}',
      { message: 'there is no filter "constructor"', line: 1, column: 1 },
    ],
    [
      'no value',
      '{{ | html }}',
      { message: 'invalid value expression: "| html"', line: 1, column: 4 },
    ],
    [
      'a loop without a list',
      '{% for x %}{% endfor %}',
      { message: 'illegal tag: {% for x %}', line: 1, column: 1 },
    ],
    [
      'a filter without its value',
      '{{ "a" | append }}',
      { message: 'append expect 2 arguments', line: 1, column: 1 },
    ],
  ])('%s', async (_, text, failure) => {
    expect(await outcome(text)).toEqual(failure);
  });

  it.each(['include', 'render', 'layout', 'block'])('reads no file by the tag %s', async (tag) => {
    expect(await outcome(`x\n{% ${tag} "/etc/hostname" %}`)).toMatchObject({
      message: expect.stringContaining(`the tag "${tag}" reads files`) as string,
      line: 2,
      column: 1,
    });
  });
});

const DOUBLE = '{% assign x = "aaaaaaaa" %}{% for i in (1..100) %}';

describe('a template that runs away', () => {
  it.each([
    ['a huge range', '{% for i in (1..1000000000) %}{% endfor %}', 'it needs too much memory'],
    ['a range of text', '{{ ("1".."9999999999") | size }}', 'it needs too much memory'],
    [
      'text that doubles by append',
      `${DOUBLE}{% assign x = x | append: x %}{% endfor %}`,
      'it needs too much memory',
    ],
    [
      'text that doubles by prepend',
      `${DOUBLE}{% assign x = x | prepend: x %}{% endfor %}`,
      'it needs too much memory',
    ],
    [
      'text that grows by replace',
      `${DOUBLE}{% assign x = x | replace: "a", x %}{% endfor %}`,
      'it needs too much memory',
    ],
    [
      'text that doubles by capture',
      `${DOUBLE}{% capture x %}{{ x }}{{ x }}{% endcapture %}{% endfor %}`,
      'it needs too much memory',
    ],
    [
      'text that grows by an escape',
      `${DOUBLE}{% assign x = x | append: "&<" | html | append: x %}{% endfor %}`,
      'it needs too much memory',
    ],
    [
      'a list that doubles',
      '{% assign x = "a,b" | split: "," %}{% for i in (1..60) %}{% assign x = x | concat: x %}{% endfor %}',
      'it needs too much memory',
    ],
    ['a wide date', '{{ "2025-01-01" | date: "%999999999d" }}', 'it needs too much memory'],
    [
      'long output',
      '{% for i in (1..1000) %}{% for j in (1..900) %}aaaa{% endfor %}{% endfor %}',
      'its output is longer than 100000 characters',
    ],
    [
      'deep tags',
      `${'{% if x %}'.repeat(20_000)}${'{% endif %}'.repeat(20_000)}`,
      'it is nested too deeply',
    ],
    ['deep brackets', `{{ x${'['.repeat(100_000)} }}`, 'it is nested too deeply'],
  ])('%s', async (_, text, message) => {
    expect(await outcome(text)).toMatchObject({ message });
  });

  it.each([
    [
      'nested loops',
      '{% for a in (1..9000) %}{% for b in (1..9000) %}{% for c in (1..9000) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
    [
      'nested searches',
      `{% assign r = (1..9000) %}{{ r | find_exp: "x", "r | find_exp: 'y', 'r | size | plus: y | divided_by: 0 | minus: 1 | abs | at_most: -1 | plus: 1'" }}`,
    ],
  ])('%s', async (_, text) => {
    const limits = { ...LIMITS, memoryUnits: 1e12, cpuMs: 300 };
    expect(await outcome(text, testReport(), limits)).toMatchObject({
      message: 'it takes more than 0.3 seconds of processor time',
    });
  });
});

/** Parts of templates, in any order and number. */
const PARTS = [
  ...[
    '{{',
    '}}',
    '{%',
    '%}',
    '{{-',
    '-%}',
    '|',
    ':',
    ',',
    '.',
    '[',
    ']',
    '(',
    ')',
    '..',
    '"',
    "'",
    '\\',
    '\n',
    ' ',
  ],
  ...[
    'if',
    'endif',
    'else',
    'for',
    'endfor',
    'in',
    'assign',
    '=',
    'capture',
    'endcapture',
    'case',
    'when',
    'endcase',
  ],
  ...[
    'raw',
    'endraw',
    'comment',
    'endcomment',
    'liquid',
    'echo',
    'cycle',
    'increment',
    'tablerow',
    'endtablerow',
    'unless',
  ],
  ...[
    'results',
    'verdict',
    'size',
    'first',
    '__proto__',
    'constructor',
    'nil',
    'empty',
    '0',
    '-1',
    '1e9',
    'forloop',
    'x',
  ],
  ...[
    'html',
    'csv',
    'json',
    'package',
    'where',
    'find_exp',
    'group_by',
    'date',
    'sort',
    'split',
    'join',
    'slice',
    'times',
  ],
  ...[
    '{{ results | ',
    ' }}',
    '{% for x in results %}',
    '{% endfor %}',
    '{% if x %}',
    '{% endif %}',
    '\u0000',
    '\ud800',
  ],
];

it('ends with an output or a failure, whatever it is', async () => {
  const data = await rendered(fullReport(), 'json');
  const limits = { cpuMs: 500, wallMs: 500, memoryUnits: 100_000, outputChars: 10_000 };
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PARTS), { maxLength: 30 }), (parts) => {
      const text = parts.join('');
      const result = renderTemplate({ text, limits, names: NAMES }, JSON.parse(data));
      if (result.isRendered) expect(result.text).not.toMatch(/[\u001b\u202e]/u);
      else expect(result.failure.message).not.toBe('');
      isGoTemplate(text);
    }),
    { numRuns: 500 },
  );
});

describe('names that no report has', () => {
  it.each([
    [
      'of trivy',
      '{{ Results }}',
      'a report has no field "Results"; did you mean results?',
      { line: 1, column: 4 },
    ],
    [
      'mistyped',
      'x\n{{ verdct.status }}',
      'a report has no field "verdct"; did you mean verdict?',
      { line: 2, column: 4 },
    ],
    ['of a function', '{{ now }}', 'a report has no field "now"', { line: 1, column: 4 }],
    [
      'in a condition',
      '{% if finding %}{% endif %}',
      'a report has no field "finding"',
      { line: 1, column: 7 },
    ],
    [
      'as a key',
      '{{ advisories[key].id }}',
      'a report has no field "key"',
      { line: 1, column: 15 },
    ],
    [
      'as an operand of a filter',
      '{{ "x" | append: other }}',
      'a report has no field "other"',
      { line: 1, column: 18 },
    ],
  ])('%s', async (_, text, message, place) => {
    const data: unknown = JSON.parse(await rendered(testReport(), 'json'));
    expect(renderTemplate({ text, limits: LIMITS, names: NAMES }, data)).toEqual({
      isRendered: false,
      failure: { message, ...place },
    });
  });

  it.each<[string, string, readonly string[]]>([
    ['a field of the report', '{{ verdict.status }}{{ results.size }}', []],
    [
      'a field of trivy',
      '{{ verdict.Status }}',
      ['no part of a report has a field "Status"; did you mean status?'],
    ],
    ['a key of a map', '{% assign a = advisories.CVE-2025-1 %}{{ advisories["x y"].id }}', []],
    [
      'a variable of the template',
      '{% assign a = 1 %}{{ a }}{% capture b %}{% endcapture %}{{ b }}',
      [],
    ],
    [
      'a variable that is read before',
      '{% for r in results %}{{ last }}{% assign last = r %}{% endfor %}',
      [],
    ],
    ['a loop', '{% for r in results %}{{ forloop.index }}{{ r.findings }}{% endfor %}', []],
    [
      'a loop that goes on',
      '{% for r in results limit: 1 %}{% endfor %}{% for r in results offset: continue %}{% endfor %}',
      [],
    ],
    ['a table', '{% tablerow r in results cols: 2 %}{{ tablerowloop.col }}{% endtablerow %}', []],
    ['groups', '{% assign g = results | group_by: "id" %}{{ g[0].name }}{{ g[0].items }}', []],
    ['literals', '{% if results == empty or results == nil or true %}{% endif %}', []],
    ['a counter', '{% increment n %}{{ n }}', []],
  ])('%s is not an error', async (_, text, notes) => {
    const data: unknown = JSON.parse(await rendered(testReport(), 'json'));
    expect(renderTemplate({ text, limits: LIMITS, names: NAMES }, data)).toMatchObject({
      isRendered: true,
      notes,
    });
  });
});

/**
 * The title of each advisory of a hostile report, escaped; the fields hold the text and a word
 * behind it.
 */
async function cell(text: string, filter: string): Promise<string> {
  const template = `{% for one in advisories %}{{ one[1].summary${filter} }}{% break %}{% endfor %}`;
  return written(template, hostileReport(text));
}

describe.each(HOSTILE_TEXTS)('%s', (_, text) => {
  const summary = `${text}${[...fullReport().advisories.values()][0]?.summary ?? ''}`;

  it('is harmless without a filter', async () => {
    const output = await cell(text, '');
    expect(output).not.toMatch(UNSAFE);
    expect(output).not.toContain('\n');
  });

  it.each([
    ['html', (value: string) => xmlText(value, 1e6)],
    ['escape', (value: string) => xmlText(value, 1e6)],
    ['xml', (value: string) => xmlText(value, 1e6)],
    ['xml_escape', (value: string) => xmlText(value, 1e6)],
    ['csv', (value: string) => csvCell(value)],
    ['markdown', (value: string) => markdownText(value, 1e6)],
    ['markdown_code', (value: string) => markdownCode(value, 1e6)],
  ])('is escaped by %s as the format of that name does', async (filter, expected) => {
    // Blanks at the ends are cut off by the writers.
    expect((await cell(text, ` | ${filter}`)).trim()).toBe(expected(summary));
  });

  it('is a value of JSON that ends no script', async () => {
    const json = await cell(text, ' | json');
    expect(JSON.parse(json)).toBe(await cell(text, ''));
    expect(json).not.toContain('<');
    expect(json).not.toMatch(UNSAFE);
  });
});

describe('filters for other readers', () => {
  it.each([
    ['numbers in CSV', '{{ -5 | csv }}', '-5'],
    ['lists in CSV', '{{ "=a,b" | split: "," | csv }}', "'=a b"],
    ['nothing in CSV', '{{ nil | csv }}', ''],
    ['nothing in JSON', '{{ nil | json }}', 'null'],
    ['an object in JSON', '{{ tool | json }}', '{"name":"assay","version":"0.1.0"}'],
    [
      'line ends in HTML',
      '{% capture x %}<a>\n&{% endcapture %}{{ x | html }}',
      '&lt;a&gt;\n&amp;',
    ],
    ['quotes in an attribute', `{{ "\\"'" | html }}`, '&quot;&apos;'],
    ['a loop in JSON', '{% for r in results %}{{ forloop.first | json }}{% endfor %}', 'true'],
  ])('%s', async (_, text, expected) => {
    expect(await outcome(text)).toBe(expected);
  });
});
