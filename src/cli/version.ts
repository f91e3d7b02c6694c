/** The version of this build; apart from everything else, because `assay --version` loads nothing more. */

/** Put in by the build; absent where the sources run unbundled, as in tests. */
declare const __ASSAY_VERSION__: string | undefined;

/** The package's version, as in `0.1.0`. */
export async function assayVersion(): Promise<string> {
  if (typeof __ASSAY_VERSION__ === 'string') return __ASSAY_VERSION__;
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}
