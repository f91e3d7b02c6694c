/**
 * All rules over Dockerfiles and workflows, compared with parsing the same files, in one process.
 * What is measured is the code that the build has made: the names that tsx keeps for closures would
 * cost rules more than parsers.
 *
 * The floor of workflows is `readPlacedYaml`, with which the rules read them as well: the ratio is
 * 1 where rules cost nothing. One script of each workflow is its own, the others repeat, as they do
 * in the workflows of one organization.
 */

import type * as DockerfileModule from '../src/rules/detect/dockerfile/dockerfile.ts';
import type * as PipelineModule from '../src/rules/detect/pipeline/pipeline.ts';
import type * as DockerfileFormat from '../src/formats/text/dockerfile/dockerfile.ts';
import type * as ShellFormat from '../src/formats/text/shell/shell.ts';
import type * as YamlFormat from '../src/formats/text/yaml/yaml-places.ts';
import type { DetectedFile } from '../src/rules/detect/detector.ts';
import type { Bench } from './measure.ts';

/** Instructions whose words a shell runs, or a program as a shell would. */
const SHELL_FORMS: ReadonlySet<string> = new Set(['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
const DOCKERFILES = 1000;
const WORKFLOWS = 500;
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** Measures both, in pairs of rules and parsing. */
export async function ruleFiles(rounds: number): Promise<readonly Bench[]> {
  const { dockerfile, loadShell } = await built<typeof DockerfileModule>(
    'detect/dockerfile/dockerfile.js',
  );
  const pipelineModule = await built<typeof PipelineModule>('detect/pipeline/pipeline.js');
  const { pipeline } = pipelineModule;
  const { readDockerfile } = await built<typeof DockerfileFormat>('format/dockerfile.js');
  const { loadShellReader } = await built<typeof ShellFormat>('format/shell.js');
  const { readPlacedYaml } = await built<typeof YamlFormat>('format/yaml-places.js');
  await loadShell();
  await pipelineModule.loadShell();
  const shell = await loadShellReader();
  const dockerfiles = Array.from({ length: DOCKERFILES }, (_, index) => dockerfileOf(index));
  const workflows = Array.from({ length: WORKFLOWS }, (_, index) => workflowOf(index));
  const parseDockerfile = ({ bytes }: DetectedFile): void => {
    for (const { instructions } of readDockerfile(bytes).stages) {
      for (const { keyword, words, range } of instructions) {
        if (!SHELL_FORMS.has(keyword) || words.length === 0) continue;
        const text = Buffer.from(bytes.subarray(range.start, range.end)).toString();
        shell.read(text.replaceAll('\\\n', ''));
      }
    }
  };
  return [
    compared(
      `rules over ${DOCKERFILES} Dockerfiles`,
      'CPU of all rules / CPU of reading instructions and commands',
      { files: dockerfiles, rounds },
      [(file) => dockerfile.detect(file), parseDockerfile],
    ),
    compared(
      `rules over ${WORKFLOWS} workflows`,
      'CPU of all rules / CPU of reading their YAML',
      { files: workflows, rounds },
      [(file) => pipeline.detect(file), ({ bytes }) => readPlacedYaml(bytes)],
    ),
  ];
}

async function built<Module>(file: string): Promise<Module> {
  return (await import(new URL(`../dist/lib/${file}`, import.meta.url).href)) as Module;
}

type Work = (file: DetectedFile) => unknown;

function compared(
  bench: string,
  of: string,
  { files, rounds }: { readonly files: readonly DetectedFile[]; readonly rounds: number },
  [rules, floor]: readonly [rules: Work, floor: Work],
): Bench {
  const cpuMs = (work: Work): number => {
    const before = process.cpuUsage();
    for (const file of files) work(file);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const pairs = Array.from({ length: rounds }, () => [cpuMs(rules), cpuMs(floor)] as const);
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return {
    bench,
    of,
    ratio: middle(pairs.map(([all, parsed]) => all / parsed)),
    target: 3,
    detail: {
      rulesMs: middle(pairs.map(([all]) => all)),
      floorMs: middle(pairs.map(([, parsed]) => parsed)),
      findings: files.flatMap((file) => [rules(file)].flat()).length,
    },
  };
}

/** Two stages, some with faults, as Dockerfiles of services have them. */
function dockerfileOf(index: number): DetectedFile {
  const isPinned = index % 3 === 0;
  const text = `# syntax=docker/dockerfile:1
ARG VERSION=1.${index % 40}
FROM node:22-bookworm${isPinned ? `@${DIGEST}` : ''} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts \\
    && npm run build-${index}
COPY . .
RUN set -eux; \\
    for name in a b c; do \\
      if [ ! -d "/srv/$name" ]; then mkdir -p "/srv/$name"; fi; \\
    done; \\
    echo "\${VERSION}" > /srv/version
FROM debian:bookworm-slim AS run-${index}
ENV LANG=C.UTF-8 APP_HOME=/srv
RUN apt-get update && apt-get install -y ${index % 2 === 0 ? '--no-install-recommends ' : ''}\\
      ca-certificates=20230311 \\
      curl \\
      tini \\
    && rm -rf /var/lib/apt/lists/*
RUN curl -fsSL https://example.org/tool-${index}.tar.gz -o /tmp/tool.tgz \\
    && echo "${DIGEST.slice(7)}  /tmp/tool.tgz" | sha256sum -c - \\
    && tar -xzf /tmp/tool.tgz -C /usr/local/bin && rm /tmp/tool.tgz
COPY --from=build --chown=1000:1000 /app/dist /srv
LABEL org.opencontainers.image.version="\${VERSION}" maintainer="a@example.org"
EXPOSE 8080
USER ${index % 5 === 0 ? 'root' : '1000'}
HEALTHCHECK CMD curl -f http://localhost:8080/ || exit 1
ENTRYPOINT ["tini", "--"]
CMD ["node", "/srv/main.js"]
`;
  return { path: `service-${index}/Dockerfile`, bytes: Buffer.from(text) };
}

/** Two jobs, some with faults, as workflows of packages have them. */
function workflowOf(index: number): DetectedFile {
  const action = (name: string): string => `${name}@${index % 3 === 0 ? COMMIT : 'v4'}`;
  const text = `name: ci ${index}
on:
  push: { branches: [main, 'release/**'] }
  ${index % 4 === 0 ? 'pull_request_target' : 'pull_request'}:
    paths-ignore: ['**.md']
permissions:
  contents: read
env:
  FORCE_COLOR: '1'
jobs:
  test:
    runs-on: \${{ matrix.os }}
    strategy:
      matrix:
        os: [ubuntu-24.04, windows-2022]
        node: [20, 22, 24]
    steps:
      - uses: ${action('actions/checkout')}
        with: { persist-credentials: false }
      - uses: ${action('actions/setup-node')}
        with:
          node-version: \${{ matrix.node }}
          cache: npm
      - run: npm ci
      - name: Test
        if: github.event_name != 'schedule' && contains(fromJSON('["a", "b"]'), matrix.os)
        run: |
          npm test -- --reporter "\${{ matrix.os }}" --shard ${index}
          echo "${index % 2 === 0 ? '${{ github.event.pull_request.title }}' : 'done'}"
        env:
          TOKEN: \${{ secrets.CODECOV_TOKEN }}
  publish:
    needs: test
    if: startsWith(github.ref, 'refs/tags/')
    runs-on: ubuntu-24.04
    permissions: { id-token: write, contents: read }
    environment: release
    steps:
      - uses: ${action('actions/checkout')}
      - uses: ${action('docker/build-push-action')}
        with:
          push: true
          tags: ghcr.io/example/app-${index}:\${{ github.ref_name }}
      - run: npm publish --provenance
`;
  return { path: `.github/workflows/ci-${index}.yml`, bytes: Buffer.from(text) };
}
