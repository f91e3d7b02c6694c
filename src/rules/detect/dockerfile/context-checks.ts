/**
 * Checks of what surrounds the file: `.dockerignore`, mounts, health checks, and comments that
 * switch rules off.
 */

import { directoryPrefix } from '../../../core/base/artifact-path.ts';
import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import { copies } from './copies.ts';
import { redirectTargets } from '../commands/downloads.ts';
import { pathText } from '../commands/run-command.ts';
import type { Step } from './subject.ts';

const MISSING_IGNORE_FILE: DockerfileCheck = {
  rule: ruleOf({
    name: 'missing-dockerignore',
    severity: 'medium',
    title: 'whole context copied without .dockerignore',
    cwe: [538],
    aliases: [],
    why: 'Without .dockerignore, everything in the folder comes into the image: the history of Git, configuration files with secrets, results of other builds.',
    remedy: 'Add a .dockerignore that lists what the image does not need, or copy single folders.',
    failing: 'FROM debian:13.1\nCOPY . /app/\n',
    passing: 'FROM debian:13.1\nCOPY src /app/src\n',
    settings: { hasFile: () => false },
  }),
  *find(subject) {
    const { settings, path } = subject;
    const { hasFile } = settings;
    if (hasFile === undefined) return;
    const folder = directoryPrefix(path);
    const names = [`${path}.dockerignore`, `${folder}.dockerignore`, '/.dockerignore'];
    if (names.some((name) => hasFile(name))) return;
    for (const { step, sources } of [...copies(subject, 'COPY'), ...copies(subject, 'ADD')]) {
      const { flags } = step.instruction;
      if (flags.some(({ name }) => name === 'from' || name === 'exclude')) continue;
      const whole = sources.find((source) => /^(?:\.|\.\/|\/|\*|\.\/\*)$/u.test(source));
      if (whole === undefined) continue;
      const message = `The instruction copies "${whole}", and there is no .dockerignore.`;
      yield { range: step.instruction.range, message, names: [whole], step };
    }
  },
};

const SECRET_FOLDER =
  /(?:^|\/)(?:\.ssh|\.aws|\.azure|\.gcloud|\.config\/gcloud|\.kube|\.docker|\.gnupg|\.npmrc|\.netrc|\.pypirc|\.git-credentials)(?:\/|$)|^\/run\/secrets(?:\/|$)|^\/root\/?$/u;

const SECRET_CACHE: DockerfileCheck = {
  rule: ruleOf({
    name: 'secret-in-cache',
    severity: 'high',
    title: 'cache mount over a folder of secrets',
    cwe: [522, 524],
    aliases: [],
    why: 'A cache mount stays on the builder and is given to every build with the same id, also to builds of others. Secrets in it leave the build.',
    remedy:
      'Mount secrets with --mount=type=secret or type=ssh, and caches over the folder of the cache alone.',
    failing: 'FROM debian:13.1\nRUN --mount=type=cache,target=/root/.ssh make\n',
    passing: 'FROM debian:13.1\nRUN --mount=type=cache,target=/root/.cache/pip make\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      for (const { target, type, range } of mountsOf(step)) {
        if (type !== 'cache' || !SECRET_FOLDER.test(target)) continue;
        const message = `The cache mount covers "${target}", which usually holds secrets.`;
        yield { range, message, names: [target], step };
      }
    }
  },
};

const COPYING: ReadonlySet<string> = new Set([
  'cp',
  'mv',
  'cat',
  'install',
  'tee',
  'dd',
  'sed',
  'base64',
]);

const KEPT_SECRET: DockerfileCheck = {
  rule: ruleOf({
    name: 'kept-secret',
    severity: 'high',
    title: 'mounted secret written into the layer',
    cwe: [538],
    aliases: [],
    why: 'A secret mount is there for one command and leaves no trace. A copy of it stays in the layer, where everyone who can pull the image can read it.',
    remedy:
      'Let the program read the secret where it is mounted, or mount it at the path that the program reads.',
    failing:
      'FROM debian:13.1\nRUN --mount=type=secret,id=npm cp /run/secrets/npm /root/.npmrc && npm ci\n',
    passing: 'FROM debian:13.1\nRUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci\n',
  }),
  *find({ steps }) {
    for (const step of steps) {
      const secrets = mountsOf(step).filter(({ type }) => type === 'secret');
      if (secrets.length === 0) continue;
      for (const command of step.commands) {
        const { name, args, range, pipedFrom } = command;
        if (name === undefined) continue;
        const words = args.map(pathText);
        const read = [...words, ...pipedFrom.flatMap((one) => one.args.map(pathText))];
        const secret = secrets.find(({ target }) => read.includes(target));
        if (secret === undefined) continue;
        const written = redirectTargets(command, '>', '>>', '>|');
        const isCopied = ['cp', 'mv', 'install'].includes(name) && words.at(-1) !== secret.target;
        const isWritten = COPYING.has(name) && (written.length > 0 || name === 'tee');
        if (!isCopied && !isWritten) continue;
        const message = `The secret "${secret.target}" is written into the layer.`;
        yield { range, message, names: [secret.target], step };
      }
    }
  },
};

