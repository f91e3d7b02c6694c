/**
 * Package URLs that are the target themselves: `assay purl pkg:npm/minimist@1.2.5`. They are handed
 * on as a bill of materials that lists them, one on each line, so that they are read and matched as
 * those of any other document.
 *
 * Source: ECMA-427 (package URLs), CycloneDX 1.6. Refused: what is not a package URL.
 */

import { AssayError } from '../../core/base/errors.ts';
import { redact } from '../../core/base/redact.ts';
import { parsePackageUrl, PackageUrlError } from '../../core/model/purl/purl.ts';
import type { ArtifactSource } from './source.ts';

const PACKAGE_URL = /^pkg:/i;
/** The number of package URLs that fits a shell's command line. */
const MAX_COUNT = 100_000;
/** The name of the document; what is found stands on a line of it. */
const PATH = '/package-urls';

export const packageUrls: ArtifactSource = {
  id: 'package-urls',
  accepts: ({ reference }) => Promise.resolve(PACKAGE_URL.test(reference.trim())),
  open({ reference }) {
    const body = Buffer.from(documentOf(reference.trim().split(/\s+/)));
    return Promise.resolve([
      {
        artifact: { kind: 'sbom', reference: redact(reference), layers: [{}] },
        walk: (_layer, visit) => {
          const sink = visit({ type: 'file', path: PATH, mode: 0o444, sizeBytes: body.length });
          sink?.write(body);
          sink?.end();
          return Promise.resolve();
        },
        diagnostics: () => [],
        [Symbol.asyncDispose]: () => Promise.resolve(),
      },
    ]);
  },
};

/** @throws AssayError `USAGE` */
function documentOf(texts: readonly string[]): string {
  if (texts.length > MAX_COUNT) {
    throw new AssayError(
      'USAGE',
      `${texts.length} package URLs are given, at most ${MAX_COUNT} are taken`,
    );
  }
  const components = texts.map((text) => JSON.stringify(componentOf(text)));
  return `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${components.join(',\n')}]}`;
}

function componentOf(text: string): Readonly<Record<string, string>> {
  try {
    const { name, version = '' } = parsePackageUrl(text);
    return { type: 'library', name, version, purl: text };
  } catch (error) {
    if (!(error instanceof PackageUrlError)) throw error;
    throw new AssayError('USAGE', error.message, {
      hint: 'Write it as in pkg:npm/minimist@1.2.5 or pkg:deb/debian/bash@5.2.15-2?distro=debian-12.',
      cause: error,
    });
  }
}
