/**
 * Cargo: projects with a `Cargo.lock`.
 *
 * Source: The Cargo Book, "cargo update" (`--precise`, `--workspace`, `--locked`), "Configuration"
 * (`config.toml` is read from the working directory and those above it), "Cargo.toml vs
 * Cargo.lock".
 *
 * Cargo runs in the root directory of the machine, where no project has a configuration; that of
 * `CARGO_HOME` is the user's own.
 */

import { join, parse, posix } from 'node:path';

import { directoryOf } from '../../../../core/base/artifact-path.ts';
import type { Context } from '../../../../core/base/context.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { exists } from '../../../../core/base/exists.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import type { ProjectCopy } from '../../copy.ts';
import type { FixProject, Manager, ProjectPlace } from '../../manager.ts';
import type { Move, Step } from '../../plan.ts';
import { pathIn, readProjectFile, type ProjectFile } from '../../project-files.ts';
import { managerEnvironment, runManager } from '../../run-manager.ts';
import { editRequirement, reducedManifest, requestsOf } from './manifest.ts';
import { cargoManifests, type CargoManifest } from './members.ts';
import { cargoSteps, type LockedCrate } from './steps.ts';

/** Projects of Cargo. */
export const cargo: Manager = { openProject };

/** Cargo 1.53 and newer write version 3. */
const LOCK_VERSIONS: ReadonlySet<unknown> = new Set([3, 4]);
const OWN = /^(?:CARGO_(?!ENCODED_|BUILD_|TARGET_|MANIFEST_|MAKEFLAGS)|RUSTUP_|SSH_AUTH_SOCK$)/u;
/** Wrappers of the compiler are off, and so is a compiler of another name. */
const SETTINGS = {
  RUSTC_WRAPPER: '',
  RUSTC_WORKSPACE_WRAPPER: '',
  CARGO_BUILD_RUSTC_WRAPPER: '',
  CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER: '',
  CARGO_TERM_COLOR: 'never',
} as const;

async function openProject(place: ProjectPlace, context: Context): Promise<FixProject> {
  const { root, path, env } = place;
  const directory = directoryOf(path);
  const lockfile = await readProjectFile(root, path);
  const lock = readToml(path, lockfile.bytes).root;
  refuseOld(path, lock);
  const crates = cratesOf(lock);
  const manifests = await cargoManifests(root, directory);
  const files: readonly ProjectFile[] = [
    ...manifests.map((one) => ({ path: one.path, bytes: one.bytes })),
    lockfile,
  ];
  const hasConfiguration =
    (await exists(join(root, directory, '.cargo', 'config.toml'))) ||
    (await exists(join(root, directory, '.cargo', 'config')));
  const run = async (copy: ProjectCopy, args: readonly string[]): Promise<void> => {
    const manifest = join(copy.folder, directory, 'Cargo.toml');
    await runCargo([...args, '--manifest-path', manifest], { env, folder: copy.folder }, context);
  };
  const search = { lockfile: path, crates, manifests };
  return {
    path,
    files,
    registries: [...new Set(crates.flatMap(({ source }) => registryOf(source)))],
    notes: hasConfiguration
      ? [
          `"${pathIn(directory, '.cargo')}" is not taken over: registries, wrappers and runners of it have no effect`,
        ]
      : [],
    isResolved: true,
    stepsFor: (subject) => Promise.resolve(cargoSteps(subject, search)),
    async check(copy) {
      await writeReduced(copy, manifests, directory);
      try {
        await run(copy, ['update', '--workspace', '--locked']);
      } catch (error) {
        throw withHint(error, path);
      }
    },
    async carryOut(copy, steps) {
      const edited = editedManifests(manifests, steps);
      await copy.write([lockfile]);
      await writeReduced(copy, edited, directory);
      for (const { name, from, to } of movesOf(steps)) {
        const spec = `${name}@${from}`;
        if (to === undefined) await run(copy, ['update', '--workspace']);
        else await run(copy, ['update', spec, '--precise', to]);
      }
      await run(copy, ['update', '--workspace', '--locked']);
      await copy.write(edited.map((one) => ({ path: one.path, bytes: one.bytes })));
    },
  };
}

