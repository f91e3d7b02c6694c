/**
 * The lockfiles that resolve manifests. A lockfile belongs to the manifest beside it, to those of
 * the members of its workspace, and to those of directories that it lists, also outside of its own.
 * It resolves a manifest when it holds every runtime request in a version that the request allows.
 * A package that it marks for development is no answer to a runtime request of the manifest beside
 * it.
 */

import { ancestorDirectories, directoryOf, isWithin } from '../../../core/base/artifact-path.ts';
import { compileGlobs } from '../../../core/base/glob.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { appendTo } from '../../../core/base/maps.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';
import { maySatisfyRequest } from './satisfies-request.ts';
import { joinPath, type ManifestRows, type ProjectManifest } from './project-manifest.ts';
import type { VisibleResult } from '../../../core/model/layer/rootfs-content.ts';

/** The answer for one manifest. */
export interface LockfileResolution {
  readonly isResolved: boolean;
  /** The requests without those for members of the workspace, which are linked. */
  readonly open?: readonly RequestedPackage[];
  /** Path of a lockfile of the project that lacks some of its requests. */
  readonly stale?: string;
  /** The lockfile beside the manifest has requests of it for development alone. */
  readonly isMarked?: boolean;
}

/**
 * The coverage of requests by lockfiles: all requests, all but for marks for development, or less.
 */
type HeldAnswer = 'all' | 'marked' | 'not all';

/** A package of a lockfile. */
interface Held {
  readonly version: string;
  readonly isForDevelopment: boolean;
}

/**
 * Directories in which tools put lockfiles of the project above: NuGet, Gradle before version 7,
 * and Xcode.
 */
const LOCK_FOLDERS =
  /\/(?:obj|gradle\/dependency-locks|(?:\.swiftpm\/xcode\/package\.xcworkspace|[^/]+\.xcodeproj\/project\.xcworkspace|[^/]+\.xcworkspace)\/xcshareddata\/swiftpm)$/;
/** Ecosystems with one lockfile for each configuration of a project. */
const SPLIT: ReadonlySet<Ecosystem> = new Set(['maven']);
/**
 * Ecosystems whose package managers mark a package for development if nothing else of the project
 * needs it.
 */
const MARKING: ReadonlySet<Ecosystem> = new Set(['npm', 'packagist', 'pypi']);
/** A lockfile of a single script, `SCRIPT.py.lock`. */
const SCRIPT_LOCK = /\.pyw?\.lock$/;
const LOCK_ENDING = '.lock';
/** A list of pinned requirements is the lockfile of pip and pip-tools. */
const REQUIREMENTS: ReadonlySet<string> = new Set([
  'pypi/requirements',
  'pypi/pinned-requirements',
]);
/**
 * The only lockfile that is recognized and not read, and that resolves a manifest which is read.
 */
const UNREAD_LOCKFILE = '/bun.lockb';

interface Lockfile {
  readonly path: string;
  readonly result: VisibleResult['result'];
}

/** All lockfiles of an artifact, by ecosystem and directory. */
export class Lockfiles {
  readonly #byFolder = new Map<string, Lockfile[]>();
  readonly #byScript = new Map<string, Lockfile>();
  /** Directories of lockfiles that list a directory outside of their own, by that directory. */
  readonly #listing = new Map<string, Set<string>>();
  readonly #manifests = new Map<string, ProjectManifest>();
  readonly #held = new WeakMap<VisibleResult['result'], ReadonlyMap<string, readonly Held[]>>();
  readonly #members = new Map<string, ReadonlySet<string>>();
  readonly #projects: readonly ProjectManifest[];

  constructor(
    cataloged: readonly VisibleResult[],
    rows: ManifestRows,
    projects: readonly ProjectManifest[],
  ) {
    this.#projects = projects;
    for (const { path, foundBy, result } of cataloged) {
      const row = rows.get(foundBy);
      const isLockfile = row?.isLockfile === true || isPinnedThroughout(foundBy, result);
      const ecosystem = row?.ecosystem ?? (path.endsWith(UNREAD_LOCKFILE) ? 'npm' : undefined);
      if (isLockfile && ecosystem !== undefined) this.#add(ecosystem, path, result);
    }
    for (const project of projects) {
      if (project.isScript) continue;
      const key = keyOf(project.ecosystem, project.folder);
      if (!this.#manifests.has(key) || project.manifest.members !== undefined) {
        this.#manifests.set(key, project);
      }
    }
  }

