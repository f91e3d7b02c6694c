/**
 * Lockfiles of Node: the address and the digest of each package.
 *
 * Source: npm documentation, "package-lock.json"; the files that Yarn 1, Yarn 2 and later, pnpm 5
 * to 10 and Bun write. Lockfiles inside `node_modules` came with a package and have no effect.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsoncDocument,
  type JsonObject,
  type JsonValue,
} from '../../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../../formats/text/yaml/yaml.ts';
import { readYarnEntries, type YarnEntry } from '../../../../formats/text/yarn-entries.ts';
import { commitOf, isGit, isLocal, plainAddress } from '../address.ts';
import { groupsIn, tableAt, textAt } from '../text.ts';
import type { OriginFile, OriginReader, PackageUse, SourceUse } from '../use.ts';
import { differences } from './npm-manifest.ts';
import { registryLookup } from './npm-settings.ts';

const INSTALLED = /(?:^|\/)node_modules\//u;
const SPEC = /^(?<name>(?:@[^/@]+\/)?[^/@]+)@(?<reference>.*)$/u;
/** npm reads `owner/name` as a repository of GitHub. */
const SHORT = /^[\w.-]{1,100}\/[\w.-]{1,200}(?:#.*)?$/u;
const ALIASED = /^npm:(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<reference>.*))?$/u;
const TARBALL =
  /\/(?<scope>@[^/]+\/|%40[^/]+%2f|@[^/]+%2f)?(?<name>[^/@]+)\/-\/(?:@[^/]+\/|%40[^/]+%2f)?(?<file>[^/?#]+)\.tgz(?:[?#]|$)/iu;

/** The statements of a lockfile's row about a package. */
interface Row {
  readonly name: string;
  readonly version?: string | undefined;
  readonly line: number;
  /** The address as written. */
  readonly address: string | undefined;
  readonly integrity: string | undefined;
  readonly alias?: string | undefined;
  /** A missing digest has another reason. */
  readonly hasNoDigest?: true;
}

type Lookup = (name: string) => string | undefined;

/** Reads `package-lock.json` and `npm-shrinkwrap.json`. */
export const readPackageLock: OriginReader = (file) => {
  if (isInstalled(file)) return [];
  const document = readJsoncDocument(file.path, file.bytes, { keyLines: true });
  const { root } = document;
  const uses: SourceUse[] = [];
  const lookup = registryLookup(file);
  const packages = tableAt(root, 'packages');
  for (const path of Object.keys(packages)) {
    const row = packages[path];
    if (!isJsonObject(row) || path === '' || row['link'] === true || !INSTALLED.test(path))
      continue;
    // npm obtains what has an address, whatever the row says about a bundle.
    if (row['inBundle'] === true && row['resolved'] === undefined) continue;
    const installed = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const name = textAt(row, 'name') ?? installed;
    uses.push(...npmUse(rowOf(row, name, installed, document.lineOfKey(packages, path)), lookup));
  }
  if (root['packages'] === undefined)
    addTree(root, (object, key) => document.lineOfKey(object, key), lookup, uses);
  uses.push(...differences(file, tableAt(packages, '')));
  return uses;
};

function rowOf(row: JsonObject, name: string, installed: string, line: number | undefined): Row {
  return {
    ...{ name, version: textAt(row, 'version'), line: line ?? 1 },
    ...{ address: textAt(row, 'resolved'), integrity: textAt(row, 'integrity') },
    alias: installed === name ? undefined : installed,
  };
}

/**
 * Lockfiles of npm 6: nested `dependencies`, in which `version` is an address for what no registry
 * has.
 */
function addTree(
  object: JsonObject,
  lineOfKey: (object: JsonObject, key: string) => number | undefined,
  lookup: Lookup,
  uses: SourceUse[],
): void {
  const dependencies = tableAt(object, 'dependencies');
  for (const key of Object.keys(dependencies)) {
    const row = dependencies[key];
    if (!isJsonObject(row)) continue;
    if (row['bundled'] !== true || row['resolved'] !== undefined)
      uses.push(...treeUse(row, key, lineOfKey(dependencies, key), lookup));
    addTree(row, lineOfKey, lookup, uses);
  }
}

function treeUse(
  row: JsonObject,
  key: string,
  line: number | undefined,
  lookup: Lookup,
): readonly PackageUse[] {
  const version = textAt(row, 'version') ?? '';
  if (isLocal(version)) return [];
  const target = groupsIn(ALIASED, version);
  const isAlias = target('name') !== '';
  const isAddress = !isAlias && (isGit(version) || plainAddress(version) !== undefined);
  const plain = rowOf(row, target('name') || key, key, line);
  const address = plain.address ?? (isAddress ? version : undefined);
  return npmUse({ ...plain, version: target('reference') || version, address }, lookup);
}

/** Reads `yarn.lock` of all versions. */
export const readYarnLock: OriginReader = (file) => {
  if (isInstalled(file)) return [];
  const uses: SourceUse[] = [];
  const lookup = registryLookup(file);
  const { entries } = readYarnEntries(file.text);
  const isBerry = entries.some(({ specs }) => specs[0] === '__metadata');
  const keys = new Set<string>();
  for (const entry of entries) {
    if (entry.specs[0] === '__metadata') continue;
    for (const spec of entry.specs) keys.add(spec);
    const row = isBerry ? berryRow(entry) : classicRow(entry);
    if (row !== undefined) uses.push(...npmUse(row, lookup));
  }
  const answers = (name: string, range: string): boolean => isBerry || keys.has(`${name}@${range}`);
  uses.push(...differences(file, undefined, answers));
  return uses;
};

function berryRow({ specs: [first = ''], line, fields }: YarnEntry): Row | undefined {
  const of = groupsIn(SPEC, fields.get('resolution') ?? '');
  const reference = of('reference');
  if (isLocal(reference) || /^(?:patch|exec):/u.test(reference)) return undefined;
  const alias = groupsIn(SPEC, first)('name') || first;
  const name = of('name') || alias;
  return {
    ...{ name, line, version: fields.get('version'), integrity: berryChecksum(fields) },
    // Yarn knows the checksums of packages for other systems once it has obtained them.
    ...(fields.has('conditions') && { hasNoDigest: true as const }),
    ...{ address: berryAddress(reference), alias: alias === name ? undefined : alias },
  };
}

/** The key of the cache may stand before the digest of SHA-512, as in `10c0/`. */
function berryChecksum(fields: ReadonlyMap<string, string>): string | undefined {
  const checksum = fields.get('checksum');
  return checksum === undefined ? undefined : `sha512-${checksum}`;
}

function classicRow({ specs: [first = ''], line, fields }: YarnEntry): Row | undefined {
  const of = groupsIn(SPEC, first);
  if (isLocal(of('reference'))) return undefined;
  const alias = of('name') || first;
  const name = groupsIn(ALIASED, of('reference'))('name') || alias;
  return {
    ...{ name, line, version: fields.get('version'), integrity: integrityOf(fields) },
    ...{ address: fields.get('resolved'), alias: alias === name ? undefined : alias },
  };
}

/** Yarn 1 wrote digests of SHA-1 behind the address before it wrote `integrity`. */
function integrityOf(fields: ReadonlyMap<string, string>): string | undefined {
  const sha1 = /#(?<hex>[0-9a-f]{40})$/u.exec(fields.get('resolved') ?? '')?.groups?.['hex'];
  return fields.get('integrity') ?? (sha1 === undefined ? undefined : `sha1-${sha1}`);
}

/** `npm:1.2.3::__archiveUrl=ADDRESS` has the address where the registry's own form is another. */
function berryAddress(reference: string): string | undefined {
  const archive = /[:&]__archiveUrl=(?<url>[^&]+)/u.exec(reference)?.groups?.['url'];
  if (archive !== undefined) return decoded(archive);
  return reference.startsWith('npm:') ? undefined : reference;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads `pnpm-lock.yaml`. */
export const readPnpmLock: OriginReader = (file) => {
  if (isInstalled(file)) return [];
  const uses: SourceUse[] = [];
  const lookup = registryLookup(file);
  for (const document of readYamlDocuments(file.path, file.bytes)) {
    const { root } = document;
    const packages = tableAt(root, 'packages');
    for (const key of Object.keys(packages)) {
      const row = tableAt(packages, key);
      const resolution = tableAt(row, 'resolution');
      const identity = pnpmIdentity(key);
      const name = textAt(row, 'name') ?? identity.name;
      if (name === '' || isLocal(identity.reference) || resolution['type'] === 'directory')
        continue;
      const [repository, commit] = [textAt(resolution, 'repo'), textAt(resolution, 'commit')];
      const git = repository === undefined ? undefined : `git+${repository}#${commit ?? ''}`;
      const inKey = plainAddress(identity.reference) === undefined ? undefined : identity.reference;
      const line = document.lineOf(packages, key) ?? 1;
      const address = git ?? textAt(resolution, 'tarball') ?? inKey;
      const version = textAt(row, 'version') ?? identity.reference;
      const integrity = textAt(resolution, 'integrity');
      uses.push(...npmUse({ name, version, line, address, integrity }, lookup));
    }
    uses.push(...pnpmDifferences(file, root));
  }
  return uses;
};

/**
 * The name and the rest of a key: `/name@1.0.0(peer)`, `name@1.0.0`, `/name/1.0.0_peer`,
 * `host/name/1.0.0`.
 */
function pnpmIdentity(key: string): { readonly name: string; readonly reference: string } {
  const plain = key.endsWith(')') && key.indexOf('(') > 0 ? key.slice(0, key.indexOf('(')) : key;
  const text = plain.startsWith('/') ? plain.slice(1) : plain;
  const { name, reference } = SPEC.exec(text)?.groups ?? {};
  if (name !== undefined && reference !== undefined && !/^\d.*\//u.test(name))
    return { name, reference };
  const old =
    /^(?:[^/@]+\.[^/]+\/)?(?<name>(?:@[^/]+\/)?[^/]+)\/(?<version>v?\d[^/_]*)(?:_.*)?$/u.exec(
      text,
    )?.groups;
  return { name: old?.['name'] ?? '', reference: old?.['version'] ?? '' };
}

function pnpmDifferences(file: OriginFile, root: JsonValue): readonly SourceUse[] {
  const importers = tableAt(root, 'importers');
  const own = isJsonObject(importers['.']) ? importers['.'] : isJsonObject(root) ? root : undefined;
  if (own === undefined) return [];
  const specifiers = new Map<string, string>();
  for (const key of ['dependencies', 'devDependencies', 'optionalDependencies']) {
    const rows = tableAt(own, key);
    for (const name of Object.keys(rows)) {
      const specifier = textAt(rows[name], 'specifier') ?? textAt(tableAt(own, 'specifiers'), name);
      if (specifier !== undefined) specifiers.set(name, specifier);
    }
  }
  if (specifiers.size === 0) return [];
  return differences(file, undefined, (name, range) => {
    const locked = specifiers.get(name);
    return locked === undefined
      ? false
      : locked === range || /^(?:workspace|catalog|link|file):/u.test(range);
  });
}

/** Reads `bun.lock`. */
export const readBunLock: OriginReader = (file) => {
  if (isInstalled(file)) return [];
  const document = readJsoncDocument(file.path, file.bytes, { keyLines: true });
  const packages = tableAt(document.root, 'packages');
  const lookup = registryLookup(file);
  return Object.keys(packages).flatMap((key): readonly SourceUse[] => {
    const row = packages[key];
    if (!isJsonArray(row) || typeof row[0] !== 'string') return [];
    const { name = '', reference = '' } = SPEC.exec(row[0])?.groups ?? {};
    if (/^(?:workspace|link|root|file):/u.test(reference) || isLocal(reference)) return [];
    const isAddress = isGit(reference) || plainAddress(reference) !== undefined;
    const named = typeof row[1] === 'string' && row[1] !== '' ? row[1] : undefined;
    const last = row.at(-1);
    const integrity = typeof last === 'string' && /^sha\d+-/u.test(last) ? last : undefined;
    const line = document.lineOfKey(packages, key) ?? 1;
    const address = isAddress ? reference : named;
    return npmUse({ name, version: reference, line, address, integrity }, lookup);
  });
};

/**
 * Reads `deno.lock`, whose keys of `npm` and `jsr` are `name@version`; other modules are addresses
 * with their SHA-256.
 */
export const readDenoLock: OriginReader = (file) => {
  const document = readJsoncDocument(file.path, file.bytes, { keyLines: true });
  const { root } = document;
  const npm = root['npm'] === undefined ? tableAt(root, 'packages', 'npm') : tableAt(root, 'npm');
  const lookup = registryLookup(file);
  const uses: SourceUse[] = Object.keys(npm).flatMap((key) => {
    const { name = '', reference = '' } = SPEC.exec(key.split('_')[0] ?? '')?.groups ?? {};
    const [address, integrity] = [textAt(npm[key], 'tarball'), textAt(npm[key], 'integrity')];
    const line = document.lineOfKey(npm, key) ?? 1;
    return name === ''
      ? []
      : npmUse({ name, version: reference, line, address, integrity }, lookup);
  });
  const remote = tableAt(root, 'remote');
  for (const key of Object.keys(remote)) {
    const address = plainAddress(key);
    if (address === undefined) continue;
    const line = document.lineOfKey(remote, key) ?? 1;
    const shared = { kind: 'package', ecosystem: 'npm', name: key, line, from: 'archive' } as const;
    uses.push({ ...shared, addresses: [address], isPinned: true });
  }
  return uses;
};

function isInstalled({ path }: OriginFile): boolean {
  return path.includes('/node_modules/');
}

function npmUse(row: Row, lookup: Lookup): readonly PackageUse[] {
  const { name, version, line, address: given, alias } = row;
  const written = given !== undefined && SHORT.test(given) ? `github:${given}` : given;
  if (written !== undefined && isLocal(written)) return [];
  const address = written === undefined ? undefined : plainAddress(withPlainScope(written));
  const shared = {
    ...({ kind: 'package', ecosystem: 'npm', name, line } as const),
    ...(version !== undefined && { version }),
    ...(alias !== undefined && { alias }),
  };
  if (written !== undefined && isGit(written)) {
    const isPinned = commitOf(written) !== undefined;
    const addresses = address === undefined ? [] : [address];
    return [{ ...shared, from: 'git', addresses, isPinned }];
  }
  const integrity = digestsOf(row);
  if (written !== undefined && address !== undefined) {
    return [{ ...shared, ...obtained({ name, written, address, integrity }) }];
  }
  // What is written and no address is not obtained from the configured registry.
  const configured = written === undefined ? lookup(name) : undefined;
  const addresses = configured === undefined ? [] : [configured];
  return [{ ...shared, from: 'unnamed', addresses, ...(integrity && { integrity }) }];
}

/** A digest without digits is none: npm drops it. */
function digestsOf({ integrity = '', hasNoDigest }: Row): readonly string[] | undefined {
  const found = integrity.split(/\s+/u).filter((one) => /^\w+-./u.test(one));
  return found.length === 0 && hasNoDigest === true ? undefined : found;
}

/**
 * Returns the origin of a package with an address: a registry, whose addresses name the package, or
 * an archive.
 */
function obtained({
  name,
  written,
  address,
  integrity,
}: {
  readonly name: string;
  readonly written: string;
  readonly address: string;
  readonly integrity: readonly string[] | undefined;
}): Pick<PackageUse, 'from' | 'addresses' | 'isPinned' | 'integrity' | 'addressNames'> {
  const of = groupsIn(TARBALL, written);
  const found = decoded(of('scope') + of('name'));
  const addresses = [address];
  if (found === '') {
    const isHashed = (integrity ?? []).length > 0;
    const isPinned = isHashed || commitInPath(address);
    return { from: 'archive', addresses, isPinned, ...(isHashed && integrity && { integrity }) };
  }
  const isOther = found.toLowerCase() !== name.toLowerCase();
  return {
    ...{ from: 'registry', addresses },
    ...(integrity && { integrity }),
    ...(isOther && { addressNames: found }),
  };
}

/** Some registries write the slash behind a scope as `%2f`. */
function withPlainScope(address: string): string {
  return address.replace(/\/(?:@|%40)(?<scope>[\w-][\w.-]*)%2f(?=[\w-])/giu, '/@$<scope>/');
}

/** Archives of a commit, as forges offer them. */
function commitInPath(address: string): boolean {
  return /\/[0-9a-f]{40}(?:[./?#]|$)/iu.test(address);
}
