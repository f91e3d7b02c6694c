/** `assay audit --scanners code` of 5,000 files, compared with parsing them alone. */

import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { inTurns, measure, type Bench, type Cost } from './measure.ts';

const FLOOR = fileURLToPath(new URL('parse-sources.mjs', import.meta.url));
const GRAMMARS = fileURLToPath(new URL('../dist/grammars', import.meta.url));
const FILES = 5000;
const MIB = 1024 * 1024;
const SOURCE = /(?<!\.d)\.(?:py|[cm]?js|jsx|[cm]?ts|tsx)$/u;

/**
 * Measures audits of up to 5,000 files of `sources`, half of them Python where there are enough,
 * copied below `folder`: the first one, and a second one with unchanged files. The floor is another
 * process of Node.js that parses the same files.
 */
export function codeAudit(
  assay: string,
  {
    sources,
    folder,
    rounds,
  }: { readonly sources: string; readonly folder: string; readonly rounds: number },
): readonly Bench[] {
  const root = path.join(folder, 'sources');
  const count = copySources(sources, root);
  const cache = path.join(folder, 'cache-of-audits');
  const flags = ['--scanners', 'code', '--config', 'none', '--quiet', '--cache-dir', cache];
  const audit = (): Cost =>
    measure([assay, 'audit', root, ...flags, '-f', 'json', '-o', path.join(folder, 'audit.json')]);
  const first = (): Cost => {
    rmSync(cache, { recursive: true, force: true });
    return audit();
  };
  const [cold, warm, floor] = inTurns(rounds, [
    first,
    audit,
    () => measure([FLOOR, root, GRAMMARS]),
  ]);
  const detail = {
    firstCpuMs: cold.cpuMs,
    secondCpuMs: warm.cpuMs,
    floorCpuMs: floor.cpuMs,
    firstRssMib: cold.rssMib,
  };
  return [
    {
      bench: `code, ${count} files, first audit: CPU / parsing alone`,
      of: '',
      ratio: cold.cpuMs / floor.cpuMs,
      target: 3,
      detail,
    },
    {
      bench: `code, ${count} files, second audit: CPU / first audit`,
      of: '',
      ratio: warm.cpuMs / cold.cpuMs,
      target: 0.2,
      detail,
    },
    {
      bench: `memory of code, ${count} files`,
      of: 'MB of peak RSS',
      ratio: (cold.rssMib * MIB) / 1e6,
      target: 400,
      detail,
    },
  ];
}

/**
 * Copies files into directories that no rule leaves out, evenly from the whole tree. Returns their
 * number.
 */
function copySources(from: string, to: string): number {
  const all = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size < 1_000_000)
    .sort();
  const python = all.filter((file) => file.endsWith('.py'));
  const others = all.filter((file) => !file.endsWith('.py'));
  const chosen = [...evenly(python, FILES / 2), ...evenly(others, FILES / 2)];
  for (const [index, file] of chosen.entries()) {
    const folder = path.join(to, `part-${index % 50}`);
    mkdirSync(folder, { recursive: true });
    copyFileSync(file, path.join(folder, `${index}-${path.basename(file)}`));
  }
  return chosen.length;
}

function evenly<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return all.filter(
    (_, index) =>
      Math.floor((index * count) / all.length) !== Math.floor(((index - 1) * count) / all.length),
  );
}
