/** Rules about where packages, images and actions come from. */

import type { TrustFile } from '../../../trust/trust-file/trust-file.ts';
import type { Rule } from '../rule.ts';

const WHERE = 'assay.trust.yaml:4';
const SOURCE = {
  text: 'https://npm.example.com/',
  protocol: 'https:',
  host: 'npm.example.com',
  path: '/',
  where: WHERE,
};

/** A trust file for examples. */
const TRUST: Pick<TrustFile, 'name' | 'packages' | 'baseImages'> = {
  name: 'assay.trust.yaml',
  packages: new Map([
    [
      'npm',
      {
        sources: [{ ...SOURCE, text: 'https://registry.example/', host: 'registry.example' }],
        owned: [{ where: WHERE, names: ['@acme/*'], sources: [SOURCE] }],
      },
    ],
  ]),
  baseImages: {
    allowed: [
      { text: 'docker.io/library/debian', host: 'docker.io', parts: ['library', 'debian'] },
    ],
    denied: [],
  },
};

const LOCK = (name: string, resolved: string, integrity = 'sha512-AAAA', key = name): string =>
  `${JSON.stringify({ lockfileVersion: 3, packages: { [`node_modules/${key}`]: { version: '1.0.0', resolved, integrity } } }, null, 2)}\n`;
const LOCK_PATH = '/package-lock.json';

type Written = Omit<Rule, 'category' | 'cwe' | 'aliases'> & Partial<Pick<Rule, 'cwe' | 'aliases'>>;

function rule({ cwe = [829], aliases = [], ...rest }: Written): Rule {
  return { ...rest, category: 'origin', cwe, aliases };
}

/** A package or an index from elsewhere than the trust file allows. */
export const UNTRUSTED_SOURCE = rule({
  id: 'origin/untrusted-source',
  severity: 'high',
  title: 'package from a source that is not trusted',
  why: 'The trust file names the sources that packages of this ecosystem may come from, and this one is not among them. Its owner decides what is installed.',
  remedy: 'Take the package from an allowed source, or have the source added to the trust file.',
  failing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://mirror.example/left/-/left-1.0.0.tgz'),
    settings: { origin: { trust: TRUST } },
  },
  passing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz'),
    settings: { origin: { trust: TRUST } },
  },
});

/** A name of the organization that others could provide. */
export const OWNED_NAME = rule({
  id: 'origin/dependency-confusion',
  severity: 'critical',
  title: 'package of the organization from another source',
  cwe: [427, 829],
  why: 'The trust file says that the organization owns this name and where it comes from. Here another source provides it or may provide it, where anybody can register the name.',
  remedy:
    'Bind the scope or the package to its own registry in the configuration of the package manager, and lock it again.',
  failing: {
    path: LOCK_PATH,
    text: LOCK('@acme/ui', 'https://registry.example/@acme/ui/-/ui-1.0.0.tgz'),
    settings: { origin: { trust: TRUST } },
  },
  passing: {
    path: LOCK_PATH,
    text: LOCK('@acme/ui', 'https://npm.example.com/@acme/ui/-/ui-1.0.0.tgz'),
    settings: { origin: { trust: TRUST } },
  },
});

/** Several indexes, each of which can answer for each name. */
export const EXTRA_INDEX = rule({
  id: 'origin/extra-index',
  severity: 'medium',
  title: 'several indexes that answer for the same names',
  cwe: [427],
  why: 'The package manager asks all of these indexes for each name. Anyone who can publish to one of them can replace a package of another one.',
  remedy:
    'Use one index that combines the others, or bind packages to their index (uv: explicit indexes; Poetry: priority explicit; Bundler: source blocks; NuGet: package source mapping).',
  failing: {
    path: '/requirements.txt',
    text: '--index-url https://a.example/simple/\n--extra-index-url https://b.example/simple/\nleft==1.0\n',
  },
  passing: {
    path: '/requirements.txt',
    text: '--index-url https://a.example/simple/\nleft==1.0\n',
  },
});

/** Plain HTTP and the protocol of git. */
export const CLEAR_TEXT = rule({
  id: 'origin/clear-text-source',
  severity: 'high',
  title: 'source that is not encrypted',
  cwe: [319, 494],
  why: 'Everybody on the way can read and change what such an address answers.',
  remedy: 'Use the https or ssh address of the source.',
  failing: { path: '/.npmrc', text: 'registry=http://npm.example.com/\n' },
  passing: { path: '/.npmrc', text: 'registry=https://npm.example.com/\n' },
});

/** A repository or an archive without a commit or a digest. */
export const UNPINNED = rule({
  id: 'origin/unpinned-dependency',
  severity: 'medium',
  title: 'dependency on a repository or archive without a commit or digest',
  cwe: [494, 829],
  why: 'A branch, a tag or an address can have other content at the next installation, and nothing notices it.',
  remedy: 'Name the full commit of the repository, or lock the digest of the archive.',
  failing: { path: '/requirements.txt', text: 'left @ git+https://git.example/left.git@main\n' },
  passing: {
    path: '/requirements.txt',
    text: `left @ git+https://git.example/left.git@${'a'.repeat(40)}\n`,
  },
});

/** A lockfile without the digest of a package. */
export const MISSING_INTEGRITY = rule({
  id: 'origin/missing-integrity',
  severity: 'medium',
  title: 'locked package without a digest',
  cwe: [353, 494],
  why: 'The lockfile has a place for the digest of each package, and it is empty here. The registry can answer with other content, and the installation accepts it.',
  remedy: 'Lock the package again with a registry that gives digests, and compare the result.',
  failing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz', ''),
  },
  passing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz'),
  },
});

