/**
 * Texts that commands write where the file decides them: `echo`, `printf`, and filters that only
 * change the encoding.
 */

import { unescapeAnsiC } from '../../../formats/text/shell/shell-ansi-c.ts';
import type { RunCommand } from './run-command.ts';

/** Longer texts are not followed. */
const MAX_LENGTH = 1 << 16;

/**
 * Returns the text that a pipeline writes, its last command included; `undefined` where the file
 * does not decide it.
 */
export function outputOf(commands: readonly RunCommand[]): string | undefined {
  let text: string | undefined;
  for (const command of commands) {
    text = outputOfOne(command, text);
    if (text === undefined || text.length > MAX_LENGTH) return undefined;
  }
  return text;
}

function outputOfOne(command: RunCommand, input: string | undefined): string | undefined {
  const { name = '', args } = command;
  const known = args.map(({ value }) => value).filter((value) => value !== undefined);
  if (known.length < args.length) return undefined;
  if (name === 'echo') return echoed(known);
  if (name === 'printf') return printed(known);
  if (name === 'cat' || name === 'tee') return copied(command, known, input);
  return input === undefined ? undefined : FILTERS.get(name)?.(input, known);
}

/** `cat` without files, and `tee`. */
function copied(
  { name, inputs }: RunCommand,
  words: readonly string[],
  input: string | undefined,
): string | undefined {
  if (name === 'cat' && !words.every((one) => one === '-')) return undefined;
  return inputs.length === 1 ? inputs[0]?.value : input;
}

type Filter = (input: string, words: readonly string[]) => string | undefined;

/** Programs that change the encoding of their input. */
const FILTERS: ReadonlyMap<string, Filter> = new Map<string, Filter>([
  ['base64', (input, words) => (words.some(isDecoding) ? fromBase64(input) : undefined)],
  [
    'openssl',
    (input, words) =>
      words.includes('-d') && words.some((one) => /^-?base64$/u.test(one))
        ? fromBase64(input)
        : undefined,
  ],
  [
    'xxd',
    (input, words) =>
      words.some((one) => /^-[a-z]*r/u.test(one))
        ? Buffer.from(input.replaceAll(/\s/gu, ''), 'hex').toString('utf8')
        : undefined,
  ],
  [
    'rev',
    (input) =>
      input
        .split('\n')
        .map((line) => Array.from(line).reverse().join(''))
        .join('\n'),
  ],
]);

function isDecoding(option: string): boolean {
  return /^(?:-[a-zA-Z]*[dD]|--decode)$/u.test(option);
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}

/**
 * `dash` interprets escapes always, bash with `-e`: both readings give the same commands in
 * ordinary texts.
 */
function echoed(values: readonly string[]): string {
  const at = values.findIndex((value) => !/^-[neE]+$/u.test(value));
  const words = at < 0 ? [] : values.slice(at);
  return `${unescapeAnsiC(words.join(' '))}\n`;
}

function printed(values: readonly string[]): string | undefined {
  const words = values[0] === '--' ? values.slice(1) : values;
  const [format, ...rest] = words;
  if (format === undefined) return undefined;
  const plain = unescapeAnsiC(format);
  const count = [...plain.matchAll(/%[sbq]/gu)].length;
  if (/%(?![sbq%])/u.test(plain)) return undefined;
  let text = '';
  let at = 0;
  do {
    text += plain.replaceAll(/%[sbq%]/gu, (mark) => (mark === '%%' ? '%' : (rest[at++] ?? '')));
  } while (count > 0 && at < rest.length && text.length <= MAX_LENGTH);
  return text;
}
