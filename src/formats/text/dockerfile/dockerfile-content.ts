/** Recognition of Dockerfiles by their content. */

import { baseName } from '../../../core/base/artifact-path.ts';
import type { Dockerfile } from './dockerfile-model.ts';

/** Names that nothing else has: `Dockerfile`, `app.dockerfile`. */
const WHOLE_NAME = /(?:^|\.)(?:dockerfile|containerfile)$/iu;
/** The beginnings of lines in templates of Jinja, Go, Liquid, ERB, Mako and m4. */
const TEMPLATE = /^(?:\{[%{#]|<%|\$\{|@|%|(?:INCLUDE|M4_|DEFINE|DNL)\b)/u;

/**
 * Returns whether a file with the name of a Dockerfile is one. `Dockerfile` and `NAME.dockerfile`
 * always are. `Dockerfile.SUFFIX` and `Dockerfile_SUFFIX` are also names of other files, such as
 * `dockerfile_test.go` and `Dockerfile.tmLanguage`: they are Dockerfiles if they begin with an
 * instruction or with a statement of a template. Builders refuse a file that begins otherwise,
 * unless a syntax line names another frontend.
 */
export function hasDockerfileContent(path: string, file: Dockerfile): boolean {
  if (WHOLE_NAME.test(baseName(path))) return true;
  const [first] = file.instructions;
  if (first === undefined || file.syntax !== undefined || TEMPLATE.test(first.keyword)) return true;
  const isUnknown = file.problems.some(
    ({ code, range }) => code === 'unknown-instruction' && range.start === first.range.start,
  );
  return !isUnknown || file.problems.some(({ code }) => code === 'encoding');
}

/** Comments, empty lines and `ARG`, and then `FROM`. Longer heads are not those of Dockerfiles. */
const HEAD = /^\uFEFF?(?:[ \t]*(?:#[^\n]*|ARG[ \t][^\n]*)?\r?\n){0,200}[ \t]*FROM[ \t]/iu;

/** Returns whether a file with an ambiguous name begins with `FROM`. */
export function beginsAsDockerfile(bytes: Uint8Array): boolean {
  return HEAD.test(Buffer.from(bytes.subarray(0, MAX_HEAD)).toString('utf8'));
}

const MAX_HEAD = 20_000;

/** Returns whether such a file has stages, and nothing that builders refuse. */
export function isWhollyDockerfile(file: Dockerfile): boolean {
  return file.stages.length > 0 && !file.problems.some(({ severity }) => severity === 'error');
}

/** Returns whether an instruction is a template statement, whose result is unknown. */
export function isTemplateStatement(keyword: string): boolean {
  return TEMPLATE.test(keyword);
}
