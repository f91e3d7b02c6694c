/** Checks of the supply chain: what a build downloads, from where, and whether anything verifies it. */

import { baseName } from '../../base/artifact-path.ts';
import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import { SHELLS, type RunCommand } from './commands.ts';
import { hit, runCommands } from './command-checks.ts';
import type { DockerfileSubject, Step } from './subject.ts';

const DOWNLOADERS: ReadonlySet<string> = new Set([
  'curl',
  'wget',
  'fetch',
  'aria2c',
  'lwp-request',
  'GET',
  'http',
  'https',
  'xh',
]);
const INTERPRETERS =
  /^(?:python[\d.]*|node|nodejs|perl|ruby|php[\d.]*|lua[\d.]*|pwsh|bun|deno|source|\.)$/u;
/** Programs that pass on what they read. */
const PASSING: ReadonlySet<string> = new Set([
  'tee',
  'cat',
  'sed',
  'awk',
  'gunzip',
  'zcat',
  'gzip',
  'base64',
  'tr',
  'xz',
  'head',
  'tail',
  'sudo',
  'envsubst',
  'xzcat',
  'bunzip2',
  'bzcat',
  'zstd',
  'openssl',
  'rev',
  'cut',
  'grep',
  'pv',
  'tac',
]);

const PIPED_DOWNLOAD: DockerfileCheck = {
  rule: ruleOf({
    name: 'downloaded-script',
    severity: 'high',
    title: 'download that is run unseen',
    cwe: [494, 829],
    aliases: [],
    why: 'Whoever controls the server, or the way to it, decides what the build runs. What was run cannot be looked at afterwards.',
    remedy:
      'Download to a file, compare its SHA-256 with the one that was reviewed, and run it then; or install a package.',
    failing: 'FROM debian:13.1\nRUN curl -fsSL https://example.com/install.sh | sh\n',
    passing:
      'FROM debian:13.1\nRUN curl -fsSLo i.sh https://example.com/install.sh && echo "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  i.sh" | sha256sum -c - && sh i.sh\n',
  }),
  *find({ stages }) {
    for (const { steps } of stages) yield* downloadsRun(steps);
  },
};

/** Downloads of a stage that are run, and that no command compares with a hash before. */
function* downloadsRun(steps: readonly Step[]): Generator<Hit> {
  const files = new Map<string, string>();
  for (const step of steps) {
    if (step.instruction.keyword !== 'RUN') continue;
    for (const command of step.commands) {
      for (const path of downloadedFiles(command)) files.set(baseName(path), path);
      // A check of a hash stands behind the download; which file it is about is seldom said.
      if (isCheck(command)) files.clear();
      const source = runsDownload(command, step, files);
      if (source !== undefined) {
        yield hit(step, command, `The command runs ${source}, and nothing verifies it.`);
      }
    }
  }
}

function runsDownload(
  command: RunCommand,
  step: Step,
  files: ReadonlyMap<string, string>,
): string | undefined {
  const { name } = command;
  if (name === undefined) return undefined;
  const isInterpreter = SHELLS.has(name) || INTERPRETERS.test(name);
  if (isInterpreter || name === 'eval') {
    const source =
      pipedDownload(command) ?? (substitutes(command, step) ? 'what is downloaded' : undefined);
    if (source !== undefined) return source;
  }
  const written = isInterpreter ? scriptFile(command) : command.shell?.words[0]?.value;
  const isPath = isInterpreter || written?.includes('/') === true;
  return written !== undefined && isPath && files.has(baseName(written))
    ? `the downloaded file "${written}"`
    : undefined;
}

