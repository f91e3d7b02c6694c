/**
 * The packages that the sources of a Go module import.
 *
 * Source: The Go Programming Language Specification, "Source file organization" and "Import
 * declarations"; `go help packages` (directories that are left out), `go help buildconstraint`.
 *
 * Sources are not copied. Go needs to know which packages of a module are imported, so that it
 * keeps the requirements of these packages. Therefore the copy gets one file with these import
 * paths, which this room writes.
 */

import type { Dirent } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';

import { compareText } from '../../../../core/base/compare.ts';
import { systemCode } from '../../../../core/base/system-code.ts';

/** Larger than the sources of Kubernetes. */
const MAX_FILES = 50_000;
const MAX_DEPTH = 64;
/** Import declarations stand at the beginning of a file. */
const HEAD_BYTES = 64 * 1024;
const IGNORED = /^\/\/(?:go:build|[ \t]*\+build)[ \t](?:.*[^!\w])?ignore\b/mu;
const IMPORT_PATH = /^[A-Za-z0-9._~+/-]{1,500}$/u;
const SKIPPED = /^[._]|^testdata$|^vendor$/u;

/** Returns the import paths of all sources below a directory, without those of nested modules. */
export async function sourceImports(directory: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const queue = [{ path: directory, depth: 0 }];
  let fileCount = 0;
  for (const { path, depth } of queue) {
    const entries = await entriesOf(path);
    if (depth > 0 && entries.some(({ name }) => name === 'go.mod')) continue;
    for (const entry of entries) {
      const child = join(path, entry.name);
      if (entry.isDirectory() && depth < MAX_DEPTH && !SKIPPED.test(entry.name)) {
        queue.push({ path: child, depth: depth + 1 });
      }
      if (!entry.isFile() || !/^[^._].*\.go$/u.test(entry.name)) continue;
      fileCount += 1;
      if (fileCount > MAX_FILES) return found;
      for (const one of importsOf(await headOf(child))) found.add(one);
    }
  }
  return found;
}

/**
 * Returns the import paths of one source file; none of a file that `ignore` keeps out of builds.
 */
export function importsOf(text: string): readonly string[] {
  if (IGNORED.test(text.slice(0, Math.max(0, text.search(/^package\b/mu))))) return [];
  const paths: string[] = [];
  let isList = false;
  let isImport = false;
  for (const token of tokensOf(text)) {
    const isString = token.startsWith('"') || token.startsWith('`');
    if (isImport && isString) {
      const path = token.slice(1, -1);
      if (IMPORT_PATH.test(path)) paths.push(path);
      isImport = isList;
    } else if (isImport && token === '(') isList = true;
    else if (isList && token === ')') [isList, isImport] = [false, false];
    else if (!isImport && token === 'import') isImport = true;
    else if (!isImport && ENDS.has(token)) break;
  }
  return paths;
}

/** Keywords that can follow the import declarations. */
const ENDS: ReadonlySet<string> = new Set(['func', 'type', 'var', 'const']);
const TOKEN = /[\w.]+|"[^"\n]*"|`[^`]*`|\S/uy;

function* tokensOf(text: string): Generator<string> {
  let at = 0;
  while (at < text.length) {
    if (/\s/u.test(text[at] ?? '')) at += 1;
    else if (text.startsWith('//', at)) at = endOf(text, '\n', at);
    else if (text.startsWith('/*', at)) at = endOf(text, '*/', at + 2);
    else {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(text)?.[0] ?? text[at] ?? '';
      yield token;
      at += token.length;
    }
  }
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

async function entriesOf(path: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    if (systemCode(error) !== undefined) return [];
    throw error;
  }
}

/** Symlinks are not followed. What cannot be read has no imports. */
async function headOf(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (systemCode(error) !== undefined) return '';
    throw error;
  }
}
