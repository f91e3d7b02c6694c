import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCommandLine } from '../../shell/run.ts';

let cwd = '';

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function assay(...args: readonly string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const take = (add: (text: string) => void) => ({
    write: (text: string, done?: (error?: Error | null) => void): boolean => {
      add(text);
      done?.();
      return true;
    },
  });
  const io = {
    stdout: take((text) => (stdout += text)),
    stderr: take((text) => (stderr += text)),
    env: { PATH: process.env['PATH'], ASSAY_AS_OF: '2025-06-01' },
    cwd,
  };
  const exitCode = await runCommandLine(args, io);
  return { exitCode, stdout, stderr };
}

/** Writes an npm project and the report of a scan of it. */
async function scanned(name: string, version: string, ...flags: string[]): Promise<string> {
  mkdirSync(path.join(cwd, name), { recursive: true });
  const lock = {
    name,
    lockfileVersion: 3,
    packages: { '': { name }, 'node_modules/lodash': { version, license: 'MIT' } },
  };
  writeFileSync(path.join(cwd, name, 'package-lock.json'), JSON.stringify(lock));
  const { exitCode, stderr } = await assay(
    ...['fs', path.join(cwd, name), '--cache-dir', 'cache', '--offline', '-o', `json=${name}.json`],
    ...flags,
  );
  expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining('ERROR')]);
  return `${name}.json`;
}

/** A copy of a report with some of its text replaced. */
function edited(name: string, from: string | RegExp, to: string): string {
  const text = readFileSync(path.join(cwd, name), 'utf8');
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(path.join(cwd, 'edited.json'), changed);
  return 'edited.json';
}

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-gate-'));
  const record = {
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2024-01-01T00:00:00Z',
    published: '2024-01-01T00:00:00Z',
    summary: 'Command injection in lodash',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name: 'lodash' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '4.17.21' }] }],
      },
    ],
  };
  writeFileSync(path.join(cwd, 'GHSA.json'), JSON.stringify(record));
  const loaded = await assay('db', 'import', path.join(cwd, 'GHSA.json'), '--cache-dir', 'cache');
  expect(loaded.exitCode).toBe(0);
  writeFileSync(path.join(cwd, 'no.json'), 'none');
  await scanned('bad', '4.17.20');
  await scanned('good', '4.17.21');
  await scanned('brief', '4.17.20', '--severity', 'CRITICAL');
});

afterAll(() => rmSync(cwd, { recursive: true }));

describe('assay gate', () => {
  it.each<[string, readonly string[], number]>([
    ['nothing asked: whatever is found fails', ['bad.json'], 1],
    ['a report without findings', ['good.json'], 0],
    ['one of two fails', ['good.json', 'bad.json', '--fail-on', 'high'], 1],
    ['a condition that nothing meets', ['bad.json', '--fail-on', 'critical'], 0],
    ['trivy words', ['bad.json', '--exit-code', '9', '--severity', 'HIGH,CRITICAL'], 9],
    ['what is shown does not decide', ['bad.json', '--fail-on', 'high', '-s', 'CRITICAL'], 1],
    ['a dry run', ['bad.json', '--fail-on', 'high', '--dry-run'], 0],
    ['a bound on the age of data', ['bad.json', '--db-max-age', '7d'], 4],
    ['a report that leaves out what is asked about', ['brief.json', '--fail-on', 'high'], 6],
    ['the same, let pass', ['brief.json', '--fail-on', 'high', '--allow-incomplete=filtered'], 0],
    ['a report that leaves out what is not', ['brief.json', '--fail-on', 'critical'], 0],
    ['a report that is not there', ['none.json'], 3],
    ['a folder', ['bad'], 3],
    ['no JSON', ['no.json'], 3],
    ['another JSON', ['GHSA.json'], 3],
    ['a bad condition', ['bad.json', '--fail-on', 'hihg'], 2],
    ['a command and a dry run', ['bad.json', '--dry-run', '--', 'true'], 2],
    ['a command and --exit-code 0', ['bad.json', '--exit-code', '0', '--', 'true'], 2],
    ['no command behind --', ['bad.json', '--'], 2],
    ['standard input twice', ['-', '-'], 2],
  ])('%s', async (_name, args, exitCode) => {
    expect((await assay('gate', ...args)).exitCode).toBe(exitCode);
  });

  it('says what decided and how to check again, and nothing else', async () => {
    const { stdout } = await assay('gate', 'bad.json', '--fail-on', 'high+fixable');
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      `${path.join(cwd, 'bad')} (npm)`,
      'Total: 1 (UNKNOWN: 0, LOW: 0, MEDIUM: 0, HIGH: 1, CRITICAL: 0)',
      '',
      'Verdict: FAIL (exit code 1)',
      '  Found    1 finding: 1 high',
      expect.stringContaining('  Warning  the advisory data of osv (Node.js) is of 2024-01-01'),
      expect.stringMatching(/^ {11}\S/u),
      '  Rule     --fail-on high+fixable: 1 finding meets "high+fixable"',
      '           HIGH  GHSA-aaaa-bbbb-cccc  lodash 4.17.20  -> 4.17.21',
      '  Cure     upgrade lodash 4.17.20 to 4.17.21 (clears 1 finding)',
      `  Run      (cd ${path.join(cwd, 'bad')} && npm pkg set 'overrides[lodash@4]=4.17.21' && npm install)`,
      '  Check    assay gate bad.json --fail-on high+fixable',
      '',
    ]);
  });

  it('writes the verdict for programs', async () => {
    await assay('gate', 'bad.json', '--fail-on', 'high', '-o', 'verdict=verdict.json');
    expect(JSON.parse(readFileSync(path.join(cwd, 'verdict.json'), 'utf8'))).toMatchObject({
      kind: 'assay-verdict',
      status: 'fail',
      exitCode: 1,
      artifacts: [{ reference: path.join(cwd, 'bad'), kind: 'directory' }],
      causes: [
        {
          rule: '--fail-on high',
          exitCode: 1,
          findings: [
            { name: 'GHSA-aaaa-bbbb-cccc', packageName: 'lodash', fixedVersion: '4.17.21' },
          ],
        },
      ],
      cure: { upgrades: [{ packageName: 'lodash', from: '4.17.20', to: '4.17.21' }] },
    });
  });

  it('judges by exceptions of now, not by those of the scan', async () => {
    writeFileSync(path.join(cwd, 'accepted'), 'GHSA-aaaa-bbbb-cccc # until the next release\n');
    expect((await assay('gate', 'bad.json', '--ignorefile', 'accepted')).exitCode).toBe(0);
    const report = await scanned('accepting', '4.17.20', '--ignorefile', 'accepted');
    expect((await assay('gate', report)).exitCode).toBe(1);
  });
});

