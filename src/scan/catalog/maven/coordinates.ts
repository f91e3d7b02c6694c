/**
 * Names of Maven packages.
 *
 * Source: Maven, "POM Reference", "Maven Coordinates": group and artifact are letters, digits,
 * dots, dashes and underscores. A package is named `group:artifact`, as advisories name it.
 */

const SCALA = /^(?<major>\d+)(?:\.(?<minor>\d+))?/;
const PART = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;

/**
 * Returns whether a text can be a group or an artifact: no unresolved property, no title of several
 * words.
 */
export function isIdentifier(text: string | undefined): text is string {
  return text !== undefined && PART.test(text);
}

/**
 * Returns whether it is a resolved version: not empty, without `${...}` and without white space.
 */
export function isResolved(version: string | undefined): version is string {
  return version !== undefined && version !== '' && !version.includes('${') && !/\s/.test(version);
}

/** Returns the name of a package in the form of advisories. */
export function mavenName(group: string, artifact: string): string {
  return `${group}:${artifact}`;
}

/**
 * Returns the suffix that a version of Scala adds to artifacts: `_2.13` up to Scala 2, `_3` since.
 */
export function scalaBinaryVersion(scala: string | undefined): string | undefined {
  const { major, minor } = SCALA.exec(scala ?? '')?.groups ?? {};
  if (major === undefined) return undefined;
  if (major !== '2') return `_${major}`;
  return minor === undefined ? undefined : `_2.${minor}`;
}
