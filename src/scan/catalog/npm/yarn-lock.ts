/**
 * Node packages pinned in `yarn.lock`, of Yarn 1 and of Yarn 2 and later.
 *
 * Source: Yarn documentation, "yarn.lock" and "Protocols". The resolution of an entry is the truth
 * in later versions; in version 1 it is the alias of the entry's first range (`npm:lodash@3.10.1`),
 * else its name. Written rules:
 * - workspace members, `link:` and `portal:` folders are notes: the file does not know their
 *   versions (`0.0.0`). `file:` folders have one and are listed, and so is a linked folder with
 *   one. A patched package is the package that was patched.
 * - a package from git has its repository (`vcs_url`). The checksum of later versions is that of
 *   Yarn's own archive and no digest of the package.
 * - what is direct, and what is for development, stands in the `package.json` of the project and
 *   its members. Without it nothing is said of either; nor in a version 1 file of a project with
 *   workspaces, whose members are not recorded.
 * - an entry that has another version than its resolution or its archive, or is of another
 *   archive's package, is a gap.
 * - a dependency that no entry answers by its range (`resolutions` change ranges) is every entry of
 *   its name.
 *
 * A lockfile inside `node_modules` pins nothing: a note. Lines that have no place are unreadable
 * rows; refused is a file of such lines only. A file without entries beside a `package.json` that
 * asks for packages is a gap, and so is what entries or the project ask for and no entry is.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage, Siblings } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportStrayCarriageReturn } from '../stray-carriage-return.ts';
import { scopesOf, type LockEdge, type LockRoot } from '../lock-graph.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { edgeTo, LockedPackages } from './locked-packages.ts';
import { readManifestIn, reportEmptyNpmLock, type Requirement } from './npm-project.ts';
import { readYarnEntries, type YarnEntry } from '../../../formats/text/yarn-entries.ts';
import {
  contradictionOf,
  identityOf,
  lockedFolder,
  readSpec,
  type YarnIdentity,
} from './yarn-identity.ts';

const METADATA = '__metadata';
/** Yarn 1 has no field of this name. */
const RESOLUTION = 'resolution';

/** Keys of the graph: the place of an entry, or this and a name that stands for all its entries. */
const ANY_OF = 'any:';

interface YarnNode {
  readonly key: string;
  readonly entry: YarnEntry;
  readonly identity: YarnIdentity;
}

interface YarnLock {
  readonly nodes: readonly YarnNode[];
  readonly bySpec: ReadonlyMap<string, YarnNode>;
  /** By the name that ranges have, which of an alias is not that of the package. */
  readonly byName: ReadonlyMap<string, readonly YarnNode[]>;
}

export const yarnLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (file.path.includes('/node_modules/')) {
      result.note('a lockfile that came with a package pins nothing here');
      return result.done();
    }
    const text = new TextDecoder().decode(await readPrefix(file, result, ROW_STARTS.outer));
    reportStrayCarriageReturn(text, result);
    const { entries, stray } = readYarnEntries(text);
    if (entries.length === 0 && stray.length > 0) throw new ParseError(file.path, 'no entry');
    for (const { text: row, line } of stray) {
      result.unreadableRow(row, { reason: 'no entry and no new field of one', line });
    }
    const lock = indexEntries(entries, result);
    const roots = await rootsOf(file.path, lock, siblings);
    const scopes = roots && scopesOf(roots, (key) => edgesOf(key, lock));
    const direct = roots && directOf(roots, lock);
    const packages = new LockedPackages();
    for (const node of lock.nodes) {
      if (node.identity.kind === 'folder') continue;
      const scope = scopes?.get(node.key);
      const { name } = node.identity;
      const { line } = node.entry;
      const reason = contradictionOf(node.entry, node.identity);
      if (reason !== undefined) packages.doubt({ name, line }, reason);
      packages.addPackage({
        ...describe(node, lock),
        ...(direct && { relationship: direct.has(node) ? 'direct' : 'indirect' }),
        ...(scope !== undefined && { scope }),
      });
    }
    packages.addTo(result);
    result.locks({
      directories: lock.nodes.flatMap(({ entry, identity: { isWorkspace, folder } }) =>
        isWorkspace && folder !== undefined ? [folder] : (lockedFolder(entry) ?? []),
      ),
    });
    if (lock.nodes.every(({ identity }) => identity.kind === 'folder')) {
      await reportEmptyNpmLock(file.path, siblings, result);
    } else reportMissingLockEntries(await unansweredIn(file.path, lock, siblings), result);
    return result.done();
  },
};

function indexEntries(entries: readonly YarnEntry[], result: CatalogBuilder): YarnLock {
  const nodes: YarnNode[] = [];
  const bySpec = new Map<string, YarnNode>();
  const byName = new Map<string, YarnNode[]>();
  for (const entry of entries) {
    if (entry.specs[0] === METADATA) continue;
    const identity = identityOf(entry);
    if (identity === undefined) {
      result.unreadableRow(entry.specs[0], { line: entry.line });
      continue;
    }
    if (identity.kind === 'folder' && !identity.isWorkspace) {
      result.note(`"${identity.name}" is a folder without a version`, entry.line);
    }
    const node = { key: String(nodes.length), entry, identity };
    nodes.push(node);
    for (const spec of entry.specs) {
      bySpec.set(spec, node);
      const name = readSpec(spec)?.name ?? spec;
      const sameName = byName.get(name);
      if (sameName === undefined) byName.set(name, [node]);
      else if (sameName.at(-1) !== node) sameName.push(node);
    }
  }
  return { nodes, bySpec, byName };
}

