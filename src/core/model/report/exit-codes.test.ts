import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXIT_CAUSES, EXIT_CODES, decidingCauses, type ExitCause } from './exit-codes.ts';

/** A schema with a verdict in it, as far as it is read here. */
interface Schema {
  readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
}

function schemaOf(name: string): Schema & { readonly $defs: Readonly<Record<string, Schema>> } {
  const path = new URL(`../../../../schema/assay-${name}-1.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof schemaOf>;
}

const causes = Object.entries<ExitCause>(EXIT_CAUSES);

describe('the exit causes', () => {
  it('have the codes of the contract', () => {
    expect(EXIT_CODES).toMatchObject({
      ...{ pass: 0, findings: 1, usage: 2, target: 3, advisoryData: 4, tampered: 5 },
      ...{ incomplete: 6, nothingToScan: 8, endOfLife: 1, internal: 70, interrupted: 130 },
      ...{ untrustedSource: 7, unsigned: 10, noImage: 11, signatureRefused: 12, noCertificate: 13 },
    });
  });

  it('are distinct, unless a flag gives the code', () => {
    const fixed = causes.filter(([, { flag }]) => flag === undefined).map(([, { code }]) => code);
    expect(new Set(fixed).size).toBe(fixed.length);
    for (const code of fixed) expect(code).toBeLessThanOrEqual(255);
  });

  it('decide in the order of the contract, each with its own rank', () => {
    const deciding = decidingCauses();
    const contract = ['tampering', 'signature', 'source', 'findings', 'end of life', 'incomplete'];
    expect([...new Set(deciding.map(({ decides }) => decides.name))]).toEqual(contract);
    const signatures = deciding.filter(({ decides }) => decides.name === 'signature');
    expect(signatures.map(({ code }) => code)).toEqual([12, 13, 11, 10]);
    // A group is one run: nothing of another group lies within it.
    const names = deciding.map(({ decides }) => decides.name);
    expect(names.filter((name, index) => name !== names[index - 1])).toEqual(contract);
    expect(new Set(deciding.map(({ decides }) => decides.rank)).size).toBe(deciding.length);
  });

  it.each(['report', 'verdict'])('have the statuses of the published schema of a %s', (name) => {
    const schema = schemaOf(name);
    const verdict = name === 'verdict' ? schema : schema.$defs['verdict'];
    const statuses = new Set(['pass', ...decidingCauses().map(({ decides }) => decides.status)]);
    expect(new Set(verdict?.properties['status']?.enum)).toEqual(statuses.add('notAsked'));
  });
});
