/**
 * .NET packages pinned by Paket: `paket.lock`.
 *
 * Source: the Paket documentation, "The paket.lock file": sources at the margin (`NUGET`, `GITHUB`,
 * `GIT`, `HTTP`), groups behind `GROUP`; below `remote` stand packages at four spaces,
 * `Name (version)` with options behind a dash, and what they need at six. `paket.dependencies`
 * beside it says what is direct. Files of git and of the web are no packages: a note. Lines of
 * another form are unreadable rows; a file without packages beside a `paket.dependencies` that asks
 * for some is a gap, and so is a package that another one needs without any restriction, and that
 * no line pins.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import type {
  CatalogFile,
  CatalogedPackage,
  Siblings,
} from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { readPaketLine } from './paket-line.ts';

const SECTION =
  /^(?<name>NUGET|GITHUB|GIT|HTTP|GROUP|RESTRICTION|STRATEGY|LOWEST_MATCHING|REDIRECTS|STORAGE|CONTENT|IMPORT-TARGETS|COPY-LOCAL|COPY-CONTENT-TO-OUTPUT-DIRECTORY|LICENSE-DOWNLOAD|REFERENCES|VERSION-IN-PATH|FRAMEWORK|SPECIFIC-VERSION)\b/;
const PACKAGE = /^ {4}(?<name>[^\s()]{1,500}) \((?<version>[^\s()]{1,200})\)(?: |$)/;
const EDGE = /^ {6}(?<name>[^\s()]{1,500})(?: \(|\s|$)/;

/** A condition on the framework that is built for, or another option. */
const RESTRICTED = / - /;
/** Matches a line with the source of the packages below. */
const REMOTE = /^ {2}\S/;
/** No package needs as many. */
const MAX_EDGES = 500;

interface Row {
  readonly name: string;
  readonly version: string;
  readonly line: number;
  readonly dependsOn: string[];
  /** Dependencies that are needed whatever is built. */
  readonly needs: string[];
}

export const paketLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const rows = readRows(
      new TextDecoder().decode(await readPrefix(file, result, ROW_STARTS.lines)),
      result,
    );
    const direct = await directNames(file, siblings);
    for (const { name, version, line, dependsOn } of rows) {
      const relationship = direct?.has(name.toLowerCase()) === true ? 'direct' : 'indirect';
      result.add({
        name,
        version,
        line,
        ...(direct !== undefined && { relationship }),
        ...(dependsOn.length > 0 && { dependsOn }),
      } satisfies CatalogedPackage);
    }
    const pinned = new Set(rows.map(({ name }) => name.toLowerCase()));
    const needs = rows.flatMap((row) => row.needs);
    reportMissingLockEntries(
      needs.filter((name) => !pinned.has(name.toLowerCase())),
      result,
    );
    if (rows.length === 0) await reportEmptyLock(result, manifestOf(file, siblings), namesIn);
    return result.done();
  },
};

function readRows(text: string, result: CatalogBuilder): readonly Row[] {
  const rows = new Map<string, Row>();
  let section = '';
  let last: Row | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const at = { line: index + 1 };
    const heading = SECTION.exec(line)?.groups?.['name'];
    if (heading !== undefined) section = heading;
    else if (section === 'NUGET') {
      const row = readPackage(line, at.line);
      if (row !== undefined) {
        // One package of several groups is one.
        last = rows.get(`${row.name}@${row.version}`) ?? row;
        rows.set(`${row.name}@${row.version}`, last);
      } else if (!addEdge(line, last) && !REMOTE.test(line)) result.unreadableRow(line, at);
    } else if (section === '') result.unreadableRow(line, at);
    else if (section !== 'GROUP' && line.startsWith('    ')) {
      result.note(`a file of ${section} is no package: ${line.trim().slice(0, 100)}`, at.line);
    }
  }
  return [...rows.values()];
}

function readPackage(text: string, line: number): Row | undefined {
  const { name, version } = PACKAGE.exec(text)?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  return { name, version, line, dependsOn: [], needs: [] };
}

function addEdge(text: string, to: Row | undefined): boolean {
  const name = EDGE.exec(text)?.groups?.['name'];
  if (name === undefined || to === undefined) return false;
  if (to.dependsOn.length >= MAX_EDGES) return true;
  to.dependsOn.push(name);
  if (!RESTRICTED.test(text)) to.needs.push(name);
  return true;
}

async function directNames(
  file: CatalogFile,
  siblings: Siblings,
): Promise<ReadonlySet<string> | undefined> {
  const manifest = manifestOf(file, siblings);
  return manifest && new Set(namesIn(await manifest.bytes()));
}

function manifestOf(file: CatalogFile, siblings: Siblings): CatalogFile | undefined {
  return siblings.get(siblingPath(file.path, 'paket.dependencies'));
}

function* namesIn(bytes: Uint8Array): Generator<string> {
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const row = readPaketLine(line);
    if (row?.source === 'nuget') yield row.name.toLowerCase();
  }
}
