/**
 * The versions that a `pom.xml` with its parents requests, and where each is written: in the
 * dependency, in a rule of dependency management, or in a property of one of the files.
 *
 * Source: Maven, "POM Reference" (inheritance, interpolation, dependency management, profiles).
 * Profiles count where they are active by default; a child's values count before those of its
 * parents, and those of an active profile before those of its project.
 */

import type { XmlPlace } from '../../../../formats/text/xml/xml-places.ts';
import type { NoPlace, VersionPlace, VersionUse } from '../edited/version-use.ts';
import { versionRange } from '../edited/xml-value.ts';
import type { BodyPlaces, DependencyPlace, PomFile } from './pom-places.ts';
import type { PomChain } from './pom-tree.ts';

const PROPERTY = /\$\{(?<key>[^${}]{1,200})\}/gu;
const ONE_PROPERTY = /^(?<open>\[?)\s*\$\{(?<key>[^${}]{1,200})\}\s*\]?$/u;
/** `[1.2]` allows one version only. */
const EXACT = /^\[(?<version>[^,[\]()]+)\]$/u;
const PROJECT = /^(?:project|pom)\./u;
/** Properties name properties; real ones do so three deep. */
const MAX_ROUNDS = 8;
const MAX_LENGTH = 256;

/** An element, and the part of a file that it is in. */
interface Placed {
  readonly file: PomFile;
  readonly body: BodyPlaces;
  readonly element: XmlPlace;
}

interface PlacedDependency extends Placed {
  readonly row: DependencyPlace;
}

/** The identity of a dependency. */
export interface DependencyKey {
  readonly groupId: string;
  readonly artifactId: string;
  readonly type: string;
  readonly classifier: string;
}

/** An override as `dependencyManagement` has it. */
export type ManagedRow = DependencyKey;

/** Returns the versions that the first file of a chain requests. */
export function versionUses(chain: PomChain): readonly VersionUse[] {
  const values = new Values(chain);
  const managed = new Map<string, PlacedDependency>();
  const dependencies = new Map<string, readonly [DependencyKey, PlacedDependency]>();
  for (const file of chain.toReversed()) {
    for (const body of file.bodies) {
      for (const row of body.managed) {
        managed.set(textOf(keyOf(row, values)), { file, body, row, element: row.element });
      }
      for (const row of body.dependencies) {
        const key = keyOf(row, values);
        dependencies.set(textOf(key), [key, { file, body, row, element: row.element }]);
      }
    }
  }
  return [...dependencies.values()].flatMap(([key, declared]) =>
    useOf(key, declared, { chain, values, rule: managed.get(textOf(key)) }),
  );
}

function keyOf({ field }: DependencyPlace, values: Values): DependencyKey {
  const text = (name: string): string => values.resolve(field(name)?.text ?? '');
  return {
    groupId: text('groupId'),
    artifactId: text('artifactId'),
    type: text('type') === '' ? 'jar' : text('type'),
    classifier: text('classifier'),
  };
}

function textOf(key: DependencyKey): string {
  return JSON.stringify(Object.values(key));
}

interface UseContext {
  readonly chain: PomChain;
  readonly values: Values;
  readonly rule: PlacedDependency | undefined;
}

function useOf(
  key: DependencyKey,
  declared: PlacedDependency,
  { chain, values, rule }: UseContext,
): readonly VersionUse[] {
  const isOwn = declared.row.field('version') !== undefined;
  const owner = isOwn ? declared : rule;
  const element = owner?.row.field('version');
  if (owner === undefined || element === undefined) return [];
  const version = exactVersion(values.resolve(element.text));
  if (version === '') return [];
  const name = `${key.groupId}:${key.artifactId}`;
  const [own] = chain;
  const section = sectionOf(owner.body, isOwn ? 'dependencies' : 'dependencyManagement');
  const source = values.sourceOf({ ...owner, element }, { section, name, version });
  // A rule of the file itself counts before those of its parents, but two for one dependency are an
  // error.
  const mayOverride = !isOwn && owner.file !== own && 'blocked' in source && !source.isOfProject;
  const request: VersionPlace = {
    path: declared.file.path,
    range: declared.element.outer,
    section: sectionOf(declared.body, 'dependencies'),
    name,
    written: version,
  };
  return [
    {
      name,
      version,
      manifest: own.path,
      source,
      request,
      ...(mayOverride && {
        override: { path: own.path, section: 'dependencyManagement', name, row: key },
      }),
    },
  ];
}

