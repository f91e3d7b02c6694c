/**
 * Names of files that decide what a repository builds, depends on and allows. Sources: the
 * documentation of GitHub and GitLab for places of `CODEOWNERS`, `SECURITY.md` and settings of
 * Dependabot; docs.renovatebot.com, "Configuration options"; the documentation of the package
 * managers for the names of manifests and lockfiles.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { isFixtureDirectory } from '../../../core/model/finding/fixture-path.ts';

/** The places of `CODEOWNERS`: the first that is there counts. */
export const CODE_OWNERS_PLACES = {
  github: ['/.github/CODEOWNERS', '/CODEOWNERS', '/docs/CODEOWNERS'],
  gitlab: ['/CODEOWNERS', '/docs/CODEOWNERS', '/.gitlab/CODEOWNERS'],
} as const;

/** Directories of exported rulesets and branch protection. */
export const PROTECTION_DIRECTORIES = ['/.github/rulesets/', '/.github/branch-protection/'];

/** Places of the configuration of Renovate, in the order in which Renovate looks for it. */
export const RENOVATE_PLACES = [
  '/renovate.json',
  '/renovate.json5',
  '/.github/renovate.json',
  '/.github/renovate.json5',
  '/.gitlab/renovate.json',
  '/.gitlab/renovate.json5',
  '/.renovaterc',
  '/.renovaterc.json',
  '/.renovaterc.json5',
];

/** Places of the settings of Dependabot. */
export const DEPENDABOT_PLACES = ['/.github/dependabot.yml', '/.github/dependabot.yaml'];

/** Settings of other tools that propose updates, and scripts of Renovate. */
export const OTHER_UPDATERS =
  /^\/(?:\.pyup\.ya?ml|\.scala-steward\.conf|\.updatecli\.ya?ml|updatecli(?:\.d)?\/.+|(?:\.github\/)?renovate(?:-config|\.config)?\.[cm]?[jt]s|\.updates?\.ya?ml)$/u;

/** Places of a security policy, by the names in small letters. */
export const SECURITY_POLICY =
  /^\/(?:\.github\/|\.gitlab\/|docs\/)?security(?:\.(?:md|markdown|rst|txt|adoc))?$/iu;

/** What a file decides. */
export type FileKind = 'pipeline' | 'dependencies' | 'build';

const PIPELINES = [
  /^\/\.(?:github|gitea|forgejo)\/(?:workflows\/[^/]+\.ya?ml|actions\/.+|dependabot\.ya?ml)$/iu,
  /^\/(?:.*\/)?action\.ya?ml$/iu,
  /^\/\.gitlab-ci\.ya?ml$/u,
  /^\/\.gitlab\/ci\/.+\.ya?ml$/u,
  /^\/\.circleci\/config\.ya?ml$/u,
  /^\/azure-pipelines\.ya?ml$/u,
  /^\/\.pre-commit-config\.ya?ml$/u,
];

const LOCKFILES: ReadonlySet<string> = new Set([
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock'],
  ...[
    'bun.lockb',
    'deno.lock',
    'poetry.lock',
    'uv.lock',
    'pdm.lock',
    'Pipfile.lock',
    'pylock.toml',
  ],
  ...['Cargo.lock', 'go.sum', 'Gemfile.lock', 'gems.locked', 'composer.lock', 'gradle.lockfile'],
  ...['mix.lock', 'packages.lock.json', 'pubspec.lock', 'Package.resolved', 'Podfile.lock'],
  ...['flake.lock', 'conan.lock', 'assay.lock'],
]);

const MANIFESTS: ReadonlySet<string> = new Set([
  ...[
    'package.json',
    'pnpm-workspace.yaml',
    '.npmrc',
    '.yarnrc.yml',
    'deno.json',
    'pyproject.toml',
  ],
  ...['setup.py', 'setup.cfg', 'Pipfile', 'requirements.txt', 'Cargo.toml', 'go.mod', 'Gemfile'],
  ...['composer.json', 'pom.xml', 'build.gradle', 'build.gradle.kts', 'mix.exs', 'pubspec.yaml'],
  ...['Package.swift', 'Podfile', 'flake.nix', 'conanfile.txt', 'conanfile.py'],
]);

const BUILDS =
  /^(?:(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:Dockerfile|dockerfile|Containerfile)|docker-bake\.(?:hcl|json)|Jenkinsfile|Makefile|GNUmakefile|\.goreleaser\.ya?ml|\.releaserc(?:\..+)?|release\.config\.[cm]?[jt]s|(?:release|publish|deploy)(?:[-_.][\w.-]*)?\.(?:sh|bash|ps1|py|rb|pl|[cm]?[jt]s))$/u;

/**
 * Returns what a file decides; `undefined` for other files, and for those in directories of tests.
 */
export function fileKind(path: string): FileKind | undefined {
  if (path.split('/').slice(1, -1).some(isFixtureDirectory)) return undefined;
  if (PIPELINES.some((pattern) => pattern.test(path))) return 'pipeline';
  const name = baseName(path);
  if (LOCKFILES.has(name) || MANIFESTS.has(name)) return 'dependencies';
  return BUILDS.test(name) ? 'build' : undefined;
}

/** Returns whether a file records the versions of dependencies. */
export function isLockfile(path: string): boolean {
  return LOCKFILES.has(baseName(path));
}
