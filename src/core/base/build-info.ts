/** The build of the program that made a report. */

import { createRequire } from 'node:module';

/** Set by the build of the command; absent in the library and in tests. */
declare const __ASSAY_VERSION__: string | undefined;
declare const __ASSAY_BUILD__: string | undefined;

/** Returns the version of this package, as in `0.1.0`. */
export function toolVersion(): string {
  if (typeof __ASSAY_VERSION__ === 'string') return __ASSAY_VERSION__;
  const manifest = createRequire(import.meta.url)('assay/package.json') as {
    readonly version: string;
  };
  return manifest.version;
}

/**
 * Identifies the program's build: cached results can be read by the same build only. The command
 * carries a hash of its sources; the library is identified by its version. Unbuilt sources can
 * change while they run, so only the same process is the same build.
 */
export function buildId(): string {
  if (typeof __ASSAY_BUILD__ === 'string') return __ASSAY_BUILD__;
  return import.meta.url.endsWith('.ts')
    ? `process ${process.pid} since ${performance.timeOrigin}`
    : toolVersion();
}
