/** What to install for the reasons by which tests are skipped, and how a tool prints its version. */

import { spawnSync } from 'node:child_process';

import { ABILITIES, type Ability } from './abilities.ts';
import { missingTool } from './tools.ts';

/** An external program that tests start. */
interface Tool {
  /** The package of Debian, if it is not called like the command. */
  readonly debian?: string;
  /** What to install where Debian 12 has no package. */
  readonly install?: string;
  /** Arguments that print the version. Default: `--version`. */
  readonly version?: readonly string[];
}

/** What Debian 12 has no package for. `.ci/run` builds these programs there. */
const NEWER_DEBIAN = 'a package of Debian 13; `.ci/run` builds it on others';

/** Commands that differ from the rule: the package has their name, and they know `--version`. */
const TOOLS: Readonly<Record<string, Tool>> = {
  'apt-cache': { debian: 'apt' },
  'apt-get': { debian: 'apt' },
  busybox: { debian: 'busybox-static', version: [] },
  bundle: { debian: 'ruby-bundler' },
  chroot: { debian: 'coreutils' },

  cosign: { install: NEWER_DEBIAN, version: ['version'] },
  cosign3: { install: '`.ci/run` builds it', version: ['version'] },
  ctr: { debian: 'containerd' },
  dockerd: { debian: 'docker.io' },
  'dpkg-deb': { debian: 'dpkg' },
  'dpkg-query': { debian: 'dpkg' },
  elixir: { version: ['--short-version'] },
  gem: { debian: 'ruby' },
  gitsign: { install: NEWER_DEBIAN, version: ['version'] },
  go: { debian: 'golang-go', version: ['version'] },
  gpg: { debian: 'gpg' },
  htpasswd: { debian: 'apache2-utils', version: [] },
  jar: { debian: 'default-jdk-headless' },
  jarsigner: { debian: 'default-jdk-headless', version: [] },
  java: { debian: 'default-jre-headless' },
  javac: { debian: 'default-jdk-headless' },
  keytool: { debian: 'default-jdk-headless', version: [] },
  mkfifo: { debian: 'coreutils' },
  node: { debian: 'nodejs' },
  'oci-image-verification': { install: 'the package sigstore-go of Debian 13', version: [] },
  openssl: { version: ['version'] },
  oras: { install: NEWER_DEBIAN, version: ['version'] },
  php: { debian: 'php-cli' },
  pip3: { debian: 'python3-pip' },
  'pkcs11-tool': { debian: 'opensc', version: [] },
  rpmbuild: { debian: 'rpm' },
  Rscript: { debian: 'r-base-core' },
  rustc: { debian: 'rustc' },
  script: { debian: 'bsdutils' },
  'softhsm2-util': { debian: 'softhsm2' },
  'sigstore-go-verification': { install: NEWER_DEBIAN, version: [] },
  'sigstore-go-verify-with-key': { install: '`.ci/run` builds it', version: [] },
  'ssh-keygen': { debian: 'openssh-client', version: [] },
  tmux: { version: ['-V'] },
  unzip: { version: ['-v'] },
  vercmp: { debian: 'pacman-package-manager' },
  xmllint: { debian: 'libxml2-utils' },
  xz: { debian: 'xz-utils' },
};

/** Reasons that are neither commands nor abilities, and what to do about them. */
const CONDITIONS: Readonly<Record<string, string>> = {
  '../shared': 'the shared test data beside the checkout',
  ASSAY_TEST_INTEROP: 'set ASSAY_TEST_INTEROP=1 (see CONTRIBUTING.md)',
  root: 'run as root',
};

/** Returns what to install or to do for a reason; `undefined` if nothing is known. */
export function remedyOf(reason: string): string | undefined {
  const abilities: readonly Ability[] = Object.values(ABILITIES);
  const ability = abilities.find(({ words }) => words === reason);
  if (ability !== undefined) return ability.install;
  const condition = CONDITIONS[reason];
  if (condition !== undefined) return condition;
  if (!/^[a-z][\w.+-]*$/iu.test(reason) || /^[A-Z_]+$/u.test(reason)) return undefined;
  const tool = TOOLS[reason];
  return tool?.install ?? `apt install ${tool?.debian ?? reason}`;
}

/**
 * Returns the version that a tool prints, shortened to its number; an empty text if it prints none,
 * and `undefined` if the tool is not installed.
 */
export function versionOf(name: string): string | undefined {
  if (missingTool(name) !== undefined) return undefined;
  const { version = ['--version'] } = TOOLS[name] ?? {};
  if (version.length === 0) return '';
  const options = { encoding: 'utf8', timeout: 60_000 } as const;
  const { stdout, stderr } = spawnSync(name, version, options);
  return /\d+(?:[.:]\w+)+(?:[-+~]\w[\w.]*)?/u.exec(`${stdout}\n${stderr}`)?.[0] ?? '';
}
