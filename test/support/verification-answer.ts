/** Answers of `assay verify` and `assay verify-blob` with `-f json`. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../schema/assay-verification-1.schema.json', import.meta.url), 'utf8'),
) as object;
const isValid = new Ajv2020({ allErrors: true, strict: false }).compile(SCHEMA);

/** Reads an answer, and expects that it meets its published schema. */
export function readVerification(stdout: string): unknown {
  const answer: unknown = JSON.parse(stdout);
  expect([isValid(answer), isValid.errors]).toEqual([true, null]);
  return answer;
}
