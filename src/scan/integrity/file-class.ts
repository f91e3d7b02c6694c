/**
 * What is known of a file that differs: its class by its path, if the class decides the meaning of a difference. Kept short on
 * purpose: each class was measured on clean systems (`docs/evidence.md`), and a class too many is a
 * place to hide.
 */

import { createHash } from 'node:crypto';
import type { OwnedFile } from '../../core/model/catalog/catalog.ts';
import type { RootfsFile } from '../../core/model/layer/rootfs-view.ts';

/** The importance of a changed file. */
export type FileClass = 'code' | 'data' | 'config';

/** Left out of slim images: of 13,000 files that clean ones lacked none lay elsewhere. */
const EXCLUDED_FOLDERS: readonly string[] = [
  '/usr/share/doc/',
  '/usr/share/man/',
  '/usr/share/locale/',
  '/usr/share/info/',
  '/usr/share/lintian/',
];

/** Below any prefix, as in a virtual environment or in `/usr/local`. */
const MANUALS = '/share/man/';

/** Written by Python itself, and removed by images that want to be small. */
const COMPILED = /(?:\.py[co]$|\/__pycache__\/)/u;

/** Removed from Python's own folders by the images of python.org, with everything below. */
const PYTHON_TESTS = /\/(?:site|dist)-packages\/(?:[^/]+\/)*(?:tests?|idle_test)\//u;

/** Returns whether a file may be missing without anybody having tampered. */
export function mayBeMissing({ path, mayBeAbsent }: OwnedFile): boolean {
  return (
    mayBeAbsent === true ||
    EXCLUDED_FOLDERS.some((folder) => path.startsWith(folder)) ||
    path.includes(MANUALS) ||
    COMPILED.test(path) ||
    PYTHON_TESTS.test(path)
  );
}

/** Returns whether Python may have written the file anew, so that its digest says nothing. */
export function isPythonBytecode(path: string): boolean {
  return COMPILED.test(path);
}

const SHARED_OBJECT = /\.so(?:\.\d+)*$/u;
const ARCHIVE = /\.(?:jar|war|ear)$/iu;
const CODE =
  /\.(?:py|pyw|rb|pl|pm|js|mjs|cjs|node|class|php|lua|sh|ko|dll|exe|dylib|gemspec|jar|war|ear)$/u;
const PROGRAM_FOLDER = /^(?:\/usr)?(?:\/local)?\/s?bin\//u;

/** Returns the class of a file that is there. */
export function classifyFile(
  owned: OwnedFile,
  file: Pick<RootfsFile, 'path' | 'isExecutable'>,
): FileClass {
  // It decides which advisories are asked.
  if (owned.path.endsWith('/os-release')) return 'code';
  if (owned.path.startsWith('/etc/')) return 'config';
  if (file.isExecutable) return 'code';
  // Programs are not configuration: a database that marks one as such was edited.
  if (owned.kind === 'config' && !PROGRAM_FOLDER.test(owned.path)) return 'config';
  if (looksLikeCode(owned.path)) return 'code';
  return file.path !== owned.path && looksLikeCode(file.path) ? 'code' : 'data';
}

/** Returns the class of a missing file, from its name alone. */
export function classifyMissingFile({ path, kind }: OwnedFile): FileClass {
  if (kind === 'config' || path.startsWith('/etc/')) return 'config';
  return PROGRAM_FOLDER.test(path) || looksLikeCode(path) ? 'code' : 'data';
}

/** Returns whether a path is a shared library, by its name; their mode is no mark of them. */
export function isSharedLibrary(path: string): boolean {
  return SHARED_OBJECT.test(path);
}

function looksLikeCode(path: string): boolean {
  return SHARED_OBJECT.test(path) || CODE.test(path);
}

/**
 * Scripts that dpkg keeps for its own use; no manifest names them, and they run only when a package
 * is changed.
 */
const MAINTAINER_SCRIPT =
  /^\/var\/lib\/dpkg\/info\/[^/]+\.(?:preinst|postinst|prerm|postrm|config)$/u;

/**
 * Marked executable by careless packers, as whole trees of `node_modules` are; nothing runs them.
 */
const TEXT =
  /\.(?:md|markdown|txt|rst|map|json|lock|ya?ml|toml|html?|css|svg|png|jpe?g|gif|ico|d\.[cm]?ts)$/iu;

/** Matches the ends of base names of non-executable files for which {@link isRunnable} is true. */
export const RUNNABLE_SUFFIXES = /\.(?:so(?:\.\d+)*|jar|war|ear)\//giu;

/**
 * Returns whether a file counts as something that can be run: by its mode, or as a library or
 * archive of code by its name.
 */
export function isRunnable({ path, isExecutable }: RootfsFile): boolean {
  if (SHARED_OBJECT.test(path) || ARCHIVE.test(path)) return true;
  if (!isExecutable || MAINTAINER_SCRIPT.test(path)) return false;
  return PROGRAM_FOLDER.test(path) || !TEXT.test(path);
}

/**
 * The root account of Alpine's images is locked on purpose, which changes this file and no other.
 */
export function isLockedRootAccount(path: string, packageName: string): boolean {
  return path === '/etc/shadow' && packageName.startsWith('alpine-baselayout');
}

/** Returns whether the target is as recorded. Without a recorded target, there is no difference. */
export function isSameTarget({ digest, target }: OwnedFile, found: string): boolean {
  if (target !== undefined) return target === found;
  if (digest === undefined) return true;
  const algorithm = digest.slice(0, digest.indexOf(':'));
  return digest === `${algorithm}:${createHash(algorithm).update(found).digest('hex')}`;
}
