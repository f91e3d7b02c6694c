/**
 * A local registry of crates.
 *
 * Source: The Cargo Book, "Source Replacement" (local registries), "Index Format".
 */

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { rawTar } from './raw-tar.ts';

/** A version of a crate; its library has the constant `VERSION`. */
export interface Crate {
  readonly name: string;
  readonly version: string;
  readonly needs?: Readonly<Record<string, string>>;
  /** The source of a build script. */
  readonly buildScript?: string;
}

/** Writes crates into a directory that `local-registry` of a configuration can name. */
export function writeCargoRegistry(folder: string, crates: readonly Crate[]): void {
  const rows = new Map<string, string>();
  mkdirSync(folder, { recursive: true });
  for (const { name, version, needs = {}, buildScript } of crates) {
    const lines = Object.entries(needs).map(([other, range]) => `${other} = "${range}"\n`);
    const manifest = `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"\n\n[dependencies]\n${lines.join('')}`;
    const files = {
      'Cargo.toml': manifest,
      'src/lib.rs': `pub const VERSION: &str = "${version}";\n`,
      ...(buildScript !== undefined && { 'build.rs': buildScript }),
    };
    const members = Object.entries(files).map(([path, body]) => ({
      path: `${name}-${version}/${path}`,
      type: 'file' as const,
      body,
    }));
    const bytes = gzipSync(rawTar(members));
    writeFileSync(join(folder, `${name}-${version}.crate`), bytes);
    const row = {
      name,
      vers: version,
      deps: Object.entries(needs).map(([other, range]) => ({
        name: other,
        req: range,
        features: [],
        optional: false,
        default_features: true,
        target: null,
        kind: 'normal',
      })),
      cksum: createHash('sha256').update(bytes).digest('hex'),
      features: {},
      yanked: false,
    };
    rows.set(name, `${rows.get(name) ?? ''}${JSON.stringify(row)}\n`);
  }
  for (const [name, text] of rows) {
    const path = join(folder, 'index', `${name.slice(0, 2)}/${name.slice(2, 4)}/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
