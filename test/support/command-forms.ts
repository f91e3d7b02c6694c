/**
 * Draws steps of scripts from grammars of commands that publish, install or do neither, in forms of
 * shells: quotes, continued lines, variables, wrappers, lists and substitutions. The grammars are
 * written from the help pages of the programs. A recorder in the place of the programs says which
 * words a real shell starts them with.
 *
 * This file imports nothing of the project, so that it shares no mistake with it.
 */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** What a command does. */
export type Meaning = 'publish' | 'loose' | 'neither';

/** A script with its meaning, as far as its commands run. */
export interface DrawnScript {
  readonly script: string;
  readonly meaning: Meaning;
}

type Draw = () => number;

/** A generator of numbers below 1, the same for the same seed. */
export function drawer(seed: string): Draw {
  let state = 2_166_136_261;
  for (const one of seed) state = Math.imul(state ^ (one.codePointAt(0) ?? 0), 16_777_619);
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Grammar {
  readonly program: string;
  readonly command: readonly string[];
  readonly options: readonly string[];
  readonly operands: readonly string[];
  readonly meaning: Meaning;
}

const of = (
  ...[meaning, program, commands, options, operands]: readonly [
    Meaning,
    string,
    string,
    string,
    string,
  ]
): readonly Grammar[] =>
  commands.split('|').map((command) => ({
    ...{ meaning, program },
    command: command.split(' ').filter((one) => one !== ''),
    options: options.split('|').filter((one) => one !== ''),
    operands: operands.split('|').filter((one) => one !== ''),
  }));

/** Options stand in front of and behind operands; none of them changes the meaning. */
const GRAMMARS: readonly Grammar[] = [
  ...of(
    'publish',
    'npm',
    'publish|pub|publ',
    '--access public|--tag next|--loglevel=warn|--registry https://r.example|-w web|--otp 123456|--provenance',
    '|./pkg',
  ),
  ...of(
    'publish',
    'pnpm',
    'publish',
    '--access public|--no-git-checks|-r|--filter web|--tag next',
    '',
  ),
  ...of('publish', 'yarn', 'npm publish|publish', '--access public|--tag next', ''),
  ...of('publish', 'bun', 'publish', '--access public|--tag next', ''),
  ...of('publish', 'gem', 'push', '--host https://r.example|-k key', 'a.gem'),
  ...of(
    'publish',
    'twine',
    'upload',
    '--skip-existing|-r testpypi|--repository-url https://r.example|--non-interactive',
    'dist/a.whl',
  ),
  ...of(
    'publish',
    'cargo',
    'publish|+nightly publish',
    '--token x|-p web|--allow-dirty|--registry r|--no-verify',
    '',
  ),
  ...of(
    'publish',
    'uv',
    'publish',
    '--token x|--publish-url https://r.example|--trusted-publishing never',
    '|dist/a.whl',
  ),
  ...of('publish', 'poetry', 'publish', '--build|-r test|-u me|--skip-existing', ''),
  ...of(
    'publish',
    'dotnet',
    'nuget push',
    '--source https://r.example|-k key|--skip-duplicate',
    'a.nupkg',
  ),
  ...of(
    'publish',
    'nuget',
    'push',
    '-Source https://r.example|-ApiKey key|-SkipDuplicate',
    'a.nupkg',
  ),
  ...of(
    'loose',
    'npm',
    'install|i|add|in|isntall|install-test',
    '-g|--save-dev|--prefix web|--loglevel=error|--no-audit|--registry https://r.example',
    'foo|foo@1.2.3|@a/b',
  ),
  ...of('loose', 'yarn', 'add|global add|workspace web add', '-D|--exact|--cwd web', 'foo|foo@1'),
  ...of('loose', 'pnpm', 'add|install', '-g|-D|--filter web|-C web', 'foo|foo@1'),
  ...of('loose', 'gem', 'install|i|inst', '--no-document|-v 1.2.3|-s https://r.example', 'foo'),
  ...of('loose', 'bundle', 'add', '--version 1|--group test', 'foo'),
  ...of(
    'loose',
    'pip',
    'install',
    '-U|--quiet|--index-url https://r.example|--user|--target lib',
    'foo|foo==1.2.3|foo[bar]>=1',
  ),
  ...of('loose', 'pipx', 'install|run', '--python python3', 'foo|foo==1'),
  ...of('loose', 'uv', 'pip install|tool install|tool run', '--python 3.12|-q', 'foo|foo==1'),
  ...of('loose', 'uvx', '', '--python 3.12|--with bar', 'foo|foo@1'),
  ...of('loose', 'npx', '', '-y|--yes|-p foo', 'foo|foo@1'),
  ...of(
    'loose',
    'cargo',
    'install|+stable install',
    '--version 1.2.3|--features a|--root bin',
    'foo',
  ),
  ...of('loose', 'go', 'install|run', '-v|-tags a', 'example.com/a@latest|example.com/a@main'),
  ...of('loose', 'dotnet', 'tool install', '--global|--tool-path bin', 'foo'),
  ...of(
    'neither',
    'npm',
    'publish --dry-run|ci|install|run publish:docs|run install|pack|view foo|uninstall foo|help publish',
    '--loglevel warn|--prefix web',
    '',
  ),
  ...of(
    'neither',
    'pnpm',
    'install --frozen-lockfile|run publish-docs|publish --dry-run|list',
    '-r|-C web',
    '',
  ),
  ...of('neither', 'yarn', 'install --immutable|run add|why foo|build', '--cwd web', ''),
  ...of('neither', 'gem', 'build|list|help install', '', 'foo'),
  ...of('neither', 'bundle', 'install|exec rake test|check', '--jobs 4', ''),
  ...of(
    'neither',
    'pip',
    'install -r requirements.txt|install .|install -e .|download foo|list|install --require-hashes -r r.txt|install ./dist/a.whl',
    '--quiet|--no-cache-dir',
    '',
  ),
  ...of('neither', 'uv', 'sync|run pytest|lock|build|publish --dry-run', '-q', ''),
  ...of('neither', 'twine', 'check', '--strict', 'dist/a.whl'),
  ...of(
    'neither',
    'cargo',
    'publish -n|publish --dry-run|build|install --path .|install --locked foo --version 1.2.3|package',
    '--verbose|--target-dir t',
    '',
  ),
  ...of('neither', 'go', 'install|build|test', '-v', './...|./cmd/a'),
  ...of('neither', 'go', 'install', '-v', 'example.com/a@v1.2.3'),
  ...of('neither', 'dotnet', 'tool restore|build|nuget list source', '-v minimal', ''),
  ...of('neither', 'poetry', 'publish --dry-run|build|install', '--no-interaction', ''),
];

const PROGRAMS = [...new Set(GRAMMARS.map(({ program }) => program))];

function pick<T>(draw: Draw, from: readonly T[]): T {
  const one = from[Math.floor(draw() * from.length)];
  if (one === undefined) throw new Error('nothing to draw from');
  return one;
}

function wordsOf({ program, command, options, operands }: Grammar, draw: Draw): readonly string[] {
  const chosen = options.filter(() => draw() < 0.3).flatMap((one) => one.split(' '));
  const operand = operands.length === 0 ? [] : [pick(draw, operands)].filter((one) => one !== '');
  const isInFront = draw() < 0.6 || ['npx', 'uvx', 'pipx', 'go'].includes(program);
  const rest = isInFront ? [...chosen, ...operand] : [...operand, ...chosen];
  return [program, ...command, ...rest];
}

function quoted(word: string, draw: Draw): string {
  const form = draw();
  if (form < 0.1) return `"${word}"`;
  if (form < 0.2) return `'${word}'`;
  if (form < 0.23 && word.length > 2) return `${word.slice(0, 2)}"${word.slice(2)}"`;
  return /[[\]<>*?]/u.test(word) ? `"${word}"` : word;
}

const WRAPPERS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => text,
  (text) => `sudo ${text}`,
  (text) => `sudo -E ${text}`,
  (text) => `env A=b ${text}`,
  (text) => `A=b ${text}`,
  (text) => `time ${text}`,
  (text) => `command ${text}`,
  (text) => `timeout 60 ${text}`,
  (text) => `nice -n 5 ${text}`,
  (text) => `if true; then ${text}; fi`,
  (text) => `true && ${text} || false`,
  (text) => `( cd . && ${text} )`,
  (text) => `{ ${text}; }`,
  (text) => `for x in 1; do ${text}; done`,
  (text) => `OUT=$(${text})`,
  (text) => `${text} | cat`,
  (text) => `${text} > log.txt 2>&1`,
  (text) => `f() { ${text}; }\nf`,
  (text) => `set -x\n${text}\necho done`,
  (text) => `echo start; ${text} # comment`,
];
/** Forms in which nothing of the text runs. */
const DEAD: readonly ((text: string) => string)[] = [
  (text) => `# ${text.replaceAll('\n', ' ')}`,
  (text) => `echo ${text.replaceAll(/["'\\\n<>[\]]/gu, ' ')}`,
  (text) => `cat <<'EOF'\n${text}\nEOF`,
  (text) => `printf '%s' "${text.replaceAll(/["'\\\n`$]/gu, ' ')}"`,
];

