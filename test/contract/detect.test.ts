/** The list of detectors: it equals the directory, and the examples of each rule are its tests. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import type { DetectorRow, FileDetector } from '../../src/rules/detect/detector.ts';
import { BUILT_GROUPS, DETECTORS, detectorsOf } from '../../src/rules/detect/list.ts';
import type { Rule } from '../../src/rules/detect/rule.ts';
import { RULE_CATEGORIES } from '../../src/core/model/rule/rule-finding.ts';
import { RULE_SCANNERS } from '../../src/core/model/rule/rule-scanner.ts';
import { SEVERITIES } from '../../src/core/model/severity/severity.ts';
import { detected } from '../support/detected.ts';

/**
 * Directories that are no group: rows of all groups, and what several groups know of shell
 * commands.
 */
const SHARED: ReadonlySet<string> = new Set(['commands', 'rows']);
const ROOM = join(import.meta.dirname, '../../src/rules/detect');

const loaded = await Promise.all(
  DETECTORS.map(async (row) => ({ row, detector: await row.load() })),
);
/** Detectors may share a rule: the first one stands for it. */
const rules = loaded
  .flatMap(({ row, detector }) => detector.rules.map((rule) => ({ row, detector, rule })))
  .filter(({ rule }, index, all) => all.findIndex((one) => one.rule === rule) === index);
for (const { row, detector, rule } of rules) {
  if (row.kind === 'file') await (detector as FileDetector).prepare?.(rule.failing.path ?? '');
}
const cases = rules.map((one) => [one.rule.id, one] as const);
/** Kinds of secrets have examples that are made when tests run (`secret-corpus.test.ts`). */
const withExamples = cases.filter(([, { rule }]) => rule.category !== 'secret');

describe('the list of detectors', () => {
  it('has unique ids', () => {
    const ids = DETECTORS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('names every detector in the directory, and only those', async () => {
    const found = new Map<unknown, string>();
    for (const file of detectorFiles()) {
      const module = (await import(join(ROOM, file))) as Record<string, unknown>;
      for (const exported of Object.values(module)) {
        if (isDetector(exported)) found.set(exported, file);
      }
    }
    expect(found.size).toBe(DETECTORS.length);
    for (const { row, detector } of loaded) expect(found.get(detector)).toBe(`${row.id}.ts`);
  });

  it('has a folder and a file of rows for each group', () => {
    const groups = [...new Set(DETECTORS.map(({ id }) => id.split('/')[0]))].sort();
    expect(groups).toEqual(directories().filter((name) => !SHARED.has(name)));
    expect(groups.map((group) => `${group ?? ''}.ts`)).toEqual(
      readdirSync(join(ROOM, 'rows')).sort(),
    );
  });

  it.each(DETECTORS.map((row) => [row.id, row] as const))('%s is well formed', (_id, row) => {
    expect(RULE_SCANNERS).toContain(row.scanner);
    expect(row.version).toBeGreaterThan(0);
    for (const path of pathsOf(row)) expect(path).toMatch(/^\/.*[^/]$/);
  });

  it('gives no detector to an artifact that it does not look at', () => {
    expect(detectorsOf(['misconfig'], 'sbom')).toEqual([]);
    expect(detectorsOf([], 'image')).toEqual([]);
    for (const { artifacts } of detectorsOf(['misconfig'], 'directory')) {
      expect(artifacts ?? ['directory']).toContain('directory');
    }
  });
});

describe('all rules', () => {
  it('have unique ids', () => {
    const ids = rules.map(({ rule }) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have groups that rules of the user may not use', () => {
    for (const { rule } of rules) expect(BUILT_GROUPS).toContain(rule.id.split('/')[0]);
  });

  it('share no alias in a group', () => {
    const known = new Map<string, string>();
    for (const { rule } of rules) {
      for (const alias of rule.aliases) {
        const key = `${rule.id.split('/')[0] ?? ''} ${alias}`;
        expect(known.get(key), alias).toBeUndefined();
        known.set(key, rule.id);
      }
    }
  });

  it('have no alias that is the id of another rule', () => {
    const ids = new Set<string>(rules.map(({ rule }) => rule.id));
    expect(rules.flatMap(({ rule }) => rule.aliases).filter((alias) => ids.has(alias))).toEqual([]);
  });
});

it.each(cases)('%s is well formed', (id, { row, rule }) => {
  expect(id).toMatch(/^[a-z]+\/[a-z0-9]+(?:-[a-z0-9]+)*$/);
  expect(id.split('/')[0]).toBe(row.id.split('/')[0]);
  expect(RULE_CATEGORIES).toContain(rule.category);
  expect(SEVERITIES).toContain(rule.severity);
  expect(rule.title).toMatch(/^[a-zA-Z0-9].{3,80}[^.]$/);
  for (const text of [rule.why, rule.remedy]) expect(text).toMatch(/^[A-Z].{20,}/);
  for (const number of rule.cwe) expect(number).toBeGreaterThan(0);
});

describe.each(withExamples)('%s', (id, { row, detector, rule }) => {
  it('has two examples', () => {
    expect(rule.failing.text).not.toBe('');
    expect(rule.passing.text).not.toBe('');
  });

  it('reports its failing example once, with all that a rule says', () => {
    const found = detect(rule, 'failing').filter((draft) => draft.rule === id);
    expect(found).toHaveLength(1);
    const [draft] = found;
    expect(draft).toMatchObject({
      kind: 'rule',
      category: rule.category,
      severity: rule.severity,
      title: rule.title,
      cwe: rule.cwe,
      aliases: rule.aliases,
      remedy: rule.remedy,
    });
    expect(draft?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(draft?.message).toMatch(/^[A-Z"].*\.$/);
  });

  it('does not report its passing example', () => {
    expect(detect(rule, 'passing').filter((draft) => draft.rule === id)).toEqual([]);
  });

  it('gives the same fingerprint every time', () => {
    expect(detect(rule, 'failing')).toEqual(detect(rule, 'failing'));
  });

  function detect(of: Rule, which: 'failing' | 'passing'): ReturnType<typeof detected> {
    const example = of[which];
    if (row.kind !== 'file' && row.kind !== 'image' && row.kind !== 'tree') return [];
    return detected(detector as Parameters<typeof detected>[0], row.kind, example);
  }
});

function isDetector(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'rules' in value;
}

function pathsOf(row: DetectorRow): readonly string[] {
  if (row.kind === 'file') return row.files.paths ?? [];
  if (row.kind === 'tree') return [];
  return row.kind === 'image' ? (row.entries?.countedDirectories ?? []) : [];
}

function directories(): readonly string[] {
  return readdirSync(ROOM, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

function detectorFiles(): readonly string[] {
  return directories()
    .filter((name) => !SHARED.has(name))
    .flatMap((name) => readdirSync(join(ROOM, name)).map((file) => `${name}/${file}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
}
