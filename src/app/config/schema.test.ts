import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

const schema = JSON.parse(
  readFileSync(new URL('../../../schema/assay-config-1.schema.json', import.meta.url), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  schema,
);

/** The example of a page that is YAML and no shell. */
function examplesOf(page: string): readonly string[] {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```yaml\n(?<yaml>[^]*?)^```$/gmu)].map(
    ({ groups }) => groups?.['yaml'] ?? '',
  );
}

describe('the published schema of assay.yaml', () => {
  it.each([
    ...examplesOf('configuration.md').slice(0, 1),
    ...examplesOf('policies.md'),
    ...examplesOf('registry.md'),
    ...examplesOf('registry-policy.md'),
    'severity: HIGH,CRITICAL',
    'exit-code: 1\nquiet: true\ntimeout: 5m',
    'scan: {skip-dirs: [a], scanners: [vuln]}\nvulnerability: {type: [os], ignore-unfixed: true}',
    'server: http://localhost',
    'server: {addr: http://localhost}',
    'output:\nseverity: []',
    'allow-incomplete: true',
    'rego: {trace: true}',
    'registry: {username: [], password: []}',
    'registry: {rules: [{signature: true}, {attestation: true, action: warn}]}',
  ])('accepts what the reader takes: %.40s', (text) => {
    validate(load(text));
    expect(validate.errors).toBeNull();
  });

  it.each([
    'severty: HIGH',
    'exit-code: [1, 2]',
    'quiet: maybe',
    'timeout: {a: 1}',
    'scan: [a]',
    'scan: {skip-dir: a}',
    'policies: {p: high}',
    'registry: {rules: [{min-age: 3d, action: drop}]}',
    'registry: {block: [{package: left}]}',
    'policies: {p: {fial-on: high}}',
    'policies: {p: {fail-on: [{severty: high}]}}',
    'policies: {p: {fail-on: [{evidence: sure}]}}',
    'policies: {p: {exceptions: {require: [excuse]}}}',
    '- a',
  ])('refuses what the reader refuses or warns of: %s', (text) => {
    expect(validate(load(text))).toBe(false);
  });
});
