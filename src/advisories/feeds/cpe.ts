/**
 * CPE names: the program and version that a name identifies.
 *
 * Source: NISTIR 7695 (CPE 2.3, section 6.2: the formatted string and its escapes). Only programs
 * of `core/model/program/program.ts` are of interest. Refused: names of another form or part, of products for
 * another host (`node.js`, `wordpress`), and for systems that no container has.
 */

import { programOfProduct, type Program } from '../../core/model/program/program.ts';

/** A name, as far as it matters. */
export interface ProgramCpe {
  readonly program: Program;
  /** `undefined`: all versions, as far as a range does not bound them. Empty: none is named. */
  readonly version: string | undefined;
}

const START = 'cpe:2.3:';
const FIELDS = 11;
const ANY = '*';
const NONE = '-';
/** Target hosts that a CPE name of a Linux program may have. */
const OWN_HOSTS: ReadonlySet<string> = new Set([ANY, NONE, 'linux', 'linux_kernel', 'unix']);
/** An update that makes a version another one: `rc1`, `p1`, and `update391` of Java. */
const UPDATE = /^(?:alpha|beta|rc|pre|preview|dev|a|b|m|p|update_?)\d{1,4}$/;
const LETTERS = /^[a-z]{1,2}$/;
/** CPE's version form for Java 8 and older. */
const OLD_JAVA = /^1\.(?<major>[1-9])\.0$/;

/** Returns the program of a CPE name, or `undefined` if it is not a known program. */
export function programCpe(name: string): ProgramCpe | undefined {
  const fields = fieldsOfCpe(name);
  if (fields === undefined) return undefined;
  const [part, vendor, product, version, update, , , , targetSoftware] = fields;
  if (part !== 'a' || !OWN_HOSTS.has(targetSoftware)) return undefined;
  const program = programOfProduct(vendor, product);
  return program && { program, version: versionOf(program, version, update) };
}

/** Returns whether a name is of an operating system that is no Linux. */
export function isOtherSystem(name: string): boolean {
  const fields = fieldsOfCpe(name);
  if (fields === undefined) return false;
  const [part, vendor, product] = fields;
  if (part !== 'o') return false;
  return vendor === 'microsoft' || vendor === 'apple' || product === 'android';
}

type CpeFields = readonly [
  part: string,
  vendor: string,
  product: string,
  version: string,
  update: string,
  edition: string,
  language: string,
  softwareEdition: string,
  targetSoftware: string,
];

function fieldsOfCpe(name: string): CpeFields | undefined {
  if (!name.startsWith(START)) return undefined;
  const fields: string[] = [''];
  for (let at = START.length; at < name.length; at += 1) {
    const character = name.charAt(at);
    if (character === ':') fields.push('');
    else if (character === '\\') fields.push(`${fields.pop() ?? ''}${name.charAt(++at)}`);
    else fields.push(`${fields.pop() ?? ''}${character}`);
    if (fields.length > FIELDS) return undefined;
  }
  return fields.length < FIELDS ? undefined : (fields as unknown as CpeFields);
}

function versionOf({ name }: Program, version: string, update: string): string | undefined {
  if (version === ANY) return undefined;
  if (version === NONE) return '';
  if (name === 'openjdk') return javaVersion(version, update);
  if (LETTERS.test(update) || !UPDATE.test(update)) return version;
  return `${version}${update}`;
}

/** Returns the version of Java: `1.8.0` is 8, and an update of it `8u391`. */
function javaVersion(version: string, update: string): string {
  const major = OLD_JAVA.exec(version)?.groups?.['major'] ?? version;
  const number = /^update_?(?<number>\d{1,4})$/.exec(update)?.groups?.['number'];
  return number === undefined ? major : `${major}u${number}`;
}
