/**
 * Variables with which corepack neither reads `packageManager` of a project nor downloads a package
 * manager.
 */
export const WITHOUT_COREPACK: Readonly<Record<string, string>> = {
  COREPACK_ENABLE_PROJECT_SPEC: '0',
  COREPACK_ENABLE_NETWORK: '0',
  COREPACK_ENABLE_STRICT: '0',
  COREPACK_ENABLE_AUTO_PIN: '0',
  COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  COREPACK_ENV_FILE: '0',
};
