/**
 * Scans of packages alone, by this build and by an earlier one that the variable ASSAY_BENCH_BEFORE
 * names: what rules cost where no rule is asked for. Nothing is cached, so that all files are read.
 */

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { manyFiles } from './many-files.ts';
import { inPairs, measure, type Bench, type Cost } from './measure.ts';

const ENTRIES = 300_000;
const PROJECTS = 400;
/** An ordinary scan may cost 3 % more. */
const TARGET = 1.03;
const ADVISORY = {
  id: 'OWN-1',
  modified: '2024-01-01T00:00:00Z',
  affected: [{ package: { ecosystem: 'npm', name: 'none' }, versions: ['1.0.0'] }],
};

/** Measures both; empty, with the reason on standard error, where there is no earlier build. */
export function againstEarlierBuild(
  assay: string,
  folder: string,
  rounds: number,
): readonly Bench[] {
  const before = process.env['ASSAY_BENCH_BEFORE'];
  if (before === undefined || !existsSync(before)) {
    console.error(
      'earlier build: not measured, because ASSAY_BENCH_BEFORE names no earlier dist/bin/assay.js',
    );
    return [];
  }
  writeFileSync(path.join(folder, 'before-advisory.json'), JSON.stringify(ADVISORY));
  const archive = manyFiles(path.join(folder, 'before.tar'), ENTRIES, 'usr/share');
  const tree = writeTree(path.join(folder, 'before-tree'));
  return [
    compared(`cold scan of ${ENTRIES} entries`, ['image', '--input', archive]),
    compared(`cold scan of ${PROJECTS} npm projects`, ['fs', tree]),
  ];

  function compared(bench: string, target: readonly string[]): Bench {
    const run = (command: string) => (): Cost => {
      const cache = path.join(folder, 'before-cache');
      const data = ['--advisories', path.join(folder, 'before-advisory.json')];
      const flags = ['--scanners', 'vuln', '--allow-empty', '--offline', '--cache-dir', cache];
      const cost = measure([command, ...target, ...data, ...flags, '--quiet', '-f', 'json']);
      rmSync(cache, { recursive: true, force: true });
      return cost;
    };
    const { ratio, costs } = inPairs(rounds, [run(assay), run(before ?? '')]);
    const [now, earlier] = costs;
    return {
      ...{ bench: `${bench}, packages alone`, of: 'CPU of this build / CPU of an earlier one' },
      ...{ ratio, target: TARGET },
      detail: { cpuMs: now.cpuMs, earlierCpuMs: earlier.cpuMs, rssMib: now.rssMib },
    };
  }
}

/** Projects with a lockfile and sources, Dockerfiles and workflows, at which only rules look. */
function writeTree(folder: string): string {
  for (let index = 0; index < PROJECTS; index += 1) {
    const project = path.join(folder, `project-${index}`);
    mkdirSync(path.join(project, 'src'), { recursive: true });
    const packages = Object.fromEntries(
      Array.from({ length: 50 }, (_, at) => [
        `node_modules/package-${at}`,
        { version: `1.${index}.${at}` },
      ]),
    );
    const lock = { lockfileVersion: 3, packages: { '': { name: `app-${index}` }, ...packages } };
    writeFileSync(path.join(project, 'package-lock.json'), JSON.stringify(lock));
    writeFileSync(path.join(project, 'Dockerfile'), 'FROM debian:12\nRUN apt-get update\n');
    for (let file = 0; file < 20; file += 1) {
      writeFileSync(
        path.join(project, `src/file-${file}.js`),
        'export const one = 1;\n'.repeat(200),
      );
    }
  }
  return folder;
}