/** The program in front of a pipe that downloads what an interpreter reads. */
function pipedDownload({ args, pipedFrom }: RunCommand): string | undefined {
  const origin = pipedFrom.findLast(({ name }) => !PASSING.has(name ?? ''))?.name ?? '';
  if (!DOWNLOADERS.has(origin)) return undefined;
  const values = args.map(({ value, text }) => value ?? text);
  const readsInput =
    values.every((value) => /^-|^\/dev\/stdin$/u.test(value)) ||
    values.some((value) =>
      ['-', '-s', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'].includes(value),
    );
  return readsInput ? `what ${origin} downloads` : undefined;
}

/** The file that an interpreter runs: its first argument that is no option. */
function scriptFile({ args }: RunCommand): string | undefined {
  const file = args.find(({ value, text }) => !(value ?? text).startsWith('-'));
  return file?.value ?? file?.text;
}

/** `sh -c "$(curl …)"`, `bash <(curl …)`, `. <(curl …)`, `sh <<< "$(curl …)"`. */
function substitutes({ range, name }: RunCommand, { commands }: Step): boolean {
  return commands.some(
    (other) =>
      DOWNLOADERS.has(other.name ?? '') &&
      other.range.start > range.start &&
      other.range.end <= range.end &&
      other.name !== name,
  );
}

function downloadedFiles({ name, args }: RunCommand): readonly string[] {
  if (!DOWNLOADERS.has(name ?? '')) return [];
  const values = args.map(({ value, text }) => value ?? text);
  const outputs = values.flatMap((value, at) => {
    if (/^(?:-[a-zA-Z]*o|--output|--output-document|-[a-zA-Z]*O)$/u.test(value)) {
      const isRemoteName = name === 'curl' && /O$/u.test(value);
      return isRemoteName ? [] : [values[at + 1] ?? ''];
    }
    const joined = /^--(?:output|output-document)=(?<path>.+)$/u.exec(value)?.groups?.['path'];
    return joined === undefined ? [] : [joined];
  });
  const address = values.find((value) => /^[a-z]+:\/\//iu.test(value));
  const keepsName =
    name === 'wget'
      ? outputs.length === 0
      : values.some((value) => /^-[a-zA-Z]*O|^--remote-name/u.test(value));
  const named = address === undefined || !keepsName ? [] : [address.replace(/[?#].*$/u, '')];
  return [...outputs, ...named].filter((path) => path !== '' && path !== '-');
}

function isCheck({ name, args }: RunCommand): boolean {
  if (
    /^(?:sha(?:1|224|256|384|512)?sum|b2sum|shasum|minisign|cosign|gpgv?|rhash|sha256)$/u.test(
      name ?? '',
    )
  ) {
    return (
      args.some(({ value, text }) =>
        /^-[a-zA-Z]*c|^--check|^--verify|^verify|^-V/u.test(value ?? text),
      ) || name === 'gpgv'
    );
  }
  return name === 'openssl' && args.some(({ value }) => value === '-verify');
}

interface Off {
  readonly programs: RegExp;
  readonly option: RegExp;
}

const CHECKS_OFF: readonly Off[] = [
  { programs: /^curl$/u, option: /^(?:--insecure|--proxy-insecure|-[a-zA-Z]*k[a-zA-Z]*)$/u },
  { programs: /^wget$/u, option: /^--no-check-certificate$/u },
  {
    programs: /^(?:apt|apt-get|aptitude)$/u,
    option:
      /^(?:--allow-unauthenticated|--allow-insecure-repositories|--force-yes|--no-allow-.*)$|AllowUnauthenticated=(?:true|1|yes)|Verify-(?:Peer|Host)=(?:false|0|no)|AllowInsecureRepositories=(?:true|1|yes)/iu,
  },
  {
    programs: /^(?:yum|dnf5?|microdnf|tdnf)$/u,
    option: /^(?:--nogpgcheck|--setopt=(?:\*\.)?(?:gpgcheck|sslverify)=(?:0|false|no))$/u,
  },
  { programs: /^zypper$/u, option: /^(?:--no-gpg-checks|--allow-unsigned-rpm)$/u },
  { programs: /^rpm$/u, option: /^--no(?:signature|digest|verify)$/u },
  { programs: /^apk$/u, option: /^--allow-untrusted$/u },
  { programs: /^pip[\d.]*$/u, option: /^--trusted-host(?:=.*)?$/u },
  { programs: /^(?:npm|yarn|pnpm)$/u, option: /^--(?:no-strict-ssl|strict-ssl=false)$/u },
  { programs: /^dpkg$/u, option: /^--force-bad-verify$/u },
  { programs: /^git$/u, option: /^http\.sslVerify=(?:false|0)$/iu },
  { programs: /^gem$/u, option: /^(?:-P|--trust-policy)=?NoSecurity$/u },
];

const DISABLED_CHECK: DockerfileCheck = {
  rule: ruleOf({
    name: 'disabled-verification',
    severity: 'high',
    title: 'certificate or signature check switched off',
    cwe: [295, 347],
    aliases: [],
    why: 'Whoever is between the build and the server decides what is installed.',
    remedy:
      'Install the certificate authority or the signing key that is missing, and leave the check on.',
    failing: 'FROM debian:13.1\nRUN curl -k -o /a https://example.com/a\n',
    passing: 'FROM debian:13.1\nRUN curl -o /a https://example.com/a\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      const found = disabledBy(command);
      if (found !== undefined) {
        yield hit(
          step,
          command,
          `"${command.name ?? ''}" runs with "${found}", which switches off a check.`,
        );
      }
    }
    yield* disabledVariables(subject);
  },
};

function disabledBy({ name = '', args }: RunCommand): string | undefined {
  const values = args.map(({ value, text }) => value ?? text);
  for (const { programs, option } of CHECKS_OFF) {
    const found = programs.test(name) ? values.find((value) => option.test(value)) : undefined;
    if (found !== undefined) return found;
  }
  const text = values.join(' ');
  if (/^(?:npm|yarn|pnpm)$/u.test(name) && /\bset (?:-g )?strict-ssl[ =]false\b/u.test(text))
    return 'strict-ssl false';
  if (name === 'git' && /\bhttp\.sslVerify[ =](?:false|0)\b/iu.test(text))
    return 'http.sslVerify false';
  return /^(?:echo|printf|tee|sed)$/u.test(name) && /\[[^\]]*\btrusted=yes\b[^\]]*\]/u.test(text)
    ? 'trusted=yes'
    : undefined;
}

const OFF_VARIABLES: ReadonlyMap<string, RegExp> = new Map([
  ['NODE_TLS_REJECT_UNAUTHORIZED', /^0$/u],
  ['PYTHONHTTPSVERIFY', /^0$/u],
  ['GIT_SSL_NO_VERIFY', /^(?:1|true|yes)$/iu],
  ['NPM_CONFIG_STRICT_SSL', /^(?:false|0)$/iu],
  ['npm_config_strict_ssl', /^(?:false|0)$/iu],
  ['GONOSUMDB', /^\*$/u],
  ['GONOSUMCHECK', /^(?:1|\*)$/u],
  ['GOFLAGS', /-insecure\b/u],
  ['GOINSECURE', /^\*$/u],
  ['GOSUMDB', /^off$/u],
  ['CURL_INSECURE', /^1$/u],
]);

function* disabledVariables({ steps }: DockerfileSubject): Generator<Hit> {
  for (const step of steps) {
    if (!['ENV', 'ARG'].includes(step.instruction.keyword)) continue;
    for (const { name, value } of step.instruction.pairs) {
      const known = value === undefined ? undefined : step.values.expand(value).value;
      if (known === undefined || OFF_VARIABLES.get(name.text)?.test(known) !== true) continue;
      const message = `The variable ${name.text} is "${known}", which switches off a check.`;
      yield { range: name.range, message, names: [name.text], step };
    }
  }
}

const WORLD_WRITABLE: DockerfileCheck = {
  rule: ruleOf({
    name: 'world-writable',
    severity: 'medium',
    title: 'files that every user can change, or that run as their owner',
    cwe: [732],
    aliases: [],
    why: 'A process that an attacker controls can replace files that others run, or run a program with the rights of its owner.',
    remedy: 'Give rights to the user or group that needs them: chown, or chmod u=rwX,go=rX.',
    failing: 'FROM debian:13.1\nRUN chmod -R 777 /srv\n',
    passing: 'FROM debian:13.1\nRUN chmod -R 755 /srv\n',
  }),
  *find(subject) {
    for (const { step, command } of runCommands(subject)) {
      if (command.name !== 'chmod') continue;
      const mode = command.args
        .map(({ value }) => value ?? '')
        .find(
          (value) => /^[0-7]{3,5}$|^[ugoa]*[-+=]/u.test(value) && !/^-[a-zA-Z]{1,2}$/u.test(value),
        );
      if (mode === undefined || !isDangerousMode(mode)) continue;
      yield hit(
        step,
        command,
        `The mode "${mode}" lets every user change the files, or lets them run as their owner.`,
      );
    }
  },
};

function isDangerousMode(mode: string): boolean {
  if (/^[0-7]+$/u.test(mode)) {
    const bits = Number.parseInt(mode, 8);
    const isSticky = (bits & 0o1000) !== 0;
    return ((bits & 0o002) !== 0 && !isSticky) || (bits & 0o6000) !== 0;
  }
  return mode
    .split(',')
    .some(
      (one) =>
        /^(?:[ug]*[oa][ugoa]*|)[+=][rxXst]*w/u.test(one) || /^[ugoa]*[+=][rwxX]*s/u.test(one),
    );
}

/** The checks of this file. */
export const SUPPLY_CHECKS: readonly DockerfileCheck[] = [
  PIPED_DOWNLOAD,
  DISABLED_CHECK,
  WORLD_WRITABLE,
];