  /** Looks for a lockfile that resolves the runtime requests of a manifest. */
  answer(project: ProjectManifest, requests: readonly RequestedPackage[]): LockfileResolution {
    const { ecosystem, folder, path } = project;
    if (project.isScript) return this.#answerOfScript(project, requests);
    let stale: string | undefined;
    const answers: HeldAnswer[] = [];
    let asked = requests;
    for (const above of this.#foldersFor(project)) {
      const found = (this.#byFolder.get(keyOf(ecosystem, above)) ?? []).filter(
        (lockfile) => lockfile.path !== path && this.#isOf(lockfile, above, project),
      );
      if (found.length === 0 && !this.#isMember(project, above)) continue;
      const members = this.#membersOf(ecosystem, above, found);
      asked = asked.filter(({ name }) => !members.has(name));
      if (asked.length === 0 && requests.length > 0) return { isResolved: true };
      if (found.length === 0) continue;
      // What a lockfile lacks because it could not be read is reported for the lockfile.
      if (above === folder && found.some(hasGap)) return { isResolved: true };
      const groups = SPLIT.has(ecosystem) ? [found] : found.map((lockfile) => [lockfile]);
      for (const group of groups) answers.push(this.#answerOf(asked, group, project, above));
      if (answers.includes('all')) return { isResolved: true };
      stale ??= found[0]?.path;
    }
    return unresolved(asked, stale, answers);
  }

  /**
   * Returns the exact requests for development that no lockfile of the project holds: an
   * installation adds them.
   */
  unheld(project: ProjectManifest): readonly RequestedPackage[] {
    return project.manifest.requests.filter(
      (request) =>
        request.scope === 'development' &&
        request.version !== undefined &&
        !this.answer(project, [request]).isResolved,
    );
  }

  #answerOfScript(
    project: ProjectManifest,
    requests: readonly RequestedPackage[],
  ): LockfileResolution {
    const lockfile = this.#byScript.get(project.path);
    if (lockfile === undefined) return { isResolved: false };
    if (hasGap(lockfile)) return { isResolved: true };
    const answer = this.#answerOf(requests, [lockfile], project, project.folder);
    return answer === 'not all'
      ? { isResolved: false, stale: lockfile.path }
      : { isResolved: true };
  }

  #add(ecosystem: Ecosystem, path: string, result: VisibleResult['result']): void {
    if (SCRIPT_LOCK.test(path)) {
      this.#byScript.set(path.slice(0, -LOCK_ENDING.length), { path, result });
      return;
    }
    const own = directoryOf(path);
    const inner = LOCK_FOLDERS.exec(own)?.[0];
    const isRequirements = result.manifest !== undefined && own.endsWith('/requirements');
    const folder =
      inner === undefined ? (isRequirements ? directoryOf(own) : own) : own.slice(0, -inner.length);
    for (const place of new Set([own, folder])) {
      appendTo(this.#byFolder, keyOf(ecosystem, place), { path, result });
    }
    for (const directory of result.lock?.directories ?? []) {
      const listed = joinPath(own, directory);
      if (listed === undefined || isWithin(listed, own)) continue;
      const key = keyOf(ecosystem, listed);
      this.#listing.set(key, (this.#listing.get(key) ?? new Set()).add(own));
    }
  }

  /** Yields the directories where a lockfile of the project may lie, nearest first. */
  *#foldersFor({ ecosystem, folder }: ProjectManifest): Generator<string> {
    yield* ancestorDirectories(folder);
    yield* this.#listing.get(keyOf(ecosystem, folder)) ?? [];
  }

