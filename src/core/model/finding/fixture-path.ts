/**
 * Places whose files are written for tests, so that a file there that cannot be read hides no
 * package. A directory name proves nothing by itself: in an image anything may lie, and run, below
 * `test/`. `docs/fixtures.md` has the rule.
 */

import type { Artifact } from '../artifact/artifact.ts';
import type { Ecosystem } from '../package/ecosystem.ts';
import type { Package } from '../package/package.ts';

/** Directories whose files are read by tests, often broken on purpose. */
const FIXTURE_FOLDERS: ReadonlySet<string> = new Set([
  '__fixtures__',
  '__mocks__',
  '__tests__',
  'fixture',
  'fixtures',
  'spec',
  'specs',
  'test',
  'test-data',
  'test-fixtures',
  'test_data',
  'testdata',
  'testing',
  'tests',
]);

/**
 * A file as far as the rule goes: what kind of artifact holds it, and what its reader would find.
 */
export interface FixtureSubject {
  readonly kind: Artifact['kind'];
  /** Absent for readers that find no packages. */
  readonly ecosystem?: Ecosystem;
  readonly presence: Package['presence'];
}

/**
 * Returns whether a file is a fixture that no package manager and no runtime resolves. In a source
 * tree, the name of a directory is enough. Elsewhere the file must lie in a test directory inside
 * the own directory of an installed package, and it must be of a kind that is never looked up
 * there: a lockfile or manifest of a project, or the record of a package of that same ecosystem.
 */
export function isUnresolvedFixture(path: string, subject: FixtureSubject): boolean {
  const folders = path.split('/').slice(1, -1);
  switch (subject.kind) {
    case 'directory':
    case 'file':
    case 'repository':
      return folders.some(isFixtureDirectory);
    case 'sbom':
      return false;
    case 'image':
    case 'rootfs': {
      const found = innermostPackage(folders);
      if (found === undefined || !found.inside.some(isFixtureDirectory)) return false;
      return subject.presence === 'declared' || subject.ecosystem === found.ecosystem;
    }
  }
}

/** Returns whether files below a directory of this name are written for tests. */
export function isFixtureDirectory(folder: string): boolean {
  return FIXTURE_FOLDERS.has(folder.toLowerCase());
}

/**
 * Directories in which package managers install, and how many names below them make up a package's
 * own directory.
 */
interface InstallPlace {
  readonly ecosystem: Ecosystem;
  /** Returns `undefined` where the name stands for something else here. */
  readonly ownDepth: (below: readonly string[], parent: string | undefined) => number | undefined;
}

const PYTHON: InstallPlace = { ecosystem: 'pypi', ownDepth: () => 1 };

const INSTALL_PLACES: ReadonlyMap<string, InstallPlace> = new Map<string, InstallPlace>([
  // Node.js looks for `node_modules/NAME/package.json` and `node_modules/@SCOPE/NAME/package.json`.
  ['node_modules', { ecosystem: 'npm', ownDepth: ([name]) => (name?.startsWith('@') ? 2 : 1) }],
  // Python's metadata lies in `site-packages/NAME-VERSION.dist-info`, beside the package.
  ['site-packages', PYTHON],
  ['dist-packages', PYTHON],
  // RubyGems looks in `specifications/`, which lies beside `gems/NAME-VERSION`.
  [
    'gems',
    { ecosystem: 'rubygems', ownDepth: ([name]) => (/-\d/u.test(name ?? '') ? 1 : undefined) },
  ],
  // Composer looks in `vendor/composer/installed.json`.
  [
    'vendor',
    { ecosystem: 'packagist', ownDepth: ([name]) => (name === 'composer' ? Infinity : 2) },
  ],
  // R looks for `library/NAME/DESCRIPTION`.
  ['site-library', { ecosystem: 'cran', ownDepth: () => 1 }],
  ['library', { ecosystem: 'cran', ownDepth: (_, parent) => (parent === 'R' ? 1 : undefined) }],
]);

/**
 * Returns the innermost package that a path lies in, and the directories inside the package's own
 * one.
 */
function innermostPackage(
  folders: readonly string[],
): { readonly ecosystem: Ecosystem; readonly inside: readonly string[] } | undefined {
  for (let index = folders.length - 1; index >= 0; index -= 1) {
    const place = INSTALL_PLACES.get(folders[index] ?? '');
    if (place === undefined) continue;
    const below = folders.slice(index + 1);
    const ownDepth = place.ownDepth(below, folders[index - 1]);
    if (ownDepth === undefined) continue;
    return { ecosystem: place.ecosystem, inside: below.slice(ownDepth) };
  }
  return undefined;
}
