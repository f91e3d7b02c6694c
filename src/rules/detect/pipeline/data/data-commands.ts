/**
 * Commands that treat their arguments as data, and the arguments for which that holds. What is not
 * here may evaluate an argument, or take it for an option that names a program.
 *
 * Sources: POSIX.1-2017, Shell & Utilities; the manuals of git, gh, curl, jq and docker.
 */

import { baseName } from '../../../../core/base/artifact-path.ts';

/** An argument of a command. */
export interface PlacedArgument {
  /** The words behind the name of the command; `undefined` where a word is not a constant. */
  readonly words: readonly (string | undefined)[];
  /** The index of the argument among them. */
  readonly at: number;
  /** The constant text in front of the value in its word, without quotes. */
  readonly lead: string;
}

type DataRule = (argument: PlacedArgument) => boolean;

const always: DataRule = () => true;
/** A value that may begin with a dash could be an option. */
const inside: DataRule = ({ lead }) => lead !== '' && !lead.startsWith('-');
/** Returns the value of one of some options, in the next word or behind `=`. */
function valueOf(...options: readonly string[]): DataRule {
  return ({ words, at, lead }) =>
    options.includes(words[at - 1] ?? '') || options.some((one) => lead.startsWith(`${one}=`));
}

/** Takes one of some rules. */
function either(...rules: readonly DataRule[]): DataRule {
  return (argument) => rules.some((rule) => rule(argument));
}

/**
 * Returns a rule by the first words, as in `pr comment`; options in front of them are not expected.
 */
function bySubcommand(rules: Readonly<Record<string, DataRule>>): DataRule {
  return (argument) => {
    const [first = '', second = ''] = argument.words;
    const rule = ownRule(rules, `${first} ${second}`) ?? ownRule(rules, first);
    return argument.at > 0 && rule?.(argument) === true;
  };
}

