/**
 * Go: modules with a `go.mod` and a `go.sum`.
 *
 * Source: the Go Modules Reference, "go get", "go mod edit", "go mod download", "Minimal version
 * selection". Go raises requirements with `go get`, which keeps `// indirect` comments and adds the
 * sums that a build needs. Sums of versions that are no longer used stay until `go mod tidy` runs,
 * which needs the sources.
 */

import { join, posix } from 'node:path';

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import type { Context } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { exists } from '../../../../core/base/exists.ts';
import type { ProjectCopy } from '../../copy.ts';
import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import type { Step } from '../../plan.ts';
import { pathIn, readProjectFile, type ProjectFile } from '../../project-files.ts';
import { moduleDependents, type ModuleGraph } from './dependents.ts';
import { editGoMod, readGoMod, type GoModFile } from './mod-file.ts';
import { goProxies, runGo } from './run-go.ts';
import { sourceImports } from './source-imports.ts';
import { goSteps } from './steps.ts';
import { goNeighbors, type GoNeighbors } from './workspace.ts';

/** Modules of Go. */
export const go: Manager = { openProject };

/** The file of the copy that stands for the sources. */
const IMPORTS = 'assay_imports.go';

async function openProject(place: ProjectPlace, context: Context): Promise<FixProject> {
  const { root, path, env } = place;
  const directory = directoryOf(path);
  const manifest = await readProjectFile(root, path);
  const mod = readGoMod(manifest.bytes);
  const sums = pathIn(directory, 'go.sum');
  const hasSums = await exists(join(root, sums));
  const files = hasSums ? [manifest, await readProjectFile(root, sums)] : [manifest];
  const neighbors = await goNeighbors(root, path, mod);
  const imports = await sourceImports(join(root, directory));
  const state: GoState = {
    path,
    directory,
    manifest,
    mod,
    neighbors,
    files,
    source: importSource(imports, mod, neighbors),
    run: (copy, args) => runGo(args, { folder: join(copy.folder, directory), env }, context),
  };
  let isWithSources = false;
  let graph: ModuleGraph | undefined;
  return {
    path,
    files,
    registries: await goProxies(env),
    notes: [],
    isResolved: true,
    stepsFor: (subject) =>
      Promise.resolve(
        goSteps(subject, {
          path,
          mod,
          ...(neighbors.vendored !== undefined && { vendored: neighbors.vendored }),
        }),
      ),
    async check(copy) {
      if (neighbors.vendored !== undefined) return;
      if (!hasSums && mod.requirements.length > 0) throw disagrees(path, 'there is no go.sum');
      ({ isWithSources, graph } = await checkModule(copy, state));
    },
    dependentsOf: ({ moves: [{ name }] }) =>
      graph === undefined ? [] : moduleDependents(graph, name),
    carryOut: (copy, steps) => carryOut(copy, steps, { ...state, isWithSources }),
  };
}

interface GoState {
  readonly path: string;
  readonly directory: string;
  readonly manifest: ProjectFile;
  readonly mod: GoModFile;
  readonly neighbors: GoNeighbors;
  readonly files: readonly ProjectFile[];
  /** The source that imports what the module imports. */
  readonly source: string;
  readonly run: (copy: ProjectCopy, args: readonly string[]) => Promise<string>;
}

/**
 * Returns the module graph, and whether Go takes the file of imports. It does not if sources of the
 * project import what no requirement has.
 *
 * @throws AssayError `USAGE` for a file that Go would write in another form
 */
async function checkModule(
  copy: ProjectCopy,
  state: GoState,
): Promise<{ readonly isWithSources: boolean; readonly graph: ModuleGraph }> {
  const { path, manifest, files, run } = state;
  const canonical = await run(copy, ['mod', 'edit', '-print']);
  if (canonical !== textOf(manifest.bytes).replaceAll('\r\n', '\n')) {
    throw new AssayError('USAGE', `"${path}" does not have the form that go writes`, {
      hint: 'Format it and commit it: go mod edit -fmt',
    });
  }
  await prepare(copy, manifest.bytes, state, '');
  const before = textOf(await bytesOf(copy, path));
  const list = await run(copy, ['list', '-m', 'all']);
  const graph = { list, graph: await run(copy, ['mod', 'graph']) };
  if (textOf(await bytesOf(copy, path)) !== before) {
    throw disagrees(path, 'go would change its requirements');
  }
  await copy.write(files);
  await prepare(copy, manifest.bytes, state, state.source);
  try {
    await run(copy, ['get', './...']);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'USAGE') {
      return { isWithSources: false, graph };
    }
    throw error;
  }
  return { isWithSources: textOf(await bytesOf(copy, path)) === before, graph };
}

