/**
 * Gems pinned by Bundler: `Gemfile.lock` and `gems.locked`.
 *
 * Source: Bundler's documentation and its `LockfileParser`: sections at the margin; sources (`GEM`,
 * `GIT`, `PATH`, `PLUGIN SOURCE`) hold `specs`, gems at four spaces and what they need at six;
 * `DEPENDENCIES` are those of the Gemfile; `CHECKSUMS` (Bundler 2.5) are those of the `.gem` files.
 * Gems of several platforms are one package. Of git the repository and commit are kept. `PATH` at
 * `.` is the project itself and not listed; what it needs counts as direct. Which group of the
 * Gemfile a gem belongs to is not written down. Bundler writes `DEPENDENCIES` behind all sources,
 * also where there are none: a file without it was cut off, a gap, and so is one without gems
 * beside a Gemfile with lines that ask for some, or without a gem that another needs. Refused: a
 * file without any known section.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { CatalogedPackage, CatalogFile } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { isGemName, readGemVersion, type GemVersion } from './gem-name.ts';
import { requestedGems, requestedGemsForAllPlatforms } from './gemfile.ts';

const SOURCES: ReadonlySet<string> = new Set(['GEM', 'GIT', 'PATH', 'PLUGIN SOURCE']);
const DEPENDENCIES = 'DEPENDENCIES';
const BUNDLER = 'bundler';
const SECTIONS: ReadonlySet<string> = new Set([
  ...SOURCES,
  'BUNDLED WITH',
  'CHECKSUMS',
  DEPENDENCIES,
  'PLATFORMS',
  'RUBY VERSION',
]);
const OPTION = /^ {2}(?<key>[a-z_]+): ?(?<value>.*)$/;
const SPECS = '  specs:';
const SPEC = /^ {4}(?<name>[^\s(]+)(?: \((?<version>[^()]*)\))?$/;
const NEED = /^ {6}(?<name>[^\s(!]+)/;
const DEPENDENCY = /^ {2}(?<name>[^\s(!]+)/;
const CHECKSUM = /^ {2}(?<name>[^\s(]+) \((?<version>[^()]*)\) (?<sums>\S+)$/;
const SHA256 = /(?:^|,)sha256[=-](?<hex>[0-9a-f]{64})(?:,|$)/;
const MANIFESTS = [
  ['/Gemfile.lock', 'Gemfile'],
  ['/gems.locked', 'gems.rb'],
] as const;
const USER = /^(?<scheme>[a-z+]+:\/\/)(?<user>[^/@]+)@/;

/** Gems that a source or the Gemfile names; a gem of several platforms has several lines. */
interface LockedGem {
  readonly name: string;
  readonly version: string;
  readonly line: number;
  readonly vcsUrl: string | undefined;
  readonly isProject: boolean;
  readonly platforms: Set<string>;
  readonly needs: Set<string>;
  readonly digests: Set<Digest>;
}

export const gemfileLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const lock = new Lockfile(result);
    const lines = new TextDecoder()
      .decode(await readPrefix(file, result, ROW_STARTS.lines))
      .split(/\r?\n/);
    for (const [index, line] of lines.entries()) lock.readLine(line, index + 1);
    if (!lock.hasSection && lines.some((line) => line.trim() !== '')) {
      throw new ParseError(file.path, 'no section of a lockfile of Bundler');
    }
    for (const pkg of lock.packages()) result.add(pkg);
    result.locks({ directories: [...lock.directories] });
    const manifestName = MANIFESTS.find(([own]) => file.path.endsWith(own))?.[1] ?? '';
    const manifest = siblings.get(siblingPath(file.path, manifestName));
    if (lock.hasSection && !lock.hasDependencies) {
      result.missingEnd(`no "${DEPENDENCIES}" behind the sources`, lines.length);
    } else if (lock.isEmpty) await reportEmptyLock(result, manifest, requestedGems);
    else await reportUnanswered(lock, manifest, result);
    return result.done();
  },
};

/**
 * A gem of the Gemfile is left out where it is for none of the lockfile's platforms; what a gem
 * needs never is. The lockfile does not tell which gems are for some platforms only, so without a
 * Gemfile that names them for all they are notes.
 */
async function reportUnanswered(
  lock: Lockfile,
  manifest: CatalogFile | undefined,
  result: CatalogBuilder,
): Promise<void> {
  const forAll = new Set(
    manifest === undefined ? [] : requestedGemsForAllPlatforms(await manifest.bytes()),
  );
  const unpinned = [...lock.unanswered()];
  for (const name of lock.unansweredDirect()) {
    if (forAll.has(name)) unpinned.push(name);
    else if (!unpinned.includes(name)) {
      result.note(`asks for ${JSON.stringify(name)}, which it pins for none of its platforms`);
    }
  }
  reportMissingLockEntries(unpinned, result);
}

class Lockfile {
  hasSection = false;
  hasDependencies = false;
  /** Where the gems of `PATH` are, relative to the directory of the lockfile. */
  readonly directories = new Set<string>();
  readonly #result: CatalogBuilder;
  readonly #gems = new Map<string, LockedGem>();
  readonly #direct = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #checked = new Set<string>();
  #section = '';
  #options = new Map<string, string>();
  #isInSpecs = false;
  #gem: LockedGem | undefined;

  constructor(result: CatalogBuilder) {
    this.#result = result;
  }

  get isEmpty(): boolean {
    return this.#gems.size === 0;
  }

