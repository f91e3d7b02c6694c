/**
 * What an address below `/pypi/` asks for. No address of the npm registry has this form, also not
 * for a package `pypi`.
 *
 * Source: PEP 503 (pages below a root, a slash at their end) and PEP 658 (`.metadata` behind the
 * address of a file). Each part is decoded once. A part that contains a slash, a percent sign, a
 * control character or `..` afterwards is refused.
 */

import { normalizePythonName } from '../../core/model/package/python-name.ts';
import { isFileName, isProjectName } from './names.ts';

/** What a path asks for. Names of projects are normalized. */
export type PypiRoute =
  | { readonly kind: 'pypi-root' }
  | { readonly kind: 'pypi-project'; readonly name: string }
  | {
      readonly kind: 'pypi-file' | 'pypi-metadata' | 'pypi-provenance';
      readonly name: string;
      readonly fileName: string;
    }
  | { readonly kind: 'none' };

const NONE: PypiRoute = { kind: 'none' };
const MAX_PATH = 1024;
const SIMPLE = '/pypi/simple/';
const FILES = '/pypi/files/';
/** Documents about a file, whose addresses begin with that of the file. */
const SUFFIXES = { 'pypi-metadata': '.metadata', 'pypi-provenance': '.provenance' } as const;

/** Reads the target of a request; `undefined` if it is none of Python packages. */
export function readPypiRoute(target: string): PypiRoute | undefined {
  const [path = ''] = target.split('?', 1);
  if (path.startsWith(SIMPLE)) return simpleRoute(path.slice(SIMPLE.length));
  return path.startsWith(FILES) ? fileRoute(path.slice(FILES.length)) : undefined;
}

function simpleRoute(path: string): PypiRoute {
  if (path === '') return { kind: 'pypi-root' };
  const name = decoded(path.endsWith('/') ? path.slice(0, -1) : path);
  if (name === undefined || !isProjectName(name)) return NONE;
  return { kind: 'pypi-project', name: normalizePythonName(name) };
}

function fileRoute(path: string): PypiRoute {
  const [project = '', file = '', ...more] = path.split('/');
  const name = decoded(project);
  const text = decoded(file);
  if (name === undefined || text === undefined || more.length > 0) return NONE;
  const kind = (['pypi-metadata', 'pypi-provenance'] as const).find((one) =>
    text.endsWith(SUFFIXES[one]),
  );
  const fileName = kind === undefined ? text : text.slice(0, -SUFFIXES[kind].length);
  if (!isProjectName(name) || !isFileName(fileName)) return NONE;
  return { kind: kind ?? 'pypi-file', name: normalizePythonName(name), fileName };
}

function decoded(written: string): string | undefined {
  if (written.length > MAX_PATH) return undefined;
  try {
    return decodeURIComponent(written);
  } catch {
    return undefined;
  }
}
