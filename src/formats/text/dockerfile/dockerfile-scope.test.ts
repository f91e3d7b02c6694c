import { describe, expect, it } from 'vitest';
import { globalScope, scopesOf } from './dockerfile-scope.ts';
import { sourceStage } from './dockerfile-stages.ts';
import { readDockerfile } from './dockerfile.ts';

/** The values of the last words of all instructions of a keyword. */
function values(text: string, keyword: string): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (const { instruction, scope } of scopesOf(readDockerfile(Buffer.from(text)))) {
    const word = instruction.words[0];
    if (instruction.keyword === keyword && word !== undefined) found.push(scope.expand(word).value);
  }
  return found;
}

describe('the variables at a place', () => {
  it.each<[string, string, (string | undefined)[]]>([
    ['a global default', 'ARG V=1\nFROM a:$V', ['a:1']],
    ['a global default that uses another one', 'ARG V=1 W=a:$V\nFROM $W', ['a:1']],
    ['the last of two globals', 'ARG V=1\nARG V=2\nFROM a:$V', ['a:2']],
    ['no default', 'ARG V\nFROM a:$V', [undefined]],
    ['a default beside FROM', 'ARG V\nFROM a:${W:-3}', ['a:3']],
    ['nothing of a stage', 'FROM a\nARG V=1\nFROM b:$V', ['a', 'b:']],
    ['a platform', 'FROM a-$TARGETARCH', [undefined]],
    ['quotes', `ARG V="1"\nFROM "a:$V"`, ['a:1']],
    ['an escaped dollar', String.raw`FROM a\$V`, ['a$V']],
  ])('of FROM: %s', (_, text, expected) => {
    expect(values(text, 'FROM')).toEqual(expected);
  });

  it.each<[string, string, (string | undefined)[]]>([
    ['ENV', 'FROM a\nENV V=1\nWORKDIR /$V', ['/1']],
    ['ARG', 'FROM a\nARG V=1\nWORKDIR /$V', ['/1']],
    ['a global taken over', 'ARG V=1\nFROM a\nARG V\nWORKDIR /$V', ['/1']],
    ['a global not taken over', 'ARG V=1\nFROM scratch\nWORKDIR /$V', ['/']],
    ['a default of its own', 'ARG V=1\nFROM a\nARG V=2\nWORKDIR /$V', ['/2']],
    ['ENV before ARG', 'FROM a\nENV V=1\nARG V=2\nWORKDIR /$V', ['/1']],
    ['ENV behind ARG', 'FROM a\nARG V=2\nENV V=1\nWORKDIR /$V', ['/1']],
    ['ENV made of ARG', 'FROM a\nARG V=2\nENV V=${V:-3}\nWORKDIR /$V', ['/2']],
    ['the values before the instruction', 'FROM a\nENV A=x\nENV A=y B=$A\nWORKDIR $B', ['x']],
    ['the environment of the base image', 'FROM a\nWORKDIR $HOME', [undefined]],
    ['no environment of scratch', 'FROM scratch\nWORKDIR /$HOME', ['/']],
    ['a parent stage', 'FROM a AS b\nARG V=1\nENV W=2\nFROM b\nWORKDIR /$V$W', ['/12']],
    ['no other stage', 'FROM scratch AS b\nENV V=1\nFROM scratch\nWORKDIR /$V', ['/']],
    ['a parent of a parent', 'FROM a AS b\nENV V=1\nFROM b AS c\nFROM c\nWORKDIR /$V', ['/1']],
    ['a platform argument', 'FROM scratch\nARG TARGETARCH\nWORKDIR /$TARGETARCH', [undefined]],
    ['the backtick', '# escape=`\nFROM a\nENV V=1\nWORKDIR c:\\$V`$V', ['c:\\1$V']],
  ])('of a stage: %s', (_, text, expected) => {
    expect(values(text, 'WORKDIR')).toEqual(expected);
  });

  it('lead to the pair that sets them', () => {
    const file = readDockerfile(Buffer.from('ARG A=1 B=debian:12\nFROM $B\nARG B'));
    const variable = globalScope(file).get('B');
    expect([variable?.pair.value?.text, variable?.keyword]).toEqual(['debian:12', 'ARG']);
  });

  it('are bounded for stages that build on each other and for values that double', () => {
    const stages = Array.from(
      { length: 1500 },
      (_, at) => `FROM s${at} AS s${at + 1}\nENV A=$A$A$B${at}\n`,
    );
    const started = process.cpuUsage();
    expect(values(`FROM a AS s0\nENV A=aa\n${stages.join('')}WORKDIR $A`, 'WORKDIR')).toEqual([
      undefined,
    ]);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).toBeLessThan(5);
  });
});

describe('the source of COPY --from', () => {
  const file = readDockerfile(
    Buffer.from('FROM a AS One\nFROM b AS two\nFROM c AS one\nFROM d AS three\n'),
  );
  it.each<[string, string, number, string]>([
    ['a stage before', 'two', 2, 'stage 1'],
    ['a stage in another case', 'ONE', 1, 'stage 0'],
    ['the last stage of the name', 'one', 3, 'stage 2'],
    ['a number', '1', 2, 'stage 1'],
    ['a later number', '3', 1, 'later-stage 3'],
    ['the stage itself', 'two', 1, 'later-stage 1'],
    ['a later stage', 'three', 0, 'later-stage 3'],
    ['an image', 'alpine', 1, 'image'],
    ['a number without a stage', '9', 1, 'no-stage'],
  ])('is %s', (_, name, at, expected) => {
    const source = sourceStage(file, name, at);
    expect('stage' in source ? `${source.kind} ${source.stage.index}` : source.kind).toBe(expected);
  });
});
