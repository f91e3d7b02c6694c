import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reports } from '../../../test/support/arbitraries.ts';
import { fullReport } from '../../../test/support/reports.ts';
import { jsonPieces } from './json-pieces.ts';
import type { Report } from '../model/report/report.ts';
import { streamVerdict, VERDICT_SHAPES } from './verdict-document.ts';

interface ObjectSchema {
  readonly description?: string;
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

const schema = JSON.parse(
  readFileSync(new URL('../../../schema/assay-verdict-1.schema.json', import.meta.url), 'utf8'),
) as ObjectSchema & { readonly $defs: Readonly<Record<string, ObjectSchema>> };
const schemas = new Map([...Object.entries(schema.$defs), ['verdict', schema] as const]);
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

function encodedVerdict(report: Report): unknown {
  return JSON.parse([...jsonPieces(streamVerdict(report))].join(''));
}

describe('the published schema of verdict.json', () => {
  it('accepts the verdict of every report', () => {
    fc.assert(
      fc.property(reports, (report) => {
        validate(JSON.parse(JSON.stringify(encodedVerdict(report))));
        expect(validate.errors).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it.each(Object.entries(VERDICT_SHAPES))('has the fields of the codec: %s', (name, shape) => {
    const { required = [], properties = {} } = schemas.get(name) ?? {};
    expect([...required].sort()).toEqual([...shape.requiredFields].sort());
    const fields = [...shape.requiredFields, ...shape.optionalFields];
    expect(Object.keys(properties).sort()).toEqual(fields.sort());
    for (const field of Object.values(properties)) expect(field.description).toMatch(/\.$/u);
  });

  it('describes objects of the codec only', () => {
    const objects = [...schemas].filter(([, { type }]) => type === 'object').map(([name]) => name);
    expect(objects.sort()).toEqual(Object.keys(VERDICT_SHAPES).sort());
  });

  it('names what decides, and each package to upgrade', () => {
    expect(JSON.parse(JSON.stringify(encodedVerdict(fullReport())))).toMatchObject({
      artifacts: [{ reference: 'app:1.2', kind: 'image' }],
      suppressedCount: 1,
      gapCount: 1,
    });
  });
});