async function runCargo(
  args: readonly string[],
  { env, folder }: { readonly env: Environment; readonly folder: string },
  context: Context,
): Promise<void> {
  const own = managerEnvironment(env, (name) => OWN.test(name), SETTINGS);
  const place = process.platform === 'win32' ? folder : parse(folder).root;
  await runManager({ command: ['cargo', ...args], folder: place, env: own }, context);
}

/** Writes the reduced manifests, each with its empty library. */
async function writeReduced(
  copy: ProjectCopy,
  manifests: readonly CargoManifest[],
  directory: string,
): Promise<void> {
  await copy.write(
    manifests.flatMap((one) => [
      {
        path: one.path,
        bytes: new TextEncoder().encode(
          reducedManifest(one.root, {
            isRoot: one.directory === directory,
            pathToRoot: posix.relative(`/${one.directory}`, `/${directory}`),
          }),
        ),
      },
      { path: pathIn(one.directory, 'assay-lib.rs'), bytes: new Uint8Array() },
    ]),
  );
}

function editedManifests(
  manifests: readonly CargoManifest[],
  steps: readonly Step[],
): readonly CargoManifest[] {
  const edits = new Map(
    steps
      .flatMap((step) => step.edits)
      .map((edit) => [`${edit.manifest}\0${edit.section}\0${edit.name}`, edit]),
  );
  return manifests.map((manifest) => {
    let { bytes } = manifest;
    for (const { manifest: path, section, name, from = '', to = '' } of edits.values()) {
      if (path !== manifest.path) continue;
      const request = requestsOf(manifest.root).find(
        ({ place }) => place.at(-1) === name && place.slice(0, -1).join('/') === section,
      );
      const edited = request && editRequirement(path, bytes, { place: request.place, from, to });
      if (edited === undefined) {
        throw new AssayError('USAGE', `"${name}" of "${path}" cannot be edited`);
      }
      bytes = edited;
    }
    return { ...manifest, bytes, root: readToml(manifest.path, bytes).root };
  });
}

/**
 * Each version moves once, the direct dependencies last: those in between can be asked for it
 * first.
 */
function movesOf(steps: readonly Step[]): readonly Move[] {
  return [
    ...new Map(
      steps.flatMap(({ moves }) => moves).map((move) => [`${move.name}@${move.from}`, move]),
    ).values(),
  ];
}

/** @throws AssayError `USAGE` for a lockfile that Cargo would write in another form */
function refuseOld(path: string, { version }: JsonObject): void {
  const number = typeof version === 'bigint' ? Number(version) : version;
  if (LOCK_VERSIONS.has(number)) return;
  const name = typeof number === 'number' ? `version ${number}` : 'no version';
  throw new AssayError('USAGE', `"${path}" has ${name}, and 3 and 4 are written by Cargo now`, {
    hint: 'Write it anew and commit it: cargo generate-lockfile',
  });
}

function cratesOf(lock: JsonObject): readonly LockedCrate[] {
  const rows = lock['package'];
  return (isJsonArray(rows) ? rows : []).filter(isJsonObject).map((row) => {
    const { name = '', version = '', source } = readStrings(row, ['name', 'version', 'source']);
    const list = row['dependencies'];
    const needs = isJsonArray(list) ? list.filter((one) => typeof one === 'string') : [];
    return { name, version, ...(source !== undefined && { source }), needs };
  });
}

function registryOf(source: string | undefined): readonly string[] {
  const address = /^(?:registry|sparse|git)\+(?<url>[^?#]+)/u.exec(source ?? '')?.groups?.['url'];
  if (address === undefined) return [];
  return [address.includes('crates.io') ? 'crates.io, or its replacement' : address];
}

function withHint(error: unknown, path: string): unknown {
  if (
    !(error instanceof AssayError) ||
    error.code !== 'USAGE' ||
    !error.message.includes('--locked')
  ) {
    return error;
  }
  return error.message.includes('ended with exit code')
    ? new AssayError('USAGE', error.message, {
        hint: `If "${path}" is out of date, bring it up to date and commit it: cargo update --workspace`,
        cause: error,
      })
    : error;
}
