/**
 * Compares the reader with dockerfile-ast, another reader that knows the places of what it reads.
 */

import { DockerfileParser, PropertyInstruction, type From } from 'dockerfile-ast';
import { describe, expect, it } from 'vitest';
import { readDockerfile } from './dockerfile.ts';

const FILES: readonly (readonly [string, string])[] = [
  [
    'a build in two stages',
    `# syntax=docker/dockerfile:1
ARG GO=1.22
# build
FROM --platform=$BUILDPLATFORM golang:\${GO} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg go mod download && \\
    # comment
    go build ./...
FROM gcr.io/distroless/static@sha256:aaaa
COPY --from=build --chown=1:1 /src/app /app
ENTRYPOINT ["/app", "-v"]
`,
  ],
  [
    'a backtick',
    '# escape=`\r\nFROM mcr.microsoft.com/windows:ltsc2022\r\nRUN dir `\r\n  c:\\\r\nCMD ["cmd"]\r\n',
  ],
  [
    'environment and labels',
    'FROM a\nENV A=1 B="x y" \\\n  C=z\nENV OLD form here\nLABEL a.b="c" d=e\nARG X\nARG Y=1\n',
  ],
  [
    'a here-document',
    'FROM a\nRUN <<EOF\nFROM x\nEOF\nCOPY <<-"A" <<B /x/\n1\n\tA\n2\nB\nUSER b\n',
  ],
  [
    'ONBUILD and a health check',
    'FROM a:1\nONBUILD RUN x\nHEALTHCHECK --interval=5s CMD curl x\nEXPOSE 80 81\n',
  ],
  ['comments and empty lines', '\n\n# a\nFROM a\n\n  # b\n RUN a \\\n\n # c\n b\n'],
];

describe('as dockerfile-ast', () => {
  it.each(FILES)('%s', (_, text) => {
    const bytes = Buffer.from(text);
    const ours = readDockerfile(bytes);
    const theirs = DockerfileParser.parse(text);
    const lineOf = (offset: number): number => ours.placeOf(offset).line - 1;
    expect(
      ours.instructions.map(({ keyword, range }) => [
        keyword,
        lineOf(range.start),
        lineOf(range.end),
      ]),
    ).toEqual(
      theirs.getInstructions().map((one) => {
        const { start, end } = one.getRange();
        return [one.getKeyword(), start.line, end.line];
      }),
    );
    expect(ours.comments.map(({ text: content }) => content)).toEqual(
      theirs.getComments().map((one) => one.getContent()),
    );
    expect(
      ours.stages.map(({ name, base, from }) => [base?.text, name, lineOf(from.range.start)]),
    ).toEqual(
      theirs
        .getFROMs()
        .map((one: From) => [
          one.getImage(),
          one.getBuildStage()?.toLowerCase(),
          one.getRange().start.line,
        ]),
    );
    expect(ours.instructions.flatMap(({ pairs }) => pairs.map(({ name }) => name.text))).toEqual(
      theirs
        .getInstructions()
        .flatMap((one) => (one instanceof PropertyInstruction ? one.getProperties() : []))
        .map((pair) => pair.getName()),
    );
  });
});
