/**
 * .NET packages that a project of Paket asks for: `paket.dependencies`, where no `paket.lock`
 * beside it says more.
 *
 * Source: the Paket documentation, "The paket.dependencies file". Only `= 1.2`, `== 1.2` and a bare
 * `1.2` name a version; ranges (`>= 1.2`, `~> 1.2`) and requests without one are listed with an
 * empty one, unless ranges are asked for. Files of `github` are source code that is copied in, not
 * packages: a note. A package that several groups ask for is listed for each of them.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readPaketLine } from './paket-line.ts';

export const paketDependencies: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const folder = directoryOf(file.path);
    const lines = new TextDecoder().decode(await file.bytes()).split('\n');
    result.requests({ requests: [...requestsIn(lines)], leavesIndirect: true });
    if (siblings.get(`${folder}/paket.lock`) !== undefined) return result.done();
    for (const [index, line] of lines.entries()) {
      const row = readPaketLine(line.trim());
      if (row?.source === 'nuget') {
        const { name } = row;
        const takesRanges = context.detectionPriority === 'comprehensive';
        const version = row.version === '' && takesRanges ? (row.lowest ?? '') : row.version;
        result.add({ name, version, line: index + 1, relationship: 'direct' });
      } else if (row !== undefined) {
        result.note(`"${row.name}" is copied from GitHub and no package`, index + 1);
      }
    }
    return result.done();
  },
};

function* requestsIn(lines: readonly string[]): Generator<RequestedPackage> {
  for (const [index, line] of lines.entries()) {
    const row = readPaketLine(line.trim());
    if (row?.source !== 'nuget') continue;
    const { name, version } = row;
    yield { name, range: version, line: index + 1, ...(version !== '' && { version }) };
  }
}
