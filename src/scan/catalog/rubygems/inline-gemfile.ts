/**
 * Ruby scripts with a Gemfile inside: `bundler/inline`.
 *
 * Source: Bundler's guides, "How to use Bundler in a single-file Ruby script"; the documentation of
 * `Kernel#gemfile`. The block of `gemfile` is read as a Gemfile is. Bundler resolves it anew at
 * each run and reads no lockfile. A call that is not found as a block, as one that evaluates a
 * text, requests something unknown. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberAt } from '../line-number.ts';
import { readGems } from './gemfile-requests.ts';

const REQUIRE = /^[ \t]*require[ \t]*\(?[ \t]*["']bundler\/inline["']/m;
const GEMFILE =
  /^(?<indent>[ \t]*)(?:[A-Za-z_]\w*[ \t]*=[ \t]*)?gemfile\b[^\n#]{0,200}?(?:\bdo\b|\{)(?<rest>[^\n]*)$/gm;
const CLOSED = /(?:;?[ \t]*\bend\b|\})[ \t]*$/;

export const inlineGemfile: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    if (!REQUIRE.test(text)) return result.done();
    const requests: RequestedPackage[] = [];
    const problems: string[] = [];
    let blockCount = 0;
    for (const { index, groups, 0: head } of text.matchAll(GEMFILE)) {
      blockCount += 1;
      const line = lineNumberAt(text, index);
      const reading = readGems(blockAt(text, index + head.length, groups));
      for (const request of reading.requests.values()) {
        requests.push({ ...request, line: line + (request.line ?? 1) - 1 });
      }
      if (reading.computed !== undefined) problems.push(reading.computed);
    }
    if (blockCount === 0) problems.push('calls bundler/inline in a form that is not read');
    const [computed] = problems;
    result.requests({
      requests,
      leavesIndirect: true,
      addsPins: true,
      ...(computed !== undefined && { computed }),
    });
    return result.done();
  },
};

/**
 * Returns the body of a block whose first line ends at `start`; statements of the first line belong
 * to it.
 */
function blockAt(
  text: string,
  start: number,
  { indent = '', rest = '' }: Readonly<Record<string, string | undefined>> = {},
): string {
  const first = rest.replace(CLOSED, '').replaceAll(';', '\n');
  if (CLOSED.test(rest)) return first;
  const close = new RegExp(`^[ \\t]{0,${String(indent.length)}}(?:end\\b|\\})`, 'gm');
  close.lastIndex = start;
  return `${first}${text.slice(start, close.exec(text)?.index ?? text.length)}`;
}
