/**
 * Dependencies pinned by Gradle: `gradle.lockfile`, `buildscript-gradle.lockfile`, and the older
 * `gradle/dependency-locks/CONFIGURATION.lockfile`.
 *
 * Source: Gradle user manual, "Locking Versions": lines `group:artifact:version=configurations`, in
 * the older form without configurations; `empty=` names configurations without dependencies. A
 * package is for development where every configuration that has it is one of tests or of a checking
 * tool, or where it is the build's own. What is direct is not written down. In a file of all
 * configurations Gradle ends with the line `empty=`, also where it names none: without it the file
 * was cut off, a gap. Lines of another form are unreadable rows. Other files that end in
 * `.lockfile` are not Gradle's.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportStrayCarriageReturn } from '../stray-carriage-return.ts';
import { isIdentifier, isResolved, mavenName } from './coordinates.ts';

const FOLDER = '/dependency-locks/';
const EXTENSION = '.lockfile';
const OWN_NAME = 'gradle.lockfile';
const BUILD_NAME = 'buildscript-gradle.lockfile';
const BUILD_CONFIGURATION = 'buildscript-classpath';
const EMPTY = 'empty=';
/** `testRuntimeClasspath`, `integrationTestCompileClasspath`, `androidTestUtil`. */
const TEST = /^test|Tests?(?=[A-Z]|$)/;
const CHECKING_TOOLS: ReadonlySet<string> = new Set([
  'checkstyle',
  'codenarc',
  'detekt',
  'jacocoAgent',
  'jacocoAnt',
  'ktlint',
  'pmd',
  'spotbugs',
]);

export const gradleLockfile: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (!isGradles(file.path)) return result.done();
    const packages = new Map<string, CatalogedPackage>();
    const body = new TextDecoder().decode(await readPrefix(file, result, ROW_STARTS.lines));
    reportStrayCarriageReturn(body, result);
    const lines = body.split(/\r?\n/);
    for (const [index, raw] of lines.entries()) {
      const text = raw.trim();
      if (text === '' || text.startsWith('#') || text.startsWith(EMPTY)) continue;
      const pkg = readLine(text, index + 1, configurationOf(file.path));
      if (pkg === undefined) {
        result.unreadableRow(text, { reason: 'no group:artifact:version', line: index + 1 });
      } else packages.set(`${pkg.name}@${pkg.version}`, pkg);
    }
    for (const pkg of packages.values()) result.add(pkg);
    const isOfProject = file.path.endsWith(OWN_NAME) && !file.path.includes(FOLDER);
    if (isOfProject && body.trim() !== '' && !lines.some((line) => line.startsWith(EMPTY))) {
      result.missingEnd(`no line "${EMPTY}" behind the dependencies`, lines.length);
    }
    return result.done();
  },
};

function isGradles(path: string): boolean {
  return !path.endsWith(EXTENSION) || path.endsWith(OWN_NAME) || path.includes(FOLDER);
}

/** Returns the configuration of a file that holds one, `undefined` where the lines name theirs. */
function configurationOf(path: string): string | undefined {
  const name = baseName(path);
  if (name === BUILD_NAME) return BUILD_CONFIGURATION;
  return path.includes(FOLDER) ? name.slice(0, -EXTENSION.length) : undefined;
}

function readLine(
  text: string,
  line: number,
  only: string | undefined,
): CatalogedPackage | undefined {
  const [coordinates = '', configurations = ''] = text.split('=', 2);
  const [group, artifact, version, ...rest] = coordinates.split(':');
  if (!isIdentifier(group) || !isIdentifier(artifact) || !isResolved(version) || rest.length > 0) {
    return undefined;
  }
  const names = only === undefined ? configurations.split(',').map((name) => name.trim()) : [only];
  const isDevelopment = names.every(isForDevelopment);
  return {
    name: mavenName(group, artifact),
    version,
    line,
    scope: isDevelopment ? 'development' : 'runtime',
  };
}

function isForDevelopment(configuration: string): boolean {
  return (
    TEST.test(configuration) ||
    CHECKING_TOOLS.has(configuration) ||
    configuration === BUILD_CONFIGURATION
  );
}
