/**
 * Variables in references of Compose files. A variable whose default is a whole reference is pinned
 * in its default; any other variable is an obstacle.
 *
 * Source: Compose Specification, "Interpolation"; "Set environment variables", on `.env`. Variables
 * of the environment are not known here: a run that sets one uses another image.
 */

import type { Obstacle, PinFile } from '../finder.ts';
import { shownText } from './shown-text.ts';
import type { TextReader, TextReading } from './yaml-references.ts';

/** The variables that the file `.env` beside the Compose file sets, with their values. */
export type Variables = ReadonlyMap<string, string>;

const ASSIGNMENT =
  /^[ \t]*(?:export[ \t]+)?(?<name>[A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=(?<value>.*)$/gmu;
const QUOTED = /^(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/u;

/** Returns the variables that are set beside a Compose file. */
export function variablesOf(file: PinFile): Variables {
  const bytes = file.other?.('.env');
  if (bytes === undefined) return new Map();
  const text = new TextDecoder().decode(bytes);
  return new Map(
    [...text.matchAll(ASSIGNMENT)].map(({ groups: { name = '', value = '' } = {} }) => [
      name,
      assignedValue(value.trim()),
    ]),
  );
}

/** Returns a value without its quotes, or without the comment behind it. */
function assignedValue(text: string): string {
  const { double, single } = QUOTED.exec(text)?.groups ?? {};
  const comment = text.search(/(?:^|\s)#/u);
  return double ?? single ?? (comment < 0 ? text : text.slice(0, comment)).trimEnd();
}

/** `$$`, `$NAME`, `${NAME}`, and `${NAME:-default}` or `${NAME-default}`. */
const PATH_VARIABLE =
  /\$(?:\$|(?<plain>[A-Za-z_]\w*)|\{(?<name>[A-Za-z_]\w*)(?:(?<sign>:?-)(?<fallback>[^${}]*))?\})/gu;

/**
 * Returns a path with its variables replaced by their values in `.env`, else by their defaults,
 * else by nothing. Variables of other forms stay.
 */
export function pathWithValues(path: string, variables: Variables): string {
  return path.replaceAll(PATH_VARIABLE, (text) => {
    if (text === '$$') return '$';
    const [found] = text.matchAll(PATH_VARIABLE);
    const { plain, name = plain ?? '', sign, fallback = '' } = found?.groups ?? {};
    const value = variables.get(name);
    return value === undefined || (value === '' && sign === ':-') ? fallback : value;
  });
}

/** `${NAME:-default}` and `${NAME-default}` as the whole text. */
const WITH_DEFAULT = /^(?<head>\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*):?-)(?<value>[^${}]+)\}$/u;
/** A variable without a default. */
const WITHOUT = /\$(?:[A-Za-z_]|\{[A-Za-z_][A-Za-z0-9_]*(?:\}|:?\?))/u;

/** Returns the reader of references in a Compose file. */
export function composeText(variables: Variables): TextReader {
  return (text) => {
    if (!text.includes('$')) return { value: text };
    const { head, name = '', value } = WITH_DEFAULT.exec(text)?.groups ?? {};
    if (head === undefined || value === undefined) return obstacleOf(text);
    if (variables.has(name)) {
      return withObstacle(text, {
        id: 'computed-name',
        message: `"${shownText(text)}" is the value of ${name} in .env`,
        advice: `Pin the value of ${name} in .env.`,
      });
    }
    return { value, write: (image) => `${head}${image}}` };
  };
}

function obstacleOf(text: string): TextReading {
  const shown = shownText(text);
  const isWhole = /^\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^{}]*\})$/u.test(text);
  if (!isWhole) {
    return withObstacle(text, {
      id: 'partial-argument',
      message: `a variable is a part of "${shown}"`,
      advice: 'Let one variable hold the whole reference, as in ${IMAGE:-debian:12}.',
    });
  }
  if (!WITHOUT.test(text)) {
    return withObstacle(text, { id: 'computed-name', message: `a variable computes "${shown}"` });
  }
  return withObstacle(text, {
    id: 'unset-argument',
    message: `the variable of "${shown}" has no default value`,
  });
}

function withObstacle(value: string, obstacle: Obstacle): TextReading {
  return { value, obstacle };
}
