/** Checks of what a build switches off: certificates, signatures, and the rights of files. */

import { ruleOf, type DockerfileCheck, type Hit } from './check.ts';
import type { RunCommand } from '../commands/commands.ts';
import { hit, runCommands } from './command-checks.ts';
import { offEdit, offLine } from './configuration-files.ts';
import { pathText } from '../commands/run-command.ts';
import { optionWords } from '../commands/short-options.ts';
import { writtenTexts } from './written-texts.ts';
import { variableName, type DockerfileSubject } from './subject.ts';

interface Off {
  readonly programs: RegExp;
  readonly option: RegExp;
}

const CHECKS_OFF: readonly Off[] = [
  { programs: /^curl$/u, option: /^--(?:insecure|proxy-insecure|doh-insecure)$/u },
  { programs: /^wget$/u, option: /^--no-check-certificate(?:=.*)?$/u },
  {
    programs: /^(?:apt|apt-get|aptitude)$/u,
    option:
      /^(?:--allow-unauthenticated|--allow-insecure-repositories|--force-yes)$|AllowUnauthenticated=(?:true|1|yes)|Verify-(?:Peer|Host)=(?:false|0|no)|AllowInsecureRepositories=(?:true|1|yes)/iu,
  },
  {
    programs: /^(?:yum|dnf5?|microdnf|tdnf)$/u,
    option:
      /^(?:--no-?gpgchecks?|(?:--setopt=)?(?:[\w*-]+\.)?(?:gpgcheck|sslverify)=(?:0|false|no))$/iu,
  },
  { programs: /^zypper$/u, option: /^(?:--no-gpg-checks|--allow-unsigned-rpm)$/u },
  { programs: /^rpm$/u, option: /^--no(?:signature|digest|verify)$/u },
  { programs: /^apk$/u, option: /^--allow-untrusted$/u },
  {
    programs: /^(?:pip|python)[\d.]*$/u,
    option: /^(?:--trusted-host(?:=.*)?|\w+\.trusted-host)$/u,
  },
  { programs: /^uv$/u, option: /^--allow-insecure-host(?:=.*)?$/u },
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
    why: 'An attacker between the build and the server decides what is installed.',
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
    yield* disablingFiles(subject);
  },
};

/** Yields the files of programs that the build writes or changes. */
function* disablingFiles({ steps, file }: DockerfileSubject): Generator<Hit> {
  for (const step of steps) {
    for (const { path, text, range, command } of writtenTexts(step, file)) {
      const line = offLine(path, text);
      if (line === undefined || (command !== undefined && disabledBy(command) !== undefined)) {
        continue;
      }
      const message = `The file "${path}" gets the line "${line}", which switches off a check.`;
      yield { range, message, names: [path, line], step };
    }
    for (const command of step.commands) {
      if (command.name !== 'sed' || disabledBy(command) !== undefined) continue;
      const words = command.args.map(pathText);
      const found = words.flatMap((path) => words.flatMap((one) => offEdit(path, one) ?? []))[0];
      if (found === undefined) continue;
      yield hit(step, command, `The program "sed" writes "${found}", which switches off a check.`);
    }
  }
}

function disabledBy(command: RunCommand): string | undefined {
  const { name = '', args } = command;
  if (isLocal(command)) return undefined;
  const set = commandVariables(command).find(([variable, value]) => isOff(variable, value));
  if (set !== undefined) return set.join('=');
  const { short, words } = optionWords({ name, args });
  for (const { programs, option } of CHECKS_OFF) {
    const found = programs.test(name) ? words.find((word) => option.test(word)) : undefined;
    if (found !== undefined) return found;
  }
  if (name === 'curl' && short.some(({ letter }) => letter === 'k')) return '-k';
  return disabledSetting(name, words.join(' '));
}

