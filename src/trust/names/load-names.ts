/** The lists of well-known names, loaded when they are asked for. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { ComparedNames } from './imitation.ts';
import { canonicalName, type NameSpace } from './name-form.ts';
import { makeNameList } from './name-list.ts';

/** Kinds of names that have a list. */
export const COMPARED_SPACES = [
  'npm',
  'pypi',
  'cargo',
  'rubygems',
  'maven',
  'go',
  'nuget',
  'githubactions',
  'image',
] as const satisfies readonly NameSpace[];

type Compared = (typeof COMPARED_SPACES)[number];

const LISTS: Readonly<Record<Compared, () => Promise<readonly string[]>>> = {
  npm: npmNames,
  pypi: async () => words((await import('./lists/pypi.ts')).PYPI_NAMES),
  cargo: async () => words((await import('./lists/crates.ts')).CRATE_NAMES),
  rubygems: async () => words((await import('./lists/gems.ts')).GEM_NAMES),
  maven: async () => owned((await import('./lists/maven.ts')).MAVEN_NAMES, ':'),
  go: async () => owned((await import('./lists/go.ts')).GO_NAMES, '/'),
  nuget: async () => words((await import('./lists/nuget.ts')).NUGET_NAMES),
  githubactions: async () => owned((await import('./lists/actions.ts')).ACTION_NAMES, '/'),
  image: async () => owned((await import('./lists/images.ts')).IMAGE_NAMES, '/'),
};
/** Kinds whose names have no owner, so that a famous name of another registry can be taken. */
const OPEN: ReadonlySet<NameSpace> = new Set(['npm', 'pypi', 'cargo', 'rubygems', 'nuget']);

const require = createRequire(import.meta.url);
const loaded = new Map<NameSpace, Promise<ComparedNames>>();

/**
 * Returns the names that those of a kind are compared with; `undefined` for kinds without a list.
 */
export function loadNames(space: NameSpace): Promise<ComparedNames> | undefined {
  if (!isCompared(space)) return undefined;
  const found = loaded.get(space) ?? load(space);
  loaded.set(space, found);
  return found;
}

function isCompared(space: NameSpace): space is Compared {
  return (COMPARED_SPACES as readonly NameSpace[]).includes(space);
}

async function load(space: Compared): Promise<ComparedNames> {
  const [{ ESTABLISHED_NAMES }, { FAMOUS_NAMES }] = await Promise.all([
    import('./lists/established.ts'),
    import('./lists/famous.ts'),
  ]);
  const established = words(ESTABLISHED_NAMES[space] ?? '');
  const own = makeNameList(space, await LISTS[space](), established);
  const foreign = new Map<string, { readonly name: string; readonly space: NameSpace }>();
  for (const [other, names] of OPEN.has(space) ? FAMOUS_NAMES : []) {
    if (other === space) continue;
    for (const name of words(names)) {
      foreign.set(canonicalName(space, name), { name, space: other });
    }
  }
  return { own, foreign };
}

function words(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '');
}

/** Lines of an owner and the names below it. A name that repeats its owner is the owner alone. */
function owned(text: string, separator: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const at = line.indexOf(': ');
      const owner = line.slice(0, at);
      return words(line.slice(at + 2)).map((name) =>
        name === owner && separator === '/' ? name : `${owner}${separator}${name}`,
      );
    });
}

/**
 * The built command and library have the list in `dist/names`; sources that run unbuilt take it
 * from the package.
 */
async function npmNames(): Promise<readonly string[]> {
  if (!import.meta.filename.endsWith('.ts')) {
    return words(await readFile(path.join(import.meta.dirname, '../../names/npm.txt'), 'utf8'));
  }
  const folder = path.dirname(require.resolve('npm-high-impact'));
  const text = await readFile(path.join(folder, 'lib/top.js'), 'utf8');
  return [...text.matchAll(/^ {2}'(?<name>[^']+)',?$/gmu)].map(
    (match) => match.groups?.['name'] ?? '',
  );
}
