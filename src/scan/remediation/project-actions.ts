/** Commands and edits for packages of languages, by the files that name them. */

import { baseName } from '../../core/base/artifact-path.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { Artifact, Location } from '../../core/model/artifact/artifact.ts';
import { LOCK_RECIPES, type LockedItems, type LockRecipe } from './lock-recipes.ts';
import { installedCommands, type InstalledPlace } from './installed-commands.ts';
import { isShellSafeName, isShellSafePath, isShellSafeVersion, shellWord } from './shell-safe.ts';
import { isSystemPackage } from './system-commands.ts';
import type { CureCommand, PackageUpgrade, ArtifactUpgrades } from './package-upgrades.ts';

/** The upgrades of one project: commands, and edits of its manifest. */
export interface ProjectActions {
  readonly commands: readonly CureCommand[];
  readonly edits: readonly string[];
}

const RECIPES: ReadonlyMap<string, LockRecipe> = new Map(
  LOCK_RECIPES.flatMap((recipe) => recipe.files.map((file) => [file, recipe] as const)),
);

/** Kinds of artifacts whose files exist in a place where a command can run. */
const HAS_FILES: ReadonlySet<Artifact['kind']> = new Set([
  'image',
  'directory',
  'file',
  'rootfs',
  'repository',
]);

/** A lockfile with its packages. */
interface Lockfile {
  readonly path: string;
  readonly recipe: LockRecipe;
  readonly items: PackageUpgrade[];
}

/** Returns what to run and what to edit in one artifact. */
export function projectActions(artifact: ArtifactUpgrades): ProjectActions {
  const { result, items } = artifact;
  if (!HAS_FILES.has(result.artifact.kind)) return { commands: [], edits: [] };
  const lockfiles = new Map<string, Lockfile>();
  const edits: string[] = [];
  const installed: InstalledPlace[] = [];
  for (const item of items) {
    if (isSystemPackage(item.pkg) || item.pkg.ownedBy !== undefined) continue;
    if (!isPlain(item)) {
      const name = JSON.stringify(item.pkg.name.slice(0, 80));
      edits.push(`upgrade ${name} by hand: no command names a package with such a name or version`);
      continue;
    }
    for (const location of item.pkg.locations) {
      const recipe = RECIPES.get(baseName(location.path));
      if (recipe === undefined) {
        const edit = editOf(item, location);
        if (edit === undefined) installed.push({ item, path: location.path });
        else edits.push(edit);
      } else {
        const known = lockfiles.get(location.path);
        if (known !== undefined) known.items.push(item);
        else lockfiles.set(location.path, { path: location.path, recipe, items: [item] });
      }
    }
  }
  const commands: CureCommand[] = [];
  for (const lockfile of lockfiles.values()) {
    const actions = lockActions(lockfile, artifact);
    commands.push(...actions.commands);
    edits.push(...actions.edits);
  }
  commands.push(...installedCommands(installed, result));
  return { commands, edits };
}

function isPlain({ pkg, version }: PackageUpgrade): boolean {
  return (
    isShellSafeName(pkg.ecosystem, pkg.name) &&
    isShellSafeVersion(pkg.version) &&
    isShellSafeVersion(version)
  );
}

function lockActions(lockfile: Lockfile, { result }: ArtifactUpgrades): ProjectActions {
  const { path, recipe, items } = lockfile;
  const locked: LockedItems = {
    direct: items.filter(({ pkg }) => pkg.relationship !== 'indirect'),
    indirect: items.filter(({ pkg }) => pkg.relationship === 'indirect'),
    ...othersIn(path, result.inventory.packages),
  };
  const { commands, left } = recipe.commands(locked);
  const edits = left.map(
    ({ pkg, version }) =>
      `in ${path.slice(1)}, replace ${pkg.name} ${pkg.version} by ${version}: upgrade what asks for it, or override it`,
  );
  const directory = directoryOf(result.artifact, path);
  if (directory === undefined) {
    const where = JSON.stringify(path.slice(0, 200));
    const words = items.map(({ pkg, version }) => `${pkg.name} ${version}`).join(', ');
    return { commands: [], edits: [`in ${where}, upgrade to ${words}`] };
  }
  if (commands.length === 0) return { commands: [], edits };
  const line = commands.join(' && ');
  return {
    commands: [
      {
        command: directory.path === undefined ? line : `(cd ${directory.path} && ${line})`,
        ...(directory.place !== undefined && { place: directory.place }),
      },
    ],
    edits,
  };
}

