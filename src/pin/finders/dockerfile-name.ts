/** Names of Dockerfiles and Containerfiles. */

import { baseName } from '../../base/artifact-path.ts';

const NAME = /^(?:dockerfile|containerfile)(?:[._-].+)?$|\.(?:dockerfile|containerfile)$/iu;
const OTHER_NAME = /(?:\.(?:dockerignore|containerignore|md|orig|rej|bak|swp|sbom)|~)$/iu;
const LONELY_NAME = /docker|container/iu;
const DATA_NAME = /\.(?:ya?ml|json|toml|xml|sh|js|ts|py|go)$/iu;

/** Whether a file is a Dockerfile by its name. */
export function isDockerfileName(path: string, isAlone: boolean): boolean {
  const name = baseName(path);
  if (OTHER_NAME.test(name)) return false;
  return NAME.test(name) || (isAlone && LONELY_NAME.test(name) && !DATA_NAME.test(name));
}
