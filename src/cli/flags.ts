/** All flags. Those that trivy has too keep its names and meaning, so that a job can be switched over. */

import type { Flag } from '../config/flag.ts';
import { DAEMON_FLAGS } from './daemon-flags.ts';
import { LIMIT_FLAGS } from './limit-flags.ts';
import { FORMAT_NAMES } from '../report/list.ts';
import { OVERRIDES_FLAG } from './overrides-flag.ts';
import { REGISTRY_FLAGS } from './registry-flags.ts';
import { CONVERT_TRIVY_FLAGS, TRIVY_FLAGS } from '../config/trivy-flags.ts';
import { TABLE_FLAGS } from './table-flags.ts';
import { COMPAT_FLAG } from './compat-flag.ts';

/** Every command takes these. */
export const COMMON_FLAGS: readonly Flag[] = [
  { name: 'quiet', short: 'q', group: 'General', help: 'print nothing but the report and errors' },
  { name: 'debug', short: 'd', group: 'General', help: 'print details of the run, and stacks' },
  { name: 'no-progress', group: 'General', help: 'show no progress' },
  { name: 'no-color', group: 'General', help: 'print no colors, as with NO_COLOR=1' },
  {
    name: 'cache-dir',
    value: 'DIR',
    group: 'General',
    help: 'folder for advisory data and results of scans (default: the cache folder of the user)',
  },
  {
    name: 'timeout',
    value: 'DURATION',
    group: 'General',
    help: 'give up after this time, as in 90s, 5m or 1h30m (default: never)',
  },
  { name: 'offline', group: 'General', help: 'open no network connection' },
  {
    name: 'trace-http',
    group: 'General',
    help: 'print each request to the network and its answer, without credentials and contents',
  },
  {
    name: 'cacert',
    value: 'FILE',
    group: 'General',
    help: 'certificates of authorities in PEM, trusted beside those of the system',
  },
  {
    name: 'as-of',
    value: 'DATE',
    group: 'General',
    help: 'set the clock: 2025-06-01 is the start of that day in UTC; advisory data stays what is loaded',
  },
  {
    name: 'config',
    short: 'c',
    value: 'FILE',
    group: 'General',
    help: 'configuration file (default: assay.yaml, else trivy.yaml, of the working folder); none reads none',
  },
];

export const FORMAT_FLAG: Flag = {
  name: 'format',
  short: 'f',
  value: 'NAME',
  group: 'Report',
  help: 'table (default) or json',
};

export const WITH_FLAG: Flag = {
  name: 'with',
  value: 'LIST',
  group: 'Advisory data',
  help: 'large feeds too, which lend texts and ratings: cve,nvd; once loaded they stay up to date',
};

export const MIRROR_FLAG: Flag = {
  name: 'mirror',
  value: 'URL|DIR',
  isNeverEmpty: true,
  group: 'Advisory data',
  help: "folder or http(s) address that holds the publishers' files",
};

const MAX_AGE_FLAG: Flag = {
  name: 'db-max-age',
  value: 'DURATION',
  group: 'Advisory data',
  help: 'refuse advisory data that is older, as in 48h or 7d',
};

/** How a scan comes by what it is decided on. */
const ADVISORY_FLAGS: readonly Flag[] = [
  MIRROR_FLAG,
  {
    name: 'skip-db-update',
    aliases: ['skip-update'],
    group: 'Advisory data',
    help: 'fetch no advisory data, not even what is missing; the clock of --as-of does the same',
  },
  MAX_AGE_FLAG,
  {
    name: 'advisories',
    value: 'PATH',
    group: 'Advisory data',
    help: 'own OSV records, archives or folders of them, beside what is loaded; repeatable',
  },
  {
    name: 'download-db-only',
    group: 'Advisory data',
    help: 'fetch what the target needs, or all where none is given, and report nothing',
  },
];

const ALLOW_EMPTY_FLAG: Flag = {
  name: 'allow-empty',
  group: 'Target',
  help: 'a target without packages is no error',
};

