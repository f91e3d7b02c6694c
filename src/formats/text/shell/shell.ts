/**
 * The reader of shell commands, as in `RUN` lines of Dockerfiles and steps of pipelines:
 * statements, words, redirects and here-documents of the POSIX shell and bash. What the grammar
 * does not explain is listed in `problems`, and the rest is read nevertheless. Source:
 * POSIX.1-2017, Shell Command Language; the manual of bash.
 */

import { cacheTextResults } from '../../../core/base/cache-results.ts';
import type { ShellScript } from './shell-model.ts';
import { plainScript } from './shell-plain.ts';
import { ShellTreeReader } from './shell-statements.ts';
import { loadGrammar, type ParseFailure } from '../tree-sitter.ts';

export type * from './shell-model.ts';

/** Scripts are short: these bounds are there for hostile ones. */
const LIMITS = { maxLength: 1 << 20, maxMs: 5000 };

/**
 * Bounds of the cache of scripts: `npm ci` and its like stand in many files. A syntax tree takes
 * about a hundred times the memory of its script, so that the cache takes at most some 20 MB.
 */
const CACHED = { maxLength: 2000, maxTotal: 200_000 };

/** Reads shell commands. Its call is synchronous. */
export interface ShellReader {
  /**
   * Reads a script, or says why it has not been read. Equal scripts share one result.
   */
  read(text: string): ShellScript | { readonly failure: ParseFailure };
  /** Makes the reader usable again after the failure `aborted`. It does nothing otherwise. */
  renew(): Promise<void>;
}

/** Loads the grammar of bash, which also reads scripts of `sh`. */
export async function loadShellReader(): Promise<ShellReader> {
  const grammar = await loadGrammar('bash', LIMITS);
  const read: ShellReader['read'] = (text) => {
    const plain = plainScript(text);
    const result = grammar.read(plain.text, (root) =>
      new ShellTreeReader(text, plain.documents, grammar).read(root),
    );
    return 'failure' in result ? result : result.value;
  };
  return {
    renew: () => grammar.renew(),
    read: cacheTextResults(read, CACHED, (result) => !('failure' in result)),
  };
}
