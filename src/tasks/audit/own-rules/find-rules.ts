/** Finds and reads the files that `--rules` names. */

import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { compareText } from '../../../core/base/compare.ts';
import { AssayError, errorMessage } from '../../../core/base/errors.ts';
import { isMissing } from '../../../core/base/exists.ts';
import type { RuleFile } from './read-rules.ts';

/** A file with a thousand rules is smaller. */
const MAX_BYTES = 4 << 20;
/** Most files of a directory, with or without rules. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 32;
const RULE_FILE = /\.ya?ml$/iu;
/** Directories that belong to tools. */
const FOREIGN: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * Returns the files with rules that some paths name: a file itself, and of a directory all that end
 * with `.yaml` or `.yml`, in directories below too.
 *
 * @param paths as the user wrote them, relative to `cwd`
 * @throws AssayError `CONFIG_INVALID` for what is not there, cannot be read, or has no file with
 * rules
 */
export async function findRules(
  paths: readonly string[],
  cwd: string,
): Promise<readonly RuleFile[]> {
  const files: RuleFile[] = [];
  for (const shown of paths) {
    const path = resolve(cwd, shown);
    const names = isDirectory(path, shown) ? ruleFilesBelow(path, shown) : undefined;
    if (names?.length === 0) {
      throw new AssayError('CONFIG_INVALID', `"${shown}" has no file with rules`, {
        hint: 'Files with rules end with .yaml or .yml.',
      });
    }
    for (const name of names ?? ['']) {
      files.push({
        path: name === '' ? shown : join(shown, name),
        bytes: await bytesOf(join(path, name), name === '' ? shown : join(shown, name)),
      });
    }
  }
  return files;
}

/**
 * Returns the files below a directory, sorted, as paths from it. @throws AssayError
 * `CONFIG_INVALID`
 */
export function filesBelow(directory: string, shown: string): readonly string[] {
  const files: string[] = [];
  const open: { readonly below: string; readonly depth: number }[] = [{ below: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { below, depth } = next;
    if (depth > MAX_DEPTH || files.length > MAX_FILES) {
      throw new AssayError('CONFIG_INVALID', `"${shown}" has too many files or directories`, {
        hint: `At most ${MAX_FILES} files are read, in ${MAX_DEPTH} levels.`,
      });
    }
    for (const entry of entriesOf(join(directory, below), shown)) {
      const name = join(below, entry.name);
      if (entry.isDirectory()) {
        if (!FOREIGN.has(entry.name)) open.push({ below: name, depth: depth + 1 });
      } else if (isLinkToDirectory(join(directory, name))) {
        const link = join(shown, name);
        throw new AssayError('CONFIG_INVALID', `"${link}" is a link to a directory`, {
          hint: 'Links to directories are not followed. Name the directory itself.',
        });
      } else files.push(name);
    }
  }
  return files.sort(compareText);
}

function entriesOf(
  path: string,
  shown: string,
): readonly { readonly name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw unreadable(shown, error);
  }
}

function ruleFilesBelow(path: string, shown: string): readonly string[] {
  return filesBelow(path, shown).filter((name) => RULE_FILE.test(name));
}

/** Links to nothing are no files with rules. */
function isLinkToDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isDirectory(path: string, shown: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(shown, error);
  }
}

async function bytesOf(path: string, shown: string): Promise<Uint8Array> {
  try {
    return await readBoundedFile(path, { maxBytes: MAX_BYTES });
  } catch (error) {
    throw unreadable(shown, error);
  }
}

function unreadable(shown: string, error: unknown): AssayError {
  const reason = isMissing(error) ? 'there is no such file or directory' : errorMessage(error);
  return new AssayError('CONFIG_INVALID', `cannot read the rules "${shown}": ${reason}`, {
    hint: 'Name a file or directory with rules. Their form: docs/writing-rules.md',
    cause: error,
  });
}
