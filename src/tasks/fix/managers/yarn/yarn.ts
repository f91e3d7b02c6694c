/**
 * Yarn: projects with a `yarn.lock`, of Yarn 1 and of Yarn 2 and newer.
 *
 * Source: Yarn 1 documentation, "yarn install" and "yarn.lock"; Yarn documentation, "yarn install"
 * and "Manifest".
 *
 * The versions of a plan are exact, and ranges are not. Therefore Yarn runs twice: first with one
 * more dependency for each new version, so that the lockfile gets its entry, and then with the
 * manifests of the plan and a lockfile in which the ranges of the old versions belong to the new
 * ones.
 */

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import type { Context } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { isJsonObject, readJson, type JsonObject } from '../../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import { withCopy, type ProjectCopy } from '../../copy.ts';
import type { FixProject, Manager, ProjectPlace, Subject } from '../../manager.ts';
import type { Step } from '../../plan.ts';
import {
  pathIn,
  readProjectFile,
  readProjectFileIfThere,
  type ProjectFile,
} from '../../project-files.ts';
import type { ManagerEnd } from '../../run-manager.ts';
import { editManifests } from '../javascript/edit-manifests.ts';
import { catalogReader } from '../javascript/catalogs.ts';
import type { StepSearch } from '../javascript/make-step.ts';
import { refuseLeaving } from '../javascript/refuse-leaving.ts';
import { npmrcOf, readRegistries, userNpmrc, type Registries } from '../javascript/registries.ts';
import { javascriptSteps } from '../javascript/steps.ts';
import { berryRunSettings } from './berry-settings.ts';
import { workspaceMembers } from './members.ts';
import { newPeerProblems } from './peer-problems.ts';
import { berrySettings, runBerry, runClassic, yarnVersion, type YarnPlace } from './run-yarn.ts';
import { projectRegistries, userRegistries } from './yarnrc.ts';
import { assignRanges, readYarnFile, type YarnFile } from './yarn-file.ts';
import { readYarnGraph } from './yarn-graph.ts';
import { yarnOverrides } from './yarn-overrides.ts';
import { refuseForeignCode, refuseRewritten, refuseVersion } from './yarn-refusals.ts';
import { withPins } from './yarn-run-files.ts';

/** Projects with a lockfile of Yarn. */
export const yarn: Manager = { openProject };

async function openProject(place: ProjectPlace, context: Context): Promise<FixProject> {
  const { path, env } = place;
  const { file, edited, files, search, registries, directory, members, run } = await readProject(
    place,
    context,
  );
  const where: YarnPlace = { directory, env, members };
  let usual: ManagerEnd | undefined;
  return {
    path,
    files,
    registries: registries.urls,
    notes: registries.config.notes,
    isResolved: true,
    stepsFor: (subject: Subject) => javascriptSteps(subject, search),
    async check(copy) {
      const version = await withCopy([], (empty) => yarnVersion(empty, env, context));
      refuseVersion(path, file, version);
      await copy.write([...files, ...withPins(edited, [], directory)]);
      usual = await run(copy, edited, where);
      await copy.write(edited);
      refuseRewritten(path, file, await readLockfile(copy, path));
    },
    async carryOut(copy, steps) {
      const final = editManifests(edited, steps);
      const moves = movesOf(steps);
      await copy.write([...files, ...withPins(final, moves, directory)]);
      await run(copy, final, where);
      const text = assignRanges(file, await readLockfile(copy, path), moves, overriddenBy(steps));
      await copy.write(withPins(final, [], directory));
      await copy.write([{ path, bytes: new TextEncoder().encode(text) }]);
      const end = await run(copy, final, where);
      await copy.write(final);
      const problem = newPeerProblems(usual, end)[0];
      if (problem !== undefined) {
        throw new AssayError('USAGE', `a peer dependency forbids it: ${problem}`);
      }
    },
  };
}

async function readLockfile(copy: ProjectCopy, path: string): Promise<YarnFile> {
  return readYarnFile((await copy.read(path)) ?? new Uint8Array());
}

/** The parts of a project that are read before anything is run. */
interface YarnProject {
  readonly file: YarnFile;
  /** Manifests, and `.yarnrc.yml` if it has catalogs. */
  readonly edited: readonly ProjectFile[];
  readonly files: readonly ProjectFile[];
  readonly search: StepSearch;
  readonly registries: Registries;
  readonly directory: string;
  readonly members: readonly string[];
  readonly run: (
    copy: ProjectCopy,
    own: readonly ProjectFile[],
    where: YarnPlace,
  ) => Promise<ManagerEnd>;
}

