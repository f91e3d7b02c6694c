/** Checks of what a build downloads and runs, and whether anything verifies it. */

import { baseName } from '../../base/artifact-path.ts';
import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import { SHELLS, type RunCommand } from './commands.ts';
import { hit } from './command-checks.ts';
import { optionWords } from './short-options.ts';
import type { Step } from './subject.ts';

const DOWNLOADERS: ReadonlySet<string> = new Set([
  'curl',
  'wget',
  'fetch',
  'aria2c',
  'lwp-request',
  'GET',
  'http',
  'https',
  'xh',
]);
const INTERPRETERS =
  /^(?:python[\d.]*|node|nodejs|perl|ruby|php[\d.]*|lua[\d.]*|pwsh|bun|deno|source|\.)$/u;
/** Programs that pass on what they read. */
const PASSING: ReadonlySet<string> = new Set([
  'tee',
  'cat',
  'sed',
  'awk',
  'gunzip',
  'zcat',
  'gzip',
  'base64',
  'tr',
  'xz',
  'head',
  'tail',
  'sudo',
  'envsubst',
  'xzcat',
  'bunzip2',
  'bzcat',
  'zstd',
  'openssl',
  'rev',
  'cut',
  'grep',
  'pv',
  'tac',
]);

const PIPED_DOWNLOAD: DockerfileCheck = {
  rule: ruleOf({
    name: 'downloaded-script',
    severity: 'high',
    title: 'download that is run unseen',
    cwe: [494, 829],
    aliases: [],
    why: 'An attacker who controls the server or the connection decides what the build runs. The script is not kept, so it cannot be examined later.',
    remedy:
      'Download to a file, compare its SHA-256 with the one that was reviewed, and run it then; or install a package.',
    failing: 'FROM debian:13.1\nRUN curl -fsSL https://example.com/install.sh | sh\n',
    passing:
      'FROM debian:13.1\nRUN curl -fsSLo i.sh https://example.com/install.sh && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  i.sh" | sha256sum -c - && sh i.sh\n',
  }),
  *find({ stages }) {
    for (const { steps } of stages) yield* downloadsRun(steps);
  },
};

/** Downloads of a stage that are run, and that no command compares with a hash before. */
function* downloadsRun(steps: readonly Step[]): Generator<Hit> {
  const files = new Set<string>();
  for (const step of steps) {
    if (step.instruction.keyword !== 'RUN') continue;
    for (const command of step.commands) {
      for (const path of [...writtenFiles(command), ...movedFiles(command, files)]) {
        files.add(baseName(path));
      }
      // A check of a hash stands behind the download; which file it is about is seldom said.
      if (isCheck(command)) files.clear();
      const source = runsDownload(command, step, files);
      if (source !== undefined) {
        yield hit(step, command, `The command runs ${source}, and nothing verifies it.`);
      }
    }
  }
}

function runsDownload(
  command: RunCommand,
  step: Step,
  files: ReadonlySet<string>,
): string | undefined {
  const { name } = command;
  if (name === undefined) return undefined;
  const isInterpreter = SHELLS.has(name) || INTERPRETERS.test(name);
  if (isInterpreter || name === 'eval') {
    const source =
      pipedDownload(command) ?? (substitutes(command, step) ? 'what is downloaded' : undefined);
    if (source !== undefined) return source;
  }
  const path = isInterpreter
    ? scriptPaths(command).find((one) => files.has(baseName(one)))
    : command.shell?.words[0]?.value;
  const isPath = isInterpreter || path?.includes('/') === true;
  return path !== undefined && isPath && files.has(baseName(path))
    ? `the downloaded file "${path}"`
    : undefined;
}

/** The program in front of a pipe that downloads what an interpreter reads. */
function pipedDownload(command: RunCommand): string | undefined {
  const origin = downloaderOf(command);
  return origin !== undefined && readsInput(command) ? `what ${origin} downloads` : undefined;
}

/** The program whose download comes through a pipe. */
function downloaderOf({ pipedFrom }: RunCommand): string | undefined {
  const origin = pipedFrom.findLast(({ name }) => !PASSING.has(name ?? ''))?.name;
  return origin !== undefined && DOWNLOADERS.has(origin) ? origin : undefined;
}

const INPUT_WORDS: ReadonlySet<string> = new Set([
  '-',
  '-s',
  '/dev/stdin',
  '/dev/fd/0',
  '/proc/self/fd/0',
]);

/** Whether an interpreter runs what it reads from its input. */
function readsInput(command: RunCommand): boolean {
  const words = interpreterWords(command);
  return words.every((word) => word.startsWith('-')) || words.some((word) => INPUT_WORDS.has(word));
}

