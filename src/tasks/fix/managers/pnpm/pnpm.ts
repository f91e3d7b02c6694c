/**
 * pnpm: projects with a `pnpm-lock.yaml` of version 9, which pnpm 9 and newer write. Only pnpm 9
 * and 10 are started.
 *
 * Source: pnpm documentation, "pnpm install" (`--lockfile-only`), "pnpm-workspace.yaml",
 * "Catalogs", "overrides".
 *
 * The versions of a plan are exact, and ranges are not. Therefore pnpm runs twice, as npm does: it
 * keeps the versions of the lockfile that the first run wrote wherever the manifests of the plan
 * accept them.
 */

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import type { Context } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import { withCopy, type ProjectCopy } from '../../copy.ts';
import type { FixProject, Manager, ProjectPlace, Subject } from '../../manager.ts';
import { pathIn, readProjectFile, readProjectFileIfThere } from '../../project-files.ts';
import type { ProjectFile } from '../../project-files.ts';
import { editManifests } from '../javascript/edit-manifests.ts';
import type { StepSearch } from '../javascript/make-step.ts';
import { refuseLeaving } from '../javascript/refuse-leaving.ts';
import { readRegistries, userNpmrc, type Registries } from '../javascript/registries.ts';
import { javascriptSteps } from '../javascript/steps.ts';
import { objectAt, readPnpmGraph } from './pnpm-graph.ts';
import { overridesPlace, pnpmOverrides } from './pnpm-overrides.ts';
import { runFiles, type RunPlace } from './pnpm-run-files.ts';
import { pinsOf, type Pins } from './pnpm-pins.ts';
import { pnpmMajor, runPnpm } from './run-pnpm.ts';

const LOCK_VERSION = '9.0';
/** The first pnpm that writes this version. */
const FIRST_MAJOR = 9;
/** Newer ones do not read the registries and credentials of npm's configuration in the same way. */
const LAST_MAJOR = 10;
const RENEW = 'Write it anew with pnpm 9 or 10 and commit it: pnpm install --lockfile-only';

/** Projects with a lockfile of pnpm. */
export const pnpm: Manager = { openProject };

async function openProject(place: ProjectPlace, context: Context): Promise<FixProject> {
  const { path, env } = place;
  const { lock, edited, files, search, registries, runPlace } = await readProject(place, context);
  const { graph } = search;
  const run = async (copy: ProjectCopy, own: readonly ProjectFile[], pins: Pins): Promise<void> => {
    await copy.writeAside('npmrc', userNpmrc(registries.config));
    await copy.write(runFiles(own, pins, runPlace));
    const { directory } = runPlace;
    await runPnpm(copy, { directory, env, flags: flagsOf(lock) }, context);
    await copy.write(own);
  };
  return {
    path,
    files,
    registries: registries.urls,
    notes: registries.config.notes,
    isResolved: true,
    stepsFor: (subject: Subject) => javascriptSteps(subject, search),
    async check(copy) {
      await copy.write(files);
      await run(copy, edited, NO_PINS);
      await refuseRewritten(path, lock, copy);
    },
    async carryOut(copy, steps) {
      const final = editManifests(edited, steps);
      await copy.write(files);
      await run(copy, final, pinsOf({ steps, graph }));
      await run(copy, final, NO_PINS);
    },
  };
}

/** The parts of a project that are read before it is tried. */
interface PnpmProject {
  readonly lock: JsonObject;
  /** Manifests, and `pnpm-workspace.yaml` if there is one. */
  readonly edited: readonly ProjectFile[];
  readonly files: readonly ProjectFile[];
  readonly search: StepSearch;
  readonly registries: Registries;
  readonly runPlace: RunPlace;
}

async function readProject(place: ProjectPlace, context: Context): Promise<PnpmProject> {
  const { root, path } = place;
  const directory = directoryOf(path);
  const lockfile = await readProjectFile(root, path);
  const lock = documentOf(path, lockfile.bytes);
  refuseCode(path, lock);
  const manifestOf = (folder: string): string => pathIn(directory, folder, 'package.json');
  const manifests: ProjectFile[] = [];
  const documents = new Map<string, JsonObject>();
  for (const key of new Set(['.', ...Object.keys(objectAt(lock, 'importers'))])) {
    refuseLeaving(path, key);
    const file = await readProjectFile(root, manifestOf(key === '.' ? '' : key));
    manifests.push(file);
    documents.set(key, readJson(file.path, file.bytes));
  }
  const workspacePath = pathIn(directory, 'pnpm-workspace.yaml');
  const workspaceFile = await readProjectFileIfThere(root, workspacePath);
  const workspace = workspaceFile && yamlObject(workspacePath, workspaceFile.bytes);
  const registries = await readRegistries(place, directory, context);
  const rootManifest = manifestOf('');
  const overrides = overridesPlace({
    rootManifest,
    root: documents.get('.') ?? {},
    workspacePath,
    workspace,
    major: context.fetch === undefined ? undefined : await majorOf(path, place, context),
  });
  const graph = readPnpmGraph({
    lock,
    manifests: documents,
    workspacePath,
    workspace: workspace ?? {},
  });
  const edited = [...manifests, ...(workspaceFile === undefined ? [] : [workspaceFile])];
  return {
    lock,
    edited,
    files: [...edited, lockfile],
    search: {
      lockfile: path,
      graph,
      overrides: pnpmOverrides(overrides, rootManifest),
      manifestOf,
      versionsOf: registries.versionsOf,
    },
    registries,
    runPlace: { directory, workspacePath, overrides, settings: registries.npmrc },
  };
}