/** Draws a script, with the meaning that its commands have if they run. */
export function drawScript(draw: Draw): DrawnScript & { readonly words: readonly string[] } {
  const grammar = pick(draw, GRAMMARS);
  const words = wordsOf(grammar, draw);
  const separator = (): string => (draw() < 0.1 ? ' \\\n    ' : draw() < 0.1 ? '  ' : ' ');
  let text = words.map((word) => quoted(word, draw)).reduce((a, b) => a + separator() + b);
  if (draw() < 0.08) text = `WORD=${words.at(-1) ?? ''}\n${words.slice(0, -1).join(' ')} "$WORD"`;
  const isDead = draw() < 0.12;
  const isPlain = !text.includes('\n');
  if (!isDead && draw() < 0.08 && isPlain && !/['"]/u.test(text)) text = `bash -c '${text}'`;
  const wrap = pick(draw, isDead ? DEAD : isPlain ? WRAPPERS : WRAPPERS.slice(0, 3));
  return { script: wrap(text), meaning: grammar.meaning, words };
}

/** A recorder: a directory with stubs of the programs. */
export class Recorder {
  readonly #directory = mkdtempSync(join(tmpdir(), 'assay-recorder-'));

  constructor() {
    const bin = join(this.#directory, 'bin');
    mkdirSync(bin);
    const stub = (name: string, text: string): void => {
      writeFileSync(join(bin, name), text);
      chmodSync(join(bin, name), 0o755);
    };
    for (const name of PROGRAMS) {
      stub(name, `#!/bin/sh\n{ printf '%s\\n' "${name}" "$@"; printf '\\0'; } >> "$RECORD"\n`);
    }
    stub('sudo', '#!/bin/sh\n[ "$1" = -E ] && shift\nexec "$@"\n');
  }

  /** Returns whether a real shell starts a program with some words. */
  starts(script: string, words: readonly string[]): boolean {
    const record = join(this.#directory, 'record');
    rmSync(record, { force: true });
    const path = `${join(this.#directory, 'bin')}${delimiter}${process.env['PATH'] ?? ''}`;
    try {
      execFileSync('bash', ['-e', '-c', script], {
        cwd: this.#directory,
        env: { PATH: path, RECORD: record },
        stdio: 'ignore',
        timeout: 10_000,
      });
    } catch {
      // What was started before a failure is recorded.
    }
    if (!existsSync(record)) return false;
    const started = readFileSync(record, 'utf8').split('\0');
    return started.includes(words.map((word) => `${word}\n`).join(''));
  }

  /** Removes the directory. */
  close(): void {
    rmSync(this.#directory, { recursive: true });
  }
}