/** The words of an interpreter, without the names behind `-o` of shells, as in `-euo pipefail`. */
function interpreterWords({ name = '', args }: RunCommand): readonly string[] {
  const words = args.map(({ value, text }) => value ?? text);
  return SHELLS.has(name)
    ? words.filter((_, at) => !/^[-+][a-zA-Z]*[oO]$/u.test(words[at - 1] ?? ''))
    : words;
}

/** The files that an interpreter may run: its first argument that is no option, its input, and what `cat` pipes to it. */
function scriptPaths(command: RunCommand): readonly string[] {
  const script = interpreterWords(command).find((word) => !word.startsWith('-'));
  const input = redirectTargets(command, '<');
  const piped = command.pipedFrom
    .filter(({ name }) => name === 'cat')
    .flatMap(({ args }) => args.map(({ value, text }) => value ?? text));
  const read = readsInput(command) ? [...input, ...piped] : [];
  return script === undefined ? read : [script, ...read];
}

function redirectTargets(
  { shell }: RunCommand,
  ...operators: readonly string[]
): readonly string[] {
  return (shell?.redirects ?? [])
    .filter(({ operator }) => operators.includes(operator))
    .map(({ target }) => target?.value ?? '')
    .filter((path) => path !== '' && !path.startsWith('/dev/'));
}

/** `sh -c "$(curl …)"`, `bash <(curl …)`, `. <(curl …)`, `sh <<< "$(curl …)"`; not `sh -c "echo $(curl …)"`, which is data. */
function substitutes({ range, name, args }: RunCommand, { commands }: Step): boolean {
  const isData = args.some(
    ({ text }) => /\$\(|`/u.test(text) && !/^["']?(?:[^"']*[;&|\n(])?\s*(?:\$\(|`|<\()/u.test(text),
  );
  if (isData) return false;
  return commands.some(
    (other) =>
      DOWNLOADERS.has(other.name ?? '') &&
      other.range.start > range.start &&
      other.range.end <= range.end &&
      other.name !== name,
  );
}

/** The files that a command writes a download to. */
function writtenFiles(command: RunCommand): readonly string[] {
  const isDownload = DOWNLOADERS.has(command.name ?? '');
  if (!isDownload && downloaderOf(command) === undefined) return [];
  const copied =
    command.name === 'tee'
      ? command.args.map(({ value }) => value ?? '').filter((path) => /^[^-]/u.test(path))
      : [];
  const isText = isDownload || PASSING.has(command.name ?? '');
  return [
    ...(isDownload ? downloadedFiles(command) : []),
    ...copied,
    ...(isText ? redirectTargets(command, '>', '>>', '>|') : []),
  ];
}

/** The new paths of downloaded files that a command copies or moves. */
function movedFiles({ name, args }: RunCommand, files: ReadonlySet<string>): readonly string[] {
  if (!['mv', 'cp', 'ln', 'install'].includes(name ?? '')) return [];
  const paths = args.map(({ value }) => value ?? '');
  const target = paths.at(-1) ?? '';
  const isMoved = paths.slice(0, -1).some((path) => path !== '' && files.has(baseName(path)));
  return isMoved && target !== '' && !target.endsWith('/') ? [target] : [];
}

function downloadedFiles(command: RunCommand): readonly string[] {
  const isWget = command.name === 'wget';
  const { short, words } = optionWords(command);
  const outputs = short
    .filter(({ letter }) => letter === (isWget ? 'O' : 'o'))
    .map(({ value = '' }) => value);
  for (const [at, word] of words.entries()) {
    const long = /^--output(?:-document)?(?:=(?<path>.+))?$/u.exec(word);
    if (long !== null) outputs.push(long.groups?.['path'] ?? words[at + 1] ?? '');
  }
  const address = words.find((word) => /^[a-z]+:\/\//iu.test(word));
  const keepsName = isWget
    ? outputs.length === 0
    : short.some(({ letter }) => letter === 'O') ||
      words.some((word) => word.startsWith('--remote-name'));
  const named = address === undefined || !keepsName ? [] : [address.replace(/[?#].*$/u, '')];
  return [...outputs, ...named].filter((path) => path !== '' && path !== '-');
}

function isCheck({ name, args }: RunCommand): boolean {
  if (
    /^(?:sha(?:1|224|256|384|512)?sum|b2sum|shasum|minisign|cosign|gpgv?|rhash|sha256)$/u.test(
      name ?? '',
    )
  ) {
    return (
      args.some(({ value, text }) =>
        /^-[a-zA-Z]*c|^--check|^--verify|^verify|^-V/u.test(value ?? text),
      ) || name === 'gpgv'
    );
  }
  return name === 'openssl' && args.some(({ value }) => value === '-verify');
}

/** The checks of this file. */
export const DOWNLOAD_CHECKS: readonly DockerfileCheck[] = [PIPED_DOWNLOAD];
