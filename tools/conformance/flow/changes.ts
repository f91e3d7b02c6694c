/**
 * Changes of generated programs that must not change what is found: names, statements beside,
 * blocks, types.
 */

/** A change of the text of a program. */
export interface ProgramChange {
  readonly name: string;
  readonly javascript: (text: string) => string;
  readonly python: (text: string) => string;
  /** Whether every statement stays in its line. */
  readonly keepsLines: boolean;
  /** The name of the file; absent: the same. */
  readonly path?: { readonly javascript: string; readonly python: string };
}

/** Names that the generator makes. */
const NAME = /\b(?<kind>[vuf])(?<number>\d+)\b/gu;

/** Returns the program with other names. */
function renamed(text: string, prefix: string): string {
  return text.replaceAll(NAME, (_, kind: string, number: string) => `${prefix}${kind}${number}`);
}

/** The body of the handler in Python, which ends the program, in a statement with a block. */
function indented(head: string, tail: string): (text: string) => string {
  return (text) => {
    const at = text.indexOf(':\n', text.indexOf('\ndef handler(')) + 2;
    const body = text
      .slice(at)
      .trimEnd()
      .replaceAll(/^(?=.)/gmu, '    ');
    return `${text.slice(0, at)}    ${head}\n${body}\n${tail}`;
  };
}

/** The body of the handler in JavaScript, which ends the program. */
function between(head: string, tail: string): (text: string) => string {
  return (text) => {
    const at = text.indexOf('{\n', text.indexOf('\napp.get(')) + 2;
    const end = text.lastIndexOf('});');
    return `${text.slice(0, at)}${head}\n${text.slice(at, end)}${tail}\n${text.slice(end)}`;
  };
}

const STATEMENT = {
  javascript: /^(?<blanks> +)(?=(?:const|let) v\d)/gmu,
  python: /^(?<blanks> +)(?=v\d+ = )/gmu,
};

/** The changes. */
export const PROGRAM_CHANGES: readonly ProgramChange[] = [
  {
    name: 'other names',
    javascript: (text) => renamed(text, 'veryLong'),
    python: (text) => renamed(text, 'very_long_'),
    keepsLines: true,
  },
  {
    name: 'statements beside',
    javascript: (text) =>
      text.replaceAll(
        STATEMENT.javascript,
        "$<blanks>console.log('a', Math.max(1, 2));\n$<blanks>",
      ),
    python: (text) =>
      text.replaceAll(STATEMENT.python, "$<blanks>print('a', max(1, 2))\n$<blanks>"),
    keepsLines: false,
  },
  {
    name: 'a block around',
    javascript: between('  {', '  }'),
    python: indented('if True:', ''),
    keepsLines: false,
  },
  {
    name: 'a condition that is not known around',
    javascript: between('  if (Date.now() > 5) {', '  }'),
    python: indented('if os.getpid() > 5:', ''),
    keepsLines: false,
  },
  {
    name: 'a statement with an end of its own around',
    javascript: between('  try {', "  } finally { console.log('end'); }"),
    python: indented('try:', "    finally:\n        print('end')\n"),
    keepsLines: false,
  },
  {
    name: 'types',
    javascript: (text) =>
      text.replaceAll(/^(?<head> +(?:const|let) v\d+)(?= =)/gmu, '$<head>: any'),
    python: (text) => text.replaceAll(/^(?<head> +v\d+)(?= = )/gmu, '$<head>: object'),
    keepsLines: true,
    path: { javascript: '/app.ts', python: '/app.py' },
  },
];

/** Returns one program of two that share no name: each must have the findings that it has alone. */
export function joined(language: 'javascript' | 'python', first: string, second: string): string {
  const other = renamed(second, 'o');
  if (language === 'javascript') return `{\n${first}\n}\n{\n${other}\n}\n`;
  const route = other
    .replace("@app.route('/')", "@app.route('/other')")
    .replace('def handler(', 'def other_handler(');
  return `${first}\n\n${route}`;
}
