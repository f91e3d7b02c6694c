/**
 * A file proxy of Go modules.
 *
 * Source: the Go Modules Reference, "GOPROXY protocol", "Module zip files".
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { zip } from './zip.ts';

/** A version of a module. */
export interface GoModule {
  readonly path: string;
  readonly version: string;
  readonly requires?: Readonly<Record<string, string>>;
  /**
   * The imports of each package by its directory; by default the root package imports all that is
   * required.
   */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes modules into a directory that `GOPROXY=file://` can name. Each package has the constant
 * `Version`.
 */
export function writeGoProxy(folder: string, modules: readonly GoModule[]): void {
  for (const {
    path,
    version,
    requires = {},
    packages = { '': Object.keys(requires) },
  } of modules) {
    const place = join(folder, path, '@v');
    mkdirSync(place, { recursive: true });
    const lines = Object.entries(requires).map(([name, other]) => `require ${name} ${other}\n`);
    const mod = `module ${path}\n\ngo 1.20\n\n${lines.join('\n')}`;
    const sources = Object.entries(packages).map(([directory, imports]) => ({
      name: `${path}@${version}/${directory === '' ? '' : `${directory}/`}code.go`,
      body: [
        `package ${(directory || path).split('/').at(-1) ?? ''}`,
        ...imports.map((one) => `import _ "${one}"`),
        `const Version = "${version}"\n`,
      ].join('\n'),
    }));
    writeFileSync(join(place, `${version}.mod`), mod);
    writeFileSync(
      join(place, `${version}.info`),
      JSON.stringify({ Version: version, Time: '2024-01-01T00:00:00Z' }),
    );
    writeFileSync(
      join(place, `${version}.zip`),
      zip([{ name: `${path}@${version}/go.mod`, body: mod }, ...sources]),
    );
  }
  const names = new Set(modules.map(({ path }) => path));
  for (const name of names) {
    const versions = modules.filter(({ path }) => path === name).map(({ version }) => version);
    writeFileSync(join(folder, name, '@v', 'list'), `${versions.join('\n')}\n`);
  }
}
