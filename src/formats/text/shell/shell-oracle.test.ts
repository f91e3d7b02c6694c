/** Words and statements of generated scripts, compared with those that bash itself runs. */

import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { loadShellReader, type ShellReader, type ShellStatement } from './shell.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';

const noBash = missingTool('bash');

/** `p` writes its arguments to descriptor 9, one record a call; it succeeds. */
const PRELUDE = `p() { [[ $# = 0 ]] || printf '%s\\0' "$@" >&9; printf '\\1\\0' >&9; }\n`;

/** Stands after the calls of a script. */
const NEXT_SCRIPT = '\u0002\0';

/**
 * The arguments of each call of `p` in the order in which bash runs them, for each script. One bash
 * runs all of them, each in a subshell.
 */
function ranBy(scripts: readonly string[]): readonly (readonly (readonly string[])[])[] {
  const script = scripts.map((one) => `(\n${one}\n)\nprintf '\\2\\0' >&9\n`).join('');
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['--norc', '--noprofile', '-c', `exec 9>&1 >/dev/null\n${PRELUDE}${script}`],
    {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
      input: '',
    },
  );
  if (status !== 0 || stderr !== '') throw new Error(`bash: ${status} ${stderr}`);
  return stdout
    .split(NEXT_SCRIPT)
    .slice(0, -1)
    .map((calls) =>
      calls
        .split('\u0001\0')
        .slice(0, -1)
        .map((record) => record.split('\0').slice(0, -1)),
    );
}

/** The arguments of each call of `p`, in the order of the text. */
function readOf(statement: ShellStatement): readonly (readonly (string | undefined)[])[] {
  switch (statement.kind) {
    case 'command': {
      const [name, ...rest] = statement.words;
      return name?.value === 'p' ? [rest.map(({ value }) => value)] : [];
    }
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].flatMap(readOf);
    case 'pipeline':
      return statement.stages.flatMap(readOf);
    case 'compound':
      return [...statement.conditions, ...statement.statements].flatMap(readOf);
  }
}

const letters = fc.string({
  unit: fc.constantFrom(...Array.from(`abz09_-=+:,./@%^é "'\\$#~!&|;<>(){}[]*?`)),
  maxLength: 6,
});
const single = letters.map((text) => `'${text.replaceAll("'", '')}'`);
const double = letters.map((text) => `"${text.replaceAll(/[\\"$`]/gu, String.raw`\$&`)}"`);
const escaped = letters
  .map((text) => text.replaceAll(/[\s\S]/gu, String.raw`\$&`))
  .filter((text) => text !== '');
const plain = fc.string({
  unit: fc.constantFrom(...Array.from('abz09_-+:./@%')),
  minLength: 1,
  maxLength: 5,
});
const ansi = fc
  .array(
    fc.constantFrom(
      'a',
      String.raw`\n`,
      String.raw`\t`,
      String.raw`\x41`,
      String.raw`\'`,
      String.raw`\101`,
      String.raw`\\`,
      'é',
      '"',
    ),
    { maxLength: 4 },
  )
  .map((parts) => `$'${parts.join('')}'`);
const word = fc
  .array(fc.oneof(single, double, escaped, plain, plain, ansi), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''));
const simple = fc.array(word, { maxLength: 3 }).map((words) => ['p', ...words].join(' '));
const redirected = fc
  .tuple(
    simple,
    fc.constantFrom(
      '',
      ' >/dev/null',
      ' 2>&1',
      ' </dev/null',
      ' >/dev/null 2>&1',
      ' &>/dev/null',
      ' <<<x',
    ),
  )
  .map(([text, redirect]) => text + redirect);
const space = fc.constantFrom(' ', '  ', ' \\\n ', '\t');
const { statement } = fc.letrec<{ statement: string; chain: string }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    redirected,
    tie('chain').map((text) => `( ${text} )`),
    tie('chain').map((text) => `{ ${text}; }`),
    tie('chain').map((text) => `if ${text}; then ${text}; fi`),
    tie('chain').map((text) => `for i in 1; do ${text}\ndone`),
    tie('chain')
      .map((text) => `case x in y) p no;; x) ${text};; esac`)
      .map((text) => text.replace('p no;; ', ';; ')),
  ),
  chain: fc
    .tuple(
      tie('statement'),
      fc.array(fc.tuple(fc.constantFrom('&&', ';', '&& #x\n', '&&\n'), space, tie('statement')), {
        maxLength: 2,
      }),
    )
    .map(([first, rest]) =>
      [
        first,
        ...rest.map(
          ([operator, gap, next]) => `${operator === ';' ? '' : gap}${operator}${gap}${next}`,
        ),
      ].join(''),
    ),
}));

describe.skipIf(noBash !== undefined)(`shell commands as bash runs them${needs(noBash)}`, () => {
  let reader: ShellReader;
  beforeAll(async () => {
    reader = await loadShellReader();
  });

  function parsed(script: string): readonly (readonly (string | undefined)[])[] {
    const result = reader.read(script);
    if ('failure' in result) throw new Error(result.failure);
    expect(result.problems).toEqual([]);
    return result.body.statements.flatMap(readOf);
  }

  it('reads the words of random scripts', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 30, maxLength: 30 }), (scripts) => {
        expect(scripts.map(parsed)).toEqual(ranBy(scripts));
      }),
      { numRuns: Number(process.env['RUNS'] ?? 5) },
    );
  });
});
