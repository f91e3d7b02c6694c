import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reports } from '../../../test/support/arbitraries.ts';
import { encodeReport, REPORT_SHAPES } from './codec.ts';

interface ObjectSchema {
  readonly description?: string;
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
  readonly additionalProperties?: unknown;
}
interface ReportSchema extends ObjectSchema {
  readonly $defs: Readonly<Record<string, ObjectSchema>>;
}

const schema = JSON.parse(
  readFileSync(new URL('../../../schema/assay-report-1.schema.json', import.meta.url), 'utf8'),
) as ReportSchema;
const schemas = new Map<string, ObjectSchema>([
  ...Object.entries(schema.$defs),
  ['report', schema],
]);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

describe('the published schema of the report', () => {
  it('accepts every report that the codec writes', () => {
    fc.assert(
      fc.property(reports, (report) => {
        validate(JSON.parse(JSON.stringify(encodeReport(report))));
        expect(validate.errors).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(REPORT_SHAPES))('has the fields of the codec: %s', (name, shape) => {
    const { required = [], properties = {} } = schemas.get(name) ?? {};
    expect([...required].sort()).toEqual([...shape.requiredFields].sort());
    const fields = [...shape.requiredFields, ...shape.optionalFields];
    expect(Object.keys(properties).sort()).toEqual(fields.sort());
  });

  it('describes objects of the codec only', () => {
    const objects = [...schemas].filter(([, { type }]) => type === 'object').map(([name]) => name);
    expect(objects.sort()).toEqual(Object.keys(REPORT_SHAPES).sort());
  });

  it.each([...schemas])('describes every field and allows additions: %s', (_, part) => {
    expect(part.description).toMatch(/\.$/);
    expect(part.additionalProperties).toBeUndefined();
    for (const field of Object.values(part.properties ?? {})) {
      expect(field.description).toMatch(/\.$/);
    }
  });

  it('refuses a report that lacks a field', () => {
    const [report] = fc.sample(reports, 1);
    if (report === undefined) throw new Error('no sample');
    const { verdict, ...others } = encodeReport(report) as Record<string, unknown>;
    expect(verdict).toBeDefined();
    expect(validate(others)).toBe(false);
  });
});
