/**
 * Syntax trees of programming languages, by web-tree-sitter and grammars that the build copies into
 * the package. A grammar is loaded when it is asked for, and stays loaded. All grammars share one
 * instance of WebAssembly with bounded memory. A text that exhausts the memory aborts the instance,
 * which is replaced before the next text.
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as TreeSitter from 'web-tree-sitter';

/** A node of a syntax tree. It is valid only while its tree is. */
export type SyntaxNode = TreeSitter.Node;

/** The grammars that the package has. `tools/grammars.mjs` copies them. */
export type GrammarName = 'bash' | 'javascript' | 'typescript' | 'tsx' | 'python';

/** Limits for parsing one text. */
export interface ParseLimits {
  /** Most UTF-16 code units of a text. */
  readonly maxLength: number;
  /** Most milliseconds of wall time. */
  readonly maxMs: number;
}

/** Reason for a missing tree. */
export type ParseFailure = 'too-long' | 'timeout' | 'aborted';

/** One loaded grammar. */
export interface Grammar {
  /**
   * Parses a text and hands its tree to `use`. The tree is freed when `use` returns: nodes may not
   * be kept. Positions of nodes are indexes of UTF-16 code units. After the failure `aborted` all
   * texts fail until {@link Grammar.renew} is called.
   */
  read<T>(
    text: string,
    use: (root: SyntaxNode) => T,
  ): { readonly value: T } | { readonly failure: ParseFailure };
  /** Replaces the instance if it was aborted. It does nothing otherwise. */
  renew(): Promise<void>;
}

/** One instance of WebAssembly with the grammars that it has loaded. */
interface Runtime {
  readonly module: typeof TreeSitter;
  readonly languages: Map<GrammarName, Promise<TreeSitter.Language>>;
  isAborted: boolean;
}

/** The first 32 MiB hold the program; a source file of 1 MB takes less than 100 MiB. */
const INITIAL_PAGES = 512;
/** 256 MiB. A page has 64 KiB. */
const MAX_PAGES = 4096;

/** The part of WebAssembly that is used; it is not among the types of Node. */
interface WebAssemblyPart {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => object;
}

const SCRIPT = 'web-tree-sitter.cjs';
const require = createRequire(import.meta.filename);
const wasmFiles = new Map<string, Promise<Uint8Array>>();
let current: Promise<Runtime> | undefined;

/**
 * Loads a grammar.
 *
 * @throws {Error} if its file is not there.
 */
export async function loadGrammar(name: GrammarName, limits: ParseLimits): Promise<Grammar> {
  const runtime = await liveRuntime();
  return new LoadedGrammar(name, limits, { runtime, parser: await parserOf(runtime, name) });
}

async function liveRuntime(): Promise<Runtime> {
  if (current === undefined || (await current).isAborted) current = startRuntime();
  return current;
}

/**
 * Evaluates the script anew: it holds its instance in variables of its own, and an aborted one
 * answers no more calls.
 */
async function startRuntime(): Promise<Runtime> {
  const script = packagedFile(SCRIPT);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the entry of this script alone
  delete require.cache[script];
  const module = require(script) as typeof TreeSitter;
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyPart };
  const options = {
    wasmBinary: await wasmFile('web-tree-sitter.wasm'),
    wasmMemory: new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MAX_PAGES }),
    // The script prints the reason of an abort, which callers report as a gap.
    printErr: () => undefined,
  };
  await module.Parser.init(options);
  return { module, languages: new Map(), isAborted: false };
}

async function parserOf(runtime: Runtime, name: GrammarName): Promise<TreeSitter.Parser> {
  const { Language, Parser } = runtime.module;
  let language = runtime.languages.get(name);
  if (language === undefined) {
    language = wasmFile(`tree-sitter-${name}.wasm`).then((bytes) => Language.load(bytes));
    runtime.languages.set(name, language);
  }
  const parser = new Parser();
  parser.setLanguage(await language);
  return parser;
}

function wasmFile(name: string): Promise<Uint8Array> {
  let bytes = wasmFiles.get(name);
  if (bytes === undefined) {
    bytes = readFile(packagedFile(name));
    wasmFiles.set(name, bytes);
  }
  return bytes;
}

/**
 * The built command and library have the files in `dist/grammars`; sources that run unbuilt take
 * them from the packages.
 */
function packagedFile(name: string): string {
  if (!import.meta.filename.endsWith('.ts')) {
    return path.join(import.meta.dirname, '../../grammars', name);
  }
  if (name === SCRIPT) return require.resolve('web-tree-sitter');
  const origin =
    name === 'web-tree-sitter.wasm' ? 'web-tree-sitter' : '@vscode/tree-sitter-wasm/wasm';
  return require.resolve(`${origin}/${name}`);
}

class LoadedGrammar implements Grammar {
  readonly #name: GrammarName;
  readonly #limits: ParseLimits;
  #live: { readonly runtime: Runtime; readonly parser: TreeSitter.Parser };

  constructor(
    name: GrammarName,
    limits: ParseLimits,
    live: { readonly runtime: Runtime; readonly parser: TreeSitter.Parser },
  ) {
    this.#name = name;
    this.#limits = limits;
    this.#live = live;
  }

  async renew(): Promise<void> {
    if (!this.#live.runtime.isAborted) return;
    const runtime = await liveRuntime();
    this.#live = { runtime, parser: await parserOf(runtime, this.#name) };
  }

  read<T>(
    text: string,
    use: (root: SyntaxNode) => T,
  ): { readonly value: T } | { readonly failure: ParseFailure } {
    const { runtime, parser } = this.#live;
    if (text.length > this.#limits.maxLength) return { failure: 'too-long' };
    if (runtime.isAborted) return { failure: 'aborted' };
    try {
      const end = performance.now() + this.#limits.maxMs;
      // The declared type knows no answer of the callback: true ends the parsing.
      const isLate = (): boolean => performance.now() > end;
      const tree = parser.parse(text, null, { progressCallback: isLate });
      if (tree === null) {
        parser.reset();
        return { failure: 'timeout' };
      }
      try {
        return { value: use(tree.rootNode) };
      } finally {
        tree.delete();
      }
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'RuntimeError') throw error;
      runtime.isAborted = true;
      return { failure: 'aborted' };
    }
  }
}
