import { describe, expect, it } from 'vitest';

import { readDockerfile } from '../../../formats/text/dockerfile/dockerfile.ts';
import { instructionLines, type LayerInstruction } from './instruction-lines.ts';

function instructionsOf(text: string): readonly LayerInstruction[] {
  const file = readDockerfile(new TextEncoder().encode(text));
  return file.stages.flatMap(({ instructions }) =>
    instructions.map((instruction) => ({
      instruction,
      line: file.placeOf(instruction.range.start).line,
    })),
  );
}

const FILE = `FROM alpine:3.20
RUN apk add --no-cache \\
    curl
ENV A=b
WORKDIR /app
COPY package.json ./
COPY . /app/
RUN ["npm", "ci"]
CMD ["node"]
`;
const BASE = [undefined, undefined];

describe('instructionLines above a base of two layers', () => {
  const base = ['ADD rootfs / # buildkit', 'RUN /bin/sh -c apk upgrade # buildkit'];
  it.each<[string, string, readonly (string | undefined)[], readonly (number | undefined)[]]>([
    [
      'of BuildKit',
      FILE,
      [
        'RUN /bin/sh -c apk add --no-cache     curl # buildkit',
        'WORKDIR /app',
        'COPY package.json ./ # buildkit',
        'COPY . /app/ # buildkit',
        'RUN npm ci # buildkit',
      ],
      [2, 5, 6, 7, 8],
    ],
    [
      'of BuildKit where the directory was there',
      FILE,
      [
        'RUN /bin/sh -c apk add --no-cache     curl # buildkit',
        'COPY package.json ./ # buildkit',
        'COPY . /app/ # buildkit',
        'RUN npm ci # buildkit',
      ],
      [2, 6, 7, 8],
    ],
    [
      "of docker's older builder",
      FILE,
      [
        '/bin/sh -c apk add --no-cache     curl',
        '/bin/sh -c #(nop) WORKDIR /app',
        `/bin/sh -c #(nop) COPY file:${'ab'.repeat(32)} in ./ `,
        `/bin/sh -c #(nop) COPY dir:${'ab'.repeat(32)} in /app/ `,
        'npm ci',
      ],
      [2, 5, 6, 7, 8],
    ],
    [
      'with build arguments',
      'FROM x\nARG V\nRUN make $V\nCOPY $V /v\n',
      ['RUN |1 V=1 2 /bin/sh -c make $V # buildkit', 'COPY 1 /v # buildkit'],
      [3, 4],
    ],
    [
      'with a document',
      'FROM x\nRUN <<EOF\necho a\nEOF\n',
      ['RUN /bin/sh -c echo a\n # buildkit'],
      [2],
    ],
    [
      'of another shell',
      'FROM x\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a | b\n',
      ['RUN /bin/bash -o pipefail -c a | b # buildkit'],
      [3],
    ],
    [
      'with the last instruction of another file',
      FILE,
      ['RUN /bin/sh -c apk add --no-cache     curl # buildkit', 'RUN /bin/sh -c other # buildkit'],
      [undefined, undefined],
    ],
    [
      'with one in the middle that does not fit',
      'FROM x\nRUN a\nRUN b\nRUN c\n',
      ['RUN /bin/sh -c a # buildkit', 'RUN /bin/sh -c z # buildkit', 'RUN /bin/sh -c c # buildkit'],
      [undefined, undefined, 4],
    ],
    ['without history', 'FROM x\nRUN a\n', [undefined], [undefined]],
    [
      'of a file with fewer instructions',
      'FROM x\nRUN b\n',
      ['RUN /bin/sh -c a', 'RUN /bin/sh -c b'],
      [undefined, 2],
    ],
    ['of a file without instructions', 'FROM x\n', ['RUN /bin/sh -c a'], [undefined]],
  ])('%s', (_name, file, history, expected) => {
    const layers = [...base, ...history].map((createdBy) =>
      createdBy === undefined ? {} : { createdBy },
    );
    expect(instructionLines(layers, instructionsOf(file), 2)).toEqual([...BASE, ...expected]);
  });
});
