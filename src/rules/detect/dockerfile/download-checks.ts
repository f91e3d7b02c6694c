/** Checks of what a build downloads and runs, and whether anything verifies it. */

import { baseName } from '../../../core/base/artifact-path.ts';
import { DownloadRuns } from '../commands/download-runs.ts';
import { DownloadedFiles } from '../commands/downloads.ts';
import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import { hit } from './command-checks.ts';
import { copyOf, fromOf, isAddress } from './copies.ts';
import type { DockerfileSubject, Step, SubjectStage } from './subject.ts';

const DOWNLOADED_SCRIPT: DockerfileCheck = {
  rule: ruleOf({
    name: 'downloaded-script',
    severity: 'high',
    title: 'download that is run unseen',
    cwe: [494, 829],
    aliases: [],
    why: 'An attacker who controls the server or the connection decides what is run. The script is not kept, so it cannot be examined later.',
    remedy:
      'Download to a file, compare its SHA-256 with the one that was reviewed, and run it then; or install a package.',
    failing: 'FROM debian:13.1\nRUN curl -fsSL https://example.com/install.sh | sh\n',
    passing:
      'FROM debian:13.1\nRUN curl -fsSLo i.sh https://example.com/install.sh && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  i.sh" | sha256sum -c - && sh i.sh\n',
  }),
  find: downloadsRun,
};

/** Downloads that are run, and that no command compares with a hash or a signature before. */
function* downloadsRun({ stages, steps }: DockerfileSubject): Generator<Hit> {
  const known = new Map<SubjectStage | undefined, DownloadedFiles>();
  const before = steps.filter(({ stage }) => stage === undefined);
  yield* new StageDownloads(new DownloadedFiles(), known).find(before);
  for (const stage of stages) {
    const files = new DownloadedFiles(known.get(stage.parent));
    known.set(stage, files);
    yield* new StageDownloads(files, known).find(stage.steps);
  }
}

class StageDownloads {
  readonly #files: DownloadedFiles;
  readonly #known: ReadonlyMap<SubjectStage | undefined, DownloadedFiles>;
  readonly #runs: DownloadRuns;

  constructor(
    files: DownloadedFiles,
    known: ReadonlyMap<SubjectStage | undefined, DownloadedFiles>,
  ) {
    this.#files = files;
    this.#known = known;
    this.#runs = new DownloadRuns(files);
  }

  *find(steps: readonly Step[]): Generator<Hit> {
    for (const step of steps) {
      this.#takeCopies(step);
      for (const { command, source } of this.#runs.find(step)) {
        yield hit(step, command, `The command runs ${source}, and nothing verifies it.`);
      }
    }
  }

  /** Addresses of `ADD`, and downloads of other stages. */
  #takeCopies(step: Step): void {
    const { flags } = step.instruction;
    const isChecked = flags.some(({ name, value }) => name === 'checksum' && value !== '');
    for (const { sources, target } of [...copyOf(step, 'ADD'), ...copyOf(step, 'COPY')]) {
      const files = this.#stageFiles(step);
      for (const source of sources) {
        const path = source.replace(/[?#].*$/su, '');
        const isTaken = isAddress(source) ? !isChecked : files?.has(path) === true;
        if (!isTaken || path.endsWith('.git')) continue;
        this.#files.add(
          target.endsWith('/') || target === '.' ? `${target}/${baseName(path)}` : target,
        );
      }
    }
  }

  #stageFiles(step: Step): DownloadedFiles | undefined {
    const from = fromOf(step)?.value?.toLowerCase();
    if (from === undefined) return undefined;
    const stages = [...this.#known].map(([stage]) => stage).filter((one) => one !== undefined);
    const stage = stages.findLast((one) => one.stage.name === from) ?? stages[Number(from)];
    return stage === undefined ? undefined : this.#known.get(stage);
  }
}

/** The checks of this file. */
export const DOWNLOAD_CHECKS: readonly DockerfileCheck[] = [DOWNLOADED_SCRIPT];