async function readProject(place: ProjectPlace, context: Context): Promise<YarnProject> {
  const { root, path } = place;
  const directory = directoryOf(path);
  const lockfile = await readProjectFile(root, path);
  const file = readYarnFile(lockfile.bytes);
  refuseForeignCode(path, file);
  const { manifests, documents } = await readManifests(place, directory, file);
  const manifestOf = (folder: string): string => pathIn(directory, folder, 'package.json');
  const settingsPath = pathIn(directory, '.yarnrc.yml');
  const settingsFile = file.isBerry ? await readProjectFileIfThere(root, settingsPath) : undefined;
  const settings = settingsFile === undefined ? {} : yamlOf(settingsFile);
  const hasCatalogs = settings['catalog'] !== undefined || settings['catalogs'] !== undefined;
  const more = file.isBerry
    ? { project: projectRegistries(settings), user: await userRegistries(place.env) }
    : undefined;
  const registries = await readRegistries(place, directory, context, more);
  const graph = readYarnGraph({
    file,
    manifests: documents,
    inCatalog: catalogReader(settingsPath, settings),
  });
  const edited = [
    ...manifests,
    ...(settingsFile !== undefined && hasCatalogs ? [settingsFile] : []),
  ];
  return {
    file,
    edited,
    files: [...edited, lockfile],
    search: {
      lockfile: path,
      graph,
      overrides: yarnOverrides(manifestOf(''), documents.get('') ?? {}, file),
      manifestOf,
      versionsOf: registries.versionsOf,
    },
    registries,
    directory,
    members: [...documents.keys()],
    async run(copy, own, where) {
      await copy.writeAside('npmrc', userNpmrc(registries.config));
      if (!file.isBerry) {
        await copy.write(classicSettings(registries, directory));
        return runClassic(copy, where, context);
      }
      const catalogs = own.find((one) => one.path === settingsPath);
      const project = catalogs === undefined ? settings : yamlOf(catalogs);
      const all = await berryRunSettings(registries.config, file.metadata, project);
      return runBerry(copy, where, berrySettings(directory, all), context);
    },
  };
}

/** Yarn 1 reads registries from both files. */
function classicSettings({ config }: Registries, directory: string): readonly ProjectFile[] {
  const rows = [...config.registries()];
  const lines = rows.map(([key, url]) => `${JSON.stringify(key)} ${JSON.stringify(url)}\n`);
  return [
    { path: pathIn(directory, '.npmrc'), bytes: npmrcOf(rows) },
    { path: pathIn(directory, '.yarnrc'), bytes: new TextEncoder().encode(lines.join('')) },
  ];
}

function movesOf(steps: readonly Step[]): Step['moves'][number][] {
  const moves = steps.flatMap((step) => step.moves);
  return [...new Map(moves.map((move) => [`${move.name}\0${move.from}`, move])).values()];
}

function overriddenBy(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(
    steps.flatMap(({ kind, moves: [{ name }] }) => (kind === 'override' ? [name] : [])),
  );
}

interface Manifests {
  /** The root's comes first. */
  readonly manifests: readonly ProjectFile[];
  readonly documents: ReadonlyMap<string, JsonObject>;
}

async function readManifests(
  { root, path }: ProjectPlace,
  directory: string,
  file: YarnFile,
): Promise<Manifests> {
  const manifests = [await readProjectFile(root, pathIn(directory, 'package.json'))];
  const documents = new Map<string, JsonObject>();
  for (const { path: at, bytes } of manifests) documents.set('', readJson(at, bytes));
  const members = file.isBerry
    ? file.packages.flatMap(({ member }) => (member === undefined || member === '' ? [] : [member]))
    : await workspaceMembers(pathIn(root, directory), documents.get('') ?? {});
  for (const member of members) {
    refuseLeaving(path, member);
    const one = await readProjectFile(root, pathIn(directory, member, 'package.json'));
    manifests.push(one);
    documents.set(member, readJson(one.path, one.bytes));
  }
  return { manifests, documents };
}

function yamlOf({ path, bytes }: ProjectFile): JsonObject {
  const root = readYamlDocuments(path, bytes)[0]?.root;
  return isJsonObject(root) ? root : {};
}
