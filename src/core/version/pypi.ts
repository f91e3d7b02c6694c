/**
 * Python versions.
 *
 * Source: PEP 440 (now "Version specifiers" of the PyPA specifications). Text that is no such
 * version is ordered as setuptools did before PEP 440, below every version that is; that order is
 * not certain. Only empty text has none.
 */

import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import { compareLegacy, legacyKey, type LegacyKey } from './pypi-legacy.ts';
import { pypiRanges } from './pypi-specifier.ts';
import { comparePython, formatPython, readPython, type PythonVersion } from './pypi-version.ts';

const parse = cacheParsed(read);

export const pypi = parsedScheme<PythonVersion | LegacyKey>({
  id: 'pypi',
  parse,
  order(a, b) {
    if ('legacy' in a) return 'legacy' in b ? compareLegacy(a, b) : -1;
    return 'legacy' in b ? 1 : comparePython(a, b);
  },
  isValid: isPython,
  isCertain: isPython,
  format: (parsed, version) => ('legacy' in parsed ? version : formatPython(parsed)),
  ranges: () => pypiRanges,
});

function isPython(parsed: PythonVersion | LegacyKey): boolean {
  return !('legacy' in parsed);
}

function read(version: string): PythonVersion | LegacyKey | undefined {
  if (version.trim() === '') return undefined;
  return readPython(version) ?? legacyKey(version.trim());
}
