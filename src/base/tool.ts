/** Who made a report. */

import { createRequire } from 'node:module';

/** Set by the build of the command; absent in the library and in tests. */
declare const __ASSAY_VERSION__: string | undefined;

/** Version of this package, as in `0.1.0`. */
export function toolVersion(): string {
  if (typeof __ASSAY_VERSION__ === 'string') return __ASSAY_VERSION__;
  const manifest = createRequire(import.meta.url)('assay/package.json') as {
    readonly version: string;
  };
  return manifest.version;
}
