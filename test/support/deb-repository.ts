/** A flat repository of apt, in a root, with packages that dpkg-deb builds for a test. */

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { run } from './tools.ts';

export interface DebPackage {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly depends?: string;
}

export class DebRepository {
  readonly #folder: string;

  /** Below `/repo` of a root, whose apt knows no other repository. */
  constructor(root: string) {
    this.#folder = path.join(root, 'repo');
    mkdirSync(this.#folder, { recursive: true });
    rmSync(path.join(root, 'etc/apt/sources.list.d'), { recursive: true, force: true });
    writeFileSync(path.join(root, 'etc/apt/sources.list'), 'deb [trusted=yes] file:/repo ./\n');
  }

  /** Adds packages; those that are there stay. */
  publish(packages: readonly DebPackage[]): void {
    for (const one of packages) this.#build(one);
    const names = readdirSync(this.#folder).filter((name) => name.endsWith('.deb'));
    const stanzas = names.map((name) => {
      const file = path.join(this.#folder, name);
      const control = run('dpkg-deb', ['--field', file]).trimEnd();
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
      const facts = [`Filename: ./${name}`, `Size: ${statSync(file).size}`, `SHA256: ${hash}`];
      return [control, ...facts, ''].join('\n');
    });
    writeFileSync(path.join(this.#folder, 'Packages'), stanzas.join('\n'));
  }

  #build({ name, version, source, depends }: DebPackage): void {
    const tree = path.join(this.#folder, `${name}.tree`);
    mkdirSync(path.join(tree, 'DEBIAN'), { recursive: true });
    mkdirSync(path.join(tree, 'usr/share', name), { recursive: true });
    writeFileSync(path.join(tree, 'usr/share', name, 'version'), `${version}\n`);
    const control = [
      `Package: ${name}`,
      `Source: ${source}`,
      `Version: ${version}`,
      'Architecture: all',
      'Maintainer: Debian Test <test@lists.debian.org>',
      ...(depends === undefined ? [] : [`Depends: ${depends}`]),
      'Description: made for a test',
      '',
    ];
    writeFileSync(path.join(tree, 'DEBIAN/control'), control.join('\n'));
    const target = path.join(this.#folder, `${name}_${version}_all.deb`);
    run('dpkg-deb', ['--build', '--root-owner-group', tree, target]);
    rmSync(tree, { recursive: true });
  }
}
