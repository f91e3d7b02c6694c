/**
 * npm: projects with a `package-lock.json` or `npm-shrinkwrap.json`.
 *
 * Source: npm documentation, "npm install" (`--package-lock-only`, `--ignore-scripts`),
 * "overrides", "workspaces", "config".
 *
 * The versions of a plan are exact, and ranges are not. Therefore npm runs twice: first with a
 * manifest that pins every moved package to its version, then with the manifest of the plan, which
 * accepts what the lockfile has by then. If the first run renews packages that the plan does not
 * name, it is repeated with these packages pinned to the versions that they have.
 */

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import type { Context } from '../../../../core/base/context.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../../formats/text/json/json.ts';
import type { ProjectCopy } from '../../copy.ts';
import type { FixProject, Manager, ProjectPlace, Subject } from '../../manager.ts';
import { pathIn, readProjectFile, type ProjectFile } from '../../project-files.ts';
import { editManifests } from '../javascript/edit-manifests.ts';
import type { LockGraph } from '../javascript/lock-graph.ts';
import { refuseLeaving } from '../javascript/refuse-leaving.ts';
import { readRegistries } from '../javascript/registries.ts';
import { javascriptSteps } from '../javascript/steps.ts';
import { isProjectPath, readNpmGraph } from './npm-graph.ts';
import { movePackages } from './move-packages.ts';
import { readOverrides } from './overrides.ts';
import { runNpm } from './run-npm.ts';

/** npm 6 and older write version 1, which npm 7 and newer rewrite. */
const LOCK_VERSIONS: ReadonlySet<unknown> = new Set([2, 3]);

/** Projects with a lockfile of npm. */
export const npm: Manager = { openProject };

async function openProject(place: ProjectPlace, context: Context): Promise<FixProject> {
  const { root, path, env } = place;
  const directory = directoryOf(path);
  const lockfile = await readProjectFile(root, path);
  const packages = packagesOf(path, readJson(path, lockfile.bytes));
  const graph = readNpmGraph(packages);
  const manifestOf = (nodePath: string): string => pathIn(directory, nodePath, 'package.json');
  const members = Object.keys(packages).filter(isProjectPath);
  for (const member of members) refuseLeaving(path, member);
  const manifests: ProjectFile[] = [];
  for (const member of ['', ...members.filter((one) => one !== '')]) {
    manifests.push(await readProjectFile(root, manifestOf(member)));
  }
  const [rootManifest] = manifests;
  const registries = await readRegistries(place, directory, context);
  const overrides = readOverrides(
    manifestOf(''),
    rootManifest === undefined ? {} : readJson(rootManifest.path, rootManifest.bytes),
  );
  const search = {
    lockfile: path,
    graph,
    overrides,
    manifestOf,
    versionsOf: registries.versionsOf,
  };
  const files = [...manifests, lockfile];
  const settings: ProjectFile = { path: pathIn(directory, '.npmrc'), bytes: registries.npmrc };
  const run = (copy: ProjectCopy): Promise<void> => runNpm(copy, { directory, env }, context);
  return {
    path,
    files,
    registries: registries.urls,
    notes: registries.config.notes,
    isResolved: true,
    stepsFor: (subject: Subject) => javascriptSteps(subject, search),
    async check(copy) {
      await copy.write([...files, settings]);
      await run(copy);
      await refuseRewritten(path, graph, copy);
    },
    async carryOut(copy, steps) {
      const final = editManifests(manifests, steps);
      await movePackages({ manifests: final, steps, graph, manifestOf }, async (pinned) => {
        await copy.write([...files, settings]);
        await copy.write(pinned);
        await run(copy);
        return readNpmGraph(await writtenPackages(path, copy));
      });
      await copy.write(final);
      await run(copy);
      await copy.write(final);
    },
  };
}

/** @throws AssayError `USAGE` for a lockfile that npm would write in another form */
function packagesOf(path: string, root: JsonObject): JsonObject {
  const { lockfileVersion: version, packages } = root;
  if (LOCK_VERSIONS.has(version) && isJsonObject(packages)) return packages;
  throw new AssayError(
    'USAGE',
    `"${path}" has lockfileVersion ${JSON.stringify(version)}, which npm would rewrite`,
    {
      hint: 'Write it anew with npm 7 or newer and commit it: npm install --package-lock-only',
    },
  );
}

/**
 * @throws AssayError `USAGE` if npm resolves the project to other packages than the lockfile has
 */
async function refuseRewritten(path: string, graph: LockGraph, copy: ProjectCopy): Promise<void> {
  const packages = await writtenPackages(path, copy);
  const before = new Map(graph.nodes.map((node) => [node.path, node.version]));
  const after = new Map(
    Object.entries(packages)
      .filter(([, row]) => !isJsonObject(row) || row['link'] !== true)
      .map(([key, row]) => [key, readStrings(row, ['version']).version ?? '']),
  );
  const other = [...new Set([...before.keys(), ...after.keys()])].find(
    (key) => before.get(key) !== after.get(key),
  );
  if (other === undefined) return;
  throw new AssayError(
    'USAGE',
    `"${path}" does not agree with its package.json: npm would change "${other}"`,
    {
      hint: 'Bring the lockfile up to date and commit it: npm install --package-lock-only',
    },
  );
}

/** What the lockfile of a copy has, as npm wrote it. */
async function writtenPackages(path: string, copy: ProjectCopy): Promise<JsonObject> {
  const bytes = await copy.read(path);
  const root = bytes === undefined ? {} : readJson(path, bytes);
  return isJsonObject(root['packages']) ? root['packages'] : {};
}
