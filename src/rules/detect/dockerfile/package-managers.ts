/**
 * Programs that install packages, and which of their options take a value. Sources: the manuals of
 * the programs.
 */

/** Properties of a program that installs packages. */
export interface Manager {
  readonly manager: ManagerName;
  /** Subcommands that install. */
  readonly installs: readonly string[];
  /** Options that take the next word as their value. */
  readonly withValue: readonly string[];
}

/** The package managers whose commands are known. */
export type ManagerName =
  | 'apt'
  | 'yum'
  | 'dnf'
  | 'zypper'
  | 'apk'
  | 'pip'
  | 'pipx'
  | 'npm'
  | 'gem'
  | 'go'
  | 'cargo'
  | 'yarn';

const APT: Manager = {
  manager: 'apt',
  installs: ['install'],
  withValue: [
    '-t',
    '-o',
    '-c',
    '-a',
    '--target-release',
    '--option',
    '--config-file',
    '--default-release',
    '--host-architecture',
  ],
};
const RPM_OPTIONS = [
  '-c',
  '-d',
  '-e',
  '-R',
  '-x',
  '--config',
  '--exclude',
  '--enablerepo',
  '--disablerepo',
  '--releasever',
  '--installroot',
  '--repo',
  '--setopt',
  '--forcearch',
];
/**
 * Subcommands of dnf that install, with their short names. Source: dnf(8), "install", "reinstall",
 * "upgrade" and "upgrade-minimal".
 */
export const DNF_INSTALLS: readonly string[] = [
  ...['install', 'in', 'groupinstall', 'localinstall', 'reinstall', 'rei'],
  ...['upgrade', 'up', 'update', 'upgrade-minimal', 'up-min', 'update-minimal'],
];
const DNF: Manager = {
  manager: 'dnf',
  installs: DNF_INSTALLS,
  withValue: RPM_OPTIONS,
};
const PIP: Manager = {
  manager: 'pip',
  installs: ['install'],
  withValue: [
    '-r',
    '-c',
    '-e',
    '-t',
    '-i',
    '-f',
    '--requirement',
    '--constraint',
    '--editable',
    '--target',
    '--index-url',
    '--extra-index-url',
    '--find-links',
    '--platform',
    '--python-version',
    '--implementation',
    '--abi',
    '--root',
    '--prefix',
    '--src',
    '--upgrade-strategy',
    '--progress-bar',
    '--no-binary',
    '--only-binary',
    '--global-option',
    '--install-option',
    '--config-settings',
    '-C',
    '--trusted-host',
    '--proxy',
    '--retries',
    '--timeout',
    '--cert',
    '--client-cert',
    '--cache-dir',
    '--log',
    '--exists-action',
    '--python',
    '--root-user-action',
    '--report',
  ],
};

/** By the name of the program. */
export const MANAGERS: ReadonlyMap<string, Manager> = new Map([
  ['apt-get', APT],
  ['apt', APT],
  ['aptitude', APT],
  [
    'yum',
    { ...DNF, manager: 'yum', installs: ['install', 'groupinstall', 'localinstall', 'reinstall'] },
  ],
  ['dnf', DNF],
  ['dnf5', DNF],
  ['microdnf', DNF],
  [
    'zypper',
    {
      manager: 'zypper',
      installs: ['install', 'in'],
      withValue: [
        '-r',
        '--repo',
        '-t',
        '--type',
        '--from',
        '-R',
        '--root',
        '-D',
        '--reposd-dir',
        '-C',
        '--cache-dir',
        '-c',
        '--config',
        '--name',
        '-n',
      ].filter((one) => one !== '-n'),
    },
  ],
  [
    'apk',
    {
      manager: 'apk',
      installs: ['add'],
      withValue: [
        '-t',
        '--virtual',
        '-X',
        '--repository',
        '-p',
        '--root',
        '--repositories-file',
        '--cache-dir',
        '--keys-dir',
        '--arch',
        '--wait',
        '--cache-max-age',
      ],
    },
  ],
  ['pip', PIP],
  ['pip2', PIP],
  ['pip3', PIP],
  ['pipx', { ...PIP, manager: 'pipx', installs: ['install', 'run'] }],
  [
    'npm',
    {
      manager: 'npm',
      installs: [
        'install',
        'i',
        'in',
        'ins',
        'inst',
        'insta',
        'instal',
        'isnt',
        'isnta',
        'isntal',
        'isntall',
        'add',
      ],
      withValue: [
        '--prefix',
        '--registry',
        '-C',
        '--loglevel',
        '--cache',
        '--userconfig',
        '-w',
        '--workspace',
        '--omit',
        '--include',
        '--tag',
      ],
    },
  ],
  [
    'gem',
    {
      manager: 'gem',
      installs: ['install', 'i'],
      withValue: [
        '-v',
        '--version',
        '-i',
        '--install-dir',
        '-n',
        '--bindir',
        '-s',
        '--source',
        '-P',
        '--trust-policy',
        '--platform',
        '-p',
        '--http-proxy',
        '-B',
        '--build-root',
        '--document',
      ],
    },
  ],
  [
    'go',
    {
      manager: 'go',
      installs: ['install', 'get', 'run'],
      withValue: [
        '-mod',
        '-modfile',
        '-overlay',
        '-ldflags',
        '-gcflags',
        '-tags',
        '-o',
        '-C',
        '-exec',
        '-p',
        '-asmflags',
        '-buildmode',
        '-compiler',
        '-toolexec',
        '-pkgdir',
      ],
    },
  ],
  [
    'cargo',
    {
      manager: 'cargo',
      installs: ['install'],
      withValue: [
        '--version',
        '--vers',
        '--git',
        '--branch',
        '--tag',
        '--rev',
        '--path',
        '--root',
        '--registry',
        '--index',
        '-F',
        '--features',
        '-j',
        '--jobs',
        '--target',
        '--target-dir',
        '--profile',
        '--bin',
        '--example',
        '-Z',
        '--config',
        '--color',
      ],
    },
  ],
  [
    'yarn',
    {
      manager: 'yarn',
      installs: ['add'],
      withValue: ['--cwd', '--registry', '--cache-folder', '--modules-folder'],
    },
  ],
]);