function sectionOf({ section }: BodyPlaces, name: string): string {
  return section === '' ? name : `${section}/${name}`;
}

function exactVersion(stated: string): string {
  const version = EXACT.exec(stated)?.groups?.['version']?.trim() ?? stated;
  return version.includes('${') || /^[[(]|\s/u.test(version) ? '' : version;
}

/** A version without a place. `isOfProject`: it is that of the project itself. */
interface NoPomPlace extends NoPlace {
  readonly isOfProject: boolean;
}

interface Wanted {
  readonly section: string;
  readonly name: string;
  readonly version: string;
}

/** The properties of a chain. */
class Values {
  readonly #values = new Map<string, { readonly value: string; readonly placed?: Placed }>();

  constructor(chain: PomChain) {
    for (const file of chain.toReversed()) {
      for (const body of file.bodies) {
        for (const [key, element] of body.properties) {
          if (element.text.length > MAX_LENGTH) this.#values.delete(key);
          else this.#values.set(key, { value: element.text, placed: { file, body, element } });
        }
      }
    }
    const [own] = chain;
    for (const name of ['groupId', 'artifactId', 'version']) {
      const parent = own.parent?.field(name)?.text;
      const value = own.field(name)?.text ?? (name === 'artifactId' ? undefined : parent);
      if (value !== undefined) this.#values.set(`project.${name}`, { value });
      if (parent !== undefined) this.#values.set(`project.parent.${name}`, { value: parent });
    }
  }

  /** Puts properties into a text; those that are not known stay. */
  resolve(text: string): string {
    let result = text;
    for (let round = 0; round < MAX_ROUNDS && result.includes('${'); round += 1) {
      const next = result.replace(
        PROPERTY,
        (whole, key: string) => this.#find(key)?.value ?? whole,
      );
      if (next === result || next.length > MAX_LENGTH) break;
      result = next;
    }
    return result;
  }

  #find(key: string): { readonly value: string; readonly placed?: Placed } | undefined {
    return this.#values.get(key) ?? this.#values.get(`project.${key.replace(PROJECT, '')}`);
  }

  /** Returns the place where the version of an element is written, or why there is none. */
  sourceOf(from: Placed, { section, name, version }: Wanted): VersionPlace | NoPomPlace {
    let placed = from;
    let [place, label] = [section, name];
    const visited = new Set<string>();
    for (;;) {
      const { file, element } = placed;
      const { text } = element;
      if (text === version || EXACT.exec(text)?.groups?.['version']?.trim() === version) {
        const range = versionRange(file, element.inner, version);
        if (range !== undefined) {
          return { path: file.path, range, section: place, name: label, written: text };
        }
        return noPlace(`the version "${version}" has no single place in "${file.path}"`);
      }
      const key = ONE_PROPERTY.exec(text)?.groups?.['key'];
      if (key === undefined) {
        return noPlace(`"${file.path}" puts the version of ${name} together: "${text}"`);
      }
      if (visited.has(key)) return noPlace(`the property "${key}" refers to itself`);
      visited.add(key);
      const found = this.#find(key);
      if (found?.placed === undefined) {
        const reason = `${name} has the version of the project: "${text}" in "${file.path}"`;
        return { blocked: reason, isOfProject: true };
      }
      ({ placed } = found);
      [place, label] = [sectionOf(placed.body, 'properties'), key];
    }
  }
}

function noPlace(blocked: string): NoPomPlace {
  return { blocked, isOfProject: false };
}
