/**
 * A page of HTML in the place of a lockfile, and one that git could not merge, are a gap in every
 * text format that declares packages: no reader of lines takes either for a file that asks for
 * nothing, and none makes packages of the marks.
 */

import { describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import type { CatalogerRow } from '../../src/scan/catalog/cataloger.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { runCataloger } from '../../src/scan/catalog/run-cataloger.ts';
import type { CatalogResult } from '../../src/core/model/catalog/catalog.ts';
import { catalogFile } from '../support/catalog-file.ts';
import { WELL_FORMED } from './well-formed.ts';

const PAGE =
  '<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Sign in</title>\n</head>\n<body>\n' +
  '<p>Please: <a href="/login?a==1">sign in</a></p>\n</body>\n</html>\n';
const PAGES = [PAGE, `<!DOCTYPE html>\n${PAGE}`, '<?xml version="1.0"?>\n<html><body/></html>\n'];

/**
 * An image's own copy of a document is a supplement, and its gaps are notes. Scripts are programs:
 * most name no dependency, and any text may stand in one.
 */
const DECLARED = CATALOGERS.filter(
  ({ presence, isSupplement, files }) =>
    presence === 'declared' && isSupplement !== true && files.scripts === undefined,
);
/** What `go mod vendor` writes is kept in the repository like a lockfile. */
const COMMITTED = CATALOGERS.filter(({ id }) => id === 'go/vendor-modules');

describe.each([...DECLARED, ...COMMITTED].map((row) => [row.id, row] as const))('%s', (id, row) => {
  const { path = '/x', body = '' } = WELL_FORMED[id] ?? {};

  it('says that a page of HTML is not a file of its format', async () => {
    for (const page of PAGES) expect(gapsOf(await run(row, path, page))).not.toEqual([]);
  });

  it('says that a file has marks of a merge', async () => {
    for (const text of unmerged(body)) {
      const result = await run(row, path, text);
      expect(gapsOf(result)).not.toEqual([]);
      const names = result.packages.map(({ name, version }) => `${name} ${version}`);
      expect(names.filter((name) => /<{7}|={7}|>{7}/.test(name))).toEqual([]);
    }
  });
});

/** The text with marks around each of its lines. */
function* unmerged(text: string): Generator<string> {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const conflict = ['<<<<<<< HEAD', line, '=======', line, '>>>>>>> feature/x'];
    yield lines.toSpliced(index, 1, ...conflict).join('\n');
  }
}

function run(row: CatalogerRow, path: string, text: string): Promise<CatalogResult> {
  const file = catalogFile(path, Buffer.from(text, 'latin1'));
  return runCataloger(row, file, { get: () => undefined }, quietContext());
}

function gapsOf({ diagnostics = [] }: CatalogResult): readonly unknown[] {
  return diagnostics.filter(({ gap }) => gap !== undefined);
}
