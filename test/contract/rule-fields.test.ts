/**
 * Every field of a rule finding in every format: it is shown, or the reporter declares that the
 * format has no place for it. Both are found out by changing one value of a finding and comparing
 * what is written.
 */

import { describe, expect, it } from 'vitest';

import type { RuleFinding } from '../../src/core/model/rule/rule-finding.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { REPORTERS } from '../../src/scan/report/list.ts';
import { RULE_FIELDS } from '../../src/scan/report/findings/rule-facts.ts';
import { rendered } from '../support/rendered.ts';
import { testImage, testReport, testResult } from '../support/reports.ts';

const RANGE = { startLine: 301, startColumn: 302, endLine: 303, endColumn: 304 };

const FULL: RuleFinding = {
  kind: 'rule',
  id: 'a1b2c3d4e5f60718',
  severity: 'high',
  category: 'misconfiguration',
  rule: 'dockerfile/root-user',
  title: 'The title.',
  message: 'The message.',
  location: { path: '/build/Dockerfile', layer: 0, line: 301 },
  range: RANGE,
  excerpt: 'USER root',
  cwe: [250],
  aliases: ['DL3002'],
  remedy: 'The remedy.',
  helpUri: 'https://example.org/help',
  fingerprint: '0123456789abcdef0123456789abcdef',
  tool: 'analyzer',
  confidence: 'medium',
  steps: [
    { location: { path: '/build/a.sh', layer: 0, line: 311 }, range: RANGE, message: 'First.' },
    { location: { path: '/build/b.sh', layer: 0, line: 312 }, message: 'Second.' },
  ],
  fix: {
    description: 'The change.',
    edits: [{ path: '/build/Dockerfile', startOffset: 321, endOffset: 322, replacement: 'app' }],
  },
  instruction: 'COPY . /build',
  comments: [
    { syntax: 'hadolint', line: 331, rules: ['DL3002'], reason: 'a test', until: '2031-01-01' },
  ],
  whitedOutIn: 1,
};

type Leaf = string | number;

/** Values of other fields of their types, for values that are of a list of words. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  severity: 'low',
  category: 'license',
  confidence: 'low',
  'comments.syntax': 'semgrep',
  'comments.until': '2031-02-02',
  fingerprint: 'f'.repeat(32),
  helpUri: 'https://example.org/other',
};

interface Change {
  /** Without indexes of lists. */
  readonly path: string;
  readonly changed: RuleFinding;
  /** The other value. */
  readonly leaf: Leaf;
}

const changesOf = (finding: RuleFinding): readonly Change[] =>
  changes(finding, '', (changed) => changed);

/** Returns the finding with another value in place of each value. */
function changes(
  value: unknown,
  path: string,
  rebuilt: (changed: unknown) => unknown,
): readonly Change[] {
  if (typeof value === 'string') {
    const leaf = OTHER_WORDS[path] ?? `${value.slice(0, -1)}Zq${value.slice(-1)}`;
    return [{ path, changed: rebuilt(leaf) as RuleFinding, leaf }];
  }
  if (typeof value === 'number') {
    // Layers are indexes.
    const leaf = path.endsWith('layer') || path === 'whitedOutIn' ? 2 : value + 5000;
    return [{ path, changed: rebuilt(leaf) as RuleFinding, leaf }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      changes(item, path, (changed) => rebuilt(value.with(index, changed))),
    );
  }
  return Object.entries(value as object).flatMap(([key, item]) =>
    key === 'kind'
      ? []
      : changes(item, path === '' ? key : `${path}.${key}`, (changed) =>
          rebuilt({ ...(value as object), [key]: changed }),
        ),
  );
}

const CHANGES = changesOf(FULL);

function reportOf(finding: RuleFinding): Report {
  const image = testImage();
  const [layer = {}] = image.layers;
  const artifact = { ...image, layers: [layer, layer, layer] };
  return testReport({
    results: [testResult({ artifact, findings: [finding] })],
    verdict: {
      status: 'fail',
      exitCode: 1,
      causes: [{ rule: '--fail-on low', findingIds: [finding.id], message: 'a finding' }],
    },
  });
}

/** The finding of a format: that of secrets lists no others. */
function findingFor(format: string): RuleFinding {
  return format === 'gitlab-secret-detection' ? { ...FULL, category: 'secret' } : FULL;
}

/** The same without ranges, beside which a line is not shown twice. */
function withoutRanges(finding: RuleFinding): RuleFinding {
  const text = JSON.stringify(finding, (key, value: unknown) =>
    key === 'range' ? undefined : value,
  );
  return JSON.parse(text) as RuleFinding;
}

interface Shown {
  /**
   * Paths of values that make no difference in a format; a field of which no value does is one
   * path.
   */
  readonly unseen: readonly string[];
  /** Paths of texts that make a difference, and do not stand in what is written. */
  readonly untold: readonly string[];
}

async function shown(format: string): Promise<Shown> {
  const seen = new Set<string>();
  const untold = new Set<string>();
  const paths = new Set(CHANGES.map(({ path }) => path));
  for (const base of [findingFor(format), withoutRanges(findingFor(format))]) {
    const before = await rendered(reportOf(base), format);
    for (const { path, changed, leaf } of changesOf(base)) {
      const after = await rendered(reportOf(changed), format);
      if (after === before) continue;
      seen.add(path);
      if (String(leaf).includes('Zq') && !after.includes('Zq')) untold.add(path);
    }
  }
  const unseen = RULE_FIELDS.flatMap((field) => {
    const own = [...paths].filter((path) => fieldOf(path) === field);
    const left = own.filter((path) => !seen.has(path));
    return left.length === own.length ? [field] : left;
  });
  return { unseen: unseen.sort(), untold: [...untold] };
}

const fieldOf = (path: string): string => path.split('.', 1)[0] ?? '';

it('the finding has every field, and every value is changed', () => {
  const fields = Object.keys(FULL).filter((key) => key !== 'kind');
  expect(fields.sort()).toEqual([...RULE_FIELDS].sort());
  expect(new Set(CHANGES.map(({ path }) => fieldOf(path)))).toEqual(new Set(RULE_FIELDS));
  expect(CHANGES).toHaveLength(45);
});

describe('every field of a rule finding', () => {
  it.each(REPORTERS)('is in $id, or its reporter names it as missing', async (row) => {
    const { id } = row;
    const { ruleFieldsWithout: { fields = [] } = {} } = (await row.load()).findings;
    const missing = fields === 'all' ? RULE_FIELDS : fields;
    const { unseen, untold } = await shown(id);
    // What is missing is listed in `findings.ruleFieldsWithout` of the reporter.
    expect(unseen).toEqual([...missing].sort());
    expect(untold).toEqual([]);
  });
});
