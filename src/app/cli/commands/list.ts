/** All commands: what help lists, and how each is loaded. */

import type { NamedCommand } from './command.ts';

/** The headings of `assay --help`, in their order. */
export const COMMAND_GROUPS = [
  ...(['Scan', 'Decide', 'Repair', 'Own code', 'Release'] as const),
  ...(['Documents', 'Knowledge', 'Assay'] as const),
] as const;

/** One of {@link COMMAND_GROUPS}. */
export type CommandGroup = (typeof COMMAND_GROUPS)[number];

/** A command in the list. */
export interface CommandRow extends NamedCommand {
  /** The heading under which `assay --help` lists it. */
  readonly group: CommandGroup;
}

/** Every command with a name, in the order of help. */
export const COMMANDS: readonly CommandRow[] = [
  {
    name: 'image',
    group: 'Scan',
    aliases: ['i'],
    summary: 'scan images, wherever they are: registries, daemons, archives, layouts',
    load: async () => (await import('./scan/image.ts')).image,
  },
  {
    name: 'fs',
    group: 'Scan',
    aliases: ['filesystem'],
    summary: 'scan a folder of code: its lockfiles and installed packages',
    load: async () => (await import('./scan/fs.ts')).fs,
  },
  {
    name: 'repo',
    group: 'Scan',
    aliases: ['repository'],
    summary: 'scan a git repository at a branch, tag or commit',
    load: async () => (await import('./scan/repo.ts')).repo,
  },
  {
    name: 'rootfs',
    group: 'Scan',
    summary: 'scan an unpacked root filesystem',
    load: async () => (await import('./scan/rootfs.ts')).rootfs,
  },
  {
    name: 'host',
    group: 'Scan',
    summary: 'scan the system that it runs on',
    load: async () => (await import('./scan/host.ts')).host,
  },
  {
    name: 'purl',
    group: 'Scan',
    summary: 'scan single packages, named by package URLs',
    load: async () => (await import('./scan/purl.ts')).purl,
  },
  {
    name: 'sbom',
    group: 'Scan',
    summary: 'scan a bill of materials: CycloneDX, SPDX, and what syft and trivy write',
    load: async () => (await import('./scan/sbom.ts')).sbom,
  },
  {
    name: 'merge',
    group: 'Documents',
    summary: 'make one bill of materials of several',
    load: async () => (await import('./scan/merge.ts')).merge,
  },
  {
    name: 'digest',
    group: 'Documents',
    summary: 'print the digests of an image, of its index and of each platform',
    load: async () => (await import('./scan/digest.ts')).digest,
  },
  {
    name: 'gate',
    group: 'Decide',
    summary: 'judge stored reports; run a command only if they pass',
    load: async () => (await import('./gate/gate.ts')).gate,
  },
  {
    name: 'convert',
    group: 'Documents',
    summary: 'write a stored report in other formats',
    load: async () => (await import('./gate/convert.ts')).convert,
  },
  {
    name: 'diff',
    group: 'Decide',
    summary: 'compare two images, bills of materials, folders or reports',
    load: async () => (await import('./gate/diff.ts')).diff,
  },
  {
    name: 'base',
    group: 'Decide',
    summary: 'compare images side by side: findings, sizes, tools, end of life',
    load: async () => (await import('./base/base.ts')).base,
  },
  {
    name: 'ignore list',
    group: 'Decide',
    summary: 'list exceptions: whose they are, why, until when, and whether they are needed',
    load: async () => (await import('./ignore/ignore-list.ts')).ignoreList,
  },
  {
    name: 'ignore add',
    group: 'Decide',
    summary: 'write exceptions into an ignore file',
    load: async () => (await import('./ignore/ignore-add.ts')).ignoreAdd,
  },
  {
    name: 'ignore prune',
    group: 'Decide',
    summary: 'take out exceptions that expired or that no finding needs',
    load: async () => (await import('./ignore/ignore-prune.ts')).ignorePrune,
  },
  {
    name: 'vex generate',
    group: 'Decide',
    summary: 'write exceptions as VEX statements that others can use',
    load: async () => (await import('./vex/vex-generate.ts')).vexGenerate,
  },
  {
    name: 'pin',
    group: 'Repair',
    summary: 'write digests and commits beside tags; check and update them',
    load: async () => (await import('./pin/pin.ts')).pin,
  },
  {
    name: 'fix',
    group: 'Repair',
    summary: 'plan upgrades of a code base, try them, match again, and write them',
    load: async () => (await import('./fix/fix.ts')).fix,
  },
  {
    name: 'ledger verify',
    group: 'Repair',
    summary: 'find versions and tags that have moved since they were recorded',
    load: async () => (await import('./ledger/ledger-verify.ts')).ledgerVerify,
  },
  {
    name: 'commits',
    group: 'Own code',
    summary: 'verify that every commit of a range is signed by an allowed key',
    load: async () => (await import('./commits/commits.ts')).commits,
  },
  {
    name: 'commits hook',
    group: 'Own code',
    summary: 'install hooks that verify the commits of every push',
    load: async () => (await import('./commits/commits-hook.ts')).commitsHook,
  },
  {
    name: 'commits rules',
    group: 'Own code',
    summary: "check that a forge's exported rules require signed commits",
    load: async () => (await import('./commits/commits-rules.ts')).commitsRules,
  },
  {
    name: 'audit',
    group: 'Own code',
    summary: 'look at your own code by rules, with the results of other analyzers',
    load: async () => (await import('./audit/audit.ts')).audit,
  },
  {
    name: 'audit rules',
    group: 'Own code',
    summary: 'list the rules, explain one, or test rules of your own',
    load: async () => (await import('./audit/audit-rules.ts')).auditRules,
  },
  {
    name: 'config',
    group: 'Own code',
    aliases: ['conf'],
    summary: 'look for misconfiguration alone, as trivy config does',
    load: async () => (await import('./audit/config.ts')).config,
  },
  {
    name: 'cve',
    group: 'Knowledge',
    summary: 'show what is known of a vulnerability, by any of its ids',
    load: async () => (await import('./lookup/cve.ts')).cve,
  },
  {
    name: 'cve search',
    group: 'Knowledge',
    summary: 'search vulnerabilities for words',
    load: async () => (await import('./lookup/cve-search.ts')).cveSearch,
  },
  {
    name: 'explain',
    group: 'Decide',
    summary: 'explain a finding: why it matched, where it came from, what clears it',
    load: async () => (await import('./lookup/explain.ts')).explain,
  },
  {
    name: 'db update',
    group: 'Knowledge',
    summary: 'load advisory data from a mirror',
    load: async () => (await import('./db/db-update.ts')).dbUpdate,
  },
  {
    name: 'db import',
    group: 'Knowledge',
    summary: 'load advisory data from files',
    load: async () => (await import('./db/db-import.ts')).dbImport,
  },
  {
    name: 'db status',
    group: 'Knowledge',
    summary: 'show what advisory data is loaded, and how old it is',
    load: async () => (await import('./db/db-status.ts')).dbStatus,
  },
  {
    name: 'db export',
    group: 'Knowledge',
    summary: 'write the advisory data as one signed file',
    load: async () => (await import('./db/db-export.ts')).dbExport,
  },
  {
    name: 'db verify',
    group: 'Knowledge',
    summary: 'check a bundle, or what is loaded, to the last byte',
    load: async () => (await import('./db/db-verify.ts')).dbVerify,
  },
  {
    name: 'db search',
    group: 'Knowledge',
    summary: 'list the advisories of a package',
    load: async () => (await import('./db/db-search.ts')).dbSearch,
  },
  {
    name: 'key generate',
    group: 'Release',
    summary: 'make a key pair that signs',
    load: async () => (await import('./key/key-generate.ts')).keyGenerate,
  },
  {
    name: 'key import',
    group: 'Release',
    summary: 'take a private key of openssl, OpenSSH or cosign',
    load: async () => (await import('./key/key-import.ts')).keyImport,
  },
  {
    name: 'key export',
    group: 'Release',
    summary: 'write a private key for other programs',
    load: async () => (await import('./key/key-export.ts')).keyExport,
  },
  {
    name: 'key public',
    group: 'Release',
    summary: 'print the public half of a key',
    load: async () => (await import('./key/key-public.ts')).keyPublic,
  },
  {
    name: 'sign',
    group: 'Release',
    summary: 'sign an image',
    load: async () => (await import('./sign/sign.ts')).sign,
  },
  {
    name: 'attest',
    group: 'Release',
    summary: 'attach a signed document to an image: a bill of materials, a scan, a verdict',
    load: async () => (await import('./sign/attest.ts')).attest,
  },
  {
    name: 'verify',
    group: 'Release',
    summary: 'verify the signatures or attestations of an image',
    load: async () => (await import('./sign/verify.ts')).verify,
  },
  {
    name: 'sign-blob',
    group: 'Release',
    summary: 'sign a file',
    load: async () => (await import('./sign/sign-blob.ts')).signBlob,
  },
  {
    name: 'verify-blob',
    group: 'Release',
    summary: 'verify the signatures of a file',
    load: async () => (await import('./sign/verify-blob.ts')).verifyBlob,
  },
  {
    name: 'trust check',
    group: 'Own code',
    summary: 'judge where packages, images and actions come from',
    load: async () => (await import('./trust/trust-check.ts')).trustCheck,
  },
  {
    name: 'push',
    group: 'Release',
    summary: 'push an image that passes the gate, and sign it',
    load: async () => (await import('./push/push.ts')).push,
  },
  {
    name: 'registry',
    group: 'Decide',
    summary: 'serve packages of npm and Python that the policy allows, from other registries',
    load: async () => (await import('./registry/registry.ts')).registry,
  },
  {
    name: 'registry why',
    group: 'Decide',
    summary: 'explain what the registry does with a version, and why',
    load: async () => (await import('./registry/registry-why.ts')).registryWhy,
  },
  {
    name: 'registry report',
    group: 'Decide',
    summary: 'list what the registry has served that has got an advisory since',
    load: async () => (await import('./registry/registry-report.ts')).registryReport,
  },
  {
    name: 'registry warm',
    group: 'Decide',
    summary: 'fill the store of the registry with the packages of lockfiles, and end like a gate',
    load: async () => (await import('./registry/registry-warm.ts')).registryWarm,
  },
  {
    name: 'registry use',
    group: 'Decide',
    summary: 'lead npm, pnpm, yarn, bun, pip, uv or poetry to the registry, or back',
    load: async () => (await import('./registry/registry-use.ts')).registryUse,
  },
  {
    name: 'doctor',
    group: 'Assay',
    summary: 'show the settings in effect, where they came from, and what is missing',
    load: async () => (await import('./system/doctor.ts')).doctor,
  },
  {
    name: 'clean',
    group: 'Assay',
    summary: 'remove cached scan results, or the advisory data',
    load: async () => (await import('./system/clean.ts')).clean,
  },
  {
    name: 'demo',
    group: 'Assay',
    summary: 'scan three small images made on the spot; needs no network and no data',
    load: async () => (await import('./demo/demo.ts')).demo,
  },
  {
    name: 'completion',
    group: 'Assay',
    summary: 'print a script by which bash, zsh or fish completes command lines',
    load: async () => (await import('./completion/completion.ts')).completion,
  },
  {
    name: 'version',
    group: 'Assay',
    summary: 'print the version',
    load: async () => (await import('./system/version.ts')).version,
  },
];

/** The command of `assay TARGET` without a command name; not listed, because it has no name. */
export const BARE_TARGET: CommandRow = {
  name: '',
  group: 'Scan',
  summary: 'scan a target, guessing what it is',
  load: async () => (await import('./scan/target.ts')).target,
};
