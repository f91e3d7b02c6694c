/** Checks of `COPY` and `ADD`. */

import { ruleOf, type DockerfileCheck } from './check.ts';
import { replaceKeyword } from './fixes.ts';
import { copies, copyOf, fromOf, isAddress } from './copies.ts';
import { stepGroups, type Step } from './subject.ts';

const ARCHIVE =
  /\.(?:tar|tar\.(?:gz|bz2|xz|zst|lzma|Z)|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst|lzma|Z|lz|tb2|tZ|tlz|tpz)$/u;

/** Options of ADD that COPY has too. */
const COPY_FLAGS: ReadonlySet<string> = new Set(['chown', 'chmod', 'link', 'exclude']);

/**
 * Returns whether a path is that of an archive, or a pattern such as `app.tar.*` that can match
 * one.
 */
function canBeArchive(source: string): boolean {
  return (
    ARCHIVE.test(source) || ARCHIVE.test(source.replace(/\*+$/u, '')) || /\.\*+$/u.test(source)
  );
}

const ADD_FILE: DockerfileCheck = {
  rule: ruleOf({
    name: 'add-instead-of-copy',
    severity: 'high',
    title: 'ADD for local files',
    aliases: ['DL3020', 'DS-0005', 'DS005', 'AVD-DS-0005', 'CIS-DI-0009', 'CIS-4.9'],
    why: 'ADD unpacks archives and downloads addresses. For local files and folders that is unexpected; COPY does only what it says.',
    remedy: 'Use COPY. For downloads, use ADD with --checksum, or curl with a check of the hash.',
    failing: 'FROM debian:13.1\nADD app /app\n',
    passing: 'FROM debian:13.1\nCOPY app /app\n',
  }),
  *find(subject) {
    for (const { step, sources } of copies(subject, 'ADD')) {
      // COPY would not unpack the archive that stands beside another file, or that a pattern
      // matches.
      if (sources.some((source) => !isAddress(source) && canBeArchive(source))) continue;
      const local = sources.find((source) => !isAddress(source) && !source.includes('$'));
      if (local === undefined) continue;
      const message = `ADD copies "${local}", which is neither an archive nor an address.`;
      const isLocal = sources.every((one) => !isAddress(one));
      const isSame = isLocal && step.instruction.flags.every(({ name }) => COPY_FLAGS.has(name));
      const fix = isSame ? replaceKeyword(subject, step.instruction, 'COPY') : undefined;
      yield { range: step.instruction.range, message, names: [local], step, fix };
    }
  },
};

const ADD_UNCHECKED: DockerfileCheck = {
  rule: ruleOf({
    name: 'unchecked-download',
    severity: 'high',
    title: 'ADD of an address without a checksum',
    cwe: [494],
    aliases: [],
    why: 'What the address serves today may be something else tomorrow. Without a checksum nothing says whether it is what was reviewed.',
    remedy: 'Add --checksum=sha256:…, or for a Git repository the full hash of a commit.',
    failing: 'FROM debian:13.1\nADD https://example.com/app.tar.gz /app/\n',
    passing:
      'FROM debian:13.1\nADD --checksum=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef https://example.com/app.tar.gz /app/\n',
  }),
  *find(subject) {
    for (const { step, sources } of copies(subject, 'ADD')) {
      if (step.instruction.flags.some(({ name, value }) => name === 'checksum' && value !== ''))
        continue;
      const address = sources.find(
        (source) => isAddress(source) && !/#[0-9a-f]{40}(?::|$)/u.test(source),
      );
      if (address === undefined) continue;
      const message = `ADD downloads "${address}" without a checksum.`;
      yield { range: step.instruction.range, message, names: [address], step };
    }
  },
};

const COPY_ARCHIVE: DockerfileCheck = {
  rule: ruleOf({
    name: 'copied-archive',
    severity: 'low',
    title: 'archive that is copied and unpacked',
    aliases: ['DL3010'],
    why: 'The archive stays in the layer of COPY although only its content is used.',
    remedy: 'Use ADD, which unpacks a local archive, or mount it: RUN --mount=type=bind.',
    failing: 'FROM debian:13.1\nCOPY app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz\n',
    passing: 'FROM debian:13.1\nADD app.tar.gz /app/\n',
  }),
  *find(subject) {
    for (const steps of stepGroups(subject)) {
      const unpacked = steps.flatMap(({ commands }) => commands.flatMap(unpackedBy));
      for (const { step, sources, target } of steps.flatMap((step) => copyOf(step, 'COPY'))) {
        if (step.instruction.flags.some(({ name }) => name === 'from')) continue;
        const archive = sources.find(
          (source) =>
            ARCHIVE.test(source) &&
            unpacked.some((path) =>
              [baseName(source), copiedName(source, sources, target)].includes(baseName(path)),
            ),
        );
        if (archive === undefined) continue;
        const message = `The archive "${archive}" is copied, and unpacked by a later instruction.`;
        yield { range: step.instruction.range, message, names: [archive], step };
      }
    }
  },
};

