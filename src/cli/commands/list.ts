/** All commands: what help lists, and how each is loaded. */

import type { CommandModule } from '../command.ts';

export interface CommandRow {
  /** One word, or two for the actions of a group: `db update`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line, starts with a verb. */
  readonly summary: string;
  load(): Promise<CommandModule>;
}

export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'image',
    aliases: ['i'],
    summary: 'scan images, wherever they are: registries, daemons, archives, layouts',
    load: async () => (await import('./image.ts')).image,
  },
  {
    name: 'fs',
    aliases: ['filesystem'],
    summary: 'scan a folder of code: its lockfiles and installed packages',
    load: async () => (await import('./fs.ts')).fs,
  },
  {
    name: 'repo',
    aliases: ['repository'],
    summary: 'scan a git repository at a branch, tag or commit',
    load: async () => (await import('./repo.ts')).repo,
  },
  {
    name: 'rootfs',
    summary: 'scan an unpacked root filesystem',
    load: async () => (await import('./rootfs.ts')).rootfs,
  },
  {
    name: 'host',
    summary: 'scan the system that it runs on',
    load: async () => (await import('./host.ts')).host,
  },
  {
    name: 'purl',
    summary: 'ask what is known of packages, by their package URLs',
    load: async () => (await import('./purl.ts')).purl,
  },
  {
    name: 'sbom',
    summary: 'scan a bill of materials: CycloneDX, SPDX, and what syft and trivy write',
    load: async () => (await import('./sbom.ts')).sbom,
  },
  {
    name: 'merge',
    summary: 'make one bill of materials of several',
    load: async () => (await import('./merge.ts')).merge,
  },
  {
    name: 'digest',
    summary: 'print the digests of an image, of its index and of each platform',
    load: async () => (await import('./digest.ts')).digest,
  },
  {
    name: 'gate',
    summary: 'judge stored reports; run a command only where they pass',
    load: async () => (await import('./gate.ts')).gate,
  },
  {
    name: 'convert',
    summary: 'write a stored report in other formats',
    load: async () => (await import('./convert.ts')).convert,
  },
  {
    name: 'diff',
    summary: 'compare two images, bills of materials, folders or reports',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    name: 'ignore list',
    summary: 'list exceptions: whose they are, why, until when, and whether they are needed',
    load: async () => (await import('./ignore-list.ts')).ignoreList,
  },
  {
    name: 'ignore add',
    summary: 'write exceptions into an ignore file',
    load: async () => (await import('./ignore-add.ts')).ignoreAdd,
  },
  {
    name: 'ignore prune',
    summary: 'take out exceptions that expired or that no finding needs',
    load: async () => (await import('./ignore-prune.ts')).ignorePrune,
  },
  {
    name: 'vex generate',
    summary: 'write exceptions as VEX statements that others can use',
    load: async () => (await import('./vex-generate.ts')).vexGenerate,
  },
  {
    name: 'cve',
    summary: 'show what is known of a vulnerability, by any of its ids',
    load: async () => (await import('./cve.ts')).cve,
  },
  {
    name: 'cve search',
    summary: 'search vulnerabilities for words',
    load: async () => (await import('./cve-search.ts')).cveSearch,
  },
  {
    name: 'explain',
    summary: 'explain a finding: why it matched, where it came from, what clears it',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'db update',
    summary: 'load advisory data from a mirror',
    load: async () => (await import('./db-update.ts')).dbUpdate,
  },
  {
    name: 'db import',
    summary: 'load advisory data from files',
    load: async () => (await import('./db-import.ts')).dbImport,
  },
  {
    name: 'db status',
    summary: 'show what advisory data is loaded, and how old it is',
    load: async () => (await import('./db-status.ts')).dbStatus,
  },
  {
    name: 'db export',
    summary: 'write the advisory data as one signed file',
    load: async () => (await import('./db-export.ts')).dbExport,
  },
  {
    name: 'db verify',
    summary: 'check a bundle, or what is loaded, to the last byte',
    load: async () => (await import('./db-verify.ts')).dbVerify,
  },
  {
    name: 'db search',
    summary: 'list the advisories of a package',
    load: async () => (await import('./db-search.ts')).dbSearch,
  },
  {
    name: 'doctor',
    summary: 'show the settings in effect, where they came from, and what is missing',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'clean',
    summary: 'remove what was kept for later runs',
    load: async () => (await import('./clean.ts')).clean,
  },
  {
    name: 'demo',
    summary: 'scan three small images made on the spot; needs no network and no data',
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'version',
    summary: 'print the version',
    load: async () => (await import('./version.ts')).version,
  },
];

/** What `assay TARGET` without a command loads; not listed, because it has no name. */
export const BARE_TARGET: CommandRow = {
  name: '',
  summary: 'scan a target, guessing what it is',
  load: async () => (await import('./target.ts')).target,
};

/** Commands that are planned and not there yet, so that typing one is answered truthfully. */
export const PLANNED_COMMANDS: ReadonlySet<string> = new Set([
  ...'base fix patches'.split(' '),
  ...'pin ledger key sign verify attest sign-blob verify-blob commits policy trust push chain'.split(
    ' ',
  ),
  ...'reference fingerprint audit config registry server worker completion'.split(' '),
  ...'diff pull push'.split(' ').map((action) => `db ${action}`),
]);