async function carryOut(
  copy: ProjectCopy,
  steps: readonly Step[],
  state: GoState & { readonly isWithSources: boolean },
): Promise<void> {
  const { path, files, mod, run, isWithSources } = state;
  await copy.write(files);
  let bytes = state.manifest.bytes;
  const upgrades = new Set<string>();
  const replaced = new Set<string>();
  for (const { section, name, from = '', to = '' } of steps.flatMap(({ edits }) => edits)) {
    if (section === 'require') upgrades.add(`${name}@${to}`);
    else {
      const verb = section === 'toolchain' ? 'toolchain' : 'replace';
      bytes = editGoMod(bytes, { verb, name, from, to });
      for (const one of mod.replacements) if (one.by === name) replaced.add(one.name);
    }
  }
  await prepare(copy, bytes, state, isWithSources ? state.source : '');
  const sources = isWithSources ? ['./...'] : [];
  if (upgrades.size > 0) await run(copy, ['get', ...upgrades, ...sources]);
  else if (replaced.size > 0) await run(copy, ['list', '-m', 'all']);
  if (replaced.size > 0) await run(copy, ['mod', 'download', ...replaced]);
  await restore(copy, state);
  await requireVersions(copy, steps, path);
}

/** Writes `go.mod` with the modules of the workspace, and what stands for the sources. */
async function prepare(
  copy: ProjectCopy,
  bytes: Uint8Array,
  { path, directory, neighbors }: GoState,
  source: string,
): Promise<void> {
  const lines = neighbors.replacements.map(({ name, version, by, byVersion }) => {
    const relative = posix.relative(`/${directory}`, by) || '.';
    const place = relative.startsWith('.') ? relative : `./${relative}`;
    const target = byVersion === '' ? JSON.stringify(place) : `${by} ${byVersion}`;
    return `\nreplace ${[name, ...(version === undefined ? [] : [version])].join(' ')} => ${target}\n`;
  });
  const text = textOf(bytes).replaceAll('\r\n', '\n') + lines.join('');
  await copy.write([
    ...neighbors.manifests,
    { path, bytes: new TextEncoder().encode(text) },
    {
      path: pathIn(directory, IMPORTS),
      bytes: new TextEncoder().encode(`package assay\n${source}`),
    },
  ]);
}

/** Takes the modules of the workspace out again, and writes the line ends of the original. */
async function restore(
  copy: ProjectCopy,
  { path, manifest, neighbors, run }: GoState,
): Promise<void> {
  const drops = neighbors.replacements.map(
    ({ name, version }) => `-dropreplace=${name}${version === undefined ? '' : `@${version}`}`,
  );
  if (drops.length > 0) await run(copy, ['mod', 'edit', ...drops]);
  if (!textOf(manifest.bytes).includes('\r\n')) return;
  const text = textOf(await bytesOf(copy, path)).replaceAll('\n', '\r\n');
  await copy.write([{ path, bytes: new TextEncoder().encode(text) }]);
}

/** @throws AssayError `USAGE` if go chose another version than the plan has */
async function requireVersions(
  copy: ProjectCopy,
  steps: readonly Step[],
  path: string,
): Promise<void> {
  const { requirements } = readGoMod(await bytesOf(copy, path));
  const versions = new Map(requirements.map(({ name, version }) => [name, version]));
  for (const { section, name, to } of steps.flatMap(({ edits }) => edits)) {
    if (section !== 'require' || versions.get(name) === to) continue;
    throw new AssayError(
      'USAGE',
      `go chose ${name} ${versions.get(name) ?? 'in no version'} instead of ${to ?? ''}`,
    );
  }
}

/**
 * Imports of modules that the project requires; others, of its own packages and of the standard
 * library, are left out.
 */
function importSource(
  imports: ReadonlySet<string>,
  { module, requirements, replacements }: GoModFile,
  { localModules }: GoNeighbors,
): string {
  const local = new Set([module, ...localModules]);
  const names = [
    ...requirements.map(({ name }) => name),
    ...replacements.map(({ name }) => name),
    ...local,
  ];
  const paths = [...imports].filter((path) => {
    const owner = names
      .filter((name) => path === name || path.startsWith(`${name}/`))
      .sort((a, b) => b.length - a.length)[0];
    return owner !== undefined && !local.has(owner);
  });
  return paths
    .sort()
    .map((path) => `import _ ${JSON.stringify(path)}\n`)
    .join('');
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

async function bytesOf(copy: ProjectCopy, path: string): Promise<Uint8Array> {
  return (await copy.read(path)) ?? new Uint8Array();
}

function disagrees(path: string, reason: string): AssayError {
  return new AssayError('USAGE', `"${path}" does not agree with its sums: ${reason}`, {
    hint: 'Bring both up to date and commit them: go mod tidy',
  });
}
