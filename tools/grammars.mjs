/**
 * Copies the grammars that the package needs, and what runs them, to where the built command and
 * library look for them. The script is not bundled: it is evaluated again when its instance has to
 * be replaced.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
const NAMES = ['bash', 'javascript', 'typescript', 'tsx', 'python'];
const GRAMMARS = path.dirname(
  require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm'),
);
const FILES = [
  require.resolve('web-tree-sitter'),
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  ...NAMES.map((name) => path.join(GRAMMARS, `tree-sitter-${name}.wasm`)),
];

/** Copies them into a folder, which is made. */
export function copyGrammars(folder) {
  mkdirSync(folder, { recursive: true });
  for (const file of FILES) {
    copyFileSync(file, path.join(folder, path.basename(file)));
  }
}
