/**
 * Secrets as trivy reports them: the given cases, and a real trivy beside Assay on the same files.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runScan } from '../../src/scan/pipeline/run-scan.ts';
import { ask } from '../support/command-line.ts';
import { missingForInterop } from '../support/interop.ts';
import { corpusOf } from '../support/secret-corpus/corpus.ts';
import { randomOf } from '../support/secret-corpus/random-text.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';
import { missingTrivy } from '../support/trivy-convert.ts';

const missing = missingForInterop() ?? missingTrivy();
const cases = sharedPath('conformance/trivy');
const noCases = missingForInterop() ?? (cases === undefined ? '../shared' : undefined);

interface Row {
  readonly Target: string;
  readonly RuleID: string;
  readonly Category: string;
  readonly Severity: string;
  readonly StartLine: number;
  readonly EndLine: number;
}
interface TrivyReport {
  readonly Results?: readonly {
    readonly Target: string;
    readonly Secrets?: readonly Omit<Row, 'Target'>[];
  }[];
}

const random = randomOf(27);
/** The script that the given cases are about, and that is not among them. */
const DEPLOY = `#!/bin/sh\n\nexport AWS_ACCESS_KEY_ID=${random.fill('AKIA{b32:16}')}\n\n\n\necho mysecret\n`;

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'assay-trivy-secrets-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): void {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

function rowsOf(text: string): readonly Row[] {
  const { Results = [] } = JSON.parse(text) as TrivyReport;
  return Results.flatMap(({ Target, Secrets = [] }) =>
    Secrets.map(({ RuleID, Category, Severity, StartLine, EndLine }) => ({
      ...{ Target, RuleID, Category, Severity, StartLine, EndLine },
    })),
  );
}

async function ours(tree: string, ...flags: readonly string[]): Promise<readonly Row[]> {
  const args = ['fs', path.join(folder, tree), '--scanners', 'secret', '--compat', 'trivy'];
  const env = { ASSAY_CACHE_DIR: path.join(folder, 'cache') };
  const setup = { cwd: folder, env, scan: runScan };
  const { stdout, stderr, exitCode } = await ask([...args, '-f', 'json', ...flags], setup);
  expect(exitCode, stderr).toBe(0);
  return rowsOf(stdout);
}

function theirs(tree: string, ...flags: readonly string[]): readonly Row[] {
  const args = [
    'fs',
    tree,
    '--scanners',
    'secret',
    '--offline-scan',
    '--quiet',
    '--format',
    'json',
  ];
  const { stdout, stderr, status } = spawnSync(
    process.env['ASSAY_TEST_TRIVY'] ?? '',
    [...args, '--cache-dir', path.join(folder, 'trivy-cache'), ...flags],
    { cwd: folder, encoding: 'utf8', timeout: 240_000, maxBuffer: 64 * 1024 * 1024 },
  );
  expect(status, stderr).toBe(0);
  return rowsOf(stdout).map((row) => ({ ...row, Target: row.Target.replace(`${tree}/`, '') }));
}

interface GivenSecret {
  readonly target: string;
  readonly rule: string;
  readonly category: string;
  readonly severity: string;
  readonly lines: readonly [number, number];
}

function byPlace(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((a, b) => a.Target.localeCompare(b.Target) || a.StartLine - b.StartLine);
}

/** Rules of a user have no category in Assay. */
function withoutOwnCategory(rows: readonly Row[]): readonly Row[] {
  return byPlace(rows).map((row) => (row.RuleID === 'mysecret' ? { ...row, Category: '' } : row));
}

describe.skipIf(noCases !== undefined)(`a given case with secrets${needs(noCases)}`, () => {
  const given = (cases === undefined ? [] : readdirSync(cases)).flatMap((name) => {
    const file = path.join(cases ?? '', name, 'expected.json');
    const read = name === 'osv' ? '{}' : readFileSync(file, 'utf8');
    const { expected } = JSON.parse(read) as {
      readonly expected?: { readonly secrets?: readonly GivenSecret[] };
    };
    const secrets = expected?.secrets ?? [];
    return secrets.length === 0 ? [] : [[name, secrets] as const];
  });

  it('is there', () => {
    expect(given.map(([name]) => name)).toEqual(['repository--secrets']);
  });

  it.each(given)('%s is answered as by trivy', async (name, secrets) => {
    const settings = path.join(cases ?? '', name, 'extra/trivy-secret.yaml');
    write(`${name}/trivy-secret.yaml`, readFileSync(settings));
    write(`${name}/deploy.sh`, DEPLOY);
    const rows = await ours(name, '--secret-config', settings);
    const wanted = secrets.map(({ target, rule, category, severity, lines }) => ({
      ...{ Target: target, RuleID: rule, Category: category, Severity: severity },
      ...{ StartLine: lines[0], EndLine: lines[1] },
    }));
    expect(withoutOwnCategory(rows)).toEqual(withoutOwnCategory(wanted));
    if (missing === undefined) {
      const real = theirs(name, '--secret-config', settings);
      expect(withoutOwnCategory(real)).toEqual(withoutOwnCategory(rows));
    }
  });
});

/**
 * Kinds that trivy names after a larger one, or after another publisher, and what Assay calls them.
 */
const OTHER_NAMES: readonly string[] = [
  ...['private-key openssh-private-key', 'shopify-token shopify-shared-secret'],
  'facebook-token facebook-app-secret',
  ...['heroku-api-key heroku-uuid-key', 'stripe-secret-token paystack-secret-key'],
  ...['mailgun-signing-key mailgun-token', 'slack-access-token slack-user-token'],
];

describe.skipIf(missing !== undefined)(`a real trivy on the same files${needs(missing)}`, () => {
  const CARRIERS = new Set(['env', 'javascript', 'yaml', 'json', 'file', 'history']);
  let real: readonly Row[];
  let rows: readonly Row[];

  beforeAll(async () => {
    for (const one of corpusOf(randomOf(270), 1)) {
      if (CARRIERS.has(one.carrier)) write(`tree/${one.format}/${one.path}`, one.bytes);
    }
    real = theirs('tree');
    rows = await ours('tree');
  });

  it('reports no secret that Assay does not report', () => {
    expect(real.length).toBeGreaterThan(100);
    const places = new Set(rows.map(({ Target, StartLine }) => `${Target} ${StartLine}`));
    const lost = real.filter(({ Target, StartLine }) => !places.has(`${Target} ${StartLine}`));
    expect(lost).toEqual([]);
  });

  it('names rules and categories as trivy-json does', () => {
    const others = real.flatMap((row) => {
      const here = rows.filter(
        ({ Target, StartLine }) => Target === row.Target && StartLine === row.StartLine,
      );
      const name = ({ RuleID, Category }: Row): string => `${RuleID} ${Category}`;
      if (here.some((one) => name(one) === name(row))) return [];
      return [`${row.RuleID} ${here.map(({ RuleID }) => RuleID).join()}`];
    });
    expect([...new Set(others)].filter((one) => !OTHER_NAMES.includes(one))).toEqual([]);
    expect(new Set(real.map(({ RuleID }) => RuleID)).size).toBeGreaterThan(40);
  });
});
