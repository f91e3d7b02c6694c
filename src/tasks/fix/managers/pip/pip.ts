/**
 * pip: projects with requirements files.
 *
 * Source: pip documentation, "Requirements File Format", "Secure installs" (hashes), "Dependency
 * Resolution".
 *
 * pip resolves for the interpreter and the system that it runs on. Only wheels are taken, so that
 * nothing is built.
 */

import { join } from 'node:path';

import type { Context } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { redact } from '../../../../core/base/redact.ts';
import { exists } from '../../../../core/base/exists.ts';
import { loadPipConfig } from '../../../../clients/package-index/pip-config.ts';
import {
  createPythonIndexes,
  versionOfFile,
} from '../../../../clients/package-index/simple-index.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import { compareVersions } from '../../../../core/version/index.ts';
import type { ProjectCopy } from '../../copy.ts';
import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import type { Step } from '../../plan.ts';
import { readProjectFile, type ProjectFile } from '../../project-files.ts';
import { linkedPath, requirementsSet, type RequirementsSet } from './files.ts';
import {
  editRows,
  plainRequirements,
  readRequirementsText,
  type RowEdit,
} from './requirements-text.ts';
import { resolveRequirements, type ResolvedPackage } from './run-pip.ts';
import { pipSteps, rowsOf } from './steps.ts';

/** Projects with requirements files. */
export const pip: Manager = {
  async projectOf({ root, path }) {
    return (await requirementsSet(root, path)).roots[0] ?? path;
  },
  openProject,
};

async function openProject(place: ProjectPlace, context: Context): Promise<FixProject> {
  const { root, path, env } = place;
  const set = await requirementsSet(root, path);
  const files: readonly ProjectFile[] = [...set.files.values()].map((one) => ({
    path: one.path,
    bytes: one.bytes,
  }));
  const sources = await sourcesOf(root, set);
  const config = await loadPipConfig(env);
  const hosts = config.indexes.map(({ host }) => host);
  const state = { set, env, hosts };
  return {
    path,
    files,
    registries: hosts.length > 0 ? hosts : ['the indexes of the configuration of pip'],
    notes: notesOf(set),
    isResolved: true,
    stepsFor: (subject) => Promise.resolve(pipSteps(subject, { path, set, sources })),
    async check(copy) {
      await resolveAll(copy, textsOf(set), { ...state, wantsHashes: true }, context);
    },
    carryOut: (copy, steps) => carryOut(copy, steps, state, context),
  };
}

interface PipState {
  readonly set: RequirementsSet;
  readonly env: Environment;
  readonly hosts: readonly string[];
}

async function carryOut(
  copy: ProjectCopy,
  steps: readonly Step[],
  state: PipState,
  context: Context,
): Promise<void> {
  const { set } = state;
  const moves = steps.flatMap((step) => step.moves);
  const first = editedTexts(set, steps, new Map());
  const found = await resolveAll(copy, first, { ...state, wantsHashes: false }, context);
  const hashes = new Map<string, readonly string[]>();
  for (const { name, from, to } of moves) {
    const resolved = found.get(name);
    if (to === undefined) {
      if (resolved === undefined) continue;
      throw new AssayError(
        'USAGE',
        `another package requires ${name}, which pip would install as ${resolved.version}`,
      );
    }
    if (resolved === undefined || compareVersions('pypi', resolved.version, to) !== 0) {
      const how = resolved === undefined ? 'does not install it here' : `takes ${resolved.version}`;
      throw new AssayError('USAGE', `pip ${how}, and not ${name} ${to}`);
    }
    const isHashed = rowsOf(name, from, set).some(
      ({ row }) => (row.requirement?.hashes.length ?? 0) > 0,
    );
    if (isHashed) hashes.set(name, await hashesOf(resolved, state, context));
  }
  const edited = editedTexts(set, steps, hashes);
  if (hashes.size > 0) await resolveAll(copy, edited, { ...state, wantsHashes: true }, context);
  await copy.write(filesOf(edited));
}

/** Resolves each file that no other one includes. Returns the packages by name. */
async function resolveAll(
  copy: ProjectCopy,
  texts: ReadonlyMap<string, string>,
  { set, env, wantsHashes }: PipState & { readonly wantsHashes: boolean },
  context: Context,
): Promise<ReadonlyMap<string, ResolvedPackage>> {
  const plain = [...texts].map(([path, text]) => {
    const isKnown = (value: string): boolean => set.files.has(linkedPath(path, value) ?? '');
    return [path, plainRequirements(text, { isKnown, wantsHashes }).text] as const;
  });
  await copy.write(filesOf(new Map(plain)));
  const found = new Map<string, ResolvedPackage>();
  for (const path of set.roots) {
    for (const one of await resolveRequirements(copy, { path, env }, context))
      found.set(one.name, one);
  }
  return found;
}

function editedTexts(
  set: RequirementsSet,
  steps: readonly Step[],
  hashes: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, string> {
  const edits = new Map<string, RowEdit[]>();
  for (const { name, from, to } of steps.flatMap(({ moves }) => moves)) {
    for (const { path, row, version } of rowsOf(name, from, set)) {
      const list = edits.get(path) ?? [];
      edits.set(path, list);
      const own = hashes.get(name);
      list.push({
        row,
        from: version,
        ...(to !== undefined && { to }),
        ...(own !== undefined && { hashes: own }),
      });
    }
  }
  return new Map(
    [...set.files.values()].map(({ path, text }) => [path, editRows(text, edits.get(path) ?? [])]),
  );
}

/**
 * Returns all hashes that the indexes have for a version; without an index, that of the wheel which
 * pip chose.
 */
async function hashesOf(
  { name, version, sha256 }: ResolvedPackage,
  { env, hosts }: PipState,
  context: Context,
): Promise<readonly string[]> {
  const found = new Set(sha256 === undefined ? [] : [`sha256:${sha256}`]);
  if (hosts.length > 0) {
    const projects = await createPythonIndexes(await loadPipConfig(env), context).projectsOf(name);
    for (const { names, digests } of projects.flatMap(({ files }) => files)) {
      const isOwn = names.some((file) => {
        const own = versionOfFile(file, name);
        return own !== undefined && compareVersions('pypi', own, version) === 0;
      });
      if (isOwn) for (const digest of digests) if (digest.startsWith('sha256:')) found.add(digest);
    }
  }
  return [...found].sort();
}

function textsOf({ files }: RequirementsSet): ReadonlyMap<string, string> {
  return new Map([...files.values()].map(({ path, text }) => [path, text]));
}

function filesOf(texts: ReadonlyMap<string, string>): readonly ProjectFile[] {
  return [...texts].map(([path, text]) => ({ path, bytes: new TextEncoder().encode(text) }));
}

/** `requirements.in` beside `requirements.txt`. */
async function sourcesOf(
  root: string,
  { files }: RequirementsSet,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const path of files.keys()) {
    const source = path.replace(/\.txt$/u, '.in');
    if (source === path || files.has(source) || !(await exists(join(root, source)))) continue;
    found.set(source, readRequirementsText(source, (await readProjectFile(root, source)).bytes));
  }
  return found;
}

/** Returns the lines that pip does not get, by file. */
function notesOf(set: RequirementsSet): readonly string[] {
  return [...set.files.values()].flatMap(({ path, text }) => {
    const isKnown = (value: string): boolean => set.files.has(linkedPath(path, value) ?? '');
    const { leftOut } = plainRequirements(text, { isKnown, wantsHashes: true });
    return leftOut.map((line) => `"${path}": left out of the copy: ${redact(line).slice(0, 200)}`);
  });
}
