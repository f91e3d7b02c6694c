/**
 * The gates among the commands of a script, also by way of programs that fetch or start them:
 * `npx`, `python -m`, `go run`, `docker run`, and scripts of `make` and npm whose names say what
 * they are for.
 *
 * Source: the manuals of the programs.
 */

import type { RunCommand } from '../../commands/run-command.ts';
import { GATE_IMAGES, GATE_PROGRAMS, type GateProgram } from './gates.ts';

/** A command that is there to fail. */
export interface GateCommand {
  readonly command: RunCommand;
  /** The name of the gate. */
  readonly name: string;
  /** The words behind the name, joined by spaces. */
  readonly words: string;
  readonly program: GateProgram;
}

/** Returns the gate that a command is; `undefined` for other commands. */
export function gateOf(command: RunCommand): GateCommand | undefined {
  const { name, args } = command;
  if (name === undefined || !MAY_BE_GATE.has(name)) return undefined;
  const gate = gateIn([name, ...args.map(({ value, text }) => value ?? text)]);
  return gate && { command, ...gate };
}

/** Returns the gate that the words of a command start; `undefined` if they start none. */
export function gateIn(all: readonly string[]): Omit<GateCommand, 'command'> | undefined {
  const [gate, ...rest] = gateWords(all);
  const program = gate === undefined ? undefined : GATE_PROGRAMS.get(gate);
  if (gate === undefined || program === undefined) return undefined;
  if (program.word !== undefined && !program.word.test(firstWord(rest))) return undefined;
  if (program.anyWord !== undefined && !rest.some((word) => program.anyWord?.test(word) === true))
    return undefined;
  if (rest.some((word) => /^(?:--help|--version|-h|fix)$/u.test(word))) return undefined;
  return { name: gate, words: rest.join(' '), program };
}

/** Returns the first word that is no global option with its value. */
function firstWord(words: readonly string[]): string {
  const [first = ''] = words;
  if (/^(?:-c|--check|--verify)$/u.test(first)) return first;
  return words.find((word) => !word.startsWith('-')) ?? first;
}

/** Programs that start another one, with the words between them. */
const STARTERS: ReadonlyMap<string, RegExp> = new Map([
  ['npx', /^$/u],
  ['bunx', /^$/u],
  ['uvx', /^$/u],
  ['npm', /^(?:exec|x)$/u],
  ['pnpm', /^(?:exec|dlx)$/u],
  ['yarn', /^(?:dlx|exec|npm)$/u],
  ['bun', /^x$/u],
  ['pipx', /^run$/u],
  ['uv', /^(?:run|tool run)$/u],
  ['poetry', /^run$/u],
  ['pdm', /^run$/u],
  ['pipenv', /^run$/u],
  ['hatch', /^run$/u],
  ['rye', /^run$/u],
  ['bundle', /^exec$/u],
  ['mise', /^(?:exec|x)$/u],
]);
const CONTAINERS: ReadonlySet<string> = new Set(['docker', 'podman', 'nerdctl']);
const PYTHON = /^python(?:3(?:\.\d+)?)?$/u;
/** Most words that are looked at; commands have some. */
const MAX_WORDS = 60;
/** Starters that start each other. */
const MAX_STARTS = 4;

const MAY_BE_GATE = {
  has: (name: string): boolean =>
    GATE_PROGRAMS.has(name) ||
    STARTERS.has(name) ||
    CONTAINERS.has(name) ||
    name === 'go' ||
    PYTHON.test(name),
};

/** Returns the name of a program and its words, behind all that starts it. */
function gateWords(all: readonly string[]): readonly string[] {
  let words: readonly string[] = all.slice(0, MAX_WORDS);
  for (let starts = 0; starts < MAX_STARTS; starts += 1) {
    const started = startedBy(words);
    if (started === undefined) break;
    words = started;
  }
  return words;
}

function startedBy([name = '', ...args]: readonly string[]): readonly string[] | undefined {
  if (CONTAINERS.has(name)) return containerCommand(args);
  if (PYTHON.test(name)) return moduleCommand(args);
  if (name === 'go') return args[0] === 'run' ? goCommand(args.slice(1)) : undefined;
  if (isScriptRun(name, args[0])) return [`${name} run`, ...args.slice(1)];
  const between = STARTERS.get(name);
  if (between === undefined) return undefined;
  for (const count of [0, 1, 2]) {
    if (!between.test(args.slice(0, count).join(' '))) continue;
    const rest = args.slice(count);
    const at = rest.findIndex((word) => word !== '--' && !word.startsWith('-'));
    const program = rest[at];
    // `yarn npm audit` is `yarn audit` of other versions.
    if (args[0] === 'npm') return program === undefined ? undefined : ['yarn', ...rest.slice(at)];
    if (program === undefined) return undefined;
    return [plainName(program), ...rest.slice(at + 1)];
  }
  return undefined;
}

function isScriptRun(name: string, word: string | undefined): boolean {
  return /^(?:npm|pnpm|yarn|bun)$/u.test(name) && /^run(?:-script)?$/u.test(word ?? '');
}

/** The name without its version, as in `snyk@latest` and `@cyclonedx/cdxgen`. */
function plainName(program: string): string {
  return program.replace(/(?<=.)(?:@|==).*$/su, '');
}

function moduleCommand(args: readonly string[]): readonly string[] | undefined {
  const at = args.indexOf('-m');
  const module = args[at + 1];
  if (at < 0 || module === undefined || args.slice(0, at).some((one) => !one.startsWith('-')))
    return undefined;
  return [module.replaceAll('_', '-'), ...args.slice(at + 2)];
}

function goCommand(args: readonly string[]): readonly string[] | undefined {
  const at = args.findIndex((word) => !word.startsWith('-'));
  const path = args[at]?.replace(/@.*$/su, '').replace(/\/v\d+$/u, '');
  return path === undefined ? undefined : [path.split('/').at(-1) ?? '', ...args.slice(at + 1)];
}

/**
 * The program that an image of a scanner is named after, or the command behind another image. What
 * stands in front is looked for as well, because options with values cannot be told from images.
 */
function containerCommand(args: readonly string[]): readonly string[] | undefined {
  const start = args[0] === 'container' ? 1 : 0;
  if (args[start] !== 'run') return undefined;
  for (let at = start + 1; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const gate = GATE_IMAGES.get(imageName(word));
    if (gate === undefined) continue;
    const rest = args.slice(at + 1);
    // Images without an entry point are given the name once more.
    return rest[0] === gate ? rest : [gate, ...rest];
  }
  for (let at = start + 2; at < args.length; at += 1) {
    const word = (args[at] ?? '').replace(/^.*\//su, '');
    if (GATE_PROGRAMS.get(word)?.word?.test(firstWord(args.slice(at + 1))) === true) {
      return [word, ...args.slice(at + 1)];
    }
  }
  return undefined;
}

/** The repository of an image without its registry, tag and digest. */
function imageName(image: string): string {
  const [name = ''] = image.toLowerCase().split('@');
  return name
    .replace(/:[\w.-]+$/u, '')
    .replace(/^(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost)\//u, '');
}
