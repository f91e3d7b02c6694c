// Parses all source files of a directory with the grammars of the package, and does nothing else:
// the floor of static analysis. Usage: node parse-sources.mjs DIR GRAMMARS

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [root, grammars] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { Language, Parser } = require(path.join(grammars, 'web-tree-sitter.cjs'));
await Parser.init({ wasmBinary: readFileSync(path.join(grammars, 'web-tree-sitter.wasm')) });
const NAMES = [
  [/\.pyw?$/u, 'python'],
  [/\.tsx$/u, 'tsx'],
  [/\.[cm]?ts$/u, 'typescript'],
  [/\.(?:[cm]?js|jsx)$/u, 'javascript'],
];
const parsers = new Map();
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  const name = NAMES.find(([ending]) => ending.test(entry.name))?.[1];
  if (!entry.isFile() || name === undefined) continue;
  let parser = parsers.get(name);
  if (parser === undefined) {
    parser = new Parser();
    parser.setLanguage(
      await Language.load(readFileSync(path.join(grammars, `tree-sitter-${name}.wasm`))),
    );
    parsers.set(name, parser);
  }
  const tree = parser.parse(readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
  tree?.delete();
}