const MISSING_HEALTH_CHECK: DockerfileCheck = {
  rule: ruleOf({
    name: 'missing-health-check',
    severity: 'low',
    title: 'image without HEALTHCHECK',
    aliases: ['DL3057', 'DS-0026', 'DS026', 'AVD-DS-0026', 'CIS-DI-0006', 'CIS-4.6'],
    why: 'Without a health check Docker does not notice that a service hangs. Orchestrators such as Kubernetes have checks of their own.',
    remedy: 'Add HEALTHCHECK, or HEALTHCHECK NONE where an orchestrator checks the service.',
    failing: 'FROM debian:13.1\nCMD ["/app"]\n',
    passing: 'FROM debian:13.1\nHEALTHCHECK CMD ["/app", "--check"]\nCMD ["/app"]\n',
    settings: { severities: new Map([['DL3057', 'low']]) },
  }),
  *find({ stages, settings }) {
    const last = stages.at(-1);
    if (settings.severities?.has('DL3057') !== true || last === undefined) return;
    for (let stage: typeof last | undefined = last; stage !== undefined; stage = stage.parent) {
      if (stage.steps.some(({ instruction }) => instruction.keyword === 'HEALTHCHECK')) return;
    }
    const message = 'The last stage has no HEALTHCHECK.';
    yield { range: last.stage.from.range, message, names: [], step: last.steps[0] };
  },
};

const IGNORE_COMMENT: DockerfileCheck = {
  rule: ruleOf({
    name: 'ignore-comment',
    severity: 'low',
    title: 'comment that switches rules off',
    aliases: ['DL1001'],
    why: 'Comments that switch rules off are easily forgotten. The rule reports them where the settings ask for it.',
    remedy: 'Correct the instruction, or put the exception into a file with a reason.',
    failing: 'FROM debian:13.1\n# hadolint ignore=DL3003\nRUN cd /srv\n',
    passing: 'FROM debian:13.1\n# hadolint shell=bash\nRUN make\n',
    settings: { severities: new Map([['DL1001', 'low']]) },
  }),
  *find({ file, settings }): Generator<Hit> {
    if (settings.severities?.has('DL1001') !== true) return;
    for (const { text, range } of file.comments) {
      if (!/\bhadolint\s+(?:global\s+)?ignore\s*=/u.test(text)) continue;
      yield { range, message: 'A comment switches rules off.', names: [text], step: undefined };
    }
  },
};

/** The checks of this file. */
export const CONTEXT_CHECKS: readonly DockerfileCheck[] = [
  MISSING_IGNORE_FILE,
  SECRET_CACHE,
  KEPT_SECRET,
  MISSING_HEALTH_CHECK,
  IGNORE_COMMENT,
];

interface Mount extends Pick<Hit, 'range'> {
  readonly type: string;
  readonly target: string;
}

/** Returns the mounts of `RUN`; a secret without a target is below `/run/secrets`. */
function mountsOf({ instruction }: Pick<Step, 'instruction'>): readonly Mount[] {
  return instruction.flags.flatMap(({ name, options, range }) => {
    if (name !== 'mount') return [];
    const valueOf = (...names: readonly string[]): string | undefined =>
      options.find((one) => names.includes(one.name))?.value;
    const type = valueOf('type') ?? 'bind';
    const given = valueOf('target', 'dst', 'destination');
    const id = valueOf('id') ?? valueOf('source', 'src');
    const target = given ?? (type === 'secret' && id !== undefined ? `/run/secrets/${id}` : '');
    return target === '' ? [] : [{ type, target, range }];
  });
}
