#!/usr/bin/env node
/**
 * The `assay.js` of the built command: it loads the other files of the bundle with V8's code cache
 * from the build (`tools/code-cache.mjs`), so that they are not compiled at each start. V8 accepts
 * a cache of its own version and flags only, and otherwise compiles the file.
 *
 * V8 identifies code by its length. A cache is matched to its file by the file's name, which
 * contains a hash.
 *
 * The code cache of Node's own modules is part of Node, and valid for its usual flags. So the
 * modules that a scan needs, which the build has listed, are loaded before a flag is set:
 * afterwards each would be compiled, which takes several times as long.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Script } from 'node:vm';

/** Ends the name of what V8 made of a file. */
const CACHE_SUFFIX = '.cache';
/** Names of Node's modules, as JSON. */
const BUILT_INS = path.join(import.meta.dirname, 'chunks/built-ins.json');

/**
 * Most runs are over before optimizing pays, and spent a quarter of their processor time on it.
 * Known of V8 11.3, which Node 20 has; others do as they do.
 */
const FLAGS = [
  // How much a function runs before V8 optimizes it, in its own measure: six times as much as V8
  // asks for.
  '--interrupt-budget=400000',
  // Only the smallest functions become parts of their callers: with the large ones the same code
  // was compiled many times.
  '--max-inlined-bytecode-size=60',
  '--max-inlined-bytecode-size-cumulative=60',
  // How much a function of WebAssembly runs before V8 optimizes it, in its own measure: 55 times as
  // much as V8 asks for. The parser of HTTP would be optimized after the first answer, which takes
  // longer than the run of most commands.
  '--wasm-tiering-budget=100000000',
  // New objects get 1 MiB and no more, where V8 goes up to 16: scans take a sixth less memory and
  // the same processor time.
  '--semi-space-growth-factor=1',
];

type Exports = Readonly<Record<string, unknown>>;

interface LoadedFile {
  exports: Exports;
}

const loaded = new Map<string, LoadedFile>();

let isPrepared = false;
/** Held, so that reading them does something: reading them loads what they are made of. */
let streams: readonly unknown[] = [];

load(path.join(import.meta.dirname, 'chunks/main.js'));

function load(file: string): Exports {
  const known = loaded.get(file);
  if (known !== undefined) return known.exports;
  const module: LoadedFile = { exports: {} };
  loaded.set(file, module);
  const folder = path.dirname(file);
  const run = compile(file).runInThisContext() as (...values: readonly unknown[]) => void;
  const require = (id: string): unknown =>
    id.startsWith('.') ? load(path.join(folder, id)) : process.getBuiltinModule(id);
  run(module.exports, require, module, file, folder);
  return module.exports;
}

function compile(file: string): Script {
  // The build writes them in ASCII.
  const code = readFileSync(file, 'latin1');
  const cachedData = readCache(file);
  // What V8 made of a file is good for one set of flags. Files without a cache are small.
  if (cachedData !== undefined && !isPrepared) prepare();
  return new Script(
    `(function (exports, require, module, __filename, __dirname) {'use strict';${code}\n})`,
    { filename: file, ...(cachedData && { cachedData }) },
  );
}

function prepare(): void {
  isPrepared = true;
  loadBuiltIns();
  streams = [process.stdout, process.stderr, ...streams];
  if (!process.versions.v8.startsWith('11.3.')) return;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of FLAGS) setFlagsFromString(flag);
}

/** Without the list they are loaded when they are asked for. */
function loadBuiltIns(): void {
  try {
    const names = JSON.parse(readFileSync(BUILT_INS, 'utf8')) as readonly string[];
    for (const name of names) process.getBuiltinModule(name);
  } catch {
    // So are they where it is of no use.
  }
}

/** Returns the code cache of a file. Files without a cache are compiled, without a message. */
function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(`${file}${CACHE_SUFFIX}`);
  } catch {
    return undefined;
  }
}