function ownRule(rules: Readonly<Record<string, DataRule>>, name: string): DataRule | undefined {
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

/** Behind `printf` the format is a constant, and no option names a variable. */
const printf: DataRule = ({ words, at }) =>
  at > 0 && words[0] !== undefined && words[0] !== '' && !words[0].startsWith('-');

/** Accepts texts of `echo` that are no commands for the runner. */
const echo: DataRule = ({ words, lead }) =>
  ![...words, lead].some((word = '') =>
    /::(?:set-output|set-env|add-path|save-state)\b/u.test(word),
  );

/** Returns the values of `--arg`, which are texts in every program. */
const jq: DataRule = ({ words, at }) => words[at - 2] === '--arg' && words[at - 1] !== undefined;

/** A part of an address, of a header or of a body, but no name of a file. */
const curl: DataRule = ({ words, at, lead }) =>
  /^https?:\/\//u.test(lead) ||
  (lead !== '' &&
    /^(?:-d|--data|--data-raw|--data-binary|-H|--header|--url)$/u.test(words[at - 1] ?? '') &&
    !/^@|[@<]$/u.test(lead));

const message = valueOf('-m', '--message');
const git = bySubcommand({
  add: either(inside, afterDashes),
  branch: always,
  checkout: always,
  commit: either(message, valueOf('--author', '--date')),
  config: ({ words, at }) => /^user\.(?:name|email)$/u.test(words[at - 1] ?? ''),
  fetch: inside,
  log: inside,
  merge: either(message, inside),
  'merge-base': always,
  pull: inside,
  push: inside,
  'rev-list': inside,
  'rev-parse': always,
  show: inside,
  switch: always,
  tag: always,
});

function afterDashes({ words, at }: PlacedArgument): boolean {
  const dashes = words.indexOf('--');
  return dashes >= 0 && dashes < at;
}

/** Accepts arguments of `gh` that are not programs of jq, templates or names of files. */
const isNoProgram: DataRule = ({ words, at, lead }) =>
  !/^(?:-q|-F|--jq|--template|--\w+-file|--input)$/u.test(words[at - 1] ?? '') &&
  !/^(?:-q|-F|--jq|--template|--\w+-file|--input)/u.test(lead) &&
  !(words[at - 1] === '-t' && !/^(?:create|edit)$/u.test(words[1] ?? ''));
const gh = bySubcommand({
  issue: isNoProgram,
  label: isNoProgram,
  pr: isNoProgram,
  release: isNoProgram,
  run: isNoProgram,
  workflow: isNoProgram,
});

const docker = bySubcommand({
  build: valueOf('-t', '--tag', '--label'),
  'buildx build': valueOf('-t', '--tag', '--label'),
  image: inside,
  inspect: inside,
  login: either(inside, valueOf('-u', '--username')),
  pull: inside,
  push: inside,
  tag: inside,
});

const COMMANDS: Readonly<Record<string, DataRule>> = {
  ':': always,
  basename: always,
  cat: always,
  cd: always,
  curl,
  dirname: always,
  docker,
  echo,
  exit: always,
  gh,
  git,
  grep: always,
  head: always,
  jq,
  ls: always,
  mkdir: always,
  podman: docker,
  printf,
  rm: always,
  sleep: always,
  tail: always,
  touch: always,
  true: always,
  wc: always,
};

/** Returns whether a command takes an argument for data, whatever characters are in it. */
export function isDataArgument(command: string, argument: PlacedArgument): boolean {
  return ownRule(COMMANDS, command)?.(argument) === true;
}

/**
 * Programs that read an argument as code or as the name of a program, in some of their forms:
 * languages, filters, wrappers, runners of scripts, and builtins of the shell that name variables.
 */
const EVALUATING =
  /^(?:eval|exec|source|\.|command|builtin|trap|let|expr|test|\[|read|unset|set|shopt|export|readonly|local|declare|typeset|mapfile|readarray|getopts|alias|complete|compgen|\w*sh|su|sudo|doas|runuser|setpriv|chroot|nsenter|unshare|env|nohup|nice|ionice|time|timeout|stdbuf|setsid|xargs|parallel|watch|flock|script|strace|find|fd|\w*awk|g?sed|perl.*|python.*|pypy.*|ruby.*|node|nodejs|deno|bun|bunx|tsx|php.*|lua.*|Rscript|julia|groovy|osascript|\w*make|cmake|ninja|just|task|rake|ant|npm|npx|pnpm|yarn|corepack|pip.*|uv|uvx|pipx|poetry|pipenv|bundle|composer|tox|nox|cargo|go|mvn|mvnw|gradle|gradlew|sbt|bazel|dotnet|msbuild|nix.*|conda|mamba|micromamba|kubectl|oc|helm|helmfile|terraform|tofu|ansible.*|nerdctl|buildah|docker-compose|lxc|incus|vagrant|envsubst|yq|psql|mysql|mariadb|sqlite3|mongosh?|redis-cli|gdb|lldb|vim?|nvim|emacs|ed|ex|tar|zip|rsync|scp|sftp|wget|tee|dd|cp|mv|ln|install|chmod|chown|dotenv|doppler|op|vault|aws-vault|xvfb-run|dbus-run-session|busybox|toybox|gosu|su-exec|tini|dumb-init|unbuffer|expect|entr|direnv|mise|asdf|fakeroot|bwrap|firejail|proot|wine|qemu-.*|cmd|powershell|iex)(?:\.exe|\.cmd)?$/u;

/**
 * Words behind which a program may expect a command or a script, and names of programs that would
 * read one.
 */
const COMMAND_WORD =
  /^(?:-[a-zA-Z]*[cexr]|--?[\w-]*(?:eval|exec|command|cmd|run|script|shell|call|expr|filter|hook)[\w-]*(?:=.*)?|--|[\w-]*(?:run|exec|ssh|eval|shell|command|invoke)[\w-]*|(?:.*\/)?(?:\w*sh|env|sudo|python[\d.]*|node|perl|ruby|php|g?awk|sed|xargs))$/iu;

/**
 * Whether nothing is known of a program that gets an argument: it neither treats arguments as data
 * nor can evaluate them, and none of its other words announces a command.
 */
export function isUnknownArgument(command: string, { words, lead }: PlacedArgument): boolean {
  const name = baseName(command);
  if (name === '' || isDataCommand(name) || EVALUATING.test(name)) return false;
  return ![...words, lead.replace(/=.*$/u, '')].some((word) => COMMAND_WORD.test(word ?? ''));
}

/** Commands that hand their input on as text, with the arguments that they may have. */
const FILTERS: ReadonlyMap<string, RegExp | undefined> = new Map([
  ['base64', undefined],
  ['cat', /^-?$/u],
  ['cut', undefined],
  ['egrep', undefined],
  ['fold', undefined],
  ['grep', undefined],
  ['head', undefined],
  ['jq', undefined],
  ['md5sum', undefined],
  ['rev', undefined],
  ['sha1sum', undefined],
  ['sha256sum', undefined],
  ['sha512sum', undefined],
  ['sort', /^-[a-zA-Z]+$/u],
  ['tail', undefined],
  ['tee', /^(?:-a|\/dev\/(?:stderr|stdout|null))$/u],
  ['tr', undefined],
  ['uniq', undefined],
  ['wc', undefined],
]);

/**
 * Returns whether a command behind a pipe treats what it reads as data. Its arguments are
 * constants.
 */
export function isDataFilter(command: string, words: readonly (string | undefined)[]): boolean {
  if (command === 'docker') return words[0] === 'login' && words.includes('--password-stdin');
  if (!FILTERS.has(command)) return false;
  const allowed = FILTERS.get(command);
  return words.every((word) => word !== undefined && (allowed === undefined || allowed.test(word)));
}

/** Returns whether a command is one of those that treat something as data. */
export function isDataCommand(command: string): boolean {
  return FILTERS.has(command) || Object.hasOwn(COMMANDS, command);
}

/**
 * Returns whether the name of a variable has no meaning for shells, loaders and programs that run
 * what it names.
 */
export function isPlainVariable(name: string): boolean {
  return !/^(?:PATH|HOME|ENV|IFS|PWD|OLDPWD|CDPATH|SHELL|CI|USER|PS[0-4]|BASH\w*|LD_\w+|DYLD_\w+|\w*_COMMAND|\w*(?:OPTIONS|OPTS|FLAGS)|GIT_\w+|SSH_\w+|EDITOR|VISUAL|PAGER|BROWSER|PYTHON\w*|PERL\w*|RUBY\w*|NODE\w*|NPM_\w+|JAVA\w*|GITHUB_\w+|ACTIONS_\w+|RUNNER\w*|RANDOM|SECONDS)$/iu.test(
    name,
  );
}
