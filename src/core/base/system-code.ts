/** Error codes of the operating system. */

/** Returns the code, such as `ENOENT`; `undefined` if the error is not the operating system's. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
