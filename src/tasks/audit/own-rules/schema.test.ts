/** The published schema of files with rules against their reader. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { readRules } from './read-rules.ts';

const schema = JSON.parse(
  readFileSync(new URL('../../../../schema/assay-rules-1.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({
  strict: true,
  // A rule needs one of several languages.
  strictRequired: false,
  allErrors: true,
  allowUnionTypes: true,
}).compile(schema);

/** The examples of the page that are whole files. */
const EXAMPLES = [
  ...readFileSync(new URL('../../../../docs/writing-rules.md', import.meta.url), 'utf8').matchAll(
    /^```yaml\n(?<yaml>[^]*?)^```$/gmu,
  ),
]
  .map(({ groups }) => groups?.['yaml'] ?? '')
  .filter((text) => /^(?:rules|sources):/u.test(text));

const HEAD = 'id: acme/a, title: t, severity: high, remedy: R.,';

const ACCEPTED = [
  ...EXAMPLES,
  `rules: [{${HEAD} python: {search: 'a.b($X)'}}]`,
  `rules: {${HEAD} python: {search: ['a.b($X)']}}`,
  `rules: [{${HEAD} cwe: 89, confidence: low, kind: sql, why: W., javascript: {sinks: [{pattern: 'a.b($SINK)', when: html, deep: true, not: 'a.b(1)'}]}}]`,
  `rules: [{${HEAD} python: {search: [{pattern: 'a.b($X)', where: {X: '^0'}}]}}]`,
  'sanitizers: [{language: python, name: a.b, kinds: [all]}]',
];

const REFUSED = [
  '{}',
  'rules: []',
  `rules: [{${HEAD}}]`,
  `rules: [{${HEAD} python: {}}]`,
  `rules: [{${HEAD} python: {search: []}}]`,
  `rules: [{${HEAD} pyhton: {search: ['a.b($X)']}}]`,
  `rules: [{${HEAD.replace('acme/a', 'Acme')} python: {search: ['a.b($X)']}}]`,
  `rules: [{${HEAD.replace('high', 'huge')} python: {search: ['a.b($X)']}}]`,
  `rules: [{${HEAD} kind: sqll, python: {search: ['a.b($X)']}}]`,
  `rules: [{${HEAD} python: {sinks: [{pattern: 'a.b($SINK)', when: never}]}}]`,
  'sources: [{language: ruby, name: a.b}]',
  'sanitizers: [{language: python, name: a.b}]',
  'handlers: [{language: python, decorater: a.b}]',
];

function isRead(text: string): boolean {
  try {
    return readRules([{ path: 'rules.yaml', bytes: Buffer.from(text) }]).unread.length === 0;
  } catch {
    return false;
  }
}

describe('the published schema of files with rules', () => {
  it('is tried with examples of the page', () => {
    expect(EXAMPLES.length).toBeGreaterThan(1);
  });

  it.each(ACCEPTED)('accepts what the reader takes: %.60s', (text) => {
    expect(isRead(text)).toBe(true);
    validate(load(text));
    expect(validate.errors).toBeNull();
  });

  it.each(REFUSED)('refuses what the reader refuses: %s', (text) => {
    expect(isRead(text)).toBe(false);
    expect(validate(load(text))).toBe(false);
  });
});
