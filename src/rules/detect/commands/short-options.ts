/** Options of one letter, which programs let people join: `-fsSLo file`, `-ofile`. */

import type { RunCommand } from './commands.ts';

/** An option of one letter. */
interface ShortOption {
  readonly letter: string;
  /** The value as written in the word itself or the next one; absent for switches. */
  readonly value: string | undefined;
}

/** The words of a command by their kind. */
interface OptionWords {
  readonly short: readonly ShortOption[];
  /** All words that are not the value of an option of one letter. */
  readonly words: readonly string[];
}

/** Options of curl and wget that take a value. Sources: the manuals of the programs. */
const WITH_VALUE: ReadonlyMap<string, string> = new Map([
  ['curl', 'AbCcDdEeFHhKmoPQrTtUuwXxYyz'],
  ['wget', 'AaBDeIiloOPQRtTUwX'],
  ['wget2', 'AaBDeIiloOPQRtTUwX'],
  ['curlie', 'AbCcDdEeFHhKmoPQrTtUuwXxYyz'],
  ['aria2c', 'dijklmMoOpsTuxZ'],
  ['axel', 'noUHNsT'],
  ['fetch', 'BhioSTw'],
  ['http', 'abopsS'],
  ['https', 'abopsS'],
  ['xh', 'abopsS'],
  ['xhs', 'abopsS'],
]);

/** Reads the options of one letter of a command. */
export function optionWords({ name = '', args }: Pick<RunCommand, 'name' | 'args'>): OptionWords {
  const withValue = WITH_VALUE.get(name) ?? '';
  const values = args.map(({ value, text }) => value ?? text);
  const short: ShortOption[] = [];
  const words: string[] = [];
  for (let at = 0; at < values.length; at += 1) {
    const word = values[at] ?? '';
    words.push(word);
    if (!/^-[a-zA-Z0-9#]/u.test(word)) continue;
    for (let index = 1; index < word.length; index += 1) {
      const letter = word.charAt(index);
      if (!withValue.includes(letter)) {
        short.push({ letter, value: undefined });
        continue;
      }
      const joined = word.slice(index + 1);
      short.push({ letter, value: joined === '' ? values[(at += 1)] : joined });
      break;
    }
  }
  return { short, words };
}
