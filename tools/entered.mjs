/**
 * Counts the source files and the functions that a scan enters, by the coverage that V8 measures:
 *
 *     node tools/entered.mjs [--dir CHECKOUT] [--json] [--list]
 *
 * The sources of CHECKOUT (default: this one) are compiled to one module each, not bundled.
 * Advisories are imported into an empty cache, then a lockfile and an image of two layers are
 * scanned, each with a cache of its own.
 *
 * - A file is loaded when its module was evaluated, and entered when one of its functions was
 *   called as well.
 * - A function of any kind counts: functions, methods, accessors, arrow functions and initializers
 *   of class members. Named are those for which V8 has a name, which may come from what the
 *   function is assigned to.
 *
 * `--list` adds the files and the names of their functions, `--json` prints JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { writeTargets } from './entered-targets.mjs';

/** V8's names for the initializers of class members, which the source does not name. */
const INITIALIZER = /^<\w+>$/;

/** What `tsc` puts in front of a module for syntax that Node 20 lacks. */
const COMPILER_HELPER = /^var (?<name>__\w+) = \(this && this\.\k<name>\) \|\| [^]*?^\}.*;$/gm;

const { values } = parseArgs({
  options: {
    dir: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const measured = measureCheckout(realpathSync(values.dir));
if (values.json) process.stdout.write(`${JSON.stringify(summaryOf(measured), null, 2)}\n`);
else printTable(summaryOf(measured));

/** Compiles a checkout and measures every scan. */
function measureCheckout(checkout) {
  // Beside the sources, so that the modules find the packages and the manifest of the checkout.
  const lib = mkdtempSync(path.join(checkout, '.dist-entered-'));
  const work = mkdtempSync(path.join(tmpdir(), 'assay-entered-'));
  try {
    compile(checkout, lib);
    const entry = entryOf(lib);
    const { load, scans } = writeTargets(work);
    const base = path.join(work, 'base');
    runCommand(entry, load, { directory: work, cache: base });
    const targets = Object.entries(scans).map(([target, args]) => {
      const cache = path.join(work, `cache-${target}`);
      // An empty cache apart from the advisories.
      mkdirSync(base, { recursive: true });
      cpSync(base, cache, { recursive: true });
      const coverage = path.join(work, `coverage-${target}`);
      runCommand(entry, args, { directory: work, cache, coverage });
      return [target, readCoverage(coverage, lib)];
    });
    return {
      sources: sourceLines(path.join(checkout, 'src')),
      targets: Object.fromEntries(targets),
    };
  } finally {
    rmSync(lib, { recursive: true, force: true });
    rmSync(work, { recursive: true, force: true });
  }
}

function compile(checkout, lib) {
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const options = [
    '-p',
    'tsconfig.build.json',
    '--outDir',
    lib,
    '--noCheck',
    '--declaration',
    'false',
  ];
  execFileSync(process.execPath, [tsc, ...options], { cwd: checkout, stdio: 'inherit' });
}

/** Returns the module that starts the command: the only `main.js`. */
function entryOf(lib) {
  const found = filesOf(lib).filter((file) => path.basename(file) === 'main.js');
  if (found.length !== 1) throw new Error(`expected one main.ts, found ${found.length}`);
  return path.join(lib, found[0]);
}

/** @throws where the command fails, because then less than a scan would be measured. */
function runCommand(entry, args, { directory, cache, coverage }) {
  const env = { PATH: process.env.PATH, HOME: directory, ASSAY_CACHE_DIR: cache };
  if (coverage !== undefined) env.NODE_V8_COVERAGE = coverage;
  const { status, stderr } = spawnSync(process.execPath, [entry, ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`"${args.join(' ')}" exited with ${status}: ${stderr}`);
}

/**
 * Returns, by source file, the functions that were called; every process and worker adds its own.
 */
function readCoverage(directory, lib) {
  const root = `${pathToFileURL(lib).href}/`;
  const called = new Map();
  for (const name of readdirSync(directory)) {
    const { result } = JSON.parse(readFileSync(path.join(directory, name), 'utf8'));
    for (const { url, functions } of result) {
      if (!url.startsWith(root)) continue;
      const file = `src/${url.slice(root.length).replace(/\.js$/, '.ts')}`;
      if (!called.has(file)) called.set(file, new Map());
      const helpers = compilerHelpers(readFileSync(fileURLToPath(url), 'utf8'));
      for (const { functionName, ranges } of functions) {
        const [{ startOffset, count }] = ranges;
        // The module itself, which is a function to V8.
        if (count === 0 || (functionName === '' && startOffset === 0)) continue;
        if (helpers.some(({ start, end }) => startOffset >= start && startOffset < end)) continue;
        called.get(file).set(startOffset, functionName);
      }
    }
  }
  return called;
}

function compilerHelpers(code) {
  return [...code.matchAll(COMPILER_HELPER)].map(({ index, 0: text }) => ({
    start: index,
    end: index + text.length,
  }));
}

/** Returns the number of lines of every source file but tests. */
function sourceLines(src) {
  const files = filesOf(src).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return new Map(
    files.map((file) => [
      `src/${file.replaceAll(path.sep, '/')}`,
      readFileSync(path.join(src, file), 'utf8').split('\n').length - 1,
    ]),
  );
}

function filesOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

function summaryOf({ sources, targets }) {
  const lines = (files) => median(files.map((file) => sources.get(file)));
  return {
    files: sources.size,
    medianLines: lines([...sources.keys()]),
    targets: Object.fromEntries(
      Object.entries(targets).map(([target, called]) => {
        const loaded = [...called.keys()].sort();
        const entered = loaded.filter((file) => called.get(file).size > 0);
        const functions = entered.flatMap((file) => [...called.get(file).values()]);
        return [
          target,
          {
            filesLoaded: loaded.length,
            filesEntered: entered.length,
            medianLinesLoaded: lines(loaded),
            medianLinesEntered: lines(entered),
            functionsNamed: functions.filter(isNamed).length,
            functionsOfAnyKind: functions.length,
            ...(values.list && { list: listOf(loaded, called) }),
          },
        ];
      }),
    ),
  };
}

/** Returns the names of the called functions by file, in the order of the source. */
function listOf(loaded, called) {
  const names = (file) =>
    [...called.get(file)].sort(([a], [b]) => a - b).map(([, name]) => name || '(anonymous)');
  return Object.fromEntries(loaded.map((file) => [file, names(file)]));
}

function isNamed(name) {
  return name !== '' && !INITIALIZER.test(name);
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function printTable(summary) {
  const { files, medianLines, targets } = summary;
  console.log(`all sources: ${files} files, median ${medianLines} lines`);
  for (const [target, counts] of Object.entries(targets)) {
    console.log(
      `${target}: ${counts.filesLoaded} files loaded (median ${counts.medianLinesLoaded} lines), ` +
        `${counts.filesEntered} entered (median ${counts.medianLinesEntered} lines); ` +
        `functions called: ${counts.functionsNamed} named, ${counts.functionsOfAnyKind} of any kind`,
    );
    for (const [file, names] of Object.entries(counts.list ?? {})) {
      console.log(`  ${file} (${names.length}): ${names.join(', ')}`);
    }
  }
}
