/**
 * Commands of the package managers of systems. A command is given only if the artifact contains the
 * package manager.
 *
 * Sources: the manual pages apt-get(8), apk-add(8), dnf(8), yum(8), zypper(8), pacman(8); "Partial
 * upgrades are unsupported" of the Arch wiki; the opkg page of the OpenWrt documentation.
 */

import { indexBy } from '../../core/base/maps.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import { isShellSafeName } from './shell-safe.ts';
import type { CureCommand, PackageUpgrade, ArtifactUpgrades } from './package-upgrades.ts';

interface SystemTool {
  /** Package that contains it. */
  readonly shippedIn: string;
  /** Returns the command for names in the tool's form. */
  command(names: readonly string[]): string;
}

/** The first one that is installed is taken. */
const TOOLS: readonly SystemTool[] = [
  {
    shippedIn: 'apt',
    command: (names) => `apt-get update && apt-get install -y --only-upgrade ${names.join(' ')}`,
  },
  // `apk upgrade` takes names from apk-tools 2.12 on only, and does not move a package whose
  // version is pinned.
  {
    shippedIn: 'apk-tools',
    command: (names) => `apk add --no-cache --upgrade ${names.join(' ')}`,
  },
  ...['dnf5', 'dnf', 'microdnf', 'yum'].map((tool) => ({
    shippedIn: tool,
    command: (names: readonly string[]) => `${tool} upgrade -y ${names.join(' ')}`,
  })),
  {
    shippedIn: 'tdnf',
    command: (names) => `tdnf update -y ${names.join(' ')}`,
  },
  {
    shippedIn: 'zypper',
    command: (names) => `zypper --non-interactive update ${names.join(' ')}`,
  },
  { shippedIn: 'pacman', command: () => 'pacman -Syu --noconfirm' },
  {
    shippedIn: 'opkg',
    command: (names) => `opkg update && opkg upgrade ${names.join(' ')}`,
  },
];

/**
 * Kernels have their version in the name, or are installed beside the old one: no upgrade of the
 * installed package removes the vulnerable one.
 */
const KERNEL =
  /^(?:linux-(?:image|headers|modules|tools|kbuild)\b.*\d\.\d|kernel(?:-(?:core|modules.*|devel|default.*))?$)/u;

/**
 * Returns the command that upgrades the system's packages of an artifact; empty where none is
 * known.
 */
export function systemCommands({ result, items }: ArtifactUpgrades): readonly CureCommand[] {
  const wanted = items.filter(({ pkg }) => isSystemPackage(pkg) && !KERNEL.test(pkg.name));
  if (wanted.length === 0) return [];
  const installed = indexBy(result.inventory.packages.filter(isSystemPackage), 'name');
  const tool = TOOLS.find(({ shippedIn }) => installed.has(shippedIn));
  if (tool === undefined) return [];
  const own = installed.get(tool.shippedIn)?.qualifiers.get('arch');
  const names = new Set(wanted.flatMap((item) => nameFor(item, tool, own) ?? []));
  if (names.size === 0) return [];
  const place = placeOf(result.artifact);
  const command = tool.command([...names].sort());
  return [place === undefined ? { command } : { command, place }];
}

/** Returns whether a package belongs to an operating system's package manager. */
export function isSystemPackage({ ecosystem }: Pick<Package, 'ecosystem'>): boolean {
  return ECOSYSTEMS[ecosystem].kind === 'os';
}

/** Returns the name for the tool; apt takes the name alone for the architecture of the system. */
function nameFor(
  { pkg }: PackageUpgrade,
  { shippedIn }: SystemTool,
  own?: string,
): string | undefined {
  const { name, ecosystem, qualifiers } = pkg;
  if (!isShellSafeName(ecosystem, name)) return undefined;
  const arch = qualifiers.get('arch');
  const isForeign = arch !== undefined && arch !== 'all' && own !== undefined && arch !== own;
  if (shippedIn !== 'apt' || !isForeign) return name;
  return /^[a-z0-9-]+$/u.test(arch) ? `${name}:${arch}` : undefined;
}

/**
 * Returns `undefined` for the system that Assay runs on, and for what is not an artifact with
 * files.
 */
function placeOf({ kind, reference }: Artifact): string | undefined {
  switch (kind) {
    case 'image':
      return `in the image ${reference}, or as a RUN line of its Dockerfile`;
    case 'rootfs':
    case 'directory':
      return reference === '/' ? undefined : `in the root ${reference}`;
    case 'file':
    case 'repository':
    case 'sbom':
      return `in the system of ${reference}`;
  }
}
