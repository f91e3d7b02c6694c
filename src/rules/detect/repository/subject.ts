/** A repository as checks see it. */

import { splitPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { detectEncoding } from '../../../core/base/text-encoding.ts';
import type { CodeOwnersForge } from '../../../formats/text/code-owners/code-owners-pattern.ts';
import { readCodeOwners, type CodeOwners } from '../../../formats/text/code-owners/code-owners.ts';
import { groupBy } from '../../../core/base/maps.ts';
import { readJsonDocument } from '../../../formats/text/json/json.ts';
import type { TreeNote, TreeSubject } from '../detector.ts';
import { FileIndex } from './file-index.ts';
import {
  CODE_OWNERS_PLACES,
  fileKind,
  isLockfile,
  PROTECTION_DIRECTORIES,
  type FileKind,
} from './file-kinds.ts';
import { readProtection, type Protection } from './protection.ts';

/** A repository. */
export interface RepositorySubject {
  readonly tree: TreeSubject;
  readonly index: FileIndex;
  readonly forge: CodeOwnersForge;
  /** The files of each kind, in the order of their names. */
  readonly kinds: ReadonlyMap<FileKind, readonly string[]>;
  readonly lockfiles: readonly string[];
  /** The file that assigns owners; absent: there is none. */
  readonly owners?: FoundCodeOwners;
  /** Exported rulesets and branch protection. */
  readonly protections: readonly Protection[];
  /** Number of files in their directories that were not read, each of which is noted. */
  readonly unreadProtections: number;
  /** Takes what was not looked at. */
  readonly note: TakeNote;
  /**
   * Returns the text of a file that is looked at; `undefined` where it was not read, which is
   * noted.
   */
  readonly text: (path: string) => string | undefined;
  /** Returns whether a path has no file, as far as is known. */
  readonly isMissing: (path: string) => boolean;
}

/** Takes what was not looked at. */
type TakeNote = (note: TreeNote) => void;

/** The file that assigns owners. */
export interface FoundCodeOwners {
  readonly path: string;
  /** Places whose files do not count, because of this one. */
  readonly ignored: readonly string[];
  /** In bytes. */
  readonly size: number;
  /** Absent: GitHub does not load the file, or it was not read. */
  readonly content?: CodeOwners;
}

/** GitHub loads no larger file: docs.github.com, "About code owners", "CODEOWNERS file size". */
export const MAX_CODE_OWNERS_BYTES = 3_000_000;

/** Returns the subject of checks. */
export function repositorySubject(tree: TreeSubject, note: TakeNote): RepositorySubject {
  const index = new FileIndex(tree.paths);
  const kinds = groupBy(tree.paths, fileKind);
  kinds.delete(undefined);
  const forge = forgeOf(index);
  const text = (path: string): string | undefined => {
    const bytes = contentOf(tree, index, path)?.bytes;
    if (bytes !== undefined) return new TextDecoder(detectEncoding(bytes)).decode(bytes);
    if (index.has(path)) {
      const message = 'the file is too large to be read, or a symlink whose target was not read';
      note({ path, gap: 'unread', message });
    }
    return undefined;
  };
  const owners = codeOwnersOf({ tree, index, forge, text });
  return {
    ...{ tree, index, forge, note, text, ...protectionsOf(tree, note) },
    kinds: kinds as ReadonlyMap<FileKind, readonly string[]>,
    lockfiles: (kinds.get('dependencies') ?? []).filter(isLockfile),
    ...(owners && { owners }),
    isMissing: (path) => !index.has(path) && !tree.isSkipped(path) && tree.unlistedCount === 0,
  };
}

function contentOf(
  tree: TreeSubject,
  index: FileIndex,
  path: string,
): ReturnType<TreeSubject['files']['get']> {
  return index.has(path) ? tree.files.get(path) : undefined;
}

/** GitLab, if only its pipelines or its place of owners are there. */
function forgeOf(index: FileIndex): CodeOwnersForge {
  const isGitlab = ['/.gitlab-ci.yml', '/.gitlab/CODEOWNERS'].some((path) => index.has(path));
  const isGithub = index.paths.some((path) => path.startsWith('/.github/'));
  return isGitlab && !isGithub ? 'gitlab' : 'github';
}

function codeOwnersOf({
  tree,
  index,
  forge,
  text,
}: Pick<RepositorySubject, 'tree' | 'index' | 'forge' | 'text'>): FoundCodeOwners | undefined {
  const there = CODE_OWNERS_PLACES[forge].filter((path) => index.has(path));
  const [path, ...ignored] = there;
  if (path === undefined) return undefined;
  const size = contentOf(tree, index, path)?.sizeBytes ?? 0;
  const isLoaded = forge === 'gitlab' || size < MAX_CODE_OWNERS_BYTES;
  const content = isLoaded ? text(path) : undefined;
  return {
    ...{ path, ignored, size },
    ...(content !== undefined && { content: readCodeOwners(content, forge) }),
  };
}

/** Exports that are read; a repository has a few. */
const MAX_PROTECTIONS = 200;

function protectionsOf(
  tree: TreeSubject,
  note: TakeNote,
): Pick<RepositorySubject, 'protections' | 'unreadProtections'> {
  const protections: Protection[] = [];
  const paths = tree.paths.filter(
    (path) => path.endsWith('.json') && PROTECTION_DIRECTORIES.some((one) => isIn(one, path)),
  );
  for (const [index, path] of paths.entries()) {
    const bytes = index < MAX_PROTECTIONS ? tree.files.get(path)?.bytes : undefined;
    if (bytes === undefined) {
      note({
        path,
        gap: 'limit',
        message: 'the export was not read, because it is too large or one of too many',
      });
      continue;
    }
    try {
      protections.push(readProtection(path, readJsonDocument(path, bytes)));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      note({ path, gap: 'unreadable', message: error.message });
    }
  }
  return { protections, unreadProtections: paths.length - protections.length };
}

/** Returns some paths as a sentence shows them. */
export function shownPaths(paths: readonly string[]): string {
  const MOST = 3;
  const shown = paths.slice(0, MOST).map((path) => path.slice(1));
  const more = paths.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

/** Returns whether a file lies directly in a directory. */
function isIn(directory: string, path: string): boolean {
  return `${splitPath(path)[0]}/`.replace('//', '/') === directory;
}
