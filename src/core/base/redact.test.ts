import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['https://user:pw@a.example/b', 'https://a.example/b'],
    ['https://token@a.example/b', 'https://a.example/b'],
    ['/app/https:/user:pw@a.example/b?token=abc', '/app/https:/a.example/b?token=***'],
    ['https:/a.example/b?token=abc', 'https:/a.example/b?token=***'],
    ['//user:pw@a.example/b', '//a.example/b'],
    ['https://a.example/b?token=abc', 'https://a.example/b?token=***'],
    [
      'https://a.example/b?token=abc&x=1#access_token=abc',
      'https://a.example/b?token=***&x=***#***',
    ],
    ['https://a.example/b?abc', 'https://a.example/b?***'],
    ['https://a.example/b#abc', 'https://a.example/b#***'],
    ['https://a.example/b;token=abc', 'https://a.example/b;token=***'],
    ['https://a.example/b;token=abc/c', 'https://a.example/b;token=***/c'],
    ['https://a.example/b;jsessionid=1A2B?x=1', 'https://a.example/b;jsessionid=***?x=***'],
    ['https://a.example/b;v=1;sig=abc=def#part', 'https://a.example/b;v=***;sig=***#***'],
    ['https://a.example/b;abc/c', 'https://a.example/b;***/c'],
    ['https://a.example;token=abc', 'https://a.example;token=***'],
    ['https://u:pw@a.example:8443/b;token=abc', 'https://a.example:8443/b;token=***'],
    ['https:/a.example/b;token=abc', 'https:/a.example/b;token=***'],
    ['(see https://a.example/b;token=abc).', '(see https://a.example/b;token=***).'],
    [
      'pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fa.example%2Fb%3Btoken%3Dabc',
      'pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fa.example%2Fb%3Btoken%3D***',
    ],
    ['https://a.example/b,https://u:pw@c.example/d', 'https://a.example/b,https://c.example/d'],
    ['https://a.example/b;https://u:pw@c.example/d', 'https://a.example/b;https://c.example/d'],
    ['https://a.example|https://pw@c.example|direct', 'https://a.example|https://c.example|direct'],
    [
      'https://u:p@a.example/x;t=1,https://c.example?t=abc',
      'https://a.example/x;t=***,https://c.example?t=***',
    ],
    ['https://a.example/web/https://u:pw@c.example', 'https://a.example/web/https://c.example'],
    ['https://a.example/b?next=https://u:pw@c.example', 'https://a.example/b?next=***'],
    ['HTTPS://User:Pw@A.example/b', 'HTTPS://A.example/b'],
    ['https://user:pa/ss@a.example/b', 'https://a.example/b'],
    ['https://user:p@ss@a.example/b', 'https://a.example/b'],
    ['https://user:p?s#s@a.example/b', 'https://a.example/b'],
    ['http://user:pw@[::1]:8080/b', 'http://[::1]:8080/b'],
    ['ssh://git:pw@a.example/b', 'ssh://git@a.example/b'],
    ['ssh://ann:pw@a.example/b', 'ssh://a.example/b'],
    ['git+ssh://git@a.example/b', 'git+ssh://git@a.example/b'],
    ['git+https://x-access-token:pw@a.example/b.git@1.0', 'git+https://a.example/b.git@1.0'],
    ['redis://:pw@a.example:6379/0', 'redis://a.example:6379/0'],
    ['tcp://u:pw@127.0.0.1:2375', 'tcp://127.0.0.1:2375'],
    ['user:pw@a.example:b/c.git', 'a.example:b/c.git'],
    ['git:pw@a.example:b/c.git', 'git@a.example:b/c.git'],
    ['ann:pw@localhost/app:1', 'localhost/app:1'],
    [
      'cannot get "https://u:pw@a.example/b?t=s": no answer.',
      'cannot get "https://a.example/b?t=***": no answer.',
    ],
    ['(see https://a.example/b?t=s).', '(see https://a.example/b?t=***).'],
    ['https://u:p@a.example and https://v:q@b.example', 'https://a.example and https://b.example'],
    ['--mirror=https://u:pw@a.example/b', '--mirror=https://a.example/b'],
    [
      'pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fu%3Apw%40a.example%2Fb',
      'pkg:pypi/a@1?vcs_url=git%2Bhttps%3A%2F%2Fa.example%2Fb',
    ],
    [
      'pkg:pypi/a@1?download_url=https://u:pw@a.example/b',
      'pkg:pypi/a@1?download_url=https://a.example/b',
    ],
  ])('%s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it.each([
    'app:1.2',
    './app.tar:@0',
    `/images/app.tar:1.2@sha256:${'a'.repeat(64)}`,
    'see C:/images/app.tar and file:/images',
    `registry.example.com/team/app:1.2@sha256:${'a'.repeat(64)}`,
    `registry.example.com:5000/app@sha256:${'a'.repeat(64)}`,
    'git@a.example:b/c.git',
    'https://packages.example/@types/node/-/node-1.0.0.tgz',
    'https://packages.example:443/@types.io/node',
    'pkg:npm/%40acme/a@1.0.0',
    'pkg:npm/@acme/a@1.0.0',
    'pkg:deb/debian/bash@5.2.15-2?arch=amd64&distro=debian-12',
    'npm:@acme.io/a@1.0.0',
    'string-width@npm:4.2.0, string-width@npm:5.0.0',
    'assay image --input app.tar --fail-on high+fixable,epss>=0.1',
    'http://127.0.0.1:8080/v2/app/manifests/1',
    'unix:///var/run/docker.sock',
    'Maintainer: ann@a.example',
    'at 10:20: mail to ann@a.example, or not',
    'file:///srv/app@1/x',
    'C:\\Users\\ann',
    'a question? yes: https://a.example/b.',
    'https://a.example/b; https://c.example/d;',
    'see https://a.example/b; or (https://a.example/c);',
    'https://a.example/b,https://c.example/d',
    'a;b=c; d',
  ])('leaves what has no secret: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  const secrets = fc
    .tuple(
      fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{7}$/u),
      fc.stringMatching(/^[A-Za-z0-9._~!$'()*+,;=%:-]{0,12}$/u),
    )
    .map((parts) => parts.join(''));

  const FORMS: Readonly<Record<string, (secret: string) => string>> = {
    user: (secret) => `https://${encodeURIComponent(secret)}@host.example/path`,
    password: (secret) => `https://user:${secret}@host.example/path`,
    'password with a slash': (secret) => `https://user:${secret}/${secret}@host.example/path`,
    'user and password': (secret) => `http://${secret}:${secret}@host.example:8080`,
    query: (secret) => `https://host.example/path?a=b&token=${secret}`,
    'query without a name': (secret) => `https://host.example/path?${secret.replaceAll('=', '')}`,
    fragment: (secret) => `https://host.example/path#${secret}`,
    'percent-encoded query': (secret) => `https://host.example/?t=${encodeURIComponent(secret)}`,
    'percent-encoded address': (secret) =>
      `pkg:a/b@1?vcs_url=${encodeURIComponent(`https://u:${secret}@host.example/p?t=${secret}`)}`,
    'git over ssh': (secret) => `ssh://git:${secret}@host.example/path`,
    'path parameter': (secret) => `https://host.example/path;token=${secret}`,
    'path parameter in the middle': (secret) => `https://host.example/a;token=${secret}/b`,
    'path parameter without a name': (secret) =>
      `https://host.example/path;${secret.replaceAll('=', '')}`,
    'second address of a list': (secret) =>
      `https://a.example/p,https://user:${secret}@host.example/p`,
    'like scp': (secret) => `user:${secret}@host.example:org/path.git`,
    'another scheme': (secret) => `postgres+tls://user:${secret}@host.example/path`,
  };

  it.each(Object.keys(FORMS))('shows no random secret: %s', (name) => {
    const form = FORMS[name] ?? String;
    const around = fc.constantFrom(
      (text: string) => text,
      (text: string) => `cannot get "${text}": no answer`,
      (text: string) => `assay repo ${text} --fail-on high`,
      (text: string) => `--mirror=${text}`,
      (text: string) => `one\n  ${text}\ntwo`,
    );
    fc.assert(
      fc.property(secrets, around, (secret, wrap) => {
        const shown = redact(wrap(form(secret)));
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain(encodeURIComponent(secret));
        expect(shown).toContain('host.example');
      }),
    );
  });

  it.each([
    ...['a:', '://', ':@', 'http://', '%3A%2F%2F', 'a:b@', ',a:', '!', 'http://!'],
    ...['https://a?!', 'a:b@c.', 'x?a&', ';a=', 'https://a;', ',https://a'],
  ])('takes time in proportion to the length: %s', (piece) => {
    // Processor time, so that other work on the machine has no part in it.
    const spentMs = (count: number): number => {
      const text = `${piece.repeat(count)}@x`;
      const before = process.cpuUsage();
      redact(text);
      return process.cpuUsage(before).user / 1000;
    };
    spentMs(1000);
    expect(spentMs(200_000)).toBeLessThan(2000);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(FORMS)), secrets, (form, secret) => {
        const once = redact(form(secret));
        expect(redact(once)).toBe(once);
      }),
    );
  });
});