describe('reports that do not hold together', () => {
  it('are looked for where the message says', async () => {
    const { exitCode, stderr } = await assay('gate', 'absent.json');
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`looked for at "${path.join(cwd, 'absent.json')}"`);
  });

  it.each<[string, string | RegExp, string, string]>([
    ['of a later schema', '"schemaVersion": 1', '"schemaVersion": 2', 'of schema 2'],
    ["trivy's", '"schemaVersion": 1', '"SchemaVersion": 2', "trivy's JSON"],
    ['cut off', /"coverage"[^]*$/u, '', 'is not a report'],
    ['empty', /^[^]*$/u, ' ', 'is empty'],
    [
      'without an artifact',
      /"results": \[[^]*\n {2}\],\n {2}"advisories"/u,
      '"results": [], "advisories"',
      'it has no artifact',
    ],
    [
      'a severity that nobody gave',
      /("kind": "vulnerability",\s+"id": "[0-9a-f]+",\s+"severity": )"high"/u,
      '$1"low"',
      'rates "GHSA-aaaa-bbbb-cccc" low',
    ],
    [
      'a finding of another package',
      /"packageId": "pkg:npm\/lodash@4\.17\.20"/u,
      '"packageId": "pkg:npm/lodash@4.17.21"',
      'is not there',
    ],
    [
      'another id',
      /("kind": "vulnerability",\s+"id": )"[0-9a-f]+"/u,
      '$1"0123456789abcdef"',
      'the id is of another finding',
    ],
    [
      'an advisory under another name',
      /"id": "GHSA-aaaa-bbbb-cccc"/u,
      '"id": "GHSA-0000-0000-0000"',
      'is filed under',
    ],
    ['a time that is none', '"startedAt": "2025', '"startedAt": "last 2025', 'is not an instant'],
    ['a field of another type', '"durationMs": ', '"durationMs": "a"+', 'is not a report'],
  ])('%s', async (_name, from, to, message) => {
    const { exitCode, stderr, stdout } = await assay('gate', edited('bad.json', from, to));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  it('a list of packages says nothing of vulnerabilities', async () => {
    const report = await scanned('listed', '4.17.20', '--scanners', 'packages');
    expect((await assay('gate', report)).exitCode).toBe(4);
    expect((await assay('gate', report, '--min-evidence', 'verified')).exitCode).toBe(0);
  });
});

describe('reports that somebody played with', () => {
  type Node = Record<string, unknown> | unknown[];

  /** All places of a document, as the holder and the key. */
  function places(value: unknown): readonly { readonly holder: Node; readonly key: string }[] {
    if (typeof value !== 'object' || value === null) return [];
    const holder = value as Node;
    return Object.entries(holder).flatMap(([key, inner]) => [{ holder, key }, ...places(inner)]);
  }

  it('end with a verdict or a refusal, and never with a bug', async () => {
    const text = readFileSync(path.join(cwd, 'bad.json'), 'utf8');
    const change = fc.tuple(fc.nat(), fc.option(fc.jsonValue({ maxDepth: 2 })));
    const known = new Set([0, 1, 3, 4, 6, 8]);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const document = JSON.parse(text) as Record<string, unknown>;
        for (const [at, value] of changes) {
          const all = places(document);
          const { holder, key } = all[at % Math.max(all.length, 1)] ?? { holder: [], key: '0' };
          if (value === null) Reflect.deleteProperty(holder, key);
          else Reflect.set(holder, key, value);
        }
        writeFileSync(path.join(cwd, 'played.json'), JSON.stringify(document));
        const { exitCode, stderr } = await assay('gate', 'played.json', '--fail-on', 'low');
        expect(known.has(exitCode), `${exitCode}: ${stderr}`).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each<[string, string]>([
    ['lists in lists', '['.repeat(200_000)],
    ['objects in objects', `${'{"results":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    [
      'names of the language',
      '{"__proto__": {"schemaVersion": 1}, "constructor": 1, "schemaVersion": 1}',
    ],
  ])('%s', async (_name, text) => {
    writeFileSync(path.join(cwd, 'played.json'), text);
    expect((await assay('gate', 'played.json')).exitCode).toBe(3);
  });

  it('terminal sequences do not reach the terminal', async () => {
    const name = edited(
      'bad.json',
      '"summary": "Command',
      String.raw`"summary": "\u001b[2J\u0007Command`,
    );
    const both = await assay('gate', name, '-f', 'table');
    expect(both.stdout + both.stderr).not.toContain('\u001B[2J');
  });
});
