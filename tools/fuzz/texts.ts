/** Text formats whose readers record positions and accept any input. */

import { splice, undoOf, type ByteRange } from '../../src/formats/bytes/byte-range.ts';
import {
  readDockerfile,
  type DockerfileInstruction,
} from '../../src/formats/text/dockerfile/dockerfile.ts';
import { scopesOf } from '../../src/formats/text/dockerfile/dockerfile-scope.ts';
import { readPlacedYaml } from '../../src/formats/text/yaml/yaml-places.ts';
import { partsOf } from '../../src/formats/text/yaml/yaml-parts.ts';
import type { YamlNode, YamlScalar } from '../../src/formats/text/yaml/yaml-node.ts';
import { writeScalar } from '../../src/formats/text/yaml/yaml-write.ts';
import { FINDERS } from '../../src/tasks/pin/finders/list.ts';
import { expect, type FuzzTarget } from './target.ts';

const DOCKERFILES = [
  '# syntax=docker/dockerfile:1\n# escape=`\nARG A=b:1\nFROM --platform=x ${A:-c} AS d `\n\n  # e\n\n',
  'FROM a\nENV A=1 B="x$A"\nRUN --mount=type=bind,from=b,target=/c <<E cat && <<-"F" cat\nd\nE\n\tF\nCMD ["e", "f"]\n',
  'FROM a\nONBUILD COPY --from=b ["c", "d"]\nLABEL a=${B##*/} c=${D/e/f}\nHEALTHCHECK --interval=1s CMD g\n',
];

const YAMLS = [
  'a: &a b # c\n"d": [*a, {e: \'f\'}, ]\n? |-\n  g\n: >+ # h\n  i\n\n---\n!t &x\n- !!str y\n- *x\n',
  'on: push\r\njobs: {a: {uses: b/c@v1, steps: [{uses: docker://d:1}], container: {image: e}}}\r\n',
  'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: "a:1"\nservices:\n  a: {image: "${B:-c:1}"}\n',
  'image: {repository: a, tag: "1"}\nrepos: [{repo: https://h/a, rev: v1}]\nimages: [{name: a, newTag: b}]\n',
];

/** Paths that each finder of YAML accepts. */
const PATHS = [
  'a.yaml',
  'compose.yaml',
  '.github/workflows/a.yml',
  'action.yml',
  'values.yaml',
  'templates/a.yaml',
  'kustomization.yaml',
  '.gitlab-ci.yml',
  '.circleci/config.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  '.pre-commit-config.yaml',
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
  {
    id: 'yaml/places',
    seeds: () => YAMLS.map((text) => Buffer.from(text)),
    run(bytes: Uint8Array): void {
      const yaml = readPlacedYaml(bytes, { maxBytes: 2 ** 20, maxDepth: 100, maxNodes: 10_000 });
      for (const { root } of yaml.documents) {
        for (const scalar of scalarsOf(root)) {
          const { start, end } = scalar.range;
          const text = Buffer.from(bytes.subarray(start, end)).toString();
          expect(text === scalar.source, 'a range that is not the source');
          partsOf(scalar).rangeOf(0, scalar.value.length);
          writeScalar(scalar, 'a: b');
        }
      }
    },
  },
  {
    id: 'yaml/references',
    seeds: () => YAMLS.map((text) => Buffer.from(text)),
    async run(bytes: Uint8Array): Promise<void> {
      for (const path of PATHS) {
        for (const row of FINDERS.filter((each) => each.accepts(path, false))) {
          const { references } = (await row.load()).find({ path, bytes });
          for (const { edit, value, obstacle } of references) {
            expect(edit.range.end <= bytes.length, 'an edit outside of the file');
            if (obstacle === undefined)
              splice(bytes, [{ range: edit.range, text: edit.write(value) }]);
          }
        }
      }
    },
  },
];

function scalarsOf(root: YamlNode): readonly YamlScalar[] {
  if (root.kind === 'scalar') return [root];
  if (root.kind === 'sequence') return root.items.flatMap(scalarsOf);
  if (root.kind === 'alias') return [];
  return root.pairs.flatMap(({ key, value }) => [...scalarsOf(key), ...scalarsOf(value)]);
}

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
