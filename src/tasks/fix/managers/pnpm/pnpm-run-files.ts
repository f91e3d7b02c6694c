/**
 * The files that pnpm reads in a copy: manifests without what starts programs, with the pins of the
 * first run.
 */

import { baseName, directoryOf } from '../../../../core/base/artifact-path.ts';
import { isJsonObject, readJson, type JsonObject } from '../../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import { pathIn, type ProjectFile } from '../../project-files.ts';
import type { OverridesPlace } from './pnpm-overrides.ts';
import type { Pins } from './pnpm-pins.ts';
import { runManifest } from '../javascript/run-manifest.ts';
import { takenSettings } from './pnpm-settings.ts';
import { objectAt } from './pnpm-graph.ts';

/** The place of the files. */
export interface RunPlace {
  readonly directory: string;
  readonly workspacePath: string;
  /** The place of pnpm's overrides; absent: pins of packages have no place. */
  readonly overrides: OverridesPlace | undefined;
  /** The `.npmrc` of the copy. */
  readonly settings: Uint8Array;
}

/** Returns the files. They are written for pnpm alone and never shown. */
export function runFiles(
  manifests: readonly ProjectFile[],
  pins: Pins,
  { directory, workspacePath, overrides, settings }: RunPlace,
): readonly ProjectFile[] {
  const workspace = manifests.find(({ path }) => path === workspacePath);
  const isInWorkspace = overrides?.manifest !== pathIn(directory, 'package.json');
  const pinned = [...pins.overrides];
  const own = workspace === undefined ? {} : takenSettings(yamlOf(workspace));
  // Without a file of its own, the copy could belong to a workspace above it.
  const settingsOfRun: JsonObject = { packages: ['.'], ...own };
  if (isInWorkspace && pinned.length > 0) {
    Object.assign(settingsOfRun, { overrides: withPins(objectAt(own, 'overrides'), pinned) });
  }
  const files = manifests
    .filter(({ path }) => baseName(path) === 'package.json')
    .map((file): ProjectFile => {
      const isRoot = directoryOf(file.path) === directory;
      const document = manifestOf(file, pins, directory);
      const pnpm = takenSettings(objectAt(document, 'pnpm'));
      if (isRoot && !isInWorkspace && pinned.length > 0) {
        Object.assign(pnpm, { overrides: withPins(objectAt(pnpm, 'overrides'), pinned) });
      }
      return jsonFile(file.path, { ...document, pnpm });
    });
  return [
    ...files,
    jsonFile(workspacePath, settingsOfRun),
    { path: pathIn(directory, '.npmrc'), bytes: settings },
  ];
}

/** Returns a manifest with the pins of its requests. */
function manifestOf(file: ProjectFile, { requests }: Pins, directory: string): JsonObject {
  const document = runManifest(readJson(file.path, file.bytes));
  const folder = directoryOf(file.path);
  const sections: Record<string, JsonObject> = {};
  for (const request of requests) {
    if (pathIn(directory, request.directory) !== folder) continue;
    const section = sections[request.section] ?? objectAt(document, request.section);
    sections[request.section] = { ...section, [request.name]: request.value };
  }
  return { ...document, ...sections };
}

function withPins(
  overrides: JsonObject,
  pinned: readonly (readonly [string, string])[],
): JsonObject {
  return { ...overrides, ...Object.fromEntries(pinned) };
}

function yamlOf({ path, bytes }: ProjectFile): JsonObject {
  const root = readYamlDocuments(path, bytes)[0]?.root;
  return isJsonObject(root) ? root : {};
}

/** JSON is YAML too. */
function jsonFile(path: string, content: JsonObject): ProjectFile {
  return { path, bytes: new TextEncoder().encode(`${JSON.stringify(content)}\n`) };
}
