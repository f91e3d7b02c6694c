/** Names of Dockerfiles and Containerfiles. */

import { baseName } from '../../../core/base/artifact-path.ts';

const NAME = /^(?:dockerfile|containerfile)(?:[._-].+)?$|\.(?:dockerfile|containerfile)$/iu;
const WIDE_NAME = /^(?:dockerfile|containerfile)|(?:dockerfile|containerfile)$/iu;
const OTHER_NAME = /(?:\.(?:dockerignore|containerignore|md|orig|rej|bak|swp|sbom)|~)$/iu;
const LIKELY_NAME = /docker|container/iu;
const DATA_NAME = /\.(?:ya?ml|json|toml|xml|sh|js|ts|py|go)$/iu;

/**
 * Returns whether a file is a Dockerfile by its name: `Dockerfile`, `Dockerfile.prod`,
 * `app.dockerfile`.
 */
export function isDockerfileName(path: string): boolean {
  const name = baseName(path);
  return NAME.test(name) && !OTHER_NAME.test(name);
}

/**
 * Returns whether a file can be a Dockerfile by its name, if its content is one: `prod-Dockerfile`,
 * `MyDockerfile`, `Dockerfile2`.
 */
export function mayBeDockerfileName(path: string): boolean {
  const name = baseName(path);
  return WIDE_NAME.test(name) && !OTHER_NAME.test(name);
}

/**
 * Returns whether a file that the user names as the target can be a Dockerfile: `build.docker` too.
 */
export function canBeDockerfileName(path: string): boolean {
  const name = baseName(path);
  if (OTHER_NAME.test(name)) return false;
  return NAME.test(name) || (LIKELY_NAME.test(name) && !DATA_NAME.test(name));
}
