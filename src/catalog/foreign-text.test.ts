import { describe, expect, it } from 'vitest';

import { findForeignText, type ForeignText } from './foreign-text.ts';

const MERGE = 'a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> feature/x\n';

function find(text: string, path = '/app/a.lock'): ForeignText | undefined {
  return findForeignText(path, new TextEncoder().encode(text));
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
  ])('finds %s', (_name, text, line) => {
    expect(find(text)?.line).toBe(line);
  });

  it.each([
    ['nothing', ''],
    ['XML of another kind', '<?xml version="1.0"?>\n<htmlx/>'],
    ['HTML in the middle', '# <html>\na\n<html>'],
    ['a mark alone', 'a\n<<<<<<< HEAD\nb\n'],
    ['marks in another order', '>>>>>>> a\n=======\n<<<<<<< b\n'],
    ['marks that do not begin a line', MERGE.replaceAll('\n', '\n ')],
    ['longer ones', MERGE.replaceAll(/[<=>]{7}/g, (mark) => `${mark}${mark}`)],
  ])('finds nothing in %s', (_name, text) => {
    expect(find(text)).toBeUndefined();
  });

  it('lets texts for people be', () => {
    expect(find(MERGE, '/requirements/README.md')).toBeUndefined();
    expect(find('<html>', '/requirements/index.HTML')).toBeUndefined();
  });

  it('takes no time on a hostile beginning', () => {
    expect(find('<!-'.repeat(1_000_000))).toBeUndefined();
    expect(find('<<<<<<< a\n'.repeat(100_000))).toBeUndefined();
  });
});
