/**
 * Names of Python projects and their files.
 *
 * Source: Python Packaging User Guide, "Names and normalization", "File name convention" of wheels,
 * "Source distribution file name". Refused: everything that could have another meaning in a path, a
 * URL or a page.
 */

const PROJECT = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/iu;
const MAX_PROJECT = 214;
const FILE = /^[a-z0-9][a-z0-9._+!~-]*$/iu;
const MAX_FILE = 255;
const WHEEL = '.whl';

/** Whether a text is the name of a project, normalized or not. */
export function isProjectName(text: string): boolean {
  return text.length <= MAX_PROJECT && PROJECT.test(text);
}

/** Whether a text is the name of a file that can be served. */
export function isFileName(text: string): boolean {
  return text.length <= MAX_FILE && FILE.test(text) && !text.includes('..');
}

/** Whether a file is a wheel. Other files are source distributions. */
export function isWheel(fileName: string): boolean {
  return fileName.endsWith(WHEEL);
}