const TARGET_FLAGS: readonly Flag[] = [
  {
    name: 'platform',
    value: 'OS/ARCH',
    group: 'Target',
    help: 'platform of a multi-platform image, as in linux/arm64, or all',
  },
  {
    name: 'scanners',
    aliases: ['security-checks'],
    value: 'LIST',
    group: 'Target',
    help: 'vuln (default), or packages: inventory only, which needs no advisory data',
  },
  {
    name: 'pkg-types',
    aliases: ['vuln-type'],
    value: 'LIST',
    group: 'Target',
    help: 'os, library, or both (default)',
  },
  { name: 'include-dev-deps', group: 'Target', help: 'also development dependencies' },
  {
    name: 'detection-priority',
    value: 'NAME',
    group: 'Target',
    help: 'precise (default); comprehensive: of a declared range that no lockfile pins, the lowest version counts',
  },
  {
    name: 'verify',
    value: 'DEPTH',
    group: 'Target',
    help: 'full (default): content against its metadata; manifests: no file bodies; none',
  },
  {
    name: 'skip-dirs',
    value: 'GLOB',
    group: 'Target',
    help: 'folders that are not looked at; repeat or separate by commas',
  },
  {
    name: 'skip-files',
    value: 'GLOB',
    group: 'Target',
    help: 'files that are not looked at; repeat or separate by commas',
  },
  {
    name: 'file-patterns',
    value: 'TYPE:PATTERN',
    group: 'Target',
    help: String.raw`files that are read as of a type whatever their name, as in pip:requirements-.*\.txt; repeatable`,
  },
  {
    name: 'removed-pkgs',
    group: 'Target',
    help: 'also packages of the system that a higher layer removed',
  },
  {
    name: 'distro',
    value: 'ID/VERSION',
    group: 'Target',
    help: 'take the system to be this one, as in debian/12',
  },
  {
    name: 'image-src',
    value: 'LIST',
    group: 'Target',
    help: 'where images are looked for, in order (default: docker,containerd,podman,podman-storage,remote)',
  },
  ...DAEMON_FLAGS,
  ...LIMIT_FLAGS,
  {
    name: 'parallel',
    value: 'N',
    group: 'Target',
    help: 'layers that are read at the same time (default: 2; 0 leaves it to Assay)',
  },
  ALLOW_EMPTY_FLAG,
];

export const DRY_RUN_FLAG: Flag = {
  name: 'dry-run',
  group: 'Gate',
  help: 'print what would fail, and end with 0 instead',
};

export const IGNOREFILE_FLAG: Flag = {
  name: 'ignorefile',
  value: 'FILE',
  group: 'Gate',
  help: 'exceptions, in any of the forms of docs/exceptions.md; repeatable (default: .trivyignore and .assayignore in the working folder, also with .yaml)',
};

const GATE_FLAGS: readonly Flag[] = [
  {
    name: 'policy',
    value: 'NAME',
    group: 'Gate',
    help: 'the gate of that name in the configuration file',
  },
  {
    name: 'fail-on',
    value: 'CONDITIONS',
    group: 'Gate',
    help: 'fail on any of these: high, high+fixable, kev, epss>=0.1, cvss>=8, age>30d; all words: docs/policies.md',
  },
  {
    name: 'exit-code',
    value: 'N',
    group: 'Gate',
    help: 'exit code of a failing gate; without --fail-on, anything left after the filters fails',
  },
  {
    name: 'exit-on-eol',
    value: 'N',
    group: 'Gate',
    help: 'exit code when the system is past its end of life',
  },
  {
    name: 'min-evidence',
    value: 'LEVEL',
    group: 'Gate',
    help: 'fail on any package that is less than consistent, verified or proven; lockfile entries are exempt',
  },
  {
    name: 'fail-on-tamper',
    group: 'Gate',
    help: 'fail with exit code 5 where content contradicts its metadata',
  },
  DRY_RUN_FLAG,
  {
    name: 'allow-incomplete',
    value: 'KIND,...',
    valueIfBare: 'all',
    group: 'Gate',
    help: 'let gaps pass: all, or the kinds named, as in --allow-incomplete=end-of-life',
  },
  { name: 'ignore-unfixed', group: 'Gate', help: 'set aside what has no fix' },
  {
    name: 'ignore-status',
    value: 'LIST',
    group: 'Gate',
    help: 'set aside by status, as in will_not_fix,end_of_life',
  },
  IGNOREFILE_FLAG,
  OVERRIDES_FLAG,
  {
    name: 'baseline',
    value: 'WHAT',
    group: 'Gate',
    help: 'tell what is new from what was there: a JSON report, an image by digest, a bill of materials, a folder, or a git revision of the target; without --fail-on, anything new fails',
  },
  {
    name: 'fail-on-stale-ignore',
    group: 'Gate',
    help: 'fail where an exception has no effect: nothing needs it, it has expired, or it is malformed',
  },
  {
    name: 'vex',
    value: 'FILE',
    group: 'Gate',
    help: 'statements on what is not affected or fixed: OpenVEX, CycloneDX or CSAF; repeatable',
  },
];

