/** The readers by the names of the files that they read. */

import { baseName } from '../../../../core/base/artifact-path.ts';
import type { OriginReader } from '../use.ts';
import { readCompose, readDockerfileImages, readWorkflow } from './containers.ts';
import { readNugetConfig, readNugetLock, readProjectFile } from './dotnet.ts';
import { readGoEnv, readGoMod } from './go.ts';
import { readGradle, readMavenSettings, readPom, readWrapperProperties } from './java.ts';
import type { ORIGIN_NAMES } from './names.ts';
import {
  readBunLock,
  readDenoLock,
  readPackageLock,
  readPnpmLock,
  readYarnLock,
} from './npm-locks.ts';
import { readPackageJson } from './npm-manifest.ts';
import { readBunfigUses, readNpmrcUses, readYarn1Uses, readYarnrcUses } from './npm-settings.ts';
import {
  readMixLock,
  readPackageResolved,
  readPodfileLock,
  readPubspecLock,
  readTerraformLock,
} from './others.ts';
import { readComposerJson, readComposerLock } from './php.ts';
import {
  readPdmLock,
  readPipfileLock,
  readPoetryLock,
  readPylock,
  readUvLock,
} from './python-locks.ts';
import { readPipConf, readRequirements } from './pip.ts';
import { readPipfile, readPyproject, readUvToml } from './python-settings.ts';
import { readBundleConfig, readGemfile, readGemfileLock } from './ruby.ts';
import { readCargoConfig, readCargoLock, readCargoToml } from './rust.ts';

/** Lockfiles whose sources are not read: with a trust file, they are a gap. */
const readNothing: OriginReader = ({ gap }) => {
  gap('the sources that this file names are not read');
  return [];
};

const BY_NAME: Readonly<Record<(typeof ORIGIN_NAMES)[number], OriginReader>> = {
  'package-lock.json': readPackageLock,
  'npm-shrinkwrap.json': readPackageLock,
  'yarn.lock': readYarnLock,
  'pnpm-lock.yaml': readPnpmLock,
  'bun.lock': readBunLock,
  'deno.lock': readDenoLock,
  'package.json': readPackageJson,
  '.npmrc': readNpmrcUses,
  '.yarnrc': readYarn1Uses,
  '.yarnrc.yml': readYarnrcUses,
  'bunfig.toml': readBunfigUses,
  'poetry.lock': readPoetryLock,
  'uv.lock': readUvLock,
  'pdm.lock': readPdmLock,
  'Pipfile.lock': readPipfileLock,
  Pipfile: readPipfile,
  'pyproject.toml': readPyproject,
  'uv.toml': readUvToml,
  'pip.conf': readPipConf,
  'pip.ini': readPipConf,
  'pylock.toml': readPylock,
  Gemfile: readGemfile,
  'gems.rb': readGemfile,
  'Gemfile.lock': readGemfileLock,
  'gems.locked': readGemfileLock,
  'Cargo.lock': readCargoLock,
  'Cargo.toml': readCargoToml,
  'composer.lock': readComposerLock,
  'composer.json': readComposerJson,
  'go.mod': readGoMod,
  'go.env': readGoEnv,
  'pom.xml': readPom,
  'settings.xml': readMavenSettings,
  'build.gradle': readGradle,
  'build.gradle.kts': readGradle,
  'settings.gradle': readGradle,
  'settings.gradle.kts': readGradle,
  'gradle-wrapper.properties': readWrapperProperties,
  'maven-wrapper.properties': readWrapperProperties,
  'NuGet.config': readNugetConfig,
  'NuGet.Config': readNugetConfig,
  'nuget.config': readNugetConfig,
  'packages.lock.json': readNugetLock,
  'Directory.Packages.props': readProjectFile,
  'Directory.Build.props': readProjectFile,
  'pubspec.lock': readPubspecLock,
  'Package.resolved': readPackageResolved,
  'mix.lock': readMixLock,
  'Podfile.lock': readPodfileLock,
  '.terraform.lock.hcl': readTerraformLock,
  Dockerfile: readDockerfileImages,
  Containerfile: readDockerfileImages,
  'compose.yml': readCompose,
  'compose.yaml': readCompose,
  'docker-compose.yml': readCompose,
  'docker-compose.yaml': readCompose,
  'action.yml': readWorkflow,
  'action.yaml': readWorkflow,
  'bun.lockb': readNothing,
  'conan.lock': readNothing,
  'conda-lock.yml': readNothing,
  'environment.yml': readNothing,
  'flake.lock': readNothing,
  'gradle.lockfile': readNothing,
  'paket.lock': readNothing,
  'renv.lock': readNothing,
  'stack.yaml.lock': readNothing,
  'Cartfile.resolved': readNothing,
};
const READERS: ReadonlyMap<string, OriginReader> = new Map(Object.entries(BY_NAME));

/** Readers of files whose names are not fixed, by a pattern of the path. */
const BY_PATTERN: readonly (readonly [RegExp, OriginReader])[] = [
  [
    /\/requirements[^/]*\.(?:txt|in)$|\/constraints[^/]*\.txt$|\/requirements\/[^/]+\.(?:txt|in)$/u,
    readRequirements,
  ],
  [/\/pylock\.[^/]+\.toml$/u, readPylock],
  [/\.(?:cs|fs|vb)proj$/u, readProjectFile],
  [/\/\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/u, readWorkflow],
  [/\/\.cargo\/config(?:\.toml)?$/u, readCargoConfig],
  [/\/\.bundle\/config$/u, readBundleConfig],
  [
    /\/(?:Dockerfile|Containerfile)[._-][^/]+$|\.(?:dockerfile|containerfile)$/iu,
    readDockerfileImages,
  ],
];

/** Returns the reader of a file; `undefined` if it has none. */
export function originReaderOf(path: string): OriginReader | undefined {
  return READERS.get(baseName(path)) ?? BY_PATTERN.find(([pattern]) => pattern.test(path))?.[1];
}
