/**
 * Options of a requirements file, on a line of their own or behind a requirement. pip splits them
 * like a POSIX shell, so that any part of an option can be in quotes; a line can have several
 * options, and a long name can be abbreviated.
 *
 * Source: pip documentation, "Requirements File Format"; Python documentation, `shlex` and
 * `optparse`.
 */

/** An option of pip. */
export interface PipOption {
  /** The long name with its dashes, as `--requirement`; an unknown option as written. */
  readonly name: string;
  /** Empty for an option without a value. */
  readonly value: string;
}

/** Options with a value, by their short names. */
const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['-r', '--requirement'],
  ['-c', '--constraint'],
  ['-e', '--editable'],
  ['-f', '--find-links'],
  ['-i', '--index-url'],
  ['-C', '--config-settings'],
]);
const WITH_VALUE: readonly string[] = [
  ...SHORT_NAMES.values(),
  ...['--hash', '--pypi-url', '--extra-index-url', '--trusted-host', '--use-feature'],
  ...['--no-binary', '--only-binary', '--global-option', '--install-option', '--config-setting'],
];
const WITHOUT_VALUE: readonly string[] = [
  ...['--require-hashes', '--no-index', '--prefer-binary', '--pre'],
];
const LONG_NAMES = [...WITH_VALUE, ...WITHOUT_VALUE];

/**
 * Returns the options of a text that begins with one. Words that belong to no option are left out,
 * as by pip.
 */
export function optionsOf(text: string): readonly PipOption[] {
  const options: PipOption[] = [];
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--') break;
    if (!/^-./su.test(word)) continue;
    const { name, value } = splitOption(word);
    if (value !== undefined) options.push({ name, value });
    else if (WITH_VALUE.includes(name)) {
      at += 1;
      options.push({ name, value: words[at] ?? '' });
    } else options.push({ name, value: '' });
  }
  return options;
}

/** Returns the name of an option, and the value that is in the same word. */
function splitOption(word: string): { readonly name: string; readonly value?: string } {
  if (!word.startsWith('--')) {
    const name = SHORT_NAMES.get(word.slice(0, 2)) ?? word;
    return word.length > 2 ? { name, value: word.slice(2) } : { name };
  }
  const equals = word.indexOf('=');
  const name = longName(equals < 0 ? word : word.slice(0, equals));
  return equals < 0 ? { name } : { name, value: word.slice(equals + 1) };
}

/** Returns the name that a text abbreviates. pip refuses a text that abbreviates several names. */
function longName(text: string): string {
  if (LONG_NAMES.includes(text)) return text;
  return LONG_NAMES.find((name) => name.startsWith(text)) ?? text;
}

/** White space, or a part of a word: in single or double quotes, behind a backslash, or plain. */
const PART =
  /(?<space>\s+)|'(?<single>[^']*)'?|"(?<double>(?:[^"\\]|\\.)*)"?|\\(?<escaped>.)|(?<plain>[^\s'"\\]+)/gsu;

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const { groups = {} } of text.matchAll(PART)) {
    if (groups['space'] === undefined) {
      const quoted = groups['single'] ?? groups['double']?.replace(/\\(["\\])/gu, '$1');
      word = (word ?? '') + (quoted ?? groups['escaped'] ?? groups['plain'] ?? '');
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  return word === undefined ? words : [...words, word];
}
