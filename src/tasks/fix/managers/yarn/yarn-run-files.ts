/**
 * The manifests that Yarn reads in a copy: without what starts programs, with a dependency for each
 * new version.
 */

import { baseName, directoryOf } from '../../../../core/base/artifact-path.ts';
import { isJsonObject, readJson } from '../../../../formats/text/json/json.ts';
import type { Move } from '../../plan.ts';
import type { ProjectFile } from '../../project-files.ts';
import { runManifest } from '../javascript/run-manifest.ts';

/** Returns the files. They are written for Yarn alone and never shown. */
export function withPins(
  manifests: readonly ProjectFile[],
  moves: readonly Move[],
  directory: string,
): readonly ProjectFile[] {
  const pins = moves.flatMap(({ name, to }, index) =>
    to === undefined ? [] : [[`assay-fix-${index}`, `npm:${name}@${to}`] as const],
  );
  return manifests
    .filter(({ path }) => baseName(path) === 'package.json')
    .map(({ path, bytes }) => {
      const document = runManifest(readJson(path, bytes));
      const own = isJsonObject(document['dependencies']) ? document['dependencies'] : {};
      const pinned =
        directoryOf(path) === directory && pins.length > 0
          ? { dependencies: { ...own, ...Object.fromEntries(pins) } }
          : {};
      const text = JSON.stringify({ ...document, ...pinned });
      return { path, bytes: new TextEncoder().encode(`${text}\n`) };
    });
}
