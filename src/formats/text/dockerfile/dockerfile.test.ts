import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splice, textOf, undoOf, type ByteRange } from '../../bytes/byte-range.ts';
import {
  readDockerfile,
  type Dockerfile,
  type DockerfileInstruction,
  type DockerfileWord,
} from './dockerfile.ts';

const read = (text: string): Dockerfile => readDockerfile(Buffer.from(text));
const cut = (file: Dockerfile, range: ByteRange | undefined): string | undefined =>
  range === undefined ? undefined : textOf(file.bytes, range);
const only = (text: string): DockerfileInstruction => {
  const [instruction] = read(text).instructions;
  if (instruction === undefined) throw new Error('no instruction');
  return instruction;
};
const texts = (words: readonly DockerfileWord[]): string[] => words.map(({ value }) => value);
const codes = (text: string): string[] => read(text).problems.map(({ code }) => code);

describe('lines', () => {
  it.each([
    ['one line', 'RUN a b', 'a b'],
    ['a continuation', 'RUN a \\\n  b', 'a   b'],
    ['a continuation with blanks behind it', 'RUN a \\ \t\n b', 'a  b'],
    ['CRLF', 'RUN a \\\r\nb\r\n', 'a b'],
    ['a comment between continuations', 'RUN a \\\n  # no\nb', 'a b'],
    ['a comment that ends with an escape', 'RUN a \\\n# no \\\nb', 'a b'],
    ['an empty line between continuations', 'RUN a \\\n\n \t\nb', 'a b'],
    ['a backtick as escape', '# escape=`\nRUN a `\nb \\', 'a b \\'],
    ['a continuation at the end of the file', 'RUN a \\', 'a'],
    ['an escape inside of a line', 'RUN a \\b', 'a \\b'],
    ['two escapes at the end', 'RUN a \\\\\nUSER x', 'a \\\\'],
    ['white space before the keyword', ' \t RUN a', 'a'],
    ['a byte order mark', '\uFEFFRUN a', 'a'],
    ['lowercase', 'run a', 'a'],
    ['a hash in the command', 'RUN a # b', 'a # b'],
    ['a keyword on a line of its own', 'RUN \\\n  a', 'a'],
    ['a keyword split by a continuation', 'RU\\\nN a', 'a'],
    ['several tabs behind the keyword', 'RUN\t\ta', 'a'],
  ])('reads %s', (_, text, expected) => {
    const instruction = only(text);
    expect([instruction.keyword, instruction.rest?.text]).toEqual(['RUN', expected]);
  });

  it('gives each comment to the instruction that it stands above or inside of', () => {
    const file = read('# far\n\n# a\n # b\nRUN a \\\n  # in\n  b\n# last');
    expect(file.comments.map((one) => [one.text, cut(file, one.range)])).toEqual([
      ['far', '# far'],
      ['a', '# a'],
      ['b', '# b'],
      ['in', '# in'],
      ['last', '# last'],
    ]);
    const [first] = file.instructions;
    expect(first?.commentsAbove.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(first?.commentsInside.map(({ text }) => text)).toEqual(['in']);
  });
});

describe('directives', () => {
  it.each([
    ['one', '# escape=`\nFROM a', ['escape=`'], undefined],
    [
      'several in any case and spacing',
      '#\tSynTax = d/f:1 \n#check=skip=all',
      ['syntax=d/f:1', 'check=skip=all'],
      'd/f:1',
    ],
    ['a value with more words', '# syntax=d/f:1 --flag', ['syntax=d/f:1 --flag'], 'd/f:1'],
    ['one behind a byte order mark', '\uFEFF# syntax=d/f', ['syntax=d/f'], 'd/f'],
    ['one with CRLF', '# syntax=d/f\r\nFROM a\r\n', ['syntax=d/f'], 'd/f'],
    ['none behind a comment', '# hello\n# syntax=d/f', [], undefined],
    ['none behind an empty line', '\n# syntax=d/f', [], undefined],
    ['none behind an instruction', 'FROM a\n# syntax=d/f', [], undefined],
    ['none behind an unknown one', '# other=1\n# syntax=d/f', [], undefined],
    ['a frontend behind a first line of #!', '#!/usr/bin/env x\n# syntax=d/f', [], 'd/f'],
    ['a frontend in a comment of //', '// syntax=d/f\nFROM a', [], 'd/f'],
    ['no frontend in an indented comment', '  # syntax=d/f', ['syntax=d/f'], undefined],
    ['none without a value', '# syntax=\nFROM a', [], undefined],
  ])('reads %s', (_, text, directives, syntax) => {
    const file = read(text);
    expect(file.directives.map(({ name, value }) => `${name}=${value}`)).toEqual(directives);
    expect(file.syntax?.image).toBe(syntax);
    expect(cut(file, file.syntax?.range)).toBe(syntax);
    for (const { value, valueRange } of file.directives) expect(cut(file, valueRange)).toBe(value);
  });
});

describe('arguments', () => {
  it.each<[string, string, string[], boolean]>([
    ['a shell command', 'RUN echo "a  b"', ['echo "a  b"'], false],
    ['the JSON form', String.raw`CMD [ "a", "b\u0041\n" ]`, ['a', 'bA\n'], true],
    ['an empty list', 'CMD []', [], true],
    ['JSON with text behind it', 'CMD ["a"] b', ['["a"] b'], false],
    ['single quotes, which are not JSON', "CMD ['a']", ["['a']"], false],
    ['a test that looks like JSON', 'RUN [ -f /x ] && y', ['[ -f /x ] && y'], false],
    ['sources and a destination', 'COPY a  b\tc', ['a', 'b', 'c'], false],
    ['paths with blanks', 'COPY ["a b", "c"]', ['a b', 'c'], true],
    ['ports', 'EXPOSE 80 443/tcp', ['80', '443/tcp'], false],
    ['a health check in the JSON form', 'HEALTHCHECK CMD ["a", "b"]', ['CMD', 'a', 'b'], true],
    ['no health check', 'HEALTHCHECK NONE', ['NONE'], false],
    ['a user with blanks', 'USER a b', ['a b'], false],
    ['text that is not ASCII', 'RUN é \\\n𝒳', ['é 𝒳'], false],
    ['a list over several lines', 'CMD [ \\\n "a", \\\n "b" ]', ['a', 'b'], true],
  ])('reads %s', (_, text, words, isJson) => {
    const instruction = only(text);
    expect([texts(instruction.words), instruction.isJson]).toEqual([words, isJson]);
  });

  it.each<[string, string, (string | undefined)[][]]>([
    [
      'values with quotes',
      `ENV a="b c" d='e f' g=h\\ i`,
      [
        ['a', '"b c"'],
        ['d', "'e f'"],
        ['g', 'h\\ i'],
      ],
    ],
    ['the old form', 'ENV a b  c=d', [['a', 'b  c=d']]],
    [
      'values over lines',
      'ENV a=1 \\\n  b=2',
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    [
      'arguments without values',
      'ARG a b= c=d=e',
      [
        ['a', undefined],
        ['b', ''],
        ['c', 'd=e'],
      ],
    ],
    ['labels', 'LABEL "a.b"="c"', [['"a.b"', '"c"']]],
    ['an escape at the end', 'ENV a=b\\', [['a', 'b']]],
  ])('reads names and values: %s', (_, text, pairs) => {
    const file = read(text);
    const found = file.instructions[0]?.pairs ?? [];
    expect(found.map(({ name, value }) => [name.text, value?.text])).toEqual(pairs);
    for (const { name, value } of found) {
      expect([cut(file, name.range), cut(file, value?.range)]).toEqual([name.text, value?.text]);
    }
  });
});

describe('flags', () => {
  it.each<[string, string, [string, string | undefined, string | undefined][]]>([
    ['a value', 'COPY --from=a b c', [['from', 'a', 'a']]],
    ['without a value', 'ADD --link a b', [['link', undefined, undefined]]],
    [
      'several',
      'FROM --platform=a --x a',
      [
        ['platform', 'a', 'a'],
        ['x', undefined, undefined],
      ],
    ],
    ['quotes', 'COPY --from="a b" c d', [['from', 'a b', '"a b"']]],
    ['quotes around all', 'COPY --"from=a" c d', [['from', 'a', 'a"']]],
    ['an escape', String.raw`COPY --from=a\ b c d`, [['from', 'a b', String.raw`a\ b`]]],
    [
      'over two lines',
      'COPY --from=a \\\n --chown=1:1 b c',
      [
        ['from', 'a', 'a'],
        ['chown', '1:1', '1:1'],
      ],
    ],
    ['an end of flags', 'COPY --from=a -- --b c', [['from', 'a', 'a']]],
    ['an empty value', 'COPY --from= a b', [['from', '', '']]],
    ['a checksum', 'ADD --checksum=sha256:1 u /', [['checksum', 'sha256:1', 'sha256:1']]],
    [
      'exclusions twice',
      'COPY --exclude=a --exclude=b c d',
      [
        ['exclude', 'a', 'a'],
        ['exclude', 'b', 'b'],
      ],
    ],
  ])('reads %s', (_, text, expected) => {
    const file = read(text);
    const flags = file.instructions[0]?.flags ?? [];
    expect(
      flags.map(({ name, value, valueRange }) => [name, value, cut(file, valueRange)]),
    ).toEqual(expected);
    for (const { text: whole, range } of flags) expect(cut(file, range)).toBe(whole);
  });

  it('leaves flags of the command alone', () => {
    const { flags, words } = only('RUN --network=none ls --all');
    expect([flags.length, texts(words)]).toEqual([1, ['ls --all']]);
  });

  it.each<[string, string, [string, string | undefined][]]>([
    [
      'several',
      'RUN --mount=type=bind,from=a,target=/b,ro c',
      [
        ['type', 'bind'],
        ['from', 'a'],
        ['target', '/b'],
        ['ro', undefined],
      ],
    ],
    [
      'in quotes',
      'RUN --mount="type=bind,from=a b" c',
      [
        ['type', 'bind'],
        ['from', 'a b'],
      ],
    ],
    ['uppercase names', 'RUN --mount=TYPE=cache c', [['type', 'cache']]],
    [
      'a field in quotes',
      String.raw`RUN --mount=\"source=a,b\",from=x c`,
      [
        ['source', 'a,b'],
        ['from', 'x'],
      ],
    ],
    [
      'an empty value',
      'RUN --mount=from=,target=/ c',
      [
        ['from', ''],
        ['target', '/'],
      ],
    ],
    ['nothing', 'RUN --mount= c', []],
  ])('reads the options of a mount: %s', (_, text, expected) => {
    const file = read(text);
    const options = file.instructions[0]?.flags[0]?.options ?? [];
    expect(options.map(({ name, value }) => [name, value])).toEqual(expected);
    for (const { value, valueRange } of options) expect(cut(file, valueRange)).toBe(value);
  });
});

describe('here-documents', () => {
  it.each<[string, string, [string, boolean, boolean, string][]]>([
    ['one', 'RUN <<EOF\na\nEOF\n', [['EOF', true, false, 'a\n']]],
    [
      'two on a line',
      'RUN <<A cat && <<B cat\na\nA\nb\nB\n',
      [
        ['A', true, false, 'a\n'],
        ['B', true, false, 'b\n'],
      ],
    ],
    ['tabs before the end', 'RUN <<-EOF\n\ta\n\tEOF\n', [['EOF', true, true, '\ta\n']]],
    ['no tabs before the end without a hyphen', 'RUN <<E\n\tE\nE', [['E', true, false, '\tE\n']]],
    [
      'a quoted delimiter',
      `COPY <<"E" <<'F' /x/\na\nE\nb\nF\n`,
      [
        ['E', false, false, 'a\n'],
        ['F', false, false, 'b\n'],
      ],
    ],
    ['a partly quoted delimiter', 'RUN <<E"O"F\nEOF', [['EOF', false, false, '']]],
    ['a file descriptor', 'RUN 3<<E cat\nE', [['E', true, false, '']]],
    ['CRLF', 'RUN <<E\r\na\r\nE\r\n', [['E', true, false, 'a\r\n']]],
    ['instructions in the text', 'RUN <<E\nFROM b\n# c\nE', [['E', true, false, 'FROM b\n# c\n']]],
    ['continuations in the text', 'RUN <<E\na \\\nE', [['E', true, false, 'a \\\n']]],
    ['behind a continuation', 'RUN cat \\\n  <<E\na\nE', [['E', true, false, 'a\n']]],
    ['behind ONBUILD', 'ONBUILD RUN <<E\na\nE', [['E', true, false, 'a\n']]],
    ['in ADD', 'ADD <<E /x\na\nE', [['E', true, false, 'a\n']]],
    [
      'a delimiter that is glued to a redirection',
      'RUN cat <<E>/x\na\nE>/x',
      [['E>/x', true, false, 'a\n']],
    ],
  ])('reads %s', (_, text, expected) => {
    const file = read(`${text}\nUSER x`);
    const [first, last] = file.instructions;
    expect(file.instructions.length).toBe(2);
    expect(last?.keyword).toBe('USER');
    expect(
      (first?.heredocs ?? []).map((one) => [
        one.name,
        one.isExpanded,
        one.isChomped,
        cut(file, one.bodyRange),
      ]),
    ).toEqual(expected);
    expect((first?.trigger ?? first)?.heredocs.length).toBe(expected.length);
  });

  it.each([
    ['a quoted one', 'RUN echo "<<E"'],
    ['a here-string', 'RUN cat <<<E'],
    ['a shift', 'RUN echo $((1<<2))'],
    ['nothing behind it', 'RUN cat << E'],
    ['the JSON form', 'RUN ["cat", "<<E"]'],
    ['another instruction', 'CMD cat <<E'],
    ['a line with an open quote', `RUN echo it's <<E`],
  ])('finds none: %s', (_, text) => {
    expect(
      read(`${text}\nUSER x`)
        .instructions.map(({ keyword }) => keyword)
        .at(-1),
    ).toBe('USER');
    expect(only(text).heredocs).toEqual([]);
  });

  it('ends an instruction with the last delimiter', () => {
    const file = read('RUN <<A <<B\n1\nA\n2\nB\nUSER x');
    expect(cut(file, file.instructions[0]?.range)).toBe('RUN <<A <<B\n1\nA\n2\nB');
  });
});

describe('stages', () => {
  it('have names, numbers, bases and instructions', () => {
    const file = read(
      'ARG V\nFROM --platform=x a:1 AS Build\nRUN b\nFROM build\nFROM scratch as c\nCOPY --from=0 d /\n',
    );
    expect(file.preamble.map(({ keyword }) => keyword)).toEqual(['ARG']);
    expect(
      file.stages.map(({ index, name, base, instructions }) => [
        index,
        name,
        base?.text,
        instructions.map(({ keyword, stageIndex }) => `${keyword}${String(stageIndex)}`),
      ]),
    ).toEqual([
      [0, 'build', 'a:1', ['RUN0']],
      [1, undefined, 'build', []],
      [2, 'c', 'scratch', ['COPY2']],
    ]);
  });

  it('has the instruction behind ONBUILD', () => {
    const { trigger } = only('ONBUILD COPY --from=a ["b", "c"]');
    expect([trigger?.keyword, trigger?.flags[0]?.value, texts(trigger?.words ?? [])]).toEqual([
      'COPY',
      'a',
      ['b', 'c'],
    ]);
  });
});

describe('problems', () => {
  it.each<[string, string, string[]]>([
    ['nothing', 'ARG a\nFROM b\nRUN c\n', []],
    ['an empty file', '', ['no-instructions']],
    ['only comments', '# a\n\n', ['no-instructions']],
    ['no FROM', 'ARG a', ['no-instructions']],
    ['UTF-16', '', ['no-instructions']],
    ['an unknown instruction', 'FROM a\nRUM b', ['unknown-instruction']],
    ['an instruction before FROM', 'RUN a\nFROM b', ['no-stage']],
    ['a directive twice', '# escape=`\n# escape=`\nFROM a', ['duplicate-directive']],
    ['a wrong escape character', '# escape=x\nFROM a', ['bad-directive']],
    ['a list with a number', 'FROM a\nCMD ["b", 1]', ['not-strings']],
    ['a nested list', 'FROM a\nCMD [["b"]]', ['not-strings']],
    ['no value', 'FROM a\nENV b', ['missing-argument']],
    ['a pair without =', 'FROM a\nENV b=1 c', ['missing-equals']],
    ['no destination', 'FROM a\nCOPY b', ['missing-argument']],
    ['no arguments', 'FROM a\nWORKDIR', ['missing-argument']],
    ['FROM without an image', 'FROM', ['missing-argument']],
    ['FROM with two words', 'FROM a b', ['bad-from']],
    ['FROM with a comment', 'FROM a AS b # c', ['bad-from']],
    ['a wrong name of a stage', 'FROM a AS 1b', ['bad-stage-name']],
    ['a name for two stages', 'FROM a AS b\nFROM c AS B', ['duplicate-stage-name']],
    ['ONBUILD twice', 'FROM a\nONBUILD ONBUILD RUN b', ['bad-trigger', 'missing-argument']],
    ['ONBUILD with FROM', 'FROM a\nONBUILD FROM b', ['bad-trigger']],
    ['an open here-document', 'FROM a\nRUN <<E\nb\n', ['unterminated-heredoc']],
    ['an empty line between continuations', 'FROM a\nRUN b \\\n\nc', ['empty-continuation-line']],
    ['two escapes at the end of a line', 'FROM a\nRUN b \\\\\nUSER c', ['ambiguous-continuation']],
    ['a continuation alone', 'FROM a\n\\\n', ['unknown-instruction']],
    [
      'an open field of a mount',
      String.raw`FROM a` + '\n' + String.raw`RUN --mount=\"from=b c`,
      ['bad-mount'],
    ],
  ])('has %s', (_, text, expected) => {
    expect(codes(text)).toEqual(expected);
  });

  it('names UTF-16, which nothing is read of', () => {
    const file = readDockerfile(Buffer.from('\uFEFFFROM a\n', 'utf16le'));
    expect(file.problems.map(({ code }) => code)).toEqual(['encoding', 'no-instructions']);
  });
});

/**
 * All ranges of a file with the text that each has to cut out when continuations and comments are
 * removed.
 */
function* cuts(file: Dockerfile): Generator<readonly [ByteRange, string]> {
  for (const instruction of file.instructions) yield* cutsOf(instruction);
  for (const { range } of file.comments) expect(cut(file, range)).toMatch(/^#/u);
  for (const { value, valueRange } of file.directives) yield [valueRange, value];
}

function* cutsOf(instruction: DockerfileInstruction): Generator<readonly [ByteRange, string]> {
  const { flags, rest, words, pairs, heredocs, trigger } = instruction;
  for (const { text, range } of flags) yield [range, text];
  for (const word of [...words, ...(rest === undefined ? [] : [rest])])
    yield [word.range, word.text];
  for (const { name, value } of pairs) {
    yield [name.range, name.text];
    if (value !== undefined) yield [value.range, value.text];
  }
  for (const { word } of heredocs) yield [word.range, word.text];
  if (trigger !== undefined) yield* cutsOf(trigger);
}

/** Joins lines as a reader of the reference would: line by line, without places. */
function withoutContinuations(raw: string, escape: string): string {
  const [first = '', ...rest] = raw.split('\n');
  const lines = [first, ...rest.filter((line) => !/^[\t-\r \u00a0]*(?:#|$)/u.test(line))];
  return lines
    .map((line, at) => {
      if (at === lines.length - 1) return line;
      return line
        .replace(/[\r]+$/u, '')
        .replace(/[ \t]*$/u, '')
        .slice(0, -escape.length);
    })
    .join('');
}

const piece = fc.constantFrom(
  'FROM',
  'a:1',
  'AS',
  'b',
  'RUN',
  'COPY',
  'ENV',
  'ARG',
  'ONBUILD',
  'CMD',
  'LABEL',
  'HEALTHCHECK',
  'x=y',
  '"é b"',
  "'",
  '"',
  '["a", "b"]',
  '[',
  '--from=a',
  '--mount=type=bind,from=b',
  '--',
  '<<E',
  '<<-"F"',
  'E',
  'F',
  '# c',
  '#',
  '\\',
  '`',
  '\\\n',
  '\\\r\n',
  '\n',
  '\n',
  '\n',
  '\r\n',
  ' ',
  ' ',
  '\t',
  '$A',
  '${A:-b}',
  '\u00a0',
  '\u0000',
  '\uFEFF',
);
const dockerfileText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

describe('any text', () => {
  it('is read with ranges that cut out their own text', () => {
    fc.assert(
      fc.property(dockerfileText, (text) => {
        const file = read(text);
        for (const [range, expected] of cuts(file)) {
          expect(withoutContinuations(cut(file, range) ?? '', file.escape)).toBe(expected);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is the same bytes when words are replaced and the edits undone', () => {
    fc.assert(
      fc.property(dockerfileText, (text) => {
        const file = read(text);
        const edits = file.instructions
          .flatMap(({ words, flags }) => [...flags, ...words])
          .map(({ range }) => ({ range, text: 'replaced@sha256:00' }));
        const edited = splice(file.bytes, edits);
        expect(Buffer.from(splice(edited, undoOf(file.bytes, edits))).toString('hex')).toBe(
          Buffer.from(file.bytes).toString('hex'),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('and any bytes are read without an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const [range] of cuts(readDockerfile(bytes))) {
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });
});

describe('hostile files', () => {
  it.each<[string, () => string, number]>([
    ['50,000 lines', () => 'RUN echo "a b" && c\n'.repeat(50_000), 50_000],
    ['a million continuation lines', () => `RUN a ${'\\\n b '.repeat(1_000_000)}`, 1],
    ['50,000 comments between continuations', () => `RUN a \\\n${'# b\n'.repeat(50_000)}c`, 1],
    ['50,000 empty lines', () => `${'\n'.repeat(50_000)}RUN a`, 1],
    ['a line of 50,000 blanks', () => `RUN ${' '.repeat(50_000)}a`, 1],
    ['a line of 50,000 carriage returns', () => `RUN ${'\r'.repeat(50_000)}a`, 1],
    ['a line of 50,001 quotes', () => `ENV a=${'"'.repeat(50_001)}`, 1],
    ['5,000 open here-documents', () => `RUN ${'<<E '.repeat(5_000)}\nb`, 1],
    ['5,000 nested lists', () => `CMD ${'['.repeat(5_000)}`, 1],
    ['5,000 nested variables', () => `RUN <<E ${'${a:-'.repeat(5_000)}\nE`, 2],
    ['5,000 times ONBUILD', () => 'ONBUILD '.repeat(5_000), 1],
    ['5,000 flags', () => `RUN ${'--mount=from=a '.repeat(5_000)}b`, 1],
    ['a mount with 5,000 options', () => `RUN --mount=${'from=a,'.repeat(5_000)} b`, 1],
    ['5,000 stages', () => 'FROM a AS b\n'.repeat(5_000), 5_000],
  ])('%s', (_, make, count) => {
    const bytes = Buffer.from(make());
    const started = process.cpuUsage();
    expect(readDockerfile(bytes).instructions.length).toBe(count);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});
