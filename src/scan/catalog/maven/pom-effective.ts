/**
 * The effective `pom.xml`, together with its parents: coordinates, properties and managed versions.
 *
 * Source: Maven, "POM Reference" (inheritance, interpolation, dependency management, profiles) and
 * "Introduction to the POM". Profiles count where they are active by default. Data outside the
 * files (parents and bills of materials in a repository, properties of the command line and of the
 * environment) stays unresolved.
 */

import type { Coordinates, Pom, PomBody, PomDependency } from './pom-model.ts';

/** A project with its parents: itself first. */
export type PomChain = readonly [Pom, ...Pom[]];

/** The dependency with all properties put in; what cannot be resolved keeps its `${...}`. */
export type EffectiveDependency = PomDependency & { readonly declaredIn: Pom };

const PROPERTY = /\$\{(?<key>[^${}]{1,200})\}/g;
/** Properties name properties; real ones do so three deep. */
const MAX_ROUNDS = 8;
/** Longer texts are no coordinates, and are left as they stand. */
const MAX_LENGTH = 256;
const PROJECT = /^(?:project|pom)\./;

/** Puts properties into texts; the child's own win over those of its parents. */
class Interpolation {
  readonly #values = new Map<string, string>();

  constructor(chain: PomChain) {
    for (const pom of [...chain].reverse()) {
      for (const body of activeBodies(pom)) {
        for (const [key, value] of body.properties) {
          if (value.length <= MAX_LENGTH) this.#values.set(key, value);
          else this.#values.delete(key);
        }
      }
    }
    this.#setProject(chain);
  }

  /** Returns the text with every known property put in, within a bounded length. */
  resolve(text: string): string {
    let result = text;
    if (text.length > MAX_LENGTH) return text;
    for (let round = 0; round < MAX_ROUNDS && result.includes('${'); round += 1) {
      const next = result.replace(
        PROPERTY,
        (whole, key: string) => this.#values.get(key) ?? this.#values.get(projectKey(key)) ?? whole,
      );
      if (next === result || next.length > MAX_LENGTH) break;
      result = next;
    }
    return result;
  }

  #setProject(chain: PomChain): void {
    const [own] = chain;
    const coordinates = inheritedCoordinates(own);
    for (const [prefix, source] of [
      ['project', coordinates],
      ['project.parent', own.parent ?? {}],
    ] as const) {
      for (const name of ['groupId', 'artifactId', 'version'] as const) {
        const value = source[name];
        if (value !== undefined) this.#values.set(`${prefix}.${name}`, value);
      }
    }
  }
}

/**
 * Returns the key of a project property; older ones are written `${pom.version}` and `${version}`.
 */
function projectKey(key: string): string {
  return `project.${key.replace(PROJECT, '')}`;
}

/** Returns the coordinates; group and version come from the parent if the project gives none. */
export function inheritedCoordinates(pom: Pom): Coordinates {
  const groupId = pom.groupId ?? pom.parent?.groupId;
  const version = pom.version ?? pom.parent?.version;
  return {
    ...(groupId !== undefined && { groupId }),
    ...(pom.artifactId !== undefined && { artifactId: pom.artifactId }),
    ...(version !== undefined && { version }),
  };
}

/** Returns the coordinates with properties put in. */
export function effectiveCoordinates(chain: PomChain): Coordinates {
  const interpolation = new Interpolation(chain);
  const { groupId, artifactId, version } = inheritedCoordinates(chain[0]);
  return {
    ...(groupId !== undefined && { groupId: interpolation.resolve(groupId) }),
    ...(artifactId !== undefined && { artifactId: interpolation.resolve(artifactId) }),
    ...(version !== undefined && { version: interpolation.resolve(version) }),
  };
}

/**
 * Returns the dependencies of the project and those that it inherits, each once: of several with
 * the same group, artifact, type and classifier the child's counts, and of one file the last, as in
 * Maven. Versions and scopes that are not given come from dependency management.
 */
export function effectiveDependencies(chain: PomChain): readonly EffectiveDependency[] {
  const interpolation = new Interpolation(chain);
  const managed = new Map<string, PomDependency>();
  const dependencies = new Map<string, EffectiveDependency>();
  for (const pom of [...chain].reverse()) {
    for (const body of activeBodies(pom)) {
      for (const row of body.managed) {
        const resolved = resolveAll(row, interpolation);
        managed.set(keyOf(resolved), resolved);
      }
      for (const row of body.dependencies) {
        const resolved = resolveAll(row, interpolation);
        dependencies.set(keyOf(resolved), { ...resolved, declaredIn: pom });
      }
    }
  }
  return [...dependencies.values()].map((row) => {
    const rule = managed.get(keyOf(row));
    const version = row.version ?? rule?.version;
    const scope = row.scope ?? rule?.scope;
    const optional = row.optional ?? rule?.optional;
    return {
      ...row,
      ...(version !== undefined && { version }),
      ...(scope !== undefined && { scope }),
      ...(optional !== undefined && { optional }),
    };
  });
}

/** Returns the number of dependencies in profiles that are not active by default. */
export function inactiveDependencyCount(pom: Pom): number {
  return pom.profiles
    .filter((profile) => !profile.isActiveByDefault)
    .reduce((sum, { dependencies }) => sum + dependencies.length, 0);
}

function activeBodies(pom: Pom): readonly PomBody[] {
  return [pom, ...pom.profiles.filter((profile) => profile.isActiveByDefault)];
}

function keyOf({ groupId, artifactId, type, classifier }: PomDependency): string {
  return JSON.stringify([groupId, artifactId, type ?? 'jar', classifier ?? '']);
}

function resolveAll(row: PomDependency, interpolation: Interpolation): PomDependency {
  const resolved: Record<string, string> = {};
  for (const name of FIELDS) {
    const value = row[name];
    if (value !== undefined) resolved[name] = interpolation.resolve(value);
  }
  return { ...(resolved as Omit<PomDependency, 'line'>), line: row.line };
}

const FIELDS = [
  'groupId',
  'artifactId',
  'version',
  'type',
  'classifier',
  'scope',
  'optional',
] as const;