export const OUTPUT_FLAG: Flag = {
  name: 'output',
  short: 'o',
  value: 'OUT',
  group: 'Report',
  help: 'PATH, NAME=PATH for that format to that file, or NAME for that format here; repeatable',
};

const REPORT_FLAGS: readonly Flag[] = [
  { ...FORMAT_FLAG, help: `${FORMAT_NAMES.join(', ')}; default: table` },
  OUTPUT_FLAG,
  {
    name: 'severity',
    short: 's',
    value: 'LIST',
    group: 'Report',
    help: 'severities to show, as in HIGH,CRITICAL; without --fail-on also what fails',
  },
  {
    name: 'only',
    value: 'ORIGIN',
    group: 'Report',
    help: 'app or base: findings of that origin, where it is known; without --fail-on also what fails',
  },
  { name: 'show-suppressed', group: 'Report', help: 'list what was set aside, and why' },
  {
    name: 'table-mode',
    value: 'LIST',
    group: 'Report',
    help: 'summary, detailed (default) or both: what tables show',
  },
  ...TABLE_FLAGS,
  { name: 'list-all-pkgs', group: 'Report', help: 'list all packages (json always does)' },
  {
    name: 'dependency-tree',
    group: 'Report',
    help: 'say of each package with findings what pulls it in (json has the shortest way)',
  },
  {
    name: 'vuln-severity-source',
    value: 'LIST',
    group: 'Report',
    help: 'whose severity is shown, in order of trust, as in debian,nvd',
  },
];

export const INPUT_FLAG: Flag = {
  name: 'input',
  value: 'FILE',
  group: 'Target',
  help: 'docker-save archive, or OCI layout (folder or tar); - for standard input',
};

/** Of images in registries. */
export const LAZY_FLAG: Flag = {
  name: 'lazy',
  group: 'Target',
  help: 'get only tables of contents and package files of zstd:chunked layers in a registry; for a look, not for a gate',
};

/** Which state of a repository is scanned. */
export const REVISION_FLAGS: readonly Flag[] = [
  { name: 'branch', value: 'NAME', group: 'Target', help: 'the branch to scan' },
  { name: 'tag', value: 'NAME', group: 'Target', help: 'the tag to scan' },
  {
    name: 'commit',
    value: 'ID',
    group: 'Target',
    help: 'the commit to scan, by all or the first digits of its id, or HEAD',
  },
];

/** What every command that scans takes. */
export const SCAN_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...GATE_FLAGS,
  ...REPORT_FLAGS,
  ...ADVISORY_FLAGS,
  COMPAT_FLAG,
  ...TRIVY_FLAGS,
];

/** What `assay diff` takes: everything that finds, and nothing that decides. */
export const DIFF_FLAGS: readonly Flag[] = [
  FORMAT_FLAG,
  ...TARGET_FLAGS,
  ...REGISTRY_FLAGS,
  ...ADVISORY_FLAGS.filter(({ name }) => name !== 'download-db-only'),
];

/** Severities are chosen when packages are matched. */
const STORED_REPORT_FLAGS: readonly Flag[] = REPORT_FLAGS.filter(
  ({ name }) => name !== 'vuln-severity-source',
);

/** Filters and gates of trivy's command of that name, with what they need here. */
const CONVERT_GATE: readonly string[] = [
  ...['exit-code', 'exit-on-eol', 'allow-incomplete'],
  ...['ignore-unfixed', 'ignore-status', 'ignorefile', 'vex'],
];

/** What `assay convert` takes. */
export const CONVERT_FLAGS: readonly Flag[] = [
  ...GATE_FLAGS.filter(({ name }) => CONVERT_GATE.includes(name)),
  ...STORED_REPORT_FLAGS,
  ALLOW_EMPTY_FLAG,
  COMPAT_FLAG,
  ...CONVERT_TRIVY_FLAGS,
];

/** What `assay gate` takes: everything that decides, and nothing that finds. */
export const GATE_COMMAND_FLAGS: readonly Flag[] = [
  ...GATE_FLAGS,
  ...STORED_REPORT_FLAGS,
  ...TRIVY_FLAGS.filter(({ name }) => name === 'template'),
  MAX_AGE_FLAG,
  ALLOW_EMPTY_FLAG,
];
