/**
 * `assay fix --offline` of a lockfile with 10,000 packages and 500 findings, compared with a scan
 * of the same lockfile.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { inPairs, measure, type Bench, type Cost } from './measure.ts';

const PACKAGES = 10_000;
const FINDINGS = 500;
/** Each package requests so many packages behind it. */
const FAN_OUT = 3;

/**
 * Measures plans of a project below `folder` that no package manager tries: with a lockfile that no
 * run has read before, and with one whose packages and matches a scan takes from the cache.
 */
export function fixPlan(assay: string, folder: string, rounds: number): readonly Bench[] {
  const root = path.join(folder, 'large-project');
  writeProject(root, 0);
  const cache = path.join(folder, 'cache-of-fixes');
  const osv = path.join(folder, 'osv');
  writeAdvisories(osv);
  const common = ['--cache-dir', cache, '--config', 'none', '--offline'];
  measure([assay, 'db', 'import', osv, '--cache-dir', cache]);
  const scan = (): Cost => measure([assay, 'fs', root, ...common, '-f', 'json']);
  const plan = (): Cost => measure([assay, 'fix', root, ...common, '-f', 'json']);
  let written = 0;
  const first =
    (run: () => Cost): (() => Cost) =>
    () => {
      writeProject(root, (written += 1));
      return run();
    };
  const name = `fix --offline of ${PACKAGES} packages with ${FINDINGS} findings`;
  return [
    compared(`${name}, read for the first time`, rounds, [first(plan), first(scan)]),
    compared(`${name}, known to the cache`, rounds, [plan, scan]),
  ];
}

function compared(
  bench: string,
  rounds: number,
  runs: readonly [plan: () => Cost, scan: () => Cost],
): Bench {
  const { ratio, costs } = inPairs(rounds, runs);
  const [planned, scanned] = costs;
  const document = JSON.parse(planned.output) as {
    readonly findings: readonly unknown[];
    readonly projects: readonly { readonly steps: readonly unknown[] }[];
  };
  if (document.findings.length !== FINDINGS) {
    throw new Error(`${document.findings.length} findings, and not ${FINDINGS}`);
  }
  return {
    bench,
    of: 'CPU of `assay fix --offline` / CPU of `assay fs`',
    ratio,
    target: 2,
    detail: {
      planMs: planned.cpuMs,
      scanMs: scanned.cpuMs,
      rssMib: planned.rssMib,
      steps: document.projects.flatMap(({ steps: own }) => own).length,
    },
  };
}

function nameOf(index: number): string {
  return `p${index}`;
}

/**
 * The first packages are those of the project; each vulnerable one is requested by several others.
 * Another number makes another lockfile.
 */
function writeProject(root: string, number: number): void {
  const direct = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [nameOf(index), '^1.0.0']),
  );
  const manifest = { name: 'large', version: `1.0.${number}`, dependencies: direct };
  const rows: Record<string, object> = { '': manifest };
  for (let index = 0; index < PACKAGES; index += 1) {
    const dependencies: Record<string, string> = {};
    for (let step = 1; step <= FAN_OUT; step += 1) {
      const other = index * FAN_OUT + step;
      if (other < PACKAGES) dependencies[nameOf(other)] = index % 2 === 0 ? '^1.0.0' : '~1.0.0';
    }
    rows[`node_modules/${nameOf(index)}`] = { version: '1.0.0', dependencies };
  }
  mkdirSync(root, { recursive: true });
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(manifest));
  const lock = { ...manifest, lockfileVersion: 3, packages: rows };
  writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify(lock));
}

function writeAdvisories(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < FINDINGS; index += 1) {
    const id = `GHSA-${String(index).padStart(4, '0')}-aaaa-aaaa`;
    const name = nameOf(index * Math.floor(PACKAGES / FINDINGS));
    const affected = {
      package: { ecosystem: 'npm', name },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.2.0' }] }],
    };
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    const record = {
      id,
      modified: '2024-01-01T00:00:00Z',
      affected: [affected],
      severity: [{ type: 'CVSS_V3', score: vector }],
    };
    writeFileSync(path.join(folder, `${id}.json`), JSON.stringify(record));
  }
}
