import { describe, expect, it } from 'vitest';

import { randomOf } from '../../../test/support/secret-corpus/random-text.ts';
import { maskLine, maskSecrets, maskSetting } from './mask-secrets.ts';

const random = randomOf(5);
const TOKENS = [
  ...['ghp_{an:36}', 'npm_{an:36}', 'glpat-{url:20}', 'dop_v1_{hex:64}', 'sbp_{hex:40}'],
  ...['sk_live_{an:24}', 'SG.{url:22}.{url:43}', 'xoxb-{d:12}-{d:12}-{an:24}', 'AIza{url:35}'],
].map((template) => random.fill(template));

describe('what may be a secret', () => {
  it.each(TOKENS)('is masked in a command: %#', (token) => {
    const shown = maskSecrets(
      `RUN curl -H "X-Auth: ${token}" https://api.example/x && echo ${token}`,
    );
    expect(shown).not.toContain(token.slice(-10));
    expect(shown).toContain('curl');
  });

  it.each([
    ['ENV DB_PASSWORD=hunter22 PORT=1', 'ENV DB_PASSWORD=*** PORT=1'],
    ['|1 NPM_TOKEN=abc /bin/sh -c npm ci', '|1 NPM_TOKEN=*** /bin/sh -c npm ci'],
    ['RUN login --password s3cr3t -u me', 'RUN login --password *** -u me'],
    ['curl -H "Authorization: Bearer abcdefgh12"', 'curl -H "Authorization: Bearer ***"'],
    ['git clone https://me:pw@host.example/x', 'git clone https://host.example/x'],
  ])('is masked in %s', (text, shown) => {
    expect(maskSecrets(text)).toBe(shown);
  });

  it.each([
    ['API_KEY=abc', 'API_KEY=***'],
    ['API_KEY=', 'API_KEY='],
    ['PATH=/usr/local/sbin:/usr/bin', 'PATH=/usr/local/sbin:/usr/bin'],
    [
      'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
      'GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305',
    ],
    ['PYTHON_SHA256=' + 'ab12'.repeat(16), 'PYTHON_SHA256=' + 'ab12'.repeat(16)],
  ])('is masked in the setting %s', (setting, shown) => {
    expect(maskSetting(setting)).toBe(shown);
  });

  it.each([
    `COPY file:${'0a1b2c3d'.repeat(8)} in /`,
    `FROM python@sha256:${'0a1b2c3d'.repeat(8)}`,
    'RUN apt-get install -y ca-certificates=20230311 libstdc++6 gcc-12-base',
    'RUN sed -i s/5.3/6.0.1/ /usr/local/lib/python3.12/site-packages/PyYAML-5.3.dist-info/METADATA',
    'CMD ["/usr/lib/jvm/java-17-openjdk-amd64/bin/java","-jar","/app/service-1.2.3.jar"]',
  ])('is nothing of %s', (text) => {
    expect(maskSecrets(text)).toBe(text);
  });

  it('is masked behind a directory of packages', () => {
    const token = random.fill('ghp_{an:36}');
    expect(maskSecrets(`RUN x /app/node_modules/${token}`)).not.toContain(token.slice(-10));
  });

  it('is masked in linear time', () => {
    const startMs = process.cpuUsage().user;
    for (const part of ['A_TOKEN=', '-a ', 'bearer ', 'aB1_', '"', '://x:'])
      maskSecrets(part.repeat(40_000));
    expect(process.cpuUsage().user - startMs).toBeLessThan(3e6);
  });
});

describe('a line that a message quotes', () => {
  it.each([
    ['{"password": "hunter22", "port": 1}', '{"password": "***", "port": 1}'],
    ['{\\"password\\":\\"hunter22\\"}', '{\\"password\\":\\"***\\"}'],
    ['db.password = hunter22', 'db.password = ***'],
    ['<password>hunter22</password>', '<password>***</password>'],
    [`left ${TOKENS[0] ?? ''} right`, 'left *** right'],
    ['version = "1.2.3-beta.4"', 'version = "1.2.3-beta.4"'],
    [`a@1: resolved sha512-${'aB3'.repeat(20)}==`, `a@1: resolved sha512-${'aB3'.repeat(20)}==`],
  ])('is %s without secrets', (text, shown) => {
    expect(maskLine(text)).toBe(shown);
  });
});
