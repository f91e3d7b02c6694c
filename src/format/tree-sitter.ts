/**
 * Syntax trees of programming languages, by web-tree-sitter and grammars that the build copies into the package. A grammar is
 * loaded when it is asked for, and stays loaded.
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Language, Parser, type Node } from 'web-tree-sitter';

export type { Node as SyntaxNode } from 'web-tree-sitter';

/** The grammars that the package has. `tools/grammars.mjs` copies them. */
export type GrammarName = 'bash';

/** What parsing of one text may cost. */
export interface ParseLimits {
  /** Most UTF-16 code units of a text. */
  readonly maxLength: number;
  /** Most milliseconds of wall time. */
  readonly maxMs: number;
}

/** Why a text has no tree. */
export type ParseFailure = 'too-long' | 'timeout' | 'aborted';

/** One loaded grammar. Its calls are synchronous. */
export interface Grammar {
  /**
   * Parses a text and hands its tree to `use`. The tree is freed when `use` returns: nodes may not be kept. Positions of nodes are
   * indexes of UTF-16 code units.
   */
  read<T>(
    text: string,
    use: (root: Node) => T,
  ): { readonly value: T } | { readonly failure: ParseFailure };
}

const loaded = new Map<GrammarName, Promise<Language>>();
let runtime: Promise<void> | undefined;
/** An instance of WebAssembly that was aborted answers no more calls. */
let isAborted = false;

/**
 * Loads a grammar.
 *
 * @throws {Error} if its file is not there.
 */
export async function loadGrammar(name: GrammarName, limits: ParseLimits): Promise<Grammar> {
  runtime ??= startRuntime();
  await runtime;
  let language = loaded.get(name);
  if (language === undefined) {
    language = readFile(grammarFile(`tree-sitter-${name}.wasm`)).then((bytes) =>
      Language.load(bytes),
    );
    loaded.set(name, language);
  }
  return new LoadedGrammar(await language, limits);
}

async function startRuntime(): Promise<void> {
  await Parser.init({ wasmBinary: await readFile(grammarFile('web-tree-sitter.wasm')) });
}

/** The built command and library have the files in `dist/grammars`; sources that run unbuilt take them from the packages. */
function grammarFile(name: string): string {
  if (!import.meta.filename.endsWith('.ts')) {
    return path.join(import.meta.dirname, '../../grammars', name);
  }
  const origin =
    name === 'web-tree-sitter.wasm' ? 'web-tree-sitter' : '@vscode/tree-sitter-wasm/wasm';
  return createRequire(import.meta.url).resolve(`${origin}/${name}`);
}

class LoadedGrammar implements Grammar {
  readonly #parser = new Parser();
  readonly #limits: ParseLimits;

  constructor(language: Language, limits: ParseLimits) {
    this.#parser.setLanguage(language);
    this.#limits = limits;
  }

  read<T>(
    text: string,
    use: (root: Node) => T,
  ): { readonly value: T } | { readonly failure: ParseFailure } {
    if (text.length > this.#limits.maxLength) return { failure: 'too-long' };
    if (isAborted) return { failure: 'aborted' };
    try {
      const end = performance.now() + this.#limits.maxMs;
      // The declared type knows no answer of the callback: true ends the parsing.
      const isLate = (): boolean => performance.now() > end;
      const tree = this.#parser.parse(text, null, { progressCallback: isLate });
      if (tree === null) {
        this.#parser.reset();
        return { failure: 'timeout' };
      }
      try {
        return { value: use(tree.rootNode) };
      } finally {
        tree.delete();
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
      isAborted = true;
      return { failure: 'aborted' };
    }
  }
}