const NO_PINS: Pins = { requests: [], overrides: new Map<string, string>() };

/** Settings that the lockfile records. pnpm refuses a lockfile that has others. */
function flagsOf(lock: JsonObject): readonly string[] {
  const settings = readStrings(objectAt(lock, 'settings'), [
    'autoInstallPeers',
    'excludeLinksFromLockfile',
    'injectWorkspacePackages',
    'dedupePeers',
  ]);
  return Object.entries(settings).flatMap(([name, value]) => {
    const flag = name.replace(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
    return value === 'true' || value === 'false' ? [`--config.${flag}=${value}`] : [];
  });
}

async function majorOf(path: string, { env }: ProjectPlace, context: Context): Promise<number> {
  const major = await withCopy([], (copy) => pnpmMajor(copy, env, context));
  if (major > LAST_MAJOR) {
    // It would ask other registries than those that were named, with names of packages of the
    // project.
    throw new AssayError(
      'USAGE',
      `pnpm ${major} is installed, which reads other configuration than pnpm ${FIRST_MAJOR} and ${LAST_MAJOR}, so that "${path}" is not fixed with it`,
      {
        hint: `Put pnpm ${LAST_MAJOR} first in PATH, or plan without trying: assay fix --offline`,
      },
    );
  }
  if (major >= FIRST_MAJOR) return major;
  throw new AssayError(
    'USAGE',
    `pnpm ${Number.isNaN(major) ? '' : `${major} `}is installed, which would rewrite "${path}" of version ${LOCK_VERSION}`,
    { hint: 'Install pnpm 9 or 10, or plan without trying: assay fix --offline' },
  );
}

/** pnpm 11 and newer write a document about themselves before that of the project. */
function documentOf(path: string, bytes: Uint8Array): JsonObject {
  const roots = readYamlDocuments(path, bytes).map(({ root }) => root);
  const root = roots.filter(isJsonObject).at(-1) ?? {};
  const { lockfileVersion = '' } = readStrings(root, ['lockfileVersion']);
  if (lockfileVersion === LOCK_VERSION) return root;
  throw new AssayError(
    'USAGE',
    `"${path}" has lockfileVersion "${lockfileVersion}", which pnpm would rewrite`,
    { hint: RENEW },
  );
}

function yamlObject(path: string, bytes: Uint8Array): JsonObject {
  const root = readYamlDocuments(path, bytes)[0]?.root;
  return isJsonObject(root) ? root : {};
}

/**
 * @throws AssayError `USAGE` for a lockfile that follows from code or patches of the project, which
 * are not run or copied
 */
function refuseCode(path: string, lock: JsonObject): void {
  const found = ['pnpmfileChecksum', 'patchedDependencies'].find((key) => lock[key] !== undefined);
  if (found === undefined) return;
  const what =
    found === 'pnpmfileChecksum' ? 'the hooks of a .pnpmfile.cjs' : 'patches of packages';
  throw new AssayError(
    'USAGE',
    `"${path}" depends on ${what} (${found}), which assay fix does not take over`,
    { hint: 'Plan without trying: assay fix --offline, and carry out the plan with pnpm.' },
  );
}

/**
 * @throws AssayError `USAGE` if pnpm resolves the project to other packages than the lockfile has
 */
async function refuseRewritten(path: string, lock: JsonObject, copy: ProjectCopy): Promise<void> {
  const bytes = await copy.read(path);
  const now = bytes === undefined ? {} : documentOf(path, bytes);
  for (const section of ['importers', 'snapshots', 'overrides'] as const) {
    const [old, fresh] = [objectAt(lock, section), objectAt(now, section)];
    const other = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].find(
      (key) => JSON.stringify(old[key]) !== JSON.stringify(fresh[key]),
    );
    if (other === undefined) continue;
    throw new AssayError(
      'USAGE',
      `"${path}" does not agree with its manifests: pnpm would change "${other}" of ${section}`,
      { hint: 'Bring the lockfile up to date and commit it: pnpm install --lockfile-only' },
    );
  }
}
