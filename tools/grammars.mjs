/** Copies the grammars that the package needs, and what runs them, to where the built command and library look for them. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const FILES = [
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'),
];

/** Copies them into a folder, which is made. */
export function copyGrammars(folder) {
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) {
    copyFileSync(file, path.join(folder, path.basename(file)));
  }
}
