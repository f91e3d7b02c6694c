/** Names of files of Compose and of buildx bake. */

const COMPOSE = /(?:^|\/)(?:(?:docker-|podman-)?compose(?:[.-][^/]*)?|[^/]*[.-]compose)\.ya?ml$/iu;
const BAKE = /(?:^|\/)docker-bake(?:\.[^/]+)?\.(?:hcl|json)$/iu;

/** Returns whether the name is one of a Compose file. */
export const isComposePath = (path: string): boolean => COMPOSE.test(path);
/** Returns whether the name is one of a file of buildx bake. */
export const isBakePath = (path: string): boolean => BAKE.test(path);
