/**
 * buildah builds Dockerfiles whose labels and environment have the values that the reader gives
 * them.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { scopesOf } from '../../src/formats/text/dockerfile/dockerfile-scope.ts';
import { readDockerfile } from '../../src/formats/text/dockerfile/dockerfile.ts';
import { missingAbility } from '../support/abilities.ts';
import { podmanStorage } from '../support/daemons.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const missing = missingForInterop('buildah');
const missingPatterns = missing ?? missingAbility('buildah/patterns');

const BACKSLASH = String.raw`ARG GLOBAL=g
FROM scratch
ARG GLOBAL
ARG EMPTY= LONG=foobarbaz
ARG A=a B="b c" \
    C='d e'
ENV E=$A F="$B-x" G='$A' \
  # comment \
    H=h\ i
ENV OLD form  of env
LABEL one=$A two="${'${B}'}" three='$A' four=\$A five="\$A \n" six=a\"b
LABEL seven=${'${EMPTY:-x}'} nine=${'${NONE:-${A}y}'} ten=${'${A:+z}'} eleven=${'${NONE:+z}'}
LABEL twelve="$E $F $G $H" \

   thirteen="$OLD" \
# another
   fourteen=$GLOBAL
LABEL fifteen $A and more
LABEL "sixteen key"="x" seventeen=a"b c"'d'
ENV A=over
LABEL eighteen=$A
ARG A=again
LABEL nineteen=$A "$A"=name
WORKDIR /w/$A
USER $A:$GLOBAL
STOPSIGNAL SIGT\
ERM
CMD ["x", "y\u0041"]
`;
/** Expansions that remove or replace parts of a value. */
const PATTERNS = String.raw`FROM scratch
ARG LONG=foobarbaz
LABEL p1=${'${LONG#f*b}'} p2=${'${LONG##f*b}'} p3=${'${LONG%b*}'} p4=${'${LONG%%b*}'}
LABEL p5=${'${LONG/ba/fo}'} p6=${'${LONG//ba/fo}'} p7=${'${LONG#x}'}
WORKDIR /w
USER u
STOPSIGNAL SIGTERM
CMD ["x"]
`;
/**
 * Escapes in words are not in it: buildah 1.39 removes backslashes there, whatever the directive
 * names.
 */
const BACKTICK =
  '# escape=`\r\nARG GLOBAL=g\r\nFROM scratch\r\nARG A=a`\r\n\r\nb\r\nENV E="x $A" `\r\n  # F=no `\r\n  G=y\r\n' +
  'LABEL one=$E two=`\r\n$G four="$A"\r\nWORKDIR /w\r\nUSER u`\r\nv\r\nSTOPSIGNAL SIGTERM\r\nCMD ["c:\\\\x"]\r\n';

interface Config {
  readonly Labels: Readonly<Record<string, string>>;
  readonly Env: readonly string[];
  readonly WorkingDir: string;
  readonly User: string;
  readonly StopSignal: string;
  readonly Cmd: readonly string[];
}

describe.skipIf(missing !== undefined)(`values as buildah has them${needs(missing)}`, () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'assay-values-'));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it.each([
    ['backslash', BACKSLASH],
    ['backtick', BACKTICK],
  ])('with a %s', expectSame);

  it.skipIf(missingPatterns !== undefined)(
    `with patterns in expansions${needs(missingPatterns)}`,
    () => {
      expectSame('patterns', PATTERNS);
    },
  );

  function expectSame(name: string, text: string): void {
    writeFileSync(join(root, name), text);
    const { Labels, Env, WorkingDir, User, StopSignal, Cmd } = built(root, name);
    const { 'io.buildah.version': version, ...labels } = Labels;
    expect(version).toBeDefined();
    const ours = read(text);
    expect(ours.labels).toEqual(labels);
    expect(Env).toEqual(expect.arrayContaining([...ours.env]));
    expect(ours.words).toEqual({
      WORKDIR: [WorkingDir],
      USER: [User],
      STOPSIGNAL: [StopSignal],
      CMD: Cmd,
    });
  }
});

function built(root: string, name: string): Config {
  const env = { ...process.env, ...podmanStorage(join(root, 'storage')) };
  const call = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('buildah', args, { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`buildah ${args.join(' ')}: ${stderr}`);
    return stdout.trim();
  };
  const id = call('build', '--quiet', '--isolation=chroot', '-f', join(root, name), root);
  const { OCIv1 } = JSON.parse(call('inspect', '--type=image', id)) as {
    OCIv1: { config: Config };
  };
  return OCIv1.config;
}

/** The values of a file by its reader. The words of a JSON list are not words of the builder. */
function read(text: string) {
  const labels: Record<string, string | undefined> = {};
  const env: string[] = [];
  const words: Record<string, readonly (string | undefined)[]> = {};
  for (const { instruction, scope } of scopesOf(readDockerfile(Buffer.from(text)))) {
    const { keyword, isJson } = instruction;
    for (const { name, value } of instruction.pairs) {
      const expanded = value === undefined ? undefined : scope.expand(value).value;
      if (keyword === 'LABEL') labels[scope.expand(name).value ?? ''] = expanded;
      if (keyword === 'ENV') env.push(`${name.text}=${expanded ?? ''}`);
    }
    if (keyword === 'FROM' || instruction.words.length === 0) continue;
    words[keyword] = instruction.words.map((word) =>
      isJson ? word.value : scope.expand(word).value,
    );
  }
  return { labels, env, words };
}