  /** Returns whether a lockfile in a directory belongs to the project. */
  #isOf({ path, result }: Lockfile, above: string, project: ProjectManifest): boolean {
    if (above === project.folder) return true;
    if (result.manifest !== undefined || path.startsWith(`${above}/obj/`)) return false;
    const { name } = project.manifest;
    const { directories = [], names = [] } = result.lock ?? {};
    if (name !== undefined && names.includes(name)) return true;
    if (directories.some((directory) => joinPath(above, directory) === project.folder)) return true;
    return this.#isMember(project, above);
  }

  /**
   * Returns whether the manifest of a directory above names the project's directory as one of its
   * workspace's.
   */
  #isMember({ ecosystem, folder }: ProjectManifest, above: string): boolean {
    if (!isWithin(folder, above)) return false;
    const members = this.#manifests.get(keyOf(ecosystem, above))?.manifest.members;
    return members !== undefined && matcherOf(members)(folder.slice(above.length + 1));
  }

  /**
   * Returns the names of the members of a workspace: they are linked, and no lockfile pins them.
   */
  #membersOf(
    ecosystem: Ecosystem,
    above: string,
    lockfiles: readonly Lockfile[],
  ): ReadonlySet<string> {
    const key = keyOf(ecosystem, above);
    const known = this.#members.get(key);
    if (known !== undefined) return known;
    const names = new Set<string>();
    for (const project of this.#projects) {
      const { name } = project.manifest;
      if (name === undefined || project.ecosystem !== ecosystem) continue;
      if (!project.folder.startsWith(`${above}/`)) continue;
      const isMember = lockfiles.some((lockfile) => this.#isOf(lockfile, above, project));
      if (isMember || this.#isMember(project, above)) names.add(name);
    }
    this.#members.set(key, names);
    return names;
  }

  /**
   * Returns the share of requests that lockfiles hold: all, all but for marks for development, or
   * less.
   */
  #answerOf(
    requests: readonly RequestedPackage[],
    lockfiles: readonly Lockfile[],
    { ecosystem, manifest, folder }: ProjectManifest,
    above: string,
  ): HeldAnswer {
    const root = this.#manifests.get(keyOf(ecosystem, above));
    const isFree =
      manifest.isOverridden === true ||
      root?.manifest.isOverridden === true ||
      lockfiles.some(({ result }) => result.lock?.isOverridden === true);
    const heldOf = ({ name }: RequestedPackage): readonly Held[] =>
      lockfiles.flatMap(({ result }) => this.#heldBy(result).get(name.toLowerCase()) ?? []);
    const isHeld = requests.every((request) => {
      const held = heldOf(request);
      if (held.length === 0) return request.scope === 'optional';
      return isFree || held.some(({ version }) => maySatisfyRequest(ecosystem, request, version));
    });
    if (!isHeld) return 'not all';
    // What a member of a workspace needs may be for the development of the whole.
    const isList = lockfiles.every(({ result }) => result.manifest !== undefined);
    if (above !== folder || isList || !MARKING.has(ecosystem)) return 'all';
    const asDevelopment = developmentOf(manifest);
    const isMarked = requests.some((request) => {
      const held = asDevelopment.has(request.name) ? [] : heldOf(request);
      return held.length > 0 && held.every(({ isForDevelopment }) => isForDevelopment);
    });
    return isMarked ? 'marked' : 'all';
  }

  #heldBy(result: VisibleResult['result']): ReadonlyMap<string, readonly Held[]> {
    const known = this.#held.get(result);
    if (known !== undefined) return known;
    const held = new Map<string, Held[]>();
    for (const { name, version, scope } of result.packages) {
      appendTo(held, name.toLowerCase(), { version, isForDevelopment: scope === 'development' });
    }
    this.#held.set(result, held);
    return held;
  }
}

function unresolved(
  open: readonly RequestedPackage[],
  stale: string | undefined,
  answers: readonly HeldAnswer[],
): LockfileResolution {
  return {
    isResolved: false,
    open,
    ...(stale !== undefined && { stale }),
    ...(answers.includes('marked') && { isMarked: true }),
  };
}

/**
 * Returns the names that the project requests for development, whatever else it requests them for.
 */
function developmentOf({ requests }: DependencyManifest): ReadonlySet<string> {
  return new Set(requests.flatMap(({ name, scope }) => (scope === 'development' ? [name] : [])));
}

function keyOf(ecosystem: Ecosystem, folder: string): string {
  return `${ecosystem} ${folder}`;
}

function hasGap({ result }: Lockfile): boolean {
  return (result.diagnostics ?? []).some(({ gap }) => gap !== undefined);
}

function isPinnedThroughout(foundBy: string, { manifest, packages }: Lockfile['result']): boolean {
  return (
    REQUIREMENTS.has(foundBy) &&
    manifest !== undefined &&
    packages.length > 0 &&
    manifest.requests.every(({ version }) => version !== undefined)
  );
}

/** Patterns with `!` take directories out. A pattern that cannot be read matches nothing. */
function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const isIn = compiled(patterns.filter((pattern) => !pattern.startsWith('!')));
  const isOut = compiled(
    patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1)),
  );
  return (path) => isIn(path) && !isOut(path);
}

function compiled(patterns: readonly string[]): (path: string) => boolean {
  try {
    return compileGlobs(patterns);
  } catch (error) {
    if (error instanceof AssayError) return () => false;
    throw error;
  }
}
