/** The table of programs that are told by what they say of themselves. */

import { BINARY_CLASSIFIERS } from '../../src/scan/catalog/binary/texts/list.ts';
import { PROGRAM_RELEASE_LINES } from '../../src/core/model/program/program-releases.ts';
import { PROGRAMS } from '../../src/core/model/program/program.ts';
import { DEBIAN_PROGRAMS } from '../../test/support/debian-programs.ts';

/** Where the version of a program is read from other files than executables. */
const STATED: ReadonlyMap<string, string> = new Map([
  ['openjdk', '`release`'],
  ['erlang', '`OTP_VERSION`'],
  ['elixir', '`elixir.app`'],
  ['firefox', '`application.ini`'],
  ['firefox-esr', '`application.ini`'],
  ['thunderbird', '`application.ini`'],
]);
const PROVEN: ReadonlySet<string | undefined> = new Set(
  DEBIAN_PROGRAMS.map(([, program]) => program),
);

/** The lines of the section. */
export function programTable(): readonly string[] {
  return [
    '## Programs',
    '',
    'Programs that no package manager installed are recognized by their own text, in executables (ELF) of these names. A program',
    'that a package of the system explains is listed as that package alone; one under another name, packed, or of a name',
    'that is not here is listed as unexplained. Go programs and those of cargo-auditable say what they are made of',
    'whatever their name (`go/binary`, `cargo/auditable`). Proven: against the program in the archive of Debian 13',
    '(`test/interop/programs.test.ts`), else by texts (`src/scan/catalog/binary/program-text.test.ts`).',
    '',
    '| program | files | matched by | variables of the image | supported until | proven by |',
    '|---|---|---|---|---|---|',
    ...PROGRAMS.map((program) => {
      const { name, label, cpes, bitnami, environment = [] } = program;
      const rows = BINARY_CLASSIFIERS.filter((row) => row.program === name);
      const files = [
        ...new Set(
          rows.flatMap(({ names = [], prefixes = [] }) => [
            ...names.map(code),
            ...prefixes.map((prefix) => code(`${prefix}*`)),
          ]),
        ),
        ...(STATED.has(name) ? [STATED.get(name) ?? ''] : []),
      ];
      const publishers = [
        ...(name === 'node' ? ['`nodejs-core`'] : []),
        ...(bitnami === undefined ? [] : [`Bitnami ${code(bitnami)}`]),
        ...cpes.map((cpe) => code(cpe)),
      ];
      const lines = PROGRAM_RELEASE_LINES.get(name) ?? [];
      const ends = lines
        .slice(0, 3)
        .map(({ line, supportedUntil }) => `${line}: ${supportedUntil}`);
      const proof = PROVEN.has(name) ? "Debian's program" : 'texts';
      return `| ${label} (${code(name)}) | ${files.join(', ')} | ${publishers.join(', ')} | ${environment.map(code).join(', ') || '-'} | ${ends.join(', ') || '-'} | ${proof} |`;
    }),
    '',
  ];
}

function code(text: string): string {
  return `\`${text}\``;
}