/** Returns a setting that switches a check off, in the words of a command. */
function disabledSetting(name: string, text: string): string | undefined {
  if (
    /^(?:npm|yarn|pnpm)$/u.test(name) &&
    /(?:^| )(?:--|set (?:-g )?)strict-ssl[ =]false\b/u.test(text)
  )
    return 'strict-ssl false';
  if (name === 'git' && /\bhttp\.sslVerify[ =](?:false|0)\b/iu.test(text))
    return 'http.sslVerify false';
  const setting = SETTINGS.find(([programs, words]) => programs.test(name) && words.test(text));
  if (setting !== undefined) return setting[1].exec(text)?.[0].trim();
  return /^(?:echo|printf|tee|sed)$/u.test(name) && /\[[^\]]*\btrusted=yes\b[^\]]*\]/u.test(text)
    ? 'trusted=yes'
    : undefined;
}

/** Subcommands that write a setting into the configuration of their program. */
const SETTINGS: readonly (readonly [RegExp, RegExp])[] = [
  [/^yarn$/u, /\bset enableStrictSsl[ =](?:false|0)\b/u],
  [/^go$/u, /\benv -w (?:\S+ )*(?:GOSUMDB=off|GONOSUMDB=\*|GOINSECURE=\*|GOFLAGS=\S*-insecure)/u],
  [/^conda|^mamba|^micromamba/u, /\bssl_verify[ =](?:false|no|0)\b/iu],
  [/^composer$/u, /\b(?:disable-tls[ =]true|secure-http[ =]false)\b/u],
  [/^bundle$/u, /\bssl_verify_mode[ =]0\b/u],
  [/^poetry$/u, /\bcertificates\.\S+\.cert[ =]false\b/u],
  [/^helm$/u, /--insecure-skip-tls-verify\b(?![= ]false)/u],
  [/^(?:docker|podman|buildah|skopeo|crane)$/u, /--(?:src-|dest-)?tls-verify[= ]false\b/u],
];

/**
 * Matches addresses of the computer itself, which have no signed certificate: health checks request
 * them.
 */
const LOCAL_ADDRESS =
  /^(?:https?:\/\/)?(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)(?:[:/?#]|$)/iu;

/** Returns whether curl or wget asks nothing but the computer itself. */
function isLocal({ name, args }: RunCommand): boolean {
  if (name !== 'curl' && name !== 'wget') return false;
  const words = args.map(pathText).filter((word) => !word.startsWith('-'));
  const addresses = words.filter(
    (word) => /:\/\/|^[\w[]\S*[.:]\w|^localhost/u.test(word) || /^\$/u.test(word),
  );
  return addresses.length > 0 && addresses.every((word) => LOCAL_ADDRESS.test(word));
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
  ['PIP_TRUSTED_HOST', /./u],
  ['UV_INSECURE_HOST', /./u],
  ['YARN_ENABLE_STRICT_SSL', /^(?:false|0)$/iu],
]);

function isOff(variable: string, value: string): boolean {
  return OFF_VARIABLES.get(variable)?.test(value) === true;
}

/**
 * Returns the variables of a command, as in `NAME=value program`, `export NAME=value` and
 * `env NAME=value program`.
 */
function commandVariables({
  name,
  args,
  assignments,
  wrappers,
}: RunCommand): readonly (readonly [string, string])[] {
  // A wrapper has reported the variables of the command already.
  const own = wrappers.length > 0 ? [] : [...assignments];
  const words = name === 'env' ? args.map(({ value = '' }) => value.split('=', 2)) : [];
  return [...own, ...words].map(([variable = '', value = '']) => [variable, value]);
}

function* disabledVariables({ steps }: DockerfileSubject): Generator<Hit> {
  for (const step of steps) {
    if (!['ENV', 'ARG'].includes(step.instruction.keyword)) continue;
    for (const { name, value } of step.instruction.pairs) {
      const known = value === undefined ? undefined : step.values.expand(value).value;
      const variable = variableName(step, name);
      if (known === undefined || !isOff(variable, known)) continue;
      const message = `The variable ${variable} is "${known}", which switches off a check.`;
      yield { range: name.range, message, names: [variable], step };
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
export const SUPPLY_CHECKS: readonly DockerfileCheck[] = [DISABLED_CHECK, WORLD_WRITABLE];
