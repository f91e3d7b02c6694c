import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import { readExceptions } from './read-exceptions.ts';

const SCHEMA = new URL('../../../../schema/assay-ignore-1.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as object,
);

describe('the published schema of .assayignore.yaml', () => {
  it.each([
    ['- id: A-1', true],
    [
      '- id: A-1\n  package: a@1\n  path: x\n  purl: pkg:npm/a\n  reason: r\n  owner: o\n  expires: 2030-01-01',
      true,
    ],
    ['- paths: [a, b]', true],
    ['- fingerprint: 0123456789abcdef0123456789abcdef', true],
    ['- id: secret/token\n  category: secret', true],
    ['- category: secret', false],
    ['- id: A-1\n  category: secrets', false],
    ['- purls: [pkg:npm/a]', true],
    ['- reason: all', false],
    ['- id: A-1\n  ticket: 7', false],
    ['- id: [A-1]', false],
    ['- id: A-1\n  paths: [[a]]', false],
    ['- A-1', false],
  ])('takes what the reader takes: %s', (entry, isTaken) => {
    const bytes = new TextEncoder().encode(`exceptions:\n${entry}\n`);
    const { entries, problems } = readExceptions('.assayignore.yaml', bytes, 0);
    expect([entries.length, problems.length]).toEqual(isTaken ? [1, 0] : [0, 1]);
    const [document] = readYamlDocuments('', bytes);
    expect(validate(JSON.parse(JSON.stringify(document?.root)))).toBe(isTaken);
  });
});
