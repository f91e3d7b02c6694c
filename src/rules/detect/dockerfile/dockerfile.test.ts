/** Faults of Dockerfiles that a reader of plain text misses, and twins that are clean. */

import { beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from './dockerfile.ts';

beforeAll(loadShell);

const BASE = `FROM debian:13.1@sha256:${'0'.repeat(64)}\n`;

/** Line and column of the findings of one rule. */
function places(rule: string, text: string): readonly string[] {
  return dockerfile
    .detect({ path: '/Dockerfile', bytes: Buffer.from(BASE + text) })
    .filter((draft) => draft.rule === `dockerfile/${rule}`)
    .map(({ range }) => `${range?.startLine ?? 0}:${range?.startColumn ?? 0}`);
}

describe('a download that is run unseen', () => {
  it.each([
    ['a pipe', 'RUN curl https://x/i | sh', ['2:24']],
    ['options of the shell', 'RUN curl https://x/i | bash -s -- --yes', ['2:24']],
    ['sudo', 'RUN curl https://x/i | sudo bash -', ['2:24']],
    ['a path', 'RUN /usr/bin/wget -qO- https://x/i | /bin/sh', ['2:38']],
    ['a continuation', 'RUN curl https://x/i \\\n  | sh', ['3:5']],
    ['a filter between', 'RUN curl https://x/i | tee /i | sh', ['2:33']],
    ['a substitution', 'RUN sh -c "$(curl https://x/i)"', ['2:5']],
    ['a process substitution', 'RUN bash <(curl https://x/i)', ['2:5']],
    ['eval', 'RUN eval "$(wget -qO- https://x/i)"', ['2:5']],
    ['another language', 'RUN curl https://x/i | python3', ['2:24']],
    ['a file', 'RUN curl -o i.sh https://x/i && sh i.sh', ['2:33']],
    ['a file of its own name', 'RUN wget https://x/i.sh && chmod +x i.sh && ./i.sh', ['2:45']],
    ['two instructions', 'RUN curl -o /i https://x/i\nRUN sh /i', ['3:5']],
    ['quotes', 'RUN c\'ur\'l https://x/i | s"h"', ['2:26']],
    ['a here-document', 'RUN <<EOF\ncurl https://x/i | sh\nEOF', ['3:20']],
    ['a script in the exec form', 'RUN ["sh", "-c", "curl https://x/i | sh"]', ['2:1']],
    ['a variable of a shell', 'RUN env X=1 curl https://x/i | env Y=1 sh', ['2:32']],
    ['an option with a name', 'RUN curl https://x/i | bash -euo pipefail', ['2:24']],
    ['busybox', 'RUN busybox wget -O- https://x/i | busybox sh', ['2:36']],
    ['su', 'RUN su app -c "curl https://x/i | sh"', ['2:15']],
    ['a here-document of a shell', "RUN bash <<'X'\ncurl https://x/i | sh\nX", ['3:20']],
    ['a here-document in front of a shell', 'RUN <<X bash\ncurl https://x/i | sh\nX', ['3:20']],
    ['a redirect', 'RUN curl https://x/i >i.sh && sh i.sh', ['2:31']],
    ['an input', 'RUN curl -o i.sh https://x/i && sh <i.sh', ['2:33']],
    ['cat', 'RUN curl -o i.sh https://x/i && cat i.sh | sh', ['2:44']],
    ['tee', 'RUN curl https://x/i | tee i.sh >/dev/null; sh i.sh', ['2:45']],
    ['a joined option', 'RUN curl -fsSLoi.sh https://x/i && sh i.sh', ['2:36']],
    ['another name', 'RUN curl -o i.sh https://x/i && mv i.sh j && sh j', ['2:46']],
    ['a shell by env', 'SHELL ["/usr/bin/env", "bash", "-c"]\nRUN curl https://x/i | sh', ['3:24']],
    ['a trigger', 'ONBUILD RUN curl https://x/i | sh', ['2:32']],
  ])('%s', (_, text, expected) => {
    expect(places('downloaded-script', text)).toEqual(expected);
  });

  it.each([
    ['a checked file', 'RUN curl -o i https://x/i && echo "00  i" | sha256sum -c - && sh i'],
    ['a signed file', 'RUN curl -o i https://x/i && gpg --verify i.sig i && sh i'],
    ['an archive', 'RUN curl https://x/i | tar x'],
    ['a comment', 'RUN true # curl https://x/i | sh'],
    ['a text', 'RUN echo "curl https://x/i | sh" >/readme'],
    ['a file of the context', 'COPY i.sh /\nRUN sh /i.sh'],
    ['a version from the network', 'RUN sh -c "echo $(curl https://x/version)"'],
    ['a module', 'RUN curl https://x/d | python3 -m json.tool'],
    ['data for a script', 'RUN curl https://x/d | python3 /app/load.py'],
    ['a here-document for cat', "RUN cat <<'EOF' >/i\ncurl https://x/i | sh\nEOF"],
  ])('not %s', (_, text) => {
    expect(places('downloaded-script', text)).toEqual([]);
  });
});

describe('a check that is switched off', () => {
  it.each([
    ['RUN curl -fskL https://x/i', ['2:5']],
    ['RUN curl --insecure https://x/i', ['2:5']],
    ['RUN wget --no-check-certificate https://x/i', ['2:5']],
    ['RUN apt-get install -y --allow-unauthenticated a=1', ['2:5']],
    ['RUN yum install -y --nogpgcheck a-1', ['2:5']],
    ['RUN apk add --allow-untrusted ./a.apk', ['2:5']],
    ['RUN pip install --trusted-host x a==1', ['2:5']],
    ['RUN npm config set strict-ssl false', ['2:5']],
    ['RUN git -c http.sslVerify=false clone https://x/a', ['2:5']],
    ['RUN echo "deb [trusted=yes] https://x stable main" >/etc/apt/sources.list', ['2:5']],
    ['ENV NODE_TLS_REJECT_UNAUTHORIZED=0', ['2:5']],
    ['RUN dnf install -y --setopt=sslverify=False a-1', ['2:5']],
    ['RUN dnf install -y --setopt=main.gpgcheck=0 a-1', ['2:5']],
    ['RUN python3 -m pip install --trusted-host x a==1', ['2:5']],
    ['RUN pip config set global.trusted-host x', ['2:5']],
    ['RUN npm ci --strict-ssl false', ['2:5']],
    ['RUN GIT_SSL_NO_VERIFY=1 git clone https://x/a', ['2:5']],
    ['RUN export NODE_TLS_REJECT_UNAUTHORIZED=0', ['2:5']],
    ['RUN env NODE_TLS_REJECT_UNAUTHORIZED=0 npm ci', ['2:5']],
    ['RUN curl https://x/i', []],
    ['RUN curl -Tok -Hk -d -k https://x/i', []],
    ['RUN apt-get install -y --no-allow-downgrades a=1', []],
    ['RUN curl -o k https://x/i', []],
    ['RUN tar -k x', []],
    ['ENV NODE_TLS_REJECT_UNAUTHORIZED=1', []],
  ])('%s', (text, expected) => {
    expect(places('disabled-verification', text)).toEqual(expected);
  });
});

describe('a file with a secret', () => {
  it.each([
    ['COPY id_rsa* /root/', ['2:1']],
    ['COPY key /root/.ssh/id_ed25519', ['2:1']],
    ['COPY npmrc /root/.npmrc', ['2:1']],
    ['COPY ca-key.pem /etc/', ['2:1']],
    ['COPY ./.ssh/ /root/.ssh/', ['2:1']],
    ['ADD .NPMRC /root/', ['2:1']],
    ['COPY server.pem ca.pem /etc/', []],
    ['COPY id_rsa.pub /root/', []],
    ['COPY --from=build /root/.npmrc /root/', []],
  ])('%s', (text, expected) => {
    expect(places('copied-secret', text)).toEqual(expected);
  });
});

describe('a part that is not read', () => {
  it.each([
    ['RUN echo "a', 1],
    ['RUN <<EOF\na', 1],
    ['RUN sh -c "$SCRIPT"', 1],
    ['RUN echo a', 0],
    ['SHELL ["powershell"]\nRUN if (1) { "a', 0],
    ['RUN <<EOF\n#!/usr/bin/env python3\nprint("a\nEOF', 0],
  ])('%s', (text, count) => {
    expect(places('unread-part', text).length > 0).toBe(count > 0);
  });
});

describe('secrets', () => {
  it('are in no excerpt', () => {
    const text = `${BASE}ENV DB_PASSWORD=correct-horse\nARG NPM_TOKEN=npm_battery\n`;
    const found = dockerfile.detect({ path: '/Dockerfile', bytes: Buffer.from(text) });
    expect(found.map(({ rule }) => rule)).toContain('dockerfile/secret-variable');
    expect(JSON.stringify(found)).not.toMatch(/correct-horse|npm_battery/u);
  });

  it('in addresses of commands are masked', () => {
    const text = `${BASE}RUN curl -k https://me:correct-horse@x/i\nRUN NPM_TOKEN=npm_battery wget -k x\nADD https://me:correct-horse@x/a /a\nADD https://x/a?token=npm_battery /b\nRUN curl -k --user me:correct-horse x\nRUN curl -k -H "Authorization: Bearer correct-horse" x\nRUN sudo a --password npm_battery\n`;
    const found = dockerfile.detect({ path: '/Dockerfile', bytes: Buffer.from(text) });
    expect(found).not.toEqual([]);
    expect(JSON.stringify(found)).not.toMatch(/correct-horse|npm_battery/u);
  });
});

describe('hostile files', () => {
  it('of a million instructions are a limit, and not read', () => {
    const bytes = Buffer.from(BASE + 'ADD http://a/b /c\n'.repeat(1_000_000));
    expect(() => dockerfile.detect({ path: '/Dockerfile', bytes })).toThrow(
      expect.objectContaining({ code: 'LIMIT_EXCEEDED' }),
    );
  });

  it.each([
    ['thousands of instructions', 'RUN a\n'.repeat(3000)],
    ['continuations', `RUN a ${'\\\n'.repeat(20_000)}`],
    ['hyphens in an excerpt', `RUN sudo ${'-'.repeat(200_000)}\n`],
    ['NUL', 'RUN a\0b\n'],
    ['an unclosed quote', `RUN echo "${'a'.repeat(100_000)}`],
    ['nested substitutions', `RUN ${'$('.repeat(5000)}`],
  ])('%s', (_, text) => {
    expect(() =>
      dockerfile.detect({ path: '/Dockerfile', bytes: Buffer.from(BASE + text) }),
    ).not.toThrow();
  });
});