  readLine(line: string, number: number): void {
    if (line.trim() === '') return;
    if (!line.startsWith(' ')) this.#openSection(line.trimEnd(), number);
    else if (SOURCES.has(this.#section)) this.#readSourceLine(line, number);
    else if (this.#section === DEPENDENCIES) this.#readDependency(line, number);
    else if (this.#section === 'CHECKSUMS') this.#readChecksum(line, number);
  }

  /**
   * Yields needs of gems, and names with checksums, that no source has. Bundler itself does not
   * have to be pinned.
   */
  *unanswered(): Generator<string> {
    const names = this.#names();
    for (const { needs } of this.#gems.values()) {
      for (const name of needs) if (name !== BUNDLER && !names.has(name)) yield name;
    }
    for (const name of this.#checked) if (name !== BUNDLER && !names.has(name)) yield name;
  }

  /** Yields the Gemfile's requests that no source has. */
  *unansweredDirect(): Generator<string> {
    const names = this.#names();
    for (const name of this.#asked) if (name !== BUNDLER && !names.has(name)) yield name;
  }

  #names(): ReadonlySet<string> {
    return new Set([...this.#gems.values()].map(({ name }) => name));
  }

  *packages(): Generator<CatalogedPackage> {
    const names = this.#names();
    for (const { isProject, needs } of this.#gems.values()) {
      if (isProject) for (const name of needs) this.#direct.add(name);
    }
    for (const gem of this.#gems.values()) {
      if (!gem.isProject) yield toCataloged(gem, this.#direct, names);
    }
  }

  #openSection(line: string, number: number): void {
    this.#section = line;
    this.#options = new Map();
    this.#isInSpecs = false;
    this.#gem = undefined;
    this.hasDependencies ||= line === DEPENDENCIES;
    if (SECTIONS.has(line)) this.hasSection = true;
    else this.#result.unreadableRow(line, { reason: 'no known section', line: number });
  }

  #readSourceLine(line: string, number: number): void {
    if (this.#isInSpecs) this.#readSpecLine(line, number);
    else if (line.trimEnd() === SPECS) this.#isInSpecs = true;
    else {
      const { key, value = '' } = OPTION.exec(line)?.groups ?? {};
      if (key === undefined) this.#result.unreadableRow(line, { line: number });
      else {
        this.#options.set(key, value);
        if (this.#section === 'PATH' && key === 'remote') this.directories.add(value);
      }
    }
  }

  #readSpecLine(line: string, number: number): void {
    const { name, version } = SPEC.exec(line)?.groups ?? {};
    const need = NEED.exec(line)?.groups?.['name'];
    if (name !== undefined) this.#addSpec(name, version, number);
    else if (need === undefined) this.#result.unreadableRow(line, { line: number });
    else this.#gem?.needs.add(need);
  }

  #addSpec(name: string, text: string | undefined, line: number): void {
    this.#gem = undefined;
    const version = text === undefined ? undefined : readGemVersion(text);
    if (version === undefined || !isGemName(name)) {
      this.#result.unreadableRow(name, { reason: 'no name and version of a gem', line });
      return;
    }
    this.#gem = this.#gemOf(name, version, line);
    this.#gem.platforms.add(version.platform ?? '');
  }

  #gemOf(name: string, { version }: GemVersion, line: number): LockedGem {
    const key = `${name}@${version}`;
    let gem = this.#gems.get(key);
    if (gem === undefined) {
      gem = {
        name,
        version,
        line,
        vcsUrl: this.#section === 'GIT' ? vcsUrlOf(this.#options) : undefined,
        isProject: this.#section === 'PATH' && this.#options.get('remote') === '.',
        platforms: new Set(),
        needs: new Set(),
        digests: new Set(),
      };
      this.#gems.set(key, gem);
    }
    return gem;
  }

  #readDependency(line: string, number: number): void {
    const name = DEPENDENCY.exec(line)?.groups?.['name'];
    if (name === undefined) this.#result.unreadableRow(line, { line: number });
    else {
      this.#direct.add(name);
      this.#asked.add(name);
    }
  }

  /** Without a checksum a line names a gem that came from elsewhere than a registry. */
  #readChecksum(line: string, number: number): void {
    const { name, version: text = '', sums = '' } = CHECKSUM.exec(line)?.groups ?? {};
    if (name === undefined) {
      if (!SPEC.test(`  ${line}`)) this.#result.unreadableRow(line, { line: number });
      return;
    }
    this.#checked.add(name);
    const version = readGemVersion(text);
    const hex = SHA256.exec(sums)?.groups?.['hex'];
    const gem = version && this.#gems.get(`${name}@${version.version}`);
    if (gem !== undefined && hex !== undefined) gem.digests.add(`sha256:${hex}`);
  }
}

function toCataloged(
  gem: LockedGem,
  direct: ReadonlySet<string>,
  names: ReadonlySet<string>,
): CatalogedPackage {
  const { name, version, line, vcsUrl, platforms, needs, digests } = gem;
  const dependsOn = [...needs].filter((need) => names.has(need));
  const [platform = ''] = platforms.size === 1 ? platforms : [];
  const qualifiers = new Map<string, string>();
  if (platform !== '') qualifiers.set('platform', platform);
  if (vcsUrl !== undefined) qualifiers.set('vcs_url', vcsUrl);
  return {
    name,
    version,
    line,
    relationship: direct.has(name) ? 'direct' : 'indirect',
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(qualifiers.size > 0 && { qualifiers }),
    ...(digests.size > 0 && { digests: [...digests] }),
  };
}

function vcsUrlOf(options: ReadonlyMap<string, string>): string | undefined {
  const remote = options.get('remote');
  if (remote === undefined || remote === '') return undefined;
  const revision = options.get('revision');
  return `git+${withoutCredentials(remote)}${revision === undefined ? '' : `@${revision}`}`;
}

/** `git` is the user of every ssh address; any other may be a token. */
function withoutCredentials(url: string): string {
  const user = USER.exec(url)?.groups?.['user'];
  return user === undefined || user === 'git' ? url : url.replace(USER, '$<scheme>');
}
