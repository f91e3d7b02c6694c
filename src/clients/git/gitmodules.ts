/**
 * Addresses of submodules: the file `.gitmodules`.
 *
 * Source: gitmodules(5); git-config(1), "Syntax". The file only gives names and addresses. Which
 * paths are submodules is recorded in the tree of a commit and in the index, so an entry without a
 * gitlink is ignored there.
 */

/** One section of the file. */
export interface SubmoduleEntry {
  readonly name: string;
  /** The address as written: it can be relative to the address of the repository. */
  readonly url?: string;
}

/** A real file has a few hundred lines. */
export const MAX_GITMODULES_BYTES = 1024 * 1024;

const SECTION = /^\[\s*submodule\s+"(?<name>(?:[^"\\]|\\.)*)"\s*\]\s*(?<rest>.*)$/isu;
const VARIABLE = /^(?<key>[a-z][a-z0-9-]*)\s*=\s*(?<value>.*)$/isu;

/** A section under construction. */
interface Section {
  path?: string;
  url?: string;
}

/** Returns the sections by the path of their submodule, without a slash at the end. */
export function readGitmodules(text: string): ReadonlyMap<string, SubmoduleEntry> {
  const byPath = new Map<string, SubmoduleEntry>();
  for (const [name, { path, url }] of sectionsIn(text)) {
    if (path === undefined) continue;
    const plain = path.replace(/^\.\//u, '').replace(/\/+$/u, '');
    byPath.set(plain, url === undefined ? { name } : { name, url });
  }
  return byPath;
}

function sectionsIn(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>();
  let current: Section | undefined;
  for (const line of text.replaceAll('\r\n', '\n').replaceAll('\\\n', '').split('\n')) {
    const trimmed = line.trim();
    if (!trimmed.startsWith('[')) {
      setVariable(current, trimmed);
      continue;
    }
    const { name, rest = '' } = SECTION.exec(trimmed)?.groups ?? {};
    current = undefined;
    if (name === undefined) continue;
    const key = name.replaceAll(/\\(.)/gsu, '$1');
    current = sections.get(key) ?? {};
    sections.set(key, current);
    setVariable(current, rest);
  }
  return sections;
}

function setVariable(section: Section | undefined, line: string): void {
  const { key, value = '' } = VARIABLE.exec(line)?.groups ?? {};
  if (section === undefined || key === undefined) return;
  if (key.toLowerCase() === 'path') section.path = valueOf(value);
  else if (key.toLowerCase() === 'url') section.url = valueOf(value);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['b', '\b'],
]);

/** Removes quotes, escapes and a comment. */
function valueOf(written: string): string {
  let text = '';
  let isQuoted = false;
  // Spaces at the end count only within quotes.
  let keptLength = 0;
  for (let at = 0; at < written.length; at += 1) {
    const char = written.charAt(at);
    if (char === '"') isQuoted = !isQuoted;
    else if (char === '\\') {
      at += 1;
      const escaped = written.charAt(at);
      text += ESCAPES.get(escaped) ?? escaped;
    } else if (!isQuoted && (char === '#' || char === ';')) break;
    else text += char;
    if (isQuoted || !/\s/u.test(char)) keptLength = text.length;
  }
  return text.slice(0, keptLength);
}