function describe(node: YarnNode, lock: YarnLock): CatalogedPackage {
  const { entry, identity } = node;
  const { name, version, vcsUrl } = identity;
  const isFirstVersion = !entry.fields.has(RESOLUTION);
  const digests = isFirstVersion ? readIntegrity(entry.fields.get('integrity')) : [];
  const dependsOn = new Set<string>();
  for (const { to } of edgesOfEntry(entry, lock)) {
    const targets = nodesOf(to, lock);
    const target = targets[0]?.identity;
    if (target?.kind !== 'package') continue;
    dependsOn.add(edgeTo(target.name, targets.length === 1 ? target.version : ''));
  }
  return {
    name,
    version,
    line: entry.line,
    ...(dependsOn.size > 0 && { dependsOn: [...dependsOn] }),
    ...(vcsUrl !== undefined && { qualifiers: new Map([['vcs_url', vcsUrl]]) }),
    ...(digests.length > 0 && { digests }),
  };
}

function edgesOf(key: string, lock: YarnLock): Iterable<LockEdge> {
  if (key.startsWith(ANY_OF)) return nodesOf(key, lock).map((node) => ({ to: node.key }));
  const entry = lock.nodes[Number(key)]?.entry;
  return entry === undefined ? [] : edgesOfEntry(entry, lock);
}

function* edgesOfEntry({ sections, optional }: YarnEntry, lock: YarnLock): Generator<LockEdge> {
  for (const section of ['dependencies', 'optionalDependencies']) {
    for (const [name, range] of sections.get(section) ?? []) {
      const isOptional = section === 'optionalDependencies' || optional.has(name);
      yield { to: keyOf(name, range, lock), isOptional };
    }
  }
}

/** Returns the entry that answers a dependency by its range, else all entries of its name. */
function keyOf(name: string, range: string, lock: YarnLock): string {
  const exact = lock.bySpec.get(`${name}@${range}`) ?? lock.bySpec.get(`${name}@npm:${range}`);
  return exact?.key ?? ANY_OF + name;
}

function nodesOf(key: string, lock: YarnLock): readonly YarnNode[] {
  if (key.startsWith(ANY_OF)) return lock.byName.get(key.slice(ANY_OF.length)) ?? [];
  const node = lock.nodes[Number(key)];
  return node === undefined ? [] : [node];
}

function directOf(roots: readonly LockRoot[], lock: YarnLock): ReadonlySet<YarnNode> {
  const keys = new Set(roots.map(({ to }) => to));
  return new Set([...keys].flatMap((key) => nodesOf(key, lock)));
}

/**
 * Returns requests of entries that no entry of the name answers, whatever its range. Yarn 1 does
 * not record the members of a workspace, which may answer any of them: such a project is left out,
 * and one without workspaces has the requests of its manifest.
 */
async function unansweredIn(
  path: string,
  lock: YarnLock,
  siblings: Siblings,
): Promise<readonly string[]> {
  const hasMembers = lock.nodes.some(({ identity }) => identity.isWorkspace);
  const manifest = hasMembers ? undefined : await readManifestIn(directoryOf(path), siblings);
  if (manifest?.hasWorkspaces === true) return [];
  const asked = manifest?.requirements.filter(({ scope }) => scope !== 'peer') ?? [];
  const needed = lock.nodes.flatMap(({ entry }) =>
    ['dependencies', 'optionalDependencies'].flatMap((section) => [
      ...(entry.sections.get(section)?.keys() ?? []),
    ]),
  );
  return [...asked.map(({ name }) => name), ...needed].filter((name) => !lock.byName.has(name));
}

/** Returns the requests of the project and its members; `undefined` if they are not known. */
async function rootsOf(
  path: string,
  lock: YarnLock,
  siblings: Siblings,
): Promise<readonly LockRoot[] | undefined> {
  const folder = directoryOf(path);
  const members = lock.nodes.filter(({ identity }) => identity.isWorkspace);
  if (members.length === 0) {
    const manifest = await readManifestIn(folder, siblings);
    if (manifest === undefined || manifest.hasWorkspaces) return undefined;
    return manifest.requirements.map((requirement) => rootOf(requirement, lock));
  }
  const roots: LockRoot[] = [];
  for (const member of members) {
    const place = member.identity.folder ?? '.';
    const manifest = await readManifestIn(place === '.' ? folder : `${folder}/${place}`, siblings);
    if (manifest !== undefined) {
      for (const requirement of manifest.requirements) roots.push(rootOf(requirement, lock));
      continue;
    }
    // The entry names all that the member asks for and not which of it is for development.
    for (const { to, isOptional } of edgesOfEntry(member.entry, lock)) {
      roots.push({ to, scope: isOptional === true ? 'optional' : 'runtime' });
    }
  }
  return roots;
}

function rootOf({ name, range, scope }: Requirement, lock: YarnLock): LockRoot {
  return { to: keyOf(name, range, lock), scope };
}