const MANY_SOURCES: DockerfileCheck = {
  rule: ruleOf({
    name: 'copy-target-not-a-folder',
    severity: 'high',
    title: 'COPY of several files to a path without a slash',
    aliases: ['DL3021', 'DS-0011', 'DS011', 'AVD-DS-0011'],
    why: 'With more than one source the target has to be a folder and to end in a slash. Builders refuse the instruction.',
    remedy: 'End the target with a slash.',
    failing: 'FROM debian:13.1\nCOPY a b /app\n',
    passing: 'FROM debian:13.1\nCOPY a b /app/\n',
  }),
  *find(subject) {
    for (const { step, sources, target } of copies(subject, 'COPY')) {
      if (sources.length < 2 || /[/\\]$/u.test(target) || /\$\{?\w+\}?$/u.test(target)) continue;
      if (target === '.' || target === '..') continue;
      const message = `COPY has ${sources.length} sources, and its target "${target}" does not end in a slash.`;
      const { isJson, words } = step.instruction;
      const word = isJson ? undefined : words.at(-1);
      const fix =
        word === undefined || /["'\\`$]/u.test(word.text)
          ? undefined
          : {
              description: 'Add a slash to the target.',
              range: { start: word.range.end, end: word.range.end },
              text: '/',
            };
      yield { range: step.instruction.range, message, names: [target], step, fix };
    }
  },
};

const OWN_STAGE: DockerfileCheck = {
  rule: ruleOf({
    name: 'copy-from-own-stage',
    severity: 'high',
    title: 'COPY from the stage itself',
    aliases: ['DL3023', 'DS-0006', 'DS006', 'AVD-DS-0006'],
    why: 'A stage cannot copy from itself. Builders refuse the instruction.',
    remedy: 'Name an earlier stage or an image in --from.',
    failing: 'FROM debian:13.1 AS build\nCOPY --from=build /a /b\n',
    passing: 'FROM debian:13.1 AS build\nFROM alpine:3.22\nCOPY --from=build /a /b\n',
  }),
  *find({ stages }) {
    for (const { stage, steps } of stages) {
      for (const step of steps) {
        const from = fromOf(step);
        if (from?.value === undefined || from.value.toLowerCase() !== stage.name) continue;
        const message = `The stage "${from.value}" copies from itself.`;
        yield { range: from.range, message, names: [from.value], step };
      }
    }
  },
};

const UNKNOWN_STAGE: DockerfileCheck = {
  rule: ruleOf({
    name: 'copy-from-unknown-stage',
    severity: 'medium',
    title: 'COPY from a stage that is not there',
    aliases: ['DL3022'],
    why: 'A name in --from that is no earlier stage is taken as an image and downloaded. A misspelled stage thus becomes an image of a stranger.',
    remedy: 'Name an earlier stage, or write the image with its registry and digest.',
    failing: 'FROM debian:13.1\nCOPY --from=bulid /a /b\n',
    passing: 'FROM debian:13.1 AS build\nFROM alpine:3.22\nCOPY --from=build /a /b\n',
  }),
  *find({ stages }) {
    for (const [at, { steps }] of stages.entries()) {
      const names = new Set(stages.slice(0, at).map(({ stage }) => stage.name));
      for (const step of steps) {
        const from = fromOf(step);
        const name = from?.value?.toLowerCase() ?? '';
        const isNumber = /^\d+$/u.test(name);
        if (from === undefined || name === '' || name.includes('$') || names.has(name)) continue;
        // A reference with a tag, a digest or a registry is meant as an image.
        if (isNumber ? Number(name) < at : /[:/@]/u.test(name)) continue;
        const message = `No earlier stage is "${from.value ?? ''}", so builders download an image of that name.`;
        yield { range: from.range, message, names: [name], step };
      }
    }
  },
};

const RELATIVE_TARGET: DockerfileCheck = {
  rule: ruleOf({
    name: 'relative-copy-target',
    severity: 'medium',
    title: 'relative target without WORKDIR',
    aliases: ['DL3045'],
    why: 'Without WORKDIR in the file, a relative target depends on the working directory of the base image.',
    remedy: 'Set WORKDIR before, or write an absolute target.',
    failing: 'FROM debian:13.1\nCOPY app app\n',
    passing: 'FROM debian:13.1\nWORKDIR /srv\nCOPY app app\n',
  }),
  *find({ stages }) {
    const withWorkdir = new Set<unknown>();
    for (const stage of stages) {
      let hasWorkdir = withWorkdir.has(stage.parent);
      for (const step of stage.steps) {
        if (step.instruction.keyword === 'WORKDIR') hasWorkdir = true;
        for (const { target } of copyOf(step, 'COPY')) {
          if (hasWorkdir || /^(?:[/\\$]|[a-z]:|["'](?:[/\\$]|[a-z]:))/iu.test(target)) continue;
          const message = `The target "${target}" is relative, and the stage sets no WORKDIR before it.`;
          yield { range: step.instruction.range, message, names: [target], step };
        }
      }
      if (hasWorkdir) withWorkdir.add(stage);
    }
  },
};

/** Files that hold nothing but secrets, and folders of such files. */
const SECRET_FILE =
  /(?:^|\/)(?:\.npmrc|\.pypirc|\.netrc|\.git-credentials|\.dockercfg|\.ssh|\.aws|\.kube|\.gnupg|\.vault-token|credentials\.json|\.aws\/credentials|\.docker\/config\.json)$/iu;
const KEY_FILE =
  /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|[^/]+\.(?:key|p12|pfx|jks|keystore)|[^/]*(?:key|priv)[^/]*\.pem)$/iu;

/** Folders of public keys that package managers trust, and names of public keys. */
const PUBLIC_KEY =
  /(?:^|\/)(?:keyrings?|trusted\.gpg\.d|rpm-gpg|apk\/keys|ca-certificates|ssl\/certs)(?:\/|$)|(?:^|[^a-z])(?:pub|public)(?:[^a-z]|[-_.]?key|$)[^/]*$|pub(?:lic)?[-_.]?key[^/]*$|(?:gpg|asc|signing|archive|release|repo|rpm)[^/]*\.key$/iu;

function isSecretPath(path: string): boolean {
  const plain = path.replace(/[/*]+$/u, '');
  const isPublic = PUBLIC_KEY.test(plain);
  return SECRET_FILE.test(plain) || (KEY_FILE.test(plain) && !isPublic);
}

const COPIED_SECRET: DockerfileCheck = {
  rule: ruleOf({
    name: 'copied-secret',
    severity: 'high',
    title: 'file with a secret copied into a layer',
    cwe: [538],
    aliases: [],
    why: 'A file that a layer has stays in the image when a later instruction deletes it. Everyone who can pull the image can read it.',
    remedy: 'Mount the file for the one command that needs it: RUN --mount=type=secret.',
    failing: 'FROM node:22.1\nCOPY .npmrc /root/\nRUN npm ci\n',
    passing: 'FROM node:22.1\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n',
  }),
  *find(subject) {
    for (const { step, sources, target } of [
      ...copies(subject, 'COPY'),
      ...copies(subject, 'ADD'),
    ]) {
      if (fromOf(step) !== undefined || sources.length === 0) continue;
      // A source of another name is found by the name that it gets.
      const isTrusted = PUBLIC_KEY.test(target);
      const secret =
        (isTrusted ? undefined : sources.find(isSecretPath)) ??
        [target].find((path) => !path.endsWith('/') && isSecretPath(path));
      if (secret === undefined) continue;
      const message = `The file "${secret}" usually holds a secret, and stays in the layer.`;
      yield { range: step.instruction.range, message, names: [secret], step };
    }
  },
};

/** The checks of this file. */
export const COPY_CHECKS: readonly DockerfileCheck[] = [
  ADD_FILE,
  ADD_UNCHECKED,
  COPY_ARCHIVE,
  MANY_SOURCES,
  OWN_STAGE,
  UNKNOWN_STAGE,
  RELATIVE_TARGET,
  COPIED_SECRET,
];

/** Returns the archives that a command unpacks. */
function unpackedBy({ name, args }: Step['commands'][number]): readonly string[] {
  const values = args.map(({ value, text }) => value ?? text);
  const unpacks =
    name === 'tar'
      ? values.some(
          (value, at) =>
            /^-[a-zA-Z]*x|^--(?:extract|get)$/u.test(value) ||
            (at === 0 && /^[a-zA-Z]*x/u.test(value)),
        )
      : /^(?:un(?:zip|xz|lzma|zstd|bz2?)|gunzip|bunzip2|uncompress|zcat|gzcat|xzcat|bzcat)$/u.test(
          name ?? '',
        );
  return unpacks ? values.filter((value) => !value.startsWith('-')) : [];
}

/** The name under which a source is copied: its own in a directory, else that of the target. */
function copiedName(source: string, { length }: readonly string[], target: string): string {
  const isDirectory = length > 1 || /[/\\]$|(?:^|[/\\])\.{1,2}$/u.test(target);
  return baseName(isDirectory ? source : target);
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
