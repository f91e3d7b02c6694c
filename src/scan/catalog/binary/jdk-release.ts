/**
 * The file `release` at the root of a Java runtime.
 *
 * Source: JEP 223 and the build of OpenJDK (`make/ReleaseFile.gmk`): lines `KEY="value"`, of which
 * `JAVA_VERSION` names the release. The folder need not hold the virtual machine, as where only the
 * file was copied; so it is one claim more, and of the same package as the one in `libjvm.so`.
 * Files of that name without the line are something else, and give nothing.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** With all modules of a runtime it has some 3 KB. */
const MAX_BYTES = 64 * 1024;
const VERSION = /^JAVA_VERSION="(?<version>\d[\d._]{0,30}(?:-ea)?)"\r?$/m;
const RUNTIME = /^(?:JAVA_RUNTIME_VERSION|IMPLEMENTOR|OS_ARCH|SOURCE)="/m;

export const jdkRelease: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (file.sizeBytes > MAX_BYTES) return result.done();
    const text = Buffer.from(await file.bytes()).toString('latin1');
    const version = VERSION.exec(text)?.groups?.['version'];
    if (version !== undefined && RUNTIME.test(text))
      result.add({ ecosystem: 'program', name: 'openjdk', version });
    return result.done();
  },
};
