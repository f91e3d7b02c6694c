import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../test/support/catalog-file.ts';
import { findNonLockfileContent, type NonLockfileContent } from './not-a-lockfile.ts';

const MERGE = 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> feature/x\n';

function find(text: string, path = '/app/a.lock'): Promise<NonLockfileContent | undefined> {
  return findNonLockfileContent(catalogFile(path, new TextEncoder().encode(text)));
}

describe('findForeignText', () => {
  it.each([
    ['a page', '<!DOCTYPE html>\n<p>', 1],
    ['a page without a type', '\ufeff \n<HTML lang="en">', 1],
    ['a page of XML', '<?xml version="1.0"?>\n<html>', 1],
    ['a page behind a comment', '<!-- saved -->\n<!doctype  html>', 1],
    ['marks of a merge', MERGE, 2],
    ['marks at the beginning and the end', '<<<<<<< x\n=======\n>>>>>>> y', 1],
    ['marks with other ends of lines', MERGE.replaceAll('\n', '\r\n'), 2],
    ['marks behind a line that only looks like one', `<<<<<<<<\n${MERGE}`, 3],
  ])('finds %s', async (_name, text, line) => {
    expect((await find(text))?.line).toBe(line);
  });

  it.each([
    ['nothing', ''],
    ['XML of another kind', '<?xml version="1.0"?>\n<htmlx/>'],
    ['HTML in the middle', '# <html>\na\n<html>'],
    ['a mark alone', 'a\n<<<<<<< HEAD\nb\n'],
    ['marks in another order', '>>>>>>> a\n=======\n<<<<<<< b\n'],
    ['marks that do not begin a line', MERGE.replaceAll('\n', '\n ')],
    ['longer ones', MERGE.replaceAll(/[<=>]{7}/g, (mark) => `${mark}${mark}`)],
  ])('finds nothing in %s', async (_name, text) => {
    expect(await find(text)).toBeUndefined();
  });

  it('lets texts for people be', async () => {
    expect(await find(MERGE, '/requirements/README.md')).toBeUndefined();
    expect(await find('<html>', '/requirements/index.HTML')).toBeUndefined();
  });

  it('takes no time on a hostile beginning', async () => {
    expect(await find('<!-'.repeat(1_000_000))).toBeUndefined();
    expect(await find('<<<<<<< a\n'.repeat(100_000))).toBeUndefined();
  });

  it.each([
    ['behind a piece', 9_000_000, 1, 1],
    ['that begin in one piece and end in the next', 8 * 1024 * 1024 - 20, 1, 1],
    ['whose first mark is in two pieces', 8 * 1024 * 1024 - 4, 1, 1],
    ['far from each other', 1000, 9_000_000, 9_000_000],
    ['in a third piece', 17_000_000, 1, 1],
  ])('finds marks in a large file: %s', async (_name, before, between, behind) => {
    const filler = (bytes: number): string => `${'x'.repeat(bytes - 1)}\n`;
    const text = `${filler(before)}<<<<<<< HEAD\n${filler(between)}=======\n${filler(behind)}>>>>>>> b\n`;
    expect((await find(text))?.line).toBe(2);
    expect(await find(text.replace('=======', '======'))).toBeUndefined();
  });
});
