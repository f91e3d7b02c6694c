/** Environment variables of a process. */

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables with secrets that only Assay itself reads: passwords of keys, logins of registries,
 * identity tokens.
 */
const SECRETS: ReadonlySet<string> = new Set([
  'ASSAY_KEY_PASSWORD',
  'COSIGN_PASSWORD',
  'ASSAY_PASSWORD',
  'TRIVY_PASSWORD',
  'ASSAY_REGISTRY_TOKEN',
  'TRIVY_REGISTRY_TOKEN',
  'ASSAY_ID_TOKEN',
  'SIGSTORE_ID_TOKEN',
]);

/**
 * Returns the variables for a program that Assay starts, such as git or a program that signs: all
 * but Assay's own secrets.
 */
export function childEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.has(name)));
}
