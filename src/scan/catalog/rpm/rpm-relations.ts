/**
 * The installed RPM packages that another one needs, and their exact versions.
 *
 * Source: rpm.org, "Dependencies": a requirement names a capability (a package, a library, a path),
 * a provision does so too, and every package provides its own name. A name with the architecture
 * behind it (`glibc(x86-64)`) is that of a package of this architecture.
 */

import { RPM_TAG, type RpmHeader } from '../../../formats/binary/rpm/rpm-header.ts';
import type { CatalogedPackage, OwnedFiles } from '../../../core/model/catalog/catalog.ts';

const LESS = 1 << 1;
const GREATER = 1 << 2;
const EQUAL = 1 << 3;
/** `rpmlib(...)`: what rpm itself must be able to do. */
const RPMLIB = 1 << 24;
const ISA =
  /^(?<name>[^()]+)\((?:x86|aarch|arm|ppc|s390|riscv|mips|loongarch|sparc|alpha|ia)[-\w]*\)$/;
const ZERO_EPOCH = /^0:/;

/** One package while the database is read: its relations are resolved when all are known. */
export interface RpmRelations {
  readonly name: string;
  readonly provides: readonly string[];
  readonly requires: readonly string[];
  readonly exact: readonly { readonly name: string; readonly version: string }[];
}

/** Returns the relations of a header, each name once. */
export function rpmRelations(name: string, header: RpmHeader): RpmRelations {
  const names = header.texts(RPM_TAG.requireName);
  const flags = header.numbers(RPM_TAG.requireFlags);
  const versions = header.texts(RPM_TAG.requireVersion);
  const requires = new Set<string>();
  const exact = new Map<string, string>();
  for (const [index, required] of names.entries()) {
    const flag = flags[index] ?? 0;
    if ((flag & RPMLIB) !== 0) continue;
    requires.add(required);
    const version = versions[index] ?? '';
    // Without a release any build of the version will do.
    if ((flag & (LESS | GREATER | EQUAL)) === EQUAL && version.includes('-')) {
      const plain = ISA.exec(required)?.groups?.['name'] ?? required;
      exact.set(plain, version.replace(ZERO_EPOCH, ''));
    }
  }
  return {
    name,
    provides: header.texts(RPM_TAG.provideName),
    requires: [...requires],
    exact: [...exact].map(([other, version]) => ({ name: other, version })),
  };
}

/** The providers of capabilities in one database. */
export class RpmProviders {
  readonly #names = new Set<string>();
  readonly #byCapability = new Map<string, string>();
  readonly #wantedPaths = new Set<string>();

  constructor(packages: readonly RpmRelations[]) {
    for (const { name, provides, requires } of packages) {
      this.#names.add(name);
      for (const capability of provides) {
        if (!this.#byCapability.has(capability)) this.#byCapability.set(capability, name);
      }
      for (const required of requires)
        if (required.startsWith('/')) this.#wantedPaths.add(required);
    }
    for (const name of this.#names) this.#byCapability.set(name, name);
  }

  /** Paths are capabilities of those who own them. */
  addFiles(name: string, files: OwnedFiles): void {
    if (this.#wantedPaths.size === 0) return;
    for (const { path } of files) {
      if (this.#wantedPaths.has(path) && !this.#byCapability.has(path)) {
        this.#byCapability.set(path, name);
      }
    }
  }

  /** Returns the packages of the database that a package needs. */
  resolve({
    name,
    requires,
    exact,
  }: RpmRelations): Pick<CatalogedPackage, 'dependsOn' | 'requiresExactly'> {
    const dependsOn = new Set<string>();
    for (const required of requires) {
      const provider = this.#byCapability.get(required);
      if (provider !== undefined && provider !== name) dependsOn.add(provider);
    }
    const requiresExactly = exact.filter(
      (other) => other.name !== name && this.#names.has(other.name),
    );
    return {
      ...(dependsOn.size > 0 && { dependsOn: [...dependsOn] }),
      ...(requiresExactly.length > 0 && { requiresExactly }),
    };
  }
}
