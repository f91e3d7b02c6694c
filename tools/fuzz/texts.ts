/** Text formats whose readers keep places, and refuse nothing. */

import { splice, undoOf, type ByteRange } from '../../src/format/byte-range.ts';
import { readDockerfile, type DockerfileInstruction } from '../../src/format/dockerfile.ts';
import { scopesOf } from '../../src/format/dockerfile-scope.ts';
import { expect, type FuzzTarget } from './target.ts';

const DOCKERFILES = [
  '# syntax=docker/dockerfile:1\n# escape=`\nARG A=b:1\nFROM --platform=x ${A:-c} AS d `\n\n  # e\n\n',
  'FROM a\nENV A=1 B="x$A"\nRUN --mount=type=bind,from=b,target=/c <<E cat && <<-"F" cat\nd\nE\n\tF\nCMD ["e", "f"]\n',
  'FROM a\nONBUILD COPY --from=b ["c", "d"]\nLABEL a=${B##*/} c=${D/e/f}\nHEALTHCHECK --interval=1s CMD g\n',
];

export const TEXT_TARGETS: readonly FuzzTarget[] = [
  {
    id: 'dockerfile/file',
    seeds: () => DOCKERFILES.map((text) => Buffer.from(text)),
    run(bytes: Uint8Array): void {
      const file = readDockerfile(bytes);
      const ranges = [
        ...file.instructions.flatMap(rangesOf),
        ...file.comments.map(({ range }) => range),
      ];
      for (const { start, end } of [...ranges, ...file.problems.map(({ range }) => range)]) {
        expect(start >= 0 && start <= end && end <= bytes.length, 'a range outside of the file');
      }
      const edits = file.instructions.map(({ range }) => ({ range, text: 'x' }));
      const undone = splice(splice(bytes, edits), undoOf(bytes, edits));
      expect(Buffer.compare(undone, bytes) === 0, 'a splice that cannot be undone');
      for (const { instruction, scope } of scopesOf(file)) {
        for (const word of instruction.words) scope.expand(word);
      }
    },
  },
];

function rangesOf(instruction: DockerfileInstruction): readonly ByteRange[] {
  const { range, flags, words, pairs, heredocs, trigger } = instruction;
  return [
    range,
    ...[...flags, ...words].map((part) => part.range),
    ...pairs.flatMap(({ name, value }) =>
      value === undefined ? [name.range] : [name.range, value.range],
    ),
    ...heredocs.map(({ bodyRange }) => bodyRange),
    ...(trigger === undefined ? [] : rangesOf(trigger)),
  ];
}