/**
 * Returns the other content of the lockfile: the versions of each name, and ids that other packages
 * depend on.
 */
function othersIn(
  path: string,
  packages: ArtifactUpgrades['result']['inventory']['packages'],
): Pick<LockedItems, 'versions' | 'shared'> {
  const versions = new Map<string, string[]>();
  const shared = new Set<string>();
  for (const { name, version, locations, dependsOn } of packages) {
    if (!locations.some((location) => location.path === path)) continue;
    appendTo(versions, name, version);
    for (const id of dependsOn) shared.add(id);
  }
  return { versions, shared };
}

interface Directory {
  /** To change to, as a word of a shell; absent for the working directory. */
  readonly path?: string;
  readonly place?: string;
}

/**
 * Returns the directory of a lockfile, relative to the start directory of the scan; `undefined` if
 * the path is not plain.
 */
function directoryOf({ kind, reference }: Artifact, lockfile: string): Directory | undefined {
  const inside = lockfile.slice(1, Math.max(lockfile.lastIndexOf('/'), 1));
  if (!isShellSafePath(inside)) return undefined;
  const sub = inside === '' ? {} : { path: inside.startsWith('-') ? `./${inside}` : inside };
  switch (kind) {
    case 'image':
      return { place: `in the project that is /${inside} in the image ${reference}` };
    case 'rootfs':
      return {
        path: `/${inside}`,
        ...(reference !== '/' && { place: `in the root ${reference}` }),
      };
    case 'repository':
      return { ...sub, place: `in a checkout of ${reference}` };
    case 'file':
    case 'directory': {
      const base = kind === 'file' ? parentOf(reference) : reference;
      const path = [base.replace(/(?<=.)\/+$/u, ''), inside].filter(Boolean).join('/');
      if (path === '.' || path === './') return {};
      const word = shellWord(path.startsWith('-') ? `./${path}` : path);
      return word === undefined ? undefined : { path: word };
    }
    case 'sbom':
      return undefined;
  }
}

function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end) || '/';
}

/** Returns the manifests that pin versions themselves: what a line must become. */
function editOf({ pkg, version }: PackageUpgrade, { path, line }: Location): string | undefined {
  const text = editedText(baseName(path), pkg.name, version);
  if (text === undefined) return undefined;
  const place = path.slice(1);
  const at = line === undefined ? '' : `, line ${line}`;
  return `in ${place}${at}: ${text}`;
}

const REQUIREMENTS = /(?:requirements|constraints).*\.(?:txt|in)$|^requirements\//u;
const GRADLE = /\.gradle(?:\.kts)?$|^gradle\.lockfile$/u;
const PROJECT_FILE = /\.(?:cs|fs|vb)proj$|^(?:Directory\.)?Packages\.props$/u;

function editedText(file: string, name: string, version: string): string | undefined {
  if (file === 'pom.xml') return `<version>${version}</version> for ${name}`;
  if (REQUIREMENTS.test(file)) return `${name}==${version}`;
  if (GRADLE.test(file)) return `${name}:${version}`;
  if (PROJECT_FILE.test(file)) return `Include="${name}" Version="${version}"`;
  return MANIFESTS.has(file) ? `${name} ${version}` : undefined;
}

const MANIFESTS: ReadonlySet<string> = new Set([
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'environment.yml',
  'environment.yaml',
  'packages.config',
  'build.sbt',
  'ivy.xml',
  'deps.edn',
  'project.clj',
  'libs.versions.toml',
  'mix.exs',
  'gleam.toml',
  'deno.json',
  'deno.jsonc',
]);
