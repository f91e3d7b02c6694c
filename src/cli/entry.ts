#!/usr/bin/env node
/**
 * What `assay.js` of the built command is: it loads the other files of the bundle, with what V8 made of them when they
 * were built (`tools/code-cache.mjs`), so that they need not be compiled at each start. V8 takes that of its own version
 * and flags alone, and compiles the file where it does not.
 *
 * V8 tells code by its length. That a cache belongs to its file is known from the file's name, which has a hash of it.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** Ends the name of what V8 made of a file. */
const CACHE_SUFFIX = '.cache';

/**
 * Most runs are over before optimizing pays, and spent a quarter of their processor time on it. Known of V8 11.3, which
 * Node 20 has; others do as they do.
 */
const PATIENCE = [
  // How much a function runs before V8 optimizes it, in its own measure: six times as much as V8 asks for.
  '--interrupt-budget=400000',
  // Only the smallest functions become parts of their callers: with the large ones the same code was compiled many times.
  '--max-inlined-bytecode-size=60',
  '--max-inlined-bytecode-size-cumulative=60',
];

type Exports = Readonly<Record<string, unknown>>;

interface LoadedFile {
  exports: Exports;
}

const loaded = new Map<string, LoadedFile>();
const requireBuiltIn = createRequire(import.meta.url);

// Before anything is loaded: what V8 made of a file is good for one set of flags.
if (process.versions.v8.startsWith('11.3.')) for (const flag of PATIENCE) setFlagsFromString(flag);

load(path.join(import.meta.dirname, 'chunks/main.js'));

function load(file: string): Exports {
  const known = loaded.get(file);
  if (known !== undefined) return known.exports;
  const module: LoadedFile = { exports: {} };
  loaded.set(file, module);
  const folder = path.dirname(file);
  const run = compile(file).runInThisContext() as (...values: readonly unknown[]) => void;
  const require = (id: string): unknown =>
    id.startsWith('.') ? load(path.join(folder, id)) : requireBuiltIn(id);
  run(module.exports, require, module, file, folder);
  return module.exports;
}

function compile(file: string): Script {
  const code = readFileSync(file, 'utf8');
  const cachedData = readCache(file);
  return new Script(
    `(function (exports, require, module, __filename, __dirname) {'use strict';${code}\n})`,
    { filename: file, ...(cachedData && { cachedData }) },
  );
}

/** Of files without a cache nothing is said: they are compiled. */
function readCache(file: string): Buffer | undefined {
  try {
    return readFileSync(`${file}${CACHE_SUFFIX}`);
  } catch {
    return undefined;
  }
}
