/**
 * Python versions.
 *
 * Source: PEP 440 (now "Version specifiers" of the PyPA specifications). Text that is no such version is ordered as
 * setuptools did before PEP 440, below every version that is; that order is not certain. Only empty text has none.
 */

import { cacheParsed } from './cache-parsed.ts';
import { compareLegacy, legacyKey, type LegacyKey } from './pypi-legacy.ts';
import { pypiRanges } from './pypi-specifier.ts';
import { comparePython, formatPython, readPython, type PythonVersion } from './pypi-version.ts';
import type { Order, VersionScheme } from './scheme.ts';

const parse = cacheParsed(read);

export const pypi: VersionScheme = {
  id: 'pypi',
  compare,
  isValid: isPython,
  isCertain: isPython,
  normalize(version) {
    const parsed = parse(version);
    return parsed === undefined || 'legacy' in parsed ? version : formatPython(parsed);
  },
  ranges: pypiRanges,
};

function compare(a: string, b: string): Order | undefined {
  if (a === b) return 0;
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) return undefined;
  if ('legacy' in left) return 'legacy' in right ? compareLegacy(left, right) : -1;
  return 'legacy' in right ? 1 : comparePython(left, right);
}

function isPython(version: string): boolean {
  const parsed = parse(version);
  return parsed !== undefined && !('legacy' in parsed);
}

function read(version: string): PythonVersion | LegacyKey | undefined {
  if (version.trim() === '') return undefined;
  return readPython(version) ?? legacyKey(version.trim());
}
