/**
 * Wheels in a directory.
 *
 * Source: Python Packaging User Guide, "Binary distribution format", "Core metadata
 * specifications".
 */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from './zip.ts';

/** A version of a package; its module has the constant `VERSION`. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** Requirements, as in `Requires-Dist`. */
  readonly needs?: readonly string[];
  /** Further lines of the metadata. */
  readonly more?: readonly string[];
}

/** Returns the metadata file of a wheel. */
export function wheelMetadata({ name, version, needs = [], more = [] }: Wheel): string {
  const lines = [
    'Metadata-Version: 2.1',
    `Name: ${name}`,
    `Version: ${version}`,
    ...more,
    ...needs.map((need) => `Requires-Dist: ${need}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Returns the bytes of a wheel. */
export function wheelBytes(wheel: Wheel): Buffer {
  const { name, version } = wheel;
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}.py`]: `VERSION = "${version}"\n`,
    [`${info}/METADATA`]: wheelMetadata(wheel),
    [`${info}/WHEEL`]:
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: `${name}.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  };
  return zip(Object.entries(files).map(([path, body]) => ({ name: path, body })));
}

/** Writes wheels, and returns the SHA-256 of each by `name==version`. */
export function writeWheels(folder: string, wheels: readonly Wheel[]): ReadonlyMap<string, string> {
  mkdirSync(folder, { recursive: true });
  const sums = new Map<string, string>();
  for (const wheel of wheels) {
    const { name, version } = wheel;
    const bytes = wheelBytes(wheel);
    writeFileSync(join(folder, `${name}-${version}-py3-none-any.whl`), bytes);
    sums.set(`${name}==${version}`, createHash('sha256').update(bytes).digest('hex'));
  }
  return sums;
}
