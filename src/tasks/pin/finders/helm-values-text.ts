/**
 * Texts of Helm templates that consist of values:
 * `{{ .Values.image.repository }}:{{ .Values.image.tag }}`. Only actions that take values without
 * changing them are evaluated; named templates are not, because any file of the chart can define
 * them.
 *
 * Source: Helm, "Template Functions and Pipelines", "Chart Template Guide: Values Files".
 */

/** Returns a value by its path below `.Values`; `undefined` if the file has none. */
export type LookUpValue = (path: readonly string[]) => string | undefined;

/** An action, without its braces and the marks that trim white space. */
const ACTION = /\{\{-?\s*(?<action>[^]*?)\s*-?\}\}/gu;
const TOKEN = /"(?:[^"\\]|\\.)*"|`[^`]*`|\||[^\s|"`]+/gu;
const VALUE = /^\$?\.Values(?<path>(?:\.[A-Za-z_]\w*)+)$/u;
/** Formats that only join values. */
const FORMAT = /^"(?:%[sv]|[:/@.])*"$/u;
/** Functions that give a text back as it is. */
const UNCHANGED: ReadonlySet<string> = new Set(['quote', 'squote', 'toString', 'trim']);
/**
 * Functions that give a value back unless it is empty. What replaces an empty one is not evaluated.
 */
const REPLACING: ReadonlySet<string> = new Set(['default', 'required']);

/**
 * Returns the text with the values in place of the actions; `undefined` if an action does something
 * else than taking a value, or if there is no such value.
 */
export function textOfValues(text: string, lookUp: LookUpValue): string | undefined {
  const unknown: string[] = [];
  const result = text.replace(ACTION, (action: string, inner: string) => {
    const value = pipelineValue(inner, lookUp);
    if (value === undefined || value.includes('{{')) unknown.push(action);
    return value ?? '';
  });
  return unknown.length === 0 ? result : undefined;
}

function pipelineValue(action: string, lookUp: LookUpValue): string | undefined {
  const commands: string[][] = [[]];
  for (const [token] of action.matchAll(TOKEN)) {
    if (token === '|') commands.push([]);
    else commands.at(-1)?.push(token);
  }
  const [first = [], ...pipes] = commands;
  const value = commandValue(first, lookUp);
  for (const [name = '', ...rest] of pipes) {
    const isUnchanged = UNCHANGED.has(name) && rest.length === 0;
    const isSet = REPLACING.has(name) && rest.length === 1;
    if (!isUnchanged && !(isSet && value !== '')) return undefined;
  }
  return value;
}

function commandValue(
  [name = '', ...args]: readonly string[],
  lookUp: LookUpValue,
): string | undefined {
  const values = args.map((word) => valueOf(word, lookUp));
  if (args.length === 0) return valueOf(name, lookUp);
  if (UNCHANGED.has(name) && args.length === 1) return values[0];
  if (REPLACING.has(name) && args.length === 2) return values[1] === '' ? undefined : values[1];
  if (name === 'tpl' && args.length === 2) return values[0];
  return name === 'printf' ? formatted(args[0] ?? '', values.slice(1)) : undefined;
}

function valueOf(word: string, lookUp: LookUpValue): string | undefined {
  const { path } = VALUE.exec(word)?.groups ?? {};
  return path === undefined ? undefined : lookUp(path.slice(1).split('.'));
}

function formatted(format: string, values: readonly (string | undefined)[]): string | undefined {
  const places = format.match(/%/gu) ?? [];
  if (!FORMAT.test(format) || places.length !== values.length || values.includes(undefined)) {
    return undefined;
  }
  let at = 0;
  return format.slice(1, -1).replace(/%[sv]/gu, () => values[at++] ?? '');
}
