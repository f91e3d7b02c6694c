/**
 * Downloads of commands: their destination, and the commands that pass them on. Sources: the
 * manuals of the programs.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { pathText, type Argument, type RunCommand } from './run-command.ts';
import { optionWords } from './short-options.ts';

const DOWNLOADERS: ReadonlySet<string> = new Set([
  ...['curl', 'wget', 'wget2', 'fetch', 'aria2c', 'axel', 'lwp-request', 'GET', 'curlie'],
  ...['http', 'https', 'xh', 'xhs', 'lynx', 'links', 'elinks', 'w3m', 'ftp', 'tftp'],
  ...['nc', 'ncat', 'netcat', 'socat', 'telnet'],
]);
/** Programs that pass on what they read from files and arguments. */
const PASSING: ReadonlySet<string> = new Set([
  ...['tee', 'cat', 'tac', 'sed', 'awk', 'gawk', 'mawk', 'perl', 'tr', 'cut', 'grep', 'rev', 'pv'],
  ...['head', 'tail', 'gunzip', 'zcat', 'gzip', 'xz', 'xzcat', 'unxz', 'bunzip2', 'bzcat', 'bzip2'],
  ...['zstd', 'zstdcat', 'unzstd', 'base64', 'base32', 'openssl', 'envsubst', 'xxd', 'jq', 'dd'],
  ...['gpg', 'dos2unix', 'iconv', 'sort', 'uniq', 'fold', 'strings', 'echo', 'printf'],
]);
const TEXT_PROGRAMS: ReadonlySet<string> = new Set(['echo', 'printf']);
/** Scripts of other languages that open addresses. */
const OPENS_ADDRESS =
  /\b(?:urlopen|urlretrieve|requests\.get|httpx\.get|http\.client|open-uri|open\(["']https?:|URI\.open|Net::HTTP|LWP|HTTP::Tiny|getstore|https?\.get\(|fetch\(|file_get_contents\(["']https?:|curl_exec|readLines\(["']https?:|source\(["']https?:)/u;
const RUNS_TEXT = /\b(?:exec|eval|system|popen|passthru|instance_eval|source|compile)\b/u;
const ADDRESS = /^(?:https?|ftps?|s3|gs):\/\//iu;
/** Folders in which shells look for programs. */
const PROGRAM_FOLDER = /(?:^|\/)s?bin\/[^/]+$/u;

/** Files whose content was downloaded, and whether a name alone starts them. */
export class DownloadedFiles {
  readonly #names = new Set<string>();
  readonly #programs = new Set<string>();

  constructor(from?: DownloadedFiles) {
    if (from === undefined) return;
    for (const name of from.#names) this.#names.add(name);
    for (const name of from.#programs) this.#programs.add(name);
  }

  add(path: string): void {
    const name = baseName(path);
    if (name === '') return;
    this.#names.add(name);
    if (PROGRAM_FOLDER.test(path)) this.#programs.add(name);
  }

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  has(path: string): boolean {
    return this.#names.has(baseName(path));
  }

  /** Returns whether shells find the file by its name alone. */
  isProgram(name: string): boolean {
    return this.#names.has(name) && this.#programs.has(name);
  }

  delete(name: string): void {
    this.#names.delete(name);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }
}

/** Returns whether a script of another language both opens an address and runs a text. */
export function downloadsAndRuns({ args }: RunCommand): boolean {
  return args.some(({ value = '' }) => OPENS_ADDRESS.test(value) && RUNS_TEXT.test(value));
}

/**
 * Returns the program whose download a command writes to its output; `undefined` if it writes none.
 */
export function carriedFrom(command: RunCommand, files: DownloadedFiles): string | undefined {
  return carried(command, files, 0);
}

/** Functions that call functions are followed this deep. */
const MAX_DEPTH = 5;

function carried(command: RunCommand, files: DownloadedFiles, depth: number): string | undefined {
  const { name = '', args, inputs, called } = command;
  if (depth > MAX_DEPTH) return undefined;
  if (isDownloader(command)) return writesToFile(command) ? undefined : name;
  if (args.some(({ value = '' }) => OPENS_ADDRESS.test(value))) return name;
  if (inputs.some(isSocket)) return 'a socket';
  if (PASSING.has(name)) {
    const origins = [...args, ...inputs].flatMap((one) => one.origins ?? []);
    for (const origin of origins) {
      const found = carried(origin, files, depth + 1);
      if (found !== undefined) return found;
    }
    if (!TEXT_PROGRAMS.has(name)) {
      const read = [...args.map(pathText), ...redirectTargets(command, '<')];
      const path = read.find((one) => one !== '' && files.has(one.replace(/^(?:if=|@)/u, '')));
      if (path !== undefined) return name;
    }
  }
  for (const one of called) {
    const found = carried(one, files, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns whether an argument is a socket, as in `< /dev/tcp/HOST/PORT` of bash. */
export function isSocket({ text }: Pick<Argument, 'text'>): boolean {
  return /^["']?\/dev\/(?:tcp|udp)\//u.test(text);
}

/** Returns whether a command downloads, be it to its output or to a file. */
function isDownloader({ name = '', args }: RunCommand): boolean {
  if (DOWNLOADERS.has(name)) return true;
  const [first, second] = args.map(({ value }) => value);
  if (name === 'aws') return first === 's3' && second === 'cp';
  if (name === 'gsutil') return first === 'cp' || first === 'cat';
  return name === 'gcloud' && first === 'storage';
}

/** Returns the files that a command writes a download to. */
export function writtenFiles(command: RunCommand, files: DownloadedFiles): readonly string[] {
  const { name = '', args, pipedFrom } = command;
  const isDownload = isDownloader(command);
  const isPiped = pipedFrom.some((one) => carriedFrom(one, files) !== undefined);
  const isRead = !isDownload && carriedFrom(command, files) !== undefined;
  if (!isDownload && !isPiped && !isRead) return [];
  const words = args.map(pathText);
  const copied = name === 'tee' ? words.filter((path) => /^[^-]/u.test(path)) : [];
  const made = name === 'dd' ? words.flatMap((one) => /^of=(.+)/u.exec(one)?.[1] ?? []) : [];
  const output = name === 'gpg' || name === 'openssl' ? outputOption(words) : [];
  const isText = isDownload || PASSING.has(name);
  return [
    ...(isDownload ? downloadedFiles(command) : []),
    ...copied,
    ...made,
    ...output,
    ...(isText ? redirectTargets(command, '>', '>>', '>|', '&>') : []),
  ];
}

function outputOption(words: readonly string[]): readonly string[] {
  return words.filter((_, at) => /^(?:-o|-out|--output)$/u.test(words[at - 1] ?? ''));
}

const UNPACKED = /\.(?:gz|xz|bz2|zst|lzma|b64)$/u;

/** Returns the new paths of downloaded files that a command copies, moves or decompresses. */
export function movedFiles(
  { name = '', args }: RunCommand,
  files: DownloadedFiles,
): readonly string[] {
  if (files.isEmpty) return [];
  const paths = args.map(pathText).filter((path) => !path.startsWith('-'));
  if (/^(?:gunzip|unxz|bunzip2|unzstd|gzip|xz|bzip2|zstd)$/u.test(name)) {
    return paths
      .filter((path) => files.has(path) && UNPACKED.test(path))
      .map((path) => path.replace(UNPACKED, ''));
  }
  if (!['mv', 'cp', 'ln', 'install', 'rsync'].includes(name)) return [];
  const target = paths.at(-1) ?? '';
  const moved = paths.slice(0, -1).filter((path) => path !== '' && files.has(path));
  if (moved.length === 0 || target === '') return [];
  // A target without a slash at its end may be a folder as well.
  const inside = moved.map((path) => `${target.replace(/\/$/u, '')}/${baseName(path)}`);
  return target.endsWith('/') ? inside : [target, ...inside];
}

/** The names of files behind redirects. */
export function redirectTargets(
  { shell }: RunCommand,
  ...operators: readonly string[]
): readonly string[] {
  return (shell?.redirects ?? [])
    .filter(({ operator, descriptor }) => operators.includes(operator) && descriptor !== '2')
    .map(({ target }) => (target === undefined ? '' : pathText(target)))
    .filter((path) => path !== '' && !/^\/dev\/|^[<>]\(/u.test(path));
}

const STANDARD_OUTPUT: ReadonlySet<string> = new Set(['-', '/dev/stdout', '/dev/fd/1']);

/** Returns whether a downloader leaves its output empty. */
function writesToFile(command: RunCommand): boolean {
  if (redirectTargets(command, '>', '>>', '>|', '&>').length > 0) return true;
  const outputs = outputFiles(command);
  if (outputs.length > 0) return outputs.every((path) => !STANDARD_OUTPUT.has(path));
  if (command.name === 'aws' || command.name === 'gsutil' || command.name === 'gcloud') {
    return !command.args.some(({ value }) => value === '-' || value === 'cat');
  }
  return command.name === 'curl' && keepsName(command);
}

function outputFiles(command: RunCommand): readonly string[] {
  const isWget = /^wget2?$/u.test(command.name ?? '');
  const { short, words } = optionWords(command);
  const hasOption = /^(?:curl|curlie|wget2?|aria2c|axel|fetch|https?|xhs?)$/u;
  const outputs = (hasOption.test(command.name ?? '') ? short : [])
    .filter(({ letter }) => letter === (isWget ? 'O' : 'o'))
    .map(({ value = '' }) => value);
  for (const [at, word] of words.entries()) {
    const long = /^--(?:output(?:-document)?|out)(?:=(?<path>.+))?$/su.exec(word);
    if (long !== null) outputs.push(long.groups?.['path'] ?? words[at + 1] ?? '');
  }
  return outputs.map((path) => pathText({ value: undefined, text: path }));
}

function keepsName(command: RunCommand): boolean {
  const { short, words } = optionWords(command);
  return (
    short.some(({ letter }) => letter === 'O') ||
    words.some((word) => word.startsWith('--remote-name'))
  );
}

/** Without an option wget and some others take the last part of the address as the name. */
function downloadedFiles(command: RunCommand): readonly string[] {
  const { name = '', args } = command;
  const outputs = outputFiles(command);
  const isNamed = /^(?:wget2?|aria2c|axel|fetch)$/u.test(name)
    ? outputs.length === 0
    : name === 'curl' && keepsName(command);
  const words = args.map(pathText);
  const copied = ['aws', 'gsutil', 'gcloud'].includes(name) ? words.slice(-1) : [];
  const addresses = words.filter((word) => ADDRESS.test(word) || /^[\w.-]+\.[a-z]+\//iu.test(word));
  const named = isNamed ? addresses.map((word) => word.replace(/[?#].*$/su, '')) : [];
  return [...outputs, ...named, ...copied].filter(
    (path) => path !== '' && !STANDARD_OUTPUT.has(path),
  );
}

/** Returns whether a text of an argument begins with the value of a substitution or a variable. */
export function beginsWithValue({ text }: Pick<Argument, 'text'>): boolean {
  return /^["']?(?:[^"']*[;&|\n(])?\s*(?:\$\(|`|<\(|\$\{?\w)/u.test(text);
}
