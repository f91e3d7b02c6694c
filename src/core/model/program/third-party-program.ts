/**
 * The program in a package that another builder made, for the advisories of its publisher.
 *
 * Source: the names of source packages in the archives of `third-party-archives.ts`. Only such
 * packages are looked up by these names: a distribution patches its own and publishes advisories of
 * its own.
 */

import type { Package } from '../package/package.ts';
import { programOf, type Program } from './program.ts';
import { thirdPartyVendor } from '../distro/vendor.ts';

/** Source packages that are not called like the program. */
const PROGRAM_NAMES: ReadonlyMap<string, string> = new Map([
  ['nodejs', 'node'],
  ['apache2', 'httpd'],
  ['bind9', 'bind'],
  ['bind', 'bind'],
  ['exim4', 'exim'],
  ['mysql-community', 'mysql'],
  ['mysql-community-server', 'mysql'],
  ['mysql-server', 'mysql'],
  ['mysql-commercial', 'mysql'],
  ['MariaDB-server', 'mariadb'],
  ['mariadb-server', 'mariadb'],
  ['redis-server', 'redis'],
  ['redis-stack-server', 'redis'],
  ['postgresql-server', 'postgresql'],
]);

/** `postgresql-16`, `php8.3`, `mariadb-10.11`, `postgresql16-server`. */
const LINE = /^(?<name>[A-Za-z][A-Za-z-]*?)-?\d+(?:\.\d+)*(?<rest>-[a-z]+)?$/;
/** `2:` of `2:8.3.1-1+0~2024`, and the part that the project itself counts. */
const UPSTREAM = /^(?:\d+:)?(?<version>\d+(?:\.\d+){1,4}[a-z]?)(?![\d.])/;

/** A program, and which release of it a package has. */
export interface ThirdPartyProgram {
  readonly program: Program;
  readonly version: string;
}

/**
 * Returns the program of a package of another builder; `undefined` for packages of the
 * distribution, and where none is known.
 */
export function thirdPartyProgramOf(pkg: Package): ThirdPartyProgram | undefined {
  if (thirdPartyVendor(pkg) === undefined) return undefined;
  const { name, version } = pkg.source ?? pkg;
  const program = programNamed(name);
  const upstream = UPSTREAM.exec(version)?.groups?.['version'];
  return program === undefined || upstream === undefined
    ? undefined
    : { program, version: upstream };
}

function programNamed(source: string): Program | undefined {
  const { name, rest = '' } = LINE.exec(source)?.groups ?? {};
  const candidates = [source, ...(name === undefined ? [] : [name + rest, name])];
  for (const candidate of candidates) {
    const program = programOf(PROGRAM_NAMES.get(candidate) ?? candidate);
    if (program !== undefined) return program;
  }
  return undefined;
}