/** Digests that can be made to collide. */
export const WEAK_INTEGRITY = rule({
  id: 'origin/weak-integrity',
  severity: 'low',
  title: 'locked package with a weak digest',
  cwe: [328],
  why: 'Two archives with the same MD5 or SHA-1 can be made on purpose, so that such a digest does not prove the content.',
  remedy:
    'Lock the package again with a current version of the package manager, which writes SHA-256 or SHA-512.',
  failing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz', 'sha1-AAAA'),
  },
  passing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz'),
  },
});

/** Two digests of one package. */
export const DIFFERING_INTEGRITY = rule({
  id: 'origin/differing-integrity',
  severity: 'high',
  title: 'one version of a package with two digests',
  cwe: [345, 494],
  why: 'The lockfile has the same version of a package twice, with digests of different content. One of the two is not what was published.',
  remedy: 'Find out which digest the registry gives for the version, and lock the package again.',
  failing: {
    path: LOCK_PATH,
    text: JSON.stringify(
      {
        lockfileVersion: 3,
        packages: {
          'node_modules/left': {
            version: '1.0.0',
            resolved: 'https://registry.example/left/-/left-1.0.0.tgz',
            integrity: 'sha512-AAAA',
          },
          'node_modules/a/node_modules/left': {
            version: '1.0.0',
            resolved: 'https://registry.example/left/-/left-1.0.0.tgz',
            integrity: 'sha512-BBBB',
          },
        },
      },
      null,
      2,
    ),
  },
  passing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz'),
  },
});

/** An archive of another package. */
export const OTHER_ADDRESS = rule({
  id: 'origin/address-of-another-package',
  severity: 'high',
  title: 'package whose address is that of another one',
  cwe: [345],
  why: 'The lockfile names one package and takes the archive of another one. Reviews and scanners see the name, and the installation takes the archive.',
  remedy:
    'Lock the package again. If the other package is meant, name it as an alias in the manifest.',
  failing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/right/-/right-1.0.0.tgz'),
  },
  passing: {
    path: LOCK_PATH,
    text: LOCK('left', 'https://registry.example/left/-/left-1.0.0.tgz'),
  },
});

/** A package under the name of another one. */
export const ALIAS = rule({
  id: 'origin/alias',
  severity: 'low',
  title: 'package that is installed under another name',
  cwe: [],
  why: 'The code imports one name and gets another package. A reader of the code does not see which one.',
  remedy: 'Import the package by its own name, or check that the alias is meant.',
  failing: {
    path: '/package.json',
    text: '{\n  "dependencies": {\n    "left": "npm:right@^1.0.0"\n  }\n}\n',
  },
  passing: {
    path: '/package.json',
    text: '{\n  "dependencies": {\n    "left-cjs": "npm:left@^1.0.0"\n  }\n}\n',
  },
});

/** A lockfile that does not answer its manifest. */
export const DIFFERENCE = rule({
  id: 'origin/lockfile-differs',
  severity: 'medium',
  title: 'lockfile that does not answer the manifest beside it',
  cwe: [345],
  why: 'The manifest asks for something else than the lockfile answers. The next installation resolves it anew, or fails, and what was reviewed is not what is installed.',
  remedy: 'Lock the dependencies again, and commit manifest and lockfile together.',
  failing: {
    path: LOCK_PATH,
    text: JSON.stringify(
      { lockfileVersion: 3, packages: { '': { dependencies: { left: '^1.0.0' } } } },
      null,
      2,
    ),
    settings: { origin: { read: () => Buffer.from('{"dependencies":{"left":"^2.0.0"}}') } },
  },
  passing: {
    path: LOCK_PATH,
    text: JSON.stringify(
      { lockfileVersion: 3, packages: { '': { dependencies: { left: '^1.0.0' } } } },
      null,
      2,
    ),
    settings: { origin: { read: () => Buffer.from('{"dependencies":{"left":"^1.0.0"}}') } },
  },
});

/** A check of a package manager that is off. */
export const DISABLED_CHECK = rule({
  id: 'origin/disabled-check',
  severity: 'high',
  title: 'check of a package manager that is switched off',
  cwe: [295, 494],
  why: 'The configuration switches off a check that protects installations: of certificates, of digests, or of the index that answers.',
  remedy:
    'Remove the setting. If a registry has a certificate of an authority of your own, name that authority.',
  failing: { path: '/.npmrc', text: 'strict-ssl=false\n' },
  passing: { path: '/.npmrc', text: 'cafile=/etc/ssl/acme.pem\n' },
});

/** An image that the trust file does not allow. */
export const UNTRUSTED_IMAGE = rule({
  id: 'origin/untrusted-image',
  severity: 'high',
  title: 'image that the trust file does not allow',
  why: 'The trust file names the registries and the base images that are allowed. This image is denied, or not among them.',
  remedy: 'Use an image that the trust file allows, or have it added there.',
  failing: {
    path: '/Dockerfile',
    text: 'FROM example.com/debian:13.1\n',
    settings: { origin: { trust: TRUST } },
  },
  passing: {
    path: '/Dockerfile',
    text: 'FROM debian:13.1\n',
    settings: { origin: { trust: TRUST } },
  },
});

/** All rules about sources. */
export const SOURCE_RULES: readonly Rule[] = [
  UNTRUSTED_SOURCE,
  OWNED_NAME,
  EXTRA_INDEX,
  CLEAR_TEXT,
  UNPINNED,
  MISSING_INTEGRITY,
  WEAK_INTEGRITY,
  DIFFERING_INTEGRITY,
  OTHER_ADDRESS,
  ALIAS,
  DIFFERENCE,
  DISABLED_CHECK,
  UNTRUSTED_IMAGE,
];
