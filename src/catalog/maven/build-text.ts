/**
 * The text of build programs (Gradle, sbt), as far as dependencies stand in it: comments taken out,
 * properties put in. Nothing is run: a property counts where a text is assigned to it.
 */

/**
 * Comments of the C family; those in texts are rare, and begin with `//` behind a colon
 * (`https://`).
 */
const COMMENT = /\/\*[^]*?\*\/|(?<![:"'])\/\/[^\n]*/g;
const PROPERTY =
  /(?<![\w.])(?:ext\.|extra\[["'])?(?<name>[A-Za-z_][\w.]{0,100})(?:["']\])?\s{0,10}(?::\s{0,5}String\s{0,5})?[:=]\s{0,10}["'](?<value>[^"'\n$]{1,100})["']/g;
const INSERTED =
  /\$(?:\{\s{0,5}(?<inner>[A-Za-z_][\w.[\]"']{0,100})\s{0,5}\}|(?<name>[A-Za-z_]\w{0,100}))/g;
const NAME = /(?<name>[A-Za-z_]\w*)["'\]]*$/;

/** Returns the text without comments; lines stay where they are. */
export function withoutComments(text: string): string {
  return text.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, ' '));
}

/**
 * Returns the texts that are assigned to names, by the last part of the name; the first assignment
 * counts.
 */
export function propertiesIn(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const { groups } of text.matchAll(PROPERTY)) {
    const name = lastPart(groups?.['name'] ?? '');
    if (!properties.has(name)) properties.set(name, groups?.['value'] ?? '');
  }
  return properties;
}

/** Returns the text with its properties put in; `undefined` where one of them is not known. */
export function interpolate(
  text: string,
  properties: ReadonlyMap<string, string>,
): string | undefined {
  const unknown: string[] = [];
  const result = text.replaceAll(INSERTED, (...found) => {
    const groups = found.at(-1) as Readonly<Record<string, string | undefined>>;
    const name = lastPart(groups['inner'] ?? groups['name'] ?? '');
    const value = properties.get(name);
    if (value === undefined) unknown.push(name);
    return value ?? '';
  });
  return unknown.length === 0 ? result : undefined;
}

/** Returns the 1-based line. */
export function lineNumberOf(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next !== -1 && next < at; next = text.indexOf('\n', next + 1))
    line += 1;
  return line;
}

/** Returns the place behind the bracket that closes the one before `start`. */
export function endOfBlock(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '{') depth += 1;
    else if (unit === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function lastPart(name: string): string {
  return NAME.exec(name)?.groups?.['name'] ?? name;
}
